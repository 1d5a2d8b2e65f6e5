# Every target that needs Python makes the virtual environment first: a fresh
# machine needs Python 3.11 or later, make and a package index, nothing else.

SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# The first Python that is new enough; `make PYTHON=/path/to/python3.12` overrides.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$name"; exit; }; done; echo python3)

# Passed through the environment, so that no shell reads the question as its own.
export QUESTION := $(value Q)

RUN_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev
PINS := pyproject.toml constraints.txt
SOURCES := assistant index tests benchmarks

# Processes that run tests; a file's tests stay together and share what they set up.
JOBS ?= 2

# Compiling the encoder takes a quarter of a minute: once, for all runs of the tests.
test: export QUOTH_TEST_ENCODER_CACHE ?= $(CURDIR)/$(VENV)/test-encoder

.DEFAULT_GOAL := help
.PHONY: help chat ask test lint format check bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

chat: $(RUN_READY) ## Ask questions in the terminal
	@$(BIN)/quoth

ask: $(RUN_READY) ## Answer one question: make ask Q="Who is the envoy?"
	@test -n "$$QUESTION" || { echo 'Ask something: make ask Q="Who is the envoy?"' >&2; exit 2; }
	@# When nothing answers, make says that quoth left with 1, and itself leaves with 2.
	@$(BIN)/quoth ask -- "$$QUESTION"

test: $(DEV_READY) ## Run the tests
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

lint: $(DEV_READY) ## Style: ruff, its formatter, and no drift in types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy $(SOURCES)
	$(BIN)/lint-imports

format: $(DEV_READY) ## Let ruff lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint test ## Everything that must pass before a change lands

bench: $(DEV_READY) ## Measure: start, indexing, retrieval, answers
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## Remove the virtual environment and every cache
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find assistant index tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Quoth needs Python 3.11 or later, and $(PYTHON) is not that." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); exit 2; }

$(RUN_READY): $(PINS) | $(BIN)/python
	@echo "Installing Quoth and its pinned dependencies (once) ..." >&2
	@$(PIP) install --quiet -c constraints.txt -e .
	@touch $@

$(DEV_READY): $(PINS) | $(BIN)/python
	@echo "Installing Quoth, its pinned dependencies and the tools (once) ..." >&2
	@$(PIP) install --quiet -c constraints.txt -e ".[dev]"
	@touch $@ $(RUN_READY)
