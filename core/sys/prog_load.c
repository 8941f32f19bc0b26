/*
 * PROG_LOAD: the questions of bpf_prog_load() and of the first passes of bpf_check() in their
 * order. What leaves here is a struct load: private copies of everything, maps found and counted,
 * which prog.c writes to a file and makes a program of.
 */
#include "core/sys/local.h"

enum {
	PROG_FLAGS = SYS_F_STRICT_ALIGNMENT | SYS_F_ANY_ALIGNMENT | SYS_F_TEST_RND_HI32 |
		     SYS_F_TEST_STATE_FREQ | SYS_F_SLEEPABLE | SYS_F_XDP_HAS_FRAGS |
		     SYS_F_XDP_DEV_BOUND | SYS_F_TEST_REG_INVARIANTS | SYS_F_TOKEN_FD,
	LICENSE_SIZE = 128,
	REC_MAX = 252,	/* of a function's or line's record, or a relocation's */
	RELO_SIZE = 16, /* struct bpf_core_relo */
	MAPS_MAX = 64, /* MAX_USED_MAPS */
};

static uint32_t attach_type_of(const union sys_attr *a)
{
	return verify_attach_type(a->prog_type, a->expected_attach_type);
}

/* attach_prog_fd, which may be types, too: of a kernel's module, and there is none here. */
static int find_target(struct call *c, struct load *l)
{
	struct object *o;
	int fd = (int)c->attr.attach_prog_fd;

	if (!fd)
		return 0;
	if (object_of(c->sys, fd, ANY_KIND, &o) != 0)
		return -EINVAL;
	if (o->kind == STORE_BTF)
		return -ENOTSUPP;
	if (o->kind != STORE_PROG)
		return -EINVAL;
	l->target = object_use(o);
	return 0;
}

/* bpf_prog_load_check_attach() */
static int check_attach(const struct call *c, const struct load *l)
{
	const union sys_attr *a = &c->attr;
	uint32_t type = a->prog_type;

	if (!verify_may_target(type, a->attach_btf_id))
		return -EINVAL;
	if (l->target && type != PROG_TYPE_TRACING && type != PROG_TYPE_EXT)
		return -EINVAL;
	return verify_may_attach(type, attach_type_of(a)) ? 0 : -EINVAL;
}

/* bpf_prog_dev_bound_init(): no device here runs programs or has any of its own. */
static int check_device(const union sys_attr *a)
{
	bool xdp = a->prog_type == PROG_TYPE_XDP, bound = a->prog_flags & SYS_F_XDP_DEV_BOUND;

	if (!a->prog_ifindex)
		return 0;
	if ((!xdp && (bound || a->prog_type != PROG_TYPE_SCHED_CLS)) ||
	    a->prog_flags & ~(uint32_t)(SYS_F_XDP_DEV_BOUND | SYS_F_XDP_HAS_FRAGS) ||
	    (a->prog_flags & SYS_F_XDP_HAS_FRAGS && !bound))
		return -EINVAL;
	return -EOPNOTSUPP;
}

static int copy_license(struct call *c, struct load *l)
{
	char *s = arena_alloc(&l->arena, LICENSE_SIZE);

	for (int i = 0; i < LICENSE_SIZE - 1; i++) {
		if (copy_in(s + i, c->attr.license + (unsigned int)i, 1) != 0)
			return -EFAULT;
		if (!s[i])
			break;
	}
	l->license = s;
	return 0;
}

/* Everything before the verifier. */
static int copy_prog(struct call *c, struct load *l)
{
	const union sys_attr *a = &c->attr;
	struct bpf_insn *insns;
	int err;

	if (a->prog_flags & ~(uint32_t)PROG_FLAGS)
		return -EINVAL;
	if (a->prog_flags & SYS_F_TOKEN_FD)
		return -EBADF;
	if (!a->insn_cnt || a->insn_cnt > MAX_INSNS)
		return -E2BIG;
	err = find_target(c, l);
	if (!err)
		err = check_attach(c, l);
	if (err)
		return err;
	insns = arena_array(&l->arena, struct bpf_insn, a->insn_cnt);
	if (copy_in(insns, a->insns, a->insn_cnt * sizeof(*insns)) != 0)
		return -EFAULT;
	l->insns = insns;
	l->ninsns = a->insn_cnt;
	err = copy_license(c, l);
	if (!err)
		err = check_device(a);
	if (err)
		return err;
	if (!a->prog_type || a->prog_type >= PROG_TYPE_COUNT)
		return fail(&c->sys->diag, NULL, -EINVAL, "there is no program type %u",
			    a->prog_type);
	l->gpl = license_is_gpl(l->license);
	return check_name(l->name, a->prog_name);
}

