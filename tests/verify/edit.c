/* Changes of a program's length that leave jumps, calls and functions where they lead. */
#include "tests/verify/trial.h"

#include <string.h>

uint32_t trial_slots(const struct trial *t, uint32_t at)
{
	return at + 1 < t->n ? insn_slots(&t->insns[at]) : 1;
}

uint32_t trial_pick(const struct trial *t, struct rng *r)
{
	uint32_t at = t->n ? (uint32_t)rng_below(r, t->n) : 0;

	/* The second half of a wide one has no code. */
	return at && t->insns[at].code == 0 && insn_slots(&t->insns[at - 1]) == 2 ? at - 1 : at;
}

int64_t trial_target(const struct trial *t, uint32_t at)
{
	enum insn_op op = insn_decode(&t->insns[at]);

	if (op == OP_LD_IMM64_FUNC)
		return (int64_t)at + 1 + t->insns[at].imm;
	return insn_has_target(op) ? insn_target(&t->insns[at], at) : -1;
}

void trial_set_target(struct trial *t, uint32_t at, int64_t target)
{
	enum insn_op op = insn_decode(&t->insns[at]);
	int64_t by = target - at - 1;

	if (op == OP_JA32 || op == OP_CALL_LOCAL || op == OP_LD_IMM64_FUNC)
		t->insns[at].imm = (int32_t)by;
	else
		t->insns[at].off = (int16_t)by;
}

/* Where what was at a slot is; what led into the middle of what went leads to its place. */
static int64_t moved(int64_t pos, uint32_t at, uint32_t del, uint32_t nadd)
{
	if (pos <= at)
		return pos;
	return pos < at + del ? at : pos - del + nadd;
}

static void move_funcs(struct trial *t, uint32_t at, uint32_t del, uint32_t nadd)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->nfuncs; i++) {
		struct func_info f = t->funcs[i];

		f.insn_off = (uint32_t)moved(f.insn_off, at, del, nadd);
		if (n && t->funcs[n - 1].insn_off == f.insn_off)
			continue;
		t->funcs[n++] = f;
	}
	t->nfuncs = n;
}

static void move_lines(struct trial *t, uint32_t at, uint32_t del, uint32_t nadd)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->nlines; i++) {
		struct line_info l = t->lines[i];

		l.insn_off = (uint32_t)moved(l.insn_off, at, del, nadd);
		if ((n && t->lines[n - 1].insn_off == l.insn_off) || l.insn_off >= t->n)
			continue;
		t->lines[n++] = l;
	}
	t->nlines = n;
}

bool trial_splice(struct trial *t, uint32_t at, uint32_t del, const struct bpf_insn *add,
		  uint32_t nadd)
{
	int64_t targets[TRIAL_INSNS];

	if (t->n - del + nadd > TRIAL_INSNS || at + del > t->n)
		return false;
	for (uint32_t i = 0; i < t->n; i++)
		targets[i] = trial_target(t, i);
	memmove(&t->insns[at + nadd], &t->insns[at + del], sizeof(*add) * (t->n - at - del));
	if (nadd)
		memcpy(&t->insns[at], add, sizeof(*add) * nadd);
	for (uint32_t i = 0; i < t->n; i++) {
		if ((i >= at && i < at + del) || targets[i] < 0)
			continue;
		trial_set_target(t, i < at ? i : i - del + nadd, moved(targets[i], at, del, nadd));
	}
	t->n += nadd - del;
	move_funcs(t, at, del, nadd);
	move_lines(t, at, del, nadd);
	return true;
}
