load ../lib

# One program for most of them: counts what port 80 got in a map, marks, and drops.
make_case() {
	cat >prog.s <<-'END'
		.license "GPL"
		.map counts, hash, key=u16, value=u64, max_entries=8
		.prog f, "tc"
		r6 = r1
		*(u16 *)(r10 - 2) = 80
		r1 = counts ll
		r2 = r10
		r2 += -2
		call bpf_map_lookup_elem
		if r0 == 0 goto out
		r1 = *(u64 *)(r0 + 0)
		r1 += 1
		*(u64 *)(r0 + 0) = r1
		out:
		r1 = 7
		*(u32 *)(r6 + 8) = r1
		r0 = 2
		exit
	END
	{
		echo '-- object prog.s'
		echo '-- ctx pkt:eth/ip(ttl=9)/tcp'
		cat
	} >case.t
}

@test "what is expected, and came" {
	make_case <<-'END'
		-- put
		counts 80 = 4
		-- expect
		retval = TC_ACT_SHOT
		retval != ok
		map counts 80 = 5
		map counts 81 absent
		count map counts = 1
		count retval shot = 1
		context mark = 7
		context mark >= 7
		packet ip.ttl = 9
		packet ip.src != 1.2.3.4
		packet length > 53
		packet unchanged
		packet has tcp
		packet lacks vlan
		accepted
		insns < 30
		count printk = 0
	END
	expect 0 ebpf test case.t
	says "TAP version 14
1..1
ok 1 - case.t"
	expect 0 ebpf test --engine all case.t
}

@test "every expectation can fail, and says what came" {
	make_case <<-'END'
		-- expect
		retval = ok
		map counts 80 = 5
		map counts 81 = {1}
		map other 1 = 1
		variable v = 1
		count map counts = 1
		count retval ok = 1
		context mark = 8
		context nothing = 8
		packet ip.ttl = 10
		packet ip6.src = ::1
		packet ip.nothing = 1
		packet has vlan
		packet lacks tcp
		packet = pkt:eth/ip(ttl=10)/tcp
		packet changes ip.ttl
		packet length < 20
		rejected
		log nothing of the kind
		insns > 300
		printk hello
		record events 1
		action redirect
		fault
		2: retval = shot
		retval = XDP_DROP
	END
	expect 1 ebpf test case.t
	for line in {4..29}; do
		[[ $output == *"case.t:$line:"* ]] || {
			echo "line $line is met"
			echo "$output"
			return 1
		}
	done
	[[ $output == *"retval is TC_ACT_SHOT (2), expected ok"* ]]
	[[ $output == *"map counts has no key 80, expected 5; its keys: none"* ]]
	[[ $output == *"  ip.ttl: 10 -> 9"* ]]
	[[ $output == *"the packet is eth/ip/tcp, expected it with vlan"* ]]
	[[ $output == *"no answer of such a program is called 'XDP_DROP'"* ]]
}

@test "--expect and --put of ebpf run" {
	make_case </dev/null
	expect 0 ebpf run prog.s --ctx pkt:eth --put 'counts 80=1' --expect 'map counts 80=2' --expect retval=shot
	expect 1 ebpf run -q prog.s --ctx pkt:eth --expect 'map counts 80=2'
	[[ $output == *"--expect: error: map counts has no key 80"* ]]
	expect 64 ebpf run prog.s --expect 'retvl=2'
	[[ $output == *"did you mean 'retval'?"* ]]
	expect 1 ebpf run prog.s --ctx pkt:eth --expect 'count record nothing = 0'
	[[ $output == *"there is no map 'nothing'; there is counts"* ]]
	expect 64 ebpf run prog.s --put 'counts'
	expect 64 ebpf run prog.s --put 'nothing 1=2'
	expect 2 ebpf run prog.s --put 'counts 80=x'
	expect 0 ebpf run --format json prog.s --expect retval=2
	[[ $output == *'"met": 1'* ]]
	expect 64 ebpf run -j 2 prog.s --ctx pkt:eth --expect 'packet unchanged'
}

