/*
 * Spin locks, saved interrupt flags, and where a program is: may it sleep, is what RCU protects
 * safe to look at?
 *
 * A lock is told by the object it is in: the map, or the BTF of an allocated object, and the id of
 * the register that points there. A program holds one bpf_spin_lock at most; of res_spin_locks it
 * holds as many as it likes, but none twice, and gives them back in reverse order.
 */
#include "core/verify/local.h"

/* ---- spin locks ---- */

static uint32_t lock_kind(uint32_t flags)
{
	if (!(flags & LOCK_IS_RES))
		return REF_LOCK;
	return flags & LOCK_IS_IRQ ? REF_RES_LOCK_IRQ : REF_RES_LOCK;
}

static const char *lock_str(uint32_t flags)
{
	return flags & LOCK_IS_RES ? "bpf_res_spin" : "bpf_spin";
}

/* Does the register point to the lock of its object? */
static int check_lock_place(struct env *env, const struct reg_state *reg, uint32_t regno,
			    uint32_t flags)
{
	const struct map *map = reg->type == T_MAP_VALUE ? reg->map : NULL;
	const char *name = lock_str(flags);
	const struct btf_record *rec;
	bool is_res = flags & LOCK_IS_RES;
	uint32_t off;

	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_LOCK_OFFSET,
			      "R%u doesn't have constant offset. %s_lock has to be at the constant "
			      "offset\n",
			      regno, name);
	if (map && !map->btf)
		return reject(env, REASON_LOCK_NONE,
			      "map '%s' has to have BTF in order to use %s_lock\n", map->name,
			      name);
	rec = reg_btf_record(env, reg);
	if (!btf_record_has(rec, is_res ? BTF_FIELD_RES_SPIN_LOCK : BTF_FIELD_SPIN_LOCK))
		return reject(env, REASON_LOCK_NONE, "%s '%s' has no valid %s_lock\n",
			      map ? "map" : "local", map ? map->name : "kptr", name);
	off = is_res ? rec->res_spin_lock_off : rec->spin_lock_off;
	if (off != reg->var_off.value + reg->off)
		return reject(env, REASON_LOCK_OFFSET,
			      "off %lld doesn't point to 'struct %s_lock' that is at %d\n",
			      (long long)(reg->var_off.value + reg->off), name, off);
	return 0;
}

static int take_lock(struct env *env, const struct reg_state *reg, const void *ptr, uint32_t flags)
{
	struct state *st = env->cur;

	if (st->active_locks && !(flags & LOCK_IS_RES))
		return reject(env, REASON_LOCK_TWICE,
			      "Locking two bpf_spin_locks are not allowed\n");
	if (st->active_locks && (flags & LOCK_IS_RES) &&
	    find_lock(st, REF_RES_LOCK | REF_RES_LOCK_IRQ, reg->id, ptr))
		return reject(env, REASON_LOCK_TWICE,
			      "Acquiring the same lock again, AA deadlock detected\n");
	return acquire_lock(env, env->insn, lock_kind(flags), reg->id, ptr);
}

static int give_lock(struct env *env, const struct reg_state *reg, const void *ptr, uint32_t flags)
{
	struct state *st = env->cur;
	const char *name = lock_str(flags);

	if (!st->active_locks)
		return reject(env, REASON_LOCK_UNHELD, "%s_unlock without taking a lock\n", name);
	if (!find_lock(st, lock_kind(flags), reg->id, ptr))
		return reject(env, REASON_LOCK_UNHELD, "%s_unlock of different lock\n", name);
	if (reg->id != st->active_lock_id || ptr != st->active_lock_ptr)
		return reject(env, REASON_LOCK_ORDER, "%s_unlock cannot be out of order\n", name);
	if (release_lock(st, lock_kind(flags), reg->id, ptr))
		return reject(env, REASON_LOCK_UNHELD, "%s_unlock of different lock\n", name);
	invalidate_non_owning_refs(env);
	return 0;
}

/* regno points to a lock that is taken, or given back (enum LOCK_*). */
int process_spin_lock(struct env *env, uint32_t regno, uint32_t flags)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	const void *ptr;
	int err;

	err = check_lock_place(env, reg, regno, flags);
	if (err)
		return err;
	ptr = reg->type == T_MAP_VALUE ? (const void *)reg->map : reg->btf;
	return flags & LOCK_TAKES ? take_lock(env, reg, ptr, flags)
				  : give_lock(env, reg, ptr, flags);
}

/* ---- interrupt flags: one slot of the stack ---- */

static const struct irq_kfunc {
	enum kfunc_id kfunc;
	bool saves;
	enum irq_class class;
} irq_kfuncs[] = {
	{KFUNC_bpf_local_irq_save, true, IRQ_NATIVE},
	{KFUNC_bpf_local_irq_restore, false, IRQ_NATIVE},
	{KFUNC_bpf_res_spin_lock_irqsave, true, IRQ_LOCK},
	{KFUNC_bpf_res_spin_unlock_irqrestore, false, IRQ_LOCK},
};

static int irq_slot(struct env *env, const struct reg_state *reg)
{
	return stack_slot_obj_get_spi(env, reg, "irq_flag", 1);
}

static const char *irq_class_str(enum irq_class class)
{
	return class == IRQ_NATIVE ? "native" : "lock";
}

