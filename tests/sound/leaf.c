/* Statements that no others are in: numbers, the stack, offsets, packets and maps. */
#include "tests/sound/local.h"

#include "core/helper/helper.h"
#include "core/obj/prog_type.h"

/* ---- chance ---- */

uint32_t below(struct gen *g, uint32_t n)
{
	return (uint32_t)rng_below(g->rng, n);
}

bool one_in(struct gen *g, uint32_t n)
{
	return below(g, n) == 0;
}

uint64_t gen_number(struct rng *rng)
{
	uint64_t n = rng_u64(rng);

	switch (rng_below(rng, 8)) {
	case 0:
		return n;
	case 1:
		return n >> rng_below(rng, 64);
	case 2:
		return (UINT64_C(1) << (n & 63)) + (n >> 8 & 3) - 1;
	case 3:
		return 0 - (n & 0xf);
	case 4:
		return (uint64_t)(int64_t)(int32_t)n;
	default:
		return n & (n >> 8 & 0x3f);
	}
}

int32_t some_imm(struct gen *g)
{
	return (int32_t)gen_number(g->rng);
}

/* ---- instructions ---- */

static void emit(struct gen *g, struct bpf_insn insn)
{
	if (g->out->n < GEN_INSNS_MAX)
		g->out->insns[g->out->n++] = insn;
}

void emit_op(struct gen *g, enum insn_op op, int dst, int src, int off, int32_t imm)
{
	emit(g, insn_make(op, (uint8_t)dst, (uint8_t)src, (int16_t)off, imm));
}

void emit_wide(struct gen *g, enum insn_op op, int dst, uint64_t imm)
{
	emit_op(g, op, dst, 0, 0, (int32_t)imm);
	emit(g, (struct bpf_insn){.imm = (int32_t)(imm >> 32)});
}

/* Where a jump stands that is to go here, or to what comes next. */
uint32_t here(const struct gen *g)
{
	return g->out->n;
}

void land(struct gen *g, uint32_t jump)
{
	if (jump < g->out->n)
		g->out->insns[jump].off = (int16_t)(g->out->n - jump - 1);
}

/* ---- what registers hold ---- */

/* The form of an operation with a register, and behind it in enum insn_op with a constant. */
enum insn_op form(enum insn_op op64_x, bool is_32, bool is_k)
{
	return op64_x + (is_32 ? 2 : 0) + (is_k ? 1 : 0);
}

void clobber(struct gen *g)
{
	for (int i = 0; i <= 5; i++)
		g->reg[i] = NOTHING;
}

int pick(struct gen *g, enum kind kind)
{
	int at = (int)below(g, REG_FP);

	for (int i = 0; i < REG_FP; i++) {
		int r = (at + i) % REG_FP;

		if (g->reg[r] == kind)
			return r;
	}
	return -1;
}

/* A register that may be written. */
int pick_dst(struct gen *g)
{
	int r;

	do
		r = (int)below(g, REG_FP);
	while (g->kept & 1 << r);
	return r;
}

void load_value_ptr(struct gen *g, int dst)
{
	uint64_t off = one_in(g, 3) ? below(g, GEN_VALUE_SIZE / 8) * 8 : 0;

	emit_wide(g, OP_LD_IMM64_MAP_IDX_VALUE, dst, GEN_MAP_ONE | off << 32);
	g->reg[dst] = off ? NOTHING : VALUE;
}

static const enum insn_op loads[] = {OP_LDX_B,	OP_LDX_H,   OP_LDX_W,	OP_LDX_DW, OP_LDX_DW,
				     OP_LDX_DW, OP_LDXSX_B, OP_LDXSX_H, OP_LDXSX_W};
static const enum insn_op stores[] = {OP_STX_B, OP_STX_H, OP_STX_W, OP_STX_DW, OP_STX_DW};
static const enum insn_op imm_stores[] = {OP_ST_B, OP_ST_H, OP_ST_W, OP_ST_DW};

static uint32_t size_of(enum insn_op op)
{
	return insn_descs[op].size;
}

