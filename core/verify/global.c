/*
 * Global functions are judged by their prototypes: each that is called somewhere is walked once,
 * for any arguments that its parameters' types allow, and calls of it are checked for such
 * arguments. The main program and the exception callback begin here, too.
 */
#include "core/verify/local.h"

/* ---- prototypes (btf_prepare_func_args()) ---- */

enum arg_tag {
	TAG_CTX = 1 << 0,
	TAG_NONNULL = 1 << 1,
	TAG_TRUSTED = 1 << 2,
	TAG_UNTRUSTED = 1 << 3,
	TAG_NULLABLE = 1 << 4,
	TAG_ARENA = 1 << 5,
};

/* Words behind "arg:" in a parameter's declaration tags. */
static const struct {
	const char *word;
	uint32_t tag;
} arg_tags[] = {
	{"ctx", TAG_CTX},	  {"trusted", TAG_TRUSTED},   {"untrusted", TAG_UNTRUSTED},
	{"nonnull", TAG_NONNULL}, {"nullable", TAG_NULLABLE}, {"arena", TAG_ARENA},
};

/* A parameter being looked at. */
struct param {
	const struct btf *btf;
	const char *func;
	uint32_t func_id; /* FUNC */
	uint32_t i;	  /* from 0 */
	uint32_t type;	  /* without modifiers and typedefs */
	uint32_t tags;	  /* enum arg_tag */
	bool is_global;
};

static int reject_tags(struct env *env, const struct param *p)
{
	return reject(env, REASON_GLOBAL_TAG, "arg#%d has invalid combination of tags\n", p->i);
}

static uint32_t tag_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(arg_tags); i++)
		if (strcmp(word, arg_tags[i].word) == 0)
			return arg_tags[i].tag;
	return 0;
}

static int find_tags(struct env *env, struct param *p)
{
	static const char prefix[] = "arg:";

	for (uint32_t id = 1; id < p->btf->nids; id++) {
		const struct btf_type *t = btf_type(p->btf, id);
		const char *name;
		uint32_t tag;

		if (btf_kind(t) != BTF_KIND_DECL_TAG || t->type != p->func_id ||
		    btf_component(t) != (int32_t)p->i)
			continue;
		name = btf_name(p->btf, id);
		if (strncmp(name, prefix, strlen(prefix)) != 0)
			continue;
		if (!p->is_global)
			return reject_with(env, REASON_GLOBAL_TAG, EOPNOTSUPP,
					   "arg#%d type tag is not supported in static functions\n",
					   p->i);
		tag = tag_of(name + strlen(prefix));
		if (!tag)
			return reject_with(env, REASON_GLOBAL_TAG, EOPNOTSUPP,
					   "arg#%d has unsupported set of tags\n", p->i);
		p->tags |= tag;
	}
	return 0;
}

/* What a PTR points to, without modifiers and typedefs. */
static uint32_t pointed_to(const struct btf *btf, uint32_t ptr)
{
	return btf_resolve(btf, btf_type(btf, ptr)->type);
}

static bool points_to_dynptr(const struct btf *btf, uint32_t ptr)
{
	uint32_t id = pointed_to(btf, ptr);
	const struct btf_type *t = btf_type(btf, id);
	bool is_struct = btf_is_composite(t) || (btf_kind(t) == BTF_KIND_FWD && !btf_kflag(t));

	return is_struct && strcmp(btf_name(btf, id), "bpf_dynptr") == 0;
}

/*
 * The one type of the kernel that is called as what a PTR points to (btf_get_ptr_to_btf_id()).
 *
 * Linux 6.18 remembers what it has found by the name alone (check_cand_cache()): when a program has
 * asked for a name of another kind, such as a forward declaration, later ones are told that the
 * name has no matches, until another name takes its place. Here each program is the first.
 */