@test "--expect-packets: what --write wrote" {
	need python3
	cat >ttl.s <<-'END'
		.license "GPL"
		.prog ttl, "xdp"
		r2 = *(u32 *)(r1 + 0)
		r3 = *(u32 *)(r1 + 4)
		r4 = r2
		r4 += 34
		r0 = 2
		if r4 > r3 goto out
		*(u8 *)(r2 + 22) = 7
		out: exit
	END
	cp "$ROOT/man/examples/small.pcap" .
	expect 0 ebpf run ttl.s --ctx small.pcap --write want.pcap
	expect 0 ebpf run ttl.s --ctx small.pcap --expect-packets want.pcap
	expect 1 ebpf run ttl.s --ctx small.pcap --expect-packets small.pcap
	[[ $output == *"packet "*": it is another one"* && $output == *"note: "*" -> "* ]]
	expect 1 ebpf run ttl.s --ctx small.pcap --packets 1-3 --expect-packets want.pcap
	[[ $output == *"packet 3: was the last one, but more are expected"* ]]
	expect 1 ebpf run ttl.s --ctx small.pcap --ctx small.pcap --expect-packets want.pcap
	[[ $output == *"packet 61: there are not so many"* ]]
}

@test "records, per-CPU counters" {
	cat >ring.t <<-'END'
		-- asm
		.license "GPL"
		.map events, ringbuf, max_entries=4096
		.map sums, percpu_array, key=u32, value=u64, max_entries=2
		.prog f, "xdp"
		*(u64 *)(r10 - 8) = 258
		r1 = events ll
		r2 = r10
		r2 += -8
		r3 = 8
		r4 = 0
		call bpf_ringbuf_output
		*(u32 *)(r10 - 4) = 1
		r1 = sums ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		if r0 == 0 goto out
		r1 = *(u64 *)(r0 + 0)
		r1 += 2
		*(u64 *)(r0 + 0) = r1
		out:
		r0 = 2
		exit
		-- ctx pkt:eth/ip/udp
		-- ctx pkt:eth/ip/tcp
		-- expect
		record events 258
		2: record events hex:0201000000000000
		count record events = 2
		count record = 2
		map sums 1 = 4
		map sums 0 = 0
	END
	expect 0 ebpf test ring.t
	sed -i 's/2: record events hex:02/2: record events hex:03/; s/sums 1 = 4/sums 1 = 5/' ring.t
	expect 1 ebpf test ring.t
	[[ $output == *"no record of events is hex:03"* && $output == *"map sums: 1 is 4, expected 5"* ]]
}

@test "the object's own types: variables, constants, members" {
	cat >typed.t <<-'END'
		-- all
		-- asm
		.license "GPL"
		.struct stat { u64 packets; s32 last; char name[8]; }
		.map stats, hash, key=u16, value=struct stat
		.var const u32 limit = 5
		.var u32 seen
		.prog f, "xdp"
		r1 = limit ll
		r6 = *(u32 *)(r1 + 0)
		r1 = seen ll
		*(u32 *)(r1 + 0) = r6
		*(u16 *)(r10 - 2) = 80
		r1 = stats ll
		r2 = r10
		r2 += -2
		call bpf_map_lookup_elem
		if r0 == 0 goto out
		*(u64 *)(r0 + 0) = r6
		out: r0 = 2
		exit
		-- put
		stats 80 = {.last = -7, .name = "eth0"}
		limit = 9
		-- case met
		-- expect
		variable seen = 9
		variable seen > 8
		map stats 80 = {.packets = 9}
		map stats 80 = {.packets = 9, .last = -7, .name = "eth0"}
		map stats 80 != {.name = "eth1"}
		-- case not met
		-- expect
		variable seen = 5
		map stats 80 = {.packets = 8}
		map stats 80 = {.name = "eth"}
		map stats 80 = {.nmae = "eth"}
		map stats 81 = {.packets = 8}
	END
	expect 1 ebpf test typed.t
	[[ $output == *"ok 1 "*"not ok 2 "* ]]
	[[ $output == *"typed.t:34: error: variable seen is 9, expected 5"* ]]
	[[ $output == *'map stats: 80 is {.packets = 9, .last = -7, .name = "eth0"}, expected {.packets = 8}'* ]]
	[[ $output == *'typed.t:36: error: map stats: 80 is '* ]]
	[[ $output == *'typed.t:37:'*'there is no such member'* ]]
	[[ $output == *'map stats has no key 81, expected {.packets = 8}; its keys: 80'* ]]
}

@test "what the verifier says" {
	cat >v.t <<-'END'
		-- all
		-- asm
		.prog f, "xdp"
		r0 = *(u64 *)(r1 + 100)
		exit
		-- case expected
		-- expect
		rejected invalid bpf_context access
		-- case for another reason
		-- expect rejected misaligned
		-- case not expected
		-- case all the same
		-- run --no-verify
		-- fault invalid
		-- case accepted
		-- expect accepted
	END
	expect 1 ebpf test v.t
	[ "$(grep -c '^ok' <<<"$output")" = 1 ]
	[[ $output == *"ok 1 - v.t: expected"* ]]
	[[ $output == *"the verifier's log has no 'misaligned'; it says: invalid bpf_context access"* ]]
	[[ $output == *"v.t:11: error: Linux would not load program f: invalid bpf_context access"* ]]
}

