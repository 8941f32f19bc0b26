#include "tests/sound/cover.h"

#include <inttypes.h>

#include "core/obj/map.h"
#include "core/run/packet.h"

struct cover_state {
	struct cover_state *next;
	struct state *st;
};

void cover_begin(struct cover *c, uint32_t ninsns)
{
	*c = (struct cover){.ninsns = ninsns};
	c->by_insn = arena_array(&c->arena, struct cover_state *, ninsns);
}

void cover_end(struct cover *c)
{
	arena_free(&c->arena);
}

void cover_add(void *arg, const struct state *st)
{
	struct cover *c = arg;
	struct cover_state *s;

	if (st->speculative)
		return;
	s = arena_new(&c->arena, struct cover_state);
	s->st = arena_memdup(&c->arena, st, OPEN_STATE_SIZE);
	for (uint32_t i = 0; i <= st->curframe; i++) {
		struct func_state *fs =
			arena_memdup(&c->arena, st->frame[i], OPEN_FUNC_SIZE);

		fs->stack = arena_memdup(&c->arena, fs->stack, fs->nslots * sizeof(*fs->stack));
		s->st->frame[i] = fs;
	}
	s->next = c->by_insn[st->insn];
	c->by_insn[st->insn] = s;
	c->nstates++;
}

/* ---- numbers that are equal, or a constant apart, in a state ---- */

enum { LINKS_MAX = 128 };

struct look {
	const struct run_ctx *rc;
	const struct cover_frame *frames;
	struct {
		uint32_t id;
		uint64_t value;
	} links[LINKS_MAX];
	uint32_t nlinks;
};

/* The value that stands for an id: is it the one that it had before? */
static bool is_linked(struct look *l, uint32_t id, uint64_t value)
{
	if (!id)
		return true;
	for (uint32_t i = 0; i < l->nlinks; i++)
		if (l->links[i].id == id)
			return l->links[i].value == value;
	if (l->nlinks < LINKS_MAX) {
		l->links[l->nlinks].id = id;
		l->links[l->nlinks++].value = value;
	}
	return true;
}

/* ---- one value ---- */

static bool is_within(const struct reg_state *reg, uint64_t v)
{
	const struct range *r = &reg->r;

	return v >= r->umin && v <= r->umax && (int64_t)v >= r->smin && (int64_t)v <= r->smax &&
	       (uint32_t)v >= r->u32_min && (uint32_t)v <= r->u32_max && (int32_t)v >= r->s32_min &&
	       (int32_t)v <= r->s32_max && !((v ^ reg->var_off.value) & ~reg->var_off.mask);
}

static bool covers_number(struct look *l, const struct reg_state *reg, uint64_t v)
{
	if (!reg->precise)
		return true;
	if (!is_within(reg, v))
		return false;
	if (reg->id & ID_ADD_CONST32)
		return true;
	return is_linked(l, reg->id & ~ID_ADD_CONST,
			 reg->id & ID_ADD_CONST ? v - (uint64_t)reg->off : v);
}

/* Some value of the map begins where a pointer of this kind would have it. */
static bool covers_map_value(const struct reg_state *reg, uint64_t v)
{
	enum { STEP = 8, STEPS_MAX = 512 }; /* values are no smaller */
	uint64_t at = v - (uint64_t)(int64_t)reg->off, last = reg->r.umax - reg->r.umin;

	if (!reg->map->ops->value_at || last > STEP * STEPS_MAX)
		return true;
	for (uint64_t i = 0; i <= last + STEP; i += STEP) {
		uint64_t tried = at - reg->r.umin - min(i, last);
		uint8_t *base = reg->map->ops->value_at(reg->map, tried);

		if (base && is_within(reg, at - (uintptr_t)base))
			return true;
	}
	return false;
}

static bool covers_packet(struct look *l, const struct reg_state *reg, uint64_t base, uint64_t end,
			  uint64_t v)
{
	uint64_t var = v - base - (uint64_t)(int64_t)reg->off;

	if (!is_within(reg, var) || !is_linked(l, reg->id, var))
		return false;
	if (reg->range == BEYOND_PACKET_END)
		return v > end;
	if (reg->range == AT_PACKET_END)
		return v >= end;
	return !reg->range || base + var + (uint64_t)reg->range <= end;
}

static bool covers_pointer(struct look *l, const struct reg_state *reg, uint64_t v)
{
	const struct packet *pkt = l->rc->pkt;
	uint64_t buf = pkt ? (uintptr_t)pkt->buf : 0;
	uint64_t off = (uint64_t)(int64_t)reg->off;

	switch (type_base(reg->type)) {
	case T_STACK:
		return is_within(reg, v - l->frames[reg->frameno].regs[REG_FP] - off);
	case T_CTX:
		return is_within(reg, v - (uintptr_t)l->rc->ctx - off);
	case T_MAP_PTR:
		return v == (uintptr_t)reg->map + off;
	case T_MAP_VALUE:
		return covers_map_value(reg, v);
	case T_PACKET:
		return covers_packet(l, reg, buf + pkt->data, buf + pkt->end, v);
	case T_PACKET_META:
		return covers_packet(l, reg, buf + pkt->meta, buf + pkt->data, v);
	case T_PACKET_END:
		return v == buf + pkt->end;
	case T_FUNC:
		return v == (uintptr_t)&l->rc->prog->subs[reg->subprog];
	default:
		return true;
	}
}

