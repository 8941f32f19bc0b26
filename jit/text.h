/*
 * Text that is somebody else's, a library's, where entries of functions are changed while threads
 * run it (text_poke() of Linux). It stays executable and is never writable there: what is written
 * goes through another mapping of the same memory.
 *
 * An entry is a nop, or a jump. When it lies in one aligned word of 8 bytes it changes at once, as
 * it always does on arm64 (a branch and a nop: Arm Architecture Reference Manual, B2.2.5). Else the
 * first byte becomes a breakpoint, the others change behind it, and then the first one; a thread
 * that comes by meanwhile goes on behind the entry.
 */
#ifndef JIT_TEXT_H
#define JIT_TEXT_H

#include <stdatomic.h>

#include "core/base/base.h"

enum { ENTRY_SIZE_MAX = 5 };

/* The entries of a machine. */
struct text_entry {
	uint8_t size;
	uint8_t align;
	uint8_t breakpoint; /* a byte; 0: none is needed */
	uint8_t filling[ENTRY_SIZE_MAX], nop[ENTRY_SIZE_MAX]; /* as compilers have it; one */
	void (*jump)(uint8_t *out, const uint8_t *at, const void *to);
};

struct text {
	uint8_t *start; /* where it runs */
	size_t size;
	uint8_t *alias; /* where it is written */
	_Atomic(struct text *) next;
};

/* Makes it known to who looks after breakpoints. */
void text_add(struct text *t);
/* Nobody may run it any more. */
void text_remove(struct text *t);
/*
 * Puts fresh in the place of old, entries of this machine. -EBUSY: something else is there, or what
 * is written does not show, since somebody who debugs this process has changed the page. Not said.
 * One at a time.
 */
int text_poke(const struct text *t, uint8_t *at, const uint8_t *old, const uint8_t *fresh);
/* A breakpoint before pc: the place to go on at, or 0, when it is none of these. For handlers. */
uintptr_t text_trap(uintptr_t pc);

#endif
