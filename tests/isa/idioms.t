# Loops that the optimizing tier makes one operation of: memory filled, numbers added up.
-- case 16 numbers of 2 bytes, until it is there
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u16 *)(r4 + 0) = r2
r2 += 40503
r4 += 2
r3 += 1
if r3 != 16 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u16 *)(r4 + 0)
w0 += w5
r3 += 2
r4 += 2
if r3 != 32 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0x2000072e9d

-- case 17 numbers of 2 bytes, while it is less
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u16 *)(r4 + 0) = r2
r2 += 40503
r4 += 2
r3 += 1
if r3 != 17 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u16 *)(r4 + 0)
w0 += w5
r3 += 2
r4 += 2
if r3 < 33 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0x220008125a

-- case 23 numbers of 2 bytes, until it is there
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u16 *)(r4 + 0) = r2
r2 += 40503
r4 += 2
r3 += 1
if r3 != 23 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u16 *)(r4 + 0)
w0 += w5
r3 += 2
r4 += 2
if r3 != 46 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0x2e000b634b

-- case 47 numbers of 2 bytes, until it is there
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u16 *)(r4 + 0) = r2
r2 += 40503
r4 += 2
r3 += 1
if r3 != 47 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u16 *)(r4 + 0)
w0 += w5
r3 += 2
r4 += 2
if r3 != 94 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0x5e00172467

-- case 100 numbers of 2 bytes, while it is less
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u16 *)(r4 + 0) = r2
r2 += 40503
r4 += 2
r3 += 1
if r3 != 100 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u16 *)(r4 + 0)
w0 += w5
r3 += 2
r4 += 2
if r3 < 199 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0xc800315993

-- case 127 numbers of 2 bytes, until it is there
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u16 *)(r4 + 0) = r2
r2 += 40503
r4 += 2
r3 += 1
if r3 != 127 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u16 *)(r4 + 0)
w0 += w5
r3 += 2
r4 += 2
if r3 != 254 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0xfe003efb2f

-- case 16 numbers of 4 bytes, until it is there
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u32 *)(r4 + 0) = r2
r2 += -1640531535
r4 += 4
r3 += 1
if r3 != 16 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u32 *)(r4 + 0)
w0 += w5
r3 += 4
r4 += 4
if r3 != 64 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0x402a010fcd

-- case 19 numbers of 4 bytes, while it is less
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u32 *)(r4 + 0) = r2
r2 += -1640531535
r4 += 4
r3 += 1
if r3 != 19 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u32 *)(r4 + 0)
w0 += w5
r3 += 4
r4 += 4
if r3 < 73 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0x4caf0e4ef7

-- case 63 numbers of 4 bytes, until it is there
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u32 *)(r4 + 0) = r2
r2 += -1640531535
r4 += 4
r3 += 1
if r3 != 63 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u32 *)(r4 + 0)
w0 += w5
r3 += 4
r4 += 4
if r3 != 252 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0xfc05377249

-- case 15 numbers of 2 bytes, until it is there
-- asm
r1 = r10
r1 += -512
r2 = 77
r3 = 0
r4 = r1
fill:
*(u16 *)(r4 + 0) = r2
r2 += 40503
r4 += 2
r3 += 1
if r3 != 15 goto fill
w0 = 5
r3 = 0
r4 = r1
sum:
r5 = *(u16 *)(r4 + 0)
w0 += w5
r3 += 2
r4 += 2
if r3 != 30 goto sum
r4 -= r1
r4 <<= 32
r0 += r4
exit
-- result 0x1e0006e917

-- case 20 times 1 bytes of 7, until it is there
-- asm
r9 = 20
r9 ^= r10
r9 ^= r10
r3 = 0
r1 = r10
r1 += -400
init:
r4 = r1
r4 += r3
*(u8 *)(r4 + 0) = r3
r3 += 1
if r3 != 400 goto init
r3 = 0
r4 = 7
fill:
r5 = r1
r5 += r3
*(u8 *)(r5 + 3) = 7
r3 += 1
if r3 != 20 goto fill
r7 = r3
r3 = 0
r0 = 0
hash:
r4 = r1
r4 += r3
r5 = *(u8 *)(r4 + 0)
r0 *= 31
r0 += r5
r3 += 1
if r3 != 400 goto hash
r0 += r7
exit
-- result 0x56b677efb2f3e8a6

-- case 33 times 1 bytes of 0, while it is less, known late
-- asm
r9 = 33
r9 ^= r10
r9 ^= r10
r3 = 0
r1 = r10
r1 += -400
init:
r4 = r1
r4 += r3
*(u8 *)(r4 + 0) = r3
r3 += 1
if r3 != 400 goto init
r3 = 0