static bool covers_reg(struct look *l, const struct reg_state *reg, uint64_t v)
{
	if (reg->type == T_NOT_INIT)
		return true;
	if (reg->type == T_SCALAR)
		return covers_number(l, reg, v);
	if (type_may_be_null(reg->type)) {
		if (!is_linked(l, reg->id, v != 0))
			return false;
		return !v || covers_pointer(l, reg, v);
	}
	return v && covers_pointer(l, reg, v);
}

/* ---- the stack ---- */

/* The low size bytes of a register were stored, and v is they. */
static bool covers_part(struct look *l, const struct reg_state *reg, uint32_t size, uint64_t v)
{
	uint64_t known = ~reg->var_off.mask & (UINT64_MAX >> (SLOT_SIZE - size) * 8);

	if (size == SLOT_SIZE)
		return covers_reg(l, reg, v);
	if (reg->type != T_SCALAR || !reg->precise)
		return true;
	if (size == 4 && ((uint32_t)v < reg->r.u32_min || (uint32_t)v > reg->r.u32_max ||
			  (int32_t)v < reg->r.s32_min || (int32_t)v > reg->r.s32_max))
		return false;
	return !((v ^ reg->var_off.value) & known);
}

static bool covers_slot(struct look *l, const struct stack_slot *slot, uint64_t addr)
{
	uint32_t size = 0;
	uint64_t v = 0;

	for (int i = 0; i < SLOT_SIZE; i++) {
		const uint8_t *byte = (const uint8_t *)(uintptr_t)addr + SLOT_SIZE - 1 - i;

		if (slot->type[i] == SLOT_ZERO && *byte)
			return false;
		size += slot->type[i] == SLOT_SPILL;
	}
	if (slot->type[SLOT_SIZE - 1] != SLOT_SPILL)
		return true;
	memcpy(&v, (const void *)(uintptr_t)addr, size);
	return covers_part(l, &slot->spilled, size, v);
}

/* ---- a state ---- */

static void say(struct strbuf *what, const char *place, uint32_t frame, int n, uint64_t v,
		const struct reg_state *reg)
{
	strbuf_reset(what);
	strbuf_addf(what,
		    "frame %u, %s %d is %#" PRIx64 "; explored: type %u off %d id %u u64 [%#" PRIx64
		    ", %#" PRIx64 "] s64 [%" PRId64 ", %" PRId64 "] bits %#" PRIx64 "/%#" PRIx64,
		    frame, place, n, v, reg->type, reg->off, reg->id, reg->r.umin, reg->r.umax,
		    reg->r.smin, reg->r.smax, reg->var_off.value, reg->var_off.mask);
}

static bool covers_frame(struct look *l, const struct func_state *fs, uint32_t live, uint32_t n,
			 struct strbuf *what)
{
	const struct cover_frame *f = &l->frames[n];

	for (int i = 0; i < REG_COUNT; i++) {
		if (i != REG_FP && !(live & 1u << i))
			continue;
		if (covers_reg(l, &fs->regs[i], f->regs[i]))
			continue;
		say(what, "register", n, i, f->regs[i], &fs->regs[i]);
		return false;
	}
	for (uint32_t i = 0; i < fs->nslots; i++) {
		uint64_t addr = f->regs[REG_FP] - (i + 1) * SLOT_SIZE, v;

		if (covers_slot(l, &fs->stack[i], addr))
			continue;
		memcpy(&v, (const void *)(uintptr_t)addr, sizeof(v));
		say(what, "slot fp", n, -SLOT_SIZE * (int)(i + 1), v, &fs->stack[i].spilled);
		return false;
	}
	return true;
}

static bool is_same_chain(const struct state *st, const struct cover_frame *frames, uint32_t n)
{
	if (st->curframe + 1 != n)
		return false;
	for (uint32_t i = 1; i < n; i++)
		if ((uint32_t)st->frame[i]->callsite != frames[i - 1].insn)
			return false;
	return true;
}

bool cover_has(const struct cover *c, const struct run_ctx *rc, const struct insn_aux *aux,
	       const struct cover_frame *frames, uint32_t n, struct strbuf *what)
{
	strbuf_reset(what);
	strbuf_add(what, "no state with these calls");
	for (struct cover_state *s = c->by_insn[frames[n - 1].insn]; s; s = s->next) {
		struct look l = {.rc = rc, .frames = frames};
		bool covers = is_same_chain(s->st, frames, n);

		for (uint32_t i = 0; i < n && covers; i++)
			covers = covers_frame(&l, s->st->frame[i], aux[frames[i].insn].live_regs, i,
					      what);
		if (covers)
			return true;
	}
	return false;
}
