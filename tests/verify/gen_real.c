/*
 * Programs that somebody compiled, with changes that a slip of the compiler or of whoever wrote
 * them could have made: most of what is around a change still is as it was, so that it is the
 * change that the verifier judges.
 */
#include "tests/verify/trial.h"

#include "core/helper/helper.h"
#include "core/isa/build.h"
#include "core/obj/prog_type.h"

#include <string.h>

enum { NEAR = 6 };

static uint32_t near_slot(struct fuzz *f, const struct trial *t, uint32_t at)
{
	uint32_t from = at > NEAR ? at - NEAR : 0, to = min(at + NEAR, t->n - 1);

	return from + below(f, to - from + 1);
}

/* A register that what is around uses. */
static uint8_t near_reg(struct fuzz *f, const struct trial *t, uint32_t at)
{
	const struct bpf_insn *i = &t->insns[near_slot(f, t, at)];

	return one_in(f, 8) ? (uint8_t)below(f, 11) : one_in(f, 2) ? i->dst_reg : i->src_reg;
}

static int step(struct fuzz *f)
{
	static const int8_t steps[] = {1, 1, 1, 2, 4, 8, 8, 16};
	int s = steps[below(f, ARRAY_SIZE(steps))];

	return one_in(f, 2) ? s : -s;
}

/* The next instruction of a class from a slot on, round and round, or at. */
static uint32_t find_class(const struct trial *t, uint32_t at, uint32_t classes)
{
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t pos = (at + i) % t->n;

		if (pos && t->insns[pos].code == 0 && insn_slots(&t->insns[pos - 1]) == 2)
			continue;
		if (classes >> (t->insns[pos].code & INSN_CLASS_MASK) & 1)
			return pos;
	}
	return at;
}

enum {
	MEMORY = 1 << INSN_LDX | 1 << INSN_STX | 1 << INSN_ST,
	ALU = 1 << INSN_ALU | 1 << INSN_ALU64,
	JUMPS = 1 << INSN_JMP | 1 << INSN_JMP32,
};

/* The next call of something from a slot on, or t->n. */
static uint32_t find_op(const struct trial *t, uint32_t at, bool (*is)(const struct bpf_insn *))
{
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t pos = (at + i) % t->n;

		if (is(&t->insns[pos]) && !(pos && insn_slots(&t->insns[pos - 1]) == 2))
			return pos;
	}
	return t->n;
}

static bool is_call(const struct bpf_insn *i)
{
	enum insn_op op = insn_decode(i);

	return op == OP_CALL || op == OP_CALL_KFUNC || op == OP_CALL_LOCAL;
}

static bool is_kfunc(const struct bpf_insn *i)
{
	return insn_decode(i) == OP_CALL_KFUNC;
}

static bool is_cond(const struct bpf_insn *i)
{
	return (insn_descs[insn_decode(i)].flags & INSN_COND) != 0;
}

static bool is_wide(const struct bpf_insn *i)
{
	return insn_slots(i) == 2;
}

/* ---- operands ---- */

static void other_dst(struct fuzz *f, struct trial *t, uint32_t at)
{
	t->insns[at].dst_reg = near_reg(f, t, at) & 15;
}

static void other_src(struct fuzz *f, struct trial *t, uint32_t at)
{
	if (!is_call(&t->insns[at]) && trial_slots(t, at) == 1)
		t->insns[at].src_reg = near_reg(f, t, at) & 15;
}

static void other_off(struct fuzz *f, struct trial *t, uint32_t at)
{
	at = find_class(t, at, MEMORY);
	t->insns[at].off = (int16_t)(t->insns[at].off + step(f));
}

static void other_imm(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn *i;

	at = find_class(t, at, ALU | JUMPS | 1 << INSN_ST);
	i = &t->insns[at];
	if (is_call(i) || insn_decode(i) == OP_JA32)
		return;
	if (one_in(f, 4))
		i->imm = fuzz_imm(f);
	else
		i->imm = (int32_t)((uint32_t)i->imm + (uint32_t)step(f));
}

static void other_size(struct fuzz *f, struct trial *t, uint32_t at)
{
	at = find_class(t, at, MEMORY);
	t->insns[at].code = (uint8_t)((t->insns[at].code & ~0x18) | below(f, 4) << 3);
}

