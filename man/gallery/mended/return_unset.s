.set FIXED, 1
# E0951: A path that sets no return value
	.license "GPL"
	.prog pass, "xdp"
	r2 = *(u32 *)(r1 + 16)
	if r2 > 3 goto out
	r0 = 2
	exit
out:
.ifdef FIXED
	r0 = 1
.endif
	exit
