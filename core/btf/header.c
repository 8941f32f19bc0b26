/*
 * All types of a BTF as one header. C wants most things defined before they are used, structs that
 * are only pointed to declared, so definitions come in the order of their needs, depth first.
 * Of several with one name the later are called NAME___2 and so on: flavours, which CO-RE takes for
 * the same name (bpf_core_essential_name_len() of libbpf).
 */
#include "core/btf/local.h"
#include "core/btf/print.h"
#include "core/base/hash.h"

enum { DEPTH_MAX = 512 }; /* of types in types; C compilers take 256 */

enum state { NEW, BUSY, WRITTEN };

struct header {
	const struct btf *btf;
	struct strbuf *b;
	uint8_t *state; /* enum state of each id; of what has no name: were its needs written? */
	bool *is_declared; /* of a struct or union */
	bool *is_used;	   /* some other record refers to it */
	struct btf_names names;
	uint32_t depth;
};

static void need(struct header *h, uint32_t id, bool is_pointed_to);

static bool is_tag(const struct btf_type *t)
{
	return btf_is_composite(t) || btf_is_enum(t);
}

static bool is_definition(const struct btf_type *t)
{
	return is_tag(t) || btf_kind(t) == BTF_KIND_TYPEDEF;
}

/* va_list: compilers have it. */
static bool is_builtin(const struct btf *btf, uint32_t id)
{
	return strcmp(btf_name(btf, id), "__builtin_va_list") == 0;
}

/* ---- before anything is written ---- */

static uint32_t count(struct strmap *seen, const char *name)
{
	uint64_t *n = strmap_get(seen, name);

	if (n)
		return (uint32_t)++*n;
	strmap_put(seen, name, 1);
	return 1;
}

static void name_types(struct header *h)
{
	struct strmap tags = {0};

	for (uint32_t id = 1; id < h->btf->nids; id++) {
		const struct btf_type *t = btf_type(h->btf, id);

		if (*btf_name(h->btf, id) && is_definition(t))
			h->names.nth[id] = count(is_tag(t) ? &tags : &h->names.words,
						 btf_name(h->btf, id));
	}
	strmap_free(&tags);
}

static void mark_used(struct header *h)
{
	for (uint32_t id = 1; id < h->btf->nids; id++) {
		const struct btf_type *t = btf_type(h->btf, id);
		const struct btf_kind_desc *k = &btf_kinds[btf_kind(t)];
		const uint32_t *word = (const uint32_t *)(t + 1);

		if (k->third == 'T')
			h->is_used[t->type] = true;
		for (const char *c = k->fixed; *c; c++, word++)
			if (*c == 'T')
				h->is_used[*word] = true;
		for (uint32_t i = 0; i < btf_vlen(t) && *k->each; i++)
			for (const char *c = k->each; *c; c++, word++)
				if (*c == 'T')
					h->is_used[*word] = true;
	}
}

/* ---- definitions ---- */

static void declare(struct header *h, uint32_t id)
{
	if (h->is_declared[id] || h->state[id] == WRITTEN)
		return;
	h->is_declared[id] = true;
	btf_print_named_decl(h->b, h->btf, id, &h->names);
	strbuf_add(h->b, ";\n\n");
}

static void need_parts(struct header *h, const struct btf_type *t)
{
	if (btf_kind(t) == BTF_KIND_TYPEDEF) {
		/* A struct with a name can stay incomplete in a typedef. */
		need(h, t->type, true);
	} else if (btf_is_composite(t)) {
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			need(h, btf_members(t)[i].type, false);
	} else if (btf_kind(t) == BTF_KIND_FUNC_PROTO) {
		need(h, t->type, true);
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			need(h, btf_params(t)[i].type, true);
	}
}

/* What has no name is written where it is used; an enum that nothing uses has constants. */
static bool stands_alone(const struct header *h, uint32_t id)
{
	const struct btf_type *t = btf_type(h->btf, id);

	return *btf_name(h->btf, id) ? is_definition(t) : btf_is_enum(t) && !h->is_used[id];
}

static void define(struct header *h, uint32_t id)
{
	const struct btf_type *t = btf_type(h->btf, id);

	if (h->state[id] != NEW)
		return;
	h->state[id] = BUSY;
	need_parts(h, t);
	h->state[id] = WRITTEN;
	if (!stands_alone(h, id) || is_builtin(h->btf, id))
		return;
	btf_print_def(h->b, h->btf, id, &h->names);
	strbuf_add(h->b, ";\n\n");
}

