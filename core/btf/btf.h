/*
 * BPF type format: parse it, look things up, measure types. What btf_parse() accepts is well
 * formed: every record lies inside the blob, every type id names a type, every string offset a
 * string that ends. Nothing more is promised: types may be cyclic, of strange sizes, of strange
 * names, so what walks types bounds its walk.
 *
 * A split BTF continues a base: its ids and string offsets go on where the base's end, and every
 * accessor takes ids of both. Ids below btf->nids are valid in all accessors, 0 is void; an id from
 * elsewhere goes through btf_has() first.
 */
#ifndef CORE_BTF_BTF_H
#define CORE_BTF_BTF_H

#include <linux/btf.h>
#include <string.h>

#include "core/base/base.h"
#include "core/base/diag.h"

struct arena;

/* More than the kernel takes: ids fit 20 bits (BTF_MAX_TYPE), string offsets 24
 * (BTF_MAX_NAME_OFFSET). */
#define BTF_ID_LIMIT BTF_MAX_TYPE
/*
 * Modifiers, typedefs and array dimensions on the way to a type, as the kernel's MAX_RESOLVE_DEPTH.
 */
#define BTF_DEPTH_LIMIT 32

struct btf {
	const struct btf *base; /* of a split BTF */
	uint32_t first_id;	/* of this blob's own types: 1, or the base's nids */
	uint32_t nids;		/* one above the last id */
	uint32_t first_str;	/* offset of this blob's own strings: 0, or the base's nstr */
	uint32_t nstr;		/* one above the last string offset */
	const uint8_t *types;	/* native byte order, aligned to 4 */
	uint32_t types_len;
	const char *strs; /* this blob's own, nstr - first_str bytes */
	/* offs[id - first_id]: a record's place in types; one more at the end */
	const uint32_t *offs;
	void *copy; /* owned memory behind types and strs when the input was no use as it lay */
	uint32_t *own_offs; /* offs, where it is not part of our binary */
	bool swapped;	  /* the input has the other byte order */
	bool big_endian;  /* the order of the input */
	uint32_t size;	  /* bytes of the input that belong to it: header, types and strings */
	struct btf_index *index; /* from names to ids, after btf_index() */
};

/*
 * Reads a blob in either byte order. name stands for the input in messages. data is borrowed and
 * outlives the btf; base too (NULL: not split). Bytes after the last section are ignored, as libbpf
 * does. -EINVAL says what is wrong and at which type.
 */
int btf_parse(const void *data, size_t size, const struct btf *base, const char *name,
	      struct diag *d, struct btf **out);
void btf_free(struct btf *btf);
/* The blob that btf_parse() would read: header, types, strings, which may have been changed. */
struct bytes btf_blob(const struct btf *btf, struct arena *a);
/* True when data begins as BTF of either byte order. */
bool btf_is_magic(const void *data, size_t size);

/* A BTF that is read when somebody first asks for it. */
struct arena;

struct btf_source {
	const struct btf *btf; /* NULL: not read yet, or not there */
	const struct btf *(*read)(void *arg); /* called once */
	void *arg;
};

static inline const struct btf *btf_read(struct btf_source *s)
{
	if (s && s->read) {
		s->btf = s->read(s->arg);
		s->read = NULL;
	}
	return s ? s->btf : NULL;
}

/*
 * What BPF_BTF_LOAD of Linux 6.18 demands beyond: identifiers as names, sizes and offsets that fit,
 * no cycles but through pointers. 0, or -EINVAL said in d.
 */
int btf_check(const struct btf *btf, const char *name, struct diag *d);

/* ---- records ---- */

static inline bool btf_has(const struct btf *btf, uint32_t id)
{
	return id < btf->nids;
}

/* The record of an id; of 0 it is all zero (void). */
const struct btf_type *btf_type(const struct btf *btf, uint32_t id);
/* The string at an offset; "" for 0 and for what is out of range. */
const char *btf_str(const struct btf *btf, uint32_t off);

/* The info word of a record. */
static inline uint32_t btf_info(uint32_t kind, bool kflag, uint32_t vlen)
{
	return (uint32_t)kflag << 31 | kind << 24 | vlen;
}

static inline uint32_t btf_kind(const struct btf_type *t)
{
	return BTF_INFO_KIND(t->info);
}

static inline uint32_t btf_vlen(const struct btf_type *t)
{
	return BTF_INFO_VLEN(t->info);
}

static inline bool btf_kflag(const struct btf_type *t)
{
	return BTF_INFO_KFLAG(t->info);
}

