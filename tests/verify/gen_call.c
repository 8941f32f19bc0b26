/*
 * Calls of all helpers and kernel functions by programs of all types, with everything that a
 * program may have at hand for arguments. What does not fit is most often replaced, as our own
 * verifier tells it; what fits for the wrong reason is what is looked for.
 */
#include "tests/verify/trial.h"

#include "core/helper/helper.h"
#include "core/isa/build.h"
#include "core/obj/prog_type.h"

#include <stdio.h>
#include <string.h>

enum {
	CTX = 6,     /* the register that keeps it */
	FILLED = 64, /* bytes of stack with numbers */
	EMPTY = 200, /* where bytes without begin, from the end */
	DYNPTR = 96,
	TRIES = 10,
};

static void address(struct trial *t, uint8_t dst, int off)
{
	emit(t, INSN_MOV64_X(dst, 10));
	emit(t, INSN_ADD64_K(dst, off));
}

static void call(struct trial *t, int32_t helper)
{
	emit(t, INSN_CALL(helper));
}

static void call_kfunc(struct fuzz *f, struct trial *t, const char *name)
{
	uint32_t id = btf_find(f->judges->btf, name, BTF_KIND_FUNC);

	emit(t, insn_make(OP_CALL_KFUNC, 0, 0, 0, (int32_t)id));
}

static void random_map(struct fuzz *f, struct trial *t, uint8_t dst)
{
	emit_wide(t, dst, PSEUDO_MAP_FD, (uint32_t)t->world->fds[below(f, t->world->nmaps)]);
}

/* ---- things to have ---- */

static void look_up(struct fuzz *f, struct trial *t)
{
	random_map(f, t, 1);
	address(t, 2, -FILLED);
	call(t, HELPER_map_lookup_elem);
}

static void reserve(struct fuzz *f, struct trial *t)
{
	emit_map(t, 1, "ring");
	emit(t, INSN_MOV64_K(2, 8 * (1 + (int32_t)below(f, 4))));
	emit(t, INSN_MOV64_K(3, 0));
	call(t, HELPER_ringbuf_reserve);
}

static void reserve_dynptr(struct fuzz *f __unused, struct trial *t)
{
	emit_map(t, 1, "ring");
	emit(t, INSN_MOV64_K(2, 32));
	emit(t, INSN_MOV64_K(3, 0));
	address(t, 4, -DYNPTR);
	call(t, HELPER_ringbuf_reserve_dynptr);
}

static void dynptr_of_value(struct fuzz *f __unused, struct trial *t)
{
	emit_value(t, 1, "direct", 0);
	emit(t, INSN_MOV64_K(2, 32));
	emit(t, INSN_MOV64_K(3, 0));
	address(t, 4, -DYNPTR);
	call(t, HELPER_dynptr_from_mem);
}

static void load_ctx(struct fuzz *f, struct trial *t)
{
	if (one_in(f, 4))
		emit(t, INSN_LDX_W(0, CTX, (int16_t)(4 * below(f, 48))));
	else
		emit(t, INSN_LDX_DW(0, CTX, (int16_t)(8 * below(f, one_in(f, 3) ? 24 : 4))));
}

static void find_socket(struct fuzz *f, struct trial *t)
{
	static const int32_t ids[] = {HELPER_sk_lookup_tcp, HELPER_sk_lookup_udp,
				      HELPER_skc_lookup_tcp};

	emit(t, INSN_MOV64_X(1, CTX));
	address(t, 2, -FILLED);
	emit(t, INSN_MOV64_K(3, 12));
	emit(t, INSN_MOV64_K(4, -1));
	emit(t, INSN_MOV64_K(5, 0));
	call(t, ids[below(f, ARRAY_SIZE(ids))]);
}

static void current_task(struct fuzz *f __unused, struct trial *t)
{
	call(t, HELPER_get_current_task_btf);
}

static void acquire(struct fuzz *f, struct trial *t)
{
	static const char *const names[] = {"bpf_task_from_pid",  "bpf_cgroup_from_id",
					    "bpf_cpumask_create", "bpf_task_from_vpid",
					    "bpf_get_kmem_cache", "bpf_rcu_read_lock",
					    "bpf_preempt_disable"};

	emit(t, INSN_MOV64_K(1, 1));
	call_kfunc(f, t, names[below(f, ARRAY_SIZE(names))]);
}

static void count(struct fuzz *f, struct trial *t)
{
	address(t, 1, -DYNPTR);
	emit(t, INSN_MOV64_K(2, 0));
	emit(t, INSN_MOV64_K(3, (int32_t)below(f, 4)));
	call_kfunc(f, t, "bpf_iter_num_new");
}