/* An aligned offset in room bytes; now and then one that is not in them. */
static int some_offset(struct gen *g, uint32_t room, uint32_t size)
{
	int off = (int)(below(g, room / size) * size);

	return one_in(g, 60) ? off + (int)size : off;
}

static void load_number(struct gen *g, int dst)
{
	enum insn_op op = ANY_OF(g, loads);
	int base = pick(g, VALUE);

	if (base < 0) {
		emit_wide(g, OP_LD_IMM64_MAP_IDX_VALUE, dst, GEN_MAP_ONE);
		base = dst;
	}
	emit_op(g, op, dst, base, some_offset(g, GEN_VALUE_SIZE, size_of(op)), 0);
	g->reg[dst] = NUMBER;
}

/* A register with a number, made when there is none. */
int number(struct gen *g)
{
	int r = one_in(g, 8) ? -1 : pick(g, NUMBER);

	if (r >= 0)
		return r;
	r = pick_dst(g);
	load_number(g, r);
	return r;
}

/* ... that may be written */
int own_number(struct gen *g)
{
	int from = number(g), to;

	if (!(g->kept & 1 << from) && !one_in(g, 3))
		return from;
	to = pick_dst(g);
	emit_op(g, OP_MOV64_X, to, from, 0, 0);
	g->reg[to] = NUMBER;
	return to;
}

/* ---- statements: numbers ---- */

void st_const(struct gen *g)
{
	int dst = pick_dst(g);

	if (one_in(g, 4))
		emit_wide(g, OP_LD_IMM64_IMM, dst, gen_number(g->rng));
	else
		emit_op(g, form(OP_MOV64_X, one_in(g, 2), true), dst, 0, 0, some_imm(g));
	g->reg[dst] = NUMBER;
}

void st_load(struct gen *g)
{
	load_number(g, pick_dst(g));
}

void st_alu(struct gen *g)
{
	static const enum insn_op ops[] = {
		OP_ADD64_X, OP_ADD64_X, OP_SUB64_X,  OP_MUL64_X,  OP_DIV64_X, OP_SDIV64_X,
		OP_OR64_X,  OP_AND64_X, OP_AND64_X,  OP_LSH64_X,  OP_RSH64_X, OP_ARSH64_X,
		OP_MOD64_X, OP_XOR64_X, OP_SMOD64_X, OP_ARSH64_X, OP_SUB64_X, OP_MOV64_X,
	};
	enum insn_op op = ANY_OF(g, ops);
	bool is_32 = one_in(g, 3), is_k = !one_in(g, 3);
	bool shifts = op == OP_LSH64_X || op == OP_RSH64_X || op == OP_ARSH64_X;
	int dst = own_number(g), src = is_k ? 0 : pick(g, NUMBER);
	int32_t imm = is_k ? some_imm(g) : 0;

	if (is_k && shifts)
		imm = (int32_t)below(g, is_32 ? 32 : 64);
	else if (is_k && !imm)
		imm = 1;
	emit_op(g, form(op, is_32, is_k), dst, src, 0, imm);
}

void st_unary(struct gen *g)
{
	static const enum insn_op ops[] = {
		OP_NEG64,      OP_NEG32,     OP_LE16,	    OP_LE32,	OP_BE16,      OP_BE32,
		OP_BE64,       OP_BSWAP16,   OP_BSWAP32,    OP_BSWAP64, OP_MOVSX8_64, OP_MOVSX16_64,
		OP_MOVSX32_64, OP_MOVSX8_32, OP_MOVSX16_32, OP_MOV32_X, OP_MOV64_X,
	};
	enum insn_op op = ANY_OF(g, ops);
	int src = number(g), dst = pick_dst(g);

	if (insn_fields[insn_descs[op].shape] & FIELD_SRC) {
		emit_op(g, op, dst, src, 0, 0);
	} else {
		if (dst != src)
			emit_op(g, OP_MOV64_X, dst, src, 0, 0);
		emit_op(g, op, dst, 0, 0, 0);
	}
	g->reg[dst] = NUMBER;
}

