/*
 * Linking is one walk over the sites, which lie in the order of the code, as do labels and origins.
 * A branch becomes short if its distance fits while everything between is still long; since padding
 * is at its longest at first, distances only shrink, and what fitted then fits in the end.
 */
#include "jit/codebuf.h"

#include <assert.h>

void code_buf_free(struct code_buf *b)
{
	free(b->bytes);
	vec_free(&b->labels);
	vec_free(&b->bound);
	vec_free(&b->sites);
	vec_free(&b->origins);
	b->bytes = NULL;
	b->size = b->cap = 0;
}

static void expect(void **v, size_t *cap, size_t n, size_t size)
{
	vec_grow(v, cap, *cap + n, size);
}

void code_expect(struct code_buf *b, uint32_t ninsns)
{
	enum { BYTES = 8 };
	size_t n = ninsns;

	expect((void **)&b->bytes, &b->cap, n * BYTES, 1);
	expect((void **)&b->labels.v, &b->labels.cap, n, sizeof(*b->labels.v));
	expect((void **)&b->sites.v, &b->sites.cap, n / 2, sizeof(*b->sites.v));
	expect((void **)&b->origins.v, &b->origins.cap, n, sizeof(*b->origins.v));
}

uint32_t code_labels(struct code_buf *b, uint32_t n)
{
	uint32_t first = (uint32_t)b->labels.n;

	vec_grow((void **)&b->labels.v, &b->labels.cap, first + (size_t)n, sizeof(uint32_t));
	memset(b->labels.v + first, 0xff, n * sizeof(uint32_t));
	b->labels.n += n;
	return first;
}

void code_bind(struct code_buf *b, uint32_t label)
{
	assert(b->labels.v[label] == LABEL_UNBOUND);
	b->labels.v[label] = (uint32_t)b->size;
	vec_push(&b->bound, label);
}

void code_origin(struct code_buf *b, uint32_t slot)
{
	vec_push(&b->origins, ((struct code_origin){(uint32_t)b->size, slot}));
}

static void add_site(struct code_buf *b, enum site_kind kind, uint32_t size, uint64_t target)
{
	vec_push(&b->sites, ((struct code_site){.at = (uint32_t)b->size - size,
						.kind = kind,
						.size = (uint8_t)size,
						.target = target}));
}

void code_branch(struct code_buf *b, uint8_t head, uint8_t short_op, uint32_t label)
{
	struct code_site *s;

	add_site(b, SITE_BRANCH, head + 4u, label);
	s = vec_last(&b->sites);
	s->head = head;
	s->short_op = short_op;
}

void code_label_site(struct code_buf *b, uint32_t label)
{
	add_site(b, SITE_LABEL, 4, label);
}

void code_address_site(struct code_buf *b, const void *address)
{
	add_site(b, SITE_ADDRESS, 4, (uintptr_t)address);
}

void code_word_site(struct code_buf *b, uint32_t label)
{
	add_site(b, SITE_WORD, 4, label);
}

void code_word_address_site(struct code_buf *b, const void *address)
{
	add_site(b, SITE_WORD_ADDRESS, 4, (uintptr_t)address);
}

void code_absolute(struct code_buf *b, uint32_t label)
{
	memset(code_room(b, 8), 0, 8);
	b->size += 8;
	add_site(b, SITE_ABSOLUTE, 8, label);
}

void code_offset(struct code_buf *b, uint32_t label, uint32_t table)
{
	memset(code_room(b, 4), 0, 4);
	b->size += 4;
	add_site(b, SITE_OFFSET, 4, (uint64_t)table << 32 | label);
}

void code_align(struct code_buf *b, uint32_t to)
{
	memset(code_room(b, to - 1), 0, to - 1);
	b->size += to - 1;
	add_site(b, SITE_ALIGN, to - 1, to);
}

static bool fits_short(const struct code_buf *b, const struct code_site *s)
{
	int64_t distance = (int64_t)b->labels.v[s->target] - (int64_t)(s->at + s->size);

	/* A branch back ends nearer to its target when it is short itself. */
	return distance <= INT8_MAX && distance + s->size - 2 >= INT8_MIN;
}

