	.text
	.file	"divide.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = 0
	if r2 < 16 goto LBB0_6
# %bb.1:
	r2 >>= 4
	r5 = 0
	w3 = *(u32 *)(r1 + 0)
	r4 = 0
	goto LBB0_2
LBB0_4:                                 #   Parent Loop BB0_2 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	w6 = w0
	w0 /= 10
	w7 = w0
	w7 *= 10
	w8 = w6
	w8 -= w7
	r5 += r8
	if w6 > 9 goto LBB0_4
LBB0_5:                                 #   in Loop: Header=BB0_2 Depth=1
	w0 = w3
	w0 /= 60
	w6 = w0
	w6 *= 60
	w7 = w3
	w7 -= w6
	w6 = w3
	w6 /= 3600
	w6 %= 24
	w6 += w7
	r4 += 1
	r7 = r4
	r7 <<= 2
	r8 = r1
	r8 += r7
	w7 = w3
	w7 /= 86400
	w7 *= 7
	w6 += w7
	w0 %= 60
	w6 += w0
	r5 += r6
	r0 = r5
	r0 /= 1000003
	r0 ^= r5
	w5 = *(u32 *)(r8 + 0)
	w6 = w5
	w6 |= 1
	w3 /= w6
	r0 += r3
	w3 = w5
	r5 = r0
	if r4 < r2 goto LBB0_2
LBB0_6:
	exit
LBB0_2:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_4 Depth 2
	if w3 == 0 goto LBB0_5
# %bb.3:                                #   in Loop: Header=BB0_2 Depth=1
	w0 = w3
	goto LBB0_4
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
