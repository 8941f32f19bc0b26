/*
 * The generator "valid" keeps in mind what registers and stack slots hold, so that most of what it
 * writes may be accepted: a shadow of the program at the place where it is written. Statements are
 * nested as in C, and every way through a program that begins also ends.
 */
#ifndef TESTS_VERIFY_VALID_H
#define TESTS_VERIFY_VALID_H

#include "core/isa/build.h"
#include "tests/verify/trial.h"

enum kind {
	K_NONE, /* nothing that may be read */
	K_NUMBER,
	K_CTX,
	K_STACK,  /* of this function: off from its end */
	K_MEM,	  /* size bytes from off on, of a value, a record, another function's stack */
	K_PACKET, /* size bytes are there */
	K_PACKET_END,
	K_MAP,
	K_OTHER, /* a pointer that is only handed on */
};

struct shadow_reg {
	uint8_t kind;  /* enum kind */
	bool readonly; /* K_MEM */
	int16_t off, size;
};

enum { SHADOW_SLOTS = 32, SHADOW_SUBS = 12, SHADOW_CALLS = 12 };

/* What is held at a place of the program. */
struct shadow {
	struct shadow_reg r[REG_COUNT];
	struct shadow_reg slot[SHADOW_SLOTS]; /* [0] is fp-8 */
};

enum sub_kind { SUB_STATIC, SUB_GLOBAL, SUB_CALLBACK };

/* A function that is called and written later. */
struct sub {
	enum sub_kind kind;
	struct shadow_reg args[5];
	uint32_t calls[SHADOW_CALLS], ncalls; /* calls and addresses that lead to it */
	uint32_t level;			      /* functions above it */
	uint32_t start;
	const char *type; /* name of its FUNC in the world */
};

struct valid {
	struct fuzz *f;
	struct trial *t;
	struct shadow s;
	/* that a loop's next round finds as they are */
	uint32_t kept_regs;
	uint64_t kept_slots;
	uint32_t depth; /* of blocks */
	uint32_t room;	/* slots; where they are used up, blocks end */
	uint32_t held;	/* what must be given back before the end */
	bool atomic;	/* inside of a lock: hardly anything may be called */
	bool wild;	/* now and then an instruction that makes no sense */
	bool typed;	/* the program has types */
	int dynptr;	/* where one is on the stack, or 0 */
	struct sub subs[SHADOW_SUBS];
	uint32_t nsubs, level;
};

/* gen_valid.c */
/* Some statements, as long as there is room. */
void valid_block(struct valid *g, uint32_t statements);
/* What holds wherever one came from. */
void shadow_meet(struct shadow *a, const struct shadow *b);
/* A register that may be written; what it had is lost. */
uint8_t valid_free_reg(struct valid *g);
/* A register of a kind, or -1. */
int valid_find(struct valid *g, enum kind kind);
/* A register with a number, made when there is none. */
uint8_t valid_number(struct valid *g);
void valid_set(struct valid *g, uint8_t reg, struct shadow_reg is);
/* dst = imm */
void valid_const(struct valid *g, uint8_t dst, int32_t imm);
/* What calls leave of registers: r0 is what it returns. */
void valid_called(struct valid *g, struct shadow_reg result);
/* The offset of size bytes of stack that hold numbers, initialised if they were not. */
int valid_buffer(struct valid *g, uint32_t size, bool init);
/* if (r0 != 0) { block with r0 as is }; what is held meanwhile is given back by end(). */
void valid_unless_null(struct valid *g, struct shadow_reg is, uint32_t statements);
/* The function that is called here, written later; NULL: there are enough. */
struct sub *valid_sub(struct valid *g, enum sub_kind kind, const struct shadow_reg *args,
		      const char *type);

/* May r0 to r5 be clobbered here? */
static inline bool valid_may_call(const struct valid *g)
{
	return !(g->kept_regs & 0x3f);
}

/* A loop's body leaves alone what its next round needs, or puts it right at its end. */
struct valid_round {
	struct shadow head;
	uint32_t kept_regs;
	uint64_t kept_slots;
};
struct valid_round valid_begin_round(struct valid *g);
void valid_end_round(struct valid *g, const struct valid_round *r);

/* valid_call.c: pieces of calls */
/* dst = fp + off */
void valid_address(struct valid *g, uint8_t dst, int off);
void valid_call_kfunc(struct valid *g, const char *name, struct shadow_reg result);
/* May the program call it? Now and then one tries nevertheless. */
bool valid_has_kfunc(struct valid *g, const char *name);
/* A register that calls leave alone and a block must, with what r0 has; 0: there is none. */
uint8_t valid_save_result(struct valid *g);
void valid_drop_saved(struct valid *g, uint8_t saved);
/* A block that does not end the program. */
void valid_held_block(struct valid *g, uint32_t statements);
/* Stack that holds something of the kernel's until it is given back. */
int valid_keep_slots(struct valid *g, uint32_t size);
void valid_drop_slots(struct valid *g, int off, uint32_t size);

/* valid_memory.c, valid_flow.c, valid_call.c, valid_kfunc.c: statements; they may write nothing */
typedef void valid_statement(struct valid *g);
valid_statement valid_alu, valid_copy, valid_spill, valid_fill, valid_var_stack, valid_ctx,
	valid_access, valid_packet, valid_legacy, valid_wild;
valid_statement valid_if, valid_loop, valid_call_static, valid_call_global, valid_return;
valid_statement valid_lookup, valid_helper, valid_callback, valid_ring, valid_lock, valid_region,
	valid_iter, valid_tail_call, valid_object, valid_timer;
valid_statement valid_kfunc, valid_acquire, valid_dynptr, valid_field;

static inline struct shadow_reg shadow_of(enum kind kind, int off, int size)
{
	return (struct shadow_reg){
		.kind = (uint8_t)kind, .off = (int16_t)off, .size = (int16_t)size};
}
static inline struct shadow_reg shadow_number(void)
{
	return shadow_of(K_NUMBER, 0, 0);
}

#endif