@test "faults, and what is not one" {
	cat >f.t <<-'END'
		-- case place and kind
		-- asm
		r0 = *(u64 *)(r1 + 8)
		exit
		-- mem 00
		-- expect fault insn 0: read of 8 bytes
		-- case no fault
		-- asm
		r0 = 1
		exit
		-- fault
		-- case unexpected
		-- asm
		r0 = *(u64 *)(r1 + 8)
		exit
		-- mem 00
	END
	expect 1 ebpf test f.t
	[[ $output == *"ok 1 "* && $output == *"f.t:11: error: no run ended in a fault"* ]]
	[[ $output == *"f.t:12: error: program .text, insn 0: read of 8 bytes at the memory given + 8"* ]]
}

@test "places are those of the test file; what it includes lies beside it" {
	mkdir sub
	echo '.set KEPT, 7' >sub/kept.inc
	cat >sub/p.t <<-'END'
		-- case a fault
		-- asm
		.prog f, "xdp"
		r1 = 8
		r0 = *(u64 *)(r1 + 0)
		exit
		-- run --no-verify
		-- fault p.t:5: r0 = *(u64 *)(r1 + 0)
		-- case a mistake
		-- asm
		.prog f, "xdp"
		r0 = q
		-- case a mistake in a section
		-- asm
		.prog f, "xdp"
		r0 = q
		-- error 2:6: error: no constant 'q'
		-- case included
		-- asm
		.include "kept.inc"
		r0 = KEPT
		exit
		-- result 7
		-- case an object has places of its own
		-- object p.s
		-- run --no-verify
		-- fault p.s:3: r0 = *(u64 *)(r1 + 0)
	END
	printf '.prog f, "xdp"\nr1 = 8\nr0 = *(u64 *)(r1 + 0)\nexit\n' >sub/p.s
	expect 1 ebpf test sub
	[[ $output == *"ok 1 "*"not ok 2 "*"sub/p.t:12:6: error: no constant 'q'"*"ok 3 "*"ok 4 "*"ok 5 "* ]]
	[[ $output != *"not ok 5 "* ]]
}

@test "one case cannot take others with it" {
	cat >bad.t <<-'END'
		-- case endless
		-- asm
		goto -1
		-- run --budget 1000000000000
		-- case wrong option
		-- asm
		r0 = 0; exit
		-- run --frob
		-- case only help
		-- asm
		r0 = 0; exit
		-- run --help
		-- case no such file
		-- object nowhere.o
		-- case no such context
		-- asm
		.prog f, "xdp"
		r0 = 0; exit
		-- ctx nowhere.pcap
		-- case good
		-- asm
		r0 = 0; exit
		-- result 0
	END
	expect 1 ebpf test --timeout 1 bad.t
	[[ $output == *"not ok 1 "*"did not end within 1 s"*"not ok 2 "*"bad.t:8: -- run: error: unknown option '--frob'"* ]]
	[[ $output == *"not ok 3 "*"not ok 4 "*"'nowhere.o': No such file"* ]]
	[[ $output == *"not ok 5 "*"nowhere.pcap"*"ok 6 - bad.t: good"* ]]
}

@test "malformed files are named, with their line; the others run" {
	echo '-- asm
r0 = 0; exit' >good.t
	printf -- '-- case a\n-- asm\nexit\n-- frob\n' >a.t
	printf -- '-- asm\nexit\n-- expect\nretval 2\nfoo\n' >b.t
	printf -- 'what is this\n' >c.t
	printf -- '-- asm\nexit\0\n' >d.t
	printf -- '-- expect retval=1\n' >e.t
	printf -- '-- asm gnu v5\nexit\n' >h.t
	printf -- "-- asm\nexit\n-- run --set 'a\n" >i.t
	head -c 100000 /dev/urandom >f.t
	: >g.t
	expect 2 ebpf test .
	[[ $output == *"a.t:4: there is no section 'frob'"* ]]
	[[ $output == *"b.t:4: retval 2: expected =, !="*"b.t:5: foo: nothing can be expected of 'foo'"* ]]
	[[ $output == *"c.t:1: expected a section"* && $output == *"d.t:2: a NUL byte"* ]]
	[[ $output == *"e.t:1: the case has no program"* && $output == *"ok 7 - ./good.t"* ]]
	[[ $output == *"h.t:1: 'v5' is no dialect"* && $output == *"i.t:3: error: a quote has no end"* ]]
	expect 4 ebpf test nowhere
	expect 1 ebpf test g.t
	expect 64 ebpf test
}

