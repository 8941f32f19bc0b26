.license "GPL"
.struct xdp_md { u32 data; u32 data_end; }
.prog drop(struct xdp_md *ctx) -> int, "freplace/verdict"
	r0 = 1
	exit
