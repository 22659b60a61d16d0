#!/usr/bin/env bash
# Fuzzes each target for some seconds: fuzz/run.sh SECONDS [TARGET…]. Prints a row for each, and fails if one has a finding.
#
# The flags are those of cargo-fuzz with `--sanitizer none`. All of them are stable options of rustc, so the toolchain of
# the repository compiles the targets. --target keeps them away from build scripts.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

seconds=${1:?"fuzz/run.sh SECONDS [TARGET…]"}
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for file in fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi
out=$(realpath -m "${CARGO_TARGET_DIR:-../target}")/fuzz
triple=$(rustc -vV | sed -n 's/^host: //p')
sancov="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
sancov+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"

# The versions of the connector's dependencies are those of the repository; cargo adds what only this folder needs.
[ Cargo.lock -nt ../Cargo.lock ] || cp ../Cargo.lock .

build() { # RUSTFLAGS FOLDER
  RUSTFLAGS="--cfg fuzzing $1 -Ccodegen-units=1" \
    cargo build --release --target "$triple" --target-dir "$out$2" $(printf -- '--bin %s ' "${targets[@]}")
}

build "$sancov" "" || exit 1
# COVERAGE=1 compiles the targets once more with instrumentation in our own crates only, so that the edges of others do
# not count.
if [ -n "${COVERAGE:-}" ]; then
  SANCOV=$sancov RUSTC_WRAPPER=$PWD/instrument-own.sh build "" /coverage || exit 1
fi

number() { # FILE EXPRESSION
  sed -nE "s/$2/\1/p" "$1" | tail -n 1
}

total=0
failed=0
printf '%-16s %12s %8s %8s %16s %9s\n' target executions /second inputs "edges of ours" findings
for target in "${targets[@]}"; do
  mkdir -p "$out/corpus/$target" "$out/findings"
  log=$out/$target.log
  options=(-max_total_time="$seconds" -max_len=8192 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1)
  [ -n "${SEED:-}" ] && options+=(-seed="$SEED")
  [ -f "dictionaries/$target.dict" ] && options+=(-dict="dictionaries/$target.dict")
  "$out/$triple/release/$target" "${options[@]}" -artifact_prefix="$out/findings/$target-" \
    "$out/corpus/$target" "corpus/$target" >"$log" 2>&1
  findings=$?
  executions=$(number "$log" '^stat::number_of_executed_units: *([0-9]+)')
  rate=$(number "$log" '^stat::average_exec_per_sec: *([0-9]+)')
  inputs=$(find "$out/corpus/$target" "corpus/$target" -type f | wc -l)
  edges=-
  if [ -n "${COVERAGE:-}" ]; then
    "$out/coverage/$triple/release/$target" -runs=0 -max_len=8192 "$out/corpus/$target" "corpus/$target" >"$log.coverage" 2>&1
    edges="$(number "$log.coverage" '.*INITED cov: ([0-9]+).*') of $(number "$log.coverage" '.*Loaded 1 modules +\(([0-9]+).*')"
  fi
  printf '%-16s %12s %8s %8s %16s %9s\n' "$target" "${executions:-0}" "${rate:-0}" "$inputs" "$edges" "$((findings != 0))"
  total=$((total + ${executions:-0}))
  if [ "$findings" -ne 0 ]; then
    failed=$((failed + 1))
    grep -aE -A 6 "panicked at|ERROR: libFuzzer|Test unit written" "$log" | head -n 40
  fi
done
echo "${#targets[@]} targets, $total executions, $failed with a finding"
[ "$failed" -eq 0 ]
