# The few commands of this project; `make help` lists them. Each makes or mends .venv first where it needs it.

PYTHON ?=
PYTEST_ARGS ?=
REPORT := .understudy/report.html
BIN := .venv/bin
STAMP := .venv/.complete

.DEFAULT_GOAL := help
.PHONY: help venv lock scenarios test lint bench wheel docs check browser clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

scenarios: $(STAMP)  ## play the shipped scenarios and write an HTML report
	@mkdir -p $(dir $(REPORT)); status=0; \
	$(BIN)/python -m pytest --scenarios scenarios --scenarios-report $(REPORT) $(PYTEST_ARGS) || status=$$?; \
	if [ -f $(REPORT) ]; then echo "Report: $(CURDIR)/$(REPORT)"; fi; exit $$status

test: $(STAMP)  ## run the tests of the engine, the harness and the reports
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8 --dist worksteal $(PYTEST_ARGS)

lint: $(STAMP)  ## check style, types and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo

bench: $(STAMP)  ## measure speed, memory, asks and prompt sizes
	$(BIN)/python -m benchmarks

wheel: $(STAMP)  ## install the wheel with all it needs in a new environment, and play a new project there
	@.ci/try-wheel $(BIN)/python

docs: $(STAMP)  ## write the documents that are made from code
	$(BIN)/python -m benchmarks.prompts
	$(BIN)/python -m benchmarks.failures

check: lint test scenarios  ## lint, test and scenarios

venv: $(STAMP)  ## make or mend .venv

# A half-made environment has no stamp: it is kept if its pip answers, else made anew. The links let pyright find the
# three folders under the names by which tests and scenarios import them.
$(STAMP): pyproject.toml requirements-dev.lock
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		python=$$(.ci/find-python $(PYTHON)) && echo "Making .venv with $$python" && "$$python" -m venv --clear .venv; \
	fi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@mkdir -p .venv/types/understudy
	@for room in engine evals reports; do ln -sfn ../../../$$room .venv/types/understudy/$$room; done
	@touch $@

lock: $(STAMP)  ## take the newest allowed versions into requirements-dev.lock
	$(BIN)/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dev]'
	$(BIN)/python -m pip freeze --all | grep -E '^[A-Za-z0-9._-]+==' | grep -v '^pip==' > requirements-dev.lock

browser:  ## install Chromium for the test that opens a report (Debian, as root)
	@if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then \
		echo "Chromium and its driver are here."; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium chromium-driver; \
	else \
		echo "Chromium or its driver is missing. On Debian, as root: apt-get install chromium chromium-driver"; \
		echo "Elsewhere install Chrome or Chromium with its chromedriver. Without them one test of the reports is skipped."; \
	fi

clean:  ## remove what was made here, but no recordings and no results
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