static void follow(struct fuzz *f, struct trial *t)
{
	emit(t, INSN_LDX_DW(0, (uint8_t)(7 + below(f, 3)), (int16_t)(8 * below(f, 8))));
}

/* Whatever a function makes of what is there. */
static void any_result(struct fuzz *f, struct trial *t)
{
	emit(t, INSN_MOV64_X(1, (uint8_t)(6 + below(f, 4))));
	emit(t, INSN_MOV64_K(2, (int32_t)below(f, 9)));
	emit(t, INSN_MOV64_K(3, 0));
	if (one_in(f, 2))
		call(t, (int32_t)below(f, HELPER_ID_LIMIT));
	else
		emit(t, insn_make(OP_CALL_KFUNC, 0, 0, 0,
				  (int32_t)judges_kfunc(f->judges, &f->rng, 0)));
}

static void (*const things[])(struct fuzz *f, struct trial *t) = {
	look_up,  look_up,  reserve,  reserve_dynptr, dynptr_of_value,
	load_ctx, load_ctx, load_ctx, find_socket,    current_task,
	acquire,  acquire,  count,    follow,	      any_result,
};

/* ---- arguments ---- */

static void some_number(struct fuzz *f, struct trial *t, uint8_t dst)
{
	static const int32_t sizes[] = {0, 0, 1, 2, 4, 8, 12, 16, 32, 64, 65, 200, -1};

	emit(t, INSN_MOV64_K(dst, sizes[below(f, ARRAY_SIZE(sizes))]));
}

static void some_map(struct fuzz *f, struct trial *t, uint8_t dst)
{
	random_map(f, t, dst);
}

static void some_value(struct fuzz *f, struct trial *t, uint8_t dst)
{
	static const char *const maps[] = {"direct", "readonly", "writeonly"};

	emit_value(t, dst, maps[below(f, ARRAY_SIZE(maps))], one_in(f, 2) ? 0 : below(f, 48));
}

static void some_stack(struct fuzz *f, struct trial *t, uint8_t dst)
{
	static const int offs[] = {-FILLED, -FILLED, -FILLED, -8, -EMPTY, -EMPTY, -DYNPTR, -DYNPTR};

	address(t, dst, offs[below(f, ARRAY_SIZE(offs))]);
}

static void some_kept(struct fuzz *f, struct trial *t, uint8_t dst)
{
	emit(t, INSN_MOV64_X(dst, (uint8_t)(6 + below(f, 4))));
	if (one_in(f, 8))
		emit(t, INSN_ADD64_K(dst, (int32_t)below(f, 17) - 8));
}

/* A number that is not known, in bounds. */
static void some_index(struct fuzz *f, struct trial *t, uint8_t dst)
{
	emit_value(t, dst, "direct", 0);
	emit(t, INSN_LDX_DW(dst, dst, 0));
	if (!one_in(f, 4))
		emit(t, INSN_AND64_K(dst, (1 << below(f, 8)) - 1));
}

/* The function at the program's end; where it is, is not known yet. */
static void some_function(struct fuzz *f __unused, struct trial *t, uint8_t dst)
{
	emit_wide(t, dst, PSEUDO_FUNC, 0);
}

static void (*const arguments[])(struct fuzz *f, struct trial *t, uint8_t dst) = {
	some_number, some_number, some_map,  some_value, some_stack,	some_stack,
	some_kept,   some_kept,	  some_kept, some_index, some_function,
};

/* ---- programs ---- */

/* What comes back is used as memory, or is not. */
static void use_result(struct fuzz *f, struct trial *t)
{
	if (one_in(f, 2))
		emit(t, INSN_JEQ64_K(0, 0, 1));
	switch (below(f, 4)) {
	case 0:
		emit(t, INSN_LDX_DW(1, 0, (int16_t)(8 * below(f, 4))));
		break;
	case 1:
		emit(t, INSN_STX_DW(0, 10, (int16_t)(8 * below(f, 4))));
		break;
	default:
		emit(t, INSN_MOV64_X(1, 0));
	}
}

static uint32_t func_type(const struct trial *t, const char *name)
{
	return t->world->btf ? btf_find(t->world->btf, name, BTF_KIND_FUNC) : 0;
}

