/*
 * The layers of packets and their fields, as layers.def has them: what builds packets from text
 * (build.c), what takes packets apart (dissect.c) and what compares them (diff.c) read one table.
 */
#ifndef CORE_PACKET_LAYER_H
#define CORE_PACKET_LAYER_H

#include "core/base/base.h"
#include "core/base/strbuf.h"

enum layer_id {
#define LAYER(id, name, size, numbering) LAYER_##id,
#define LAYER_END(id)
#define FIELD(...)
#define TAIL(...)
#define FLAGGED(...)
#define CHILD(...)
#include "core/packet/layers.def"
	LAYER_COUNT
};

/* What the number of the next layer is a number of. */
enum layer_numbering {
	NUMBERING_NOTHING, /* nothing follows that is known */
	NUMBERING_ALWAYS,  /* one layer always follows */
	NUMBERING_ETHERTYPE,
	NUMBERING_IPPROTO,
	NUMBERING_PORT,
	NUMBERING_MPLS, /* the bottom bit, then the IP version */
	NUMBERING_PPP,
};

enum layer_format {
	FORMAT_NUMBER,
	FORMAT_HEX,
	FORMAT_MAC,
	FORMAT_IP4,
	FORMAT_IP6,
	FORMAT_TCP_FLAGS,
	FORMAT_BYTES,
	FORMAT_TCP_OPTIONS,
	FORMAT_NAME, /* of the DNS */
};

/* What a field is when nobody says it. */
enum layer_fill {
	FILL_GIVEN,	  /* its default */
	FILL_NEXT,	  /* the number of the layer behind it; its default when that has none */
	FILL_LENGTH,	  /* bytes from the layer's begin to the packet's end */
	FILL_PAYLOAD,	  /* bytes behind the header */
	FILL_PAYLOAD_PPP, /* ... and two, of the header's end */
	FILL_WORDS,	  /* the header's length in 4 bytes */
	FILL_EIGHTS,	  /* ... in 8 bytes, the first not counted */
	FILL_BOTTOM,	  /* 1 when the next layer is another one */
	FILL_SUM_HEADER,  /* Internet checksum of the header */
	FILL_SUM_PLAIN,	  /* ... of the layer and all behind it */
	FILL_SUM_PSEUDO,  /* ... and the pseudo header of the IP layer before it */
	FILL_SUM_UDP,	  /* ... where 0 says that there is none */
	FILL_CRC32C,
};

struct layer_field {
	const char *name, *init;
	uint16_t bit, bits; /* bits 0: bytes behind the fixed header */
	uint16_t flag;	    /* there when the first 16 bits have it; 0: always */
	uint8_t format, fill, pad;
};

struct layer_desc {
	const char *name;
	const struct layer_field *fields;
	uint16_t nfields, size;
	uint8_t numbering;
};

extern const struct layer_desc layer_descs[LAYER_COUNT];

/* A layer that was found in a packet, header only. */
struct layer {
	uint8_t id;
	uint32_t off, len;
};

enum { LAYERS_MAX = 24 };

struct layers {
	struct layer v[LAYERS_MAX];
	uint32_t n;
	uint32_t payload; /* where it begins, behind the last header */
};

/* layer.c */
/* NULL when there is none. */
const struct layer_desc *layer_by_name(const char *name, size_t len);
/* -1 when the layer has no number there. */
int32_t layer_number(enum layer_numbering numbering, enum layer_id id);
/* LAYER_COUNT when nothing is known by that number. */
enum layer_id layer_of_number(enum layer_numbering numbering, uint32_t number);
/* Bits of a header, the first is the highest of its first byte; at most 64. */
uint64_t layer_bits(const uint8_t *header, uint32_t bit, uint32_t bits);
void layer_set_bits(uint8_t *header, uint32_t bit, uint32_t bits, uint64_t value);

/* dissect.c */
/* The layers of a packet that begins with one; what does not fit is payload. */
void layers_dissect(struct bytes packet, enum layer_id first, struct layers *out);
/* Where a field is in its header, in bits; false when it is not there. */
bool layer_field_at(const struct layer_desc *desc, const struct layer_field *f,
		    const uint8_t *header, uint32_t len, uint32_t *bit);
/* Adds a field's value as build.c reads it. */
void layer_field_text(const struct layer_field *f, const uint8_t *header, uint32_t bit,
		      struct strbuf *out);

#endif
