/*
 * Notes as JSON, with the sections and keys of the text: an object for each context, or a list of
 * them.
 *
 *	{"target": "kprobe/vfs_read",
 *	 "pt_regs": {"arch": "x86_64", "di": "0xffff888100000000", "si": 4096},
 *	 "memory": {"0xffff888100000000": {"type": "struct file", "value": {"f_mode": 1}},
 *	            "0x7ffe0000": "hello.txt", "0x7fff0000": {"hex": "00 11"}},
 *	 "task": {"pid": 42, "comm": "bash"}}
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/run/scene.h"

struct json {
	struct notes *n;
	const char *text, *at;
	uint32_t first_line;
};

static struct loc place(const struct json *j)
{
	struct loc loc = {.file = j->n->file, .line = j->first_line, .text = j->text};

	for (const char *c = j->text; c < j->at; c++)
		if (*c == '\n') {
			loc.line++;
			loc.text = c + 1;
		}
	loc.col = (uint32_t)(j->at - loc.text) + 1;
	return loc;
}

static int bad(const struct json *j, const char *why)
{
	struct loc loc = place(j);

	return fail(j->n->d, &loc, -EINVAL, "%s", why);
}

static char peek(struct json *j)
{
	while (isspace((unsigned char)*j->at))
		j->at++;
	return *j->at;
}

static bool take(struct json *j, char c)
{
	if (peek(j) != c)
		return false;
	j->at++;
	return true;
}

/* A string with its quotes. */
static int skip_string(struct json *j)
{
	const char *from = j->at;

	for (j->at++; *j->at && *j->at != '"'; j->at++)
		if (*j->at == '\\' && j->at[1])
			j->at++;
	if (take(j, '"'))
		return 0;
	j->at = from;
	return bad(j, "a string without its end");
}

/* Any value; inside of brackets only their number counts, whoever reads it knows more. */
static int skip_value(struct json *j)
{
	const char *from = (peek(j), j->at);
	int depth = 0, err = 0;

	do {
		char c = peek(j);

		if (c == '"') {
			err = skip_string(j);
			continue;
		}
		if (!c || (!depth && strchr(",]}:", c)))
			break;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		j->at++;
		while (!depth && *j->at && !strchr(",]} \t\r\n", *j->at) && c != '}' && c != ']')
			j->at++;
	} while (!err && depth);
	return err ? err : j->at == from || depth ? bad(j, "expected a value") : 0;
}

static const char *copy(const struct json *j, const char *from, const char *to)
{
	return arena_strndup(j->n->arena, from, (size_t)(to - from));
}

/* "name": with the place behind it. */
static int read_name(struct json *j, const char **out)
{
	const char *from = (peek(j), j->at);
	int err = *from == '"' ? skip_string(j) : bad(j, "expected a name in quotes");

	if (err)
		return err;
	*out = copy(j, from + 1, j->at - 1);
	return take(j, ':') ? 0 : bad(j, "expected :");
}

/* Calls member() for each of an object, which reads its value. */
static int each_member(struct json *j, int section,
		       int (*member)(struct json *j, int section, const char *name))
{
	const char *name;
	int err = take(j, '{') ? 0 : bad(j, "expected {");

	if (err || take(j, '}'))
		return err;
	do {
		err = read_name(j, &name);
		if (!err)
			err = member(j, section, name);
	} while (!err && take(j, ','));
	return err ? err : take(j, '}') ? 0 : bad(j, "expected , or }");
}

/* {"type": "struct T", "value": {...}}, {"hex": "00"}, {"u32": "1 2"}: as the text has them. */
static int read_memory(struct json *j, const char *key, const struct loc *loc)
{
	const char *words[2] = {"", ""}, *name, *from;
	int err = take(j, '{') ? 0 : bad(j, "expected {");

	while (!err) {
		bool is_type, is_value;

		err = read_name(j, &name);
		from = (peek(j), j->at);
		err = err ? err : skip_value(j);
		if (err)
			break;
		is_type = strcmp(name, "type") == 0;
		is_value = strcmp(name, "value") == 0;
		/* Strings lose their quotes where the text has none. */
		if (is_value || *from != '"')
			words[is_value] = copy(j, from, j->at);
		else
			words[0] = copy(j, from + 1, j->at - 1);
		if (!is_type && !is_value)
			words[0] = arena_printf(j->n->arena, "%s %s", name, words[0]);
		if (!take(j, ','))
			break;
	}
	if (!err && !take(j, '}'))
		err = bad(j, "expected , or }");
	if (!err)
		note_add(j->n, NOTE_MEMORY, key,
			 arena_printf(j->n->arena, "%s %s", words[0], words[1]), loc);
	return err;
}

/* JSON has no other form for numbers of 64 bits and for names. */
static bool stands_for_itself(int section, const char *key, const char *value)
{
	static const char *const names[] = {"arch", "ip", "rip", "pc"};

	for (size_t i = 0; section == NOTE_PT_REGS && i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], key) == 0)
			return true;
	if (section == NOTE_CTX)
		return true;
	return section != NOTE_MEMORY && strcmp(key, "comm") != 0 &&
	       (isdigit((unsigned char)value[*value == '-']) || *value == '&');
}

static int read_entry(struct json *j, int section, const char *key)
{
	const char *from = (peek(j), j->at), *value;
	struct loc loc = place(j);
	int err;

	if (section == NOTE_MEMORY && *from == '{')
		return read_memory(j, key, &loc);
	err = skip_value(j);
	if (err)
		return err;
	value = copy(j, from, j->at);
	if (*from == '"' && stands_for_itself(section, key, from + 1))
		value = copy(j, from + 1, j->at - 1);
	note_add(j->n, (enum note_section)section, key, value, &loc);
	return 0;
}

static int read_section(struct json *j, int unused __unused, const char *name)
{
	int section = note_section_by_name(name), err;
	const char *from = (peek(j), j->at);

	if (section < 0)
		return bad(j, "the sections are target, pt_regs, memory, task, args and ctx");
	if (section != NOTE_TARGET)
		return each_member(j, section, read_entry);
	err = *from == '"' ? skip_string(j) : bad(j, "expected a string");
	if (!err)
		note_add(j->n, NOTE_TARGET, copy(j, from + 1, j->at - 1), "", NULL);
	return err;
}

int notes_read_json(struct notes *n, const char **at, struct loc *loc)
{
	struct json j = {.n = n, .text = *at, .at = *at, .first_line = max(loc->line, 1u)};
	int err;

	/* Between the contexts of a list */
	while (peek(&j) && strchr("[,]", *j.at))
		j.at++;
	if (!*j.at)
		return 0;
	err = each_member(&j, 0, read_section);
	if (!err)
		peek(&j);
	loc->line = place(&j).line;
	while (j.at > *at && j.at[-1] != '\n' && isspace((unsigned char)j.at[-1]))
		j.at--;
	*at = j.at;
	return err ? err : 1;
}

bool notes_is_json(struct bytes start)
{
	size_t i = 0;

	while (i < start.size && (isspace(start.data[i]) || start.data[i] == '['))
		i++;
	return i < start.size && start.data[i] == '{';
}
