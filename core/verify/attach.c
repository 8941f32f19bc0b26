/*
 * What a program is attached to: a function of the kernel or of another program, a tracepoint, an
 * iterator, a security hook, a member of a struct of operations. It gives the walk the prototype of
 * the context.
 */
#include "core/verify/local.h"

#include "core/helper/proto.h"

enum { FUNC_ARGS_MAX = 12, ARG_SIZE_MAX = 16 };

static bool in_list(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

static bool begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* ---- prototypes ---- */

int64_t passed_size(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);

	switch (btf_kind(t)) {
	case BTF_KIND_UNKN:
		return 0;
	case BTF_KIND_PTR:
		return 8;
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_STRUCT:
		return t->size;
	default:
		return -1;
	}
}

static int check_param(struct env *env, const struct btf *btf, const struct btf_type *proto,
		       uint32_t i, const char *name)
{
	uint32_t type = btf_params(proto)[i].type, id = btf_resolve(btf, type);
	int64_t size = passed_size(btf, id);

	if (i == btf_vlen(proto) - 1 && type == 0)
		return reject(env, REASON_ATTACH_PROTO,
			      "The function %s with variable args is unsupported.\n", name);
	if (size < 0 || size > ARG_SIZE_MAX)
		return reject(env, REASON_ATTACH_PROTO,
			      "The function %s arg%d type %s is unsupported.\n", name, i,
			      btf_kind_str(btf_type(btf, id)));
	if (size == 0)
		return reject(env, REASON_ATTACH_PROTO,
			      "The function %s has malformed void argument.\n", name);
	return 0;
}

int check_func_model(struct env *env, const struct btf *btf, uint32_t proto, const char *name)
{
	const struct btf_type *t = btf_type(btf, proto);
	uint32_t n = btf_vlen(t), ret = btf_resolve(btf, t->type);

	if (n > FUNC_ARGS_MAX)
		return reject(env, REASON_ATTACH_PROTO,
			      "The function %s has %d arguments. Too many.\n", name, n);
	if (passed_size(btf, ret) < 0 || btf_kind_of(btf, ret) == BTF_KIND_STRUCT)
		return reject(env, REASON_ATTACH_PROTO,
			      "The function %s return type %s is unsupported.\n", name,
			      btf_kind_str(btf_type(btf, ret)));
	for (uint32_t i = 0; i < n; i++) {
		int err = check_param(env, btf, t, i, name);

		if (err)
			return err;
	}
	return 0;
}

/* ---- signatures of extensions (btf_check_type_match()) ---- */

/* A function of a program, for the comparison. */
struct side {
	const struct btf *btf;
	const char *name;
	const struct btf_type *func, *proto;
};

static struct side side_of(const struct btf *btf, uint32_t func)
{
	const struct btf_type *t = btf_type(btf, func);

	return (struct side){btf, btf_str(btf, t->name_off), t, btf_type(btf, t->type)};
}

static const struct btf_type *resolved(const struct side *s, uint32_t id)
{
	return btf_type(s->btf, btf_resolve(s->btf, id));
}

static bool has_size(const struct btf_type *t)
{
	uint32_t kind = btf_kind(t);

	return kind == BTF_KIND_INT || btf_is_composite(t) || btf_is_enum(t) ||
	       kind == BTF_KIND_DATASEC || kind == BTF_KIND_FLOAT;
}

static int check_ctx_params(struct env *env, const struct side *a, const struct side *b,
			    const struct btf_type *ta, const struct btf_type *tb, uint32_t i)
{
	const char *sa, *sb;

	ta = resolved(a, ta->type);
	tb = resolved(b, tb->type);
	if (!btf_is_composite(ta) || !btf_is_composite(tb))
		return reject(env, REASON_ATTACH_SIGNATURE,
			      "arg%d in %s() is not a pointer to context\n", i,
			      btf_is_composite(ta) ? b->name : a->name);
	sa = btf_str(a->btf, ta->name_off);
	sb = btf_str(b->btf, tb->name_off);
	if (strcmp(sa, sb) == 0)
		return 0;
	return reject(env, REASON_ATTACH_SIGNATURE,
		      "arg%d %s(struct %s *) doesn't match %s(struct %s *)\n", i, a->name, sa,
		      b->name, sb);
}

