	.text
	.file	"collatz.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r5 = 0
	r3 = 1
	r4 = 0
	goto LBB0_1
LBB0_10:                                #   in Loop: Header=BB0_1 Depth=1
	r3 += 1
	r5 = r6
	r4 = r0
	if r3 == 3000 goto LBB0_11
LBB0_1:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_3 Depth 2
	r0 = 0
	if r3 == 1 goto LBB0_6
# %bb.2:                                #   in Loop: Header=BB0_1 Depth=1
	r6 = r3
	r7 = r6
	goto LBB0_3
LBB0_5:                                 #   in Loop: Header=BB0_3 Depth=2
	r0 += 1
	r6 = r7
	if r7 != 1 goto LBB0_3
LBB0_6:                                 #   in Loop: Header=BB0_1 Depth=1
	r6 = r3
	if r0 > r4 goto LBB0_8
# %bb.7:                                #   in Loop: Header=BB0_1 Depth=1
	r6 = r5
	goto LBB0_8
LBB0_3:                                 #   Parent Loop BB0_1 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	r7 >>= 1
	r8 = r6
	r8 &= 1
	if r8 == 0 goto LBB0_5
# %bb.4:                                #   in Loop: Header=BB0_3 Depth=2
	r6 *= 3
	r6 += 1
	r7 = r6
	goto LBB0_5
LBB0_8:                                 #   in Loop: Header=BB0_1 Depth=1
	if r0 > r4 goto LBB0_10
# %bb.9:                                #   in Loop: Header=BB0_1 Depth=1
	r0 = r4
	goto LBB0_10
LBB0_11:
	r0 += r2
	w1 = *(u8 *)(r1 + 0)
	r0 += r1
	r6 <<= 32
	r0 |= r6
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
