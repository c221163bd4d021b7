# What people run. Each target sets up by itself whatever it needs, inside .venv/ and node_modules/.

SHELL := /bin/sh
.DEFAULT_GOAL := build
.NOTPARALLEL:

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	$(if $(NEWEST),--upgrade)
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable
PORT ?= 8000
port ?= $(PORT)
peers ?= $(wildcard ../shared/bench)
base ?= origin/main
report ?= .repertory-cache/links.md
rounds ?= 5
growth ?= 100 50000

# Runs a command silently, and shows what it said only when it fails.
quietly = log=$$(mktemp) && if { $(1); } >"$$log" 2>&1; then rm -f "$$log"; \
	else cat "$$log" >&2; rm -f "$$log"; exit 1; fi

# In a workflow, a line may be a command to GitHub, also amid a line (`##[...]`), and lines may quote
# what strangers wrote. After this, until the step ends, every line is text: nobody knows the word
# that would end it.
as_text = $(if $(GITHUB_ACTIONS),exec 2>&1; \
	echo "::stop-commands::$$(od -An -N16 -tx1 /dev/urandom | tr -dc 0-9a-f)";)

# The same for what a check says beside its commands to GitHub: it is kept, and follows at the end.
errors_as_text = $(if $(GITHUB_ACTIONS),said=$$(mktemp); exec 2>"$$said"; \
	trap '$(as_text) cat "$$said"; rm -f "$$said"' EXIT;)

# The npm of the machine if its Node.js can run the page checkers, or else the one from PyPI.
npm = PATH="$(CURDIR)/.venv/bin:$$PATH"; export PATH; \
	if ! command -v npm >/dev/null || ! node -e \
		'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'; \
	then $(PIP) -r requirements-node.txt; fi && npm ci $(1)

.PHONY: build setup serve check check-changed take links links-issue test attack audit sbom pictures bench bench-builds bench-search archive format lock clean help browser

build: setup ## set up, check everything and build site/ (the default)
	@$(as_text) $(PYTHON) build.py

setup: .venv/.run node_modules/.run ## install what a build needs, into .venv/ and node_modules/

serve: setup ## show the site on this machine, rebuild when you save (port=8123 takes another port, open=1 opens the browser)
	@$(PYTHON) build.py serve --port $(port) $(if $(open),--open)

check: setup ## check the content without building
	@$(as_text) $(PYTHON) build.py check

# Names may hold any sign, hence -z and -0. Where something was deleted, others may still lead there:
# then, as after a change of build.py, all problems are shown. With a proposal, the two commits are
# compared, and no file of the folder is looked at.
changed = git diff --merge-base --no-renames --name-only -z $(1) $(base) $(proposal) -- \
	content taxonomy.yaml build.py

check-changed: setup ## check the records that differ from base=REF (format=github as for a pull request)
	@$(call changed) >/dev/null
	@$(if $(filter github,$(format)),$(errors_as_text),$(as_text)) \
	{ $(call changed,--diff-filter=d); \
		[ -z "$$($(call changed,--diff-filter=D) | tr -d '\0')" ] || printf 'build.py\0'; } | \
		xargs -0 -r $(PYTHON) build.py check $(if $(format),--format $(format)) --

# A link would lead out of content/, and .gitattributes can have other programs change files.
take: ## put content/ and taxonomy.yaml of proposal=COMMIT, and nothing else of it, in the place of what is here
	@$(as_text) refused=$$(git ls-tree -r $(proposal) -- content taxonomy.yaml | \
		awk '!/^100(644|755) blob / || /\/\.gitattributes"?$$/'); \
	if [ -n "$$refused" ]; then echo "content/ may hold plain files only: no links, no submodules" \
		"and no .gitattributes. The log names what is to be taken out." | \
		tee -a "$${GITHUB_STEP_SUMMARY:-/dev/null}"; echo "$$refused"; exit 1; fi; \
	git restore --source=$(proposal) --staged --worktree -- content taxonomy.yaml && \
	{ git diff --quiet $(proposal)^1 $(proposal) -- . ':!content' ':!taxonomy.yaml' || \
		echo "The program and the templates are those in use already: what this proposal changes of" \
		"them is looked at by the workflow *Tests*." >> "$${GITHUB_STEP_SUMMARY:-/dev/stdout}"; }

links: build node_modules/.test ## look whether the addresses that the site leads to are there (needs the network)
	@$(PYTHON) .github/links.py site --report $(report)

links-issue: .venv/.run ## open or update the issue about what `make links` found (needs GitHub's gh)
	@$(PYTHON) .github/links.py --report $(report)

test: .venv/.test node_modules/.test browser ## check the program: style, types and all tests
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

