load ../lib

# Objects of the kernel's selftests, where somebody has built them.
SELFTESTS=${SELFTESTS:-/tmp/real/obj/self}

selftest() {
	[ -e "$SELFTESTS/$1.o" ] || skip "no $1.o of the kernel's selftests (SELFTESTS=DIR)"
}

# scenario LINE...: writes s.tcp
scenario() {
	printf '%s\n' "tcp Test" "$@" >s.tcp
}

# The value of a number in the JSON of the last command, by what stands before it.
number() {
	sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" <<<"$output" | head -1
}

build_example() {
	need clang
	clang -g -O2 -mcpu=v3 --target=bpf -c "$ROOT/man/examples/aimd.bpf.c" -o aimd.bpf.o
}

@test "a scenario alone: what comes with us" {
	scenario "link queue 50" "flow cubic" "drop 1 200"
	expect 0 ebpf run --ctx s.tcp
	[[ $output == *"⠀ window"* && $output == *"⠀ queue"* ]]
	[[ ${lines[-2]} == "   1  cubic               9."*" Mbit/s  40.1/"* ]]
	expect 0 ebpf run -q --ctx tcp:s.tcp
	[ "${#lines[@]}" = 4 ]
	expect 0 ebpf run -q --ctx - <s.tcp
	[ "${#lines[@]}" = 4 ]
	expect 64 ebpf run --svg x.svg --ctx 'pkt:eth' "$ROOT/man/examples/firewall.s"
}

@test "JSON has all of it, with -v the points" {
	scenario "duration 1s" "sample 100ms" "flow reno" "flow dctcp ecn at 100ms"
	expect 0 ebpf run --format json --ctx s.tcp
	[[ $output == *'"schema": "ebpf.run/1"'* && $output == *'"algorithm": "dctcp"'* ]]
	[[ $output != *'"points"'* ]]
	expect 0 ebpf run -v --format json --ctx s.tcp
	[ "$(grep -o '"queue":' <<<"$output" | wc -l)" = 11 ]
}

@test "a picture" {
	scenario "duration 2s" "flow cubic" "flow reno"
	expect 0 ebpf run -q --svg out.svg --ctx s.tcp
	grep -q '<svg xmlns' out.svg
	grep -q '2 reno' out.svg
	[ "$(tail -1 out.svg)" = "</svg>" ]
	! command -v xmllint || xmllint --noout out.svg
}

@test "the same seed, the same run" {
	scenario "link loss 1%" "flow cubic"
	ebpf run -v --format json --ctx s.tcp >one
	ebpf run -v --format json --ctx s.tcp >two
	cmp one two
	echo "seed 2" >>s.tcp
	ebpf run -v --format json --ctx s.tcp >two
	! cmp -s one two
}

@test "what is no scenario" {
	scenario "link rate fast"
	expect 2 ebpf run --ctx s.tcp
	[ "${lines[0]}" = "ebpf run: s.tcp:2:11: error: expected a rate of 1kbit to 1000gbit, as 10mbit, got 'fast'" ]
	scenario "flow vegas"
	expect 2 ebpf run --ctx s.tcp
	[ "$output" = "ebpf run: s.tcp:2: error: flow 1: no congestion control is called 'vegas'" ]
	scenario "flow -"
	expect 2 ebpf run --ctx s.tcp
	printf 'tcp Test\nflow cubic\0\n' >s.tcp
	expect 2 ebpf run --ctx s.tcp
	[[ ${lines[0]} == "ebpf run: s.tcp:2:1: error: expected text: there is a NUL byte"* ]]
	scenario "at 500s rate 5mbit" "flow cubic"
	expect 2 ebpf run --ctx s.tcp
	says "ebpf run: s.tcp:2: error: the change comes when the scenario is over"
	scenario "flow cubic at 10s"
	expect 2 ebpf run --ctx s.tcp
	says "ebpf run: s.tcp:2: error: the flow comes when the scenario is over"
	expect 64 ebpf run --ctx s.tcp --expect 'retval = 1'
	[[ $output == *"retval = 1: a scenario is no input of a program"* ]]
	expect 64 ebpf run --ctx nothing.tcp
	says "ebpf run: error: which OBJ? There is no scenario of TCP flows in 'nothing.tcp'"
}

