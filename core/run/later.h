/*
 * What runs later: timers, works and task works of values of maps, on the run's clock. A field's
 * first word is the address of what it was made to be, in the heap; a field that others have
 * cleared or written has none. Nothing runs by itself: whoever runs a program lets what is due run
 * afterwards (later_run()).
 */
#ifndef CORE_RUN_LATER_H
#define CORE_RUN_LATER_H

#include "core/run/owned.h"

struct runtime;

/* Runs what is due at or before a time, in order, with the clock at each one's time; and then the
 * clock stands there. 0 or -EFAULT, with rc->fault. */
int later_run(struct run_ctx *rc, uint64_t until);
/* Now, on the run's clock. */
uint64_t later_now(const struct runtime *rt);
/* How many wait, and when the first is due. */
uint32_t later_pending(const struct runtime *rt, uint64_t *first);
/* What a field is ends, and the field is nothing. */
void later_end(struct runtime *rt, uint64_t *word);
/* Everything ends, and the heap with it. */
void later_close(struct runtime *rt);
/* Ends what a map or program had; it goes away. */
void later_forget_map(struct runtime *rt, const struct map *map);
void later_forget_prog(struct runtime *rt, const struct prog *prog);

#endif
