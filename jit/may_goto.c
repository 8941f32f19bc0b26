/*
 * A loop that counts, and that a may_goto ends if it goes on too long: before it, it is known how
 * often it goes round at most. When the may_goto goes on at least as often nobody need ask it, and
 * a copy of the loop is run that does not; what it went round is taken off behind it, by what was
 * counted. Else the loop is run as it is.
 */
#include "core/isa/uapi.h"
#include "jit/local.h"

enum {
	BLKS_MAX = 16, /* of a loop, */
	INS_MAX = 64,
	GROWTH_MAX = 1000, /* of a function, in instructions */
	PASSES_BITS = 24,
};
_Static_assert(MAX_LOOPS < 1 << PASSES_BITS, "a remainder has to be seen from a number of passes");

struct counted {
	struct ir_fn *fn;
	struct ir_blk *header;
	uint32_t n; /* blocks, */
	struct ir_blk *blks[BLKS_MAX], *copies[BLKS_MAX];
	size_t size;	      /* instructions */
	struct ir_blk *ask;   /* its may_goto, */
	struct ref left;      /* which goes on so often */
	struct ir_blk *count; /* where the counter takes its step, */
	const struct ir_ins *add;
	struct ref counter;
	int64_t step;
	/* The loop goes on while counter cc limit; asked in end */
	struct ir_blk *end;
	uint8_t cc, width;
	struct ref limit;
	bool wraps; /* the counter, where the limit is the greatest number, or nearly */
	struct ref first; /* the counter before the loop; a variable */
};

/* ---- what a loop is ---- */

static bool add_blk(struct counted *c, struct ir_blk *blk)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (c->blks[i] == blk)
			return true;
	if (blk->loop != c->header || c->n == BLKS_MAX)
		return false;
	c->blks[c->n++] = blk;
	c->size += blk->ins.n + 1;
	return c->size <= INS_MAX;
}

/* False: it is too large, or has another inside. */
static bool collect(struct counted *c)
{
	c->blks[c->n++] = c->header;
	vec_each(&c->header->pred, pred)
		if ((*pred)->loop == c->header && !add_blk(c, *pred))
			return false;
	for (uint32_t i = 1; i < c->n; i++)
		vec_each(&c->blks[i]->pred, pred)
			if (!add_blk(c, *pred))
				return false;
	return true;
}

/* Is a block part of every pass that goes on to another? */
static bool is_in_all(const struct counted *c, const struct ir_blk *blk)
{
	vec_each(&c->header->pred, pred)
		if ((*pred)->loop == c->header && !ir_dominates(blk, *pred))
			return false;
	return true;
}

/* A call takes so much longer that what is asked does not matter. */
static bool is_worth(const struct counted *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		vec_each(&c->blks[i]->ins, ins)
			if (ins->op == IR_CALL)
				return false;
	return true;
}

/* How often the loop assigns a variable; blk and ins: where. */
static uint32_t assigned(const struct counted *c, struct ref var, struct ir_blk **blk,
			 const struct ir_ins **at)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->n; i++)
		vec_each(&c->blks[i]->ins, ins)
			if (ref_eq(ins->to, var)) {
				*blk = c->blks[i];
				*at = ins;
				n++;
			}
	return n;
}

static bool stays(const struct counted *c, struct ref r)
{
	const struct ir_ins *ins;
	struct ir_blk *blk;

	return ref_is_con(r) || (r.kind == REF_VAR && !assigned(c, r, &blk, &ins));
}

/* One that each pass asks */
static bool find_ask(struct counted *c)
{
	const struct ir_ins *ins;
	struct ir_blk *blk;

	for (uint32_t i = 0; i < c->n; i++) {
		if (!c->blks[i]->jmp.may_goto)
			continue;
		if (c->ask)
			return false;
		c->ask = c->blks[i];
		c->left = c->ask->jmp.arg[0];
	}
	return c->ask && is_in_all(c, c->ask) && c->ask->to[0]->loop != c->header &&
	       assigned(c, c->left, &blk, &ins) == 1;
}

/* ---- what is counted ---- */

static bool find_counter(struct counted *c)
{
	const struct ir_ins *ins;

	if (c->counter.kind != REF_VAR || assigned(c, c->counter, &c->count, &c->add) != 1)
		return false;
	ins = c->add;
	if ((ins->op != IR_ADD && ins->op != IR_SUB) || !ref_eq(ins->arg[0], c->counter) ||
	    !ref_is_con(ins->arg[1]) || !is_in_all(c, c->count))
		return false;
	c->step = ref_con(c->fn, ins->arg[1]);
	if (c->step < -INT32_MAX || c->step > INT32_MAX)
		return false;
	if (ins->op == IR_SUB)
		c->step = -c->step;
	return c->step != 0;
}

