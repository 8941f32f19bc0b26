load ../lib

examples=$BATS_TEST_DIRNAME/../../man/examples

@test "a program without a context answers r0" {
	printf 'r0 = 6; r0 *= 7; exit' >p.s
	expect 0 ebpf run p.s
	says ".text: 42"
	expect 0 ebpf run --format json p.s
	[[ $output == *'"schema": "ebpf.run/1"'* && $output == *'"retval": 42'* ]]
}

@test "assembly on standard input, bytes and hex run alike" {
	printf '\xb7\0\0\0\x07\0\0\0\x95\0\0\0\0\0\0\0' >p.bin
	echo b7000000070000009500000000000000 >p.hex
	expect 0 ebpf run p.bin
	says "main: 7"
	expect 0 ebpf run p.hex
	says "main: 7"
	expect 0 ebpf run - <<<'r0 = 7; exit'
	says ".text: 7"
}

@test "memory from hex and from a file" {
	printf 'r0 = *(u16 *)(r1 + 1); r0 += r2; exit' >p.s
	expect 0 ebpf run --ctx hex:010203 p.s
	says ".text: 773"
	printf '\1\2\3' >mem
	expect 0 ebpf run --ctx raw:mem p.s
	says ".text: 773"
}

@test "a fault is a report and exit code 3" {
	printf 'r0 = *(u64 *)(r1 + 8); exit' >p.s
	expect 3 ebpf run --ctx hex:0102030405 p.s
	says "ebpf run: error: program .text, insn 0: read of 8 bytes at the memory given + 8, which has 5 bytes
  0: r0 = *(u64 *)(r1 +8)"
}

@test "a loop without end runs out of its budget" {
	expect 3 ebpf run --budget 1000 - <<<'r0 = 0; a: goto a'
	[[ $output == *"stopped after 1000 instructions"* ]]
}

@test "--exit-code" {
	expect 9 ebpf run --exit-code - <<<'r0 = 9; exit'
	expect 124 ebpf run --exit-code - <<<'r0 = 1000; exit'
	expect 125 ebpf run --exit-code - <<<'r0 = r9; exit'
	expect 125 ebpf run --exit-code nothing.o
}

@test "XDP over a capture: verdicts, packets, printk, maps" {
	need clang
	cat >x.c <<-'E'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
			__type(key, int); __type(value, long); } n SEC(".maps");
		SEC("xdp") int x(struct xdp_md *c)
		{
			int z = 0;
			long *v = bpf_map_lookup_elem(&n, &z);
			if (!v)
				return XDP_ABORTED;
			if (++*v == 2)
				bpf_printk("second has %u", c->data_end - c->data);
			return *v % 2 ? XDP_PASS : XDP_DROP;
		}
		SEC("xdp") int far(struct xdp_md *c) { return *((char *)(long)c->data + 9999); }
		char l[] SEC("license") = "GPL";
	E
	clang -O2 -g -target bpf -I/usr/include/"$(uname -m)"-linux-gnu -c x.c || skip "no headers"
	head -c 24 "$examples/small.pcap" >none.pcap
	expect 0 ebpf run --prog x --dump-maps --ctx "$examples/small.pcap" x.o
	[ "${lines[0]}" = "packet 2: printk: second has 90" ]
	[ "${lines[1]}" = "x: 60 packets" ]
	[ "${lines[2]}" = "    30  XDP_DROP" ]
	[ "${lines[3]}" = "    30  XDP_PASS" ]
	[ "${lines[5]}" = "  0: 60" ]
	expect 0 ebpf run --prog x --per-packet -q --ctx "$examples/small.pcap" x.o
	[ "${lines[0]}" = "     1     90 bytes  XDP_PASS" ]
	expect 3 ebpf run --no-verify --prog far --ctx "$examples/small.pcap" x.o
	[[ ${lines[0]} == "ebpf run: error: packet 1: program far, insn "*"the packet + 9999"* ]]
	[[ ${lines[2]} == *"x.c:15: "* ]]
	expect 64 ebpf run x.o
	[[ $output == *"--prog with one of: x, far"* ]]
	expect 64 ebpf run --prog y x.o
	expect 0 ebpf run --prog x --repeat 3 --format json x.o
	[[ $output == *'"runs": 3'* && $output == *'"ns_min": '* ]]
	expect 0 ebpf run --prog x --ctx none.pcap x.o
}

