/*
 * The end of a pass: every expression has its value now. What a linker has to know becomes a
 * relocation, of the kinds and with the symbols that clang chooses: a local symbol is replaced by
 * its section's, a call of a global function keeps its name even inside one section, since libbpf
 * looks for both.
 */
#include "asm/local.h"

#include "core/helper/helper.h"
#include "core/run/ctx_packet.h"

static void set_pseudo(struct assembler *a, struct fixup *f, uint8_t src)
{
	uint8_t *regs = (uint8_t *)f->sec->data.s + f->off + 1;

	if (a->big_endian) /* the nibbles change places */
		*regs = (*regs & 0xf0) | src;
	else
		*regs = (uint8_t)((*regs & 0x0f) | src << 4);
}

/* Notes a relocation. For a local symbol the section's symbol stands in, and *addend grows. */
static void add_reloc(struct fixup *f, struct assembler *a, uint32_t type, struct asm_symbol *sym,
		      int64_t *addend)
{
	struct reloc *r = vec_add(&f->sec->relocs);

	if (sym->sec && !sym->is_section && sym->bind == STB_LOCAL) {
		*addend = (int64_t)((uint64_t)*addend + sym->off);
		sym = section_symbol(a, sym->sec);
	}
	sym->is_used = true;
	r->off = f->off;
	r->type = type;
	r->sym = sym->number;
}

/* ---- messages ---- */

/* Names that could have been meant: symbols of the text, and helpers. */
static const char *nearest(struct assembler *a, const char *name, bool functions)
{
	size_t n = a->syms.n + (functions ? HELPER_ID_LIMIT : 0), i = 0;
	const char **names = arena_array(a->arena, const char *, n);
	bool prefixed = strncmp(name, "bpf_", 4) == 0;

	vec_each(&a->syms, s)
		names[i++] = (*s)->is_defined && (*s)->name[0] != '.' ? (*s)->name : NULL;
	for (size_t id = 0; i < n; i++, id++)
		names[i] = !helper_names[id] ? NULL
			   : prefixed	     ? arena_printf(a->arena, "bpf_%s", helper_names[id])
					     : helper_names[id];
	return nearest_name(name, names, n);
}

static int fail_undefined(struct assembler *a, const struct fixup *f, const char *name, bool call)
{
	int err = fail(a->d, &f->loc, -ENOENT,
		       call ? "no function, kfunc or helper '%s'" : "no label '%s'", name);
	const char *near = a->d->errors <= MAX_HINTS ? nearest(a, name, call) : NULL;

	if (near)
		note(a->d, NULL, "did you mean '%s'?", near);
	else if (call)
		note(a->d, NULL, "'.extern %s' declares a function of another object", name);
	return err;
}

/* ---- data ---- */

/* clang's choice between the two: NODYLD32 for what BTF records about variables and code. */
static uint32_t data32_type(const struct asm_symbol *sym)
{
	uint64_t want = SHF_ALLOC | (sym->is_temp ? SHF_EXECINSTR : SHF_WRITE);

	return sym->sec && (sym->sec->flags & want) == want ? RELOC_64_NODYLD32 : RELOC_64_ABS32;
}

static int fix_data(struct assembler *a, struct fixup *f, struct value v)
{
	int err;

	if (f->sec->type == SHT_NOBITS && (v.sym || v.num))
		return fail(a->d, &f->loc, -EINVAL, "section '%s' holds no bytes but zeroes",
			    f->sec->name);
	if (v.sym && f->size < 4)
		return fail(a->d, &f->loc, -EINVAL, "the address of '%s' needs 4 or 8 bytes",
			    v.sym->name);
	if (v.sym)
		add_reloc(f, a, f->size == 8 ? RELOC_64_ABS64 : data32_type(v.sym), v.sym, &v.num);
	err = check_fits(a, v.num, f->size, &f->loc);
	if (err)
		return err;
	patch_int(a, f->sec, f->off, (uint64_t)v.num, f->size);
	return 0;
}

/* .reloc: the bytes are said already, so the symbol is taken as it is. */
static int fix_reloc(struct assembler *a, struct fixup *f, struct value v)
{
	struct reloc *r = vec_add(&f->sec->relocs);

	(void)a;
	v.sym->is_used = true;
	*r = (struct reloc){.off = f->off, .type = f->reloc, .sym = v.sym->number};
	return 0;
}

/* ---- instructions ---- */

