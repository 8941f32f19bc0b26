load ../lib

examples=$BATS_TEST_DIRNAME/../../man/examples

# Two programs, two functions, one that is refused.
three() {
	cat >three.s <<'END'
	.license "GPL"
	.prog calls, "xdp"
	*(u64 *)(r10 - 16) = 1
	call callee
	r0 = 2
	exit
callee:
	*(u64 *)(r10 - 64) = 1
	r0 = 0
	exit
	.prog walks, "xdp"
	call bpf_get_prandom_u32
	if r0 > 5 goto more
	r0 = 1
more:
	r0 = 2
	exit
	.prog refused, "socket"
	r0 = r3
	exit
END
}

@test "stacks of all functions, and a table" {
	three
	expect 1 ebpf verify three.s
	[ "${lines[0]}" = "calls: accepted: 7 insns processed, 0 states, stack 16+64" ]
	expect 1 ebpf verify --stats three.s
	says "program  section  verdict   insns  states  peak  max/insn  stack  size
calls    xdp      accepted      7       0     0         0     80     7
walks    xdp      accepted      7       0     0         0      0     5
refused  socket   rejected      1       0     0         0      0     2"
}

@test "CSV, sorted, of several objects; what is malformed does not stop the others" {
	three
	cp "$examples/counter.s" .
	printf 'r0 = \n' >bad.s
	expect 1 ebpf verify --format csv --sort processed three.s counter.s
	says "file,name,section,verdict,processed,total_states,peak_states,max_states_per_insn,stack_depth,insns
counter.s,counter,xdp,accepted,23,2,2,0,8,21
three.s,calls,xdp,accepted,7,0,0,0,80,7
three.s,walks,xdp,accepted,7,0,0,0,0,5
three.s,refused,socket,rejected,1,0,0,0,0,2"
	expect 1 ebpf verify --format csv --sort name three.s counter.s
	[ "$(cut -d, -f2 <<<"$output" | paste -sd ' ')" = "name calls counter refused walks" ]
	expect 2 ebpf verify bad.s counter.s
	[[ $output == *"counter.s: counter: accepted: "* ]]
	expect 64 ebpf verify --sort nothing counter.s
	expect 0 ebpf verify --time counter.s
	[[ $output =~ ", "[0-9]+" us"$ ]]
	cp counter.s 'a,"b.s'
	expect 0 ebpf verify --format csv 'a,"b.s'
	[[ ${lines[1]} == '"a,""b.s",counter,xdp,'* ]]
}

@test "nothing but the exit code; standard input" {
	three
	expect 1 ebpf verify -q three.s
	says ""
	expect 0 ebpf verify -q --prog calls three.s
	says ""
	expect 0 ebpf verify --prog calls - <three.s
	says "calls: accepted: 7 insns processed, 0 states, stack 16+64"
	expect 1 ebpf verify -q --format json -o all.json three.s
	says ""
	grep -q '"stack_depths": "16+64"' all.json
}

@test "compared with before: what got worse is exit code 1" {
	three
	expect 1 ebpf verify --format json -o before.json three.s
	expect 0 ebpf verify --compare before.json three.s
	says "3 programs, 0 worse"
	sed 's/r0 = 1/r0 = 1; r0 = 1/' three.s >more.s
	mv more.s three.s
	expect 1 ebpf verify --compare before.json three.s
	says "walks: processed 7 -> 8 (+14.3%): worse
3 programs, 1 worse"
	expect 0 ebpf verify --compare before.json --max-regress 20% three.s
	says "walks: processed 7 -> 8 (+14.3%)
3 programs, 0 worse"
	expect 64 ebpf verify --compare before.json --max-regress much three.s
	sed 's/r0 = 2$/r0 = r4/' three.s >more.s
	mv more.s three.s
	expect 1 ebpf verify --compare before.json --max-regress 20% --format json -o after.json three.s
	grep -q '"worse": 2' after.json
	expect 1 ebpf verify --compare before.json three.s
	[[ $output == *"calls: accepted -> rejected (R4 !read_ok): worse"* ]]
	sed 's/prog walks/prog runs/' three.s >more.s
	mv more.s three.s
	expect 1 ebpf verify --compare before.json three.s
	[[ $output == *"walks: is gone"* ]]
	[[ $output == *"runs: new -> rejected (R4 !read_ok): worse"* ]]
	echo '{"programs": 3}' >no.json
	expect 2 ebpf verify --compare no.json three.s
	expect 4 ebpf verify --compare missing.json three.s
}

