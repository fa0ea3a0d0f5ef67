# Each target does the whole set-up it needs; `make help` lists them.

# Without this, building in a clone that another user owns fails; build turns it on where it works.
export GOFLAGS := $(GOFLAGS) -buildvcs=false
buildvcs := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo auto || echo false)
tool := go tool -modfile=tools/go.mod

.PHONY: build run test check lint race crash statuses night fuzz bench fmt postgres help
.DEFAULT_GOAL := help

build: ## Build bin/cadastre
	go build -buildvcs=$(buildvcs) -o bin/ ./cmd/cadastre

run: postgres build ## Start the sandbox in the foreground, with its state in var/dev
	bin/cadastre dev --dir var/dev

# -count 1: tests that build and drive the binary cannot be cached by what they import.
test: postgres ## Run all tests
	go test -count 1 -timeout 10m ./...

check: lint race ## Run every check: format, vet, staticcheck, macOS build, tests with the race detector; with CI set, also that nothing changed in git
	@if [ -n "$$CI" ]; then scripts/unchanged; fi

lint: ## Check format, vet, staticcheck and that it builds for macOS
	@unformatted="$$($(tool) gofumpt -l .)" || exit 1; \
		if [ -n "$$unformatted" ]; then echo "not formatted, run make fmt:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(tool) staticcheck ./...
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go build -o /dev/null ./...

# The packages left out drive the built program from outside, where the detector sees nothing of it.
race: postgres ## Run the tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -count 1 -timeout 15m $$(go list ./... | grep -vE '/(bench|docs|e2e|interop|rst)$$')

crash: postgres ## Kill the server and its database 50 times under load, and two registries during 2000 operations
	go test -timeout 15m -run '^Test(Crash|Chaos)$$' ./e2e -count 1 -parallel 1 -v -crash.rounds 50 -chaos.operations 2000

statuses: postgres ## Store a domain in every reachable combination of statuses, and ask EPP, zone and DNS about each
	go test -timeout 15m -run '^TestEveryStatus$$' ./e2e -count 1 -v -statuses.all

# What is too long for every run; NIGHT is how many commands the model test sends.
NIGHT ?= 100000
night: statuses ## Everything random, for long: the model test with NIGHT commands (100000), races, drop storms, crashes, fuzzing for 2m each
	go test -timeout 3h -run '^TestModel$$' ./e2e -count 1 -v -model.commands $(NIGHT) -model.seed $$(date +%Y%m%d000)
	go test -timeout 1h -run '^TestLinear$$' ./e2e -count 1 -v -linear.operations 50000
	go test -timeout 1h -run '^TestDrop(Storm|Shares)$$' ./e2e -count 1 -parallel 1 -v -storm.rounds 200 -storm.registrars 100 -storm.sessions 10
	go test -timeout 1h -run '^Test(Crash|Chaos)$$' ./e2e -count 1 -parallel 1 -v -crash.rounds 100 -chaos.operations 5000
	scripts/fuzz 2m

FUZZTIME ?= 20s
FUZZREST ?= $(FUZZTIME)
fuzz: postgres ## Fuzz every parser for FUZZTIME each (20s); with FUZZREST, what registrars cannot reach for that long
	scripts/fuzz $(FUZZTIME) $(FUZZREST)

bench: postgres ## Print speeds beside their limits
	go run ./bench

fmt: ## Format all Go files
	$(tool) gofumpt -w .

postgres: # Install PostgreSQL's programs unless they are there
	@scripts/postgres

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile
