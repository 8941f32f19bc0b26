.set FIXED, 1
# E0951: A value that was kept in r1 over a call
	.license "GPL"
	.prog mark, "xdp"
.ifndef FIXED
	call ktime_get_ns
	r0 = *(u32 *)(r1 + 16)
.else
	r6 = r1
	call ktime_get_ns
	r0 = *(u32 *)(r6 + 16)
.endif
	exit
