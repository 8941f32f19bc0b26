	.text
	.file	"sieve.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = 0
	if r2 == 0 goto LBB0_10
# %bb.1:
	r3 = 0
	w4 = 1
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r5 = r1
	r5 += r3
	*(u8 *)(r5 + 0) = w4
	r3 += 1
	if r3 < r2 goto LBB0_2
# %bb.3:
	r0 = 0
	if r2 < 3 goto LBB0_10
# %bb.4:
	r3 = 2
	r4 = 5
	r5 = r1
	r5 += 4
	w6 = 0
	goto LBB0_5
LBB0_8:                                 #   Parent Loop BB0_5 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	*(u8 *)(r8 + 0) = w6
	r7 += r3
	r8 += r3
	if r7 < r2 goto LBB0_8
LBB0_9:                                 #   in Loop: Header=BB0_5 Depth=1
	r5 += r4
	r4 += 2
	r3 += 1
	if r3 < r2 goto LBB0_5
LBB0_10:
	exit
LBB0_5:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_8 Depth 2
	r7 = r1
	r7 += r3
	w7 = *(u8 *)(r7 + 0)
	if w7 == 0 goto LBB0_9
# %bb.6:                                #   in Loop: Header=BB0_5 Depth=1
	r0 += 1
	r7 = r3
	r7 *= r7
	if r7 >= r2 goto LBB0_9
# %bb.7:                                #   in Loop: Header=BB0_5 Depth=1
	r8 = r5
	goto LBB0_8
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
