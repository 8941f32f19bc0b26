/*
 * Accesses of a program's context. What r1 points to is either a struct of the uapi, whose fields
 * core/obj/ctx/ lists, or an array of a kernel function's arguments, which have the types that the
 * function's BTF prototype says (btf_ctx_access()). And which parameter types mean "the context".
 */
#include "core/verify/local.h"

#include <strings.h>

/* ---- fields ---- */

static const uint32_t given_types[CTX_GIVES_COUNT] = {
	[CTX_GIVES_SCALAR] = T_SCALAR,
	[CTX_GIVES_PACKET] = T_PACKET,
	[CTX_GIVES_PACKET_END] = T_PACKET_END,
	[CTX_GIVES_PACKET_META] = T_PACKET_META,
	[CTX_GIVES_FLOW_KEYS] = T_FLOW_KEYS,
	[CTX_GIVES_SOCK] = T_SOCKET,
	[CTX_GIVES_SOCK_OR_NULL] = T_SOCKET | PTR_MAYBE_NULL,
	[CTX_GIVES_SOCK_COMMON_OR_NULL] = T_SOCK_COMMON | PTR_MAYBE_NULL,
	[CTX_GIVES_TP_BUFFER] = T_TP_BUFFER,
	[CTX_GIVES_BTF_NF_HOOK_STATE] = T_BTF_ID | PTR_TRUSTED,
	[CTX_GIVES_BTF_SK_BUFF] = T_BTF_ID | PTR_TRUSTED,
};
static const char *const given_structs[CTX_GIVES_COUNT] = {
	[CTX_GIVES_BTF_NF_HOOK_STATE] = "nf_hook_state",
	[CTX_GIVES_BTF_SK_BUFF] = "sk_buff",
};

/* An extension is attached where its target is. */
static uint32_t attach_type_of(const struct env *env)
{
	const struct verify_job *job = env->job;

	return job->type == PROG_TYPE_EXT && job->attach_to ? job->attach_to->attach_type
							    : job->attach_type;
}

static bool may_access_field(struct env *env, int off, int size, bool is_write,
			     struct access_info *info)
{
	struct ctx_view *view = &env->ctx;
	const struct ctx_field *field;
	enum ctx_gives gives;

	if (!view->type) {
		*view = ctx_view_of(prog_type_of(env), attach_type_of(env));
		if (!view->type)
			return false;
		if (view->users & CTX_CGROUP && env->bpf_capable)
			view->users |= CTX_CGROUP_CAP;
	}
	field = ctx_access(view->type, (uint64_t)(int64_t)off, (uint32_t)size, is_write,
			   view->users);
	if (!field)
		return false;
	if (off < 0)
		warn_hole(env, WARNING_RECORD_FRONT);
	gives = is_write ? CTX_GIVES_SCALAR : ctx_load_gives(field, (uint32_t)off, (uint32_t)size);
	if (gives && info->is_ldsx)
		return false;
	if (!is_write)
		info->ctx_field_size = field->narrow;
	info->reg_type = given_types[gives];
	if (type_base(info->reg_type) == T_BTF_ID) {
		info->btf = kernel_btf(env);
		info->btf_id =
			info->btf ? btf_find(info->btf, given_structs[gives], BTF_KIND_STRUCT) : 0;
		return info->btf_id != 0;
	}
	return true;
}

/* ---- arguments that BTF describes ---- */

/* Arguments of functions are words; those of raw tracepoints begin with one nobody sees. */
enum { FUNC_ARGS_MAX = 12, FUNC_REG_ARGS_MAX = 5, ARG_SIZE = 8 };

/* What attach_info says of the function, and which of its arguments is accessed. */
struct traced_arg {
	const struct btf *btf;
	const char *name;		/* of the function */
	const struct btf_type *proto;	/* NULL: words */
	const struct btf_param *params; /* that the program sees */
	uint32_t nparams;
	uint32_t no; /* nparams: the returned value */
	int off;
};

