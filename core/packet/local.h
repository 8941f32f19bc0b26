/* What reading a packet's text (build.c), its values (value.c) and filling it in (fill.c) share. */
#ifndef CORE_PACKET_LOCAL_H
#define CORE_PACKET_LOCAL_H

#include <string.h>

#include "core/base/diag.h"
#include "core/packet/layer.h"

enum { FIELDS_MAX = 24, BUILT_MAX = 1 << 18 };

/* A piece of the text. */
struct word {
	const char *s; /* NULL: none */
	size_t len;
};

/* A layer that was built. */
struct built {
	const struct layer_desc *desc;
	uint32_t off, len;
	uint32_t given; /* its fields that somebody said, a bit each */
};

struct builder {
	const char *text, *p;
	struct diag *d;
	struct strbuf b; /* the packet so far */
	struct built v[LAYERS_MAX];
	uint32_t n;
	size_t padded; /* of pad(N), or 0 */
};

int build_fail(struct builder *b, const char *at, const char *fmt, ...) __printf(3, 4);

static inline uint8_t *built_header(struct builder *b, const struct built *l)
{
	return (uint8_t *)b->b.s + l->off;
}

static inline bool word_is(struct word w, const char *s)
{
	return strlen(s) == w.len && memcmp(w.s, s, w.len) == 0;
}

/* value.c */
int value_number(struct builder *b, struct word w, uint64_t max, uint64_t *out);
/* Sets a field of a header to what is said. */
int value_set(struct builder *b, const struct layer_desc *desc, const struct layer_field *f,
	      struct word w, uint8_t *header);
/* Adds the bytes of a field behind the fixed header. */
int value_add(struct builder *b, const struct layer_field *f, struct word w);

/* fill.c */
/* Numbers, lengths and checksums of all layers that nobody said. */
void fill_layers(struct builder *b);

#endif
