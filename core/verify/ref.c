/*
 * References: what a program has acquired and must give back. The state keeps them as a stack in
 * the order in which they were taken; it also has the locks that are held and the interrupt flags
 * that were saved, whose order matters. A register that keeps a reference carries its id as
 * ref_obj_id.
 *
 * A non-owning reference points to an object that a list or tree owns: it is good while the lock of
 * that list or tree is held.
 */
#include "core/verify/local.h"

/* ---- the list ---- */

static struct ref_state *add_ref(struct env *env, uint32_t insn, uint32_t kind, uint32_t id)
{
	struct state *st = env->cur;
	struct ref_state *ref;

	make_refs(st, st->nrefs + 1);
	ref = &st->refs[st->nrefs++];
	memset(ref, 0, sizeof(*ref)); /* what is kept is compared as bytes */
	ref->kind = kind;
	ref->id = id;
	ref->insn = insn;
	return ref;
}

static void remove_ref(struct state *st, uint32_t at)
{
	st->nrefs--;
	memmove(&st->refs[at], &st->refs[at + 1], (st->nrefs - at) * sizeof(*st->refs));
}

uint32_t acquire_ref(struct env *env, uint32_t insn)
{
	return add_ref(env, insn, REF_PTR, new_id(env))->id;
}

bool find_reference(const struct state *st, uint32_t id)
{
	for (uint32_t i = 0; i < st->nrefs; i++)
		if (st->refs[i].id == id)
			return true;
	return false;
}

/* ---- locks and interrupt flags ---- */

int acquire_lock(struct env *env, uint32_t insn, uint32_t kind, uint32_t id, const void *ptr)
{
	struct state *st = env->cur;

	add_ref(env, insn, kind, id)->ptr = ptr;
	st->active_locks++;
	st->active_lock_id = id;
	st->active_lock_ptr = ptr;
	return 0;
}

/* The lock that was taken before it becomes the one that is to be given back next. */
int release_lock(struct state *st, uint32_t kind, uint32_t id, const void *ptr)
{
	const struct ref_state *before = NULL;

	for (uint32_t i = 0; i < st->nrefs; i++) {
		const struct ref_state *ref = &st->refs[i];

		if (ref->kind == kind && ref->id == id && ref->ptr == ptr) {
			st->active_locks--;
			st->active_lock_id = before ? before->id : 0;
			st->active_lock_ptr = before ? before->ptr : NULL;
			remove_ref(st, i);
			return 0;
		}
		if (ref->kind & REF_LOCK_MASK)
			before = ref;
	}
	return -EINVAL;
}

struct ref_state *find_lock(struct state *st, uint32_t kind, uint32_t id, const void *ptr)
{
	for (uint32_t i = 0; i < st->nrefs; i++) {
		struct ref_state *ref = &st->refs[i];

		if (ref->kind & kind && ref->id == id && ref->ptr == ptr)
			return ref;
	}
	return NULL;
}

uint32_t acquire_irq(struct env *env, uint32_t insn)
{
	uint32_t id = add_ref(env, insn, REF_IRQ, new_id(env))->id;

	env->cur->active_irq_id = id;
	return id;
}

int release_irq(struct state *st, uint32_t id)
{
	uint32_t before = 0;

	if (id != st->active_irq_id)
		return -EACCES;
	for (uint32_t i = 0; i < st->nrefs; i++) {
		if (st->refs[i].kind != REF_IRQ)
			continue;
		if (st->refs[i].id == id) {
			remove_ref(st, i);
			st->active_irq_id = before;
			return 0;
		}
		before = st->refs[i].id;
	}
	return -EINVAL;
}

/* ---- objects ---- */

void mark_reg_invalid(struct env *env, struct reg_state *reg)
{
	if (env->allow_ptr_leaks)
		mark_reg_unknown(env, reg);
	else
		mark_reg_not_init(env, reg);
}

int release_reference_nomark(struct state *st, uint32_t ref_obj_id)
{
	for (uint32_t i = 0; i < st->nrefs; i++) {
		if (st->refs[i].kind != REF_PTR || st->refs[i].id != ref_obj_id)
			continue;
		remove_ref(st, i);
		return 0;
	}
	return -EINVAL;
}

