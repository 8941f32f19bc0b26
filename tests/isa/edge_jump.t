# Every conditional jump at the edges: both widths, registers and constants. Each comparison shifts one
# bit into r0: 1 when taken.

-- case jeq64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 == r2 goto +1
r0 ^= 1
exit
-- result 0x4203

-- case jeq64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 == 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 == -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 == 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 == -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 == 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 == -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 == 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 == -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 == 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 == -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 == 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 == -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 == 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 == -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 == 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 == -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 == 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 == -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 == 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 == -2147483648 goto +1
r0 ^= 1
exit
-- result 0x84000

-- case jne64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 != r2 goto +1
r0 ^= 1
exit
-- result 0x3dfc

-- case jne64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 != 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 != -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 != 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 != -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 != 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 != -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 != 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 != -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 != 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 != -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 != 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 != -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 != 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 != -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 != 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 != -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 != 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 != -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 != 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 != -2147483648 goto +1
r0 ^= 1
exit
-- result 0x7bfff

-- case jgt64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 > r2 goto +1
r0 ^= 1
exit
-- result 0x1954

-- case jgt64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 > 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 > -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 > 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 > -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 > 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 > -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 > 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 > -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 > 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 > -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 > 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 > -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 > 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 > -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 > 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 > -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 > 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 > -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 > 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 > -2147483648 goto +1
r0 ^= 1
exit
-- result 0xbaaa

-- case jge64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 >= r2 goto +1
r0 ^= 1
exit
-- result 0x5b57

-- case jge64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 >= 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 >= -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 >= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 >= 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 >= -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 >= -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 >= 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 >= -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 >= -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 >= 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 >= -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 >= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 >= 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 >= -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 >= -2147483648 goto +1
r0 ^= 1
exit
-- result 0x8faaa

-- case jlt64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 < r2 goto +1
r0 ^= 1
exit
-- result 0x24a8

-- case jlt64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 < 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 < -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 < 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 < -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 < 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 < -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 < 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 < -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 < 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 < -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 < 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 < -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 < 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 < -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 < 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 < -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 < 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 < -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 < 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 < -2147483648 goto +1
r0 ^= 1
exit
-- result 0x70555

-- case jle64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 <= r2 goto +1
r0 ^= 1
exit
-- result 0x66ab

-- case jle64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 <= 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 <= -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 <= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 <= 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 <= -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 <= -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 <= 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 <= -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 <= -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 <= 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 <= -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 <= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 <= 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 <= -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 <= -2147483648 goto +1
r0 ^= 1
exit
-- result 0xf4555

-- case jset64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 & r2 goto +1
r0 ^= 1
exit
-- result 0x207

-- case jset64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 & 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 & -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 & 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 & -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 & 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 & -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 & 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 & -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 & 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 & -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 & 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 & -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 & 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 & -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 & 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 & -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 & 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 & -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 & 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 & -2147483648 goto +1
r0 ^= 1
exit
-- result 0x7557

-- case jsgt64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 s> r2 goto +1
r0 ^= 1
exit
-- result 0x14d4

-- case jsgt64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s> 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s> -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s> -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s> 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s> -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s> -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s> 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s> -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s> -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s> 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s> -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s> -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s> 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s> -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s> -2147483648 goto +1
r0 ^= 1
exit
-- result 0x51ff0

-- case jsge64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= r2 goto +1
r0 ^= 1
exit
-- result 0x56d7

-- case jsge64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s>= 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s>= -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s>= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s>= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s>= -2147483648 goto +1
r0 ^= 1
exit
-- result 0xd5ff0

-- case jslt64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 s< r2 goto +1
r0 ^= 1
exit
-- result 0x2928

-- case jslt64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s< 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s< -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s< -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s< 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s< -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s< -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s< 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s< -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s< -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s< 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s< -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s< -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s< 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s< -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s< -2147483648 goto +1
r0 ^= 1
exit
-- result 0x2a00f

-- case jsle64 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= r2 goto +1
r0 ^= 1
exit
-- result 0x6b2b

-- case jsle64 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s<= 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s<= -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if r1 s<= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if r1 s<= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if r1 s<= -2147483648 goto +1
r0 ^= 1
exit
-- result 0xae00f

-- case jeq32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 == w2 goto +1
r0 ^= 1
exit
-- result 0x4267

-- case jeq32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 == 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 == -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 == 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 == -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 == 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 == -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 == 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 == -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 == 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 == -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 == 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 == -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 == 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 == -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 == 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 == -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 == 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 == -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 == 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 == -2147483648 goto +1
r0 ^= 1
exit
-- result 0x84182

