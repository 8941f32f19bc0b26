/*
 * A program is a tree of statements. Each statement looks at what the registers hold (struct gen),
 * writes instructions and says what they hold afterwards; where two ways meet only what is equal
 * stays. Statements that want what there is not make it, or do nothing.
 */
#include "tests/sound/local.h"

#include "core/helper/helper.h"
#include "core/obj/prog_type.h"

/* ---- control ---- */

static void statements(struct gen *g, uint32_t n);

struct holds {
	uint8_t reg[REG_COUNT], slot[NSLOTS];
};

static struct holds held(const struct gen *g)
{
	struct holds h;

	memcpy(h.reg, g->reg, sizeof(h.reg));
	memcpy(h.slot, g->slot, sizeof(h.slot));
	return h;
}

static void set_held(struct gen *g, const struct holds *h)
{
	memcpy(g->reg, h->reg, sizeof(h->reg));
	memcpy(g->slot, h->slot, sizeof(h->slot));
}

static void meet(struct gen *g, const struct holds *h)
{
	for (int i = 0; i < REG_COUNT; i++)
		if (g->reg[i] != h->reg[i])
			g->reg[i] = NOTHING;
	for (int i = 0; i < NSLOTS; i++)
		if (g->slot[i] != h->slot[i])
			g->slot[i] = NOTHING;
}

/* if (! a OP b) ...; where the jump stands */
static uint32_t condition(struct gen *g)
{
	static const enum insn_op ops[] = {OP_JEQ64_X, OP_JGT64_X,  OP_JGE64_X,	 OP_JSET64_X,
					   OP_JNE64_X, OP_JSGT64_X, OP_JSGE64_X, OP_JLT64_X,
					   OP_JLE64_X, OP_JSLT64_X, OP_JSLE64_X};
	bool is_k = !one_in(g, 3);
	int dst = number(g), src = is_k ? 0 : number(g);
	uint32_t at = here(g);

	emit_op(g, form(ANY_OF(g, ops), one_in(g, 3), is_k), dst, src, 0, is_k ? some_imm(g) : 0);
	return at;
}

static void st_if(struct gen *g)
{
	uint32_t jump = condition(g), over;
	struct holds before = held(g), after;

	statements(g, 1 + below(g, 3));
	if (one_in(g, 2)) {
		land(g, jump);
		meet(g, &before);
		return;
	}
	over = here(g);
	emit_op(g, OP_JA, 0, 0, 0, 0);
	land(g, jump);
	after = held(g);
	set_held(g, &before);
	statements(g, 1 + below(g, 3));
	land(g, over);
	meet(g, &after);
}

/* The same register gets another constant on each way. */
static void st_choice(struct gen *g)
{
	uint32_t jump = condition(g);
	int dst = pick_dst(g);
	int32_t a = (int32_t)below(g, 64), b = one_in(g, 4) ? some_imm(g) : (int32_t)below(g, 64);

	land(g, jump);
	emit_op(g, OP_MOV64_K, dst, 0, 0, a);
	jump = condition(g);
	if (!one_in(g, 3))
		emit_op(g, OP_MOV64_K, dst, 0, 0, b);
	else
		emit_op(g, form(OP_ADD64_X, one_in(g, 2), true), dst, 0, 0, b);
	land(g, jump);
	g->reg[dst] = NUMBER;
}

/* One of two small numbers goes through the stack and is an offset at last. */
static void st_delayed(struct gen *g)
{
	static const enum insn_op stores[] = {OP_STX_DW, OP_STX_DW, OP_STX_W, OP_STX_B};
	static const enum insn_op loads[] = {OP_LDX_DW, OP_LDX_DW,  OP_LDX_W,
					     OP_LDX_B,	OP_LDXSX_B, OP_LDXSX_W};
	uint32_t slot = below(g, NSLOTS), jump;
	int reg = pick_dst(g), at = -8 * (int)(slot + 1), to;
	struct holds before;

	emit_op(g, OP_MOV64_K, reg, 0, 0, (int32_t)below(g, 17));
	g->reg[reg] = NUMBER;
	jump = condition(g);
	emit_op(g, OP_MOV64_K, reg, 0, 0, (int32_t)below(g, one_in(g, 4) ? 64 : 17));
	land(g, jump);
	emit_op(g, ANY_OF(g, stores), REG_FP, reg, at, 0);
	g->slot[slot] = NUMBER;
	jump = condition(g);
	before = held(g);
	statements(g, 1 + below(g, 2));
	land(g, jump);
	meet(g, &before);
	to = pick_dst(g);
	emit_op(g, ANY_OF(g, loads), to, REG_FP, at, 0);
	g->reg[to] = NUMBER;
	use_index(g, to);
}

