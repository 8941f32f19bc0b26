# Objects of ours in the hands of libbpf and the running kernel.
load ../lib

# kernel_load OBJECT...: loads them, or skips the test where that is not possible here.
kernel_load() {
	${CC:-cc} -o load "$ROOT/tests/kernel/load.c" -lbpf 2>/dev/null || skip "libbpf is not installed"
	run ./load "$@"
	[ "$status" -ne 77 ] || skip "the kernel does not let us load programs"
	[ "$status" -eq 0 ] || {
		echo "$output"
		return 1
	}
}

@test "ten lines of text with a map load through libbpf" {
	cat >ten.s <<-'END'
		.license "GPL"
		.map counts, hash, key=u32, value=u64, max_entries=1024
		.prog count, "xdp"
			*(u32 *)(r10 - 4) = 7
			r2 = r10
			r2 += -4
			r1 = counts ll
			call map_lookup_elem
			r0 = 2
			exit
	END
	expect 0 ebpf asm -o ten.o ten.s
	kernel_load ten.o
	says "btf: loaded
program count: returned 2
map counts: type 1, key 4, value 8, entries 1024, typed"
}

@test "every declaration loads through libbpf" {
	expect 0 ebpf asm -o all.o "$ROOT/tests/kernel/declarations.s"
	kernel_load all.o
	grep -x "program parse: returned 0" <<<"$output"
	grep -x "program drop: returned 6" <<<"$output"
	grep -x "program x1: returned 2" <<<"$output"
	grep -x "map outer: type 12, key 4, value 4, entries 4" <<<"$output"
	grep -x "map h: type 1, key 48, value 48, entries 8, typed" <<<"$output"
}

@test "the kernel names our lines when it refuses a program" {
	cat >bad.s <<-'END'
		.license "GPL"
		.prog bad, "xdp"
			r0 = *(u64 *)(r1 + 4000)	# no such field
			exit
	END
	expect 0 ebpf asm -o bad.o bad.s
	${CC:-cc} -o load "$ROOT/tests/kernel/load.c" -lbpf 2>/dev/null || skip "libbpf is not installed"
	run ./load bad.o
	[ "$status" -ne 77 ] || skip "the kernel does not let us load programs"
	[ "$status" -eq 1 ]
	[[ "$output" == *"r0 = *(u64 *)(r1 + 4000)"*"# no such field @ bad.s:3"* ]]
}

@test "what is declared comes back from its own disassembly" {
	need bpftool
	expect 0 ebpf asm -o all.o "$ROOT/tests/kernel/declarations.s"
	expect 0 ebpf disasm -o all.s all.o
	expect 0 ebpf asm -o again.o all.s
	cmp <(bpftool btf dump file all.o) <(bpftool btf dump file again.o)
}