/* Sign-extending loads, acquiring and releasing ones, atomics of another kind. */
static void other_mode(struct fuzz *f, struct trial *t, uint32_t at)
{
	static const int32_t atomics[] = {0,	0x40, 0x50, 0xa0, 0x01,	 0x41,
					  0x51, 0xa1, 0xe1, 0xf1, 0x100, 0x110};
	struct bpf_insn *i;

	at = find_class(t, at, MEMORY);
	i = &t->insns[at];
	if ((i->code & INSN_CLASS_MASK) == INSN_LDX) {
		i->code ^= INSN_MEM ^ INSN_MEMSX;
	} else if ((i->code & INSN_CLASS_MASK) == INSN_STX) {
		i->code = (uint8_t)(INSN_STX | 0xc0 | (i->code & 0x18));
		i->imm = atomics[below(f, ARRAY_SIZE(atomics))];
	}
}

/* The same with 32 bits for 64, with a register for a number. */
static void other_width(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn *i;

	at = find_class(t, at, ALU | JUMPS);
	i = &t->insns[at];
	if (is_call(i) || insn_decode(i) == OP_EXIT)
		return;
	if (!one_in(f, 4)) {
		i->code ^= (i->code & INSN_CLASS_MASK) < INSN_JMP ||
					   (i->code & INSN_CLASS_MASK) == INSN_ALU64
				   ? INSN_ALU ^ INSN_ALU64
				   : INSN_JMP ^ INSN_JMP32;
		return;
	}
	i->code ^= INSN_SRC_X;
	i->src_reg = i->code & INSN_SRC_X ? near_reg(f, t, at) & 15 : 0;
	i->imm = i->code & INSN_SRC_X ? 0 : fuzz_imm(f);
}

static void other_alu(struct fuzz *f, struct trial *t, uint32_t at)
{
	at = find_class(t, at, ALU);
	t->insns[at].code = (uint8_t)((t->insns[at].code & 0x0f) | below(f, 14) << 4);
}

/* ---- checks ---- */

static void other_cond(struct fuzz *f, struct trial *t, uint32_t at)
{
	static const uint8_t conds[] = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60,
					0x70, 0xa0, 0xb0, 0xc0, 0xd0};

	at = find_op(t, at, is_cond);
	if (at < t->n)
		t->insns[at].code =
			(uint8_t)((t->insns[at].code & 0x0f) | conds[below(f, ARRAY_SIZE(conds))]);
}

static void no_check(struct fuzz *f, struct trial *t, uint32_t at)
{
	at = find_op(t, at, is_cond);
	if (at == t->n)
		return;
	if (one_in(f, 4))
		t->insns[at] = INSN_JA(t->insns[at].off);
	else
		trial_splice(t, at, 1, NULL, 0);
}

/* A check with an operand that is not what was checked, or that is. */
static void check_another(struct fuzz *f, struct trial *t, uint32_t at)
{
	at = find_op(t, at, is_cond);
	if (at == t->n)
		return;
	if (one_in(f, 2))
		t->insns[at].dst_reg = near_reg(f, t, at) & 15;
	else if (t->insns[at].code & INSN_SRC_X)
		t->insns[at].src_reg = near_reg(f, t, at) & 15;
}

static void check_more(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn insn = fuzz_cond(f, near_reg(f, t, at), near_reg(f, t, at));

	if (one_in(f, 2))
		insn = INSN_JEQ64_K(near_reg(f, t, at), 0, 0);
	if (!trial_splice(t, at, 0, &insn, 1))
		return;
	if (one_in(f, 2))
		trial_set_target(t, at, at + 1 + below(f, min(t->n - at, 12u)));
}

static void other_target(struct fuzz *f, struct trial *t, uint32_t at)
{
	int64_t to;

	at = find_class(t, at, JUMPS);
	to = trial_target(t, at);
	if (to >= 0)
		trial_set_target(t, at, one_in(f, 8) ? below(f, t->n) : to + step(f) / 2);
}

/* ---- order ---- */

static void delete_one(struct fuzz *f __unused, struct trial *t, uint32_t at)
{
	trial_splice(t, at, trial_slots(t, at), NULL, 0);
}

static void copy_one(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn copy[2] = {t->insns[at]};
	uint32_t n = trial_slots(t, at);

	if (n == 2)
		copy[1] = t->insns[at + 1];
	trial_splice(t, one_in(f, 2) ? at + n : trial_pick(t, &f->rng), 0, copy, n);
}

static void swap_two(struct fuzz *f __unused, struct trial *t, uint32_t at)
{
	struct bpf_insn a = t->insns[at];

	if (at + 1 >= t->n || trial_slots(t, at) == 2 || trial_slots(t, at + 1) == 2)
		return;
	t->insns[at] = t->insns[at + 1];
	t->insns[at + 1] = a;
}