/* Copies and what is a constant more, compared, and then the others of them used. */
static void st_linked(struct gen *g)
{
	int a = own_number(g), b = pick_dst(g);
	struct holds before;
	uint32_t jump;

	if (a == b)
		return;
	if (one_in(g, 2))
		emit_op(g, OP_AND64_K, a, 0, 0, 0xff);
	emit_op(g, form(OP_MOV64_X, one_in(g, 4), false), b, a, 0, 0);
	g->reg[b] = NUMBER;
	if (one_in(g, 2))
		emit_op(g, form(one_in(g, 3) ? OP_SUB64_X : OP_ADD64_X, one_in(g, 3), true),
			one_in(g, 2) ? a : b, 0, 0,
			one_in(g, 6) ? some_imm(g) : (int32_t)below(g, 16));
	jump = condition(g);
	before = held(g);
	statements(g, 1 + below(g, 2));
	land(g, jump);
	meet(g, &before);
}

static void st_loop(struct gen *g)
{
	int counter = 6 + (int)below(g, 4);
	uint16_t kept = g->kept;
	struct holds before;
	uint32_t top, jump;
	bool ends_alone = one_in(g, 4);

	if (kept & 1 << counter)
		return;
	emit_op(g, OP_MOV64_K, counter, 0, 0, 0);
	g->reg[counter] = NUMBER;
	before = held(g);
	/* What the body changes is not known when it begins again. */
	for (int i = 0; i < 6; i++)
		g->reg[i] = NOTHING;
	if (!ends_alone)
		g->kept |= 1 << counter;
	for (int i = 6; i < REG_FP; i++)
		if (g->reg[i] > NUMBER)
			g->kept |= 1 << i;
	memset(g->slot, NOTHING, sizeof(g->slot));
	top = here(g);
	if (ends_alone)
		emit_op(g, OP_MAY_GOTO, 0, 0, 0, 0);
	statements(g, 1 + below(g, 3));
	g->kept = kept;
	if (g->reg[counter] == NUMBER && !one_in(g, 8))
		emit_op(g, form(OP_ADD64_X, one_in(g, 4), true), counter, 0, 0, 1);
	jump = here(g);
	if (ends_alone) {
		emit_op(g, OP_JA, 0, 0, (int)top - (int)jump - 1, 0);
		land(g, top);
	} else {
		emit_op(g, form(OP_JLT64_X, one_in(g, 4), true), counter, 0,
			(int)top - (int)jump - 1, 1 + (int32_t)below(g, 8));
	}
	meet(g, &before);
}

static void st_leave(struct gen *g)
{
	uint32_t jump = condition(g);

	emit_op(g, OP_MOV64_K, 0, 0, 0, one_in(g, 2));
	emit_op(g, OP_EXIT, 0, 0, 0, 0);
	land(g, jump);
}

/* ---- functions ---- */

static void pass(struct gen *g, int to, enum kind kind)
{
	int from = -1;

	for (int i = 6; i < REG_FP && from < 0; i++)
		if (g->reg[i] == kind)
			from = i;
	if (from >= 0) {
		emit_op(g, OP_MOV64_X, to, from, 0, 0);
	} else if (kind == NUMBER && one_in(g, 2)) {
		emit_op(g, OP_MOV64_K, to, 0, 0, (int32_t)below(g, AREA));
	} else if (kind == NUMBER) {
		emit_wide(g, OP_LD_IMM64_MAP_IDX_VALUE, to, GEN_MAP_ONE);
		emit_op(g, OP_LDX_B, to, to, 8, 0);
	} else if (kind == CONTEXT) {
		emit_op(g, OP_MOV64_X, to, 6, 0, 0);
	} else if (kind == VALUE) {
		emit_wide(g, OP_LD_IMM64_MAP_IDX_VALUE, to, GEN_MAP_ONE);
	} else {
		point_at_area(g, to);
	}
	g->reg[to] = kind;
}

