load ../lib

# hist [ARG1 ARG2]: what the first argument points to, and what that points to: 100 * 7 + 5, in a
# histogram by size; arguments are where x86-64 has them, or there.
hist() {
	cat >hist.s <<-P
		.license "GPL"
		.map hist, array, key=u32, value=u64, max_entries=16
		.prog sizes, "uprobe"
		r6 = r1
		r3 = *(u64 *)(r6 + ${1:-112})
		r1 = r10
		r1 += -16
		r2 = 16
		call bpf_probe_read_user
		if r0 != 0 goto fail
		r3 = *(u64 *)(r10 - 8)
		r1 = r10
		r1 += -24
		r2 = 8
		call bpf_probe_read_user
		if r0 != 0 goto fail
		r1 = *(u64 *)(r6 + ${2:-104})
		r1 >>= 10
		*(u32 *)(r10 - 28) = r1
		r1 = hist ll
		r2 = r10
		r2 += -28
		call bpf_map_lookup_elem
		if r0 == 0 goto fail
		r1 = 1
		lock *(u64 *)(r0 + 0) += r1
		r0 = *(u64 *)(r10 - 24)
		r0 *= 100
		r1 = *(u64 *)(r10 - 16)
		r0 += r1
		exit
		fail:
		r0 = -14
		exit
	P
}

# saw: the last run gave the answer, and counted it.
saw() {
	[[ $output == "sizes: 705"* ]]
	[[ $output == *$'\n  4: 1\n'* ]]
}

# victim: starts one; $victim is its process, $outer and $path are places in it.
victim() {
	need cc
	! emulated || skip "the emulator lets nobody look into its processes"
	cc -O1 -o victim "$BATS_TEST_DIRNAME/victim.c"
	(ulimit -c unlimited; exec ./victim >victim.out 3>&-) &
	victim=$!
	while ! [ -s victim.out ]; do sleep 0.02; done
	eval "$(<victim.out)"
}

teardown() {
	[ -z "$victim" ] || kill $victim 2>/dev/null || true
}

@test "registers and memory as text, JSON and bytes give the same answer" {
	hist
	cat >ctx.txt <<-'C'
		# two nodes of a list
		[pt_regs arch=x86_64] rdi=0x7f0000 si=4096
		[memory]
		0x7f0000: u64 5 &inner
		inner: u64 7
		[task] pid=42 comm="bash"
	C
	expect 0 ebpf run --dump-maps --ctx ctx.txt hist.s
	saw
	cat >ctx.json <<-'C'
		{"pt_regs": {"arch": "x86_64", "arg1": "0x7f0000", "PARM2": 4096},
		 "memory": {"0x7f0000": {"u64": "5 0x7f8000"}, "0x7f8000": {"hex": "0700 0000 0000 0000"}},
		 "task": {"pid": 42, "comm": "bash"}}
	C
	expect 0 ebpf run --dump-maps --ctx ctx.json hist.s
	saw
	expect 0 ebpf run --dump-maps --ctx - hist.s <ctx.json
	saw
	cat ctx.txt | ebpf run --dump-maps --ctx - hist.s >out
	output=$(<out) saw
}

@test "a live process and its core file give the same answer" {
	hist $ARG1 $ARG2
	victim
	cp /proc/$victim/comm comm
	expect 0 ebpf run --dump-maps --ctx pid:$victim hist.s
	saw
	expect 0 ebpf run --dump-maps --ctx pid:$victim hist.s
	saw
	kill -0 $victim
	kill -SEGV $victim
	wait $victim || true
	core=$(ls core* 2>/dev/null | head -1)
	[ -n "$core" ] || skip "this machine writes no core files here"
	expect 0 ebpf run --dump-maps --ctx "$core" hist.s
	saw
	expect 0 ebpf run --dump-maps --ctx "core:$core:$victim" hist.s
	saw
	expect 2 ebpf run --ctx "core:$core:1" hist.s
	[[ $output == *"none of its 1 threads is 1"* ]]
	head -c 9000 "$core" >cut
	expect 2 ebpf run --ctx cut hist.s
	[[ $output == *"cut: error: segment "*" is cut off by the end of the file"* ]]
}

