/* Tables of jumps: what a block's jump asks for becomes one load (table.c). */
#ifndef JIT_TABLE_H
#define JIT_TABLE_H

#include "jit/ir.h"

/* A value goes on in to[value - least]; one that is less or more in none. */
struct jump_table {
	uint32_t width; /* of the value: 4: the register's upper half may be anything */
	uint32_t least, n;
	struct ir_blk **to;
	struct ir_blk *none; /* NULL: the value is one of those n */
};

#endif