@test "loaders that may do less" {
	printf 'r0 = 0; exit' >p.s
	expect 0 ebpf verify --unprivileged --type socket_filter p.s
	expect 1 ebpf verify --unprivileged --type xdp p.s
	[[ $output == *"rejected: EPERM"*"CAP_BPF for programs of this type"* ]]
	expect 1 ebpf verify --caps bpf --type xdp p.s
	[[ $output == *"CAP_NET_ADMIN for programs of this type"* ]]
	expect 0 ebpf verify --caps bpf,net_admin --type xdp p.s
	expect 1 ebpf verify --caps CAP_BPF,CAP_NET_ADMIN --type kprobe p.s
	[[ $output == *"CAP_PERFMON for programs of this type"* ]]
	expect 0 ebpf verify --caps sys_admin --type kprobe p.s
	expect 64 ebpf verify --caps bpf,root p.s
	printf 'r0 = r10; exit' >leak.s
	expect 0 ebpf verify --type socket_filter leak.s
	expect 1 ebpf verify --unprivileged --type socket_filter leak.s
	[[ $output == *"R0 leaks addr as return value"* ]]
	# 4096 instructions at most
	{ for i in $(seq 4096); do echo 'r0 = 0'; done; echo exit; } >long.s
	expect 0 ebpf verify --caps bpf --type socket_filter long.s
	expect 1 ebpf verify --unprivileged --type socket_filter long.s
	[[ $output == *"rejected: E2BIG"* ]]
	cat >calls.s <<'END'
	.license "GPL"
	.map a, prog_array, key=u32, value=u32, max_entries=2
	.map b, prog_array, key=u32, value=u32, max_entries=2
	.prog p, "tc"
	r6 = r1
	r2 = a ll
	r3 = *(u32 *)(r1 + 0)
	if r3 > 5 goto other
	r2 = b ll
other:
	r1 = r6
	call bpf_tail_call
	r0 = 0
	exit
END
	expect 0 ebpf verify --caps bpf,net_admin,perfmon calls.s
	expect 1 ebpf verify --caps bpf,net_admin calls.s
	[[ $output == *"rejected: tail_call abusing map_ptr"* ]]
	printf '\t.license "GPL"\n\t.map m, lru_hash, key=u32, value=u32, max_entries=1\n\t.prog p, "socket"\n\tr1 = m ll\n\tr0 = 0\n\texit\n' >map.s
	expect 0 ebpf verify --caps bpf map.s
	expect 1 ebpf verify --unprivileged map.s
	[[ $output == *"a loader that may make maps of this type"* ]]
}