# filename: the program of a tracepoint, which answers the file's name's first 8 bytes
@test "a tracepoint's record from text, JSON, a trace, and over a process's memory" {
	cat >open.s <<-'P'
		.license "GPL"
		.prog open, "tracepoint/syscalls/sys_enter_openat"
		r3 = *(u64 *)(r1 + 24)
		r1 = r10
		r1 += -16
		r2 = 16
		call bpf_probe_read_user_str
		if r0 != 12 goto fail
		r0 = *(u8 *)(r10 - 11)
		exit
		fail:
		r0 = -14
		exit
	P
	expect 0 ebpf run --ctx - open.s <<<'[tracepoint syscalls/sys_enter_openat] filename="/etc/passwd"'
	says "open: 112"
	expect 0 ebpf run --ctx - open.s <<<'{"args": {"filename": "/etc/passwd", "dfd": -100}}'
	says "open: 112"
	expect 0 ebpf run --arg filename='"/etc/passwd"' open.s
	says "open: 112"
	cat >trace <<-'T'
		# tracer: nop
		            bash-1234    [000] ..... 10.000000: sys_enter_openat: dfd: 0xffffff9c, filename: "/etc/passwd", flags: 0x0, mode: 0x0
		            bash-1234    [000] ..... 10.000000: sys_enter_close: fd: 3
		             cat-77      [001] ..... 11.000000: sys_openat(dfd: ffffff9c, filename: "/nope", flags: 8000, mode: 0)
	T
	expect 0 ebpf run --ctx trace open.s
	says "open: 2 runs
     1  112
     1  -EFAULT"
	printf '   Web (x) y-77  (   70) [001] d..2. 1.5: sys_enter_openat: dfd: 1, filename: "/etc/passwd"\n' >trace
	expect 0 ebpf run --ctx trace --emit-ctx kept open.s
	grep -q 'pid=77 tgid=77.*comm="Web (x) y" cpu=1 ktime=1500000000' kept
	expect 2 ebpf run --ctx - open.s <<<'sys_enter_close: fd: 3'
	[[ $output == *"none of its 1 contexts is for program open" ]]
	expect 2 ebpf run --arg filenam='"x"' open.s
	[[ $output == *"openat has no field 'filenam', but: __syscall_nr, dfd, filename, flags, mode"* ]]
	victim
	expect 0 ebpf run --ctx pid:$victim --arg filename="$path" open.s
	says "open: 112"
	kill $victim
}

@test "LSM: typed arguments, pointers that lead on, errors by name" {
	cat >lsm.s <<-'P'
		.license "GPL"
		.prog check, "lsm/file_open"
		r6 = *(u64 *)(r1 + 0)
		r1 = *(u32 *)(r6 + 4)
		r0 = 0
		if r1 != 3 goto done
		r0 = -1
		done:
		exit
	P
	# f_mode's place is this kernel's; the bundled types say where
	mode=$(ebpf btf dump file "$ROOT/core/btf/bundled/linux-6.18.btf" |
		sed -n "/STRUCT 'file' /,/^\[/s/.*'f_mode' .*bits_offset=\([0-9]*\).*/\1/p")
	sed -i "s/r6 + 4/r6 + $((mode / 8))/" lsm.s
	expect 0 ebpf run lsm.s
	says "check: 0"
	expect 0 ebpf run --arg file='{f_mode=3, f_path.dentry->d_name.name="x"}' lsm.s
	says "check: -EPERM (-1)"
	expect 0 ebpf run --ctx - lsm.s <<<'[lsm file_open] file={.f_mode = 3}'
	says "check: -EPERM (-1)"
	expect 0 ebpf run --format json --ctx - lsm.s <<<'{"target": "lsm/file_open", "args": {"file": {"f_mode": 3}}}'
	[[ $output == *'"retval": -1'*'"verdict": "-EPERM"'* ]]
	printf '[lsm file_open] file=&f\n[memory]\nf: struct file {f_mode=3}\n' >f.txt
	expect 0 ebpf run --ctx f.txt lsm.s
	says "check: -EPERM (-1)"
	expect 0 ebpf run --arg file=NULL lsm.s
	says "ebpf run: note: 1 loads through pointers to no memory gave 0
check: 0"
	expect 2 ebpf run --arg fil=NULL lsm.s
	[[ $output == *"there is no argument 'fil', but: file, ret"* ]]
	expect 2 ebpf run --arg 'file={f_modx=1}' lsm.s
	[[ $output == *"--arg:1:13: error: there is no such member"* ]]
	victim
	expect 0 ebpf run --ctx pid:$victim --arg 'file={f_mode=3}' lsm.s
	says "check: -EPERM (-1)"
	kill $victim
}

@test "gdb's registers and an oops" {
	printf '.license "GPL"\n.prog p, "kprobe"\nr0 = *(u64 *)(r1 + 112)\nexit\n' >p.s
	printf 'rax            0x1                 1\nrdi            0x2a                42\neflags         0x246               [ PF ZF IF ]\nk0             0x0                 0\n' >gdb
	expect 0 ebpf run --ctx gdb p.s
	says "p: 42"
	cat >oops <<-'O'
		[  123.456] BUG: kernel NULL pointer dereference, address: 0000000000000008
		[  123.456] CPU: 1 UID: 0 PID: 1234 Comm: bash Not tainted 6.18
		[  123.456] RIP: 0010:vfs_read+0x12/0x340
		[  123.456] RSP: 0018:ffffc90000123000 EFLAGS: 00010246
		[  123.456] RAX: 0000000000000000 RBX: ffff888100000000 RCX: 0000000000000000
		[  123.456] RDX: 0000000000000003 RSI: 0000000000001000 RDI: 000000000000002b
		[  123.456] RIP: 0033:0x7ffff7d0
		[  123.456] RDI: 00000000000000ff
	O
	expect 0 ebpf run --ctx oops p.s
	says "p: 43"
	printf '.license "GPL"\n.prog p, "kprobe"\ncall bpf_get_current_pid_tgid\nexit\n' >p.s
	expect 0 ebpf run --ctx oops p.s
	says "p: 1234"
}

