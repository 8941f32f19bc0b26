/* As kfuncs.c: timers and works. What they do when their time comes, only `ebpf run` can say. */
#include "kfuncs.h"

struct bpf_wq {
	__u64 opaque[2];
} __attribute__((aligned(8)));

extern int bpf_wq_init(struct bpf_wq *wq, void *map, unsigned int flags) weak_ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq, int (*fn)(void *map, int *key, void *value),
				    unsigned int flags, void *aux) weak_ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) weak_ksym;

struct clocked {
	struct bpf_timer timer;
	__u64 ran, at;
};
struct worked {
	struct bpf_wq wq;
	__u64 ran;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct clocked);
} timers SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct worked);
} works SEC(".maps");

static int again(void *map, int *key, struct clocked *v)
{
	v->ran = v->ran * 10 + *key;
	v->at = bpf_ktime_get_ns();
	if (v->ran < 100)
		bpf_timer_start(&v->timer, 1000, 0);
	v->ran += bpf_timer_cancel(&v->timer) == -35 ? 0 : 5000;
	return 0;
}

static int work(void *map, int *key, void *value)
{
	((struct worked *)value)->ran += *key;
	return 0;
}

SEC("tc") int timer_calls(struct __sk_buff *skb)
{
	struct clocked *v, *w;
	int key = 0, other = 3;
	__u32 sum = 0;

	v = bpf_map_lookup_elem(&timers, &key);
	w = bpf_map_lookup_elem(&timers, &other);
	if (!v || !w)
		return 0;
	add(&sum, bpf_timer_start(&v->timer, 1000, 0));
	add(&sum, bpf_timer_set_callback(&v->timer, again));
	add(&sum, bpf_timer_cancel(&v->timer));
	add(&sum, bpf_timer_init(&v->timer, &timers, 3));
	add(&sum, bpf_timer_init(&v->timer, &timers, 1 << 10));
	add(&sum, bpf_timer_init(&v->timer, &timers, 1));
	add(&sum, bpf_timer_init(&v->timer, &timers, 1));
	add(&sum, bpf_timer_start(&v->timer, 1000, 0));
	add(&sum, bpf_timer_set_callback(&v->timer, again));
	add(&sum, bpf_timer_start(&v->timer, 1000000000000, 4));
	add(&sum, bpf_timer_start(&v->timer, 1000000000000, 0));
	add(&sum, bpf_timer_start(&v->timer, 1000000000000, 0));
	add(&sum, bpf_timer_cancel(&v->timer));
	add(&sum, bpf_timer_cancel(&v->timer));
	add(&sum, bpf_timer_start(&v->timer, 1000, 0));
	add(&sum, bpf_timer_init(&w->timer, &timers, 7));
	return sum;
}

SEC("tc") int work_calls(struct __sk_buff *skb)
{
	struct worked empty = {}, *v;
	int key = 7;
	__u32 sum = 0;

	bpf_map_update_elem(&works, &key, &empty, 0);
	v = bpf_map_lookup_elem(&works, &key);
	if (!v)
		return 0;
	add(&sum, bpf_wq_start(&v->wq, 0));
	add(&sum, bpf_wq_set_callback_impl(&v->wq, work, 0, 0));
	add(&sum, bpf_wq_init(&v->wq, &works, 1));
	add(&sum, bpf_wq_init(&v->wq, &works, 0));
	add(&sum, bpf_wq_init(&v->wq, &works, 0));
	add(&sum, bpf_wq_start(&v->wq, 0));
	add(&sum, bpf_wq_set_callback_impl(&v->wq, work, 1, 0));
	add(&sum, bpf_wq_set_callback_impl(&v->wq, work, 0, 0));
	add(&sum, bpf_wq_start(&v->wq, 1));
	add(&sum, bpf_wq_start(&v->wq, 0));
	add(&sum, bpf_wq_start(&v->wq, 0));
	return sum;
}

static __always_inline void start(int key, __u64 ns)
{
	struct clocked *v = bpf_map_lookup_elem(&timers, &key);

	if (!v)
		return;
	bpf_timer_init(&v->timer, &timers, 1);
	bpf_timer_set_callback(&v->timer, again);
	bpf_timer_start(&v->timer, ns, 0);
}

/* The second is due first. */
SEC("tc") int tick(struct __sk_buff *skb)
{
	start(1, 5000);
	start(2, 2500);
	return 0;
}

char _license[] SEC("license") = "GPL";
