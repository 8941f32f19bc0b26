/* Facts as text: each instruction with what is true of it, and below it what is in registers. */
#include <inttypes.h>

#include "core/obj/map.h"
#include "core/verify/flow.h"
#include "core/verify/local.h"

static const char *const kind_words[FACT_KIND_COUNT] = {
	[FACT_CTX] = "ctx",
	[FACT_STACK] = "fp",
	[FACT_FAR_STACK] = "caller's fp",
	[FACT_MAP] = "map",
	[FACT_MAP_VALUE] = "value",
	[FACT_PACKET] = "packet",
	[FACT_PACKET_META] = "meta",
	[FACT_PACKET_END] = "packet end",
	[FACT_FUNC] = "func",
	[FACT_MEM] = "mem",
	[FACT_OTHER] = "address",
};

static const char *const flag_words[] = {
	"dead", "taken", "not taken", "in bounds", "slot", "divisor not 0", "extended",
	/* the map of a call, and its key, are told by what they are */
	NULL, NULL, "probed", NULL, "arena",
};

/* Bits that its unsigned range does not tell */
static bool tells_bits(const struct fact_reg *v)
{
	struct tnum range = tnum_range(v->r.umin, v->r.umax);

	return (range.mask & ~v->bits.mask) != 0;
}

static void add_number(struct strbuf *b, const struct fact_reg *v)
{
	const struct range *r = &v->r;
	bool is_small = r->umax <= INT64_MAX;

	if (fact_is_const(v)) {
		strbuf_addf(b, "%" PRId64, (int64_t)v->bits.value);
		return;
	}
	if (r->umin || r->umax != UINT64_MAX)
		strbuf_addf(b, "[%" PRIu64 ", %" PRIu64 "]", r->umin, r->umax);
	if (!is_small && (r->smin != INT64_MIN || r->smax != INT64_MAX))
		strbuf_addf(b, " s[%" PRId64 ", %" PRId64 "]", r->smin, r->smax);
	if (r->umax > UINT32_MAX && (r->u32_min || r->u32_max != UINT32_MAX))
		strbuf_addf(b, " w[%u, %u]", r->u32_min, r->u32_max);
	if (tells_bits(v))
		strbuf_addf(b, " bits %#" PRIx64 "/%#" PRIx64, v->bits.value, v->bits.mask);
}

static bool is_unknown(const struct fact_reg *v)
{
	struct fact_reg any = fact_any();

	return v->kind == FACT_ANY && !memcmp(&v->bits, &any.bits, sizeof(any.bits)) &&
	       !memcmp(&v->r, &any.r, sizeof(any.r));
}

static void add_value(struct strbuf *b, const struct fact_reg *v)
{
	if (fact_is_address(v)) {
		strbuf_add(b, kind_words[v->kind]);
		if (v->kind == FACT_MAP || v->kind == FACT_MAP_VALUE)
			strbuf_addf(b, "(%s)", v->map->name);
		else if (v->kind == FACT_FUNC)
			strbuf_addf(b, "(%u)", v->func);
		else if (v->kind == FACT_MEM)
			strbuf_addf(b, "(%u)", v->size);
		if (!fact_is_const(v) || v->bits.value)
			strbuf_addch(b, '+');
	}
	if (!fact_is_address(v) || !fact_is_const(v) || v->bits.value)
		add_number(b, v);
	if (v->kind == FACT_NUMBER && v->bits.mask == UINT64_MAX)
		strbuf_add(b, "number");
	if (v->room)
		strbuf_addf(b, " room %u", v->room);
	if (v->may_be_null)
		strbuf_add(b, " or null");
}

struct text {
	const struct facts *f;
	struct strbuf *b;
};

static void add_insn(struct strbuf *b, const struct facts *f, uint32_t insn)
{
	uint16_t flags = f->flags[insn];
	const char *sep = "\t; ";
	struct fact_call call;

	strbuf_addf(b, "%u: ", insn);
	insn_text(b, &f->flow->insns[insn], NOTATION_KERNEL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(flag_words); i++) {
		if (!(flags >> i & 1) || !flag_words[i])
			continue;
		strbuf_addf(b, "%s%s", sep, flag_words[i]);
		sep = ", ";
	}
	if (flags & FACT_CALL_MAP) {
		call = facts_call(f, insn);
		strbuf_addf(b, "%smap %s", sep, call.map->name);
		if (flags & FACT_CALL_KEY)
			strbuf_addf(b, ", key %" PRIu64, call.key);
	}
	strbuf_addch(b, '\n');
}

static void add_slots(struct strbuf *b, const char *word, uint64_t slots)
{
	if (!slots)
		return;
	strbuf_addf(b, ", %s", word);
	for (; slots; slots &= slots - 1)
		strbuf_addf(b, " fp-%d", (__builtin_ctzll(slots) + 1) * SLOT_SIZE);
}

static void add_dead(struct text *t, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (t->f->flags[i] & FACT_DEAD)
			add_insn(t->b, t->f, i);
}

static void add_func(struct text *t, const struct fact_func *func)
{
	strbuf_addf(t->b, "function %u", func->start);
	add_slots(t->b, "direct", func->direct & ~func->whole);
	add_slots(t->b, "whole", func->whole);
	strbuf_addch(t->b, '\n');
}

static void add_state(void *arg, uint32_t insn, const struct fact_state *st)
{
	struct text *t = arg;
	struct strbuf *b = t->b;
	const char *sep = "\t";

	add_insn(b, t->f, insn);
	for (int i = 0; i < REG_FP; i++) {
		if (is_unknown(&st->regs[i]))
			continue;
		strbuf_addf(b, "%sr%d=", sep, i);
		add_value(b, &st->regs[i]);
		sep = " ";
	}
	for (uint32_t i = 0; i < st->nslots; i++) {
		if (is_unknown(&st->slots[i]))
			continue;
		strbuf_addf(b, "%sfp-%u=", sep, (i + 1) * SLOT_SIZE);
		add_value(b, &st->slots[i]);
		sep = " ";
	}
	if (*sep == ' ')
		strbuf_addch(b, '\n');
}

void facts_text(const struct facts *f, struct strbuf *b)
{
	struct text t = {.f = f, .b = b};

	for (uint32_t i = 0; i < f->nfuncs; i++) {
		add_func(&t, &f->funcs[i]);
		flow_walk(f->flow, &f->flow->funcs[i], add_state, &t);
		add_dead(&t, f->funcs[i].start, f->funcs[i].end);
	}
}
