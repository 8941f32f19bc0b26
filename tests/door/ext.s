# Programs in the place of the functions of target.s.
.struct xdp_md { u32 data; u32 data_end; u32 data_meta; u32 ingress_ifindex; u32 rx_queue_index;
	u32 egress_ifindex; }
.struct __sk_buff { u32 len; u32 pkt_type; }

.prog ok_scal(int x) -> int, "freplace"
	r0 = r1
	r0 += 100
	exit
# The same in 998 instructions.
.prog wide_scal(int x) -> int, "freplace"
	r2 = r1
	.rept 124
	*(u64 *)(r10 - 8) = r2
	r3 = *(u64 *)(r10 - 8)
	r4 = r3
	r4 ^= r2
	r4 += 1
	r2 += r4
	r2 -= 1
	if r2 == 77 goto wide_out
	.endr
	r0 = r2
	r0 += 100
	r0 = (s32)r0
	exit
wide_out:
	r0 = 0
	exit
.prog ok_scal2(int x) -> int, "freplace"
	r0 = 7
	exit
.prog ok_long(int x) -> long, "freplace"
	r0 = 5
	exit
.prog ok_ctx(struct xdp_md *ctx) -> int, "freplace"
	r0 = 3
	exit
.prog ok_main(struct xdp_md *ctx) -> int, "freplace"
	r0 = 5
	exit
.prog big_stack(int x) -> int, "freplace"
	*(u64 *)(r10 - 480) = 1
	r0 = *(u64 *)(r10 - 480)
	exit
.prog bad_nargs(int x, int y) -> int, "freplace"
	r0 = 0
	exit
.prog bad_kind(int *x) -> int, "freplace"
	r0 = 0
	exit
.prog bad_size(long x) -> int, "freplace"
	r0 = 0
	exit
.prog bad_ctxname(struct __sk_buff *ctx) -> int, "freplace"
	r0 = 0
	exit
.prog bad_ptr(int *x) -> int, "freplace"
	r0 = 0
	exit
.prog bad_retptr(int x) -> int *, "freplace"
	r0 = 0
	exit
.prog bad_null(struct xdp_md *ctx) -> int, "freplace"
	r0 = *(u32 *)(r1 + 64)
	exit
.prog bad_helper(struct xdp_md *ctx) -> int, "freplace"
	r2 = 0
	r3 = r10
	r3 += -8
	r4 = 8
	call bpf_skb_load_bytes
	r0 = 0
	exit
.prog changes(struct xdp_md *ctx) -> int, "freplace"
	r2 = 0
	call bpf_xdp_adjust_head
	r0 = 0
	exit
.prog static_like(int x) -> int, "freplace"
	r0 = 0
	exit
.prog own_calls(int x) -> int, "freplace"
	call inner
	r0 += 1
	exit
.func inner(int x) -> int
	r0 = r1
	r0 *= 2
	exit

# The digits of what ran: each adds its cookie.
.var u64 seen
.prog en_log, "fentry"
	call bpf_get_attach_cookie
	r1 = seen ll
	r2 = *(u64 *)(r1 + 0)
	r2 *= 10
	r2 += r0
	*(u64 *)(r1 + 0) = r2
	r0 = 0
	exit
.prog ex_log, "fexit"
	call bpf_get_attach_cookie
	r1 = seen ll
	r2 = *(u64 *)(r1 + 0)
	r2 *= 10
	r2 += r0
	*(u64 *)(r1 + 0) = r2
	r0 = 0
	exit
# 1000 * the argument + 10 * what was returned + the number of arguments
.prog ex_sees, "fexit"
	r6 = *(u64 *)(r1 + 0)
	r7 = *(u64 *)(r1 + 8)
	call bpf_get_func_arg_cnt
	r6 *= 1000
	r7 *= 10
	r6 += r7
	r6 += r0
	r1 = seen ll
	*(u64 *)(r1 + 0) = r6
	r0 = 0
	exit
# 1000 * what bpf_get_func_arg() says of the 40th argument + what bpf_get_func_ret() does
.prog en_asks, "fentry"
	r6 = r1
	r2 = 40
	r3 = r10
	r3 += -8
	*(u64 *)(r10 - 8) = 0
	call bpf_get_func_arg
	r7 = r0
	r1 = r6
	r2 = r10
	r2 += -8
	call bpf_get_func_ret
	r7 *= 1000
	r7 += r0
	r1 = seen ll
	*(u64 *)(r1 + 0) = r7
	r0 = 0
	exit
.prog ex_slot5, "fexit"
	r6 = *(u64 *)(r1 + 40)
	r1 = seen ll
	*(u64 *)(r1 + 0) = r6
	r0 = 0
	exit

.map table, prog_array, key=u32, value=u32, max_entries=2
.prog ok_tail(struct xdp_md *ctx) -> int, "freplace"
	r2 = table ll
	r3 = 0
	call bpf_tail_call
	r0 = 9
	exit

.prog en1, "fentry"
	r0 = 0
	exit
.prog ex1, "fexit"
	r0 = 0
	exit
.prog en_bad, "fentry"
	r0 = 1
	exit
.prog en_second, "fentry"
	r0 = *(u64 *)(r1 + 8)
	r0 = 0
	exit
.prog ex_static, "fexit"
	r0 = *(u64 *)(r1 + 40)
	r0 = 0
	exit
.prog mod_ret, "fmod_ret"
	r0 = 0
	exit
.prog sleepy, "fentry.s"
	r0 = 0
	exit
.prog raw, "tp_btf"
	r0 = 0
	exit
.prog iter, "iter"
	r0 = 0
	exit