fill:
r5 = r1
r5 += r3
*(u8 *)(r5 + 3) = 0
r3 += 1
if r3 < r9 goto fill
r7 = r3
r3 = 0
r0 = 0
hash:
r4 = r1
r4 += r3
r5 = *(u8 *)(r4 + 0)
r0 *= 31
r0 += r5
r3 += 1
if r3 != 400 goto hash
r0 += r7
exit
-- result 0x571b94c8f2a5dd56

-- case 1 times 1 bytes of 5, while it is less, known late
-- asm
r9 = 1
r9 ^= r10
r9 ^= r10
r3 = 0
r1 = r10
r1 += -400
init:
r4 = r1
r4 += r3
*(u8 *)(r4 + 0) = r3
r3 += 1
if r3 != 400 goto init
r3 = 0
r4 = 5
fill:
r5 = r1
r5 += r3
*(u8 *)(r5 + 3) = 5
r3 += 1
if r3 < r9 goto fill
r7 = r3
r3 = 0
r0 = 0
hash:
r4 = r1
r4 += r3
r5 = *(u8 *)(r4 + 0)
r0 *= 31
r0 += r5
r3 += 1
if r3 != 400 goto hash
r0 += r7
exit
-- result 0xd99137fd25a59dcb

-- case 50 times 4 bytes of 0, until it is there
-- asm
r9 = 200
r9 ^= r10
r9 ^= r10
r3 = 0
r1 = r10
r1 += -400
init:
r4 = r1
r4 += r3
*(u8 *)(r4 + 0) = r3
r3 += 1
if r3 != 400 goto init
r3 = 0

fill:
r5 = r1
r5 += r3
*(u32 *)(r5 + 3) = 0
r3 += 4
if r3 != 200 goto fill
r7 = r3
r3 = 0
r0 = 0
hash:
r4 = r1
r4 += r3
r5 = *(u8 *)(r4 + 0)
r0 *= 31
r0 += r5
r3 += 1
if r3 != 400 goto hash
r0 += r7
exit
-- result 0xd1ca4a496b3f0f4

-- case 20 times 8 bytes of -1, until it is there
-- asm
r9 = 160
r9 ^= r10
r9 ^= r10
r3 = 0
r1 = r10
r1 += -400
init:
r4 = r1
r4 += r3
*(u8 *)(r4 + 0) = r3
r3 += 1
if r3 != 400 goto init
r3 = 0

fill:
r5 = r1
r5 += r3
*(u64 *)(r5 + 3) = -1
r3 += 8
if r3 != 160 goto fill
r7 = r3
r3 = 0
r0 = 0
hash:
r4 = r1
r4 += r3
r5 = *(u8 *)(r4 + 0)
r0 *= 31
r0 += r5
r3 += 1
if r3 != 400 goto hash
r0 += r7
exit
-- result 0x80240ce07609b7b8

-- case 300 times 1 bytes of 200, until it is there, known late
-- asm
r9 = 300
r9 ^= r10
r9 ^= r10
r3 = 0
r1 = r10
r1 += -400
init:
r4 = r1
r4 += r3
*(u8 *)(r4 + 0) = r3
r3 += 1
if r3 != 400 goto init
r3 = 0
r4 = 200
fill:
r5 = r1
r5 += r3
*(u8 *)(r5 + 3) = 200
r3 += 1
if r3 != r9 goto fill
r7 = r3
r3 = 0
r0 = 0
hash:
r4 = r1
r4 += r3
r5 = *(u8 *)(r4 + 0)
r0 *= 31
r0 += r5
r3 += 1
if r3 != 400 goto hash
r0 += r7
exit
-- result 0x97f2a0071409550a


-- case a few numbers, asked one after the other, many times
-- asm
r6 = 0
r0 = 0
l: r2 = r6
r2 &= 15
if r2 == 10 goto a
if r2 == 3 goto b
if r2 == 7 goto c
if r2 == 12 goto d
if r2 == 5 goto a
if r2 == 4 goto b
if w2 == 1 goto c
r0 *= 3
goto n
a: r0 += 1
goto n
b: r0 ^= r6
goto n
c: r0 -= 7
goto n
d: r0 *= 13
n: r6 += 1
if r6 < 100 goto l
exit
-- result
0xbe37f513908a6d82

-- case many numbers, anywhere
-- asm
r6 = 0
r0 = 1
l: r2 = r6
r2 *= 0x10001
r2 -= 0x50005
if r2 == 0x10001 goto a
if r2 == -0x50005 goto b
if r2 == 0 goto c
if r2 == 0x30003 goto a
if r2 == -0x10001 goto b
if r2 == 0x7fffffff goto c
if r2 == -0x20002 goto c
if r2 == 0x40004 goto b
r0 *= 3
goto n
a: r0 += 1
goto n
b: r0 ^= 0x55
goto n
c: r0 -= 7
n: r6 += 1
if r6 < 20 goto l
exit
-- result
0x770bf92
