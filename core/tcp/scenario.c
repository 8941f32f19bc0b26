/*
 * Scenarios as text, a statement a line (ebpf-tcp.5):
 *
 *	tcp  One flow, one loss
 *	duration 10s
 *	link rate 10mbit rtt 40ms queue 50 ecn 20 loss 0.1% reorder 1% by 5ms
 *	flow cubic at 1s bytes 1MB rtt 80ms ecn
 *	drop 1 100-101
 *	at 5s rate 5mbit
 */
#include "core/tcp/scenario.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum {
	FLOWS_MAX = 64,
	STATEMENTS_MAX = 4096, /* of a kind */
	POINTS_MAX = 100000,
	POINTS = 1000, /* unless somebody says otherwise */
};
#define PACKETS_MAX 50e6 /* that the link can carry while it lasts */
#define RATE_MAX    1e12

struct reader {
	struct tcp_scenario *s;
	const char *file;
	struct diag *d;
	const char *line, *end, *at; /* at: what comes next of the line */
	uint32_t number;
	bool has_sample;
};

static int bad(const struct reader *r, const char *at, size_t len, const char *what)
{
	struct loc loc = {.file = r->file,
			  .line = r->number,
			  .col = (uint32_t)(at - r->line) + 1,
			  .len = (uint32_t)len,
			  .text = r->line};

	return fail(r->d, &loc, -EINVAL, "expected %s%s%.*s%s", what, len ? ", got '" : "",
		    (int)len, at, len ? "'" : "");
}

/* ---- words ---- */

/* The next word of the line; its size is 0 at the end. */
static struct bytes next_word(struct reader *r)
{
	const char *start;

	while (r->at < r->end && isspace((unsigned char)*r->at))
		r->at++;
	start = r->at;
	while (r->at < r->end && !isspace((unsigned char)*r->at) && *r->at != '#')
		r->at++;
	return (struct bytes){(const uint8_t *)start, (size_t)(r->at - start)};
}

static bool is_word(struct bytes w, const char *s)
{
	return w.size == strlen(s) && memcmp(w.data, s, w.size) == 0;
}

static int bad_word(const struct reader *r, struct bytes w, const char *what)
{
	return bad(r, (const char *)w.data, w.size, what);
}

/* ---- quantities: a number, which may have a fraction, and a unit ---- */

struct unit {
	const char *name;
	double times;
};

struct quantity {
	const char *what; /* for messages */
	const struct unit *units;
	double least, most; /* in the smallest unit */
};

