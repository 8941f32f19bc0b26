/*
 * The interpreter once more, which counts each instruction before it runs and each jump that jumps:
 * a loop of its own, so that the other pays nothing for it. Pairs are two instructions.
 */
#define COUNTING
#ifndef NO_PAIRS
#define NO_PAIRS
#endif
#include "core/interp/interp.c"
