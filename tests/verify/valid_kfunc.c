/* Statements that call kernel functions by their types, and objects that such functions make. */
#include "tests/verify/valid.h"

#include "core/btf/btf.h"
#include "core/helper/kfunc.h"

#include <string.h>

/* ---- one argument ---- */

struct kcall {
	const struct btf *btf;
	uint32_t size; /* of the memory before */
};

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len >= n && strcmp(name + len - n, end) == 0;
}

static bool ready_made(struct valid *g, uint8_t reg, enum kind kind)
{
	int from = valid_find(g, kind);

	if (from < 0)
		return false;
	if (from != reg)
		emit(g->t, INSN_MOV64_X(reg, (uint8_t)from));
	valid_set(g, reg, g->s.r[from]);
	return true;
}

static bool number_arg(struct valid *g, struct kcall *c, uint8_t reg, const char *name)
{
	if (c->size && (ends_in(name, "__sz") || ends_in(name, "__szk") || ends_in(name, "size")))
		valid_const(g, reg, (int32_t)c->size);
	else if (!one_in(g->f, 3) || !ready_made(g, reg, K_NUMBER))
		valid_const(g, reg, one_in(g->f, 2) ? 0 : fuzz_imm(g->f));
	return true;
}

static bool pointer_arg(struct valid *g, struct kcall *c, uint8_t reg, uint32_t type,
			const char *name)
{
	uint32_t to = btf_resolve(c->btf, btf_type(c->btf, type)->type);
	const char *object = btf_name(c->btf, to);

	if (ends_in(name, "__map") || strncmp(object, "bpf_iter_", 9) == 0)
		return false;
	if (ends_in(name, "__ign") || (ends_in(name, "__opt") && one_in(g->f, 2)) ||
	    (ends_in(name, "__nullable") && one_in(g->f, 2))) {
		valid_const(g, reg, 0);
		return true;
	}
	if (ends_in(name, "__str")) {
		emit_value(g->t, reg, "world.rodata", 0);
		return true;
	}
	if (strcmp(object, "bpf_dynptr") == 0) {
		if (!g->dynptr)
			return false;
		valid_address(g, reg, g->dynptr);
		return true;
	}
	if (strcmp(object, "__sk_buff") == 0 || strcmp(object, "xdp_md") == 0)
		return ready_made(g, reg, K_CTX);
	if (btf_is_composite(btf_type(c->btf, to)) && !one_in(g->f, 4))
		return ready_made(g, reg, K_OTHER);
	c->size = 8u << below(g->f, 2);
	valid_address(g, reg, valid_buffer(g, c->size, true));
	return true;
}

static bool argument(struct valid *g, struct kcall *c, uint32_t nr, const struct btf_param *p)
{
	uint32_t type = btf_resolve(c->btf, p->type);
	const char *name = btf_str(c->btf, p->name_off);

	if (btf_kind_of(c->btf, type) == BTF_KIND_PTR)
		return pointer_arg(g, c, (uint8_t)(nr + 1), type, name);
	return number_arg(g, c, (uint8_t)(nr + 1), name);
}

/* ---- any function ---- */

static struct kfunc_caller caller_of(const struct trial *t)
{
	return (struct kfunc_caller){
		.type = t->type,
		.behaves_as = t->type,
		.attach_type = t->attach_type,
	};
}

bool valid_has_kfunc(struct valid *g, const char *name)
{
	struct kfunc_caller caller = caller_of(g->t);

	return kfunc_allowed(name, &caller) || one_in(g->f, 30);
}

static const struct kfunc *pick(struct valid *g)
{
	struct kfunc_caller caller = caller_of(g->t);

	for (int tries = 0; tries < 40; tries++) {
		const struct kfunc *k = &kfuncs[below(g->f, kfuncs_count)];

		if (k->flags & (KF_ITER | KF_DESTRUCTIVE) ||
		    (k->flags & (KF_ACQUIRE | KF_RELEASE) && !one_in(g->f, 8)))
			continue;
		if (kfunc_allowed(k->name, &caller))
			return k;
	}
	return NULL;
}

static void returned(struct valid *g, const struct btf *btf, uint32_t proto, uint32_t flags)
{
	uint32_t ret = btf_resolve(btf, btf_type(btf, proto)->type);

	switch (ret ? btf_kind_of(btf, ret) : BTF_KIND_UNKN) {
	case BTF_KIND_UNKN:
		valid_called(g, shadow_of(K_NONE, 0, 0));
		return;
	case BTF_KIND_PTR:
		valid_called(g, shadow_of(K_OTHER, 0, 0));
		if (flags & KF_RET_NULL)
			valid_unless_null(g, shadow_of(K_OTHER, 0, 0), 2);
		return;
	default:
		valid_called(g, shadow_number());
	}
}

