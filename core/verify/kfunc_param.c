/*
 * Parameters of kernel functions: what each wants, as its type and the suffix of its name tell
 * (Documentation/bpf/kfuncs.rst of Linux). Read once for each kfunc that is called.
 */
#include "core/verify/local.h"

static bool is_scalar(const struct btf *btf, uint32_t id)
{
	uint32_t kind = btf_kind_of(btf, id);

	return kind == BTF_KIND_INT || kind == BTF_KIND_ENUM;
}

static enum btf_plain plain_at_depth(const struct btf *btf, uint32_t id, int depth)
{
	const struct btf_type *t = btf_type(btf, id);
	const struct btf_member *m = btf_members(t);

	if (!btf_is_composite(t))
		return BTF_NOT_PLAIN;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint32_t member = btf_resolve(btf, m[i].type);
		const struct btf_type *mt = btf_type(btf, member);

		if (btf_is_composite(mt)) {
			enum btf_plain plain =
				depth == 3 ? BTF_TOO_DEEP : plain_at_depth(btf, member, depth + 1);

			if (plain != BTF_PLAIN)
				return plain;
			continue;
		}
		if (btf_kind(mt) == BTF_KIND_ARRAY) {
			if (!btf_array(mt)->nelems)
				return BTF_NOT_PLAIN;
			member = btf_resolve(btf, btf_array(mt)->type);
		}
		if (!is_scalar(btf, member))
			return BTF_NOT_PLAIN;
	}
	return BTF_PLAIN;
}

enum btf_plain btf_is_plain_struct(const struct btf *btf, uint32_t id)
{
	return plain_at_depth(btf, id, 0);
}

bool is_kernel_struct(const struct env *env, const struct btf *btf, uint32_t id, const char *name)
{
	const struct btf *kernel = kernel_btf(env);

	if (id == 0 || !btf_has(kernel, id) || btf_type(btf, id) != btf_type(kernel, id))
		return false;
	return btf_kind_of(kernel, id) == BTF_KIND_STRUCT && !strcmp(btf_name(kernel, id), name);
}

/* What the end of a name says, of a number or of a pointer; kind 0: not what it is. */
static const struct {
	char text[20];
	uint8_t kind; /* enum karg_kind */
	bool is_ptr;
	uint16_t flags; /* enum karg_flag */
} suffixes[] = {
	{"__alloc", KARG_ALLOC, true, 0},	{"__refcounted_kptr", KARG_REFCOUNTED, true, 0},
	{"__str", KARG_CONST_STR, true, 0},	{"__map", KARG_MAP, true, 0},
	{"__irq_flag", KARG_IRQ_FLAG, true, 0}, {"__iter", KARG_ITER, true, 0},
	{"__nullable", 0, true, KARG_NULLABLE}, {"__uninit", 0, true, KARG_UNINIT},
	{"__opt", 0, true, KARG_OPTIONAL},	{"__k", 0, false, KARG_CONST},
	{"__sz", 0, false, KARG_SIZE},		{"__szk", 0, false, KARG_CONST_SIZE},
};

/* Structs of the kernel that programs have in their maps, objects and stacks. */
static const struct {
	char name[24];
	uint8_t kind;
} struct_kinds[] = {
	{"bpf_dynptr", KARG_DYNPTR},	   {"bpf_list_head", KARG_LIST_HEAD},
	{"bpf_list_node", KARG_LIST_NODE}, {"bpf_rb_root", KARG_RB_ROOT},
	{"bpf_rb_node", KARG_RB_NODE},	   {"bpf_wq", KARG_WQ},
	{"bpf_task_work", KARG_TASK_WORK}, {"bpf_res_spin_lock", KARG_RES_LOCK},
};

/* btf_param_match_suffix(): something is to be left without it. */
static bool ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len > n && !strcmp(name + len - n, suffix);
}

static uint8_t fill_pointer(struct env *env, const struct kfunc_desc *desc, uint32_t i,
			    struct karg *arg, uint8_t named_kind)
{
	const struct btf *btf = desc->btf;

	arg->ref = btf_resolve(btf, btf_type(btf, arg->type)->type);
	if (btf_kind_of(btf, arg->ref) == BTF_KIND_FUNC_PROTO)
		arg->flags |= KARG_FUNC;
	if (is_scalar(btf, arg->ref) || btf_is_plain_struct(btf, arg->ref) == BTF_PLAIN)
		arg->flags |= KARG_PLAIN;
	else if (btf_is_plain_struct(btf, arg->ref) == BTF_TOO_DEEP)
		arg->flags |= KARG_DEEP;
	if (desc->row->id == KFUNC_bpf_cast_to_kern_ctx ||
	    btf_is_ctx_type(env, btf, arg->type, (int)i))
		return KARG_CTX;
	if (named_kind == KARG_ALLOC || named_kind == KARG_REFCOUNTED)
		return named_kind;
	for (size_t k = 0; k < ARRAY_SIZE(struct_kinds); k++)
		if (is_kernel_struct(env, btf, arg->ref, struct_kinds[k].name))
			return struct_kinds[k].kind;
	/* an iterator's own functions have it as their first parameter, and only there */
	if (desc->row->flags & KF_ITER && named_kind == KARG_ITER)
		named_kind = 0;
	if (desc->row->flags & KF_ITER && i == 0)
		return KARG_ITER;
	return named_kind ? named_kind : KARG_OTHER;
}

static void fill_karg(struct env *env, const struct kfunc_desc *desc, uint32_t i, struct karg *arg)
{
	const struct btf *btf = desc->btf;
	const struct btf_param *param = &btf_params(btf_type(btf, desc->proto))[i];
	const char *name = btf_str(btf, param->name_off);
	bool is_ptr;
	uint8_t kind = 0;

	arg->type = btf_resolve(btf, param->type);
	is_ptr = btf_kind_of(btf, arg->type) == BTF_KIND_PTR;
	for (size_t k = 0; k < ARRAY_SIZE(suffixes); k++)
		if (suffixes[k].is_ptr == is_ptr && ends_with(name, suffixes[k].text)) {
			kind = suffixes[k].kind;
			arg->flags |= suffixes[k].flags;
		}
	if (ends_with(name, "__ign")) {
		arg->kind = KARG_IGNORED;
	} else if (ends_with(name, "__prog")) {
		arg->kind = KARG_PROG;
	} else if (is_ptr) {
		arg->kind = fill_pointer(env, desc, i, arg, kind);
	} else {
		arg->kind = is_scalar(btf, arg->type) ? KARG_SCALAR : KARG_UNKNOWN;
		if (!strcmp(name, "rdonly_buf_size"))
			arg->flags |= KARG_RDONLY_SIZE;
		else if (!strcmp(name, "rdwr_buf_size"))
			arg->flags |= KARG_RDWR_SIZE;
	}
}

void fill_kargs(struct env *env, struct kfunc_desc *desc)
{
	for (uint32_t i = 0; i < desc->nargs && i < ARGS_MAX; i++)
		fill_karg(env, desc, i, &desc->args[i]);
}
