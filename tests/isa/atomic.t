# Every atomic operation, both widths: what is in memory after it, what the register has, and what a 32-bit
# one leaves alone around it.

-- case add64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
lock *(u64 *)(r10 - 8) += r2
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xecb986566ae05731

-- case fetch add64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
r2 = atomic_fetch_add((u64 *)(r10 - 8), r2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x232323233d7ae0b8

-- case or64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
lock *(u64 *)(r10 - 8) |= r2
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xdcb954565abe11a9

-- case fetch or64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
r2 = atomic_fetch_or((u64 *)(r10 - 8), r2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x1322f1232d589b30

-- case and64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
lock *(u64 *)(r10 - 8) &= r2
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xecbaca7994f05742

-- case fetch and64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
r2 = atomic_fetch_and((u64 *)(r10 - 8), r2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x23246746678ae0c9

-- case xor64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
lock *(u64 *)(r10 - 8) ^= r2
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xccb922564a9bcc21

-- case fetch xor64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
r2 = atomic_fetch_xor((u64 *)(r10 - 8), r2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x322bf231d3655a8

-- case xchg64
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
r2 = xchg_64(r10 - 8, r2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x1200efdee8146930

-- case cmpxchg64 that differs
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
r0 = cmpxchg_64(r10 - 8, r0, r2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x3f3f3f426fdb1d01

-- case cmpxchg64 that agrees
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
r0 = 0x1122334455667788 ll
r0 = cmpxchg_64(r10 - 8, r0, r2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x2cf9c696ab207368

-- case add32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
lock *(u32 *)(r10 - 8) += w2
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xeddccbbe6ae05731

-- case fetch add32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
w2 = atomic_fetch_add((u32 *)(r10 - 8), w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x1122334f3d7ae0b8

-- case or32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
lock *(u32 *)(r10 - 8) |= w2
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xeddccbbe5abe11a9

-- case fetch or32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
w2 = atomic_fetch_or((u32 *)(r10 - 8), w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x1122334f2d589b30

-- case and32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
lock *(u32 *)(r10 - 8) &= w2
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xeddccbbd94f05742

-- case fetch and32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
w2 = atomic_fetch_and((u32 *)(r10 - 8), w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x1122334e678ae0c9

-- case xor32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
lock *(u32 *)(r10 - 8) ^= w2
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xeddccbbe4a9bcc21

-- case fetch xor32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
w2 = atomic_fetch_xor((u32 *)(r10 - 8), w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x1122334f1d3655a8

-- case xchg32
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
w2 = xchg32_32(r10 - 8, w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0x1122334ee8146930

-- case cmpxchg32 that differs
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
w0 = cmpxchg32_32(r10 - 8, w0, w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xeddcccfe6fdb1d01

-- case cmpxchg32 that agrees
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r0 = 9
r2 = 0xfedcba9890abcdef ll
r0 = 0x1122334455667788 ll
w0 = cmpxchg32_32(r10 - 8, w0, w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r2
r0 *= 31
r0 += r3
exit
-- result 0xeddcccfeab207368

-- case load-acquire and store-release of 8 bits
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r2 = 0xfedcba9890abcdef ll
w0 = load_acquire((u8 *)(r10 - 8))
store_release((u8 *)(r10 - 8), w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r3
exit
-- result 0x1122334455668867

-- case load-acquire and store-release of 16 bits
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r2 = 0xfedcba9890abcdef ll
w0 = load_acquire((u16 *)(r10 - 8))
store_release((u16 *)(r10 - 8), w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r3
exit
-- result 0x1122334455754767

-- case load-acquire and store-release of 32 bits
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r2 = 0xfedcba9890abcdef ll
w0 = load_acquire((u32 *)(r10 - 8))
store_release((u32 *)(r10 - 8), w2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r3
exit
-- result 0x1122334ee8144767

-- case load-acquire and store-release of 64 bits
-- asm
r6 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = r6
r2 = 0xfedcba9890abcdef ll
r0 = load_acquire((u64 *)(r10 - 8))
store_release((u64 *)(r10 - 8), r2)
r3 = *(u64 *)(r10 - 8)
r0 *= 31
r0 += r3
exit
-- result 0x1200efdee8144767

-- case a misaligned atomic traps
-- asm
r2 = 1
*(u64 *)(r10 - 8) = 0
lock *(u32 *)(r10 - 7) += w2
r0 = 0
exit
-- fault
atomic access of 4 bytes
