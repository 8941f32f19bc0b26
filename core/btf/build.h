/*
 * Making BTF: types get ids in the order they are added, strings offsets in the order of their
 * first use. A record may name ids that are added later. btf_build_finish() writes the blob; it is
 * no judge, btf_parse() and btf_check() are. Everything lives until btf_build_free().
 */
#ifndef CORE_BTF_BUILD_H
#define CORE_BTF_BUILD_H

#include "core/base/arena.h"
#include "core/base/hash.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/btf/btf.h"

/* A zeroed one is empty and ready. */
struct btf_build {
	const struct btf *base; /* of a split BTF: ids and strings continue there */
	struct arena arena;
	struct strmap strs; /* to offsets */
	struct strbuf str_data, type_data; /* native byte order */
	VEC(uint32_t) offs; /* of records in type_data */
};

/* The offset of a string, added when new; "" is 0. */
uint32_t btf_add_str(struct btf_build *b, const char *s);
/*
 * Puts a string at the table's end even when it is there already; the first one is what is found.
 */
uint32_t btf_append_str(struct btf_build *b, const char *s);

/* The id that the next record gets. */
uint32_t btf_next_id(const struct btf_build *b);
/*
 * Any record: info as btf_info() makes it, size_or_type its third word. Returns its id. What
 * follows the record is added with the functions below; each counts vlen up where the kind has one.
 */
uint32_t btf_add_record(struct btf_build *b, const char *name, uint32_t info,
			uint32_t size_or_type);

uint32_t btf_add_int(struct btf_build *b, const char *name, uint32_t size, uint32_t encoding);
uint32_t btf_add_float(struct btf_build *b, const char *name, uint32_t size);
/* PTR, CONST, VOLATILE, RESTRICT (no name), TYPEDEF, TYPE_TAG */
uint32_t btf_add_ref(struct btf_build *b, uint32_t kind, const char *name, uint32_t type);
uint32_t btf_add_array(struct btf_build *b, uint32_t type, uint32_t index_type, uint32_t n);
uint32_t btf_add_fwd(struct btf_build *b, const char *name, bool is_union);
uint32_t btf_add_struct(struct btf_build *b, const char *name, bool is_union, uint32_t size);
uint32_t btf_add_enum(struct btf_build *b, const char *name, uint32_t size, bool is_signed);
uint32_t btf_add_enum64(struct btf_build *b, const char *name, uint32_t size, bool is_signed);
uint32_t btf_add_func_proto(struct btf_build *b, uint32_t ret);
uint32_t btf_add_func(struct btf_build *b, const char *name, uint32_t proto, uint32_t linkage);
uint32_t btf_add_var(struct btf_build *b, const char *name, uint32_t type, uint32_t linkage);
uint32_t btf_add_datasec(struct btf_build *b, const char *name, uint32_t size);
uint32_t btf_add_decl_tag(struct btf_build *b, const char *name, uint32_t type, int32_t component);

/* These continue the record added last. A bitfield (bits > 0) turns all of its struct's offsets. */
void btf_add_member(struct btf_build *b, const char *name, uint32_t type, uint32_t bit,
		    uint32_t bits);
void btf_add_value(struct btf_build *b, const char *name, uint64_t value); /* ENUM and ENUM64 */
void btf_add_param(struct btf_build *b, const char *name, uint32_t type);
void btf_add_secinfo(struct btf_build *b, uint32_t var, uint32_t offset, uint32_t size);
/* One more word behind the record added last. */
void btf_add_word(struct btf_build *b, uint32_t word);

/* The record of an id of this build, to be changed in place; it moves with the next addition. */
struct btf_type *btf_build_type(struct btf_build *b, uint32_t id);

/* Replaces every id that a record refers to. */
void btf_map_ids(struct btf_build *b, uint32_t (*map)(void *arg, uint32_t id), void *arg);
/* What is built so far, for btf.h's accessors; ids to come are void. Until the next addition. */
struct btf btf_build_view(const struct btf_build *b);

/* Header, types, strings in the byte order asked for; arena memory of the caller. */
struct bytes btf_build_finish(struct btf_build *b, bool big_endian, struct arena *a);
void btf_build_free(struct btf_build *b);

#endif