@test "what is wrong with a context is said with its place" {
	printf '.license "GPL"\n.prog p, "kprobe"\nr0 = 0\nexit\n' >p.s
	bad() { # TEXT MESSAGE
		printf '%b' "$1" >bad.ctx
		expect 2 ebpf run --ctx text:bad.ctx p.s
		[[ $output == *bad.ctx:*"$2"* ]] || { echo "$output"; return 1; }
	}
	bad 'di=1' '1:1: error: expected a section'
	bad '[pt_regs]\ndx' '2:3: error: expected NAME=VALUE'
	bad '[pt_regs]\nxx=1' "2:4: error: ${MACHINE/aarch64/arm64} has no register 'xx'"
	bad '[pt_regs arch=z80] di=1' '1:15: error: the architectures are x86_64 and arm64'
	bad '[pt_regs] arg1=12345678901234567890123' "is no number of 64 bits"
	bad '[pt_regs] arg1=&nothing' "'nothing' is neither a number nor a name of memory"
	bad '[memory]\n0x1000: "ab\n' '2:9: error: a string without its end'
	bad '[memory]\n0x1000: u64 1\n0x1004: u8 1' '3:9: error: 0x1004: something is there already'
	bad '[memory]\n0xffffffffffffffff: u64 1' '0xffffffffffffffff: no memory can be there'
	bad '[memory]\n0x1000: struct nothing {a=1}' "2:9: error: the kernel's types have no such type"
	bad '[memory]\n0x1000: struct file {f_mode=99999999999}' 'the number does not fit'
	bad '[memory]\n0x1000: struct file {f_mode=1' '2:21: error: a bracket without its end'
	bad '[task] pid=x' "is neither a number"
	bad '[task] nothing=1' 'there is no such member'
	printf '{"pt_regs": {"di": 1' >bad.json
	expect 2 ebpf run --ctx bad.json p.s
	[[ $output == *"bad.json:1:21: error: expected , or }"* ]]
	printf '{"regs": {}}' >bad.json
	expect 2 ebpf run --ctx bad.json p.s
	[[ $output == *"the sections are target, pt_regs"* ]]
	expect 2 ebpf run --ctx pid:nobody p.s
	emulated || expect 4 ebpf run --ctx pid:999999999 p.s
}

@test "the contexts of a run make it again" {
	cat >walk.s <<-'P'
		.license "GPL"
		.prog walk, "fentry/vfs_read"
		r1 = *(u64 *)(r1 + 0)
		r3 = r1
		r1 = r10
		r1 += -8
		r2 = 8
		call bpf_probe_read_kernel
		r0 = *(u64 *)(r10 - 8)
		r0 &= 0xffff
		exit
	P
	printf '[fentry vfs_read] file=&f count=3\n[memory]\nf: struct file {f_mode=7, f_inode->i_ino=3}\n---\n[fentry vfs_read] file={f_mode=9}\n' >in
	expect 0 ebpf run --no-verify -v --ctx in --emit-ctx kept walk.s
	first=$output
	grep -q '^\[fentry vfs_read\]$' kept
	expect 0 ebpf run --no-verify -v --ctx kept walk.s
	says "$first"
	expect 0 ebpf run --no-verify -v --ctx kept --emit-ctx again walk.s
	cmp kept again
}

@test "a tracepoint by its format file" {
	cat >format <<-'F'
		name: my_event
		ID: 1
		format:
		 	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
		 	field:__data_loc char[] what;	offset:8;	size:4;	signed:0;
		 	field:int n;	offset:12;	size:4;	signed:1;
		 	field:char comm[16];	offset:16;	size:16;	signed:0;
	F
	cat >tp.s <<-'P'
		.license "GPL"
		.prog tp, "tracepoint/mine/my_event"
		r0 = *(u16 *)(r1 + 8)
		r2 = *(u16 *)(r1 + 10)
		r0 *= 10
		r0 += r2
		r2 = *(u32 *)(r1 + 12)
		r0 += r2
		exit
	P
	expect 2 ebpf run tp.s
	[[ $output == *"the record of its tracepoint is not known (--tp-format FILE"* ]]
	expect 0 ebpf run --tp-format format --arg what=abc --arg n=-1 --arg comm='"x"' tp.s
	says "tp: 323"
	sed -i 's/offset:12/offset:x/' format
	expect 2 ebpf run --tp-format format tp.s
	[[ $output == *"format:6:"*"expected field:TYPE NAME"* || $output == *"format:6: error"* ]]
}

