/* Statements that compute, and those that read and write memory. */
#include "tests/verify/valid.h"

#include "core/obj/ctx.h"

void valid_alu(struct valid *g)
{
	uint8_t dst = valid_number(g), src = valid_number(g);

	emit(g->t, fuzz_alu(g->f, dst, src));
}

void valid_copy(struct valid *g)
{
	uint8_t from = (uint8_t)below(g->f, REG_COUNT), to = valid_free_reg(g);

	if (g->s.r[from].kind == K_NONE || from == to)
		return;
	emit(g->t, INSN_MOV64_X(to, from));
	valid_set(g, to, g->s.r[from]);
}

void valid_wild(struct valid *g)
{
	struct bpf_insn insn = fuzz_insn(g->f, g->t->n, g->t->n);

	/* Where it leads is where things are already, or nowhere. */
	if (!(insn_desc(&insn)->flags & (INSN_JUMP | INSN_EXITS)) && insn.code != 0x85)
		emit(g->t, insn);
}

/* ---- the stack ---- */

static int slot_off(uint32_t slot)
{
	return -8 * (int)(slot + 1);
}

void valid_spill(struct valid *g)
{
	uint32_t slot = below(g->f, SHADOW_SLOTS), size = 8;
	uint8_t from = (uint8_t)below(g->f, REG_FP);
	int off = slot_off(slot);

	if (g->s.r[from].kind == K_NONE || g->kept_slots & 1ull << slot)
		return;
	if (g->s.r[from].kind == K_NUMBER) {
		size = fuzz_size(g->f);
		if (size < 8)
			off += (int)(below(g->f, 8 / size) * size);
		emit(g->t, fuzz_store(g->f, size, REG_FP, from, off));
	} else {
		emit(g->t, INSN_STX_DW(REG_FP, from, (int16_t)off));
	}
	/* A part of nothing is nothing that everybody may read. */
	if (size == 8 || g->s.slot[slot].kind != K_NONE)
		g->s.slot[slot] = g->s.r[from];
}

void valid_fill(struct valid *g)
{
	uint32_t slot = below(g->f, SHADOW_SLOTS), size = fuzz_size(g->f);
	uint8_t to = valid_free_reg(g);
	int off = slot_off(slot);

	while (slot < SHADOW_SLOTS - 1 && g->s.slot[slot].kind == K_NONE)
		slot++;
	off = slot_off(slot);
	if (g->s.slot[slot].kind == K_NONE && !one_in(g->f, 8))
		return;
	if (g->s.slot[slot].kind == K_NUMBER && size < 8)
		emit(g->t,
		     fuzz_load(g->f, size, to, REG_FP, off + (int)(below(g->f, 8 / size) * size)));
	else
		emit(g->t, INSN_LDX_DW(to, REG_FP, (int16_t)off));
	valid_set(g, to, g->s.slot[slot].kind == K_NONE ? shadow_number() : g->s.slot[slot]);
}

/* An array on the stack and an index. */
void valid_var_stack(struct valid *g)
{
	uint8_t index = valid_number(g), p;
	int buffer = valid_buffer(g, 32, true);

	emit(g->t, INSN_AND64_K(index, one_in(g->f, 2) ? 0x18 : 0x1f));
	p = valid_free_reg(g);
	if (p == index)
		return;
	emit(g->t, INSN_MOV64_X(p, REG_FP));
	emit(g->t, INSN_ADD64_X(p, index));
	if (one_in(g->f, 2))
		emit(g->t, fuzz_store(g->f, 1, p, index, buffer));
	else
		emit(g->t, fuzz_load(g->f, 1, index, p, buffer));
	valid_set(g, p, shadow_of(K_OTHER, 0, 0));
}

/* ---- the context ---- */

static struct shadow_reg given(enum ctx_gives gives)
{
	switch (gives) {
	case CTX_GIVES_SCALAR:
		return shadow_number();
	case CTX_GIVES_PACKET:
	case CTX_GIVES_PACKET_META:
		return shadow_of(K_PACKET, 0, 0);
	case CTX_GIVES_PACKET_END:
		return shadow_of(K_PACKET_END, 0, 0);
	case CTX_GIVES_FLOW_KEYS:
		return shadow_of(K_MEM, 0, 40);
	default:
		return shadow_of(K_OTHER, 0, 0);
	}
}

