	.text
	.file	"editdist.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	*(u64 *)(r10 - 32) = r2
	r3 = 0
	r2 = r1
	r2 += 400
	*(u64 *)(r10 - 8) = r2
LBB0_1:                                 # =>This Inner Loop Header: Depth=1
	*(u32 *)(r2 + 0) = w3
	r2 += 4
	r3 += 1
	if r3 == 201 goto LBB0_3
	goto LBB0_1
LBB0_3:
	r4 = 1
	r2 = r1
	r2 += 404
	*(u64 *)(r10 - 16) = r2
	r0 = r1
	r0 += 200
	r2 = r1
	r2 += -1
	*(u64 *)(r10 - 24) = r2
	*(u64 *)(r10 - 40) = r1
	w2 = *(u32 *)(r1 + 400)
	goto LBB0_4
LBB0_12:                                #   in Loop: Header=BB0_4 Depth=1
	r4 += 1
	w2 = w3
	if r4 == 201 goto LBB0_2
LBB0_4:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_5 Depth 2
	w3 = w4
	r1 = *(u64 *)(r10 - 8)
	*(u32 *)(r1 + 0) = w3
	r8 = *(u64 *)(r10 - 24)
	r8 += r4
	r9 = 0
	r5 = *(u64 *)(r10 - 16)
	w7 = w3
	goto LBB0_5
LBB0_11:                                #   in Loop: Header=BB0_5 Depth=2
	*(u32 *)(r5 + 0) = w7
	r5 += 4
	r9 += 1
	w2 = w6
	if r9 == 200 goto LBB0_12
LBB0_5:                                 #   Parent Loop BB0_4 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	r1 = r0
	r1 += r9
	w6 = *(u8 *)(r1 + 0)
	w1 = *(u8 *)(r8 + 0)
	w6 ^= w1
	w6 &= 7
	w1 = 1
	if w6 != 0 goto LBB0_7
# %bb.6:                                #   in Loop: Header=BB0_5 Depth=2
	w1 = 0
LBB0_7:                                 #   in Loop: Header=BB0_5 Depth=2
	w2 += w1
	w6 = *(u32 *)(r5 + 0)
	w1 = w6
	w1 += 1
	if w1 < w2 goto LBB0_9
# %bb.8:                                #   in Loop: Header=BB0_5 Depth=2
	w1 = w2
LBB0_9:                                 #   in Loop: Header=BB0_5 Depth=2
	w7 += 1
	if w7 < w1 goto LBB0_11
# %bb.10:                               #   in Loop: Header=BB0_5 Depth=2
	w7 = w1
	goto LBB0_11
LBB0_2:
	r1 = *(u64 *)(r10 - 40)
	w0 = *(u32 *)(r1 + 1200)
	r1 = *(u64 *)(r10 - 32)
	r0 += r1
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
