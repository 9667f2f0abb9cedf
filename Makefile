# Needs make and Python 3.11 or newer, nothing else; the rest is put into .venv, and only there.
# The first of these that is new enough is taken; another one: make test PYTHON=/path/to/python3
PYTHON ?= $(or $(shell for one in python3 python3.13 python3.12 python3.11; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done),python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/'

$(VENV)/.installed: pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "gcbulk needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name a newer one: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version); this is done once and takes a minute or two ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo "Adding what the tests and checks need ..."
	@$(PIP) install --group test --group check
	@touch $@

demo: $(VENV)/.installed ## Do the whole job with a sample workbook and a simulator; files go to demo/
	@$(BIN)/gcbulk demo --dir demo

test: $(VENV)/.tested ## Run the whole test suite; less than 95 % of branches covered is a failure
	@$(BIN)/python -m pytest -q -n auto --cov --cov-report= --cov-fail-under=95

check: $(VENV)/.tested ## Look for mistakes without running anything
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fix: $(VENV)/.tested ## Mend what can be mended by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

$(VENV)/.benched: $(VENV)/.installed
	@echo "Adding what the benchmarks hold us against ..."
	@$(PIP) install --group bench
	@touch $@

bench: $(VENV)/.benched ## Measure how fast it is, in about ten minutes; some stages: make bench ONLY=read,send
	@$(BIN)/python -m benchmarks $(ONLY) $(if $(WRITE),--write $(WRITE))

clean: ## Remove what make made
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
