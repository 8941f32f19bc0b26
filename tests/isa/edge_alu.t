# Every arithmetic operation at the edges: both widths, registers and constants. Each result goes into
# r0 by r0 = r0 * 31 + result.

-- case add64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 += r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 += r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 += r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 += r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 += r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 += r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 += r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 += r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 += r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 += r2
r0 *= 31
r0 += r1
exit
-- result 0x3676adbfb48eb6f

-- case add64 by constant
-- asm
r0 = 0
r1 = 1
r1 += 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 += 1
r0 *= 31
r0 += r1
r1 = 1
r1 += -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 += 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 += -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 += 31
r0 *= 31
r0 += r1
r1 = 5
r1 += 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 += 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 += 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 += -2147483648
r0 *= 31
r0 += r1
exit
-- result 0xcda66648e6b1b68e

-- case sub64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 -= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 -= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 -= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 -= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 -= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 -= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 -= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 -= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 -= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 -= r2
r0 *= 31
r0 += r1
exit
-- result 0x97e56194f0b0e5d9

-- case sub64 by constant
-- asm
r0 = 0
r1 = 1
r1 -= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 -= 1
r0 *= 31
r0 += r1
r1 = 1
r1 -= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 -= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 -= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 -= 31
r0 *= 31
r0 += r1
r1 = 5
r1 -= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 -= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 -= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 -= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0xcda664a7b0077dfa

-- case mul64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 *= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 *= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 *= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 *= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 *= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 *= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 *= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 *= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 *= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 *= r2
r0 *= 31
r0 += r1
exit
-- result 0x72cf7262a033bfeb

-- case mul64 by constant
-- asm
r0 = 0
r1 = 1
r1 *= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 *= 1
r0 *= 31
r0 += r1
r1 = 1
r1 *= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 *= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 *= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 *= 31
r0 *= 31
r0 += r1
r1 = 5
r1 *= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 *= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 *= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 *= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x56ba6366bfc5e553

-- case div64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 /= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 /= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 /= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 /= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 /= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 /= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 /= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 /= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 /= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 /= r2
r0 *= 31
r0 += r1
exit
-- result 0x39b7de49a7f06711

-- case div64 by constant
-- asm
r0 = 0
r1 = 1
r1 /= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 /= 1
r0 *= 31
r0 += r1
r1 = 1
r1 /= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 /= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 /= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 /= 31
r0 *= 31
r0 += r1
r1 = 5
r1 /= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 /= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 /= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 /= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x3cbfa83ccc135a2d

-- case mod64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 %= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 %= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 %= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 %= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 %= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 %= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 %= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 %= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 %= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 %= r2
r0 *= 31
r0 += r1
exit
-- result 0x9b3d213224e2f387

-- case mod64 by constant
-- asm
r0 = 0
r1 = 1
r1 %= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 %= 1
r0 *= 31
r0 += r1
r1 = 1
r1 %= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 %= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 %= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 %= 31
r0 *= 31
r0 += r1
r1 = 5
r1 %= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 %= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 %= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 %= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x3cdf194570561765

-- case sdiv64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 s/= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 s/= r2
r0 *= 31
r0 += r1
exit
-- result 0x236ea1ab6a866a9e

-- case sdiv64 by constant
-- asm
r0 = 0
r1 = 1
r1 s/= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 s/= 1
r0 *= 31
r0 += r1
r1 = 1
r1 s/= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 s/= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 s/= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 s/= 31
r0 *= 31
r0 += r1
r1 = 5
r1 s/= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 s/= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 s/= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 s/= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x7dcaa7d555abf534

-- case smod64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 s%= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 s%= r2
r0 *= 31
r0 += r1
exit
-- result 0x1b3d0926307d5420

-- case smod64 by constant
-- asm
r0 = 0
r1 = 1
r1 s%= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 s%= 1
r0 *= 31
r0 += r1
r1 = 1
r1 s%= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 s%= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 s%= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 s%= 31
r0 *= 31
r0 += r1
r1 = 5
r1 s%= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 s%= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 s%= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 s%= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x181bdce24238

-- case or64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 |= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 |= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 |= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 |= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 |= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 |= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 |= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 |= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 |= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 |= r2
r0 *= 31
r0 += r1
exit
-- result 0x6819c81972bb0c28

-- case or64 by constant
-- asm
r0 = 0
r1 = 1
r1 |= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 |= 1
r0 *= 31
r0 += r1
r1 = 1
r1 |= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 |= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 |= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 |= 31
r0 *= 31
r0 += r1
r1 = 5
r1 |= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 |= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 |= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 |= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x90c7650fd402b347

