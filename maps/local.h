#ifndef MAPS_LOCAL_H
#define MAPS_LOCAL_H

#include <errno.h>

#include "maps/maps.h"

/* Of one map; more is -ENOMEM, whatever the file system would give. */
#define MAP_BYTES_MAX ((uint64_t)1 << 34)

#define MAP_OPS(name) extern const struct map_ops name##_map_ops;
#include "maps/types.def"

/* The key after key of a table of n: from beyond it begins again. */
int next_index(uint32_t n, const void *key, void *next);

/* Values of which there is one for each cpu have a limit of their own (PCPU_MIN_UNIT_SIZE). */
static inline int check_percpu_value(const struct map_def *def, struct diag *d)
{
	enum { PERCPU_VALUE_MAX = 32 << 10 };

	if (def->value_size > PERCPU_VALUE_MAX)
		return fail(d, NULL, -E2BIG, "map %s: per-cpu values of %u bytes are too large",
			    def->name, def->value_size);
	return 0;
}

#endif
