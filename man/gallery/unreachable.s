# E0204: Instructions that nothing leads to
	.license "GPL"
	.prog pass, "xdp"
	r0 = 2
	exit
.ifndef FIXED
	r0 = 1
	exit
.endif