-- case and64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 &= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 &= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 &= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 &= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 &= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 &= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 &= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 &= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 &= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 &= r2
r0 *= 31
r0 += r1
exit
-- result 0x9b4da2c2888ddf47

-- case and64 by constant
-- asm
r0 = 0
r1 = 1
r1 &= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 &= 1
r0 *= 31
r0 += r1
r1 = 1
r1 &= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 &= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 &= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 &= 31
r0 *= 31
r0 += r1
r1 = 5
r1 &= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 &= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 &= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 &= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x3cdf013912af0347

-- case xor64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 ^= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 ^= r2
r0 *= 31
r0 += r1
exit
-- result 0xcccc2556ea2d2ce1

-- case xor64 by constant
-- asm
r0 = 0
r1 = 1
r1 ^= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 ^= 1
r0 *= 31
r0 += r1
r1 = 1
r1 ^= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 ^= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 ^= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 ^= 31
r0 *= 31
r0 += r1
r1 = 5
r1 ^= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 ^= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 ^= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 ^= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x53e863d6c153b000

-- case lsh64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 <<= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 <<= r2
r0 *= 31
r0 += r1
exit
-- result 0x3d706cf8e205e5d

-- case lsh64 by constant
-- asm
r0 = 0
r1 = 1
r1 <<= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 <<= 1
r0 *= 31
r0 += r1
r1 = 1
r1 <<= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 <<= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 <<= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 <<= 31
r0 *= 31
r0 += r1
r1 = 5
r1 <<= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 <<= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 <<= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 <<= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x1080d1b02337b57f

-- case rsh64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 >>= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 >>= r2
r0 *= 31
r0 += r1
exit
-- result 0xcf5c2655078d56e2

-- case rsh64 by constant
-- asm
r0 = 0
r1 = 1
r1 >>= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 >>= 1
r0 *= 31
r0 += r1
r1 = 1
r1 >>= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 >>= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 >>= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 >>= 31
r0 *= 31
r0 += r1
r1 = 5
r1 >>= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 >>= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 >>= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 >>= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x4042f4f09473c22e

-- case arsh64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 s>>= r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 s>>= r2
r0 *= 31
r0 += r1
exit
-- result 0x4d5c264837cafc2c

-- case arsh64 by constant
-- asm
r0 = 0
r1 = 1
r1 s>>= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 s>>= 1
r0 *= 31
r0 += r1
r1 = 1
r1 s>>= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 s>>= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 s>>= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 s>>= 31
r0 *= 31
r0 += r1
r1 = 5
r1 s>>= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 s>>= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 s>>= 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 s>>= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x4042f4f086ccfd36

-- case mov64 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
r1 = r2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
r1 = r2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
r1 = r2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
r1 = r2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
r1 = r2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
r1 = r2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
r1 = r2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
r1 = r2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
r1 = r2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
r1 = r2
r0 *= 31
r0 += r1
exit
-- result 0x35c104a3854c02cb

-- case mov64 by constant
-- asm
r0 = 0
r1 = 1
r1 = 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
r1 = 1
r0 *= 31
r0 += r1
r1 = 1
r1 = -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 = 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
r1 = -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
r1 = 31
r0 *= 31
r0 += r1
r1 = 5
r1 = 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
r1 = 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
r1 = 2147483647
r0 *= 31
r0 += r1
r1 = 100
r1 = -2147483648
r0 *= 31
r0 += r1
exit
-- result 0xd09b551c4a

-- case neg64
-- asm
r0 = 0
r1 = 0
r1 = -r1
r0 *= 31
r0 += r1
r1 = 1
r1 = -r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = -r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = -r1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r1 = -r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = -r1
r0 *= 31
r0 += r1
exit
-- result 0x6dcba977e5357dee

-- case movsx of 8 bits to 64
-- asm
r0 = 0
r2 = 0
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 127
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 128
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 255
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 32767
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 32768
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 2147483647
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 0x80000000 ll
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 0x123456789abcdef0 ll
r1 = (s8)r2
r0 *= 31
r0 += r1
r2 = 0xffffffffffffffff ll
r1 = (s8)r2
r0 *= 31
r0 += r1
exit
-- result 0x5f4f66c117cf

-- case movsx of 16 bits to 64
-- asm
r0 = 0
r2 = 0
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 127
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 128
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 255
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 32767
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 32768
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 2147483647
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 0x80000000 ll
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 0x123456789abcdef0 ll
r1 = (s16)r2
r0 *= 31
r0 += r1
r2 = 0xffffffffffffffff ll
r1 = (s16)r2
r0 *= 31
r0 += r1
exit
-- result 0x66bf8eb438cf