/* Through the stack and back, or through another register, narrower or not. */
static void detour(struct fuzz *f, struct trial *t, uint32_t at)
{
	uint8_t reg = near_reg(f, t, at), other = near_reg(f, t, at);
	int16_t off = (int16_t)(-8 * (1 + (int)below(f, 16)));
	struct bpf_insn insns[2] = {INSN_STX_DW(10, reg, off), INSN_LDX_DW(other, 10, off)};

	switch (below(f, 6)) {
	case 0:
		insns[1] = fuzz_load(f, fuzz_size(f), other, 10, off + (int)below(f, 8));
		break;
	case 1:
		insns[0] = fuzz_store(f, fuzz_size(f), 10, reg, off);
		break;
	case 2:
		insns[0] = INSN_MOV64_X(other, reg);
		insns[1] = one_in(f, 2) ? INSN_MOV64_X(reg, other) : fuzz_alu(f, other, reg);
		break;
	case 3:
		insns[0] = INSN_MOV32_X(other, reg);
		insns[1] = fuzz_cond(f, other, reg);
		break;
	}
	trial_splice(t, at, 0, insns, 2);
}

static void number(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn insn = fuzz_alu(f, near_reg(f, t, at), near_reg(f, t, at));

	trial_splice(t, at, 0, &insn, 1);
}

/* ---- calls ---- */

/* What another call of the same kind calls, or something near. */
static void other_callee(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn *i, *other;

	at = find_op(t, at, is_call);
	if (at == t->n)
		return;
	i = &t->insns[at];
	other = &t->insns[find_op(t, below(f, t->n), is_call)];
	if (insn_decode(i) == OP_CALL_KFUNC)
		i->imm = (int32_t)judges_kfunc(f->judges, &f->rng, (uint32_t)i->imm);
	else if (insn_decode(i) == OP_CALL_LOCAL && insn_decode(other) == OP_CALL_LOCAL)
		trial_set_target(t, at, trial_target(t, (uint32_t)(other - t->insns)));
	else if (one_in(f, 3) && insn_decode(i) == insn_decode(other))
		i->imm = other->imm;
	else if (insn_decode(i) == OP_CALL)
		i->imm = one_in(f, 2) ? i->imm + step(f) : (int32_t)below(f, HELPER_ID_LIMIT);
}

static struct bpf_insn kfunc_call(int32_t id)
{
	return insn_make(OP_CALL_KFUNC, 0, 0, 0, id);
}

static void other_kfunc(struct fuzz *f, struct trial *t, uint32_t at)
{
	at = find_op(t, at, is_kfunc);
	if (at == t->n && one_in(f, 16))
		at = find_op(t, below(f, t->n), is_call);
	if (at < t->n)
		t->insns[at] = kfunc_call((int32_t)judges_kfunc(
			f->judges, &f->rng, one_in(f, 4) ? 0 : (uint32_t)t->insns[at].imm));
}

static void no_call(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn zero = INSN_MOV64_K(0, 0);

	at = find_op(t, at, is_call);
	if (at < t->n)
		trial_splice(t, at, 1, &zero, one_in(f, 2));
}

static void call_twice(struct fuzz *f, struct trial *t, uint32_t at)
{
	uint32_t from = find_op(t, at, is_call), n;
	struct bpf_insn copy[6];

	if (from == t->n)
		return;
	n = min(1 + below(f, ARRAY_SIZE(copy)), from + 1);
	memcpy(copy, &t->insns[from + 1 - n], n * sizeof(*copy));
	trial_splice(t, one_in(f, 4) ? trial_pick(t, &f->rng) : from + 1, 0, copy, n);
}

/* What a call is given. */
static void other_arg(struct fuzz *f, struct trial *t, uint32_t at)
{
	static const uint8_t args[] = {1, 1, 2, 2, 3, 4, 5};
	uint8_t arg = args[below(f, ARRAY_SIZE(args))];
	struct bpf_insn insn;

	at = find_op(t, at, is_call);
	if (at == t->n)
		return;
	switch (below(f, 5)) {
	case 0:
		insn = INSN_MOV64_K(arg, fuzz_imm(f));
		break;
	case 1:
		insn = INSN_ADD64_K(arg, step(f));
		break;
	case 2:
		insn = INSN_MOV64_X(arg, (uint8_t)(6 + below(f, 5)));
		break;
	case 3:
		insn = INSN_MOV64_X(arg, (uint8_t)(1 + below(f, 5)));
		break;
	default:
		insn = fuzz_alu(f, arg, near_reg(f, t, at));
	}
	trial_splice(t, at, 0, &insn, 1);
}

/* ---- what instructions refer to ---- */