@test "calls in their order" {
	scenario "duration 1s" "flow cubic bytes 20kB"
	expect 0 ebpf run -q --trace --ctx s.tcp
	[ "${lines[0]}" = "    0.020053  1r I" ]
	[ "${lines[1]}" = "    0.040053  1  P1 I E0" ]
}

@test "a congestion control that is a program" {
	build_example
	scenario "link rate 20mbit queue 80" "flow aimd" "drop 1 300"
	for engine in check interp fast opt; do
		expect 0 ebpf run -v --format json --engine $engine --dump-maps --ctx s.tcp aimd.bpf.o
		[[ $output == *"\"engine\": \"$engine\""* ]]
		[ "$(number used_ppm)" -ge 950000 ]
		sed 's/"engine": "[a-z]*"//' <<<"$output" >$engine.json
		cmp check.json $engine.json
	done
	expect 0 ebpf run -q --trace --ctx s.tcp aimd.bpf.o
	[[ $output == *" T"* && $output == *" A2"* ]]
	sed -i 's/flow aimd/flow -/' s.tcp
	expect 0 ebpf run -q --ctx s.tcp aimd.bpf.o
	[[ $output == *"  aimd  "* ]]
}

@test "what Linux would not load does not run" {
	need clang
	sed 's/u32 cwnd = tp->snd_cwnd;/u32 cwnd = tp->snd_cwnd; tp->prior_cwnd = 7;/' \
		"$ROOT/man/examples/aimd.bpf.c" >bad.c
	clang -g -O2 -mcpu=v3 --target=bpf -c bad.c -o bad.o
	scenario "flow aimd"
	expect 1 ebpf run --ctx s.tcp bad.o
	[[ $output == *"program aimd_ssthresh: no write support to tcp_sock at off "* ]]
	sed 's/\.undo_cwnd = /.pkts_acked = /; /\.pkts_acked = (void \*)aimd_pkts/d; s/u32 aimd_undo_cwnd/void aimd_undo_cwnd/; s/return tcp_reno_undo_cwnd.*/;/' \
		"$ROOT/man/examples/aimd.bpf.c" >less.c
	clang -g -O2 -mcpu=v3 --target=bpf -c less.c -o less.o
	expect 2 ebpf run --ctx s.tcp less.o
	[[ $output == *"aimd is left out: it needs ssthresh, undo_cwnd, and cong_avoid or cong_control"* ]]
}

@test "a congestion control that sets another one, and itself again" {
	need clang
	{
		cat <<-'END'
		static long (*bpf_setsockopt)(void *, int, int, void *, int) = (void *)49;
		static long (*bpf_getsockopt)(void *, int, int, void *, int) = (void *)57;
		char other[16] = "cubic", own[16] = "aimd", none[16] = "none", cdg[16] = "cdg", name[16];
		long set_other, set_own, again, set_none, set_cdg, busy;
		END
		sed '/^u64 losses/,$!d' "$ROOT/man/examples/aimd.bpf.c" | sed '/^SEC(".struct_ops.link")/,$d'
		cat <<-'END'
		SEC("struct_ops")
		void aimd_init(u64 *ctx)
		{
			void *sk = (void *)ctx[0];
			if (busy == 0 && set_own == 0 && set_other == 0) {
				set_none = bpf_setsockopt(sk, 6, 13, none, sizeof(none));
				set_cdg = bpf_setsockopt(sk, 6, 13, cdg, sizeof(cdg));
				set_other = bpf_setsockopt(sk, 6, 13, other, sizeof(other)) + 1;
				set_own = bpf_setsockopt(sk, 6, 13, own, sizeof(own)) + 1;
				again = bpf_setsockopt(sk, 6, 13, other, sizeof(other)) + 1;
				bpf_getsockopt(sk, 6, 13, name, sizeof(name));
			} else if (set_other && !set_own) {
				busy = bpf_setsockopt(sk, 6, 13, other, sizeof(other));
			}
		}
		END
		sed '/^SEC(".struct_ops.link")/,$!d' "$ROOT/man/examples/aimd.bpf.c"
	} >body.c
	{
		sed '/^u64 losses/,$d' "$ROOT/man/examples/aimd.bpf.c"
		cat body.c
	} | sed 's/^	char name\[16\];/	char name[16]; void (*init)(struct sock *sk);/; s/^	\.name = "aimd",/	.name = "aimd", .init = (void *)aimd_init,/' >switch.c
	clang -g -O2 -mcpu=v3 --target=bpf -c switch.c -o switch.o
	scenario "duration 1s" "flow aimd"
	for engine in check fast; do
		expect 0 ebpf run -q --engine $engine --dump-maps --ctx s.tcp switch.o
		[[ $output == *'.name = "cubic"'* ]]
		[[ $output == *".set_none = -2,"* && $output == *".set_cdg = -524,"* ]]
		[[ $output == *".set_other = 1,"* && $output == *".set_own = 1,"* && $output == *".again = 1,"* ]]
		[[ $output == *".busy = -16"* ]]
	done
}

