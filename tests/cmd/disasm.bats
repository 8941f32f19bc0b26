load ../lib

program() {
	cat >prog.s <<-'END'
	.license "GPL"
	.map counts, hash, key=u32, value=u64, max_entries=16
	.prog count, "xdp"
		r1 = *(u32 *)(r1 + 16)
		*(u32 *)(r10 - 4) = r1
		r2 = r10
		r2 += -4
		r1 = counts ll
		call bpf_map_lookup_elem
		if r0 == 0 goto out
		r1 = 1
		lock *(u64 *)(r0 + 0) += r1
	out:
		r0 = 2
		exit
	END
	ebpf asm -o prog.o prog.s
}

@test "an object is assembly again" {
	program
	expect 0 ebpf disasm --section xdp --brief prog.o
	cat >want <<-'END'
	|	.section xdp,"ax",@progbits
	|	.balign 8
	|
	|# xdp program: int count(struct xdp_md *ctx)
	|	.globl count
	|	.type count, @function
	|count:
	|	r1 = *(u32 *)(r1 + 16)
	|	*(u32 *)(r10 - 4) = r1
	|	r2 = r10
	|	r2 += -4
	|	r1 = counts ll                         # map: hash, key u32, value u64, 16 entries
	|	call bpf_map_lookup_elem
	|	if r0 == 0 goto out
	|	r1 = 1
	|	lock *(u64 *)(r0 + 0) += r1
	|out:
	|	r0 = 2
	|	exit
	|	.size count, .-count
	END
	says "$(sed 's/^|//' want)"
}

@test "the text of an object assembles to the same object" {
	program
	ebpf disasm -o text.s prog.o
	ebpf asm -o again.o text.s
	cmp <(ebpf disasm again.o) text.s
	ebpf disasm --format json prog.o >a.json
	ebpf disasm --format json again.o >b.json
	cmp a.json b.json
}

@test "hex, C arrays and bytes are the same program" {
	echo "b7 00 00 00 05 00 00 00 0x95 00000000000000" >hex
	echo "struct bpf_insn p[] = { { 0xb7, 0, 0, 0, 5 }, { .code = 0x95 } };" >c
	printf '\xb7\0\0\0\5\0\0\0\x95\0\0\0\0\0\0\0' >raw
	ebpf disasm hex >want
	grep -q "r0 = 5" want
	for f in c raw; do
		cmp <(ebpf disasm $f) want
	done
	printf '\xb7\0\0\0\0\0\0\5\x95\0\0\0\0\0\0\0' >big
	ebpf disasm --big-endian big >text
	cmp <(sed 1,2d text) want
	ebpf asm --format raw -o again text
	cmp big again
}

@test "a dump of the kernel and other assembly are rewritten" {
	printf '0: (b7) r0 = 1\n1: (15) if r1 == 0x0 goto pc+1\n2: (85) call bpf_ktime_get_ns#5\n3: (95) exit\n' >log
	expect 0 ebpf disasm log
	says "$(printf '\t.text\n\t.balign 8\n\tr0 = 1\n\tif r1 == 0 goto .L1\n\tcall bpf_ktime_get_ns\n.L1:\n\texit')"
	printf 'mov %%r0, 5\nexit\n' >gnu
	expect 0 ebpf disasm gnu
	says "$(printf '\t.text\n\t.balign 8\n\tr0 = 5\n\texit')"
}

@test "classic filters read as tcpdump shows them" {
	cat >ddd <<-END
	4
	40 0 0 12
	21 0 1 2048
	6 0 0 262144
	6 0 0 0
	END
	expect 0 ebpf disasm ddd
	says "$(cat <<-'END'
	(000) ldh      [12]
	(001) jeq      #0x800           jt 2	jf 3
	(002) ret      #262144
	(003) ret      #0
	END
	)"
	want=$output
	echo "4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0" >comma
	expect 0 ebpf disasm comma
	says "$want"
	printf '{ 0x28, 0, 0, 0x0000000c },\n{ 0x15, 0, 1, 0x00000800 },\n{ 0x6, 0, 0, 0x00040000 },\n{ 0x6, 0, 0, 0x00000000 },\n' >dd
	expect 0 ebpf disasm dd
	says "$want"
}

