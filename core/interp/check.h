/*
 * Assertions of facts (core/verify/facts.h) for a stepper whose program has fact_states: a fault at
 * the instruction of which something false is said.
 */
#ifndef CORE_INTERP_CHECK_H
#define CORE_INTERP_CHECK_H

#include "core/interp/step.h"

/* Before s->insn runs. False: rc->fault is set. */
bool check_facts(struct stepper *s);
/* Before it jumps, or does not. */
bool check_jump_fact(struct stepper *s, bool taken);

#endif
