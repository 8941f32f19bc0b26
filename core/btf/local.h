/*
 * The wire format of records, written once: parsing, swapping, building and text read it from here.
 */
#ifndef CORE_BTF_LOCAL_H
#define CORE_BTF_LOCAL_H

#include "core/btf/btf.h"
#include "core/btf/build.h"
#include "core/btf/scan.h"

/*
 * A record is three words, then some words by its kind, then vlen times some words. Each letter
 * below is one word: T a type id, S a string offset, W a number.
 */
struct btf_kind_desc {
	const char *name;
	char third; /* the word after name and info: T, or W for a size */
	const char *fixed, *each;
};

extern const struct btf_kind_desc btf_kinds[NR_BTF_KINDS];

/* Bytes of a record with these first words; kind must be valid. */
static inline uint32_t btf_record_size(const struct btf_type *t)
{
	const struct btf_kind_desc *k = &btf_kinds[btf_kind(t)];

	return (uint32_t)(sizeof(*t) + 4 * (strlen(k->fixed) + strlen(k->each) * btf_vlen(t)));
}

/* The places of the string offsets in a record, in order. */
void btf_visit_strs(struct btf_type *t, void (*visit)(void *arg, uint32_t *off), void *arg);

/*
 * Chains of own ids by hash of the essential name, lowest id first, so that one table answers both
 * look-ups by name and look-ups by flavour.
 */
struct btf_index {
	uint32_t mask;
	const uint32_t *heads; /* mask + 1 */
	const uint32_t *next;  /* next[id - first_id] */
};

/* What bundled/index.c leaves of a struct btf that was read and indexed. */
struct bundled_index {
	uint32_t nids, mask;
	uint32_t words[]; /* offs[nids], heads[mask + 1], next[nids - 1] */
};

/* ---- scan.c, scan_memory.c ---- */

enum { SCAN_WORD_MAX = 256 };

/* A value that is being read from text. */
struct scan {
	const struct btf *btf;
	struct diag *d;
	const struct loc *loc;		  /* of the text; NULL: it is the only line of "value" */
	const struct scan_memory *memory; /* behind pointers; NULL: none */
	const char *text, *at;
	uint8_t *out; /* the object that the value at hand is in */
	size_t size;
	int depth;
};

/* Where a value goes: a type at a bit of s->out; bits are a bitfield's, otherwise 0. */
struct scan_place {
	uint32_t id;
	uint64_t bit;
	uint32_t bits;
};

int lit_bad(const struct scan *s, const char *why);
/* The next character that is no blank. */
char lit_peek(struct scan *s);
bool lit_take(struct scan *s, char c);
/* A word or a string, without its quotes and escapes. */
int lit_word(struct scan *s, char out[SCAN_WORD_MAX], bool *quoted);
/* A number that fits bits. */
int lit_number(const struct scan *s, const char *text, uint32_t bits, bool is_signed,
	       uint64_t *out);
void lit_write_bits(const struct scan *s, uint64_t bit, uint32_t bits, uint64_t v);
int lit_value(struct scan *s, const struct scan_place *p);
/* Goes to a member by its name, also of an anonymous struct or union inside. */
bool lit_member(const struct scan *s, struct scan_place *p, const char *name);

/* What follows a name, as .b->c[2]; it may lead into another object: s->out then. */
int lit_path(struct scan *s, struct scan_place *p);
int lit_pointer(struct scan *s, const struct scan_place *p);

#endif
