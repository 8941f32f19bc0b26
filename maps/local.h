#ifndef MAPS_LOCAL_H
#define MAPS_LOCAL_H

#include "maps/maps.h"

#define MAP_BYTES_MAX ((uint64_t)4 << 30) /* of one map; more is -ENOMEM */

#define MAP_OPS(name) extern const struct map_ops name##_map_ops;
#include "maps/types.def"

#endif
