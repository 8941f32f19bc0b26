# A load-acquire over its own address: what the address pointed to is not asked for any more.
	.license "GPL"
	.prog holed, "xdp"
	r1 = load_acquire((u32 *)(r1 + 16))
	r0 = 2
	exit

	.prog good, "xdp"
	*(u64 *)(r10 - 8) = 1
	r1 = r10
	r1 += -8
	r1 = load_acquire((u64 *)(r1 + 0))
	r0 = 2
	exit
