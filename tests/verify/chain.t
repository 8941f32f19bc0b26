# What programs and functions may call, and where they may be left (linkage, sections 1 and 4), as
# Linux 6.18.44 has it.

-- case stacks of a chain add up
-- load xdp err=EACCES
-- asm
	.prog main, "xdp"
	*(u64 *)(r10 - 272) = 1
	call f
	exit
	.func static f() -> int
	*(u64 *)(r10 - 272) = 1
	r0 = 0
	exit
-- log
...
combined stack size of 2 calls is 544. Too large
...

-- case ... to 512 bytes
-- load xdp err=0
-- asm
	.prog main, "xdp"
	*(u64 *)(r10 - 256) = 1
	call f
	exit
	.func static f() -> int
	*(u64 *)(r10 - 256) = 1
	r0 = 0
	exit
-- log
...
stack depth 256+256
...

-- case ... through functions that are proved by themselves, too
-- load xdp err=EACCES
-- asm
	.prog main, "xdp"
	*(u64 *)(r10 - 272) = 1
	call f
	exit
	.func f() -> int
	*(u64 *)(r10 - 272) = 1
	r0 = 0
	exit
-- log
...
combined stack size of 2 calls is 544. Too large
...

-- case eight frames
-- load xdp err=0
-- asm
	.prog main, "xdp"
	call f1
	exit
	.func static f1() -> int
	call f2
	exit
	.func static f2() -> int
	call f3
	exit
	.func static f3() -> int
	call f4
	exit
	.func static f4() -> int
	call f5
	exit
	.func static f5() -> int
	call f6
	exit
	.func static f6() -> int
	call f7
	exit
	.func static f7() -> int
	r0 = 0
	exit
-- log
...
stack depth 0+0+0+0+0+0+0+0
...

-- case nine frames
-- load xdp err=E2BIG
-- asm
	.prog main, "xdp"
	call f1
	exit
	.func static f1() -> int
	call f2
	exit
	.func static f2() -> int
	call f3
	exit
	.func static f3() -> int
	call f4
	exit
	.func static f4() -> int
	call f5
	exit
	.func static f5() -> int
	call f6
	exit
	.func static f6() -> int
	call f7
	exit
	.func static f7() -> int
	call f8
	exit
	.func static f8() -> int
	r0 = 0
	exit
-- log
...
the call stack of 9 frames is too deep
...

-- case nine frames, of functions that are proved by themselves
-- load xdp err=E2BIG
-- asm
	.prog main, "xdp"
	call f1
	exit
	.func f1() -> int
	call f2
	exit
	.func f2() -> int
	call f3
	exit
	.func f3() -> int
	call f4
	exit
	.func f4() -> int
	call f5
	exit
	.func f5() -> int
	call f6
	exit
	.func f6() -> int
	call f7
	exit
	.func f7() -> int
	call f8
	exit
	.func f8() -> int
	r0 = 0
	exit
-- log
...
the call stack of 8 frames is too deep !
...

-- case a tail call with a lock held
-- load sched_cls err=EINVAL
-- asm
	.struct bpf_spin_lock { u32 val; }
	.struct locked { u64 n; struct bpf_spin_lock lock; u32 pad; }
	.map locks, array, key=u32, value=struct locked, max_entries=1
	.map table, prog_array, key=u32, value=u32, max_entries=1
	.prog main, "tc"
	r7 = r1
	*(u32 *)(r10 - 4) = 0
	r1 = locks ll
	r2 = r10
	r2 += -4
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = r0
	r1 += 8
	r6 = r1
	call bpf_spin_lock
	r1 = r7
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r1 = r6
	call bpf_spin_unlock
out:
	r0 = 0
	exit
-- log
...
function calls are not allowed while holding a lock
...

-- case a tail call with a reference
-- load sched_cls err=EINVAL
-- asm
	.map table, prog_array, key=u32, value=u32, max_entries=1
	.map ring, ringbuf, max_entries=4096
	.prog main, "tc"
	r7 = r1
	r1 = ring ll
	r2 = 8
	r3 = 0
	call bpf_ringbuf_reserve
	if r0 == 0 goto out
	r6 = r0
	r1 = r7
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r1 = r6
	r2 = 0
	call bpf_ringbuf_submit
out:
	r0 = 0
	exit
-- log
...
tail_call would lead to reference leak
...

-- case a tail call where objects may not go
-- load sched_cls err=EINVAL
-- asm
	.kfunc bpf_rcu_read_lock() -> void
	.kfunc bpf_rcu_read_unlock() -> void
	.map table, prog_array, key=u32, value=u32, max_entries=1
	.prog main, "tc"
	r6 = r1
	call bpf_rcu_read_lock
	r1 = r6
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	call bpf_rcu_read_unlock
	r0 = 0
	exit
-- log
...
tail_call cannot be used inside bpf_rcu_read_lock-ed region
...

-- case a tail call where nobody may be preempted
-- load sched_cls err=EINVAL
-- asm
	.kfunc bpf_preempt_disable() -> void
	.kfunc bpf_preempt_enable() -> void
	.map table, prog_array, key=u32, value=u32, max_entries=1
	.prog main, "tc"
	r6 = r1
	call bpf_preempt_disable
	r1 = r6
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	call bpf_preempt_enable
	r0 = 0
	exit
-- log
...
tail_call cannot be used inside bpf_preempt_disable-ed region
...

-- case programs do not look into a table of programs
-- load sched_cls err=EINVAL
-- asm
	.map table, prog_array, key=u32, value=u32, max_entries=1
	.prog main, "tc"
	*(u32 *)(r10 - 4) = 0
	r1 = table ll
	r2 = r10
	r2 += -4
	call bpf_map_lookup_elem
	r0 = 0
	exit
-- log
...
cannot pass map_type 3 into func bpf_map_lookup_elem#1
...

-- case a tail call in a program that is proprietary
-- load sched_cls proprietary err=0
-- asm
	.map table, prog_array, key=u32, value=u32, max_entries=1
	.prog main, "tc"
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r0 = 0
	exit
-- log
...
stack depth 0
...

-- case the registers behind a tail call that falls through
-- load sched_cls err=EACCES
-- asm
	.map table, prog_array, key=u32, value=u32, max_entries=1
	.prog main, "tc"
	r6 = 1
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r0 = r6
	r0 = r3
	exit
-- log
...
R3 !read_ok
...
