.license "GPL"
.struct xdp_md { u32 data; u32 data_end; }
.prog base(struct xdp_md *ctx) -> int, "xdp"
	call verdict
	exit
.func verdict(struct xdp_md *ctx) -> int
	r0 = 2
	exit
