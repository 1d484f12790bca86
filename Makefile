# Everything a developer types. `make demo` and `make test` set up what they need; a second run reuses it.

PYTHON ?= python3
UV     ?= uv
MODEL  ?= full
CLIP   ?= fixtures/videos/side_left_60fps.mp4

# Fixed, because a changed lock clears it: a folder of somebody else's must never stand here.
VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

# A file stays with one worker, for its tests share a server or an analysed clip; conftest.py says how many there are.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# Tests start hundreds of Pythons: where this is set, each would compile the product anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test verify quick unit fuzz siege lint setup setup-dev model dist lock clean

help:
	@echo "make demo    analyse a clip of this repository into out/demo"
	@echo "make test    format, lint, types, every reference clip against its truth, and every test"
	@echo "make quick   lint and the tests that need no more than a minute or two together"
	@echo "make unit    the tests of make quick alone"
	@echo "make verify  the reference clips alone"
	@echo "make fuzz    read thousands of broken clips: none may crash or hang"
	@echo "make siege   attack a service on this machine, and break what it stands on"
	@echo "make dist    build the wheel and the source distribution into dist"
	@echo "make lock    refresh requirements/*.txt (UPGRADE=--upgrade for newer versions; needs uv)"
	@echo "make clean   remove what the targets above made"

demo: setup model
	$(BIN)/formcheck analyze $(CLIP) -o out/demo
	@echo "Open out/demo/$(basename $(notdir $(CLIP)))/report.html"

# mypy keeps one processor busy for most of a minute, so the reference clips go beside it.
test: setup-dev model
	$(MAKE) --jobs=2 lint verify
	$(PYTEST) -m "not siege"

verify: setup model
	$(BIN)/formcheck verify fixtures/videos

quick: lint unit

unit: setup-dev
	$(PYTEST) -m "not slow" --hypothesis-profile=quick

fuzz: setup-dev
	$(BIN)/python -m tools.fuzz_files --cases 5000

siege: setup-dev
	$(BIN)/python -m tools.siege

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# The pose model lives in the user's cache, shared by all checkouts; pulling what is there costs nothing.
model: setup
	$(BIN)/formcheck models pull $(MODEL)

setup: $(VENV)/.project
setup-dev: $(VENV)/.project $(VENV)/.dev

# Stamps live inside the environment, so that clearing it forgets them too.
$(VENV)/.locked: requirements/build.txt requirements/runtime.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
	  echo "formcheck needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing)."; \
	  echo "Name one that fits: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --require-hashes -r requirements/build.txt
	$(PIP) install --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.locked requirements/dev.txt
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.project: $(VENV)/.locked pyproject.toml
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

dist: setup
	$(BIN)/python -m hatchling build -d dist

# One version of each package for all three Pythons (fork-strategy): the same clip gives the same numbers on each.
COMPILE = $(UV) pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest \
  --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: install it, or name it with UV=..."; exit 1; }
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) pyproject.toml --extra api -c requirements/runtime.txt --output-file requirements/api.txt
	$(COMPILE) pyproject.toml --extra api --extra dev --extra render --extra traces -c requirements/runtime.txt --output-file requirements/dev.txt
	$(COMPILE) requirements/build.in -c requirements/dev.txt --output-file requirements/build.txt

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