static uint32_t one_width(struct fuzz *f, uint32_t widths)
{
	uint32_t size;

	if (!widths)
		return 0;
	do
		size = 1u << below(f, 4);
	while (!(widths & size));
	return size;
}

/* Of what is attached to: most are pointers. */
static void argument(struct valid *g, uint8_t ctx)
{
	uint8_t to = valid_free_reg(g);

	emit(g->t, INSN_LDX_DW(to, ctx, (int16_t)(8 * below(g->f, 4))));
	valid_set(g, to, shadow_of(K_OTHER, 0, 0));
}

void valid_ctx(struct valid *g)
{
	struct ctx_view view = ctx_view_of(g->t->type, g->t->attach_type);
	int ctx = valid_find(g, K_CTX);
	const struct ctx_field *field;
	uint32_t size;
	uint8_t to;

	if (ctx >= 0 && g->t->attach_btf_id) {
		argument(g, (uint8_t)ctx);
		return;
	}
	if (ctx < 0 || !view.type || !view.type->nfields)
		return;
	field = &view.type->fields[below(g->f, view.type->nfields)];
	if (field->writers & view.users && one_in(g->f, 2)) {
		size = one_width(g->f, field->store);
		if (size)
			emit(g->t,
			     fuzz_store(g->f, size, (uint8_t)ctx, valid_number(g), field->off));
		return;
	}
	size = one_width(g->f, field->head);
	if (!size || (!(field->readers & view.users) && !one_in(g->f, 16)))
		return;
	to = valid_free_reg(g);
	emit(g->t, (struct bpf_insn){.code = fuzz_load(g->f, size, 0, 0, 0).code & ~0xe0u,
				     .dst_reg = to & 15,
				     .src_reg = ctx & 15,
				     .off = (int16_t)field->off});
	g->t->insns[g->t->n - 1].code |= INSN_MEM;
	valid_set(g, to, given(ctx_load_gives(field, field->off, size)));
}

/* ---- memory behind pointers ---- */

static void atomic(struct valid *g, uint8_t p, int off)
{
	static const enum insn_op ops[] = {
#define ATOMIC(name, ...) OP_ATOMIC64_##name, OP_ATOMIC32_##name,
#define ACQREL(name, ...) OP_LOAD_ACQ_##name, OP_STORE_REL_##name,
#include "core/isa/isa.def"
	};
	enum insn_op op = ops[below(g->f, ARRAY_SIZE(ops))];

	/* cmpxchg reads r0 and leaves something there */
	if (insn_descs[op].flags & INSN_RD_R0 && g->s.r[0].kind != K_NUMBER)
		valid_const(g, 0, 0);
	if (insn_descs[op].shape == SHAPE_LOAD_ACQ)
		emit(g->t, insn_make(op, valid_number(g), p, (int16_t)off, 0));
	else
		emit(g->t, insn_make(op, p, valid_number(g), (int16_t)off, 0));
}

/* p + index, where index is below what is there. */
static uint8_t indexed(struct valid *g, uint8_t p, int size)
{
	uint8_t index = valid_number(g), to = valid_free_reg(g);
	int mask = 1;

	if (to == index || to == p || index == p)
		return p;
	while (mask * 2 <= size)
		mask *= 2;
	emit(g->t, INSN_AND64_K(index, mask - 1));
	emit(g->t, INSN_MOV64_X(to, p));
	emit(g->t, INSN_ADD64_X(to, index));
	valid_set(g, to, shadow_of(K_OTHER, 0, 0));
	return to;
}

static void through(struct valid *g, uint8_t p)
{
	struct shadow_reg *r = &g->s.r[p];
	uint32_t size = fuzz_size(g->f);
	int off = r->off, room = r->size - (int)size + 1;

	if (room <= 0)
		return;
	if (r->kind == K_MEM && one_in(g->f, 4)) {
		p = indexed(g, p, room);
		if (g->s.r[p].kind != K_OTHER)
			off += (int)below(g->f, (uint32_t)room);
	} else {
		off += (int)(below(g->f, ((uint32_t)room + size - 1) / size) * size);
	}
	if (one_in(g->f, 4) && r->kind == K_MEM && !r->readonly)
		atomic(g, p, off & ~7);
	else if (one_in(g->f, 2) && !r->readonly)
		emit(g->t, fuzz_store(g->f, size, p, valid_number(g), off));
	else
		emit(g->t, fuzz_load(g->f, size, valid_number(g), p, off));
}

