/* Numbers in notes: as C has them, and what names stand for. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/run/scene.h"

/* Where functions of the kernel lie: by their type's id, or else by their name. */
#define TEXT_BASE  0xffffffff81000000
#define TEXT_OTHER 0xffffffffa0000000

uint64_t scene_function(const struct scene *s, const char *name)
{
	enum { STEP = 64, OTHERS = 1 << 20 };
	uint32_t id = s->btf ? btf_find(s->btf, name, BTF_KIND_FUNC) : 0, hash = 0;

	if (id)
		return TEXT_BASE + (uint64_t)id * STEP;
	for (const char *c = name; *c; c++)
		hash = hash * 31 + (unsigned char)*c;
	return TEXT_OTHER + (uint64_t)(hash % OTHERS) * STEP;
}

static const struct scene_label *find_label(const struct scene *s, const char *name)
{
	vec_each(&s->labels, l)
		if (strcmp(l->name, name) == 0)
			return l;
	return NULL;
}

static bool is_function(const struct scene *s, const char *name)
{
	return s->btf && btf_find(s->btf, name, BTF_KIND_FUNC);
}

/* name, &name: a label; a function that the kernel's types have, or name+0x10, any function. */
static int symbol(struct scene *s, const struct note *note, const char *text, struct diag *d,
		  uint64_t *out)
{
	const struct scene_label *label;
	bool is_label = *text == '&';
	const char *end = text += is_label;
	uint64_t offset = 0;
	bool known;
	char *rest;
	char *name;

	while (isalnum((unsigned char)*end) || *end == '_' || *end == '.' || *end == '$')
		end++;
	name = arena_strndup(&s->arena, text, (size_t)(end - text));
	rest = (char *)(uintptr_t)end;
	if (*end == '+')
		offset = strtoull(end + 1, &rest, 0);
	/* as in vfs_read+0x12/0x340: of how many bytes */
	if (*rest == '/')
		strtoull(rest + 1, &rest, 0);
	label = find_label(s, name);
	known = label || s->placing || (!is_label && (rest != end || is_function(s, name)));
	if (*rest || !*name || !known)
		return fail(d, &note->loc, -EINVAL, "'%s' is neither a number nor a name of memory",
			    text);
	*out = (label ? label->addr : scene_function(s, name)) + offset;
	return 0;
}

/* htons(80), htonl(1) */
static bool network_number(const char *text, uint64_t *out)
{
	bool is_short = strncmp(text, "htons(", 6) == 0;
	uint64_t v;
	char *end;

	if (!is_short && strncmp(text, "htonl(", 6) != 0)
		return false;
	v = strtoull(text + 6, &end, 0);
	*out = is_short ? htons((uint16_t)v) : htonl((uint32_t)v);
	return strcmp(end, ")") == 0 && v <= (is_short ? UINT16_MAX : UINT32_MAX);
}

int scene_number(struct scene *s, const struct note *note, struct diag *d, uint64_t *out)
{
	const char *text = note->value;
	size_t len = strlen(text);
	bool minus;
	char *end;

	if (len >= 2 && text[0] == '"' && text[len - 1] == '"')
		text = arena_strndup(&s->arena, text + 1, len - 2);
	if (network_number(text, out))
		return 0;
	if (btf_scan_errno(text, out))
		return 0;
	minus = *text == '-';
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
		*out = *text == 't';
		return 0;
	}
	if (strcmp(text, "NULL") == 0 || strcmp(text, "null") == 0) {
		*out = 0;
		return 0;
	}
	if (!isdigit((unsigned char)text[minus]))
		return symbol(s, note, text, d, out);
	errno = 0;
	*out = strtoull(text + minus, &end, 0);
	if (minus)
		*out = -*out;
	if (*end || errno)
		return fail(d, &note->loc, -EINVAL, "'%s' is no number of 64 bits", text);
	return 0;
}
