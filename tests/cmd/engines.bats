load ../lib

setup_file() {
	"$EBPF" btf dump file "$ROOT/core/btf/bundled/linux-6.18.btf" >"$BATS_FILE_TMPDIR/types"
}

member() { # STRUCT NAME: where the member lies
	awk -v struct="'$1'" -v name="'$2'" '
		/^\[/ { here = $2 == "STRUCT" && $3 == struct; next }
		here && $1 == name { sub(/.*bits_offset=/, ""); print int($0 / 8); exit }
	' "$BATS_FILE_TMPDIR/types"
}

# same ARGS: the program runs trusted by every engine, and answers what it answers checked.
same() {
	local engine checked
	checked=$(ebpf run -q --verify --engine check "$@") || { echo "$checked"; return 1; }
	for engine in interp fast opt; do
		run ebpf run -q --engine $engine "$@"
		[ "$status" -eq 0 ] || { echo "$engine: $output"; return 1; }
		diff - <(echo "$output") <<<"$checked"
	done
	ebpf run --format json "$@" | grep -qE '"engine": "(fast|opt)"'
}

prog() { # SECTION, then lines of the program
	printf '\t.license "GPL"\n\t.map seen, array, key=u32, value=u64, max_entries=4\n\t.prog p, "%s"\n' "$1"
	cat
}

@test "probes: registers, memory that is described, user's and the kernel's" {
	cat >ctx <<-'END'
		[pt_regs] arg1=0xffff888000001000 arg2=0x7fff00001000 ip=vfs_read
		[memory] 0xffff888000001000: hex 05 00 00 00 00 00 00 00
		0x7fff00001000: "hello"
		[task] pid=42 tgid=41 comm="bash" uid=1000
	END
	for section in kprobe/vfs_read kretprobe/vfs_read uprobe perf_event; do
		prog $section >p.s <<-END
			r6 = r1
			r3 = *(u64 *)(r6 + $ARG1)
			r1 = r10
			r1 += -8
			r2 = 8
			call bpf_probe_read_kernel
			r7 = *(u64 *)(r10 - 8)
			r3 = *(u64 *)(r6 + $ARG2)
			r1 = r10
			r1 += -16
			r2 = 8
			call bpf_probe_read_user_str
			r7 *= 31
			r7 += r0
			r3 = 0x1234
			r1 = r10
			r1 += -8
			r2 = 8
			call bpf_probe_read_kernel
			r7 *= 31
			r7 += r0
			call bpf_get_current_pid_tgid
			r7 += r0
			r0 = r7
			exit
		END
		same --ctx ctx p.s
		[[ $output != "p: 0" ]]
		same p.s
	done
}

@test "records of tracepoints and raw arguments" {
	prog tracepoint/sched/sched_switch >p.s <<-'END'
		r0 = *(u32 *)(r1 + 24)
		r2 = *(u64 *)(r1 + 8)
		r0 += r2
		exit
	END
	same --arg 'prev_comm="bash"' --arg prev_pid=7 p.s
	prog raw_tp/sched_switch >p.s <<-'END'
		r0 = *(u64 *)(r1 + 24)
		r2 = *(u64 *)(r1 + 88)
		r0 += r2
		exit
	END
	same --arg prev_state=3 p.s
	[[ $output == "p: 3" ]]
}

@test "typed arguments: chains of pointers, those that lead nowhere" {
	prog tp_btf/sched_wakeup >p.s <<-'END'
		r6 = *(u64 *)(r1 + 0)
		r7 = *(u32 *)(r6 + @pid)
		r8 = *(u64 *)(r6 + @parent)
		r8 = *(u64 *)(r8 + @parent)
		r8 = *(u64 *)(r8 + @parent)
		r9 = *(s32 *)(r8 + @pid)
		r0 = *(u8 *)(r8 + @comm)
		r0 += r7
		r0 += r9
		exit
	END
	sed -i "s/@pid/$(member task_struct pid)/; s/@parent/$(member task_struct real_parent)/
		s/@comm/$(member task_struct comm)/" p.s
	same p.s
	same --arg 'p={pid=7}' p.s
	[[ $output == "p: 7" ]]
	same --arg 'p={pid=7, real_parent=0x1234}' p.s
	[[ $output == *"p: 7" ]]
	same --arg p=NULL p.s
	same --arg p=0xffff888000000000 p.s
}

@test "functions' entries and ends, security modules, iterators" {
	prog fexit/vfs_read >p.s <<-'END'
		r2 = 0x6425206425 ll
		*(u64 *)(r10 - 8) = r2
		r3 = *(u64 *)(r1 + 32)
		r4 = *(u64 *)(r1 + 16)
		r1 = r10
		r1 += -8
		r2 = 6
		call bpf_trace_printk
		r0 = 0
		exit
	END
	same --arg ret=-ENOENT --arg count=5 p.s
	says "printk: -2 5
p: 0"
	prog lsm/file_open >p.s <<-'END'
		r6 = *(u64 *)(r1 + 0)
		r0 = *(u32 *)(r6 + @flags)
		r0 &= 1
		r0 = -r0
		exit
	END
	sed -i "s/@flags/$(member file f_flags)/" p.s
	same --arg 'file={f_flags=1}' p.s
	[[ $output == "p: -EPERM (-1)" ]]
	same p.s
	prog iter/task >p.s <<-'END'
		r6 = *(u64 *)(r1 + 0)
		r7 = *(u64 *)(r1 + 8)
		r0 = 0
		if r7 == 0 goto 1f
		r1 = *(u64 *)(r6 + 0)
		r2 = r10
		r2 += -8
		*(u64 *)(r2 + 0) = 0x41
		r3 = 2
		call bpf_seq_write
		r0 = 0
		1:
		exit
	END
	same p.s
}

@test "programs run by hand: memory that they were proved for, and less of it" {
	prog syscall >p.s <<-'END'
		r2 = *(u64 *)(r1 + 8)
		r2 += 1
		*(u64 *)(r1 + 0) = r2
		r0 = r2
		exit
	END
	same --ctx hex:00000000000000000600000000000000 p.s
	[[ $output == "p: 7" ]]
	for engine in check interp fast opt; do
		run ebpf run -q --engine $engine --ctx hex:0000000000000000 p.s
		[ "$status" -eq 3 ] || { echo "$output"; return 1; }
		[[ $output == *"read of 8 bytes at the memory given + 8, which has 8 bytes"* ]]
	done
	# typed arguments are pointers that somebody has to describe
	prog lsm/file_open >p.s <<-'END'
		r6 = *(u64 *)(r1 + 0)
		r0 = *(u32 *)(r6 + @flags)
		r0 = 0
		exit
	END
	sed -i "s/@flags/$(member file f_flags)/" p.s
	run ebpf run -q --engine fast --ctx hex:0102030405060708000000000000000000000000 p.s
	[ "$status" -eq 3 ] || { echo "$status $output"; return 1; }
}

@test "what helpers are given that leads nowhere ends the run, not the process" {
	prog lsm/inode_getattr >p.s <<-'END'
		r1 = *(u64 *)(r1 + 0)
		r2 = r10
		r2 += -64
		r3 = 64
		*(u64 *)(r10 - 64) = 0
		*(u64 *)(r10 - 56) = 0
		*(u64 *)(r10 - 48) = 0
		*(u64 *)(r10 - 40) = 0
		*(u64 *)(r10 - 32) = 0
		*(u64 *)(r10 - 24) = 0
		*(u64 *)(r10 - 16) = 0
		*(u64 *)(r10 - 8) = 0
		call bpf_d_path
		r0 = 0
		exit
	END
	same p.s
	same --arg path=0x1234 p.s
	same --arg path=0xffff888000000000 p.s
}

@test "several programs, several inputs, a context that is written" {
	prog kprobe/vfs_read >p.s <<-END
		r0 = *(u64 *)(r1 + $ARG2)
		exit
	END
	printf '[pt_regs] arg2=5\n---\n[pt_regs] arg2=6\n' >two
	same -v --ctx two p.s
	ebpf run --engine fast --emit-ctx out --ctx two p.s
	grep -qE '(si|x1)=0x6' out
	cat >both.s <<-END
		.license "GPL"
		.prog enter, "kprobe/vfs_read"
		r0 = *(u64 *)(r1 + $ARG2)
		exit
		.prog leave, "kretprobe/vfs_read"
		r0 = *(u64 *)(r1 + $RET)
		exit
	END
	printf '[kprobe vfs_read] arg2=5\n---\n[kretprobe vfs_read] ret=7\n' >ctx
	checked=$(ebpf run -v --ctx ctx both.s)
	for engine in check interp fast opt; do
		expect 0 ebpf run -v --engine $engine --ctx ctx both.s
		says "$checked"
	done
}

@test "arenas: half an address counts, and what is stored beside the pages is lost" {
	! emulated || skip "the emulator shows no pages twice"
	cat >p.s <<-'END'
	.license "GPL"
	.map arena, arena, max_entries=10, flags=0x400, map_extra=0x18000
	.kfunc bpf_arena_alloc_pages(void *p, void *addr, u32 n, int node, u64 flags) -> void *
	.prog p, "syscall"
		r1 = arena ll
		r2 = 0
		r3 = 2
		r4 = -1
		r5 = 0
		call bpf_arena_alloc_pages
		if r0 == 0 goto fail
		r6 = addr_space_cast(r0, 0, 1)
		r7 = r6
		r8 = 0x1234567800000000 ll
		r7 += r8
		r7 |= -8
		r7 &= -8
		r7 += 16
		r1 = 77
		*(u64 *)(r6 + 8) = r1
		*(u32 *)(r6 + 16) = 5
		r2 = 3
		lock *(u64 *)(r6 + 8) += r2
		r2 = 4
		r2 = atomic_fetch_add((u64 *)(r6 + 8), r2)
		r3 = 9
		w3 = xchg32_32(r6 + 16, w3)
		/* beside the pages */
		r9 = r6
		r9 += 0x100000
		*(u64 *)(r9 + 0) = r1
		r4 = *(u64 *)(r9 + 0)
		lock *(u64 *)(r9 + 8) += r1
		r5 = *(s8 *)(r6 + 8)
		r8 = addr_space_cast(r6, 1, 0)
		r0 = r8
		r0 >>= 32
		r0 += r2
		r0 += r3
		r0 += r4
		r0 += r5
		r1 = *(u64 *)(r6 + 8)
		r0 *= r1
		r0 += r7
		exit
	fail:
		r0 = -1
		exit
	END
	same p.s
	says "context: 0
p: 14204"
	expect 0 ebpf run -q --coverage counts p.s
	[[ $output == *"p: 14204"* ]]
	# far away from everything
	cat >q.s <<-'END'
		.license "GPL"
		.map arena, arena, max_entries=10, flags=0x400
		.prog q, "syscall"
		r1 = arena ll
		r2 = 0x4444
		r1 = addr_space_cast(r2, 0, 1)
		r3 = 0x7fff00000000 ll
		r1 += r3
		*(u64 *)(r1 + 32767) = r3
		r0 = *(u64 *)(r1 - 32768)
		r2 = *(u64 *)(r1 + 32767)
		r2 -= r3
		r0 |= r2
		if r1 == 0x4444 goto 1f
		r0 = 1
		1:
		exit
	END
	same q.s
	says "context: 0
q: 0"
}

# update KEY VALUE: sets a value of map t
update() {
	printf '\t%s\n' "r1 = $1" '*(u64 *)(r10 - 8) = r1' "r1 = $2" '*(u64 *)(r10 - 16) = r1' 'r1 = t ll' \
		'r2 = r10' 'r2 += -8' 'r3 = r10' 'r3 += -16' 'r4 = 0' 'call bpf_map_update_elem'
}

@test "a value is written in its place where nobody has its address, and replaced where somebody may" {
	local head='	.license "GPL"
	.map	t, hash, key=u64, value=u64, max_entries=10
	.prog	p, "xdp"'
	for type in hash lru_hash; do
		{ echo "${head/hash/$type}"; update 7 5; update 7 6; update 8 1; update 7 9
			printf '\tr0 = *(u64 *)(r10 - 16)\n\texit\n'; } >blind.s
		{ echo "${head/hash/$type}"; update 7 5
			printf '\t%s\n' 'r1 = t ll' 'r2 = r10' 'r2 += -8' 'call bpf_map_lookup_elem' \
				'r6 = r0' 'if r6 != 0 goto found' 'exit'
			echo 'found:'
			update 7 9
			printf '\t%s\n' 'r1 = t ll' 'r2 = r10' 'r2 += -8' 'call bpf_map_lookup_elem' \
				'if r0 == 0 goto out' 'r0 = *(u64 *)(r0 + 0)' 'r0 *= 10' \
				'r6 = *(u64 *)(r6 + 0)' 'r0 += r6' 'out: exit'; } >holds.s
		sed '/r6 = \*(u64/d; s/r0 += r6/exit/' holds.s >held.s
		ebpf jit --engine=opt --dump=inline held.s >held
		[[ $(<held) != *"call8 update "* && $(<held) == *"call8 write "* ]]
		ebpf jit --engine=opt --dump=inline blind.s | grep -q 'call8 write '
		ebpf jit --engine=opt --dump=inline holds.s | grep -q 'call8 update '
		same --ctx pkt:eth blind.s
		[[ $output == "p: "*9 ]]
		same --ctx pkt:eth holds.s
		[[ $output == "p: "*95 ]]
		{ echo "-- case $type"; echo '-- object blind.s'; echo '-- ctx pkt:eth'; echo '-- expect'
			printf 'map t %s\n' '7 = 9' '8 = 1'; echo 'count map t = 2'; } >t.t
		expect 0 ebpf test --engine all t.t
	done
}

@test "what a void hook returns is nobody's business; a session's cookie; the kernel's own maps" {
	prog lsm/bprm_committed_creds >p.s <<-'END'
		r1 = *(u64 *)(r1 + 0)
		exit
	END
	same p.s
	says "p: 0"
	prog kprobe.session/vfs_read >p.s <<-'END'
		call bpf_session_cookie
		*(u64 *)(r0 + 0) = 5
		r0 = *(u64 *)(r0 + 0)
		r0 -= 5
		r0 &= 1
		exit
		.kfunc bpf_session_cookie() -> u64 *
	END
	same p.s
	says "p: 0"
	prog iter/bpf_map >p.s <<-'END'
		r1 = *(u64 *)(r1 + 8)
		r0 = 0
		if r1 == 0 goto 1f
		call bpf_map_sum_elem_count
		r0 = 0
		1:
		exit
		.kfunc bpf_map_sum_elem_count(const struct bpf_map *map) -> s64
	END
	for engine in check interp fast opt; do
		expect 0 ebpf run -q --verify --engine $engine p.s
		expect 3 ebpf run -q --verify --engine $engine --arg 'map={id=1}' p.s
		[[ $output == *"insn 3: a helper's argument is not a map of this program"* ]]
	done
}

@test "with a seed tables are the same each time" {
	cat >p.s <<-'END'
		.license "GPL"
		.map last, lru_hash, key=u32, value=u32, max_entries=8
		.prog p, "socket"
		r6 = 0
		1:
		*(u32 *)(r10 - 4) = r6
		r1 = last ll
		r2 = r10
		r2 += -4
		r3 = r2
		r4 = 0
		call bpf_map_update_elem
		r6 += 1
		if r6 != 40 goto 1b
		r0 = 0
		exit
	END
	expect 0 ebpf run --seed 7 --dump-maps p.s
	local first=$output
	for _ in 1 2 3 4 5 6; do
		expect 0 ebpf run --seed 7 --dump-maps p.s
		says "$first"
	done
}

@test "whatever may write into packets gets copies of them" {
	local sum capture="$ROOT/man/examples/small.pcap"
	sum=$(md5sum <"$capture")
	# a function that is proved by itself does not know that it has the context
	cat >p.s <<-'END'
		.license "GPL"
		.prog p, "tc"
		call touch
		exit
		.func touch(struct __sk_buff *skb) -> int
		r2 = *(u32 *)(r1 + 76)
		r3 = *(u32 *)(r1 + 80)
		r0 = 0
		r4 = r2
		r4 += 14
		if r4 > r3 goto 1f
		r0 = *(u8 *)(r2 + 5)
		r0 += 1
		*(u8 *)(r2 + 5) = r0
		1:
		exit
	END
	# nor is it told where a pointer leads behind two ways
	cat >q.s <<-'END'
		.license "GPL"
		.map seen, array, key=u32, value=u64, max_entries=1
		.prog q, "tc"
		r6 = r1
		*(u32 *)(r10 - 4) = 0
		r1 = seen ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		if r0 == 0 goto 1f
		r2 = *(u32 *)(r6 + 76)
		r3 = *(u32 *)(r6 + 80)
		r4 = r2
		r4 += 14
		if r4 > r3 goto 1f
		r5 = *(u32 *)(r6 + 0)
		r5 &= 1
		if r5 == 0 goto 2f
		r0 = r2
		2:
		r5 = *(u8 *)(r0 + 5)
		r5 += 1
		*(u8 *)(r0 + 5) = r5
		1:
		r0 = 0
		exit
	END
	for program in p q; do
		same --ctx "$capture" --diff "$program.s"
		expect 0 ebpf run -q --engine check --ctx "$capture" --write first.pcap "$program.s"
		expect 0 ebpf run -q --engine opt --repeat 3 --ctx "$capture" --write out.pcap "$program.s"
		! cmp -s "$capture" out.pcap
		cmp first.pcap out.pcap
		[ "$(md5sum <"$capture")" = "$sum" ]
	done
}

@test "what a raw tracepoint lets programs write is there; what nobody described ends the run" {
	printf '.license "GPL"\n.prog p, "raw_tp.w/x"\nr1 = *(u64 *)(r1 + 0)\n*(u64 *)(r1 + 8) = 7\nr0 = 0\nexit\n' >p.s
	same p.s
	says "p: 0"
	for engine in check interp fast opt; do
		expect 3 ebpf run -q --engine $engine --arg arg0=NULL p.s
		[[ $output == *"program p"*"8"* ]]
	done
}
