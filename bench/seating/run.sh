#!/bin/sh
# The speed row of the seating engine: 100,000 candidates with all rules, time and peak memory, on one thread and on all.
set -eu
cd "$(dirname "$0")/../.."
cargo build --release -p engine-seating --example county
program="${CARGO_TARGET_DIR:-target}/release/examples/county"
for threads in 1 "$(nproc)"; do
  echo "threads $threads"
  RAYON_NUM_THREADS=$threads "$program" 100000
done
