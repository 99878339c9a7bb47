# `make` shows what there is. Needs only make and Python 3.11 or newer.
.POSIX:
.PHONY: help run test lint bench docs openapi schema screenshots examples lock clean browser

VENV = .venv
PY = $(VENV)/bin/python
INSTALL = -m pip install --quiet --disable-pip-version-check --require-hashes
PIP = $(PY) $(INSTALL)
# What the examples use never meets what AIRE uses.
EXAMPLES = .venv-examples
# make run ARGS="--port 9000", make test ARGS="tests/alerts -x"
ARGS =

help:
	@echo "make run     serve AIRE on http://127.0.0.1:8000 (ARGS='--port 9000' for another port)"
	@echo "make test    every test, browser included (ARGS='tests/alerts' for some)"
	@echo "make lint    static checks"
	@echo "make bench   benchmarks"
	@echo "make docs    the documentation as pages in site/"
	@echo "make openapi write docs/openapi.json after a change of the API"
	@echo "make schema  write aire_web/schema.sql after a change of the migrations"
	@echo "make screenshots  the pictures in docs/screenshots, taken from the demo"
	@echo "make examples  every example with its real library against a running AIRE (1.5 GB)"
	@echo "make lock    compile requirements*.in into the hashed locks"
	@echo "make clean   remove what the other targets made; AIRE's data in .aire stays"

run: $(VENV)/installed
	@exec $(PY) manage.py up $(ARGS)

test: $(VENV)/installed-dev browser
	@exec env AIRE_CHROME="$$(sh deploy/install_browser.sh)" \
		$(PY) -m pytest -n "$$($(PY) deploy/parallel.py)" --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/installed-dev
	$(VENV)/bin/ruff check --quiet .
	$(VENV)/bin/ruff format --check --quiet .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports --no-cache --no-logo
	@# Without a database the history cannot be compared; the models still are.
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PY) -m tests.house.ceilings
	$(PY) deploy/openapi.py
	$(PY) -m deploy.schema

docs: $(VENV)/installed
	@exec $(PY) deploy/docs.py

openapi: $(VENV)/installed-dev
	$(PY) deploy/openapi.py --write

schema: $(VENV)/installed-dev
	$(PY) -m deploy.schema --write

screenshots: $(VENV)/installed-dev browser
	@exec $(PY) deploy/screenshots.py $(ARGS)

examples: $(VENV)/installed-dev $(EXAMPLES)/installed
	@exec env PYTHONPATH=. $(PY) deploy/examples.py $(ARGS)

bench: $(VENV)/installed-dev
	@exec $(PY) -m bench $(ARGS)

lock: $(VENV)/installed-dev
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header requirements.in --output-file requirements.txt
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header requirements-dev.in --output-file requirements-dev.txt
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header requirements-pdf.in --output-file requirements-pdf.txt -c requirements.txt
	@# Extras stay written: pip asks for the hash of pandas[parquet], which pandas alone has not.
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-strip-extras examples/requirements.in --output-file examples/requirements.txt

clean:
	rm -rf $(VENV) $(EXAMPLES) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf staticfiles test-artifacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

browser:
	@sh deploy/install_browser.sh > /dev/null

$(VENV)/bin/python:
	@sh deploy/make_venv.sh $(VENV)

$(VENV)/installed: $(VENV)/bin/python requirements.txt
	@echo "Installing what AIRE needs into $(VENV)."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/bin/python requirements-dev.txt
	@echo "Installing what AIRE and its tests need into $(VENV)."
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(EXAMPLES)/bin/python:
	@sh deploy/make_venv.sh $(EXAMPLES)

$(EXAMPLES)/installed: $(EXAMPLES)/bin/python examples/requirements.txt
	@echo "Installing what the examples use into $(EXAMPLES)."
	@$(EXAMPLES)/bin/python $(INSTALL) -r examples/requirements.txt
	@touch $@