/* bpf_loop(n, f, ctx, 0), bpf_for_each_map_elem(map, f, ctx, 0) */
static void call_back(struct gen *g, uint32_t func)
{
	bool is_loop = g->funcs[func].role == LOOP_BODY;

	if (!is_loop)
		emit_wide(g, OP_LD_IMM64_MAP_IDX, 1, one_in(g, 2) ? GEN_MAP_TABLE : GEN_MAP_HASH);
	else if (one_in(g, 2))
		emit_op(g, OP_MOV64_K, 1, 0, 0, (int32_t)below(g, 8));
	else
		pass(g, 1, NUMBER);
	if (is_loop && g->reg[1] == NUMBER && !one_in(g, 3))
		emit_op(g, OP_AND64_K, 1, 0, 0, 7);
	g->calls[g->ncalls++] = (struct call_fixup){here(g), func};
	emit_wide(g, OP_LD_IMM64_FUNC, 2, 0);
	point_at_area(g, 3);
	emit_op(g, OP_MOV64_K, 4, 0, 0, 0);
	emit_op(g, OP_CALL, 0, 0, 0, is_loop ? HELPER_loop : HELPER_for_each_map_elem);
}

static void st_call(struct gen *g)
{
	const struct func *f;
	uint32_t to;

	if (g->func + 1 == g->nfuncs || g->ncalls == ARRAY_SIZE(g->calls) || g->depth > 2)
		return;
	to = g->func + 1 + below(g, g->nfuncs - g->func - 1);
	f = &g->funcs[to];
	if (f->role == LOOP_BODY || f->role == ELEM_BODY) {
		call_back(g, to);
	} else {
		for (int i = 0; i < f->nparams; i++)
			pass(g, i + 1, f->params[i]);
		g->calls[g->ncalls++] = (struct call_fixup){here(g), to};
		emit_op(g, OP_CALL_LOCAL, 0, 0, 0, 0);
	}
	clobber(g);
	g->reg[0] = NUMBER;
}

static const struct {
	statement *run;
	uint8_t weight;
	bool nests;
} kinds[] = {
	{st_const, 6, false},	     {st_load, 8, false},	 {st_alu, 24, false},
	{st_unary, 6, false},	     {st_copy, 9, false},	 {st_random, 2, false},
	{st_context, 2, false},	     {st_spill, 10, false},	 {st_fill, 12, false},
	{st_value, 14, false},	     {st_area, 10, false},	 {st_packet, 5, false},
	{st_packet_again, 3, false}, {st_move_packet, 1, false}, {st_lookup, 4, false},
	{st_update, 1, false},	     {st_load_bytes, 2, false},	 {st_if, 10, true},
	{st_choice, 8, false},	     {st_linked, 6, true},	 {st_loop, 3, true},
	{st_leave, 2, false},	     {st_call, 12, false},	 {st_delayed, 6, true},
};

static void one_statement(struct gen *g)
{
	uint32_t sum = 0, at;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		sum += kinds[i].weight;
	at = below(g, sum);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (at < kinds[i].weight) {
			if (!kinds[i].nests || g->depth < DEPTH_MAX)
				kinds[i].run(g);
			return;
		}
		at -= kinds[i].weight;
	}
}

static void statements(struct gen *g, uint32_t n)
{
	g->depth++;
	for (uint32_t i = 0; i < n && g->left; i++) {
		g->left--;
		one_statement(g);
	}
	g->depth--;
}

/* What a global function is given may be null, and is as good as a value. */
static void take_param(struct gen *g, const struct func *f, int reg)
{
	uint8_t kind = f->params[reg - 1];

	g->reg[reg] = kind == OWN_STACK ? FAR_STACK : kind;
	if (f->role != GLOBAL || kind == NUMBER)
		return;
	emit_op(g, OP_JNE64_K, reg, 0, 2, 0);
	emit_op(g, OP_MOV64_K, 0, 0, 0, 0);
	emit_op(g, OP_EXIT, 0, 0, 0, 0);
	g->reg[reg] = VALUE;
}

