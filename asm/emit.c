#include "asm/local.h"

#include "core/isa/build.h"

static int take_output(struct assembler *a, uint64_t size, const struct loc *loc)
{
	if (size > MAX_OUTPUT || a->output > MAX_OUTPUT - size) {
		a->stop = true;
		return fail(a->d, loc, -E2BIG, "more than %d MiB of output", MAX_OUTPUT >> 20);
	}
	a->output += size;
	return 0;
}

int emit_bytes(struct assembler *a, const void *data, size_t size, const struct loc *loc)
{
	struct asm_section *sec = a->sec;
	int err = take_output(a, size, loc);

	if (err || !size)
		return err;
	if (sec->type != SHT_NOBITS) {
		strbuf_addmem(&sec->data, data, size);
		return 0;
	}
	for (size_t i = 0; i < size; i++)
		if (((const char *)data)[i])
			return fail(a->d, loc, -EINVAL, "section '%s' holds no bytes but zeroes",
				    sec->name);
	sec->size += size;
	return 0;
}

int emit_fill(struct assembler *a, uint64_t count, uint8_t byte, const struct loc *loc)
{
	struct asm_section *sec = a->sec;
	int err;

	if (sec->type == SHT_NOBITS) {
		if (count > INT64_MAX - sec->size)
			return fail(a->d, loc, -E2BIG, "section '%s' has no end", sec->name);
		sec->size += count;
		return byte && count ? fail(a->d, loc, -EINVAL,
					    "section '%s' holds no bytes but zeroes", sec->name)
				     : 0;
	}
	err = take_output(a, count, loc);
	if (err)
		return err;
	while (count--)
		strbuf_addch(&sec->data, (char)byte);
	return 0;
}

static void store_int(const struct assembler *a, uint8_t *p, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++)
		p[a->big_endian ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

int emit_int(struct assembler *a, uint64_t value, unsigned int size, const struct loc *loc)
{
	uint8_t buf[8];

	store_int(a, buf, value, size);
	return emit_bytes(a, buf, size, loc);
}

void patch_int(struct assembler *a, struct asm_section *sec, uint64_t off, uint64_t value,
	       unsigned int size)
{
	if (sec->type != SHT_NOBITS)
		store_int(a, (uint8_t *)sec->data.s + off, value, size);
}

struct fixup *add_fixup(struct assembler *a, enum fixup_kind kind, const struct expr *e,
			const struct loc *loc)
{
	struct fixup *f = vec_add(&a->fixups);

	f->sec = a->sec;
	f->off = section_here(a->sec);
	f->kind = kind;
	f->expr = e;
	if (loc)
		f->loc = *loc;
	return f;
}

/* An undefined symbol that data name lives in another object; one that only code names may be a
 * typo. */
static void declare_symbols(const struct expr *e)
{
	if (e->kind == EXPR_SYM)
		e->sym->is_declared = true;
	if (e->l)
		declare_symbols(e->l);
	if (e->r)
		declare_symbols(e->r);
}

int check_fits(struct assembler *a, int64_t num, unsigned int size, const struct loc *loc)
{
	int64_t lo = size == 8 ? INT64_MIN : -(1ll << (8 * size - 1));
	int64_t hi = size == 8 ? INT64_MAX : (1ll << 8 * size) - 1;

	if (num < lo || num > hi)
		return fail(a->d, loc, -ERANGE, "%lld does not fit into %u byte%s", (long long)num,
			    size, size == 1 ? "" : "s");
	return 0;
}

int emit_expr(struct assembler *a, const struct expr *e, unsigned int size, const struct loc *loc)
{
	int64_t num;
	int err;

	if (expr_is_abs(e, &num)) {
		err = check_fits(a, num, size, loc);
		return err ? err : emit_int(a, (uint64_t)num, size, loc);
	}
	declare_symbols(e);
	add_fixup(a, FIX_DATA, e, loc)->size = (uint8_t)size;
	return emit_int(a, 0, size, loc);
}

int emit_align(struct assembler *a, uint64_t align, uint8_t fill, const struct loc *loc)
{
	uint64_t at = section_here(a->sec);

	a->sec->align = max(a->sec->align, align);
	return emit_fill(a, round_up(at, align) - at, fill, loc);
}

/* goto +0, which every verifier takes; LLVM's own padding is no instruction. */
int emit_nops(struct assembler *a, uint64_t gap, uint64_t align, const struct loc *loc)
{
	struct bpf_insn nop = insn_make(OP_JA, 0, 0, 0, 0);
	int err = 0;

	a->sec->align = max(a->sec->align, align);
	if (a->big_endian)
		insn_swap_order(&nop, 1);
	for (; gap && !err; gap -= sizeof(nop))
		err = emit_bytes(a, &nop, sizeof(nop), loc);
	return err;
}

int emit_insn(struct assembler *a, const struct bpf_insn *insn, const struct loc *loc)
{
	struct asm_section *sec = a->sec;
	unsigned int slots = insn_slots(insn);
	struct bpf_insn out[2];

	if (sec->type == SHT_NOBITS)
		return fail(a->d, loc, -EINVAL, "section '%s' cannot hold instructions", sec->name);
	if (!sec->attrs_given && !sec->flags)
		sec->flags = SHF_ALLOC | SHF_EXECINSTR;
	if (section_here(sec) % sizeof(*insn))
		return fail(a->d, loc, -EINVAL,
			    "instruction at offset %llu, which is no multiple of 8",
			    (unsigned long long)section_here(sec));
	if (is_code(sec) && !sec->align_given)
		sec->align = max(sec->align, (uint64_t)sizeof(*insn));
	memcpy(out, insn, slots * sizeof(*insn));
	if (a->big_endian)
		insn_swap_order(out, slots);
	*vec_add(&a->sites) = (struct insn_site){sec, section_here(sec), *loc};
	return emit_bytes(a, out, slots * sizeof(*insn), loc);
}
