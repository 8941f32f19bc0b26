load ../lib

# type LINE...: what the shell prints for these lines
type_in() {
	expect "$1" ebpf shell - < <(shift; printf '%s\n' "$@")
}

@test "an instruction shows the registers it changed" {
	type_in 0 'r1 = 5' 'r1 += 10' 'w2 = -1'
	says $'r1 = 0x5\nr1 = 0xf (15)\nr2 = 0xffffffff (4294967295)'
}

@test "every line may have its own dialect" {
	type_in 0 'mov %r0, 1' 'r0 <<= 4' 'add32 %r0, 2'
	says $'r0 = 0x1\nr0 = 0x10 (16)\nr0 = 0x12 (18)'
}

@test "addresses are told by what they point into" {
	type_in 0 'r1 = r10' 'r1 += -8' '*(u32 *)(r1 + 4) = 7' stack
	says "r1 = fp
r1 = fp-8
*(u32 *)(fp-4) = 0x7
fp-8     00 00 00 00 07 00 00 00"
}

@test "labels, loops and constants are remembered" {
	type_in 0 '.set N, 3' 'r0 = 0' 'r1 = N' 'loop: r0 += r1' 'r1 -= 1' 'if r1 != 0 goto loop' list
	says "r0 = 0x0
r1 = 0x3
r0 = 0x3
r1 = 0x2
r0 = 0x6
r1 = 0x0
     0: r0 = 0
     1: r1 = 3
loop:
     2: r0 += r1
     3: r1 -= 1
     4: if r1 != 0 goto loop"
}

@test "memory is what r1 points to" {
	type_in 0 'mem 01 02 03 04' 'r0 = *(u16 *)(r1 + 2)' '*(u8 *)(r1 + 0) = 255' mem
	says "mem      01 02 03 04
r0 = 0x403 (1027)
*(u8 *)(mem) = 0xff
mem      ff 02 03 04"
	type_in 2 'mem 0g'
}

@test "exit tells r0, and the session goes on" {
	type_in 0 'r0 = 3' exit 'r0 += 1'
	says $'r0 = 0x3\nexit: r0 = 0x3\nr0 = 0x4'
}

@test "a fault ends a script with 3 and says why" {
	type_in 3 'r0 = r9' 'r0 = 1'
	says $'ebpf shell: -:1: error: r9 is read before it was written\nr0 = r9'
	type_in 3 'r1 = 0' 'r0 = *(u32 *)(r1 + 0)'
	type_in 3 'again: goto again'
}

@test "--keep-going does" {
	expect 3 ebpf shell -k < <(printf 'r0 = r9\nr0 = 1\n')
	[ "${lines[2]}" = "r0 = 0x1" ]
}

@test "bad text ends a script with 2, with line and column" {
	type_in 2 'r0 = 1' 'r0 = '
	[[ $output == *"-:2:"*"error: "* ]]
	type_in 2 'nonsense'
}

@test "regs, reset, source, quit" {
	printf 'r6 = 1\nsource sub\nr7 = 3\nquit\nr8 = 4\n' >main
	printf '# a comment\nr6 += 1\n' >sub
	expect 0 ebpf shell main
	says $'r6 = 0x1\nr6 = 0x2\nr7 = 0x3'
	echo 'source main' >main
	expect 4 ebpf shell main
	type_in 0 'r6 = 1' reset regs
	[ "${lines[7]}" = "r6 is not set" ]
	expect 4 ebpf shell missing
}

@test "load steps through a program of an object, with its maps and a packet" {
	ebpf asm -o f.o "$ROOT/man/examples/firewall.s"
	packet=0000000000000000000000000800450000000000000000060000000000000000000000000050
	type_in 0 "mem $packet" 'load f.o firewall' 'step 2' go
	diff - <(tail -9 <<<"$output") <<-END
	    45: exit
	=>   0: r2 = *(u32 *)(r1 + 0)
	r2 = packet
	r3 = packet+38
	r0 = 0x2
	r2 = packet+34
	r4 = packet+38
	r5 = 0x50 (80)
	exit: r0 = 0x2
	END
	type_in 2 'load f.o' 'r0 = 1'
	type_in 4 'load missing'
	type_in 2 'load f.o nothing'
}

@test "commands of ebpf work, and their failure ends a script with 1" {
	type_in 0 'help exit' 'r0 = 1'
	[ "${lines[0]}" = "Exit codes of every command:" ]
	[ "${lines[-1]}" = "r0 = 0x1" ]
	type_in 1 'help nothing' 'r0 = 1'
}

@test "helpers run, with a clock that stands still" {
	type_in 0 'call bpf_ktime_get_ns'
	says "r0 = 0x0"
	type_in 3 'call 9999'
}

@test "hostile lines are errors, not crashes" {
	head -c 100000 /dev/zero | tr '\0' 'r' >long
	expect 2 ebpf shell long
	head -c 5000 /dev/urandom >noise
	run ebpf shell -k noise
	[ "$status" -lt 65 ]
}

@test "a terminal gets a prompt" {
	need script
	script -qec true /dev/null >/dev/null 2>&1 || skip "no pseudo-terminals"
	expect 0 env HOME="$PWD" script -qec "ebpf shell" /dev/null < <(printf 'r0 = 7\nquit\n')
	[[ $output == *"ebpf> "* && $output == *"r0 = 0x7"* ]]
	[ -e .local/state/ebpf/history ] || [ ! -e /lib/x86_64-linux-gnu/libreadline.so.8 ]
}