-- case movsx of 32 bits to 64
-- asm
r0 = 0
r2 = 0
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 127
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 128
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 255
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 32767
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 32768
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 2147483647
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 0x80000000 ll
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 0x123456789abcdef0 ll
r1 = (s32)r2
r0 *= 31
r0 += r1
r2 = 0xffffffffffffffff ll
r1 = (s32)r2
r0 *= 31
r0 += r1
exit
-- result 0x9f10631838cf

-- case add32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 += w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 += w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 += w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 += w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 += w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 += w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 += w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 += w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 += w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 += w2
r0 *= 31
r0 += r1
exit
-- result 0x8288703bfb48eb6f

-- case add32 by constant
-- asm
r0 = 0
r1 = 1
w1 += 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 += 1
r0 *= 31
r0 += r1
r1 = 1
w1 += -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 += 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 += -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 += 31
r0 *= 31
r0 += r1
r1 = 5
w1 += 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 += 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 += 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 += -2147483648
r0 *= 31
r0 += r1
exit
-- result 0xafc635ebe6b1b68e

-- case sub32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 -= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 -= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 -= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 -= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 -= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 -= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 -= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 -= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 -= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 -= w2
r0 *= 31
r0 += r1
exit
-- result 0xaeebe0f5f0b0e5d9

-- case sub32 by constant
-- asm
r0 = 0
r1 = 1
w1 -= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 -= 1
r0 *= 31
r0 += r1
r1 = 1
w1 -= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 -= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 -= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 -= 31
r0 *= 31
r0 += r1
r1 = 5
w1 -= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 -= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 -= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 -= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0xafc6a8c7b0077dfa

-- case mul32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 *= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 *= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 *= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 *= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 *= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 *= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 *= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 *= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 *= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 *= w2
r0 *= 31
r0 += r1
exit
-- result 0xa40c434da033bfeb

-- case mul32 by constant
-- asm
r0 = 0
r1 = 1
w1 *= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 *= 1
r0 *= 31
r0 += r1
r1 = 1
w1 *= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 *= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 *= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 *= 31
r0 *= 31
r0 += r1
r1 = 5
w1 *= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 *= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 *= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 *= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x16eee7b1bfc5e553

-- case div32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 /= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 /= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 /= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 /= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 /= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 /= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 /= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 /= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 /= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 /= w2
r0 *= 31
r0 += r1
exit
-- result 0x94455c77a3a827fb

-- case div32 by constant
-- asm
r0 = 0
r1 = 1
w1 /= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 /= 1
r0 *= 31
r0 += r1
r1 = 1
w1 /= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 /= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 /= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 /= 31
r0 *= 31
r0 += r1
r1 = 5
w1 /= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 /= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 /= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 /= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x980bf0a58b087898

-- case mod32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 %= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 %= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 %= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 %= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 %= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 %= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 %= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 %= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 %= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 %= w2
r0 *= 31
r0 += r1
exit
-- result 0x1aa0d6171b064a7b

-- case mod32 by constant
-- asm
r0 = 0
r1 = 1
w1 %= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 %= 1
r0 *= 31
r0 += r1
r1 = 1
w1 %= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 %= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 %= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 %= 31
r0 *= 31
r0 += r1
r1 = 5
w1 %= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 %= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 %= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 %= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x10824bd712968f0

-- case sdiv32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 s/= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 s/= w2
r0 *= 31
r0 += r1
exit
-- result 0xa301d6dd29a9de7b

-- case sdiv32 by constant
-- asm
r0 = 0
r1 = 1
w1 s/= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 s/= 1
r0 *= 31
r0 += r1
r1 = 1
w1 s/= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 s/= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 s/= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 s/= 31
r0 *= 31
r0 += r1
r1 = 5
w1 s/= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 s/= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 s/= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 s/= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x2d7e5b0778816d8d

-- case smod32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 s%= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 s%= w2
r0 *= 31
r0 += r1
exit
-- result 0x1080cba2871b2b5

-- case smod32 by constant
-- asm
r0 = 0
r1 = 1
w1 s%= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 s%= 1
r0 *= 31
r0 += r1
r1 = 1
w1 s%= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 s%= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 s%= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 s%= 31
r0 *= 31
r0 += r1
r1 = 5
w1 s%= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 s%= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 s%= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 s%= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x34e6572c8bd1703b