@test "seccomp data" {
	printf 'r0 = *(u32 *)(r1 + 0); r2 = *(u64 *)(r1 + 24); r0 += r2; exit' >s.s
	expect 0 ebpf run --ctx 'seccomp:nr=openat args=1,1000' s.s
	says ".text: 1257"
	expect 0 ebpf run --ctx 'seccomp:arch=arm64 nr=openat' s.s
	says ".text: 56"
	expect 2 ebpf run --ctx 'seccomp:nr=openax' s.s
	[[ $output == *"--ctx seccomp:1:4: error: no system call of the architecture"* ]]
	expect 2 ebpf run --ctx 'seccomp:args=1,2,3,4,5,6,7' s.s
}

@test "registers of arm64, perf events, system calls behind registers" {
	printf '.license "GPL"\n.prog p, "kprobe"\nr0 = *(u64 *)(r1 + 8)\nexit\n' >p.s
	expect 0 ebpf run --ctx - p.s <<<'[pt_regs arch=arm64] x1=7 sp=1'
	says "p: 7"
	expect 0 ebpf run --ctx - p.s <<<'[pt_regs arch=arm64] arg2=8 pc=0xffff800080000000'
	says "p: 8"
	printf '.license "GPL"\n.prog e, "perf_event"\nr0 = *(u64 *)(r1 + %d)\nr2 = *(u64 *)(r1 + %d)\nr0 += r2\nexit\n' \
		$PERF $((PERF + 8)) >e.s
	expect 0 ebpf run --ctx - e.s <<<'[pt_regs] ip=1
[ctx] sample_period=40 addr=2'
	says "e: 42"
	cat >k.s <<-'P'
		.license "GPL"
		.prog k, "ksyscall/openat"
		r3 = *(u64 *)(r1 + 112)
		r3 += 56
		r1 = r10
		r1 += -8
		r2 = 8
		call bpf_probe_read_kernel
		r0 = *(u64 *)(r10 - 8)
		exit
	P
	expect 0 ebpf run --ctx - k.s <<<'[pt_regs arch=x86_64] arg1=-100 arg2="/etc/passwd" arg4=438'
	says "k: 438"
}

@test "arguments of tracepoints without a record, of members of struct_ops, of iterators" {
	cat >t.s <<-'P'
		.license "GPL"
		.prog t, "tp_btf/sched_wakeup"
		r1 = *(u64 *)(r1 + 0)
		r2 = r1
		r0 = 0
		if r2 == 0 goto 1f
		r0 = 1
		1:
		exit
	P
	expect 0 ebpf run --arg p='{pid=7}' t.s
	says "t: 1"
	expect 0 ebpf run --arg p=NULL t.s
	says "t: 0"
	printf '.license "GPL"\n.prog w, "raw_tp/sched_switch"\nr0 = *(u64 *)(r1 + 24)\nexit\n' >w.s
	expect 0 ebpf run --arg prev_state=3 w.s
	says "w: 3"
	expect 0 ebpf run --arg arg3=4 w.s
	says "w: 4"
	printf '.license "GPL"\n.prog n, "fexit/vfs_read"\ncall bpf_get_func_arg_cnt\nexit\n' >n.s
	sed -i 's/^call/r1 = r1\ncall/' n.s
	expect 0 ebpf run --no-verify --arg ret=-ENOENT n.s
	says "n: 4"
	cat >r.s <<-'P'
		.license "GPL"
		.prog r, "fexit/vfs_read"
		r0 = *(u64 *)(r1 + 32)
		exit
	P
	expect 0 ebpf run -q --arg ret=-ENOENT r.s
	says "r: -ENOENT (-2)"
}

@test "several programs run by what was hit, over the same maps" {
	cat >two.s <<-P
		.license "GPL"
		.map seen, array, key=u32, value=u64, max_entries=1
		.prog enter, "kprobe/vfs_read"
		r7 = *(u64 *)(r1 + $ARG2)
		*(u32 *)(r10 - 4) = 0
		r1 = seen ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		if r0 == 0 goto 1f
		*(u64 *)(r0 + 0) = r7
		1:
		r0 = 0
		exit
		.prog leave, "kretprobe/vfs_read"
		*(u32 *)(r10 - 4) = 0
		r1 = seen ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		if r0 == 0 goto 2f
		r0 = *(u64 *)(r0 + 0)
		2:
		exit
	P
	printf '[kprobe vfs_read] arg2=5\n---\n[kretprobe vfs_read] ret=0\n' >both
	expect 0 ebpf run -v --ctx both two.s
	says "     1  enter: 0
     2  leave: 5
total: 2 runs
     1  enter: 0
     1  leave: 5"
	expect 0 ebpf run --prog leave --ctx both two.s
	[[ $output == *"     1  0"* ]]
	expect 2 ebpf run --ctx - two.s <<<'[kprobe vfs_write] arg2=5'
	[[ $output == *"none of its 1 contexts is for a program of two.s"* ]]
	expect 64 ebpf run --ctx - two.s <<<'[pt_regs] arg2=5'
}

