load ../lib

# A loop, both ways of a branch, one way of another, and what can never run.
make_program() {
	cat >p.s <<-'END'
		.license "GPL"
		.prog main, "xdp"
		r0 = 0
		r1 = 7
	again:
		r0 += 1
		if r0 s> 3 goto high
		r2 = 1
	high:
		r1 -= 1
		if r1 != 0 goto again
		if r0 == 7 goto out
		r3 = 1
	out:
		exit
	END
}

# What a tracefile must be: records in order, totals that are those of its lines, branches that ran
# as often as they say.
check_tracefile() {
	awk -F '[:,]' '
		function bad(why) { print FILENAME ":" FNR ": " why ": " $0; wrong = 1 }
		function total(name, want) { if ($2 != want + 0) bad(name " is not " want + 0) }
		/^#/ { next }
		/^TN:/ { if (open) bad("in a record"); next }
		/^SF:/ { open = 1; split("", n); line = 0; next }
		!open { bad("in no record"); next }
		/^FN:/ { n["FNF"]++; known[$3] = 1; next }
		/^FNDA:/ { n["FNH"] += $2 > 0; if (!known[$3]) bad("no such function"); next }
		/^BRDA:/ { n["BRF"]++; n["BRH"] += $5 != "-" && $5 > 0; next }
		/^DA:/ { n["LF"]++; n["LH"] += $3 > 0; if ($2 <= line) bad("out of order"); line = $2; next }
		/^(FNF|FNH|BRF|BRH|LF|LH):/ { total($1, n[$1]); next }
		/^end_of_record$/ { open = 0; records++; next }
		{ bad("what is that") }
		END { if (open || !records) bad("unfinished"); exit wrong }' "$1"
}

@test "counts are exact, in both interpreters" {
	make_program
	for how in "--engine check" "--engine interp --unchecked" ""; do
		rm -f r
		expect 0 ebpf run -q $how --coverage r --ctx pkt:eth p.s
		check_tracefile r
		grep -v '^#' r >r.lcov
		diff r.lcov - <<-'END'
			TN:
			SF:p.s
			FN:3,main
			FNDA:1,main
			FNF:1
			FNH:1
			BRDA:7,0,0,4
			BRDA:7,0,1,3
			BRDA:11,0,0,6
			BRDA:11,0,1,1
			BRDA:12,0,0,1
			BRF:5
			BRH:5
			DA:3,1
			DA:4,1
			DA:6,7
			DA:7,7
			DA:8,3
			DA:10,7
			DA:11,7
			DA:12,1
			DA:15,1
			LF:9
			LH:9
			end_of_record
		END
	done
}

@test "the listing shows what ran, what did not, and what cannot" {
	make_program
	expect 0 ebpf run -q --coverage - --ctx pkt:eth p.s
	says "main: 7
p.s
  lines 9 of 9 (100.0%), branches 5 of 5 (100.0%), functions 1 of 1 (100.0%), instructions 9 of 9 (100.0%); 1 dead line
         1:    3: r0 = 0
         1:    4: r1 = 7
         7:    6: r0 += 1
         7:    7: if r0 s> 3 goto high
                 jumped 4, went on 3
         3:    8: r2 = 1
         7:   10: r1 -= 1
         7:   11: if r1 != 0 goto again
                 jumped 6, went on 1
         1:   12: if r0 == 7 goto out
                 jumped 1, went on (cannot)
     =====:   13: r3 = 1
         1:   15: exit"
}

