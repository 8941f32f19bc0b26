# A program of another type, with a function of the same name.
.struct __sk_buff { u32 len; u32 pkt_type; }
.prog classify(struct __sk_buff *ctx) -> int, "tc"
	r1 = 3
	call gscal
	exit
.func gscal(int x) -> int
	r0 = r1
	exit
