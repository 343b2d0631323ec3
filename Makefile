# The two commands: `make run` and `make test`. Everything either needs is installed on the way.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test soak lint bench install web pictures

CONFIG ?= config/warszawa/centrala.toml
PYTHON := .venv/bin/python
TESTS ?= tests
# So many processes run the tests; the calls wait most of the time, the rest computes.
WORKERS ?= 2
# Tests start the same modules hundreds of times: they are compiled once, whatever the shell asks for.
export PYTHONDONTWRITEBYTECODE =

help:
	@echo 'make run     install what is missing, start the whole hotline with the example city'
	@echo 'make test    install what the tests need, run all of them (TESTS=tests/unit for some)'
	@echo 'make soak    20,000 random histories of the routing engine, and as much more of everything random'
	@echo 'make lint    ruff, mypy, the architecture test, the web sources'
	@echo 'make bench   measure against app_queue on this machine'
	@echo 'make install what make run needs, without starting it'
	@echo 'make web     the web bundle only'
	@echo 'make pictures the pictures of the guides, taken anew on a running hotline'

run: install
	@exec .venv/bin/centrala --config '$(CONFIG)' up

install:
	@setup/install.sh run

test:
	@setup/install.sh test
	@cd agent_desktop/web && npm test --silent >../../.setup/web-tests.log 2>&1 || { cat ../../.setup/web-tests.log >&2; exit 1; }
	@$(PYTHON) -m pytest -n $(WORKERS) $(TESTS)

soak:
	@setup/install.sh test
	@$(PYTHON) -m pytest --hypothesis-profile soak --timeout 0 tests/property

lint:
	@setup/install.sh lint
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -m pytest tests/test_architecture.py
	@cd agent_desktop/web && npm run --silent check

bench:
	@setup/install.sh test
	@$(PYTHON) -m benchmarks

web:
	@setup/web.sh

pictures:
	@setup/install.sh test
	@$(PYTHON) -m tests.pictures
