/* What follows from the rest of a packet: next layers' numbers, lengths, checksums. */
#include "core/packet/local.h"

/* Ones' complement sum of words in network order; a last byte is a word's first. */
static uint32_t sum_words(const uint8_t *p, size_t size, uint32_t sum)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	if (size % 2)
		sum += (uint32_t)p[size - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* RFC 9260, appendix A: reflected Castagnoli polynomial */
static uint32_t crc32c(const uint8_t *p, size_t size)
{
	uint32_t crc = UINT32_MAX;

	while (size--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

/* The sum of the pseudo header that the IP layer before l gives (RFC 9293, RFC 8200). */
static uint32_t pseudo_sum(struct builder *b, const struct built *l, uint32_t size)
{
	int32_t proto = layer_number(NUMBERING_IPPROTO, (enum layer_id)(l->desc - layer_descs));
	uint32_t sum = size + (uint32_t)proto;

	for (const struct built *ip = l; ip-- > b->v;) {
		const uint8_t *h = built_header(b, ip);

		if (ip->desc == &layer_descs[LAYER_IP])
			return sum_words(h + 12, 8, sum);
		if (ip->desc == &layer_descs[LAYER_IP6])
			return sum_words(h + 8, 32, sum);
	}
	return sum;
}

/* Over the layer and all behind it, its own field 0. */
static uint64_t checksum(struct builder *b, const struct built *l, enum layer_fill fill)
{
	const uint8_t *h = built_header(b, l);
	uint32_t size = fill == FILL_SUM_HEADER ? l->len : (uint32_t)b->b.len - l->off;
	uint32_t sum = fill == FILL_SUM_PSEUDO || fill == FILL_SUM_UDP ? pseudo_sum(b, l, size) : 0;

	if (fill == FILL_CRC32C)
		return __builtin_bswap32(crc32c(h, size));
	sum = ~sum_words(h, size, sum) & 0xffff;
	return fill == FILL_SUM_UDP && !sum ? 0xffff : sum;
}

static uint64_t value_of(struct builder *b, const struct built *l, const struct layer_field *f,
			 uint64_t now)
{
	const struct built *next = l + 1 < b->v + b->n ? l + 1 : NULL;
	uint32_t rest = (uint32_t)b->b.len - l->off;
	int32_t number = -1;

	switch (f->fill) {
	case FILL_NEXT:
		if (next)
			number = layer_number(l->desc->numbering,
					      (enum layer_id)(next->desc - layer_descs));
		return number < 0 ? now : (uint64_t)number;
	case FILL_LENGTH:
		return rest;
	case FILL_PAYLOAD:
		return rest - l->len;
	case FILL_PAYLOAD_PPP:
		return rest - l->len + 2;
	case FILL_WORDS:
		return l->len / 4;
	case FILL_EIGHTS:
		return l->len / 8 - 1;
	case FILL_BOTTOM:
		return !next || next->desc != l->desc;
	default:
		return now;
	}
}

/* Checksums come after everything that they sum up, the innermost first. */
static void fill(struct builder *b, const struct built *l, bool sums)
{
	uint8_t *h = built_header(b, l);

	for (uint32_t i = 0; i < l->desc->nfields; i++) {
		const struct layer_field *f = &l->desc->fields[i];
		bool is_sum = f->fill >= FILL_SUM_HEADER;

		if (f->fill == FILL_GIVEN || l->given >> i & 1 || is_sum != sums)
			continue;
		layer_set_bits(h, f->bit, f->bits,
			       is_sum ? checksum(b, l, f->fill)
				      : value_of(b, l, f, layer_bits(h, f->bit, f->bits)));
	}
}

void fill_layers(struct builder *b)
{
	for (int sums = 0; sums < 2; sums++)
		for (uint32_t i = b->n; i-- > 0;)
			fill(b, &b->v[i], sums);
}
