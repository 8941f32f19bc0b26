	.text
	.file	"heapsort.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	*(u64 *)(r10 - 8) = r2
	r2 = 4096
	goto LBB0_1
LBB0_5:                                 #   in Loop: Header=BB0_2 Depth=2
	r8 <<= 2
	r3 = r1
	r3 += r8
	w0 = *(u32 *)(r3 + 0)
	if w0 <= w4 goto LBB0_7
# %bb.6:                                #   in Loop: Header=BB0_2 Depth=2
	r3 = w5
	r3 <<= 2
	r5 = r1
	r5 += r3
	*(u32 *)(r5 + 0) = w0
	w0 = w6
	w0 <<= 1
	w5 = w6
	if w0 < 8192 goto LBB0_2
LBB0_7:                                 #   in Loop: Header=BB0_1 Depth=1
	r3 = w5
	r3 <<= 2
	r5 = r1
	r5 += r3
	*(u32 *)(r5 + 0) = w4
	if r2 != 0 goto LBB0_1
# %bb.8:
	r3 = 8191
	goto LBB0_9
LBB0_2:                                 #   Parent Loop BB0_1 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	w6 = 8191
	r8 = 8191
	if w0 == 8190 goto LBB0_5
# %bb.3:                                #   in Loop: Header=BB0_2 Depth=2
	w7 = w0
	w7 += 2
	w0 |= 1
	r6 = r0
	r6 <<= 2
	r8 = r1
	r8 += r6
	r6 = r7
	r6 <<= 2
	r9 = r1
	r9 += r6
	w9 = *(u32 *)(r9 + 0)
	w3 = *(u32 *)(r8 + 0)
	r8 = r0
	w6 = w0
	if w9 <= w3 goto LBB0_5
# %bb.4:                                #   in Loop: Header=BB0_2 Depth=2
	r8 = r7
	w6 = w7
	goto LBB0_5
LBB0_1:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_2 Depth 2
	r2 += -1
	r4 = r2
	r4 <<= 2
	r5 = r1
	r5 += r4
	w0 = w2
	w0 <<= 1
	w4 = *(u32 *)(r5 + 0)
	w5 = w2
	goto LBB0_2
LBB0_17:                                #   in Loop: Header=BB0_11 Depth=2
	r0 <<= 2
	r2 = r1
	r2 += r0
	w0 = *(u32 *)(r2 + 0)
	if w0 <= w4 goto LBB0_19
# %bb.18:                               #   in Loop: Header=BB0_11 Depth=2
	r2 = w5
	r2 <<= 2
	r5 = r1
	r5 += r2
	*(u32 *)(r5 + 0) = w0
	w6 = w7
	w6 <<= 1
	w0 = w6
	w0 |= 1
	w5 = w7
	if r3 > r0 goto LBB0_11
LBB0_19:                                #   in Loop: Header=BB0_9 Depth=1
	r2 = w5
	r2 <<= 2
	r5 = r1
	r5 += r2
	*(u32 *)(r5 + 0) = w4
	r3 += -1
	if r3 == 0 goto LBB0_13
	goto LBB0_9
LBB0_11:                                #   Parent Loop BB0_9 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	w6 += 2
	if r3 > r6 goto LBB0_15
	goto LBB0_14
LBB0_15:                                #   in Loop: Header=BB0_11 Depth=2
	r2 = r0
	r2 <<= 2
	r7 = r1
	r7 += r2
	r2 = r6
	r2 <<= 2
	r8 = r1
	r8 += r2
	w2 = *(u32 *)(r8 + 0)
	w8 = *(u32 *)(r7 + 0)
	w7 = w0
	if w2 <= w8 goto LBB0_17
# %bb.16:                               #   in Loop: Header=BB0_11 Depth=2
	r0 = r6
	w7 = w6
	goto LBB0_17
LBB0_14:                                #   in Loop: Header=BB0_11 Depth=2
	w7 = w0
	goto LBB0_17
LBB0_9:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_11 Depth 2
	r2 = r3
	r2 <<= 2
	r5 = r1
	r5 += r2
	w4 = *(u32 *)(r5 + 0)
	w2 = *(u32 *)(r1 + 0)
	*(u32 *)(r1 + 0) = w4
	*(u32 *)(r5 + 0) = w2
	if r3 < 2 goto LBB0_12
# %bb.10:                               #   in Loop: Header=BB0_9 Depth=1
	w6 = 0
	w0 = 1
	w5 = 0
	goto LBB0_11
LBB0_12:
	*(u32 *)(r1 + 0) = w4
LBB0_13:
	w2 = *(u32 *)(r1 + 4)
	w0 = *(u32 *)(r1 + 32760)
	r0 <<= 32
	r0 |= r2
	r1 = *(u64 *)(r10 - 8)
	r0 += r1
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
