# Programs that hardly anybody writes.

-- case a mov whose reserved field is set leads on like any other
-- load sched_cls flags=2
-- asm
r2 = r10
r2 += -48
r3 = 1
r4 = 0
r5 = 0
call bpf_sk_lookup_tcp
if r0 != 0 goto +1
exit
.quad 0x501bf
if w5 < w9 goto -10
exit
-- log
func#0 @0
Live regs before insn:
  1   0: .1.......9 (bf) r2 = r10
...
(0) frame 0 insn 9 +live -48 
(0) frame 0 insn 8 +live -48 
(0) frame 0 insn 6 +live -48 
(0) live stack update done in 3 iterations
...

-- case a compare-and-exchange of a width that there is not reads r0
-- load socket_filter
-- asm
.quad 0xf1fff05acb
r0 = 0
exit
-- log
func#0 @0
Live regs before insn:
      0: 0....5.... (cb) r0 = atomic_cmpxchg((u16 *)(r10 -16), r0, r5)
...
invalid atomic operand size
...

-- case the address of a last function that is never called leads nowhere
-- load socket_filter
-- asm
	.prog main, "socket"
	r1 = 1
	r2 = walked ll
	r3 = never ll
	r3 = 0
	r4 = 0
	call bpf_loop
	r0 = 0
	exit
	.func static walked(u64 i, void *ctx) -> u64
	r0 = 0
	exit
	.func static never(u64 i, void *ctx) -> u64
	r0 = 0
	exit
-- log
func#0 @0
func#1 @10
func#2 @12
...
verifier bug: No program to jit at insn 30 (subprog < 0)
verification time 101 usec
stack depth 24+0
...

-- case one that another function follows leads to that
-- load socket_filter
-- asm
	.prog main, "socket"
	r1 = 1
	r3 = never ll
	r2 = walked ll
	r3 = 0
	r4 = 0
	call bpf_loop
	r0 = 0
	exit
	.func static walked(u64 i, void *ctx) -> u64
	r0 = 0
	exit
	.func static never(u64 i, void *ctx) -> u64
	r0 = 0
	exit
-- log
func#0 @0
func#1 @10
func#2 @12
...
13: (95) exit
...
stack depth 24+0
processed 11 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0

-- case a released dynptr finds what was a slice of it, in a copy of the stack, too
-- load socket_filter
-- asm
	.map ring, ringbuf, max_entries=4096
	r1 = ring ll
	r2 = 16
	r3 = 0
	r4 = r10
	r4 += -16
	call bpf_ringbuf_reserve_dynptr
	r1 = r10
	r1 += -16
	r2 = 0
	r3 = 8
	call bpf_dynptr_data
	*(u64 *)(r10 - 24) = r0
	if r0 == 0 goto 1f
	*(u8 *)(r10 - 23) = 1
	call bpf_get_prandom_u32
	if r0 == 0 goto 1f
	*(u64 *)(r10 - 24) = 0
1:
	r1 = r10
	r1 += -16
	r2 = 0
	call bpf_ringbuf_submit_dynptr
	r0 = 0
	exit
-- log
...
from 16 to 18: R0=0 R10=fp0 fp-16=dynptr_ringbuf(id=1,ref_id=2,dynptr_id=1) fp-24=mmmmmmmm refs=2
...
verifier bug: misconfigured ref_obj_id
func bpf_ringbuf_submit_dynptr#199 reference has not been acquired before
...

-- case a loop that only speculation comes to takes stack all the same
-- load socket_filter caps=5 flags=8
-- asm
	.prog main, "socket"
	r4 = 0x2100 ll
	if w4 <= w4 goto 1f
	r3 = 0
	r1 = 0
	r4 = 0
	r2 = never ll
	call bpf_loop
	r2 = never ll
1:	r0 = 0
	exit
	.func static never(u64 i, void *ctx) -> u64
	exit
-- log
...
frame0 bpf_loop iteration limit reached
...
stack depth 24
...

-- case the address of a place in an arena, up to its end, is that of the process
-- load syscall flags=16
-- asm
	.map mem, arena, max_entries=1, flags=mmapable, map_extra=0x10000000
	ld_pseudo r1, 6, 0x100000000000
	r0 = 0
	exit
-- log
...
0: (18) r1 = 0x10001000               ; R1=scalar()
...

-- case a slot that a callee's frame never had is wanted where a path meets another
-- load syscall flags=16 level=1 err=EFAULT
-- asm
	.prog main, "syscall"
	r1 = 1
	r3 = 0
	r4 = 0
	r2 = a ll
	call bpf_loop
	exit
	.func static a(u64 i, void *c) -> u64
	r3 = 0
	r4 = 0
	r2 = b ll
	call bpf_loop
	r0 = 0
	exit
	.func static b(u64 i, void *c) -> u64
	r1 = r10
	r1 += -56
	call d
	r9 = 0
	r9 = 0
	r9 = 0
	r1 = r10
	r1 += -48
	call c
	r0 = 0
	exit
	.func static c(u64 a, u64 b) -> u64
	call d
	exit
	.func static d(u64 a, u64 b) -> u64
	r6 = r1
	r2 = r6
	call e
	exit
	.func static e(u64 a, u64 b) -> u64
	r6 = r1
	r7 = r2
	r8 = *(u64 *)(r7 - 16)
	if r8 != r8 goto 1f
	r1 = r6
	r2 = r8
	r2 &= 0
	r2 += 1
	call bpf_get_current_comm
	*(u64 *)(r7 - 8) = r8
1:	exit
-- log
...
21: (07) r1 += -48

verifier bug: stack slot 7, total slots 0 (i >= func->allocated_stack / BPF_REG_SIZE)
...
