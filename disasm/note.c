/*
 * Comments: what types and conventions tell about a symbol or an operand. Nothing here is needed to
 * assemble the text again, and nothing here can fail: who has no types gets no comments.
 */
#include "disasm/local.h"

#include <stdlib.h>
#include <string.h>

#include "core/btf/print.h"
#include "core/obj/prog_type.h"

/* ---- maps ---- */

/* The number N that a member int (*name)[N] declares, as libbpf's __uint() makes it. */
static bool declared_number(const struct btf *btf, uint32_t type, uint32_t *n)
{
	const struct btf_type *t = btf_type(btf, btf_skip_mods(btf, type));

	if (btf_kind(t) != BTF_KIND_PTR || !btf_has(btf, t->type))
		return false;
	t = btf_type(btf, btf_skip_mods(btf, t->type));
	if (btf_kind(t) != BTF_KIND_ARRAY)
		return false;
	*n = btf_array(t)->nelems;
	return true;
}

static void add_type_member(struct strbuf *b, const struct btf *btf, const char *name,
			    uint32_t type)
{
	const struct btf_type *t = btf_type(btf, btf_skip_mods(btf, type));

	if (btf_kind(t) != BTF_KIND_PTR)
		return;
	strbuf_addf(b, ", %s ", name);
	btf_print_decl(b, btf, t->type, "");
}

static void add_map_member(struct strbuf *b, const struct btf *btf, const char *name, uint32_t type)
{
	char buf[32];
	uint32_t n;

	if (strcmp(name, "key") == 0 || strcmp(name, "value") == 0)
		add_type_member(b, btf, name, type);
	else if (!declared_number(btf, type, &n))
		return;
	else if (strcmp(name, "type") == 0)
		strbuf_addf(b, ", %s", map_type_str(n, buf));
	else if (strcmp(name, "max_entries") == 0)
		strbuf_addf(b, ", %u entries", n);
	else if (strcmp(name, "pinning") == 0)
		strbuf_add(b, n ? ", pinned by name" : "");
	else if (strcmp(name, "map_flags") == 0)
		strbuf_addf(b, ", flags %#x", n);
	else
		strbuf_addf(b, ", %s %u", name, n);
}

/* "map: hash, key u32, value struct stats, 1024 entries" */
static bool note_map(const struct dis *dis, uint32_t var, struct strbuf *b)
{
	const struct btf_type *t =
		btf_type(dis->btf, btf_resolve(dis->btf, btf_type(dis->btf, var)->type));
	size_t start = b->len;

	if (!btf_is_composite(t))
		return false;
	strbuf_add(b, "map");
	for (uint32_t i = 0; i < min(btf_vlen(t), 16u); i++)
		add_map_member(b, dis->btf, btf_str(dis->btf, btf_members(t)[i].name_off),
			       btf_members(t)[i].type);
	if (b->len > start + 3)
		b->s[start + 3] = ':';
	return true;
}

static bool is_in(const struct dis *dis, const struct symbol *sym, const char *section)
{
	return sym->sec && sym->sec < dis->obj->nsecs &&
	       strcmp(dis->obj->secs[sym->sec].name, section) == 0;
}

/* ---- functions and variables ---- */

static uint32_t func_type(const struct dis *dis, uint32_t i)
{
	const struct symbol *sym = &dis->obj->syms[i];

	if (sym->sec && sym->sec < dis->obj->nsecs) {
		const struct places *funcs = &dis->secs[sym->sec].funcs;
		size_t at = place_find(funcs, sym->value);

		if (at < funcs->n && funcs->v[at].off == sym->value)
			return dis->ext.funcs[funcs->v[at].index].type_id;
	}
	return btf_find(dis->btf, sym->name, BTF_KIND_FUNC);
}

bool note_proto(const struct dis *dis, uint32_t i, struct strbuf *b)
{
	uint32_t func = dis->btf ? func_type(dis, i) : 0;

	if (!func || !btf_has(dis->btf, func))
		return false;
	btf_print_decl(b, dis->btf, func, btf_name(dis->btf, func));
	return true;
}

/* "xdp program, " of the functions that stand for one: those outside .text. */
static void add_prog_type(const struct dis *dis, const struct symbol *sym, struct strbuf *b)
{
	const struct sec_def *def;
	const char *target;
	char buf[32];

	if (sym->bind == STB_LOCAL || is_in(dis, sym, ".text"))
		return;
	def = sec_def_find(dis->obj->secs[sym->sec].name, &target);
	if (def)
		strbuf_addf(b, "%s program: ", prog_type_str(def->type, buf));
}

static bool note_variable(const struct dis *dis, uint32_t i, struct strbuf *b)
{
	uint32_t var = dis->btf ? btf_find(dis->btf, dis->obj->syms[i].name, BTF_KIND_VAR) : 0;

	if (!var)
		return false;
	if (is_in(dis, &dis->obj->syms[i], ".maps"))
		return note_map(dis, var, b);
	btf_print_decl(b, dis->btf, btf_type(dis->btf, var)->type, dis->obj->syms[i].name);
	return true;
}

