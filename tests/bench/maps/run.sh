#!/bin/sh
# Maps in memory, then in files, against the kernel's and a plain table. N: numbers of entries.
set -e
bench=${BUILD:-build}/tests/bench/maps/maps_bench
$bench ${N:-1000 100000 10000000}
MAPS_BENCH_FILE=1 $bench ${N:-1000 100000 10000000}
