/* Programs that others wrote, to begin with. */
#include "tests/verify/trial.h"

#include "core/base/file.h"

#include <stdlib.h>
#include <string.h>

static void add(struct seeds *s, const char *path, const void *data, size_t size)
{
	if (s->n == s->cap) {
		s->cap = s->cap * 2 + 64;
		s->v = xrealloc(s->v, s->cap * sizeof(*s->v));
	}
	s->v[s->n++] = (struct seed){path, {data, size}};
}

/* The sections "-- asm" of a .t file. */
static void add_cases(struct seeds *s, const char *path, const char *text)
{
	static const char head[] = "-- asm";

	while ((text = strstr(text, head)) != NULL) {
		const char *begin, *end;

		text += strcspn(text, "\n");
		begin = text;
		end = strstr(begin, "\n-- ");
		if (!end)
			end = begin + strlen(begin);
		add(s, path, begin, (size_t)(end - begin));
	}
}

int seeds_add(struct seeds *s, const char *path, struct diag *d)
{
	const char *ending = strrchr(path, '.');
	struct bytes in;
	int err = file_read(path, 0, &s->arena, d, &in);

	if (err)
		return err;
	if (ending && strcmp(ending, ".t") == 0)
		add_cases(s, path, (const char *)in.data);
	else
		add(s, path, in.data, in.size);
	return 0;
}

void seeds_free(struct seeds *s)
{
	arena_free(&s->arena);
	free(s->v);
}
