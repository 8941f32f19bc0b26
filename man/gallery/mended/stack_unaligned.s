.set FIXED, 1
# E0605: A misaligned word on the stack
	.license "GPL"
	.prog pass, "xdp"
	r2 = 1
.ifndef FIXED
	*(u64 *)(r10 - 12) = r2
.else
	*(u64 *)(r10 - 16) = r2
.endif
	r0 = 2
	exit
