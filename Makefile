# Needs make and Python 3.11 or newer, nothing else; the rest is put into .venv, and only there.
# The first of these that is new enough is taken; another one: make test PYTHON=/path/to/python3
PYTHON ?= $(or $(shell for one in python3 python3.13 python3.12 python3.11; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done),python3)
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
TOOLS := .tools
TOOL := $(TOOLS)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
CLIENTS := .clients
CLIENT := $(CLIENTS)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
# What is installed is locked, each file by its hash, for every system and Python from 3.11; "make lock" renews it.
# A lock is complete, so pip resolves nothing (an old pip would ask for what was published since); "pip check" agrees.
LOCKED := install --no-deps --require-hashes --only-binary :all: -r requirements
# The index is the one that this machine is set up with: uv's own settings, or else those of pip.
LOCK = index=$${PIP_INDEX_URL:-$$($(TOOL)/python -m pip config get global.index-url 2>/dev/null)}; \
	[ -z "$$index" ] || export UV_DEFAULT_INDEX=$${UV_DEFAULT_INDEX:-$$index}; \
	$(TOOL)/uv pip compile -q --universal --python-version 3.11 --generate-hashes $(if $(KEEP),,--upgrade) \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
# The environment is made anew when another Python is named than it was made with, and when that one is gone.
WHICH := -c 'import sys; print(sys.base_prefix, sys.version)'
NAMED := $(if $(filter file,$(origin PYTHON)),$(BIN)/python,$(PYTHON))
ANEW := $(shell [ ! -f $(VENV)/.installed ] || { has=$$($(BIN)/python $(WHICH)) && [ "$$has" = "$$($(NAMED) $(WHICH))" ]; } \
	2>/dev/null || echo anew)
DIR := demo
ENVS := build/environments
PANDAS2 := $(ENVS)/pandas2
ASKED := import tomllib; asked = tomllib.load(open("pyproject.toml", "rb")); groups = asked["dependency-groups"]; \
	print(*asked["project"]["dependencies"], *groups["build"], *groups["test"], sep="\n")

.DEFAULT_GOAL := help
.PHONY: help demo test cover check fix golden generated bench chaos clients lock locks newest pandas2 audit sbom clean anew

help: ## Say what there is
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /  make \1	/'

$(VENV)/.installed: pyproject.toml requirements/run.txt $(ANEW)
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "gcbulk needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name a newer one: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version); this is done once and takes a minute or two ..."
	@$(PYTHON) -m venv --clear $(VENV)
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
	@$(BIN)/python -m gcbulk demo --dir $(DIR)

test: $(VENV)/.tested ## Run the whole test suite; some of it: make test ONLY=tests/sheets
	@$(BIN)/python -m pytest -q -n auto --dist worksteal $(ONLY)

cover: $(VENV)/.tested ## The same, and less than 95 % of branches covered is a failure; takes half as long again
	@$(BIN)/python -m pytest -q -n auto --dist worksteal --cov --cov-report= --cov-fail-under=95

check: $(VENV)/.tested ## Look for mistakes without running anything
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy

fix: $(VENV)/.tested ## Fix what can be fixed automatically
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

golden: $(VENV)/.tested ## Show what differs from the recorded answers (ONLY=...); record them again: make golden WRITE=1
	@PYTHONPATH=tests $(BIN)/python -m golden $(ONLY) $(if $(WRITE),--write)

# What is made from the code and committed; tests compare both with the code.
CODES := from pathlib import Path; from gcbulk.files.file_codes import FILE_CODES; \
	from gcbulk.planning.codes import RUN_CODES; from gcbulk.tables.codes import as_markdown; \
	Path("docs/codes.md").write_text(as_markdown(FILE_CODES, RUN_CODES), "utf-8")

generated: $(VENV)/.installed ## Make docs/codes.md and templates/achievements.xlsx again from the code
	@$(BIN)/python -c '$(CODES)'
	@$(BIN)/python -m gcbulk template templates/achievements.xlsx --force

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
	@$(PYTHON) -m venv --clear $(CLIENTS)
	@$(CLIENT)/python -m pip --disable-pip-version-check -q $(LOCKED)/clients.txt
	@$(CLIENT)/python -m pip --disable-pip-version-check -q check
	@touch $@

clients: $(VENV)/.installed $(CLIENTS)/.installed ## Let published clients of other authors work with the simulator
	@PYTHONPATH=tests $(BIN)/python -m clients $(CLIENT)/python

