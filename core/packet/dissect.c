/* Packets taken apart into their layers. */
#include <arpa/inet.h>
#include <string.h>

#include "core/packet/layer.h"

enum { IP_VERSION_4 = 4, IP_VERSION_6 = 6 };

static const struct layer_field *field_with(const struct layer_desc *desc, enum layer_fill fill)
{
	for (uint32_t i = 0; i < desc->nfields; i++)
		if (desc->fields[i].fill == fill && desc->fields[i].bits)
			return &desc->fields[i];
	return NULL;
}

/* How long a header says it is; its fixed part is there. */
static uint32_t header_length(const struct layer_desc *desc, const uint8_t *h)
{
	const struct layer_field *words = field_with(desc, FILL_WORDS);
	const struct layer_field *eights = field_with(desc, FILL_EIGHTS);
	uint32_t len = desc->size;

	if (words)
		return (uint32_t)layer_bits(h, words->bit, words->bits) * 4;
	if (eights)
		return (uint32_t)layer_bits(h, eights->bit, eights->bits) * 8 + 8;
	for (uint32_t i = 0; i < desc->nfields; i++)
		if (desc->fields[i].flag & layer_bits(h, 0, 16))
			len += desc->fields[i].bits / 8u;
	return len;
}

static enum layer_id after_mpls(const uint8_t *h, uint32_t left)
{
	if (!layer_bits(h, 23, 1))
		return LAYER_MPLS;
	if (left < 1)
		return LAYER_COUNT;
	return h[4] >> 4 == IP_VERSION_4   ? LAYER_IP
	       : h[4] >> 4 == IP_VERSION_6 ? LAYER_IP6
					   : LAYER_COUNT;
}

/* A fragment that is not the first has no header of the next layer. */
static bool is_later_fragment(enum layer_id id, const uint8_t *h)
{
	return (id == LAYER_IP && layer_bits(h, 51, 13)) ||
	       (id == LAYER_FRAG && layer_bits(h, 16, 13));
}

static enum layer_id next_layer(enum layer_id id, const uint8_t *h, uint32_t left)
{
	const struct layer_desc *desc = &layer_descs[id];
	const struct layer_field *next = field_with(desc, FILL_NEXT);
	enum layer_id found;

	if (is_later_fragment(id, h))
		return LAYER_COUNT;
	switch (desc->numbering) {
	case NUMBERING_NOTHING:
		return LAYER_COUNT;
	case NUMBERING_ALWAYS:
		return id == LAYER_SCTP ? LAYER_CHUNK : LAYER_ETH;
	case NUMBERING_MPLS:
		return after_mpls(h, left);
	default:
		found = layer_of_number(desc->numbering,
					(uint32_t)layer_bits(h, next->bit, next->bits));
		/* answers come from the port that questions go to */
		if (found == LAYER_COUNT && desc->numbering == NUMBERING_PORT)
			found = layer_of_number(NUMBERING_PORT, (uint32_t)layer_bits(h, 0, 16));
		return found;
	}
}

void layers_dissect(struct bytes packet, enum layer_id first, struct layers *out)
{
	enum layer_id id = first;
	uint32_t off = 0;

	out->n = 0;
	while (id != LAYER_COUNT && out->n < LAYERS_MAX) {
		const struct layer_desc *desc = &layer_descs[id];
		const uint8_t *h = packet.data + off;
		uint32_t left = (uint32_t)packet.size - off, len;

		if (left < desc->size)
			break;
		len = header_length(desc, h);
		if (len < desc->size || len > left)
			break;
		out->v[out->n++] = (struct layer){(uint8_t)id, off, len};
		off += len;
		id = next_layer(id, h, left - len);
	}
	out->payload = off;
}

bool layer_field_at(const struct layer_desc *desc, const struct layer_field *f,
		    const uint8_t *header, uint32_t len, uint32_t *bit)
{
	uint32_t off = desc->size * 8u;

	if (!f->bits)
		return false;
	*bit = f->bit;
	if (!f->flag)
		return true;
	if (!(layer_bits(header, 0, 16) & f->flag))
		return false;
	for (const struct layer_field *g = desc->fields; g < f; g++)
		if (g->flag & layer_bits(header, 0, 16))
			off += g->bits;
	*bit = off;
	return off + f->bits <= len * 8;
}

static void flags_text(uint64_t flags, struct strbuf *out)
{
	static const char letters[] = "FSRPAUEC";

	if (!flags)
		strbuf_addch(out, '0');
	for (uint32_t i = 0; i < 8; i++)
		if (flags >> i & 1)
			strbuf_addch(out, letters[i]);
}

void layer_field_text(const struct layer_field *f, const uint8_t *header, uint32_t bit,
		      struct strbuf *out)
{
	const uint8_t *p = header + bit / 8;
	char text[INET6_ADDRSTRLEN];

	switch (f->format) {
	case FORMAT_MAC:
		strbuf_addf(out, "%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2], p[3], p[4],
			    p[5]);
		break;
	case FORMAT_IP4:
		strbuf_add(out, inet_ntop(AF_INET, p, text, sizeof(text)));
		break;
	case FORMAT_IP6:
		strbuf_add(out, inet_ntop(AF_INET6, p, text, sizeof(text)));
		break;
	case FORMAT_TCP_FLAGS:
		flags_text(layer_bits(header, bit, f->bits), out);
		break;
	default:
		strbuf_addf(out, f->format == FORMAT_HEX ? "0x%llx" : "%llu",
			    (unsigned long long)layer_bits(header, bit, f->bits));
	}
}
