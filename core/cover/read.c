/* Records read back, which somebody else may have written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/cover/cover.h"

/* A function as the record has it, until all of it is known. */
struct reader {
	struct cover *c;
	struct diag *d;
	struct loc loc;
	bool has_magic, has_object, has_func;
	uint32_t object;
	struct cover_func func;
	VEC(struct cover_line) lines;
	VEC(struct cover_insn) insns;
};

static int bad(const struct reader *r, const char *what)
{
	return fail(r->d, &r->loc, -EINVAL, "no record of coverage: %s", what);
}

/* The number that the line goes on with, and the blank behind it. */
static bool take(char **at, int base, uint64_t hi, uint64_t *out)
{
	char *end;

	if (!((**at >= '0' && **at <= '9') || (base == 16 && **at >= 'a' && **at <= 'f')))
		return false;
	errno = 0;
	*out = strtoull(*at, &end, base);
	if (errno || *end != ' ' || *out > hi)
		return false;
	*at = end + 1;
	return true;
}

/* ---- a function is complete: it is added, or added to ---- */

static bool is_equal(const struct reader *r, const struct cover_func *f)
{
	if (strcmp(f->name, r->func.name) != 0 || f->nlines != r->lines.n ||
	    f->ninsns != r->insns.n)
		return false;
	for (uint32_t i = 0; i < f->ninsns; i++)
		if (f->insns[i].slot != r->insns.v[i].slot ||
		    f->insns[i].line != r->insns.v[i].line)
			return false;
	return true;
}

static int add_to(struct reader *r, struct cover_func *f)
{
	if (!is_equal(r, f))
		return bad(r, "two functions differ that say they are one");
	for (uint32_t i = 0; i < f->ninsns; i++)
		cover_count(&f->insns[i], r->insns.v[i].count, r->insns.v[i].flags);
	return 0;
}

static void add_new(struct reader *r)
{
	struct cover_func *f = cover_new(r->c, r->object, r->func.shape);
	struct arena *a = &r->c->arena;

	f->name = r->func.name;
	f->nlines = (uint32_t)r->lines.n;
	f->ninsns = (uint32_t)r->insns.n;
	f->insns = arena_memdup(a, r->insns.v, r->insns.n * sizeof(*r->insns.v));
	if (f->nlines)
		f->lines = arena_memdup(a, r->lines.v, r->lines.n * sizeof(*r->lines.v));
}

static int end_func(struct reader *r)
{
	struct cover_func *f;
	int err = 0;

	if (!r->has_func)
		return 0;
	f = cover_find(r->c, r->object, r->func.shape);
	if (!r->insns.n)
		err = bad(r, "a function without instructions");
	else if (f)
		err = add_to(r, f);
	else
		add_new(r);
	r->has_func = false;
	r->lines.n = r->insns.n = 0;
	return err;
}

/* ---- one line of it ---- */

static int read_object(struct reader *r, char *at)
{
	uint64_t build;
	int err = end_func(r);

	if (err)
		return err;
	if (!take(&at, 16, UINT64_MAX, &build) || !*at)
		return bad(r, "an object is '#O BUILD PATH'");
	r->has_object = true;
	return cover_object(r->c, cover_clean(&r->c->arena, at), build, r->d, &r->object);
}

static int read_func(struct reader *r, char *at)
{
	int err = end_func(r);

	if (err)
		return err;
	if (!r->has_object || !take(&at, 16, UINT64_MAX, &r->func.shape) || !*at)
		return bad(r, "a function is '#F SHAPE NAME' behind an object");
	r->func.name = cover_clean(&r->c->arena, at);
	r->has_func = true;
	return 0;
}

static int read_line(struct reader *r, char *at)
{
	uint64_t line;

	if (!r->has_func || r->insns.n || !take(&at, 10, UINT32_MAX, &line) || !line)
		return bad(r, "a line is '#L LINE FILE' in a function, before its instructions");
	vec_push(&r->lines, ((struct cover_line){.file = cover_clean(&r->c->arena, at),
						 .text = "",
						 .line = (uint32_t)line}));
	return 0;
}

static int read_text(struct reader *r, char *at)
{
	if (!r->lines.n)
		return bad(r, "a line's text is behind it");
	vec_last(&r->lines)->text = cover_clean(&r->c->arena, at);
	return 0;
}

static int read_insn(struct reader *r, char *at)
{
	struct cover_insn insn = {0};
	uint64_t slot, line, flags;

	if (!r->has_func || !take(&at, 10, UINT32_MAX, &slot) ||
	    !take(&at, 10, r->lines.n ? r->lines.n - 1 : 0, &line) ||
	    !take(&at, 16, COVER_FLAGS, &flags) ||
	    !take(&at, 10, UINT64_MAX, &insn.count.runs) ||
	    !take(&at, 10, insn.count.runs, &insn.count.taken))
		return bad(r, "an instruction is '#I SLOT LINE FLAGS RUNS TAKEN TEXT'");
	if (r->insns.n && slot <= vec_last(&r->insns)->slot)
		return bad(r, "instructions are in order");
	insn.slot = (uint32_t)slot;
	insn.line = (uint32_t)line;
	insn.text = cover_clean(&r->c->arena, at);
	cover_count(&insn, (struct insn_count){0}, (uint32_t)flags);
	vec_push(&r->insns, insn);
	return 0;
}

static const struct {
	char letter;
	int (*read)(struct reader *r, char *at);
} readers[] = {
	{'O', read_object}, {'F', read_func}, {'L', read_line}, {'T', read_text}, {'I', read_insn},
};

/* Comments of ours; all else is for others. */
static int read_one(struct reader *r, char *line)
{
	if (strcmp(line, COVER_MAGIC) == 0)
		r->has_magic = true;
	if (!r->has_magic || line[0] != '#' || !line[1] || line[2] != ' ')
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		if (readers[i].letter == line[1])
			return readers[i].read(r, line + 3);
	return 0;
}

int cover_parse(struct cover *c, const char *path, struct bytes text, struct diag *d)
{
	struct reader r = {.c = c, .d = d, .loc = {.file = path}};
	const char *at = (const char *)text.data, *end = at + text.size;
	struct strbuf line = {0};
	int err = 0;

	while (at < end && !err) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		strbuf_reset(&line);
		strbuf_addmem(&line, at, (size_t)(stop - at));
		r.loc.line++;
		err = line.len ? read_one(&r, line.s) : 0;
		at = stop + (stop < end);
	}
	if (!err)
		err = end_func(&r);
	if (!err && !r.has_magic)
		err = fail(d, &(struct loc){.file = path}, -EINVAL,
			   "no record of `ebpf run --coverage`");
	strbuf_free(&line);
	vec_free(&r.lines);
	vec_free(&r.insns);
	return err;
}

int cover_read(struct cover *c, const char *path, struct diag *d)
{
	struct arena a = {0};
	struct bytes text;
	int err = file_read(path, 0, &a, d, &text);

	if (!err)
		err = cover_parse(c, path, text, d);
	arena_free(&a);
	return err;
}
