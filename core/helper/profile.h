/*
 * A kernel as far as it was configured: the helpers, kernel functions, program and map types that
 * it lacks of those of Linux 6.18. One of zeroes, and none at all, lacks nothing.
 *
 * As text it is a line for each thing that is not there; # begins a comment:
 *
 *	kernel 6.18.44
 *	no helper override_return
 *	no kfunc scx_bpf_cpu_rq
 *	no prog_type lirc_mode2
 *	no map_type xskmap
 *	no unprivileged
 *	no data_symbols
 */
#ifndef CORE_HELPER_PROFILE_H
#define CORE_HELPER_PROFILE_H

#include "core/base/diag.h"
#include "core/base/strbuf.h"
#include "core/helper/helper.h"
#include "core/helper/kfunc.h"
#include "core/obj/prog_type.h"

/* Kinds of things, and one above their numbers: enum helper_id, kfunc_id, prog_type, map_type. */
#define PROFILE_KINDS(K)                                                                           \
	K(HELPER, "helper", HELPER_ID_LIMIT)                                                       \
	K(KFUNC, "kfunc", KFUNC_COUNT)                                                             \
	K(PROG_TYPE, "prog_type", PROG_TYPE_COUNT)                                                 \
	K(MAP_TYPE, "map_type", MAP_TYPE_COUNT)

enum profile_kind {
#define PROFILE_KIND(kind, word, limit) PROFILE_##kind,
	PROFILE_KINDS(PROFILE_KIND)
#undef PROFILE_KIND
	PROFILE_KIND_COUNT
};

enum { PROFILE_ID_LIMIT = 512 };

struct profile {
	char kernel[65]; /* the release that it is of; "": not known */
	bool no_unprivileged; /* kernel.unprivileged_bpf_disabled */
	bool no_data_symbols; /* CONFIG_KALLSYMS_ALL is off: variables have no address */
	uint64_t lacks[PROFILE_KIND_COUNT][PROFILE_ID_LIMIT / 64];
};

/* p may be NULL. */
bool profile_lacks(const struct profile *p, enum profile_kind kind, uint32_t id);
void profile_set_lacks(struct profile *p, enum profile_kind kind, uint32_t id);
/* What a number stands for, or NULL. */
const char *profile_name(enum profile_kind kind, uint32_t id);
extern const uint32_t profile_limits[PROFILE_KIND_COUNT];

/* text ends in NUL; path is for messages. 0 or -EINVAL, said. */
int profile_parse(const char *text, const char *path, struct diag *d, struct profile *out);
void profile_print(const struct profile *p, struct strbuf *out);

#endif
