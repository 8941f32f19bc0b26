/*
 * Pointers to what the kernel has, from contexts and from what calls return, are followed from
 * member to member as the types say, and a little beside: read, written, tested, moved, handed to
 * functions.
 */
#include "tests/verify/trial.h"

#include "core/helper/helper.h"
#include "core/isa/build.h"

#include <string.h>

enum {
	CTX = 6,
	FIRST = 7, /* to 9: pointers, or what once was one */
	NAME_MAX_LEN = 64,
};

static uint8_t reg(struct fuzz *f)
{
	return (uint8_t)(FIRST + below(f, 3));
}

/* ---- what a register leads to ---- */

/* The struct that the last line about it says a register has a pointer to; 0: none. */
static uint32_t struct_of(struct fuzz *f, const char *log, uint8_t r)
{
	char what[8] = {'R', (char)('0' + r), '='}, name[NAME_MAX_LEN];
	const char *at = NULL, *ptr;
	size_t len;

	for (const char *next = log; (next = strstr(next, what)) != NULL; next++)
		at = next;
	if (!at)
		return 0;
	len = strcspn(at, "( \n");
	ptr = memmem(at, len, "ptr_", 4);
	while (ptr && (at = memmem(ptr + 4, len - (size_t)(ptr + 4 - at), "or_null_", 8)) != NULL)
		ptr = at + 4;
	if (!ptr)
		return 0;
	len = strcspn(ptr + 4, "( \n");
	if (len >= sizeof(name))
		return 0;
	memcpy(name, ptr + 4, len);
	name[len] = 0;
	return btf_find(f->judges->btf, name, BTF_KIND_STRUCT);
}

/* Where a member of a struct begins, or one of a struct in it; its size if it is to be loaded. */
static uint32_t member(struct fuzz *f, uint32_t id, uint32_t *size)
{
	const struct btf *btf = f->judges->btf;
	uint32_t off = 0;

	for (int depth = 0; depth < 5; depth++) {
		const struct btf_type *t = btf_type(btf, id);
		const struct btf_member *m;

		if (!btf_is_composite(t) || !btf_vlen(t))
			break;
		m = &btf_members(t)[below(f, btf_vlen(t))];
		off += (btf_kflag(t) ? m->offset & 0xffffff : m->offset) / 8;
		id = btf_resolve(btf, m->type);
	}
	switch (btf_kind_of(btf, id)) {
	case BTF_KIND_PTR:
		*size = 8;
		break;
	case BTF_KIND_INT:
		*size = btf_type(btf, id)->size & 15;
		break;
	case BTF_KIND_ARRAY:
		off += 8 * below(f, 3);
		break;
	}
	return off;
}

static void look(const struct trial *t, struct strbuf *log)
{
	static struct trial whole;
	struct verdict v = {0};

	whole = *t;
	/* What is refused has a log. */
	emit(&whole, INSN_LDX_DW(0, REG_FP, 8));
	emit(&whole, INSN_EXIT());
	judge_shortly(&whole, &v);
	strbuf_add(log, strbuf_str(&v.log));
	strbuf_free(&v.log);
}

/* ---- steps ---- */

/* A register with a pointer to a struct, when there is one, and a place in that. */
static uint32_t pick(struct fuzz *f, const struct trial *t, uint8_t *from, uint32_t *size)
{
	uint32_t id = 0, off = 8 * below(f, 40), first = below(f, 3);
	struct strbuf log = {0};

	look(t, &log);
	for (uint32_t i = 0; i < 3 && !id; i++) {
		*from = (uint8_t)(FIRST + (first + i) % 3);
		id = struct_of(f, strbuf_str(&log), *from);
	}
	strbuf_free(&log);
	*size = fuzz_size(f);
	if (id)
		off = member(f, id, size);
	if (one_in(f, 10))
		off += 1 + below(f, 8);
	if (one_in(f, 10) || (*size != 1 && *size != 2 && *size != 4 && *size != 8))
		*size = fuzz_size(f);
	return off;
}

