#include "core/run/numbers.h"

#include <errno.h>

/* A number at *s, which moves on; 0 when there is none. */
static uint64_t number_at(const char **s)
{
	char *end;
	uint64_t n;

	if (**s < '0' || **s > '9')
		return 0;
	n = strtoull(*s, &end, 10);
	*s = end;
	return n;
}

int numbers_parse(struct numbers *list, const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *s = text;; s++) {
		struct number_range range = {.first = s < end ? number_at(&s) : 0};

		range.last = range.first;
		if (s < end && *s == '-') {
			s++;
			range.last = s < end && *s != ',' ? number_at(&s) : UINT64_MAX;
		}
		if (!range.first || range.last < range.first || (s < end && *s != ','))
			return -EINVAL;
		vec_push(list, range);
		if (s >= end)
			return 0;
	}
}

bool numbers_have(const struct numbers *list, uint64_t number)
{
	vec_each(list, range)
		if (number >= range->first && number <= range->last)
			return true;
	return !list->n;
}

bool numbers_end_before(const struct numbers *list, uint64_t number)
{
	vec_each(list, range)
		if (number <= range->last)
			return false;
	return list->n;
}
