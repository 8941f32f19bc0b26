	.text
	.file	"dispatch.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = 3
	if r2 == 0 goto LBB0_4
# %bb.1:
	r6 = 1
	r0 = 2
	r3 = 0
	r4 = 0
	goto LBB0_2
LBB0_33:                                #   in Loop: Header=BB0_2 Depth=1
	r6 = r4
	r6 ^= r5
LBB0_34:                                #   in Loop: Header=BB0_2 Depth=1
	r3 += -1
	r4 += 1
	if r4 < r2 goto LBB0_2
	goto LBB0_3
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r5 = r6
	r6 = r1
	r6 += r4
	w6 = *(u8 *)(r6 + 0)
	w7 = w6
	w7 &= 15
	if w7 s> 7 goto LBB0_16
# %bb.5:                                #   in Loop: Header=BB0_2 Depth=1
	if w7 s> 3 goto LBB0_11
# %bb.6:                                #   in Loop: Header=BB0_2 Depth=1
	if w7 s> 1 goto LBB0_9
# %bb.7:                                #   in Loop: Header=BB0_2 Depth=1
	if w7 == 0 goto LBB0_27
# %bb.8:                                #   in Loop: Header=BB0_2 Depth=1
	r0 ^= r5
	r6 = r5
	goto LBB0_34
LBB0_16:                                #   in Loop: Header=BB0_2 Depth=1
	if w7 s> 11 goto LBB0_22
# %bb.17:                               #   in Loop: Header=BB0_2 Depth=1
	if w7 s> 9 goto LBB0_20
# %bb.18:                               #   in Loop: Header=BB0_2 Depth=1
	if w7 == 8 goto LBB0_31
# %bb.19:                               #   in Loop: Header=BB0_2 Depth=1
	r0 *= 3
	r6 = r5
	goto LBB0_34
LBB0_11:                                #   in Loop: Header=BB0_2 Depth=1
	if w7 s> 5 goto LBB0_14
# %bb.12:                               #   in Loop: Header=BB0_2 Depth=1
	if w7 == 4 goto LBB0_29
# %bb.13:                               #   in Loop: Header=BB0_2 Depth=1
	r0 += r6
	r6 = r5
	goto LBB0_34
LBB0_22:                                #   in Loop: Header=BB0_2 Depth=1
	if w7 s> 13 goto LBB0_25
# %bb.23:                               #   in Loop: Header=BB0_2 Depth=1
	if w7 == 12 goto LBB0_33
# %bb.24:                               #   in Loop: Header=BB0_2 Depth=1
	r0 += r5
	r6 = r5
	goto LBB0_34
LBB0_9:                                 #   in Loop: Header=BB0_2 Depth=1
	if w7 == 2 goto LBB0_28
# %bb.10:                               #   in Loop: Header=BB0_2 Depth=1
	r0 += r3
	r6 = r5
	goto LBB0_34
LBB0_20:                                #   in Loop: Header=BB0_2 Depth=1
	if w7 == 10 goto LBB0_32
# %bb.21:                               #   in Loop: Header=BB0_2 Depth=1
	r0 &= -3
	r6 = r5
	goto LBB0_34
LBB0_14:                                #   in Loop: Header=BB0_2 Depth=1
	if w7 == 6 goto LBB0_30
# %bb.15:                               #   in Loop: Header=BB0_2 Depth=1
	r0 ^= -1
	r6 = r5
	goto LBB0_34
LBB0_25:                                #   in Loop: Header=BB0_2 Depth=1
	r6 = r0
	if w7 == 14 goto LBB0_34
# %bb.26:                               #   in Loop: Header=BB0_2 Depth=1
	r7 = r0
	r7 >>= 9
	r7 ^= r0
	r6 = r5
	r0 = r7
	goto LBB0_34
LBB0_27:                                #   in Loop: Header=BB0_2 Depth=1
	r6 = r0
	r6 += r5
	goto LBB0_34
LBB0_31:                                #   in Loop: Header=BB0_2 Depth=1
	r6 = r0
	r6 >>= 7
	r5 -= r6
	r6 = r5
	goto LBB0_34
LBB0_29:                                #   in Loop: Header=BB0_2 Depth=1
	r5 *= 5
	r6 = r5
	goto LBB0_34
LBB0_28:                                #   in Loop: Header=BB0_2 Depth=1
	r6 = r5
	r6 >>= 61
	r5 <<= 3
	r5 |= r6
	r6 = r5
	goto LBB0_34
LBB0_32:                                #   in Loop: Header=BB0_2 Depth=1
	r5 |= 1
	r6 = r5
	goto LBB0_34
LBB0_30:                                #   in Loop: Header=BB0_2 Depth=1
	r5 ^= 85
	r6 = r5
	goto LBB0_34
LBB0_3:
	r0 ^= r6
LBB0_4:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
