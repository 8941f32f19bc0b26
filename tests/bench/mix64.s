	.text
	.file	"mix64.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	*(u64 *)(r10 - 16) = r1
	r5 = 4
	r3 = 3
	r4 = 2
	r0 = 1
	*(u64 *)(r10 - 8) = r2
	if r2 < 32 goto LBB0_3
# %bb.1:
	r1 = 4
	*(u64 *)(r10 - 24) = r1
	r7 = 3
	r1 = 2
	r2 = 1
	*(u64 *)(r10 - 32) = r2
	r9 = 0
	r2 = 0
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r5 = *(u64 *)(r10 - 16)
	r5 += r9
	r3 = *(u64 *)(r5 + 16)
	r6 = -4417276706812531889 ll
	r3 *= r6
	r3 += r7
	r4 = *(u64 *)(r5 + 8)
	r4 *= r6
	r4 += r1
	r0 = *(u64 *)(r5 + 0)
	r0 *= r6
	r1 = *(u64 *)(r10 - 32)
	r0 += r1
	r1 = r0
	r1 >>= 33
	r0 <<= 31
	r0 |= r1
	r1 = r4
	r1 >>= 33
	r4 <<= 31
	r4 |= r1
	r1 = r3
	r1 >>= 33
	r3 <<= 31
	r3 |= r1
	r5 = *(u64 *)(r5 + 24)
	r5 *= r6
	r1 = *(u64 *)(r10 - 24)
	r5 += r1
	r1 = r5
	r1 >>= 33
	r5 <<= 31
	r5 |= r1
	r1 = -7046029288634856825 ll
	r5 *= r1
	r3 *= r1
	r4 *= r1
	r0 *= r1
	r2 += 32
	r8 = r9
	r8 += 64
	r9 = r2
	*(u64 *)(r10 - 32) = r0
	r1 = r4
	r7 = r3
	*(u64 *)(r10 - 24) = r5
	r6 = *(u64 *)(r10 - 8)
	if r8 > r6 goto LBB0_3
	goto LBB0_2
LBB0_3:
	r1 = *(u64 *)(r10 - 8)
	if r1 < 32 goto LBB0_6
# %bb.4:
	r9 = 0
	r2 = r0
	r6 = r4
	r7 = r3
	*(u64 *)(r10 - 32) = r5
	r1 = 0
	*(u64 *)(r10 - 24) = r1
LBB0_5:                                 # =>This Inner Loop Header: Depth=1
	r5 = *(u64 *)(r10 - 16)
	r8 = r9
	r5 += r8
	r3 = *(u64 *)(r5 + 16)
	r1 = -4417276706812531889 ll
	r3 *= r1
	r3 += r7
	r4 = *(u64 *)(r5 + 8)
	r4 *= r1
	r4 += r6
	r0 = *(u64 *)(r5 + 0)
	r0 *= r1
	r0 += r2
	r2 = r0
	r2 >>= 33
	r0 <<= 31
	r0 |= r2
	r2 = r4
	r2 >>= 33
	r4 <<= 31
	r4 |= r2
	r2 = r3
	r2 >>= 33
	r3 <<= 31
	r3 |= r2
	r5 = *(u64 *)(r5 + 24)
	r5 *= r1
	r1 = *(u64 *)(r10 - 32)
	r5 += r1
	r1 = r5
	r1 >>= 33
	r5 <<= 31
	r5 |= r1
	r1 = -7046029288634856825 ll
	r5 *= r1
	r3 *= r1
	r4 *= r1
	r0 *= r1
	r9 = *(u64 *)(r10 - 24)
	r9 += 32
	r8 += 64
	*(u64 *)(r10 - 24) = r9
	r2 = r0
	r6 = r4
	r7 = r3
	*(u64 *)(r10 - 32) = r5
	r1 = *(u64 *)(r10 - 8)
	if r8 <= r1 goto LBB0_5
LBB0_6:
	r1 = *(u64 *)(r10 - 8)
	if r1 < 32 goto LBB0_9
