load ../lib

kernel=$BATS_TEST_DIRNAME/../kernel

compile() { # NAME: NAME.c to NAME.o, and the packet that programs run on
	local clang=clang
	command -v clang-19 >/dev/null && clang=clang-19 # the first to tag all that it is told to
	need $clang
	$clang -O2 -g -mcpu=v3 -target bpf -I/usr/include/"$(uname -m)"-linux-gnu -Wno-everything \
		-c "$kernel/$1.c" -o "$1.o" || skip "no headers of libbpf"
	read -r _ packet <"$kernel/${2:-helpers}.expect"
}

answers() { # NAME: each program of NAME.o answers what NAME.expect says, checked and trusted
	compile "$1" "$1"
	for engine in check interp fast; do
		while read -r program retval; do
			run ebpf run -q --engine $engine --format json --prog "$program" --ctx "$packet" "$1.o"
			[[ $output =~ \"retval\":\ ([0-9]+) ]] || echo "$output"
			echo "$program ${BASH_REMATCH[1]}"
		done < <(tail -n +2 "$kernel/$1.expect") >got
		tail -n +2 "$kernel/$1.expect" | diff - got
	done
}

recorded() { # NAME: the running kernel answers what is in NAME.expect
	compile "$1" "$1"
	${CC:-cc} -o load "$kernel/load.c" -lbpf 2>/dev/null || skip "libbpf is not installed"
	run ./load "$packet" "$1.o"
	[ "$status" -ne 77 ] || skip "the kernel loads nothing for us"
	[ "$status" -eq 0 ] || skip "the kernel has not all that is asked for: $output"
	sed -n 's/^program \(.*\): returned \(.*\)/\1 \2/p' <<<"$output" >got
	tail -n +2 "$kernel/$1.expect" | diff - got
}

@test "helpers answer what Linux answers" {
	answers helpers
}

@test "the running kernel answers what is recorded" {
	recorded helpers
}

@test "kernel functions answer what Linux answers" {
	answers kfuncs
}

@test "the running kernel's functions answer what is recorded" {
	recorded kfuncs
}

@test "objects, lists and trees are Linux's" {
	compile objects objects
	ebpf btf dump file objects.o | grep -q "TYPE_TAG 'kptr'" || skip "this clang tags no types"
	answers objects
	recorded objects
}

@test "timers and works answer what Linux answers" {
	answers timers
	recorded timers
}

@test "tasks and what belongs to them answer what Linux answers" {
	answers world
	recorded world
}

@test "dynptrs over packets, what a device can send" {
	answers packets
	recorded packets
}

@test "slices of what pointers do not reach, devices that somebody describes" {
	compile packets
	# 255: it was a copy that was written to
	expect 0 ebpf run -q --linear 8 --prog rdwr --ctx "$packet" packets.o
	says "rdwr: 255"
	# the same from fragments
	for program in of_xdp of_skb; do
		whole=$(ebpf run -q --prog $program --ctx "$packet" packets.o)
		expect 0 ebpf run -q --linear 14 --prog $program --ctx "$packet" packets.o
		says "$whole"
	done
	printf 'device 1 mtu 70000\ndevice 77 mtu 100\n' >net
	before=$(ebpf run -q --prog mtu_xdp --ctx "$packet" packets.o)
	expect 0 ebpf run -q --network net --prog mtu_xdp --ctx "$packet" packets.o
	[ "$output" != "$before" ]
	echo 'device 3 mtu' >net
	expect 2 ebpf run --network net --prog mtu_xdp --ctx "$packet" packets.o
	[[ $output == *"net:1: error: expected a number behind mtu" ]]
}

@test "records, signals and what else goes out is said" {
	compile world world
	expect 0 ebpf run -q --prog hands_out --ctx "$packet" world.o
	says "record: events: efcdab8967452301 packet ffffffffffff
hands_out: TC_ACT_OK (0)"
	cat >s.s <<-'END'
		.license "GPL"
		.prog main, "kprobe/f"
		r6 = r1
		r1 = 9
		call bpf_send_signal
		r1 = r6
		r2 = -12
		call bpf_override_return
		r1 = 100
		call bpf_send_signal
		r0 = r0
		exit
	END
	expect 0 ebpf run -q s.s
	[[ $output == *"action: signal 9 to the process 0"* ]]
	[[ $output == *"action: the probed function returns -12"* ]]
}

@test "pages of an arena" {
	! emulated || skip "the emulator shows no pages twice"
	compile arenas
	for how in --no-verify --unchecked; do
		expect 0 ebpf run -q $how --prog pages arenas.o
		says "pages: 120008030"
	done
}

@test "a function's arguments, what it returned, a file's name" {
	compile attached
	for how in --no-verify --unchecked; do
		expect 0 ebpf run -q $how --arg id=5 --arg ret=-13 attached.o --arg \
			'filp={f_path.dentry->d_name.name="passwd", f_path.dentry->d_parent->d_name.name="etc"}'
		says "printk: 2 arguments, -22
printk: 5 returned -13
printk: /etc/passwd
closed: -ENAMETOOLONG (-36)"
	done
}

@test "a control group's storage is there and stays" {
	cat >s.s <<-'END'
		.license "GPL"
		.map kept, cgroup_storage, key_size=8, value_size=8
		.prog main, "cgroup_skb/ingress"
		r1 = kept ll
		r2 = 0
		call bpf_get_local_storage
		r1 = *(u64 *)(r0 + 0)
		r1 += 1
		*(u64 *)(r0 + 0) = r1
		r0 = 0
		if r1 < 3 goto out
		r0 = 1
	out:
		exit
	END
	for engine in check interp fast; do
		expect 0 ebpf run -q --engine $engine --repeat 2 --ctx "$(yes 00 | head -64 | tr -d '\n' | sed 's/^/hex:/')" s.s
		[[ $output == *"(0)"* || $output == "main: 0"* ]]
		expect 0 ebpf run -q --engine $engine --repeat 3 --ctx "$(yes 00 | head -64 | tr -d '\n' | sed 's/^/hex:/')" s.s
		[[ $output == *"(1)"* || $output == "main: 1"* ]]
	done
}

@test "timers run when their time comes, works when the program is over" {
	compile timers
	for how in --no-verify --unchecked; do
		expect 0 ebpf run $how --clock 1000000 --advance 7000 --dump-maps --prog tick \
			--ctx "$packet" timers.o
		[[ $output == *"1: {.timer = {}, .ran = 111, .at = 1007000}"* ]]
		[[ $output == *"2: {.timer = {}, .ran = 222, .at = 1004500}"* ]]
		[[ $output != *"wait"* ]]
		expect 0 ebpf run $how --clock 0 --advance 3000 --prog tick --ctx "$packet" timers.o
		[[ $output == *"2 timers wait, the first for 500 ns more"* ]]
		expect 0 ebpf run $how --dump-maps --prog work_calls --ctx "$packet" timers.o
		[[ $output == *"7: {.wq = {.opaque = {0, 0}}, .ran = 7}"* ]]
	done
}

@test "a program takes what it throws" {
	compile catch
	expect 0 ebpf run -q --ctx "$packet" catch.o
	says "catches: 1040"
	expect 0 ebpf run -q --unchecked --ctx "$packet" catch.o
	says "catches: 1040"
}

drained=202758501 # what uring.c makes of samples.h

@test "a user ring buffer is drained as Linux drains it" {
	! emulated || skip "what fills it is a program of the machine"
	compile uring
	${CC:-cc} -o fill "$kernel/fill.c"
	export EBPF_BPFFS=$PWD/store
	expect 0 ebpf map create samples type user_ringbuf key 0 value 0 entries 4096
	./fill store/samples
	expect 0 ebpf run -q --map uring=samples --ctx "$packet" uring.o
	says "drain: $drained"
	expect 0 ebpf run -q --map uring=samples --ctx "$packet" uring.o
	says "drain: $((22 * 1000 * 1000003 % 4294967296))"
}

@test "the running kernel drains it so" {
	compile uring
	${CC:-cc} -o load "$kernel/load.c" -lbpf 2>/dev/null || skip "libbpf is not installed"
	run ./load "$packet" uring.o
	[ "$status" -ne 77 ] || skip "the kernel loads nothing for us"
	[[ $output == *"program drain: returned $drained"* ]]
}

@test "what cannot run is said by its name" {
	cat >p.s <<-'END'
		.license "GPL"
		.kfunc bpf_key_put(struct bpf_key *bkey)
		.prog main, "tc"
		r1 = 0
		call bpf_key_put
		r0 = 0
		exit
	END
	expect 0 ebpf asm -o p.o p.s
	for how in --no-verify --unchecked; do
		expect 3 ebpf run $how --ctx hex:00 p.o
		[[ $output == *"insn 1: kernel function bpf_key_put is not available here; --mock can answer"* ]]
	done
}

@test "connections of the network are found, changed and made" {
	cat >ct.s <<-'END'
		.license "GPL"
		.kfunc bpf_xdp_ct_lookup(struct xdp_md *ctx, struct bpf_sock_tuple *tuple, u32 tuple__sz, struct bpf_ct_opts *opts, u32 opts__sz) -> struct nf_conn *
		.kfunc bpf_xdp_ct_alloc(struct xdp_md *ctx, struct bpf_sock_tuple *tuple, u32 tuple__sz, struct bpf_ct_opts *opts, u32 opts__sz) -> struct nf_conn___init *
		.kfunc bpf_ct_insert_entry(struct nf_conn___init *c) -> struct nf_conn *
		.kfunc bpf_ct_set_timeout(struct nf_conn___init *c, u32 ms)
		.kfunc bpf_ct_change_timeout(struct nf_conn *c, u32 ms) -> int
		.kfunc bpf_ct_change_status(struct nf_conn *c, u32 status) -> int
		.kfunc bpf_ct_release(struct nf_conn *c)
		.prog p, "xdp"
		r6 = r1
		r8 = *(u32 *)(r1 + 0)
		r7 = *(u32 *)(r1 + 4)
		r2 = r8
		r2 += 42
		if r2 > r7 goto pass
		r1 = *(u32 *)(r8 + 26)
		*(u32 *)(r10 - 12) = r1
		r1 = *(u32 *)(r8 + 30)
		*(u32 *)(r10 - 8) = r1
		r1 = *(u32 *)(r8 + 34)
		*(u32 *)(r10 - 4) = r1
		*(u32 *)(r10 - 32) = -1
		*(u32 *)(r10 - 28) = 0
		r1 = *(u8 *)(r8 + 23)
		*(u8 *)(r10 - 24) = r1
		*(u8 *)(r10 - 23) = 0
		*(u16 *)(r10 - 22) = 0
		*(u32 *)(r10 - 20) = 0
		r1 = r6
		r2 = r10
		r2 += -12
		r3 = 12
		r4 = r10
		r4 += -32
		r5 = 16
		call bpf_xdp_ct_lookup
		if r0 == 0 goto new
		r7 = *(u32 *)(r0 + 168)
		r7 += 1
		*(u32 *)(r0 + 168) = r7
		r9 = r0
		r1 = r0
		r2 = 5000
		call bpf_ct_change_timeout
		r1 = r9
		call bpf_ct_release
		r0 = r7
		exit
		new:
		r1 = *(s32 *)(r10 - 28)
		if r1 != -2 goto pass
		r1 = r6
		r2 = r10
		r2 += -12
		r3 = 12
		r4 = r10
		r4 += -32
		r5 = 16
		call bpf_xdp_ct_alloc
		if r0 == 0 goto pass
		r6 = r0
		r1 = r0
		r2 = 60000
		call bpf_ct_set_timeout
		r1 = r6
		call bpf_ct_insert_entry
		if r0 == 0 goto pass
		r1 = r0
		call bpf_ct_release
		r0 = 1000
		exit
		pass:
		r0 = 2
		exit
	END
	echo 'connection tcp 10.0.0.1:1000 10.0.0.2:80 mark 7' >net
	there='pkt:eth/ip(src=10.0.0.1,dst=10.0.0.2)/tcp(sport=1000,dport=80)'
	back='pkt:eth/ip(src=10.0.0.2,dst=10.0.0.1)/tcp(sport=80,dport=1000)'
	new='pkt:eth/ip(src=10.0.0.3,dst=10.0.0.1)/tcp(sport=80,dport=1000)'
	answer='pkt:eth/ip(src=10.0.0.1,dst=10.0.0.3)/tcp(sport=1000,dport=80)'
	expect 0 ebpf run -q --network net --ctx "$there" --ctx "$back" --ctx "$new" --ctx "$answer" \
		--expect '1: retval = 8' --expect '2: retval = 9' --expect '3: retval = 1000' \
		--expect '4: retval = 1' --expect 'count action = 4' ct.s
	[[ $output == *"connection tcp 10.0.0.3:80 10.0.0.1:1000 is inserted, mark 0"* ]]
	[[ $output == *"connection tcp 10.0.0.1:1000 10.0.0.2:80 ends, if nothing comes, in ms 5000"* ]]
	# one whose time is over is not found, nor one of another zone
	echo 'connection tcp 10.0.0.1:1000 10.0.0.2:80 mark 7 timeout 0' >net
	expect 0 ebpf run -q --network net --ctx "$there" --expect 'retval = 1000' ct.s
	echo 'connection tcp 10.0.0.1:1000 10.0.0.2:80 zone 3' >net
	expect 0 ebpf run -q --network net --ctx "$there" --expect 'retval = 1000' ct.s
	echo 'connection tcp 10.0.0.1:1000 10.0.0.2:80 reply 10.0.0.2:80 10.0.0.1:999 status seen' >net
	expect 2 ebpf run --network net --ctx "$there" ct.s
	[[ $output == *"net:1: error: expected a number or seen_reply|assured behind status, got seen"* ]]
}

@test "mappings and registers of the task are what a context describes" {
	cat >vma.s <<-'END'
		.license "GPL"
		.var u64 out[4]
		.var u64 n
		.func static seen(struct task_struct *task, struct vm_area_struct *vma, void *ctx) -> int
		r1 = *(u64 *)(r2 + 0)
		r3 = out ll
		*(u64 *)(r3 + 0) = r1
		r1 = *(u64 *)(r2 + 8)
		*(u64 *)(r3 + 8) = r1
		r0 = 0
		exit
		.kfunc bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, u64 addr) -> int
		.kfunc bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) -> struct vm_area_struct *
		.kfunc bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)
		.prog p, "kprobe/x"
		call bpf_get_current_task_btf
		r6 = r0
		r1 = r0
		r2 = 0x7ffe0010 ll
		r3 = seen ll
		r4 = 0
		r5 = 0
		call bpf_find_vma
		r7 = r0
		r1 = r6
		call bpf_task_pt_regs
		r1 = *(u64 *)(r0 + 112)
		r3 = out ll
		*(u64 *)(r3 + 16) = r1
		r1 = r10
		r1 += -8
		r2 = r6
		r3 = 0
		call bpf_iter_task_vma_new
		more:
		r1 = r10
		r1 += -8
		call bpf_iter_task_vma_next
		if r0 == 0 goto done
		r1 = *(u64 *)(r0 + 0)
		r3 = n ll
		r2 = *(u64 *)(r3 + 0)
		r2 += r1
		*(u64 *)(r3 + 0) = r2
		goto more
		done:
		r1 = r10
		r1 += -8
		call bpf_iter_task_vma_destroy
		r0 = r7
		exit
	END
	cat >vma.ctx <<-'END'
		[pt_regs arch=x86_64]
		di=5 ip=0x400123
		[memory]
		0x400100: "code"
		0x7ffe0000: "hello.txt\0"
		0x7ffe0020: "more"
		[task] pid=42 tgid=42 comm="bash"
	END
	for engine in check interp fast opt; do
		expect 0 ebpf run -q --engine $engine --ctx vma.ctx --expect 'retval = 0' \
			--expect 'variable out = {0x7ffe0000, 0x7ffe1000, 5, 0}' \
			--expect 'variable n = 0x803e0000' vma.s
	done
	sed -i 's/0x7ffe0010 ll/0x7fff0010 ll/' vma.s
	expect 0 ebpf run -q --ctx vma.ctx --expect 'retval = -ENOENT' vma.s
	sed -i 's/ip=0x400123/ip=0xffffffff81000000/' vma.ctx
	expect 3 ebpf run --ctx vma.ctx vma.s
	[[ $output == *"bpf_task_pt_regs: the context does not have"*"--mock can answer"* ]]
}

# `make helpers-list` mends it.
@test "the manual lists what runs, and nothing else" {
	sed -nE 's/^KFUNC_BODY\((\w+)\)$/\1/p; s/^(WORLD_)?BODY\((\w+)(, \w+)?\)$/bpf_\2/p' \
		"$ROOT/core/run/bodies.def" | sort >have
	sed -n '/^.Sh WHAT RUNS/,/^.Sh EXAMPLES/s/^.Fn \([a-z0-9_]*\).*/\1/p' \
		"$ROOT/man/ebpf-helpers.7" | sort >said
	[ "$(wc -l <have)" -gt 200 ]
	diff have said
}