void note_symbol(struct dis *dis, uint32_t i)
{
	const struct symbol *sym = &dis->obj->syms[i];
	struct strbuf b = {0};
	bool known;

	if (sym->sec && sym->sec < dis->obj->nsecs && dis->secs[sym->sec].is_code)
		add_prog_type(dis, sym, &b);
	known = b.len > 0;
	if (sym->type == STT_FUNC || (!sym->sec && !known))
		known |= note_proto(dis, i, &b);
	if (!known && sym->type != STT_FUNC)
		known = note_variable(dis, i, &b);
	if (known) {
		add_comment(dis->b, strbuf_str(&b));
		strbuf_addch(dis->b, '\n');
	}
	strbuf_free(&b);
}

/* ---- operands ---- */

#define MAX_SHOWN_STRING 60

/* A constant string that an operand points to. */
static bool note_string(const struct dis *dis, const struct operand *ref, struct strbuf *b)
{
	const struct section *sec = &dis->obj->secs[ref->sec];
	size_t size;

	if (!sec->data || (sec->flags & (SHF_WRITE | SHF_EXECINSTR)) || ref->off >= sec->size)
		return false;
	size = text_size(sec->data + ref->off, sec->size - ref->off);
	if (!size)
		return false;
	quoted(b, (const char *)sec->data + ref->off, min(size - 1, (size_t)MAX_SHOWN_STRING));
	if (size - 1 > MAX_SHOWN_STRING)
		strbuf_add(b, "...");
	return true;
}

/* The symbol that covers the place an operand refers to, or 0. */
static uint32_t operand_symbol(const struct dis *dis, const struct operand *ref)
{
	const struct dis_sec *s = &dis->secs[ref->sec];
	uint32_t at;

	if (dis->obj->syms[ref->sym].type != STT_SECTION || !ref->sec)
		return ref->sym;
	at = first_symbol(dis, s, ref->off + 1);
	return at && ref->off != UINT64_MAX ? s->syms[at - 1] : 0;
}

bool note_insn(const struct dis *dis, uint32_t sec, uint32_t slot, struct strbuf *b)
{
	const struct bpf_insn *insn = &dis->secs[sec].insns[slot];
	const struct reloc *rel;
	struct operand ref;
	uint32_t sym;

	if (insn_desc(insn)->shape != SHAPE_LD64 || !insn_operand(dis, sec, slot, &rel, &ref))
		return false;
	if (ref.sec && note_string(dis, &ref, b))
		return true;
	sym = operand_symbol(dis, &ref);
	if (!sym)
		return false;
	if (dis->obj->syms[sym].type == STT_FUNC)
		return note_proto(dis, sym, b);
	return note_variable(dis, sym, b);
}

/* ---- CO-RE ---- */

/* One step of an access string: into a member, an element, or to an enumerator. 0: there is none.
 */
static uint32_t add_step(struct strbuf *b, const struct btf *btf, uint32_t id, uint32_t n)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, id));

	if (btf_kind(t) == BTF_KIND_ARRAY) {
		strbuf_addf(b, "[%u]", n);
		return btf_array(t)->type;
	}
	if (!btf_is_composite(t) || n >= btf_vlen(t))
		return 0;
	if (*btf_str(btf, btf_members(t)[n].name_off))
		strbuf_addf(b, ".%s", btf_str(btf, btf_members(t)[n].name_off));
	return btf_members(t)[n].type;
}

static bool add_enumerator(struct strbuf *b, const struct btf *btf, uint32_t id, uint32_t n)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, id));

	if (!btf_is_enum(t) || n >= btf_vlen(t))
		return false;
	strbuf_addf(b, " %s",
		    btf_str(btf, btf_kind(t) == BTF_KIND_ENUM ? btf_enums(t)[n].name_off
							      : btf_enums64(t)[n].name_off));
	return true;
}

void note_core(const struct dis *dis, const struct btf_ext_core *c, struct strbuf *b)
{
	const char *access = btf_str(dis->btf, c->access);
	uint32_t id = c->type_id;
	char *end;
	unsigned long n = strtoul(access, &end, 10);

	btf_print_decl(b, dis->btf, id, "");
	if (add_enumerator(b, dis->btf, id, (uint32_t)min(n, (unsigned long)UINT32_MAX)))
		return;
	if (n)
		strbuf_addf(b, "[%lu]", n);
	for (unsigned int depth = 0; *end == ':' && id && depth < BTF_DEPTH_LIMIT; depth++) {
		n = strtoul(end + 1, &end, 10);
		id = add_step(b, dis->btf, id, (uint32_t)min(n, (unsigned long)UINT32_MAX));
	}
}