@test "iterators write, members of struct_ops answer, programs run by hand change their argument" {
	need clang
	cat >i.c <<-'C'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		#include <bpf/bpf_tracing.h>
		#define KERNEL __attribute__((preserve_access_index))
		struct seq_file;
		struct bpf_iter_meta { struct seq_file *seq; __u64 session_id, seq_num; } KERNEL;
		struct task_struct { int pid; char comm[16]; } KERNEL;
		struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; } KERNEL;
		SEC("iter/task") int dump(struct bpf_iter__task *ctx)
		{
			struct task_struct *t = ctx->task;
			if (t)
				BPF_SEQ_PRINTF(ctx->meta->seq, "pid %d %s\n", t->pid, t->comm);
			return 0;
		}
		struct sock;
		struct tcp_sock { unsigned int snd_cwnd; } KERNEL;
		struct tcp_congestion_ops {
			unsigned int (*ssthresh)(struct sock *sk), (*undo_cwnd)(struct sock *sk);
			char name[16];
		};
		SEC("struct_ops/mine") unsigned int BPF_PROG(mine, struct sock *sk)
		{
			return ((struct tcp_sock *)sk)->snd_cwnd + 1;
		}
		SEC(".struct_ops") struct tcp_congestion_ops ops = { .ssthresh = (void *)mine, .name = "mine" };
		struct args { int a; long b; };
		SEC("syscall") int go(struct args *c) { c->b = c->a * 2; return c->a; }
		char l[] SEC("license") = "GPL";
	C
	clang -O2 -g -target bpf -D__TARGET_ARCH_x86 -I/usr/include/"$(uname -m)"-linux-gnu -c i.c || skip "no headers"
	expect 0 ebpf run --prog dump --arg task='{pid=5, comm="sh"}' i.o
	says "pid 5 sh
dump: 0"
	expect 0 ebpf run --prog dump --arg task=NULL i.o
	says "dump: 0"
	expect 0 ebpf run -q --prog mine --arg arg0='struct tcp_sock {snd_cwnd=41}' i.o
	says "mine: 42"
	expect 0 ebpf run --prog go --ctx - i.o <<<'[ctx] a=21 b=1'
	says "context: {.a = 21, .b = 42}
go: 21"
	expect 2 ebpf run --prog go --ctx - i.o <<<'[ctx] c=21'
	[[ $output == *"there is no such member"* ]]
}

@test "records of a ring have their type" {
	need clang
	cat >r.c <<-'C'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		struct event { int pid; char comm[16]; };
		struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
		struct event *unused __attribute__((unused));
		SEC("tracepoint/sched/sched_process_exit") int r(void *ctx)
		{
			struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
			if (!e)
				return 0;
			e->pid = bpf_get_current_pid_tgid();
			bpf_get_current_comm(e->comm, sizeof(e->comm));
			bpf_ringbuf_submit(e, 0);
			return 0;
		}
		char l[] SEC("license") = "GPL";
	C
	clang -O2 -g -target bpf -I/usr/include/"$(uname -m)"-linux-gnu -c r.c || skip "no headers"
	expect 0 ebpf run --task 'pid=42 comm="worker"' r.o
	says 'record: events: {.pid = 42, .comm = "worker"}
r: 0'
	expect 0 ebpf run --format json --task 'pid=42 comm="worker"' r.o
	[[ $output == *'"type": "event"'*'"comm": "worker"'* ]]
	expect 64 ebpf run --record-type nothing r.o
}

@test "stacks by frame pointers" {
	cat >p.s <<-'P'
		.license "GPL"
		.prog p, "perf_event"
		r2 = r10
		r2 += -64
		r3 = 64
		r4 = 256
		call bpf_get_stack
		if r0 s< 0 goto 1f
		r1 = *(u64 *)(r10 - 48)
		r0 += r1
		1:
		exit
	P
	printf '[pt_regs arch=x86_64] ip=0x401000 bp=0x7000\n[memory]\n0x7000: u64 0x7010 0x402000 0 0x403000\n' >s
	expect 0 ebpf run --no-verify --ctx s p.s
	says "p: $((24 + 0x403000))"
	expect 0 ebpf run --no-verify --ctx - p.s <<<'[pt_regs] ip=0xffffffff81000000'
	says "p: -EFAULT (-14)"
}

