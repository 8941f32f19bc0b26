/* Programs that somebody wrote, with small changes in them. */
#include "tests/verify/trial.h"

#include "core/isa/build.h"

#include <string.h>

/* ---- changes of one instruction ---- */

static void change_imm(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn *i = &t->insns[at];

	switch (below(f, 4)) {
	case 0:
		i->imm = fuzz_imm(f);
		break;
	case 1:
		i->imm ^= (int32_t)(1u << below(f, 32));
		break;
	default:
		i->imm = (int32_t)((uint32_t)i->imm + (one_in(f, 2) ? 1u : -1u));
	}
}

static void change_off(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn *i = &t->insns[at];

	if (trial_target(t, at) >= 0)
		trial_set_target(t, at, below(f, t->n + 1));
	else if (one_in(f, 4))
		i->off = (int16_t)fuzz_imm(f);
	else
		i->off = (int16_t)(i->off + (int)below(f, 33) - 16);
}

static void change_dst(struct fuzz *f, struct trial *t, uint32_t at)
{
	t->insns[at].dst_reg = below(f, 11) & 15;
}

static void change_src(struct fuzz *f, struct trial *t, uint32_t at)
{
	t->insns[at].src_reg = below(f, one_in(f, 64) ? 16 : 11) & 15;
}

/* Another width, another operand, another operation. */
static void change_code(struct fuzz *f, struct trial *t, uint32_t at)
{
	static const uint8_t flips[] = {INSN_SRC_X, 0x10, 0x20, 0x40, 0x80, 0x03, 0x01, 0x04};

	if (insn_slots(&t->insns[at]) == 1)
		t->insns[at].code ^= flips[below(f, ARRAY_SIZE(flips))];
}

static void change_op(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn i = fuzz_insn(f, at, t->n), *old = &t->insns[at];

	if (insn_slots(old) == 2)
		return;
	old->code = i.code;
	if (one_in(f, 2))
		*old = i;
}

/* Another map for one, another function for another. */
static void change_object(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn *i = &t->insns[at];

	switch ((int)insn_decode(i)) {
	case OP_LD_IMM64_MAP_FD:
	case OP_LD_IMM64_MAP_VALUE:
		i->imm = t->world->fds[below(f, t->world->nmaps + 1)];
		break;
	case OP_CALL:
		i->imm = (int32_t)below(f, 212);
		break;
	case OP_CALL_KFUNC:
		i->imm += (int32_t)below(f, 7) - 3;
		break;
	default:
		change_imm(f, t, at);
	}
}

static void (*const changes[])(struct fuzz *f, struct trial *t, uint32_t at) = {
	change_imm, change_imm,	 change_off, change_off,    change_dst,
	change_src, change_code, change_op,  change_object,
};

/* ---- changes of the order ---- */

static void delete_some(struct fuzz *f, struct trial *t, uint32_t at)
{
	uint32_t del = trial_slots(t, at);

	if (one_in(f, 4))
		del = min(1 + below(f, 8), t->n - at);
	trial_splice(t, at, del, NULL, 0);
}

static void copy_some(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn copy[16];
	uint32_t n = min(1 + below(f, ARRAY_SIZE(copy)), t->n - at);

	memcpy(copy, &t->insns[at], n * sizeof(*copy));
	trial_splice(t, one_in(f, 2) ? at : trial_pick(t, &f->rng), 0, copy, n);
}

static void add_one(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct bpf_insn insn = fuzz_insn(f, at, t->n);

	trial_splice(t, at, 0, &insn, 1);
}

static void swap_two(struct fuzz *f, struct trial *t, uint32_t at)
{
	uint32_t other = one_in(f, 2) ? at + 1 : trial_pick(t, &f->rng);
	struct bpf_insn a = t->insns[at];

	if (other >= t->n || trial_slots(t, at) == 2 || trial_slots(t, other) == 2)
		return;
	t->insns[at] = t->insns[other];
	t->insns[other] = a;
}

/* A piece of another program of the seed, with the registers and maps that it has. */
static void cross(struct fuzz *f, struct trial *t, uint32_t at)
{
	struct trial other;
	uint32_t from, n;

	if (!seed_program(f, &other))
		return;
	from = trial_pick(&other, &f->rng);
	n = min(1 + below(f, 24), other.n - from);
	trial_splice(t, at, one_in(f, 2) ? 0 : min(n, t->n - at), &other.insns[from], n);
}

static void (*const orders[])(struct fuzz *f, struct trial *t, uint32_t at) = {
	delete_some, delete_some, copy_some, add_one, swap_two, cross,
};

static void mutate(struct fuzz *f, struct trial *t)
{
	uint32_t at = trial_pick(t, &f->rng);

	if (!t->n)
		return;
	if (one_in(f, 3))
		orders[below(f, ARRAY_SIZE(orders))](f, t, at);
	else
		changes[below(f, ARRAY_SIZE(changes))](f, t, at);
}

static void make(struct fuzz *f, struct trial *t)
{
	if (!seed_trial(f, t, false))
		return;
	do
		mutate(f, t);
	while (one_in(f, 2));
	if (one_in(f, 12))
		fuzz_type(f, t);
}

const struct generator gen_mutate = {"mutate", make};
