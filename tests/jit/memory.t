# Loads, stores, calls.

-- case slots of the frame are no memory
-- asm
*(u64 *)(r10 - 8) = r1
r1 = 0
r0 = *(u64 *)(r10 - 8)
exit
-- pass ssa
-- ir
frame 0
ret %

-- case the same is loaded once
-- asm
r0 = *(u32 *)(r1 + 8)
r2 = *(u32 *)(r1 + 8)
r0 += r2
exit
-- pass dce
-- ir
% = load4 [% + 8]
% = add8
ret %

-- case what was stored is known, but for what may be elsewhere
-- asm
*(u32 *)(r1 + 0) = 5
*(u32 *)(r1 + 4) = 6
r0 = *(u32 *)(r1 + 0)
exit
-- pass dce
-- ir
ret 5

-- case bytes put together are one load
-- asm
r0 = *(u8 *)(r1 + 0)
r2 = *(u8 *)(r1 + 1)
r2 <<= 8
r0 |= r2
exit
-- pass dce
-- ir
% = load2 [%]
ret %
-- not
load1

-- case the other way around they are swapped
-- asm
r0 = *(u8 *)(r1 + 1)
r2 = *(u8 *)(r1 + 0)
r2 <<= 8
r0 |= r2
exit
-- pass dce
-- ir
% = load2 [%]
% = bswap2 %

-- case not with a store between them
-- asm
r0 = *(u8 *)(r1 + 0)
*(u8 *)(r2 + 0) = 1
r2 = *(u8 *)(r1 + 1)
r2 <<= 8
r0 |= r2
exit
-- pass dce
-- ir
load1
load1

-- case a small function is part of its caller, and its frame lies below
-- asm
.license "GPL"
.prog p, "xdp"
*(u32 *)(r10 - 4) = 1
r1 = 20
call f
r0 += 1
exit
.func static f(u64 a)
*(u64 *)(r10 - 8) = r1
r0 = *(u64 *)(r10 - 8)
r0 += r0
exit
-- pass dce
-- ir
ret 41
-- not
call

-- case what may be skipped becomes a choice
-- asm
r0 = 1
if r1 == 0 goto +1
r0 = r2
exit
-- pass dce
-- ir
select8 eq8 %, 0 ? 1, %
-- not
goto

-- case a question that was answered
-- asm
r0 = 0
if r1 > 10 goto out
r0 = *(u64 *)(r2 + 0)
if r1 < 20 goto out
r0 = 99
out:
exit
-- pass dce
-- not
99

-- case what stays the same in a loop is computed before it
-- asm
r0 = 0
again:
r3 = r1
r3 *= r2
r0 += r3
r0 ^= r4
r4 += -1
if r4 != 0 goto again
exit
-- pass dce
-- ir
@0
mul8
@1
loop 1

-- case what was stored in parts is loaded as what they are together
-- asm
*(u32 *)(r10 - 8) = r1
*(u16 *)(r10 - 4) = r2
*(u16 *)(r10 - 2) = 443
r0 = *(u64 *)(r10 - 8)
exit
-- pass dce
-- ir
% = zext328 %
% = zext168 %
% = shl8 %, 32
% = or8 %, %
% = or8 %, 0x1bb000000000000
ret %
-- not
load8
store2
