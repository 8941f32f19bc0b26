	.text
	.file	"stacksort.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	*(u64 *)(r10 - 128) = r1
	r0 = 0
	*(u64 *)(r10 - 120) = r2
	if r2 < 112 goto LBB0_7
# %bb.1:
	r1 = *(u64 *)(r10 - 120)
	r1 >>= 3
	*(u64 *)(r10 - 120) = r1
	r4 = 0
	r1 = 14
	r2 = r10
	r2 += -104
	*(u64 *)(r10 - 136) = r2
	r3 = 0
	goto LBB0_2
LBB0_8:                                 #   in Loop: Header=BB0_2 Depth=1
	r4 *= 31
	r0 = *(u64 *)(r10 - 56)
	r0 += r4
	r1 = *(u64 *)(r10 - 112)
	r0 += r1
	r1 = r2
	r1 += 14
	r4 = r0
	r3 = r2
	r2 = *(u64 *)(r10 - 120)
	if r1 > r2 goto LBB0_7
LBB0_2:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_3 Depth 2
                                        #       Child Loop BB0_4 Depth 3
	r2 = r1
	r3 <<= 3
	r0 = *(u64 *)(r10 - 128)
	r0 += r3
	r1 = *(u64 *)(r0 + 0)
	*(u64 *)(r10 - 112) = r1
	r1 = *(u64 *)(r0 + 8)
	*(u64 *)(r10 - 104) = r1
	r1 = *(u64 *)(r0 + 16)
	*(u64 *)(r10 - 96) = r1
	r1 = *(u64 *)(r0 + 24)
	*(u64 *)(r10 - 88) = r1
	r1 = *(u64 *)(r0 + 32)
	*(u64 *)(r10 - 80) = r1
	r1 = *(u64 *)(r0 + 40)
	*(u64 *)(r10 - 72) = r1
	r1 = *(u64 *)(r0 + 48)
	*(u64 *)(r10 - 64) = r1
	r1 = *(u64 *)(r0 + 56)
	*(u64 *)(r10 - 56) = r1
	r1 = *(u64 *)(r0 + 64)
	*(u64 *)(r10 - 48) = r1
	r1 = *(u64 *)(r0 + 72)
	*(u64 *)(r10 - 40) = r1
	r1 = *(u64 *)(r0 + 80)
	*(u64 *)(r10 - 32) = r1
	r1 = *(u64 *)(r0 + 88)
	*(u64 *)(r10 - 24) = r1
	r1 = *(u64 *)(r0 + 96)
	*(u64 *)(r10 - 16) = r1
	r1 = *(u64 *)(r0 + 104)
	*(u64 *)(r10 - 8) = r1
	r1 = 1
	r6 = *(u64 *)(r10 - 136)
	goto LBB0_3
LBB0_4:                                 #   Parent Loop BB0_2 Depth=1
                                        #     Parent Loop BB0_3 Depth=2
                                        # =>    This Inner Loop Header: Depth=3
	r9 += -1
	r3 = r9
	r3 <<= 32
	r3 >>= 32
	r3 <<= 3
	r5 = r10
	r5 += -112
	r5 += r3
	r5 = *(u64 *)(r5 + 0)
	r3 = r0
	if r5 <= r7 goto LBB0_6
# %bb.5:                                #   in Loop: Header=BB0_4 Depth=3
	*(u64 *)(r8 + 0) = r5
	r3 = 0
	r8 += -8
	r5 = r9
	r5 += 1
	r0 = r9
	if r5 s> 1 goto LBB0_4
LBB0_6:                                 #   in Loop: Header=BB0_3 Depth=2
	r3 <<= 32
	r3 s>>= 32
	r3 <<= 3
	r5 = r10
	r5 += -112
	r5 += r3
	*(u64 *)(r5 + 0) = r7
	r6 += 8
	r1 += 1
	if r1 == 14 goto LBB0_8
LBB0_3:                                 #   Parent Loop BB0_2 Depth=1
                                        # =>  This Loop Header: Depth=2
                                        #       Child Loop BB0_4 Depth 3
	r3 = r1
	r3 <<= 3
	r5 = r10
	r5 += -112
	r5 += r3
	r7 = *(u64 *)(r5 + 0)
	r8 = r6
	r0 = r1
	r9 = r0
	goto LBB0_4
LBB0_7:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
