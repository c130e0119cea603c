# The two commands of the README are `make run` and `make test`. Each sets up what it needs in .venv, once, and repairs a
# set-up that was interrupted. Nothing is fetched while .venv matches the requirements, this folder and pyproject.toml.

TODAY ?=
COUNT ?=
ARGS ?=
BASE ?=
PYTHON ?=

VENV_PYTHON := .venv/bin/python
CANDIDATES := $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python)
PIP_INSTALL := $(VENV_PYTHON) -m pip install --quiet --no-input --disable-pip-version-check --progress-bar off
COUNTED := $(if $(COUNT),--cov --cov-report=term-missing --cov-fail-under=96)
POLICY := $(VENV_PYTHON) -m pipeline $(if $(TODAY),--today "$(TODAY)")
LOCK := $(VENV_PYTHON) -m uv pip compile pyproject.toml - --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-strip-extras --quiet

.PHONY: run serve test test-slow coverage check evaluate ablate compare bench bench-compare scan-pages pictures soak-calendar soak-copies soak-ledger soak-mail soak-trust fuzz container reference requirements clean

# $(1): the requirements file. A .venv without any "ready" file was interrupted and is made again; these are written last.
# A chosen PYTHON= of another version also makes it again. The folder is part of the match because `policy` holds its path.
# What the tests need contains what the program needs, so a set-up for the tests is ready for both.
define set_up
@set -eu; ready=.venv/ready-$(1); \
wanted() { pwd; cat "$$1" pyproject.toml; }; \
version() { "$$1" -c 'import sys; print(sys.version)' 2>/dev/null; }; \
usable() { version $(VENV_PYTHON) >/dev/null && { [ -z "$(PYTHON)" ] || [ "$$(version "$(PYTHON)")" = "$$(version $(VENV_PYTHON))" ]; }; }; \
if wanted $(1) | cmp -s - "$$ready" && usable; then exit 0; fi; \
echo "Setting up in .venv: one to three minutes, only once ..." >&2; \
if ! ls .venv/ready-* >/dev/null 2>&1 || ! usable; then \
	rm -rf .venv; chosen=; incomplete=; \
	for candidate in $(CANDIDATES); do \
		"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
		if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then chosen=$$candidate; break; fi; \
		incomplete=$$candidate; \
	done; \
	if [ -z "$$chosen" ] && [ -n "$$incomplete" ]; then \
		echo "$$incomplete is here, but not its venv part. On Debian or Ubuntu: sudo apt install python3-venv. Then run this again." >&2; exit 1; \
	elif [ -z "$$chosen" ]; then \
		echo "Python 3.11 or newer is needed and was not found. Install it from python.org (Debian or Ubuntu: sudo apt install" >&2; \
		echo "python3 python3-venv), then run this again; or say where it is: make run PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	"$$chosen" -m venv .venv; \
fi; \
rm -f .venv/ready-*; \
$(PIP_INSTALL) --require-hashes --only-binary :all: -r $(1) && $(PIP_INSTALL) --no-index --no-deps --no-build-isolation -e . \
	|| { echo "The set-up did not finish: the lines above say why. Is there an internet connection? Then run this again." >&2; exit 1; }; \
for file in requirements.txt $(1); do wanted "$$file" > .venv/unfinished; mv .venv/unfinished ".venv/ready-$$file"; done
endef

run:
	$(call set_up,requirements.txt)
	@$(POLICY) run $(ARGS)

# The table of decisions in docs/reference, from their declarations.
reference:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.decisions.reference

serve:
	$(call set_up,requirements.txt)
	@$(POLICY) serve $(ARGS)

# Every test but those marked slow, which make test-slow runs; .ci/run does both. ARGS leaves out more (on the oldest Python).
# Four workers, since a test waits for programs that it has started as long as it works. Each begins with a part of the modules,
# so that what a module shares is made once, and takes over from the others in the end. Python keeps what it compiles, whatever it
# is told for other work: four workers and some hundreds of programs read it. With COUNT=lines, as .ci/run calls it, the lines
# that are run are counted and too few of them fail: a tenth more time where Python 3.12 or newer tells each line once.
test: check
	@if $(VENV_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12))'; then export COVERAGE_CORE=sysmon; fi; \
	env -u PYTHONDONTWRITEBYTECODE $(VENV_PYTHON) -m pytest -n 4 --dist worksteal -m "not slow" $(COUNTED) $(ARGS)

