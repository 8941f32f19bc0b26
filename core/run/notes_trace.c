/*
 * Notes out of lines that ftrace, trace-cmd and perf print:
 *
 *	    cat-1234  [002] d..2. 12345.678901: sched_switch: prev_comm=cat prev_pid=1234 ==> ...
 *	    cat  1234 [002] 12345.678901: syscalls:sys_enter_openat: dfd: 0xffffff9c, filename: ...
 *	    cat-1234  [002] d..2. 12345.678901: sys_openat(dfd: ffffff9c, filename: 7ffe12, ...)
 *	    cat-1234  [002] d..2. 12345.678901: sys_openat -> 0x3
 *	sys_enter_openat: dfd: 0xffffff9c, filename: "/etc/passwd"
 *
 * A line is a context: the event, its fields, and the task and time before it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/run/scene.h"

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* What stands before the event: TASK-PID [CPU] ... SECONDS.MICROSECONDS: */
struct head {
	const char *comm;
	size_t comm_len;
	unsigned int pid, cpu;
	uint64_t ns;
	const char *rest; /* behind it */
};

/* "12345.678901: " at or behind at; the end is returned, NULL: there is none on the line. */
static const char *find_time(const char *at, uint64_t *ns)
{
	for (; *at && *at != '\n'; at++) {
		uint64_t seconds, fraction = 0;
		const char *p = at;
		char *dot;
		int digits = 0;

		if (!isdigit((unsigned char)*p) || (!isspace((unsigned char)p[-1])))
			continue;
		seconds = strtoull(p, &dot, 10);
		if (*dot != '.')
			continue;
		for (p = dot + 1; isdigit((unsigned char)*p); p++, digits++)
			if (digits < 9)
				fraction = fraction * 10 + (uint64_t)(*p - '0');
		for (; digits < 9; digits++)
			fraction *= 10;
		if (p[0] != ':' || p[1] != ' ')
			continue;
		*ns = seconds * 1000000000 + fraction;
		return p + 2;
	}
	return NULL;
}

/* The end of what is no blank before p. */
static const char *skip_back(const char *line, const char *p)
{
	while (p > line && isspace((unsigned char)p[-1]))
		p--;
	return p;
}

static bool find_head(const char *line, struct head *h)
{
	const char *bracket = line, *p;

	while (*bracket && *bracket != '\n' &&
	       !(*bracket == '[' && isdigit((unsigned char)bracket[1])))
		bracket++;
	if (*bracket != '[' || sscanf(bracket, "[%u]", &h->cpu) != 1)
		return false;
	h->rest = find_time(bracket + 1, &h->ns);
	p = bracket;
	/* The thread group, which trace-cmd may have in between */
	p = skip_back(line, p);
	if (p > line && p[-1] == ')') {
		while (p > line && *p != '(')
			p--;
		p = skip_back(line, p);
	}
	while (p > line && isdigit((unsigned char)p[-1]))
		p--;
	h->pid = (unsigned int)strtoul(p, NULL, 10);
	if (!h->rest || p == line || !isdigit((unsigned char)*p))
		return false;
	for (p--; p > line && isspace((unsigned char)*p);)
		p--;
	p += *p != '-' && !isspace((unsigned char)*p);
	while (isspace((unsigned char)*line))
		line++;
	h->comm = line;
	h->comm_len = p > line ? (size_t)(p - line) : 0;
	return true;
}

/* ---- fields ---- */

static void add(struct notes *n, const char *key, size_t key_len, const char *value, size_t len,
		const struct loc *line, bool bare_hex)
{
	struct loc loc = *line;
	const char *quote = memchr(value, '"', len);
	const char *text;

	while (len && (isspace((unsigned char)value[len - 1]) || value[len - 1] == ','))
		len--;
	/* filename: 0x7ffe1234 "/etc/passwd" */
	if (quote && quote < value + len && *value != '[' && *value != '{') {
		len -= (size_t)(quote - value);
		value = quote;
	}
	loc.col = (uint32_t)(value - line->text) + 1;
	text = arena_strndup(n->arena, value, len);
	if (bare_hex && strspn(text, "0123456789abcdefABCDEF") == len)
		text = arena_printf(n->arena, "0x%s", text);
	note_add(n, NOTE_ARGS, arena_strndup(n->arena, key, key_len), text, &loc);
}

