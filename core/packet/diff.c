/*
 * Layers of the two packets are paired in order, the longest common row of them (the table of
 * Wagner and Fischer); of a pair fields are compared, others came or went.
 */
#include "core/packet/diff.h"

#include <string.h>

struct side {
	struct bytes packet;
	struct layers layers;
};

struct diff {
	struct side a, b;
	uint8_t common[LAYERS_MAX + 1][LAYERS_MAX + 1]; /* of the layers from i and j on */
	packet_change_fn *change;
	void *arg;
	uint32_t n;
};

static void say(struct diff *d, const char *what, const char *from, const char *to)
{
	d->n++;
	d->change(d->arg, what, from, to);
}

void layer_text(const struct layer *l, struct bytes packet, struct strbuf *out)
{
	const struct layer_desc *desc = &layer_descs[l->id];
	const uint8_t *h = packet.data + l->off;
	const char *comma = "";

	for (uint32_t i = 0; i < desc->nfields; i++) {
		uint32_t bit;

		if (!layer_field_at(desc, &desc->fields[i], h, l->len, &bit))
			continue;
		strbuf_addf(out, "%s%s=", comma, desc->fields[i].name);
		layer_field_text(&desc->fields[i], h, bit, out);
		comma = ",";
	}
}

static void compare_field(struct diff *d, const struct layer *la, const struct layer *lb,
			  const struct layer_field *f)
{
	const struct layer_desc *desc = &layer_descs[la->id];
	const uint8_t *ha = d->a.packet.data + la->off, *hb = d->b.packet.data + lb->off;
	struct strbuf from = {0}, to = {0}, name = {0};
	uint32_t bit;

	if (layer_field_at(desc, f, ha, la->len, &bit))
		layer_field_text(f, ha, bit, &from);
	if (layer_field_at(desc, f, hb, lb->len, &bit))
		layer_field_text(f, hb, bit, &to);
	if (strcmp(strbuf_str(&from), strbuf_str(&to)) != 0) {
		strbuf_addf(&name, "%s.%s", desc->name, f->name);
		say(d, strbuf_str(&name), from.s, to.s);
	}
	strbuf_free(&from);
	strbuf_free(&to);
	strbuf_free(&name);
}

static void hex_text(const uint8_t *p, uint32_t n, struct strbuf *out)
{
	enum { SHOWN = 24 };

	for (uint32_t i = 0; i < min(n, (uint32_t)SHOWN); i++)
		strbuf_addf(out, "%02x", p[i]);
	if (n > SHOWN)
		strbuf_addf(out, "... (%u bytes)", n);
}

/* Bytes that no field names: those that differ, from the first to the last. */
static void compare_bytes(struct diff *d, const char *what, struct bytes x, struct bytes y)
{
	size_t first = 0, left = min(x.size, y.size);
	struct strbuf from = {0}, to = {0}, name = {0};

	while (first < left && x.data[first] == y.data[first])
		first++;
	if (first == x.size && first == y.size)
		return;
	while (x.size == y.size && x.size > first && x.data[x.size - 1] == y.data[y.size - 1])
		x.size--, y.size--;
	strbuf_addf(&name, "%s[%zu]", what, first);
	hex_text(x.data + first, (uint32_t)(x.size - first), &from);
	hex_text(y.data + first, (uint32_t)(y.size - first), &to);
	say(d, strbuf_str(&name), strbuf_str(&from), strbuf_str(&to));
	strbuf_free(&from);
	strbuf_free(&to);
	strbuf_free(&name);
}

static struct bytes tail_of(const struct side *s, const struct layer *l)
{
	uint32_t fixed = layer_descs[l->id].size;

	return (struct bytes){s->packet.data + l->off + fixed, l->len - fixed};
}

static bool has_flagged(const struct layer_desc *desc)
{
	return desc->fields[desc->nfields - 1].flag;
}

static void compare_layer(struct diff *d, const struct layer *la, const struct layer *lb)
{
	const struct layer_desc *desc = &layer_descs[la->id];
	struct strbuf name = {0};

	for (uint32_t i = 0; i < desc->nfields; i++)
		compare_field(d, la, lb, &desc->fields[i]);
	if (has_flagged(desc))
		return;
	strbuf_addf(&name, "%s.%s", desc->name, desc->fields[desc->nfields - 1].name);
	compare_bytes(d, strbuf_str(&name), tail_of(&d->a, la), tail_of(&d->b, lb));
	strbuf_free(&name);
}

static void say_layer(struct diff *d, const struct side *s, const struct layer *l, bool came)
{
	struct strbuf text = {0};

	layer_text(l, s->packet, &text);
	say(d, layer_descs[l->id].name, came ? NULL : strbuf_str(&text),
	    came ? strbuf_str(&text) : NULL);
	strbuf_free(&text);
}

static void fill_common(struct diff *d)
{
	for (uint32_t i = d->a.layers.n; i-- > 0;)
		for (uint32_t j = d->b.layers.n; j-- > 0;)
			d->common[i][j] = d->a.layers.v[i].id == d->b.layers.v[j].id
						  ? d->common[i + 1][j + 1] + 1
						  : max(d->common[i + 1][j], d->common[i][j + 1]);
}

static void walk(struct diff *d)
{
	const struct layers *a = &d->a.layers, *b = &d->b.layers;
	uint32_t i = 0, j = 0;

	while (i < a->n || j < b->n) {
		if (i < a->n && j < b->n && a->v[i].id == b->v[j].id)
			compare_layer(d, &a->v[i++], &b->v[j++]);
		else if (j < b->n && (i == a->n || d->common[i][j + 1] >= d->common[i + 1][j]))
			say_layer(d, &d->b, &b->v[j++], true);
		else
			say_layer(d, &d->a, &a->v[i++], false);
	}
}

static struct bytes data_of(const struct side *s)
{
	return (struct bytes){s->packet.data + s->layers.payload,
			      s->packet.size - s->layers.payload};
}

uint32_t packet_diff(struct bytes before, struct bytes after, packet_change_fn *change, void *arg)
{
	struct diff d = {
		.a = {.packet = before}, .b = {.packet = after}, .change = change, .arg = arg};

	layers_dissect(before, LAYER_ETH, &d.a.layers);
	layers_dissect(after, LAYER_ETH, &d.b.layers);
	fill_common(&d);
	walk(&d);
	compare_bytes(&d, "data", data_of(&d.a), data_of(&d.b));
	return d.n;
}