static bool is_raw_tp_btf(const struct env *env)
{
	return env->job->type == PROG_TYPE_TRACING &&
	       env->job->attach_type == ATTACH_TYPE_TRACE_RAW_TP;
}

static uint32_t arg_width(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, id));

	return btf_kind(t) == BTF_KIND_PTR ? ARG_SIZE : (uint32_t)round_up(t->size, ARG_SIZE);
}

/* Index of the argument that offset off is in (btf_ctx_arg_idx()). */
static uint32_t arg_at(const struct traced_arg *a)
{
	uint32_t end = 0, n;

	if (!a->proto)
		return (uint32_t)a->off / ARG_SIZE;
	n = btf_vlen(a->proto);
	for (uint32_t i = 0; i < n; i++) {
		end += arg_width(a->btf, btf_params(a->proto)[i].type);
		if ((uint32_t)a->off < end)
			return i;
	}
	end += arg_width(a->btf, a->proto->type);
	return (uint32_t)a->off < end ? n : n + 1;
}

static struct traced_arg find_arg(struct env *env, int off)
{
	struct traced_arg a = {
		.btf = env->attach.btf ? env->attach.btf : kernel_btf(env),
		.name = env->attach.func_name ? env->attach.func_name : "",
		.nparams = FUNC_REG_ARGS_MAX,
		.off = off,
	};

	if (env->attach.func_proto) {
		a.proto = btf_type(a.btf, env->attach.func_proto);
		a.params = btf_params(a.proto);
		a.nparams = btf_vlen(a.proto);
	}
	a.no = arg_at(&a);
	if (is_raw_tp_btf(env) && a.nparams) {
		a.params++;
		a.nparams--;
	}
	return a;
}

static bool is_small_int(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_INT && t->size <= 8;
}

enum arg_kind { ARG_REFUSED, ARG_IS_NUMBER, ARG_IS_TYPED };

static enum arg_kind no_such_arg(struct env *env, const struct traced_arg *a)
{
	vlog_why(env, REASON_CTX_ACCESS, "func '%s' doesn't have %u-th argument\n", a->name,
		 a->no + 1);
	return ARG_REFUSED;
}

/* The type of the value that the function returned, for those attach types that see it. */
static enum arg_kind returned_type(struct env *env, const struct traced_arg *a,
				   struct access_info *info, uint32_t *id)
{
	switch (env->job->attach_type) {
	case ATTACH_TYPE_LSM_MAC:
		info->is_retval = true;
		break;
	case ATTACH_TYPE_LSM_CGROUP:
	case ATTACH_TYPE_TRACE_FEXIT:
		break;
	case ATTACH_TYPE_MODIFY_RETURN:
		if (!a->proto)
			return ARG_REFUSED;
		*id = btf_resolve(a->btf, a->proto->type);
		if (is_small_int(btf_type(a->btf, *id)))
			return ARG_IS_TYPED;
		vlog_why(env, REASON_CTX_ACCESS, "ret type %s not allowed for fmod_ret\n",
			 btf_kind_str(btf_type(a->btf, *id)));
		return ARG_REFUSED;
	default:
		return no_such_arg(env, a);
	}
	if (!a->proto)
		return ARG_IS_NUMBER;
	*id = a->proto->type;
	return ARG_IS_TYPED;
}

static enum arg_kind arg_type(struct env *env, const struct traced_arg *a, struct access_info *info,
			      uint32_t *id)
{
	if (a->no > a->nparams)
		return no_such_arg(env, a);
	if (a->no == a->nparams)
		return returned_type(env, a, info, id);
	if (!a->proto)
		return ARG_IS_NUMBER;
	*id = a->params[a->no].type;
	return ARG_IS_TYPED;
}

static bool name_ends(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len >= n && strcmp(name + len - n, suffix) == 0;
}