static int fix_imm32(struct assembler *a, struct fixup *f, struct value v)
{
	uint32_t verdict;

	/* A name that nobody defines may be a verdict's. */
	if (v.sym && !v.sym->is_defined && packet_verdict_number(v.sym->name, &verdict)) {
		v.num += verdict;
		v.sym = NULL;
	}
	if (v.sym && !v.sym->is_defined)
		return fail(a->d, &f->loc, -ENOENT,
			    "no constant '%s'; an address is loaded with "
			    "'ll' behind it",
			    v.sym->name);
	if (v.sym)
		return fail(a->d, &f->loc, -EINVAL,
			    "the address of '%s' has 64 bits: "
			    "'rN = %s ll' loads it",
			    v.sym->name, v.sym->name);
	if (v.num < INT32_MIN || v.num > UINT32_MAX)
		return fail(a->d, &f->loc, -ERANGE, "%lld does not fit into 32 bits",
			    (long long)v.num);
	patch_int(a, f->sec, f->off + 4, (uint64_t)v.num, 4);
	return 0;
}

static int fix_off16(struct assembler *a, struct fixup *f, struct value v)
{
	if (v.sym)
		return fail(a->d, &f->loc, -EINVAL,
			    v.sym->is_defined ? "'%s' is an address, not a number"
					      : "no constant '%s'",
			    v.sym->name);
	if (v.num < INT16_MIN || v.num > INT16_MAX)
		return fail(a->d, &f->loc, -ERANGE, "offset %lld does not fit into 16 bits",
			    (long long)v.num);
	patch_int(a, f->sec, f->off + 2, (uint64_t)v.num, 2);
	return 0;
}

/* Slots from the instruction behind f's to where v is. */
static int find_distance(struct assembler *a, const struct fixup *f, struct value v, int64_t *slots)
{
	int64_t bytes;

	*slots = v.num;
	if (!v.sym)
		return 0;
	if (!v.sym->is_defined)
		return fail_undefined(a, f, v.sym->name, false);
	if (v.sym->sec != f->sec)
		return fail(a->d, &f->loc, -EINVAL, "'%s' is in another section", v.sym->name);
	bytes = (int64_t)(v.sym->off + (uint64_t)v.num - f->off - 8);
	if (bytes % 8)
		return fail(a->d, &f->loc, -EINVAL, "'%s' is not at an instruction", v.sym->name);
	*slots = bytes / 8;
	return 0;
}

static int fix_jump16(struct assembler *a, struct fixup *f, struct value v)
{
	int64_t slots;
	int err = find_distance(a, f, v, &slots);

	if (err)
		return err;
	if ((slots < INT16_MIN || slots > INT16_MAX) && want_long(a, f))
		return 0;
	if (slots < INT16_MIN || slots > INT16_MAX) {
		fail(a->d, &f->loc, -ERANGE, "jump over %lld slots does not fit into 16 bits",
		     (long long)slots);
		note(a->d, NULL, "'gotol' has 32 bits; --relax uses it where needed");
		return -ERANGE;
	}
	patch_int(a, f->sec, f->off + 2, (uint64_t)slots, 2);
	return 0;
}

static int check_slots32(struct assembler *a, const struct fixup *f, int64_t slots)
{
	if (slots >= INT32_MIN && slots <= INT32_MAX)
		return 0;
	return fail(a->d, &f->loc, -ERANGE, "%lld slots do not fit into 32 bits", (long long)slots);
}

static int fix_jump32(struct assembler *a, struct fixup *f, struct value v)
{
	int64_t slots;
	int err = find_distance(a, f, v, &slots);

	if (!err)
		err = check_slots32(a, f, slots);
	if (err)
		return err;
	patch_int(a, f->sec, f->off + 4, (uint64_t)slots, 4);
	return 0;
}

/* A name that no label has: a helper's, another object's if declared, or a mistake. */
static int fix_undefined_call(struct assembler *a, struct fixup *f, struct asm_symbol *sym)
{
	int32_t id = helper_by_name(sym->name);
	int64_t addend = 0;

	if (sym->is_declared || (a->is_compiled && !id)) {
		add_reloc(f, a, RELOC_64_32, sym, &addend);
		set_pseudo(a, f, PSEUDO_CALL);
		patch_int(a, f->sec, f->off + 4, (uint64_t)-1, 4);
		return 0;
	}
	if (!id)
		return fail_undefined(a, f, sym->name, true);
	patch_int(a, f->sec, f->off + 4, (uint64_t)id, 4);
	return 0;
}

