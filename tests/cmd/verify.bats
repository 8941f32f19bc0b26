load ../lib

@test "accepted, rejected, malformed: 0, 1, 2" {
	printf 'r0 = 2; exit' >ok.s
	printf 'r0 = r3; exit' >bad.s
	printf 'r0 = ' >no.s
	expect 0 ebpf verify --type xdp ok.s
	says ".text: accepted: 2 insns processed, 0 states, stack 0"
	expect 1 ebpf verify --type xdp bad.s
	[[ $output == ".text: rejected: R3 !read_ok"* ]]
	expect 2 ebpf verify --type xdp no.s
	expect 2 ebpf verify ok.s
	expect 4 ebpf verify missing.o
	expect 64 ebpf verify --type xdp --prog other ok.s
	expect 64 ebpf verify --type nothing ok.s
	expect 64 ebpf verify
}

@test "a log is the kernel's: the program, its live registers, each step, statistics" {
	cat >p.s <<'END'
	.license "GPL"
	.prog p, "xdp"
	r0 = 0
	if r1 == 0 goto out
	r0 = 2
out:
	exit
END
	expect 0 ebpf asm -o p.o p.s
	expect 0 ebpf verify --log-level 2 p.o
	says "func#0 @0
Live regs before insn:
      0: .1........ (b7) r0 = 0
      1: 01........ (15) if r1 == 0x0 goto pc+1
      2: .......... (b7) r0 = 2
      3: 0......... (95) exit
0: R1=ctx() R10=fp0
; r0 = 0 @ p.s:3
0: (b7) r0 = 0                        ; R0=0
; if r1 == 0 goto out @ p.s:4
1: (15) if r1 == 0x0 goto pc+1        ; R1=ctx()
; r0 = 2 @ p.s:5
2: (b7) r0 = 2                        ; R0=2
; exit @ p.s:7
3: (95) exit

from 1 to 3: R0=0 R1=ctx() R10=fp0
3: R0=0 R1=ctx() R10=fp0
3: (95) exit
$(sed -n '/^verification time/p' <<<"$output")
stack depth 0
processed 5 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0"
	expect 0 ebpf verify --log-level 4 p.o
	[ "$(wc -l <<<"$output")" = 3 ]
}

@test "every program of an object, or one; verdicts as JSON" {
	cat >two.s <<'END'
	.license "GPL"
	.prog good, "xdp"
	r0 = 2
	exit
	.prog bad, "socket"
	r0 = *(u64 *)(r10 - 520)
	exit
END
	expect 1 ebpf verify --format json two.s
	grep -q '"verdict": "accepted"' <<<"$output"
	grep -q '"message": "invalid read from stack R10 off=-520 size=8"' <<<"$output"
	grep -q '"errno": "EACCES"' <<<"$output"
	expect 0 ebpf verify --prog good two.s
	expect 1 ebpf verify --section socket two.s
	expect 0 ebpf verify --section xdp two.s
}

@test "what is attached by name is looked for in the kernel's types" {
	printf '\t.license "GPL"\n\t.prog p, "tp_btf/sched_switch"\n\tr2 = *(u64 *)(r1 + 8)\n\tr0 = *(u32 *)(r2 + 0)\n\tr0 = 0\n\texit\n' >t.s
	expect 0 ebpf verify t.s
	sed 's/sched_switch/no_such_thing/' t.s >u.s
	expect 2 ebpf verify u.s
	[[ $output == *"no 'no_such_thing' to attach to"* ]]
	expect 0 ebpf verify --attach-func sched_switch u.s
	expect 2 ebpf verify --btf /dev/null t.s
}

@test "nothing that is refused is stored" {
	export EBPF_BPFFS=$PWD/store
	printf '\t.license "GPL"\n\t.prog p, "xdp"\n\tr0 = *(u64 *)(r1 + 400)\n\texit\n' >bad.s
	expect 1 ebpf prog load bad.s p
	[[ $output == *"invalid bpf_context access off=400 size=8"* ]]
	[ ! -e store/p ]
}

