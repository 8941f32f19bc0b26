/* .BTF and .BTF.ext as they are written down, and the end of both ways of making them; see
 * asm/btf.h. */
#include "asm/btf.h"

struct asm_btf *asm_btf(struct assembler *a)
{
	if (!a->btf)
		a->btf = arena_new(a->arena, struct asm_btf);
	return a->btf;
}

void btf_end(struct assembler *a)
{
	struct asm_btf *btf = a->btf;

	if (!btf)
		return;
	btf_build_free(&btf->b);
	vec_free(&btf->func_infos);
	vec_free(&btf->line_infos);
	vec_free(&btf->core_relos);
	vec_free(&btf->strings);
	vec_free(&btf->funcs);
	vec_free(&btf->vars);
	vec_free(&btf->wanted);
	strmap_free(&btf->func_index);
	strmap_free(&btf->types);
	strmap_free(&btf->maps);
	a->btf = NULL;
}

/* ---- blocks ---- */

/*
 * The lines up to .endbtf, as written: comments in them are for the reader of the block, who knows
 * its quotes. first is the number of the first line.
 */
static int read_block(struct assembler *a, const struct loc *loc, struct bytes *block,
		      uint32_t *first)
{
	struct source *src = a->src;
	size_t start = min(src->next, src->size);

	*first = src->line + 1;
	while (next_line_here(a)) {
		if (accept(a, ".endbtf")) {
			*block = (struct bytes){(const uint8_t *)src->text + start,
						(size_t)(a->line - src->clean) - start};
			return 0;
		}
	}
	a->p = a->end = a->eol;
	return fail(a->d, loc, -EINVAL, "no '.endbtf' for this");
}

int btf_fail_twice(struct assembler *a, const struct loc *loc, const struct loc *first)
{
	int err = fail(a->d, loc, -EEXIST, "types come from '.btf' or from declarations, not both");

	note(a->d, first, "the others begin here");
	return err;
}

int dir_btf(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_btf *btf = asm_btf(a);
	struct loc at = *loc;
	struct bytes block;
	int err;

	(void)arg;
	if (accept_word(a, "norelocs"))
		btf->no_relocs = true;
	err = expect_end(a);
	if (!err)
		err = read_block(a, loc, &block, &at.line);
	if (err)
		return err;
	if (btf->declares)
		return btf_fail_twice(a, loc, &btf->decl_at);
	if (btf->has_types)
		return fail(a->d, loc, -EEXIST, "a second '.btf'");
	btf->has_types = true;
	btf->types_at = *loc;
	return btf_text_parse((const char *)block.data, block.size, &at, a->d, &btf->b);
}

int dir_btf_strings(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_btf *btf = asm_btf(a);
	struct loc at = *loc;
	struct bytes block;
	int err = expect_end(a);

	(void)arg;
	if (!err)
		err = read_block(a, loc, &block, &at.line);
	if (err)
		return err;
	btf->has_strings = true;
	return btf_text_parse_strings((const char *)block.data, block.size, &at, a->arena, a->d,
				      &btf->strings);
}

int dir_endbtf(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	(void)arg;
	return fail(a->d, loc, -EINVAL, "nothing ends here");
}

/* ---- records of .BTF.ext ---- */

/* The section's name, for a record of the next instruction. */
static uint32_t section_str(struct assembler *a)
{
	return btf_add_str(&asm_btf(a)->b, a->sec->name);
}

static int parse_u32(struct assembler *a, uint32_t *out)
{
	struct loc loc = here(a);
	int64_t num;
	int err = parse_abs(a, &num);

	if (!err && (num < 0 || num > UINT32_MAX))
		err = fail(a->d, &loc, -ERANGE, "%lld is out of range", (long long)num);
	*out = err ? 0 : (uint32_t)num;
	return err;
}