@test "a filter of system calls: verdicts by their names" {
	printf '%s\n' 'ld [4]' 'jne #0xc000003e, bad' 'ld [0]' 'jeq #2, errno' 'ld [16]' 'jeq #5, trace' \
		'ret #0x7fff0000' 'bad: ret #0x80000000' 'errno: ret #0x5000d' 'trace: ret #0x7ff00007' >f.asm
	expect 0 ebpf cbpf --type seccomp -o s.o f.asm
	expect 0 ebpf run --ctx 'seccomp:nr=open' s.o
	says ".text: SECCOMP_RET_ERRNO EACCES (327693)"
	expect 0 ebpf run --ctx 'seccomp:nr=read args[0]=5 instruction_pointer=0x400000' s.o
	says ".text: SECCOMP_RET_TRACE 7 (2146435079)"
	expect 0 ebpf run --ctx seccomp:nr=open --ctx seccomp:nr=read --ctx 'seccomp:arch=arm64 nr=read' \
		--expect '1: retval = SECCOMP_RET_ERRNO' --expect '1: retval = errno EACCES' \
		--expect '1: retval != errno EPERM' --expect '2: retval = allow' \
		--expect '3: retval = SECCOMP_RET_KILL_PROCESS' --expect 'count retval allow = 1' s.o
	says ".text: 3 runs
     1  SECCOMP_RET_ERRNO EACCES
     1  SECCOMP_RET_ALLOW
     1  SECCOMP_RET_KILL_PROCESS"
	expect 1 ebpf run --ctx seccomp:nr=open --expect 'retval = nothing' s.o
	expect 2 ebpf run --ctx 'seccomp:args[6]=1' s.o
	[[ $output == *"expected a number from 0 to 5, and a value, as args[1]=2"* ]]
}

@test "packets, memory and system calls are written so that they run again" {
	cat >f.s <<-'END'
		.prog f, "tc"
		r6 = *(u32 *)(r1 + 8)
		r2 = *(u32 *)(r1 + 0)
		r6 += r2
		r2 = *(u32 *)(r1 + 48)
		r6 += r2
		r3 = *(u32 *)(r1 + 76)
		r4 = *(u32 *)(r1 + 80)
		r4 -= r3
		r6 += r4
		r0 = r6
		exit
	END
	echo 'device 3 mtu 1400' >net
	local options=(-q --per-packet --set mark=7 --set 'cb[0]=htons(1)' --linear 20 --seed 4 --clock 9
		--network net)
	expect 0 ebpf run "${options[@]}" --ctx pkt:eth/ip/tcp --ctx hex:00112233445566778899aabbccddeeff \
		--emit-ctx kept f.s
	local first=$output
	expect 0 ebpf run -q --per-packet --ctx kept --emit-ctx again f.s
	says "$first"
	cmp kept again
	expect 0 sh -c 'ebpf run -q --per-packet --ctx - f.s <kept'
	says "$first"
	# what the command line says wins
	expect 0 ebpf run -q --ctx kept --packets 2 --set mark=8 --expect '2: retval = 296' f.s
	echo 'r0 = *(u8 *)(r1 + 1); exit' >m.s
	expect 0 ebpf run --ctx hex:0105 --emit-ctx kept m.s
	expect 0 ebpf run --ctx kept m.s
	says ".text: 5"
	expect 0 ebpf run --ctx 'seccomp:nr=openat args=1,5' --emit-ctx kept m.s
	expect 0 ebpf run --ctx kept --expect 'retval = 1' m.s
	printf '%s\n' '[inputs]' 'headroom 9999' >bad
	expect 2 ebpf run --ctx bad f.s
	[[ $output == *"bad:2: error: headroom: expected a number up to 256, got '9999'"* ]]
	printf '%s\n' '[inputs]' 'packet 00 tme=5' >bad
	expect 2 ebpf run --ctx bad f.s
	[[ $output == *"bad:2: error: expected time=NS or length=N, got 'tme=5'"* ]]
	printf '%s\n' '[inputs]' 'output /etc/passwd' >bad
	expect 2 ebpf run --ctx bad f.s
	[[ $output == *"bad:2: error: 'output' is neither an option of packets nor"* ]]
}

@test "files of hex digits are a packet: xxd -p and -i, copies of Wireshark's" {
	printf '.prog x, "xdp"\nr2 = *(u32 *)(r1 + 0)\nr0 = *(u32 *)(r1 + 4)\nr0 -= r2\nexit\n' >len.s
	local hex=0200000000020200000000010800450000280000000040066cce0a0000010a000002
	echo $hex | fold -w 20 >plain
	sed 's/../& /g' <<<$hex >spaced
	{ echo 'static const unsigned char pkt[34] = {'; sed 's/../0x&, /g' <<<$hex; echo '};'; } >array
	{ printf '"'; sed 's/../\\x&/g' <<<$hex | tr -d '\n'; echo '"'; } >escaped
	for f in plain spaced array escaped; do
		expect 0 ebpf run -q --ctx $f --expect 'retval = 34' --expect 'packet ip.dst = 10.0.0.2' len.s
	done
	expect 0 sh -c 'ebpf run -q --ctx - len.s <plain'
	says "x: 34"
	echo 020 >odd
	expect 2 ebpf run --ctx odd len.s
	[[ $output == *"odd:1:1: error: an odd number of hex digits"* ]]
}

