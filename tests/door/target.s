# What extensions and tracing programs are loaded for: 42 = 10 * gscal(3) + gctx(ctx).
.struct xdp_md { u32 data; u32 data_end; u32 data_meta; u32 ingress_ifindex; u32 rx_queue_index;
	u32 egress_ifindex; }
.map table, prog_array, key=u32, value=u32, max_entries=2

.prog classify(struct xdp_md *ctx) -> int, "xdp"
	r6 = r1
	r1 = 3
	call gscal
	r7 = r0
	r7 *= 10
	r1 = r6
	call gctx
	r7 += r0
	r1 = r10
	r1 += -8
	*(u64 *)(r10 - 8) = 0
	call spin
	r7 += r0
	r1 = r6
	call gpkt
	r7 += r0
	r1 = 0
	call sfun
	r0 += r7
	exit

.func gscal(int x) -> int
	r0 = r1
	r0 += 1
	exit

.func gctx(struct xdp_md *ctx) -> int
	r0 = 2
	exit

.func gpkt(struct xdp_md *ctx) -> int
	r2 = 0
	call bpf_xdp_adjust_head
	r0 = 0
	exit

.func static spin(int *p) -> int
	r0 = 0
	exit

.func static sfun(int x) -> int
	r0 = 0
	exit

.prog nobtfmain(void *ctx) -> int, "xdp"
	r0 = 2
	exit

# Goes to what is in slot 0, or answers 99.
.prog caller(struct xdp_md *ctx) -> int, "xdp"
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r0 = 99
	exit
