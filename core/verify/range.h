/* Bounds of a number in four views: of all of it and of its low half, unsigned and signed. */
#ifndef CORE_VERIFY_RANGE_H
#define CORE_VERIFY_RANGE_H

#include "core/base/base.h"

struct range {
	int64_t smin, smax;
	uint64_t umin, umax;
	int32_t s32_min, s32_max;
	uint32_t u32_min, u32_max;
};

#endif