static int check_same_param(struct env *env, const struct side *a, const struct side *b, uint32_t i)
{
	const struct btf_type *ta = resolved(a, btf_params(a->proto)[i].type);
	const struct btf_type *tb = resolved(b, btf_params(b->proto)[i].type);

	if (ta->info != tb->info)
		return reject(env, REASON_ATTACH_SIGNATURE,
			      "arg%d in %s() is %s while %s() has %s\n", i, a->name,
			      btf_kind_str(ta), b->name, btf_kind_str(tb));
	if (has_size(ta) && ta->size != tb->size)
		return reject(env, REASON_ATTACH_SIGNATURE,
			      "arg%d in %s() has size %d while %s() has %d\n", i, a->name, ta->size,
			      b->name, tb->size);
	if (btf_kind(ta) == BTF_KIND_INT || btf_is_enum(ta))
		return 0;
	if (btf_kind(ta) != BTF_KIND_PTR)
		return reject(env, REASON_ATTACH_SIGNATURE, "arg%d in %s() has unrecognized type\n",
			      i, a->name);
	return check_ctx_params(env, a, b, ta, tb, i);
}

static int check_same_signature(struct env *env, const struct side *a, const struct side *b)
{
	const struct btf_type *ra = resolved(a, a->proto->type), *rb = resolved(b, b->proto->type);
	uint32_t n = btf_vlen(a->proto);

	if (n != btf_vlen(b->proto))
		return reject(env, REASON_ATTACH_SIGNATURE,
			      "%s() has %d args while %s() has %d args\n", a->name, n, b->name,
			      btf_vlen(b->proto));
	if (ra->info != rb->info)
		return reject(env, REASON_ATTACH_SIGNATURE,
			      "Return type %s of %s() doesn't match type %s of %s()\n",
			      btf_kind_str(ra), a->name, btf_kind_str(rb), b->name);
	for (uint32_t i = 0; i < n; i++) {
		int err = check_same_param(env, a, b, i);

		if (err)
			return err;
	}
	return 0;
}

static int check_replaces(struct env *env, const struct btf *btf, uint32_t func)
{
	struct side a, b = side_of(btf, func);

	if (!env->job->nfuncs)
		return reject(env, REASON_ATTACH_EXTENSION, "Program extension requires BTF\n");
	a = side_of(env->job->btf, env->job->funcs[0].type_id);
	if (btf_vlen(a.func) != BTF_FUNC_GLOBAL || btf_vlen(b.func) != BTF_FUNC_GLOBAL)
		return reject(env, REASON_ATTACH_EXTENSION, "%s() is not a global function\n",
			      btf_vlen(a.func) == BTF_FUNC_GLOBAL ? b.name : a.name);
	return check_same_signature(env, &a, &b);
}

/* ---- other programs as targets ---- */

/* What is known of the function with a type id in the target; NULL: the target has none. */
static const struct verify_func_facts *find_target_func(const struct verify_target *t, uint32_t id,
							struct verify_func_facts *unknown)
{
	for (uint32_t i = 0; i < t->nfuncs; i++) {
		if (t->funcs[i].type_id != id)
			continue;
		if (t->facts)
			return &t->facts[i];
		/* Only what is global was verified against its types. */
		*unknown = (struct verify_func_facts){
			.unreliable = btf_vlen(btf_type(t->btf, id)) != BTF_FUNC_GLOBAL,
		};
		return unknown;
	}
	return NULL;
}

static int check_extension(struct env *env, const struct verify_func_facts *facts)
{
	if (facts->unreliable)
		return reject(env, REASON_ATTACH_EXTENSION, "Cannot replace static functions\n");
	if (env->subs[0].changes_pkt_data && !facts->changes_pkt_data)
		return reject(env, REASON_ATTACH_EFFECT,
			      "Extension program changes packet data, while original does not\n");
	if (env->subs[0].might_sleep && !facts->might_sleep)
		return reject(env, REASON_ATTACH_EFFECT,
			      "Extension program may sleep, while original does not\n");
	return 0;
}

