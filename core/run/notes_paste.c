/* Notes out of what debuggers and kernels print: gdb's `info registers`, and an oops. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/run/scene.h"

static bool has(struct bytes text, const char *word)
{
	return memmem(text.data, text.size, word, strlen(word));
}

/* rax            0x1c                28 */
static bool is_gdb_line(const uint8_t *at, const uint8_t *end)
{
	static const char *const first[] = {"rax ", "x0 "};

	for (size_t k = 0; k < ARRAY_SIZE(first); k++) {
		size_t len = strlen(first[k]);
		const uint8_t *value = at + len;

		if ((size_t)(end - at) < len || memcmp(at, first[k], len) != 0)
			continue;
		while (value < end && *value == ' ')
			value++;
		return end - value > 2 && memcmp(value, "0x", 2) == 0;
	}
	return false;
}

/* The command, with gdb's prompt, may stand in front of them. */
bool notes_is_gdb(struct bytes start)
{
	const uint8_t *at = start.data, *end = at + start.size, *next;

	for (; at < end; at = next) {
		next = memchr(at, '\n', (size_t)(end - at));
		next = next ? next + 1 : end;
		while (at < next && isspace(*at))
			at++;
		if (is_gdb_line(at, next))
			return true;
	}
	return false;
}

bool notes_is_oops(struct bytes start)
{
	return (has(start, "RIP: ") && has(start, "RAX: ")) ||
	       (has(start, "pstate: ") && has(start, "x0 : "));
}

static const char *end_of_line(const char *at)
{
	const char *end = strchr(at, '\n');

	return end ? end : at + strlen(at);
}

static void add(struct notes *n, enum note_section section, const char *key, const char *value,
		struct loc *loc)
{
	/* The first word counts: what follows are registers of somebody else. */
	if (!note_find(n, section, key))
		note_add(n, section, arena_strdup(n->arena, key), arena_strdup(n->arena, value),
			 loc);
}

static const struct regs_arch *set_arch(struct notes *n, bool x86)
{
	const struct regs_arch *arch = x86 ? &regs_x86_64 : &regs_arm64;

	note_add(n, NOTE_PT_REGS, "arch", arch->name, NULL);
	return arch;
}

int notes_read_gdb(struct notes *n, const char **at, struct loc *loc)
{
	const struct regs_arch *arch;
	const char *line = *at, *end;
	char name[16], value[32];

	if (!*line)
		return 0;
	arch = set_arch(n, strstr(line, "rax"));
	for (; *line; line = end + (*end == '\n'), loc->line++) {
		struct loc here = {.file = n->file, .line = max(loc->line, 1u), .text = line};

		end = end_of_line(line);
		if (sscanf(line, "%15s %31s", name, value) == 2 && regs_find(arch, name) >= 0 &&
		    strncmp(value, "0x", 2) == 0)
			add(n, NOTE_PT_REGS, name, value, &here);
	}
	*at = line;
	return 1;
}

/*
 * What stands behind a name in an oops: 0000000000000000, 0010:vfs_read+0x12/0x340,
 * 0018:ffffc90000000000. Numbers have no 0x there.
 */
static void add_oops_value(struct notes *n, const char *name, const char *word, struct loc *loc)
{
	size_t digits = strspn(word, "0123456789abcdef");
	char value[80];

	if (digits == 4 && word[4] == ':') {
		word += 5;
		digits = strspn(word, "0123456789abcdef");
	}
	snprintf(value, sizeof(value), "%s%s", digits >= 8 ? "0x" : "", word);
	add(n, NOTE_PT_REGS, name, value, loc);
}

/* One NAME: VALUE of a line, at a word's beginning. */
static void read_pair(struct notes *n, const struct regs_arch *arch, const char *at,
		      struct loc *loc)
{
	static const char *const identity[][2] = {
		{"PID", "pid"}, {"UID", "uid"}, {"CPU", "cpu"}, {"Comm", "comm"}};
	char name[16], word[64];
	int used = 0;

	if (sscanf(at, "%15[A-Za-z0-9_] %n", name, &used) != 1 || at[used] != ':' ||
	    sscanf(at + used + 1, "%63s", word) != 1)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(identity); i++)
		if (strcmp(identity[i][0], name) == 0)
			add(n, NOTE_TASK, identity[i][1], word, loc);
	if (regs_find(arch, name) >= 0)
		add_oops_value(n, name, word, loc);
}

int notes_read_oops(struct notes *n, const char **at, struct loc *loc)
{
	const struct regs_arch *arch;
	const char *line = *at, *end;

	if (!*line)
		return 0;
	arch = set_arch(n, strstr(line, "RAX: "));
	for (; *line; line = end + (*end == '\n'), loc->line++) {
		struct loc here = {.file = n->file, .line = max(loc->line, 1u), .text = line};

		end = end_of_line(line);
		for (const char *c = line; c < end; c++)
			if ((c == line || !isalnum((unsigned char)c[-1])) &&
			    isalpha((unsigned char)*c))
				read_pair(n, arch, c, &here);
	}
	*at = line;
	return 1;
}
