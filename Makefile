# One-word targets. Everything installs into .venv; Python 3.11 or later and make are all that is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help demo test check lint types layers package golden bench growth corpus engines fuzz fix clean

help:            ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
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

golden: $(READY) ## rewrite the golden files (read the diff)
	@$(BIN)/python -m pytest tests/golden --update-golden

bench: $(READY)  ## speed as ratios in one run
	@$(BIN)/python -m benchmarks

growth: $(READY) ## chains of ordered rules, 10 to 1000: output and time against the shortest
	@$(BIN)/python -m benchmarks.growth

corpus: $(READY) ## every file of ../shared/corpus/kubernetes through every target
	@$(BIN)/python -m tests.corpus

engines: $(READY) ## all engine vectors, not a sample
	@NETPOL_FULL=1 $(BIN)/python -m pytest tests/prover tests/reference -n 2

fuzz: $(READY)   ## property tests with many more examples
	@NETPOL_FULL=1 $(BIN)/python -m pytest tests/properties tests/yamlio -n 2

fix: $(READY)    ## format and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:           ## remove what was installed and built
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
