# Arithmetic, in both widths, with registers and constants.

-- case add
-- asm
r0 = 1
r1 = -3
r0 += r1
r0 += 10
exit
-- raw
b7 00 00 00 01 00 00 00
b7 01 00 00 fd ff ff ff
0f 10 00 00 00 00 00 00
07 00 00 00 0a 00 00 00
95 00 00 00 00 00 00 00
-- disasm
r0 = 1
r1 = -3
r0 += r1
r0 += 10
exit
-- result 8

-- case 32 bits clear the upper half
-- asm
r0 = -1
w0 += 1
exit
-- raw
b7 00 00 00 ff ff ff ff
04 00 00 00 01 00 00 00
95 00 00 00 00 00 00 00
-- result 0

-- case division by zero is zero, remainder keeps the dividend
-- asm
r0 = 7
r1 = 0
r0 /= r1
r2 = 9
r2 %= r1
r0 += r2
exit
-- result 9

-- case signed division
-- asm
r0 = -7
r0 s/= 2
exit
-- raw
b7 00 00 00 f9 ff ff ff
37 00 01 00 02 00 00 00
95 00 00 00 00 00 00 00
-- result 0xfffffffffffffffd

-- case the smallest number by minus one
-- asm
r0 = 0x8000000000000000 ll
r0 s/= -1
exit
-- result 0x8000000000000000

-- case signed remainder
-- asm
r0 = -7
r0 s%= 3
exit
-- result 0xffffffffffffffff

-- case shifts mask their count
-- asm
r0 = 1
r1 = 65
r0 <<= r1
w2 = 1
w3 = 33
w2 <<= w3
r0 += r2
exit
-- result 4

-- case arithmetic shift
-- asm
r0 = -16
r0 s>>= 2
exit
-- result 0xfffffffffffffffc

-- case sign-extending moves
-- asm
r1 = 0x80
r0 = (s8)r1
w2 = (s8)w1
r2 >>= 31
r0 += r2
exit
-- raw
b7 01 00 00 80 00 00 00
bf 10 08 00 00 00 00 00
bc 12 08 00 00 00 00 00
77 02 00 00 1f 00 00 00
0f 20 00 00 00 00 00 00
95 00 00 00 00 00 00 00
-- result 0xffffffffffffff81

-- case byte orders
-- asm
r0 = 0x1122334455667788 ll
r0 = be64 r0
r1 = 0x1234
r1 = bswap16 r1
r2 = 0xaabbccdd11223344 ll
r2 = le32 r2
r0 ^= r1
r0 ^= r2
exit
-- result 0x8877665555112547

-- case negation
-- asm
r0 = 5
r0 = -r0
w1 = 5
w1 = -w1
r0 += r1
exit
-- raw
b7 00 00 00 05 00 00 00
87 00 00 00 00 00 00 00
b4 01 00 00 05 00 00 00
84 01 00 00 00 00 00 00
0f 10 00 00 00 00 00 00
95 00 00 00 00 00 00 00
-- result 0xfffffff6

-- case mnemonics
-- asm gnu
	mov %r0, 6
	mov %r1, 7
	mul %r0, %r1
	exit
-- raw
b7 00 00 00 06 00 00 00
b7 01 00 00 07 00 00 00
2f 10 00 00 00 00 00 00
95 00 00 00 00 00 00 00
-- result 42

-- case a constant that does not fit
-- asm
r0 = 4294967296
exit
-- error
1:6: error:

-- case widths do not mix
-- asm
r0 += w1
exit
-- error
1:7: error:

# clang writes a zero extension so; its own assembler does not read it.
-- case a move from a half
-- asm
r1 = -1
r0 = w1
exit
-- result 0xffffffff