static void other_object(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn *i;

	at = find_op(t, at, is_wide);
	if (at + 1 >= t->n)
		return;
	i = &t->insns[at];
	switch ((int)insn_decode(i)) {
	case OP_LD_IMM64_MAP_FD:
	case OP_LD_IMM64_MAP_VALUE:
		if (!one_in(f, 3))
			i->imm = t->world->fds[below(f, t->world->nmaps)];
		else if (one_in(f, 2))
			i->src_reg ^= PSEUDO_MAP_FD ^ PSEUDO_MAP_VALUE;
		else
			i[1].imm += step(f);
		break;
	case OP_LD_IMM64_FUNC:
		if (t->nfuncs)
			trial_set_target(t, at, t->funcs[below(f, t->nfuncs)].insn_off);
		break;
	default:
		i->imm += step(f);
	}
}

/* The type that a function has. */
static void other_func_info(struct fuzz *f, struct trial *t, uint32_t at __unused)
{
	struct func_info *i;
	uint32_t id;

	if (!t->nfuncs)
		return;
	i = &t->funcs[below(f, t->nfuncs)];
	if (one_in(f, 3)) {
		i->type_id = t->funcs[below(f, t->nfuncs)].type_id;
		return;
	}
	for (int tries = 0; tries < 200; tries++) {
		id = below(f, t->world->btf->nids);
		if (btf_kind_of(t->world->btf, id) == BTF_KIND_FUNC) {
			i->type_id = id;
			return;
		}
	}
}

static void no_info(struct fuzz *f, struct trial *t, uint32_t at __unused)
{
	if (one_in(f, 4))
		t->nfuncs = t->nlines = 0;
	else if (t->nlines)
		t->lines[below(f, t->nlines)].insn_off += (uint32_t)step(f);
}

static void other_ops(struct fuzz *f, struct trial *t)
{
	static const char *const ops[] = {"tcp_congestion_ops", "Qdisc_ops", "hid_bpf_ops",
					  "sched_ext_ops", "bpf_dummy_ops"};

	t->attach_btf_id =
		btf_find(f->judges->btf, ops[below(f, ARRAY_SIZE(ops))], BTF_KIND_STRUCT);
}

/* What the program is for: another type, another place, another thing of the kernel's. */
static void other_use(struct fuzz *f, struct trial *t, uint32_t at __unused)
{
	if (t->type == PROG_TYPE_STRUCT_OPS && t->attach_btf_id) {
		t->attach_type = below(f, 40);
		if (one_in(f, 2))
			other_ops(f, t);
		return;
	}
	if (t->type == PROG_TYPE_TRACING && !one_in(f, 4)) {
		t->attach_btf_id = judges_place(f->judges, &f->rng, &t->attach_type);
		return;
	}
	switch (below(f, 4)) {
	case 0:
		t->attach_type = below(f, 60);
		break;
	case 1:
		t->flags ^= VERIFY_SLEEPABLE;
		break;
	default:
		fuzz_type(f, t);
	}
}

static void (*const changes[])(struct fuzz *f, struct trial *t, uint32_t at) = {
	other_dst,    other_dst,     other_src,	  other_src,	other_off,	 other_off,
	other_off,    other_imm,     other_imm,	  other_imm,	other_size,	 other_mode,
	other_width,  other_width,   other_alu,	  other_cond,	other_cond,	 no_check,
	no_check,     check_another, check_more,  other_target, delete_one,	 delete_one,
	copy_one,     swap_two,	     swap_two,	  detour,	detour,		 number,
	other_callee, other_callee,  other_kfunc, no_call,	no_call,	 call_twice,
	other_arg,    other_arg,     other_arg,	  other_object, other_func_info, no_info,
	other_use,
};

/* Some kernels let nobody attach to functions; such programs get another place. */
static bool is_for_functions(const struct trial *t)
{
	if (t->type == PROG_TYPE_TRACING)
		return t->attach_type != ATTACH_TYPE_TRACE_RAW_TP &&
		       t->attach_type != ATTACH_TYPE_TRACE_ITER;
	return t->type == PROG_TYPE_LSM || t->type == PROG_TYPE_EXT;
}

bool real_trial(struct fuzz *f, struct trial *t, bool change)
{
	if (!seed_trial(f, t, change))
		return false;
	if (is_for_functions(t)) {
		t->type = PROG_TYPE_TRACING;
		t->attach_btf_id = judges_place(f->judges, &f->rng, &t->attach_type);
	}
	return true;
}

void real_change(struct fuzz *f, struct trial *t)
{
	changes[below(f, ARRAY_SIZE(changes))](f, t, trial_pick(t, &f->rng));
}

static void make(struct fuzz *f, struct trial *t)
{
	if (!real_trial(f, t, true))
		return;
	/* Types and maps may have been changed instead. */
	if (f->seed_world.is_changed && one_in(f, 4))
		return;
	do
		real_change(f, t);
	while (t->n && one_in(f, 3));
}

const struct generator gen_real = {"real", make};
