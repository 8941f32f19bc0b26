	.text
	.file	"crc32.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r3 = 0
	r4 = r1
	goto LBB0_1
LBB0_17:                                #   in Loop: Header=BB0_1 Depth=1
	*(u32 *)(r4 + 0) = w5
	r4 += 4
	r3 += 1
	if r3 != 256 goto LBB0_1
# %bb.18:
	r0 = 0
	if r2 < 1025 goto LBB0_22
# %bb.19:
	w4 = -1
	r3 = 1024
	goto LBB0_20
LBB0_1:                                 # =>This Inner Loop Header: Depth=1
	w0 = w3
	w0 &= 1
	w5 = w3
	w5 >>= 1
	if w0 == 0 goto LBB0_3
# %bb.2:                                #   in Loop: Header=BB0_1 Depth=1
	w5 ^= -306674912
LBB0_3:                                 #   in Loop: Header=BB0_1 Depth=1
	w0 = w5
	w0 &= 1
	w5 >>= 1
	if w0 == 0 goto LBB0_5
# %bb.4:                                #   in Loop: Header=BB0_1 Depth=1
	w5 ^= -306674912
LBB0_5:                                 #   in Loop: Header=BB0_1 Depth=1
	w0 = w5
	w0 &= 1
	w5 >>= 1
	if w0 == 0 goto LBB0_7
# %bb.6:                                #   in Loop: Header=BB0_1 Depth=1
	w5 ^= -306674912
LBB0_7:                                 #   in Loop: Header=BB0_1 Depth=1
	w0 = w5
	w0 &= 1
	w5 >>= 1
	if w0 == 0 goto LBB0_9
# %bb.8:                                #   in Loop: Header=BB0_1 Depth=1
	w5 ^= -306674912
LBB0_9:                                 #   in Loop: Header=BB0_1 Depth=1
	w0 = w5
	w0 &= 1
	w5 >>= 1
	if w0 == 0 goto LBB0_11
# %bb.10:                               #   in Loop: Header=BB0_1 Depth=1
	w5 ^= -306674912
LBB0_11:                                #   in Loop: Header=BB0_1 Depth=1
	w0 = w5
	w0 &= 1
	w5 >>= 1
	if w0 == 0 goto LBB0_13
# %bb.12:                               #   in Loop: Header=BB0_1 Depth=1
	w5 ^= -306674912
LBB0_13:                                #   in Loop: Header=BB0_1 Depth=1
	w0 = w5
	w0 &= 1
	w5 >>= 1
	if w0 == 0 goto LBB0_15
# %bb.14:                               #   in Loop: Header=BB0_1 Depth=1
	w5 ^= -306674912
LBB0_15:                                #   in Loop: Header=BB0_1 Depth=1
	w0 = w5
	w0 &= 1
	w5 >>= 1
	if w0 == 0 goto LBB0_17
# %bb.16:                               #   in Loop: Header=BB0_1 Depth=1
	w5 ^= -306674912
	goto LBB0_17
LBB0_20:                                # =>This Inner Loop Header: Depth=1
	r5 = r1
	r5 += r3
	w5 = *(u8 *)(r5 + 0)
	w5 ^= w4
	r5 &= 255
	r5 <<= 2
	r0 = r1
	r0 += r5
	w4 >>= 8
	w0 = *(u32 *)(r0 + 0)
	w0 ^= w4
	r3 += 1
	w4 = w0
	if r3 < r2 goto LBB0_20
# %bb.21:
	w0 ^= -1
LBB0_22:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