/* What has to stand above a use of the type; behind a pointer it need not be complete. */
static void need(struct header *h, uint32_t id, bool is_pointed_to)
{
	const struct btf_type *t = btf_type(h->btf, id);
	bool is_named = *btf_name(h->btf, id);

	if (h->depth >= DEPTH_MAX)
		return;
	h->depth++;
	if (btf_is_mod(t))
		need(h, t->type, is_pointed_to);
	else if (btf_kind(t) == BTF_KIND_PTR)
		need(h, t->type, true);
	else if (btf_kind(t) == BTF_KIND_ARRAY)
		need(h, btf_array(t)->type, false);
	else if (btf_kind(t) == BTF_KIND_FWD ||
		 (btf_is_composite(t) && is_named && is_pointed_to))
		declare(h, id);
	else
		define(h, id);
	if (btf_kind(t) == BTF_KIND_TYPEDEF && !is_pointed_to)
		need(h, t->type, false);
	h->depth--;
}

/* ---- kernel functions ---- */

static const char kfuncs_begin[] = "#ifndef BPF_NO_KFUNC_PROTOTYPES\n"
				   "#ifndef __ksym\n"
				   "#define __ksym __attribute__((section(\".ksyms\")))\n"
				   "#endif\n"
				   "#ifndef __weak\n"
				   "#define __weak __attribute__((weak))\n"
				   "#endif\n\n";

/* The FUNC that a tag says programs may call, or 0. */
static uint32_t kfunc(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);

	return btf_kind(t) == BTF_KIND_DECL_TAG && btf_component(t) == -1 &&
			       strcmp(btf_name(btf, id), "bpf_kfunc") == 0 &&
			       btf_kind_of(btf, t->type) == BTF_KIND_FUNC
		       ? t->type
		       : 0;
}

static void write_kfuncs(struct header *h)
{
	bool any = false;

	for (uint32_t id = 1; id < h->btf->nids; id++)
		if (kfunc(h->btf, id))
			need(h, btf_type(h->btf, kfunc(h->btf, id))->type, true);
	for (uint32_t id = 1; id < h->btf->nids; id++) {
		uint32_t func = kfunc(h->btf, id);

		if (!func || count(&h->names.words, btf_name(h->btf, func)) > 1)
			continue;
		strbuf_add(h->b, any ? "extern " : kfuncs_begin);
		strbuf_add(h->b, any ? "" : "extern ");
		any = true;
		btf_print_named_decl(h->b, h->btf, func, &h->names);
		strbuf_add(h->b, " __weak __ksym;\n");
	}
	strbuf_add(h->b, any ? "#endif\n\n" : "");
}

/* Accesses are relocated to the kernel that runs. */
static const char begin[] = "#ifndef __VMLINUX_H__\n"
			    "#define __VMLINUX_H__\n\n"
			    "#if defined(__clang__) && defined(__bpf__) && "
			    "!defined(BPF_NO_PRESERVE_ACCESS_INDEX)\n"
			    "#pragma clang attribute push (__attribute__((preserve_access_index)), "
			    "apply_to = record)\n"
			    "#endif\n\n";

static const char end[] = "#if defined(__clang__) && defined(__bpf__) && "
			  "!defined(BPF_NO_PRESERVE_ACCESS_INDEX)\n"
			  "#pragma clang attribute pop\n"
			  "#endif\n\n"
			  "#endif /* __VMLINUX_H__ */\n";

void btf_print_header(struct strbuf *b, const struct btf *btf)
{
	struct arena a = {0};
	struct header h = {.btf = btf, .b = b};

	h.state = arena_array(&a, uint8_t, btf->nids);
	h.is_declared = arena_array(&a, bool, btf->nids);
	h.is_used = arena_array(&a, bool, btf->nids);
	h.names.nth = arena_array(&a, uint32_t, btf->nids);
	name_types(&h);
	mark_used(&h);
	strbuf_add(b, begin);
	for (uint32_t id = 1; id < btf->nids; id++)
		if (is_definition(btf_type(btf, id)))
			define(&h, id);
	write_kfuncs(&h);
	strbuf_add(b, end);
	strmap_free(&h.names.words);
	arena_free(&a);
}