void st_copy(struct gen *g)
{
	int src = (int)below(g, REG_FP), dst = pick_dst(g);

	if (g->reg[src] == NOTHING)
		return;
	emit_op(g, OP_MOV64_X, dst, src, 0, 0);
	g->reg[dst] = g->reg[src];
}

void st_random(struct gen *g)
{
	emit_op(g, OP_CALL, 0, 0, 0, HELPER_get_prandom_u32);
	clobber(g);
	g->reg[0] = NUMBER;
}

void st_context(struct gen *g)
{
	int ctx = pick(g, CONTEXT), dst = pick_dst(g);

	if (ctx < 0)
		return;
	/* ingress_ifindex of xdp_md, mark of __sk_buff, len */
	emit_op(g, OP_LDX_W, dst, ctx,
		g->out->type == PROG_TYPE_XDP ? 12
		: one_in(g, 2)		      ? 8
					      : 0,
		0);
	g->reg[dst] = NUMBER;
}

/* ---- the stack ---- */

void st_spill(struct gen *g)
{
	uint32_t slot = below(g, NSLOTS);
	int reg = (int)below(g, REG_FP), at = -8 * (int)(slot + 1);
	enum insn_op op = ANY_OF(g, stores);

	if (one_in(g, 4)) {
		op = ANY_OF(g, imm_stores);
		emit_op(g, op, REG_FP, 0, at + some_offset(g, 8, size_of(op)), some_imm(g));
		g->slot[slot] = NUMBER;
		return;
	}
	if (g->reg[reg] == NOTHING)
		reg = number(g);
	if (g->reg[reg] != NUMBER)
		op = OP_STX_DW;
	emit_op(g, op, REG_FP, reg, at + (op == OP_STX_DW ? 0 : some_offset(g, 8, size_of(op))), 0);
	g->slot[slot] = g->reg[reg];
}

void st_fill(struct gen *g)
{
	uint32_t slot = below(g, NSLOTS);
	int dst = pick_dst(g), at = -8 * (int)(slot + 1);
	enum insn_op op = ANY_OF(g, loads);

	if (g->slot[slot] == NOTHING && !one_in(g, 8))
		return;
	if (g->slot[slot] > NUMBER)
		op = OP_LDX_DW;
	emit_op(g, op, dst, REG_FP, at + some_offset(g, 8, size_of(op)), 0);
	g->reg[dst] = max(g->slot[slot], NUMBER);
}

void point_at_area(struct gen *g, int dst)
{
	emit_op(g, OP_MOV64_X, dst, REG_FP, 0, 0);
	emit_op(g, OP_ADD64_K, dst, 0, 0, AREA_AT);
	g->reg[dst] = OWN_STACK;
}

/* ---- offsets ---- */

/* Leaves reg at most limit, in one of the ways in which programs do it; mostly. */
static void bound(struct gen *g, int reg, uint32_t limit)
{
	static const enum insn_op too_big[] = {OP_JGT64_X, OP_JGE64_X, OP_JSGT64_X, OP_JSGE64_X};
	static const enum insn_op small[] = {OP_JLE64_X, OP_JLT64_X};
	uint32_t mask = limit, jump = here(g);
	bool is_32 = one_in(g, 4);

	while (mask & (mask + 1))
		mask &= mask - 1;
	switch (below(g, 8)) {
	case 0:
		emit_op(g, form(ANY_OF(g, too_big), is_32, true), reg, 0, 0, (int32_t)limit);
		emit_op(g, OP_JA, 0, 0, 2, 0);
		land(g, jump);
		emit_op(g, OP_MOV64_K, 0, 0, 0, 0);
		emit_op(g, OP_EXIT, 0, 0, 0, 0);
		break;
	case 1:
		emit_op(g, form(ANY_OF(g, small), is_32, true), reg, 0, 1, (int32_t)limit);
		emit_op(g, OP_MOV64_K, reg, 0, 0, (int32_t)below(g, limit + 1));
		break;
	case 2:
		emit_op(g, form(OP_MOD64_X, is_32, true), reg, 0, 0, (int32_t)limit + 1);
		break;
	case 3:
		emit_op(g, form(OP_RSH64_X, false, true), reg, 0, 0,
			64 - (mask ? 32 - __builtin_clz(mask) : 1));
		break;
	default:
		emit_op(g, form(OP_AND64_X, one_in(g, 4), true), reg, 0, 0,
			(int32_t)(one_in(g, 2) ? limit : mask));
	}
}

