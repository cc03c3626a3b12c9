# Everything a newcomer types. Needs Debian, git, make and Python >= 3.11, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# one more than two cores, since some tests wait
JOBS   ?= 3

.PHONY: demo test check format test-kill test-long bench bench-beside bench-correctness clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.installed ## the heating example from nothing, on real deliveries
	@$(BIN)/vertebra run --project examples/heating
	@$(BIN)/vertebra train --project examples/heating
	@$(BIN)/vertebra predict --project examples/heating
	@echo
	@echo "Worth typing next:"
	@echo "  $(BIN)/vertebra trace daily_heat device=L4 day=2021-01-15 --project examples/heating"
	@echo "  $(BIN)/vertebra quarantine --project examples/heating"
	@echo "  $(BIN)/vertebra query 'from monthly_report order by month desc limit 6' --project examples/heating"

test: $(VENV)/.installed check ## every check and every test, under ten minutes
	@$(BIN)/python -m compileall -q vertebra # for the processes that tests start, also where Python may write nothing
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not long"

check: $(VENV)/.installed ## lint, format, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test-kill: $(VENV)/.installed ## 300 kills at random moments
	VERTEBRA_KILLS=300 $(BIN)/python -m pytest -m kill

test-long: $(VENV)/.installed ## the long campaigns
	VERTEBRA_KILLS=300 VERTEBRA_LONG=1 $(BIN)/python -m pytest -n $(JOBS)

bench: $(VENV)/.bench ## side by side with the peers, one table
	$(BIN)/python benchmarks/run.py

bench-beside: $(VENV)/.peers ## a refresh, beside dbt and SQLMesh, the whole command of each
	VERTEBRA_DBT=$(VENV)/peers/dbt/bin/dbt VERTEBRA_SQLMESH=$(VENV)/peers/sqlmesh/bin/sqlmesh \
		$(BIN)/python -m benchmarks.beside 10

bench-correctness: $(VENV)/.bench ## how right reading is, beside the peers, on the packs in ../shared
	$(BIN)/python benchmarks/correctness.py

$(VENV)/.installed: pyproject.toml requirements.txt tools/make_venv.sh
	@sh tools/make_venv.sh $(PYTHON) $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.bench: $(VENV)/.installed requirements-bench.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-bench.txt
	@touch $@

# each in an environment of its own: they want other versions of what Vertebra stands on
$(VENV)/.peers: $(VENV)/.installed benchmarks/peers/requirements-dbt.txt benchmarks/peers/requirements-sqlmesh.txt
	@for peer in dbt sqlmesh; do \
		sh tools/make_venv.sh $(PYTHON) $(VENV)/peers/$$peer && \
		$(VENV)/peers/$$peer/bin/python -m pip install --quiet --disable-pip-version-check \
			--requirement benchmarks/peers/requirements-$$peer.txt || exit 1; \
	done
	@touch $@

clean: ## away with what was made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
