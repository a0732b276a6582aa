# One-word targets. Everything installs into .venv; Python 3.11 or later and make are all that is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
LOCK   := requirements/lock.txt
UV     := .venv-uv/bin/uv

# How long a release must have been out before `make lock` takes it: one that is withdrawn mostly is within days.
AGE    := 7 days
# A source distribution builds with what no lock names. Where a platform has no wheels: make test WHEELS=
WHEELS := --only-binary=:all:

# Where everything must have wheels; platforms in words of uv.
PYTHONS   := 3.11 3.12 3.13 3.14
PLATFORMS := x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-unknown-linux-musl aarch64-unknown-linux-musl \
  x86_64-apple-darwin aarch64-apple-darwin x86_64-pc-windows-msvc

PIP     := -m pip --quiet --disable-pip-version-check
# The build backend comes from the environment, too.
OURS    := $(PIP) install --no-deps --no-build-isolation -e .
COMPILE := pip compile --quiet --no-config --no-emit-index-url --prerelease disallow
LOCKED  := $(COMPILE) --universal --python-version $(firstword $(PYTHONS)) --generate-hashes --upgrade --custom-compile-command 'make lock'

.PHONY: help demo test check lint types layers package dist sbom examples lock newest oldest golden bench growth corpus engines vectors apiserver-test fuzz fix clean

help:            ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

define environment
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.12"; exit 1; }
@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
endef

$(READY): $(LOCK) pyproject.toml
	$(call environment,$(VENV))
	@$(BIN)/python $(PIP) install --require-hashes $(WHEELS) -r $(LOCK)
	@$(BIN)/python $(OURS)
	@touch $@

$(UV): requirements/uv.txt
	$(call environment,.venv-uv)
	@.venv-uv/bin/python $(PIP) install --require-hashes $(WHEELS) -r $<
	@touch $@

demo: $(READY)   ## run the main job on the samples
	@$(BIN)/python samples/demo.py

test: $(READY)   ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: lint types layers test package  ## all that CI runs

lint: $(READY)   ## ruff: style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)  ## mypy --strict
	@$(BIN)/mypy

layers: $(READY) ## import-linter: data flows one way
	@$(BIN)/lint-imports --no-cache

package: $(READY) ## build wheel and sdist, install the wheel apart, run it
	@$(BIN)/python -m pytest tests/test_packaging.py tests/installation --run-packaging

dist: $(READY)   ## wheel and sdist in dist/, the same bytes wherever they are built
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist .
	@test -z "$$TAG" || test -e "dist/netpol_translate-$${TAG#v}.tar.gz" || { echo "$$TAG is no tag of this version"; exit 1; }

sbom: dist       ## what a plain installation holds, as CycloneDX, in build/
	@mkdir -p build
	@$(BIN)/python requirements/sbom.py build/netpol-translate.cdx.json dist/*.whl

lock: $(UV)      ## write the lock anew, everything at its newest release that is a week old
	@$(UV) $(LOCKED) --exclude-newer '$(AGE)' --all-extras pyproject.toml -o $(LOCK)
	@echo uv | $(UV) $(LOCKED) --exclude-newer '$(AGE)' - -o requirements/uv.txt
	@for python in $(PYTHONS); do for platform in $(PLATFORMS); do \
	  $(UV) pip install --quiet --no-config --dry-run --target .venv-uv/none --only-binary :all: --require-hashes -r $(LOCK) \
	    --python-version $$python --python-platform $$platform || exit 1; \
	done; done

# All that CI runs, in .venv-$(1) with what `uv --resolution $(2)` takes. A bound without wheels fails here: it is too low.
define apart
@rm -rf .venv-$(1)
$(call environment,.venv-$(1))
@$(UV) $(COMPILE) --python .venv-$(1) --resolution $(2) --all-extras pyproject.toml -o .venv-$(1)/resolved.txt
@.venv-$(1)/bin/python $(PIP) install $(WHEELS) -r .venv-$(1)/resolved.txt
@.venv-$(1)/bin/python $(OURS)
@touch .venv-$(1)/.ready
@.venv-$(1)/bin/python -VV
@.venv-$(1)/bin/python -m pip list --disable-pip-version-check --format=freeze --exclude-editable
@$(MAKE) --keep-going --old-file=.venv-$(1)/.ready VENV=.venv-$(1) check
endef

newest: $(UV)    ## all that CI runs, in .venv-newest with everything at its newest release
	$(call apart,newest,highest)

oldest: $(UV)    ## all that CI runs, in .venv-oldest with the lower bounds of pyproject.toml
	$(call apart,oldest,lowest-direct)

golden: $(READY) ## rewrite the golden files (read the diff)
	@$(BIN)/python -m pytest tests/golden --update-golden

# Another checker, timed beside ours where both answer the same question; it wants older libraries than we do.
PEERS := .venv-peers
$(PEERS)/.ready: requirements/peers.txt
	$(call environment,$(PEERS))
	@$(PEERS)/bin/python $(PIP) install -r $<
	@touch $@

bench: $(READY) $(PEERS)/.ready  ## whole processes as ratios of one run, another checker beside; writes docs/performance.md
	@NETPOL_PEERS=$(abspath $(PEERS))/bin/python $(BIN)/python -m benchmarks --write

growth: $(READY) ## chains of ordered rules, 10 to 1000: output and time against the shortest
	@$(BIN)/python -m benchmarks.growth

examples: $(READY) ## what stands in examples, run by the tools it is for where they are installed
	@$(BIN)/python -m pytest tests/examples -rs

corpus: $(READY) ## every file of ../shared/corpus/kubernetes through every target
	@$(BIN)/python -m tests.corpus

vectors: $(READY) ## what a clone without the shared vectors tests: our own
	@NETPOL_VECTORS=own $(BIN)/python -m pytest -n 2 tests/vectors tests/reference tests/prover/test_*_vectors.py \
		tests/dialects/test_*_admission.py tests/dialects/test_lift_cilium.py tests/yamlio/test_yaml_vectors.py

engines: $(READY) ## all engine vectors, not a sample
	@NETPOL_FULL=1 $(BIN)/python -m pytest tests/prover tests/reference -n 2

# A kube-apiserver as it is released, built once (Go, about ten minutes of one core), and etcd.
APISERVER := .venv-apiserver
apiserver-test: $(READY) ## collect, and what is emitted, against a real API server; skips where it cannot be built
	@sh tests/apiserver/build.sh $(APISERVER)
	@NETPOL_APISERVER=$(abspath $(APISERVER)) $(BIN)/python -m pytest tests/apiserver -n 0 -rs

fuzz: $(READY)   ## property tests with many more examples
	@NETPOL_FULL=1 $(BIN)/python -m pytest tests/properties tests/yamlio -n 2

fix: $(READY)    ## format and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:           ## remove what was installed and built
	rm -rf .venv .venv-* build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
