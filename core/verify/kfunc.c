/*
 * Calls of kernel functions: what the program calls is gathered before the walk, by BTF id and by
 * the BTF object that the id is of; on the walk each call is judged in the order of Linux's
 * check_kfunc_call(). What a kfunc is like is in core/helper/kfuncs.def and kfunc_rules.c.
 */
#include "core/verify/local.h"

enum {
	KFUNC_BTFS_MAX = 256,
};

struct kfunc_tab {
	struct kfunc_caller caller;
	struct kfunc_desc *v[KFUNCS_MAX]; /* by id, then off */
	uint32_t n;
	struct {
		int16_t off;
		const struct btf *btf;
	} btfs[KFUNC_BTFS_MAX];
	uint32_t nbtfs;
};

/* ---- the table ---- */

static bool is_before(const struct kfunc_desc *d, uint32_t id, int16_t off)
{
	return d->id < id || (d->id == id && d->off < off);
}

/* Where the kfunc is in the table, or would be. */
static uint32_t place_of(const struct kfunc_tab *tab, uint32_t id, int16_t off)
{
	uint32_t lo = 0, hi = tab->n;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (is_before(tab->v[mid], id, off))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct kfunc_desc *find_desc(const struct env *env, const struct bpf_insn *insn)
{
	const struct kfunc_tab *tab = env->kfuncs;
	uint32_t at;

	if (!tab || !insn->imm)
		return NULL;
	at = place_of(tab, (uint32_t)insn->imm, insn->off);
	if (at == tab->n || tab->v[at]->id != (uint32_t)insn->imm || tab->v[at]->off != insn->off)
		return NULL;
	return tab->v[at];
}

/* A program of STRUCT_OPS is known by the struct and the member that it implements. */
static void fill_struct_ops(const struct env *env, struct kfunc_caller *caller)
{
	const struct verify_job *job = env->job;
	const struct btf *btf = target_btf(env);
	const struct btf_type *t;

	if (!btf_has(btf, job->attach_btf_id))
		return;
	t = btf_type(btf, job->attach_btf_id);
	if (btf_kind(t) != BTF_KIND_STRUCT || job->attach_type >= btf_vlen(t))
		return;
	caller->struct_ops = btf_str(btf, t->name_off);
	caller->member = btf_str(btf, btf_members(t)[job->attach_type].name_off);
}

static int open_table(struct env *env)
{
	const struct verify_job *job = env->job;
	struct kfunc_caller *caller;

	if (!kernel_btf(env))
		return reject(env, REASON_KFUNC_NO_BTF,
			      "calling kernel function is not supported without "
			      "CONFIG_DEBUG_INFO_BTF\n");
	if (!job->gpl)
		return reject(env, REASON_KFUNC_LICENSE,
			      "cannot call kernel function from non-GPL compatible program\n");
	env->kfuncs = arena_new(&env->arena, struct kfunc_tab);
	caller = &env->kfuncs->caller;
	caller->type = caller->behaves_as = job->type;
	if (job->type == PROG_TYPE_EXT && job->attach_to)
		caller->behaves_as = job->attach_to->type;
	caller->attach_type = job->attach_type;
	if (job->type == PROG_TYPE_STRUCT_OPS)
		fill_struct_ops(env, caller);
	return 0;
}

/* The BTF of a module: fd_array[off], looked at once. */
static int module_btf(struct env *env, int16_t off, const struct btf **out)
{
	const struct verify_host *host = env->host;
	struct kfunc_tab *tab = env->kfuncs;
	int fd, err;

	for (uint32_t i = 0; i < tab->nbtfs; i++)
		if (tab->btfs[i].off == off) {
			*out = tab->btfs[i].btf;
			return 0;
		}
	if (tab->nbtfs == KFUNC_BTFS_MAX)
		return reject(env, REASON_KFUNC_MANY, "too many different module BTFs\n");
	err = host->fd_at(host->arg, (uint32_t)off, &fd);
	if (err == -EPROTO)
		return reject_with(env, REASON_KFUNC_BTF, EPROTO,
				   "kfunc offset > 0 without fd_array is invalid\n");
	if (err)
		return err;
	err = host->btf(host->arg, fd, out);
	if (err)
		return reject_with(env, REASON_KFUNC_BTF, -err,
				   "invalid module BTF fd specified\n");
	if (!(*out)->base)
		return reject(env, REASON_KFUNC_BTF, "BTF fd for kfunc is not a module BTF\n");
	tab->btfs[tab->nbtfs].off = off;
	tab->btfs[tab->nbtfs++].btf = *out;
	return 0;
}

static int kfunc_btf(struct env *env, int16_t off, const struct btf **out)
{
	int err = 0;

	if (off == 0)
		*out = kernel_btf(env);
	else if (off < 0)
		err = reject(env, REASON_KFUNC_BTF,
			     "negative offset disallowed for kernel module function call\n");
	else
		err = module_btf(env, off, out);
	return err ? reject_with(env, REASON_KFUNC_BTF, -err,
				 "failed to find BTF for kernel function\n")
		   : 0;
}

/* What the kernel itself defines is in its own BTF, never in a module's. */
static bool may_be_in_module(const struct kfunc *row)
{
	return !(row->hooks & HOOK_COMMON) && (row->hooks & HOOK_GENERIC) != HOOK_GENERIC;
}

/* A function of a library's own, which programs of every type may call. */
static const struct kfunc *marked_row(struct env *env, const struct ebpf_mark *mark)
{
	struct kfunc *row = arena_new(&env->arena, struct kfunc);

	*row = (struct kfunc){
		.id = KFUNC_NONE,
		.hooks = HOOK_COMMON,
		.flags = (uint16_t)mark->flags,
		.rule = RULE_ANY,
	};
	return row;
}

static const struct kfunc *allowed_row(struct env *env, const struct kfunc_desc *desc)
{
	const struct ebpf_mark *mark =
		desc->off ? NULL : kernel_mark(env->job->marks, EBPF_MARK_KFUNC, desc->name);
	const struct kfunc *row = kfunc_allowed(desc->name, &env->kfuncs->caller);

	if (mark)
		return marked_row(env, mark);
	if (row && profile_lacks(env->job->profile, PROFILE_KFUNC, row->id))
		return NULL;
	if (row && desc->off && (desc->id < desc->btf->first_id || !may_be_in_module(row)))
		return NULL;
	return row;
}

/*
 * bpf_dev_bound_kfunc_check(). Programs are never offloaded here, and XDP programs are bound to a
 * device when their flags say so.
 */
static int check_dev_bound(struct env *env, const struct kfunc_desc *desc)
{
	const struct kfunc *row = kfunc_by_name(desc->name);
	const struct verify_job *job = env->job;
	bool is_bound = job->flags & VERIFY_XDP_DEV_BOUND_ONLY && job->type == PROG_TYPE_XDP;

	if (!row || row->rule != RULE_DEV_BOUND || is_bound)
		return 0;
	return reject(env, REASON_KFUNC_DEVICE, "metadata kfuncs require device-bound program\n");
}

static int fill_desc(struct env *env, struct kfunc_desc *desc)
{
	const struct btf *btf = desc->btf;
	const struct btf_type *func;
	int err;

	if (!btf_has(btf, desc->id) || btf_kind_of(btf, desc->id) != BTF_KIND_FUNC)
		return reject(env, REASON_KFUNC_UNKNOWN, "kernel btf_id %u is not a function\n",
			      desc->id);
	func = btf_type(btf, desc->id);
	if (btf_kind_of(btf, func->type) != BTF_KIND_FUNC_PROTO)
		return reject(env, REASON_KFUNC_UNKNOWN,
			      "kernel function btf_id %u does not have a valid func_proto\n",
			      desc->id);
	desc->name = btf_str(btf, func->name_off);
	desc->proto = func->type;
	desc->nargs = btf_vlen(btf_type(btf, desc->proto));
	desc->ret = btf_resolve(btf, btf_type(btf, desc->proto)->type);
	if (btf_kind_of(btf, desc->ret) == BTF_KIND_PTR)
		desc->ret_ref = btf_resolve(btf, btf_type(btf, desc->ret)->type);
	err = check_dev_bound(env, desc);
	if (err)
		return err;
	desc->row = allowed_row(env, desc);
	return check_func_model(env, desc->btf, desc->proto, desc->name);
}

int add_kfunc_call(struct env *env, const struct bpf_insn *insn)
{
	struct kfunc_tab *tab;
	struct kfunc_desc *desc;
	const struct btf *btf;
	uint32_t at;
	int err = env->kfuncs ? 0 : open_table(env);

	if (err)
		return err;
	/* a weak function that is not there: the call may prove to be dead */
	if (!insn->imm && !insn->off)
		return 0;
	err = kfunc_btf(env, insn->off, &btf);
	if (err || find_desc(env, insn))
		return err;
	tab = env->kfuncs;
	if (tab->n == KFUNCS_MAX)
		return reject(env, REASON_KFUNC_MANY, "too many different kernel function calls\n");
	desc = arena_new(&env->arena, struct kfunc_desc);
	desc->id = (uint32_t)insn->imm;
	desc->off = insn->off;
	desc->btf = btf;
	err = fill_desc(env, desc);
	if (err)
		return err;
	at = place_of(tab, desc->id, desc->off);
	memmove(&tab->v[at + 1], &tab->v[at], (tab->n++ - at) * sizeof(tab->v[0]));
	tab->v[at] = desc;
	return 0;
}

/* ---- facts ---- */

/* Traits are the kernel's own functions', so they do not ask who may call. */
static enum kfunc_id id_of(const struct kfunc_desc *desc)
{
	const struct kfunc *row = desc->row;

	if (!row && !desc->off)
		row = kfunc_by_name(desc->name);
	return row ? (enum kfunc_id)row->id : KFUNC_NONE;
}

bool kfunc_facts(struct env *env, const struct bpf_insn *insn, struct kfunc_facts *out)
{
	const struct kfunc_desc *desc = find_desc(env, insn);
	const struct kfunc_special *special;
	enum kfunc_id id;

	memset(out, 0, sizeof(*out));
	if (!desc)
		return false;
	id = id_of(desc);
	special = &kfunc_specials[id];
	out->name = desc->name;
	out->is_throw = id == KFUNC_bpf_throw;
	out->calls_async_callback = special->callback && special->traits & TRAIT_ASYNC;
	out->calls_sync_callback = special->callback && !(special->traits & TRAIT_ASYNC);
	out->spin_allowed = special->traits & TRAIT_SPIN_ALLOWED;
	out->is_rbtree_api = special->traits & TRAIT_RBTREE_API;
	if (!desc->row)
		return false;
	out->nargs = desc->nargs;
	out->is_void = desc->ret == 0;
	out->is_iter_next = desc->row->flags & KF_ITER_NEXT;
	out->is_fastcall = desc->row->flags & KF_FASTCALL;
	out->sleepable = desc->row->flags & KF_SLEEPABLE;
	out->changes_pkt_data = special->traits & TRAIT_PACKET;
	return true;
}

const char *kfunc_name(struct env *env, const struct bpf_insn *insn)
{
	const struct kfunc_desc *desc = find_desc(env, insn);

	if (!insn->imm && kernel_btf(env))
		return ""; /* void's */
	return desc ? desc->name : NULL;
}

bool is_kfunc_bpf_throw(struct env *env, const struct bpf_insn *insn)
{
	const struct kfunc_desc *desc = find_desc(env, insn);

	return desc && id_of(desc) == KFUNC_bpf_throw;
}

bool kfunc_spin_allowed(struct env *env, const struct bpf_insn *insn)
{
	const struct kfunc_desc *desc = find_desc(env, insn);

	return desc && kfunc_specials[id_of(desc)].traits & TRAIT_SPIN_ALLOWED;
}

/* ---- the call ---- */

/* fetch_kfunc_meta() */
static int begin_call(struct env *env, const struct bpf_insn *insn, struct kfunc_meta *meta)
{
	struct kfunc_desc *desc = find_desc(env, insn);

	if (!desc)
		return reject_bug(env, "kfunc %d was not added", insn->imm);
	if (!desc->row)
		return reject(env, REASON_KFUNC_FORBIDDEN,
			      "calling kernel function %s is not allowed\n", desc->name);
	if (!desc->is_ready) {
		fill_kargs(env, desc);
		desc->is_ready = true;
	}
	meta->desc = desc;
	meta->kfunc = desc->row->id;
	/*
	 * The reference asks for trusted arguments everywhere, as Linux 7.0 does; elsewhere in 6.18
	 * only the kfuncs with the flag do.
	 */
	meta->flags = desc->row->flags | KF_TRUSTED_ARGS;
	return 0;
}

/* The path on which a lock that can deadlock was not taken: r0 is an error number. */
static int push_lock_failure(struct env *env)
{
	struct state *st = push_state(env, env->insn + 1, env->insn, false);
	struct reg_state *regs;

	if (!st) {
		vlog(env, "failed to push state for failed lock acquisition\n");
		return -ENOMEM;
	}
	regs = st->frame[st->curframe]->regs;
	for (uint32_t regno = REG_RETURN; regno <= ARGS_MAX; regno++)
		mark_reg_not_init(env, &regs[regno]);
	mark_reg_unknown(env, &regs[REG_RETURN]);
	regs[REG_RETURN].r.s32_min = -MAX_ERRNO;
	regs[REG_RETURN].r.s32_max = -1;
	regs[REG_RETURN].r.smin = -MAX_ERRNO;
	regs[REG_RETURN].r.smax = -1;
	reg_bounds_sync(&regs[REG_RETURN]);
	return check_reg_bounds(env, &regs[REG_RETURN], "s32_range");
}

/* What is asked before the arguments are looked at. */
static int check_caller(struct env *env, const struct kfunc_meta *meta)
{
	if (kfunc_specials[meta->kfunc].traits & TRAIT_TAKES_LOCK) {
		int err = push_lock_failure(env);

		if (err)
			return err;
	}
	if (meta->kfunc == KFUNC___bpf_trap)
		return reject(env, REASON_KFUNC_TRAP,
			      "unexpected __bpf_trap() due to uninitialized variable?\n");
	if (meta->flags & KF_DESTRUCTIVE && !(env->job->caps & VERIFY_CAP_SYS_ADMIN))
		return reject(env, REASON_KFUNC_DESTRUCTIVE,
			      "destructive kfunc calls require CAP_SYS_BOOT capability\n");
	if (meta->flags & KF_SLEEPABLE && !in_sleepable(env))
		return reject(env, REASON_KFUNC_SLEEPS,
			      "program must be sleepable to call sleepable kfunc %s\n",
			      meta->desc->name);
	return 0;
}

static int push_callback(struct env *env, const struct bpf_insn *insn, uint32_t insn_idx,
			 const struct kfunc_meta *meta)
{
	set_callee_fn *set = kfunc_specials[meta->kfunc].callback;
	int err = set ? push_callback_call(env, insn, insn_idx, meta->subprog, set) : 0;

	if (err)
		vlog_why(env, REASON_KFUNC_CALLBACK, "kfunc %s#%d failed callback verification\n",
			 meta->desc->name, meta->desc->id);
	return err;
}

static int release(struct env *env, const struct kfunc_meta *meta, uint32_t ref_obj_id)
{
	int err = release_reference(env, ref_obj_id);

	if (err)
		return reject_with(env, REASON_KFUNC_REFERENCE, -err,
				   "kfunc %s#%d reference has not been acquired before\n",
				   meta->desc->name, meta->desc->id);
	return 0;
}

/* An object that is put into a list or tree belongs to it; the program goes on looking at it. */
static int give_to_graph(struct env *env, const struct kfunc_meta *meta)
{
	const struct reg_state *node = &cur_regs(env)[2];
	uint32_t ref_obj_id = node->ref_obj_id;
	struct call_facts *call = cur_call_facts(env);
	int err;

	call->insert_off = node->off;
	call->kptr_record = local_record(env, meta->arg_btf, meta->arg_btf_id);
	err = ref_convert_owning_non_owning(env, ref_obj_id);
	if (err) {
		vlog_why(env, REASON_KFUNC_REFERENCE,
			 "kfunc %s#%d conversion of owning ref to non-owning failed\n",
			 meta->desc->name, meta->desc->id);
		return err;
	}
	return release(env, meta, ref_obj_id);
}

static int check_references(struct env *env, const struct kfunc_meta *meta)
{
	int err = 0;

	if (meta->release_regno)
		err = release(env, meta, cur_regs(env)[meta->release_regno].ref_obj_id);
	if (!err && kfunc_specials[meta->kfunc].traits & TRAIT_INSERTS)
		err = give_to_graph(env, meta);
	return err;
}

/* Without a callback of its own, what is thrown is what the program returns. */
static int check_throw(struct env *env, const struct kfunc_meta *meta)
{
	if (meta->kfunc != KFUNC_bpf_throw)
		return 0;
	env->seen_exception = true;
	return env->exception_callback_subprog ? 0 : check_return_code(env, 1, "R1");
}

int check_kfunc_call(struct env *env, const struct bpf_insn *insn, uint32_t *insn_idx)
{
	uint32_t at = *insn_idx;
	struct kfunc_meta meta = {0};
	int err;

	if (!insn->imm)
		return 0;
	err = begin_call(env, insn, &meta);
	if (err)
		return err;
	env->aux[at].is_iter_next = meta.flags & KF_ITER_NEXT;
	err = check_caller(env, &meta);
	if (!err)
		err = check_kfunc_args(env, &meta, at);
	if (!err)
		err = push_callback(env, insn, at, &meta);
	if (!err)
		err = check_kfunc_regions(env, &meta);
	if (!err)
		err = check_references(env, &meta);
	if (!err)
		err = check_throw(env, &meta);
	if (err)
		return err;
	mark_caller_saved(env);
	err = check_kfunc_return(env, &meta, at);
	if (err)
		return err;
	if (kfunc_specials[meta.kfunc].traits & TRAIT_PACKET)
		clear_all_pkt_pointers(env);
	return meta.flags & KF_ITER_NEXT ? process_iter_next(env, at, &meta) : 0;
}
