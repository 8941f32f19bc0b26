#include "disasm/local.h"

#include <ctype.h>
#include <string.h>

void quoted(struct strbuf *b, const char *s, size_t len)
{
	strbuf_addch(b, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			strbuf_addf(b, "\\%c", c);
		else if (c == '\n')
			strbuf_add(b, "\\n");
		else if (c == '\t')
			strbuf_add(b, "\\t");
		else if (c >= 0x20 && c < 0x7f)
			strbuf_addch(b, (char)c);
		else
			strbuf_addf(b, "\\%03o", c);
	}
	strbuf_addch(b, '"');
}

void add_comment(struct strbuf *b, const char *text)
{
	strbuf_add(b, "# ");
	for (text += strspn(text, " \t"); *text; text++)
		strbuf_addch(b, (unsigned char)*text < ' ' ? ' ' : *text);
}

/* ---- what stands in front of a place ---- */

static void size_ends(struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];

	if (!off)
		return;
	for (uint32_t at = symbol_end_after(dis, s, off - 1); at < s->nsyms; at++) {
		const struct symbol *sym = &dis->obj->syms[s->ends[at]];
		const char *name = dis->sym_names[s->ends[at]];

		if (sym->value + sym->size != off)
			break;
		if (sym->size)
			strbuf_addf(dis->b, "\t.size %s, .-%s\n", name, name);
	}
}

static const char *type_word(uint8_t type)
{
	static const char *const words[] = {
		[STT_OBJECT] = "object",
		[STT_FUNC] = "function",
		[STT_COMMON] = "common",
		[STT_TLS] = "tls_object",
		[STT_GNU_IFUNC] = "gnu_indirect_function",
	};

	return type < ARRAY_SIZE(words) ? words[type] : NULL;
}

void symbol_attributes(struct dis *dis, uint32_t i)
{
	static const char *const visibility[] = {NULL, "internal", "hidden", "protected"};
	const struct symbol *sym = &dis->obj->syms[i];
	const char *name = dis->sym_names[i], *type = type_word(sym->type);

	if (sym->bind == STB_WEAK)
		strbuf_addf(dis->b, "\t.weak %s\n", name);
	else if (sym->bind != STB_LOCAL)
		strbuf_addf(dis->b, "\t.globl %s\n", name);
	if (visibility[sym->other & 3])
		strbuf_addf(dis->b, "\t.%s %s\n", visibility[sym->other & 3], name);
	if (type)
		strbuf_addf(dis->b, "\t.type %s, @%s\n", name, type);
	if (strcmp(name, sym->name) != 0) {
		strbuf_addf(dis->b, "\t.rename %s, ", name);
		quoted(dis->b, sym->name, strlen(sym->name));
		strbuf_addch(dis->b, '\n');
	}
}

static void symbol_label(struct dis *dis, uint32_t sec, uint32_t i)
{
	const struct symbol *sym = &dis->obj->syms[i];

	if (sym->type == STT_FUNC || sym->type == STT_OBJECT)
		strbuf_addch(dis->b, '\n');
	note_symbol(dis, i);
	symbol_attributes(dis, i);
	strbuf_addf(dis->b, "%s:\n", dis->sym_names[i]);
	if (sym->size && !is_place(dis, sec, sym->value + sym->size))
		strbuf_addf(dis->b, "\t.size %s, %llu\n", dis->sym_names[i],
			    (unsigned long long)sym->size);
}

void place_head(struct dis *dis, uint32_t sec, uint64_t off)
{
	const struct dis_sec *s = &dis->secs[sec];
	const char *mark = mark_at(s, off);

	size_ends(dis, sec, off);
	for (uint32_t at = first_symbol(dis, s, off); at < s->nsyms; at++) {
		if (dis->obj->syms[s->syms[at]].value != off)
			break;
		symbol_label(dis, sec, s->syms[at]);
	}
	if (mark)
		strbuf_addf(dis->b, "%s:\n", mark);
}

/* ---- relocations that no operand shows ---- */

static void add_reloc_type(struct strbuf *b, uint32_t type)
{
	static const struct {
		uint32_t type;
		const char *name;
	} names[] = {
		{RELOC_NONE, "R_BPF_NONE"},
		{RELOC_64_64, "R_BPF_64_64"},
		{RELOC_64_ABS64, "R_BPF_64_ABS64"},
		{RELOC_64_ABS32, "R_BPF_64_ABS32"},
		{RELOC_64_NODYLD32, "R_BPF_64_NODYLD32"},
		{RELOC_64_32, "R_BPF_64_32"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i].type == type) {
			strbuf_add(b, names[i].name);
			return;
		}
	}
	strbuf_addf(b, "%u", type);
}

void section_key(const struct dis *dis, uint32_t sec, struct strbuf *b)
{
	const char *name = dis->obj->secs[sec].name;
	struct strbuf key = {0};

	strbuf_add(&key, name);
	if (dis->secs[sec].serial)
		strbuf_addf(&key, ",unique,%u", dis->secs[sec].serial);
	if (name_is_plain(strbuf_str(&key)))
		strbuf_add(b, key.s);
	else
		quoted(b, strbuf_str(&key), key.len);
	strbuf_free(&key);
}

/* A symbol as .reloc takes it; section symbols go by their section. False: it has no name. */
static bool add_reloc_symbol(const struct dis *dis, struct strbuf *b, uint32_t i)
{
	const struct symbol *sym = &dis->obj->syms[i];
	const char *name;

	if (sym->type != STT_SECTION) {
		strbuf_add(b, dis->sym_names[i] ? dis->sym_names[i] : "");
		return dis->sym_names[i];
	}
	if (!sym->sec || sym->sec >= dis->obj->nsecs)
		return false;
	name = dis->obj->secs[sym->sec].name;
	section_key(dis, sym->sec, b);
	return *name && !strmap_get(&dis->names, name);
}

