	.text
	.file	"fib.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	w0 = *(u8 *)(r1 + 0)
	r2 <<= 2
	if r2 == 0 goto LBB0_3
# %bb.1:
	r3 = 1
	r1 = 0
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r0 += r3
	r4 = r0
	r4 ^= r1
	r1 += 1
	r0 = r3
	r3 = r4
	if r1 < r2 goto LBB0_2
LBB0_3:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
