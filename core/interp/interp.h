/*
 * The interpreter for programs that were proved safe: predecoded, threaded, nothing checked.
 * Whoever gives it an unproved program gets what machine code would do. step.h is the checked one.
 */
#ifndef CORE_INTERP_INTERP_H
#define CORE_INTERP_INTERP_H

#include "core/obj/runctx.h"

/* The second counts instructions in prog->insn_counts. */
extern const struct engine interp_engine, interp_count_engine;

#endif
