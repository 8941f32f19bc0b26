/*
 * Packets and memory as text that makes the same runs again (--emit-ctx): what options said of
 * them, then one input after the other, a line each.
 *
 *	[inputs]
 *	set mark=7
 *	linear 64
 *	packet 0011223344... time=1700000000000000000 length=1500
 *	memory 0011
 *	seccomp arch=0xc000003e nr=59 ip=0x0 args=0x1,0x2,0x3,0x4,0x5,0x6
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run_ctx.h"
#include "core/base/file.h"
#include "core/obj/prog_type.h"
#include "core/run/seccomp.h"
#include "disasm/disasm.h"

static const char head[] = "[inputs]";

static bool is_inputs(struct bytes start)
{
	return start.size > strlen(head) && memcmp(start.data, head, strlen(head)) == 0 &&
	       isspace(start.data[strlen(head)]);
}

/* ---- lines ---- */

/* A line in pieces: its word, and the rest without blanks around it. */
struct line {
	const char *at; /* the next one; NULL: there is none */
	struct loc loc;
	char *word, *rest;
};

static bool next_line(struct line *l, struct arena *a)
{
	size_t len;

	do {
		if (!l->at || !*l->at)
			return false;
		len = strcspn(l->at, "\n");
		l->loc.line++;
		l->word = arena_strndup(a, l->at, len);
		l->at = l->at[len] ? l->at + len + 1 : NULL;
		while (len && isspace((unsigned char)l->word[len - 1]))
			l->word[--len] = '\0';
		l->word += strspn(l->word, " \t");
	} while (!*l->word || *l->word == '#' || strcmp(l->word, head) == 0);
	l->rest = l->word + strcspn(l->word, " \t");
	if (*l->rest)
		*l->rest++ = '\0';
	l->rest += strspn(l->rest, " \t");
	return true;
}

static bool read_number(const char *s, uint64_t max, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(s, &end, 0);
	return isdigit((unsigned char)*s) && !errno && !*end && *out <= max;
}

/* ---- what options said ---- */

/* Of a number: where it goes, and the flag that it was said. */
struct number_option {
	const char *name;
	uint64_t most;
	uint32_t *narrow;
	uint64_t *wide;
	bool *has; /* NULL: 0 is as if nobody said it */
};

/* 1: there is no such number; 0 or -errno, said. What the command line says stays. */
static int take_number(struct run_options *o, const struct line *l, struct diag *d)
{
	struct packet_layout *lay = &o->packet.layout;
	bool has_clock = o->given & WORLD_CLOCK, has_seed = o->given & WORLD_RANDOM;
	bool has_cpu = o->given & WORLD_CPU;
	const struct number_option options[] = {
		{"headroom", PACKET_HEADROOM, &lay->headroom, NULL, &lay->has_headroom},
		{"tailroom", UINT16_MAX, &lay->tailroom, NULL, &lay->has_tailroom},
		{"linear", PACKET_MAX, &lay->linear, NULL, &lay->has_linear},
		{"data-meta", XDP_META_MAX, &lay->meta, NULL, NULL},
		{"seed", UINT64_MAX, NULL, &o->seed, &has_seed},
		{"clock", UINT64_MAX, NULL, &o->clock, &has_clock},
		{"cpu", RUN_CPU_MAX, &o->cpu, NULL, &has_cpu},
	};
	const struct number_option *n = options;
	uint64_t value;

	while (n < options + ARRAY_SIZE(options) && strcmp(n->name, l->word) != 0)
		n++;
	if (n == options + ARRAY_SIZE(options))
		return 1;
	if (!read_number(l->rest, n->most, &value))
		return fail(d, &l->loc, -EINVAL, "%s: expected a number up to %llu, got '%s'",
			    l->word, (unsigned long long)n->most, l->rest);
	if (n->has && *n->has)
		return 0;
	if (n->narrow)
		*n->narrow = (uint32_t)value;
	else
		*n->wide = value;
	if (n->has)
		*n->has = true;
	o->fixed_clock |= has_clock;
	o->given |= (has_clock ? WORLD_CLOCK : 0) | (has_seed ? WORLD_RANDOM : 0) |
		    (has_cpu ? WORLD_CPU : 0);
	return 0;
}

/* In front of those of the command line, which win. */
static void take_set(struct run_options *o, const char *set, size_t *nsets)
{
	vec_push(&o->packet.sets, NULL);
	memmove(&o->packet.sets.v[*nsets + 1], &o->packet.sets.v[*nsets],
		(o->packet.sets.n - 1 - *nsets) * sizeof(*o->packet.sets.v));
	o->packet.sets.v[(*nsets)++] = set;
}