/* prog_args_trusted(): the kernel holds the objects that it passes. */
static bool args_are_trusted(const struct env *env)
{
	static const char *const untrusted[] = {
#define LSM_UNTRUSTED(name) name,
#include "core/obj/ctx/lsm_untrusted.def"
	};
	uint32_t attach = env->job->attach_type;
	const char *hook = env->attach.func_name;

	switch (env->job->type) {
	case PROG_TYPE_TRACING:
		return attach == ATTACH_TYPE_TRACE_RAW_TP || attach == ATTACH_TYPE_TRACE_ITER;
	case PROG_TYPE_LSM:
		for (size_t i = 0; hook && i < ARRAY_SIZE(untrusted); i++)
			if (strcmp(hook, untrusted[i]) == 0)
				return false;
		return true;
	case PROG_TYPE_STRUCT_OPS:
		return true;
	default:
		return false;
	}
}

/* What the kernel knows of arguments of raw tracepoints: adds to *type; may it be an error? */
static bool raw_tp_arg_flags(const struct env *env, uint32_t arg, uint32_t *type)
{
	static const struct {
		const char *name;
		uint64_t mask;
	} known[] = {
#define RAW_TP_NULL(name, mask) {name, mask},
#include "core/obj/ctx/raw_tp_null.def"
	};
	static const char prefix[] = "btf_trace_";
	const struct btf *btf = target_btf(env);
	const char *name = btf_name(btf, env->job->attach_btf_id);

	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
		name += sizeof(prefix) - 1;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(name, known[i].name) != 0)
			continue;
		if (known[i].mask >> (arg * 4) & 1)
			*type |= PTR_MAYBE_NULL;
		return known[i].mask >> (arg * 4) & 2;
	}
	if (btf != kernel_btf(env))
		*type |= PTR_MAYBE_NULL;
	return false;
}

static const struct ctx_arg *known_arg(const struct env *env, int off)
{
	for (uint32_t i = 0; i < env->attach.nctx_args; i++)
		if (env->attach.ctx_args[i].off == (uint32_t)off)
			return &env->attach.ctx_args[i];
	return NULL;
}

/* Struct ops that see their arguments as something else than their prototype says */
static bool is_struct_ops(const struct env *env, const char *name)
{
	return env->job->type == PROG_TYPE_STRUCT_OPS && env->attach.btf &&
	       strcmp(btf_name(env->attach.btf, env->attach.struct_ops_type), name) == 0;
}

/* bpf_tcp_ca_is_valid_access(): congestion control has a whole struct tcp_sock. */
static void promote_tcp_sock(struct env *env, struct access_info *info)
{
	uint32_t unsafe = type_flags(info->reg_type) & ~(MEM_ALLOC | PTR_TRUSTED | NON_OWN_REF);
	uint32_t id;

	if (type_base(info->reg_type) != T_BTF_ID || unsafe ||
	    !is_struct_ops(env, "tcp_congestion_ops") ||
	    strcmp(btf_name(info->btf, info->btf_id), "sock") != 0)
		return;
	id = btf_find(info->btf, "tcp_sock", BTF_KIND_STRUCT);
	if (id)
		info->btf_id = id;
}

/* bpf_qdisc_is_valid_access(): the list of packets to be freed */
static bool is_qdisc_to_free(struct env *env, const struct traced_arg *a, struct access_info *info)
{
	uint32_t id;

	if (!is_struct_ops(env, "Qdisc_ops") || a->no != 2 || strcmp(a->name, "enqueue") != 0)
		return false;
	id = btf_find(a->btf, "bpf_sk_buff_ptr", BTF_KIND_STRUCT);
	if (!id)
		return false;
	info->reg_type = T_BTF_ID | PTR_TRUSTED;
	info->btf = a->btf;
	info->btf_id = id;
	return true;
}

