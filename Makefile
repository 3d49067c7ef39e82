# The same few verbs on a laptop and in CI. Nothing but Python >= 3.11 and make is needed before.
PYTHON ?= python3
BIN := .venv/bin
# A file's tests share their server, browser and site, so one worker has them all.
PYTEST := $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

# Without bytecode every process that a test starts would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo serve test test-full check bench screenshots lock

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1 - /'

setup: ## Create .venv with everything for development
	@$(PYTHON) scripts/bootstrap.py dev

demo: ## Run the help centre with starter content, nothing to configure
	@$(PYTHON) scripts/bootstrap.py runtime
	@$(BIN)/helpcenter demo

check: setup ## Lint, types, import directions, content: a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .cache/import-linter
	$(BIN)/djlint helpcenter --check --lint --quiet
	$(BIN)/codespell
	$(BIN)/helpcenter check

test: setup ## The suite on SQLite with one browser story a locale (E2E=no leaves it out)
	@$(PYTHON) scripts/bootstrap.py browser
	$(PYTEST) -m "not full" --hypothesis-profile=quick

test-full: setup ## The checks, all talks, then the whole suite on PostgreSQL, the axe matrix, coverage
	@$(PYTHON) scripts/bootstrap.py browser
	@$(MAKE) --no-print-directory check
	$(BIN)/helpcenter bot test --cover 95
	TEST_DATABASE=postgresql $(PYTEST) --hypothesis-profile=thorough --cov --cov-report=term --cov-fail-under=90

bench: setup ## Measure, each row beside its reference in one run (ARGS="--json" for machines)
	@$(BIN)/python -m tests.bench $(ARGS)

screenshots: setup ## Picture every kind of page, both languages, light and dark (FOLDER=var/screenshots)
	@$(PYTHON) scripts/bootstrap.py browser
	@$(BIN)/python -m tests.e2e.screenshots $(FOLDER)

lock: ## Recompile requirements/ from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate pyproject.toml --group dev -o requirements/dev.txt