static int check_target_prog(struct env *env, uint32_t id, const char *name, bool *unreliable)
{
	const struct verify_target *to = env->job->attach_to;
	bool is_ext = env->job->type == PROG_TYPE_EXT;
	struct verify_func_facts unknown;
	const struct verify_func_facts *facts = find_target_func(to, id, &unknown);
	int err;

	if (!facts)
		return reject(env, REASON_ATTACH_BTF_ID, "Subprog %s doesn't exist\n", name);
	if (facts->is_exception_cb)
		return reject(env, REASON_ATTACH_EXTENSION,
			      "%s programs cannot attach to exception callback\n",
			      is_ext ? "Extension" : "FENTRY/FEXIT");
	*unreliable = facts->unreliable;
	err = is_ext ? check_extension(env, facts) : 0;
	if (err)
		return err;
	if (env->job->type == PROG_TYPE_TRACING && to->traces_tracing)
		return reject(env, REASON_ATTACH_EXTENSION,
			      "Cannot nest tracing program attach more than once\n");
	if (env->job->type != PROG_TYPE_TRACING && to->type == env->job->type)
		return reject(env, REASON_ATTACH_EXTENSION, "Cannot recursively attach\n");
	if (is_ext && to->type == PROG_TYPE_TRACING &&
	    (to->attach_type == ATTACH_TYPE_TRACE_FENTRY ||
	     to->attach_type == ATTACH_TYPE_TRACE_FEXIT))
		return reject(env, REASON_ATTACH_EXTENSION, "Cannot extend fentry/fexit\n");
	return 0;
}

/* ---- what may sleep, and what may be modified ---- */

/*
 * Functions that error injection is allowed in, or that some part of the kernel gives free, are
 * those whose result a program may change; in most of them one may sleep. Which they are is not in
 * BTF; of system calls the names tell.
 */
static const struct modifiable {
	const char *name;
	bool may_sleep;
} modifiable_funcs[] = {
	{"__filemap_add_folio", false},
	{"bpf_fentry_test1", true},
	{"bpf_modify_return_test", false},
	{"bpf_modify_return_test2", false},
	{"bpf_modify_return_test_tp", false},
	{"btrfs_cow_block", true},
	{"btrfs_search_slot", true},
	{"io_ctl_init", true},
	{"open_ctree", true},
	{"should_fail_alloc_page", false},
	{"should_fail_bio", true},
	{"should_failslab", false},
	{"update_socket_protocol", true},
};

static const struct modifiable *find_modifiable(const char *name)
{
	static const struct modifiable syscall = {"", true};

	if (begins(name, "__x64_sys_") || begins(name, "__ia32_sys_") ||
	    begins(name, "__ia32_compat_sys_") || begins(name, "__x64_compat_sys_"))
		return &syscall;
	for (size_t i = 0; i < ARRAY_SIZE(modifiable_funcs); i++)
		if (strcmp(modifiable_funcs[i].name, name) == 0)
			return &modifiable_funcs[i];
	return NULL;
}

static int check_sleepable_target(struct env *env, const char *name)
{
	const struct modifiable *func = find_modifiable(name);
	bool may_sleep = (func && func->may_sleep) ||
			 kernel_mark(env->job->marks, EBPF_MARK_SLEEPABLE, name);
	uint32_t type = env->job->type;

	if ((type == PROG_TYPE_TRACING && may_sleep) ||
	    (type == PROG_TYPE_LSM && lsm_hook_may_sleep(name)))
		return 0;
	return reject(env, REASON_ATTACH_SLEEPABLE, "%s is not sleepable\n", name);
}

static int check_modify_return(struct env *env, const char *name)
{
	if (env->job->attach_to)
		return reject(env, REASON_ATTACH_MODIFY,
			      "can't modify return codes of BPF programs\n");
	if (find_modifiable(name) || begins(name, "security_") ||
	    kernel_mark(env->job->marks, EBPF_MARK_MODIFIABLE, name))
		return 0;
	return reject(env, REASON_ATTACH_MODIFY, "%s() is not modifiable\n", name);
}

/* ---- each kind of target: leaves attach.func_proto ---- */

