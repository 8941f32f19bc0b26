/* Engines by the names that --engine has for them. */
#ifndef CMD_ENGINE_H
#define CMD_ENGINE_H

#include "core/obj/runctx.h"

struct engine_choice {
	const char *name;
	const struct engine *engine, *counts; /* the one that counts too; NULL: there is none */
	bool trusts;	/* it checks nothing */
	bool makes_code;
};

extern const struct engine_choice engine_choices[];
extern const size_t nengine_choices;

/* NULL: there is none of that name. */
const struct engine_choice *engine_by_name(const char *name);
/* Names those that there are, and also; exits with 64. */
void engine_unknown(const char *cmd, const char *name, const char *also) __attribute__((noreturn));
/*
 * What runs programs that were proved so many times, unless somebody says otherwise; NULL: nothing
 * can.
 */
const struct engine *engine_of_choice(uint64_t runs);
bool engine_makes_code(const struct engine *engine);
/* The same engine, but counting; machine code cannot, the interpreter does it in its place. */
const struct engine *engine_that_counts(const struct engine *engine);
const char *engine_name(const struct engine *engine);

#endif
