/* Can text give these bytes back? The surest answer is to try. */
#include <errno.h>
#include <stdlib.h>

#include "core/btf/text.h"

static void no_message(struct diag *d __unused, enum severity sev __unused,
		       const struct loc *loc __unused, const char *msg __unused)
{
}

struct trial {
	struct bytes btf, ext;
	struct arena arena;
	struct diag d;
	struct btf *parsed;
	struct btf_ext parsed_ext;
	struct strbuf text;
};

static bool is_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && (!a.size || memcmp(a.data, b.data, a.size) == 0);
}

/* The extension's strings as the build names them. */
static struct btf_ext moved_ext(struct trial *t, struct btf_build *b)
{
	struct btf_ext e = t->parsed_ext;

	e.hdr_len = BTF_EXT_HDR_LEN;
	e.funcs = arena_memdup(&t->arena, e.funcs, e.nfuncs * sizeof(*e.funcs));
	e.lines = arena_memdup(&t->arena, e.lines, e.nlines * sizeof(*e.lines));
	e.cores = arena_memdup(&t->arena, e.cores, e.ncores * sizeof(*e.cores));
#define MOVE(off) ((off) = btf_add_str(b, btf_str(t->parsed, off)))
	for (uint32_t i = 0; i < e.nfuncs; i++)
		MOVE(e.funcs[i].sec);
	for (uint32_t i = 0; i < e.nlines; i++) {
		MOVE(e.lines[i].sec);
		MOVE(e.lines[i].file);
		MOVE(e.lines[i].text);
	}
	for (uint32_t i = 0; i < e.ncores; i++) {
		MOVE(e.cores[i].sec);
		MOVE(e.cores[i].access);
	}
#undef MOVE
	return e;
}

static bool comes_back(struct trial *t, const struct btf_strings *list)
{
	struct loc loc = {.line = 1};
	struct btf_build b = {0};
	bool same = btf_text_parse(strbuf_str(&t->text), t->text.len, &loc, &t->d, &b) == 0;

	if (same) {
		struct btf_ext e = moved_ext(t, &b);

		btf_lay_out(&b, &e, list);
		same = is_equal(btf_build_finish(&b, t->parsed->big_endian, &t->arena), t->btf) &&
		       (!t->ext.data ||
			is_equal(btf_ext_build(&e, t->parsed->big_endian, &t->arena), t->ext));
	}
	btf_build_free(&b);
	return same;
}

static bool comes_back_with_strings(struct trial *t)
{
	struct strbuf text = {0};
	struct btf_strings list = {0};
	struct loc loc = {.line = 1};
	bool same;

	btf_text_strings(&text, t->parsed, "");
	same = btf_text_parse_strings(strbuf_str(&text), text.len, &loc, &t->arena, &t->d,
				      &list) == 0 &&
	       comes_back(t, &list);
	strbuf_free(&text);
	vec_free(&list);
	return same;
}

enum btf_form btf_form(struct bytes btf, struct bytes ext)
{
	struct trial t = {.btf = btf, .ext = ext, .d = {.sink = no_message}};
	enum btf_form form = BTF_FORM_BYTES;
	int err = btf_parse(btf.data, btf.size, NULL, "", &t.d, &t.parsed);

	if (!err && ext.data)
		err = btf_ext_parse(ext.data, ext.size, t.parsed, "", &t.arena, &t.d,
				    &t.parsed_ext);
	/* Text makes a .BTF.ext only when there is something in it. */
	if (!err && ext.data && !(t.parsed_ext.nfuncs + t.parsed_ext.nlines + t.parsed_ext.ncores))
		err = -ENOENT;
	if (!err) {
		btf_text(&t.text, t.parsed, "");
		if (comes_back(&t, NULL))
			form = BTF_FORM_TEXT;
		else if (comes_back_with_strings(&t))
			form = BTF_FORM_STRINGS;
	}
	strbuf_free(&t.text);
	btf_free(t.parsed);
	arena_free(&t.arena);
	return form;
}
