# Every target sets up what it needs by itself; a second run does nothing twice.
# Needed beforehand: Python 3.11 or newer with its venv module, and make.

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
# Node comes with the environment, so npm and its tools find this one first.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

RUN := $(VENV)/.run-installed
DEV := $(VENV)/.dev-installed
MODULES := frontend/node_modules/.installed
WORKSPACES := $(wildcard frontend/*/package.json)
FRONTEND_SOURCES := $(shell find frontend \( -name node_modules -o -name dist \) -prune -o -type f -print)
ifneq ($(WORKSPACES),)
FRONTEND := build/frontend-built
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check format bench build fresh screenshots lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUN) $(FRONTEND) ## Run the demo: console, reference CRM, simulated telephone network (ARGS="--port 8800")
	@$(BIN)/screenpop demo $(if $(CRM),--crm "$(CRM)") $(ARGS)

test: $(DEV) $(FRONTEND) ## Run every test; installs the programs the tests use, where it may (ARGS="-k dial")
	@$(BIN)/python -m scripts.test_tools
ifdef FRONTEND
	npm --prefix frontend test
endif
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

check: $(DEV) $(if $(FRONTEND),$(MODULES)) ## Run the linters, the type checkers and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
ifdef FRONTEND
	npm --prefix frontend run check
endif

format: $(DEV) $(if $(FRONTEND),$(MODULES)) ## Put every file into the house's format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
ifdef FRONTEND
	npm --prefix frontend run format
endif

bench: $(DEV) $(FRONTEND) ## Measure, each number beside its comparison in the same run
	$(BIN)/python -m bench $(ARGS)

build: $(RUN) $(FRONTEND) ## Build the browser's part, the wheel and the source package into dist/
	$(BIN)/hatchling build

fresh: ## Run the README's two commands in a bare Debian (needs root; ARGS="demo" or "test" for one)
	@scripts/fresh $(ARGS)

screenshots: $(DEV) $(FRONTEND) ## Take the documents' screenshots anew
	@test -f scripts/screenshots.py || { echo "There is nothing to photograph yet: scripts/screenshots.py does not exist."; exit 1; }
	$(BIN)/python -m scripts.screenshots $(ARGS)

lock: $(RUN) ## Renew the pins of requirements/ and frontend/package-lock.json
	scripts/lock

clean: ## Remove everything that was installed or built here
	rm -rf $(VENV) build dist frontend/node_modules src/screenpop/web/built

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || { echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN): requirements/run.txt pyproject.toml | $(VENV)/.made
	@echo "Installing what screenpop runs on …"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/run.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# dev.txt contains run.txt, so this one counts for both.
$(DEV): requirements/dev.txt requirements/run.txt pyproject.toml | $(VENV)/.made
	@echo "Installing what the tests and checks need …"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(RUN) $@

$(MODULES): frontend/package-lock.json frontend/package.json frontend/.npmrc $(WORKSPACES) | $(RUN)
	@echo "Installing the front-end tools …"
	@npm --prefix frontend ci --no-progress --loglevel=error
	@touch $@

build/frontend-built: $(FRONTEND_SOURCES) $(MODULES)
	npm --prefix frontend run --silent build
	@mkdir -p build
	@touch $@
