# Two commands matter: `make nightly` runs a night on the sample, `make test` passes the tests. Each sets up what it needs.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false

.PHONY: help nightly test quick ui lock bench-night bench-methods bench-truth bench-slips docs clean

help:
	@echo "make nightly      run a night: take in, check, score, publish (sample figures by default)"
	@echo "make test         run the tests"
	@echo "make quick        run the tests that need no night, no server, no dbt (tests/README.md)"
	@echo "make ui           open the graph in the browser (http://127.0.0.1:3000)"
	@echo "make bench-night  what a night, a check and the usual questions cost, beside an earlier commit"
	@echo "make bench-methods  published indices reproduced; the engine beside pandas"
	@echo "make bench-truth  measure what the truth detectors find, beside the usual tools (BENCH=--quick for half a minute's look; see docs/benchmarks/truth.md)"
	@echo "make bench-slips  time the slips of 1,000 providers"
	@echo "make docs         write the rule book again, and the documentation of the models as one page (dbt_project/target/static_index.html)"
	@echo "make lock         resolve the locked versions again (needs uv)"

nightly: $(VENV)/.ready
	@$(BIN)/zhunsheng nightly

test: $(VENV)/.ready-test
	@$(BIN)/python -m pytest

quick: $(VENV)/.ready-test
	@$(BIN)/python -m pytest -m "not (published or nights or dagster or dbt or server or benchmark)"

ui: $(VENV)/.ready
	@$(BIN)/zhunsheng ui

bench-night: $(VENV)/.ready-bench
	@$(BIN)/python -m benchmarks.night $(BENCH)

bench-methods: $(VENV)/.ready-test
	@$(BIN)/python -m benchmarks.methods

bench-truth: $(VENV)/.ready-bench
	@$(BIN)/python -m benchmarks.truth $(BENCH)

bench-hostile: $(VENV)/.ready
	@$(BIN)/python -m benchmarks.hostile $(BENCH)

bench-slips: $(VENV)/.ready
	@$(BIN)/python -m benchmarks.slips

docs: $(VENV)/.ready
	@$(BIN)/python -m expectations.compiler
	@$(BIN)/python -m warehouse.compile --site

$(VENV)/bin/python:
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "需要 Python 3.11 及其 venv 模块（Debian：apt-get install python3.11-venv）"; \
	  echo "Python 3.11 with its venv module is needed (Debian: apt-get install python3.11-venv)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "安装依赖 / installing locked packages …"
	@$(PIP) --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(BIN)/zhunsheng prepare
	@touch $@

$(VENV)/.ready-test: requirements-test.lock $(VENV)/.ready
	@$(PIP) --require-hashes --only-binary :all: -r requirements-test.lock
	@touch $@

$(VENV)/.ready-bench: requirements-bench.lock $(VENV)/.ready-test
	@$(PIP) --require-hashes --only-binary :all: -r requirements-bench.lock
	@touch $@

UV := uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-header --quiet
lock:
	$(UV) -o requirements.lock
	$(UV) --extra test -c requirements.lock -o requirements-test.lock
	$(UV) --extra bench -c requirements.lock -o requirements-bench.lock

clean:
	rm -rf var dbt_project/target dbt_project/logs
