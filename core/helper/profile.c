#include "core/helper/profile.h"

#include <errno.h>
#include <string.h>

const uint32_t profile_limits[PROFILE_KIND_COUNT] = {
#define PROFILE_KIND(kind, word, limit) [PROFILE_##kind] = limit,
	PROFILE_KINDS(PROFILE_KIND)
#undef PROFILE_KIND
};
#define PROFILE_KIND(kind, word, limit)                                                            \
	_Static_assert((int)limit <= (int)PROFILE_ID_LIMIT, "a bit for each " word);
PROFILE_KINDS(PROFILE_KIND)
#undef PROFILE_KIND

static const char *const kind_words[PROFILE_KIND_COUNT] = {
#define PROFILE_KIND(kind, word, limit) [PROFILE_##kind] = word,
	PROFILE_KINDS(PROFILE_KIND)
#undef PROFILE_KIND
};

static const char unprivileged[] = "unprivileged", data_symbols[] = "data_symbols";

bool profile_lacks(const struct profile *p, enum profile_kind kind, uint32_t id)
{
	return p && id < PROFILE_ID_LIMIT && p->lacks[kind][id / 64] >> id % 64 & 1;
}

void profile_set_lacks(struct profile *p, enum profile_kind kind, uint32_t id)
{
	if (id < PROFILE_ID_LIMIT)
		p->lacks[kind][id / 64] |= UINT64_C(1) << id % 64;
}

/* Rows are in the order of their ids. */
static const char *kfunc_name(uint32_t id)
{
	uint32_t i = 0;

	while (i < kfuncs_count && kfuncs[i].id < id)
		i++;
	return i < kfuncs_count && kfuncs[i].id == id ? kfuncs[i].name : NULL;
}

const char *profile_name(enum profile_kind kind, uint32_t id)
{
	switch (kind) {
	case PROFILE_HELPER:
		return helper_name((int32_t)id);
	case PROFILE_KFUNC:
		return kfunc_name(id);
	case PROFILE_PROG_TYPE:
		return id < PROG_TYPE_COUNT ? prog_type_names[id] : NULL;
	case PROFILE_MAP_TYPE:
		return id < MAP_TYPE_COUNT ? map_type_names[id] : NULL;
	default:
		return NULL;
	}
}

/* ---- text ---- */

struct line {
	struct diag *d;
	struct loc loc;
	const char *rest;
};

static size_t next_word(struct line *l, const char **word)
{
	size_t len;

	l->rest += strspn(l->rest, " \t\r");
	*word = l->rest;
	len = *l->rest == '#' ? 0 : strcspn(l->rest, " \t\r\n#");
	l->loc.col = (uint32_t)(l->rest - l->loc.text) + 1;
	l->loc.len = (uint32_t)len;
	l->rest += len;
	return len;
}

static bool is_word(const char *word, size_t len, const char *name)
{
	return name && strlen(name) == len && memcmp(word, name, len) == 0;
}

static int parse_name(struct line *l, enum profile_kind kind, struct profile *out)
{
	const char *word;
	size_t len = next_word(l, &word);

	for (uint32_t id = 0; len && id < profile_limits[kind]; id++) {
		if (!is_word(word, len, profile_name(kind, id)))
			continue;
		profile_set_lacks(out, kind, id);
		return 0;
	}
	return fail(l->d, &l->loc, -EINVAL, "no %s of Linux 6.18: '%.*s'", kind_words[kind],
		    (int)len, word);
}

static int parse_lack(struct line *l, struct profile *out)
{
	const char *word;
	size_t len = next_word(l, &word);

	for (int kind = 0; kind < PROFILE_KIND_COUNT; kind++)
		if (is_word(word, len, kind_words[kind]))
			return parse_name(l, (enum profile_kind)kind, out);
	if (is_word(word, len, unprivileged))
		out->no_unprivileged = true;
	else if (is_word(word, len, data_symbols))
		out->no_data_symbols = true;
	else
		return fail(l->d, &l->loc, -EINVAL,
			    "expected helper, kfunc, prog_type, map_type, unprivileged or "
			    "data_symbols");
	return 0;
}

static int parse_kernel(struct line *l, struct profile *out)
{
	const char *word;
	size_t len = next_word(l, &word);

	if (!len || len >= sizeof(out->kernel))
		return fail(l->d, &l->loc, -EINVAL, "expected a release of the kernel");
	memcpy(out->kernel, word, len);
	out->kernel[len] = '\0';
	return 0;
}

static int parse_line(struct line *l, struct profile *out)
{
	const char *word;
	size_t len = next_word(l, &word);
	int err = 0;

	if (!len)
		return 0;
	if (is_word(word, len, "kernel"))
		err = parse_kernel(l, out);
	else if (is_word(word, len, "no"))
		err = parse_lack(l, out);
	else
		err = fail(l->d, &l->loc, -EINVAL, "expected kernel or no");
	if (!err && next_word(l, &word))
		err = fail(l->d, &l->loc, -EINVAL, "one thing a line");
	return err;
}

int profile_parse(const char *text, const char *path, struct diag *d, struct profile *out)
{
	struct line l = {.d = d, .loc = {.file = path}};
	int err = 0;

	*out = (struct profile){0};
	for (; *text && !err; text += *text == '\n') {
		l.loc.line++;
		l.loc.text = l.rest = text;
		err = parse_line(&l, out);
		text += strcspn(text, "\n");
	}
	return err;
}

void profile_print(const struct profile *p, struct strbuf *out)
{
	if (p->kernel[0])
		strbuf_addf(out, "kernel %s\n", p->kernel);
	for (int kind = 0; kind < PROFILE_KIND_COUNT; kind++)
		for (uint32_t id = 0; id < profile_limits[kind]; id++)
			if (profile_lacks(p, (enum profile_kind)kind, id))
				strbuf_addf(out, "no %s %s\n", kind_words[kind],
					    profile_name((enum profile_kind)kind, id));
	if (p->no_unprivileged)
		strbuf_addf(out, "no %s\n", unprivileged);
	if (p->no_data_symbols)
		strbuf_addf(out, "no %s\n", data_symbols);
}
