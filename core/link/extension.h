/*
 * Extensions (freplace): a program in the place of a function of another. It runs with its own
 * frames, and what it does is done as by a program of its own.
 */
#ifndef CORE_LINK_EXTENSION_H
#define CORE_LINK_EXTENSION_H

#include "core/obj/prog.h"

/* The detour of a function by which prog runs; prog_detour() puts it there. */
struct detour extension_of(const struct prog *of, uint32_t func, const struct prog *prog);

#endif
