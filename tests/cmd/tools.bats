load ../lib

# Objects of bcc's libbpf-tools, as its makefile leaves them, in a folder that TRACING_TOOLS names: they
# run as they are, on contexts that fit. There is nothing to do without them.
tool() {
	obj=$TRACING_TOOLS/$1.o
	[ -e "$obj" ] || skip "TRACING_TOOLS names no folder with $1.o"
}

@test "opensnoop: what was opened, and how that went" {
	tool opensnoop
	cat >t <<-'T'
		 bash-1234  [000] ..... 10.000000: sys_enter_openat: dfd: 0xffffff9c, filename: "/etc/passwd", flags: 0x0, mode: 0x0
		 bash-1234  [000] ..... 10.000100: sys_exit_openat: 0x3
		  cat-77    [001] ..... 11.000000: sys_openat(dfd: ffffff9c, filename: "/nope", flags: 8000, mode: 0)
		  cat-77    [001] ..... 11.000100: sys_openat -> 0xfffffffffffffffe
	T
	expect 0 ebpf run -v --ctx t "$obj"
	# pid, then the file's name
	[[ $output == *"run 2: record: events: 0000000000000000d2040000"*"2f6574632f706173737764..."* ]]
	[[ $output == *"run 4: record: events: 00000000000000004d000000"*"2f6e6f7065..."* ]]
	[[ $output == *"total: 4 runs"* ]]
}

@test "execsnoop: a program and its arguments" {
	tool execsnoop
	cat >t <<-'T'
		 bash-1234  [000] ..... 10.000000: sys_enter_execve: filename: "/bin/ls", argv: ["ls", "-l", "/tmp"], envp: 0x0
		   ls-1234  [000] ..... 10.000100: sys_exit_execve: 0x0
	T
	expect 0 ebpf run --ctx t "$obj"
	[[ $output == *".pid = 1234, "*".args_count = 3, .args_size = 16, .comm = \"ls\", .args = {47, 98, 105, 110"* ]]
}

@test "runqlat: a histogram of how long tasks waited" {
	tool runqlat
	cat >c <<-'C'
		[tp_btf sched_wakeup] p={pid=77, tgid=77, comm="worker"}
		[task] ktime=1000000
		---
		[tp_btf sched_switch] preempt=false prev={pid=5, tgid=5} next={pid=77, tgid=77, comm="worker"}
		[task] ktime=1600000
		---
		[tp_btf sched_wakeup] p={pid=78, tgid=78}
		[task] ktime=2000000
		---
		[tp_btf sched_switch] prev={pid=77} next={pid=78, tgid=78}
		[task] ktime=2003000
	C
	expect 0 ebpf run --dump-maps --ctx c "$obj"
	# 3 and 600 microseconds
	[[ $output == *"4294967295: {.slots = {0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0"* ]]
}

@test "biolatency: a histogram of how long requests took" {
	tool biolatency
	cat >c <<-'C'
		[tp_btf block_rq_issue] rq=&rq
		[memory]
		rq: struct request {__data_len=4096}
		[task] ktime=1000000
		---
		[tp_btf block_rq_complete] rq=&rq error=0 nr_bytes=4096
		[memory]
		rq: struct request {__data_len=4096}
		[task] ktime=1800000
	C
	expect 0 ebpf run --dump-maps --ctx c "$obj"
	[[ $output == *"{.slots = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0"* ]]
}

@test "tcpconnect: who connects to whom" {
	tool tcpconnect
	sk='sk: struct sock {__sk_common.skc_daddr=10.0.0.1, __sk_common.skc_rcv_saddr=10.0.0.2, __sk_common.skc_dport=htons(443)}'
	task='[task] pid=42 comm="curl" uid=1000 ktime=6'
	printf '%s\n' '[memory]' "$sk" '[kprobe tcp_v4_connect] di=sk' "$task" --- '[memory]' "$sk" \
		'[kretprobe tcp_v4_connect] ret=0' "$task" >c
	expect 0 ebpf run --ctx c "$obj"
	# addresses, comm, pid, uid, port
	[[ $output == *"record: events: 0a000002"*"0a000001"*"6375726c"*"2a000000e8030000"*"01bb"* ]]
}

@test "tcpstates, sigsnoop, exitsnoop: lines of a trace become events" {
	tool tcpstates
	echo ' curl-77 [001] ..... 11.0: inet_sock_set_state: family=AF_INET protocol=IPPROTO_TCP sport=4242 dport=443 saddr=10.0.0.2 daddr=10.0.0.1 oldstate=TCP_CLOSE newstate=TCP_SYN_SENT' >t
	expect 0 ebpf run --ctx t "$obj"
	[[ $output == *"4d000000070000000200000002009210bb016375726c"* ]]
	tool sigsnoop
	echo ' bash-77 [001] ..... 11.0: signal_generate: sig=9 errno=0 code=0 comm=sleep pid=88 grp=1 res=0' >t
	expect 0 ebpf run --ctx t "$obj"
	[[ $output == *'{.pid = 77, .tpid = 88, .sig = 9, .ret = 0, .comm = "bash"'* ]]
	tool exitsnoop
	echo ' worker-77 [001] ..... 11.0: sched_process_exit: comm=worker pid=77 prio=120 group_dead=true' >t
	expect 0 ebpf run --ctx t "$obj"
	[[ $output == *"4d0000004d000000"*"776f726b6572"* ]]
}

@test "vfsstat: counts of what was called" {
	tool vfsstat
	printf '[kprobe vfs_read]\n---\n[fentry vfs_read]\n---\n[kprobe vfs_open]\n' >c
	expect 0 ebpf run --dump-maps --ctx c "$obj"
	[[ $output == *"{.stats = {2, 0, 0, 1, 0, 0, 0, 0}}"* ]]
}
