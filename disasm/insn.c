#include "disasm/local.h"

#include "core/helper/helper.h"

/* The instruction being written, for the callbacks of insn_text(). */
struct line {
	const struct dis *dis;
	uint32_t sec, slot;
	bool is_kernel;
};

static bool add_target(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct line *l = arg;
	uint64_t to = (uint64_t)insn_target(insn, l->slot) * 8;
	const char *name = is_place(l->dis, l->sec, to) ? label_at(l->dis, l->sec, to) : NULL;

	if (name)
		strbuf_add(b, name);
	return name;
}

/* A symbol that is called as a helper is would be meant instead of it. */
static bool add_helper(const struct line *l, struct strbuf *b, int32_t id)
{
	const char *name = helper_name(id);
	struct strbuf full = {0};
	bool is_taken;

	if (!name)
		return false;
	strbuf_addf(&full, "bpf_%s", name);
	is_taken = !l->is_kernel && strmap_get(&l->dis->names, full.s);
	if (!is_taken)
		strbuf_add(b, full.s);
	if (!is_taken && l->is_kernel)
		strbuf_addf(b, "#%d", id);
	strbuf_free(&full);
	return !is_taken;
}

static bool add_call(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct line *l = arg;
	const struct reloc *rel;
	struct operand ref;
	const char *name;
	uint64_t to;

	if (insn->src_reg != PSEUDO_CALL)
		return !insn->src_reg && add_helper(l, b, insn->imm);
	if (insn_operand(l->dis, l->sec, l->slot, &rel, &ref)) {
		strbuf_addf(b, "%s%s", l->is_kernel ? "#" : "", ref.name);
		return true;
	}
	if (!l->is_kernel)
		return add_target(arg, b, insn);
	to = (uint64_t)insn_target(insn, l->slot) * 8;
	name = is_place(l->dis, l->sec, to) ? label_at(l->dis, l->sec, to) : NULL;
	strbuf_addf(b, name ? "%+d#%s" : "%+d", insn->imm, name);
	return true;
}

static bool add_imm64(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct line *l = arg;
	const struct reloc *rel;
	struct operand ref;

	(void)insn;
	if (!insn_operand(l->dis, l->sec, l->slot, &rel, &ref))
		return false;
	operand_text(b, &ref);
	if (!l->is_kernel)
		strbuf_add(b, " ll");
	return true;
}

bool insn_line(const struct dis *dis, uint32_t sec, uint32_t slot, struct strbuf *b)
{
	const struct dis_sec *s = &dis->secs[sec];
	const struct bpf_insn *insn = &s->insns[slot];
	struct line l = {dis, sec, slot, false};
	struct insn_names names = {&l, add_target, add_call, add_imm64};

	if (!s->slots[slot] || s->slots[slot] != insn_slots(insn) ||
	    insn_check(s->insns, slot, s->ninsns))
		return false;
	insn_text(b, insn, NOTATION_LLVM, &names);
	return true;
}

void insn_line_kernel(const struct dis *dis, uint32_t sec, uint32_t slot, struct strbuf *b)
{
	struct line l = {dis, sec, slot, true};
	struct insn_names names = {&l, NULL, add_call, add_imm64};

	insn_text(b, &dis->secs[sec].insns[slot], NOTATION_KERNEL, &names);
}