@test "an object of C: functions of several programs, callbacks, tail calls, dead code" {
	cp "$ROOT/tests/objects/fixture/cover.elf" c.o
	expect 0 ebpf run -q --prog first --coverage r --ctx hex:0103050709$(printf '00%.0s' {1..9}) c.o
	says "first: XDP_PASS (2)"
	expect 0 ebpf run -q --prog first --coverage r --ctx hex:0203050709$(printf '00%.0s' {1..9}) c.o
	says "first: XDP_TX (3)"
	check_tracefile r
	grep -q '^FNDA:18,classify$' r && grep -q '^FNDA:8,each$' r
	grep -q '^FNDA:2,last$' r && grep -q '^FNDA:0,unused$' r
	grep -q '^BRDA:22,0,0,8$' r && grep -q '^BRDA:22,0,1,10$' r
	! grep -q '^DA:43,' r
	expect 0 ebpf coverage r
	[[ $output == *"lines 18 of 20 (90.0%), branches 9 of 11 (81.8%), functions 4 of 5"*"1 dead line"* ]]
	[[ $output == *"=====:   43: 		trace_printk"* && $output == *"#####:   64: 	return classify(sum);"* ]]
}

@test "sources with all their lines, if they are those that were compiled" {
	cp "$ROOT/tests/objects/fixture/cover.elf" c.o
	mkdir -p src/objects
	cp "$ROOT/tests/objects/cover.c" src/objects
	expect 0 ebpf run -q --prog first --coverage r --ctx hex:01030507090000000000 c.o
	expect 0 ebpf coverage --source src r
	[ "$(grep -c '^ *[-0-9#=]*: *[0-9]*: ' <<<"$output")" = "$(wc -l <src/objects/cover.c)" ]
	[[ $output == *"         -:   52: 	int n = 0;"* ]]
	expect 0 ebpf coverage --source src --format html -o out.html r
	[ "$(grep -c '^<div class="l">\|^<details' out.html)" = "$(wc -l <src/objects/cover.c)" ]
	sed -i 's/odd++/odd--/' src/objects/cover.c
	expect 0 ebpf coverage --summary --source src r
	[[ $output == *"src/objects/cover.c: warning: it is not what was compiled"* ]]
	mkdir src/x
	mv src/objects/cover.c secret.c
	sed -i 's|^#L \([0-9]*\) .*cover.c|#L \1 a..b/x/../../secret.c|' r
	expect 0 ebpf coverage --summary --source src r
	[[ $output != *warning* ]]
	mkdir -p a..b/x
	expect 0 ebpf coverage --summary --source . r
	[[ $output == *"./secret.c: warning"* ]]
}

@test "cases of test files count into one record" {
	mkdir -p src a b
	make_program
	mv p.s src
	for i in 1 2 3; do
		printf -- '-- case %s\n-- object ../src/p.s\n-- ctx pkt:eth\n-- expect\nretval = 7\n' $i
		printf -- '-- case own %s\n-- asm\nr0 = 1; exit\n-- result\n1\n' $i
	done | tee a/t.t >b/t.t
	expect 0 ebpf test --coverage r a b
	expect 0 ebpf test --engine all --coverage r a/t.t
	check_tracefile r
	[ "$(grep ^SF: r)" = "SF:$PWD/src/p.s" ]
	grep -q '^DA:6,63$' r
	expect 64 ebpf test --engine opt --coverage r a
	expect 64 ebpf test --coverage - a
}

@test "records add up, of one file or of several" {
	make_program
	for i in 1 2 3; do
		expect 0 ebpf run -q --coverage sum --ctx pkt:eth p.s
		expect 0 ebpf run -q --coverage part$i --ctx pkt:eth p.s
	done
	expect 0 ebpf coverage --format lcov -o merged part1 part2 part3
	cmp sum merged
	grep -q '^DA:6,21$' sum
	expect 0 ebpf coverage --summary --fail-under 100 merged
	[ "${#lines[@]}" = 2 ]
}

@test "what did not run is missing, and may be too much" {
	cp "$ROOT/tests/objects/fixture/cover.elf" c.o
	expect 0 ebpf run -q --prog unused --coverage r --ctx pkt:eth c.o
	expect 1 ebpf coverage --summary --fail-under 50 r
	[[ $output == *"of the lines ran, fewer than 50%"* ]]
	expect 0 ebpf coverage --summary --fail-under 20 r
}

