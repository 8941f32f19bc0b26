	.text
	.file	"trie.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r3 = 0
	r4 = r1
	r4 += 2
	goto LBB0_1
LBB0_7:                                 #   in Loop: Header=BB0_1 Depth=1
	*(u16 *)(r4 + 0) = w5
	r4 += 4
	r3 += 1
	if r3 != 2000 goto LBB0_1
# %bb.8:
	r0 = 0
	w3 = 0
	w4 = 12345
	goto LBB0_9
LBB0_1:                                 # =>This Inner Loop Header: Depth=1
	w0 = w3
	w0 <<= 1
	w6 = w0
	w6 |= 1
	w5 = 0
	if r3 < 1000 goto LBB0_3
# %bb.2:                                #   in Loop: Header=BB0_1 Depth=1
	w6 = 0
LBB0_3:                                 #   in Loop: Header=BB0_1 Depth=1
	*(u16 *)(r4 - 2) = w6
	w7 = w3
	w7 &= 65535
	w7 %= 7
	w6 = 0
	if w7 == 0 goto LBB0_5
# %bb.4:                                #   in Loop: Header=BB0_1 Depth=1
	w0 += 2
	w6 = w0
LBB0_5:                                 #   in Loop: Header=BB0_1 Depth=1
	if r3 > 998 goto LBB0_7
# %bb.6:                                #   in Loop: Header=BB0_1 Depth=1
	w5 = w6
	goto LBB0_7
LBB0_10:                                #   Parent Loop BB0_9 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	r6 <<= 2
	r7 = r1
	r7 += r6
	w6 = w4
	w6 >>= w5
	w6 &= 1
	r6 <<= 1
	r7 += r6
	w6 = *(u16 *)(r7 + 0)
	if r6 == 0 goto LBB0_12
# %bb.11:                               #   in Loop: Header=BB0_10 Depth=2
	r0 += r6
	w5 += -1
	if w5 != -1 goto LBB0_10
LBB0_12:                                #   in Loop: Header=BB0_9 Depth=1
	w3 += 1
	if w3 == 5000 goto LBB0_13
LBB0_9:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_10 Depth 2
	w5 = 31
	w4 *= 1664525
	w4 += 1013904223
	r6 = 0
	goto LBB0_10
LBB0_13:
	r0 += r2
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
