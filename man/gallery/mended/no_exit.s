.set FIXED, 1
# E0203: A program that runs over its end
	.license "GPL"
	.prog pass, "xdp"
	r0 = 2
.ifdef FIXED
	exit
.endif