/* Maps */

static int add_map(struct load *l, struct object *map, uint32_t *index)
{
	for (uint32_t i = 0; i < l->maps.n; i++) {
		if (l->maps.v[i] == map) {
			*index = i;
			return 0;
		}
	}
	if (l->maps.n == MAPS_MAX)
		return -E2BIG;
	*index = (uint32_t)l->maps.n;
	vec_push(&l->maps, object_use(map));
	return 0;
}

/* Descriptors that are to stay bound to the program, used or not; BTF goes along with maps. */
static int bind_fd_array(struct call *c, struct load *l)
{
	uint32_t index;

	for (uint32_t i = 0; i < c->attr.fd_array_cnt; i++) {
		struct object *o;
		int fd, err;

		if (copy_in(&fd, c->attr.fd_array + i * sizeof(fd), sizeof(fd)) != 0)
			return -EFAULT;
		err = object_of(c->sys, fd, ANY_KIND, &o);
		if (!err && o->kind == STORE_PROG)
			err = -EINVAL;
		if (!err && o->kind == STORE_MAP)
			err = add_map(l, o, &index);
		if (err)
			return err;
	}
	return 0;
}

/* In place of descriptors, which mean nothing in a file: the places of what the program uses. */
static int index_maps(struct call *c, struct load *l, struct bpf_insn *insns, uint32_t n)
{
	for (uint32_t i = 0; i < n; i += insn_slots(&insns[i])) {
		struct bpf_insn *insn = &insns[i];
		enum insn_op op = insn_decode(insn);
		struct object *o;
		uint32_t index;
		int fd = insn->imm, err = 0;

		if (op == OP_LD_IMM64_MAP_IDX || op == OP_LD_IMM64_MAP_IDX_VALUE)
			err = load_fd_at(c, (uint32_t)insn->imm, &fd);
		else if (op != OP_LD_IMM64_MAP_FD && op != OP_LD_IMM64_MAP_VALUE)
			continue;
		if (!err)
			err = object_of(c->sys, fd, STORE_MAP, &o);
		if (!err)
			err = add_map(l, o, &index);
		if (err)
			return err;
		insn->src_reg = op == OP_LD_IMM64_MAP_FD || op == OP_LD_IMM64_MAP_IDX
					? PSEUDO_MAP_IDX
					: PSEUDO_MAP_IDX_VALUE;
		insn->imm = (int32_t)index;
	}
	return 0;
}

/* Function and line information */

struct records {
	sys_ptr src;
	uint32_t n, size;
	size_t known; /* what we know of each; what is behind must be zero */
	const char *bad_size, *bad_tail;
};

/* Copies them until one is bad; returns how many are not. */
static uint32_t copy_records(struct load *l, const struct records *r, uint8_t *out,
			     struct verify_fault *fault)
{
	int err = 0;

	if (r->size < r->known || r->size > REC_MAX || r->size % 4) {
		*fault = (struct verify_fault){EINVAL, ""};
		if (*r->bad_size)
			fault->text = arena_printf(&l->arena, "%s %u\n", r->bad_size, r->size);
		return 0;
	}
	for (uint32_t i = 0; i < r->n; i++) {
		sys_ptr src = r->src + (uint64_t)i * r->size;

		err = check_tail(src, r->known, r->size);
		*fault = (struct verify_fault){-err, err == -E2BIG ? r->bad_tail : ""};
		if (!err)
			err = fault->err = -copy_in(out + i * r->known, src, r->known);
		if (err)
			return i;
	}
	return r->n;
}

