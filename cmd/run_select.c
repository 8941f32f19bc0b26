/* Which packets of the captures to run on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run.h"

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

int parse_packets(struct run_options *o, const char *list)
{
	for (const char *s = list;; s++) {
		struct packet_range range = {.first = number_at(&s)};

		range.last = range.first;
		if (*s == '-') {
			s++;
			range.last = *s && *s != ',' ? number_at(&s) : UINT64_MAX;
		}
		if (!range.first || range.last < range.first || (*s && *s != ','))
			return -EINVAL;
		vec_push(&o->packets, range);
		if (!*s)
			return 0;
	}
}

bool is_selected(const struct run_options *o, uint64_t number)
{
	vec_each(&o->packets, range) {
		if (number >= range->first && number <= range->last)
			return true;
	}
	return !o->packets.n;
}

bool is_past_selected(const struct run_options *o, uint64_t number)
{
	vec_each(&o->packets, range) {
		if (number <= range->last)
			return false;
	}
	return o->packets.n;
}
