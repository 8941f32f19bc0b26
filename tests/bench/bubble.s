	.text
	.file	"bubble.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r5 = 300
	r3 = r1
	r3 += 4
	goto LBB0_1
LBB0_4:                                 #   in Loop: Header=BB0_1 Depth=1
	r5 = r4
	r5 += -1
	if r4 > 2 goto LBB0_1
	goto LBB0_3
LBB0_1:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_2 Depth 2
	r4 = r5
	r5 = 1
	r0 = r3
	goto LBB0_2
LBB0_6:                                 #   in Loop: Header=BB0_2 Depth=2
	r0 += 4
	r5 += 1
	if r5 < r4 goto LBB0_2
	goto LBB0_4
LBB0_2:                                 #   Parent Loop BB0_1 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	w6 = *(u32 *)(r0 + 0)
	w7 = *(u32 *)(r0 - 4)
	if w7 <= w6 goto LBB0_6
# %bb.5:                                #   in Loop: Header=BB0_2 Depth=2
	*(u32 *)(r0 + 0) = w7
	*(u32 *)(r0 - 4) = w6
	goto LBB0_6
LBB0_3:
	w3 = *(u32 *)(r1 + 0)
	w0 = *(u32 *)(r1 + 1196)
	r0 <<= 32
	r0 |= r3
	r0 += r2
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
