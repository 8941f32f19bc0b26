	.text
	.file	"checksum.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = 0
	if r2 < 1500 goto LBB0_4
# %bb.1:
	r3 = 1500
LBB0_2:                                 # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_3 Depth 2
	w4 = 0
	r5 = 0
LBB0_3:                                 #   Parent Loop BB0_2 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	r6 = r1
	r6 += r5
	w6 = *(u16 *)(r6 + 0)
	w4 += w6
	r5 += 2
	if r5 == 1500 goto LBB0_5
	goto LBB0_3
LBB0_5:                                 #   in Loop: Header=BB0_2 Depth=1
	w5 = w4
	w5 >>= 16
	w4 &= 65535
	w4 += w5
	w5 = w4
	w5 >>= 16
	w5 += w4
	w5 ^= -1
	w5 &= 65535
	r0 *= 31
	r0 += r5
	r1 += 1500
	r3 += 1500
	if r3 > r2 goto LBB0_4
	goto LBB0_2
LBB0_4:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
