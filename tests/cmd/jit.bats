load ../lib

@test "instructions and machine code side by side" {
	printf '.license "GPL"\n.prog p, "xdp"\nr2 = *(u32 *)(r1 + 16)\nr0 = r2\nr0 += 8\nexit\n' >p.s
	expect 0 ebpf jit p.s
	[ "$MACHINE" = aarch64 ] && size=20 rows=4 || size=8 rows=3
	[ "${lines[0]}" = "p: 4 instructions, $size bytes of machine code" ]
	[[ $output == *"; r0 = r2"$'\n'"   1: r0 = r2 "* ]]
	expect 0 ebpf jit --format json p.s
	[[ $output == *'"schema": "ebpf.jit/1"'* && $output == *'"engine": "fast"'* ]]
	[ "$(grep -c '"slot"' <<<"$output")" = $rows ]
	# the bytes of all rows are all bytes
	[ "$(sed -n 's/.*"bytes": "\([0-9a-f]*\)".*/\1/p' <<<"$output" | tr -d '\n' | wc -c)" = $((2 * size)) ]
	expect 64 ebpf jit --prog q p.s
	expect 64 ebpf jit --engine interp p.s
	expect 2 ebpf jit - <<<'r0 = q'
}

@test "the listing is the same in every run" {
	ebpf jit "$ROOT/man/examples/counter.s" >a
	ebpf jit "$ROOT/man/examples/counter.s" >b
	cmp a b
	grep -q 'r1 = packets ll' a
}

@test "what was proved leaves code out" {
	printf '.license "GPL"\n.prog p, "xdp"\nr2 = 5\nif r2 == 5 goto a\nr0 = 1\nexit\na: r0 = 2\nexit\n' >p.s
	expect 0 ebpf jit p.s
	[ "$MACHINE" = aarch64 ] && proved=16 other=60 || proved=11 other=27
	[ "${lines[0]}" = "p: 6 instructions, $proved bytes of machine code" ]
	# Nobody loads this one, and nothing is known of it.
	sed -i 's/r2 = 5/r2 = r9/' p.s
	expect 0 ebpf jit p.s
	[[ $output == *"Linux would not load program p"* && $output == *"$other bytes"* ]]
}

