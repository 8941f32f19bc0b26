/*
 * Contexts: what r1 points to at a program's entry, by program type, and the structs that pointers
 * out of it point to. Every field has a row in ctx/STRUCT.def:
 *
 *	FIELD(offset, type, name, [count], readers, writers, widths, what a load of it gives)
 *
 * An access that fits no row is none that a program may make. Offsets are aligned to the access.
 */
#ifndef CORE_OBJ_CTX_H
#define CORE_OBJ_CTX_H

#include "core/base/base.h"

/* Whose program: a set, by ctx_view_of(). A field may be used when one of them may. */
enum ctx_user {
	CTX_NOBODY = 0,
	CTX_SOLE = 1 << 0, /* structs that look the same to everybody */
	/* struct xdp_md */
	CTX_XDP = 1 << 1,
	CTX_XDP_DEVMAP = 1 << 2,
	/* struct __sk_buff */
	CTX_SCHED = 1 << 3,  /* sched_cls and sched_act */
	CTX_FILTER = 1 << 4, /* socket_filter */
	CTX_CGROUP = 1 << 5,
	CTX_CGROUP_CAP = 1 << 6, /* ... whose loader has CAP_BPF */
	CTX_LWT = 1 << 7,
	CTX_SK_SKB = 1 << 8,
	CTX_FLOW = 1 << 9, /* flow_dissector */
	CTX_SKB = CTX_SCHED | CTX_FILTER | CTX_CGROUP | CTX_LWT | CTX_SK_SKB,
	CTX_SKB_PACKET = CTX_SCHED | CTX_CGROUP_CAP | CTX_LWT | CTX_SK_SKB | CTX_FLOW,
	/* struct bpf_sock, as context and through pointers */
	CTX_SOCK_CREATE = 1 << 10, /* and release */
	CTX_POST_BIND4 = 1 << 11,
	CTX_POST_BIND6 = 1 << 12,
	CTX_SOCK_PTR = 1 << 13,
	CTX_SOCK_COMMON = 1 << 14,
	CTX_SOCK_FULL = CTX_SOCK_CREATE | CTX_POST_BIND4 | CTX_POST_BIND6 | CTX_SOCK_PTR,
	CTX_SOCK_FAR = CTX_SOCK_PTR | CTX_SOCK_COMMON,
	CTX_SOCK_ANY = CTX_SOCK_FULL | CTX_SOCK_COMMON,
	/* struct bpf_sock_addr */
	CTX_ADDR4 = 1 << 15,
	CTX_ADDR6 = 1 << 16,
	CTX_ADDR_OTHER = 1 << 17, /* Unix sockets */
	CTX_SENDMSG4 = 1 << 18,
	CTX_SENDMSG6 = 1 << 19,
	CTX_ADDR = CTX_ADDR4 | CTX_ADDR6 | CTX_ADDR_OTHER,
	/* struct bpf_sockopt */
	CTX_GETSOCKOPT = 1 << 20,
	CTX_SETSOCKOPT = 1 << 21,
	CTX_SOCKOPT = CTX_GETSOCKOPT | CTX_SETSOCKOPT,
	/* Offsets in front of the struct are read without question. */
	CTX_IN_FRONT = 1 << 22,
};

/* What a load of a whole field gives: a number, or a pointer that the kernel puts there. */
enum ctx_gives {
	CTX_GIVES_SCALAR,
	CTX_GIVES_PACKET,
	CTX_GIVES_PACKET_END,
	CTX_GIVES_PACKET_META,
	CTX_GIVES_FLOW_KEYS,
	CTX_GIVES_SOCK,
	CTX_GIVES_SOCK_OR_NULL,
	CTX_GIVES_SOCK_COMMON_OR_NULL,
	CTX_GIVES_TP_BUFFER,
	CTX_GIVES_BTF_NF_HOOK_STATE,
	CTX_GIVES_BTF_SK_BUFF,
	CTX_GIVES_COUNT
};

struct ctx_field {
	const char *name;
	uint16_t off, size;
	uint8_t unit; /* of its type, or of an array's element */
	/* Sums of the widths of loads from the first byte of a unit, and from its other bytes */
	uint8_t head, rest;
	uint8_t store;	/* ... of stores */
	uint8_t narrow; /* the field's width when a narrower load is cut out of it, or 0 */
	uint8_t gives;	/* enum ctx_gives */
	uint32_t readers, writers;
};

struct ctx_type {
	const char *name; /* of the C struct, "" when it has none */
	uint32_t size;
	const struct ctx_field *fields; /* by offset */
	uint32_t nfields;
};

#define CTX(id, name, size) extern const struct ctx_type ctx_##id;
#define CTX_END(id)
#define FIELD(...)
#define PAD(off, size)
#include "core/obj/ctx/all.def"

/* What a program sees; type NULL: arguments that BTF describes. */
struct ctx_view {
	const struct ctx_type *type;
	uint32_t users; /* of enum ctx_user */
};
struct ctx_view ctx_view_of(uint32_t prog_type, uint32_t attach_type);

/* The field that [off, off + size) is in when users may access it so; otherwise NULL. */
const struct ctx_field *ctx_access(const struct ctx_type *type, uint64_t off, uint32_t size,
				   bool write, uint32_t users);
/* ... and what a load of it gives. */
static inline enum ctx_gives ctx_load_gives(const struct ctx_field *f, uint64_t off, uint32_t size)
{
	return size == f->unit && off == f->off ? f->gives : CTX_GIVES_SCALAR;
}

/* The wire structs of uapi/linux/bpf.h that programs run on here */
#define CTX(id, name, size) struct id {
#define CTX_END(id)                                                                                \
	}                                                                                          \
	;
#define FIELD(off, type, name, dim, readers, writers, widths, gives) type name dim;
#define PAD(off, size)						     uint8_t pad##off[size];
#include "core/obj/ctx/sk_buff.def"
#include "core/obj/ctx/xdp_md.def"
#include "core/obj/ctx/bpf_tcp_sock.def"
#include "core/obj/ctx/sk_msg_md.def"
#include "core/obj/ctx/bpf_sock_ops.def"
#include "core/obj/ctx/bpf_sockopt.def"
#include "core/obj/ctx/bpf_sk_lookup.def"
#undef CTX
#undef CTX_END
#undef FIELD
#undef PAD

#endif