/* A string of the text, without the NUL that strings may have inside. */
static int parse_text(struct assembler *a, uint32_t *off)
{
	struct loc loc = here(a);
	struct bytes s;
	int err = parse_string(a, &s);

	if (err)
		return err;
	if (memchr(s.data, '\0', s.size))
		return fail(a->d, &loc, -EINVAL, "NUL in a string of BTF");
	*off = btf_add_str(&asm_btf(a)->b, (const char *)s.data);
	return 0;
}

int dir_func_info(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct btf_ext_func f = {section_str(a), (uint32_t)section_here(a->sec), 0};
	int err = parse_u32(a, &f.type_id);

	(void)loc;
	(void)arg;
	if (!err)
		vec_push(&asm_btf(a)->func_infos, f);
	return err;
}

int dir_line_info(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct btf_ext_line l = {section_str(a), (uint32_t)section_here(a->sec), 0, 0, 0, 0};
	int err = parse_text(a, &l.file);

	(void)arg;
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_u32(a, &l.line);
	if (!err && accept(a, ","))
		err = parse_u32(a, &l.col);
	if (!err && accept(a, ","))
		err = parse_text(a, &l.text);
	if (err)
		return err;
	if (l.line >= 1u << 22 || l.col >= 1u << 10)
		return fail(a->d, loc, -ERANGE,
			    "line information has 22 bits of line, 10 of column");
	vec_push(&asm_btf(a)->line_infos, l);
	return 0;
}

/* The number of a record, or a type of C. */
static int parse_type_id(struct assembler *a, const struct loc *loc, uint32_t *id)
{
	struct ctype type;
	int err;

	skip_spaces(a);
	if (is_number(a))
		return parse_u32(a, id);
	err = btf_declare(a, loc);
	if (!err)
		err = parse_ctype(a, &type);
	*id = err ? 0 : type.id;
	return err;
}

/* A kind by its name, or by its number: an object may have one that nobody knows. */
static int parse_core_kind(struct assembler *a, uint32_t *kind)
{
	const char *name;
	struct loc at;
	uint64_t num;
	int err, n;

	skip_spaces(a);
	at = here(a);
	if (is_number(a)) {
		err = parse_number(a, &num);
		*kind = (uint32_t)num;
		return err || num <= UINT32_MAX
			       ? err
			       : fail(a->d, &at, -EINVAL, "a kind of relocation has 32 bits");
	}
	err = parse_name(a, "a kind of relocation", &name);
	if (err)
		return err;
	n = btf_core_kind(name, strlen(name));
	*kind = (uint32_t)n;
	return n < 0 ? fail(a->d, &at, -EINVAL, "unknown kind of CO-RE relocation '%s'", name) : 0;
}

int dir_core_relo(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct btf_ext_core c = {section_str(a), (uint32_t)section_here(a->sec), 0, 0, 0};
	int err = parse_core_kind(a, &c.kind);

	(void)arg;
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_type_id(a, loc, &c.type_id);
	if (!err)
		err = expect(a, ",");
	if (!err)
		err = parse_text(a, &c.access);
	if (!err)
		vec_push(&asm_btf(a)->core_relos, c);
	return err;
}

/* ---- the end ---- */

/* A data fixup of 4 bytes at a place of a section. */
static void relocate(struct assembler *a, struct asm_section *sec, uint64_t place,
		     struct asm_symbol *sym)
{
	struct fixup *f = add_fixup(a, FIX_DATA, expr_sym(a, sym, &sym->def), NULL);

	f->sec = sec;
	f->off = place;
	f->size = 4;
}

/* Empty so far, and aligned as clang has it unless the text said otherwise. */
static int open_section(struct assembler *a, const char *name, struct bytes data)
{
	struct asm_section *sec = section_get(a, name);
	struct asm_btf *btf = a->btf;
	const struct loc *loc = btf->has_types ? &btf->types_at : &btf->decl_at;

	if (section_here(sec))
		return fail(a->d, loc, -EEXIST, "section '%s' has content already", name);
	if (!sec->attrs_given)
		sec->align = max(sec->align, (uint64_t)4);
	a->sec = sec;
	return emit_bytes(a, data.data, data.size, loc);
}

