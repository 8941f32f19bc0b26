	.text
	.file	"strsearch.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = 0
	if r2 < 4 goto LBB0_8
# %bb.1:
	w3 = *(u8 *)(r1 + 103)
	w4 = *(u8 *)(r1 + 102)
	w5 = *(u8 *)(r1 + 101)
	w6 = *(u8 *)(r1 + 100)
	r8 = 0
	goto LBB0_2
LBB0_7:                                 #   in Loop: Header=BB0_2 Depth=1
	r8 = r7
	r8 += 1
	r7 += 5
	if r7 > r2 goto LBB0_8
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r7 = r8
	r8 = r1
	r8 += r7
	w9 = *(u8 *)(r8 + 0)
	w9 ^= w6
	w9 &= 15
	if w9 != 0 goto LBB0_7
# %bb.3:                                #   in Loop: Header=BB0_2 Depth=1
	w8 = *(u8 *)(r8 + 1)
	w8 ^= w5
	w8 &= 15
	if w8 != 0 goto LBB0_7
# %bb.4:                                #   in Loop: Header=BB0_2 Depth=1
	r8 = r1
	r8 += r7
	w9 = *(u8 *)(r8 + 2)
	w9 ^= w4
	w9 &= 15
	if w9 != 0 goto LBB0_7
# %bb.5:                                #   in Loop: Header=BB0_2 Depth=1
	w8 = *(u8 *)(r8 + 3)
	w8 ^= w3
	w8 &= 15
	if w8 != 0 goto LBB0_7
# %bb.6:                                #   in Loop: Header=BB0_2 Depth=1
	r0 += r7
	goto LBB0_7
LBB0_8:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
