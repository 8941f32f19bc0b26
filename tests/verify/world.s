# What generated programs refer to.
	.license "GPL"
	.struct bpf_spin_lock { u32 val; }
	.struct bpf_timer { u64 a; u64 b; }
	.struct locked { u64 n; struct bpf_spin_lock lock; u32 pad; u64 more[4]; }
	.struct timed { u64 n; struct bpf_timer timer; u64 more[2]; }
	.struct object { u64 a; u64 b; }
	.map array, array, key_size=4, value_size=48, max_entries=4
	.map direct, array, key_size=4, value_size=48, max_entries=1
	.map hash, hash, key_size=4, value_size=48, max_entries=4
	.map wide, hash, key_size=16, value_size=64, max_entries=4
	.map lru, lru_hash, key_size=8, value_size=8, max_entries=4
	.map percpu, percpu_array, key_size=4, value_size=32, max_entries=4
	.map percpu_hash, percpu_hash, key_size=4, value_size=24, max_entries=4
	.map readonly, array, key_size=4, value_size=48, max_entries=1, flags=rdonly_prog
	.map writeonly, array, key_size=4, value_size=48, max_entries=1, flags=wronly_prog
	.map locks, array, key=u32, value=struct locked, max_entries=4
	.map timers, array, key=u32, value=struct timed, max_entries=4
	.map ring, ringbuf, max_entries=4096
	.map programs, prog_array, key_size=4, value_size=4, max_entries=4
	.map events, perf_event_array, key_size=4, value_size=4, max_entries=4
	.map traces, stack_trace, key_size=4, value_size=1016, max_entries=4
	.map queue, queue, value_size=8, max_entries=4
	.map trie, lpm_trie, key_size=8, value_size=16, max_entries=4, flags=no_prealloc
	.map inner, array_of_maps, key_size=4, value_size=4, max_entries=4, inner={array, key_size=4, value_size=48, max_entries=4}
	.map inner_hash, hash_of_maps, key_size=4, value_size=4, max_entries=4, inner={hash, key_size=4, value_size=16, max_entries=4}
	.var const u64 constants[6] = 1, 2, 0xff, 0x100000000, 48, 7
	.var u64 variables[6] = 1, 2
	.prog entry(void *ctx) -> int, "socket"
	r0 = 0
	exit
	.func static local(u64 a, u64 b, u64 c, u64 d, u64 e) -> u64
	r0 = 0
	exit
	.func takes_number(u64 a) -> int
	r0 = 0
	exit
	.func takes_memory(struct object *a) -> int
	r0 = 0
	exit