/* Labels and origins up to old byte `upto` move down by as much as the code there. */
struct moving {
	size_t label, origin;
};

static void move_marks(struct code_buf *b, struct moving *m, uint32_t upto, uint32_t by)
{
	for (; m->label < b->bound.n; m->label++) {
		uint32_t *at = &b->labels.v[b->bound.v[m->label]];

		if (*at > upto)
			break;
		*at -= by;
	}
	for (; m->origin < b->origins.n && b->origins.v[m->origin].at <= upto; m->origin++)
		b->origins.v[m->origin].at -= by;
}

/* Sizes first, as all distances are still those of long code; then everything moves together. */
static void shrink(struct code_buf *b)
{
	struct moving m = {0};
	uint32_t from = 0, to = 0; /* what is still to be moved, and where */

	vec_each(&b->sites, s) {
		uint32_t plain = s->at - from, size = s->size;

		move_marks(b, &m, s->at, from - to);
		memmove(b->bytes + to, b->bytes + from, plain);
		from = s->at + size;
		to += plain;
		if (s->kind == SITE_BRANCH && s->head == 0)
			b->bytes[to] = s->short_op;
		else
			memmove(b->bytes + to, b->bytes + s->at, size);
		s->at = to;
		if (s->kind == SITE_BRANCH && s->head == 0)
			s->size = 2;
		else if (s->kind == SITE_ALIGN)
			b->pad(b->bytes + to, s->size = -to & (s->target - 1));
		to += s->size;
	}
	move_marks(b, &m, UINT32_MAX, from - to);
	memmove(b->bytes + to, b->bytes + from, b->size - from);
	b->size -= from - to;
}

static void write_distance(struct code_buf *b, const struct code_site *s)
{
	uint32_t end = s->at + s->size;
	int32_t distance = (int32_t)(b->labels.v[s->target] - end);

	if (s->kind == SITE_BRANCH && s->head == 0)
		b->bytes[end - 1] = (uint8_t)distance;
	else
		memcpy(b->bytes + end - 4, &distance, sizeof(distance));
}

static void write_offset(struct code_buf *b, const struct code_site *s)
{
	uint32_t offset = b->labels.v[(uint32_t)s->target] - b->labels.v[s->target >> 32];

	memcpy(b->bytes + s->at, &offset, sizeof(offset));
}

/* B and BL have 26 bits of distance, in words; other jumps, and ADR, have 19 above a register. */
static void write_word(uint8_t *at, uint64_t bytes)
{
	uint32_t distance = (uint32_t)(bytes >> 2), word;

	memcpy(&word, at, sizeof(word));
	if ((word & 0x7c000000) == 0x14000000)
		word |= distance & 0x3ffffff;
	else
		word |= (distance & 0x7ffff) << 5;
	memcpy(at, &word, sizeof(word));
}

void code_link(struct code_buf *b)
{
	/* A head of no bytes marks the short form from here on. */
	vec_each(&b->sites, s)
		if (s->kind == SITE_BRANCH && fits_short(b, s))
			s->head = 0;
	shrink(b);
	vec_each(&b->sites, s)
		if (s->kind == SITE_BRANCH || s->kind == SITE_LABEL)
			write_distance(b, s);
		else if (s->kind == SITE_OFFSET)
			write_offset(b, s);
		else if (s->kind == SITE_WORD)
			write_word(b->bytes + s->at, b->labels.v[s->target] - s->at);
}

void code_place(const struct code_buf *b, uint8_t *to, const uint8_t *at)
{
	vec_each(&b->sites, s) {
		if (s->kind == SITE_ADDRESS) {
			uint32_t distance = (uint32_t)(s->target - (uintptr_t)(at + s->at + 4));

			memcpy(to + s->at, &distance, sizeof(distance));
		} else if (s->kind == SITE_WORD_ADDRESS) {
			write_word(to + s->at, s->target - (uintptr_t)(at + s->at));
		} else if (s->kind == SITE_ABSOLUTE) {
			uint64_t address = (uintptr_t)at + b->labels.v[s->target];

			memcpy(to + s->at, &address, sizeof(address));
		}
	}
}
