# Calls, frames, loops, far jumps, and how checked running ends what cannot go on.

-- case a callee keeps r6 to r9 and has a stack of its own
-- asm
r6 = 1
r7 = 2
r8 = 3
r9 = 4
*(u64 *)(r10 - 8) = 5
r1 = 10
r2 = 20
call f
r0 += r6
r0 += r7
r0 += r8
r0 += r9
r1 = *(u64 *)(r10 - 8)
r0 += r1
exit
f:
r6 = 100
r7 = 100
r8 = 100
r9 = 100
*(u64 *)(r10 - 8) = 100
r0 = r1
r0 += r2
exit
-- result 45

-- case a callee reaches its caller's stack by pointer
-- asm
r1 = r10
r1 += -16
call f
r0 = *(u64 *)(r10 - 16)
exit
f:
*(u64 *)(r1 + 0) = 77
r0 = 0
exit
-- result 77

-- case a function pointer
-- asm
ld_pseudo r6, 4, 4
r1 = 20
callx r6
exit
f:
r0 = r1
r0 += 1
exit
-- result 21

-- case seven calls deep
-- asm
r1 = 7
call f
exit
f:
if r1 == 1 goto last
r1 += -1
call f
r0 += 10
exit
last:
r0 = 0
exit
-- result 60

-- case eight calls deep
-- asm
r1 = 8
call f
exit
f:
if r1 == 1 goto last
r1 += -1
call f
r0 += 10
exit
last:
r0 = 0
exit
-- fault
more than 8 frames

-- case gotol over what goto would reach too
-- asm
r0 = 1
gotol +1
r0 = 2
exit
-- result 1

-- case may_goto ends a loop without end
-- asm
r0 = 0
loop:
may_goto out
r0 += 1
goto loop
out:
exit
-- result 0x800000

-- case a loop without end
-- asm
r0 = 0
loop:
goto loop
-- fault
stopped after

-- case bpf_loop adds up what its callback sees
-- asm
*(u64 *)(r10 - 8) = 0
r1 = 10
ld_pseudo r2, 4, 9
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r6 = r0
r0 = *(u64 *)(r10 - 8)
r0 += r6
exit
f:
r0 = *(u64 *)(r2 + 0)
r0 += r1
*(u64 *)(r2 + 0) = r0
r0 = 0
exit
-- result 55

-- case a callback ends bpf_loop early
-- asm
r1 = 10
ld_pseudo r2, 4, 5
r3 = 0
r4 = 0
call bpf_loop
exit
f:
r0 = 0
if r1 < 3 goto +1
r0 = 1
exit
-- result 4

-- case bpf_loop with flags
-- asm
r1 = 10
ld_pseudo r2, 4, 5
r3 = 0
r4 = 1
call bpf_loop
exit
f:
r0 = 0
exit
-- result -22

-- case read past the memory
-- asm
r0 = *(u32 *)(r1 + 2)
exit
-- mem 01 02 03 04
-- fault
read of 4 bytes at the memory given + 2, which has 4 bytes

-- case write before the memory
-- asm
*(u8 *)(r1 - 1) = 1
r0 = 0
exit
-- mem 01 02 03 04
-- fault
write of 1 bytes, 1 before the begin of the memory given

-- case below the stack
-- asm
*(u64 *)(r10 - 520) = 1
r0 = 0
exit
-- fault
before the begin of the stack

-- case over the top of the stack
-- asm
*(u64 *)(r10 - 4) = 1
r0 = 0
exit
-- fault
the stack + 508, which has 512 bytes

-- case a null pointer
-- asm
r3 = 0
r0 = *(u8 *)(r3 + 16)
exit
-- fault
null pointer + 16

-- case a register that was never written
-- asm
r0 = r8
exit
-- fault
r8 is read before it was written

-- case r1 after a call
-- asm
call bpf_ktime_get_ns
r0 = r1
exit
-- fault
r1 is read before it was written

-- case no value to return
-- asm
exit
-- fault
r0 is read before it was written

-- case a callee's registers are not its caller's
-- asm
r6 = 1
call f
r0 = 0
exit
f:
r0 = r6
exit
-- fault
r6 is read before it was written

-- case a call to nothing
-- asm
r1 = 0x1234567 ll
callx r1
exit
-- fault
called through a pointer to no function

-- case a helper that reads more than its prototype has
-- asm
r1 = 0x6425
*(u64 *)(r10 - 8) = r1
r1 = r10
r1 += -8
r2 = 3
r3 = 12345
call bpf_trace_printk
exit
-- result
0x5

-- case a helper without a body
-- asm
call bpf_lwt_seg6_action
exit
-- fault
helper bpf_lwt_seg6_action is not available here

-- case the end is missing
-- asm
r0 = 1
-- fault
the function has no end

-- case packet loads without a packet
-- asm
r6 = r1
r0 = *(u8 *)skb[0]
exit
-- mem 01 02 03 04
-- fault
needs the context of a packet in r6