static const struct unit time_units[] = {
	{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {NULL, 0}};
static const struct unit rate_units[] = {
	{"bit", 1}, {"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}, {NULL, 0}};
static const struct unit size_units[] = {{"", 1},     {"B", 1},	   {"kB", 1e3},
					 {"MB", 1e6}, {"GB", 1e9}, {NULL, 0}};
static const struct unit part_units[] = {{"%", 1e4}, {NULL, 0}};
static const struct unit no_units[] = {{"", 1}, {NULL, 0}};

static const struct quantity a_time = {"a time of at most 3600s, as 40ms or 1.5s", time_units, 0,
				       3.6e12};
static const struct quantity a_length = {"a time of 1ns to 3600s, as 40ms or 1.5s", time_units, 1,
					 3.6e12};
static const struct quantity a_rtt = {"a round trip of 1us to 10s, as 40ms", time_units, 1e3, 1e10};
static const struct quantity a_rate = {"a rate of 1kbit to 1000gbit, as 10mbit", rate_units, 1e3,
				       RATE_MAX};
static const struct quantity a_size = {"bytes, as 1500 or 20MB", size_units, 1, 1e15};
static const struct quantity a_part = {"a part of 0% to 100%, as 0.1%", part_units, 0, 1e6};
static const struct quantity a_queue = {"1 to 1000000 packets", no_units, 1, 1e6};
static const struct quantity a_mark = {"0 to 1000000 packets", no_units, 0, 1e6};
static const struct quantity an_mss = {"88 to 9000 bytes", no_units, 88, 9000};
static const struct quantity a_seed = {"a number", no_units, 0, 9e15};

/* Digits with a fraction of digits; 0 when there are none. */
static size_t read_decimal(struct bytes w, double *out)
{
	double value = 0, unit = 1;
	bool fraction = false;
	size_t i = 0;

	for (; i < w.size; i++) {
		if (w.data[i] == '.' && i && !fraction)
			fraction = true;
		else if (isdigit(w.data[i]))
			value = value * 10 + (w.data[i] - '0'), unit *= fraction ? 10 : 1;
		else
			break;
	}
	*out = value / unit;
	return i;
}

static int read_quantity(struct reader *r, const struct quantity *q, uint64_t *out)
{
	struct bytes w = next_word(r);
	double value;
	size_t digits = read_decimal(w, &value);
	struct bytes unit = {w.data + digits, w.size - digits};

	for (const struct unit *u = q->units; digits && u->name; u++) {
		double scaled = value * u->times + 1e-6;

		if (is_word(unit, u->name) && scaled >= q->least && scaled <= q->most + 0.5) {
			*out = (uint64_t)scaled;
			return 0;
		}
	}
	return bad_word(r, w, q->what);
}

/* ---- values by keyword ---- */

struct keyword {
	const char *name;
	const struct quantity *q; /* NULL: it stands alone */
	size_t off;
	uint8_t size; /* of the field: 8, 4 or 1 */
};

static int set_field(struct reader *r, const struct keyword *k, void *base)
{
	uint8_t *at = (uint8_t *)base + k->off;
	uint64_t value = 1;
	uint32_t narrow;
	int err = k->q ? read_quantity(r, k->q, &value) : 0;

	narrow = (uint32_t)value;
	if (err)
		return err;
	if (k->size == sizeof(value))
		memcpy(at, &value, sizeof(value));
	else if (k->size == sizeof(narrow))
		memcpy(at, &narrow, sizeof(narrow));
	else
		*at = 1;
	return 0;
}

/* Pairs up to the end of the line. */
static int read_fields(struct reader *r, const struct keyword *keys, size_t n, void *base,
		       const char *what)
{
	struct bytes w;
	int err = 0;

	while (!err && (w = next_word(r)).size) {
		size_t i = 0;

		while (i < n && !is_word(w, keys[i].name))
			i++;
		err = i < n ? set_field(r, &keys[i], base) : bad_word(r, w, what);
	}
	return err;
}

#define FIELD_OF(type, field, name, q)                                                             \
	{                                                                                          \
		name, q, offsetof(struct type, field), sizeof(((struct type *)0)->field)           \
	}

static int read_link(struct reader *r)
{
	static const struct keyword keys[] = {
		FIELD_OF(tcp_link, rate, "rate", &a_rate),
		FIELD_OF(tcp_link, rtt_ns, "rtt", &a_rtt),
		FIELD_OF(tcp_link, queue, "queue", &a_queue),
		FIELD_OF(tcp_link, ecn, "ecn", &a_mark),
		FIELD_OF(tcp_link, loss, "loss", &a_part),
		FIELD_OF(tcp_link, reorder, "reorder", &a_part),
		FIELD_OF(tcp_link, reorder_ns, "by", &a_time),
	};

	return read_fields(r, keys, ARRAY_SIZE(keys), &r->s->link,
			   "rate, rtt, queue, ecn, loss, reorder or by");
}

static int read_flow(struct reader *r)
{
	static const struct keyword keys[] = {
		FIELD_OF(tcp_flow_def, start_ns, "at", &a_time),
		FIELD_OF(tcp_flow_def, bytes, "bytes", &a_size),
		FIELD_OF(tcp_flow_def, rtt_ns, "rtt", &a_rtt),
		FIELD_OF(tcp_flow_def, ecn, "ecn", NULL),
	};
	struct bytes name = next_word(r);
	struct tcp_flow_def *flow;

	if (!name.size)
		return bad_word(r, name, "the name of a congestion control");
	if (r->s->flows.n == FLOWS_MAX)
		return bad_word(r, name, "64 flows at most");
	flow = vec_add(&r->s->flows);
	flow->line = r->number;
	flow->cong = arena_strndup(&r->s->arena, (const char *)name.data, name.size);
	return read_fields(r, keys, ARRAY_SIZE(keys), flow, "at, bytes, rtt or ecn");
}

/* A flow by number; of those that were declared before. */
static int read_number_of_flow(struct reader *r, uint32_t *out)
{
	struct bytes w = next_word(r);
	double n;

	if (!w.size || read_decimal(w, &n) != w.size || n < 1 || n > (double)r->s->flows.n)
		return bad_word(r, w, "the number of a flow, from 1 on");
	*out = (uint32_t)n - 1;
	return 0;
}

/* N or N-M */
static int read_range(struct reader *r, uint64_t *first, uint64_t *last)
{
	struct bytes w = next_word(r), rest;
	double a, b;
	size_t n = read_decimal(w, &a);

	b = a;
	if (n && n < w.size && w.data[n] == '-') {
		rest = (struct bytes){w.data + n + 1, w.size - n - 1};
		n += 1 + read_decimal(rest, &b);
	}
	if (!n || n != w.size || a < 1 || b < a || b > 1e15)
		return bad_word(r, w, "packets by number, as 100 or 100-102");
	*first = (uint64_t)a;
	*last = (uint64_t)b;
	return 0;
}

static int read_fate(struct reader *r, bool drops)
{
	struct tcp_fate fate = {.drops = drops};
	int err = read_number_of_flow(r, &fate.flow);

	if (!err)
		err = read_range(r, &fate.first, &fate.last);
	if (!err && r->s->fates.n == STATEMENTS_MAX)
		err = bad(r, r->line, 0, "4096 drops and marks at most");
	if (!err)
		vec_push(&r->s->fates, fate);
	return err;
}

static int read_drop(struct reader *r)
{
	return read_fate(r, true);
}

static int read_mark(struct reader *r)
{
	return read_fate(r, false);
}

static int read_change(struct reader *r)
{
	static const struct {
		const char *name;
		const struct quantity *q;
	} changes[] = {
		[CHANGE_RATE] = {"rate", &a_rate},    [CHANGE_RTT] = {"rtt", &a_rtt},
		[CHANGE_QUEUE] = {"queue", &a_queue}, [CHANGE_LOSS] = {"loss", &a_part},
		[CHANGE_ECN] = {"ecn", &a_mark},      [CHANGE_PAUSE] = {"pause", &a_length},
	};
	struct tcp_change c = {0};
	int err = read_quantity(r, &a_time, &c.at_ns);
	struct bytes w = err ? (struct bytes){0} : next_word(r);
	size_t i = 0;

	while (!err && i < ARRAY_SIZE(changes) && !is_word(w, changes[i].name))
		i++;
	if (!err && i == ARRAY_SIZE(changes))
		err = bad_word(r, w, "rate, rtt, queue, loss, ecn or pause");
	if (!err && i == CHANGE_PAUSE)
		err = read_number_of_flow(r, &c.flow);
	if (!err)
		err = read_quantity(r, changes[i].q, &c.value);
	if (!err && r->s->changes.n == STATEMENTS_MAX)
		err = bad(r, r->line, 0, "4096 changes at most");
	if (err)
		return err;
	c.kind = (enum tcp_change_kind)i;
	c.line = r->number;
	vec_push(&r->s->changes, c);
	return 0;
}

static int read_duration(struct reader *r)
{
	return read_quantity(r, &a_length, &r->s->duration_ns);
}

static int read_sample(struct reader *r)
{
	r->has_sample = true;
	return read_quantity(r, &a_length, &r->s->sample_ns);
}

static int read_seed(struct reader *r)
{
	return read_quantity(r, &a_seed, &r->s->seed);
}

static int read_mss(struct reader *r)
{
	uint64_t mss = 0;
	int err = read_quantity(r, &an_mss, &mss);

	r->s->mss = (uint32_t)mss;
	return err;
}

/* ---- statements ---- */

static const struct statement {
	const char *name;
	int (*read)(struct reader *r);
} statements[] = {
	{"duration", read_duration}, {"sample", read_sample}, {"seed", read_seed},
	{"mss", read_mss},	     {"link", read_link},     {"flow", read_flow},
	{"drop", read_drop},	     {"mark", read_mark},     {"at", read_change},
};

static int read_statement(struct reader *r)
{
	struct bytes w = next_word(r);
	size_t i = 0;
	int err;

	if (!w.size && (r->at == r->end || *r->at == '#'))
		return 0;
	while (i < ARRAY_SIZE(statements) && !is_word(w, statements[i].name))
		i++;
	if (i == ARRAY_SIZE(statements))
		return bad_word(r, w, "duration, sample, seed, mss, link, flow, drop, mark or at");
	err = statements[i].read(r);
	if (err)
		return err;
	w = next_word(r);
	if (w.size)
		return bad_word(r, w, "the end of the line");
	return 0;
}

/* "tcp TITLE" */
static int read_title(struct reader *r)
{
	struct bytes w = next_word(r);
	size_t len;

	if (!is_word(w, "tcp"))
		return bad_word(r, w, "'tcp', which begins a scenario");
	while (r->at < r->end && isspace((unsigned char)*r->at))
		r->at++;
	len = (size_t)(r->end - r->at);
	while (len && isspace((unsigned char)r->at[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++)
		if (iscntrl((unsigned char)r->at[i]))
			return bad(r, r->at + i, 0, "a title without control characters");
	r->s->title = arena_strndup(&r->s->arena, r->at, len);
	r->at = r->end;
	return 0;
}

static bool is_blank(const char *at, const char *end)
{
	while (at < end && isspace((unsigned char)*at))
		at++;
	return at == end || *at == '#';
}

static int read_lines(struct reader *r, const char *at, const char *end)
{
	int err = 0;

	for (r->number = 1; at < end && !err; r->number++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		r->line = r->at = at;
		r->end = newline ? newline : end;
		at = newline ? newline + 1 : end;
		if (memchr(r->line, 0, (size_t)(r->end - r->line)))
			return bad(r, r->line, 0, "text: there is a NUL byte in the line");
		if (is_blank(r->line, r->end))
			continue;
		err = r->s->title ? read_statement(r) : read_title(r);
	}
	return err;
}

double tcp_scenario_packets(const struct tcp_scenario *s)
{
	uint64_t rate = s->link.rate;

	vec_each(&s->changes, c)
		if (c->kind == CHANGE_RATE)
			rate = max(rate, c->value);
	return (double)rate * (double)s->duration_ns / 8e9 / s->mss;
}

static int too_late(const struct reader *r, uint32_t line, const char *what)
{
	struct loc loc = {.file = r->file, .line = line};

	return fail(r->d, &loc, -EINVAL, "the %s comes when the scenario is over", what);
}

/* What no line alone can say. */
static int check_whole(struct reader *r)
{
	struct tcp_scenario *s = r->s;
	struct loc loc = {.file = r->file};
	double packets;

	if (!s->title)
		return fail(r->d, &loc, -EINVAL, "a scenario begins with a line 'tcp TITLE'");
	if (!s->flows.n)
		return fail(r->d, &loc, -EINVAL, "there is no flow");
	vec_each(&s->changes, c)
		if (c->at_ns >= s->duration_ns)
			return too_late(r, c->line, "change");
	vec_each(&s->flows, f)
		if (f->start_ns >= s->duration_ns)
			return too_late(r, f->line, "flow");
	if (!r->has_sample)
		s->sample_ns = max(s->duration_ns / POINTS, (uint64_t)1);
	if (s->duration_ns / s->sample_ns > POINTS_MAX)
		return fail(r->d, &loc, -EINVAL, "more than %d samples", POINTS_MAX);
	packets = tcp_scenario_packets(s);
	if (packets > PACKETS_MAX)
		return fail(r->d, &loc, -EINVAL,
			    "the link would carry %.0f packets, more than %.0f: a lower rate, a "
			    "larger mss or a shorter duration",
			    packets, PACKETS_MAX);
	return 0;
}

bool tcp_is_scenario(struct bytes start)
{
	const char *at = (const char *)start.data, *end = at + start.size;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		if (!is_blank(at, newline ? newline : end))
			break;
		if (!newline)
			return false;
		at = newline + 1;
	}
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return end - at >= 3 && memcmp(at, "tcp", 3) == 0 &&
	       (end - at == 3 || isspace((unsigned char)at[3]));
}

int tcp_scenario_read(struct tcp_scenario *s, struct bytes text, const char *file, struct diag *d)
{
	struct reader r = {.s = s, .file = file, .d = d};
	const char *at = (const char *)text.data;
	int err;

	*s = (struct tcp_scenario){
		.file = file,
		.duration_ns = 10000000000,
		.seed = 1,
		.mss = 1448,
		.link = {.rate = 10000000, .rtt_ns = 40000000, .queue = 100, .reorder_ns = 1000000},
	};
	err = read_lines(&r, at, at + text.size);
	return err ? err : check_whole(&r);
}

void tcp_scenario_free(struct tcp_scenario *s)
{
	vec_free(&s->flows);
	vec_free(&s->changes);
	vec_free(&s->fates);
	arena_free(&s->arena);
}
