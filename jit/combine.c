/*
 * Bytes that are loaded one by one and put together are one load, with its bytes swapped when they
 * are the other way around: compilers write it so for BPF where they do not know the alignment.
 */
#include "jit/local.h"

enum { PIECES_MAX = 8, PARTS_MAX = 3 * PIECES_MAX };

struct combine {
	struct ir_fn *fn;
	struct ir_blk *blk;
	uint32_t *writes; /* of each instruction of blk: how many before it write */
	size_t room;
	uint32_t n, nparts;
	struct ir_ins *parts[PARTS_MAX]; /* what the whole is made by */
	struct piece {
		struct ir_ins *load;
		uint32_t shift; /* where it is in the whole: bits */
	} v[PIECES_MAX];
};

/* What defines an operand that nobody else has, here */
static struct ir_ins *own_def(const struct combine *c, struct ref r)
{
	const struct ir_tmp *tmp = r.kind == REF_TMP ? &c->fn->tmps.v[r.val] : NULL;

	return tmp && tmp->uses == 1 && tmp->blk == c->blk ? tmp->def : NULL;
}

static bool add_piece(struct combine *c, struct ir_ins *load, uint32_t shift)
{
	if (c->n == PIECES_MAX || load->width == 8 || shift % 8)
		return false;
	c->v[c->n++] = (struct piece){load, shift};
	return true;
}

/* The loads that r is made of, each in its place; left: how deep to look */
static bool collect(struct combine *c, struct ref r, uint32_t shift, uint32_t left)
{
	struct ir_ins *def = left ? own_def(c, r) : NULL;

	if (!def || c->nparts == PARTS_MAX)
		return false;
	c->parts[c->nparts++] = def;
	switch ((enum ir_op)def->op) {
	case IR_LOAD:
		return add_piece(c, def, shift);
	case IR_OR:
		return collect(c, def->arg[0], shift, left - 1) &&
		       collect(c, def->arg[1], shift, left - 1);
	case IR_SHL:
		return ref_is_con(def->arg[1]) &&
		       collect(c, def->arg[0], shift + (uint32_t)ref_con(c->fn, def->arg[1]),
			       left - 1);
	case IR_ZEXT32:
		return collect(c, def->arg[0], shift, left - 1);
	default:
		return false;
	}
}

static int by_shift(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return (x->shift > y->shift) - (x->shift < y->shift);
}

/* How many bytes they are, side by side from the lowest; 0: they are not, or not of one address. */
static uint32_t total(const struct combine *c)
{
	uint32_t bits = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		if (c->v[i].shift != bits || !ref_eq(c->v[i].load->arg[0], c->v[0].load->arg[0]))
			return 0;
		bits += c->v[i].load->width * 8u;
	}
	return bits / 8;
}

/* Do addresses go up with the bits, or down? */
static bool is_in_order(const struct combine *c, uint32_t size, bool down)
{
	int64_t low = down ? c->v[c->n - 1].load->disp : c->v[0].load->disp;

	for (uint32_t i = 0; i < c->n; i++) {
		const struct ir_ins *load = c->v[i].load;
		int64_t at = c->v[i].shift / 8;

		if (down && load->width != 1)
			return false;
		if (load->disp != low + (down ? size - 1 - at : at))
			return false;
	}
	return true;
}

static uint32_t place_of(const struct combine *c, const struct ir_ins *ins)
{
	return (uint32_t)(ins - c->blk->ins.v);
}

/* The load that comes last, when nothing is written from the first to it */
static struct ir_ins *last_load(const struct combine *c)
{
	struct ir_ins *first = c->v[0].load, *last = first;

	for (uint32_t i = 1; i < c->n; i++) {
		first = min(first, c->v[i].load);
		last = max(last, c->v[i].load);
	}
	return c->writes[place_of(c, first)] == c->writes[place_of(c, last)] ? last : NULL;
}

static void combine_at(struct combine *c, struct ir_ins *root)
{
	uint32_t size;
	struct ir_ins *last;
	int32_t disp;
	bool down;

	c->n = c->nparts = 0;
	if (!collect(c, root->arg[0], 0, PIECES_MAX) || !collect(c, root->arg[1], 0, PIECES_MAX))
		return;
	qsort(c->v, c->n, sizeof(*c->v), by_shift);
	size = total(c);
	if ((size != 2 && size != 4 && size != 8) || size > root->width)
		return;
	down = !is_in_order(c, size, false);
	last = last_load(c);
	if (!last || (down && !is_in_order(c, size, true)))
		return;
	disp = down ? c->v[c->n - 1].load->disp : c->v[0].load->disp;
	for (uint32_t i = 0; i < c->nparts; i++)
		if (c->parts[i] != last)
			*c->parts[i] = (struct ir_ins){.op = IR_NOP};
	last->disp = disp;
	last->width = (uint8_t)size;
	last->to = ir_new_tmp(c->fn);
	c->fn->again = true;
	root->op = down ? IR_BSWAP : IR_COPY;
	root->width = down ? (uint8_t)size : 8;
	root->arg[0] = last->to;
	root->arg[1] = NO_REF;
}

static void combine_blk(struct combine *c, struct ir_blk *blk)
{
	uint32_t writes = 0, pieces = 0;

	c->blk = blk;
	if (blk->ins.n > c->room) {
		c->room = blk->ins.n * 2;
		c->writes = xrealloc(c->writes, c->room * sizeof(*c->writes));
	}
	vec_each(&blk->ins, ins) {
		c->writes[place_of(c, ins)] = writes;
		writes += (ir_ops[ins->op].modes & IR_WRITES) != 0;
		pieces += ins->op == IR_LOAD && ins->width < 8;
	}
	/* What is whole comes behind its parts. */
	for (size_t i = blk->ins.n; pieces > 1 && i-- > 0;)
		if (blk->ins.v[i].op == IR_OR)
			combine_at(c, &blk->ins.v[i]);
}

static bool has_pieces(const struct ir_fn *fn)
{
	bool ors = false, shorts = false;

	for (uint32_t i = 0; i < fn->nrpo; i++)
		vec_each(&fn->rpo[i]->ins, ins) {
			ors |= ins->op == IR_OR;
			shorts |= ins->op == IR_LOAD && ins->width < 4;
		}
	return ors && shorts;
}

void combine(struct ir_fn *fn)
{
	struct combine c = {.fn = fn};

	if (!has_pieces(fn))
		return;
	ir_fill_uses(fn);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		combine_blk(&c, fn->rpo[i]);
	free(c.writes);
}
