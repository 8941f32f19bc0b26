/*
 * Relocations as operands. An assembler (LLVM's rule) turns a reference to a global or undefined
 * symbol into a relocation against it, and one to a local symbol into a relocation against its
 * section; the addend goes into the instruction or the data. So an operand can stand for a
 * relocation against a global symbol or a section; every other one is written as .reloc.
 */
#include "disasm/local.h"

/* The one relocation in [off, off + size), provided that it stands at off. */
static const struct reloc *only_reloc(const struct section *sec, uint64_t off, unsigned int size)
{
	uint32_t at = dis_reloc_at(sec, off);

	if (sec->is_rela || at == sec->nrelocs || sec->relocs[at].off != off)
		return NULL;
	if (at + 1 < sec->nrelocs && sec->relocs[at + 1].off < off + size)
		return NULL;
	return &sec->relocs[at];
}

/* Is symbol + addend something that can be named? */
static bool set_operand(const struct dis *dis, const struct reloc *rel, uint64_t addend,
			struct operand *out)
{
	const struct symbol *sym = &dis->obj->syms[rel->sym];

	*out = (struct operand){.sym = rel->sym, .addend = addend};
	if (sym->sec == SHN_ABS)
		return false;
	if (sym->sec && sym->sec < dis->obj->nsecs) {
		out->sec = sym->sec;
		out->off = sym->value + addend;
	}
	if (sym->type == STT_SECTION) {
		if (!out->sec)
			return false;
		place_name(dis, out);
		return true;
	}
	out->name = dis->sym_names[rel->sym];
	return out->name && (sym->bind == STB_GLOBAL || sym->bind == STB_WEAK);
}

static bool load_operand(const struct dis *dis, const struct reloc *rel,
			 const struct bpf_insn *insn, struct operand *out)
{
	return rel->type == RELOC_64_64 && !insn->src_reg && !insn[1].imm &&
	       set_operand(dis, rel, insn_imm64(insn), out);
}

/* A call's addend counts instructions, from the one behind the call. */
static bool call_operand(const struct dis *dis, uint32_t sec, const struct reloc *rel,
			 const struct bpf_insn *insn, struct operand *out)
{
	if (rel->type != RELOC_64_32 || insn->src_reg != PSEUDO_CALL)
		return false;
	if (!set_operand(dis, rel, ((uint64_t)insn->imm + 1) * 8, out))
		return false;
	if (dis->obj->syms[rel->sym].type != STT_SECTION)
		return insn->imm == -1;
	return out->sec != sec && is_place(dis, out->sec, out->off);
}

bool insn_operand(const struct dis *dis, uint32_t sec, uint32_t slot, const struct reloc **rel,
		  struct operand *out)
{
	const struct dis_sec *s = &dis->secs[sec];
	const struct bpf_insn *insn;

	if (slot >= s->ninsns || !s->slots[slot] || insn_check(s->insns, slot, s->ninsns))
		return false;
	insn = &s->insns[slot];
	*rel = only_reloc(s->sec, slot * 8ull, s->slots[slot] * 8u);
	if (!*rel)
		return false;
	if (s->slots[slot] == 2)
		return load_operand(dis, *rel, insn, out);
	return insn_desc(insn)->shape == SHAPE_CALL && call_operand(dis, sec, *rel, insn, out);
}

bool data_operand(const struct dis *dis, uint32_t sec, const struct reloc *rel, struct operand *out)
{
	const struct section *s = dis->secs[sec].sec;

	return rel->type == RELOC_64_ABS64 && s->data && only_reloc(s, rel->off, 8) == rel &&
	       rel->off + 8 <= s->size &&
	       set_operand(dis, rel, dis_number(dis, s->data + rel->off, 8), out);
}

void operand_text(struct strbuf *b, const struct operand *ref)
{
	strbuf_add(b, ref->name);
	if (ref->addend >> 63)
		strbuf_addf(b, "%lld", (long long)ref->addend);
	else if (ref->addend)
		strbuf_addf(b, "+%llu", (unsigned long long)ref->addend);
}
