# Loads, stores, atomics.

-- case widths of loads
-- asm
r0 = *(u8 *)(r1 + 0)
r2 = *(u16 *)(r1 + 1)
r0 += r2
r2 = *(u32 *)(r1 + 3)
r0 += r2
r2 = *(u64 *)(r1 + 7)
r0 += r2
exit
-- mem 01 02 00 03 00 00 00 04 00 00 00 00 00 00 00
-- raw
71 10 00 00 00 00 00 00
69 12 01 00 00 00 00 00
0f 20 00 00 00 00 00 00
61 12 03 00 00 00 00 00
0f 20 00 00 00 00 00 00
79 12 07 00 00 00 00 00
0f 20 00 00 00 00 00 00
95 00 00 00 00 00 00 00
-- result 10

-- case sign-extending loads
-- asm
r0 = *(s8 *)(r1 + 0)
r2 = *(s16 *)(r1 + 0)
r0 += r2
r2 = *(s32 *)(r1 + 0)
r0 += r2
exit
-- mem fe ff ff ff
-- result 0xfffffffffffffffa

-- case stores, and negative offsets
-- asm
*(u64 *)(r10 - 8) = -1
*(u8 *)(r10 - 8) = 0
w1 = 0x1234
*(u16 *)(r10 - 6) = w1
r0 = *(u64 *)(r10 - 8)
exit
-- raw
7a 0a f8 ff ff ff ff ff
72 0a f8 ff 00 00 00 00
b4 01 00 00 34 12 00 00
6b 1a fa ff 00 00 00 00
79 a0 f8 ff 00 00 00 00
95 00 00 00 00 00 00 00
-- result 0xffffffff1234ff00

-- case atomic addition
-- asm
*(u64 *)(r10 - 8) = 40
r1 = 2
lock *(u64 *)(r10 - 8) += r1
r0 = *(u64 *)(r10 - 8)
exit
-- result 42

-- case fetch, exchange, compare
-- asm
*(u64 *)(r10 - 8) = 5
r1 = 3
r1 = atomic_fetch_add((u64 *)(r10 - 8), r1)
r2 = 100
r2 = xchg_64(r10 - 8, r2)
r0 = 100
r3 = 7
r0 = cmpxchg_64(r10 - 8, r0, r3)
r0 += r1
r0 += r2
r3 = *(u64 *)(r10 - 8)
r0 += r3
exit
-- result 120

-- case 32-bit atomics leave the rest alone
-- asm
r1 = 0x1ffffffff ll
*(u64 *)(r10 - 8) = r1
w2 = 1
lock *(u32 *)(r10 - 8) += w2
r0 = *(u64 *)(r10 - 8)
exit
-- result 0x100000000

-- case acquire and release
-- asm
w1 = 77
*(u64 *)(r10 - 8) = 0
store_release((u32 *)(r10 - 8), w1)
w0 = load_acquire((u32 *)(r10 - 8))
exit
-- result 77

-- case a load behind the memory
-- asm
r0 = *(u32 *)(r1 + 1)
exit
-- mem 01 02 03 04
-- fault

-- case a null pointer
-- asm
r1 = 0
r0 = *(u8 *)(r1 + 0)
exit
-- fault

-- case below the stack
-- asm
*(u64 *)(r10 - 520) = 1
r0 = 0
exit
-- fault