-- case or32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 |= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 |= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 |= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 |= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 |= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 |= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 |= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 |= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 |= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 |= w2
r0 *= 31
r0 += r1
exit
-- result 0x2663c17972bb0c28

-- case or32 by constant
-- asm
r0 = 0
r1 = 1
w1 |= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 |= 1
r0 *= 31
r0 += r1
r1 = 1
w1 |= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 |= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 |= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 |= 31
r0 *= 31
r0 += r1
r1 = 5
w1 |= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 |= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 |= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 |= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x18542ed7d402b347

-- case and32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 &= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 &= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 &= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 &= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 &= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 &= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 &= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 &= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 &= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 &= w2
r0 *= 31
r0 += r1
exit
-- result 0x1b4da2e1888ddf47

-- case and32 by constant
-- asm
r0 = 0
r1 = 1
w1 &= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 &= 1
r0 *= 31
r0 += r1
r1 = 1
w1 &= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 &= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 &= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 &= 31
r0 *= 31
r0 += r1
r1 = 5
w1 &= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 &= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 &= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 &= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x1080cb112af0347

-- case xor32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 ^= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 ^= w2
r0 *= 31
r0 += r1
exit
-- result 0xb161e97ea2d2ce1

-- case xor32 by constant
-- asm
r0 = 0
r1 = 1
w1 ^= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 ^= 1
r0 *= 31
r0 += r1
r1 = 1
w1 ^= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 ^= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 ^= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 ^= 31
r0 *= 31
r0 += r1
r1 = 5
w1 ^= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 ^= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 ^= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 ^= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x174c2226c153b000

-- case lsh32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 <<= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 <<= w2
r0 *= 31
r0 += r1
exit
-- result 0x8ec6b9baee205e5d

-- case lsh32 by constant
-- asm
r0 = 0
r1 = 1
w1 <<= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 <<= 1
r0 *= 31
r0 += r1
r1 = 1
w1 <<= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 <<= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 <<= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 <<= 31
r0 *= 31
r0 += r1
r1 = 5
w1 <<= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 <<= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 <<= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 <<= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0xc872c317033c4135

-- case rsh32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 >>= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 >>= w2
r0 *= 31
r0 += r1
exit
-- result 0x4aa64bef24926544

-- case rsh32 by constant
-- asm
r0 = 0
r1 = 1
w1 >>= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 >>= 1
r0 *= 31
r0 += r1
r1 = 1
w1 >>= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 >>= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 >>= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 >>= 31
r0 *= 31
r0 += r1
r1 = 5
w1 >>= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 >>= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 >>= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 >>= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x4a57350127d9519c

-- case arsh32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 s>>= w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 s>>= w2
r0 *= 31
r0 += r1
exit
-- result 0xca892b1ebac5edca

-- case arsh32 by constant
-- asm
r0 = 0
r1 = 1
w1 s>>= 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 s>>= 1
r0 *= 31
r0 += r1
r1 = 1
w1 s>>= -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 s>>= 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 s>>= -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 s>>= 31
r0 *= 31
r0 += r1
r1 = 5
w1 s>>= 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 s>>= 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 s>>= 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 s>>= -2147483648
r0 *= 31
r0 += r1
exit
-- result 0xcaaab7cb183284e4

-- case mov32 by register
-- asm
r0 = 0
r1 = 1
r2 = 0xffffffffffffffff ll
w1 = w2
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r2 = 1
w1 = w2
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r2 = 0xffffffffffffffff ll
w1 = w2
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
r2 = 0xffffffff ll
w1 = w2
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r2 = 0x80000001 ll
w1 = w2
r0 *= 31
r0 += r1
r1 = 0xfedcba9876543210 ll
r2 = 7
w1 = w2
r0 *= 31
r0 += r1
r1 = 5
r2 = 0x100000000 ll
w1 = w2
r0 *= 31
r0 += r1
r1 = 0xffffffff80000000 ll
r2 = 64
w1 = w2
r0 *= 31
r0 += r1
r1 = 0xfffffffffffffff9 ll
r2 = 0xfffffffffffffffd ll
w1 = w2
r0 *= 31
r0 += r1
r1 = 100
r2 = 0
w1 = w2
r0 *= 31
r0 += r1
exit
-- result 0x91eb2e61854c02cb