#define TRACEPOINT_PREFIX "btf_trace_"

/*
 * The typedef of a tracepoint has no names of parameters; the function that calls the programs has
 * them, where its name is the tracepoint's.
 */
static int attach_tracepoint(struct env *env, const char *name)
{
	struct attach_info *at = &env->attach;
	char *func;
	uint32_t id;

	if (env->job->attach_to)
		return reject(env, REASON_ATTACH_KIND,
			      "Only FENTRY/FEXIT progs are attachable to another BPF prog\n");
	if (btf_kind_of(at->btf, at->func_id) != BTF_KIND_TYPEDEF)
		return reject(env, REASON_ATTACH_KIND, "attach_btf_id %u is not a typedef\n",
			      at->func_id);
	if (!begins(name, TRACEPOINT_PREFIX))
		return reject(env, REASON_ATTACH_KIND,
			      "attach_btf_id %u points to wrong type name %s\n", at->func_id, name);
	at->func_name = name + strlen(TRACEPOINT_PREFIX);
	func = arena_printf(&env->arena, "__bpf_trace_%s", at->func_name);
	id = btf_find(at->btf, func, BTF_KIND_FUNC);
	if (!id)
		id = btf_type(at->btf, at->func_id)->type;
	at->func_proto = btf_func_proto(at->btf, id);
	return at->func_proto ? 0 : reject(env, REASON_ATTACH_KIND, "%s", "");
}

static int find_proto(struct env *env)
{
	struct attach_info *at = &env->attach;

	if (btf_kind_of(at->btf, at->func_id) != BTF_KIND_FUNC)
		return reject(env, REASON_ATTACH_KIND, "attach_btf_id %u is not a function\n",
			      at->func_id);
	at->func_proto = btf_func_proto(at->btf, at->func_id);
	return at->func_proto ? 0 : reject(env, REASON_ATTACH_KIND, "%s", "");
}

static int attach_iter(struct env *env, const char *name)
{
	const struct attach_info *at = &env->attach;
	int err = find_proto(env);

	return err ? err : check_func_model(env, at->btf, at->func_proto, name);
}

/* fentry, fexit, fmod_ret, LSM and extensions */
static int attach_function(struct env *env, const char *name, bool unreliable)
{
	struct attach_info *at = &env->attach;
	int err = find_proto(env);

	if (!err && env->job->type == PROG_TYPE_EXT)
		err = check_replaces(env, at->btf, at->func_id);
	if (err)
		return err;
	/* Five words, whatever they are. */
	if (env->job->attach_to && unreliable)
		at->func_proto = 0;
	else
		err = check_func_model(env, at->btf, at->func_proto, name);
	if (err)
		return err;
	if (env->sleepable)
		return check_sleepable_target(env, name);
	if (env->job->attach_type == ATTACH_TYPE_MODIFY_RETURN)
		return check_modify_return(env, name);
	return 0;
}

static int attach_by_type(struct env *env, const char *name, bool unreliable)
{
	bool is_ext = env->job->type == PROG_TYPE_EXT;

	switch (env->job->attach_type) {
	case ATTACH_TYPE_TRACE_RAW_TP:
		return attach_tracepoint(env, name);
	case ATTACH_TYPE_TRACE_ITER:
		return attach_iter(env, name);
	case ATTACH_TYPE_MODIFY_RETURN:
	case ATTACH_TYPE_LSM_MAC:
	case ATTACH_TYPE_LSM_CGROUP:
	case ATTACH_TYPE_TRACE_FENTRY:
	case ATTACH_TYPE_TRACE_FEXIT:
		return attach_function(env, name, unreliable);
	default:
		return is_ext ? attach_function(env, name, unreliable)
			      : reject(env, REASON_ATTACH_KIND, "%s", "");
	}
}

