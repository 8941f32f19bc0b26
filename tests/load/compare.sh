#!/bin/bash
# Links every object of tests/objects here and by libbpf, and compares: compilers clang-14 and clang-19,
# each version of the instruction set. From the top folder, with BUILD and CC; without clang or libbpf's
# headers there is nothing to compare and everything is skipped.
BUILD=${BUILD:-build} CC=${CC:-gcc}
out=$BUILD/tests/load
passed=0 failed=0 skipped=0
mkdir -p "$out"

finish() {
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed = 0 ]
	exit
}

skip() {
	skipped=$((skipped + 1))
	finish
}

"$CC" -O1 -I. -D_GNU_SOURCE -o "$out/link_ours" tests/load/link_ours.c "$BUILD/rooms.a" -ldl ||
	exit 1
"$CC" -O1 -D_GNU_SOURCE -Wl,--wrap=syscall -o "$out/link_libbpf" tests/load/link_libbpf.c \
	-Wl,-Bstatic -lbpf -Wl,-Bdynamic -lelf -lz 2>/dev/null || skip

# Two outputs are equal.
compare() {
	local o=$1 ours theirs
	shift
	"$out/link_ours" "$@" "$o" >"$o.ours" 2>"$o.err"
	ours=$?
	"$out/link_libbpf" "$@" "$o" >"$o.libbpf" 2>"$o.libbpf.err"
	theirs=$?
	if [ $ours = 0 ] && [ $theirs = 0 ] && cmp -s "$o.ours" "$o.libbpf"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$o: $ours here, $theirs by libbpf"
		cat "$o.err" "$o.libbpf.err" | head -4
		diff "$o.ours" "$o.libbpf" | head -10
	fi
}

# What libbpf's linker makes of an object is another object.
linked() {
	command -v bpftool >/dev/null && bpftool gen object "${1%.o}.linked.o" "$1" 2>/dev/null &&
		compare "${1%.o}.linked.o" $2
}

bundled=core/btf/bundled/linux-6.18.btf
target=$out/target.o
for cc in clang-14 clang-19; do
	command -v $cc >/dev/null || continue
	$cc -O2 -g -target bpf -c tests/objects/target.c -o "$target" || continue
	for cpu in v1 v2 v3 v4; do
		[ $cc$cpu = clang-14v4 ] && continue
		for src in tests/objects/*.c; do
			name=${src##*/} name=${name%.c}
			case $name in
			target | bare) continue ;;
			core_shapes) args="--btf $target" ;;
			core_kernel | ksyms) args="--btf /sys/kernel/btf/vmlinux" ;;
			*) args= ;;
			esac
			o=$out/$name.$cc.$cpu.o
			$cc -O2 -g -target bpf -mcpu=$cpu -c "$src" -o "$o" 2>"$o.cc" || {
				skipped=$((skipped + 1))
				echo "$o: $(head -1 "$o.cc")"
				continue
			}
			compare "$o" $args
			case $name in core_kernel) compare "$o" --btf $bundled ;; esac
			[ $cpu = v3 ] && linked "$o" "$args"
		done
	done
done
[ $((passed + failed)) != 0 ] || skip
finish