static bool is_irq_flag_uninit(struct env *env, const struct reg_state *reg)
{
	const struct stack_slot *slot;
	int at = irq_slot(env, reg);

	if (at < 0)
		return at == -ERANGE;
	slot = &func_of(env, reg)->stack[at];
	return !memchr(slot->type, SLOT_IRQ_FLAG, SLOT_SIZE);
}

static bool is_irq_flag_init(struct env *env, const struct reg_state *reg)
{
	const struct stack_slot *slot;
	int at = irq_slot(env, reg);

	if (at < 0)
		return false;
	slot = &func_of(env, reg)->stack[at];
	for (int i = 0; i < SLOT_SIZE; i++)
		if (slot->type[i] != SLOT_IRQ_FLAG)
			return false;
	return slot->spilled.ref_obj_id != 0;
}

static int save_irq_flag(struct env *env, struct reg_state *reg, uint32_t regno,
			 enum irq_class class)
{
	struct stack_slot *slot;
	int at, err;

	if (!is_irq_flag_uninit(env, reg))
		return reject(env, REASON_IRQ_FLAG, "expected uninitialized irq flag as arg#%u\n",
			      regno - 1);
	err = check_mem_access(env, env->insn, regno, 0, SLOT_SIZE, true, -1, false, false);
	if (err)
		return err;
	at = irq_slot(env, reg);
	if (at < 0)
		return at;
	slot = &func_of(env, reg)->stack[at];
	mark_reg_known_zero(&slot->spilled);
	slot->spilled.type = T_STACK; /* no type has that name */
	slot->spilled.ref_obj_id = acquire_irq(env, env->insn);
	slot->spilled.irq.kfunc_class = class;
	memset(slot->type, SLOT_IRQ_FLAG, SLOT_SIZE);
	mark_slot_scratched(env, at);
	return stacklive_mark_write(env, reg->frameno, 1ull << at);
}

static int reject_irq_order(struct env *env, int err)
{
	const struct state *st = env->cur;
	uint32_t insn = 0;

	for (uint32_t i = 0; i < st->nrefs; i++) {
		if (st->refs[i].id != st->active_irq_id)
			continue;
		insn = st->refs[i].insn;
		break;
	}
	return reject_with(
		env, REASON_IRQ_ORDER, err,
		"cannot restore irq state out of order, expected id=%u acquired at insn_idx=%u\n",
		st->active_irq_id, insn);
}

static int restore_irq_flag(struct env *env, struct reg_state *reg, uint32_t regno,
			    enum irq_class class)
{
	struct func_state *fs = func_of(env, reg);
	const struct reg_state *flag;
	int at, err;

	if (!is_irq_flag_init(env, reg))
		return reject(env, REASON_IRQ_FLAG, "expected an initialized irq flag as arg#%u\n",
			      regno - 1);
	at = irq_slot(env, reg);
	err = mark_stack_slots_read(env, reg, at, 1);
	if (err)
		return err;
	flag = &fs->stack[at].spilled;
	if (flag->irq.kfunc_class != class)
		return reject(env, REASON_IRQ_FLAG,
			      "irq flag acquired by %s kfuncs cannot be restored with %s kfuncs\n",
			      irq_class_str(flag->irq.kfunc_class), irq_class_str(class));
	err = release_irq(env->cur, flag->ref_obj_id);
	if (err)
		return reject_irq_order(env, err);
	mark_stack_slot_invalid(env, fs, at);
	mark_slot_scratched(env, at);
	return stacklive_mark_write(env, reg->frameno, 1ull << at);
}

/* regno points to the flags that the kfunc being called saves, or restores. */
int process_irq_flag(struct env *env, uint32_t regno, struct kfunc_meta *meta)
{
	struct reg_state *reg = &cur_regs(env)[regno];

	for (size_t i = 0; i < ARRAY_SIZE(irq_kfuncs); i++) {
		const struct irq_kfunc *kfunc = &irq_kfuncs[i];

		if (kfunc->kfunc == meta->kfunc)
			return kfunc->saves ? save_irq_flag(env, reg, regno, kfunc->class)
					    : restore_irq_flag(env, reg, regno, kfunc->class);
	}
	return reject_bug(env, "unknown irq flags kfunc");
}

/* ---- where are we? ---- */

/* The path begins as the program is; an asynchronous callback is what it is itself. */
bool in_sleepable(const struct env *env)
{
	return env->cur->in_sleepable;
}

/* Neither RCU nor a lock nor what the program is attached to forbids to sleep. */
bool in_sleepable_context(const struct env *env)
{
	const struct state *st = env->cur;

	return !st->active_rcu_locks && !st->active_preempt_locks && !st->active_locks &&
	       !st->active_irq_id && in_sleepable(env);
}

/* May pointers that RCU protects be followed? */
bool in_rcu_cs(const struct env *env)
{
	return env->cur->active_rcu_locks || env->cur->active_locks || !in_sleepable(env);
}

/* Are we in a callback of a tree's function, which runs with the tree's lock held? */
bool in_rbtree_lock_required_cb(struct env *env)
{
	const struct func_state *fs = cur_func(env);
	struct kfunc_facts facts;

	return env->cur->curframe && fs->in_callback && env->ops[fs->callsite] == OP_CALL_KFUNC &&
	       kfunc_facts(env, &env->insns[fs->callsite], &facts) && facts.is_rbtree_api;
}