static uint32_t tag_flags(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);
	const char *tag = btf_str(btf, t->name_off);

	if (btf_kind(t) != BTF_KIND_TYPE_TAG || btf_kflag(t))
		return 0;
	return strcmp(tag, "user") == 0 ? MEM_USER : strcmp(tag, "percpu") == 0 ? MEM_PERCPU : 0;
}

static uint32_t kern_ctx_id(const struct env *env, uint32_t prog_type);
static bool is_ctx_of(struct env *env, const struct btf *btf, uint32_t ptr_id, uint32_t prog_type);

/* A pointer to a struct: its flags, and which struct. */
static bool struct_arg(struct env *env, const struct traced_arg *a, uint32_t ptr_id,
		       struct access_info *info)
{
	uint32_t to = btf_type(a->btf, ptr_id)->type;
	const struct btf_type *t;
	bool is_error = false;

	info->reg_type = T_BTF_ID | (args_are_trusted(env) ? PTR_TRUSTED : 0);
	if (a->no < a->nparams &&
	    name_ends(btf_str(a->btf, a->params[a->no].name_off), "__nullable"))
		info->reg_type |= PTR_MAYBE_NULL;
	if (env->job->attach_type == ATTACH_TYPE_TRACE_RAW_TP)
		is_error = raw_tp_arg_flags(env, a->no, &info->reg_type);
	if (env->job->attach_to) {
		uint32_t target = env->job->attach_to->type;

		info->btf = kernel_btf(env);
		info->btf_id =
			is_ctx_of(env, a->btf, ptr_id, target) ? kern_ctx_id(env, target) : 0;
		return info->btf_id != 0;
	}
	info->reg_type |= tag_flags(a->btf, to);
	info->btf = a->btf;
	info->btf_id = btf_resolve(a->btf, to);
	t = btf_type(a->btf, info->btf_id);
	if (!btf_is_composite(t)) {
		vlog_why(env, REASON_CTX_ACCESS, "func '%s' arg%u type %s is not a struct\n",
			 a->name, a->no, btf_kind_str(t));
		return false;
	}
	vlog(env, "func '%s' arg%u has btf_id %u type %s '%s'\n", a->name, a->no, info->btf_id,
	     btf_kind_str(t), btf_log_name(a->btf, t->name_off));
	if (is_error) {
		vlog(env, "marking pointer arg%u as scalar as it may encode error", a->no);
		info->reg_type = T_SCALAR;
	}
	return true;
}

static bool pointer_arg(struct env *env, const struct traced_arg *a, uint32_t ptr_id, int size,
			struct access_info *info)
{
	const struct ctx_arg *known = known_arg(env, a->off);
	uint32_t to = btf_resolve(a->btf, btf_type(a->btf, ptr_id)->type);

	if (size != ARG_SIZE) {
		vlog_why(env, REASON_CTX_ACCESS, "func '%s' size %d must be 8\n", a->name, size);
		return false;
	}
	if (known && type_base(known->reg_type) == T_BUF && type_may_be_null(known->reg_type)) {
		info->reg_type = known->reg_type;
		return true;
	}
	/* Pointers to void and to numbers are numbers themselves. */
	if (!to || btf_kind_of(a->btf, to) == BTF_KIND_INT)
		return true;
	if (!known)
		return struct_arg(env, a, ptr_id, info);
	if (!known->btf_id) {
		vlog_why(env, REASON_CTX_ACCESS, "invalid btf_id for context argument offset %u\n",
			 (uint32_t)a->off);
		return false;
	}
	info->reg_type = known->reg_type;
	info->btf = a->btf;
	info->btf_id = known->btf_id;
	info->ref_obj_id = known->ref_obj_id;
	return true;
}

/* bpf_tracing_btf_ctx_access(), btf_ctx_access() */
static bool may_access_arg(struct env *env, int off, int size, bool is_write,
			   struct access_info *info)
{
	const struct btf_type *t;
	struct traced_arg a;
	uint32_t id = 0;

