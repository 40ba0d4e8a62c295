# Everything from a bare checkout: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m

.PHONY: demo test check unit live bench proof servers format clean

$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.demo

# The whole story on embedded parts; DEMO=--once ends by itself.
demo: $(VENV)/.demo
	$(VENV)/bin/hd-bridge demo $(DEMO)

# ruff, mypy and the rules of the house.
check: $(VENV)/.dev
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) pytest -q tests/test_house.py
	$(RUN) tests.sizes

# The real servers that the live tests start on loopback; where they may not be installed, those tests are skipped.
servers:
	bash tests/live/install.sh

test: unit live

unit: $(VENV)/.dev
	$(RUN) pytest -q -n 2 tests --ignore=tests/live --ignore=tests/browser

live: $(VENV)/.dev servers
	$(RUN) pytest -q -n 2 --dist loadfile --no-loadscope-reorder tests/live tests/browser

# Figures, printed with the machine they were measured on; see docs/benchmarks.md.
bench: $(VENV)/.dev servers
	$(RUN) tests.bench

# The long proofs (two hours and more); PROOF="kills fleet" runs those alone.
proof: $(VENV)/.dev servers
	$(RUN) tests.proof $(PROOF)

format: $(VENV)/.dev
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

clean:
	rm -rf $(VENV) var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