/* bpf_check_attach_target() */
static int check_btf_target(struct env *env)
{
	const struct verify_job *job = env->job;
	struct attach_info *at = &env->attach;
	uint32_t id = job->attach_btf_id;
	bool unreliable = true;
	const char *name;
	int err;

	if (!id)
		return reject(env, REASON_ATTACH_BTF_ID, "Tracing programs must provide btf_id\n");
	if (job->attach_to)
		at->btf = job->attach_to->btf;
	else
		at->btf = target_btf(env);
	if (!at->btf)
		return reject(env, REASON_ATTACH_BTF_ID,
			      "FENTRY/FEXIT program can only be attached to another program "
			      "annotated with BTF\n");
	if (!btf_has(at->btf, id))
		return reject(env, REASON_ATTACH_BTF_ID, "attach_btf_id %u is invalid\n", id);
	name = btf_name(at->btf, id);
	at->func_id = id;
	at->func_name = name;
	at->target_in_module = !job->attach_to && at->btf->base;
	if (job->attach_to)
		err = check_target_prog(env, id, name, &unreliable);
	else
		err = job->type == PROG_TYPE_EXT ? reject(env, REASON_ATTACH_EXTENSION,
							  "Cannot replace kernel functions\n")
						 : 0;
	return err ? err : attach_by_type(env, name, unreliable);
}

/* ---- after the target is known ---- */

/* bpf_lsm_verify_prog() */
static int check_lsm(struct env *env)
{
	static const char *const disabled[] = {
		"bpf_lsm_vm_enough_memory",    "bpf_lsm_inode_need_killpriv",
		"bpf_lsm_inode_getsecurity",   "bpf_lsm_inode_listsecurity",
		"bpf_lsm_inode_copy_up_xattr", "bpf_lsm_getselfattr",
		"bpf_lsm_getprocattr",	       "bpf_lsm_setprocattr",
		"bpf_lsm_key_getsecurity",     "bpf_lsm_audit_rule_match",
		"bpf_lsm_xfrm_decode_session", "bpf_lsm_ismaclabel",
	};
	/* Functions of the kernel's own that are called like hooks */
	static const char *const no_hooks[] = {
		"bpf_lsm_find_cgroup_shim",  "bpf_lsm_verify_prog", "bpf_lsm_func_proto",
		"bpf_lsm_is_sleepable_hook", "bpf_lsm_is_trusted",  "bpf_lsm_get_retval_range",
	};
	const char *name = env->attach.func_name;

	if (!env->job->gpl)
		return reject(env, REASON_ATTACH_LICENCE,
			      "LSM programs must have a GPL compatible license\n");
	if (in_list(name, disabled, ARRAY_SIZE(disabled)))
		return reject(env, REASON_ATTACH_LSM,
			      "attach_btf_id %u points to disabled hook %s\n", env->attach.func_id,
			      name);
	if (!begins(name, "bpf_lsm_") || in_list(name, no_hooks, ARRAY_SIZE(no_hooks)))
		return reject(env, REASON_ATTACH_LSM,
			      "attach_btf_id %u points to wrong type name %s\n",
			      env->attach.func_id, name);
	return 0;
}

static int check_not_denied(struct env *env)
{
	/* What the tracing of a function calls itself (btf_id_deny) */
	static const char *const denied[] = {
		"migrate_disable",	  "migrate_enable",    "___migrate_enable",
		"rcu_read_unlock_strict", "preempt_count_add", "preempt_count_sub",
		"__rcu_read_lock",	  "__rcu_read_unlock",
	};
	/* There is no return to wait for (noreturn_deny) */
	static const char *const noreturn[] = {
		"__ia32_sys_exit",
		"__ia32_sys_exit_group",
		"__kunit_abort",
		"kunit_try_catch_throw",
		"__module_put_and_kthread_exit",
		"__x64_sys_exit",
		"__x64_sys_exit_group",
		"do_exit",
		"do_group_exit",
		"kthread_complete_and_exit",
		"kthread_exit",
		"make_task_dead",
	};
	const struct verify_job *job = env->job;
	const char *name = env->attach.func_name;

	if (job->attach_to)
		return 0;
	if (job->type == PROG_TYPE_TRACING && in_list(name, denied, ARRAY_SIZE(denied)))
		return reject(env, REASON_ATTACH_DENIED,
			      "Attaching tracing programs to function '%s' is rejected.\n", name);
	if ((job->attach_type == ATTACH_TYPE_TRACE_FEXIT ||
	     job->attach_type == ATTACH_TYPE_MODIFY_RETURN) &&
	    in_list(name, noreturn, ARRAY_SIZE(noreturn)))
		return reject(env, REASON_ATTACH_DENIED,
			      "Attaching fexit/fmod_ret to __noreturn function '%s' is rejected.\n",
			      name);
	return 0;
}