	if (off < 0 || off >= FUNC_ARGS_MAX * ARG_SIZE || is_write || off % size)
		return false;
	a = find_arg(env, off);
	if (is_qdisc_to_free(env, &a, info))
		return true;
	if (off % ARG_SIZE) {
		vlog_why(env, REASON_CTX_ACCESS, "func '%s' offset %d is not multiple of 8\n",
			 a.name, off);
		return false;
	}
	switch (arg_type(env, &a, info, &id)) {
	case ARG_REFUSED:
		return false;
	case ARG_IS_NUMBER:
		return true;
	case ARG_IS_TYPED:
		break;
	}
	id = btf_resolve(a.btf, id);
	t = btf_type(a.btf, id);
	if (is_small_int(t) || btf_is_enum(t) || btf_is_composite(t))
		return true;
	if (btf_kind(t) != BTF_KIND_PTR) {
		vlog_why(env, REASON_CTX_ACCESS,
			 "func '%s' arg%u '%s' has type %s. Only pointer access is allowed\n",
			 a.name, a.no, btf_log_name(a.btf, t->name_off), btf_kind_str(t));
		return false;
	}
	if (!pointer_arg(env, &a, id, size, info))
		return false;
	promote_tcp_sock(env, info);
	return true;
}

static bool has_typed_args(const struct env *env)
{
	uint32_t type = prog_type_of(env);

	return type == PROG_TYPE_TRACING || type == PROG_TYPE_LSM || type == PROG_TYPE_STRUCT_OPS;
}

int check_ctx_access(struct env *env, uint32_t insn, int off, int size, bool is_write,
		     struct access_info *info)
{
	if (!(has_typed_args(env) ? may_access_arg : may_access_field)(env, off, size, is_write,
								       info))
		return reject(env, REASON_CTX_ACCESS, "invalid bpf_context access off=%d size=%d\n",
			      off, size);
	if (type_base(info->reg_type) != T_BTF_ID)
		env->aux[insn].ctx_field_size = info->ctx_field_size;
	else if (info->ref_obj_id && !find_reference(env->cur, info->ref_obj_id))
		return reject(env, REASON_CTX_RELEASED,
			      "invalid bpf_context access off=%d. Reference may already be "
			      "released\n",
			      off);
	env->ctx_end = max(env->ctx_end, (uint32_t)(off + size));
	return 0;
}

int check_flow_keys_access(struct env *env, int off, int size)
{
	if (size < 0 || off < 0 || (uint64_t)off + (uint64_t)size > ctx_bpf_flow_keys.size)
		return reject(env, REASON_FLOW_KEYS, "invalid access to flow keys off=%d size=%d\n",
			      off, size);
	return 0;
}

int check_sock_access(struct env *env, uint32_t insn, uint32_t regno, int off, int size,
		      bool is_write)
{
	static const struct ctx_view views[T_COUNT] = {
		[T_SOCK_COMMON] = {&ctx_bpf_sock, CTX_SOCK_COMMON},
		[T_SOCKET] = {&ctx_bpf_sock, CTX_SOCK_PTR},
		[T_TCP_SOCK] = {&ctx_bpf_tcp_sock, CTX_SOLE},
		[T_XDP_SOCK] = {&ctx_bpf_xdp_sock, CTX_SOLE},
	};
	const struct reg_state *reg = &cur_regs(env)[regno];
	const struct ctx_view *view = &views[type_base(reg->type)];
	const struct ctx_field *field = NULL;

	if (reg->r.smin < 0)
		return reject(env, REASON_MEM_NEGATIVE,
			      "R%u min value is negative, either use unsigned index or do a if "
			      "(index >=0) check.\n",
			      regno);
	if (view->type && !type_flags(reg->type))
		field = ctx_access(view->type, (uint64_t)(int64_t)off, (uint32_t)size, is_write,
				   view->users);
	if (!field)
		return reject(env, REASON_SOCK_FIELD, "R%u invalid %s access off=%d size=%d\n",
			      regno, reg_type_str(env, reg->type), off, size);
	env->aux[insn].ctx_field_size = field->narrow;
	/* bpf_tcp_sock_is_valid_access() takes halves of numbers that are read whole. */
	if (!field->narrow && (uint32_t)size != field->unit)
		env->ctx_not_converted = true;
	return 0;
}

