# docker build -t netpol-translate .             the command
# docker build -t netpol-translate-fn --target fn .   the KRM function of kustomize and kpt
#
# Pin the base to the digest that you have reviewed: FROM python:3.14-slim@sha256:...

FROM python:3.14-slim AS build
WORKDIR /src
# Wheels of the lock alone, each with its hash; what the command needs of them is installed below.
COPY requirements/lock.txt requirements/
RUN python -m pip download --quiet --require-hashes --only-binary=:all: --dest /wheels -r requirements/lock.txt
COPY . .
RUN python -m venv /build \
 && /build/bin/python -m pip install --quiet --no-index --find-links /wheels build hatchling hatch-fancy-pypi-readme \
 && /build/bin/python -m build --no-isolation --wheel --outdir /dist . \
 && python -m venv --without-pip /opt/netpol-translate \
 && python -m pip --python /opt/netpol-translate install --quiet --no-index --find-links /wheels /dist/*.whl

FROM python:3.14-slim AS runtime
COPY --from=build /opt/netpol-translate /opt/netpol-translate
# Nothing is written but what is asked for: the root file system may be read-only.
ENV PATH=/opt/netpol-translate/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1
USER 65532:65532
WORKDIR /work

FROM runtime AS fn
ENTRYPOINT ["netpol-translate", "fn"]

FROM runtime
ENTRYPOINT ["netpol-translate"]
CMD ["--help"]
