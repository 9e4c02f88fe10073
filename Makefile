# make run · make test · make lint · make bench · make crash · make corpora · make fuzz · make lock
PYTHON ?= python3
VENV := .venv
# Each process that begins here would compile a thousand files anew where the environment forbids to keep them: 4 s, else 1.
export PYTHONDONTWRITEBYTECODE :=
UV := $(VENV)/bin/uv
# What is run a second time, on PostgreSQL; without one it is skipped, and with CI=true that is a failure.
ON_POSTGRESQL := tests/store tests/stories tests/test_ahead.py tests/test_shift.py tests/test_jobs.py tests/daemon/test_load.py tests/daemon/test_relief.py \
	$(patsubst %,tests/crash/test_kills.py::test_%,killed_at_random_nothing_is_lost_or_doubled sigterm_under_load_ends_well_and_loses_nothing) \
	$(patsubst %,tests/cli/test_%.py,announce backup_and_migrate letters mails refused replay tickets trace)
# Tests wait half of their time: for kills, deadlines, disks.
TOGETHER = $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) * 3 // 2 if hasattr(os, "sched_getaffinity") else "auto")')
.PHONY: run test lint bench crash corpora fuzz lock clean

run: $(VENV)/run
	$(VENV)/bin/mailgate demo

test: $(VENV)/dev lint
	$(VENV)/bin/pytest -n $(TOGETHER) --dist worksteal
	$(VENV)/bin/pytest -n $(TOGETHER) --dist worksteal --database=postgresql $(ON_POSTGRESQL)

lint: $(VENV)/dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

bench: $(VENV)/dev
	$(VENV)/bin/python -m tests.bench

corpora: $(VENV)/dev
	$(VENV)/bin/python -m tests.corpora $(CORPORA)

# Every public function of mail/ on damaged mails: FUZZ=600 is ten minutes. In CI the suite does it for half a minute.
fuzz: $(VENV)/dev
	FUZZ=$(or $(FUZZ),60) $(VENV)/bin/pytest tests/mail/test_fuzz.py

crash: $(VENV)/dev
	$(VENV)/bin/python -m tests.crash $(CRASH)

$(UV):
	$(PYTHON) -c 'import sys; sys.exit("mailgate needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check uv

$(VENV)/run: $(UV) requirements.lock pyproject.toml
	$(UV) pip install --quiet --compile-bytecode --python $(VENV)/bin/python --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(VENV)/bin/python --no-deps -e .
	touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.lock
	$(UV) pip install --quiet --compile-bytecode --python $(VENV)/bin/python --require-hashes -r requirements-dev.lock
	touch $@

lock: $(UV)
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --extra calendar --extra imap --extra oauth --extra senders --extra web --extra pg -o requirements.lock pyproject.toml
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --extra calendar --extra imap --extra oauth --extra senders --extra web --extra pg --group dev -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist var