@test "a fault is counted up to where it was" {
	cat >f.s <<-'END'
		.prog main, "xdp"
		r0 = 1
		r1 = 0
		r0 = *(u64 *)(r1 + 0)
		exit
	END
	expect 3 ebpf run -q --coverage r --ctx pkt:eth f.s
	grep -q '^DA:4,1$' r && grep -q '^DA:5,0$' r
}

@test "instructions are the lines of what has none" {
	echo "b7000000020000009500000000000000" >p.hex
	expect 0 ebpf run -q --coverage - p.hex
	says "main: 2
p.hex (instructions)
  lines 2 of 2 (100.0%), branches 0 of 0, functions 1 of 1 (100.0%), instructions 2 of 2 (100.0%)
         1:    1: r0 = 2
         1:    2: exit"
}

@test "kprobes and what is rejected count as well" {
	cat >k.s <<-END
		.license "GPL"
		.prog main, "kprobe"
		r0 = *(u64 *)(r1 + $ARG1)
		if r0 == 5 goto out
		r0 = 9
	out:
		exit
	END
	expect 0 ebpf run -q --coverage r --arg arg1=5 k.s
	check_tracefile r
	grep -q '^BRDA:4,0,0,1$' r && grep -q '^DA:5,0$' r
}

@test "congestion controls of a scenario of TCP flows" {
	need clang
	clang -g -O2 -mcpu=v3 --target=bpf -c "$ROOT/man/examples/aimd.bpf.c" -o aimd.o
	expect 0 ebpf run -q --ctx "$ROOT/man/examples/aimd.tcp" --coverage r --profile s.folded aimd.o
	check_tracefile r
	grep -q '^FNDA:14,aimd_ssthresh$' r
	grep -q '^aimd_ssthresh [0-9]' s.folded
	expect 64 ebpf run -q --ctx "$ROOT/man/examples/aimd.tcp" --coverage r
}

@test "hostile lines in the page, which is well-formed" {
	need python3
	make_program
	expect 0 ebpf run -q --coverage r --ctx pkt:eth p.s
	sed -i 's|^#T .*r2 = 1|#T </summary><script>alert("\&amp;")</script>\x27 \xff \x01]]>|
		s|^#F \([0-9a-f]*\) main|#F \1 <b>"main"|; s|^#O \([0-9a-f]*\) .*|#O \1 <i>&.o|
		s|^#L \([0-9]*\) .*|#L \1 a"<x>\&.c|' r
	expect 0 ebpf coverage --format html -o out.html r
	! grep -q '<script>\|<b>"main\|<x>' out.html
	python3 - out.html <<-'END'
		import sys, xml.dom.minidom
		page = xml.dom.minidom.parse(sys.argv[1])
		assert len(page.getElementsByTagName("details")) == 10
		assert not page.getElementsByTagName("script")
		for e in page.getElementsByTagName("*"):
		    assert not e.hasAttribute("src") and e.getAttribute("href")[:1] in ("", "#")
	END
	expect 0 ebpf coverage --format json -o out.json r
	python3 -c 'import json; d = json.load(open("out.json")); assert d["totals"]["lines"]["hit"] == 9'
}

@test "what is no record, another build, and engines that cannot count" {
	make_program
	expect 2 ebpf coverage p.s
	[[ $output == *"p.s: error: no record of \`ebpf run --coverage\`"* ]]
	expect 2 ebpf run -q --coverage p.s --ctx pkt:eth p.s
	grep -q again p.s
	expect 0 ebpf run -q --coverage r --ctx pkt:eth p.s
	sed -i 's/r2 = 1/r2 = 2/' p.s
	expect 2 ebpf run -q --coverage r --ctx pkt:eth p.s
	[[ $output == *"of another p.s: begin a new record"* ]]
	expect 64 ebpf run -q --coverage x --engine fast --ctx pkt:eth p.s
	expect 64 ebpf coverage
	expect 4 ebpf coverage nowhere
	sed -i 's/^#I 0 0 \([0-9a-f]*\) /#I 0 99 \1 /' r
	expect 2 ebpf coverage r
	[[ $output == *"r:"*"an instruction is '#I SLOT LINE FLAGS RUNS TAKEN TEXT'"* ]]
}