static int take_type(struct run_options *o, const struct line *l, struct diag *d)
{
	const char *near;
	int type = prog_type_by_name(l->rest, &near);

	if (type < 0)
		return fail(d, &l->loc, -EINVAL, "unknown program type '%s'", l->rest);
	if (!o->load.prog_type)
		o->load.prog_type = (uint32_t)type;
	return 0;
}

static bool is_input(const char *word)
{
	return strcmp(word, "packet") == 0 || strcmp(word, "memory") == 0 ||
	       strcmp(word, "seccomp") == 0;
}

static int take_option(struct run *r, struct run_options *o, const struct line *l, size_t *nsets)
{
	int err = take_number(o, l, r->d);

	if (err <= 0)
		return err;
	if (strcmp(l->word, "set") == 0)
		take_set(o, l->rest, nsets);
	else if (strcmp(l->word, "type") == 0)
		return take_type(o, l, r->d);
	else if (strcmp(l->word, "prog") == 0)
		o->prog = o->prog ? o->prog : l->rest;
	else if (strcmp(l->word, "frags") == 0)
		o->packet.frags = true;
	else if (strcmp(l->word, "strict-kernel") == 0)
		o->packet.strict = true;
	else if (strcmp(l->word, "network") == 0)
		strbuf_addf(&r->network_text, "%s\n", l->rest);
	else if (!is_input(l->word))
		return fail(r->d, &l->loc, -EINVAL,
			    "'%s' is neither an option of packets nor packet, memory or seccomp",
			    l->word);
	return 0;
}

int run_take_inputs(struct run *r, struct run_options *o)
{
	int err = 0;

	for (size_t i = 0; i < o->ctxs.n && !err; i++) {
		struct bytes text;
		const struct run_spec *spec = &o->ctxs.v[i];
		struct line l = {.loc.file = spec->text};
		size_t nsets = 0;

		if (!ctx_begins_as(spec, is_inputs))
			continue;
		err = ctx_read_spec(r, spec, &text);
		if (err)
			return err;
		vec_push(&r->inputs, ((struct run_inputs){spec->text, text}));
		l.at = (const char *)text.data;
		while (!err && next_line(&l, &r->arena))
			err = take_option(r, o, &l, &nsets);
	}
	return err;
}

/* ---- inputs ---- */

static int open_inputs(struct ctx_source *s)
{
	struct line *l = arena_new(&s->r->arena, struct line), ahead;
	uint32_t n = 0;
	int err = ctx_read(s);

	if (err)
		return err;
	*l = (struct line){.at = (const char *)s->content.data, .loc = ctx_loc(s)};
	for (ahead = *l; next_line(&ahead, &s->r->arena);)
		n += is_input(ahead.word);
	s->r->many |= n > 1;
	s->state = l;
	return 0;
}

/* time=NS length=N, behind the bytes */
static int read_pairs(struct ctx_source *s, const struct line *l, char *at,
		      struct capture_packet *pkt)
{
	uint64_t value;
	char *word;

	while ((word = strsep(&at, " \t"))) {
		char *equals = strchr(word, '=');

		if (!*word)
			continue;
		if (equals && strncmp(word, "time=", 5) == 0 &&
		    read_number(equals + 1, UINT64_MAX, &value))
			pkt->tstamp = value;
		else if (equals && strncmp(word, "length=", 7) == 0 &&
			 read_number(equals + 1, UINT32_MAX, &value))
			pkt->wire_len = (uint32_t)value;
		else
			return fail(s->r->d, &l->loc, -EINVAL,
				    "expected time=NS or length=N, got '%s'", word);
	}
	return 0;
}

static int read_bytes(struct ctx_source *s, struct line *l, struct ctx_input *in)
{
	char *hex = l->rest, *pairs = hex + strcspn(hex, " \t");
	struct bytes b = {0};
	int err = 0;

	if (*pairs)
		*pairs++ = '\0';
	/* Of an empty packet there is nothing but what stands behind it. */
	if (strchr(hex, '='))
		return fail(s->r->d, &l->loc, -EINVAL, "expected bytes in hex, or -");
	if (*hex && strcmp(hex, "-") != 0)
		err = disasm_read_hex((struct bytes){(uint8_t *)hex, strlen(hex)}, l->loc.file,
				      &s->r->arena, s->r->d, &b);
	if (err)
		return err;
	s->content = (struct bytes){b.data ? b.data : (uint8_t *)arena_strdup(&s->r->arena, ""),
				    b.size};
	s->state = NULL;
	err = ctx_bytes_next(s, in);
	s->state = l;
	return err < 0 ? err : read_pairs(s, l, pairs, &in->pkt) ?: 1;
}