@test "a window beyond all measure ends the run" {
	need clang
	sed 's/return cwnd > 3 ? .*;/return 60000;/; s/^	if (acked)$/	tp->snd_cwnd = 60000; if (acked)/' \
		"$ROOT/man/examples/aimd.bpf.c" >wide.c
	clang -g -O2 -mcpu=v3 --target=bpf -c wide.c -o wide.o
	scenario "duration 60s" "link queue 20" "flow aimd"
	expect 3 ebpf run -q --ctx s.tcp wide.o
	[[ $output == *"flow 1: aimd sends and loses without end; its window is "* ]]
}

@test "bpf_cubic of the selftests fills a link, and follows its curve" {
	selftest bpf_cubic
	scenario "link rate 20mbit" "flow bpf_cubic"
	expect 0 ebpf run --format json --ctx s.tcp "$SELFTESTS/bpf_cubic.o"
	[ "$(number used_ppm)" -ge 950000 ]
	need python3
	scenario "duration 25s" "sample 10ms" "link rate 1gbit rtt 100ms queue 3000" "flow bpf_cubic" "drop 1 2000"
	ebpf run -v --format json --ctx s.tcp "$SELFTESTS/bpf_cubic.o" >points.json
	python3 - <<-'END'
	import json
	p = json.load(open("points.json"))["points"]
	f = [x["flows"][0] for x in p]
	loss = next(i for i in range(1, len(f)) if f[i]["ssthresh"] < f[i - 1]["cwnd"] * 3 / 4)
	begin = next(i for i in range(loss, len(f)) if f[i]["cwnd"] < f[i]["ssthresh"] + 10)
	wmax = f[loss]["ssthresh"] * 1024 / 717
	k = ((wmax - f[loss]["ssthresh"]) / 0.4) ** (1 / 3)
	for i in range(begin + 30, begin + int(200 * k)):
	    w = 0.4 * ((i - begin) / 100 - k) ** 3 + wmax
	    assert abs(f[i]["cwnd"] - w) <= 0.02 * w, (i, f[i]["cwnd"], w)
	END
}

@test "bpf_dctcp of the selftests fills a link with few packets waiting" {
	selftest bpf_dctcp
	scenario "link rate 100mbit rtt 10ms queue 200 ecn 20" "flow bpf_dctcp ecn"
	expect 0 ebpf run -q --format json --ctx s.tcp "$SELFTESTS/bpf_dctcp.o"
	[ "$(number used_ppm)" -ge 950000 ]
	[ "$(number drops)" = 0 ]
	[ "$(number marks)" -ge 100 ]
	[ "$(number rtt_p99_us)" -le 15000 ]
	expect 0 ebpf run -q --trace --ctx s.tcp "$SELFTESTS/bpf_dctcp.o"
	[[ $output == *"1r E5"* && $output == *"1r E4"* && $output == *" T S2"* ]]
}

