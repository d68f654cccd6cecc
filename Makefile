# Parley: two commands are enough, `make run` and `make test`.
# They need Python 3.11 or newer and nothing else; what they install goes into .venv/ in this folder.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

VENV := .venv
PY := $(VENV)/bin/python
# Tests run side by side (three on two cores: they wait about as often as they work); those of one module or class
# share what they started.
PYTEST := $(PY) -m pytest -n 3 --dist loadscope --no-loadscope-reorder
PACKAGES := app tasks beat config parley

# The newest of the Pythons that are new enough; PYTHON=/a/python make run takes that one.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$p; break; }; done)

# mysqlclient is compiled: it is installed for the tests where MariaDB's or MySQL's headers are.
HAS_MYSQL_HEADERS := $(shell { command -v mariadb_config || command -v mysql_config || pkg-config --exists libmariadb \
	|| pkg-config --exists mysqlclient; } >/dev/null 2>&1 && echo yes)
TEST_REQUIREMENTS := requirements/dev.txt $(if $(HAS_MYSQL_HEADERS),requirements/production.txt)

# A stamp is named for what was installed and where: nothing is installed twice, and a copy does not use another's.
stamp = $(VENV)/$(1)-$(shell { pwd; cat requirements/constraints.txt $(2); } | cksum | cut -d ' ' -f 1).stamp
RUN_STAMP := $(call stamp,run,requirements/base.txt)
TEST_STAMP := $(call stamp,test,requirements/base.txt $(TEST_REQUIREMENTS))

# A string's file stands beside it, not its line: moving code about changes no catalogue.
SAID := -F babel.cfg -k english -k plural:1,2 -k lazy_gettext --add-location=file --sort-by-file -w 120 --project Parley

# axe-core, which judges our pages, comes from npm; where there is none its tests are skipped, and PARLEY_REQUIRE=axe minds.
AXE := build/axe
AXE_STAMP := $(if $(shell command -v npm 2>/dev/null),$(AXE)/$(shell cat tests/e2e/axe/package-lock.json | cksum | cut -d ' ' -f 1).stamp)

FUZZ_SECONDS ?= 60

.PHONY: help install run test check format words bench soak raid fuzz audit screens clean

help:  ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  PORT=8001 make run   serves on another port; all settings: docs/operations.md'

install: $(RUN_STAMP)  ## Install what running needs

run: $(RUN_STAMP)  ## Start everything on this machine; Ctrl-C stops it
	@exec $(PY) -m config.supervisor

test: check $(AXE_STAMP)  ## Run all checks and all tests
	$(PYTEST)

check: $(TEST_STAMP)  ## Check style, types, which package may know what, and known holes
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m tests.support.audit

format: $(TEST_STAMP)  ## Put the code into its usual form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

words: $(RUN_STAMP)  ## Bring what Parley says into the catalogues, to be translated (docs/languages.md)
	@mkdir -p build
	$(PY) -m babel.messages.frontend --quiet extract $(SAID) -o build/messages.pot .
	$(PY) -m babel.messages.frontend --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 120 \
		-i build/messages.pot -d app/web/translations

bench: $(TEST_STAMP)  ## Measure, and print ratios (docs/performance.md)
	$(PY) -m benchmarks.start
	$(PY) -m benchmarks.chains
	$(PY) -m benchmarks.pipeline
	$(PY) -m benchmarks.latency
	$(PY) -m benchmarks.fanout
	$(PY) -m benchmarks.sockets

soak: $(TEST_STAMP)  ## Kill everything for a quarter of an hour, and report (docs/soak.md); SOAK='--seed 2 --kills 50'
	$(PY) -m tests.faults.soak $(SOAK)

raid: $(TEST_STAMP)  ## Let two hundred devices break in on fifty who talk, and report (docs/safety.md)
	$(PY) -m benchmarks.raid

fuzz: $(TEST_STAMP)  ## Look for texts and bytes that trip the rules and the sockets; FUZZ_SECONDS=600 for longer
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements/fuzz.txt
	@mkdir -p build/fuzz
	$(PY) -m tests.fuzz.texts -max_total_time=$(FUZZ_SECONDS) -timeout=5 -artifact_prefix=build/fuzz/texts-
	$(PY) -m tests.fuzz.frames -max_total_time=$(FUZZ_SECONDS) -timeout=15 -artifact_prefix=build/fuzz/frames-

audit: $(TEST_STAMP)  ## Ask for known holes as `make check` does, and take no "not known" for an answer
	$(PY) -m tests.support.audit --strict

screens: $(TEST_STAMP)  ## Take the screenshots in docs/screens anew
	$(PY) -m tests.e2e.screens docs/screens

clean:  ## Remove what was installed and made; keeps var/ and what is in it
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# -- how it is installed -----------------------------------------------------------------------------------------------

$(PY):
	@test -n "$(PYTHON)" || { \
		echo 'Parley needs Python 3.11 or newer with venv (on Debian and Ubuntu: apt install python3-venv).' >&2; \
		echo "Found: $$(python3 --version 2>&1)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Programs in a virtual environment know its address: one that was copied or moved along is made anew.
.PHONY: at-home
at-home:
	@grep -qsF -e "$(CURDIR)/$(VENV)/bin/" $(VENV)/bin/pip || rm -rf $(VENV)

$(RUN_STAMP): | at-home $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements/base.txt
	@rm -f $(VENV)/run-*.stamp && touch $@

$(TEST_STAMP): | $(RUN_STAMP)
	$(PY) -m pip install --quiet --disable-pip-version-check $(addprefix -r ,$(TEST_REQUIREMENTS))
	@rm -f $(VENV)/test-*.stamp && touch $@

$(AXE)/%.stamp: tests/e2e/axe/package.json tests/e2e/axe/package-lock.json
	@mkdir -p $(AXE) && cp tests/e2e/axe/*.json $(AXE)/
	cd $(AXE) && npm ci --no-audit --no-fund --ignore-scripts && rm -f *.stamp && touch $(@F) || echo 'axe-core could not be installed' >&2
