/*
 * The same operation on the same operands is done once: a walk over the dominator tree, with a
 * table of what was computed on the way (P. Briggs, K. Cooper, L. T. Simpson, "Value Numbering",
 * 1997, the dominator-based technique). Loads take part with the number of the memory that they
 * read, one for each class of it, which every write makes another; where ways meet it is the same
 * when all have it, and in a loop when nothing in it writes.
 */
#include "jit/alias.h"
#include "jit/domwalk.h"

/* What was computed: by the instruction and the memory it read. */
struct known {
	struct ir_ins ins;
	uint32_t memory, next; /* of the same bucket; + 1 */
};

struct versions {
	uint32_t of[ALIAS_COUNT];
};

struct gvn {
	struct ir_fn *fn;
	struct ref *as; /* of each temporary: what it is the same as; NO_REF: nothing */
	VEC(struct known) known;
	uint32_t *buckets; /* places in known, + 1 */
	uint32_t mask;
	size_t *mark;	      /* of each block: how much was known where it began */
	struct versions *out; /* of each block: memory where it ends */
	struct versions now;
	uint32_t last;	  /* number given to memory */
	uint8_t *written; /* of each loop's header: classes that are written in it, a bit each */
};

/* ---- memory ---- */

static void renew(struct gvn *g, uint8_t classes)
{
	for (uint32_t i = 0; i < ALIAS_COUNT; i++)
		if (classes >> i & 1)
			g->now.of[i] = ++g->last;
}

static void find_written(struct gvn *g)
{
	for (uint32_t i = 0; i < g->fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(g->fn, i);
		uint8_t all = 0;

		vec_each(&blk->ins, ins) {
			all |= alias_writes(g->fn, ins);
		}
		for (struct ir_blk *loop = blk->loop; all && loop; loop = loop->outer)
			g->written[loop->id] |= all;
	}
}

static void meet(struct gvn *g, const struct ir_blk *blk)
{
	bool is_header = blk->loop == blk;
	bool first = true;

	for (size_t i = 0; i < blk->pred.n; i++) {
		const struct ir_blk *pred = blk->pred.v[i];

		/* What comes back to a header, or to the middle of a loop that has two */
		if (pred->id >= blk->id) {
			if (!is_header)
				renew(g, UINT8_MAX);
			continue;
		}
		for (uint32_t k = 0; k < ALIAS_COUNT; k++) {
			if (first)
				g->now.of[k] = g->out[pred->id].of[k];
			else if (g->now.of[k] != g->out[pred->id].of[k])
				renew(g, (uint8_t)(1 << k));
		}
		first = false;
	}
	if (is_header)
		renew(g, g->written[blk->id]);
}

/* ---- the table ---- */

/*
 * What comes one after the other in the program is near each other in the table, too, since numbers
 * of operands and memory go up slowly: tables of large functions do not fit into the cache.
 */
static uint32_t hash(const struct gvn *g, const struct ir_ins *ins, uint32_t memory)
{
	uint32_t h = ins->op * 67u + ins->width * 5u + ins->cc;

	h += ins->arg[0].val + ins->arg[1].val * 3 + (uint32_t)ins->disp * 7 + memory * 11;
	if (ins->call)
		h += ins->call->arg[0].val * 5 + ins->call->arg[1].val * 13;
	return h & g->mask;
}

static bool same_choice(const struct ir_call *a, const struct ir_call *b)
{
	return a == b || (a && b && a->cc == b->cc && a->width == b->width &&
			  ref_eq(a->arg[0], b->arg[0]) && ref_eq(a->arg[1], b->arg[1]));
}

static bool same(const struct known *k, const struct ir_ins *ins, uint32_t memory)
{
	const struct ir_ins *was = &k->ins;

	return was->op == ins->op && was->width == ins->width && was->cc == ins->cc &&
	       was->sx == ins->sx && was->disp == ins->disp && k->memory == memory &&
	       ref_eq(was->arg[0], ins->arg[0]) && ref_eq(was->arg[1], ins->arg[1]) &&
	       same_choice(was->call, ins->call);
}

enum { BUCKET_MAX = 32 }; /* that are looked through */

/* The result of the same instruction, which is noted when there is none. */
static struct ref find_same(struct gvn *g, const struct ir_ins *ins, uint32_t memory)
{
	uint32_t *bucket = &g->buckets[hash(g, ins, memory)];

