/* Directives that choose and shape sections. */
#include "asm/local.h"

#include <ctype.h>

int dir_known_section(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	static const char *const names[] = {".text", ".data", ".bss", ".rodata"};

	(void)loc;
	section_switch(a, section_get(a, names[arg]));
	a->sec->is_named = true;
	return 0;
}

static const struct {
	char letter;
	uint64_t flag;
} flag_letters[] = {
	{'a', SHF_ALLOC},     {'w', SHF_WRITE},
	{'x', SHF_EXECINSTR}, {'M', SHF_MERGE},
	{'S', SHF_STRINGS},   {'G', SHF_GROUP},
	{'T', SHF_TLS},	      {'o', SHF_LINK_ORDER},
	{'e', SHF_EXCLUDE},   {'R', 1u << 21 /* SHF_GNU_RETAIN */},
	{'I', SHF_INFO_LINK}, {'C', SHF_COMPRESSED},
};

static int parse_flags(struct assembler *a, uint64_t *flags)
{
	struct loc loc = here(a);
	struct bytes s;
	int err = parse_string(a, &s);

	*flags = 0;
	if (!err && s.size && isdigit(s.data[0])) { /* flags that have no letter */
		char *end;

		*flags = strtoull((const char *)s.data, &end, 0);
		return *end ? fail(a->d, &loc, -EINVAL, "bad section flags") : 0;
	}
	for (size_t i = 0; !err && i < s.size; i++) {
		size_t k = 0;

		while (k < ARRAY_SIZE(flag_letters) && flag_letters[k].letter != s.data[i])
			k++;
		if (k == ARRAY_SIZE(flag_letters))
			return fail(a->d, &loc, -EINVAL, "unknown section flag '%c'", s.data[i]);
		*flags |= flag_letters[k].flag;
	}
	return err;
}

static const struct {
	const char *name;
	uint32_t type;
} section_types[] = {
	{"progbits", SHT_PROGBITS},
	{"nobits", SHT_NOBITS},
	{"note", SHT_NOTE},
	{"init_array", SHT_INIT_ARRAY},
	{"fini_array", SHT_FINI_ARRAY},
	{"preinit_array", SHT_PREINIT_ARRAY},
	{"llvm_addrsig", 0x6fff4c03},
};

/* @progbits, %progbits, "progbits", or the number after the '@' */
static int parse_type_name(struct assembler *a, uint32_t *type)
{
	struct loc loc = here(a);
	const char *name;
	uint64_t num;

	if (!accept(a, "@"))
		accept(a, "%");
	if (is_number(a)) {
		int err = parse_number(a, &num);

		*type = (uint32_t)num;
		return err;
	}
	name = parse_raw(a);
	for (size_t i = 0; name && i < ARRAY_SIZE(section_types); i++)
		if (strcmp(section_types[i].name, name) == 0) {
			*type = section_types[i].type;
			return 0;
		}
	return fail(a->d, &loc, -EINVAL, "unknown section type");
}

struct attributes {
	uint64_t flags, entsize, align;
	uint32_t type, unique;
	bool has_flags, is_unique;
};

/* ,"flags",@type,entsize with trailing link symbols, ",unique,N" and ours: ",align=N" */
static int parse_attributes(struct assembler *a, struct attributes *at)
{
	int64_t num;
	int err = 0;

	*at = (struct attributes){.type = SHT_PROGBITS};
	if (!accept(a, ","))
		return 0;
	at->has_flags = true;
	err = parse_flags(a, &at->flags);
	if (!err && accept(a, ","))
		err = parse_type_name(a, &at->type);
	while (!err && accept(a, ",")) {
		if (accept_word(a, "unique")) {
			at->is_unique = true;
			err = expect(a, ",");
			if (!err)
				err = parse_abs(a, &num);
			at->unique = err ? 0 : (uint32_t)num;
		} else if (accept_word(a, "align")) {
			err = expect(a, "=");
			if (!err)
				err = parse_alignment(a, &at->align);
		} else if (is_number(a)) {
			err = parse_abs(a, &num);
			at->entsize = err ? 0 : (uint64_t)num;
		} else if (!parse_raw(a)) { /* a group's or linked section's name */
			err = -EINVAL;
		}
	}
	return err;
}

int parse_alignment(struct assembler *a, uint64_t *align)
{
	struct loc loc = here(a);
	int64_t num;
	int err = parse_abs(a, &num);

	if (err)
		return err;
	if (num < 0 || num > 1 << 30 || (num & (num - 1)))
		return fail(a->d, &loc, -EINVAL, "alignment %lld is no power of two",
			    (long long)num);
	*align = max((uint64_t)num, (uint64_t)1);
	return 0;
}

