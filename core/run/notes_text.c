/*
 * Notes as text:
 *
 *	file    = context { "---" context }
 *	context = { "[" section { key "=" value } "]" { entry } }
 *	entry   = key "=" value         entries stand side by side, or a line each
 *	        | address ":" value     in [memory]: to the end of the line
 *
 * A value ends at a blank outside of quotes and brackets. A section that is no section's name is
 * what the program is attached to, as in [lsm file_open]; its arguments follow. "#" begins a
 * comment.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/run/scene.h"

struct reader {
	struct notes *n;
	const char *at, *line; /* where the line begins */
	uint32_t number;
	enum note_section section;
	bool any, ended;
};

static struct loc place(const struct reader *r)
{
	return (struct loc){
		.file = r->n->file,
		.line = r->number,
		.col = (uint32_t)(r->at - r->line) + 1,
		.text = r->line,
	};
}

static int bad(const struct reader *r, const char *why)
{
	struct loc loc = place(r);

	return fail(r->n->d, &loc, -EINVAL, "%s", why);
}

static void advance(struct reader *r)
{
	if (*r->at++ == '\n') {
		r->number++;
		r->line = r->at;
	}
}

/* Blanks, commas between entries, comments; all lines, or only this one. */
static void skip(struct reader *r, bool lines)
{
	for (; *r->at; advance(r)) {
		if (*r->at == '#')
			while (*r->at && *r->at != '\n')
				advance(r);
		if (*r->at == '\n' ? !lines : !isspace((unsigned char)*r->at) && *r->at != ',')
			return;
		if (!*r->at)
			return;
	}
}

static int skip_string(struct reader *r)
{
	struct reader from = *r;

	for (advance(r); *r->at && *r->at != '"'; advance(r))
		if (*r->at == '\\' && r->at[1])
			advance(r);
	if (!*r->at)
		return bad(&from, "a string without its end");
	advance(r);
	return 0;
}

/* To the bracket that belongs to the one here. */
static int skip_group(struct reader *r)
{
	struct reader from = *r;
	int depth = 0, err = 0;

	while (!err && *r->at) {
		if (*r->at == '"') {
			err = skip_string(r);
			continue;
		}
		depth += *r->at && strchr("[{(", *r->at) ? 1 : 0;
		depth -= *r->at && strchr("]})", *r->at) ? 1 : 0;
		advance(r);
		if (!depth)
			return 0;
	}
	return err ? err : bad(&from, "a bracket without its end");
}

static bool is_bracket(char c)
{
	return c == '{' || c == '[' || c == '(';
}

/* A value's end: at a blank, or in [memory] at the end of the line. */
static int skip_value(struct reader *r, bool line)
{
	const char *from = r->at;
	int err = 0;

	while (!err && *r->at && *r->at != '\n' && *r->at != '#') {
		bool in_header = *r->at == ']';

		if (*r->at == '"')
			err = skip_string(r);
		else if (is_bracket(*r->at))
			err = skip_group(r);
		else if (!line && (in_header || *r->at == ',' || isspace((unsigned char)*r->at)))
			break;
		else
			advance(r);
	}
	/* struct T {...} */
	if (!err && !line && r->at - from < 7 &&
	    (strncmp(from, "struct", 6) == 0 || strncmp(from, "union", 5) == 0)) {
		skip(r, false);
		while (isalnum((unsigned char)*r->at) || *r->at == '_')
			advance(r);
		skip(r, false);
		err = *r->at == '{' ? skip_group(r) : 0;
	}
	return err;
}

static const char *copy(const struct reader *r, const char *from)
{
	size_t len = (size_t)(r->at - from);

	while (len && isspace((unsigned char)from[len - 1]))
		len--;
	return arena_strndup(r->n->arena, from, len);
}

static bool is_key(char c)
{
	return c && !isspace((unsigned char)c) && !strchr("=:\"{},#;", c);
}

