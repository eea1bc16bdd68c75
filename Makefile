# The two commands of a newcomer are `make demo` and `make test`. They need Python 3.11 or later and make, nothing else.

VENV := .venv
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input
ARGS ?=

export PYTHONNOUSERSITE := 1
export PIP_USER := 0
unexport PYTHONHOME
unexport PYTHONPATH

.DEFAULT_GOAL := help
.PHONY: help demo test check lint serve words bench clean
.DELETE_ON_ERROR:

help:  ## say what can be done
	@sed -n 's/^\([a-z][a-z]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 10

demo: $(VENV)/.ready  ## a sample company and one day's work, on SQLite
	@$(VENV)/bin/quittance demo $(ARGS)

test: $(VENV)/.ready-dev  ## the tests, on SQLite and PostgreSQL (ARGS="-k word" for some of them)
	@$(VENV)/bin/python tests/run.py $(ARGS)

check: lint test  ## lint and test

lint: $(VENV)/.ready-dev  ## ruff, mypy strict and the import contracts
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

serve: $(VENV)/.ready  ## the web application (ARGS=--demo for three sample companies)
	@exec $(VENV)/bin/quittance serve $(ARGS)

words: $(VENV)/.ready-dev  ## renew the catalogues of words after a page has changed
	@PYTHONPATH=src $(VENV)/bin/python tests/catalogues.py

bench: $(VENV)/.ready-dev  ## how long the work takes on large books
	@$(VENV)/bin/python tests/postgres.py $(VENV)/bin/quittance bench $(ARGS)

clean:  ## remove what these commands made, but no data of yours
	rm -rf $(VENV) quittance-demo .cache .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find src tests requirements -name __pycache__ -type d -prune -exec rm -rf {} +

# Each step leaves a stamp, is done once, and is done again when what it rests on changes. They form a chain, so that
# `make -j` never runs two installations at once.

$(VENV)/.made:
	@rm -rf $(VENV)
	@for name in python3 python python3.14 python3.13 python3.12 python3.11; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Il faut Python 3.11 ou plus récent (Debian, Ubuntu : apt install python3 python3-venv)." >&2; \
		echo "Python 3.11 or later is needed (Debian, Ubuntu: apt install python3 python3-venv)." >&2; \
		exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "Python $$version ne sait pas créer d'environnement (Debian, Ubuntu : apt install python$$version-venv)." >&2; \
		echo "Python $$version cannot make a virtual environment (Debian, Ubuntu: apt install python$$version-venv)." >&2; \
		exit 1; \
	fi; \
	echo "Quittance s'installe dans $(VENV) ; la première fois, cela prend une minute ou deux." >&2; \
	"$$python" -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt $(VENV)/.made
	@$(PIP) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	@touch $@

$(VENV)/.ready: pyproject.toml requirements/runtime.in requirements/hatch_hook.py $(VENV)/.runtime
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements/dev.txt $(VENV)/.ready
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
