# make demo   the example application, linted
# make test   all tests, in as many processes as there are cores (at most 8)
# make lint   ruff, mypy, import-linter
# make docs   what the documents have from the code, written anew: docs/rules, the tables of keys, the schema
#
# Each needs Python 3.10 or newer, git and make, and sets up .venv by itself. Another interpreter:
# make test PYTHON=python3.12

PYTHON ?= python3

# The name of the stamp holds the interpreter, so that another PYTHON makes another environment.
empty :=
space := $(empty) $(empty)
STAMP := .venv/.made-with-$(subst $(space),_,$(subst /,_,$(PYTHON)))
BIN := .venv/bin

# The example is broken on purpose; these are the indexes that its story lost.
EXAMPLE := docs/examples/booking
LOST := ix_assignment_booking_created ix_assignment_dispatch_run_status ix_booking_status_scheduled_company

# An active virtual environment of the user's must not leak into the runs below.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

.PHONY: help demo test lint format docs clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

$(STAMP): pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	    { echo 'lint-indexes needs Python 3.10 or newer; choose one: make $(MAKECMDGOALS) PYTHON=python3.12' >&2; exit 1; }
	@echo 'Setting up .venv (once, until pyproject.toml changes) ...' >&2
	@"$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch "$@"

demo: $(STAMP)
	@echo '$$ lint-indexes --root $(EXAMPLE)'
	@found=$$($(BIN)/lint-indexes --root $(EXAMPLE) --python "$(CURDIR)/$(BIN)/python"); status=$$?; \
	printf '%s\n' "$$found"; \
	if [ $$status -ne 1 ]; then echo "make demo: exit status $$status instead of 1" >&2; exit 1; fi; \
	for index in $(LOST); do \
	    printf '%s\n' "$$found" | grep -q "LI101.*$$index" || \
	        { echo "make demo: LI101 does not name $$index" >&2; exit 1; }; \
	done

test: $(STAMP)
	@$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile $(PYTEST_ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(STAMP)
	$(BIN)/python scripts/write_documents.py

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