static int find_kernel_type(struct env *env, const struct param *p, uint32_t *found)
{
	const struct btf *kernel = kernel_btf(env);
	uint32_t id = pointed_to(p->btf, p->type);
	const char *name = btf_name(p->btf, id), *kind = btf_kind_str(btf_type(p->btf, id));
	uint32_t of_kind = btf_kind_of(p->btf, id);

	if (!kernel || !*name)
		return reject(env, REASON_GLOBAL_TAG_TYPE,
			      "arg#%d reference type('%s %s') candidate matching error: %d\n", p->i,
			      kind, btf_log_name(p->btf, btf_type(p->btf, id)->name_off), -EINVAL);
	*found = btf_flavor_after(kernel, name, of_kind, 0);
	if (!*found)
		return reject_with(env, REASON_GLOBAL_TAG_TYPE, ENOENT,
				   "arg#%d reference type('%s %s') %s\n", p->i, kind, name,
				   "has no matches");
	if (btf_flavor_after(kernel, name, of_kind, *found))
		return reject_with(env, REASON_GLOBAL_TAG_TYPE, ESRCH,
				   "arg#%d reference type('%s %s') %s\n", p->i, kind, name,
				   "is ambiguous");
	return 0;
}

static int set_trusted(struct env *env, const struct param *p, struct subprog_arg *arg)
{
	if (p->tags & TAG_NONNULL)
		return reject_tags(env, p);
	arg->type = ARG_PTR_TO_BTF_ID | PTR_TRUSTED;
	if (p->tags & TAG_NULLABLE)
		arg->type |= PTR_MAYBE_NULL;
	return find_kernel_type(env, p, &arg->btf_id);
}

/* Anything may be passed, and reads of it cannot fault. */
static int set_untrusted(struct env *env, const struct param *p, struct subprog_arg *arg)
{
	const struct btf *kernel = kernel_btf(env);
	const struct btf_type *t = btf_type(p->btf, pointed_to(p->btf, p->type));
	int err;

	if (p->tags & ~(uint32_t)TAG_UNTRUSTED)
		return reject(env, REASON_GLOBAL_TAG,
			      "arg#%d untrusted cannot be combined with any other tags\n", p->i);
	if (btf_kind(t) == BTF_KIND_UNKN || btf_kind(t) == BTF_KIND_INT || btf_is_enum(t)) {
		arg->type = ARG_PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED;
		arg->mem_size = 0;
		return 0;
	}
	err = find_kernel_type(env, p, &arg->btf_id);
	if (err)
		return err;
	t = btf_type(kernel, arg->btf_id);
	if (!btf_is_composite(t))
		return reject(env, REASON_GLOBAL_TAG_TYPE,
			      "arg#%d has type %s '%s', but only struct or primitive types are "
			      "allowed\n",
			      p->i, btf_kind_str(t), btf_name(kernel, arg->btf_id));
	arg->type = ARG_PTR_TO_BTF_ID | PTR_UNTRUSTED;
	return 0;
}

/* Memory of the size of what the parameter points to. */
static int set_memory(struct env *env, const struct param *p, struct subprog_arg *arg)
{
	uint32_t id = pointed_to(p->btf, p->type);
	int64_t size = btf_size(p->btf, id);

	if (p->tags & TAG_NULLABLE)
		return reject_tags(env, p);
	if (size < 0)
		return reject(env, REASON_GLOBAL_PROTO,
			      "arg#%d reference type('%s %s') size cannot be determined: %d\n",
			      p->i, btf_kind_str(btf_type(p->btf, id)), btf_name(p->btf, id),
			      -EINVAL);
	arg->type = ARG_PTR_TO_MEM;
	if (!(p->tags & TAG_NONNULL))
		arg->type |= PTR_MAYBE_NULL;
	arg->mem_size = (uint32_t)size;
	return 0;
}

/* *done: the parameter is a pointer that means something. */
static int set_pointer(struct env *env, const struct param *p, struct subprog_arg *arg, bool *done)
{
	*done = true;
	if (p->tags & TAG_CTX || btf_is_ctx_type(env, p->btf, p->type, (int)p->i)) {
		if (p->tags & ~(uint32_t)TAG_CTX)
			return reject_tags(env, p);
		arg->type = ARG_PTR_TO_CTX;
		return p->tags ? check_ctx_arg_type(env, p->btf, p->type, (int)p->i) : 0;
	}
	if (points_to_dynptr(p->btf, p->type)) {
		arg->type = ARG_PTR_TO_DYNPTR | MEM_RDONLY;
		return p->tags ? reject_tags(env, p) : 0;
	}
	if (p->tags & TAG_TRUSTED)
		return set_trusted(env, p, arg);
	if (p->tags & TAG_UNTRUSTED)
		return set_untrusted(env, p, arg);
	if (p->tags & TAG_ARENA) {
		arg->type = ARG_PTR_TO_ARENA;
		if (p->tags & ~(uint32_t)TAG_ARENA)
			return reject(env, REASON_GLOBAL_TAG,
				      "arg#%d arena cannot be combined with any other tags\n",
				      p->i);
		return 0;
	}
	if (p->is_global)
		return set_memory(env, p, arg);
	*done = false;
	return 0;
}

