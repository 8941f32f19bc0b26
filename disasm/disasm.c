/*
 * The canonical text, section by section in the object's order. Each place of a section is written
 * the same way: what ends here, the symbols and labels that stand here, the records that belong to
 * it, and then the instruction, or the bytes.
 */
#include "disasm/local.h"

#include <string.h>

#define SHT_LLVM_ADDRSIG 0x6fff4c03

/* ---- one section's header ---- */

/* The letters of .section for flags; false when some flag has none. */
static bool flag_letters(uint64_t flags, char letters[16])
{
	static const struct {
		uint64_t flag;
		char letter;
	} all[] = {
		{SHF_ALLOC, 'a'},   {SHF_WRITE, 'w'}, {SHF_EXECINSTR, 'x'}, {SHF_MERGE, 'M'},
		{SHF_STRINGS, 'S'}, {SHF_TLS, 'T'},   {SHF_EXCLUDE, 'e'},
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (!(flags & all[i].flag))
			continue;
		letters[n++] = all[i].letter;
		flags &= ~all[i].flag;
	}
	letters[n] = '\0';
	return !flags;
}

static void add_section_type(struct strbuf *b, uint32_t type)
{
	static const struct {
		uint32_t type;
		const char *word;
	} words[] = {
		{SHT_PROGBITS, "progbits"},
		{SHT_NOBITS, "nobits"},
		{SHT_NOTE, "note"},
		{SHT_INIT_ARRAY, "init_array"},
		{SHT_FINI_ARRAY, "fini_array"},
		{SHT_PREINIT_ARRAY, "preinit_array"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i].type == type) {
			strbuf_addf(b, "@%s", words[i].word);
			return;
		}
	}
	strbuf_addf(b, "@0x%x", type);
}

