/*
 * Programs that do nothing but compute: shapes that passes look for, with numbers that are worth
 * trying, in loops that end, over a piece of memory. They are not verified.
 */
#ifndef TESTS_JIT_DENSE_H
#define TESTS_JIT_DENSE_H

#include "tests/sound/gen.h"

enum { DENSE_MEM = 256 };

void dense_program(struct rng *rng, struct gen_prog *out);

#endif