static void reloc_line(struct dis *dis, const struct section *s, const struct reloc *rel,
		       uint64_t from)
{
	struct strbuf name = {0};

	if (!add_reloc_symbol(dis, &name, rel->sym)) {
		warn(dis->d, &dis->loc,
		     "section '%s': the relocation at offset %#llx has no symbol that can be named",
		     s->name, (unsigned long long)rel->off);
	} else {
		strbuf_add(dis->b, "\t.reloc .");
		if (rel->off > from)
			strbuf_addf(dis->b, "+%llu", (unsigned long long)(rel->off - from));
		strbuf_add(dis->b, ", ");
		add_reloc_type(dis->b, rel->type);
		strbuf_addf(dis->b, ", %s", strbuf_str(&name));
		if (rel->addend)
			strbuf_addf(dis->b, "%+lld", (long long)rel->addend);
		strbuf_addch(dis->b, '\n');
	}
	strbuf_free(&name);
}

void reloc_lines(struct dis *dis, uint32_t sec, uint64_t from, uint64_t to,
		 const struct reloc *skip)
{
	const struct section *s = dis->secs[sec].sec;

	for (uint32_t i = dis_reloc_at(s, from); i < s->nrelocs && s->relocs[i].off < to; i++)
		if (&s->relocs[i] != skip)
			reloc_line(dis, s, &s->relocs[i], from);
}

/* ---- bytes ---- */

static bool is_text_char(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t';
}

size_t text_size(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && is_text_char(p[i]))
		i++;
	return i >= 2 && i < n && !p[i] ? i + 1 : 0;
}

static size_t zero_size(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && !p[i])
		i++;
	return i;
}

static void number_line(struct dis *dis, const uint8_t *p, size_t n, unsigned int width)
{
	static const char *const words[] = {
		[1] = ".byte", [2] = ".short", [4] = ".long", [8] = ".quad"};
	const char *sep = " ";

	strbuf_addf(dis->b, "\t%s", words[width]);
	for (size_t i = 0; i < n; i += width) {
		unsigned long long v = dis_number(dis, p + i, width);

		strbuf_addf(dis->b, v < 4096 ? "%s%llu" : "%s0x%llx", sep, v);
		sep = ", ";
	}
	strbuf_addch(dis->b, '\n');
}

/* One line for the bytes at p; returns how many it took. */
static size_t data_line(struct dis *dis, const uint8_t *p, size_t n, unsigned int width)
{
	size_t zeroes = zero_size(p, n), text = text_size(p, n), row;

	if (zeroes == n && n > 8) {
		strbuf_addf(dis->b, "\t.zero %zu\n", n);
		return n;
	}
	if (zeroes >= 32) {
		zeroes &= ~(size_t)7;
		strbuf_addf(dis->b, "\t.zero %zu\n", zeroes);
		return zeroes;
	}
	if (text && (text == n || width == 1)) {
		strbuf_add(dis->b, "\t.asciz ");
		quoted(dis->b, (const char *)p, text - 1);
		strbuf_addch(dis->b, '\n');
		return text;
	}
	row = min(n, width == 1 ? (size_t)16 : (size_t)32);
	number_line(dis, p, row, width);
	return row;
}

/* The width that the bytes seem to be made of: their size if it is a number's, else four or one. */
static unsigned int data_width(uint64_t n)
{
	if (n == 1 || n == 2 || n == 8)
		return (unsigned int)n;
	return n % 4 ? 1 : 4;
}

static void data_bytes(struct dis *dis, const struct section *sec, uint64_t from, uint64_t to)
{
	unsigned int width = data_width(to - from);

	if (!sec->data) {
		strbuf_addf(dis->b, "\t.zero %llu\n", (unsigned long long)(to - from));
		return;
	}
	while (from < to)
		from += data_line(dis, sec->data + from, to - from, width);
}

/* The next place after off where something else begins. */
static uint64_t next_cut(const struct dis *dis, uint32_t sec, uint64_t off, uint64_t to)
{
	const struct dis_sec *s = &dis->secs[sec];
	uint32_t at = first_symbol(dis, s, off + 1), rel = dis_reloc_at(s->sec, off + 1);

	if (at < s->nsyms)
		to = min(to, dis->obj->syms[s->syms[at]].value);
	at = symbol_end_after(dis, s, off);
	if (at < s->nsyms)
		to = min(to, dis->obj->syms[s->ends[at]].value + dis->obj->syms[s->ends[at]].size);
	if (rel < s->sec->nrelocs)
		to = min(to, s->sec->relocs[rel].off);
	at = (uint32_t)mark_after(s, off);
	return at < s->marks.n ? min(to, s->marks.v[at].off) : to;
}

static void operand_line(struct dis *dis, const struct operand *ref)
{
	strbuf_add(dis->b, "\t.quad ");
	operand_text(dis->b, ref);
	strbuf_addch(dis->b, '\n');
}

void data_lines(struct dis *dis, uint32_t sec, uint64_t from, uint64_t to)
{
	const struct section *s = dis->secs[sec].sec;

	while (from < to) {
		uint64_t cut = next_cut(dis, sec, from, to);
		uint32_t at = dis_reloc_at(s, from);
		struct operand ref;

		place_head(dis, sec, from);
		if (at < s->nrelocs && s->relocs[at].off == from &&
		    data_operand(dis, sec, &s->relocs[at], &ref) &&
		    next_cut(dis, sec, from, from + 8) == from + 8) {
			operand_line(dis, &ref);
			from += 8;
			continue;
		}
		reloc_lines(dis, sec, from, cut, NULL);
		data_bytes(dis, s, from, cut);
		from = cut;
	}
}