-- case mov32 by constant
-- asm
r0 = 0
r1 = 1
w1 = 0
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffffe ll
w1 = 1
r0 *= 31
r0 += r1
r1 = 1
w1 = -1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 = 7
r0 *= 31
r0 += r1
r1 = 0x923456789abcdef1 ll
w1 = -3
r0 *= 31
r0 += r1
r1 = 0x7edcba9876543211 ll
w1 = 31
r0 *= 31
r0 += r1
r1 = 5
w1 = 33
r0 *= 31
r0 += r1
r1 = 0x7fffffff80000001 ll
w1 = 63
r0 *= 31
r0 += r1
r1 = 0x7ffffffffffffff8 ll
w1 = 2147483647
r0 *= 31
r0 += r1
r1 = 100
w1 = -2147483648
r0 *= 31
r0 += r1
exit
-- result 0x6996064f9b551c4a

-- case neg32
-- asm
r0 = 0
r1 = 0
w1 = -w1
r0 *= 31
r0 += r1
r1 = 1
w1 = -w1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
w1 = -w1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
w1 = -w1
r0 *= 31
r0 += r1
r1 = 0x80000000 ll
w1 = -w1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
w1 = -w1
r0 *= 31
r0 += r1
exit
-- result 0xe1790e5357dee

-- case movsx of 8 bits to 32
-- asm
r0 = 0
r2 = 0
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 127
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 128
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 255
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 32767
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 32768
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 2147483647
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 0x80000000 ll
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 0x123456789abcdef0 ll
w1 = (s8)w2
r0 *= 31
r0 += r1
r2 = 0xffffffffffffffff ll
w1 = (s8)w2
r0 *= 31
r0 += r1
exit
-- result 0x9e7d148d66c117cf

-- case movsx of 16 bits to 32
-- asm
r0 = 0
r2 = 0
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 127
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 128
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 255
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 32767
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 32768
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 2147483647
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 0x80000000 ll
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 0x123456789abcdef0 ll
w1 = (s16)w2
r0 *= 31
r0 += r1
r2 = 0xffffffffffffffff ll
w1 = (s16)w2
r0 *= 31
r0 += r1
exit
-- result 0xef2bf8eb438cf

-- case le16
-- asm
r0 = 0
r1 = 0
r1 = le16 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = le16 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = le16 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = le16 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = le16 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = le16 r1
r0 *= 31
r0 += r1
exit
-- result 0x69456fd0

-- case le32
-- asm
r0 = 0
r1 = 0
r1 = le32 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = le32 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = le32 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = le32 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = le32 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = le32 r1
r0 *= 31
r0 += r1
exit
-- result 0x4a1801486fd0

-- case le64
-- asm
r0 = 0
r1 = 0
r1 = le64 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = le64 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = le64 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = le64 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = le64 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = le64 r1
r0 *= 31
r0 += r1
exit
-- result 0xf89abcdf01486fd0

-- case be16
-- asm
r0 = 0
r1 = 0
r1 = be16 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = be16 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = be16 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = be16 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = be16 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = be16 r1
r0 *= 31
r0 += r1
exit
-- result 0x7f569682

-- case be32
-- asm
r0 = 0
r1 = 0
r1 = be32 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = be32 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = be32 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = be32 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = be32 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = be32 r1
r0 *= 31
r0 += r1
exit
-- result 0x7f56effec165

-- case be64
-- asm
r0 = 0
r1 = 0
r1 = be64 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = be64 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = be64 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = be64 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = be64 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = be64 r1
r0 *= 31
r0 += r1
exit
-- result 0xeffefbd9b795776d

-- case bswap16
-- asm
r0 = 0
r1 = 0
r1 = bswap16 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = bswap16 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = bswap16 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = bswap16 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = bswap16 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = bswap16 r1
r0 *= 31
r0 += r1
exit
-- result 0x7f569682

-- case bswap32
-- asm
r0 = 0
r1 = 0
r1 = bswap32 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = bswap32 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = bswap32 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = bswap32 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = bswap32 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = bswap32 r1
r0 *= 31
r0 += r1
exit
-- result 0x7f56effec165

-- case bswap64
-- asm
r0 = 0
r1 = 0
r1 = bswap64 r1
r0 *= 31
r0 += r1
r1 = 1
r1 = bswap64 r1
r0 *= 31
r0 += r1
r1 = 0x123456789abcdef0 ll
r1 = bswap64 r1
r0 *= 31
r0 += r1
r1 = 0xffffffffffffffff ll
r1 = bswap64 r1
r0 *= 31
r0 += r1
r1 = 65280
r1 = bswap64 r1
r0 *= 31
r0 += r1
r1 = 0x8000000000000000 ll
r1 = bswap64 r1
r0 *= 31
r0 += r1
exit
-- result 0xeffefbd9b795776d
