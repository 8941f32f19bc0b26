	.text
	.file	"histogram.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	*(u64 *)(r10 - 24) = r2
	r2 = 0
	w3 = 0
LBB0_1:                                 # =>This Inner Loop Header: Depth=1
	r4 = r1
	r4 += r2
	*(u32 *)(r4 + 0) = w3
	r2 += 4
	if r2 == 1280 goto LBB0_2
	goto LBB0_1
LBB0_2:
	r2 = *(u64 *)(r10 - 24)
	if r2 < 2056 goto LBB0_28
# %bb.3:
	r2 = r1
	r2 += 1024
	*(u64 *)(r10 - 32) = r2
	r4 = 0
	goto LBB0_4
LBB0_26:                                #   in Loop: Header=BB0_4 Depth=1
	w2 = *(u8 *)(r6 + 2050)
	r2 <<= 2
	r4 = r1
	r4 += r2
	w2 = *(u32 *)(r4 + 0)
	w2 += 1
	*(u32 *)(r4 + 0) = w2
	w2 = *(u8 *)(r6 + 2051)
	r2 <<= 2
	r4 = r1
	r4 += r2
	w2 = *(u32 *)(r4 + 0)
	w2 += 1
	*(u32 *)(r4 + 0) = w2
	w2 = *(u8 *)(r6 + 2052)
	r2 <<= 2
	r4 = r1
	r4 += r2
	w2 = *(u32 *)(r4 + 0)
	w2 += 1
	*(u32 *)(r4 + 0) = w2
	w2 = *(u8 *)(r6 + 2053)
	r2 <<= 2
	r4 = r1
	r4 += r2
	w2 = *(u32 *)(r4 + 0)
	w2 += 1
	*(u32 *)(r4 + 0) = w2
	w2 = *(u8 *)(r6 + 2054)
	r2 <<= 2
	r4 = r1
	r4 += r2
	w2 = *(u32 *)(r4 + 0)
	w2 += 1
	*(u32 *)(r4 + 0) = w2
	w2 = *(u8 *)(r6 + 2055)
	r2 <<= 2
	r4 = r1
	r4 += r2
	w2 = *(u32 *)(r4 + 0)
	w2 += 1
	*(u32 *)(r4 + 0) = w2
	r9 <<= 4
	r8 <<= 5
	r9 |= r8
	r7 <<= 3
	r7 |= r9
	r3 <<= 2
	r3 |= r7
	r5 <<= 1
	r5 |= r3
	r2 = *(u64 *)(r10 - 16)
	r5 |= r2
	r5 <<= 2
	r2 = *(u64 *)(r10 - 32)
	r2 += r5
	w3 = *(u32 *)(r2 + 0)
	w3 += 1
	*(u32 *)(r2 + 0) = w3
	r3 = *(u64 *)(r10 - 8)
	r2 = r3
	r2 += 8
	r3 += 2064
	r4 = r2
	r2 = *(u64 *)(r10 - 24)
	if r3 > r2 goto LBB0_28
LBB0_4:                                 # =>This Inner Loop Header: Depth=1
	r6 = r1
	*(u64 *)(r10 - 8) = r4
	r6 += r4
	r2 = *(u64 *)(r6 + 2048)
	r3 = r2
	r3 &= 255
	r3 <<= 2
	r4 = r1
	r4 += r3
	w3 = *(u32 *)(r4 + 0)
	w3 += 1
	*(u32 *)(r4 + 0) = w3
	w3 = *(u8 *)(r6 + 2049)
	r3 <<= 2
	r4 = r1
	r4 += r3
	w3 = *(u32 *)(r4 + 0)
	w3 += 1
	*(u32 *)(r4 + 0) = w3
	r3 = r2
	r3 &= 63
	r2 >>= r3
	r3 = r2
	r4 = 4294967296 ll
	if r2 < r4 goto LBB0_6
# %bb.5:                                #   in Loop: Header=BB0_4 Depth=1
	r3 = r2
	r3 >>= 32
LBB0_6:                                 #   in Loop: Header=BB0_4 Depth=1
	w7 = 1
	w8 = 1
	r4 = 4294967295 ll
	if r2 > r4 goto LBB0_8
# %bb.7:                                #   in Loop: Header=BB0_4 Depth=1
	w8 = 0
LBB0_8:                                 #   in Loop: Header=BB0_4 Depth=1
	r0 = r3
	if r3 < 65536 goto LBB0_10
# %bb.9:                                #   in Loop: Header=BB0_4 Depth=1
	r0 = r3
	r0 >>= 16
LBB0_10:                                #   in Loop: Header=BB0_4 Depth=1
	r4 = r0
	if r0 < 256 goto LBB0_12
# %bb.11:                               #   in Loop: Header=BB0_4 Depth=1
	r4 = r0
	r4 >>= 8
LBB0_12:                                #   in Loop: Header=BB0_4 Depth=1
	r2 = r4
	if r4 < 16 goto LBB0_14
# %bb.13:                               #   in Loop: Header=BB0_4 Depth=1
	r2 = r4
	r2 >>= 4
LBB0_14:                                #   in Loop: Header=BB0_4 Depth=1
	w9 = 1
	if r3 > 65535 goto LBB0_16
# %bb.15:                               #   in Loop: Header=BB0_4 Depth=1
	w9 = 0
LBB0_16:                                #   in Loop: Header=BB0_4 Depth=1
	r3 = r2
	if r2 < 4 goto LBB0_18
# %bb.17:                               #   in Loop: Header=BB0_4 Depth=1
	r3 = r2
	r3 >>= 2
LBB0_18:                                #   in Loop: Header=BB0_4 Depth=1
	w5 = 1
	if r3 > 1 goto LBB0_20
# %bb.19:                               #   in Loop: Header=BB0_4 Depth=1
	w5 = 0
LBB0_20:                                #   in Loop: Header=BB0_4 Depth=1
	*(u64 *)(r10 - 16) = r5
	w5 = 1
	if r2 > 3 goto LBB0_22
# %bb.21:                               #   in Loop: Header=BB0_4 Depth=1
	w5 = 0
LBB0_22:                                #   in Loop: Header=BB0_4 Depth=1
	w3 = 1
	if r4 > 15 goto LBB0_24
# %bb.23:                               #   in Loop: Header=BB0_4 Depth=1
	w3 = 0
LBB0_24:                                #   in Loop: Header=BB0_4 Depth=1
	if r0 > 255 goto LBB0_26
# %bb.25:                               #   in Loop: Header=BB0_4 Depth=1
	w7 = 0
	goto LBB0_26
LBB0_28:
	r2 = 0
	r0 = 0
LBB0_29:                                # =>This Inner Loop Header: Depth=1
	r3 = r1
	r3 += r2
	w3 = *(u32 *)(r3 + 0)
	r0 *= 31
	r0 += r3
	r2 += 4
	if r2 == 1280 goto LBB0_27
	goto LBB0_29
LBB0_27:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