@test "filters, formats, exit codes" {
	cat >n.t <<-'END'
		-- all
		-- asm
		r0 = 1
		exit
		-- case one # of them
		-- result 1
		-- case two
		-- result 2
	END
	expect 0 ebpf test --filter one n.t
	says 'TAP version 14
1..1
ok 1 - n.t: one \# of them'
	expect 1 ebpf test --filter 't?o' n.t
	expect 1 ebpf test --filter three n.t
	[[ $output == *"no case has that name"* ]]
	expect 1 ebpf test --format text -j1 -v n.t
	[[ $output == *"ok  n.t: one"*"not ok  n.t: two"*"2 cases: 1 passed, 1 failed"* ]]
	expect 1 ebpf test --format json -o n.json n.t
	need python3
	python3 -c 'import json; d = json.load(open("n.json")); assert d["failed"] == 1 and d["cases"][1]["line"] == 7'
	expect 1 ebpf test --format github n.t
	says "::error file=n.t,line=8,title=n.t%3A two::retval is 1, expected 2"
	expect 77 ebpf test --engine fast n.t
	[[ $output == *"# SKIP"* ]]
}

@test "a JUnit file is well-formed, whatever a program prints" {
	need python3
	cat >x.t <<-'END'
		-- case <a> & "b" ' ]]>
		-- asm
		.license "GPL"
		.prog f, "xdp"
		r1 = 0x003e5d5d1bfffe3c ll
		*(u64 *)(r10 - 8) = r1
		r1 = events ll
		r2 = r10
		r2 += -8
		r3 = 8
		r4 = 0
		call bpf_ringbuf_output
		r0 = 1
		exit
		.map events, ringbuf, max_entries=4096
		-- expect
		record events "\x01\xff]]>"
	END
	printf -- '-- asm\nr0 = 1; exit\n-- error\n\033[1m\001\377\302\200\357\277\276&<]]>\n' >y.t
	expect 1 ebpf test --format junit -o r.xml x.t y.t
	python3 - <<-'END'
		import xml.etree.ElementTree as e
		t = e.parse("r.xml").getroot()
		assert t.get("tests") == "2" and t.get("failures") == "2", t.attrib
		c = t.find("testsuite/testcase")
		assert c.get("name") == '<a> & "b" \' ]]>', c.get("name")
		assert len(list(t.iter("failure"))) == 2
	END
	expect 1 ebpf test x.t y.t
	! grep -qP '[\x00-\x08\x0b-\x1f\x7f]' <<<"$output"
}

@test "the project's own cases, and those of bpf_conformance" {
	expect 0 ebpf test "$ROOT"/tests/isa/{alu,atomic,dialects,edge_alu,edge_jump,idioms,kernel,mem,ubpf}.t "$ROOT/man/examples/tour.t"
	cat >c.data <<-'END'
		# Copyright of somebody
		-- c
		int f(void) { return 3; }
		-- asm
		mov %r0, 3
		ldxb %r2, [%r1]
		add %r0, %r2
		exit
		-- mem
		04 05
		-- result
		0x7
	END
	cat >r.data <<-'END'
		-- raw
		0x00000003000000b7
		0x0000000000000095
		-- result
		0x3
	END
	cat >e.data <<-'END'
		-- asm
		call 0x270f
		exit
		-- error
		Failed to load code: words of another implementation
	END
	expect 0 ebpf test c.data r.data e.data
	sed -i 's/0x7/0x8/' c.data
	expect 1 ebpf test c.data
}