static int check_function_target(struct env *env)
{
	int err = check_btf_target(env);

	if (err)
		return err;
	switch (env->job->attach_type) {
	case ATTACH_TYPE_TRACE_RAW_TP:
		return 0;
	case ATTACH_TYPE_TRACE_ITER:
		if (!bpf_iter_prog_supported(env->attach.func_name))
			return reject(env, REASON_ATTACH_KIND, "%s", "");
		fill_ctx_args(env);
		return 0;
	}
	return env->job->type == PROG_TYPE_LSM ? check_lsm(env) : check_not_denied(env);
}

/* ---- struct_ops ---- */

/* Members that are no plain case: (struct, member, refused, may sleep) */
static const struct ops_member {
	const char *ops, *member;
	bool refused, may_sleep;
} ops_members[] = {
	{"tcp_congestion_ops", "get_info", true, false},
	{"bpf_dummy_ops", "test_sleepable", false, true},
	{"sched_ext_ops", "init_task", false, true},
	{"sched_ext_ops", "cgroup_init", false, true},
	{"sched_ext_ops", "cgroup_exit", false, true},
	{"sched_ext_ops", "cgroup_prep_move", false, true},
	{"sched_ext_ops", "cpu_online", false, true},
	{"sched_ext_ops", "cpu_offline", false, true},
	{"sched_ext_ops", "init", false, true},
	{"sched_ext_ops", "exit", false, true},
};

/* Structs whose members are asked whether they may sleep; in others every one may. */
static const char *const strict_ops[] = {"bpf_dummy_ops", "sched_ext_ops"};

/* cfi stubs and check_member() of the struct */
static int check_member(struct env *env, const char *ops, const char *member)
{
	bool may_sleep = !in_list(ops, strict_ops, ARRAY_SIZE(strict_ops)), refused = false;

	for (size_t i = 0; i < ARRAY_SIZE(ops_members); i++) {
		const struct ops_member *m = &ops_members[i];

		if (strcmp(m->ops, ops) != 0 || strcmp(m->member, member) != 0)
			continue;
		refused = m->refused;
		may_sleep |= m->may_sleep;
	}
	if (!refused && (!env->sleepable || may_sleep))
		return 0;
	return reject_with(env, REASON_ATTACH_STRUCT_OPS, refused ? ENOTSUPP : EINVAL,
			   "attach to unsupported member %s of struct %s\n", member, ops);
}

/* A struct is registered when the kernel has the type of a map's value for it. */
static bool is_registered(struct env *env, const struct btf *btf, uint32_t id)
{
	char *value = arena_printf(&env->arena, "bpf_struct_ops_%s", btf_name(btf, id));

	return btf_has(btf, id) && btf_kind_of(btf, id) == BTF_KIND_STRUCT &&
	       btf_find(btf, value, BTF_KIND_STRUCT);
}

static uint32_t member_proto(const struct btf *btf, const struct btf_member *m)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, m->type));

	return btf_kind(t) == BTF_KIND_PTR &&
			       btf_kind_of(btf, btf_resolve(btf, t->type)) == BTF_KIND_FUNC_PROTO
		       ? btf_resolve(btf, t->type)
		       : 0;
}

/* No callee could be told which references it holds. */
static int check_no_tail_calls(struct env *env)
{
	bool refcounted = false;

	for (uint32_t i = 0; i < env->attach.nctx_args; i++)
		refcounted |= env->attach.ctx_args[i].refcounted;
	for (uint32_t i = 0; refcounted && i < env->nsubs; i++)
		if (env->subs[i].has_tail_call)
			return reject_with(env, REASON_ATTACH_STRUCT_OPS, EINVAL,
					   "program with __ref argument cannot tail call\n");
	return 0;
}