@test "pasted with what stands in front: gdb's prompt, a report of trace-cmd" {
	printf '.license "GPL"\n.prog k, "kprobe/x"\nr0 = *(u64 *)(r1 + 112)\nexit\n' >k.s
	printf '%s\n' '[New LWP 12303]' '(gdb) info registers' 'rax            0x0                 0' \
		'rdi            0x2a                42' >gdb
	expect 0 ebpf run -q --ctx gdb --expect 'retval = 42' k.s
	printf '.license "GPL"\n.prog o, "tracepoint/syscalls/sys_enter_openat"\nr0 = *(u64 *)(r1 + 32)\nexit\n' >o.s
	printf '%s\n' 'cpus=8' 'CPU 0 is empty' \
		'  bash-4242  [002]  5000.000001: sys_enter_openat: dfd: 0xffffff9c, filename: 0x7f00, flags: 0x241, mode: 0x1b6' \
		'CPU:2 [LOST 3 EVENTS]' >report
	expect 0 ebpf run -q --ctx report --expect 'retval = 0x241' o.s
	says "o: 1 run
     1  577"
}

@test "text that a core file leaves out is read of the files that were mapped, if they are the same" {
	cat >crash.c <<-'END'
		struct request { long id; const char *name; };
		__attribute__((noinline)) int handle(volatile struct request *r, char *at)
		{
			*(volatile char *)at = 1;
			return r->id;
		}
		int main(int argc, char **argv)
		{
			volatile struct request r = {42, "hello"};
			return handle(&r, argv[argc]);
		}
	END
	! emulated || skip "the emulator's core files are its own"
	${CC:-cc} -O1 -o crash crash.c || skip "no compiler"
	(ulimit -c unlimited && ./crash) 2>/dev/null || true
	core=$(ls core* 2>/dev/null | head -1)
	[ -n "$core" ] || skip "this machine writes no core files here"
	cat >name.s <<-END
		.license "GPL"
		.prog k, "uprobe/handle"
		r6 = *(u64 *)(r1 + $ARG1)
		r1 = r10
		r1 += -16
		r2 = 8
		r3 = r6
		r3 += 8
		call bpf_probe_read_user
		r1 = r10
		r1 += -8
		r2 = 8
		r3 = *(u64 *)(r10 - 16)
		call bpf_probe_read_user_str
		exit
	END
	expect 0 ebpf run --ctx "$core" --emit-ctx kept --expect 'retval = 6' name.s
	printf x >>crash
	expect 0 ebpf run --ctx "$core" --expect 'retval = 6' name.s
	printf x | dd of=crash bs=1 seek=700 conv=notrunc status=none
	expect 0 ebpf run --ctx "$core" --expect 'retval = -EFAULT' name.s
	rm crash
	expect 0 ebpf run --ctx "$core" --expect 'retval = -EFAULT' name.s
	expect 0 ebpf run --ctx kept --expect 'retval = 6' name.s
}

@test "perf events and registers of arm64, as far as they go, are written so that they run again" {
	printf '.license "GPL"\n.prog pe, "perf_event"\nr0 = *(u64 *)(r1 + 168)\nr2 = *(u64 *)(r1 + 112)\nr0 += r2\nexit\n' >p.s
	printf '[pt_regs arch=x86_64]\ndi=3 ip=0x400000\n[ctx]\nsample_period=5 addr=7\n' >p.ctx
	expect 0 ebpf run -q --ctx p.ctx --emit-ctx kept --expect 'retval = 8' p.s
	grep -q '^di=0x3 ip=0x400000$' kept
	expect 0 ebpf run -q --ctx kept --emit-ctx again --expect 'retval = 8' p.s
	cmp kept again
	# pc, which is behind all that x86-64 has
	printf '.license "GPL"\n.prog k, "kprobe/x"\nr0 = *(u64 *)(r1 + 256)\nexit\n' >k.s
	printf '[pt_regs arch=arm64]\nx0=3 pc=0x400000\n' >k.ctx
	expect 0 ebpf run -q --no-verify --ctx k.ctx --emit-ctx kept --expect 'retval = 0x400000' k.s
	expect 0 ebpf run -q --no-verify --ctx kept --expect 'retval = 0x400000' k.s
}