@test "a struct of functions says which member of the kernel's a program is" {
	cat >ops.s <<'END2'
	.section license, "aw"
	.asciz "GPL"
	.section "struct_ops/one", "ax"
	.globl one
	.type one, @function
one:
	r1 = *(u64 *)(r1 + 0)
	r0 = *(u32 *)(r1 + 0)
	exit
	.size one, . - one
	.section .struct_ops, "aw"
	.globl ops
	.type ops, @object
	.size ops, 8
ops:	.quad one
	.btf
[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=0
[3] PTR '(anon)' type_id=2
[4] STRUCT 'tcp_congestion_ops___mine' size=8 vlen=1
	'ssthresh' type_id=3 bits_offset=0
[5] VAR 'ops' type_id=4, linkage=global
[6] DATASEC '.struct_ops' size=0 vlen=1
	type_id=5 offset=0 size=8
	.endbtf
END2
	expect 0 ebpf verify ops.s
	sed 's/ssthresh/get_info/' ops.s >other.s
	expect 1 ebpf verify other.s
	[[ $output == *"attach to unsupported member get_info of struct tcp_congestion_ops"* ]]
	sed 's/ssthresh/no_such_member/' ops.s >missing.s
	expect 2 ebpf verify missing.s
	[[ $output == *"have no member no_such_member of struct tcp_congestion_ops"* ]]
	# Without the struct nobody says what the program is for.
	sed '/struct_ops, "aw"/,/quad/d; /VAR/,/type_id=5/d' ops.s >none.s
	expect 1 ebpf verify none.s
}

@test "only XDP programs are bound to devices, whatever their flags say" {
	cat >bound.s <<'END2'
	.section socket, "ax"
	.globl p
	.type p, @function
p:
	r1 = r10
	r2 = r10
	call bpf_xdp_metadata_rx_timestamp
	r0 = 0
	exit
	.size p, .-p
	.extern bpf_xdp_metadata_rx_timestamp
	.section license, "aw"
	.globl _license
_license: .asciz "GPL"
	.section .BTF, "", @progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] FWD 'xdp_md' fwd_kind=struct
	[3] CONST '(anon)' type_id=2
	[4] PTR '(anon)' type_id=3
	[5] INT 'unsigned long long' size=8 bits_offset=0 nr_bits=64 encoding=(none)
	[6] PTR '(anon)' type_id=5
	[7] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2
		'ctx' type_id=4
		'timestamp' type_id=6
	[8] FUNC 'bpf_xdp_metadata_rx_timestamp' type_id=7 linkage=extern
	[9] DATASEC '.ksyms' size=0 vlen=1
		type_id=8 offset=0 size=0
	.endbtf
END2
	expect 1 ebpf verify --prog-flags 64 bound.s
	[[ $output == *"metadata kfuncs require device-bound program"* ]]
	expect 1 ebpf verify --prog-flags 64 --type xdp bound.s
	[[ $output == *"arg#0 expected pointer to ctx, but got fp"* ]]
}

@test "static functions are programs where a section has no others" {
	printf '%s\n' '.section tc, "ax"' '.type p, @function' 'p: r0 = 2' exit '.size p, .-p' \
		'.section xdp, "ax"' '.globl q' '.type q, @function' 'q: call s' exit '.size q, .-q' \
		'.type s, @function' 's: r0 = 1' exit '.size s, .-s' >static.s
	expect 0 ebpf verify static.s
	says "p: accepted: 2 insns processed, 0 states, stack 0
q: accepted: 4 insns processed, 0 states, stack 0+0"
}