@test "captures that are cut off or none at all are malformed input" {
	printf 'r0 = 2; exit' >p.s
	head -c 500 "$examples/small.pcap" >cut.pcap
	expect 2 ebpf run --type xdp --ctx cut.pcap p.s
	[[ $output == *"cut.pcap: error: packet "*" is cut off by the end of the file"* ]]
	expect 2 ebpf run --type xdp --ctx p.s p.s
	[[ $output == *"not a capture"* ]]
	: >empty
	expect 2 ebpf run --type xdp --ctx empty p.s
	expect 4 ebpf run --type xdp --ctx nowhere.pcap p.s
	expect 2 ebpf run --ctx "$examples/small.pcap" p.s
}

@test "every kind of capture" {
	printf 'r0 = 2; exit' >p.s
	for c in be-ns sll sll2 null raw6; do
		expect 0 ebpf run -q --type xdp --ctx "$BATS_TEST_DIRNAME/../fuzz/corpus/pcap/$c" p.s
		[[ $output == *"XDP_PASS" ]]
	done
}

@test "pcapng, and captures through a pipe" {
	need_libpcap
	printf 'r0 = 2; exit' >p.s
	expect 0 ebpf run --type xdp --ctx "$BATS_TEST_DIRNAME/eight.pcapng" p.s
	[[ $output == *"8 packets"*"8  XDP_PASS" ]]
	cat "$examples/small.pcap" | ebpf run --type xdp --ctx - p.s >out
	grep -q "60  XDP_PASS" out
	head -c 700 "$BATS_TEST_DIRNAME/eight.pcapng" >cut.pcapng
	expect 2 ebpf run --type xdp --ctx cut.pcapng p.s
	[[ $output == *"cut.pcapng: error: packet "*"truncated"* ]]
	# libpcap wants one link type in a file
	expect 2 ebpf run --type xdp --ctx "$BATS_TEST_DIRNAME/../fuzz/corpus/pcap/ng-le" p.s
	[[ $output == *"interface"* ]]
}

@test "the context has the fields that the program type may access, and no others" {
	printf 'r0 = *(u32 *)(r1 + 20); exit' >p.s
	expect 3 ebpf run --type xdp p.s
	[[ $output == *"struct xdp_md + 20 is no access this program type has"* ]]
	printf '*(u32 *)(r1 + 8) = 5; r0 = *(u8 *)(r1 + 8); exit' >p.s
	expect 0 ebpf run --type sched_cls p.s
	says ".text: TC_ACT_QUEUED (5)"
	expect 3 ebpf run --type socket_filter p.s
	expect 0 ebpf run --type socket_filter - <<<'r0 = *(u32 *)(r1 + 0); exit'
	says ".text: drop (0)"
}

@test "an empty program and a wrong type" {
	: >empty
	expect 2 ebpf run empty
	expect 64 ebpf run --type xdq empty
	[[ $output == *"did you mean 'xdp'"* ]]
}

@test "the conformance protocol" {
	expect 0 ebpf conformance <<<"b7000000ff000000 9500000000000000"
	says ff
	expect 0 ebpf conformance "aa bb cc" --program "71100200000000009500000000000000"
	says cc
	expect 3 ebpf conformance "aa" --program "71100200000000009500000000000000"
	expect 2 ebpf conformance <<<"ff"
}

@test "a program looks into the maps that a map of maps was declared with" {
	inner=$BATS_TEST_DIRNAME/../objects/fixture/inner.elf
	expect 0 ebpf run --prog two "$inner"
	says "two: XDP_DROP (1)"
	expect 0 ebpf run --unchecked --prog two "$inner"
	says "two: XDP_DROP (1)"
}

@test "packets by number, and the packets as they were left" {
	printf '.section xdp,"ax"\nr6 = r1; r2 = -4; call bpf_xdp_adjust_head; r0 = 2; exit' >p.s
	expect 0 ebpf run --ctx "$examples/small.pcap" --packets 1,3-5,60- --write out.pcap --per-packet p.s
	[ "${lines[5]}" = "xdp: 5 packets" ]
	[[ ${lines[1]} == "     3 "* ]]
	printf '.section xdp,"ax"\nr0 = *(u32 *)(r1 + 4); r1 = *(u32 *)(r1 + 0); r0 -= r1; exit' >len.s
	expect 0 ebpf run --ctx "$examples/small.pcap" --packets 1 len.s
	first=$(sed -n 's/.* \([0-9]*\)$/\1/p' <<<"${lines[1]}")
	expect 0 ebpf run --ctx out.pcap --packets 1 len.s
	[ "$(sed -n 's/.* \([0-9]*\)$/\1/p' <<<"${lines[1]}")" -eq $((first + 4)) ]
	expect 64 ebpf run --ctx out.pcap --packets 3-1 p.s
	expect 4 ebpf run --ctx out.pcap --write /nowhere/out.pcap p.s
}

