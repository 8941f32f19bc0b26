/*
 * What one instruction does to what is known. Where the address of the own frame goes is followed
 * as long as it is in registers and slots; once it was given away (exposed), whatever is written
 * through an address of which nothing is known may be written there.
 *
 * A value that is new has a number, its id: the slot of the instruction that made it, and one. In a
 * loop the instruction makes another one each time, and what is left of the last loses the number.
 */
#include "core/verify/flow.h"
#include "core/verify/local.h"

/* Ids of what no instruction made */
enum { ID_PACKET = 1 << 30 };

/* ---- registers and slots ---- */

static struct fact_reg *next_value(struct fact_state *st, uint32_t *at)
{
	uint32_t i = (*at)++;

	if (i < REG_FP)
		return &st->regs[i];
	return i - REG_FP < st->nslots ? &st->slots[i - REG_FP] : NULL;
}

#define EACH_VALUE(st, v)                                                                          \
	uint32_t at_##v = 0;                                                                       \
	for (struct fact_reg * v; (v = next_value(st, &at_##v)) != NULL;)

static void forget_id(struct fact_state *st, uint32_t id)
{
	EACH_VALUE(st, v)
	{
		if (v->id == id) {
			v->id = 0;
			v->delta = 0;
		}
	}
}

/* Gives it an id, so that copies of it are known to be equal. */
static void name(const struct flow *f, uint32_t insn, struct fact_state *st, struct fact_reg *v)
{
	if (v->id)
		return;
	if (f->aux[insn].scc)
		forget_id(st, insn + 1);
	v->id = insn + 1;
	v->delta = 0;
}

static void set_reg(const struct flow *f, uint32_t insn, struct fact_state *st, uint32_t regno,
		    struct fact_reg v)
{
	name(f, insn, st, &v);
	st->regs[regno] = v;
}

/* Where it goes nobody looks. */
static void give_away(struct fact_state *st, const struct fact_reg *v)
{
	st->exposed |= v->kind == FACT_STACK;
}

static void clobber_slots(struct fact_state *st, uint64_t slots)
{
	for (uint32_t i = 0; i < st->nslots; i++)
		if (slots >> i & 1)
			st->slots[i] = fact_any();
}

uint64_t flow_slots(int64_t lo, int64_t end)
{
	uint64_t slots = 0;

	if (lo < -STACK_SIZE)
		lo = -STACK_SIZE;
	for (int64_t at = lo & -SLOT_SIZE; at < end && at < 0; at += SLOT_SIZE)
		slots |= UINT64_C(1) << slot_of((int)at);
	return slots;
}

static bool may_be_own_stack(const struct fact_state *st, const struct fact_reg *v)
{
	return v->kind == FACT_STACK || (v->kind == FACT_ANY && st->exposed);
}

/* ---- arithmetic ---- */

static struct fact_reg operand(const struct bpf_insn *insn, const struct insn_desc *desc,
			       const struct fact_state *st)
{
	return insn_fields[desc->shape] & FIELD_SRC ? st->regs[insn->src_reg]
						    : fact_const((uint64_t)(int64_t)insn->imm);
}

/* An address with another offset, as far as that is one. */
static struct fact_reg move_address(struct fact_state *st, const struct bpf_insn *insn,
				    const struct fact_reg *addr, const struct fact_reg *by)
{
	struct fact_reg v = *addr, off = *addr;
	bool is_sub = (insn->code & INSN_OP_MASK) == ALU_SUB;
	int64_t delta = (int64_t)(is_sub ? -by->bits.value : by->bits.value);

	off.kind = FACT_NUMBER;
	if (fact_is_const(by) && !by->bits.value)
		return v;
	off = fact_result(insn, &off, by);
	v.bits = off.bits;
	v.r = off.r;
	v.room = 0;
	if (!fact_is_const(by)) {
		v.id = 0;
	} else {
		v.delta += delta;
		if (delta < 0 ? v.r.smin >= 0 && -delta <= PACKET_OFF_MAX - addr->room
			      : delta <= addr->room)
			v.room = (uint16_t)(addr->room - delta);
	}
	if (v.kind == FACT_MAP || v.kind == FACT_PACKET_END || v.kind == FACT_FUNC)
		v.kind = FACT_OTHER;
	if (v.kind == FACT_FAR_STACK || v.kind == FACT_OTHER) {
		off = fact_any();
		v.bits = off.bits;
		v.r = off.r;
	}
	if (!addr->may_be_null)
		return v;
	/* 0 with an offset is no null. */
	give_away(st, addr);
	return fact_any();
}

/* Of numbers that may be addresses, only sums are addresses again. */
static struct fact_reg add(struct fact_state *st, const struct bpf_insn *insn,
			   const struct fact_reg *a, const struct fact_reg *b)
{
	bool is_sub = (insn->code & INSN_OP_MASK) == ALU_SUB;
	struct fact_reg v, x, y;

	if (is_sub && a->id && a->id == b->id)
		return fact_const((uint64_t)(a->delta - b->delta));
	if (fact_is_address(a) && !(fact_is_address(b) || (is_sub && b->kind == FACT_ANY)))
		return move_address(st, insn, a, b);
	if (!is_sub && fact_is_address(b) && !fact_is_address(a))
		return move_address(st, insn, b, a);
	give_away(st, a);
	give_away(st, b);
	x = fact_as_number(a);
	y = fact_as_number(b);
	v = fact_result(insn, &x, &y);
	if (a->kind != FACT_NUMBER || b->kind == FACT_ANY)
		v.kind = FACT_ANY;
	if (fact_is_const(b) && !fact_is_address(b) && a->id) {
		v.id = a->id;
		v.delta = a->delta + (int64_t)(is_sub ? -b->bits.value : b->bits.value);
	}
	return v;
}

static struct fact_reg move(const struct bpf_insn *insn, enum insn_op op,
			    const struct fact_reg *src)
{
	struct fact_reg number = fact_as_number(src), v;

	if (op == OP_MOV64_X)
		return *src;
	v = fact_result(insn, &number, &number);
	if (op == OP_MOV32_X && fact_fits_32(src)) {
		v.id = src->id;
		v.delta = src->delta;
	}
	return v;
}

static void step_alu(const struct flow *f, uint32_t insn, struct fact_state *st)
{
	const struct bpf_insn *at = &f->insns[insn];
	enum insn_op op = f->ops[insn];
	const struct insn_desc *desc = &insn_descs[op];
	struct fact_reg a = st->regs[at->dst_reg], b, v;
	uint8_t code = at->code & INSN_OP_MASK;

	if (desc->shape == SHAPE_CAST || desc->shape == SHAPE_MOV_PERCPU) {
		give_away(st, &st->regs[at->src_reg]);
		set_reg(f, insn, st, at->dst_reg, fact_any());
		return;
	}
	if (op == OP_MOV64_X && at->src_reg != REG_FP)
		name(f, insn, st, &st->regs[at->src_reg]);
	b = operand(at, desc, st);
	if (code == ALU_MOV) {
		v = move(at, op, &b);
	} else if (!(desc->flags & INSN_W32) && (code == ALU_ADD || code == ALU_SUB)) {
		v = add(st, at, &a, &b);
	} else {
		a = fact_as_number(&a);
		b = fact_as_number(&b);
		v = fact_result(at, &a, &b);
	}
	set_reg(f, insn, st, at->dst_reg, v);
}

static void step_imm64(const struct flow *f, uint32_t insn, struct fact_state *st)
{
	const struct bpf_insn *at = &f->insns[insn];
	struct fact_reg v;

	switch (f->ops[insn]) {
	case OP_LD_IMM64_IMM:
		v = fact_const(insn_imm64(at));
		break;
	case OP_LD_IMM64_MAP_FD:
	case OP_LD_IMM64_MAP_IDX:
		v = fact_address(FACT_MAP);
		v.map = f->maps[f->aux[insn].map_index].map;
		break;
	case OP_LD_IMM64_MAP_VALUE:
	case OP_LD_IMM64_MAP_IDX_VALUE:
		v = fact_const(f->aux[insn].map_off);
		v.kind = FACT_MAP_VALUE;
		v.map = f->maps[f->aux[insn].map_index].map;
		if (v.map->ops->type == MAP_TYPE_ARENA)
			v = fact_any();
		break;
	case OP_LD_IMM64_FUNC:
		v = fact_address(FACT_FUNC);
		v.func = (uint32_t)((int64_t)insn + 1 + at->imm);
		break;
	default:
		v = fact_any();
	}
	set_reg(f, insn, st, at->dst_reg, v);
}

/* ---- memory ---- */

enum { FAR = 1 << 30 };

bool flow_place(const struct flow *f, uint32_t insn, const struct fact_state *st,
		struct flow_place *out)
{
	const struct bpf_insn *at = &f->insns[insn];
	const struct insn_desc *desc = &insn_descs[f->ops[insn]];
	const struct fact_reg *base =
		&st->regs[insn_base_is_src(desc) ? at->src_reg : at->dst_reg];

	if (!(desc->flags & (INSN_LOADS | INSN_STORES)) || desc->flags & INSN_LEGACY)
		return false;
	*out = (struct flow_place){base, -FAR, FAR, desc->size};
	if (base->r.smin > -FAR)
		out->lo = base->r.smin + at->off;
	if (base->r.smax < FAR)
		out->hi = base->r.smax + at->off;
	return true;
}

int flow_slot(const struct fact_state *st, const struct flow_place *p, uint32_t *at)
{
	int slot;

	if (p->base->kind != FACT_STACK || p->base->may_be_null || p->lo != p->hi || p->lo >= 0 ||
	    p->lo < -STACK_SIZE)
		return -1;
	slot = slot_of((int)p->lo);
	*at = (uint32_t)((int)p->lo + (slot + 1) * SLOT_SIZE);
	return (uint32_t)slot < st->nslots && *at + p->size <= SLOT_SIZE ? slot : -1;
}

static struct fact_reg load_ctx(const struct flow *f, const struct flow_place *p,
				const struct fact_reg *unknown)
{
	static const uint8_t kinds[CTX_GIVES_COUNT] = {
		[CTX_GIVES_PACKET] = FACT_PACKET,
		[CTX_GIVES_PACKET_END] = FACT_PACKET_END,
		[CTX_GIVES_PACKET_META] = FACT_PACKET_META,
	};
	const struct ctx_field *field;
	enum ctx_gives gives;
	struct fact_reg v;

	if (!f->ctx.type || p->lo != p->hi || p->lo < 0)
		return *unknown;
	field = ctx_access(f->ctx.type, (uint64_t)p->lo, p->size, false, f->ctx.users);
	if (!field)
		return *unknown;
	gives = ctx_load_gives(field, (uint64_t)p->lo, p->size);
	if (gives == CTX_GIVES_SCALAR)
		return fact_as_number(unknown);
	if (!kinds[gives]) {
		v = fact_any();
		v.kind = FACT_OTHER;
		v.may_be_null = true;
		return v;
	}
	v = fact_address(kinds[gives]);
	if (v.kind == FACT_PACKET)
		v.id = ID_PACKET;
	return v;
}

/* Special fields of a map's values may be addresses. */
static bool has_addresses(const struct flow *f, const struct map *map)
{
	for (uint32_t i = 0; i < MAPS_MAX && f->maps[i].map; i++)
		if (f->maps[i].map == map)
			return f->maps[i].record;
	return true;
}

static struct fact_reg load_value(const struct flow *f, const struct flow_place *p, bool is_signed,
				  const struct fact_reg *unknown)
{
	const struct map *map = p->base->map;
	uint64_t constant;

	if (p->lo == p->hi && p->lo >= 0 && p->lo + p->size <= map->value_size &&
	    map_is_constant(map) &&
	    map_direct_read(map, (int)p->lo, (int)p->size, &constant, is_signed))
		return fact_const(constant);
	return has_addresses(f, map) ? *unknown : fact_as_number(unknown);
}

static struct fact_reg load(const struct flow *f, const struct fact_state *st,
			    const struct flow_place *p, bool is_signed)
{
	struct fact_reg unknown = fact_sized(p->size, is_signed);
	uint32_t at;
	int slot;

	/* Contexts have in four bytes where a packet lies; functions may not know it is one. */
	if (p->size == 8 || (p->size == 4 && p->base->kind == FACT_ANY && f->ctx.type))
		unknown.kind = FACT_ANY;
	switch ((enum fact_kind)p->base->kind) {
	case FACT_STACK:
		slot = flow_slot(st, p, &at);
		if (slot < 0)
			return unknown;
		return p->size == 8 ? st->slots[slot]
				    : fact_part(&st->slots[slot], at, p->size, is_signed);
	case FACT_CTX:
		return load_ctx(f, p, &unknown);
	case FACT_MAP_VALUE:
		return load_value(f, p, is_signed, &unknown);
	case FACT_PACKET:
	case FACT_PACKET_META:
	case FACT_MEM:
		return fact_as_number(&unknown);
	default:
		return unknown;
	}
}

static void store(struct fact_state *st, const struct flow_place *p, const struct fact_reg *v)
{
	uint32_t at;
	int slot = flow_slot(st, p, &at);

	if (slot >= 0 && p->size == 8) {
		st->slots[slot] = *v;
		return;
	}
	give_away(st, v);
	if (slot >= 0)
		fact_set_part(&st->slots[slot], at, p->size, v);
	else if (p->base->kind == FACT_STACK)
		clobber_slots(st, flow_slots(p->lo, p->hi + p->size));
	else if (may_be_own_stack(st, p->base))
		clobber_slots(st, UINT64_MAX);
}

static void step_atomic(const struct flow *f, uint32_t insn, struct fact_state *st,
			const struct flow_place *p)
{
	const struct bpf_insn *at = &f->insns[insn];
	const struct insn_desc *desc = &insn_descs[f->ops[insn]];
	struct fact_reg old = load(f, st, p, false), unknown = fact_sized(p->size, false);

	give_away(st, &st->regs[at->src_reg]);
	if (p->size == 8)
		unknown.kind = FACT_ANY;
	store(st, p, &unknown);
	if (desc->flags & INSN_FETCH)
		set_reg(f, insn, st, desc->flags & INSN_WR_R0 ? REG_RETURN : at->src_reg, old);
}

static void step_memory(const struct flow *f, uint32_t insn, struct fact_state *st)
{
	const struct bpf_insn *at = &f->insns[insn];
	const struct insn_desc *desc = &insn_descs[f->ops[insn]];
	struct flow_place p;
	struct fact_reg v;
	uint32_t part;
	int slot;

	if (!flow_place(f, insn, st, &p))
		return;
	switch (desc->shape) {
	case SHAPE_LDX:
	case SHAPE_LOAD_ACQ:
		slot = flow_slot(st, &p, &part);
		if (slot >= 0 && p.size == SLOT_SIZE)
			name(f, insn, st, &st->slots[slot]);
		set_reg(f, insn, st, at->dst_reg, load(f, st, &p, desc->flags & INSN_SX));
		break;
	case SHAPE_ST:
		v = fact_const((uint64_t)(int64_t)at->imm);
		store(st, &p, &v);
		break;
	case SHAPE_ATOMIC:
		step_atomic(f, insn, st, &p);
		break;
	default:
		if (at->src_reg != REG_FP)
			name(f, insn, st, &st->regs[at->src_reg]);
		v = st->regs[at->src_reg];
		store(st, &p, &v);
	}
}

/* ---- calls ---- */

uint32_t flow_reach(const struct flow *f, uint32_t insn, const struct fact_state *st, uint32_t arg,
		    enum flow_write what)
{
	const struct flow_call *call = f->calls[insn];
	const struct fact_reg *next = &st->regs[min(arg + 1, (uint32_t)ARGS_MAX)], *map;

	switch (what) {
	case FLOW_NOTHING:
		return 0;
	case FLOW_SIZE:
		return call->size[arg - 1];
	case FLOW_NEXT:
		return arg < ARGS_MAX && !fact_is_address(next) && next->r.umax <= STACK_SIZE
			       ? (uint32_t)next->r.umax
			       : INT32_MAX;
	case FLOW_KEY:
	case FLOW_VALUE:
		map = &st->regs[call->map_arg];
		if (!call->map_arg || map->kind != FACT_MAP)
			return INT32_MAX;
		return what == FLOW_KEY ? map->map->key_size : map->map->value_size;
	default:
		return INT32_MAX;
	}
}

static void write_argument(const struct flow *f, uint32_t insn, struct fact_state *st, uint32_t arg)
{
	const struct fact_reg *v = &st->regs[arg];
	uint32_t reach = flow_reach(f, insn, st, arg, f->calls[insn]->writes[arg - 1]);

	if (!reach || !may_be_own_stack(st, v))
		return;
	if (v->kind == FACT_STACK && v->r.smin > -FAR && v->r.smax < FAR)
		clobber_slots(st, flow_slots(v->r.smin, v->r.smax + reach));
	else
		clobber_slots(st, UINT64_MAX);
}

/* Functions of the program may do with the frames of their callers what they like. */
static void lend_frame(struct fact_state *st)
{
	for (uint32_t i = 1; i <= ARGS_MAX; i++)
		give_away(st, &st->regs[i]);
	if (st->exposed)
		clobber_slots(st, UINT64_MAX);
}

static bool is_packet(const struct fact_reg *v)
{
	return v->kind == FACT_PACKET || v->kind == FACT_PACKET_META || v->kind == FACT_PACKET_END;
}

static void drop_addresses(struct fact_state *st, const struct flow_call *call)
{
	if (call->moves_packet)
		forget_id(st, ID_PACKET);
	EACH_VALUE(st, v)
	{
		if ((call->moves_packet && is_packet(v)) ||
		    (call->releases && (v->kind == FACT_MEM || v->kind == FACT_OTHER)))
			*v = fact_any();
	}
}

static struct fact_reg returned(const struct flow *f, const struct flow_call *call,
				const struct fact_state *st)
{
	const struct fact_reg *map = &st->regs[call->map_arg], *size = &st->regs[call->alloc_arg];
	struct fact_reg v = fact_any();

	if (call->is_local)
		return f->funcs[call->callee].ret_known ? f->funcs[call->callee].ret : v;
	switch ((enum fact_kind)call->ret) {
	case FACT_NUMBER:
		v.kind = FACT_NUMBER;
		return v;
	case FACT_MAP_VALUE:
		if (map->kind != FACT_MAP || map->map->inner)
			break;
		v = fact_address(FACT_MAP_VALUE);
		v.map = map->map;
		v.may_be_null = call->ret_may_be_null;
		return v;
	case FACT_MEM:
		if (!fact_is_const(size) || fact_is_address(size))
			break;
		v = fact_address(FACT_MEM);
		v.size = (uint32_t)size->bits.value;
		v.may_be_null = call->ret_may_be_null;
		return v;
	case FACT_OTHER:
		break;
	default:
		return v;
	}
	v.kind = FACT_OTHER;
	v.may_be_null = true;
	return v;
}

static void leave_call(const struct flow *f, uint32_t insn, struct fact_state *st,
		       struct fact_reg ret)
{
	for (uint32_t i = 1; i <= ARGS_MAX; i++)
		st->regs[i] = fact_any();
	set_reg(f, insn, st, REG_RETURN, ret);
}

static void step_call(const struct flow *f, uint32_t insn, struct fact_state *st)
{
	const struct flow_call *call = f->calls[insn];
	struct fact_reg ret = returned(f, call, st);

	for (uint32_t i = 1; i <= ARGS_MAX; i++)
		write_argument(f, insn, st, i);
	if (call->is_local || call->calls_back)
		lend_frame(st);
	drop_addresses(st, call);
	leave_call(f, insn, st, ret);
}

void flow_step(const struct flow *f, uint32_t insn, struct fact_state *st)
{
	const struct insn_desc *desc = &insn_descs[f->ops[insn]];

	switch ((enum insn_shape)desc->shape) {
	case SHAPE_ALU_X:
	case SHAPE_ALU_K:
	case SHAPE_UNARY:
	case SHAPE_END:
	case SHAPE_MOVSX:
	case SHAPE_CAST:
	case SHAPE_MOV_PERCPU:
		step_alu(f, insn, st);
		break;
	case SHAPE_LD64:
		step_imm64(f, insn, st);
		break;
	case SHAPE_LDX:
	case SHAPE_STX:
	case SHAPE_ST:
	case SHAPE_ATOMIC:
	case SHAPE_LOAD_ACQ:
	case SHAPE_STORE_REL:
		step_memory(f, insn, st);
		break;
	case SHAPE_LD_ABS:
	case SHAPE_LD_IND:
		leave_call(f, insn, st, fact_sized(desc->size, false));
		break;
	case SHAPE_CALL:
	case SHAPE_CALL_KFUNC:
	case SHAPE_CALLX:
		step_call(f, insn, st);
		break;
	default:
		break;
	}
}

/* ---- jumps ---- */

/* The value of an id is known better, and so is all that is it. */
static bool learn(struct fact_state *st, uint32_t id, int64_t delta, const struct fact_reg *known)
{
	EACH_VALUE(st, v)
	{
		struct fact_reg now;

		if (v->id != id || fact_is_address(v))
			continue;
		now = v->delta == delta ? *known : fact_plus(known, v->delta - delta);
		if (!fact_meet(v, &now))
			return false;
	}
	return true;
}

static bool refine(struct fact_state *st, uint32_t regno, const struct reg_state *reg)
{
	struct fact_reg known = fact_any();
	struct fact_reg *v = &st->regs[regno];

	known.bits = reg->var_off;
	known.r = reg->r;
	if (!fact_meet(v, &known))
		return false;
	known = *v;
	return !known.id || learn(st, known.id, known.delta, &known);
}

/* Is this a way that numbers can take? */
static bool take_way(const struct bpf_insn *insn, const struct fact_reg *a,
		     const struct fact_reg *b, struct fact_state *st, bool taken)
{
	bool is_32 = (insn->code & INSN_CLASS_MASK) == INSN_JMP32, is_x = insn->code & INSN_SRC_X;
	uint8_t op = insn->code & INSN_OP_MASK;
	struct reg_state x = {.type = T_SCALAR, .var_off = a->bits, .r = a->r};
	struct reg_state y = {.type = T_SCALAR, .var_off = b->bits, .r = b->r};

	refine_scalars(&x, &y, op, is_32, taken);
	if (is_impossible(&x) || is_impossible(&y))
		return false;
	return refine(st, insn->dst_reg, &x) && (!is_x || refine(st, insn->src_reg, &y));
}

static uint32_t branch_numbers(const struct bpf_insn *insn, const struct fact_reg *a,
			       const struct fact_reg *b, struct fact_state *st,
			       struct fact_state *taken)
{
	bool is_32 = (insn->code & INSN_CLASS_MASK) == INSN_JMP32;
	struct reg_state x = {.type = T_SCALAR, .var_off = a->bits, .r = a->r};
	struct reg_state y = {.type = T_SCALAR, .var_off = b->bits, .r = b->r};
	int is_taken = is_scalar_taken(&x, &y, insn->code & INSN_OP_MASK, is_32);
	uint32_t ways = 0;

	if (is_taken >= 0)
		return is_taken ? FLOW_TAKEN : FLOW_THROUGH;
	/* A register with itself tells nothing of it. */
	if (insn->code & INSN_SRC_X && insn->src_reg == insn->dst_reg)
		return FLOW_THROUGH | FLOW_TAKEN;
	if (take_way(insn, a, b, st, false))
		ways |= FLOW_THROUGH;
	if (take_way(insn, a, b, taken, true))
		ways |= FLOW_TAKEN;
	return ways;
}

static void set_null(struct fact_state *st, uint32_t regno, bool is_null)
{
	struct fact_reg tested = st->regs[regno], zero = fact_const(0);

	EACH_VALUE(st, v)
	{
		if (v != &st->regs[regno] &&
		    (!tested.id || v->id != tested.id || v->delta != tested.delta))
			continue;
		if (is_null) {
			zero.id = v->id;
			zero.delta = v->delta;
			*v = zero;
		} else {
			v->may_be_null = false;
		}
	}
}

/* An address and 0 */
static uint32_t branch_null(uint8_t op, uint32_t regno, struct fact_state *st,
			    struct fact_state *taken)
{
	bool is_eq = op == JUMP_JEQ;
	const struct fact_reg *v = &st->regs[regno];

	if (op != JUMP_JEQ && op != JUMP_JNE)
		return FLOW_THROUGH | FLOW_TAKEN;
	if (!v->may_be_null) {
		if (v->kind == FACT_OTHER || v->kind == FACT_FAR_STACK ||
		    v->r.smin < -VAR_OFF_MAX || v->r.smax > VAR_OFF_MAX)
			return FLOW_THROUGH | FLOW_TAKEN;
		return is_eq ? FLOW_THROUGH : FLOW_TAKEN;
	}
	set_null(st, regno, !is_eq);
	set_null(taken, regno, is_eq);
	return FLOW_THROUGH | FLOW_TAKEN;
}

/* ptr is at most the packet's end, or (below) less. */
static void set_room(struct fact_state *st, const struct fact_reg *ptr, bool below)
{
	if (!ptr->id || ptr->r.smin < 0 || ptr->r.smax > PACKET_OFF_MAX)
		return;
	EACH_VALUE(st, v)
	{
		int64_t room = ptr->delta - v->delta + below;

		if (v->id == ptr->id && v->kind == FACT_PACKET && v->r.smin >= 0 &&
		    room > v->room && room <= PACKET_OFF_MAX)
			v->room = (uint16_t)room;
	}
}

/* For "pointer OP end": on which side it is good, and whether it is below the end there. */
static const struct {
	uint8_t op, mirrored;
	bool if_taken, below;
} packet_sides[] = {
	{JUMP_JGT, JUMP_JLT, false, false},
	{JUMP_JLT, JUMP_JGT, true, true},
	{JUMP_JGE, JUMP_JLE, false, true},
	{JUMP_JLE, JUMP_JGE, true, false},
};

static void branch_packet(const struct bpf_insn *insn, struct fact_state *st,
			  struct fact_state *taken)
{
	struct fact_reg a = st->regs[insn->dst_reg], b = st->regs[insn->src_reg];
	bool mirrored = a.kind == FACT_PACKET_END;
	const struct fact_reg *ptr = mirrored ? &b : &a;
	uint8_t op = insn->code & INSN_OP_MASK;

	if (ptr->kind != FACT_PACKET || (!mirrored && b.kind != FACT_PACKET_END))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(packet_sides); i++)
		if (op == (mirrored ? packet_sides[i].mirrored : packet_sides[i].op))
			set_room(packet_sides[i].if_taken ? taken : st, ptr, packet_sides[i].below);
}

uint32_t flow_branch(const struct flow *f, uint32_t insn, struct fact_state *st,
		     struct fact_state *taken)
{
	const struct bpf_insn *at = &f->insns[insn];
	const struct insn_desc *desc = &insn_descs[f->ops[insn]];
	bool is_32 = (at->code & INSN_CLASS_MASK) == INSN_JMP32;
	struct fact_reg a, b;

	if (desc->shape != SHAPE_JMP_X && desc->shape != SHAPE_JMP_K)
		return FLOW_THROUGH | FLOW_TAKEN;
	a = st->regs[at->dst_reg];
	b = operand(at, desc, st);
	if (!fact_is_address(&a) && !fact_is_address(&b))
		return branch_numbers(at, &a, &b, st, taken);
	if (is_32)
		return FLOW_THROUGH | FLOW_TAKEN;
	if (fact_is_address(&a) && !fact_is_address(&b) && fact_is_const(&b) && !b.bits.value)
		return branch_null(at->code & INSN_OP_MASK, at->dst_reg, st, taken);
	if (desc->shape == SHAPE_JMP_X)
		branch_packet(at, st, taken);
	return FLOW_THROUGH | FLOW_TAKEN;
}
