/* How two verdicts differ. */
#include "tests/verify/trial.h"

#include <stdio.h>
#include <string.h>

const char *const difference_names[DIFF_COUNT] = {
	[DIFF_NONE] = "equal",
	[DIFF_ACCEPTED] = "accepted by ebpf only",
	[DIFF_REJECTED] = "rejected by ebpf only",
	[DIFF_ERRNO] = "other errno",
	[DIFF_MESSAGE] = "other message",
	[DIFF_NUMBERS] = "other statistics",
	[DIFF_LOG] = "other log",
};

static const char *const numbers[] = {"verification time", "stack depth", "processed "};

static bool is_number(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (strncmp(line, numbers[i], strlen(numbers[i])) == 0)
			return true;
	return false;
}

bool line_next(const char **s, struct line *l)
{
	*l = (struct line){*s, strcspn(*s, "\n")};
	if (!**s)
		return false;
	*s += l->len + ((*s)[l->len] == '\n');
	return true;
}

/* The line as it is compared. */
static void mask(struct line l, char *out, size_t size)
{
	static const char time[] = "verification time", address[] = ") r",
			  jit[] = "No program to jit";
	const char *p;

	snprintf(out, size, "%.*s", (int)l.len, l.s);
	if (strstr(out, time))
		*strstr(out, time) = 0;
	/* An instruction of what is left of the program. */
	if (strstr(out, jit))
		*(strstr(out, jit) + sizeof(jit) - 1) = 0;
	p = strstr(out, "(18)") ? strstr(out, address) : NULL;
	p = p ? strstr(p, " = 0xffff") : NULL;
	if (p)
		memset(out + (p - out) + 5, 'f', strspn(p + 5, "0123456789abcdef"));
}

bool line_is_equal(struct line a, struct line b)
{
	char x[4096], y[4096];

	if (a.len == b.len && memcmp(a.s, b.s, a.len) == 0)
		return true;
	mask(a, x, sizeof(x));
	mask(b, y, sizeof(y));
	return strcmp(x, y) == 0;
}

static struct line last_message(const char *log)
{
	struct line l, last = {"", 0};

	while (line_next(&log, &l))
		if (l.len && !is_number(l.s))
			last = l;
	return last;
}

static bool find_difference(const struct judges *j, struct comparison *c)
{
	const char *a = strbuf_str(&j->theirs.log), *b = strbuf_str(&j->ours.log);
	struct line x, y;
	bool more_a, more_b;

	for (c->line = 1;; c->line++) {
		more_a = line_next(&a, &x);
		more_b = line_next(&b, &y);
		if (!more_a && !more_b)
			return false;
		if (more_a != more_b || !line_is_equal(x, y))
			break;
	}
	mask(x, c->theirs, sizeof(c->theirs));
	mask(y, c->ours, sizeof(c->ours));
	return true;
}

struct comparison compare(const struct judges *j)
{
	struct comparison c = {
		.kind = DIFF_NONE,
		.message = last_message(strbuf_str(&j->theirs.log)),
	};
	bool differs = find_difference(j, &c);
	int theirs = j->theirs.err, ours = j->ours.err;

	if (theirs && !ours)
		c.kind = DIFF_ACCEPTED;
	else if (!theirs && ours)
		c.kind = DIFF_REJECTED;
	else if (theirs != ours)
		c.kind = DIFF_ERRNO;
	else if (!differs)
		c.kind = DIFF_NONE;
	else if (theirs && !line_is_equal(c.message, last_message(strbuf_str(&j->ours.log))))
		c.kind = DIFF_MESSAGE;
	else if (is_number(c.theirs) && is_number(c.ours))
		c.kind = DIFF_NUMBERS;
	else
		c.kind = DIFF_LOG;
	return c;
}

static uint64_t hash_words(uint64_t h, const char *s)
{
	while (*s) {
		if (*s >= '0' && *s <= '9') {
			s += strspn(s, "0123456789abcdefx");
			continue;
		}
		h = (h ^ (uint8_t)*s++) * 0x100000001b3;
	}
	return h;
}

uint64_t comparison_signature(const struct comparison *c)
{
	uint64_t h = 0xcbf29ce484222325 + c->kind;

	return hash_words(hash_words(h, c->theirs), c->ours);
}