static int fix_call(struct assembler *a, struct fixup *f, struct value v)
{
	int64_t addend = v.num;
	int err;

	if (!v.sym) /* an equate: a helper's number */
		return fix_imm32(a, f, v);
	if (!v.sym->sec && !v.num)
		return fix_undefined_call(a, f, v.sym);
	set_pseudo(a, f, PSEUDO_CALL);
	if (v.sym->sec == f->sec && v.sym->bind == STB_LOCAL && !v.sym->is_section)
		return fix_jump32(a, f, v);
	add_reloc(f, a, RELOC_64_32, v.sym, &addend);
	if (addend % 8)
		return fail(a->d, &f->loc, -EINVAL, "'%s' is not at an instruction", v.sym->name);
	err = check_slots32(a, f, addend / 8 - 1);
	if (err)
		return err;
	patch_int(a, f->sec, f->off + 4, (uint64_t)(addend / 8 - 1), 4);
	return 0;
}

static int fix_ld64(struct assembler *a, struct fixup *f, struct value v)
{
	if (v.sym) {
		if (!v.sym->is_defined)
			v.sym->is_declared = true;
		add_reloc(f, a, RELOC_64_64, v.sym, &v.num);
	}
	if (v.sym && (v.num < INT32_MIN || v.num > UINT32_MAX))
		return fail(a->d, &f->loc, -ERANGE, "offset %lld does not fit into 32 bits",
			    (long long)v.num);
	patch_int(a, f->sec, f->off + 4, (uint64_t)v.num, 4);
	if (!v.sym)
		patch_int(a, f->sec, f->off + 12, (uint64_t)v.num >> 32, 4);
	return 0;
}

static int (*const fixers[])(struct assembler *a, struct fixup *f, struct value v) = {
	[FIX_DATA] = fix_data,	   [FIX_IMM32] = fix_imm32,   [FIX_OFF16] = fix_off16,
	[FIX_JUMP16] = fix_jump16, [FIX_JUMP32] = fix_jump32, [FIX_CALL] = fix_call,
	[FIX_LOCAL] = fix_jump32,  [FIX_LD64] = fix_ld64,     [FIX_RELOC] = fix_reloc,
};

/*
 * Among mnemonics "exit" may be jumped to without being a label: it is the first one, as in ubpf.
 */
static void name_exit(struct assembler *a)
{
	struct asm_symbol *s = find_symbol(a, "exit");

	if (!s || !a->exit || s->is_defined)
		return;
	s->is_defined = s->is_temp = true;
	s->sec = a->exit->sec;
	s->off = a->exit->off;
}

/* An instruction that could not be emitted, which was said, has left its fixup behind. */
static bool has_bytes(const struct fixup *f)
{
	size_t size = f->kind == FIX_DATA ? f->size : f->kind == FIX_LD64 ? 16 : 8;

	if (f->kind == FIX_RELOC || (f->kind == FIX_DATA && f->sec->type == SHT_NOBITS))
		return true;
	return f->sec->type != SHT_NOBITS && f->off + size <= f->sec->data.len;
}

int resolve_fixups(struct assembler *a)
{
	name_exit(a);
	for (size_t i = 0; i < a->fixups.n && !a->stop && a->d->errors <= MAX_ERRORS; i++) {
		struct fixup f = a->fixups.v[i];
		struct value v;

		if (has_bytes(&f) && !eval_expr(a, f.expr, &v))
			fixers[f.kind](a, &f, v);
	}
	return a->d->errors ? -EINVAL : 0;
}

/* ---- the object ---- */

/* Temporary labels, and names that were only asked about, stay out. */
static bool is_in_table(const struct asm_symbol *s)
{
	if (s->is_section)
		return s->is_used || s->is_declared;
	return s->is_defined ? !s->is_temp : s->is_used || s->bind_given;
}

/* An equate is an alias of an address, or an absolute symbol. */
static int place_symbol(struct assembler *a, struct asm_symbol *s, struct symbol *out)
{
	struct expr self = {.kind = EXPR_SYM, .sym = s, .loc = s->def};
	struct value v = {.sym = s};
	int err = s->value ? eval_expr(a, &self, &v) : 0;

	if (err)
		return err;
	if (s->is_common)
		out->sec = SHN_COMMON;
	else if (!v.sym || s->is_absolute)
		out->sec = SHN_ABS;
	else
		out->sec = v.sym->sec ? v.sym->sec->index : SHN_UNDEF;
	if (out->sec != SHN_UNDEF)
		out->value = (uint64_t)v.num + (v.sym ? v.sym->off : 0);
	return 0;
}