@test "hardened code has none of the constants" {
	printf '.license "GPL"\n.prog p, "xdp"\nr1 = *(u32 *)(r1 + 16)\nr0 = 0x12345678\nr0 += r1\nr2 = 0x1122334455667788 ll\nif r0 == r2 goto a\nr0 ^= 0x7abcdef0\na: exit\n' >p.s
	bytes() {
		ebpf jit "$@" --format json p.s | sed -n 's/.*"bytes": "\([0-9a-f]*\)".*/\1/p' | tr -d '\n'
	}
	parts() { # of constants, 16 bits each, in the instructions of arm64 that move them
		local code=$(bytes "$@") i word
		for ((i = 0; i < ${#code}; i += 8)); do
			word=$((16#${code:i+6:2}${code:i+4:2}${code:i+2:2}${code:i:2}))
			((word & 0x1f800000 ^ 0x12800000)) || printf '%04x\n' $((word >> 5 & 0xffff))
		done
	}
	if [ "$MACHINE" = aarch64 ]; then
		for c in 5678 def0 7788; do
			parts | grep -q $c
			! parts --harden | grep -q $c
		done
	else
		for c in 78563412 f0debc7a 8877665544332211; do
			[[ $(bytes) == *$c* && $(bytes --harden) != *$c* ]]
		done
	fi
	[ "$(bytes --harden)" != "$(bytes --harden)" ]
	expect 0 ebpf run --harden p.s
	want=$output
	expect 0 ebpf run p.s
	[ "$output" = "$want" ]
}

@test "many questions for few numbers are a table of jumps, but where code is hardened" {
	printf '.license "GPL"\n.prog p, "xdp"\nr2 = *(u32 *)(r1 + 16)\nr2 &= 7\nr0 = 0\n' >p.s
	for i in 0 1 2 4 5 6; do
		printf 'if r2 == %d goto l%d\n' $i $i
	done >>p.s
	printf 'exit\n' >>p.s
	for i in 0 1 2 4 5 6; do
		printf 'l%d: r0 = %d\nexit\n' $i $((i % 4 + 1))
	done >>p.s
	expect 0 ebpf jit --engine opt p.s
	[[ $output == *"table of jumps"* ]]
	expect 0 ebpf jit --engine opt --format json p.s
	[[ $output == *'"insn": "table of jumps"'*'"to": '* ]]
	expect 0 ebpf jit --engine opt --harden p.s
	[[ $output != *"table of jumps"* ]]
}

@test "many questions for any number are a table of jumps behind a bounds test, but few are not" {
	for n in 4 9; do
		{
			printf '.license "GPL"\n.prog p, "xdp"\nr2 = *(u32 *)(r1 + 16)\nr0 = 0\n'
			for i in $(seq 1 $n); do printf 'if r2 == %d goto l%d\n' $((1000 + i)) $i; done
			printf 'exit\n'
			for i in $(seq 1 $n); do printf 'l%d: r0 = %d\nexit\n' $i $((i % 4 + 1)); done
		} >p$n.s
	done
	expect 0 ebpf jit --dump tables p9.s
	[[ $output == *"table8 "*" from 1001:"*" else @"* ]]
	expect 0 ebpf jit --engine opt p9.s
	[[ $output == *"table of jumps"* ]]
	expect 0 ebpf jit --dump tables p4.s
	[[ $output != *"table8"* ]]
}

@test "what the optimizing engine has after a pass" {
	printf '.license "GPL"\n.prog p, "xdp"\nr0 = 6\nr0 *= 7\nexit\n' >p.s
	expect 0 ebpf jit --dump lower p.s
	[[ $output == *"r0 = copy8 6"*"r0 = mul8 r0, 7"*"ret r0"* ]]
	expect 0 ebpf jit --dump dce p.s
	[[ $output == *"ret 42"* && $output != *"mul8"* ]]
	expect 0 ebpf jit --dump dce --format json p.s
	[[ $output == *'"form": "function p, frame 0'* ]]
	expect 64 ebpf jit --dump nonsense p.s
	[[ $output == *"no pass is called 'nonsense'"* ]]
}

@test "every pass of the manual can be shown" {
	printf '.license "GPL"\n.prog p, "xdp"\nr0 = *(u32 *)(r1 + 16)\nexit\n' >p.s
	for pass in lower cfg ssa copy fold combine inline gvn mem select bounds loop tree dce \
		idioms schedule advance isel sweep live spill regs jumps; do
		ebpf jit --dump "$pass" p.s | grep -q '^function p'
		grep -qw "$pass" "$ROOT/man/ebpf-jit.1"
	done
}

@test "a program without machine code does not keep the others of its object from being shown" {
	cat >three.s <<-'END'
		.prog first, "xdp"
		r0 = 2
		exit
		.prog bad, "xdp"
		.8byte 0xff
		exit
		.prog last, "xdp"
		r0 = 1
		exit
	END
	expect 0 ebpf jit three.s
	[[ $output == *"warning: program bad is left out"*"first: 2 instructions"*"last: 2 instructions"* ]]
	expect 2 ebpf jit --prog bad three.s
	[[ $output == *"three.s: error: insn 0: unknown opcode"* ]]
	cat >ksym.s <<-'END'
		.license "GPL"
		.ksym int cpu_number
		.prog asks, "raw_tp/sys_enter"
		r1 = cpu_number ll
		r0 = 0
		exit
		.prog last, "xdp"
		r0 = 1
		exit
	END
	expect 2 ebpf jit ksym.s
	[[ $output == *"program asks, insn 0: kernel variables"*"last: 2 instructions"* ]]
}

# Seven rounds through 30,000 instructions: variables are in registers and in the frame, and jumps go
# far.
large() {
	awk 'BEGIN {
		print ".license \"GPL\"\n.prog p, \"xdp\"\nr6 = *(u32 *)(r1 + 16)\nr7 = 0\nr8 = 0"
		print "*(u64 *)(r10 - 8) = r6\n*(u64 *)(r10 - 16) = r7\nagain:"
		for (i = 0; i < 5000; i++) {
			printf "r7 *= %d\nr7 += %d\n", 2 * i + 3, i
			printf "r1 = *(u64 *)(r10 - %d)\nr1 ^= r7\n*(u64 *)(r10 - %d) = r1\n", 8 + i % 2 * 8, 16 - i % 2 * 8
			if (i % 100 == 50)
				printf "r2 = r7\nr2 >>= 60\nif r2 == %d goto l%d\n", i % 7, i / 100 + 10
			if (i % 100 == 0)
				printf "l%d:\n", i / 100
			print "r8 += r7"
		}
		for (i = 50; i < 60; i++)
			printf "l%d:\n", i
		print "r9 += 1\nif r9 < 7 goto again"
		print "r0 = *(u64 *)(r10 - 8)\nr1 = *(u64 *)(r10 - 16)\nr0 ^= r1\nr0 ^= r8\nr1 = r0\nr1 >>= 32\nr0 ^= r1\nr0 &= 0xffffffff\nexit"
	}' | sed 's/^r8 = 0$/&\nr9 = 0/'
}

@test "a large function is compiled in parts, and does the same" {
	large >p.s
	expect 0 ebpf run --engine interp p.s
	want=$output
	expect 0 ebpf run --engine opt p.s
	[ "$output" = "$want" ]
	ebpf jit --engine opt --dump ssa p.s >forms
	[ "$(grep -n 'function p' forms | cut -d: -f2)" = "function p, frame 112
part1 of function p, frame 112
part0 of function p, frame 112" ]
	grep -q 'leave8 part1$' forms
}

@test "addresses, which are others in every run, are told by name" {
	cat >m.s <<-'END'
		.license "GPL"
		.map h, hash, key=u32, value=u64, max_entries=8
		.map a, array, key=u32, value=u64, max_entries=8
		.prog p, "xdp"
		*(u32 *)(r10 - 4) = 1
		r1 = h ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		r1 = a ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		r0 = 2
		exit
	END
	expect 0 ebpf jit --engine fast m.s
	first=$output
	for i in 1 2 3; do
		expect 0 ebpf jit --engine fast m.s
		says "$first"
	done
}