static void read_member(struct fuzz *f, struct trial *t)
{
	uint32_t size, off;
	uint8_t from, to = reg(f);

	off = pick(f, t, &from, &size);
	emit(t, fuzz_load(f, size, to, from, (int)off));
}

static void write_member(struct fuzz *f, struct trial *t)
{
	uint32_t size, off;
	uint8_t to;

	off = pick(f, t, &to, &size);
	emit(t, fuzz_store(f, size, to, reg(f), (int)off));
}

static void read_ctx(struct fuzz *f, struct trial *t)
{
	uint32_t size = one_in(f, 6) ? fuzz_size(f) : 8;

	emit(t, fuzz_load(f, size, reg(f), CTX, (int)(8 * below(f, one_in(f, 4) ? 14 : 4))));
}

static void test(struct fuzz *f, struct trial *t)
{
	/* The end is where everything is as it is here, for all that anybody cares. */
	emit(t, one_in(f, 2) ? INSN_JNE64_K(reg(f), 0, 2) : INSN_JNE64_X(reg(f), reg(f), 2));
	emit(t, INSN_MOV64_K(0, 0));
	emit(t, INSN_EXIT());
}

static void move(struct fuzz *f, struct trial *t)
{
	uint8_t to = reg(f);

	if (one_in(f, 2))
		emit(t, INSN_MOV64_X(to, reg(f)));
	else if (one_in(f, 4))
		emit(t, fuzz_alu(f, to, reg(f)));
	else
		emit(t, INSN_ADD64_K(to, 8 * (int)below(f, 6) - 8));
}

static void region(struct fuzz *f, struct trial *t)
{
	static const char *const names[] = {"bpf_rcu_read_lock", "bpf_rcu_read_lock",
					    "bpf_rcu_read_unlock"};
	uint32_t id = btf_find(f->judges->btf, names[below(f, ARRAY_SIZE(names))], BTF_KIND_FUNC);

	emit(t, insn_make(OP_CALL_KFUNC, 0, 0, 0, (int32_t)id));
}

static void arguments(struct fuzz *f, struct trial *t)
{
	emit(t, INSN_MOV64_X(1, one_in(f, 8) ? CTX : reg(f)));
	if (one_in(f, 2)) {
		emit(t, INSN_MOV64_X(2, one_in(f, 2) ? REG_FP : reg(f)));
		if (t->insns[t->n - 1].src_reg == REG_FP)
			emit(t, INSN_ADD64_K(2, -64));
	} else {
		/* a number, or any struct for those that cast */
		emit(t, INSN_MOV64_K(2, (int32_t)below(f, one_in(f, 2) ? 40
								       : f->judges->btf->nids)));
	}
	emit(t, INSN_MOV64_K(3, (int32_t)below(f, 3) * 8));
	emit(t, INSN_MOV64_K(4, 0));
	emit(t, INSN_MOV64_K(5, 0));
}

