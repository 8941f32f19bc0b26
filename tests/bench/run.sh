#!/bin/sh
# make bench: interpreter against native code, see bench.c. With clang both sides are built from the
# sources by it; without, natively by $CC, and the BPF side from the committed text by "${EBPF:-./ebpf}" asm.
set -e
cd "$(dirname "$0")/../.."
out=${BUILD:-build}/bench
mkdir -p $out
cc=${CC:-cc}
clang=$(command -v clang-19 || command -v clang || true)
[ -z "$clang" ] || cc=$clang
args=
for src in tests/bench/*.c; do
	name=$(basename "$src" .c)
	[ "$name" != bench ] || continue
	$cc -I. -O2 -fPIC -shared -o $out/"$name".so "$src"
	if [ -n "$clang" ]; then
		"$clang" -I. -target bpf -mcpu="${MCPU:-v3}" -O2 -fno-builtin -c -o $out/"$name".o "$src"
	else
		"${EBPF:-./ebpf}" asm -o $out/"$name".o tests/bench/"$name".s
	fi
	args="$args $out/$name.so $out/$name.o"
done
${CC:-cc} -I. -D_GNU_SOURCE -std=gnu11 -O2 -fvisibility=hidden -o $out/bench tests/bench/bench.c \
	tests/bench/progs/bounded.c tests/bench/progs/kernel.c \
	"${BUILD:-build}"/rooms.a -ldl -lm
echo "native: $($cc --version | head -1), -O2"
# shellcheck disable=SC2086
$out/bench "${ROUNDS:-5}" $args