/* convert_ctx_accesses() */
int check_ctx_conversion(struct env *env)
{
	if (!env->ctx_not_converted)
		return 0;
	return reject_with(env, REASON_SOCK_FIELD, EFAULT,
			   "verifier bug: error during ctx access conversion (0)\n");
}

/* ---- arguments that are known to be more than their type ---- */

static void add_ctx_arg(struct env *env, uint32_t arg, uint32_t reg_type, uint32_t btf_id,
			bool refcounted)
{
	struct attach_info *at = &env->attach;

	if (at->nctx_args < CTX_ARGS_MAX)
		at->ctx_args[at->nctx_args++] = (struct ctx_arg){
			.off = arg * ARG_SIZE,
			.reg_type = reg_type,
			.btf_id = btf_id,
			.refcounted = refcounted,
		};
}

/* The struct that a parameter points to, or 0. */
static uint32_t param_struct(const struct btf *btf, const struct btf_param *p)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, p->type));
	uint32_t to;

	if (btf_kind(t) != BTF_KIND_PTR)
		return 0;
	to = btf_resolve(btf, t->type);
	return btf_is_composite(btf_type(btf, to)) ? to : 0;
}

static const struct {
	const char *func, *arg;
	uint32_t reg_type;
} iter_args[] = {
#define ITER_ARG(iter, arg, type, flags) {"bpf_iter_" iter, arg, (type) | (flags)},
#include "core/obj/ctx/iter_args.def"
};

bool bpf_iter_prog_supported(const char *func)
{
	for (size_t i = 0; i < ARRAY_SIZE(iter_args); i++)
		if (strcmp(func, iter_args[i].func) == 0)
			return true;
	return false;
}

static void fill_iter_args(struct env *env, const struct btf_type *proto)
{
	const struct btf *btf = env->attach.btf;

	for (uint32_t i = 0; i < btf_vlen(proto); i++) {
		const struct btf_param *p = &btf_params(proto)[i];

		for (size_t k = 0; k < ARRAY_SIZE(iter_args); k++)
			if (strcmp(env->attach.func_name, iter_args[k].func) == 0 &&
			    strcmp(btf_str(btf, p->name_off), iter_args[k].arg) == 0)
				add_ctx_arg(env, i, iter_args[k].reg_type, param_struct(btf, p),
					    false);
	}
}

/* Suffixes of the parameters of the stub that stands in for a member (prepare_arg_info()) */
static void fill_struct_ops_args(struct env *env, const struct btf_type *proto)
{
	const struct btf *btf = env->attach.btf;
	const struct btf_type *stub;
	char *name;
	uint32_t id;

	name = arena_printf(&env->arena, "%s__%s", btf_name(btf, env->attach.struct_ops_type),
			    env->attach.func_name ? env->attach.func_name : "");
	id = btf_find(btf, name, BTF_KIND_FUNC);
	stub = btf_type(btf, id ? btf_func_proto(btf, id) : 0);
	if (btf_vlen(stub) != btf_vlen(proto))
		return;
	for (uint32_t i = 0; i < btf_vlen(proto); i++) {
		const char *arg = btf_str(btf, btf_params(stub)[i].name_off);
		bool nullable = name_ends(arg, "__nullable"), ref = name_ends(arg, "__ref");
		uint32_t to = param_struct(btf, &btf_params(proto)[i]);

		if ((nullable || ref) && to)
			add_ctx_arg(env, i,
				    T_BTF_ID | PTR_TRUSTED | (nullable ? PTR_MAYBE_NULL : 0), to,
				    ref);
	}
}

