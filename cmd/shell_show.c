/* Addresses are told by what they point into, so that what is shown is the same in every run. */
#include <string.h>

#include "cmd/shell.h"
#include "core/helper/helper.h"
#include "core/obj/map.h"

/* "NAME+off" when addr is in [base, base + size] */
static bool add_place(struct strbuf *b, uint64_t addr, const char *name, uint64_t base,
		      uint64_t size)
{
	if (!base || addr < base || addr > base + size)
		return false;
	strbuf_add(b, name);
	if (addr > base)
		strbuf_addf(b, "+%llu", (unsigned long long)(addr - base));
	return true;
}

/* A map, or a value of one. */
static bool add_map(const struct session *s, struct strbuf *b, uint64_t addr)
{
	for (uint32_t i = 0; s->is_loaded && i < s->prog->nmaps; i++) {
		struct map *map = s->prog->maps[i];
		const uint8_t *value;

		if (addr == (uintptr_t)map) {
			strbuf_addf(b, "map %s", map->name);
			return true;
		}
		value = map->ops->value_at ? map->ops->value_at(map, addr) : NULL;
		if (value) {
			strbuf_addf(b, "value of %s", map->name);
			return add_place(b, addr, "", (uintptr_t)value, map->value_size);
		}
	}
	return false;
}

static void add_address(const struct session *s, struct strbuf *b, uint64_t addr)
{
	const struct packet *pkt = s->rc.pkt;
	uint64_t fp = s->step.reg[REG_FP];

	if (addr <= fp && addr >= fp - STACK_SIZE)
		strbuf_addf(b, addr == fp ? "fp" : "fp-%u", (unsigned int)(fp - addr));
	else if (!(pkt && add_place(b, addr, "packet", (uintptr_t)pkt->buf + pkt->data,
				    packet_linear(pkt))) &&
		 !(pkt && add_place(b, addr, "ctx", (uintptr_t)s->rc.ctx, 0)) &&
		 !(s->mem.len && add_place(b, addr, "mem", (uintptr_t)s->mem.s, s->mem.len)) &&
		 !add_map(s, b, addr))
		strbuf_addf(b, "0x%llx", (unsigned long long)addr);
}

static bool is_address(const struct session *s, uint64_t v)
{
	struct strbuf b = {0};
	bool named;

	add_address(s, &b, v);
	named = strncmp(b.s, "0x", 2) != 0;
	strbuf_free(&b);
	return named;
}

/* "r1 = 0xffffffffffffffff (-1)", "r2 = fp-8" */
static void show_reg(struct session *s, unsigned int reg)
{
	uint64_t v = s->step.reg[reg];
	struct strbuf b = {0};

	add_address(s, &b, v);
	out_text(s->out, "r%u = %s", reg, b.s);
	if (v > 9 && !is_address(s, v))
		out_text(s->out, " (%lld)", (long long)v);
	out_text(s->out, "\n");
	strbuf_free(&b);
}

void show_changes(struct session *s)
{
	for (unsigned int i = 0; i < REG_FP; i++)
		if (s->step.known & 1 << i &&
		    (!(s->known & 1 << i) || s->reg[i] != s->step.reg[i]))
			show_reg(s, i);
	memcpy(s->reg, s->step.reg, sizeof(s->reg));
	s->known = s->step.known;
}

void show_write(struct session *s)
{
	const struct step_change *c = &s->step.change;
	uint64_t fp = s->step.reg[REG_FP], value = 0;
	struct strbuf b = {0};

	if (!c->size || !c->wrote || c->size > sizeof(value))
		return;
	if (c->addr < fp && c->addr >= fp - STACK_SIZE)
		s->low = min(s->low, (uint32_t)(STACK_SIZE - (fp - c->addr)));
	memcpy(&value, (void *)(uintptr_t)c->addr, c->size);
	add_address(s, &b, c->addr);
	out_text(s->out, "*(u%u *)(%s) = ", c->size * 8, b.s);
	strbuf_reset(&b);
	add_address(s, &b, value);
	out_text(s->out, "%s\n", b.s);
	strbuf_free(&b);
}

void show_regs(struct session *s)
{
	for (unsigned int i = 0; i < REG_COUNT; i++)
		if (s->step.known & 1 << i)
			show_reg(s, i);
		else
			out_text(s->out, "r%u is not set\n", i);
}

/* Sixteen bytes a line, behind the address of the first. */
static void show_bytes(struct session *s, const uint8_t *p, uint32_t size)
{
	for (uint32_t i = 0; i < size; i += 16) {
		struct strbuf b = {0};

		add_address(s, &b, (uintptr_t)p + i);
		out_text(s->out, "%-8s", b.s);
		for (uint32_t j = i; j < i + 16 && j < size; j++)
			out_text(s->out, " %02x", p[j]);
		out_text(s->out, "\n");
		strbuf_free(&b);
	}
}

void show_stack(struct session *s)
{
	uint32_t from = s->low & ~7u;
	const uint8_t *stack = (uint8_t *)(uintptr_t)s->step.reg[REG_FP] - STACK_SIZE;

	if (from == STACK_SIZE)
		out_text(s->out, "nothing was written to the stack\n");
	else
		show_bytes(s, stack + from, STACK_SIZE - from);
}

void show_mem(struct session *s)
{
	if (s->mem.len)
		show_bytes(s, (uint8_t *)s->mem.s, (uint32_t)s->mem.len);
	else
		out_text(s->out, "no memory; `mem HEX...` makes it\n");
}

/* A jump to a label is written with the label's name. */
static bool add_target(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct session *s = arg;
	int64_t to = insn_target(insn, (size_t)(insn - s->prog->insns));

	vec_each(&s->labels, label)
		if (label->slot == to) {
			strbuf_add(b, label->name);
			return true;
		}
	return false;
}

static bool add_callee(void *arg __unused, struct strbuf *b, const struct bpf_insn *insn)
{
	if (insn_decode(insn) != OP_CALL || !helper_name(insn->imm))
		return false;
	strbuf_addf(b, "bpf_%s", helper_name(insn->imm));
	return true;
}

static bool add_imm64(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct session *s = arg;

	if (insn_decode(insn) != OP_LD_IMM64_MAP_IDX)
		return false;
	strbuf_addf(b, "%s ll", s->prog->maps[insn->imm]->name);
	return true;
}

void show_insn(struct session *s, uint32_t slot)
{
	struct insn_names names = {.arg = s, .target = add_target, .call = add_callee,
				   .imm64 = add_imm64};
	struct strbuf b = {0};

	insn_text(&b, &s->prog->insns[slot], NOTATION_LLVM, &names);
	out_text(s->out, "%s%4u: %s\n", slot == s->step.insn ? "=>" : "  ", slot,
		 strbuf_str(&b));
	strbuf_free(&b);
}

void show_list(struct session *s)
{
	const struct prog *p = s->prog;

	for (uint32_t i = 0; i < p->ninsns; i += insn_slots(&p->insns[i])) {
		vec_each(&s->labels, label)
			if (label->slot == i)
				out_text(s->out, "%s:\n", label->name);
		show_insn(s, i);
	}
}
