load ../lib

GALLERY=$ROOT/man/gallery

# The program of the gallery as it is, and as it is mended.
refused() {
	[ -e "$GALLERY/$1.elf" ] && echo "$GALLERY/$1.elf" || echo "$GALLERY/$1.s"
}

mended() {
	[ -e "$GALLERY/mended/$1.elf" ] && echo "$GALLERY/mended/$1.elf" || echo "$GALLERY/mended/$1.s"
}

# How the loader is, where that matters.
options() {
	sed -n '2s/.*ebpf verify \(.*\) \*\/$/\1/p' "$GALLERY/$1".[cs]
}

names() {
	for f in "$GALLERY"/*.[cs]; do
		f=${f##*/}
		echo "${f%.*}"
	done
}

@test "every program of the gallery is refused for its reason, and mended it is accepted" {
	wrong=0
	for n in $(names); do
		code=$(sed -n '1s/.*\(E[0-9]*\):.*/\1/p' "$GALLERY/$n".[cs])
		run ebpf verify $(options "$n") --format json "$(refused "$n")"
		grep -q "^      \"code\": \"$code\"" <<<"$output" || {
			echo "$n is not refused for $code"
			wrong=1
		}
		ebpf verify $(options "$n") "$(mended "$n")" >mended.log || {
			echo "mended, $n is refused"
			cat mended.log
			wrong=1
		}
	done
	[ $wrong = 0 ]
}

@test "explanations name a line of the program, what is wrong there and what mends it" {
	wrong=0
	for n in $(names); do
		run ebpf verify $(options "$n") "$(refused "$n")"
		grep -q "^  at .*$n\.[cs]:[0-9]*:*[0-9]*, instruction [0-9]*" <<<"$output" &&
			grep -q "^  required: " <<<"$output" && grep -q "^  usually: " <<<"$output" || {
			echo "$output"
			wrong=1
		}
	done
	[ $wrong = 0 ]
}

@test "a log tells the same as the verdict that it is of" {
	wrong=0
	for n in $(names); do
		run ebpf verify $(options "$n") "$(refused "$n")"
		echo "$output" >want
		ebpf verify $(options "$n") --log-level 5 "$(refused "$n")" >log && wrong=1
		run ebpf explain --object "$(refused "$n")" log
		diff want <(echo "$output") || wrong=1
	done
	[ $wrong = 0 ]
}

@test "ebpf-refusals(7) is what is said of the gallery (make gallery)" {
	diff "$ROOT/man/ebpf-refusals.7" <("$GALLERY/page" "$EBPF")
}

@test "reasons by code, by name, all of them" {
	expect 0 ebpf explain
	[ "$(grep -c '^  E[0-9]' <<<"$output")" -gt 200 ]
	expect 0 ebpf explain E0611
	[[ $output == "E0611 (memory): a pointer that is not NULL"* ]]
	grep -q "R%u invalid mem access '%.\*s_or_null%s'" <<<"$output"
	grep -q '^+	if (!v)' <<<"$output"
	same=$output
	expect 0 ebpf explain e0611
	says "$same"
	expect 0 ebpf explain mem_null
	says "$same"
	expect 0 ebpf explain --format json E0611
	grep -q '"errno": "EACCES"' <<<"$output"
	expect 64 ebpf explain E9999
}

@test "a log, with and without its object; no log; an accepted program's" {
	cp "$ROOT/man/examples/refused.log" .
	expect 1 ebpf explain refused.log
	[[ $output == "count: rejected: R0 invalid mem access 'map_value_or_null'"* ]]
	same=$output
	run ebpf explain - <refused.log
	says "$same"
	expect 1 ebpf explain "R0 invalid mem access 'map_value_or_null'"
	echo hello >no.log
	expect 0 ebpf explain no.log
	says "program: the log has no verdict"
	expect 4 ebpf explain missing.log
	printf 'r0 = 2; exit' >ok.s
	ebpf verify --type xdp --log-level 2 ok.s >ok.log
	expect 0 ebpf explain ok.log
	says "program: accepted: 2 insns processed"
	expect 4 ebpf explain --object missing.o refused.log
	expect 2 ebpf explain --object "$(refused null)" --prog other refused.log
	expect 1 ebpf explain --object "$(refused null)" --prog count refused.log
}

