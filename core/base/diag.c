#include "core/base/diag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"

struct diag_held {
	enum severity sev;
	size_t seq;   /* order of arrival of the error or warning this belongs to */
	struct loc loc;
	bool has_loc;
	char *msg;
};

static const char *const severity_names[] = {"error", "warning", "note"};
static const char *const severity_colors[] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};

/* Of a long line: bytes in all, and before the place. */
enum { LINE_SHOWN = 240, LINE_BEFORE = 120 };

static size_t line_length(const char *text)
{
	return strcspn(text, "\r\n");
}

/*
 * The source line and, under the place, a caret; tabs are kept so that both lines align. Of a line
 * that is long what is around the place.
 */
static void add_caret(struct strbuf *b, const struct loc *loc, bool color)
{
	size_t len = line_length(loc->text);
	size_t col = min((size_t)(loc->col ? loc->col - 1 : 0), len);
	size_t from = len > LINE_SHOWN && col > LINE_BEFORE ? col - LINE_BEFORE : 0;

	while (from && from < col && (loc->text[from] & 0xc0) == 0x80)
		from++; /* not in the middle of a character */
	len = min(len, from + LINE_SHOWN);
	strbuf_addf(b, "%.*s\n", (int)(len - from), loc->text + from);
	if (!loc->col)
		return;
	for (size_t i = from; i < col; i++)
		strbuf_addch(b, loc->text[i] == '\t' ? '\t' : ' ');
	strbuf_add(b, color ? "\033[1;32m^" : "^");
	for (size_t i = 1; i < loc->len && col + i < len; i++)
		strbuf_addch(b, '~');
	strbuf_add(b, color ? "\033[0m\n" : "\n");
}

static void add_place(struct strbuf *b, const struct loc *loc)
{
	if (!loc || !loc->file)
		return;
	strbuf_add(b, loc->file);
	if (loc->line)
		strbuf_addf(b, ":%u", loc->line);
	if (loc->line && loc->col)
		strbuf_addf(b, ":%u", loc->col);
	strbuf_add(b, ": ");
}

static void add_text(struct strbuf *b, const struct diag *d, enum severity sev,
		     const struct loc *loc, const char *msg)
{
	if (d->prefix)
		strbuf_addf(b, "%s: ", d->prefix);
	add_place(b, loc);
	strbuf_addf(b, "%s%s:%s %s\n", d->color ? severity_colors[sev] : "", severity_names[sev],
		    d->color ? "\033[0m" : "", msg);
	if (loc && loc->text)
		add_caret(b, loc, d->color);
}

/* One object a line: {"severity":"error","file":"a.s","line":1,"column":2,"message":"..."} */
static void add_json(struct strbuf *b, enum severity sev, const struct loc *loc, const char *msg)
{
	strbuf_addf(b, "{\"severity\":\"%s\"", severity_names[sev]);
	if (loc && loc->file) {
		strbuf_add(b, ",\"file\":");
		strbuf_add_json(b, loc->file, strlen(loc->file));
	}
	if (loc && loc->line)
		strbuf_addf(b, ",\"line\":%u", loc->line);
	if (loc && loc->col)
		strbuf_addf(b, ",\"column\":%u", loc->col);
	strbuf_add(b, ",\"message\":");
	strbuf_add_json(b, msg, strlen(msg));
	strbuf_add(b, "}\n");
}

static void emit(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	struct strbuf b = {0};

	if (d->sink) {
		d->sink(d, sev, loc, msg);
		return;
	}
	if (d->format == DIAG_JSON)
		add_json(&b, sev, loc, msg);
	else
		add_text(&b, d, sev, loc, msg);
	progress(d, NULL);
	fflush(stdout);
	fwrite(b.s, 1, b.len, stderr);
	strbuf_free(&b);
}

static void hold(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	struct diag_held *h;

	if (d->nheld == d->capheld) {
		d->capheld = d->capheld * 2 + 8;
		d->held = xrealloc(d->held, d->capheld * sizeof(*d->held));
	}
	h = &d->held[d->nheld];
	*h = (struct diag_held){.sev = sev, .seq = d->nheld, .has_loc = loc, .msg = xstrdup(msg)};
	if (loc)
		h->loc = *loc;
	if (sev == SEV_NOTE && d->nheld)
		h->seq = h[-1].seq;
	d->nheld++;
}

static void say(struct diag *d, enum severity sev, const struct loc *loc, const char *fmt,
		va_list ap)
{
	const struct loc about = {.file = d->about};
	struct strbuf b = {0};

	if (!loc && d->about)
		loc = &about;
	if (d->quiet && sev != SEV_ERROR)
		return;
	if (d->max_errors && d->errors > d->max_errors && sev != SEV_WARNING)
		return;
	strbuf_vaddf(&b, fmt, ap);
	if (d->hold)
		hold(d, sev, loc, strbuf_str(&b));
	else
		emit(d, sev, loc, strbuf_str(&b));
	strbuf_free(&b);
}