static int zeros_of(int64_t step)
{
	return __builtin_ctzll((uint64_t)step);
}

static bool is_signed(const struct counted *c)
{
	return c->cc == CC_SLT || c->cc == CC_SLE;
}

static bool is_equal_too(const struct counted *c)
{
	return c->cc == CC_ULE || c->cc == CC_SLE;
}

/*
 * Does it go round as often as the difference to the limit says? One of 4 bytes wraps around before
 * it comes to a limit of 8.
 */
static bool is_bounded(struct counted *c)
{
	int64_t limit = ref_is_con(c->limit) ? ref_con(c->fn, c->limit) : -1;
	bool is_small = limit >= 0 && limit <= INT32_MAX;
	int width = min(c->width, c->add->width);

	if ((c->width == 8 && c->add->width == 4 && !is_small) ||
	    width * 8 - zeros_of(c->step) < PASSES_BITS)
		return false;
	switch (c->cc) {
	case CC_NE:
		return true;
	case CC_ULT:
	case CC_SLT:
	case CC_ULE:
	case CC_SLE:
		c->wraps = (c->step > 1 || is_equal_too(c)) &&
			   !(is_small && limit + c->step <= INT32_MAX);
		return c->step > 0;
	case CC_UGT:
	case CC_SGT:
		return c->step == -1;
	default:
		return false;
	}
}

static bool take_question(struct counted *c, struct ref a, struct ref b, uint8_t cc)
{
	c->counter = a;
	c->limit = b;
	c->cc = cc;
	c->wraps = false;
	return stays(c, b) && find_counter(c) && is_bounded(c);
}

static bool find_end(struct counted *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct ir_jmp *jmp = &c->blks[i]->jmp;
		uint32_t stay;
		uint8_t cc;

		c->end = c->blks[i];
		if (jmp->may_goto || jmp->kind != JUMP_IF || !is_in_all(c, c->end))
			continue;
		stay = c->end->to[0]->loop != c->header;
		if (c->end->to[stay]->loop != c->header || c->end->to[!stay]->loop == c->header)
			continue;
		cc = jmp->cc ^ stay;
		c->width = jmp->width;
		if (take_question(c, jmp->arg[0], jmp->arg[1], cc) ||
		    take_question(c, jmp->arg[1], jmp->arg[0], ir_swapped[cc]))
			return true;
	}
	return false;
}

/* Is what every pass does in blk done before another block ends? -1: it depends. */
static int is_before(const struct ir_blk *blk, const struct ir_blk *other)
{
	if (ir_dominates(blk, other))
		return 1;
	return blk->id > other->id ? 0 : -1;
}

/* Wherever it is left the counter says how often it went round. */
static bool leaves_well(const struct counted *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		for (uint32_t k = 0; k < 2; k++) {
			const struct ir_blk *blk = c->blks[i];

			if (blk->to[k] && blk->to[k]->loop != c->header &&
			    (is_before(c->count, blk) < 0 || is_before(c->ask, blk) < 0))
				return false;
		}
	return true;
}

/* ---- the copy ---- */

static void add(struct counted *c, struct ir_blk *blk, uint8_t op, uint8_t width, struct ref to,
		struct ref a, struct ref b)
{
	ir_add(c->fn, blk,
	       (struct ir_ins){
		       .op = op, .width = width, .to = to, .arg = {a, b}, .slot = blk->slot});
}

/* What 1 is when it is multiplied by an odd number: each round has twice as many bits right. */
static uint64_t inverse(uint64_t odd)
{
	uint64_t x = odd;

	for (int bits = 3; bits < 64; bits *= 2)
		x *= 2 - odd * x;
	return x;
}

/* How many steps a difference is. What is between two becomes more than any may_goto has. */
static void divide(struct counted *c, struct ir_blk *blk, uint8_t width, struct ref r)
{
	int zeros = zeros_of(c->step);
	int64_t factor = (int64_t)inverse((uint64_t)(c->step >> zeros));

	add(c, blk, IR_MUL, width, r, r, ir_con(c->fn, width == 4 ? (int32_t)factor : factor));
	if (zeros)
		add(c, blk, IR_ROL, width, r, r, ir_con(c->fn, width * 8 - zeros));
}

/*
 * Before the loop: where the number of steps from what is asked about first to the limit is less
 * than what the may_goto has left, the loop ends before it does.
 */
static struct ir_blk *make_guard(struct counted *c)
{
	struct ir_blk *guard = ir_new_blk(c->fn);
	struct ref steps = ir_new_var(c->fn), from = c->counter;

