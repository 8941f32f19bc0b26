	.text
	.file	"fnv.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = -3750763034362895579 ll
	if r2 == 0 goto LBB0_3
# %bb.1:
	r3 = 0
	r4 = 1099511628211 ll
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r5 = r1
	r5 += r3
	w5 = *(u8 *)(r5 + 0)
	r0 ^= r5
	r0 *= r4
	r3 += 1
	if r3 < r2 goto LBB0_2
LBB0_3:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
