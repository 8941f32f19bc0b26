#include "core/packet/layer.h"

#include <string.h>

#define LAYER(id, name, size, numbering) static const struct layer_field fields_##id[] = {
#define LAYER_END(id)                                                                              \
	}                                                                                          \
	;
#define FIELD(id, name_, bit_, bits_, format_, fill_, init_)                                       \
	{.name = name_,                                                                            \
	 .init = init_,                                                                            \
	 .bit = bit_,                                                                              \
	 .bits = bits_,                                                                            \
	 .format = FORMAT_##format_,                                                               \
	 .fill = FILL_##fill_},
#define TAIL(id, name_, format_, pad_, init_)                                                      \
	{.name = name_, .init = init_, .format = FORMAT_##format_, .pad = pad_},
#define FLAGGED(id, name_, bits_, format_, flag_)                                                  \
	{.name = name_, .bits = bits_, .format = FORMAT_##format_, .flag = flag_},
#define CHILD(...)
#include "core/packet/layers.def"

const struct layer_desc layer_descs[LAYER_COUNT] = {
#define LAYER(id, name_, size_, numbering_)                                                        \
	[LAYER_##id] = {.name = name_,                                                             \
			.fields = fields_##id,                                                     \
			.nfields = ARRAY_SIZE(fields_##id),                                        \
			.size = size_,                                                             \
			.numbering = NUMBERING_##numbering_},
#define LAYER_END(id)
#define FIELD(...)
#define TAIL(...)
#define FLAGGED(...)
#define CHILD(...)
#include "core/packet/layers.def"
};

static const struct {
	uint16_t numbering, number, id;
} children[] = {
#define LAYER(...)
#define LAYER_END(id)
#define FIELD(...)
#define TAIL(...)
#define FLAGGED(...)
#define CHILD(numbering, number, id) {NUMBERING_##numbering, number, LAYER_##id},
#include "core/packet/layers.def"
};

const struct layer_desc *layer_by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < LAYER_COUNT; i++)
		if (strlen(layer_descs[i].name) == len &&
		    memcmp(layer_descs[i].name, name, len) == 0)
			return &layer_descs[i];
	return NULL;
}

int32_t layer_number(enum layer_numbering numbering, enum layer_id id)
{
	for (size_t i = 0; i < ARRAY_SIZE(children); i++)
		if (children[i].numbering == numbering && children[i].id == id)
			return children[i].number;
	return -1;
}

enum layer_id layer_of_number(enum layer_numbering numbering, uint32_t number)
{
	for (size_t i = 0; i < ARRAY_SIZE(children); i++)
		if (children[i].numbering == numbering && children[i].number == number)
			return (enum layer_id)children[i].id;
	return LAYER_COUNT;
}

uint64_t layer_bits(const uint8_t *header, uint32_t bit, uint32_t bits)
{
	uint64_t v = 0;

	for (uint32_t i = bit; i < bit + bits; i++)
		v = v << 1 | (header[i / 8] >> (7 - i % 8) & 1);
	return v;
}

void layer_set_bits(uint8_t *header, uint32_t bit, uint32_t bits, uint64_t value)
{
	for (uint32_t i = bit + bits; i-- > bit; value >>= 1) {
		uint8_t mask = (uint8_t)(0x80 >> i % 8);

		header[i / 8] = (uint8_t)((header[i / 8] & ~mask) | (value & 1 ? mask : 0));
	}
}
