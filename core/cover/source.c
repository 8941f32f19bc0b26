/* A file's report with the lines that have no instructions, of the source itself. */
#include <errno.h>
#include <string.h>

#include "core/cover/cover.h"

struct reader {
	struct arena *a;
	const char *at, *end;
};

static const char *next_line(struct reader *r)
{
	const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
	const char *text;

	stop = stop ? stop : r->end;
	text = cover_clean(r->a, arena_strndup(r->a, r->at, (size_t)(stop - r->at)));
	r->at = stop + (stop < r->end);
	return text;
}

static uint32_t count_lines(struct bytes text)
{
	uint32_t n = 0;

	for (size_t i = 0; i < text.size; i++)
		n += text.data[i] == '\n' || i + 1 == text.size;
	return n;
}

int cover_add_source(struct cover_report *r, struct cover_file *file, struct bytes text)
{
	struct reader in = {&r->arena, (const char *)text.data,
			    (const char *)text.data + text.size};
	uint32_t n = count_lines(text), at = 0;
	struct cover_row *rows = arena_array(&r->arena, struct cover_row, n + 1);

	for (uint32_t i = 0; i < n; i++) {
		const struct cover_row *old = &file->rows[at];
		const char *line = next_line(&in);

		rows[i] = (struct cover_row){.line = i + 1, .text = line, .state = COVER_PLAIN};
		if (at == file->nrows || old->line != i + 1)
			continue;
		if (old->text[0] && strcmp(old->text, line) != 0)
			return -EINVAL;
		rows[i] = *old;
		rows[i].text = line;
		at++;
	}
	if (at < file->nrows)
		return -EINVAL;
	file->rows = rows;
	file->nrows = n;
	return 0;
}
