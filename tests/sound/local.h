/*
 * Inside the generator: what is known while a program is written, and the statements that no other
 * statements are in.
 */
#ifndef TESTS_SOUND_LOCAL_H
#define TESTS_SOUND_LOCAL_H

#include <string.h>

#include "core/isa/build.h"
#include "tests/sound/gen.h"

enum kind {
	NOTHING,
	NUMBER,
	VALUE,	   /* of a map */
	OWN_STACK, /* of this function: the area */
	FAR_STACK, /* of a caller: its area */
	CONTEXT,
	PACKET, /* with PACKET_ROOM bytes */
};

enum {
	NSLOTS = 8, /* for spills, from fp-8 */
	AREA = 48,  /* bytes that are accessed at offsets that vary */
	AREA_AT = -(NSLOTS * 8 + AREA),
	PACKET_ROOM = 4,
	DEPTH_MAX = 4, /* of statements in statements */
	REGS_PARAMS = 4,
};

/* How it is called */
enum role { STATIC, GLOBAL, LOOP_BODY, ELEM_BODY, ROLE_COUNT };

struct func {
	uint8_t role;
	uint8_t nparams, params[REGS_PARAMS]; /* enum kind, of r1 and so on */
};

struct call_fixup {
	uint32_t insn, func;
};

struct gen {
	struct rng *rng;
	struct gen_prog *out;
	uint8_t reg[REG_COUNT], slot[NSLOTS]; /* enum kind */
	uint16_t kept;			      /* registers that are not to be written */
	uint32_t depth, left;		      /* statements that may still come */
	uint32_t func, nfuncs;
	struct func funcs[GEN_FUNCS_MAX];
	struct call_fixup calls[64];
	uint32_t ncalls;
};

#define ANY_OF(g, array) ((array)[below(g, ARRAY_SIZE(array))])

/* leaf.c */
uint32_t below(struct gen *g, uint32_t n);
bool one_in(struct gen *g, uint32_t n);
int32_t some_imm(struct gen *g);
void emit_op(struct gen *g, enum insn_op op, int dst, int src, int off, int32_t imm);
void emit_wide(struct gen *g, enum insn_op op, int dst, uint64_t imm);
uint32_t here(const struct gen *g);
void land(struct gen *g, uint32_t jump);
enum insn_op form(enum insn_op op64_x, bool is_32, bool is_k);
void clobber(struct gen *g);
int pick(struct gen *g, enum kind kind);
int pick_dst(struct gen *g);
int number(struct gen *g);
int own_number(struct gen *g);
void point_at_area(struct gen *g, int dst);
void load_value_ptr(struct gen *g, int dst);
/* A value or the area at an offset that nothing was done about */
void use_index(struct gen *g, int index);

/* Statements */
typedef void statement(struct gen *g);
statement st_const, st_load, st_alu, st_unary, st_copy, st_random, st_context, st_spill, st_fill,
	st_value, st_area, st_packet, st_packet_again, st_move_packet, st_load_bytes, st_lookup,
	st_update;

#endif
