# Everything that can be declared, once, in a shape that libbpf and the kernel take.
.license "Dual BSD/GPL"
.struct pair {
	u32 a;                  // first
	u8 b[16];
	struct pair *next; u32 f : 3; u32 g:5
	union { u32 x; u16 y[2]; } u;
	int (*cb)(void *, int n);
}
.enum color { RED, GREEN = 5, BLUE }
.typedef struct pair pair_t
.map inner, array, key=u32, value=u64, max_entries=1
.map outer, array_of_maps, key=u32, max_entries=4, inner=inner, values={[0]=inner}
.map outer2, hash_of_maps, key=u32, max_entries=4, inner={array, key=u32, value=pair_t, max_entries=2}
.map progs, prog_array, key=u32, value=u32, max_entries=4, values="[0]=parse,[1]=drop"
.map h, hash, key=struct pair, value=pair_t, max_entries=8, flags=no_prealloc|zero_seed, map_extra=0
.map rb, ringbuf, max_entries=4096
.map ps, percpu_array, key_size=4, value_size=8, max_entries=2
.map st, task_storage, key=int, value=u64, flags=no_prealloc
.var u64 counter = 5
.var u32 zero
.var const u32 limit = GREEN
.var static u8 tab[4] = 1, 2, 3, 4
.var char msg[8] = "hi\n"
.var ".data.hot", u64 hot = 9
.kfunc bpf_rcu_read_lock() -> void
.kfunc bpf_rcu_read_unlock() -> void
.kfunc weak bpf_does_not_exist(int x) -> int
.kconfig u32 CONFIG_HZ
.ksym weak const void bpf_prog_active_x

.prog parse, "tc"
	call bpf_rcu_read_lock
	call bpf_rcu_read_unlock
	r1 = counter ll
	r2 = *(u64 *)(r1 + 0)
	r1 = limit ll
	r2 = *(u32 *)(r1 + 0)
	r1 = tab ll
	r2 = *(u8 *)(r1 + 1)
	r1 = CONFIG_HZ ll
	w1 = *(u32 *)(r1 + 0)
	call helper
	call plain
	r0 = 0
	exit
.prog drop(struct __sk_buff *skb) -> int, "tc"
	r1 = hot ll
	r1 = zero ll
	r0 = BLUE
	exit
.func helper(int x) -> int
	r0 = r1
	exit
	.text
plain:
	r0 = 3
	exit
.prog x1, "xdp"
	r2 = r10
	r2 += -4
	*(u32 *)(r2 + 0) = 0
	r1 = outer ll
	call map_lookup_elem
	r0 = XDP_PASS
	exit
.set XDP_PASS, 2