# Months of a school's life, programs killed at every line, a small one of each soak: what asks for minutes.
test-slow: check
	env -u PYTHONDONTWRITEBYTECODE $(VENV_PYTHON) -m pytest -n 4 --dist worksteal -m slow $(ARGS)

# All tests at once, half as long again, with the branches that are taken.
coverage: check
	env -u PYTHONDONTWRITEBYTECODE $(VENV_PYTHON) -m pytest -n 4 --dist worksteal --cov --cov-branch --cov-report=term-missing --cov-fail-under=95

# Seconds: what the pre-commit hook runs.
check:
	$(call set_up,requirements-dev.txt)
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m mypy

evaluate:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.evaluate $(ARGS)

# What each rule, pattern and module of what reads gives on real documents: some two hours on one processor for all of them;
# make ablate ARGS="--kind rule --only named/ties" takes minutes.
ablate:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.ablate $(ARGS)

# What this tree makes of all documents at hand, against a commit: make compare BASE=main. Three minutes on two processors.
compare:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.compare --base "$(or $(BASE),HEAD)" $(ARGS)

# Four minutes on two processors, and some ten more for LibreOffice and the checkers of PDFs. The ordinary tests do 250.
soak-copies:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.soak_copies $(ARGS)

# A quarter of an hour on two processors; make soak-ledger ARGS="--records 60 --stride 211 --moves 4" takes one minute.
# ARGS="--server" does it in PostgreSQL, which takes longer.
soak-ledger:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.soak_ledger $(ARGS)

# An hour or so on two processors; make soak-calendar ARGS="--years 1 --policies 96 --people 80 --kills 16" takes minutes.
soak-calendar:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.soak_calendar $(ARGS)

# One to three hours on two processors; make soak-mail ARGS="--runs 20 --messages 200 --kills 100" takes minutes.
soak-mail:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.soak_mail $(ARGS)

# Half an hour on two processors; make soak-trust ARGS="--schools 6 --policies 6 --people 20 --kills 12" takes minutes.
# ARGS="--server --schools 10 --policies 6 --people 20 --kills 40 --cuts 10 --workers 3": nights that workers share on PostgreSQL.
soak-trust:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.soak_trust $(ARGS)

# The container image, built and tried: some minutes, as root on Debian with buildah, netavark and mmdebstrap (docs/container.md).
container:
	$(call set_up,requirements-dev.txt)
	@POLICY_TRY_CONTAINER=1 .venv/bin/python -m pytest -q -rs -n 0 --no-cov tests/end_to_end/test_container.py $(ARGS)

# A machine that presses every button: 1,000 visits to pages of the real server, a quarter of an hour. The ordinary tests do 40.
scan-pages:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.scan_pages $(ARGS)

# The pictures of the guides, after a change of what a page looks like: half a minute, with Chromium.
pictures:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.guide_pictures

# make bench ARGS=--json keeps the rows in build/; make bench ARGS="whole_run --full" does all of one benchmark's work.
bench:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.benchmarks $(ARGS)

# What became faster or slower since a commit: both are measured in turn. make bench-compare BASE=HEAD~3 ARGS="startup"
bench-compare:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.benchmarks --base "$(BASE)" $(ARGS)

# Half an hour on two processors: broken files to read, and hostile names to write mails of. The ordinary tests take 600
# and 400 of these.
fuzz:
	$(call set_up,requirements-dev.txt)
	@$(VENV_PYTHON) -m tests.fuzz --count 100000 $(ARGS)
	@$(VENV_PYTHON) -m tests.fuzz_mail --count 100000

# After a change of dependencies in pyproject.toml. hatchling and editables install this project itself, so they are pinned too.
# Extras stay written ("coverage[toml]"): the pip that Python 3.11 brings refuses a pin without the extra a part asks for.
requirements:
	$(call set_up,requirements-dev.txt)
	printf 'hatchling\neditables\n' | $(LOCK) --output-file requirements.txt
	printf 'hatchling\neditables\n' | $(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

# Leaves distribution/ alone: the register in it cannot be made again.
clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis htmlcov .coverage .coverage.*
	find pipeline tests -type d -name __pycache__ -prune -exec rm -rf {} +
