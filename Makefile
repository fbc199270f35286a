# Two commands do everything: `make run` and `make test`. They need Python 3.11 or newer.
.DEFAULT_GOAL := help
.PHONY: help setup assets translations run test lint bench clean lock

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$python; break; }; done)
BIN := .venv/bin
PORT ?= 8000
ARGS ?=
export PORT
export PORTAL_PUBLIC_URL ?= http://127.0.0.1:$(PORT)

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' Makefile | expand -t 14

setup: .python  ## make .venv with the locked dependencies
	@$(PYTHON) -m tools.setup

assets: setup  ## build styles, scripts, fonts and the catalogues of languages
	@$(PYTHON) -m tools.assets
	@$(BIN)/python -m tools.translations compile

translations: setup  ## bring portal/translations up to date with the texts
	@$(BIN)/python -m tools.translations

run: setup assets  ## serve the portal with demo data on http://127.0.0.1:8000 (PORT=…)
	@$(BIN)/portal db upgrade
	@$(BIN)/portal demo links 2>/dev/null || $(BIN)/portal demo load
	@exec $(BIN)/gunicorn wsgi:app

test: .dev assets  ## run every test, with PostgreSQL and Chromium (ARGS="-k name")
	@$(BIN)/python -m tools.postgres
	@$(BIN)/python -m tools.chromium
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

lint: .dev  ## check style, types, import contracts and templates
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint portal/templates --lint --check

bench: .dev assets  ## measure the promises about speed
	@$(BIN)/python -m tests.bench $(ARGS)

clean:  ## remove everything that make built; data under var/ stays
	@rm -rf .venv .node-venv node_modules portal/static/build portal/translations/*/*/*.mo *.egg-info .*_cache

lock: .dev  ## choose newest allowed versions of every dependency and lock them
	@$(BIN)/python -m tools.lock

.PHONY: .python .dev
.python:
	@test -n "$(PYTHON)" || { echo "Parley needs Python 3.11 or newer; none was found."; exit 1; }

.dev: .python
	@$(PYTHON) -m tools.setup --dev