static int prepare_arg(struct env *env, struct param *p, struct subprog_arg *arg)
{
	const struct btf_type *t = btf_type(p->btf, p->type);
	bool done = false;
	int err;

	err = find_tags(env, p);
	if (!err && btf_kind(t) == BTF_KIND_PTR)
		err = set_pointer(env, p, arg, &done);
	if (err || done)
		return err;
	if (p->tags)
		return reject(env, REASON_GLOBAL_TAG,
			      "arg#%d has pointer tag, but is not a pointer type\n", p->i);
	if (btf_kind(t) == BTF_KIND_INT || btf_is_enum(t)) {
		arg->type = ARG_ANYTHING;
		return 0;
	}
	if (!p->is_global)
		return -EINVAL;
	return reject(env, REASON_GLOBAL_PROTO, "Arg#%d type %s in %s() is not supported yet.\n",
		      p->i, btf_kind_str(t), p->func);
}

/* Static functions need not fit: they are walked with what their callers pass. */
static int check_proto(struct env *env, const struct param *p, const struct btf_type *proto)
{
	const struct btf_type *ret = btf_type(p->btf, btf_resolve(p->btf, proto->type));

	if (btf_vlen(proto) > ARGS_MAX) {
		if (!p->is_global)
			return -EINVAL;
		return reject(env, REASON_GLOBAL_PROTO,
			      "Global function %s() with %d > %d args. Buggy compiler.\n", p->func,
			      btf_vlen(proto), ARGS_MAX);
	}
	if (btf_kind(ret) == BTF_KIND_INT || btf_is_enum(ret))
		return 0;
	if (!p->is_global)
		return -EINVAL;
	return reject(env, REASON_GLOBAL_PROTO,
		      "Global function %s() doesn't return scalar. Only those are supported.\n",
		      p->func);
}

int prepare_func_args(struct env *env, uint32_t subprog)
{
	const struct btf *btf = env->job->btf;
	struct subprog_info *sub = &env->subs[subprog];
	struct param p = {.btf = btf, .is_global = sub->is_global};
	const struct btf_type *proto;
	int err;

	if (sub->args_cached)
		return 0;
	if (!env->job->nfuncs || !btf)
		return reject_bug(env, "func_info undefined");
	p.func_id = env->job->funcs[subprog].type_id;
	p.func = btf_name(btf, p.func_id);
	if (sub->unreliable)
		return reject_bug(env, "unreliable BTF for function %s()", p.func);
	proto = btf_type(btf, btf_type(btf, p.func_id)->type);
	err = check_proto(env, &p, proto);
	for (uint32_t i = 0; !err && i < btf_vlen(proto); i++) {
		p.i = i;
		p.type = btf_resolve(btf, btf_params(proto)[i].type);
		p.tags = 0;
		err = prepare_arg(env, &p, &sub->args[i]);
	}
	if (err)
		return err;
	sub->nargs = (uint8_t)btf_vlen(proto);
	sub->args_cached = true;
	return 0;
}

/* ---- calls ---- */

static int check_memory_arg(struct env *env, struct reg_state *reg, uint32_t regno,
			    const struct subprog_arg *arg)
{
	int err = check_func_arg_reg_off(env, reg, regno, ARG_DONTCARE);

	if (err < 0)
		return err;
	if (check_mem_reg(env, reg, regno, arg->mem_size))
		return -EINVAL;
	if (!type_may_be_null(arg->type) && type_may_be_null(reg->type))
		return reject(env, REASON_GLOBAL_ARG, "arg#%d is expected to be non-NULL\n",
			      regno - 1);
	if (!type_may_be_null(arg->type) && scalar_is_zero(reg))
		warn_hole(env, WARNING_NONNULL);
	return 0;
}