-- case jne32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 != w2 goto +1
r0 ^= 1
exit
-- result 0x3d98

-- case jne32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 != 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 != -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 != 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 != -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 != 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 != -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 != 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 != -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 != 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 != -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 != 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 != -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 != 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 != -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 != 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 != -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 != 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 != -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 != 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 != -2147483648 goto +1
r0 ^= 1
exit
-- result 0x7be7d

-- case jgt32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 > w2 goto +1
r0 ^= 1
exit
-- result 0x1890

-- case jgt32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 > 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 > -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 > 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 > -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 > 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 > -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 > 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 > -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 > 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 > -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 > 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 > -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 > 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 > -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 > 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 > -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 > 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 > -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 > 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 > -2147483648 goto +1
r0 ^= 1
exit
-- result 0xba08

-- case jge32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 >= w2 goto +1
r0 ^= 1
exit
-- result 0x5af7

-- case jge32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 >= 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 >= -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 >= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 >= 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 >= -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 >= -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 >= 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 >= -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 >= -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 >= 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 >= -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 >= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 >= 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 >= -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 >= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 >= -2147483648 goto +1
r0 ^= 1
exit
-- result 0x8fb8a

-- case jlt32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 < w2 goto +1
r0 ^= 1
exit
-- result 0x2508

-- case jlt32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 < 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 < -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 < 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 < -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 < 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 < -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 < 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 < -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 < 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 < -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 < 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 < -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 < 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 < -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 < 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 < -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 < 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 < -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 < 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 < -2147483648 goto +1
r0 ^= 1
exit
-- result 0x70475

-- case jle32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 <= w2 goto +1
r0 ^= 1
exit
-- result 0x676f

-- case jle32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 <= 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 <= -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 <= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 <= 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 <= -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 <= -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 <= 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 <= -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 <= -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 <= 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 <= -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 <= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 <= 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 <= -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 <= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 <= -2147483648 goto +1
r0 ^= 1
exit
-- result 0xf45f7

-- case jset32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 & w2 goto +1
r0 ^= 1
exit
-- result 0x206

-- case jset32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 & 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 & -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 & 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 & -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 & 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 & -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 & 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 & -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 & 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 & -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 & 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 & -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 & 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 & -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 & 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 & -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 & 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 & -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 & 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 & -2147483648 goto +1
r0 ^= 1
exit
-- result 0x7506

-- case jsgt32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 s> w2 goto +1
r0 ^= 1
exit
-- result 0x1508

-- case jsgt32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s> 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s> -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s> -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s> 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s> -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s> -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s> 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s> -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s> -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s> 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s> -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s> -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s> 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s> -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s> 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s> -2147483648 goto +1
r0 ^= 1
exit
-- result 0x5105d

-- case jsge32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= w2 goto +1
r0 ^= 1
exit
-- result 0x576f

-- case jsge32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s>= 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s>= -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s>= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s>= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s>= -2147483648 goto +1
r0 ^= 1
exit
-- result 0xd51df

-- case jslt32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 s< w2 goto +1
r0 ^= 1
exit
-- result 0x2890

-- case jslt32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s< 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s< -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s< -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s< 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s< -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s< -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s< 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s< -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s< -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s< 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s< -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s< -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s< 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s< -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s< 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s< -2147483648 goto +1
r0 ^= 1
exit
-- result 0x2ae20

-- case jsle32 by register
-- asm
r0 = 0
r1 = 0
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 1
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 1
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r2 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x7fffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0x7fffffffffffffff ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r2 = 0
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0
r2 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r2 = 2147483647
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 2147483647
r2 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0x1ffffffff ll
r2 = 0xffffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 5
r2 = 5
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
r1 = 0x8000000000000000 ll
r2 = 0x8000000000000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= w2 goto +1
r0 ^= 1
exit
-- result 0x6af7

-- case jsle32 by constant
-- asm
r0 = 0
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s<= 0 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s<= -1 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0
r0 <<= 1
r0 |= 1
if w1 s<= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= 0 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= -1 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffffffffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= -2147483648 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= 0 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= -1 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0x80000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= -2147483648 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= 0 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= -1 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0x100000000 ll
r0 <<= 1
r0 |= 1
if w1 s<= -2147483648 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= 0 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= -1 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= 2147483647 goto +1
r0 ^= 1
r1 = 0xffffffff7fffffff ll
r0 <<= 1
r0 |= 1
if w1 s<= -2147483648 goto +1
r0 ^= 1
exit
-- result 0xaefa2
