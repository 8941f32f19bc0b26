# What programs that somebody compiled came to when a little of them was changed.

-- case a function that is proved by itself may write to what its argument points to
-- load tracing attach=23 err=EINVAL
-- asm
	.prog main, "tp_btf/sched_switch"
	r1 = *(u64 *)(r1 + 8)
	call f
	r0 = 0
	exit
	.func f(u64 *p) -> u64
	r0 = 0
	exit
-- log
...
1: R1=trusted_ptr_task_struct()
...
only read is supported
Caller passes invalid args into func#1 ('f')
...

-- case nothing is exchanged under a lock
-- load sched_cls err=EINVAL
-- asm
	.struct bpf_spin_lock { u32 val; }
	.struct v { struct bpf_spin_lock lock; int a; }
	.map m, array, key=u32, value=struct v, max_entries=1
	.prog main, "tc"
	r1 = 0
	*(u64 *)(r10 - 8) = r1
	r1 = m ll
	r2 = r10
	r2 += -8
	call bpf_map_lookup_elem
	if r0 == 0 goto +7
	r6 = r0
	r1 = r6
	call bpf_spin_lock
	r1 = r6
	r2 = 0
	call bpf_kptr_xchg
	r0 = 0
	exit
-- log
...
13: (85) call bpf_kptr_xchg#194
function calls are not allowed while holding a lock
...

-- case a map that others of other sizes stand for may lack an entry
-- load socket_filter err=EACCES
-- asm
	.map m, array, key_size=4, value_size=8, max_entries=2, flags=0x1000
	.prog main, "socket"
	w1 = 1
	*(u32 *)(r10 - 4) = r1
	r1 = m ll
	r2 = r10
	r2 += -4
	call bpf_map_lookup_elem
	r0 = *(u64 *)(r0 + 0)
	exit
-- log
...
R0 invalid mem access 'map_value_or_null'
...

-- case before an object there is no member
-- load tracing attach=23 err=EACCES
-- asm
	.prog main, "tp_btf/sched_switch"
	r1 = *(u64 *)(r1 + 8)
	r1 += -1
	call bpf_get_task_stack
	r0 = 0
	exit
-- log
...
struct task_struct doesn't have field at offset -1
R1 is of type task_struct but task_struct is expected
...

-- case a function that calls back is one even to those who may not call it
-- load socket_filter err=EACCES
-- asm
	.prog main, "socket"
	.kfunc bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node, bool (*less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, u64 off) -> int
	call bpf_rbtree_add_impl
	exit
-- log
...
calling kernel function bpf_rbtree_add_impl is not allowed
...
processed 1 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0

-- case a function that only begins as iterators do is none
-- load tracing attach=28 err=EINVAL
-- asm
	.prog main, "iter/get_info"
	r0 = 0
	exit
-- log
func#0 @0
...
processed 0 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0

-- case what is known of devices is not for programs to change
-- load socket_filter err=EACCES
-- asm
	.map m, devmap_hash, key_size=4, value_size=4, max_entries=4
	.prog main, "socket"
	r1 = 0
	*(u64 *)(r10 - 8) = r1
	r1 = m ll
	r2 = r10
	r2 += -8
	call bpf_map_lookup_elem
	if r0 == 0 goto +2
	r1 = 0
	*(u32 *)(r0 + 0) = r1
	r0 = 0
	exit
-- log
...
write into map forbidden, value_size=4 off=0 size=4
...

-- case what throws is no end of a function
-- load sched_cls err=EINVAL
-- asm
	.prog main, "tc"
	.kfunc bpf_throw(u64 cookie) -> void
	r1 = 0
	call bpf_throw
-- log
func#0 @0
last insn is not an exit or jmp
...

-- case behind the last function there is none, not even that which takes what is thrown
-- load sched_cls err=EFAULT
-- asm
	.prog main, "tc"
	.kfunc bpf_throw(u64 cookie) -> void
	r2 = never ll
	r0 = *(u32 *)(r1 + 0)
	if r0 == 0 goto +2
	r1 = 0
	call bpf_throw
	r0 = 0
	exit
	.func static never(u64 i, void *ctx) -> u64
	r0 = 0
	exit
-- log
...
verifier bug: No program to jit at insn 10 (subprog < 0)
...

-- case memory and the kernel's objects may meet where they are read
-- load sched_cls err=0
-- asm
	.license "GPL"
	.kfunc bpf_rdonly_cast(const void *obj, u32 btf_id) -> void *
	.kfunc bpf_cast_to_kern_ctx(void *obj) -> void *
	.prog main, "tc"
	r6 = *(u32 *)(r1 + 0)
	call bpf_cast_to_kern_ctx
	r7 = r0
	if r6 == 0 goto 1f
	r1 = 4096
	r2 = 0
	call bpf_rdonly_cast
	r7 = r0
1:	r0 = *(u32 *)(r7 + 112)
	r0 = 0
	exit
-- log
...
