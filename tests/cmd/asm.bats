load ../lib

# One line of text assembles to these bytes.
bytes() {
	echo "$1" | ebpf asm --format hex - | tr -d '\n' | sed 's/ $//' | diff - <(echo -n "$2")
}

@test "the output of clang -S assembles to the object of clang -c" {
	need clang-14 clang-19
	for how in 14.v1 14.v3 19.v2 19.v4; do
		clang="clang-${how%.*} -O2 -g -w -target bpf -mcpu=${how#*.}"
		for c in "$ROOT"/tests/cmd/asm/*.c; do
			o=$(basename "$c" .c).$how
			$clang -c "$c" -o $o.o 2>/dev/null || continue
			$clang -S "$c" -o $o.s
			echo $o.o=$o.s >>pairs
		done
	done
	run "$BUILD/tests/roundtrip" $(cat pairs)
	echo "$output"
	[ "$status" = 0 ]
}

@test "every error is told with its place, sorted, and nothing is written" {
	cat >x.s <<'END'
r0 = 4294967296
r1 += w2
goto nowhere
r0 = r11
*(u32 *)(r1 + 40000) = 5
r0 = somewhere
lock *(u64 *)(r1 + 0) = r2
call bpf_map_lokup_elem
r0 = atomic_fetch_add((u64 *)(r1 + 0), r2)
.sectoin x
END
	expect 2 ebpf asm -o x.o x.s
	[ ! -e x.o ]
	says "ebpf asm: x.s:1:6: error: 4294967296 does not fit into 32 bits
r0 = 4294967296
     ^~~~~~~~~~
ebpf asm: note: 'r0 = 4294967296 ll' loads 64 bits
ebpf asm: x.s:2:7: error: r and w registers do not mix: r2
r1 += w2
      ^~
ebpf asm: x.s:3:6: error: no label 'nowhere'
goto nowhere
     ^~~~~~~
ebpf asm: x.s:4:6: error: no register 'r11': they are r0 to r10
r0 = r11
     ^~~
ebpf asm: x.s:5:13: error: offset 40000 does not fit into 16 bits (-32768 to 32767)
*(u32 *)(r1 + 40000) = 5
            ^
ebpf asm: x.s:6:6: error: no constant 'somewhere'; an address is loaded with 'll' behind it
r0 = somewhere
     ^~~~~~~~~
ebpf asm: x.s:7:23: error: expected one of += |= &= ^=
lock *(u64 *)(r1 + 0) = r2
                      ^
ebpf asm: x.s:8:6: error: no function, kfunc or helper 'bpf_map_lokup_elem'
call bpf_map_lokup_elem
     ^~~~~~~~~~~~~~~~~~
ebpf asm: note: did you mean 'bpf_map_lookup_elem'?
ebpf asm: x.s:9:1: error: the old value goes to the source register: r2, not r0
r0 = atomic_fetch_add((u64 *)(r1 + 0), r2)
^~
ebpf asm: x.s:10:1: error: unknown directive '.sectoin'
.sectoin x
^~~~~~~~
ebpf asm: note: did you mean '.section'?"
}

@test "errors in macros and includes say how the text came there" {
	printf '.macro bad x\nr0 = \\x x\n.endm\n' >m.inc
	printf '.include "m.inc"\n\tbad 5\n' >x.s
	expect 2 ebpf asm -o x.o x.s
	says "ebpf asm: m.inc:2:8: error: expected the end of the statement, got 'x'
r0 = 5 x
       ^
ebpf asm: x.s:2:2: note: in the macro called here
	bad 5
	^~~"
}

@test "macros, repetitions, conditions" {
	cat >x.s <<'END'
.macro twice what:req, n=2, rest:vararg
.rept \n
\what += 1
.endr
.ifnb \rest
.exitm
.endif
1\@: goto 1\@b
.endm
twice r1
twice n=3, what=r2
twice r3, 1, a, b
.irp r, 1, 2
r\r = \r
.endr
.irpc c, 12
r0 += \c
.endr
.set N, 3
.if N > 2 && !(N & 4)
.if 0
nonsense here
.elseif N == 3
r9 = N * (1 << 4)
.else
more nonsense
.endif
.endif
.ifdef M
r9 = 1
.endif
twice r4; exit
END
	ebpf asm --format hex -o x.hex x.s
	diff x.hex - <<'END'
07 01 00 00 01 00 00 00
07 01 00 00 01 00 00 00
05 00 ff ff 00 00 00 00
07 02 00 00 01 00 00 00
07 02 00 00 01 00 00 00
07 02 00 00 01 00 00 00
05 00 ff ff 00 00 00 00
07 03 00 00 01 00 00 00
b7 01 00 00 01 00 00 00
b7 02 00 00 02 00 00 00
07 00 00 00 01 00 00 00
07 00 00 00 02 00 00 00
b7 09 00 00 30 00 00 00
07 04 00 00 01 00 00 00
07 04 00 00 01 00 00 00
05 00 ff ff 00 00 00 00
95 00 00 00 00 00 00 00
END
}

@test "text bombs are errors" {
	printf '.macro m\nm\nm\n.endm\nm\n' >deep.s
	expect 2 ebpf asm -o x.o deep.s
	[[ $output == *"more than 64 nested"* ]]
	printf '.rept 1000000000\nr0 = 0\n.endr\n' >wide.s
	expect 2 ebpf asm -o x.o wide.s
	[[ $output == *"more than 16 MiB of text"* ]]
	printf '.zero 1 << 40\n' >long.s
	expect 2 ebpf asm -o x.o long.s
	[[ $output == *"more than 64 MiB of output"* ]]
	printf '.include "self.s"\n' >self.s
	expect 2 ebpf asm -o x.o self.s
	[[ $output == *"more than 64 nested"* ]]
}

@test "expressions are C's, and what GNU as groups otherwise wants parentheses" {
	bytes "r0 = 2 + 3 * 4 - 10 / 2" "b7 00 00 00 09 00 00 00"
	bytes "r0 = (1 << 4 | 3) & ~1" "b7 00 00 00 12 00 00 00"
	bytes "r0 = 'a' + 0x10 + 017 + 0b11" "b7 00 00 00 83 00 00 00"
	bytes "a: r0 = b - a; b:" "b7 00 00 00 08 00 00 00"
	echo "r0 = 1 << 2 + 3" >x.s
	expect 2 ebpf asm -o x.o x.s
	[[ $output == *"x.s:1:8: error: C and other assemblers disagree"*"add parentheses"* ]]
}

@test "a verifier's log and a dump of bpftool assemble" {
	cat >log <<'END'
func#0 @0
Live regs before insn:
      0: .1........ (61) r0 = *(u32 *)(r1 +0)
0: R1=ctx() R10=fp0
; return ctx->data; @ x.c:3
0: (61) r0 = *(u32 *)(r1 +0)          ; R0_w=scalar() R1=ctx()
1: (15) if r0 == 0x5 goto pc+2        ; R0_w=scalar()
2: (85) call bpf_get_prandom_u32#7    ; R0_w=scalar()
3: (18) r2 = 0xffff888100000000       ; R2_w=scalar()
5: (95) exit

from 1 to 4: safe
processed 5 insns (limit 1000000)
END
	ebpf asm --format hex -o log.hex log
	diff log.hex - <<'END'
61 10 00 00 00 00 00 00
15 00 02 00 05 00 00 00
85 00 00 00 07 00 00 00
18 02 00 00 00 00 00 00
00 00 00 00 81 88 ff ff
95 00 00 00 00 00 00 00
END
	cat >dump <<'END'
int prog(struct xdp_md * ctx):
; int prog(struct xdp_md *ctx)
   0: (18) r1 = map[id:5]
       18 11 00 00 05 00 00 00 00 00 00 00 00 00 00 00
   2: (85) call pc+1#helper
       85 10 00 00 01 00 00 00
   3: (95) exit
int helper(int x):
   4: (18) r2 = map[id:6][0]+8
   6: (95) exit
END
	ebpf asm -o dump.o dump
	ebpf disasm dump.o | grep -A9 'prog:'  >text
	grep 'ld_pseudo r1, 1, 0x5' text
	grep 'ld_pseudo r2, 2, 0x800000006' text
	sed -i 3d dump
	expect 2 ebpf asm -o x.o dump
	[[ $output == *"the dump does not show slots 0 to 1"* ]]
}

@test "relaxation makes far jumps long" {
	cat >x.s <<'END'
	if r1 > 5 goto far
	if r1 & 5 goto far
	goto far
	.rept 40000
	r0 += 1
	.endr
far:	exit
END
	expect 2 ebpf asm -o x.o x.s
	[[ $output == *"x.s:1:17: error: jump over 40002 slots does not fit into 16 bits"* ]]
	[[ $output == *"--relax"* ]]
	ebpf asm --relax --format hex x.s | head -6 | diff - <(
		echo "b5 01 01 00 05 00 00 00
06 00 00 00 44 9c 00 00
45 01 01 00 05 00 00 00
05 00 01 00 00 00 00 00
06 00 00 00 41 9c 00 00
06 00 00 00 40 9c 00 00"
	)
	expect 2 ebpf asm --relax --isa v3 -o x.o x.s
}

@test "the isa can be held back" {
	echo "w0 s/= 3" >x.s
	expect 2 ebpf asm --isa v3 -o x.o x.s
	[[ $output == *"x.s:1:1: error: SDIV32_K is of ISA v4, and v3 is asked for"* ]]
	expect 0 ebpf asm --isa v4 -o x.o x.s
}

@test "both byte orders" {
	echo "r1 = 0x123456789 ll; r2 = *(u16 *)(r3 - 2); .long 1, 0" >x.s
	ebpf asm --big-endian -o x.o x.s
	readelf -h x.o | grep 'big endian'
	ebpf asm --big-endian --format hex x.s | diff - <(
		echo "18 10 00 00 23 45 67 89
00 00 00 00 00 00 00 01
69 23 ff fe 00 00 00 00
00 00 00 01 00 00 00 00"
	)
}

@test ".end leaves out what follows and nothing before it" {
	printf 'goto L; r0 = 1\nL: exit\n.end\nno instruction\n' >x.s
	ebpf asm --format hex x.s | head -1 | diff - <(echo "05 00 01 00 00 00 00 00")
	bytes "$(printf '.rept 3\nr0 = 0\n.end\n.endr\nexit\n')" "b7 00 00 00 00 00 00 00"
}

@test "numbers that do not fit are refused wherever they stand" {
	for line in 'gotol L + 0x7ffffffffffffff8' 'call L + 0x7ffffffffffffff8' \
		'r0 = subprog[0x100000001]' 'r0 = addr_space_cast(r1, 0x7fffffffffffffff, 0)' \
		'.reloc 0, 0x100000001, L'; do
		printf 'L: exit\n%s\n' "$line" >x.s
		expect 2 ebpf asm -o x.o x.s
	done
}

@test "text that is small and would take for ever ends" {
	{
		echo ".set x0, b - a"
		for i in {1..60}; do
			echo ".set x$i, x$((i - 1)) + x$((i - 1))"
		done
		printf 'a: r0 = 0\nb: exit\n.quad x60\n'
	} >x.s
	expect 2 timeout 60 ebpf asm -o x.o x.s
	[[ $output == *"error: the expressions take more than "* ]]
	yes '.struct ' | head -50000 >x.s
	expect 2 timeout 60 ebpf asm -o x.o x.s
}

@test "verdicts are known by their names, unless a file has others of these names" {
	run ebpf asm --format hex - <<<'r0 = XDP_TX
if r0 == TC_ACT_SHOT goto pc+0
r0 = SK_PASS + 1
exit'
	says "b7 00 00 00 03 00 00 00
15 00 00 00 02 00 00 00
b7 00 00 00 02 00 00 00
95 00 00 00 00 00 00 00"
	run ebpf asm --format hex - <<<'.set XDP_TX, 9
r0 = XDP_TX
exit'
	says "b7 00 00 00 09 00 00 00
95 00 00 00 00 00 00 00"
	run ebpf asm --format hex - <<<'r0 = XDP_NEVER
exit'
	[ "$status" = 2 ]
	[[ $output == *"no constant 'XDP_NEVER'"* ]]
}

@test "a file of C is told what makes an object of it, once" {
	printf '#include <linux/bpf.h>\nSEC("xdp")\nint p(struct xdp_md *c) { return 2; }\n' >p.c
	for command in 'asm -o p.o' run verify jit; do
		expect 2 ebpf $command p.c
		says "ebpf ${command%% *}: p.c: error: this is C; \`clang -O2 -g --target=bpf -c p.c\` makes an object of it"
	done
}
