load ../lib

kernel=$BATS_TEST_DIRNAME/../kernel

compile() { # NAME: NAME.c to NAME.o, and the packet that programs run on
	need clang
	clang -O2 -g -mcpu=v3 -target bpf -I/usr/include/"$(uname -m)"-linux-gnu -Wno-everything \
		-c "$kernel/$1.c" -o "$1.o" || skip "no headers of libbpf"
	read -r _ packet <"$kernel/helpers.expect"
}

drained=202758501 # what uring.c makes of samples.h

@test "helpers answer what Linux answers" {
	compile helpers
	while read -r program retval; do
		run ebpf run -q --format json --prog "$program" --ctx "$packet" helpers.o
		[[ $output =~ \"retval\":\ ([0-9]+) ]]
		echo "$program ${BASH_REMATCH[1]}"
	done < <(tail -n +2 "$kernel/helpers.expect") >got
	tail -n +2 "$kernel/helpers.expect" | diff - got
}

@test "the running kernel answers what is recorded" {
	compile helpers
	${CC:-cc} -o load "$kernel/load.c" -lbpf 2>/dev/null || skip "libbpf is not installed"
	run ./load "$packet" helpers.o
	[ "$status" -ne 77 ] || skip "the kernel loads nothing for us"
	[ "$status" -eq 0 ]
	sed -n 's/^program \(.*\): returned \(.*\)/\1 \2/p' <<<"$output" >got
	tail -n +2 "$kernel/helpers.expect" | diff - got
}

@test "a user ring buffer is drained as Linux drains it" {
	compile uring
	${CC:-cc} -o fill "$kernel/fill.c"
	export EBPF_BPFFS=$PWD/store
	expect 0 ebpf map create samples type user_ringbuf key 0 value 0 entries 4096
	./fill store/samples
	expect 0 ebpf run -q --map uring=samples --ctx "$packet" uring.o
	says "drain: $drained"
	expect 0 ebpf run -q --map uring=samples --ctx "$packet" uring.o
	says "drain: $((22 * 1000 * 1000003 % 4294967296))"
}

@test "the running kernel drains it so" {
	compile uring
	${CC:-cc} -o load "$kernel/load.c" -lbpf 2>/dev/null || skip "libbpf is not installed"
	run ./load "$packet" uring.o
	[ "$status" -ne 77 ] || skip "the kernel loads nothing for us"
	[[ $output == *"program drain: returned $drained"* ]]
}
