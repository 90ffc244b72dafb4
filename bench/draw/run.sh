#!/bin/sh
# The speed row of the lottery: 1,000,000 applicants, time of each verb and peak memory, on one thread and on all.
set -eu
cd "$(dirname "$0")/../.."
cargo build --release -p engine-draw --example million
program="${CARGO_TARGET_DIR:-target}/release/examples/million"
for threads in 1 "$(nproc)"; do
  echo "threads $threads"
  RAYON_NUM_THREADS=$threads "$program" 1000000 | grep -v '[{}"]\|\]'
done
