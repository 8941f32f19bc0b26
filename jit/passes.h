/*
 * The optimizing tier as a list of passes: what --dump and --stop-after name.
 */
#ifndef JIT_PASSES_H
#define JIT_PASSES_H

#include "jit/parts.h"

struct jit_pass {
	const char *name;
	void (*run)(struct ir_fn *fn);
};

/* In the order that they run in; the last has no name. A pass may be in it more than once. */
extern const struct jit_pass jit_passes[];

/* Called after each pass, lowering ("lower") included; false: no more of them. */
typedef bool jit_watch(void *arg, struct ir_fn *fn, const char *pass);
/*
 * A function of a program, through all passes, or as many as watch likes to see; watch may be NULL.
 * facts may be NULL. ir_free() it.
 */
struct ir_fn *jit_optimize(const struct prog *prog, uint32_t func, const struct facts *facts,
			   jit_watch *watch, void *arg);
/* The same of a part of it, behind all units before. */
struct ir_fn *jit_optimize_unit(struct parts *p, uint32_t unit, jit_watch *watch, void *arg);

/* Those that know the machine, behind them; likewise. */
extern const struct jit_pass jit_machine_passes[];
void jit_to_machine(struct ir_fn *fn, const struct target *to, jit_watch *watch, void *arg);

#endif