attack: setup .venv/.test node_modules/.test browser ## attack all that docs/security.md promises, and renew its table (names="markup": these alone)
	@$(PYTHON) -m tests.attack $(names)

audit: .venv/.audit node_modules/.test ## look whether faults are known in the packages that are locked (needs the network)
	@.venv/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
		$(foreach file,$(wildcard requirements*.txt),--requirement $(file))
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm audit

sbom: .venv/.audit ## list all packages with their hashes, as CycloneDX, in archive/sbom.cdx.json
	@$(PYTHON) .github/sbom.py archive/sbom.cdx.json

bench: bench-builds bench-search ## measure builds and the search beside those of others (sizes="1000")

bench-builds: setup .venv/.bench ## measure builds beside the generators in peers=DIR (rounds=1, growth="100")
	@$(PYTHON) -m bench.builds $(sizes) --rounds $(rounds) --growth $(growth) $(if $(peers),--peers $(peers))

bench-search: setup .venv/.test .venv/.bench browser ## measure the search beside Pagefind's (FRESH=1 builds anew)
	@$(PYTHON) -m bench.search $(if $(FRESH),--fresh) $(sizes)

pictures: build .venv/.test browser ## take the pictures of CONTRIBUTING.md anew
	@$(PYTHON) docs/pictures.py

archive: setup ## build, and pack the site with its sources and data into one ZIP in archive/
	@$(as_text) $(PYTHON) build.py archive

format: .venv/.test ## put the program's code into its usual shape
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

lock: .venv/.test ## renew the lock files after a change of pyproject.toml or package.json (NEWEST=1: newest versions)
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) --group node -o requirements-node.txt
	$(LOCK) --group audit -c requirements-dev.txt -o requirements-audit.txt
	$(LOCK) --group bench -o requirements-bench.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm $(if $(NEWEST),update,install) --package-lock-only

clean: ## remove the built site, .venv/, node_modules/ and every cache
	@if [ -x $(PYTHON) ]; then $(PYTHON) build.py clean; fi
	@rm -rf .repertory-cache/bench .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r target text; do printf '%-17s %s\n' "$$target" "$$text"; done

# A hidden file says when something was installed; only a newer lock file installs again.

.venv/.made:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
			2>/dev/null; then found=$$python; break; fi; done; \
	if [ -z "$$found" ]; then echo "Please install Python 3.11 or newer with its venv module" \
		"(on Debian and Ubuntu: apt install python3-venv), then run make again." >&2; exit 1; fi; \
	echo "Setting up Python packages in .venv/ ..."; \
	$(call quietly,"$$found" -m venv .venv)
	@touch $@

.venv/.run: requirements.txt | .venv/.made
	@$(call quietly,$(PIP) -r requirements.txt)
	@touch $@

.venv/.test: requirements-dev.txt requirements.txt | .venv/.made
	@echo "Setting up the test tools in .venv/ ..."
	@$(call quietly,$(PIP) -r requirements-dev.txt)
	@touch .venv/.run $@

.venv/.audit: requirements-audit.txt | .venv/.made
	@echo "Setting up the tools that look for known faults in .venv/ ..."
	@$(call quietly,$(PIP) -r requirements-audit.txt)
	@touch $@

.venv/.bench: requirements-bench.txt | .venv/.made
	@echo "Setting up Pagefind, to measure against, in .venv/ ..."
	@$(call quietly,$(PIP) -r requirements-bench.txt)
	@touch $@

node_modules/.run: package-lock.json | .venv/.made
	@echo "Setting up browser packages in node_modules/ ..."
	@$(call quietly,$(call npm,--ignore-scripts --omit=dev))
	@touch $@

node_modules/.test: package-lock.json requirements-node.txt | .venv/.made
	@echo "Setting up the page checkers in node_modules/ ..."
	@$(call quietly,$(call npm,--ignore-scripts))
	@touch node_modules/.run $@

# The browser tests drive Debian's Chromium; where apt-get may install it, it is installed.
browser:
	@for name in "$$REPERTORY_CHROMIUM" $(BROWSERS); do \
		if [ -n "$$name" ] && command -v "$$name" >/dev/null; then exit 0; fi; done; \
	if [ "$$(id -u)" = 0 ]; then sudo=; else sudo="sudo -n"; fi; \
	if command -v apt-get >/dev/null && $$sudo true 2>/dev/null; then \
		echo "Installing Debian's chromium for the browser tests ..."; \
		$(call quietly,$$sudo apt-get update && $$sudo env DEBIAN_FRONTEND=noninteractive \
			apt-get install -y --no-install-recommends chromium fonts-dejavu-core); \
	fi