@test "text in a test file is a file: mocks, networks, hexdumps, registers" {
	cat >t.t <<-'END'
		-- case mock
		-- asm
		.license "GPL"
		.prog f, "xdp"
		call bpf_get_prandom_u32
		exit
		-- mock
		bpf_get_prandom_u32 = 5
		-- expect retval = 5
		-- case mock with a mistake
		-- asm
		.prog f, "xdp"
		r0 = 1
		exit
		-- mock
		bpf_get_prandom_u32 = = 5
		-- case hexdump
		-- asm
		.prog f, "xdp"
		r2 = *(u32 *)(r1 + 0)
		r0 = *(u32 *)(r1 + 4)
		r0 -= r2
		exit
		-- ctx
		0000  00 11 22 33 44 55 66 77 88 99 aa bb 08 00 45 00
		-- expect
		retval = 16
		-- case packet with a mistake
		-- asm
		.prog f, "xdp"
		r0 = 1
		exit
		-- ctx pkt:eth/frob
	END
	expect 1 ebpf test t.t
	[[ $output == *"ok 1 "*"not ok 2 "*"t.t:16:23: error: expected a number"*"ok 3 "*"t.t:33:16: error: no layer 'frob'"*"-- ctx pkt:eth/frob"* ]]
}

@test "many cases, side by side, are said in order" {
	for i in {1..200}; do
		printf -- '-- case %d\n-- asm\nr0 = %d\nexit\n-- result %d\n' $i $i $i
	done >many.t
	expect 0 ebpf test -j 7 many.t
	says "TAP version 14
1..200
$(for i in {1..200}; do echo "ok $i - many.t: $i"; done)"
}

@test "pipes that are named are read, those in directories are not waited for" {
	mkdir sub
	mkfifo pipe.t sub/pipe.t
	printf '%s\n' '-- asm' 'r0 = 7' exit '-- result 7' >sub/one.t
	cat sub/one.t >pipe.t &
	expect 0 timeout 10 ebpf test pipe.t <(cat sub/one.t)
	[[ $output == *"ok 1 - pipe.t"*"ok 2 - /dev/fd/"* ]]
	expect 0 timeout 10 ebpf test sub
	[[ $output == *"ok 1 - sub/one.t" ]]
	expect 0 timeout 10 sh -c 'ebpf test - <sub/one.t'
	[[ $output == *"ok 1 - -" ]]
}

@test "a comment without end has its place in the test file" {
	printf '%s\n' '-- asm' 'r0 = 7' '/* and' exit >open.t
	expect 1 ebpf test open.t
	[[ $output == *"open.t:3: error: comment never ends"* ]]
}

@test "numbers below zero are less than any length or count" {
	printf '%s\n' '-- asm' '.prog f, "xdp"' 'r0 = 1' exit '-- ctx pkt:eth' '-- expect' \
		'packet length > -1' 'packet length != -1' 'count printk > -1' 'insns >= -5' >n.t
	expect 0 ebpf test n.t
	sed -i 's/length > -1/length <= -1/' n.t
	expect 1 ebpf test n.t
	[[ $output == *"length is 14, expected <= -1"* ]]
}

@test "an object's label that is there twice has both of its places" {
	printf 'a: r0 = 3\na: exit\n' >dup.s
	printf '%s\n' '-- object dup.s' '-- result 3' >o.t
	expect 1 ebpf test o.t
	[[ $output == *"dup.s:2:1: error: 'a' is already defined"*"dup.s:1:1: note: first definition of 'a'"* ]]
}

@test "files of the suite: misspelt sections are said, and so is a case that expects nothing" {
	printf '%s\n' '-- asm' 'mov %r0, 1' exit '-- c' 'int x;' '-- result' 0x1 '-- resutl' 2 >odd.data
	expect 0 ebpf test odd.data
	[[ $output == *"odd.data:8: warning: section 'resutl' is passed over; did you mean 'result'?"* ]]
	[[ $output != *"odd.data:4"* ]]
	printf '%s\n' '-- asm' 'mov %r0, 1' exit '-- resutl' 2 >none.data
	expect 2 ebpf test none.data
	[[ $output == *"none.data:1: the case expects nothing: neither result nor error"* ]]
}

@test "engines that are compared are told the same time" {
	cat >clock.s <<-'END'
		.license "GPL"
		.map last, array, key=u32, value=u64, max_entries=1
		.prog p, "tc"
		*(u32 *)(r10 - 4) = 0
		call bpf_ktime_get_ns
		*(u64 *)(r10 - 16) = r0
		r1 = last ll
		r2 = r10
		r2 += -4
		r3 = r10
		r3 += -16
		r4 = 0
		call bpf_map_update_elem
		exit
	END
	printf '%s\n' '-- object clock.s' '-- ctx pkt:eth/ip' '-- expect retval = 0' >clock.t
	expect 0 ebpf test --engine all clock.t
	printf '%s\n' '-- object clock.s' '-- ctx pkt:eth/ip' '-- run --clock 5' '-- expect map last 0 = 5' >clock.t
	expect 0 ebpf test --engine all clock.t
}
