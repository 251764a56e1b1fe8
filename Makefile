# Two commands do everything on a fresh machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# A suite starts hundreds of processes: what each of them compiles is kept, whatever this shell prefers.
export PYTHONDONTWRITEBYTECODE :=
# Python finds a clone whose path is not ASCII, whatever this shell's locale.
export PYTHONUTF8 := 1

.PHONY: demo test system suite lab lint bench screenshots binder clean
.DELETE_ON_ERROR:

demo: $(READY)
	$(BIN)/workbench demo demo

test:
	@$(MAKE) --no-print-directory --jobs=2 $(READY) system
	@$(MAKE) --no-print-directory --jobs=2 lint suite

# What a registry of Python packages does not have.
system:
	@sh .ci/browser || echo "no Chromium: tests of screens are skipped"
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || sh .ci/system postgresql || echo "no PostgreSQL: tests of an office's database are skipped"

# Four files at once, as tests/conftest.py sorts them.
suite: $(READY)
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

lab: $(READY)
	$(BIN)/workbench lab

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python tests/benchmarks/bench.py

# The README's pictures, of generated people; NAMES="explorer review" takes only these.
screenshots: $(READY)
	@sh .ci/browser
	$(BIN)/python -m tests.browser.screenshots $(NAMES)

# The lessons' link on Binder, for where this clone came from; ADDRESS=https://github.com/owner/name for another place.
binder:
	@python3 binder/link.py $(ADDRESS)

# The lock has versions and hashes and no addresses: pip takes the packages from wherever this machine gets its packages.
$(READY): pyproject.toml requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is missing; install Python 3.11, or run: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { sh .ci/system python3.11-venv && $(PYTHON) -m venv $(VENV); }
	@sh .ci/packages $(BIN)/python requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@said=$$($(BIN)/python -c "import cv2" 2>&1) || case "$$said" in *libGL*|*libgthread*|*libglib*) sh .ci/system libgl1 libglib2.0-0;; esac
	@$(BIN)/python -c "import cv2"
	@touch $@

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