int release_reference(struct env *env, uint32_t ref_obj_id)
{
	int err = release_reference_nomark(env->cur, ref_obj_id);
	struct reg_state *reg;

	if (err)
		return err;
	for_each_reg(env->cur, reg)
		if (reg->ref_obj_id == ref_obj_id)
			mark_reg_invalid(env, reg);
	return 0;
}

/* ---- non-owning references ---- */

int ref_set_non_owning(struct env *env, struct reg_state *reg)
{
	const struct btf_record *rec = reg_btf_record(env, reg);

	if (!env->cur->active_locks)
		return reject_bug(env, "ref_set_non_owning w/o active lock");
	if (reg->type & NON_OWN_REF)
		return reject_bug(env, "NON_OWN_REF already set");
	reg->type |= NON_OWN_REF;
	if (rec && rec->refcount_off >= 0)
		reg->type |= MEM_RCU;
	return 0;
}

/* The object went into a list or tree: who has a pointer to it does not own it any more. */
int ref_convert_owning_non_owning(struct env *env, uint32_t ref_obj_id)
{
	struct reg_state *reg;

	if (!ref_obj_id)
		return reject_bug(env, "ref_obj_id is zero for owning -> non-owning conversion");
	if (!find_reference(env->cur, ref_obj_id))
		return reject_bug(env, "ref state missing for ref_obj_id");
	/* Without the id release_reference() leaves them alone. */
	for_each_reg(env->cur, reg) {
		if (reg->ref_obj_id != ref_obj_id)
			continue;
		reg->ref_obj_id = 0;
		ref_set_non_owning(env, reg);
	}
	return 0;
}

void invalidate_non_owning_refs(struct env *env)
{
	struct reg_state *reg;

	for_each_reg(env->cur, reg)
		if (type_is_non_owning_ref(reg->type))
			mark_reg_invalid(env, reg);
}

/* ---- at an exit ---- */

/* A static function hands its references back; everybody else must have none left. */
int check_reference_leak(struct env *env, bool exception_exit)
{
	/* A struct_ops function may return one; its type is judged with the return value. */
	bool may_return = prog_type_of(env) == PROG_TYPE_STRUCT_OPS && !exception_exit;
	const struct state *st = env->cur;
	int err = 0;

	if (!exception_exit && cur_func(env)->frameno)
		return 0;
	for (uint32_t i = 0; i < st->nrefs; i++) {
		const struct ref_state *ref = &st->refs[i];

		if (ref->kind != REF_PTR ||
		    (may_return && cur_regs(env)[REG_RETURN].ref_obj_id == ref->id))
			continue;
		err = reject(env, REASON_REF_LEAK, "Unreleased reference id=%u alloc_insn=%u\n",
			     ref->id, ref->insn);
	}
	return err;
}

static int reject_region(struct env *env, const char *prefix, const char *region)
{
	return reject(env, REASON_REGION_LEFT, "%s cannot be used inside %s-ed region\n", prefix,
		      region);
}

/* prefix: what is done ("tail_call"); check_lock: it must not be done in a protected region. */
int check_resource_leak(struct env *env, bool exception_exit, bool check_lock, const char *prefix)
{
	const struct state *st = env->cur;
	int err;

	if (check_lock && st->active_locks)
		return reject_region(env, prefix, "bpf_spin_lock");
	err = check_reference_leak(env, exception_exit);
	if (err) {
		vlog_why(env, REASON_REF_LEAK, "%s would lead to reference leak\n", prefix);
		return err;
	}
	if (!check_lock)
		return 0;
	if (st->active_irq_id)
		return reject_region(env, prefix, "bpf_local_irq_save");
	if (st->active_rcu_locks)
		return reject_region(env, prefix, "bpf_rcu_read_lock");
	if (st->active_preempt_locks)
		return reject_region(env, prefix, "bpf_preempt_disable");
	return 0;
}
