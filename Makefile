# Needs make and Python 3.11 or newer, nothing else; the rest is put into .venv, and only there.
# The first of these that is new enough is taken; another one: make test PYTHON=/path/to/python3
PYTHON ?= $(or $(shell for one in python3 python3.13 python3.12 python3.11; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done),python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
TOOLS := .tools
CLIENTS := .clients
# What is installed is locked, each file by its hash, for every system and Python from 3.11; "make lock" renews it.
# A lock is complete, so pip resolves nothing (an old pip would ask for what was published since); "pip check" agrees.
LOCKED := install --no-deps --require-hashes --only-binary :all: -r requirements
LOCK := UV_NO_CONFIG=1 $(TOOLS)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --upgrade \
	--default-index https://pypi.org/simple --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench chaos clients lock audit sbom clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/'

$(VENV)/.installed: pyproject.toml requirements/run.txt
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "gcbulk needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name a newer one: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version); this is done once and takes a minute or two ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) $(LOCKED)/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PIP) check
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements/test.txt
	@echo "Adding what the tests and checks need ..."
	@$(PIP) $(LOCKED)/test.txt
	@$(PIP) check
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

$(VENV)/.benched: $(VENV)/.installed requirements/bench.txt
	@echo "Adding what the benchmarks hold us against ..."
	@$(PIP) $(LOCKED)/bench.txt
	@$(PIP) check
	@touch $@

bench: $(VENV)/.benched ## Measure how fast it is, in about five minutes; some stages: make bench ONLY=read,send
	@PYTHONPATH=tests $(BIN)/python -m benchmarks $(ONLY) $(if $(WRITE),--write $(WRITE))

chaos: $(VENV)/.tested ## Let everything go wrong, thousands of times; some of it: make chaos ONLY="F1 F7"
	@PYTHONPATH=tests PYTHONWARNINGS=ignore:resource_tracker:UserWarning $(BIN)/python -m chaos $(ONLY) $(if $(WRITE),--write $(WRITE))

$(CLIENTS)/.installed: requirements/clients.txt
	@$(PYTHON) -m venv $(CLIENTS)
	@$(CLIENTS)/bin/python -m pip --disable-pip-version-check -q $(LOCKED)/clients.txt
	@touch $@

clients: $(VENV)/.installed $(CLIENTS)/.installed ## Let published clients of other authors work with the simulator
	@PYTHONPATH=tests $(BIN)/python -m clients $(CLIENTS)/bin/python

$(TOOLS)/.installed: requirements/tools.txt
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check -q $(LOCKED)/tools.txt
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check -q check
	@touch $@

lock: $(TOOLS)/.installed ## Take the newest versions that pyproject.toml allows into requirements/
	@$(LOCK) pyproject.toml --group build -o requirements/run.txt
	@$(LOCK) pyproject.toml -c requirements/run.txt --group build --group test --group check -o requirements/test.txt
	@$(LOCK) pyproject.toml -c requirements/test.txt --group build --group bench -o requirements/bench.txt
	@$(LOCK) --group tools -o requirements/tools.txt
	@$(LOCK) --group clients -o requirements/clients.txt

audit: $(TOOLS)/.installed ## Ask pypi.org for known weaknesses of everything that is locked
	@$(TOOLS)/bin/python -c 'import requests; from importlib.metadata import version; requests.get( \
	  "https://pypi.org/pypi/pip-audit/" + version("pip-audit") + "/json", timeout=20).raise_for_status()' 2>/dev/null \
	  || { echo "What pypi.org knows of weaknesses cannot be reached from here: nothing was audited."; exit 1; }
	@$(TOOLS)/bin/pip-audit --strict --disable-pip --require-hashes $(patsubst %,-r %,$(wildcard requirements/*.txt))

sbom: $(TOOLS)/.installed ## Write down what gcbulk is made of (CycloneDX), as build/sbom.cdx.json
	@mkdir -p build
	@PYTHONWARNINGS=ignore::UserWarning $(TOOLS)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	  -o build/sbom.cdx.json requirements/run.txt
	@echo "Written: build/sbom.cdx.json"

clean: ## Remove what make made
	rm -rf $(VENV) $(TOOLS) $(CLIENTS) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