static const enum insn_op atomics[] = {
	OP_ATOMIC64_ADD,       OP_ATOMIC64_FETCH_ADD, OP_ATOMIC64_FETCH_OR,  OP_ATOMIC64_XCHG,
	OP_ATOMIC64_CMPXCHG,   OP_ATOMIC32_ADD,	      OP_ATOMIC32_FETCH_ADD, OP_ATOMIC32_XCHG,
	OP_ATOMIC64_FETCH_AND, OP_ATOMIC32_FETCH_XOR,
};

/* A load, a store or more of both from base + off. */
static void access_at(struct gen *g, int base, uint32_t size_max, int off)
{
	enum insn_op op;
	int reg;

	switch (below(g, 8)) {
	case 0:
	case 1:
	case 2:
		op = ANY_OF(g, loads);
		if (size_of(op) > size_max)
			op = OP_LDX_B;
		reg = pick_dst(g);
		emit_op(g, op, reg, base, off, 0);
		g->reg[reg] = NUMBER;
		break;
	case 3:
		op = ANY_OF(g, imm_stores);
		emit_op(g, size_of(op) > size_max ? OP_ST_B : op, base, 0, off, some_imm(g));
		break;
	case 4:
		op = ANY_OF(g, atomics);
		reg = pick(g, NUMBER);
		if (reg < 0 || reg == base || size_of(op) > size_max || g->reg[0] != NUMBER ||
		    g->kept & (1 << reg | 1))
			break;
		emit_op(g, op, base, reg, off, 0);
		break;
	default:
		op = ANY_OF(g, stores);
		reg = pick(g, NUMBER);
		if (reg >= 0 && reg != base)
			emit_op(g, size_of(op) > size_max ? OP_STX_B : op, base, reg, off, 0);
	}
}

/* base + a number that was bounded: room bytes are there. */
static void access_varying(struct gen *g, int base, uint32_t room)
{
	int index = own_number(g), ptr = pick_dst(g);
	uint32_t size = 1u << below(g, 4), stride = one_in(g, 3) ? size : 1, reach;
	int off;

	if (ptr == base || index == base || ptr == index)
		return;
	off = one_in(g, 3) ? (int)below(g, room / 2) : 0;
	reach = room - (uint32_t)off - size + (one_in(g, 30) ? 1 : 0);
	if (!one_in(g, 12))
		bound(g, index, reach / stride);
	if (stride > 1)
		emit_op(g, OP_LSH64_K, index, 0, 0, __builtin_ctz(stride));
	emit_op(g, OP_MOV64_X, ptr, base, 0, 0);
	emit_op(g, OP_ADD64_X, ptr, index, 0, 0);
	g->reg[ptr] = NOTHING;
	access_at(g, ptr, size, off);
}

void use_index(struct gen *g, int index)
{
	static const int8_t offsets[] = {0, 0, 7, 15, 16, 31, -1};
	int ptr = pick_dst(g);

	if (ptr == index)
		return;
	if (one_in(g, 2))
		emit_wide(g, OP_LD_IMM64_MAP_IDX_VALUE, ptr, GEN_MAP_ONE);
	else
		point_at_area(g, ptr);
	emit_op(g, OP_ADD64_X, ptr, index, 0, 0);
	g->reg[ptr] = NOTHING;
	access_at(g, ptr, 1, ANY_OF(g, offsets));
}

void st_value(struct gen *g)
{
	int base = pick(g, VALUE);

	if (base < 0) {
		base = pick_dst(g);
		load_value_ptr(g, base);
		if (g->reg[base] != VALUE)
			return;
	}
	if (one_in(g, 3))
		access_at(g, base, 8, some_offset(g, GEN_VALUE_SIZE, 8));
	else
		access_varying(g, base, GEN_VALUE_SIZE);
}