	guard->slot = c->header->slot;
	c->first = ir_new_var(c->fn);
	add(c, guard, IR_COPY, 8, c->first, c->counter, NO_REF);
	if (ir_dominates(c->count, c->end)) {
		add(c, guard, IR_ADD, c->add->width, steps, from, ir_con(c->fn, c->step));
		from = steps;
	}
	add(c, guard, IR_SUB, c->width, steps, c->limit, from);
	if (c->cc == CC_NE || c->step == -1)
		divide(c, guard, c->width, steps);
	if (is_equal_too(c))
		add(c, guard, IR_ADD, c->width, steps, steps, ir_con(c->fn, 1));
	guard->jmp = (struct ir_jmp){.kind = JUMP_IF,
				     .cc = CC_ULT,
				     .width = 8,
				     .arg = {steps, c->left},
				     .slot = guard->slot,
				     .odds = 7};
	return guard;
}

/* Before that: where the counter would wrap around its loop is run as it is. */
static struct ir_blk *make_limit_guard(struct counted *c, struct ir_blk *guard)
{
	struct ir_blk *before = ir_new_blk(c->fn);
	int64_t most = !is_signed(c) ? -1 : c->width == 4 ? INT32_MAX : INT64_MAX;

	before->slot = guard->slot;
	before->jmp = guard->jmp;
	before->jmp.cc = is_signed(c) ? CC_SLE : CC_ULE;
	before->jmp.width = c->width;
	before->jmp.arg[0] = c->limit;
	before->jmp.arg[1] = ir_con(c->fn, most - c->step);
	before->to[0] = guard;
	before->to[1] = c->header;
	return before;
}

/* Behind the copy: as many passes are taken off as there were steps, or one more, or less. */
static struct ir_blk *make_exit(struct counted *c, const struct ir_blk *from, struct ir_blk *to)
{
	struct ir_blk *exit = ir_new_blk(c->fn);
	struct ref passes = ir_new_var(c->fn), left = c->left;
	int more = is_before(c->ask, from) - is_before(c->count, from);

	exit->slot = from->jmp.slot;
	add(c, exit, IR_SUB, c->add->width, passes, c->counter, c->first);
	divide(c, exit, c->add->width, passes);
	add(c, exit, IR_SUB, 8, left, left, passes);
	if (more)
		add(c, exit, IR_SUB, 8, left, left, ir_con(c->fn, more));
	exit->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = exit->slot, .odds = 4};
	exit->to[0] = to;
	return exit;
}

static uint32_t place_of(const struct counted *c, const struct ir_blk *blk)
{
	uint32_t i = 0;

	while (c->blks[i] != blk)
		i++;
	return i;
}

static void stop_asking(struct ir_blk *ask)
{
	ask->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = ask->jmp.slot, .odds = 4};
	ask->to[0] = ask->to[1];
	ask->to[1] = NULL;
	ask->ins.n--;
}

/* A copy goes on to copies until it leaves them. */
static struct ir_blk *next_of(struct counted *c, const struct ir_blk *from, struct ir_blk *to)
{
	return to->loop == c->header ? c->copies[place_of(c, to)] : make_exit(c, from, to);
}

static void copy_loop(struct counted *c)
{
	struct ir_blk *guard = make_guard(c);

	for (uint32_t i = 0; i < c->n; i++)
		c->copies[i] = ir_copy_blk(c->fn, c->blks[i]);
	stop_asking(c->copies[place_of(c, c->ask)]);
	for (uint32_t i = 0; i < c->n; i++)
		for (uint32_t k = 0; k < 2 && c->copies[i]->to[k]; k++)
			c->copies[i]->to[k] = next_of(c, c->blks[i], c->copies[i]->to[k]);
	guard->to[0] = c->copies[0];
	guard->to[1] = c->header;
	if (c->wraps)
		guard = make_limit_guard(c, guard);
	vec_each(&c->header->pred, pred)
		for (uint32_t k = 0; k < 2; k++)
			if ((*pred)->loop != c->header && (*pred)->to[k] == c->header)
				(*pred)->to[k] = guard;
}

/* From behind: a loop that another leads to has its guard when the other is copied. */
void may_gotos(struct ir_fn *fn)
{
	size_t left = fn->may_goto && !fn->irreducible ? GROWTH_MAX : 0;
	uint32_t n = fn->nrpo;

	for (uint32_t i = n; i-- > 1 && left >= INS_MAX;) {
		struct counted c = {.fn = fn, .header = fn->rpo[i]};

		if (c.header->loop != c.header || !collect(&c) || !find_ask(&c) || !is_worth(&c) ||
		    !find_end(&c) || !leaves_well(&c))
			continue;
		copy_loop(&c);
		left -= c.size;
	}
	if (left < GROWTH_MAX && fn->may_goto && !fn->irreducible)
		fill_cfg(fn);
}