void fill_ctx_args(struct env *env)
{
	const struct attach_info *at = &env->attach;

	env->attach.nctx_args = 0;
	if (!at->btf || !at->func_proto)
		return;
	if (env->job->type == PROG_TYPE_STRUCT_OPS)
		fill_struct_ops_args(env, btf_type(at->btf, at->func_proto));
	else if (env->job->type == PROG_TYPE_TRACING && at->func_name &&
		 env->job->attach_type == ATTACH_TYPE_TRACE_ITER)
		fill_iter_args(env, btf_type(at->btf, at->func_proto));
}

/* ---- parameters that are the context ---- */

/*
 * The type of a member of the kernel's struct bpf_ctx_convert, which has two for each program type:
 * what programs see and what the kernel has. 0: none.
 */
static uint32_t ctx_convert(const struct env *env, uint32_t prog_type, const char *which)
{
	static const char prefix[] = "BPF_PROG_TYPE_";
	const struct btf *btf = kernel_btf(env);
	const char *word = prog_type < PROG_TYPE_COUNT ? prog_type_names[prog_type] : NULL;
	size_t skip = sizeof(prefix) - 1, len = word ? strlen(word) : 0;
	const struct btf_type *t;

	if (!btf || !word)
		return 0;
	t = btf_type(btf, btf_find(btf, "bpf_ctx_convert", BTF_KIND_STRUCT));
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *name = btf_str(btf, btf_members(t)[i].name_off);

		if (strncmp(name, prefix, skip) == 0 && strncasecmp(name + skip, word, len) == 0 &&
		    strcmp(name + skip + len, which) == 0)
			return btf_members(t)[i].type;
	}
	return 0;
}

static uint32_t kern_ctx_id(const struct env *env, uint32_t prog_type)
{
	return ctx_convert(env, prog_type, "_kern");
}

/* The kernel's struct in place of the one that programs see (btf_is_projection_of()) */
static bool is_projection(const char *uapi, const char *name)
{
	return (strcmp(uapi, "__sk_buff") == 0 && strcmp(name, "sk_buff") == 0) ||
	       (strcmp(uapi, "xdp_md") == 0 && strcmp(name, "xdp_buff") == 0);
}

static bool is_user_pt_regs(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, btf_skip_mods(btf, id));

	return btf_kind(t) == BTF_KIND_TYPEDEF &&
	       strcmp(btf_str(btf, t->name_off), "bpf_user_pt_regs_t") == 0;
}

static bool is_ctx_of(struct env *env, const struct btf *btf, uint32_t ptr_id, uint32_t prog_type)
{
	uint32_t to = btf_type(btf, ptr_id)->type, ctx;
	const struct btf *kernel = kernel_btf(env);
	const struct btf_type *t;
	const char *name;

	if (prog_type == PROG_TYPE_KPROBE && is_user_pt_regs(btf, to))
		return true;
	t = btf_type(btf, btf_resolve(btf, to));
	if (!btf_is_composite(t))
		return false;
	name = btf_str(btf, t->name_off);
	ctx = ctx_convert(env, prog_type, "_prog");
	if (!ctx) {
		vlog(env, "btf_vmlinux is malformed\n");
		return false;
	}
	/* The kernel's own type may be a typedef: its name counts, and the name behind it. */
	for (int i = 0; i < 2; i++) {
		const char *want = btf_name(kernel, ctx);

		if (!*want)
			return false;
		if (is_projection(want, name) || strcmp(want, name) == 0)
			return true;
		ctx = btf_resolve(kernel, ctx);
	}
	return false;
}

bool btf_is_ctx_type(struct env *env, const struct btf *btf, uint32_t ptr_to_id, int arg __unused)
{
	return is_ctx_of(env, btf, ptr_to_id, prog_type_of(env));
}

