#include "asm/local.h"

#include <strings.h>

static const struct directive {
	const char *name;
	int (*handler)(struct assembler *a, const struct loc *loc, unsigned int arg);
	unsigned int arg;
	bool is_conditional;
} directives[] = {
#define DIRECTIVE(name, handler, arg)	{#name, handler, arg, false},
#define CONDITIONAL(name, handler, arg) {#name, handler, arg, true},
#include "asm/directives.def"
};

static const struct directive *find_directive(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(directives); i++)
		if (strncasecmp(directives[i].name, name, len) == 0 && !directives[i].name[len])
			return &directives[i];
	return NULL;
}

static size_t name_len(const struct assembler *a)
{
	size_t len = 0;

	while (a->p + 1 + len < a->end && is_word_char(a->p[1 + len]))
		len++;
	return len;
}

static int fail_unknown(struct assembler *a, const struct loc *loc, const char *name)
{
	const char *names[ARRAY_SIZE(directives)], *near;
	int err = fail(a->d, loc, -EINVAL, "unknown directive '.%s'", name);

	for (size_t i = 0; i < ARRAY_SIZE(directives); i++)
		names[i] = directives[i].name;
	near = nearest_name(name, names, ARRAY_SIZE(names));
	if (near)
		note(a->d, NULL, "did you mean '.%s'?", near);
	return err;
}

int parse_directive(struct assembler *a)
{
	size_t len = name_len(a);
	const struct directive *dir = find_directive(a->p + 1, len);
	struct loc loc = loc_at(a, a->p, len + 1);

	if (!dir)
		return fail_unknown(a, &loc, arena_strndup(a->arena, a->p + 1, len));
	a->p += 1 + len;
	return dir->handler(a, &loc, dir->arg);
}

int skip_directive(struct assembler *a)
{
	size_t len = name_len(a);
	const struct directive *dir = find_directive(a->p + 1, len);
	struct loc loc = loc_at(a, a->p, len + 1);

	if (!dir || !dir->is_conditional)
		return 0;
	a->p += 1 + len;
	return dir->handler(a, &loc, dir->arg);
}