/* The end, and the function that others call, when there is one that does. */
static void finish(struct trial *t)
{
	uint32_t func = t->n + 2;

	emit(t, INSN_MOV64_K(0, 0));
	emit(t, INSN_EXIT());
	for (uint32_t i = 0; i < func; i += trial_slots(t, i)) {
		if (insn_decode(&t->insns[i]) != OP_LD_IMM64_FUNC)
			continue;
		trial_set_target(t, i, func);
		t->nfuncs = 2;
	}
	if (!t->nfuncs)
		return;
	t->funcs[0] = (struct func_info){0, func_type(t, "entry")};
	t->funcs[1] = (struct func_info){func, func_type(t, "local")};
	emit(t, INSN_MOV64_K(0, 0));
	emit(t, INSN_EXIT());
}

/* Is nothing wrong so far, but that something was not given back? */
static bool is_well(const struct trial *t)
{
	static struct trial whole;
	struct verdict v = {0};
	bool well;

	whole = *t;
	finish(&whole);
	judge_here(&whole, VERIFY_LOG_PATH, &v);
	well = !v.err || strstr(strbuf_str(&v.log), "reference leak");
	strbuf_free(&v.log);
	return well;
}

/* Does our verifier find fault with an argument of the call? */
static bool is_refused(const struct trial *t, struct bpf_insn call_insn, uint32_t nr)
{
	static struct trial whole;
	struct verdict v = {0};
	char reg[8], arg[8];
	struct bytes said;
	bool refused;

	whole = *t;
	for (uint8_t r = (uint8_t)(nr + 1); r <= 5; r++)
		emit(&whole, INSN_MOV64_K(r, 0));
	emit(&whole, call_insn);
	finish(&whole);
	judge_here(&whole, VERIFY_LOG_PATH, &v);
	said = verify_last_message(strbuf_str(&v.log), v.log.len);
	snprintf(reg, sizeof(reg), "R%u", nr);
	snprintf(arg, sizeof(arg), "arg#%u", nr - 1);
	refused = said.size && (memmem(said.data, said.size, reg, strlen(reg)) ||
				memmem(said.data, said.size, arg, strlen(arg)));
	strbuf_free(&v.log);
	return refused;
}

static void pass(struct fuzz *f, struct trial *t, struct bpf_insn call_insn, uint32_t nr)
{
	uint32_t at = t->n;

	for (int tries = 0; tries < TRIES; tries++) {
		t->n = at;
		arguments[below(f, ARRAY_SIZE(arguments))](f, t, (uint8_t)nr);
		if (one_in(f, 6) || !is_refused(t, call_insn, nr))
			return;
	}
}

static void have(struct fuzz *f, struct trial *t, uint8_t reg)
{
	uint32_t at = t->n;

	for (int tries = 0; tries < TRIES; tries++) {
		t->n = at;
		things[below(f, ARRAY_SIZE(things))](f, t);
		emit(t, INSN_MOV64_X(reg, 0));
		if (!one_in(f, 3))
			emit(t, INSN_JEQ64_K(reg, 0, 0));
		if (one_in(f, 20) || is_well(t))
			return;
	}
	t->n = at;
}

/* What is not there leads to the end. */
static void close_checks(struct trial *t, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i += trial_slots(t, i)) {
		struct bpf_insn *insn = &t->insns[i];

		if (insn_decode(insn) == OP_JEQ64_K && insn->dst_reg > CTX)
			trial_set_target(t, i, t->n);
	}
}

static void make(struct fuzz *f, struct trial *t)
{
	struct bpf_insn call_insn;
	uint32_t begin, end;

	*t = (struct trial){.world = &f->world};
	fuzz_type(f, t);
	if (t->type == PROG_TYPE_TRACING)
		t->attach_btf_id = judges_place(f->judges, &f->rng, &t->attach_type);
	emit(t, INSN_MOV64_X(CTX, 1));
	for (int off = -FILLED; off < 0; off += 8)
		emit(t, INSN_ST_DW(10, (int16_t)off, 0));
	for (uint8_t reg = 7; reg < 10; reg++)
		emit(t, INSN_MOV64_K(reg, 0));
	begin = t->n;
	for (uint8_t reg = 7; reg < 10 && !one_in(f, 3); reg++)
		have(f, t, reg);
	end = t->n;
	call_insn = one_in(f, 2) ? INSN_CALL((int32_t)(1 + below(f, HELPER_ID_LIMIT - 1)))
				 : insn_make(OP_CALL_KFUNC, 0, 0, 0,
					     (int32_t)judges_kfunc(f->judges, &f->rng, 0));
	for (uint32_t nr = 1; nr <= 5; nr++)
		pass(f, t, call_insn, nr);
	emit(t, call_insn);
	use_result(f, t);
	close_checks(t, begin, end);
	finish(t);
}

const struct generator gen_call = {"call", make};
