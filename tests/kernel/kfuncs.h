/* Kernel functions as tests call them, and how their answers become one number. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <stdbool.h>

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


extern int bpf_dynptr_adjust(const struct bpf_dynptr *p, __u32 start, __u32 end) weak_ksym;
extern bool bpf_dynptr_is_null(const struct bpf_dynptr *p) weak_ksym;
extern bool bpf_dynptr_is_rdonly(const struct bpf_dynptr *p) weak_ksym;
extern __u32 bpf_dynptr_size(const struct bpf_dynptr *p) weak_ksym;
extern int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *copy) weak_ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u32 off, void *buf,
			      __u32 size) weak_ksym;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *p, __u32 off, void *buf,
				   __u32 size) weak_ksym;
extern int bpf_dynptr_copy(struct bpf_dynptr *to, __u32 to_off, struct bpf_dynptr *from,
			   __u32 from_off, __u32 size) weak_ksym;
extern int bpf_dynptr_memset(struct bpf_dynptr *p, __u32 off, __u32 size, __u8 value) weak_ksym;

/* Objects, lists and trees; the types are those of clang's that tag what a pointer or head is of. */
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))
#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))

struct bpf_list_head {
	__u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_list_node {
	__u64 opaque[3];
} __attribute__((aligned(8)));
struct bpf_rb_root {
	__u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_rb_node {
	__u64 opaque[4];
} __attribute__((aligned(8)));
struct bpf_refcount {
	__u32 opaque[1];
} __attribute__((aligned(4)));

extern void *bpf_obj_new_impl(__u64 id, void *meta) weak_ksym;
extern void bpf_obj_drop_impl(void *obj, void *meta) weak_ksym;
extern void *bpf_percpu_obj_new_impl(__u64 id, void *meta) weak_ksym;
extern void bpf_percpu_obj_drop_impl(void *obj, void *meta) weak_ksym;
extern void *bpf_refcount_acquire_impl(void *obj, void *meta) weak_ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				    void *meta, __u64 off) weak_ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				   void *meta, __u64 off) weak_ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) weak_ksym;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head) weak_ksym;
extern struct bpf_list_node *bpf_list_front(struct bpf_list_head *head) weak_ksym;
extern struct bpf_list_node *bpf_list_back(struct bpf_list_head *head) weak_ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
			       bool (*less)(struct bpf_rb_node *a, const struct bpf_rb_node *b),
			       void *meta, __u64 off) weak_ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root,
					     struct bpf_rb_node *node) weak_ksym;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) weak_ksym;
extern struct bpf_rb_node *bpf_rbtree_root(struct bpf_rb_root *root) weak_ksym;
extern struct bpf_rb_node *bpf_rbtree_left(struct bpf_rb_root *root,
					   struct bpf_rb_node *node) weak_ksym;
extern struct bpf_rb_node *bpf_rbtree_right(struct bpf_rb_root *root,
					    struct bpf_rb_node *node) weak_ksym;

#define obj_new(type) ((type *)bpf_obj_new_impl(bpf_core_type_id_local(type), (void *)0))
#define obj_drop(p) bpf_obj_drop_impl(p, (void *)0)
#define acquire(p) bpf_refcount_acquire_impl(p, (void *)0)
#define list_push_front(head, node) bpf_list_push_front_impl(head, node, (void *)0, 0)
#define list_push_back(head, node) bpf_list_push_back_impl(head, node, (void *)0, 0)
#define rbtree_add(root, node, less) bpf_rbtree_add_impl(root, node, less, (void *)0, 0)
#define container_of(p, type, member) ((type *)((char *)(p) - __builtin_offsetof(type, member)))
