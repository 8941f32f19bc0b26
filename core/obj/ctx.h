/*
 * Contexts: what r1 points to, by program type. Every field has a row in ctx/NAME.def that says who
 * may read and write it; an access that fits no row is none that a program may make.
 */
#ifndef CORE_OBJ_CTX_H
#define CORE_OBJ_CTX_H

#include "core/base/base.h"

/* Whose program: bits of ctx_field.access; CTX_WRITES() are the same for writing. */
enum ctx_user {
	CTX_XDP = 1 << 0,
	CTX_SCHED = 1 << 1,  /* sched_cls and sched_act */
	CTX_FILTER = 1 << 2, /* socket_filter */
	CTX_SKB = CTX_SCHED | CTX_FILTER,
};
#define CTX_WRITES(users) ((users) << 8)

/* Which accesses narrower than the field's type are made */
enum ctx_narrow { NARROW_NONE, NARROW_READ, NARROW_BOTH };

struct ctx_field {
	const char *name;
	uint16_t off, size;
	uint16_t unit;	 /* of its type, or of an array's element */
	uint16_t access; /* enum ctx_user and CTX_WRITES() */
	uint8_t narrow;	 /* enum ctx_narrow */
};

struct ctx_type {
	const char *name; /* of the C struct */
	uint32_t size;
	const struct ctx_field *fields; /* by offset */
	uint32_t nfields;
};

extern const struct ctx_type ctx_xdp_md, ctx_sk_buff;

/* The field that [off, off + size) is in when users may access it so; otherwise NULL. */
const struct ctx_field *ctx_access(const struct ctx_type *type, uint64_t off, uint32_t size,
				   bool write, enum ctx_user user);

/* The wire structs of uapi/linux/bpf.h: FIELD(offset, type, name, [count], access, narrow) */
#define FIELD(off, type, name, dim, access, narrow) type name dim;
#define PAD(off, size) uint8_t pad##off[size];
struct xdp_md {
#include "core/obj/ctx/xdp_md.def"
};
struct sk_buff {
#include "core/obj/ctx/sk_buff.def"
};
#undef FIELD
#undef PAD

#endif