static int read_seccomp(struct ctx_source *s, const struct line *l, struct ctx_input *in)
{
	struct seccomp_data *data = arena_new(&s->r->arena, struct seccomp_data);

	if (seccomp_parse(l->rest, s->r->d, data))
		return -EINVAL;
	*in = (struct ctx_input){.data = data, .size = sizeof(*data), .is_seccomp = true};
	in->pkt.len = in->pkt.wire_len = sizeof(*data);
	in->pkt.data = (const uint8_t *)data;
	return 1;
}

static int next_input(struct ctx_source *s, struct ctx_input *in)
{
	struct line *l = s->state;

	while (next_line(l, &s->r->arena))
		if (is_input(l->word))
			return *l->word == 's' ? read_seccomp(s, l, in) : read_bytes(s, l, in);
	return 0;
}

const struct ctx_kind ctx_kind_inputs = {
	.name = "inputs",
	.detect = is_inputs,
	.fits = ctx_fits_any,
	.open = open_inputs,
	.next = next_input,
};

/* ---- writing them ---- */

static void emit_network(struct run *r, struct strbuf *b)
{
	const char *path = r->o->packet.network, *at;
	struct bytes text = {0};

	if (path && file_read(path, 0, &r->arena, r->d, &text))
		return;
	strbuf_addmem(&r->network_text, text.data, text.size);
	for (at = strbuf_str(&r->network_text); *at;) {
		size_t n = strcspn(at, "\n");

		if (n && *at != '#')
			strbuf_addf(b, "network %.*s\n", (int)n, at);
		at += n + (at[n] == '\n');
	}
}

static void emit_options(struct run *r, struct strbuf *b)
{
	const struct run_options *o = r->o;
	const struct packet_layout *lay = &o->packet.layout;
	char word[32];

	strbuf_addf(b, "%s\n", head);
	if (o->load.prog_type)
		strbuf_addf(b, "type %s\n", prog_type_str(o->load.prog_type, word));
	if (o->prog)
		strbuf_addf(b, "prog %s\n", o->prog);
	for (size_t i = 0; i < o->packet.sets.n; i++)
		strbuf_addf(b, "set %s\n", o->packet.sets.v[i]);
	if (lay->has_headroom)
		strbuf_addf(b, "headroom %u\n", lay->headroom);
	if (lay->has_tailroom)
		strbuf_addf(b, "tailroom %u\n", lay->tailroom);
	if (lay->has_linear)
		strbuf_addf(b, "linear %u\n", lay->linear);
	if (lay->meta)
		strbuf_addf(b, "data-meta %u\n", lay->meta);
	strbuf_addf(b, "%s%s", o->packet.frags ? "frags\n" : "",
		    o->packet.strict ? "strict-kernel\n" : "");
	if (o->given & WORLD_RANDOM)
		strbuf_addf(b, "seed %llu\n", (unsigned long long)o->seed);
	if (o->given & WORLD_CLOCK)
		strbuf_addf(b, "clock %llu\n", (unsigned long long)o->clock);
	if (o->given & WORLD_CPU)
		strbuf_addf(b, "cpu %u\n", o->cpu);
	emit_network(r, b);
}

void run_emit_input(struct run *r, const struct ctx_input *in)
{
	struct strbuf *b = &r->emitted;
	const uint8_t *data = r->vm.type ? in->pkt.data : in->data;
	size_t size = r->vm.type ? in->pkt.len : in->size;

	if (!b->len)
		emit_options(r, b);
	if (in->is_seccomp) {
		strbuf_add(b, "seccomp ");
		seccomp_text(b, in->data);
		strbuf_addch(b, '\n');
		return;
	}
	strbuf_add(b, r->vm.type ? "packet " : "memory ");
	for (size_t i = 0; i < size; i++)
		strbuf_addf(b, "%02x", data[i]);
	strbuf_add(b, size ? "" : "-");
	if (in->pkt.tstamp)
		strbuf_addf(b, " time=%llu", (unsigned long long)in->pkt.tstamp);
	if (r->vm.type && in->pkt.wire_len != in->pkt.len)
		strbuf_addf(b, " length=%u", in->pkt.wire_len);
	strbuf_addch(b, '\n');
}
