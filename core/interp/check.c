/*
 * Facts at run time: each that core/verify has of an instruction is looked at when it runs. What is
 * said of addresses is compared with where things are in this run.
 */
#include "core/interp/check.h"

#include <inttypes.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/packet.h"
#include "core/run/run.h"
#include "core/verify/facts.h"

enum { SLOT_SIZE = 8 };

/* ---- one value ---- */

static bool is_within(const struct fact_reg *f, uint64_t v)
{
	const struct range *r = &f->r;

	return v >= r->umin && v <= r->umax && (int64_t)v >= r->smin && (int64_t)v <= r->smax &&
	       (uint32_t)v >= r->u32_min && (uint32_t)v <= r->u32_max && (int32_t)v >= r->s32_min &&
	       (int32_t)v <= r->s32_max && !((v ^ f->bits.value) & ~f->bits.mask);
}

/* Some value of the map begins where the address's offset would have it. */
static bool is_in_map(const struct fact_reg *f, uint64_t v)
{
	enum { STEP = 8, STEPS_MAX = 512 }; /* values are no smaller */
	uint64_t last = f->r.umax - f->r.umin;

	if (!f->map->ops->value_at || last > STEP * STEPS_MAX)
		return true;
	for (uint64_t i = 0; i <= last + STEP; i += STEP) {
		uint8_t *base = f->map->ops->value_at(f->map, v - f->r.umin - min(i, last));

		if (base && is_within(f, v - (uintptr_t)base))
			return true;
	}
	return false;
}

static bool is_in_record(const struct run_ctx *rc, const struct fact_reg *f, uint64_t v)
{
	uint32_t size;

	for (uint32_t i = 0; i < rc->prog->nmaps; i++) {
		struct map *map = rc->prog->maps[i];
		uint8_t *base = map->ops->record_at ? map->ops->record_at(map, v, &size) : NULL;

		if (base && size >= f->size && is_within(f, v - (uintptr_t)base))
			return true;
	}
	return f->r.umax >= f->size;
}

static bool is_func(const struct prog *prog, const struct fact_reg *f, uint64_t v)
{
	const struct subprog *sub = prog_subprog_at(prog, f->func);

	return v == (uintptr_t)sub;
}

static bool is_in_packet(const struct packet *pkt, const struct fact_reg *f, uint64_t v)
{
	uint64_t buf = (uintptr_t)pkt->buf;

	if (f->kind == FACT_PACKET_END)
		return v == buf + pkt->end;
	if (f->kind == FACT_PACKET_META)
		return is_within(f, v - buf - pkt->meta);
	return is_within(f, v - buf - pkt->data) && (!f->room || v + f->room <= buf + pkt->end);
}

static bool is_address(const struct stepper *s, const struct fact_reg *f, uint64_t v)
{
	const struct run_ctx *rc = s->rc;

	switch ((enum fact_kind)f->kind) {
	case FACT_CTX:
		return is_within(f, v - (uintptr_t)rc->ctx);
	case FACT_STACK:
		return is_within(f, v - s->reg[REG_FP]);
	case FACT_MAP:
		return v == (uintptr_t)f->map;
	case FACT_MAP_VALUE:
		return is_in_map(f, v);
	case FACT_PACKET:
	case FACT_PACKET_META:
	case FACT_PACKET_END:
		return rc->pkt && is_in_packet(rc->pkt, f, v);
	case FACT_FUNC:
		return is_func(s->prog, f, v);
	case FACT_MEM:
		return is_in_record(rc, f, v);
	default:
		return true;
	}
}

static bool holds(const struct stepper *s, const struct fact_reg *f, uint64_t v)
{
	if (!fact_is_address(f))
		return is_within(f, v);
	if (!v)
		return f->may_be_null;
	return is_address(s, f, v);
}

/* ---- a state ---- */

enum { IDS_MAX = 96 };

struct look {
	struct stepper *s;
	struct {
		uint32_t id;
		uint64_t value;
	} ids[IDS_MAX];
	uint32_t nids;
};