static int check_dynptr_arg(struct env *env, struct reg_state *reg, uint32_t regno,
			    const struct subprog_arg *arg)
{
	int err = check_func_arg_reg_off(env, reg, regno, ARG_PTR_TO_DYNPTR);

	return err ? err : process_dynptr_func(env, regno, UINT32_MAX, arg->type, 0);
}

static int check_object_arg(struct env *env, struct reg_state *reg, uint32_t regno,
			    const struct subprog_arg *arg)
{
	struct call_meta meta = {0};
	int err;

	if (scalar_is_zero(reg) && type_may_be_null(arg->type))
		return 0;
	err = check_reg_type(env, regno, arg->type, &arg->btf_id, &meta);
	return err ? err : check_func_arg_reg_off(env, reg, regno, arg->type);
}

static int check_arg(struct env *env, struct reg_state *reg, uint32_t regno,
		     const struct subprog_arg *arg)
{
	int err;

	if (arg->type & PTR_UNTRUSTED)
		return 0;
	switch (arg->type & TYPE_BASE_MASK) {
	case ARG_ANYTHING:
		if (reg->type != T_SCALAR)
			return reject(env, REASON_GLOBAL_ARG, "R%d is not a scalar\n", regno);
		return 0;
	case ARG_PTR_TO_CTX:
		err = check_func_arg_reg_off(env, reg, regno, ARG_DONTCARE);
		if (err < 0)
			return err;
		if (reg->type != T_CTX)
			return reject(env, REASON_GLOBAL_ARG, "arg#%d expects pointer to ctx\n",
				      regno - 1);
		return 0;
	case ARG_PTR_TO_MEM:
		return check_memory_arg(env, reg, regno, arg);
	case ARG_PTR_TO_ARENA:
		if (reg->type != T_ARENA && reg->type != T_SCALAR)
			return reject(env, REASON_GLOBAL_ARG,
				      "R%d is not a pointer to arena or scalar.\n", regno);
		return 0;
	case ARG_PTR_TO_DYNPTR:
		return check_dynptr_arg(env, reg, regno, arg);
	case ARG_PTR_TO_BTF_ID:
		return check_object_arg(env, reg, regno, arg);
	default:
		return reject_bug(env, "unrecognized arg#%d type %d", regno - 1, arg->type);
	}
}

/* btf_check_func_arg_match() */
static int check_args(struct env *env, uint32_t subprog, struct reg_state *regs)
{
	const struct subprog_info *sub = &env->subs[subprog];
	int err;

	err = prepare_func_args(env, subprog);
	for (uint32_t i = 0; !err && i < sub->nargs; i++)
		err = check_arg(env, &regs[i + 1], i + 1, &sub->args[i]);
	return err;
}

int check_func_args(struct env *env, uint32_t subprog, struct reg_state *regs)
{
	struct subprog_info *sub = &env->subs[subprog];
	int err;

	if (!env->job->nfuncs)
		return -EINVAL;
	if (!env->job->funcs[subprog].type_id)
		return -EFAULT;
	if (sub->unreliable)
		return -EINVAL;
	err = check_args(env, subprog, regs);
	/* Compilers take away parameters that are not used: what BTF says is no longer true. */
	if (err)
		sub->unreliable = true;
	return err;
}

/* ---- walks ---- */

static void set_object_arg(struct env *env, struct reg_state *reg, const struct subprog_arg *arg)
{
	reg->type = T_BTF_ID | (arg->type & (PTR_MAYBE_NULL | PTR_UNTRUSTED | PTR_TRUSTED));
	mark_reg_known_zero(reg);
	reg->btf = kernel_btf(env);
	reg->btf_id = arg->btf_id;
	reg->id = new_id(env);
}

/* A register holds any argument that the prototype allows. */
static int set_arg(struct env *env, struct reg_state *reg, const struct subprog_arg *arg)
{
	switch (arg->type & TYPE_BASE_MASK) {
	case ARG_PTR_TO_CTX:
		reg->type = T_CTX;
		mark_reg_known_zero(reg);
		return 0;
	case ARG_ANYTHING:
	case ARG_PTR_TO_ARENA:
		mark_reg_unknown(env, reg);
		return 0;
	case ARG_PTR_TO_DYNPTR:
		mark_reg_dynptr(reg, DYNPTR_LOCAL, true, new_id(env));
		return 0;
	case ARG_PTR_TO_MEM:
		reg->type = T_MEM | (arg->type & (PTR_MAYBE_NULL | PTR_UNTRUSTED | MEM_RDONLY));
		mark_reg_known_zero(reg);
		reg->mem_size = arg->mem_size;
		if (type_may_be_null(arg->type))
			reg->id = new_id(env);
		return 0;
	case ARG_PTR_TO_BTF_ID:
		set_object_arg(env, reg, arg);
		return 0;
	default:
		return reject_bug(env, "unhandled arg type %d", arg->type);
	}
}