@test "a kernel that lacks something" {
	cat >p.s <<'END'
	.license "GPL"
	.map m, lru_hash, key=u32, value=u32, max_entries=1
	.prog calls, "xdp"
	call bpf_get_prandom_u32
	r0 = 2
	exit
	.prog names, "tc"
	r1 = m ll
	r0 = 2
	exit
END
	echo "# nothing is missing" >all
	expect 0 ebpf verify --profile all p.s
	echo "no helper get_prandom_u32 # of all things" >h
	expect 1 ebpf verify --profile h --prog calls p.s
	[[ $output == *"program of this type cannot use helper bpf_get_prandom_u32#7"* ]]
	expect 0 ebpf verify --profile h --prog names p.s
	printf 'kernel 6.18.0\nno prog_type sched_cls\n' >t
	expect 1 ebpf verify --profile t --prog names p.s
	[[ $output == *"rejected: EINVAL"*"a program type that the kernel has"* ]]
	expect 0 ebpf verify --profile t --prog calls p.s
	echo "no map_type lru_hash" >m
	expect 1 ebpf verify --profile m --prog names p.s
	[[ $output == *"map types that the kernel has"* ]]
	expect 0 ebpf verify --profile m --prog calls p.s
	echo "no unprivileged" >u
	printf 'r0 = 0; exit' >f.s
	expect 1 ebpf verify --profile u --unprivileged --type socket_filter f.s
	[[ $output == *"kernel.unprivileged_bpf_disabled"* ]]
	expect 0 ebpf verify --profile u --caps bpf --type socket_filter f.s
	echo "no kfunc bpf_rcu_read_lock" >k
	cat >k.s <<'END'
	.license "GPL"
	.kfunc bpf_rcu_read_lock() -> void
	.kfunc bpf_rcu_read_unlock() -> void
	.prog p, "tc"
	call bpf_rcu_read_lock
	call bpf_rcu_read_unlock
	r0 = 0
	exit
END
	expect 0 ebpf verify --profile all k.s
	expect 1 ebpf verify --profile k k.s
	[[ $output == *"calling kernel function bpf_rcu_read_lock is not allowed"* ]]
	printf 'no helper map_lookup_elem\nno helper nothing\n' >bad
	expect 2 ebpf verify --profile bad p.s
	[[ $output == *"bad:2:11: error: no helper of Linux 6.18: 'nothing'"* ]]
	expect 4 ebpf verify --profile missing p.s
}

@test "the kernel that runs is asked what it lacks" {
	run ebpf verify --record-profile here
	[ "$status" -ne 77 ] || skip "bpf(2) is not allowed here"
	[ "$status" -eq 0 ]
	[ "$(head -1 here)" = "kernel $(uname -r)" ]
	! grep -q 'helper map_lookup_elem$' here
	printf 'r0 = 0; exit' >f.s
	expect 0 ebpf verify --profile here --type socket_filter f.s
}

@test "programs of the store" {
	three
	export EBPF_BPFFS=$PWD/store
	sed '/refused/,$d' three.s >two.s
	expect 0 ebpf pin two.s dir
	expect 0 ebpf verify dir/calls
	says "calls: accepted: 7 insns processed, 0 states, stack 16+64"
	expect 0 ebpf verify store/dir/walks dir/calls
	[ "${#lines[@]}" = 2 ]
	expect 1 ebpf verify --unprivileged dir/calls
	expect 4 ebpf verify dir/nobody
}

@test "programs that are attached to a program" {
	cp "$BATS_TEST_DIRNAME/holes/W05.s" target.s
	printf '\t.license "GPL"\n\t.prog p, "fentry/holed"\n\tr0 = 0\n\texit\n' >entry.s
	expect 0 ebpf verify --attach-prog target.s:holed entry.s
	expect 2 ebpf verify --attach-prog target.s entry.s
	[[ $output == *"several programs to attach to"* ]]
	expect 2 ebpf verify --attach-prog target.s:nobody entry.s
	expect 2 ebpf verify --attach-prog target.s:holed --attach-func nothing entry.s
	[[ $output == *"has no function 'nothing' to attach to"* ]]
	expect 2 ebpf verify entry.s
	printf '\t.license "GPL"\n\t.prog p, "freplace/asks"\n\tr0 = 0\n\texit\n' >ext.s
	expect 2 ebpf verify ext.s
	[[ $output == *"--attach-prog"* ]]
}

