# A callee adds its stack pointer to a number: Linux takes the sum for the caller's frame.
	.license "GPL"
	.prog holed, "xdp"
	*(u64 *)(r10 - 8) = 1
	call callee
	r0 = 2
	exit
callee:
	*(u64 *)(r10 - 8) = 2
	r1 = -8
	r1 += r10
	r0 = *(u64 *)(r1 + 0)
	exit

	.prog good, "xdp"
	*(u64 *)(r10 - 8) = 1
	r1 = -8
	r1 += r10
	r0 = *(u64 *)(r1 + 0)
	exit