/* Helpers that take such pointers or return them, and any other function. */
static void call(struct fuzz *f, struct trial *t)
{
	static const int32_t helpers[] = {
		HELPER_get_current_task_btf, HELPER_task_pt_regs,     HELPER_skc_to_tcp_sock,
		HELPER_skc_to_udp6_sock,     HELPER_skc_to_tcp6_sock, HELPER_skc_to_unix_sock,
		HELPER_sock_from_file,	     HELPER_get_socket_cookie, HELPER_task_storage_get,
		HELPER_d_path,		     HELPER_probe_read_kernel, HELPER_sk_fullsock,
		HELPER_tcp_sock,	     HELPER_get_task_stack,   HELPER_find_vma,
		HELPER_per_cpu_ptr,	     HELPER_this_cpu_ptr,     HELPER_kptr_xchg,
		HELPER_tcp_send_ack,	     HELPER_skb_output};
	static const char *const names[] = {
		"bpf_task_acquire", "bpf_cgroup_acquire", "bpf_rdonly_cast", "bpf_cast_to_kern_ctx",
		"bpf_task_from_pid", "bpf_task_release", "bpf_cgroup_release",
		"bpf_get_task_exe_file", "bpf_put_file", "bpf_task_under_cgroup",
		"bpf_cgroup_ancestor", "bpf_task_get_cgroup1", "bpf_path_d_path",
		"bpf_kfree_skb", "bpf_qdisc_skb_drop", "bpf_sock_destroy", "bpf_cpumask_first"};
	uint32_t id;

	arguments(f, t);
	if (one_in(f, 2)) {
		emit(t, INSN_CALL(helpers[below(f, ARRAY_SIZE(helpers))]));
	} else {
		id = one_in(f, 4) ? judges_kfunc(f->judges, &f->rng, 0)
				  : btf_find(f->judges->btf, names[below(f, ARRAY_SIZE(names))],
					     BTF_KIND_FUNC);
		emit(t, insn_make(OP_CALL_KFUNC, 0, 0, 0, (int32_t)id));
	}
	emit(t, INSN_MOV64_X(reg(f), 0));
}

static void (*const steps[])(struct fuzz *f, struct trial *t) = {
	read_member, read_member, read_member, read_member, read_member, write_member,
	read_ctx,    read_ctx,	  test,	       test,	    move,	 region,
	call,	     call,
};

/* ---- programs ---- */

static void place(struct fuzz *f, struct trial *t)
{
	static const char *const ops[] = {"tcp_congestion_ops", "tcp_congestion_ops",
					  "tcp_congestion_ops", "bpf_dummy_ops"};

	switch (below(f, 6)) {
	case 0:
		t->type = PROG_TYPE_STRUCT_OPS;
		t->attach_btf_id = btf_find(f->judges->btf, ops[below(f, ARRAY_SIZE(ops))],
					    BTF_KIND_STRUCT);
		t->attach_type = below(f, 18);
		break;
	case 1:
		fuzz_type(f, t);
		break;
	default:
		t->type = PROG_TYPE_TRACING;
		t->attach_btf_id = judges_place(f->judges, &f->rng, &t->attach_type);
	}
}

static bool is_fine(const struct trial *t)
{
	struct strbuf log = {0};
	bool is;

	look(t, &log);
	is = strstr(strbuf_str(&log), "invalid read from stack R10 off=8 size=8") != NULL;
	strbuf_free(&log);
	return is;
}

static void begin(struct fuzz *f, struct trial *t)
{
	*t = (struct trial){.world = &f->world};
	place(f, t);
	emit(t, INSN_MOV64_X(CTX, 1));
	for (uint8_t r = FIRST; r <= FIRST + 2; r++)
		emit(t, INSN_MOV64_X(r, REG_FP));
}

/* A step that is accepted, or most often so. */
static void take(struct fuzz *f, struct trial *t, void (*step)(struct fuzz *f, struct trial *t))
{
	for (int tries = 0; tries < 8; tries++) {
		uint32_t before = t->n;

		(step ? step : steps[below(f, ARRAY_SIZE(steps))])(f, t);
		if (is_fine(t) || (step != read_ctx && one_in(f, 30)))
			return;
		t->n = before;
	}
}

static void make(struct fuzz *f, struct trial *t)
{
	uint32_t n = 2 + below(f, 8);

	do
		begin(f, t);
	while (!is_fine(t));
	for (int i = 0; i < 3; i++)
		take(f, t, read_ctx);
	while (n--)
		take(f, t, NULL);
	if (one_in(f, 4))
		steps[below(f, ARRAY_SIZE(steps))](f, t);
	emit(t, INSN_MOV64_K(0, (int32_t)below(f, 2)));
	emit(t, INSN_EXIT());
}

const struct generator gen_walk = {"walk", make};