@test "a section that does not say its type" {
	printf '.section xdp1,"ax"\nr0 = 2; exit' >p.s
	expect 2 ebpf run --ctx "$examples/small.pcap" p.s
	[[ $output == *"--type xdp"* ]]
	expect 0 ebpf run --type xdp --ctx "$examples/small.pcap" p.s
	[[ $output == *XDP_PASS* ]]
}

@test "what Linux would not load is told once, or not run" {
	printf '\t.license "GPL"\n\t.prog p, "xdp"\n\tr0 = *(u32 *)(r1 + 4)\n\tr1 = *(u32 *)(r1 + 0)\n\tr0 = *(u8 *)(r1 + 0)\n\texit\n' >p.s
	expect 0 ebpf run --ctx hex:02 p.s
	says "ebpf run: warning: Linux would not load program p: R1 offset is outside of the packet
ebpf run: note: \`ebpf verify p.s\` says more
p: XDP_PASS (2)"
	expect 0 ebpf run --ctx hex:02 --repeat 3 p.s
	[ "$(grep -c warning <<<"$output")" = 1 ]
	expect 0 ebpf run -q --ctx hex:02 p.s
	[[ $output != *warning* ]]
	expect 0 ebpf run --no-verify --ctx hex:02 p.s
	[[ $output != *warning* ]]
	expect 0 ebpf run --unchecked --ctx hex:02 p.s
	[[ $output != *warning* ]]
	expect 1 ebpf run --verify --ctx hex:02 p.s
	[[ ${lines[0]} == "ebpf run: error: Linux would not load program p: "* ]]
	[[ $output != *XDP_PASS* ]]
	expect 125 ebpf run --verify --exit-code --ctx hex:02 p.s
	# Bare instructions are of no type: nothing is said of them, unless somebody asks.
	printf 'r0 = r10; exit' >bare.s
	expect 0 ebpf run bare.s
	[[ $output != *warning* ]]
	expect 64 ebpf run --verify bare.s
	expect 0 ebpf run --verify --type xdp --ctx hex:02 bare.s
}

@test "engines: machine code for what can be trusted, checks for all else" {
	engine() { sed -n 's/.*"engine": "\(.*\)".*/\1/p' <<<"$output"; }
	for e in check interp fast; do
		expect 0 ebpf run --engine $e --format json --ctx "$examples/small.pcap" "$examples/firewall.s"
		[ "$(engine)" = $e ]
		grep -v '"engine"' <<<"$output" >$e
	done
	cmp interp fast
	expect 0 ebpf run --format json --ctx "$examples/small.pcap" "$examples/firewall.s"
	[ "$(engine)" = fast ]
	expect 0 ebpf run --repeat 100000 --format json --ctx "$examples/small.pcap" --packets 1 "$examples/firewall.s"
	[ "$(engine)" = opt ]
	expect 0 ebpf run --budget 1000 --format json --ctx "$examples/small.pcap" "$examples/firewall.s"
	[ "$(engine)" = check ]
	expect 0 ebpf run --no-verify --format json --ctx "$examples/small.pcap" "$examples/firewall.s"
	[ "$(engine)" = check ]
	# It reads behind the packet: nobody trusts it.
	printf '.license "GPL"\n.prog p, "xdp"\nr1 = *(u32 *)(r1 + 0)\nr0 = *(u8 *)(r1 + 99)\nexit\n' >p.s
	expect 3 ebpf run -q --ctx hex:0102030405060708090a0b0c0d0e0f p.s
	expect 1 ebpf run -q --engine fast --ctx hex:0102030405060708090a0b0c0d0e0f p.s
	[[ $output == *"--engine fast is for programs that Linux would load"* ]]
	expect 64 ebpf run --engine jit p.s
	expect 1 ebpf run -q --engine fast --prog holed "$BATS_TEST_DIRNAME/holes/W05.s"
	[[ $output == *"program holed falls into a hole of Linux"* ]]
}

@test "machine code that faults ends the run, not the process" {
	printf '.license "GPL"\n.prog p, "xdp"\nr0 = 1\nr2 = 16\nr0 = *(u64 *)(r2 + 0)\nexit\n' >p.s
	expect 3 ebpf run --unchecked --engine fast --ctx hex:0102030405060708090a0b0c0d0e0f p.s
	[[ ${lines[0]} == "ebpf run: error: program p, insn 2: access to 0x10, where no memory is" ]]
	[[ $output == *"p.s:5: r0 = *(u64 *)(r2 + 0)"* ]]
}

@test "trusted code runs in a sandbox, whose names others can know" {
	printf '.license "GPL"\n.prog p, "xdp"\nr0 = 2\nexit\n' >p.s
	boxed() { # OPTION...: is the process that runs it in a sandbox?
		ebpf run --repeat 4000000000 "$@" --ctx hex:0102030405060708090a0b0c0d0e0f p.s >/dev/null 2>&1 &
		for i in $(seq 50); do
			sleep 0.1
			state=$(sed -n 's/^Seccomp:[ \t]*//p' /proc/$!/status)
			[ "$state" = 2 ] && break
			[ "$1" = --engine ] || [ "$1" = --no-sandbox ] && [ "$i" -gt 5 ] && break
		done
		[ ! -e /tmp/perf-$!.map ] || grep -q "bpf_prog_p$" /tmp/perf-$!.map || state="no name"
		rm -f /tmp/perf-$!.map
		kill $!
		echo "$state"
	}
	expect 0 ebpf run --gdb --ctx hex:0102030405060708090a0b0c0d0e0f p.s
	says "p: XDP_PASS (2)"
	ebpf run --perf-map --ctx hex:0102030405060708090a0b0c0d0e0f p.s &
	wait $!
	grep -q "bpf_prog_p$" /tmp/perf-$!.map
	rm /tmp/perf-$!.map
	! emulated && grep -q Seccomp_filters /proc/self/status || skip "this system has no seccomp"
	[ "$(boxed --perf-map)" = 2 ]
	[ "$(boxed --no-sandbox)" != 2 ]
	[ "$(boxed --engine check)" != 2 ]
}

@test "files that are written in the sandbox have the mode that all files get" {
	printf '.prog p, "xdp"\nr0 = 2\nexit\n' >p.s
	umask 022
	expect 0 ebpf run --repeat 1000 --profile p.folded --ctx hex:0102030405060708090a0b0c0d0e0f p.s
	expect 0 ebpf run --engine interp --coverage p.info --ctx hex:0102030405060708090a0b0c0d0e0f p.s
	for f in p.folded p.info; do
		[ "$(stat -c %a "$f")" = 644 ]
	done
}

@test "a program that is none does not keep others of its object from running" {
	cat >two.s <<-'END'
		.prog good, "xdp"
		r0 = 2
		exit
		.prog bad, "xdp"
		.8byte 0xff
		exit
	END
	expect 0 ebpf run -q --prog good --ctx hex:00 two.s
	says "good: XDP_PASS (2)"
	expect 2 ebpf run --no-verify --prog bad --ctx hex:00 two.s
	[[ $output == *"two.s: error: insn 0: unknown opcode"* ]]
	expect 0 ebpf run --ctx hex:00 two.s
	[[ $output == *"warning: program bad is left out"*"good: XDP_PASS (2)"* ]]
}

@test "programs read the kernel's struct of a map, of an inner one too, in every engine" {
	cat >view.s <<-'END'
		.map i, array, key=u32, value=u64, max_entries=5
		.map o, array_of_maps, key=u32, max_entries=2, inner={array, key=u32, value=u64, max_entries=5}, values={[1]=i}
		.map m, hash, key=u32, value=u64, max_entries=3000
		.prog p, "xdp"
			r1 = m ll
			r6 = *(u32 *)(r1 + 76)		# max_entries
			r2 = *(u32 *)(r1 + 68)		# key_size
			r6 += r2
			r2 = r10
			r2 += -4
			*(u32 *)(r10 - 4) = 1
			r1 = o ll
			call bpf_map_lookup_elem
			if r0 == 0 goto out
			r1 = *(u32 *)(r0 + 64)		# map_type
			r6 += r1
			r1 = *(u32 *)(r0 + 76)		# max_entries
			r6 += r1
		out:
			r0 = r6
			exit
	END
	for engine in check interp fast opt; do
		expect 0 ebpf run --engine $engine --ctx hex:00 view.s
		says "p: 3011"
	done
	expect 0 ebpf run --no-verify --ctx hex:00 view.s
	says "p: 3011"
}

@test "what is no map's struct is not read through its pointer" {
	printf '%s\n' '.map m, queue, value=u32, max_entries=1' '.prog p, "xdp"' 'r1 = m ll' \
		'r0 = *(u32 *)(r1 + 4096)' exit >behind.s
	expect 3 ebpf run --ctx hex:00 behind.s
	[[ $output == *"insn 2: read of 4 bytes"* ]]
}

@test "what a program never comes to is not judged, in every engine; what it comes to is" {
	cat >dead.s <<-'END'
		.prog p, "xdp"
		r0 = 1
		if r0 == 1 goto out
		.8byte 0x0000000a00000a07	# r10 += 10
	out:
		exit
	END
	for engine in check interp fast opt; do
		expect 0 ebpf run --engine $engine --ctx hex:00 dead.s
		says "p: XDP_DROP (1)"
	done
	sed 's/r0 == 1/r0 == 2/' dead.s >live.s
	expect 3 ebpf run --no-verify --ctx hex:00 live.s
	[[ $output == *"insn 2: r10, the frame pointer, is read-only"* ]]
	expect 2 ebpf run --unchecked --engine fast --ctx hex:00 live.s
	[[ $output == *"insn 2: r10, the frame pointer, is read-only"* ]]
}

@test "maps are told by their types, for each cpu, and whole where they have none" {
	cat >m.s <<-'END'
		.license "GPL"
		.map	plain, hash, key_size=4, value_size=8, max_entries=4
		.map	each, percpu_array, key=u32, value=u64, max_entries=2
		.prog	count, "xdp"
		*(u32 *)(r10 - 4) = 1
		r2 = r10
		r2 += -4
		r1 = each ll
		call bpf_map_lookup_elem
		if r0 == 0 goto out
		*(u64 *)(r0 + 0) = 300
		*(u64 *)(r10 - 16) = 0x1234
		r2 = r10
		r2 += -4
		r3 = r10
		r3 += -16
		r1 = plain ll
		r4 = 0
		call bpf_map_update_elem
	out:	r0 = 2
		exit
	END
	expect 0 ebpf run -q --dump-maps m.s
	[ "$(grep -A1 'map plain' <<<"$output")" = "map plain (hash):
  01 00 00 00: 34 12 00 00 00 00 00 00" ]
	[ "$(grep -A2 'map each' <<<"$output")" = "map each (percpu_array):
  0: 0
  1: 300" ]
	expect 0 ebpf run --dump-maps --format json m.s
	[ "$(jq -c '.maps[] | select(.name == "each").elements[1].formatted' <<<"$output")" = \
		'{"key":1,"values":[300]}' ]
	expect 0 ebpf run -q -j 2 --ctx "$examples/small.pcap" --dump-maps m.s
	[[ $output == *"
  1: 
    cpu 0: 300
    cpu 1: 300"* ]]
}

@test "a context comes out of a shell's pipe" {
	printf '.prog p, "kprobe/vfs_read"\nr0 = *(u64 *)(r1 + %d); exit' $ARG2 >p.s
	expect 0 ebpf run --ctx <(echo '[pt_regs] arg2=7') p.s
	says "p: 7"
	expect 2 ebpf run --arg nobody=1 p.s
	[[ $output == *"there is no argument 'nobody', but: file, buf, count, pos, ret"* ]]
}

@test "of a message in two lines the first is told" {
	sed -n '/^-- case not with a lock held/,/^-- log/p' "$ROOT/tests/verify/global.t" |
		sed '1,/^-- asm/d; /^-- log/d' >p.s
	expect 1 ebpf run --verify p.s
	[ "${lines[0]}" = "ebpf run: error: Linux would not load program main: global function calls are not allowed while holding a lock," ]
}

@test "captures without packets, cut when they were made, compressed" {
	printf 'r0 = 2; exit' >p.s
	head -c 24 "$examples/small.pcap" >none.pcap
	expect 0 ebpf run --type xdp --ctx none.pcap p.s
	says ".text: 0 packets"
	{
		cat none.pcap
		printf '\0\0\0\0\0\0\0\0\4\0\0\0\11\0\0\0abcd'
	} >short.pcap
	expect 0 ebpf run --type xdp --ctx short.pcap p.s
	[ "${lines[0]}" = "ebpf run: short.pcap: warning: packet 1 has 4 bytes of 9, the capture cut it: programs see no more" ]
	gzip <none.pcap >none.pcap.gz
	expect 2 ebpf run --type xdp --ctx none.pcap.gz p.s
	[[ $output == *"it is compressed"*"zcat"* ]]
}