/* check_struct_ops_btf_id() */
static int check_struct_ops(struct env *env)
{
	const struct verify_job *job = env->job;
	const struct btf *btf = target_btf(env);
	uint32_t id = job->attach_btf_id, index = job->attach_type;
	struct attach_info *at = &env->attach;
	const struct btf_member *member;
	const char *ops;
	int err;

	if (!job->gpl)
		return reject(env, REASON_ATTACH_LICENCE,
			      "struct ops programs must have a GPL compatible license\n");
	if (!id || !btf)
		return reject(env, REASON_ATTACH_STRUCT_OPS, "%s", "");
	if (!is_registered(env, btf, id))
		return reject(env, REASON_ATTACH_STRUCT_OPS,
			      "attach_btf_id %u is not a supported struct\n", id);
	ops = btf_name(btf, id);
	if (index >= btf_vlen(btf_type(btf, id)))
		return reject_with(env, REASON_ATTACH_STRUCT_OPS, EINVAL,
				   "attach to invalid member idx %u of struct %s\n", index, ops);
	member = &btf_members(btf_type(btf, id))[index];
	*at = (struct attach_info){
		.btf = btf,
		.func_proto = member_proto(btf, member),
		.func_name = btf_str(btf, member->name_off),
		.target_in_module = btf->base != NULL,
		.struct_ops_type = id,
		.member = index,
	};
	if (!at->func_proto)
		return reject_with(env, REASON_ATTACH_STRUCT_OPS, EINVAL,
				   "attach to invalid member %s(@idx %u) of struct %s\n",
				   at->func_name, index, ops);
	err = check_member(env, ops, at->func_name);
	if (err)
		return err;
	fill_ctx_args(env);
	return check_no_tail_calls(env);
}

/* ---- the pass ---- */

static bool can_be_sleepable(const struct verify_job *job)
{
	switch (job->type) {
	case PROG_TYPE_TRACING:
		return job->attach_type == ATTACH_TYPE_TRACE_FENTRY ||
		       job->attach_type == ATTACH_TYPE_TRACE_FEXIT ||
		       job->attach_type == ATTACH_TYPE_MODIFY_RETURN ||
		       job->attach_type == ATTACH_TYPE_TRACE_ITER;
	case PROG_TYPE_LSM:
	case PROG_TYPE_KPROBE: /* uprobes, that is */
	case PROG_TYPE_STRUCT_OPS:
		return true;
	default:
		return false;
	}
}

/* check_attach_btf_id(). Leaves attach. */
int check_attach_target(struct env *env)
{
	const struct verify_job *job = env->job;

	if (job->type == PROG_TYPE_SYSCALL)
		return env->sleepable ? 0
				      : reject(env, REASON_ATTACH_SLEEPABLE,
					       "Syscall programs can only be sleepable\n");
	if (env->sleepable && !can_be_sleepable(job))
		return reject(env, REASON_ATTACH_SLEEPABLE,
			      "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops "
			      "programs can be sleepable\n");
	switch (job->type) {
	case PROG_TYPE_STRUCT_OPS:
		return check_struct_ops(env);
	case PROG_TYPE_TRACING:
	case PROG_TYPE_LSM:
	case PROG_TYPE_EXT:
		return check_function_target(env);
	default:
		return 0;
	}
}

/* ---- what is returned ---- */

/* bpf_lsm_get_retval_range(): of hooks of the security framework, which call one another. */
bool get_func_retval_range(const struct env *env, struct ret_range *range)
{
	static const char *const truths[] = {
		"bpf_lsm_xfrm_state_pol_flow_match",
		"bpf_lsm_audit_rule_known",
		"bpf_lsm_inode_xattr_skipcap",
	};
	const struct attach_info *at = &env->attach;

	if (env->job->type != PROG_TYPE_LSM || env->job->attach_type != ATTACH_TYPE_LSM_MAC ||
	    !at->func_proto || !btf_type(at->btf, at->func_proto)->type)
		return false;
	*range = in_list(at->func_name, truths, ARRAY_SIZE(truths))
			 ? (struct ret_range){0, 1}
			 : (struct ret_range){-MAX_ERRNO, 0};
	return true;
}
