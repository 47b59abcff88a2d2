# make run    install into .venv and run the bundled case
# make test   install what the tests need, the browser included, and run them
# Other targets: posterior record test-all lint format docs bench clean

VENV   ?= .venv
PYTHON ?= python3
OUT    ?= out
BIN     = $(VENV)/bin
ARGS   ?=

# Stamps are newer than pyproject.toml as long as the installation matches it. The package version
# is read from __init__.py, which changes far more often than the version does: it is left out.
RUN_STAMP   = $(VENV)/.installed-run
DEV_STAMP   = $(VENV)/.installed-dev
BENCH_STAMP = $(VENV)/.installed-bench

.DEFAULT_GOAL := help
.PHONY: help run posterior record fragility test test-all lint format docs bench system clean

help:
	@sed -n '1,3s/^# //p' Makefile

$(BIN)/python:
	@scripts/make-venv.sh "$(PYTHON)" "$(VENV)"

$(RUN_STAMP): pyproject.toml | $(BIN)/python
	@scripts/install.sh "$(VENV)" ""
	@touch $@

$(DEV_STAMP): pyproject.toml | $(BIN)/python
	@scripts/install.sh "$(VENV)" "test,docs,dev"
	@touch $(RUN_STAMP) $@

$(BENCH_STAMP): pyproject.toml | $(BIN)/python
	@scripts/install.sh "$(VENV)" "bench"
	@touch $(RUN_STAMP) $@

# The posterior of the bundled case: about an hour on two processors. A stopped fit goes on with
# ARGS=--resume.
POSTERIOR = build/posterior.nc
posterior: $(RUN_STAMP)
	@mkdir -p build
	@"$(BIN)/rivalry" fit afghanistan --out "$(POSTERIOR)" $(ARGS)
	@cp "$(POSTERIOR)" src/rivalry/cases/afghanistan/posterior.nc.new
	@mv src/rivalry/cases/afghanistan/posterior.nc.new src/rivalry/cases/afghanistan/posterior.nc

# What the bundled case forecast at past origins, for the report: some minutes. A stopped one goes on
# with ARGS=--resume.
RECORDS = build/evaluation
record: $(RUN_STAMP)
	@"$(BIN)/rivalry" evaluate afghanistan --origins 2016-01..2024-06 --keep --out "$(RECORDS)" $(ARGS)
	@cp "$$(ls -t "$(RECORDS)"/afghanistan/*/record.parquet | head -n 1)" src/rivalry/cases/afghanistan/record.parquet.new
	@mv src/rivalry/cases/afghanistan/record.parquet.new src/rivalry/cases/afghanistan/record.parquet

# What would overturn each verdict, for the report: about a minute. To be made anew with the posterior.
fragility: $(RUN_STAMP)
	@"$(BIN)/rivalry" sensitivity afghanistan --claims --keep --out build/fragility $(ARGS)

run: $(RUN_STAMP)
	@"$(BIN)/rivalry" run --out "$(OUT)" $(ARGS)

system:
	@scripts/install-system.sh

test: $(DEV_STAMP) system
	"$(BIN)/python" -m pytest -m "not slow" $(ARGS)

test-all: $(DEV_STAMP) system
	"$(BIN)/python" -m pytest $(ARGS)

lint: $(DEV_STAMP)
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/mypy"
	"$(BIN)/lint-imports"

format: $(DEV_STAMP)
	"$(BIN)/ruff" check --fix .
	"$(BIN)/ruff" format .

docs: $(DEV_STAMP)
	"$(BIN)/python" -m sphinx -W --keep-going -n -E -b html docs docs/_build/html
	@echo "Documentation: docs/_build/html/index.html"

bench: $(BENCH_STAMP)
	"$(BIN)/rivalry" bench $(ARGS)

clean:
	rm -rf "$(VENV)" build dist docs/_build .mypy_cache .pytest_cache .ruff_cache
