/*
 * Executable memory, and the only place that asks for it. A piece is reserved, written, sealed, and
 * never written again; no page is writable and executable at any time, and a page that nobody may
 * touch lies before and behind each piece.
 *
 *	struct code *code = code_reserve(size);
 *	memcpy(code->at, ...);
 *	code_seal(code);
 *	... code->at is run ...
 *	code_free(code);
 *
 * All pieces lie in one reserved range of addresses, near this program's own functions where the
 * system allows it (code_reaches()): a piece costs no mapping of its own, and its calls of helpers
 * are plain ones. Those near functions of others (code_reserve_near()) lie in ranges of their own,
 * and stay there. The ranges, and the list by which a fault handler finds the piece it came from,
 * are the process's, as is its memory.
 */
#ifndef JIT_CODE_H
#define JIT_CODE_H

#include <stdatomic.h>

#include "core/base/base.h"

struct code_range;

struct code {
	uint8_t *at;
	size_t size;	     /* of what was asked for */
	const void *owner;   /* whose it is, for whoever finds it by an address */
	size_t room;	     /* whole pages */
	atomic_bool is_used; /* else it waits for another owner */
	const struct code_range *in;
	struct code *next;
};

/* size bytes that can be written, not yet run; NULL: there is no more room or memory. */
struct code *code_reserve(size_t size);
/* The same, less than so many bytes away from an address. */
struct code *code_reserve_near(const void *address, uint64_t reach, size_t size);
/* From now on it can be run and read; 0 or -errno. */
int code_seal(struct code *code);
/*
 * What was written there is what all threads run from here on (Arm Architecture Reference Manual,
 * B2.2.5: caches, and what others have fetched already); false: that cannot be said here.
 */
bool code_sync(const void *at, size_t size);
/* Nobody may be inside any more, or come back. NULL is let pass. */
void code_free(struct code *code);
/* Whose code is there, or NULL: safe in signal handlers. */
const struct code *code_find(uintptr_t pc);
/* Is the address in reach of a signed 32-bit distance, from all pieces of that one range? */
bool code_reaches(const void *address);

#endif
