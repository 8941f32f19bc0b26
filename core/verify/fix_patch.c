/*
 * Many edits of a program at once: one walk over it finds where each slot goes, a second one copies
 * what stays, puts in what is new, and turns everything that names a slot towards its new place.
 * The kernel patches one instruction at a time and moves all that follow
 * (bpf_patch_insn_data(), verifier_remove_insns()).
 */
#include "core/verify/fix.h"

bool draft_has_target(enum insn_op op)
{
	return insn_has_target(op) || op == OP_LD_IMM64_FUNC;
}

/* Is it imm that tells how far? */
static bool goes_by_imm(enum insn_op op)
{
	return op == OP_JA32 || op == OP_CALL_LOCAL || op == OP_LD_IMM64_FUNC;
}

uint32_t draft_target(const struct draft *d, uint32_t slot)
{
	const struct bpf_insn *insn = &d->insns[slot];

	return (uint32_t)((int64_t)slot + 1 + (goes_by_imm(d->ops[slot]) ? insn->imm : insn->off));
}

static int set_target(struct draft *d, uint32_t slot, uint32_t target)
{
	int64_t rel = (int64_t)target - slot - 1;

	if (goes_by_imm(d->ops[slot]))
		d->insns[slot].imm = (int32_t)rel;
	else if (rel == (int16_t)rel)
		d->insns[slot].off = (int16_t)rel;
	else
		return -ERANGE;
	return 0;
}

/* ---- making and freeing ---- */

static void alloc_slots(struct draft *d, uint32_t n)
{
	d->n = n;
	d->insns = xcalloc((size_t)n + 1, sizeof(*d->insns));
	d->ops = xcalloc((size_t)n + 1, sizeof(*d->ops));
	d->origin = xcalloc((size_t)n + 1, sizeof(*d->origin));
}

static void free_slots(struct draft *d)
{
	free(d->insns);
	free(d->ops);
	free(d->origin);
}

static void decode(struct draft *d, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i += insn_slots(&d->insns[i]))
		d->ops[i] = (uint16_t)insn_decode(&d->insns[i]);
}

void draft_init(struct draft *d, const struct bpf_insn *insns, const uint16_t *ops, uint32_t n)
{
	alloc_slots(d, n);
	memcpy(d->insns, insns, n * sizeof(*insns));
	memcpy(d->ops, ops, n * sizeof(*ops));
	d->njudged = n;
	d->at = xcalloc((size_t)n + 1, sizeof(*d->at));
	for (uint32_t i = 0; i <= n; i++) {
		d->origin[i] = i;
		d->at[i] = i;
	}
}

void draft_free(struct draft *d)
{
	free_slots(d);
	free(d->at);
}

/* ---- editing ---- */

/* Where each slot goes: moved has one for the end, too. How many slots there will be. */
static uint32_t plan(const struct draft *d, const struct edit *edits, size_t n, uint32_t *moved)
{
	const struct edit *e = edits, *end = edits + n;
	uint32_t to = 0;

	for (uint32_t i = 0; i < d->n;) {
		uint32_t slots = insn_slots(&d->insns[i]);
		bool is_edited = e < end && e->slot == i;

		for (uint32_t k = 0; k < slots && i + k < d->n; k++)
			moved[i + k] = to + (is_edited ? 0 : k);
		to += is_edited ? e++->n : slots;
		i += slots;
	}
	moved[d->n] = to;
	return to + (e < end ? e->n : 0);
}

static int put_edit(struct draft *new, uint32_t to, const struct draft *d, const struct edit *e,
		    const uint32_t *moved)
{
	if (!e->n)
		return 0;
	memcpy(&new->insns[to], e->insns, e->n * sizeof(*e->insns));
	decode(new, to, to + e->n);
	for (uint32_t k = 0; k < e->n; k++)
		new->origin[to + k] = e->slot < d->n ? d->origin[e->slot] : d->njudged;
	return e->outer < 0 ? 0 : set_target(new, to + (uint32_t)e->outer, moved[e->target]);
}

static int copy_insn(struct draft *new, uint32_t to, const struct draft *d, uint32_t slot,
		     const uint32_t *moved)
{
	uint32_t slots = insn_slots(&d->insns[slot]);

	memcpy(&new->insns[to], &d->insns[slot], slots * sizeof(*d->insns));
	memcpy(&new->ops[to], &d->ops[slot], slots * sizeof(*d->ops));
	memcpy(&new->origin[to], &d->origin[slot], slots * sizeof(*d->origin));
	if (!draft_has_target(d->ops[slot]))
		return 0;
	return set_target(new, to, moved[draft_target(d, slot)]);
}

static int build(struct draft *new, const struct draft *d, const struct edit *edits, size_t n,
		 const uint32_t *moved)
{
	const struct edit *e = edits, *end = edits + n;
	int err = 0;

	for (uint32_t i = 0; i < d->n && !err; i += insn_slots(&d->insns[i])) {
		if (e < end && e->slot == i)
			err = put_edit(new, moved[i], d, e++, moved);
		else
			err = copy_insn(new, moved[i], d, i, moved);
	}
	if (!err && e < end)
		err = put_edit(new, moved[d->n], d, e, moved);
	return err;
}

int draft_apply(struct draft *d, const struct edit *edits, size_t n)
{
	uint32_t *moved = xcalloc((size_t)d->n + 1, sizeof(*moved));
	struct draft new = *d;
	int err;

	alloc_slots(&new, plan(d, edits, n, moved));
	err = build(&new, d, edits, n, moved);
	if (err) {
		free_slots(&new);
	} else {
		for (uint32_t i = 0; i <= d->njudged; i++)
			d->at[i] = moved[d->at[i]];
		free_slots(d);
		*d = new;
	}
	free(moved);
	return err;
}
