/*
 * Functions of programs that are traced: programs run before and behind them, in any engine, those
 * that came last first. They see the function's arguments as words, and behind it what it returned.
 */
#ifndef CORE_LINK_TRACED_H
#define CORE_LINK_TRACED_H

#include "core/obj/runctx.h"

enum { TRACED_ARGS_MAX = 5 };

struct tracer {
	const struct prog *prog;
	struct run_attach place; /* what it is told; place.returns: it runs behind the function */
};

struct traced {
	struct detour detour;
	const struct tracer *tracers; /* in the order that they run in; borrowed */
	uint32_t ntracers;
	uint32_t nargs; /* at most TRACED_ARGS_MAX */
};

/* The detour of a function by which it is traced; prog_detour() puts it there. */
void traced_init(struct traced *t, const struct prog *of, uint32_t func);
/*
 * For engines that compile: what a detour of that kind is part of. NULL: it is of another kind, or
 * not all programs that trace are compiled as well; C knows how to run them.
 */
const struct traced *traced_by_code(const struct detour *to);

#endif