/* Where the value ends that begins at at: before the next "name=", or at a comma. */
static const char *value_end(const char *at, const char *end, char separator)
{
	bool quoted = false;
	int depth = 0;

	for (const char *p = at; p < end; p++) {
		if (*p == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		depth += *p == '[' || *p == '{';
		depth -= *p == ']' || *p == '}';
		if (depth > 0)
			continue;
		if (separator == ':' && *p == ',')
			return p;
		if (separator == '=' && isspace((unsigned char)*p)) {
			const char *name = p + 1;

			name += strncmp(name, "==> ", 4) == 0 ? 4 : 0;
			while (name < end && is_word(*name))
				name++;
			if (*name == '=' && name < end)
				return p;
		}
	}
	return end;
}

/* a=1 b=2, or a: 1, b: 2 */
static void read_fields(struct notes *n, const char *at, const char *end, const struct loc *loc,
			bool bare_hex)
{
	while (at < end) {
		const char *key = at, *value, *stop;
		size_t len;

		while (at < end && is_word(*at))
			at++;
		len = (size_t)(at - key);
		if (!len || at == end || (*at != '=' && *at != ':')) {
			at += at < end;
			continue;
		}
		value = at + 1;
		while (value < end && *value == ' ')
			value++;
		stop = value_end(value, end, *at);
		add(n, key, len, value, (size_t)(stop - value), loc, bare_hex);
		at = stop;
	}
}

/* sys_openat(...) and sys_openat -> 3, as ftrace itself has them; 0: it is neither. */
static int read_ftrace_syscall(struct notes *n, const char *name, size_t len, const char *at,
			       const char *end, const struct loc *loc)
{
	bool enter = *at == '(', leave = end - at > 4 && strncmp(at, " -> ", 4) == 0;

	if (strncmp(name, "sys_", 4) != 0 || (!enter && !leave))
		return 0;
	note_add(n, NOTE_TARGET,
		 arena_printf(n->arena, "tracepoint/sys_%s_%.*s", enter ? "enter" : "exit",
			      (int)len - 4, name + 4),
		 "", NULL);
	if (leave)
		add(n, "ret", 3, at + 4, (size_t)(end - at) - 4, loc, false);
	while (enter && end > at && end[-1] != ')')
		end--;
	if (enter && end > at)
		read_fields(n, at + 1, end - 1, loc, true);
	return 1;
}

/* NR 257 (ffffff9c, 7ffe, 0), NR 257 = 3: what raw_syscalls print. */
static void read_raw_syscall(struct notes *n, const char *at, const char *end,
			     const struct loc *loc)
{
	const char *open = memchr(at, '(', (size_t)(end - at));
	const char *equals = memchr(at, '=', (size_t)(end - at));
	const char *number = at + 3;

	add(n, "id", 2, number, strcspn(number, " (="), loc, false);
	if (open) {
		char *args = arena_printf(n->arena, "[%.*s", (int)(end - open) - 1, open + 1);

		args[strcspn(args, ")")] = ']';
		note_add(n, NOTE_ARGS, "args", args, loc);
	} else if (equals) {
		add(n, "ret", 3, equals + 2, (size_t)max(end - equals - 2, (ptrdiff_t)0), loc,
		    false);
	}
}

/* The event and its fields; 0: none stands here. */
static int read_event(struct notes *n, const char *at, const char *end, const struct loc *loc)
{
	const char *name = at;
	size_t len;

	while (at < end && is_word(*at))
		at++;
	if (at < end && *at == ':' && is_word(at[1])) /* group:event */
		for (name = ++at; at < end && is_word(*at);)
			at++;
	len = (size_t)(at - name);
	if (!len || at == end)
		return 0;
	if (read_ftrace_syscall(n, name, len, at, end, loc))
		return 1;
	if (*at != ':')
		return 0;
	note_add(n, NOTE_TARGET, arena_printf(n->arena, "tracepoint/%.*s", (int)len, name), "",
		 NULL);
	for (at++; at < end && *at == ' ';)
		at++;
	if (end - at > 4 && strncmp(at, "NR ", 3) == 0) {
		read_raw_syscall(n, at, end, loc);
		return 1;
	}
	/* sys_exit_openat: 0x3 */
	if (strncmp(name, "sys_exit_", 9) == 0 && at < end &&
	    (isdigit((unsigned char)*at) || *at == '-'))
		add(n, "ret", 3, at, (size_t)(end - at), loc, false);
	else
		read_fields(n, at, end, loc, false);
	return 1;
}

static void add_task(struct notes *n, const char *key, const char *value)
{
	note_add(n, NOTE_TASK, key, value, NULL);
}

static int read_line(struct notes *n, const char *line, const char *end, const struct loc *loc)
{
	struct head h;
	bool has_head = find_head(line, &h);
	const char *at = has_head ? h.rest : line;

	while (at < end && isspace((unsigned char)*at))
		at++;
	if (!read_event(n, at, end, loc))
		return 0;
	if (!has_head)
		return 1;
	add_task(n, "comm", arena_strndup(n->arena, h.comm, h.comm_len));
	add_task(n, "pid", arena_printf(n->arena, "%u", h.pid));
	add_task(n, "cpu", arena_printf(n->arena, "%u", h.cpu));
	add_task(n, "ktime", arena_printf(n->arena, "%llu", (unsigned long long)h.ns));
	return 1;
}

/* Comments, what trace-cmd says of its file in front, and that events were lost. */
static bool is_remark(const char *line, const char *end)
{
	static const char *const begins[] = {"#", "cpus=", "version = ", "CPU:", "CPU "};

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (strncmp(line, begins[i], strlen(begins[i])) == 0)
			return true;
	return line == end;
}

int notes_read_trace(struct notes *n, const char **at, struct loc *loc)
{
	n->lenient = true;
	while (**at) {
		struct loc here = {.file = n->file, .line = max(loc->line, 1u), .text = *at};
		const char *line = *at, *end = strchrnul(line, '\n');

		*at = end + (*end == '\n');
		loc->line = here.line + 1;
		while (end > line && isspace((unsigned char)end[-1]))
			end--;
		if (is_remark(line, end))
			continue;
		if (read_line(n, line, end, &here))
			return 1;
		return fail(n->d, &here, -EINVAL, "no line of a trace: expected EVENT: NAME=VALUE");
	}
	return 0;
}

/* The first line that is no comment: one with a head, or an event with fields. */
bool notes_is_trace(struct bytes start)
{
	char line[512];
	struct head h;
	size_t at = 0, len, name;

	do {
		if (at >= start.size)
			return false;
		len = min(start.size - at, sizeof(line) - 1);
		memcpy(line, start.data + at, len);
		line[len] = '\0';
		line[strcspn(line, "\n")] = '\0';
		while (at < start.size && start.data[at++] != '\n')
			;
	} while (is_remark(line, strchr(line, '\0')));
	if (find_head(line, &h))
		return true;
	name = strcspn(line, ": ");
	for (size_t i = 0; i < name; i++)
		if (!is_word(line[i]))
			return false;
	return name && isalpha((unsigned char)*line) && line[name] == ':' &&
	       line[name + 1] == ' ' &&
	       (strchr(line + name + 1, '=') || strncmp(line, "sys_", 4) == 0);
}