static inline uint32_t btf_kind_of(const struct btf *btf, uint32_t id)
{
	return btf_kind(btf_type(btf, id));
}

/* "" when it has none. */
static inline const char *btf_name(const struct btf *btf, uint32_t id)
{
	return btf_str(btf, btf_type(btf, id)->name_off);
}

/* What follows a record; each for its own kinds only. */
static inline uint32_t btf_int(const struct btf_type *t)
{
	return *(const uint32_t *)(t + 1); /* BTF_INT_BITS(), _OFFSET(), _ENCODING() of it */
}

static inline const struct btf_array *btf_array(const struct btf_type *t)
{
	return (const struct btf_array *)(t + 1);
}

static inline const struct btf_member *btf_members(const struct btf_type *t)
{
	return (const struct btf_member *)(t + 1); /* btf_vlen(t) of them, as everywhere below */
}

static inline const struct btf_enum *btf_enums(const struct btf_type *t)
{
	return (const struct btf_enum *)(t + 1);
}

static inline const struct btf_enum64 *btf_enums64(const struct btf_type *t)
{
	return (const struct btf_enum64 *)(t + 1);
}

static inline const struct btf_param *btf_params(const struct btf_type *t)
{
	return (const struct btf_param *)(t + 1);
}

static inline const struct btf_var_secinfo *btf_secinfos(const struct btf_type *t)
{
	return (const struct btf_var_secinfo *)(t + 1);
}

static inline uint32_t btf_var_linkage(const struct btf_type *t)
{
	return ((const struct btf_var *)(t + 1))->linkage;
}

static inline int32_t btf_component(const struct btf_type *t)
{
	return ((const struct btf_decl_tag *)(t + 1))->component_idx;
}

static inline uint64_t btf_enum64_value(const struct btf_enum64 *e)
{
	return (uint64_t)e->val_hi32 << 32 | e->val_lo32;
}

/* The byte where a struct's member begins, also in members without a name; false: it has none. */
bool btf_member_at(const struct btf *btf, uint32_t id, const char *member, uint32_t *out);

/* Offset of a member of t in bits. */
static inline uint32_t btf_member_bit(const struct btf_type *t, const struct btf_member *m)
{
	return btf_kflag(t) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset;
}

/* Width in bits of a bitfield, 0 for any other member. */
static inline uint32_t btf_member_bits(const struct btf_type *t, const struct btf_member *m)
{
	return btf_kflag(t) ? BTF_MEMBER_BITFIELD_SIZE(m->offset) : 0;
}

static inline bool btf_is_composite(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_STRUCT || btf_kind(t) == BTF_KIND_UNION;
}

static inline bool btf_is_enum(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_ENUM || btf_kind(t) == BTF_KIND_ENUM64;
}

/* const, volatile, restrict, type tags */
bool btf_is_mod(const struct btf_type *t);

/* ---- walks: each is bounded by BTF_DEPTH_LIMIT and ends in 0 (void) when that is exceeded ---- */

uint32_t btf_skip_mods(const struct btf *btf, uint32_t id);
/* ... and typedefs */
uint32_t btf_resolve(const struct btf *btf, uint32_t id);
/* Bytes of a value of the type, or -EINVAL for what has no size (void, functions, forwards) and
 * -E2BIG. */
int64_t btf_size(const struct btf *btf, uint32_t id);
/* Its natural alignment by the sizes and members given, or -EINVAL; pointers count 8. */
int btf_align(const struct btf *btf, uint32_t id);
/* The FUNC_PROTO of a FUNC, of a pointer to function, or the proto itself; 0: none. */
uint32_t btf_func_proto(const struct btf *btf, uint32_t id);

/* ---- names ---- */

/* Makes the look-ups below fast; worth it from the second look-up in a large BTF. Once. */
void btf_index(struct btf *btf);
/* The lowest id above after with this name and kind (0: any kind), base first; 0: none. */
uint32_t btf_find_after(const struct btf *btf, const char *name, uint32_t kind, uint32_t after);
/* Length of a name without a CO-RE flavour: 6 for "sample___v2". */
size_t btf_essential_len(const char *name);
/* As btf_find_after() among names that are equal to name up to flavours of either. */
uint32_t btf_flavor_after(const struct btf *btf, const char *name, uint32_t kind, uint32_t after);

static inline uint32_t btf_find(const struct btf *btf, const char *name, uint32_t kind)
{
	return btf_find_after(btf, name, kind, 0);
}

#endif