@test "bpf_cc_cubic of the selftests, which does the stack's part itself" {
	selftest bpf_cc_cubic
	scenario "link rate 20mbit queue 60" "flow bpf_cc_cubic" "drop 1 200"
	expect 0 ebpf run -q --format json --ctx s.tcp "$SELFTESTS/bpf_cc_cubic.o"
	[ "$(number used_ppm)" -ge 900000 ] && [ "$(number timeouts)" = 0 ]
}

@test "a program that has each of BBR's functions called is BBR" {
	need clang
	cat >b.bpf.c <<-'END'
		#define SEC(name) __attribute__((section(name), used))
		#define KSYM __attribute__((section(".ksyms")))
		typedef unsigned int u32;
		typedef unsigned long long u64;
		struct sock;
		struct rate_sample;
		enum tcp_ca_event { CA_EVENT_TX_START, CA_EVENT_CWND_RESTART };
		struct tcp_congestion_ops {
			u32 (*ssthresh)(struct sock *sk);
			void (*set_state)(struct sock *sk, unsigned char state);
			void (*cwnd_event)(struct sock *sk, enum tcp_ca_event event);
			u32 (*min_tso_segs)(struct sock *sk);
			void (*cong_control)(struct sock *sk, u32 ack, int flag, const struct rate_sample *rs);
			u32 (*undo_cwnd)(struct sock *sk);
			u32 (*sndbuf_expand)(struct sock *sk);
			void (*init)(struct sock *sk);
			char name[16];
		};
		extern u32 bbr_ssthresh(struct sock *sk) KSYM;
		extern void bbr_set_state(struct sock *sk, unsigned char state) KSYM;
		extern void bbr_cwnd_event(struct sock *sk, enum tcp_ca_event event) KSYM;
		extern u32 bbr_min_tso_segs(struct sock *sk) KSYM;
		extern void bbr_main(struct sock *sk, u32 ack, int flag, const struct rate_sample *rs) KSYM;
		extern u32 bbr_undo_cwnd(struct sock *sk) KSYM;
		extern u32 bbr_sndbuf_expand(struct sock *sk) KSYM;
		extern void bbr_init(struct sock *sk) KSYM;
		char _license[] SEC("license") = "GPL";
		#define SK ((struct sock *)ctx[0])
		SEC("struct_ops") u32 b_ssthresh(u64 *ctx) { return bbr_ssthresh(SK); }
		SEC("struct_ops") void b_state(u64 *ctx) { bbr_set_state(SK, ctx[1]); }
		SEC("struct_ops") void b_event(u64 *ctx) { bbr_cwnd_event(SK, ctx[1]); }
		SEC("struct_ops") u32 b_segs(u64 *ctx) { return bbr_min_tso_segs(SK); }
		SEC("struct_ops") void b_main(u64 *ctx) { bbr_main(SK, ctx[1], ctx[2], (void *)ctx[3]); }
		SEC("struct_ops") u32 b_undo(u64 *ctx) { return bbr_undo_cwnd(SK); }
		SEC("struct_ops") u32 b_expand(u64 *ctx) { return bbr_sndbuf_expand(SK); }
		SEC("struct_ops") void b_init(u64 *ctx) { bbr_init(SK); }
		SEC(".struct_ops") struct tcp_congestion_ops b = {
			.ssthresh = (void *)b_ssthresh, .set_state = (void *)b_state,
			.cwnd_event = (void *)b_event, .min_tso_segs = (void *)b_segs,
			.cong_control = (void *)b_main, .undo_cwnd = (void *)b_undo,
			.sndbuf_expand = (void *)b_expand, .init = (void *)b_init, .name = "bpf",
		};
	END
	clang -g -O2 -mcpu=v3 --target=bpf -c b.bpf.c -o b.o
	scenario "duration 12s" "link rate 20mbit queue 60 loss 0.1%" "flow bbr"
	ebpf run -q --trace --ctx s.tcp >native
	sed -i 's/flow bbr/flow bpf/' s.tcp
	for engine in check fast opt; do
		expect 0 ebpf run -q --engine $engine --trace --ctx s.tcp b.o
		diff native - <<<"${output//1  bpf/1  bbr}"
	done
}