@test "the type of a ring's records is no size of values" {
	cat >ring.s <<'END2'
	.section xdp, "ax"
	.globl p
	.type p, @function
p:	r0 = 2
	exit
	.size p, .-p
	.section .maps, "aw"
	.globl events
	.type events, @object
events: .zero 24
	.size events, .-events
	.section .BTF, "", @progbits
	.btf
	[1] PTR '(anon)' type_id=3
	[2] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[3] ARRAY '(anon)' type_id=2 index_type_id=2 nr_elems=27
	[4] PTR '(anon)' type_id=5
	[5] ARRAY '(anon)' type_id=2 index_type_id=2 nr_elems=4096
	[6] STRUCT 'event' size=4 vlen=1
		'pid' type_id=2 bits_offset=0
	[7] PTR '(anon)' type_id=6
	[8] STRUCT '(anon)' size=24 vlen=3
		'type' type_id=1 bits_offset=0
		'max_entries' type_id=4 bits_offset=64
		'value' type_id=7 bits_offset=128
	[9] VAR 'events' type_id=8, linkage=global
	[10] DATASEC '.maps' size=24 vlen=1
		type_id=9 offset=0 size=24
	.endbtf
END2
	expect 0 ebpf verify ring.s
	sed "s/nr_elems=27/nr_elems=1/" ring.s >hash.s
	expect 2 ebpf verify hash.s
}

@test "what a loader decides at run time is decided: sizes of maps, where an arena is" {
	! emulated || skip "the emulator shows no pages twice"
	cat >maps.s <<'END2'
	.license "GPL"
	.map ring, ringbuf
	.map events, perf_event_array, key=u32, value=u32
	.map traces, stack_trace, key=u32
	.map pages, arena, max_entries=2, flags=mmapable
	.prog p, "xdp"
	r1 = ring ll
	r2 = 8
	r3 = 0
	call ringbuf_reserve
	if r0 == 0 goto out
	r1 = r0
	r2 = 0
	call ringbuf_submit
	r1 = events ll
	r1 = pages ll
	r1 = counter ll
	r1 = addr_space_cast(r1, 0x0, 0x1)
	r2 = *(u64 *)(r1 + 0)
out:
	r0 = 2
	exit
	.section .addr_space.1, "aw"
	.globl counter
	.type counter, @object
	.size counter, 8
counter: .quad 0
END2
	expect 0 ebpf verify --log-level 2 maps.s
	[[ $output == *"(18) r1 = 0x100000000000"* ]]
	grep -v pages maps.s >none.s
	expect 2 ebpf verify none.s
	[[ $output == *"no map is an arena"* ]]
	sed 's/counter: .quad 0/counter: .zero 8193/' maps.s >large.s
	expect 2 ebpf verify large.s
	[[ $output == *"map 'pages' has 2 pages, too few"* ]]
}

@test "a program without a target keeps no other from its verdict" {
	printf '\t.license "GPL"\n\t.prog p, "tp_btf/no_such_thing"\n\tr0 = 0\n\texit\n' >t.s
	printf '\t.prog q, "?xdp"\n\tr0 = r3\n\texit\n' >>t.s
	expect 2 ebpf verify t.s
	expect 1 ebpf verify --section xdp t.s
	[[ $output == *"q: rejected: R3 !read_ok"* ]]
	printf '\t.prog s, "xdp"\n\tr0 = 0\n\texit\n' >>t.s
	expect 2 ebpf verify t.s
	[[ $output == *"s: accepted"* ]]
}