@test "what Linux accepts although it may go wrong is warned about, and nothing else is" {
	local code f types flags
	for f in "$BATS_TEST_DIRNAME"/holes/*.s; do
		code=$(basename "$f" .s)
		types=()
		flags=$(sed -n 's/^# With flags \([0-9]*\):.*/\1/p' "$f")
		if [ -e "${f%.s}.types" ]; then
			expect 0 ebpf asm -o types.o "${f%.s}.types"
			types=(--btf types.o)
		fi
		expect 0 ebpf verify "${types[@]}" --prog-flags "${flags:-8}" --prog holed "$f"
		[ "$(grep -c '^  warning ' <<<"$output")" = 1 ] || { echo "$f: $output"; return 1; }
		grep -q "^  warning $code: insn [0-9]" <<<"$output"
		expect 0 ebpf verify "${types[@]}" --prog-flags "${flags:-8}" --prog good "$f"
		! grep -q warning <<<"$output" || { echo "$f: $output"; return 1; }
	done
	expect 0 ebpf verify --format json --prog holed "$BATS_TEST_DIRNAME/holes/W02.s"
	grep -q '"code": "W02"' <<<"$output"
	# each has a test
	for code in $(grep -oE '"W[0-9]+"' "$ROOT/core/verify/warnings.def" | tr -d '"'); do
		[ -e "$BATS_TEST_DIRNAME/holes/$code.s" ]
	done
}

@test "what the kernel's types and functions lack is said by its name" {
	cat >p.s <<-'END'
		.license "GPL"
		.struct task_struct___old { int pid; int colour; }
		.kfunc weak bpf_never_was() -> int
		.prog asks, "kprobe/x"
		r1 = 0
		.core_relo byte_off, struct task_struct___old, "0:1"
		r1 = 4
		r0 = 0
		exit
		.prog calls, "kprobe/x"
		call bpf_never_was
		exit
	END
	expect 1 ebpf verify --prog calls p.s
	[[ $output == *"the target has no kfunc 'bpf_never_was'"*"ebpf explain E1233"* ]]
	expect 1 ebpf verify --prog asks p.s
	[[ $output == *"CO-RE relocation byte_off of struct task_struct___old::colour is not in the target's BTF"* ]]
	[[ $output == *"ebpf explain E0910"* ]]
	expect 3 ebpf run --prog asks p.s
	[[ $output == *"insn 1: CO-RE relocation byte_off of struct task_struct___old::colour is not"* ]]
	# memory of the object is gone by then
	expect 1 ebpf verify --format json --prog asks p.s
	[[ $output == *'"cause": "CO-RE relocation byte_off of struct task_struct___old::colour is not in the target'* ]]
}

@test "a struct whose special fields the kernel refuses is named; resilient locks alone are no reason to look" {
	two() { # TYPE: a program of an object with a struct of two of them
		printf '.license "GPL"\n.struct %s { u64 val; };\n' "$1"
		printf '.struct two { struct %s a; struct %s b; };\n.var static struct two x\n' "$1" "$1"
		printf '.prog p, "xdp"\nr0 = 2\nexit\n'
	}
	two bpf_spin_lock | sed 's/u64/u32/' >spin.s
	expect 0 ebpf verify spin.s
	[[ $output == *"spin.s: warning: the kernel refuses"*"(STRUCT 'two'): one special field too many"* ]]
	two bpf_res_spin_lock >res.s
	expect 0 ebpf verify res.s
	says "p: accepted: 2 insns processed, 0 states, stack 0"
}

@test "a refusal without words is told by its error's name, Linux's own too" {
	printf '.license "GPL"\n.prog p, "struct_ops/p"\nr0 = 0\nexit\n' >p.s
	expect 1 ebpf verify p.s
	[[ ${lines[0]} == "p: rejected: ENOTSUPP" ]]
	expect 1 ebpf verify --format json p.s
	[[ $output == *'"errno": "ENOTSUPP"'* ]]
	expect 0 ebpf run p.s
	[[ ${lines[0]} == "ebpf run: warning: Linux would not load program p: ENOTSUPP" ]]
}