@test "registered in a store: by filling a map, by a link" {
	build_example
	sed 's/\.struct_ops\.link/.struct_ops/' "$ROOT/man/examples/aimd.bpf.c" >now.c
	clang -g -O2 -mcpu=v3 --target=bpf -c now.c -o now.o
	export EBPF_BPFFS=$PWD/store
	expect 0 ebpf prog loadall now.o p pinmaps m
	expect 0 ebpf map dump m/aimd
	[[ $output == *"STATE_INUSE"*'.name = "aimd"'* ]]
	expect 0 ebpf prog loadall aimd.bpf.o q pinmaps n
	expect 0 ebpf map dump n/aimd
	[[ $output == *"STATE_READY"* ]]
	expect 1 ebpf link create map n/aimd pin l
	[[ $output == *"'aimd' is registered already"* ]]
	expect 0 ebpf map delete m/aimd key 0 0 0 0
	expect 0 ebpf map dump m/aimd
	[[ $output == *"STATE_TOBEFREE"* ]]
	expect 0 ebpf link create map n/aimd pin l
	expect 0 ebpf link show l
	[[ $output == *": struct_ops  map "* ]]
	expect 0 ebpf prog loadall aimd.bpf.o q2 pinmaps n2
	expect 0 ebpf link update l map n2/aimd old n/aimd
	expect 4 ebpf link update l map n2/aimd old n/aimd
	expect 1 ebpf link create map n/aimd pin k
	rm store/l
	expect 0 ebpf link create map n/aimd pin k
	expect 0 ebpf link detach k
	expect 0 ebpf link create map n/aimd pin l
}

@test "what is registered in a store runs in scenarios" {
	build_example
	export EBPF_BPFFS=$PWD/store
	expect 0 ebpf prog loadall aimd.bpf.o p pinmaps m
	scenario "duration 2s" "flow aimd"
	expect 2 ebpf run -q --ctx s.tcp
	[[ $output == *"no congestion control is called 'aimd'"* ]]
	expect 0 ebpf link create map m/aimd pin l
	expect 0 ebpf run -q --ctx s.tcp
	[[ $output == *"   1  aimd  "* ]]
	ebpf map dump m/aimd_bss >counts
	! grep -q '.acked_packets = 0}' counts
	rm store/l
	expect 2 ebpf run -q --ctx s.tcp
}

@test "a table that the kernel would not take is left out" {
	selftest bpf_dctcp
	expect 0 ebpf prog loadall --bpffs store "$SELFTESTS/bpf_dctcp.o" p pinmaps m
	[[ $output == *"dctcp_nouse is left out: it needs ssthresh, undo_cwnd, and cong_avoid or cong_control"* ]]
	[ -e store/m/dctcp ] && ! [ -e store/m/dctcp_nouse ]
}

# ---- as a library that plays the kernel ----

need_library() {
	LIB=${BUILD:-$ROOT/build}/libebpf-tcp.so
	[ -e "$LIB" ] || skip "no compiler for libraries with BTF (gcc -gbtf)"
}

# The report of the library and of the simulator inside the program, for s.tcp and an object.
same_report() {
	expect 0 ebpf run -q --ctx s.tcp "$@"
	local inside=$output
	expect 0 ebpf run -q --kernel "$LIB" --no-sandbox --call 'tcp_simulate("s.tcp")' "$@"
	[[ $output == *"$inside"*'tcp_simulate("s.tcp"): 0' ]] || { diff <(echo "$inside") <(echo "$output"); false; }
}

@test "a library's simulation gives what the one inside gives" {
	need_library
	build_example
	scenario "duration 5s" "link rate 20mbit" "flow aimd" "flow cubic at 1s" "drop 1 200"
	same_report aimd.bpf.o
	same_report --engine fast aimd.bpf.o
	# the text itself, in the sandbox, where no file can be read
	expect 0 ebpf run --kernel "$LIB" --call 'tcp_simulate("tcp Text\nduration 1s\nflow aimd")' aimd.bpf.o
	[[ $output == *"Text: 10.00 Mbit/s"*"   1  aimd  "* ]]
	! emulated || return 0 # there is no sandbox
	expect 0 ebpf run --kernel "$LIB" --call 'tcp_simulate("s.tcp")' aimd.bpf.o
	[[ $output == *'tcp_simulate("s.tcp"): -1'* ]]
}