/* Every entry of a DATASEC whose variable has a symbol. */
static void relocate_datasecs(struct assembler *a, struct asm_section *sec, const struct btf *btf)
{
	for (uint32_t id = 1; id < btf->nids; id++) {
		const struct btf_type *t = btf_type(btf, id);
		uint64_t place = sizeof(struct btf_header) + btf->offs[id - 1] + sizeof(*t);

		if (btf_kind(t) != BTF_KIND_DATASEC)
			continue;
		for (uint32_t i = 0; i < btf_vlen(t);
		     i++, place += sizeof(struct btf_var_secinfo)) {
			struct asm_symbol *sym =
				find_symbol(a, btf_name(btf, btf_secinfos(t)[i].type));

			if (!sym)
				continue;
			sym->is_declared = true;
			relocate(a, sec, place + offsetof(struct btf_var_secinfo, offset), sym);
		}
	}
}

struct ext_place {
	struct assembler *a;
	const struct btf *btf;
	struct asm_section *ext;
};

/* An instruction's offset: relocated against a temporary symbol there. */
static void relocate_insn_off(void *arg, uint32_t place, uint32_t sec)
{
	struct ext_place *e = arg;
	struct asm_symbol *s = new_symbol(e->a, ".", NULL);
	const uint8_t *p = (const uint8_t *)e->ext->data.s + place;
	uint32_t off = 0;

	for (unsigned int i = 0; i < 4; i++)
		off |= (uint32_t)p[e->a->big_endian ? 3 - i : i] << 8 * i;
	s->is_temp = s->is_defined = true;
	s->sec = section_get(e->a, btf_str(e->btf, sec));
	s->off = off;
	relocate(e->a, e->ext, place, s);
}

static int write_sections(struct assembler *a, struct btf_ext *ext)
{
	struct asm_btf *btf = a->btf;
	struct bytes types = btf_build_finish(&btf->b, a->big_endian, a->arena), blob = {0};
	const struct loc *loc = btf->has_types ? &btf->types_at : &btf->decl_at;
	struct btf *parsed;
	int err = btf_parse(types.data, types.size, NULL, loc->file, a->d, &parsed);

	if (err)
		return err;
	err = open_section(a, ".BTF", types);
	if (!err && !btf->no_relocs)
		relocate_datasecs(a, a->sec, parsed);
	if (!err && ext->nfuncs + ext->nlines + ext->ncores) {
		struct btf_ext checked;

		blob = btf_ext_build(ext, a->big_endian, a->arena);
		err = btf_ext_parse(blob.data, blob.size, parsed, loc->file, a->arena, a->d,
				    &checked);
		if (!err)
			err = open_section(a, ".BTF.ext", blob);
	}
	if (!err && blob.data && !btf->no_relocs) {
		struct ext_place e = {a, parsed, a->sec};

		btf_ext_each_insn_off(&blob, relocate_insn_off, &e);
	}
	btf_free(parsed);
	return err;
}

int btf_finish(struct assembler *a)
{
	struct asm_section *sec = a->sec;
	struct asm_btf *btf = a->btf;
	struct btf_ext ext;
	int err;

	if (!btf)
		return 0;
	if (btf->declares)
		btf_finish_decls(a);
	else if (!btf->has_types && !btf->func_infos.n && !btf->line_infos.n && !btf->core_relos.n)
		return 0;
	ext = (struct btf_ext){
		.funcs = btf->func_infos.v,
		.lines = btf->line_infos.v,
		.cores = btf->core_relos.v,
		.nfuncs = (uint32_t)btf->func_infos.n,
		.nlines = (uint32_t)btf->line_infos.n,
		.ncores = (uint32_t)btf->core_relos.n,
		.hdr_len = BTF_EXT_HDR_LEN,
	};
	btf_lay_out(&btf->b, &ext, btf->has_strings ? &btf->strings : NULL);
	err = write_sections(a, &ext);
	a->sec = sec;
	return err;
}
