/*
 * Machine code that is being made: bytes, labels, and what is to be filled in when it is known
 * where everything is. Branches are written in their long form; code_link() makes those short that
 * can be, moves everything together, and fills in distances. Then the bytes can be copied to where
 * they will run, and code_place() fills in what depends on that.
 *
 * Also kept: which slot of the program each byte is from (code_origin()).
 */
#ifndef JIT_CODEBUF_H
#define JIT_CODEBUF_H

#include "core/base/vec.h"

#define LABEL_UNBOUND UINT32_MAX

enum site_kind {
	SITE_BRANCH,  /* to a label: head bytes of opcode and 4 of distance, or one and one */
	SITE_LABEL,   /* 4 bytes of distance to a label */
	SITE_ADDRESS, /* 4 bytes of distance to an address outside, which is in reach */
	SITE_ALIGN,   /* as many bytes of padding as are left of it */
	SITE_ABSOLUTE, /* 8 bytes: a label's address */
	SITE_OFFSET,   /* 4 bytes: how far a label is from another, which is in the upper half */
	SITE_WORD,     /* an arm64 instruction with the distance to a label in it */
	SITE_WORD_ADDRESS, /* ... to an address outside, which is in reach */
};

/* Distances count from behind the field that holds them. */
struct code_site {
	uint32_t at; /* of its first byte; in the order of code */
	uint8_t kind;
	uint8_t head;	   /* SITE_BRANCH: opcode bytes of the long form */
	uint8_t short_op;  /* ... and the short one's only */
	uint8_t size;	   /* bytes it has now */
	uint64_t target; /* label, address, or what to align to */
};

struct code_origin {
	uint32_t at;   /* from this byte on */
	uint32_t slot; /* ORIGIN_*: of no instruction */
};

#define ORIGIN_NONE  UINT32_MAX
#define ORIGIN_CALLS (UINT32_MAX - 1) /* what all calls of a C function go through */

struct code_buf {
	uint8_t *bytes;
	size_t size, cap;
	VEC(uint32_t) labels; /* where each is, or LABEL_UNBOUND */
	VEC(uint32_t) bound;  /* labels by place */
	VEC(struct code_site) sites;
	VEC(struct code_origin) origins;
	/* Fills n bytes that are jumped over or run through; the target's. */
	void (*pad)(uint8_t *at, uint32_t n);
};

void code_buf_free(struct code_buf *b);
/* Makes room for what so many instructions of a program usually become, so that little is moved. */
void code_expect(struct code_buf *b, uint32_t ninsns);

/* Room for n more bytes at the address returned; b->size is to be moved on. */
static inline uint8_t *code_room(struct code_buf *b, size_t n)
{
	if (unlikely(b->size + n > b->cap))
		vec_grow((void **)&b->bytes, &b->cap, b->size + n, 1);
	return b->bytes + b->size;
}

/* n new labels; the first of their numbers, which follow each other. */
uint32_t code_labels(struct code_buf *b, uint32_t n);
/* The label is here. */
void code_bind(struct code_buf *b, uint32_t label);
/* What follows is of that slot. */
void code_origin(struct code_buf *b, uint32_t slot);
/* A branch that was just written in its long form, distance last; short_op is its short opcode. */
void code_branch(struct code_buf *b, uint8_t head, uint8_t short_op, uint32_t label);
/* The last 4 bytes written are the distance to a label, or to an address in reach. */
void code_label_site(struct code_buf *b, uint32_t label);
void code_address_site(struct code_buf *b, const void *address);
/* The last instruction, of arm64, has the distance to the label in it. */
void code_word_site(struct code_buf *b, uint32_t label);
void code_word_address_site(struct code_buf *b, const void *address);
/* 8 bytes that will be a label's address, for tables of jumps. */
void code_absolute(struct code_buf *b, uint32_t label);
/* 4 bytes that will be how far a label is from where the table begins. */
void code_offset(struct code_buf *b, uint32_t label, uint32_t table);
/* What follows begins at a multiple of the power of two, at most 64. */
void code_align(struct code_buf *b, uint32_t to);
/* All labels that are used are bound: fixes where everything is. */
void code_link(struct code_buf *b);
/* The bytes, copied to `to`, are going to run at `at`: fills in what depends on that. */
void code_place(const struct code_buf *b, uint8_t *to, const uint8_t *at);

#endif
