/* Lists of numbers from 1 on: 1,3-9,20- */
#ifndef CORE_RUN_NUMBERS_H
#define CORE_RUN_NUMBERS_H

#include "core/base/base.h"
#include "core/base/vec.h"

/* Both ends included. */
struct number_range {
	uint64_t first, last;
};

struct numbers { /* a VEC; none: all */
	struct number_range *v;
	size_t n, cap;
};

/* len bytes of text; -EINVAL when it is no such list, not said. */
int numbers_parse(struct numbers *list, const char *text, size_t len);
bool numbers_have(const struct numbers *list, uint64_t number);
/* Is neither this one nor any later one in it? */
bool numbers_end_before(const struct numbers *list, uint64_t number);

#endif
