/*
 * A load of what was just loaded or stored is that value, and one of what was stored in parts is
 * made of those: a walk down the blocks with a window of the last accesses, which goes on where a
 * block is come to from one place. And stores to the frame that nobody loads go, when
 * nobody has its address.
 */
#include "jit/alias.h"

enum { WINDOW = 8, FRAMES_MAX = MAX_CALL_FRAMES * STACK_SIZE };

struct window {
	uint32_t n, next;
	uint32_t wanted; /* by so many blocks that it goes on in */
	struct access {
		struct alias_place place;
		struct ref value;
		bool sx, stored; /* sign-extended by the load; the low bytes of value */
	} v[WINDOW];
};

struct memopt {
	struct ir_fn *fn;
	bool private; /* the frame */
	struct window now;
	VEC(struct window) kept; /* for blocks that are not there yet */
	VEC(uint32_t) unused;	 /* places in it */
	uint32_t *place;	 /* of each block: in it, + 1; 0: nobody wants its window */
	struct ir_blk *blk;
	size_t at;		 /* in blk */
	VEC(struct ir_ins) list; /* what blk becomes, up to there; empty while nothing is new */
	uint64_t read[FRAMES_MAX / 64 + 1]; /* bytes of a private frame, from its end */
};

/* ---- loads of what is known ---- */

static void forget_all(struct memopt *m, bool frame_too)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->now.n; i++)
		if (!frame_too && m->now.v[i].place.base.kind == REF_NONE)
			m->now.v[n++] = m->now.v[i];
	m->now.n = n;
	m->now.next = n % WINDOW;
}

static void forget(struct memopt *m, const struct alias_place *place)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->now.n; i++)
		if (!alias_may(&m->now.v[i].place, place, m->private))
			m->now.v[n++] = m->now.v[i];
	m->now.n = n;
	m->now.next = n % WINDOW;
}

static void remember(struct memopt *m, struct access a)
{
	m->now.v[m->now.next] = a;
	m->now.next = (m->now.next + 1) % WINDOW;
	m->now.n = min(m->now.n + 1, (uint32_t)WINDOW);
}

static void extend(struct ir_ins *ins, struct ref value, uint8_t size)
{
	static const uint8_t zext[] = {
		[1] = IR_ZEXT8, [2] = IR_ZEXT16, [4] = IR_ZEXT32, [8] = IR_COPY};
	static const uint8_t sext[] = {
		[1] = IR_SEXT8, [2] = IR_SEXT16, [4] = IR_SEXT32, [8] = IR_COPY};

	ins->op = ins->op == IR_LOADSX ? sext[size] : zext[size];
	ins->width = 8;
	ins->arg[0] = value;
	ins->disp = 0;
}

/* Makes a load a copy of what is known to be there, or of part of it. */
static bool is_there(struct memopt *m, struct ir_ins *ins, const struct alias_place *place)
{
	for (uint32_t i = m->now.n; i-- > 0;) {
		const struct access *a = &m->now.v[i];

		if (!alias_same(&a->place, place))
			continue;
		if (!a->stored && a->sx != (ins->op == IR_LOADSX))
			return false;
		if (a->stored)
			extend(ins, a->value, place->size);
		else
			extend(ins, a->value, 8);
		m->fn->again = true;
		return true;
	}
	return false;
}

/* ---- loads of what was stored in parts ---- */

/* The stores that a load's bytes are from, when they are all of it and nothing else is; or 0. */
static uint32_t find_parts(const struct memopt *m, const struct alias_place *whole,
			   const struct access *parts[WINDOW])
{
	uint32_t n = 0, bytes = 0;

	for (uint32_t i = 0; i < m->now.n; i++) {
		const struct access *a = &m->now.v[i];
		int64_t off = a->place.at - whole->at;

		if (!a->stored || !ref_eq(a->place.base, whole->base) || off < 0 ||
		    off + a->place.size > whole->size)
			continue;
		parts[n++] = a;
		bytes += a->place.size;
	}
	return bytes == whole->size ? n : 0;
}

static struct ref add(struct memopt *m, struct ir_ins ins)
{
	if (!m->list.n)
		for (size_t i = 0; i < m->at; i++)
			vec_push(&m->list, m->blk->ins.v[i]);
	ins.width = 8;
	ins.slot = m->blk->ins.v[m->at].slot;
	ins.to = ir_new_tmp(m->fn);
	vec_push(&m->list, ins);
	return ins.to;
}

/* What a store leaves in memory, in its place in the whole. */
static struct ref part_of(struct memopt *m, const struct access *a, int64_t off)
{
	static const uint8_t zext[] = {[1] = IR_ZEXT8, [2] = IR_ZEXT16, [4] = IR_ZEXT32};
	struct ref r = add(m, (struct ir_ins){.op = zext[a->place.size], .arg = {a->value}});

	if (!off)
		return r;
	return add(m, (struct ir_ins){.op = IR_SHL, .arg = {r, ir_con(m->fn, off * 8)}});
}

/*
 * Makes a load the parts that were stored, side by side: read at once they would have to be waited
 * for until they are in the cache, and what nobody loads need not be stored.
 */