@test "tcpdump's own filters" {
	need tcpdump
	for filter in "tcp port 80 and ip[6]&1=1" "vlan 5 or arp" "ip6 and len > 100 and ether[5] * 3 = 7"; do
		tcpdump -y EN10MB -d "$filter" 2>/dev/null | sed 's/ *$//' >want || skip "tcpdump cannot compile"
		for how in -ddd -dd; do
			tcpdump -y EN10MB $how "$filter" >filter
			cmp <(ebpf disasm filter) want
		done
	done
}

@test "malformed input is said with its place, and is exit code 2" {
	printf '2\n6 0 0 0\n' >f
	expect 2 ebpf disasm f
	[[ $output == "ebpf disasm: f:3:1: error: 1 instructions, but 2 were announced"* ]]
	printf '1\n6 0 300 0\n' >f
	expect 2 ebpf disasm f
	[[ $output == "ebpf disasm: f:2:5: error: a jump offset is at most 255"* ]]
	printf '1\n6 0 0 0\n6 0 0 0\n' >f
	expect 2 ebpf disasm f
	printf '1\n96 0 0 0\n' >f
	expect 2 ebpf disasm f
	echo "b7 0 123" >f
	expect 2 ebpf disasm f
	[[ $output == "ebpf disasm: f:1:6: error: an odd number of hex digits"* ]]
	echo "{ 0x1b7, 0, 0, 0, 0 }" >f
	expect 2 ebpf disasm f
	[[ $output == "ebpf disasm: f:1:"*": error: code does not fit its field"* ]]
	: >f
	expect 2 ebpf disasm f
	head -c 100 "$EBPF" >f
	expect 2 ebpf disasm f
	expect 4 ebpf disasm absent
	expect 64 ebpf disasm
	program
	expect 1 ebpf disasm --prog absent prog.o
	expect 1 ebpf disasm --section absent prog.o
}

@test "the kernel's notation" {
	program
	expect 0 ebpf disasm --kernel --source --opcodes prog.o
	[ "${lines[0]}" = "int count(struct xdp_md *ctx):" ]
	[ "${lines[1]}" = "; r1 = *(u32 *)(r1 + 16) @ prog.s:4" ]
	[ "${lines[2]}" = "   0: (61) r1 = *(u32 *)(r1 +16)" ]
	[ "${lines[3]}" = "       61 11 10 00 00 00 00 00" ]
	[[ $output == *"   6: (85) call bpf_map_lookup_elem#1"* ]]
}

@test "JSON has numbers as numbers and bytes as hex" {
	program
	expect 0 ebpf disasm --format json --prog count prog.o
	[[ $output == *'"schema": "ebpf.disasm/1"'* ]]
	[[ $output == *'"bytes": "6111100000000000"'* ]]
	[[ $output == *'"code": 97'* ]]
	[[ $output == *'"note": "map: hash, key u32, value u64, 16 entries"'* ]]
	[[ $output == *'"target": 10'* ]]
	echo "1,6 0 0 5" >f
	expect 0 ebpf disasm --format json f
	[[ $output == *'"text": "ret      #5"'* ]]
}

@test "control flow as DOT and as SVG" {
	program
	expect 0 ebpf disasm --cfg prog.o
	[[ $output == "digraph ebpf {"* ]]
	[[ $output == *'f0_b0 -> f0_b1 [color="#b91c1c"]'* ]]
	[[ $output == *'f0_b0 -> f0_b2 [color="#15803d"]'* ]]
	expect 0 ebpf disasm --format svg prog.o
	[[ $output == '<svg xmlns="http://www.w3.org/2000/svg"'*"</svg>" ]]
	[ "$(grep -c 'marker-end' <<<"$output")" = 3 ]
}

@test "invalid instructions come back as they were" {
	printf '\0\1\2\3\4\5\6\7\x18\1\0\0\1\0\0\0\x95\0\0\0\0\0\0\0' >raw
	expect 0 ebpf disasm raw
	[[ $output == *".8byte 0x0706050403020100"*"# unknown opcode"* ]]
	ebpf disasm raw >text.s
	ebpf asm --format raw -o again text.s
	cmp raw again
}