/* More than there are instructions cannot be right, wherever they are cut off. */
static uint32_t most(const struct load *l, uint32_t n)
{
	return min(n, l->ninsns + 1);
}

static void copy_funcs(struct call *c, struct load *l)
{
	struct records r = {c->attr.func_info, most(l, c->attr.func_info_cnt),
			    c->attr.func_info_rec_size, sizeof(*l->funcs),
			    "invalid func info rec size",
			    "nonzero tailing record in func info"};
	struct func_info *funcs = arena_array(&l->arena, struct func_info, r.n + 1);

	l->nfuncs = copy_records(l, &r, (uint8_t *)funcs, &l->bad_funcs);
	l->funcs = funcs;
}

static void copy_lines(struct call *c, struct load *l)
{
	struct records r = {c->attr.line_info, most(l, c->attr.line_info_cnt),
			    c->attr.line_info_rec_size, sizeof(*l->lines), "",
			    "nonzero tailing record in line_info"};
	struct line_info *lines = arena_array(&l->arena, struct line_info, r.n + 1);

	l->nlines = copy_records(l, &r, (uint8_t *)lines, &l->bad_lines);
	l->lines = lines;
}

/* bpf_core_apply() is for those who load programs that know no BTF; nobody does here. */
static struct verify_fault check_relos(const struct call *c)
{
	uint32_t size = c->attr.core_relo_rec_size;

	if (size < RELO_SIZE || size > REC_MAX || size % 4)
		return (struct verify_fault){EINVAL, ""};
	return (struct verify_fault){EOPNOTSUPP, "CO-RE relocations are applied before loading\n"};
}

/* Whatever is wrong with it is found when it is that the verifier looks at it. */
static void copy_info(struct call *c, struct load *l)
{
	if (!c->attr.func_info_cnt && !c->attr.line_info_cnt)
		return;
	l->bad_btf = (struct verify_fault){
		-object_of(c->sys, (int)c->attr.prog_btf_fd, STORE_BTF, &l->btf), ""};
	if (l->bad_btf.err)
		l->btf = NULL;
	else
		object_use(l->btf);
	if (c->attr.func_info_cnt)
		copy_funcs(c, l);
	if (c->attr.line_info_cnt)
		copy_lines(c, l);
	if (c->attr.core_relo_cnt)
		l->bad_relos = check_relos(c);
}

/* bpf_check(); all it says goes to the log. */
static int check_prog(struct call *c, struct load *l, uint32_t level, struct program **out)
{
	int err;

	l->bad_fds = (struct verify_fault){-bind_fd_array(c, l), ""};
	copy_info(c, l);
	err = load_verify(c, l, level);
	if (!err)
		err = index_maps(c, l, l->insns, l->ninsns);
	if (!err)
		err = index_maps(c, l, l->code.insns, l->code.ninsns);
	return err ? err : program_new(c->sys, l, out);
}

void load_end(struct load *l)
{
	vec_each(&l->maps, o)
		object_put(*o);
	vec_free(&l->maps);
	object_put(l->btf);
	object_put(l->target);
	arena_free(&l->arena);
}

long sys_prog_load(struct call *c)
{
	struct program *prog = NULL;
	struct load l = {
		.type = c->attr.prog_type,
		.attach_type = attach_type_of(&c->attr),
		.flags = c->attr.prog_flags,
		.attach_btf_id = c->attr.attach_btf_id,
	};
	struct log log;
	int fd = -1, err = copy_prog(c, &l);

	if (!err) {
		objects_sweep(c->sys);
		err = log_begin(c->sys, &log, c->attr.log_level, c->attr.log_size, c->attr.log_buf);
	}
	if (!err) {
		err = log_end(c->sys, &log, check_prog(c, &l, log.level, &prog),
			      &c->attr.log_true_size);
		put_attr(c, log_true_size);
	}
	if (!err)
		err = program_store(c->sys, &l, prog, &fd);
	else if (prog)
		program_free(prog);
	load_end(&l);
	return err ? err : fd;
}
