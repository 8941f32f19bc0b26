#!/bin/sh
# Programs with maps: ours, natively with maps as C has them, and the kernel's JIT, see progs_bench.c.
# Both sides are built from the sources by clang; without it there is nothing to compare.
set -e
cd "$(dirname "$0")/../../.."
out=${BUILD:-build}/bench/progs
mkdir -p "$out"
clang=$(command -v clang-19 || command -v clang || true)
[ -n "$clang" ] || { echo "programs with maps: skipped, they need clang"; exit 0; }
args=
for src in tests/bench/progs/*.c; do
	name=$(basename "$src" .c)
	case $name in progs_bench | kernel | bounded) continue ;; esac
	"$clang" -I. -O2 -fPIC -shared -o "$out/$name.so" "$src"
	"$clang" -I. -O2 -fPIC -shared -DLOOKUPS_LOCK=1 -o "$out/$name.locks.so" "$src"
	"$clang" -I. -g -target bpf -mcpu="${MCPU:-v3}" -O2 -c -o "$out/$name.o" "$src"
	args="$args $out/$name.so $out/$name.locks.so $out/$name.o"
done
${CC:-cc} -I. -D_GNU_SOURCE -std=gnu11 -O2 -fvisibility=hidden -o "$out/progs_bench" \
	tests/bench/progs/progs_bench.c tests/bench/progs/kernel.c "${BUILD:-build}"/rooms.a -ldl -lm
# shellcheck disable=SC2086
"$out/progs_bench" "${ROUNDS:-5}" $args
