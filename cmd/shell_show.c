/* Addresses are told by what they point into, so that what is shown is the same in every run. */
#include <string.h>

#include "cmd/shell.h"

static void add_address(const struct session *s, struct strbuf *b, uint64_t addr)
{
	uint64_t fp = s->step.reg[REG_FP], mem = (uintptr_t)s->mem.s;

	if (addr <= fp && addr >= fp - STACK_SIZE)
		strbuf_addf(b, addr == fp ? "fp" : "fp-%u", (unsigned int)(fp - addr));
	else if (s->mem.len && addr >= mem && addr <= mem + s->mem.len)
		strbuf_addf(b, addr == mem ? "mem" : "mem+%u", (unsigned int)(addr - mem));
	else
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

void show_insn(struct session *s, uint32_t slot)
{
	struct insn_names names = {.arg = s, .target = add_target};
	struct strbuf b = {0};

	insn_text(&b, &s->prog->insns[slot], NOTATION_LLVM, &names);
	out_text(s->out, "%s%4u: %s\n", slot == s->step.insn ? ">" : " ", slot, strbuf_str(&b));
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