int fail(struct diag *d, const struct loc *loc, int err, const char *fmt, ...)
{
	va_list ap;

	d->errors++;
	va_start(ap, fmt);
	say(d, SEV_ERROR, loc, fmt, ap);
	va_end(ap);
	return err;
}

void warn(struct diag *d, const struct loc *loc, const char *fmt, ...)
{
	va_list ap;

	d->warnings++;
	va_start(ap, fmt);
	say(d, SEV_WARNING, loc, fmt, ap);
	va_end(ap);
}

void note(struct diag *d, const struct loc *loc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(d, SEV_NOTE, loc, fmt, ap);
	va_end(ap);
}

void progress(struct diag *d, const char *fmt, ...)
{
	struct strbuf b = {0};
	va_list ap;

	if (fmt && (d->quiet || d->sink || d->format == DIAG_JSON || !isatty(STDERR_FILENO)))
		return;
	if (d->shows_progress)
		fputs("\r\033[K", stderr);
	d->shows_progress = fmt;
	if (!fmt)
		return;
	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	fputs(strbuf_str(&b), stderr);
	strbuf_free(&b);
}

/*
 * Insertion sort of the heads (what is no note) by line, within a file; messages come nearly
 * sorted.
 */
static void order_by_line(struct diag_held *h, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct diag_held cur = h[i];
		size_t j = i;

		if (!cur.loc.file)
			continue;
		while (j && h[j - 1].loc.file &&
		       strcmp(h[j - 1].loc.file, cur.loc.file) == 0 &&
		       h[j - 1].loc.line > cur.loc.line) {
			h[j] = h[j - 1];
			j--;
		}
		h[j] = cur;
	}
}

void diag_flush(struct diag *d)
{
	size_t heads = 0;
	struct diag_held *order = xcalloc(d->nheld + 1, sizeof(*order));

	for (size_t i = 0; i < d->nheld; i++)
		if (d->held[i].seq == i)
			order[heads++] = d->held[i];
	order_by_line(order, heads);
	for (size_t i = 0; i < heads; i++)
		for (size_t j = order[i].seq; j < d->nheld && d->held[j].seq == order[i].seq; j++) {
			struct diag_held *h = &d->held[j];

			emit(d, h->sev, h->has_loc ? &h->loc : NULL, h->msg);
			free(h->msg);
		}
	free(order);
	free(d->held);
	d->held = NULL;
	d->nheld = d->capheld = 0;
}

void diag_discard(struct diag *d)
{
	for (size_t i = 0; i < d->nheld; i++) {
		d->errors -= d->held[i].sev == SEV_ERROR;
		d->warnings -= d->held[i].sev == SEV_WARNING;
		free(d->held[i].msg);
	}
	free(d->held);
	d->held = NULL;
	d->nheld = d->capheld = 0;
}

void fail_last(const struct diag *d, const char *msg)
{
	char room[8192]; /* each byte of the message may become six */
	struct strbuf b = {.s = room, .cap = sizeof(room)};
	char text[1024];

	snprintf(text, sizeof(text), "%s", msg);
	if (d->format == DIAG_JSON)
		add_json(&b, SEV_ERROR, NULL, text);
	else
		add_text(&b, d, SEV_ERROR, NULL, text);
	(void)!write(STDERR_FILENO, b.s, b.len);
}

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("ebpf: error: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	_exit(4);
}

#define NAME_MAX_LEN 64

/* Optimal string alignment: insert, delete, substitute, swap neighbours, each at cost one. */
static size_t edit_distance(const char *a, size_t la, const char *b, size_t lb)
{
	size_t rows[3][NAME_MAX_LEN + 1];

	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *cur = rows[i % 3], *prev = rows[(i + 2) % 3], *prev2 = rows[(i + 1) % 3];

		cur[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t other = min(prev[j], cur[j - 1]) + 1;

			cur[j] = min(other, prev[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				cur[j] = min(cur[j], prev2[j - 2] + 1);
		}
	}
	return rows[la % 3][lb];
}

const char *nearest_name(const char *word, const char *const *names, size_t n)
{
	size_t len = strlen(word), best = len / 3 + 1;
	const char *found = NULL;

	if (len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t other = names[i] ? strlen(names[i]) : NAME_MAX_LEN + 1, dist;

		if (other > NAME_MAX_LEN)
			continue;
		dist = edit_distance(word, len, names[i], other);
		if (dist && dist < best + !found) {
			best = dist;
			found = names[i];
		}
	}
	return found;
}