@test "what loaders write around a log makes no difference" {
	log=$ROOT/man/examples/refused.log
	ebpf explain "$log" >want || true
	sed 's/$/\r/' "$log" >1.log
	sed 's/^/\t/' "$log" >2.log
	sed 's/^/[   12.345678] /' "$log" >3.log
	sed 's/^/Nov 29 10:00:00 host agent[17]: /' "$log" >4.log
	sed 's/.*/level=warning msg="&" subsys=loader/' "$log" >5.log
	sed 's/$/\\n/' "$log" | tr -d '\n' >6.log
	sed 's/^[0-9]*: (/\x1b[33m&/' "$log" >7.log
	{
		echo "loading"
		cat "$log"
		echo "HINT: look at the log"
	} >8.log
	for i in 1 2 3 4 5 6 7 8; do
		run ebpf explain $i.log
		diff want <(echo "$output")
	done
}

@test "level 2 tells the same as level 1" {
	for n in null value_index packet_ihl global_null callback_return socket_leak; do
		for level in 1 2; do
			ebpf verify --log-level $level "$(refused $n)" >$level.log || true
			ebpf explain --object "$(refused $n)" $level.log >$level.out || true
		done
		diff 1.out 2.out
	done
}

@test "logs of older kernels" {
	cat >old.log <<'END'
libbpf: -- BEGIN DUMP LOG ---
libbpf:
; void *data = (void *)(long)ctx->data;
0: (61) r2 = *(u32 *)(r1 +0)
; void *data_end = (void *)(long)ctx->data_end;
1: (61) r3 = *(u32 *)(r1 +4)
2: (bf) r4 = r2
3: (07) r4 += 1
; if (data + 1 > data_end)
4: (2d) if r4 > r3 goto pc+6
 R1=ctx(id=0,off=0,imm=0) R2_w=pkt(id=0,off=0,r=1,imm=0) R3_w=pkt_end(id=0,off=0,imm=0) R4_w=pkt(id=0,off=1,r=1,imm=0) R10=fp0
last_idx 4 first_idx 0
regs=4 stack=0 before 3: (07) r4 += 1
; return eth->h_proto;
5: (71) r3 = *(u8 *)(r2 +12)
invalid access to packet, off=12 size=1, R2(id=0,off=12,r=1)
R2 offset is outside of the packet
processed 6 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0

libbpf: -- END LOG --
END
	expect 1 ebpf explain old.log
	grep -q "byte 12 would be accessed, but only 1 byte is known to be in the packet" <<<"$output"
	grep -q "known: data (r2) is a pointer into the packet" <<<"$output"
	expect 1 ebpf explain "R3 invalid mem access 'inv'"
	grep -q "E0619" <<<"$output"
}

@test "one line of a Go loader, and the log behind it" {
	echo "load program: permission denied: 7: (79) r1 = *(u64 *)(r0 +0): R0 invalid mem access 'map_value_or_null' (10 line(s) omitted)" >one.log
	expect 1 ebpf explain one.log
	grep -q "at instruction 7: r1 = \*(u64 \*)(r0 +0)" <<<"$output"
	{
		sed 's/^/a_test.go:12: Error: program count: /' one.log
		sed '1,2d; /END PROG/,$d; s/^/        \t/' "$ROOT/man/examples/refused.log"
	} >both.log
	expect 1 ebpf explain both.log
	[[ $output == "count: rejected: R0 invalid mem access 'map_value_or_null'"* ]]
	[ "$(grep -c rejected: <<<"$output")" = 1 ]
	grep -q "v may be NULL here" <<<"$output"
}

@test "the end of a log, whose beginning is missing" {
	sed -n '10,$p' "$ROOT/man/examples/refused.log" >cut.log
	expect 1 ebpf explain cut.log
	grep -q "The beginning of the log is missing." <<<"$output"
}

@test "several programs in one log" {
	cat "$ROOT/man/examples/refused.log" "$ROOT/man/examples/refused.log" |
		sed "s/'count'/'other'/" >two.log
	expect 1 ebpf explain two.log
	[ "$(grep -c rejected: <<<"$output")" = 2 ]
}

