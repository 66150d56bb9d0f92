# `make help` lists the targets. Each one installs first where needed.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(INSTALLED) ## make .venv with the pinned versions

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: install ## six questions over the sample filings
	$(BIN)/financeqa demo

test: install ## lint, types, import rules and the test suite
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

study-smoke: install ## every study at smoke size (some minutes)
	$(BIN)/financeqa study run all --size smoke --results runs/smoke

check: test ## what takes longer: the whole suite with its slow part
	$(BIN)/pytest -m slow

reader: install ## train both readers, from data to package files (resumes; about six hours on two cores)
	$(BIN)/financeqa train qa/recipes/reader-1-text.toml
	$(BIN)/financeqa train qa/recipes/reader-2-tables.toml
	$(BIN)/financeqa train qa/recipes/reader-3-whole.toml --ship general-qa-reader
	$(BIN)/financeqa train qa/recipes/reader-4-prose.toml --ship finance-qa-reader

retriever: install ## train the encoder that finds passages (resumes; five minutes on two cores)
	$(BIN)/python -m retrieval.training

lookup: install ## fit the model that looks numbers up in tables (five minutes on two cores)
	$(BIN)/python -m qa.lookup.training

hybrid: install ## train the readers and heads of tables with text (resumes; one to two hours on two cores)
	$(BIN)/python -m qa.hybrid.reading
	$(BIN)/python -m qa.hybrid.shipping

clean: ## remove what was made
	rm -rf .venv runs dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# a study that is done is not done again: smoke runs start from nothing
study-smoke: clean-smoke
clean-smoke:
	rm -rf runs/smoke

.PHONY: help install demo test study-smoke clean-smoke check reader retriever lookup hybrid clean