void valid_kfunc(struct valid *g)
{
	struct kcall c = {.btf = g->f->judges->btf};
	const struct kfunc *k = pick(g);
	uint32_t id, proto;

	if (!k || !valid_may_call(g))
		return;
	id = btf_find(c.btf, k->name, BTF_KIND_FUNC);
	proto = btf_type(c.btf, id)->type;
	if (!id || btf_vlen(btf_type(c.btf, proto)) > 5)
		return;
	for (uint32_t i = 0; i < btf_vlen(btf_type(c.btf, proto)); i++)
		if (!argument(g, &c, i, &btf_params(btf_type(c.btf, proto))[i]))
			return;
	emit(g->t, insn_make(OP_CALL_KFUNC, 0, 0, 0, (int32_t)id));
	returned(g, c.btf, proto, k->flags);
}

/* ---- objects that are counted ---- */

static const struct {
	const char *acquire, *release;
	uint32_t nargs;
	bool from_pointer; /* to such an object */
} counted[] = {
	{"bpf_task_from_pid", "bpf_task_release", 1, false},
	{"bpf_task_from_vpid", "bpf_task_release", 1, false},
	{"bpf_task_acquire", "bpf_task_release", 1, true},
	{"bpf_cgroup_from_id", "bpf_cgroup_release", 1, false},
	{"bpf_cpumask_create", "bpf_cpumask_release", 0, false},
};

void valid_acquire(struct valid *g)
{
	uint32_t i = below(g->f, ARRAY_SIZE(counted)), jump;
	struct shadow otherwise;
	uint8_t saved;

	if (!valid_may_call(g) || (counted[i].from_pointer && !ready_made(g, 1, K_OTHER)))
		return;
	if (counted[i].nargs && !counted[i].from_pointer)
		valid_const(g, 1, 1);
	valid_call_kfunc(g, counted[i].acquire, shadow_of(K_OTHER, 0, 0));
	jump = g->t->n;
	emit(g->t, INSN_JEQ64_K(0, 0, 0));
	g->s.r[0] = shadow_number();
	otherwise = g->s;
	g->s.r[0] = shadow_of(K_OTHER, 0, 0);
	saved = valid_save_result(g);
	if (saved)
		valid_held_block(g, 1 + below(g->f, 5));
	emit(g->t, INSN_MOV64_X(1, saved));
	valid_call_kfunc(g, counted[i].release, shadow_of(K_NONE, 0, 0));
	if (saved)
		valid_drop_saved(g, saved);
	trial_set_target(g->t, jump, g->t->n);
	shadow_meet(&g->s, &otherwise);
}

/* ---- dynptrs ---- */

static void make_dynptr(struct valid *g, int dynptr)
{
	const char *from = "bpf_dynptr_from_skb";

	if (g->t->type == PROG_TYPE_XDP)
		from = "bpf_dynptr_from_xdp";
	if (one_in(g->f, 2) && valid_has_kfunc(g, from) && ready_made(g, 1, K_CTX)) {
		valid_const(g, 2, 0);
		valid_address(g, 3, dynptr);
		valid_call_kfunc(g, from, shadow_number());
		return;
	}
	emit_value(g->t, 1, "direct", 0);
	valid_const(g, 2, 8 << below(g->f, 3));
	valid_const(g, 3, 0);
	valid_address(g, 4, dynptr);
	emit(g->t, INSN_CALL(HELPER_dynptr_from_mem));
	valid_called(g, shadow_number());
}

void valid_dynptr(struct valid *g)
{
	int before = g->dynptr, dynptr;

	if (!valid_may_call(g))
		return;
	dynptr = valid_keep_slots(g, 16);
	make_dynptr(g, dynptr);
	g->dynptr = dynptr;
	for (uint32_t i = 1 + below(g->f, 3); i; i--)
		valid_kfunc(g);
	valid_block(g, 1 + below(g->f, 3));
	g->dynptr = before;
	valid_drop_slots(g, dynptr, 16);
}

/* ---- what pointers point to ---- */

void valid_field(struct valid *g)
{
	int p = valid_find(g, K_OTHER);
	uint32_t size = fuzz_size(g->f);
	uint8_t to = valid_free_reg(g);

	if (p < 0)
		return;
	emit(g->t, fuzz_load(g->f, size, to, (uint8_t)p, (int)(below(g->f, 24) * 8)));
	valid_set(g, to, size == 8 && one_in(g->f, 2) ? shadow_of(K_OTHER, 0, 0) : shadow_number());
}
