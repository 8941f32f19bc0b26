#!/bin/sh
# The verifier against the kernel's, where bpf(2) lets us load; names choose some of the programs.
set -e
"${BUILD:-build}"/tests/bench/verify/verify_bench "$@"
