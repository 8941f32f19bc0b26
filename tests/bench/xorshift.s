	.text
	.file	"xorshift.c"
	.globl	bench                           # -- Begin function bench
	.p2align	3
	.type	bench,@function
bench:                                  # @bench
# %bb.0:
	r0 = 0
	if r2 == 0 goto LBB0_3
# %bb.1:
	w3 = *(u8 *)(r1 + 0)
	r1 = 88172645463325252 ll
	r3 += r1
	r1 = 0
	r4 = 0
LBB0_2:                                 # =>This Inner Loop Header: Depth=1
	r5 = r3
	r5 <<= 13
	r5 ^= r3
	r0 = r5
	r0 >>= 7
	r0 ^= r5
	r3 = r0
	r3 <<= 17
	r3 ^= r0
	r0 = r3
	r0 %= 1000
	r0 += r4
	r1 += 1
	r4 = r0
	if r1 < r2 goto LBB0_2
LBB0_3:
	exit
.Lfunc_end0:
	.size	bench, .Lfunc_end0-bench
                                        # -- End function