# typed_prog NAME: a program on standard output whose BTF ends in standard input's records
typed_prog() {
	cat <<END2
	.section license, "aw"
	.asciz "GPL"
	.section .text, "ax"
	.globl thrown
	.type thrown, @function
thrown:
	r0 = 0
	exit
	.size thrown, . - thrown
	.section "$1", "ax"
	.globl main
	.type main, @function
main:
	r0 = 2
	exit
	.size main, . - main
	.btf
[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
[2] INT 'u64' size=8 bits_offset=0 nr_bits=64 encoding=(none)
END2
	cat
	echo '	.endbtf'
}

@test "the function that a program names for exceptions comes with it" {
	typed_prog xdp >cb.s <<'END2'
[3] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
	'cookie' type_id=2
[4] FUNC 'thrown' type_id=3 linkage=global
[5] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1
	'ctx' type_id=2
[6] FUNC 'main' type_id=5 linkage=global
[7] DECL_TAG 'exception_callback:thrown' type_id=6 component_idx=-1
END2
	expect 0 ebpf verify --log-level 2 cb.s
	[[ $output == *"func#1 @2"* ]]
	[[ $output == *"Validating thrown() func#1..."* ]]
	sed 's/callback:thrown/callback:other/' cb.s >none.s
	expect 2 ebpf verify none.s
	[[ $output == *"program 'main': no global function is its exception callback 'other'"* ]]
	sed 's/DECL_TAG .exception_callback/DECL_TAG '"'"'something/' cb.s >without.s
	expect 0 ebpf verify --log-level 2 without.s
	[[ $output != *"func#1"* ]]
}

@test "types that the kernel refuses are left out, as loaders leave them out" {
	typed_prog xdp >nameless.s <<'END2'
[3] FUNC_PROTO '(anon)' ret_type_id=0 vlen=1
	'(anon)' type_id=2
[4] FUNC 'main' type_id=3 linkage=global
END2
	expect 0 ebpf verify --log-level 2 nameless.s
	[[ $output == *"BTF type 4 (FUNC 'main'): a parameter has no name"* ]]
	[[ $output != *"Global function main() doesn't return scalar"* ]]
	sed "s/'(anon)' type_id=2/'ctx' type_id=2/" nameless.s >named.s
	expect 0 ebpf verify --log-level 2 named.s
	[[ $output == *"Global function main() doesn't return scalar"* ]]
}

@test "a program's own numbers are no descriptors of maps" {
	printf '\t.map m, array, key=u32, value=u32, max_entries=1\n\t.prog p, "xdp"\n\t.quad 0x1118\n\t.quad 0\n\tr0 = 2\n\texit\n' >fd.s
	expect 1 ebpf verify fd.s
	[[ $output == *"fd 0 is not pointing to valid bpf_map"* ]]
}

@test "--facts: what is true at each instruction, whatever way led there" {
	cat >f.s <<'END'
	.license "GPL"
	.prog p, "xdp"
	r0 = *(u32 *)(r1 + 12)
	r0 &= 3
	*(u64 *)(r10 - 8) = r0
	if r0 < 4 goto out
	r0 = 9
out:
	exit
END
	expect 0 ebpf verify --facts f.s
	says "p: accepted: 5 insns processed, 0 states, stack 8
function 0, whole fp-8
0: r0 = *(u32 *)(r1 +12)	; in bounds
	r1=ctx
1: r0 &= 3
	r0=[0, 4294967295] r1=ctx
2: *(u64 *)(r10 -8) = r0	; in bounds, slot
	r0=[0, 3] r1=ctx
3: if r0 < 0x4 goto pc+1	; taken
	r0=[0, 3] r1=ctx fp-8=[0, 3]
5: exit
	r0=[0, 3] fp-8=[0, 3]
4: r0 = 9	; dead"
	expect 0 ebpf verify --facts --format json f.s
	grep -q '"facts": "function 0, whole fp-8' <<<"$output"
}

@test "externs read the configuration that is given" {
	local obj=$ROOT/tests/objects/fixture/kconfig.elf
	expect 0 ebpf verify --log-level 2 "$obj"
	[[ $output == *"R0=0x6122c"* ]]
	printf 'CONFIG_HZ=1000\nCONFIG_BPF_SYSCALL=y\n' >config
	expect 0 ebpf verify --log-level 2 --kconfig config "$obj"
	[[ $output == *"R0=0x6122c"* && $output == *"R1=1000"* ]]
	expect 4 ebpf verify --kconfig missing "$obj"
}