static int build_symbol(struct assembler *a, struct arena *arena, struct asm_symbol *s,
			struct symbol *out)
{
	struct value size = {0};
	int err = place_symbol(a, s, out);

	if (!err && s->size)
		err = eval_expr(a, s->size, &size);
	if (err)
		return err;
	if (size.sym)
		return fail(a->d, &s->size->loc, -EINVAL, "the size of '%s' is an address",
			    s->name);
	out->name = arena_strdup(arena, s->is_section ? "" : s->rename ? s->rename : s->name);
	out->size = (uint64_t)size.num;
	out->type = s->type;
	out->bind = s->is_defined || s->bind_given ? s->bind : STB_GLOBAL;
	out->other = s->other;
	return 0;
}

static int put_symbol(struct assembler *a, struct object *obj, struct asm_symbol *s, bool global)
{
	struct symbol out = {0};
	int err = !is_in_table(s) || s->index ? 0 : build_symbol(a, &obj->arena, s, &out);

	if (err || !out.name || (out.bind != STB_LOCAL) != global)
		return err;
	s->index = obj->nsyms;
	obj->syms[obj->nsyms++] = out;
	return 0;
}

/* Local symbols come first, as ELF wants it; else the order is what was asked for, or of first
 * mention. */
static int build_symbols(struct assembler *a, struct object *obj)
{
	int err = 0;

	obj->syms = arena_array(&obj->arena, struct symbol, a->syms.n + 1);
	obj->syms[0].name = "";
	obj->nsyms = 1;
	for (int global = 0; global < 2; global++) {
		for (size_t i = 0; i < a->order.n && !err; i++)
			err = put_symbol(a, obj, a->order.v[i], global);
		for (size_t i = 0; i < a->syms.n && !err; i++)
			err = put_symbol(a, obj, a->syms.v[i], global);
	}
	return err;
}

static int compare_relocs(const void *l, const void *r)
{
	const struct reloc *a = l, *b = r;

	return a->off < b->off ? -1 : a->off > b->off;
}

static int build_section(struct assembler *a, struct object *obj, struct asm_section *sec)
{
	struct section *out = &obj->secs[sec->index];

	*out = (struct section){
		.name = arena_strdup(&obj->arena, sec->name),
		.type = sec->type,
		.flags = sec->flags,
		.align = sec->align,
		.entsize = sec->entsize,
		.link = sec->link,
		.info = sec->info,
		.size = section_here(sec),
	};
	if (sec->type != SHT_NOBITS)
		out->data = arena_memdup(&obj->arena, strbuf_str(&sec->data), sec->data.len);
	out->nrelocs = (uint32_t)sec->relocs.n;
	if (!out->nrelocs)
		return 0;
	out->relocs =
		arena_memdup(&obj->arena, sec->relocs.v, sec->relocs.n * sizeof(struct reloc));
	qsort(out->relocs, out->nrelocs, sizeof(*out->relocs), compare_relocs);
	for (uint32_t i = 0; i < out->nrelocs; i++) {
		struct reloc *r = &out->relocs[i];

		if (r->off >= out->size)
			return fail(a->d, NULL, -EINVAL,
				    "relocation at %llu is outside of section '%s'",
				    (unsigned long long)r->off, sec->name);
		r->sym = a->syms.v[r->sym]->index;
	}
	return 0;
}

int build_object(struct assembler *a, struct object **out)
{
	struct object *obj = xcalloc(1, sizeof(*obj));
	int err;

	obj->path = a->opts->path;
	obj->machine = EM_BPF;
	obj->big_endian = a->big_endian;
	obj->nsecs = 1;
	vec_each(&a->secs, s)
		if ((*s)->is_named || section_here(*s))
			(*s)->index = obj->nsecs++;
	obj->secs = arena_array(&obj->arena, struct section, obj->nsecs);
	obj->secs[0].name = "";
	err = build_symbols(a, obj);
	vec_each(&a->secs, s)
		if (!err && (*s)->index)
			err = build_section(a, obj, *s);
	if (err) {
		object_free(obj);
		free(obj);
		return err;
	}
	*out = obj;
	return 0;
}