static int apply_attributes(struct assembler *a, struct asm_section *sec,
			    const struct attributes *at, const struct loc *loc)
{
	if (at->align) {
		sec->align = section_here(sec) ? max(sec->align, at->align) : at->align;
		sec->align_given = true;
	}
	if (!at->has_flags)
		return 0;
	if (sec->attrs_given && (sec->flags != at->flags || sec->type != at->type))
		return fail(a->d, loc, -EINVAL,
			    "section '%s' had other flags or another type before", sec->name);
	if (sec->type != at->type && section_here(sec))
		return fail(a->d, loc, -EINVAL, "section '%s' has content of another type already",
			    sec->name);
	sec->flags = at->flags;
	sec->type = at->type;
	sec->entsize = at->entsize ? at->entsize : sec->entsize;
	sec->attrs_given = true;
	return 0;
}

int dir_section(struct assembler *a, const struct loc *loc, unsigned int push)
{
	bool is_quoted = !at_end(a) && *a->p == '"';
	const char *name = parse_raw(a), *key = name;
	struct attributes at;
	struct asm_section *sec;
	int err;

	if (!name)
		return -EINVAL;
	if (!*name && !is_quoted)
		return fail(a->d, loc, -EINVAL, "expected a section's name");
	err = parse_attributes(a, &at);
	if (err)
		return err;
	if (at.is_unique)
		key = arena_printf(a->arena, "%s,unique,%u", name, at.unique);
	if (push)
		vec_push(&a->sec_stack, ((struct section_pair){a->sec, a->prev}));
	sec = section_get(a, key);
	sec->name = name;
	sec->is_named = true;
	section_switch(a, sec);
	return apply_attributes(a, sec, &at, loc);
}

int dir_popsection(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct section_pair pair;

	(void)arg;
	if (!a->sec_stack.n)
		return fail(a->d, loc, -EINVAL, "no .pushsection before this .popsection");
	pair = vec_pop(&a->sec_stack);
	a->sec = pair.sec;
	a->prev = pair.prev;
	return 0;
}

int dir_previous(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct asm_section *sec = a->sec;

	(void)arg;
	if (!a->prev)
		return fail(a->d, loc, -EINVAL, "no section before this one");
	a->sec = a->prev;
	a->prev = sec;
	return 0;
}

/* .align N[, fill[, max]]; p2: N is the logarithm */
int dir_align(struct assembler *a, const struct loc *loc, unsigned int p2)
{
	int64_t n, fill = 0, most = INT64_MAX;
	uint64_t align, gap;
	int err;

	if (p2) {
		err = parse_abs(a, &n);
		if (!err && (n < 0 || n > 30))
			err = fail(a->d, loc, -EINVAL, "alignment 2^%lld is out of reach",
				   (long long)n);
		align = err ? 1 : 1ull << n;
	} else {
		err = parse_alignment(a, &align);
	}
	if (!err && accept(a, ",") && !at_end(a) && *a->p != ',')
		err = parse_abs(a, &fill);
	if (!err && accept(a, ","))
		err = parse_abs(a, &most);
	if (err)
		return err;
	gap = round_up(section_here(a->sec), align) - section_here(a->sec);
	if (gap > (uint64_t)most)
		return 0;
	if (gap && is_code(a->sec) && gap % sizeof(struct bpf_insn) == 0 && !fill)
		return emit_nops(a, gap, align, loc);
	return emit_align(a, align, (uint8_t)fill, loc);
}

int dir_org(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	const struct expr *e;
	struct asm_symbol *base;
	struct value v;
	int64_t fill = 0, to;
	int err = parse_expr(a, &e);

	(void)arg;
	if (!err && accept(a, ","))
		err = parse_abs(a, &fill);
	if (!err)
		err = eval_expr(a, e, &v);
	if (err)
		return err;
	base = v.sym;
	if (base && base->sec != a->sec)
		return fail(a->d, loc, -EINVAL, "'%s' is not in this section", base->name);
	to = v.num + (base ? (int64_t)base->off : 0);
	if (to < (int64_t)section_here(a->sec))
		return fail(a->d, loc, -EINVAL, ".org goes back, from %llu to %lld",
			    (unsigned long long)section_here(a->sec), (long long)to);
	return emit_fill(a, (uint64_t)to - section_here(a->sec), (uint8_t)fill, loc);
}

/* .endian big or little: what --big-endian says on the command line, in the text itself. */
int dir_endian(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	bool big = accept_word(a, "big");

	(void)arg;
	if (!big && !accept_word(a, "little"))
		return fail(a->d, loc, -EINVAL, "the byte order is big or little");
	if (big != a->big_endian && a->output)
		return fail(a->d, loc, -EINVAL,
			    "the byte order comes before everything it applies to");
	a->big_endian = big;
	return 0;
}
