# Calls one function twice: 4 * 1000 + 4, or what another program answers in its place, twice.
.struct xdp_md { u32 data; u32 data_end; }
.prog twice(struct xdp_md *ctx) -> int, "xdp"
	r1 = 3
	call gscal
	r6 = r0
	r6 *= 1000
	r1 = 3
	call gscal
	r0 += r6
	exit
.func gscal(int x) -> int
	r0 = r1
	r0 += 1
	exit