$(TOOLS)/.installed: requirements/tools.txt
	@$(PYTHON) -m venv --clear $(TOOLS)
	@$(TOOL)/python -m pip --disable-pip-version-check -q $(LOCKED)/tools.txt
	@$(TOOL)/python -m pip --disable-pip-version-check -q check
	@touch $@

lock: $(TOOLS)/.installed ## Take the newest versions that pyproject.toml allows into requirements/; only what must: KEEP=1
	@$(LOCK) pyproject.toml --group build -o requirements/run.txt
	@$(LOCK) pyproject.toml -c requirements/run.txt --group build --group test --group check -o requirements/test.txt
	@$(LOCK) pyproject.toml -c requirements/test.txt --group build --group bench -o requirements/bench.txt
	@sed -nE 's/ \\$$//; /^[a-z0-9]/p' requirements/test.txt | grep -v '^pandas==' | \
	  { $(LOCK) -c - --group pandas2 -o requirements/pandas2.txt; }
	@$(LOCK) --group tools -o requirements/tools.txt
	@$(LOCK) --group clients -o requirements/clients.txt

locks: ## Install every lock, and run the demo, by each Python that is here with the pip that it brings
	@rm -rf $(ENVS)/3.*; .ci/pythons | { none=1; while read -r version python; do none=0; at=$(ENVS)/$$version; \
	  echo "Python $$version with pip $$($$python -c 'import ensurepip; print(ensurepip.version())') ..." && \
	  made() { $(MAKE) --no-print-directory PYTHON=$$python TOOLS=$$at-tools CLIENTS=$$at-clients DIR=$$at/demo "$$@"; } && \
	  made VENV=$$at $$at/.tested $$at-tools/.installed $$at-clients/.installed demo </dev/null && \
	  made VENV=$$at-bench $$at-bench/.benched </dev/null && \
	  made VENV=$$at-bench $$at-bench/.pandas2 </dev/null || exit 1; done; exit $$none; }

newest: ## Run the tests with the newest versions that pyproject.toml allows instead of the locked ones
	@rm -rf $(ENVS)/newest
	@$(PYTHON) -m venv $(ENVS)/newest
	@$(ENVS)/newest/bin/python -c '$(ASKED)' > $(ENVS)/newest/asked.txt
	@$(ENVS)/newest/bin/python -m pip install -q --only-binary :all: -r $(ENVS)/newest/asked.txt
	@$(ENVS)/newest/bin/python -m pip install -q --no-deps --no-build-isolation --editable .
	@$(ENVS)/newest/bin/python -m pip check
	@$(ENVS)/newest/bin/python -m pytest -q -n auto --dist worksteal $(ONLY)

# What was locked with another pandas brings that one back, so this comes after whatever is there.
$(VENV)/.pandas2: $(VENV)/.installed $(wildcard $(VENV)/.tested $(VENV)/.benched) requirements/pandas2.txt
	@echo "Putting pandas 2.3 in the place of the locked one ..."
	@$(PIP) $(LOCKED)/pandas2.txt
	@$(PIP) check
	@touch $@

pandas2: ## Run the tests with the oldest pandas that pyproject.toml allows; some of them: make pandas2 ONLY=tests/sheets
	@$(MAKE) --no-print-directory -s VENV=$(PANDAS2) $(PANDAS2)/.tested
	@$(MAKE) --no-print-directory -s VENV=$(PANDAS2) $(PANDAS2)/.pandas2
	@$(PANDAS2)/bin/python -m pytest -q -n auto --dist worksteal $(ONLY)

audit: $(TOOLS)/.installed ## Look for known weaknesses of everything that is locked
	@mkdir -p build; $(TOOL)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
	  $(patsubst %,-r %,$(wildcard requirements/*.txt)) 2>build/audit.txt && found=0 || found=$$?; cat build/audit.txt >&2; \
	grep -q "nown vulnerabilit" build/audit.txt || \
	  { echo "What is known of weaknesses cannot be had from here (see above): nothing was audited."; exit 1; }; exit $$found

sbom: $(TOOLS)/.installed ## Write down what gcbulk is made of (CycloneDX), as build/sbom.cdx.json
	@mkdir -p build
	@PYTHONWARNINGS=ignore::UserWarning $(TOOL)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	  -o build/sbom.cdx.json requirements/run.txt
	@echo "Written: build/sbom.cdx.json"

clean: ## Remove what make made
	rm -rf $(VENV) $(TOOLS) $(CLIENTS) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
