# The front door. `make run` and `make test` set up everything they need.

PYTHON ?= python3
BIN := .venv/bin
# npm and vite find the Node that the Python wheel brings before any other.
NODE_ENV_PATH := PATH="$(CURDIR)/$(BIN):$$PATH"
CONSOLE_SOURCES := $(shell find console -path console/node_modules -prune -o -type f -print 2>/dev/null)
PACKAGES := plant monitor alarms compliance telemetry journal gateway historian api simulators firstout

.DEFAULT_GOAL := help
.PHONY: help run test check unit system bench console console-test fmt wheel lock clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/run.stamp api/static/index.html  ## start the demo plant (ARGS="--port 8100 --data DIR")
	@$(BIN)/python -m firstout run $(ARGS)

test: check console-test unit system  ## everything that must pass: check, unit, system and browser tests

check: .venv/dev.stamp  ## lint, format, types, contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: .venv/dev.stamp api/static/index.html
	$(BIN)/pytest tests/unit -q -n 2

system: .venv/dev.stamp api/static/index.html
	tests/install-servers.sh
	$(BIN)/pytest tests/system -q

bench: .venv/dev.stamp api/static/index.html  ## how fast, on this machine
	$(BIN)/python -m bench.kernel
	$(BIN)/python -m bench.replay_day
	$(BIN)/python -m bench.plant_check
	$(BIN)/python -m bench.alarm_latency
	$(BIN)/python -m bench.events
	$(BIN)/python -m bench.console
	$(BIN)/python -m bench.console shown
	$(BIN)/python -m bench.field
	$(BIN)/python -m bench.opcua
	$(BIN)/python -m bench.pipeline
	$(BIN)/python -m bench.catch_up
	$(BIN)/python -m bench.historian
	$(BIN)/python -m bench.influx
	$(BIN)/pytest bench -q -s --benchmark-columns=min,median,ops --benchmark-warmup=on

console: api/static/index.html  ## build the console

api/static/index.html: .venv/run.stamp $(CONSOLE_SOURCES)
	cd console && $(NODE_ENV_PATH) npm ci --no-audit --no-fund --loglevel=error
	cd console && $(NODE_ENV_PATH) npm run build
	@touch $@

console-test: .venv/dev.stamp api/static/index.html
	cd console && $(NODE_ENV_PATH) npm test

fmt: .venv/dev.stamp  ## format, and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: .venv/run.stamp api/static/index.html  ## build dist/*.whl, which runs the same demo
	rm -rf dist
	$(BIN)/hatchling build -t wheel

lock:  ## choose the dependencies' versions anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build pyproject.toml -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build --extra dev -c requirements/run.lock pyproject.toml -o requirements/dev.lock

clean:  ## remove what was built and installed; keeps var/
	rm -rf .venv dist api/static console/node_modules

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		(echo "Python 3.11 or later is needed; say which: make PYTHON=python3.12 ..." >&2; exit 1)
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.lock | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@touch $@

.venv/dev.stamp: requirements/dev.lock .venv/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@
