/* The instructions of one section without an object around them: bytes, hex, or C. */
#include "asm/local.h"

/* The section called name, or the only one with code. */
static int find_code(const struct object *obj, const char *name, struct diag *d,
		     const struct section **out)
{
	*out = name ? object_section(obj, name) : NULL;
	if (name && (!*out || !section_is_code(*out)))
		return fail(d, NULL, -EINVAL, "no section '%s' with instructions", name);
	for (uint32_t i = 1; !name && i < obj->nsecs; i++) {
		const struct section *sec = &obj->secs[i];

		if (!section_is_code(sec) || !sec->size)
			continue;
		if (*out)
			return fail(d, NULL, -EINVAL,
				    "instructions are in '%s' and in '%s': choose "
				    "a section",
				    (*out)->name, sec->name);
		*out = sec;
	}
	return *out ? 0 : fail(d, NULL, -EINVAL, "no instructions");
}

/* Calls inside the section need no linker; whatever else does cannot be said here. */
static int link_section(const struct object *obj, const struct section *sec, struct bpf_insn *insns,
			struct diag *d)
{
	for (uint32_t i = 0; i < sec->nrelocs; i++) {
		const struct reloc *r = &sec->relocs[i];
		const struct symbol *sym = &obj->syms[r->sym];
		struct bpf_insn *insn = &insns[r->off / sizeof(*insn)];
		int64_t target;

		if (r->type != RELOC_64_32 || sym->sec != (uint32_t)(sec - obj->secs))
			return fail(d, NULL, -EINVAL,
				    "slot %llu refers to '%s', which only an "
				    "object can say",
				    (unsigned long long)(r->off / sizeof(*insn)),
				    *sym->name ? sym->name : obj->secs[sym->sec].name);
		target = (int64_t)(sym->value / sizeof(*insn)) + insn->imm + 1;
		insn->imm = (int32_t)(target - (int64_t)(r->off / sizeof(*insn)) - 1);
	}
	return 0;
}

static void write_c(struct strbuf *b, const struct bpf_insn *insns, size_t n)
{
	strbuf_add(b, "static const struct bpf_insn insns[] = {\n");
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(b,
			    "\t{ .code = 0x%02x, .dst_reg = %u, .src_reg = %u, .off = %d, "
			    ".imm = %d },",
			    insns[i].code, insns[i].dst_reg, insns[i].src_reg, insns[i].off,
			    insns[i].imm);
		strbuf_add(b, "\t/* ");
		if (i && insn_slots(&insns[i - 1]) == 2 && !insns[i].code)
			strbuf_add(b, "...");
		else if (i + insn_slots(&insns[i]) <= n)
			insn_text(b, &insns[i], NOTATION_LLVM, NULL);
		strbuf_add(b, " */\n");
	}
	strbuf_add(b, "};\n");
}

static void write_hex(struct strbuf *b, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		strbuf_addf(b, "%02x%c", bytes[i], i % 8 == 7 ? '\n' : ' ');
}

int asm_write_insns(const struct object *obj, const char *section, enum asm_insns_format format,
		    struct strbuf *b, struct diag *d)
{
	const struct section *sec;
	struct arena arena = {0};
	struct bpf_insn *insns;
	size_t n;
	int err = find_code(obj, section, d, &sec);

	if (err)
		return err;
	n = sec->size / sizeof(*insns);
	if (sec->size % sizeof(*insns))
		return fail(d, NULL, -EINVAL, "section '%s' ends inside an instruction", sec->name);
	insns = arena_memdup(&arena, sec->data, sec->size);
	if (obj->big_endian)
		insn_swap_order(insns, n);
	err = link_section(obj, sec, insns, d);
	if (obj->big_endian && format != ASM_C)
		insn_swap_order(insns, n);
	if (!err && format == ASM_C)
		write_c(b, insns, n);
	else if (!err && format == ASM_HEX)
		write_hex(b, (const uint8_t *)insns, sec->size);
	else if (!err)
		strbuf_addmem(b, insns, sec->size);
	arena_free(&arena);
	return err;
}