static bool is_same(struct look *l, const struct fact_reg *f, uint64_t v)
{
	uint64_t base = v - (uint64_t)f->delta;

	if (!f->id)
		return true;
	for (uint32_t i = 0; i < l->nids; i++)
		if (l->ids[i].id == f->id)
			return l->ids[i].value == base;
	if (l->nids < IDS_MAX) {
		l->ids[l->nids].id = f->id;
		l->ids[l->nids++].value = base;
	}
	return true;
}

static bool check_value(struct look *l, const struct fact_reg *f, uint64_t v, const char *place,
			int n)
{
	if (!holds(l->s, f, v))
		run_fault(l->s->rc, FAULT_FACT,
			  "false fact: %s%d is %#" PRIx64 ", said to be of kind %u, u[%" PRIu64
			  ", %" PRIu64 "] s[%" PRId64 ", %" PRId64 "] bits %#" PRIx64 "/%#" PRIx64,
			  place, n, v, f->kind, f->r.umin, f->r.umax, f->r.smin, f->r.smax,
			  f->bits.value, f->bits.mask);
	else if (!is_same(l, f, v))
		run_fault(l->s->rc, FAULT_FACT,
			  "false fact: %s%d is %#" PRIx64 ", which is another value than is said",
			  place, n, v);
	else
		return true;
	return false;
}

static bool check_state(struct stepper *s, const struct fact_state *st)
{
	struct look l = {.s = s};

	for (int i = 0; i < REG_COUNT; i++)
		if (s->known >> i & 1 && !check_value(&l, &st->regs[i], s->reg[i], "r", i))
			return false;
	for (uint32_t i = 0; i < st->nslots; i++) {
		uint64_t v;

		memcpy(&v, (void *)(uintptr_t)(s->reg[REG_FP] - (i + 1) * SLOT_SIZE), sizeof(v));
		if (!check_value(&l, &st->slots[i], v, "slot fp", -SLOT_SIZE * (int)(i + 1)))
			return false;
	}
	return true;
}

/* ---- an instruction ---- */

static bool check_divisor(struct stepper *s, const struct bpf_insn *insn)
{
	const struct insn_desc *desc = &insn_descs[s->prog->ops[s->insn]];
	uint64_t v = desc->shape == SHAPE_ALU_K ? (uint64_t)insn->imm : s->reg[insn->src_reg];

	if (desc->flags & INSN_W32 ? (uint32_t)v : v)
		return true;
	run_fault(s->rc, FAULT_FACT, "false fact: it divides by 0");
	return false;
}

static bool check_call(struct stepper *s)
{
	struct fact_call call;
	uint64_t key = 0;

	if (!(s->prog->facts->flags[s->insn] & FACT_CALL_KEY))
		return true;
	call = facts_call(s->prog->facts, s->insn);
	memcpy(&key, (void *)(uintptr_t)s->reg[2], min(call.map->key_size, (uint32_t)sizeof(key)));
	if (key == call.key)
		return true;
	run_fault(s->rc, FAULT_FACT, "false fact: the key is %#" PRIx64 ", not %#" PRIx64, key,
		  call.key);
	return false;
}

bool check_facts(struct stepper *s)
{
	const struct fact_state *st = s->prog->fact_states[s->insn];
	uint16_t flags = s->prog->facts->flags[s->insn];
	const struct bpf_insn *insn = &s->prog->insns[s->insn];

	if (!st || flags & FACT_DEAD) {
		run_fault(s->rc, FAULT_FACT, "false fact: the instruction is dead");
		return false;
	}
	if (!check_state(s, st))
		return false;
	if (flags & FACT_DIVISOR && !check_divisor(s, insn))
		return false;
	if (flags & FACT_EXTENDED && s->reg[insn->src_reg] > UINT32_MAX) {
		run_fault(s->rc, FAULT_FACT, "false fact: the upper half is not zero");
		return false;
	}
	return check_call(s);
}

bool check_jump_fact(struct stepper *s, bool taken)
{
	if (!(s->prog->facts->flags[s->insn] & (taken ? FACT_NOT_TAKEN : FACT_TAKEN)))
		return true;
	run_fault(s->rc, FAULT_FACT, "false fact: the jump is%s taken", taken ? "" : " not");
	return false;
}
