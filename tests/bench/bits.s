	.text
	.file	"bits.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = 0
	if r2 < 8 goto LBB0_3
# %bb.1:
	r2 >>= 3
	r9 = 0
	r6 = 3689348814741910323 ll
	r8 = 72340172838076673 ll
	r3 = 0
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r5 = *(u64 *)(r1 + 0)
	r4 = r5
	r4 <<= 1
	r0 = -6148914691236517206 ll
	r4 &= r0
	r0 = r5
	r0 >>= 1
	r7 = 6148914691236517205 ll
	r0 &= r7
	r5 -= r0
	r0 |= r4
	r4 = r0
	r4 <<= 2
	r7 = -3689348814741910324 ll
	r4 &= r7
	r0 >>= 2
	r0 &= r6
	r0 |= r4
	r4 = r5
	r4 &= r6
	r5 >>= 2
	r5 &= r6
	r4 += r5
	r5 = r0
	r5 = -r5
	r0 &= r5
	r5 = r4
	r5 >>= 4
	r4 += r5
	r5 = 1085102592571150095 ll
	r4 &= r5
	r4 *= r8
	r4 >>= 56
	r4 += r9
	r0 ^= r4
	r1 += 8
	r3 += 1
	r9 = r0
	if r3 < r2 goto LBB0_2
LBB0_3:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
