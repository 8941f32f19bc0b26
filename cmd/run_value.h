/* Values of a run's maps and variables as text, by their types where they have some. */
#ifndef CMD_RUN_VALUE_H
#define CMD_RUN_VALUE_H

#include "cmd/run.h"

/* A global variable of the object, in the map of its section. */
struct run_variable {
	uint8_t *at;
	uint32_t type, size;
};

/*
 * Reads a value; mask (NULL: nobody asks) has the bits that the text says something about: members
 * that it does not name have none. type 0: a number of size bytes, or hex digits. 0 or -EINVAL,
 * said.
 */
int run_scan_value(struct run *r, const struct loc *loc, const char *text, uint32_t type,
		   uint32_t size, uint8_t *out, uint8_t *mask);
/* As it is read; bytes without a type as hex digits, up to 8 of them as a number. */
void run_value_text(const struct run *r, uint32_t type, const void *data, size_t size,
		    struct strbuf *out);
/* The order (-1, 0, 1) of two values; of those that are no numbers 0 or 1, under the mask. */
int run_value_order(const struct run *r, uint32_t type, uint32_t size, const uint8_t *a,
		    const uint8_t *b, const uint8_t *mask);
/* By name: the index of a map, or -ESRCH, said. */
int run_find_map(struct run *r, const struct loc *loc, const char *name);
int run_find_variable(struct run *r, const struct loc *loc, const char *name,
		      struct run_variable *out);
/* All of --put, before programs are verified. */
int run_put(struct run *r);

#endif
