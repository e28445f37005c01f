# make run    install what serving needs, ingest corpus/ on the first start, serve on 127.0.0.1:8000
# make test   install the tools too, then format check, lint, types, import contracts, the gate and every test
# make gate   ask all known questions of a fresh index of corpus/, and fail where a figure is worse than eval/baseline.json
# make baseline  write eval/baseline.json anew from such a run, its floors kept
# make report build/report.html: a run on a fresh index of corpus/ beside plain paragraphs by BM25 and by vectors
# make lock   write constraints.txt anew from a fresh resolution
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run test check gate baseline report lock clean

run: $(VENV)/.installed
	$(BIN)/ibid serve

# Two processes, each with its own model and browser; a file's tests stay together, and those of the page come last.
test: check gate
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# In float32, so that figures do not depend on whether the processor has bf16. In a GitHub workflow the tables go to the
# summary of the job. Why a figure moved is in build/gate.html.
gate baseline report: export IBID_DATA_DIR = build/gate
gate baseline report: export IBID_BF16 = off
gate baseline: $(VENV)/.dev
	rm -rf build/gate
	$(BIN)/ibid ingest corpus
	$(BIN)/ibid eval --gate eval/baseline.json $(if $(filter baseline,$@),--accept) --html build/gate.html \
		$(if $(GITHUB_STEP_SUMMARY),--markdown "$(GITHUB_STEP_SUMMARY)")

report: $(VENV)/.dev
	rm -rf build/gate
	$(BIN)/ibid ingest corpus
	$(BIN)/python -m benchmarks.paragraphs build/paragraphs
	$(BIN)/ibid eval --html build/report.html $(addprefix --against build/paragraphs/paragraphs-,dense.json bm25.json)

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ibid needs Python 3.11 or newer; run: make PYTHON=/path/to/python3.11")'
	@echo "Setting up $(VENV) (once; a few minutes, most of it torch)"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) torch
	$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) -e '.[dev]'
	@touch $@

lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet torch==2.13.0
	build/lock/bin/pip install --quiet -e '.[dev]'
	{ echo '# Every version that make installs; written by: make lock'; \
	  build/lock/bin/pip freeze --exclude-editable | sed 's/^\(torch==[0-9.]*\)+.*/\1/'; } > constraints.txt

clean:
	rm -rf $(VENV) build .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis
