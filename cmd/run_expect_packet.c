/* Expectations of packets and contexts, as a program leaves them. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run_ctx.h"
#include "cmd/run_expect.h"
#include "core/packet/build.h"
#include "core/packet/diff.h"
#include "disasm/disasm.h"

/* ---- all of it ---- */

struct changes {
	struct run *r;
	struct strbuf names; /* with a blank behind each */
	bool is_said;
};

static void say_change(void *arg, const char *what, const char *from, const char *to)
{
	struct changes *c = arg;

	strbuf_addf(&c->names, "%s ", what);
	if (!c->is_said)
		return;
	if (from && to)
		note(c->r->d, NULL, "  %s: %s -> %s", what, from, to);
	else
		note(c->r->d, NULL, "  %c %s(%s)", to ? '+' : '-', what, to ? to : from);
}

/* Notes of what would have to change to make the one the other. */
static void say_difference(struct run *r, struct bytes from, struct bytes to)
{
	struct changes c = {.r = r, .is_said = true};

	if (!packet_diff(from, to, say_change, &c))
		note(r->d, NULL, "  %zu bytes -> %zu bytes", from.size, to.size);
	strbuf_free(&c.names);
}

static bool is_equal(struct bytes a, struct bytes b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* As the program was given it. */
static struct bytes packet_before(const struct run *r, const struct ctx_input *in)
{
	uint32_t meta = min(r->vm.layout.meta, in->pkt.len);

	return (struct bytes){in->pkt.data + meta, in->pkt.len - meta};
}

static int read_spec(struct run *r, const struct expectation *e, struct bytes *out)
{
	struct bytes text = {(const uint8_t *)e->value, strlen(e->value)};

	if (strncmp(e->value, "pkt:", 4) == 0)
		return packet_build(e->value + 4, &r->arena, r->d, out);
	if (strncmp(e->value, "hex:", 4) == 0) {
		text = (struct bytes){text.data + 4, text.size - 4};
		return disasm_read_hex(text, "hex:", &r->arena, r->d, out);
	}
	return fail(r->d, &e->loc, -EINVAL, "%s: expected pkt:LAYERS or hex:BYTES", e->text);
}

static void expect_whole(struct run *r, const struct expectation *e, struct bytes now)
{
	struct bytes want;

	if (read_spec(r, e, &want)) {
		run_unmet_said(r, e);
		return;
	}
	if (is_equal(want, now) == (e->op == EXPECT_EQ))
		return;
	if (e->op == EXPECT_EQ) {
		if (run_unmet(r, e, "the packet is another one; what was expected -> what it is:"))
			say_difference(r, want, now);
	} else {
		run_unmet(r, e, "the packet is %s", e->value);
	}
}

static void expect_unchanged(struct run *r, const struct expectation *e, struct bytes before,
			     struct bytes now)
{
	if (is_equal(before, now))
		return;
	if (run_unmet(r, e, "the packet was changed:"))
		say_difference(r, before, now);
}

static bool has_word(const char *all, const char *word, size_t len)
{
	size_t n;

	for (; *(all += strspn(all, " ,\t")); all += n) {
		n = strcspn(all, " ,\t");
		if (n == len && strncmp(all, word, n) == 0)
			return true;
	}
	return false;
}

/* Is every word of the one among those of the other? */
static bool covers(const char *words, const char *all)
{
	size_t n;

	for (; *(words += strspn(words, " ,\t")); words += n) {
		n = strcspn(words, " ,\t");
		if (!has_word(all, words, n))
			return false;
	}
	return true;
}

static void expect_changes(struct run *r, const struct expectation *e, struct bytes before,
			   struct bytes now)
{
	struct changes c = {.r = r};

	packet_diff(before, now, say_change, &c);
	if ((!covers(e->value, strbuf_str(&c.names)) || !covers(strbuf_str(&c.names), e->value)) &&
	    run_unmet(r, e, "what changed is %s, expected %s",
		      c.names.len ? strbuf_str(&c.names) : "nothing", e->value) &&
	    c.names.len)
		say_difference(r, before, now);
	strbuf_free(&c.names);
}

/* ---- layers and fields ---- */

/* "ip", or "ip[2]" for the second one; NULL: it is not there. */
static const struct layer *find_layer(const struct layers *layers, const char *name, size_t len,
				      bool *is_known)
{
	const char *open = memchr(name, '[', len);
	unsigned long nth = open ? strtoul(open + 1, NULL, 10) : 1;
	const struct layer_desc *desc = layer_by_name(name, open ? (size_t)(open - name) : len);

	*is_known = desc;
	for (uint32_t i = 0; desc && i < layers->n; i++)
		if (&layer_descs[layers->v[i].id] == desc && --nth == 0)
			return &layers->v[i];
	return NULL;
}

static void expect_layer(struct run *r, const struct expectation *e, const struct layers *layers)
{
	bool is_known;
	const struct layer *l = find_layer(layers, e->value, strlen(e->value), &is_known);
	struct strbuf names = {0};

	if (!is_known) {
		run_unmet(r, e, "%s: there is no layer '%s'", e->text, e->value);
		return;
	}
	if ((l != NULL) == (e->op == EXPECT_HAS))
		return;
	for (uint32_t i = 0; i < layers->n; i++)
		strbuf_addf(&names, "%s%s", i ? "/" : "", layer_descs[layers->v[i].id].name);
	run_unmet(r, e, "the packet is %s, expected it %s %s",
		  names.len ? strbuf_str(&names) : "of no layers", l ? "without" : "with",
		  e->value);
	strbuf_free(&names);
}

static void compare_field(struct run *r, const struct expectation *e, const char *text,
			  uint64_t number, bool has_number)
{
	int order;
	uint8_t six[16];
	char canonical[INET6_ADDRSTRLEN];
	const char *value = e->value;
	bool holds;

	if (has_number && run_expected_order(e, number, &order)) {
		holds = expect_op_holds(e->op, order);
	} else if (e->op != EXPECT_EQ && e->op != EXPECT_NE) {
		run_unmet(r, e, "%s: only numbers have an order", e->text);
		return;
	} else {
		if (inet_pton(AF_INET6, value, six) == 1)
			value = inet_ntop(AF_INET6, six, canonical, sizeof(canonical));
		holds = (strcasecmp(text, value) == 0) == (e->op == EXPECT_EQ);
	}
	if (!holds)
		run_unmet(r, e, "%s is %s, expected %s", e->name, text, run_wanted(r, e));
}

static const struct layer_field *find_field(const struct layer_desc *desc, const char *name)
{
	for (uint32_t i = 0; i < desc->nfields; i++)
		if (strcmp(desc->fields[i].name, name) == 0)
			return &desc->fields[i];
	return NULL;
}

static void expect_field(struct run *r, const struct expectation *e, const struct layers *layers,
			 struct bytes now)
{
	const char *dot = strchr(e->name, '.');
	bool is_known = false;
	const struct layer *l =
		dot ? find_layer(layers, e->name, (size_t)(dot - e->name), &is_known) : NULL;
	const struct layer_field *f = l ? find_field(&layer_descs[l->id], dot + 1) : NULL;
	struct strbuf text = {0};
	uint32_t bit;

	if (!is_known || (l && !f)) {
		run_unmet(r, e, "%s: there is no field '%s'; ip.ttl is one, ebpf-packet(5) has all",
			  e->text, e->name);
		return;
	}
	if (!l || !layer_field_at(&layer_descs[l->id], f, now.data + l->off, l->len, &bit)) {
		run_unmet(r, e, "the packet has no %s, expected %s", e->name, run_wanted(r, e));
		return;
	}
	layer_field_text(f, now.data + l->off, bit, &text);
	compare_field(r, e, strbuf_str(&text),
		      f->bits <= 64 ? layer_bits(now.data + l->off, bit, f->bits) : 0,
		      f->format == FORMAT_NUMBER || f->format == FORMAT_HEX);
	strbuf_free(&text);
}

static void expect_length(struct run *r, const struct expectation *e, size_t len)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", len);
	compare_field(r, e, text, len, true);
}

void run_expect_packet(struct run *r, const struct expectation *e, const struct ctx_input *in)
{
	struct layers layers;
	struct bytes now;

	if (!r->vm.rc.pkt) {
		run_unmet(r, e, "program %s has no packet", r->vm.main->name);
		return;
	}
	now = run_packet_now(r);
	layers_dissect(now, LAYER_ETH, &layers);
	if (e->op == EXPECT_UNCHANGED)
		expect_unchanged(r, e, packet_before(r, in), now);
	else if (e->op == EXPECT_CHANGES)
		expect_changes(r, e, packet_before(r, in), now);
	else if (e->op == EXPECT_HAS || e->op == EXPECT_LACKS)
		expect_layer(r, e, &layers);
	else if (!e->name)
		expect_whole(r, e, now);
	else if (strcmp(e->name, "length") == 0)
		expect_length(r, e, now.size);
	else
		expect_field(r, e, &layers, now);
}

void run_expect_context(struct run *r, const struct expectation *e)
{
	struct ctx_set want;
	uint64_t got = 0, number = 0;
	bool holds;

	if (!r->vm.type) {
		run_unmet(r, e, "program %s has no context whose fields are known",
			  r->vm.main->name);
		return;
	}
	if (run_read_field(r, e, &want)) {
		run_unmet(r, e, "%s: not understood", e->text);
		return;
	}
	if (want.size > sizeof(got)) {
		holds = (memcmp(want.bytes, r->vm.ctx.bytes + want.off, want.size) == 0) ==
			(e->op == EXPECT_EQ);
		if (!holds)
			run_unmet(r, e, "%s is something else, expected %s", e->name,
				  run_wanted(r, e));
		return;
	}
	memcpy(&got, r->vm.ctx.bytes + want.off, want.size);
	memcpy(&number, want.bytes, want.size);
	if (!expect_op_holds(e->op, order_of(got, number)))
		run_unmet(r, e, "%s is %llu, expected %s", e->name, (unsigned long long)got,
			  run_wanted(r, e));
}

/* ---- --expect-packets ---- */

/* False: it has been said often enough. */
static bool packet_unmet(struct run *r, const char *what)
{
	struct loc loc = {.file = r->o->expect_packets};
	enum { SHOWN = 4 };

	if (++r->expecting.packets_unmet > SHOWN)
		return false;
	fail(r->d, &loc, -EINVAL, "packet %llu: %s", (unsigned long long)r->npackets, what);
	return true;
}

void run_compare_packet(struct run *r)
{
	struct capture_packet want;
	int got = r->vm.rc.pkt ? capture_next(r->expecting.packets, &want) : 0;
	struct bytes expected, now;

	if (got <= 0) {
		packet_unmet(r, got ? "cannot be read" : "there are not so many");
		return;
	}
	expected = (struct bytes){want.data, want.len};
	now = run_packet_now(r);
	if (is_equal(expected, now))
		return;
	if (packet_unmet(r, "it is another one; what was expected -> what it is:"))
		say_difference(r, expected, now);
}

void run_end_packets(struct run *r)
{
	struct capture_packet more;

	if (capture_next(r->expecting.packets, &more) > 0)
		packet_unmet(r, "was the last one, but more are expected");
}
