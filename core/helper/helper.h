/*
 * What can be called, not how it runs: the helpers of Linux 6.18 by id and by name.
 */
#ifndef CORE_HELPER_HELPER_H
#define CORE_HELPER_HELPER_H

#include "core/base/base.h"

enum helper_id {
#define ALSO(...)
#define HELPER(id, name, ...) HELPER_##name = id,
#include "core/helper/helpers.def"
};
enum { HELPER_ID_LIMIT = 212 };

/* "map_lookup_elem" for 1, without the bpf_ in front; NULL when there is no such helper. */
const char *helper_name(int32_t id);
/* The id of a helper named with or without bpf_, or 0. */
int32_t helper_by_name(const char *name);
/* All names, index is the id; entries may be NULL. For "did you mean". */
extern const char *const helper_names[HELPER_ID_LIMIT];

#endif
