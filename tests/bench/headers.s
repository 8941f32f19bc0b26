	.text
	.file	"headers.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = 0
	if r2 < 128 goto LBB0_10
# %bb.1:
	r4 = 0
	goto LBB0_2
LBB0_8:                                 #   in Loop: Header=BB0_2 Depth=1
	w5 <<= 2
	r6 = r4
	r6 += r5
	w5 = *(u8 *)(r6 + 3)
	w5 <<= 8
	w7 = *(u8 *)(r6 + 2)
	w5 |= w7
	r5 = be16 r5
	r0 *= 31
	r0 += r5
	w5 = *(u8 *)(r6 + 0)
	w6 = *(u8 *)(r6 + 1)
	w6 <<= 8
	w6 |= w5
	r6 = be32 r6
	w6 &= -65536
	r0 += r6
	w5 = *(u8 *)(r4 + 2)
	w4 = *(u8 *)(r4 + 3)
	w4 <<= 8
	w4 |= w5
	r4 = be16 r4
	r0 += r4
LBB0_9:                                 #   in Loop: Header=BB0_2 Depth=1
	r4 = r3
	r4 += 128
	r3 += 256
	if r3 > r2 goto LBB0_10
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r3 = r4
	r4 = r1
	r4 += r3
	w6 = *(u8 *)(r4 + 0)
	r6 &= 1
	r7 = r3
	r7 += r6
	r5 = r1
	r5 += r7
	r4 += r6
	r4 += 14
	w6 = *(u8 *)(r5 + 13)
	w6 <<= 8
	w6 &= 256
	if w6 != 0 goto LBB0_4
# %bb.3:                                #   in Loop: Header=BB0_2 Depth=1
	w6 = *(u16 *)(r5 + 16)
	r5 += 18
	w6 &= 768
	r4 = r5
	if w6 == 0 goto LBB0_9
LBB0_4:                                 #   in Loop: Header=BB0_2 Depth=1
	w5 = *(u8 *)(r4 + 0)
	w5 &= 15
	if w5 < 5 goto LBB0_9
# %bb.5:                                #   in Loop: Header=BB0_2 Depth=1
	w6 = *(u8 *)(r4 + 8)
	if w6 < 8 goto LBB0_9
# %bb.6:                                #   in Loop: Header=BB0_2 Depth=1
	w6 = *(u8 *)(r4 + 9)
	w6 &= 1
	if w6 == 0 goto LBB0_8
# %bb.7:                                #   in Loop: Header=BB0_2 Depth=1
	w7 = *(u8 *)(r4 + 13)
	w7 <<= 8
	w6 = *(u8 *)(r4 + 12)
	w7 |= w6
	w8 = *(u8 *)(r4 + 14)
	w8 <<= 16
	w6 = *(u8 *)(r4 + 15)
	w6 <<= 24
	w6 |= w8
	w6 |= w7
	w7 = *(u8 *)(r4 + 17)
	w7 <<= 8
	w8 = *(u8 *)(r4 + 16)
	w7 |= w8
	w8 = *(u8 *)(r4 + 18)
	w8 <<= 16
	w9 = *(u8 *)(r4 + 19)
	w9 <<= 24
	w9 |= w8
	w9 |= w7
	w9 ^= w6
	r9 = be32 r9
	r0 += r9
	goto LBB0_8
LBB0_10:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
