/*
 * Text that is somebody else's, a library's, where entries of functions are changed while threads
 * run it (text_poke() of Linux). It stays executable and is never writable there: what is written
 * goes through another mapping of the same memory.
 *
 * An entry is 5 bytes: a nop, or a jump. When they lie in one aligned word of 8 bytes they change
 * at once. Else the first one becomes a breakpoint, the others change behind it, and then the first
 * one; a thread that comes by meanwhile goes on behind the entry.
 */
#ifndef JIT_TEXT_H
#define JIT_TEXT_H

#include <stdatomic.h>

#include "core/base/base.h"

enum { ENTRY_SIZE = 5 };

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
 * Puts fresh in the place of old. -EBUSY: something else is there, or what is written does not
 * show, since somebody who debugs this process has changed the page. Not said. One at a time.
 */
int text_poke(const struct text *t, uint8_t *at, const uint8_t old[ENTRY_SIZE],
	      const uint8_t fresh[ENTRY_SIZE]);
/* The bytes of a jump, and of a nop. */
void text_jump(uint8_t out[ENTRY_SIZE], const uint8_t *at, const void *to);
extern const uint8_t text_nop[ENTRY_SIZE];
/* A breakpoint before pc: the place to go on at, or 0, when it is none of these. For handlers. */
uintptr_t text_trap(uintptr_t pc);

#endif