static bool is_struct_named(const struct btf *btf, const struct btf_type *t, const char *name)
{
	return btf_kind(t) == BTF_KIND_STRUCT && strcmp(btf_str(btf, t->name_off), name) == 0;
}

/* Types that are the context of a program type although the kernel's own has another name */
static bool is_ctx_by_custom(const struct env *env, const struct btf *btf, const struct btf_type *t)
{
	bool is_word = btf_kind(t) == BTF_KIND_INT && t->size == 8;

	switch (prog_type_of(env)) {
	case PROG_TYPE_KPROBE:
	case PROG_TYPE_PERF_EVENT:
		return is_struct_named(btf, t, "pt_regs");
	case PROG_TYPE_RAW_TRACEPOINT:
	case PROG_TYPE_RAW_TRACEPOINT_WRITABLE:
	case PROG_TYPE_LSM:
	case PROG_TYPE_STRUCT_OPS:
		return is_word;
	case PROG_TYPE_TRACING:
		switch (attach_type_of(env)) {
		case ATTACH_TYPE_TRACE_RAW_TP:
			return is_word || is_struct_named(btf, t, "bpf_raw_tracepoint_args");
		case ATTACH_TYPE_TRACE_ITER:
			return btf_kind(t) == BTF_KIND_STRUCT &&
			       strncmp(btf_str(btf, t->name_off), "bpf_iter__", 10) == 0;
		case ATTACH_TYPE_TRACE_FENTRY:
		case ATTACH_TYPE_TRACE_FEXIT:
		case ATTACH_TYPE_MODIFY_RETURN:
			return is_word;
		default:
			return false;
		}
	case PROG_TYPE_TRACEPOINT:
	case PROG_TYPE_SYSCALL:
	case PROG_TYPE_EXT:
		return true;
	default:
		return false;
	}
}

int check_ctx_arg_type(struct env *env, const struct btf *btf, uint32_t ptr_to_id, int arg)
{
	const struct btf *kernel;
	uint32_t prog_type = prog_type_of(env), to, ctx;
	const struct btf_type *t = btf_type(btf, ptr_to_id), *want;

	if (btf_kind(t) != BTF_KIND_PTR)
		return reject(env, REASON_CTX_TYPE, "arg#%d type isn't a pointer\n", arg);
	to = t->type;
	if ((prog_type == PROG_TYPE_KPROBE || prog_type == PROG_TYPE_PERF_EVENT) &&
	    is_user_pt_regs(btf, to))
		return 0;
	to = btf_resolve(btf, to);
	if (!to)
		return 0;
	t = btf_type(btf, to);
	if (!*btf_str(btf, t->name_off))
		return reject(env, REASON_CTX_TYPE, "arg#%d type doesn't have a name\n", arg);
	if (is_ctx_by_custom(env, btf, t))
		return 0;
	kernel = kernel_btf(env);
	ctx = ctx_convert(env, prog_type, "_prog");
	if (!ctx)
		return reject(env, REASON_CTX_TYPE, "btf_vmlinux is malformed\n");
	want = btf_type(kernel, btf_resolve(kernel, ctx));
	if (btf_kind(want) != BTF_KIND_STRUCT)
		return reject(env, REASON_CTX_TYPE, "arg#%d should be void pointer\n", arg);
	if (!is_struct_named(btf, t, btf_str(kernel, want->name_off)))
		return reject(env, REASON_CTX_TYPE, "arg#%d should be `struct %s *`\n", arg,
			      btf_str(kernel, want->name_off));
	return 0;
}

int get_kern_ctx_btf_id(struct env *env)
{
	uint32_t id = kern_ctx_id(env, prog_type_of(env));

	if (!id || !btf_is_composite(btf_type(kernel_btf(env), id)))
		return reject(env, REASON_CTX_TYPE, "kern ctx type id %u is not a struct\n", id);
	return (int)id;
}