	for (uint32_t at = *bucket, n = 0; at && n < BUCKET_MAX; at = g->known.v[at - 1].next, n++)
		if (same(&g->known.v[at - 1], ins, memory))
			return g->known.v[at - 1].ins.to;
	vec_push(&g->known, ((struct known){*ins, memory, *bucket}));
	*bucket = (uint32_t)g->known.n;
	return NO_REF;
}

/* ---- the walk ---- */

static void resolve_use(void *arg, struct ref *r)
{
	struct gvn *g = arg;

	if (r->kind == REF_TMP && g->as[r->val].kind != REF_NONE)
		*r = g->as[r->val];
}

static void order(struct ir_ins *ins)
{
	struct ref a = ins->arg[0], b = ins->arg[1];

	if (ir_ops[ins->op].modes & IR_COMM && a.kind == REF_TMP && b.kind == REF_TMP &&
	    a.val > b.val) {
		ins->arg[0] = b;
		ins->arg[1] = a;
	}
}

/* True: it is superfluous. */
static bool is_known(struct gvn *g, struct ir_ins *ins)
{
	uint8_t modes = ir_ops[ins->op].modes;
	uint32_t memory = 0;
	struct ref is;

	if (ins->to.kind != REF_TMP || modes & (IR_WRITES | IR_EFFECT))
		return false;
	if (modes & IR_READS)
		memory = g->now.of[alias_place(g->fn, ins).class];
	order(ins);
	is = find_same(g, ins, memory);
	if (is.kind == REF_NONE)
		return false;
	g->as[ins->to.val] = is;
	return true;
}

/* Phis of one block with the same arguments are one. */
static void merge_phis(struct gvn *g, struct ir_blk *blk)
{
	enum { WINDOW = 8 };
	size_t n = 0;

	for (size_t i = 0; i < blk->phis.n; i++) {
		struct ir_phi *phi = &blk->phis.v[i];
		size_t k = n > WINDOW ? n - WINDOW : 0;

		while (k < n &&
		       memcmp(blk->phis.v[k].arg, phi->arg, blk->pred.n * sizeof(*phi->arg)) != 0)
			k++;
		if (k < n)
			g->as[phi->to.val] = blk->phis.v[k].to;
		else
			blk->phis.v[n++] = *phi;
	}
	blk->phis.n = n;
}

static void enter(void *arg, struct ir_blk *blk)
{
	struct gvn *g = arg;

	g->mark[blk->id] = g->known.n;
	meet(g, blk);
	merge_phis(g, blk);
	vec_each(&blk->ins, ins) {
		ir_each_use(g->fn, ins, resolve_use, g);
		if (is_known(g, ins))
			ins->op = IR_NOP;
		else
			renew(g, alias_writes(g->fn, ins));
	}
	ir_each_jmp_use(g->fn, blk, resolve_use, g);
	g->out[blk->id] = g->now;
}

static void leave(void *arg, struct ir_blk *blk)
{
	struct gvn *g = arg;

	while (g->known.n > g->mark[blk->id]) {
		struct known k = vec_pop(&g->known);

		g->buckets[hash(g, &k.ins, k.memory)] = k.next;
	}
}

static uint32_t table_size(const struct ir_fn *fn)
{
	uint32_t size = 64;

	while (size < fn->tmps.n)
		size *= 2;
	return size;
}

void gvn(struct ir_fn *fn)
{
	struct gvn g = {.fn = fn, .mask = table_size(fn) - 1};

	g.as = xcalloc(fn->tmps.n + 1, sizeof(*g.as));
	g.buckets = xcalloc(g.mask + 1, sizeof(*g.buckets));
	g.mark = xcalloc(fn->nrpo, sizeof(*g.mark));
	g.out = xcalloc(fn->nrpo, sizeof(*g.out));
	g.written = xcalloc(fn->nrpo, sizeof(*g.written));
	find_written(&g);
	dom_walk(fn, enter, leave, &g);
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(fn, i);

		vec_each(&blk->phis, phi)
			for (size_t k = 0; k < blk->pred.n; k++)
				resolve_use(&g, &phi->arg[k]);
	}
	free(g.as);
	free(g.buckets);
	free(g.mark);
	free(g.out);
	free(g.written);
	vec_free(&g.known);
}
