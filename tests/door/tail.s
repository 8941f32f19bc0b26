# Tail calls. Programs count themselves in what is seen.
.struct xdp_md { u32 data; u32 data_end; }
.map table, prog_array, key=u32, value=u32, max_entries=2
.map other, array, key=u32, value=u32, max_entries=1
.var u64 seen[2]

.prog self(struct xdp_md *ctx) -> int, "xdp"
	r2 = seen ll
	r3 = *(u64 *)(r2 + 0)
	r3 += 1
	*(u64 *)(r2 + 0) = r3
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r0 = 99
	exit

.prog loop(struct xdp_md *ctx) -> int, "xdp"
	r2 = seen ll
	r3 = *(u64 *)(r2 + 0)
	r3 += 1
	*(u64 *)(r2 + 0) = r3
	call again
	exit
.func static again(struct xdp_md *ctx) -> int
	r2 = seen ll
	r3 = *(u64 *)(r2 + 8)
	r3 += 1
	*(u64 *)(r2 + 8) = r3
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r0 = 1
	exit

# 77 when both functions end in leaf, 55 when the table is empty.
.prog twice(struct xdp_md *ctx) -> int, "xdp"
	r6 = r1
	call to_leaf
	r7 = r0
	r1 = r6
	call to_leaf
	r0 *= 10
	r0 += r7
	exit
.func static to_leaf(struct xdp_md *ctx) -> int
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r0 = 5
	exit
.prog leaf(struct xdp_md *ctx) -> int, "xdp"
	r0 = 7
	exit

.prog deep272(struct xdp_md *ctx) -> int, "xdp"
	*(u64 *)(r10 - 272) = 1
	call to_leaf
	exit
.prog deep240(struct xdp_md *ctx) -> int, "xdp"
	*(u64 *)(r10 - 240) = 1
	call to_leaf
	exit

.prog reads_r0(struct xdp_md *ctx) -> int, "xdp"
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	exit
.prog no_ctx(struct xdp_md *ctx) -> int, "xdp"
	r1 = 0
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r0 = 0
	exit
.prog no_table(struct xdp_md *ctx) -> int, "xdp"
	r2 = other ll
	r3 = 0
	call bpf_tail_call
	r0 = 0
	exit
.prog void_sub(struct xdp_md *ctx) -> int, "xdp"
	call voided
	r0 = 0
	exit
.func static voided(struct xdp_md *ctx) -> void
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	exit