@test "pipes with a name and without are all that files are" {
	printf '.license "GPL"\n.prog k, "kprobe/f"\nr0 = *(u64 *)(r1 + %d)\nexit\n' $ARG1 >k.s
	printf '.prog p, "xdp"\nr0 = *(u32 *)(r1 + 12)\nexit\n' >p.s
	through() { # TEXT COMMAND...: through a FIFO, and through a pipe
		local text=$1
		shift
		rm -f fifo
		mkfifo fifo
		printf "$text" >fifo &
		expect 0 timeout 20 "$@" fifo
		expect 0 timeout 20 "$@" <(printf "$text")
	}
	with_ctx() { ebpf run "$1" --ctx "$2"; }
	export -f with_ctx
	through '[pt_regs] arg1=9\n' bash -c 'with_ctx k.s "$0"'
	says "k: 9"
	through '[inputs]\nset ingress_ifindex=2\npacket 00112233445566778899aabb0800\n' bash -c 'with_ctx p.s "$0"'
	says "p: XDP_PASS (2)"
	through '0000 00 11 22 33 44 55 66 77 88 99 aa bb 08 00\n' bash -c 'ebpf run --set ingress_ifindex=1 --ctx "$0" p.s'
	[[ $output == *XDP_DROP ]]
	through 'tcp x\nduration 1s\nlink rate 10mbit rtt 20ms queue 30\nflow reno\n' ebpf run --ctx
	[[ $output == *"link: "* ]]
	through 'r0 = 7\nexit\n' ebpf run
	says ".text: 7"
	through 'r0 = 2\nexit\n' ebpf verify --type xdp
	[[ $output == ".text: accepted"* ]]
}

@test "what has no fields is told how arguments are said" {
	printf '.license "GPL"\n.prog k, "kprobe/f"\nr0 = 0\nexit\n' >k.s
	expect 64 ebpf run --set pid=7 k.s
	[[ $output == *"program k has no context with fields"*"--arg NAME=VALUE" ]]
}

@test "iterators go over the elements of a map, over maps, and see the task" {
	cat >iter.s <<-'END'
		.license "GPL"
		.map m, hash, key=u32, value=u64, max_entries=4
		.map cpus, percpu_array, key=u32, value=u64, max_entries=2
		.map small, array, key=u32, value=u32, max_entries=2
		.prog elements, "iter/bpf_map_elem"
		r2 = *(u64 *)(r1 + 16)
		r3 = *(u64 *)(r1 + 24)
		r0 = 0
		if r2 == 0 goto 1f
		if r3 == 0 goto 1f
		r4 = *(u32 *)(r2 + 0)
		r5 = *(u64 *)(r3 + 0)
		r5 += r4
		*(u64 *)(r3 + 0) = r5
		1: exit
		.prog maps, "iter/bpf_map"
		r0 = 0
		r2 = *(u64 *)(r1 + 8)
		if r2 == 0 goto 1f
		r0 = *(u32 *)(r2 + 0)
		r0 &= 0
		1: exit
		.prog tasks, "iter/task"
		r0 = 0
		r1 = *(u64 *)(r1 + 8)
		if r1 == 0 goto 1f
		r0 = *(u32 *)(r1 + PID)
		r0 ^= 42
		if r0 == 0 goto 1f
		r0 = 1
		1: exit
	END
	bits=$(ebpf btf dump kernel |
		awk "/STRUCT 'task_struct'/ { on = 1 } on && \$1 == \"'pid'\" { sub(/.*=/, \"\"); print; exit }")
	sed -i "s/PID/$((bits / 8))/" iter.s
	expect 0 ebpf run --prog tasks --task pid=42 iter.s
	says "tasks: 0"
	expect 0 ebpf run --prog tasks --task pid=43 iter.s
	says "tasks: 1"
	expect 0 ebpf run --prog tasks --arg 'task={pid=42}' iter.s
	says "tasks: 0"
	for engine in check interp fast opt; do
		expect 0 ebpf run --engine $engine --prog elements --ctx map:m --put 'm 1=10' --put 'm 2=20' --dump-maps iter.s
		[[ $output == "elements: 3 runs"*"  1: 11"*"  2: 22"* ]]
	done
	expect 0 ebpf run --prog elements --ctx map:cpus iter.s
	[[ $output == "elements: 3 runs"* ]]
	expect 64 ebpf run --prog elements iter.s
	[[ $output == *"which? say --ctx map:NAME with one of: m, cpus" ]]
	expect 2 ebpf run --prog elements --ctx map:small iter.s
	[[ $output == *"program elements reaches behind its keys or values" ]]
	expect 64 ebpf run --prog elements --ctx map:none iter.s
	expect 2 ebpf run --prog maps --ctx map:m iter.s
	[[ $output == *"program maps goes over no elements of maps (iter/bpf_map_elem)" ]]
	expect 0 ebpf run --prog maps iter.s
	[[ $output == "maps: 4 runs"* ]]
	expect 0 ebpf run --prog maps --arg map=NULL iter.s
	says "maps: 0"
	expect 3 ebpf run --no-verify --prog elements --ctx map:small iter.s
	printf '%s\n' '-- object iter.s' '-- run --prog elements' '-- ctx map:m' '-- put' 'm 3=4' \
		'-- expect' 'map m 3 = 7' 'count retval 0 = 2' >iter.t
	expect 0 ebpf test --engine all iter.t
}
