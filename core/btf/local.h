/*
 * The wire format of records, written once: parsing, swapping, building and text read it from here.
 */
#ifndef CORE_BTF_LOCAL_H
#define CORE_BTF_LOCAL_H

#include "core/btf/btf.h"
#include "core/btf/build.h"

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

#endif
