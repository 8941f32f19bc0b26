# Algebra, constants, known bits.

-- case constants
-- asm
r0 = 6
r1 = 7
r0 *= r1
r0 -= 2
exit
-- pass dce
-- ir
ret 40

-- case division by 0 leaves 0, and the remainder what was divided
-- asm
r0 = 5
r3 = 0
r0 /= r3
r2 %= r3
r0 += r2
exit
-- pass dce
-- ir
r2 is %
ret %
-- not
div
mod

-- case a rotation
-- asm
r0 = r1
r0 <<= 13
r1 >>= 51
r0 |= r1
exit
-- pass dce
-- ir
% = rol8 %, 13
-- not
shl
shr

-- case halves that are known to be zero are not cleared again
-- asm
w0 = *(u32 *)(r1 + 0)
r0 <<= 32
r0 >>= 32
exit
-- pass dce
-- ir
% = load4 [%]
ret %
-- not
shl
zext

-- case around a loop, too
-- asm
w0 = 1
again:
w0 += 3
w3 = w0
r2 += -1
if r2 != 0 goto again
r0 = r3
exit
-- pass dce
-- ir
% = add4 %, 3
-- not
zext

-- case division by 10 multiplies
-- asm
r0 = r1
w0 /= 10
exit
-- pass dce
-- ir
% = mul8 %, 0xcccccccd
% = shr8 %, 35
-- not
div

-- case of 64 bits, by 7, with the reciprocal of 65
-- asm
r0 = r1
r0 /= 7
exit
-- pass dce
-- ir
% = mulh8 %, 0x2492492492492493
% = sub8
% = shr8 %, 1
% = add8
% = shr8 %, 2
-- not
div

-- case a remainder by a power of two is a mask
-- asm
r0 = r1
r0 %= 64
exit
-- pass dce
-- ir
% = and4 %, 63
-- not
mod

-- case signed division by 8 rounds to 0
-- asm
r0 = r1
w0 s/= 8
exit
-- pass dce
-- ir
% = sar4 %, 31
% = shr4 %, 29
% = add4
% = sar4 %, 3
-- not
div

-- case numbers move into addresses
-- asm
r2 &= 7
r1 += 16
r1 += r2
r0 = *(u8 *)(r1 + 4)
exit
-- pass dce
-- ir
% = load1 [% + 20]

-- case a merge under a mask
-- asm
r3 = r2
r3 ^= -1
r0 = *(u64 *)(r1 + 0)
r4 = *(u64 *)(r1 + 8)
r0 &= r2
r4 &= r3
r0 |= r4
exit
-- pass dce
-- ir
% = xor8
% = and8
% = xor8
-- not
not8
 = or8

-- case a sign that is looked at in half the width
-- asm
r0 = 0
r1 <<= 32
r1 s>>= 32
if r1 s> 5 goto +1
r0 = 1
exit
-- pass fold
-- ir
sgt4 %, 5

-- case a chain of questions for one value is a tree
-- asm
r2 = *(u32 *)(r1 + 0)
r0 = 0
if r2 == 10 goto a
if r2 == 3 goto b
if r2 == 77 goto c
if r2 == 12 goto d
if r2 == 5 goto a
if r2 == 40 goto b
if r2 != 41 goto c
exit
a: r0 = 1
exit
b: r0 = 2
exit
c: r0 = 3
exit
d: r0 = 4
exit
-- pass tree
-- ir
if uge4 %, 12
if uge4 %, 5
if eq4 %, 3
if eq4 %, 5
if eq4 %, 10
if uge4 %, 41
if eq4 %, 12
if eq4 %, 40
if ne4 %, 41
if eq4 %, 77

-- case five of them are none, nor are those that somebody else comes to
-- asm
r2 = *(u32 *)(r1 + 0)
r0 = 0
if r2 == 1 goto a
if r2 == 2 goto a
if r2 == 3 goto a
m: if r2 == 4 goto a
if r2 == 5 goto a
if r2 == 6 goto a
r0 += 1
if r0 == 2 goto a
goto m
a: exit
-- pass tree
-- ir
if eq4 %, 1
if eq4 %, 2
-- not
uge
