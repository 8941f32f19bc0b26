# TCP to port 80 is dropped.
	.license "GPL"
	.prog port_filter, "xdp"
	r2 = *(u32 *)(r1 + 0)
	r3 = *(u32 *)(r1 + 4)
	r0 = XDP_PASS
	r4 = r2
	r4 += 54
	if r4 > r3 goto 1f
	r4 = *(u16 *)(r2 + 12)
	if r4 != 8 goto 1f
	r4 = *(u8 *)(r2 + 23)
	if r4 != 6 goto 1f
	r4 = *(u16 *)(r2 + 36)
	if r4 != 0x5000 goto 1f
	r0 = XDP_DROP
1:
	exit
