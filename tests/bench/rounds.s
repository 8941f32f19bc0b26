	.text
	.file	"rounds.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r4 = r1
	r0 = 5210469788331552321 ll
	*(u64 *)(r10 - 72) = r2
	if r2 < 4 goto LBB0_4
# %bb.1:
	r1 = *(u64 *)(r10 - 72)
	r1 >>= 2
	*(u64 *)(r10 - 72) = r1
	w5 = -1694144372
	w2 = 528734635
	w7 = 1541459225
	w3 = 1359893119
	r6 = 0
	w1 = -1521486534
	*(u32 *)(r10 - 24) = w1
	w1 = 1013904242
	*(u32 *)(r10 - 8) = w1
	w1 = -1150833019
	*(u64 *)(r10 - 16) = r1
	w8 = 1779033703
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	*(u64 *)(r10 - 48) = r6
	*(u64 *)(r10 - 40) = r4
	w1 = w5
	*(u64 *)(r10 - 56) = r1
	*(u32 *)(r10 - 32) = w2
	w5 = w3
	w3 = *(u32 *)(r10 - 8)
	*(u32 *)(r10 - 64) = w3
	r1 = *(u64 *)(r10 - 16)
                                        # kill: def $w1 killed $w1 killed $r1
	w0 = w8
	w2 = w0
	w2 >>= 13
	w9 = w0
	w9 <<= 19
	w9 |= w2
	w2 = w0
	w2 >>= 2
	w8 <<= 30
	w8 |= w2
	w2 = w1
	w2 &= w3
	*(u32 *)(r10 - 8) = w1
	w1 ^= w3
	w3 = w5
	w3 >>= 11
	w6 = w5
	w6 <<= 21
	w6 |= w3
	w4 = w5
	w4 >>= 6
	w3 = w5
	w3 <<= 26
	w3 |= w4
	w3 ^= w6
	w6 = w0
	w6 &= w1
	w6 ^= w2
	w8 ^= w9
	w1 = w0
	w1 >>= 22
	*(u64 *)(r10 - 16) = r0
	w2 = w0
	w2 <<= 10
	w2 |= w1
	w8 ^= w2
	w1 = w5
	w1 >>= 25
	w2 = w5
	w2 <<= 7
	w2 |= w1
	w8 += w6
	r6 = *(u64 *)(r10 - 48)
	w3 ^= w2
	w1 = w5
	r0 = *(u64 *)(r10 - 56)
	w1 &= w0
	w2 = w5
	w2 ^= -1
	w9 = *(u32 *)(r10 - 32)
	w4 = w9
	w4 &= w2
	r2 = r0
	w1 |= w4
	r4 = *(u64 *)(r10 - 40)
	w7 += w1
	w7 += w3
	w1 = *(u32 *)(r4 + 0)
	w7 += w1
	w7 += 1116352408
	w8 += w7
	w3 = w7
	w1 = *(u32 *)(r10 - 24)
	w3 += w1
	r4 += 4
	r6 += 1
	w1 = *(u32 *)(r10 - 64)
	w0 = w1
	*(u32 *)(r10 - 24) = w1
	w7 = w9
	r9 = r2
                                        # kill: def $w2 killed $w2 killed $r2
	r1 = *(u64 *)(r10 - 72)
	if r6 < r1 goto LBB0_2
# %bb.3:
	w1 = *(u32 *)(r10 - 8)
	r2 = *(u64 *)(r10 - 16)
	w2 ^= w1
	w2 ^= w0
	w2 ^= w8
	w9 ^= w5
	w1 = *(u32 *)(r10 - 32)
	w9 ^= w1
	r0 = r2
	w9 ^= w3
	r0 <<= 32
	r0 |= r9
LBB0_4:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