void st_area(struct gen *g)
{
	int base = one_in(g, 2) ? pick(g, FAR_STACK) : pick(g, OWN_STACK);

	if (base < 0) {
		base = pick_dst(g);
		point_at_area(g, base);
	}
	if (one_in(g, 3))
		access_at(g, base, 8, some_offset(g, AREA, 8));
	else
		access_varying(g, base, AREA);
}

/* ---- packets ---- */

static void load_packet(struct gen *g, int ctx, int data, int end)
{
	bool is_xdp = g->out->type == PROG_TYPE_XDP;

	emit_op(g, OP_LDX_W, data, ctx, is_xdp ? 0 : 76, 0);
	emit_op(g, OP_LDX_W, end, ctx, is_xdp ? 4 : 80, 0);
	g->reg[data] = g->reg[end] = NOTHING;
}

void st_packet(struct gen *g)
{
	static const enum insn_op beyond[] = {OP_JGT64_X, OP_JGE64_X};
	int ctx = pick(g, CONTEXT), data = 2, end = 3, ptr = 4;
	uint32_t room = PACKET_ROOM + below(g, 24), jump;
	int index;

	if (ctx < 0 || (ctx >= 2 && ctx <= 4) || g->out->type == PROG_TYPE_SOCKET_FILTER)
		return;
	load_packet(g, ctx, data, end);
	if (one_in(g, 2)) {
		index = number(g);
		if (index >= 2 && index <= 4)
			return;
		emit_op(g, OP_MOV64_X, ptr, index, 0, 0);
		g->reg[ptr] = NUMBER;
		bound(g, ptr, 16);
		emit_op(g, OP_ADD64_X, data, ptr, 0, 0);
	}
	emit_op(g, OP_MOV64_X, ptr, data, 0, 0);
	emit_op(g, OP_ADD64_K, ptr, 0, 0, (int32_t)room);
	jump = here(g);
	if (one_in(g, 3))
		emit_op(g, OP_JLT64_X, end, ptr, 0, 0);
	else
		emit_op(g, ANY_OF(g, beyond), ptr, end, 0, 0);
	g->reg[ptr] = NOTHING;
	emit_op(g, OP_LDX_B, 5, data, some_offset(g, room, 1), 0);
	if (g->out->type == PROG_TYPE_XDP && one_in(g, 2))
		emit_op(g, OP_STX_B, data, 5, some_offset(g, room, 1), 0);
	land(g, jump);
	g->reg[5] = NOTHING;
	if (one_in(g, 2))
		return;
	emit_op(g, OP_JLE64_X, ptr, end, 2, 0);
	emit_op(g, OP_MOV64_K, 0, 0, 0, 0);
	emit_op(g, OP_EXIT, 0, 0, 0, 0);
	g->reg[data] = PACKET;
}

void st_packet_again(struct gen *g)
{
	int ptr = pick(g, PACKET), dst = pick_dst(g), index;

	if (ptr < 0 || dst == ptr)
		return;
	if (one_in(g, 2)) {
		emit_op(g, OP_LDX_B, dst, ptr, some_offset(g, PACKET_ROOM, 1), 0);
		g->reg[dst] = NUMBER;
		return;
	}
	index = own_number(g);
	dst = pick_dst(g);
	if (dst == ptr || dst == index || index == ptr)
		return;
	bound(g, index, PACKET_ROOM - 1);
	emit_op(g, OP_MOV64_X, dst, ptr, 0, 0);
	emit_op(g, OP_ADD64_X, dst, index, 0, 0);
	emit_op(g, OP_LDX_B, dst, dst, 0, 0);
	g->reg[dst] = NUMBER;
}

