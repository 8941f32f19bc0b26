/*
 * The interpreter once more, which counts how often each block of instructions is come to and each
 * jump that jumps: a loop of its own, so that the other pays nothing for it.
 */
#define COUNTING
#include "core/interp/interp.c"