# %bb.7:
	r9 = 0
	r2 = r0
	r6 = r4
	r7 = r3
	*(u64 *)(r10 - 32) = r5
	r1 = 0
	*(u64 *)(r10 - 24) = r1
LBB0_8:                                 # =>This Inner Loop Header: Depth=1
	r5 = *(u64 *)(r10 - 16)
	r8 = r9
	r5 += r8
	r3 = *(u64 *)(r5 + 16)
	r1 = -4417276706812531889 ll
	r3 *= r1
	r3 += r7
	r4 = *(u64 *)(r5 + 8)
	r4 *= r1
	r4 += r6
	r0 = *(u64 *)(r5 + 0)
	r0 *= r1
	r0 += r2
	r2 = r0
	r2 >>= 33
	r0 <<= 31
	r0 |= r2
	r2 = r4
	r2 >>= 33
	r4 <<= 31
	r4 |= r2
	r2 = r3
	r2 >>= 33
	r3 <<= 31
	r3 |= r2
	r5 = *(u64 *)(r5 + 24)
	r5 *= r1
	r1 = *(u64 *)(r10 - 32)
	r5 += r1
	r1 = r5
	r1 >>= 33
	r5 <<= 31
	r5 |= r1
	r1 = -7046029288634856825 ll
	r5 *= r1
	r3 *= r1
	r4 *= r1
	r0 *= r1
	r9 = *(u64 *)(r10 - 24)
	r9 += 32
	r8 += 64
	*(u64 *)(r10 - 24) = r9
	r2 = r0
	r6 = r4
	r7 = r3
	*(u64 *)(r10 - 32) = r5
	r1 = *(u64 *)(r10 - 8)
	if r8 <= r1 goto LBB0_8
LBB0_9:
	r1 = *(u64 *)(r10 - 8)
	if r1 < 32 goto LBB0_12
# %bb.10:
	r9 = 0
	r2 = r0
	r6 = r4
	r7 = r3
	*(u64 *)(r10 - 32) = r5
	r1 = 0
	*(u64 *)(r10 - 24) = r1
LBB0_11:                                # =>This Inner Loop Header: Depth=1
	r5 = *(u64 *)(r10 - 16)
	r8 = r9
	r5 += r8
	r3 = *(u64 *)(r5 + 16)
	r1 = -4417276706812531889 ll
	r3 *= r1
	r3 += r7
	r4 = *(u64 *)(r5 + 8)
	r4 *= r1
	r4 += r6
	r0 = *(u64 *)(r5 + 0)
	r0 *= r1
	r0 += r2
	r2 = r0
	r2 >>= 33
	r0 <<= 31
	r0 |= r2
	r2 = r4
	r2 >>= 33
	r4 <<= 31
	r4 |= r2
	r2 = r3
	r2 >>= 33
	r3 <<= 31
	r3 |= r2
	r5 = *(u64 *)(r5 + 24)
	r5 *= r1
	r1 = *(u64 *)(r10 - 32)
	r5 += r1
	r1 = r5
	r1 >>= 33
	r5 <<= 31
	r5 |= r1
	r1 = -7046029288634856825 ll
	r5 *= r1
	r3 *= r1
	r4 *= r1
	r0 *= r1
	r9 = *(u64 *)(r10 - 24)
	r9 += 32
	r8 += 64
	*(u64 *)(r10 - 24) = r9
	r2 = r0
	r6 = r4
	r7 = r3
	*(u64 *)(r10 - 32) = r5
	r1 = *(u64 *)(r10 - 8)
	if r8 <= r1 goto LBB0_11
LBB0_12:
	r1 = r0
	r1 >>= 63
	r0 <<= 1
	r0 |= r1
	r1 = r3
	r1 >>= 52
	r3 <<= 12
	r3 |= r1
	r0 += r3
	r1 = r4
	r1 >>= 57
	r4 <<= 7
	r4 |= r1
	r1 = r5
	r1 >>= 46
	r5 <<= 18
	r5 |= r1
	r4 += r5
	r0 += r4
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