static bool is_there_in_parts(struct memopt *m, struct ir_ins *ins, const struct alias_place *place)
{
	const struct access *parts[WINDOW];
	uint32_t n = ins->op == IR_LOAD ? find_parts(m, place, parts) : 0;
	struct ref all = NO_REF;

	for (uint32_t i = 0; i < n; i++) {
		struct ref r = part_of(m, parts[i], parts[i]->place.at - place->at);

		all = i ? add(m, (struct ir_ins){.op = IR_OR, .arg = {all, r}}) : r;
	}
	if (n)
		extend(ins, all, 8);
	m->fn->again |= n > 0;
	return n > 0;
}

static void look_at(struct memopt *m, struct ir_ins *ins)
{
	uint8_t modes = ir_ops[ins->op].modes;
	struct alias_place place;

	if (!alias_is_access(ins)) {
		if (modes & IR_WRITES)
			forget_all(m, !m->private && !(ins->call && ins->call->keeps_frame));
		return;
	}
	place = alias_place(m->fn, ins);
	if (ins->op == IR_LOAD || ins->op == IR_LOADSX) {
		if (!is_there(m, ins, &place) && !is_there_in_parts(m, ins, &place))
			remember(m, (struct access){place, ins->to, ins->op == IR_LOADSX, false});
		return;
	}
	if (modes & IR_WRITES)
		forget(m, &place);
	if (ins->op == IR_STORE)
		remember(m, (struct access){place, ins->arg[1], false, true});
}

/* Does the window of one go on in the other? */
static bool goes_on(const struct ir_blk *blk, const struct ir_blk *next)
{
	return next && next->pred.n == 1 && blk->id < next->id;
}

static void take_window(struct memopt *m, const struct ir_blk *blk)
{
	uint32_t place = goes_on(blk->pred.v[0], blk) ? m->place[blk->pred.v[0]->id] : 0;

	m->now.n = m->now.next = 0;
	if (!place)
		return;
	m->now = m->kept.v[place - 1];
	if (!--m->kept.v[place - 1].wanted)
		vec_push(&m->unused, place);
}

static void keep_window(struct memopt *m, const struct ir_blk *blk)
{
	uint32_t place;

	m->now.wanted = (uint32_t)goes_on(blk, blk->to[0]) + goes_on(blk, blk->to[1]);
	if (!m->now.n || !m->now.wanted)
		return;
	if (!m->unused.n) {
		(void)vec_add(&m->kept);
		vec_push(&m->unused, (uint32_t)m->kept.n);
	}
	place = vec_pop(&m->unused);
	m->kept.v[place - 1] = m->now;
	m->place[blk->id] = place;
}

static void look_at_blk(struct memopt *m, struct ir_blk *blk)
{
	m->blk = blk;
	m->list.n = 0;
	if (blk->pred.n)
		take_window(m, blk);
	for (m->at = 0; m->at < blk->ins.n; m->at++) {
		look_at(m, &blk->ins.v[m->at]);
		if (m->list.n)
			vec_push(&m->list, blk->ins.v[m->at]);
	}
	keep_window(m, blk);
	if (m->list.n)
		ir_set_ins(m->fn, blk, m->list.v, m->list.n);
}

/* ---- stores that nobody sees ---- */

static bool bits_of(const struct alias_place *p, uint32_t *first)
{
	*first = (uint32_t)(-p->at - p->size);
	return p->base.kind == REF_NONE && p->at >= -FRAMES_MAX && p->at + p->size <= 0;
}

static void note_read(struct memopt *m, const struct ir_ins *ins)
{
	struct alias_place p = alias_place(m->fn, ins);
	uint32_t first;

	if (!(ir_ops[ins->op].modes & IR_READS) || p.base.kind != REF_NONE)
		return;
	if (!bits_of(&p, &first))
		m->private = false;
	for (uint32_t i = 0; m->private && i < p.size; i++)
		m->read[(first + i) / 64] |= UINT64_C(1) << (first + i) % 64;
}

static bool is_read(const struct memopt *m, const struct ir_ins *ins)
{
	struct alias_place p = alias_place(m->fn, ins);
	uint32_t first;

	if (!bits_of(&p, &first))
		return true;
	for (uint32_t i = 0; i < p.size; i++)
		if (m->read[(first + i) / 64] >> (first + i) % 64 & 1)
			return true;
	return false;
}

static void drop_stores(struct memopt *m)
{
	for (uint32_t i = 0; i < m->fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(m->fn, i);

		vec_each(&blk->ins, ins)
			if (alias_is_access(ins))
				note_read(m, ins);
	}
	for (uint32_t i = 0; m->private && i < m->fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(m->fn, i);

		vec_each(&blk->ins, ins)
			if (ins->op == IR_STORE && !is_read(m, ins))
				ins->op = IR_NOP;
	}
}

void memopt(struct ir_fn *fn)
{
	struct memopt m = {.fn = fn};

	m.private = alias_frame_is_private(fn);
	m.place = xcalloc(fn->nrpo, sizeof(*m.place));
	for (uint32_t i = 0; i < fn->nrpo; i++)
		look_at_blk(&m, ir_next(fn, i));
	if (m.private)
		drop_stores(&m);
	free(m.place);
	vec_free(&m.kept);
	vec_free(&m.unused);
	vec_free(&m.list);
}