static bool is_standard(const struct section *sec, const char *letters)
{
	static const struct {
		const char *name, *letters;
		uint32_t type;
	} all[] = {
		{".text", "ax", SHT_PROGBITS},
		{".data", "aw", SHT_PROGBITS},
		{".bss", "aw", SHT_NOBITS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(sec->name, all[i].name) == 0 && strcmp(letters, all[i].letters) == 0 &&
		    sec->type == all[i].type)
			return true;
	return false;
}

/* The name as .section takes it. */
static void section_name(struct strbuf *b, const char *name)
{
	size_t len = strlen(name);

	if (len &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") ==
		    len)
		strbuf_add(b, name);
	else
		quoted(b, name, len);
}

#define MAX_ALIGN (1 << 30) /* the assembler's */

/* Less than what the assembler gives code and types by itself. */
static bool lacks_alignment(const struct dis *dis, uint32_t i)
{
	uint64_t least = i == dis->btf_sec || i == dis->ext_sec ? sizeof(uint32_t)
			 : dis->secs[i].ninsns			? sizeof(struct bpf_insn)
			 : dis->secs[i].is_code			? 4
								: 1;

	return max(dis->obj->secs[i].align, (uint64_t)1) < least;
}

static void section_header(struct dis *dis, uint32_t i)
{
	const struct section *sec = &dis->obj->secs[i];
	unsigned int serial = dis->secs[i].serial;
	char letters[16];
	bool known = flag_letters(sec->flags, letters);

	if (dis->b->len)
		strbuf_addch(dis->b, '\n');
	if (known && !serial && !sec->entsize && is_standard(sec, letters) &&
	    !lacks_alignment(dis, i)) {
		strbuf_addf(dis->b, "\t%s\n", sec->name);
	} else {
		strbuf_add(dis->b, "\t.section ");
		section_name(dis->b, sec->name);
		if (known)
			strbuf_addf(dis->b, ",\"%s\",", letters);
		else
			strbuf_addf(dis->b, ",\"0x%llx\",", (unsigned long long)sec->flags);
		add_section_type(dis->b, sec->type);
		if (sec->entsize)
			strbuf_addf(dis->b, ",%llu", (unsigned long long)sec->entsize);
		if (serial)
			strbuf_addf(dis->b, ",unique,%u", serial);
		if (lacks_alignment(dis, i))
			strbuf_addf(dis->b, ",align=%llu",
				    (unsigned long long)max(sec->align, (uint64_t)1));
		strbuf_addch(dis->b, '\n');
	}
	if (sec->align > 1 && sec->align <= MAX_ALIGN && !(sec->align & (sec->align - 1)))
		strbuf_addf(dis->b, "\t.balign %llu\n", (unsigned long long)sec->align);
}

/* ---- code ---- */

static void side_comment(struct dis *dis, const char *text)
{
	strbuf_pad(dis->b, 40, true);
	add_comment(dis->b, text);
}

static void opcode_comment(struct dis *dis, const struct section *sec, uint64_t off, unsigned int n)
{
	strbuf_pad(dis->b, 40, true);
	strbuf_addch(dis->b, '#');
	for (unsigned int i = 0; i < n; i++)
		strbuf_addf(dis->b, " %02x", sec->data[off + i]);
}

static void bad_insn(struct dis *dis, uint32_t sec, uint32_t slot, unsigned int slots)
{
	const struct dis_sec *s = &dis->secs[sec];
	const char *why = insn_check(s->insns, slot, s->ninsns);

	for (unsigned int i = 0; i < slots; i++) {
		strbuf_addf(
			dis->b, "\t.8byte 0x%016llx",
			(unsigned long long)dis_number(dis, s->sec->data + (slot + i) * 8ull, 8));
		if (why && !i)
			side_comment(dis, why);
		if (i + 1 < slots)
			strbuf_addch(dis->b, '\n');
	}
}

static void source_comment(struct dis *dis, uint32_t sec, uint64_t off)
{
	struct dis_source src;
	bool new_line;

	if (!dis->opt->source || !source_at(dis, sec, off, &src, &new_line) || !new_line)
		return;
	add_comment(dis->b, src.text);
	strbuf_addch(dis->b, '\n');
}

static void code_line(struct dis *dis, uint32_t sec, uint32_t slot)
{
	const struct dis_sec *s = &dis->secs[sec];
	unsigned int slots = s->slots[slot];
	const struct reloc *rel = NULL;
	struct strbuf text = {0};
	uint64_t off = slot * 8ull;
	struct operand ref;

	place_head(dis, sec, off);
	source_comment(dis, sec, off);
	ext_lines(dis, sec, off);
	if (!insn_operand(dis, sec, slot, &rel, &ref) || !insn_line(dis, sec, slot, &text))
		rel = NULL;
	reloc_lines(dis, sec, off, off + slots * 8, rel);
	strbuf_reset(&text);
	if (insn_line(dis, sec, slot, &text))
		strbuf_addf(dis->b, "\t%s", strbuf_str(&text));
	else
		bad_insn(dis, sec, slot, slots);
	strbuf_reset(&text);
	if (note_insn(dis, sec, slot, &text))
		side_comment(dis, strbuf_str(&text));
	if (dis->opt->opcodes)
		opcode_comment(dis, s->sec, off, slots * 8);
	strbuf_addch(dis->b, '\n');
	strbuf_free(&text);
}

/* Slots that symbols cut, and the end of a section that is no whole number of slots, are data. */
static void code_lines(struct dis *dis, uint32_t sec, uint64_t from, uint64_t to)
{
	const struct dis_sec *s = &dis->secs[sec];
	uint64_t next;

	for (uint64_t off = from; off < to; off = next) {
		uint32_t slot = (uint32_t)(off / 8);
		bool whole = off % 8 == 0 && slot < s->ninsns && s->slots[slot];
		uint32_t at = first_symbol(dis, s, off + 1);
		uint64_t cut = at < s->nsyms ? dis->obj->syms[s->syms[at]].value : to;

		next = whole ? off + s->slots[slot] * 8ull : min(to, (off / 8 + 1) * 8);
		if (whole && cut >= next)
			code_line(dis, sec, slot);
		else
			data_lines(dis, sec, off, next);
	}
}

/* ---- the whole ---- */

/* The symbols whose addresses matter, by number in the file: names in text. False: damaged. */
static bool addrsig_lines(struct dis *dis, uint32_t sec)
{
	const struct section *s = &dis->obj->secs[sec];
	struct strbuf lines = {0};
	uint64_t n = 0;
	unsigned int shift = 0;
	bool good = !s->size || !(s->data[s->size - 1] & 0x80);

	for (uint64_t i = 0; i < s->size && good; i++) {
		n |= (uint64_t)(s->data[i] & 0x7f) << shift;
		shift += 7;
		if (s->data[i] & 0x80) {
			good = shift < 35;
			continue;
		}
		good = n < dis->obj->nsyms;
		if (good && dis->sym_names[n])
			strbuf_addf(&lines, "\t.addrsig_sym %s\n", dis->sym_names[n]);
		n = shift = 0;
	}
	if (good)
		strbuf_addf(dis->b, "\n\t.addrsig\n%s", strbuf_str(&lines));
	strbuf_free(&lines);
	return good;
}

static void section_lines(struct dis *dis, uint32_t i)
{
	uint64_t from, to;

	if (!dis_range(dis, i, &from, &to))
		return;
	if (dis->opt->brief && (i == dis->btf_sec || i == dis->ext_sec))
		return;
	if (dis->obj->secs[i].type == SHT_LLVM_ADDRSIG && addrsig_lines(dis, i))
		return;
	section_header(dis, i);
	if (types_are_text(dis, i)) {
		types_lines(dis, i);
		return;
	}
	if (dis->secs[i].is_code)
		code_lines(dis, i, from, to);
	else
		data_lines(dis, i, from, to);
	place_head(dis, i, to);
}

/* Symbols that lie in no section: the source's name, what is defined elsewhere, numbers. */
static void outside_symbol(struct dis *dis, uint32_t i)
{
	const struct symbol *sym = &dis->obj->syms[i];
	const char *name = dis->sym_names[i];

	if (sym->type == STT_FILE && sym->name[0]) {
		strbuf_add(dis->b, "\t.file ");
		quoted(dis->b, sym->name, strlen(sym->name));
		strbuf_addch(dis->b, '\n');
	}
	if (!name || (sym->sec && sym->sec < dis->obj->nsecs))
		return;
	note_symbol(dis, i);
	symbol_attributes(dis, i);
	if (sym->sec == SHN_COMMON && sym->bind == STB_LOCAL)
		strbuf_addf(dis->b, "\t.local %s\n", name);
	if (sym->sec == SHN_COMMON)
		strbuf_addf(dis->b, "\t.comm %s, %llu, %llu\n", name, (unsigned long long)sym->size,
			    (unsigned long long)sym->value);
	else if (sym->sec == SHN_ABS)
		strbuf_addf(dis->b, "\t.set %s, 0x%llx\n", name, (unsigned long long)sym->value);
	if (sym->size && sym->sec != SHN_COMMON)
		strbuf_addf(dis->b, "\t.size %s, %llu\n", name, (unsigned long long)sym->size);
}

/* A symbol as .symbol_order takes it; false: it stays out of the text. */
static bool add_ordered(const struct dis *dis, uint32_t i, struct strbuf *b)
{
	const struct symbol *sym = &dis->obj->syms[i];

	if (sym->type == STT_FILE) {
		quoted(b, sym->name, strlen(sym->name));
		return sym->name[0];
	}
	if (sym->type != STT_SECTION) {
		strbuf_add(b, dis->sym_names[i] ? dis->sym_names[i] : "");
		return dis->sym_names[i];
	}
	if (!sym->sec || sym->sec >= dis->obj->nsecs || dis->secs[sym->sec].is_left_out ||
	    dis->obj->secs[sym->sec].type == SHT_LLVM_ADDRSIG || i != dis->secs[sym->sec].symbol)
		return false;
	strbuf_addch(b, '[');
	section_key(dis, sym->sec, b);
	strbuf_addch(b, ']');
	return b->s[1] != '"' || b->s[2] != '"';
}

static void order_lines(struct dis *dis)
{
	struct strbuf item = {0};
	size_t start = 0;

	for (uint32_t i = 1; i < dis->obj->nsyms; i++) {
		strbuf_reset(&item);
		if (dis->obj->nsyms <= 2 || !add_ordered(dis, i, &item)) /* one has no order */
			continue;
		if (!start)
			strbuf_add(dis->b, "\n# The order of symbols in their table\n");
		if (!start || dis->b->len - start + item.len > 90) {
			strbuf_add(dis->b, start ? "\n\t.symbol_order " : "\t.symbol_order ");
			start = dis->b->len;
		} else {
			strbuf_add(dis->b, ", ");
		}
		strbuf_add(dis->b, strbuf_str(&item));
	}
	if (start)
		strbuf_addch(dis->b, '\n');
	strbuf_free(&item);
}

int disasm_object(const struct object *obj, const struct dis_options *opt, struct diag *d,
		  struct strbuf *out)
{
	bool whole = !opt->section && !opt->prog;
	struct dis dis;
	int err = dis_open(&dis, obj, opt, d);

	dis.b = out;
	if (!err) {
		if (obj->big_endian)
			strbuf_add(out, "\t.endian big\n");
		if (whole)
			for (uint32_t i = 1; i < obj->nsyms; i++)
				outside_symbol(&dis, i);
		for (uint32_t i = 1; i < obj->nsecs; i++)
			section_lines(&dis, i);
		if (whole && !opt->brief) {
			order_lines(&dis);
			strings_lines(&dis);
		}
	}
	dis_close(&dis);
	return err;
}
