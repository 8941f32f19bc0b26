	.text
	.file	"matmul.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	*(u64 *)(r10 - 32) = r2
	r2 = 0
	r3 = r1
	r3 += 12800
	*(u64 *)(r10 - 16) = r3
	r3 = r1
	r3 += 6400
	*(u64 *)(r10 - 24) = r3
	r0 = 0
LBB0_1:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_2 Depth 2
                                        #       Child Loop BB0_3 Depth 3
	*(u64 *)(r10 - 8) = r2
	r2 *= 160
	r6 = *(u64 *)(r10 - 16)
	r6 += r2
	r5 = *(u64 *)(r10 - 24)
	r8 = 0
LBB0_2:                                 #   Parent Loop BB0_1 Depth=1
                                        # =>  This Loop Header: Depth=2
                                        #       Child Loop BB0_3 Depth 3
	w4 = 0
	r9 = 0
	r7 = r5
LBB0_3:                                 #   Parent Loop BB0_1 Depth=1
                                        #     Parent Loop BB0_2 Depth=2
                                        # =>    This Inner Loop Header: Depth=3
	r2 = r1
	r2 += r9
	w3 = *(u32 *)(r2 + 0)
	w2 = *(u32 *)(r7 + 0)
	w2 *= w3
	w2 += w4
	r7 += 160
	r9 += 4
	w4 = w2
	if r9 == 160 goto LBB0_5
	goto LBB0_3
LBB0_5:                                 #   in Loop: Header=BB0_2 Depth=2
	r4 = r8
	r4 <<= 2
	r7 = r6
	r7 += r4
	*(u32 *)(r7 + 0) = w2
	r0 += r2
	r5 += 4
	r8 += 1
	if r8 == 40 goto LBB0_4
	goto LBB0_2
LBB0_4:                                 #   in Loop: Header=BB0_1 Depth=1
	r1 += 160
	r2 = *(u64 *)(r10 - 8)
	r2 += 1
	if r2 == 40 goto LBB0_6
	goto LBB0_1
LBB0_6:
	r1 = *(u64 *)(r10 - 32)
	r0 += r1
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
