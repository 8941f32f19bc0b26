# Functions of every kind of signature, and programs that look at what they get.
.struct xdp_md { u32 data; u32 data_end; }
.struct pair { u64 a; u64 b; }
.var u64 seen[6]

.prog target(struct xdp_md *ctx) -> int, "xdp"
	r6 = r1
	r1 = 7
	r2 = 1
	call glong
	r7 = r0
	r1 = r6
	call gctx
	r1 = r10
	r1 += -8
	*(u64 *)(r10 - 8) = 0
	call spin
	r1 = 6
	call nothing
	r0 = r7
	exit
.func glong(long a, long b) -> long
	r0 = r1
	r0 += r2
	exit
.func gctx(struct xdp_md *ctx) -> int
	r0 = 2
	exit
.func static spin(int *p) -> int
	r0 = 9
	exit
.func static nothing(int x) -> void
	exit

# What bpf_get_func_arg_cnt() says, the three words, and what bpf_get_func_arg() and _ret() do.
.prog ex_all, "fexit"
	r6 = r1
	call bpf_get_func_arg_cnt
	r7 = seen ll
	*(u64 *)(r7 + 0) = r0
	r1 = *(u64 *)(r6 + 0)
	*(u64 *)(r7 + 8) = r1
	r1 = *(u64 *)(r6 + 8)
	*(u64 *)(r7 + 16) = r1
	r1 = *(u64 *)(r6 + 16)
	*(u64 *)(r7 + 24) = r1
	r1 = r6
	r2 = 1
	r3 = r7
	r3 += 32
	call bpf_get_func_arg
	r1 = r6
	r2 = r7
	r2 += 40
	call bpf_get_func_ret
	r0 = 0
	exit
.prog ex_count, "fexit"
	r6 = r1
	call bpf_get_func_arg_cnt
	r7 = seen ll
	*(u64 *)(r7 + 0) = r0
	r1 = *(u64 *)(r6 + 40)
	*(u64 *)(r7 + 8) = r1
	r0 = 0
	exit
# The number of an argument is one of 32 bits without a sign, and nothing is written when there is none.
.prog en_none, "fentry"
	r6 = r1
	r7 = seen ll
	*(u64 *)(r7 + 0) = 77
	r2 = -1
	r3 = r7
	call bpf_get_func_arg
	*(u64 *)(r7 + 8) = r0
	r1 = r6
	r2 = 2
	r3 = r7
	call bpf_get_func_arg
	*(u64 *)(r7 + 16) = r0
	r0 = 0
	exit
.prog ex_void, "fexit"
	r2 = *(u64 *)(r1 + 8)
	r3 = seen ll
	*(u64 *)(r3 + 0) = r2
	r0 = 0
	exit
.prog odd_offset, "fentry"
	r0 = *(u32 *)(r1 + 4)
	r0 = 0
	exit
.prog writes, "fentry"
	r0 = 0
	*(u64 *)(r1 + 0) = r0
	exit
.prog narrow, "fentry"
	r0 = *(u32 *)(r1 + 0)
	r0 = *(u8 *)(r1 + 8)
	r0 = 0
	exit
.prog narrow_pointer, "fentry"
	r0 = *(u32 *)(r1 + 0)
	r0 = 0
	exit
.prog slot2, "fentry"
	r0 = *(u64 *)(r1 + 16)
	r0 = 0
	exit
.prog slot3, "fentry"
	r0 = *(u64 *)(r1 + 24)
	r0 = 0
	exit
.prog slot4, "fexit"
	r0 = *(u64 *)(r1 + 32)
	r0 = 0
	exit
.prog slot5, "fexit"
	r0 = *(u64 *)(r1 + 40)
	r0 = 0
	exit
.prog typed, "fentry"
	r1 = *(u64 *)(r1 + 0)
	r0 = *(u64 *)(r1 + 0)
	r0 = *(u64 *)(r1 - 8)
	r0 = 0
	exit
.prog whence, "fentry"
	call bpf_get_func_ip
	r1 = seen ll
	*(u64 *)(r1 + 0) = r0
	r0 = 0
	exit
.prog whence_iter, "iter/bpf_map"
	call bpf_get_func_ip
	r0 = 0
	exit
.prog null, "fentry"
	r0 = 0
	exit
.prog leaves, "fexit"
	r0 = 0
	exit
.prog mod_ret, "fmod_ret"
	r0 = 0
	exit
.prog hook, "lsm_cgroup/socket_bind"
	r0 = 1
	exit
.prog mac, "lsm/socket_bind"
	r0 = 0
	exit
.prog with_func, "fentry"
	r1 = 3
	call helped
	r0 = 0
	exit
.func helped(int x) -> int
	r0 = r1
	exit
.prog x_helped(int x) -> int, "freplace"
	r0 = 5
	exit
.prog x_unsigned(unsigned long a, unsigned long b) -> unsigned long, "freplace"
	r0 = 5
	exit
.prog x_narrow(long a, long b) -> int, "freplace"
	r0 = 5
	exit
.prog x_two(long a, int b) -> long, "freplace"
	r0 = 5
	exit