static void function(struct gen *g, uint32_t func)
{
	const struct func *f = &g->funcs[func];
	int r;

	g->func = func;
	g->kept = g->depth = 0;
	memset(g->reg, NOTHING, sizeof(g->reg));
	memset(g->slot, NOTHING, sizeof(g->slot));
	if (!func) {
		g->reg[1] = CONTEXT;
		emit_op(g, OP_MOV64_X, 6, 1, 0, 0);
		g->reg[6] = CONTEXT;
		g->kept = 1 << 6;
	}
	for (int i = 0; i < f->nparams; i++) {
		take_param(g, f, i + 1);
		if (!g->reg[i + 1] || one_in(g, 2))
			continue;
		emit_op(g, OP_MOV64_X, 6 + i, i + 1, 0, 0);
		g->reg[6 + i] = g->reg[i + 1];
	}
	g->left = func ? 3 + below(g, 12) : 6 + below(g, 40);
	statements(g, g->left);
	r = pick(g, NUMBER);
	if (r >= 0 && !one_in(g, 3))
		emit_op(g, OP_MOV64_X, 0, r, 0, 0);
	else
		emit_op(g, OP_MOV64_K, 0, 0, 0, some_imm(g));
	if (f->role == LOOP_BODY || f->role == ELEM_BODY)
		emit_op(g, one_in(g, 2) ? OP_AND64_K : OP_AND32_K, 0, 0, 0, one_in(g, 2));
	emit_op(g, OP_EXIT, 0, 0, 0, 0);
}

static void declare_function(struct gen *g, struct func *f)
{
	static const uint8_t roles[] = {STATIC, STATIC, LOOP_BODY, ELEM_BODY};
	static const uint8_t params[] = {NUMBER, NUMBER,    NUMBER,    VALUE,
					 VALUE,	 OWN_STACK, OWN_STACK, CONTEXT};
	static const struct func bodies[ROLE_COUNT] = {
		[LOOP_BODY] = {LOOP_BODY, 2, {NUMBER, OWN_STACK}},
		[ELEM_BODY] = {ELEM_BODY, 4, {NOTHING, NOTHING, VALUE, OWN_STACK}},
	};

	*f = bodies[ANY_OF(g, roles)];
	if (f->nparams)
		return;
	f->role = one_in(g, 4) ? GLOBAL : STATIC;
	f->nparams = (uint8_t)below(g, GEN_PARAMS_MAX + 1);
	for (int k = 0; k < GEN_PARAMS_MAX; k++) {
		f->params[k] = ANY_OF(g, params);
		if (f->role == GLOBAL && f->params[k] == CONTEXT)
			f->params[k] = NUMBER;
	}
}

static void declare_functions(struct gen *g)
{
	g->nfuncs = one_in(g, 2) ? 1 : 1 + below(g, GEN_FUNCS_MAX);
	for (uint32_t i = 1; i < g->nfuncs; i++)
		declare_function(g, &g->funcs[i]);
}

/* Functions that nobody calls would be refused: they are left out. */
static bool is_called(const struct gen *g, uint32_t func)
{
	for (uint32_t i = 0; i < g->ncalls; i++)
		if (g->calls[i].func == func)
			return true;
	return func == 0;
}

static void add_function(struct gen *g, const struct func *f)
{
	struct gen_func *to = &g->out->funcs[g->out->nfuncs++];

	*to = (struct gen_func){.start = g->out->n, .is_global = f->role == GLOBAL};
	to->nparams = (uint8_t)min(f->nparams, GEN_PARAMS_MAX);
	for (int i = 0; i < to->nparams; i++)
		to->pointers |= (uint8_t)((f->params[i] != NUMBER) << i);
	/* Callbacks and global functions are told by their types. */
	g->out->has_types |= f->role != STATIC;
}

void gen_program(struct rng *rng, struct gen_prog *out)
{
	static const uint32_t types[] = {PROG_TYPE_XDP, PROG_TYPE_SCHED_CLS,
					 PROG_TYPE_SOCKET_FILTER};
	uint32_t starts[GEN_FUNCS_MAX] = {0};
	struct gen g = {.rng = rng, .out = out};

	out->n = out->nfuncs = 0;
	out->type = types[rng_below(rng, ARRAY_SIZE(types))];
	out->has_types = one_in(&g, 2);
	declare_functions(&g);
	for (uint32_t i = 0; i < g.nfuncs; i++) {
		starts[i] = out->n;
		if (!is_called(&g, i))
			continue;
		add_function(&g, &g.funcs[i]);
		function(&g, i);
	}
	for (uint32_t i = 0; i < g.ncalls; i++) {
		struct call_fixup *fix = &g.calls[i];

		if (fix->insn < out->n)
			out->insns[fix->insn].imm =
				(int32_t)starts[fix->func] - (int32_t)fix->insn - 1;
	}
}
