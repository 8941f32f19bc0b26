/*
 * For libraries that play the kernel for BPF programs (ebpf-kernel(7)):
 *
 *	cc -O2 -gbtf -fPIC -shared -fpatchable-function-entry=5 fake.c -o fake.so
 *	ebpf run --kernel ./fake.so --call 'add(3, 4)' tracer.o
 *
 * Functions are declared behind their definitions:
 *
 *	int add(int a, int b) { return a + b; }
 *	EBPF_MODIFIABLE(add);
 */
#ifndef CORE_HELPER_EBPF_KERNEL_H
#define CORE_HELPER_EBPF_KERNEL_H

/* What a function is declared to be. */
enum ebpf_mark_kind {
	EBPF_MARK_KFUNC = 1,  /* programs may call it */
	EBPF_MARK_MODIFIABLE, /* fmod_ret programs may answer in its place */
	EBPF_MARK_SLEEPABLE,  /* sleepable programs may be attached to it */
	EBPF_MARK_STRUCT_OPS, /* no function: a struct of functions that programs may be */
	EBPF_MARK_HELPER,     /* answers in the place of the helper of that name */
};

/* What calls of a kfunc demand and give, as KF_* of Linux. */
enum ebpf_kfunc_flag {
	EBPF_KF_ACQUIRE = 1 << 0,      /* returns a reference */
	EBPF_KF_RELEASE = 1 << 1,      /* takes one away */
	EBPF_KF_RET_NULL = 1 << 2,     /* may return NULL */
	EBPF_KF_TRUSTED_ARGS = 1 << 3, /* pointers are valid, unmodified and not NULL */
	EBPF_KF_SLEEPABLE = 1 << 4,    /* may sleep */
	EBPF_KF_RCU = 1 << 6,	       /* pointers are trusted or protected by RCU */
};

/* A record of the section ebpf_marks. */
struct ebpf_mark {
	char function[120]; /* with its NUL */
	unsigned int kind, flags;
};

#define EBPF_MARK(kind_, f, flags_)                                                                \
	static const struct ebpf_mark ebpf_mark_##kind_##_##f                                      \
		__attribute__((used, aligned(4), section("ebpf_marks"))) = {                       \
			#f, EBPF_MARK_##kind_, flags_}

#define EBPF_KFUNC(f)		   EBPF_MARK(KFUNC, f, 0)
#define EBPF_KFUNC_FLAGS(f, flags) EBPF_MARK(KFUNC, f, flags)
#define EBPF_MODIFIABLE(f)	   EBPF_MARK(MODIFIABLE, f, 0)
#define EBPF_SLEEPABLE(f)	   EBPF_MARK(SLEEPABLE, f, 0)
#define EBPF_HELPER(f)		   EBPF_MARK(HELPER, f, 0)

/*
 * Kernel functions that are not the library's but whoever runs programs has: these are their names
 * and types. Programs of sessions (kprobe.session) ask whether they are at the return, and for a
 * word that is kept from the entry to there; loops over numbers; RCU.
 */
#define EBPF_OWN_KFUNC(type, name, params)                                                         \
	type __attribute__((used)) name params                                                     \
	{                                                                                          \
		__builtin_trap();                                                                  \
	}
#define EBPF_BASE_KFUNCS                                                                           \
	struct bpf_iter_num {                                                                      \
		unsigned long long __opaque[1];                                                    \
	} __attribute__((aligned(8)));                                                             \
	EBPF_OWN_KFUNC(int, bpf_iter_num_new, (struct bpf_iter_num *it, int start, int end))       \
	EBPF_OWN_KFUNC(int *, bpf_iter_num_next, (struct bpf_iter_num *it))                        \
	EBPF_OWN_KFUNC(void, bpf_iter_num_destroy, (struct bpf_iter_num *it))                      \
	EBPF_OWN_KFUNC(_Bool, bpf_session_is_return, (void))                                       \
	EBPF_OWN_KFUNC(unsigned long long *, bpf_session_cookie, (void))                           \
	EBPF_OWN_KFUNC(void, bpf_rcu_read_lock, (void))                                            \
	EBPF_OWN_KFUNC(void, bpf_rcu_read_unlock, (void))

/*
 * A struct of functions that objects may fill with programs (sections .struct_ops), behind its
 * definition. The library has a function
 *
 *	int NAME_reg(struct NAME *ops);
 *
 * which takes one, or refuses it with a negative errno, and may have
 *
 *	void NAME_unreg(struct NAME *ops);
 */
#define EBPF_STRUCT_OPS(name)                                                                      \
	struct bpf_struct_ops_##name {                                                             \
		struct {                                                                           \
			unsigned int refcnt, state;                                                \
		} common;                                                                          \
		struct name data __attribute__((aligned(64)));                                     \
	};                                                                                         \
	struct bpf_struct_ops_##name ebpf_struct_ops_##name __attribute__((used));                 \
	EBPF_MARK(STRUCT_OPS, name, 0)

#endif
