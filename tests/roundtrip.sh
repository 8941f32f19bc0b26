#!/bin/bash
# Compiles tests/objects/src with every compiler there is, many ways, and sends each object through
# disassembler and assembler: tests/roundtrip.sh [DIR for the objects]. BUILD is the build folder.
cd "$(dirname "$0")/.." || exit 4
dir=${1:-$(mktemp -d)}
[ -n "$1" ] || trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir"
include=(-I"/usr/include/$(gcc -print-multiarch)" -Itests/objects/src)

# compile NAME COMPILER FLAGS...: one object for each source; what a compiler cannot do is left out
compile() {
	local name=$1 src
	shift
	for src in tests/objects/src/*.c; do
		local out=$dir/$(basename "$src" .c)-$name.o
		[ "$out" -nt "$src" ] || "$@" -w "${include[@]}" -c "$src" -o "$out" 2>/dev/null || rm -f "$out"
	done
}

for clang in clang-14 clang-19; do
	command -v $clang >/dev/null || continue
	compile $clang-v1 $clang --target=bpfel -mcpu=v1 -O2 -g
	compile $clang-v2 $clang --target=bpfel -mcpu=v2 -O1
	compile $clang-v3 $clang --target=bpfel -mcpu=v3 -O2 -g
	compile $clang-eb $clang --target=bpfeb -mcpu=v3 -O2 -g
	compile $clang-eb-bare $clang --target=bpfeb -mcpu=v2 -O2
done
if command -v clang-19 >/dev/null; then
	compile clang-19-v4 clang-19 --target=bpfel -mcpu=v4 -O2 -g
	compile clang-19-v4-bare clang-19 --target=bpfel -mcpu=v4 -Os
fi
if command -v bpf-gcc >/dev/null; then
	include=(-I/usr/include "${include[@]}")
	compile gcc-btf bpf-gcc -O2 -gbtf
	compile gcc-core bpf-gcc -O2 -gbtf -mco-re
	compile gcc-bare bpf-gcc -O1
	compile gcc-eb bpf-gcc -O2 -mbig-endian -gbtf
fi
set -- "$dir"/*.o
[ -e "$1" ] || {
	echo "0 passed, 0 failed, 1 skipped"
	exit 77
}
"${BUILD:-build}/tests/roundtrip" "$@"