@test "genhtml takes a record" {
	need genhtml
	make_program
	expect 0 ebpf run -q --coverage r --ctx pkt:eth p.s
	expect 0 genhtml --branch-coverage -o html r
}

# Nearly all the time goes into one loop, some into a helper.
make_busy() {
	cat >busy.s <<-'END'
		.license "GPL"
		.map m, hash, key=u32, value=u64, max_entries=4
		.prog main, "xdp"
		r1 = 500
		call work
		r1 = 1
		*(u32 *)(r10 - 4) = r1
		r1 = m ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		r0 = 2
		exit
	work:
		r0 = r1
	again:
		r0 *= 3
		r0 ^= r1
		r1 -= 1
		if r1 != 0 goto again
		exit
	END
}

@test "a profile: instructions where they are counted" {
	make_busy
	expect 0 ebpf run -q --engine check --profile - --ctx pkt:eth busy.s
	[ "${lines[0]}" = "main: XDP_PASS (2)" ]
	[ "${lines[1]}" = "profile: 2012 instructions, counted (check), not timed" ]
	[[ ${lines[3]} == *"24.9%"*" 500  busy.s:17: r0 *= 3" ]]
	expect 0 ebpf run -q --engine check --profile s.folded --ctx pkt:eth busy.s
	[ "$(cat s.folded)" = "main 10
work 2002" ]
}

@test "a profile: machine code is timed, and all adds up" {
	need python3
	make_busy
	for engine in fast opt; do
		expect 0 ebpf run -q --engine $engine --repeat 100000 --profile - --format json \
			-o p.json --ctx pkt:eth busy.s
		python3 - <<-'END'
			import json
			p = json.load(open("p.json"))["profile"]
			assert p["measured"] == "time" and p["counted_runs"] == 1
			assert p["total"] > 50, p["total"]
			lines = {l["line"]: l for l in p["lines"]}
			assert sum(l["weight"] for l in p["lines"]) == p["total"]
			assert sum(f["weight"] for f in p["functions"]) == p["total"]
			for l in p["lines"]:
			    assert sum(i["weight"] for i in l["instructions"]) == l["weight"]
			assert sum(lines[n]["weight"] for n in (17, 18, 19, 20)) > 0.7 * p["total"]
			assert lines[17]["runs"] == 500 and lines[4]["runs"] == 1
			call = [c for c in p["calls"] if c["name"] == "bpf_map_lookup_elem"]
			assert call[0]["runs"] == 1
		END
	done
}

@test "a profile's stacks, and their picture" {
	need python3
	make_busy
	expect 0 ebpf run -q --engine fast --repeat 100000 --profile s.folded --ctx pkt:eth busy.s
	grep -qE '^main;work [0-9]+$' s.folded
	! grep -vE '^main(;(work|bpf_map_lookup_elem))? [0-9]+$' s.folded
	expect 0 ebpf run -q --engine fast --repeat 100000 --profile s.svg --ctx pkt:eth busy.s
	python3 - <<-'END'
		import xml.dom.minidom
		svg = xml.dom.minidom.parse("s.svg").documentElement
		titles = [t.firstChild.data for t in svg.getElementsByTagName("title")]
		assert titles[0] == "main, 100.0%" and any(t.startswith("work, ") for t in titles)
	END
}

@test "a profile goes nowhere but where it belongs" {
	make_busy
	expect 64 ebpf run -q --profile busy.s --ctx pkt:eth busy.s
	[[ $output == *"--profile: 'busy.s' is neither -, nor does it end in .folded or .svg"* ]]
	expect 64 ebpf run -q --profile - -j 2 --ctx pkt:eth busy.s
}
