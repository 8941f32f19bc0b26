/* Kernel functions as tests call them, and how their answers become one number. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define weak_ksym __ksym __weak

extern int bpf_strcmp(const char *a, const char *b) weak_ksym;
extern int bpf_strcasecmp(const char *a, const char *b) weak_ksym;
extern int bpf_strnchr(const char *s, __u64 count, char c) weak_ksym;
extern int bpf_strchr(const char *s, char c) weak_ksym;
extern int bpf_strchrnul(const char *s, char c) weak_ksym;
extern int bpf_strrchr(const char *s, int c) weak_ksym;
extern int bpf_strnlen(const char *s, __u64 count) weak_ksym;
extern int bpf_strlen(const char *s) weak_ksym;
extern int bpf_strspn(const char *s, const char *accept) weak_ksym;
extern int bpf_strcspn(const char *s, const char *reject) weak_ksym;
extern int bpf_strnstr(const char *s, const char *sub, __u64 len) weak_ksym;
extern int bpf_strstr(const char *s, const char *sub) weak_ksym;

extern void bpf_throw(__u64 cookie) weak_ksym;
extern void bpf_rcu_read_lock(void) weak_ksym;
extern void bpf_rcu_read_unlock(void) weak_ksym;
extern void bpf_preempt_disable(void) weak_ksym;
extern void bpf_preempt_enable(void) weak_ksym;
extern void bpf_local_irq_save(unsigned long *flags) weak_ksym;
extern void bpf_local_irq_restore(unsigned long *flags) weak_ksym;

struct bpf_iter_num___own {
	__u64 opaque[1];
} __attribute__((aligned(8)));
#define bpf_iter_num bpf_iter_num___own
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) weak_ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) weak_ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) weak_ksym;
struct bpf_iter_bits {
	__u64 opaque[2];
} __attribute__((aligned(8)));
extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *p, __u32 n) weak_ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) weak_ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) weak_ksym;

static __always_inline void add(__u32 *sum, __u64 value)
{
	*sum = *sum * 31 + (__u32)value;
}