@test "objects of the selftests fill a library's link as the one inside" {
	need_library
	selftest bpf_cubic
	scenario "duration 5s" "link rate 20mbit" "flow bpf_cubic" "flow cubic at 1s" "drop 1 200"
	same_report "$SELFTESTS/bpf_cubic.o"
	scenario "duration 3s" "link rate 100mbit rtt 10ms queue 200 ecn 20" "flow bpf_dctcp ecn" "flow dctcp ecn"
	expect 0 ebpf run -q --ctx s.tcp "$SELFTESTS/bpf_dctcp.o"
	inside=$(grep -v left.out <<<"$output")
	expect 0 ebpf run -q --kernel "$LIB" --no-sandbox --call 'tcp_simulate("s.tcp")' "$SELFTESTS/bpf_dctcp.o"
	[[ $output == *"$inside"* ]]
	expect 0 ebpf run --kernel "$LIB" --call 'tcp_simulate("tcp x\nduration 1s")' "$SELFTESTS/bpf_dctcp.o"
	[[ $output == *"dctcp_nouse: the library does not take it: Invalid argument"* ]]
}

@test "functions of the library can be traced" {
	need_library
	cat >trace.s <<-'END'
		.license "GPL"
		.var u64 acks
		.var u64 timeouts
		.var u32 cwnd_max
		.prog ack, "fentry/ack_arrived"
		r2 = acks ll
		r1 = 1
		lock *(u64 *)(r2 + 0) += r1
		r0 = 0
		exit
		.prog rto, "fexit/timeout"
		r2 = timeouts ll
		r1 = 1
		lock *(u64 *)(r2 + 0) += r1
		r0 = 0
		exit
		# struct tcp_sock is laid out as Linux has it
		.prog grows, "fexit/tcp_slow_start"
		r1 = *(u64 *)(r1 + 0)
		r1 = *(u32 *)(r1 + 1444)
		r2 = cwnd_max ll
		r3 = *(u32 *)(r2 + 0)
		if r3 >= r1 goto out
		*(u32 *)(r2 + 0) = r1
	out:
		r0 = 0
		exit
	END
	expect 0 ebpf run --kernel "$LIB" --dump-maps trace.s \
		--call 'tcp_simulate("tcp x\nduration 20s\nlink rate 1mbit loss 5%\nflow reno bytes 1MB")'
	[[ $output =~ acks\ =\ ([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 300 ]
	[[ $output =~ timeouts\ =\ ([0-9]+) ]]
	[[ $output =~ \ 1\ \ reno.*\ ([0-9]+)\ +0$'\n'link ]] && [[ $output == *"timeouts = ${BASH_REMATCH[1]}"* ]]
	[[ $output =~ cwnd_max\ =\ ([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 11 ]
}

@test "what the library refuses" {
	need_library
	build_example
	sed 's/\.name = "aimd"/.name = "cubic"/' "$ROOT/man/examples/aimd.bpf.c" >taken.c
	clang -g -O2 -mcpu=v3 --target=bpf -c taken.c -o taken.o
	expect 2 ebpf run --kernel "$LIB" --call 'tcp_simulate("")' taken.o
	[[ $output == *": the library does not take it: File exists"* ]]
	sed 's/\.name = "aimd"/.name = "a-b"/' "$ROOT/man/examples/aimd.bpf.c" >name.c
	clang -g -O2 -mcpu=v3 --target=bpf -c name.c -o name.o
	expect 2 ebpf run --kernel "$LIB" --call 'tcp_simulate("")' name.o
	[[ $output == *": the library does not take it: Invalid argument"* ]]
	expect 0 ebpf run --kernel "$LIB" --call 'tcp_simulate("tcp x\nflow vegas")' aimd.bpf.o
	[[ $output == *"tcp_simulate: scenario:2: error: flow 1: no congestion control is called 'vegas'"* ]]
}
