/*
 * Program types, attach types, map types and section names: numbers, words and conventions,
 * expanded from their .def tables. Numbers are Linux's and have the uapi's meaning everywhere.
 */
#ifndef CORE_OBJ_PROG_TYPE_H
#define CORE_OBJ_PROG_TYPE_H

#include "core/base/base.h"

enum prog_type {
	PROG_TYPE_UNSPEC,
#define PROG_TYPE(id, name, ...) PROG_TYPE_##name = id,
#include "core/obj/prog_types.def"
	PROG_TYPE_COUNT
};

enum attach_type {
	ATTACH_TYPE_NONE = 0, /* of types that have none; the kernel wants 0 */
#define ATTACH_TYPE(id, name, ...) ATTACH_TYPE_##name = id,
#include "core/obj/attach_types.def"
	ATTACH_TYPE_COUNT
};

enum map_type {
	MAP_TYPE_UNSPEC,
#define MAP_TYPE(id, name, ...) MAP_TYPE_##name = id,
#include "core/obj/map_types.def"
	MAP_TYPE_COUNT
};

enum map_flag_bit {
#define MAP_FLAG(bit, name, ...) MAP_FLAG_##name##_BIT = bit,
#include "core/obj/map_flags.def"
	MAP_FLAG_COUNT
};

/* Capabilities that a program or map asks of its loader, by its type; CAP_SYS_ADMIN is them all. */
enum needed_cap {
	NEEDS_NOTHING,
	NEEDS_BPF = 1 << 0,
	NEEDS_PERFMON = 1 << 1,
	NEEDS_NET_ADMIN = 1 << 2,
};
extern const uint8_t prog_type_needs[PROG_TYPE_COUNT];
extern const uint8_t map_type_needs[MAP_TYPE_COUNT];

/* Words by number; entries may be NULL. "xdp", "cgroup_inet_ingress", "lru_hash" */
extern const char *const prog_type_names[PROG_TYPE_COUNT];
extern const char *const attach_type_names[ATTACH_TYPE_COUNT];
extern const char *const map_type_names[MAP_TYPE_COUNT];
extern const char *const map_flag_names[MAP_FLAG_COUNT]; /* by bit */

/* The word, or "type 99" of what has none; never NULL. It lives in a static table or in buf. */
const char *prog_type_str(uint32_t type, char buf[32]);
const char *map_type_str(uint32_t type, char buf[32]);
/* The uapi struct of a type's context, "" where it depends on the target or type is unknown. */
const char *prog_type_ctx(uint32_t type);

/*
 * The number of a word in any case, with or without the uapi's prefix ("xdp", "BPF_PROG_TYPE_XDP",
 * "BPF_XDP"), or -ENOENT; then *near is a word to suggest, or NULL.
 */
int prog_type_by_name(const char *name, const char **near);
int attach_type_by_name(const char *name, const char **near);
int map_type_by_name(const char *name, const char **near);

enum sec_flag {
	SEC_TARGET = 1 << 0,	/* "/TARGET" may follow */
	SEC_BTF = 1 << 1,	/* the target is a BTF id */
	SEC_SLEEPABLE = 1 << 2, /* loaded with BPF_F_SLEEPABLE */
	SEC_FRAGS = 1 << 3,	/* loaded with BPF_F_XDP_HAS_FRAGS */
};

struct sec_def {
	const char *name;
	enum prog_type type;
	enum attach_type attach;
	uint32_t flags; /* SEC_* */
};

/*
 * What a program's section name ("?" in front is skipped) stands for, or NULL. *target is what
 * follows the first name and its slash, NULL when nothing does.
 */
const struct sec_def *sec_def_find(const char *section, const char **target);
/* A section name near to one that is unknown, or NULL. */
const char *sec_def_near(const char *section);

#endif