static int read_entry(struct reader *r, bool in_header)
{
	bool memory = r->section == NOTE_MEMORY && !in_header;
	const char *from = r->at, *key;
	struct loc loc;
	int err;

	while (is_key(*r->at) && !(in_header && *r->at == ']'))
		advance(r);
	key = copy(r, from);
	skip(r, false);
	if (!*key || (*r->at != '=' && *r->at != ':'))
		return bad(r, memory ? "expected ADDRESS: VALUE" : "expected NAME=VALUE");
	advance(r);
	skip(r, false);
	loc = place(r);
	from = r->at;
	err = skip_value(r, memory);
	if (!err && r->at == from)
		err = bad(r, "expected a value");
	if (!err)
		note_add(r->n, r->section, key, copy(r, from), &loc);
	r->any = true;
	return err;
}

/* What a probe of this kind gets is registers; anything else has arguments. */
static enum note_section section_of_target(const char *kind)
{
	return strstr(kind, "probe") || strcmp(kind, "usdt") == 0 ? NOTE_PT_REGS : NOTE_ARGS;
}

static const char *take_word(struct reader *r)
{
	const char *from = r->at;

	while (*r->at && !isspace((unsigned char)*r->at) && *r->at != ']' && *r->at != '=')
		advance(r);
	return copy(r, from);
}

static int read_target(struct reader *r, const char *kind)
{
	const char *name = take_word(r);

	if (!*kind || !*name)
		return bad(r, "expected a section: pt_regs, memory, task, args, ctx, or what is "
			      "probed, as in [lsm file_open]");
	note_add(r->n, NOTE_TARGET, arena_printf(r->n->arena, "%s/%s", kind, name), "", NULL);
	r->section = section_of_target(kind);
	return 0;
}

static int read_header(struct reader *r)
{
	const char *name;
	int section, err = 0;

	advance(r);
	skip(r, false);
	name = take_word(r);
	section = note_section_by_name(name);
	skip(r, false);
	if (section < 0)
		err = read_target(r, name);
	else
		r->section = (enum note_section)section;
	for (skip(r, false); !err && *r->at && *r->at != ']' && *r->at != '\n'; skip(r, false))
		err = read_entry(r, true);
	if (!err && *r->at != ']')
		err = bad(r, "expected ]");
	if (!err)
		advance(r);
	r->any = true;
	return err;
}

static bool at_separator(struct reader *r)
{
	return r->at == r->line && strncmp(r->at, "---", 3) == 0;
}

int notes_read_text(struct notes *n, const char **at, struct loc *loc)
{
	struct reader r = {.n = n, .at = *at, .line = *at, .number = max(loc->line, 1u)};
	int err = 0;

	r.section = NOTE_SECTIONS;
	for (skip(&r, true); !err && *r.at && !at_separator(&r); skip(&r, true)) {
		if (*r.at == '[')
			err = read_header(&r);
		else if (r.section == NOTE_SECTIONS)
			err = bad(&r, "expected a section, as [pt_regs]");
		else
			err = read_entry(&r, false);
	}
	while (!err && *r.at && *r.at != '\n') /* --- */
		advance(&r);
	*at = r.at;
	loc->line = r.number;
	return err ? err : r.any || *r.at;
}

int notes_read_line(struct notes *n, enum note_section section, const char *text,
		    const struct loc *loc)
{
	const char *eq = strchr(text, '=');
	struct loc at = *loc;

	at.text = text;
	if (!eq || eq == text || !eq[1])
		return fail(n->d, &at, -EINVAL, "expected NAME=VALUE");
	at.col = (uint32_t)(eq - text) + 2;
	note_add(n, section, arena_strndup(n->arena, text, (size_t)(eq - text)), eq + 1, &at);
	return 0;
}

int notes_read_pairs(struct notes *n, enum note_section section, const char *text,
		     const struct loc *loc)
{
	struct reader r = {.n = n, .at = text, .line = text, .section = section};
	int err = 0;

	r.number = loc ? max(loc->line, 1u) : 1;
	for (skip(&r, true); !err && *r.at; skip(&r, true))
		err = read_entry(&r, false);
	return err;
}

/* The first thing that is no comment is a section. */
bool notes_is_text(struct bytes start)
{
	size_t i = 0;

	while (i < start.size && (isspace(start.data[i]) || start.data[i] == '#'))
		if (start.data[i++] == '#')
			while (i < start.size && start.data[i] != '\n')
				i++;
	return i + 1 < start.size && start.data[i] == '[' && isalpha(start.data[i + 1]);
}
