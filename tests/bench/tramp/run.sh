#!/bin/sh
# What tracing a library's functions costs (tramp_bench.c); needs gcc -gbtf.
set -e
build=${BUILD:-build}/tests/bench/tramp
if ! "${CC:-gcc}" -O2 -gbtf -fPIC -shared -fpatchable-function-entry=5 tests/bench/tramp/target.c \
	-o "$build/target.so" 2>"$build/target.err"; then
	echo "skipped: $CC writes no BTF"
	exit 0
fi
"$build/tramp_bench" "./$build/target.so"