@test "formats for those who collect findings" {
	need python3
	expect 1 ebpf explain --format sarif "$ROOT/man/examples/refused.log"
	python3 - <<END
import json
r = json.loads('''$(sed 's/\\/\\\\/g' <<<"$output")''')
assert r["version"] == "2.1.0"
run, = r["runs"]
result, = run["results"]
assert result["ruleId"] == "E0611" == run["tool"]["driver"]["rules"][0]["id"]
place = result["locations"][0]["physicalLocation"]
assert place["artifactLocation"]["uri"] == "count.bpf.c"
assert place["region"]["startLine"] == 18
flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
assert flow[0]["location"]["physicalLocation"]["region"]["startLine"] == 15
END
	expect 1 ebpf explain --format github "$ROOT/man/examples/refused.log"
	[[ $output == "::error file=count.bpf.c,line=18,title=E0611::count: v may be NULL here."* ]]
	expect 1 ebpf explain --format json "$ROOT/man/examples/refused.log"
	python3 -c 'import json, sys; json.load(sys.stdin)' <<<"$output"
}

@test "colour on request" {
	expect 1 ebpf explain --color always "$ROOT/man/examples/refused.log"
	[[ $output == *$'\e[1;31m'* ]]
	expect 1 ebpf explain "$ROOT/man/examples/refused.log"
	[[ $output != *$'\e['* ]]
}

@test "what is wrong on other paths, and in global functions, is told too; the verdict is the first" {
	cat >three.s <<'END'
	.license "GPL"
	.prog p, "xdp"
	r2 = *(u32 *)(r1 + 16)
	if r2 == 1 goto one
	if r2 == 2 goto two
	r0 = 2
	exit
one:
	r0 = *(u32 *)(r1 + 400)
	exit
two:
	r0 = *(u64 *)(r2 + 0)
	exit
END
	expect 1 ebpf verify three.s
	[[ $output == "p: rejected: R2 invalid mem access 'scalar'"* ]]
	[ "$(grep -c '^p: and: ' <<<"$output")" = 1 ]
	grep -q "^p: and: invalid bpf_context access off=400 size=4" <<<"$output"
	ebpf verify --log-level 1 three.s | grep -q "R2 invalid mem access 'scalar'"
	expect 1 ebpf verify --format json three.s
	[ "$(grep -c '"code": "E0701"' <<<"$output")" = 1 ]
	expect 1 ebpf verify --format github three.s
	[ "${#lines[@]}" = 2 ]
	# What is refused alike on several paths is one thing.
	sed '/if r2 == 2/i if r2 == 3 goto one' three.s >four.s
	expect 1 ebpf verify four.s
	[ "$(grep -c '^p: and: ' <<<"$output")" = 1 ]
}

@test "programs with what is known before each instruction" {
	expect 1 ebpf verify --annotate "$(refused value_index)"
	grep -q "^       >   12: r1 = \*(u32 \*)(r0 +0)  *r0 is a pointer into a value of map 'tables' (48 bytes), and 0 to 48 bytes more" <<<"$output"
	grep -q "^    21 | 	if (!t)" <<<"$output"
	grep -q "instructions of line 29 that no path came to" <<<"$output"
	# What is refused on two paths, and a copy of a pointer that another one's check is good for.
	cat >two.s <<'END2'
	.prog p, "xdp"
	r2 = *(u32 *)(r1 + 0)
	r3 = *(u32 *)(r1 + 4)
	r4 = r2
	r4 += 14
	if r4 > r3 goto out
	r0 = *(u8 *)(r2 + 13)
	if r0 == 0 goto out
	r0 = *(u8 *)(r2 + 14)
	exit
out:	r0 = *(u8 *)(r2 + 0)
	exit
END2
	expect 1 ebpf verify --annotate two.s
	[ "$(grep -c "^       > " <<<"$output")" = 2 ]
	grep -q "   5: r0 = \*(u8 \*)(r2 +13) *r2 is a pointer into the packet; the packet is known to have 14 bytes" <<<"$output"
	printf 'r0 = *(u32 *)(r1 + 16); if r0 > 7 goto 1; r0 = 2; exit' >ok.s
	expect 0 ebpf verify --type xdp --annotate ok.s
	says ".text: accepted: 5 insns processed, 0 states, stack 0
            0: r0 = *(u32 *)(r1 +16)        r1 is the program's context
            1: if r0 > 0x7 goto pc+1        r0 is any 32-bit number
            2: r0 = 2
            3: exit  (2 times)              r0 is the number 2"
	expect 0 ebpf verify --type xdp --annotate --format json ok.s
	[ "$(grep -c '"visits"' <<<"$output")" = 4 ]
}