static int set_global_args(struct env *env, uint32_t subprog, struct func_state *fs)
{
	const struct subprog_info *sub = &env->subs[subprog];
	int err;

	vlog(env, "Validating %s() func#%d...\n", subprog_name(env, subprog), subprog);
	err = prepare_func_args(env, subprog);
	if (err)
		return err;
	if (sub->is_exception_cb) {
		fs->in_exception_callback = true;
		if (sub->nargs != 1 || sub->args[0].type != ARG_ANYTHING)
			return reject(env, REASON_EXCEPTION_CALLBACK,
				      "exception cb only supports single integer argument\n");
	}
	for (uint32_t i = 0; !err && i < sub->nargs; i++)
		err = set_arg(env, &fs->regs[i + 1], &sub->args[i]);
	return err;
}

/* A main program has its context, whatever its BTF says; but then the BTF is not to be relied on.
 */
static void set_main_args(struct env *env, struct func_state *fs)
{
	struct subprog_info *sub = &env->subs[0];

	if (env->job->nfuncs &&
	    (prepare_func_args(env, 0) || sub->nargs != 1 || sub->args[0].type != ARG_PTR_TO_CTX))
		sub->unreliable = true;
	fs->regs[1].type = T_CTX;
	mark_reg_known_zero(&fs->regs[1]);
}

static struct state *first_state(struct env *env, uint32_t subprog)
{
	struct state *st = new_open_state();

	st->branches = 1;
	st->in_sleepable = env->sleepable;
	init_func_state(env, make_frame(st, 0), MAIN_CALLSITE, 0, subprog);
	st->first_insn = env->subs[subprog].start;
	st->last_insn = UINT32_MAX;
	return st;
}

/* What a struct_ops function is given to keep or to release. */
static void acquire_ctx_refs(struct env *env)
{
	struct attach_info *a = &env->attach;

	for (uint32_t i = 0; i < a->nctx_args; i++)
		a->ctx_args[i].ref_obj_id = a->ctx_args[i].refcounted ? acquire_ref(env, 0) : 0;
}

/* do_check_common() */
static int walk_func(struct env *env, uint32_t subprog)
{
	bool is_ext = env->job->type == PROG_TYPE_EXT;
	int err = 0;

	env->log.prev_line = 0;
	env->pass++;
	env->insn = env->subs[subprog].start;
	env->cur = first_state(env, subprog);
	if (subprog || is_ext)
		err = set_global_args(env, subprog, env->cur->frame[0]);
	else
		set_main_args(env, env->cur->frame[0]);
	if (!err && !subprog && env->job->type == PROG_TYPE_STRUCT_OPS)
		acquire_ctx_refs(env);
	if (!err)
		err = do_check(env);
	if (!err && !(env->log.level & VERIFY_LOG_ALL))
		vlog_cut(env, 0);
	free_state(env->cur);
	env->cur = NULL;
	free_pending(env);
	free_explored(env);
	return err;
}

int do_check_main(struct env *env)
{
	return walk_func(env, 0);
}

/* Each walk may call functions that were not called before: again, until none is left. */
int do_check_globals(struct env *env)
{
	bool again = env->job->nfuncs;
	int err;

	if (env->exception_callback_subprog)
		env->subs[env->exception_callback_subprog].called = true;
	while (again) {
		again = false;
		for (uint32_t i = 1; i < env->nsubs; i++) {
			struct subprog_info *sub = &env->subs[i];

			if (!sub->is_global || !sub->called || sub->verified)
				continue;
			err = walk_func(env, i);
			if (err)
				return err;
			if (log_has_insns(env))
				vlog(env,
				     "Func#%d ('%s') is safe for any args that match its "
				     "prototype\n",
				     i, subprog_name(env, i));
			sub->verified = true;
			again = true;
		}
	}
	return 0;
}
