load ../lib

kernel=$BATS_TEST_DIRNAME/../kernel

compile() {
	need clang
	clang -O2 -g -mcpu=v3 -target bpf -I/usr/include/"$(uname -m)"-linux-gnu -Wno-everything \
		-c "$kernel/helpers.c" -o helpers.o || skip "no headers of libbpf"
	read -r _ packet <"$kernel/helpers.expect"
}

@test "helpers answer what Linux answers" {
	compile
	while read -r program retval; do
		run ebpf run -q --format json --prog "$program" --ctx "$packet" helpers.o
		[[ $output =~ \"retval\":\ ([0-9]+) ]]
		echo "$program ${BASH_REMATCH[1]}"
	done < <(tail -n +2 "$kernel/helpers.expect") >got
	tail -n +2 "$kernel/helpers.expect" | diff - got
}

@test "the running kernel answers what is recorded" {
	compile
	${CC:-cc} -o load "$kernel/load.c" -lbpf 2>/dev/null || skip "libbpf is not installed"
	run ./load "$packet" helpers.o
	[ "$status" -ne 77 ] || skip "the kernel loads nothing for us"
	[ "$status" -eq 0 ]
	sed -n 's/^program \(.*\): returned \(.*\)/\1 \2/p' <<<"$output" >got
	tail -n +2 "$kernel/helpers.expect" | diff - got
}