/* All pointers into the packet are lost. */
void st_move_packet(struct gen *g)
{
	int ctx = pick(g, CONTEXT);
	bool is_xdp = g->out->type == PROG_TYPE_XDP;

	if (ctx < 0 || g->out->type == PROG_TYPE_SOCKET_FILTER)
		return;
	if (ctx != 1)
		emit_op(g, OP_MOV64_X, 1, ctx, 0, 0);
	emit_op(g, OP_MOV64_K, 2, 0, 0, is_xdp ? (int32_t)below(g, 9) - 4 : (int32_t)below(g, 40));
	emit_op(g, OP_CALL, 0, 0, 0, is_xdp ? HELPER_xdp_adjust_head : HELPER_skb_pull_data);
	clobber(g);
	g->reg[0] = NUMBER;
	for (int i = 0; i < REG_FP; i++)
		if (g->reg[i] == PACKET && !one_in(g, 10))
			g->reg[i] = NOTHING;
	for (int i = 0; i < NSLOTS; i++)
		if (g->slot[i] == PACKET)
			g->slot[i] = NOTHING;
}

void st_load_bytes(struct gen *g)
{
	bool is_xdp = g->out->type == PROG_TYPE_XDP;
	int ctx = pick(g, CONTEXT), len = number(g);

	if (ctx < 0)
		return;
	emit_op(g, OP_MOV64_X, 4, len, 0, 0);
	g->reg[4] = NUMBER;
	if (ctx == 4)
		return;
	bound(g, 4, AREA - 1);
	emit_op(g, OP_ADD64_K, 4, 0, 0, 1);
	if (ctx != 1)
		emit_op(g, OP_MOV64_X, 1, ctx, 0, 0);
	emit_op(g, OP_MOV64_K, 2, 0, 0, (int32_t)below(g, 8));
	point_at_area(g, 3);
	emit_op(g, OP_CALL, 0, 0, 0, is_xdp ? HELPER_xdp_load_bytes : HELPER_skb_load_bytes);
	clobber(g);
	g->reg[0] = NUMBER;
}

/* ---- maps ---- */

void st_lookup(struct gen *g)
{
	bool is_table = one_in(g, 2);
	uint32_t jump;
	int key, to;

	if (one_in(g, 2)) {
		emit_op(g, OP_ST_W, REG_FP, 0, AREA_AT, (int32_t)below(g, 6));
	} else {
		key = own_number(g);
		if (one_in(g, 2))
			emit_op(g, OP_AND64_K, key, 0, 0, 3);
		emit_op(g, OP_STX_W, REG_FP, key, AREA_AT, 0);
	}
	point_at_area(g, 2);
	emit_wide(g, OP_LD_IMM64_MAP_IDX, 1, is_table ? GEN_MAP_TABLE : GEN_MAP_HASH);
	emit_op(g, OP_CALL, 0, 0, 0, HELPER_map_lookup_elem);
	clobber(g);
	if (one_in(g, 30)) {
		g->reg[0] = VALUE;
		return;
	}
	to = one_in(g, 2) ? 0 : pick_dst(g);
	if (to)
		emit_op(g, OP_MOV64_X, to, 0, 0, 0);
	jump = here(g);
	emit_op(g, OP_JNE64_K, one_in(g, 2) ? to : 0, 0, 0, 0);
	if (one_in(g, 2)) {
		emit_op(g, OP_MOV64_K, 0, 0, 0, 1);
		emit_op(g, OP_EXIT, 0, 0, 0, 0);
	} else {
		load_value_ptr(g, to);
		if (g->reg[to] != VALUE)
			emit_wide(g, OP_LD_IMM64_MAP_IDX_VALUE, to, GEN_MAP_ONE);
	}
	land(g, jump);
	g->reg[0] = NOTHING;
	g->reg[to] = VALUE;
}

void st_update(struct gen *g)
{
	emit_op(g, OP_ST_W, REG_FP, 0, AREA_AT, (int32_t)below(g, 6));
	point_at_area(g, 2);
	load_value_ptr(g, 3);
	if (g->reg[3] != VALUE)
		emit_wide(g, OP_LD_IMM64_MAP_IDX_VALUE, 3, GEN_MAP_ONE);
	emit_op(g, OP_MOV64_K, 4, 0, 0, 0);
	emit_wide(g, OP_LD_IMM64_MAP_IDX, 1, one_in(g, 2) ? GEN_MAP_TABLE : GEN_MAP_HASH);
	emit_op(g, OP_CALL, 0, 0, 0, HELPER_map_update_elem);
	clobber(g);
	g->reg[0] = NUMBER;
}