void valid_access(struct valid *g)
{
	int p = valid_find(g, one_in(g->f, 4) ? K_PACKET : K_MEM);
	uint8_t to;

	if (p < 0 && one_in(g->f, 2)) {
		to = valid_free_reg(g);
		emit_value(g->t, to, one_in(g->f, 4) ? "world.rodata" : "direct", 0);
		valid_set(g, to, shadow_of(K_MEM, 0, 48));
		g->s.r[to].readonly = true;
		return;
	}
	if (p < 0)
		return;
	if (one_in(g->f, 6) && !(g->kept_regs & 1u << p)) { /* moved, seen from where it was */
		int by = (int)below(g->f, 17) - 8;

		emit(g->t, INSN_ADD64_K((uint8_t)p, by));
		g->s.r[p].off = (int16_t)(g->s.r[p].off - by);
	}
	through(g, (uint8_t)p);
}

/* ---- packets ---- */

static bool has_packet(uint32_t type, int *data, int *end)
{
	switch (type) {
	case PROG_TYPE_XDP:
		*data = 0;
		*end = 4;
		return true;
	case PROG_TYPE_SCHED_CLS:
	case PROG_TYPE_SCHED_ACT:
	case PROG_TYPE_LWT_IN:
	case PROG_TYPE_LWT_XMIT:
	case PROG_TYPE_SK_SKB:
	case PROG_TYPE_CGROUP_SKB:
	case PROG_TYPE_FLOW_DISSECTOR:
		*data = 76;
		*end = 80;
		return true;
	}
	return false;
}

/* if (data + n <= end) { ... } in one of its many forms */
void valid_packet(struct valid *g)
{
	int ctx = valid_find(g, K_CTX), data_off, end_off, n = 1 + (int)below(g->f, 40);
	uint8_t data, end, behind;
	uint32_t jump;
	struct shadow otherwise;

	if (ctx < 0 || !has_packet(g->t->type, &data_off, &end_off))
		return;
	data = valid_free_reg(g);
	end = valid_free_reg(g);
	behind = valid_free_reg(g);
	if (data == end || data == behind || end == behind || data == ctx || end == ctx ||
	    behind == ctx)
		return;
	emit(g->t, INSN_LDX_W(data, (uint8_t)ctx, (int16_t)data_off));
	emit(g->t, INSN_LDX_W(end, (uint8_t)ctx, (int16_t)end_off));
	emit(g->t, INSN_MOV64_X(behind, data));
	emit(g->t, INSN_ADD64_K(behind, n));
	valid_set(g, data, shadow_of(K_PACKET, 0, 0));
	valid_set(g, end, shadow_of(K_PACKET_END, 0, 0));
	valid_set(g, behind, shadow_of(K_OTHER, 0, 0));
	jump = g->t->n;
	switch (below(g->f, 4)) {
	case 0:
		emit(g->t, INSN_JLT64_X(end, behind, 0));
		break;
	case 1:
		emit(g->t, INSN_JGE64_X(behind, end, 0));
		break;
	default:
		emit(g->t, INSN_JGT64_X(behind, end, 0));
	}
	otherwise = g->s;
	g->s.r[data].size = (int16_t)n;
	valid_block(g, 1 + below(g->f, 4));
	trial_set_target(g->t, jump, g->t->n);
	shadow_meet(&g->s, &otherwise);
}

/* Packet loads of classic BPF want the context in r6, and clobber as calls do. */
void valid_legacy(struct valid *g)
{
	static const enum insn_op ops[] = {
#define LEGACY(name, ...) OP_LD_ABS_##name, OP_LD_IND_##name,
#include "core/isa/isa.def"
	};
	enum insn_op op = ops[below(g->f, ARRAY_SIZE(ops))];
	uint8_t index = valid_number(g);

	if ((g->t->type != PROG_TYPE_SOCKET_FILTER && g->t->type != PROG_TYPE_SCHED_CLS &&
	     !one_in(g->f, 16)) ||
	    g->s.r[6].kind != K_CTX || g->held)
		return;
	emit(g->t, insn_make(op, 0, insn_descs[op].shape == SHAPE_LD_IND ? index : 0, 0,
			     (int32_t)below(g->f, 64)));
	valid_called(g, shadow_number());
}
