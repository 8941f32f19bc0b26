#!/bin/sh
# What an instruction takes to compile, by shape and size, in each tier; names choose some of the shapes.
set -e
"${BUILD:-build}"/tests/bench/compile/compile_bench "$@"
