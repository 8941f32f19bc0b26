/* CO-RE relocations of every kind against invented and real kernel types. */
#include "common.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#if HAS_CLANG
struct pt_regs {
	unsigned long rdi;
};

enum color { RED, GREEN = 7, BLUE = -3 };
enum wide { WIDE_LOW = 1, WIDE_HIGH = 0x1234567800000000ull };

typedef struct {
	int counter;
} atomic_t;

struct sock_common {
	unsigned short skc_family;
	union {
		struct {
			__u32 skc_daddr, skc_rcv_saddr;
		};
		__u64 skc_addrpair;
	};
} PRESERVE;

struct sock {
	struct sock_common __sk_common;
	atomic_t refs;
	unsigned int sk_type : 3, sk_protocol : 8;
	int array[5];
} PRESERVE;

struct sock___old {
	int sk_wmem;
} PRESERVE;

struct task_struct {
	int pid, tgid;
	struct task_struct *parent;
	char comm[16];
} PRESERVE;

SEC("kprobe/tcp_connect") int fields(struct pt_regs *ctx)
{
	struct sock *sk = (struct sock *)ctx->rdi;
	struct sock___old *old = (void *)sk;
	__u64 sum = BPF_CORE_READ(sk, __sk_common.skc_daddr) + BPF_CORE_READ(sk, array[2]);

	if (bpf_core_field_exists(old->sk_wmem))
		sum += BPF_CORE_READ(old, sk_wmem);
	sum += BPF_CORE_READ_BITFIELD_PROBED(sk, sk_protocol);
	sum += bpf_core_field_size(sk->array) + bpf_core_field_offset(struct sock, refs);
	return sum;
}

SEC("raw_tp/sched_switch") int types(void *ctx)
{
	__u64 sum = bpf_core_type_exists(struct sock___old) + bpf_core_type_size(struct sock);

	sum += bpf_core_enum_value(enum color, GREEN);
	sum += bpf_core_enum_value_exists(enum color, BLUE);
	sum += bpf_core_type_id_local(atomic_t) + bpf_core_type_id_kernel(struct task_struct);
#if __clang_major__ >= 15
	sum += bpf_core_enum_value(enum wide, WIDE_HIGH);
	sum += bpf_core_type_matches(struct task_struct);
#endif
	return sum;
}

SEC("tp_btf/task_newtask") int direct(__u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];

	return t->pid + t->parent->parent->tgid + t->comm[3];
}
#else
SEC("kprobe/tcp_connect") int fields(void *ctx)
{
	return ctx != 0;
}
#endif

LICENSE("GPL");
