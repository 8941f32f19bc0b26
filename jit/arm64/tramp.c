/*
 * Stubs and images of trampolines. A function's entry jumps to its stub, so the stack and x30 are
 * as its caller left them; x16 and x17 are free there (AAPCS64, 6.1.1). Nothing else is changed
 * before programs run. The frame of an image, from above:
 *
 *	[x29 + size]	words of arguments, the caller's
 *	[sessions]	two words for each: what its program keeps, and what it answered
 *	[regs]		registers, where programs see them
 *	[ctx + 8 n]	what was returned, n being the number of words of arguments
 *	[ctx]		those words; what programs see
 *	[UNWIND]	what jit_run() has on the stack (abi.c), to which rc->unwind points while
 *			programs run. It leads back into the image: x28 to x30 are its own there
 *	[CALLER_RC] ...	words of the image
 *	[x29]		the caller's x29 and x30
 *	[sp]		words of arguments for the body
 *
 * x28 is the rc, the thread's. Programs are run by code that the image has once (emit_run()).
 */
#include <stddef.h>

#include "jit/arm64/local.h"
#include "jit/jit.h"

enum {
	WORD = TRAMP_WORD,
	ARG_REGS = 8,
	RC = X28,
	FIRST_SAVED = X19,
};

/* Distances in the frame. */
enum {
	CALLER_FP,
	CALLER_LR = CALLER_FP + WORD,
	CALLER_RC = CALLER_LR + WORD,
	NEXT = CALLER_RC + WORD, /* where it goes on behind a program */
	GUARD = NEXT + WORD,	 /* where that of the program is */
	LINK = GUARD + WORD,	 /* the program's, and when it began: if that is counted */
	SINCE = LINK + WORD,
	ANSWER = SINCE + WORD,
	UNWIND = ANSWER + WORD, /* sp is set to it */
	CTX = UNWIND + 14 * WORD,
};

_Static_assert(UNWIND % 16 == 0, "sp is aligned");

/* Words of the frame that rc->unwind points to. */
enum { UNWIND_FP, UNWIND_LR, UNWIND_X19, UNWIND_OUTER = 12 };

/* Labels of an image. */
enum { RUN, MISSED, RESUME };

#define RC_OFFSET(member) offsetof(struct run_ctx, member)

static void move(struct code_buf *b, uint32_t to, uint32_t from)
{
	a64_rrr(b, A64_ORR, 8, to, ZR, from, 0);
}

static void load(struct code_buf *b, uint32_t rt, uint32_t base, int64_t at)
{
	a64_mem(b, A64_LDR, 8, rt, base, at);
}

static void store(struct code_buf *b, uint32_t rt, uint32_t base, int64_t at)
{
	a64_mem(b, A64_STR, 8, rt, base, at);
}

static void jump_to(struct code_buf *b, const void *address)
{
	a64_mov_imm(b, X16, (uintptr_t)address);
	a64_jump_reg(b, A64_BR, X16);
}

/* ---- stubs ---- */

/* x17 = the thread, which comes here for the first time; without memory it goes by. */
static void add_thread(struct code_buf *b, const struct stub_plan *s, uint32_t known)
{
	enum { SAVED = ARG_REGS + 1 /* x8: where a large result goes */, FRAME = 96 };

	a64_arith(b, A64_SUB_K, 8, SP, SP, FRAME);
	store(b, FP, SP, 0);
	store(b, LR, SP, WORD);
	a64_add(b, FP, SP, 0);
	for (uint32_t i = 0; i < SAVED; i++)
		store(b, X0 + i, SP, (2 + i) * WORD);
	a64_call_address(b, (const void *)(uintptr_t)tramp_come);
	move(b, X17, X0);
	for (uint32_t i = 0; i < SAVED; i++)
		load(b, X0 + i, SP, (2 + i) * WORD);
	load(b, LR, SP, WORD);
	load(b, FP, SP, 0);
	a64_arith(b, A64_ADD_K, 8, SP, SP, FRAME);
	a64_jump_zero(b, A64_CBNZ, 8, X17, known);
	if (s->body) {
		a64_jump_address(b, s->body);
	} else {
		move(b, X0, ZR);
		a64_plain(b, A64_RET);
	}
}

_Static_assert(TRAMP_LEFT == TRAMP_INSIDE + WORD, "one behind the other");

/* Releases: who sees that the thread is out sees all that it did inside. */
static void count_out(struct code_buf *b, const struct stub_plan *s)
{
	uint32_t still = code_labels(b, 1);

	a64_thread_word(b, X17, s->self);
	a64_add(b, X17, X17, TRAMP_INSIDE);
	load(b, X16, X17, 0);
	a64_arith(b, A64_SUB_K, 8, X16, X16, 1);
	a64_exclusive(b, A64_STLR, 8, 0, X16, X17);
	a64_jump_zero(b, A64_CBNZ, 8, X16, still);
	load(b, X16, X17, WORD);
	a64_arith(b, A64_ADD_K, 8, X16, X16, 1);
	a64_arith(b, A64_ADD_K, 8, X17, X17, WORD);
	a64_exclusive(b, A64_STLR, 8, 0, X16, X17);
	code_bind(b, still);
}

/*
 * Where functions begin with a landing pad (BTI), only direct jumps come to their bodies: from
 * here, since stubs are in reach.
 */
static void make_stub(struct code_buf *b, const struct stub_plan *s)
{
	uint32_t first_time = code_labels(b, 2), known = first_time + 1;

	code_bind(b, s->first + STUB_IN);
	a64_thread_word(b, X17, s->self);
	a64_jump_zero(b, A64_CBZ, 8, X17, first_time);
	code_bind(b, known);
	load(b, X16, X17, TRAMP_INSIDE);
	a64_arith(b, A64_ADD_K, 8, X16, X16, 1);
	store(b, X16, X17, TRAMP_INSIDE);
	a64_mov_imm(b, X16, (uintptr_t)s->cell);
	load(b, X16, X16, 0);
	a64_jump_reg(b, A64_BR, X16);
	code_bind(b, s->first + STUB_ON);
	if (s->body) {
		count_out(b, s);
		code_bind(b, s->first + STUB_BODY);
		a64_jump_address(b, s->body);
	} else {
		move(b, X0, ZR);
	}
	code_bind(b, s->first + STUB_BACK);
	count_out(b, s);
	a64_plain(b, A64_RET);
	code_bind(b, first_time);
	add_thread(b, s, known);
}

/* ---- arguments ---- */

/* x16 = the value of so many bytes in a register, whose upper ones may be anything. */
static void clean(struct code_buf *b, uint32_t reg, uint32_t size, bool is_signed)
{
	a64_bits(b, is_signed ? A64_SBFM : A64_UBFM, 8, X16, reg, 0, size * 8 - 1);
}

static void save_word(const struct tramp_code *im, const struct func_arg *arg, uint32_t word)
{
	uint32_t left = arg->size - word * WORD, reg = X16;

	if (arg->on_stack)
		load(im->b, X16, FP, im->size + (int64_t)(arg->where + word) * WORD);
	else
		reg = arg->where + word;
	if (left < WORD) {
		clean(im->b, reg, left, arg->is_signed);
		reg = X16;
	}
	store(im->b, reg, FP, tramp_slot(im, arg->slot + word));
}

static void save_args(const struct tramp_code *im)
{
	const struct func_model *m = im->plan->model;

	for (uint32_t i = 0; i < m->nargs; i++)
		for (uint32_t word = 0; word < m->arg[i].nslots; word++)
			save_word(im, &m->arg[i], word);
}

static void load_regs(const struct tramp_code *im)
{
	const struct func_model *m = im->plan->model;

	for (uint32_t i = 0; i < m->nargs; i++)
		for (uint32_t word = 0; word < m->arg[i].nslots; word++)
			if (!m->arg[i].on_stack)
				load(im->b, m->arg[i].where + word, FP,
				     tramp_slot(im, m->arg[i].slot + word));
}

/* ---- programs ---- */

static void set_run(const struct tramp_code *im, enum tramp_kind kind)
{
	a64_add(im->b, X9, FP, UNWIND);
	store(im->b, X9, RC, RC_OFFSET(unwind));
	a64_add(im->b, X9, FP, tramp_context(im, kind));
	store(im->b, X9, RC, RC_OFFSET(ctx));
}

static void run_link(const struct tramp_code *im, const struct tramp_link *link)
{
	a64_add(im->b, X0, FP, tramp_context(im, link->kind));
	a64_mov_imm(im->b, X10, (uintptr_t)link);
	a64_arith(im->b, A64_SUB_K, 8, X11, RC, link->guard);
	a64_jump(im->b, A64_BL, im->own + RUN);
}

static void use_session(const struct tramp_code *im, int32_t kept)
{
	a64_add(im->b, X9, FP, kept);
	store(im->b, X9, RC, RC_OFFSET(session));
}

static void clear(const struct tramp_code *im, int32_t word)
{
	store(im->b, ZR, FP, word);
}

static void keep_answer(const struct tramp_code *im, int32_t word)
{
	store(im->b, X0, FP, word);
}

static void jump_if_answer(const struct tramp_code *im, uint32_t label)
{
	a64_jump_zero(im->b, A64_CBNZ, 8, X0, label);
}

static void jump_if(const struct tramp_code *im, int32_t word, uint32_t label)
{
	load(im->b, X9, FP, word);
	a64_jump_zero(im->b, A64_CBNZ, 8, X9, label);
}

/* ---- what programs share ---- */

#define LINK_OFFSET(member) offsetof(struct tramp_link, member)

static void begin_count(struct code_buf *b)
{
	store(b, X10, FP, LINK);
	store(b, X0, FP, ANSWER);
	a64_call_address(b, (const void *)(uintptr_t)tramp_clock);
	store(b, X0, FP, SINCE);
	load(b, X0, FP, ANSWER);
	load(b, X9, RC, RC_OFFSET(prog));
}

static void end_count(struct code_buf *b)
{
	store(b, X0, FP, ANSWER);
	load(b, X0, FP, LINK);
	load(b, X1, FP, SINCE);
	a64_call_address(b, (const void *)(uintptr_t)tramp_ran);
	load(b, X0, FP, ANSWER);
}

/*
 * x0 = the answer of the program whose link is x10 and whose guard is at x11, and which sees x0. A
 * link may have another guard meanwhile, if it was detached and attached again.
 */
static void emit_run(const struct tramp_code *im)
{
	struct code_buf *b = im->b;

	code_bind(b, im->own + RUN);
	a64_mem(b, A64_LDR, 1, X9, X11, 0);
	a64_jump_zero(b, A64_CBNZ, 4, X9, im->own + MISSED);
	a64_mov_imm(b, X9, 1);
	a64_mem(b, A64_STR, 1, X9, X11, 0);
	store(b, LR, FP, NEXT);
	store(b, X11, FP, GUARD);
	load(b, X9, X10, LINK_OFFSET(prog));
	store(b, X9, RC, RC_OFFSET(prog));
	store(b, X10, RC, RC_OFFSET(attach));
	a64_mem(b, A64_STR, 4, ZR, RC, RC_OFFSET(tail_calls));
	if (im->plan->stats)
		begin_count(b);
	load(b, X16, X9, offsetof(struct prog, entry));
	a64_jump_reg(b, A64_BLR, X16);
	if (im->plan->stats)
		end_count(b);
	load(b, X11, FP, GUARD);
	a64_mem(b, A64_STR, 1, ZR, X11, 0);
	load(b, LR, FP, NEXT);
	a64_plain(b, A64_RET);
}

_Static_assert(offsetof(struct tramp_link, attach) == 0, "a link is where its attach is");

/* A program that runs already is left out, which counts as an answer of 0. */
static void emit_missed(const struct tramp_code *im)
{
	struct code_buf *b = im->b;
	uint32_t again = code_labels(b, 1);

	code_bind(b, im->own + MISSED);
	load(b, X9, X10, LINK_OFFSET(prog));
	a64_add(b, X9, X9, offsetof(struct prog, counts.misses));
	code_bind(b, again);
	a64_exclusive(b, A64_LDAXR, 8, 0, X11, X9);
	a64_arith(b, A64_ADD_K, 8, X11, X11, 1);
	a64_exclusive(b, A64_STLXR, 8, X12, X11, X9);
	a64_jump_zero(b, A64_CBNZ, 4, X12, again);
	move(b, X0, ZR);
	a64_plain(b, A64_RET);
}

/* A run that was dropped comes out here, with x28 and x29 as the frame has them. */
static void emit_resume(const struct tramp_code *im)
{
	struct code_buf *b = im->b;

	code_bind(b, im->own + RESUME);
	a64_add(b, SP, FP, -(int64_t)round_up(im->plan->model->nstack * WORD, 16));
	move(b, X0, RC);
	a64_call_address(b, (const void *)(uintptr_t)tramp_fail);
	load(b, LR, FP, NEXT);
	a64_plain(b, A64_RET);
}

static void emit_shared(const struct tramp_code *im)
{
	emit_run(im);
	emit_missed(im);
	emit_resume(im);
}

/* ---- registers: struct pt_regs ---- */

enum {
	REGS_FP = FP,
	REGS_LR = LR,
	REGS_SP,
	REGS_PC,
	REGS_STATE,
	REGS_ORIG_X0,
	REGS_SYSCALL,
	REGS_WORDS = 42,
};

static void put(const struct tramp_code *im, uint32_t word, uint32_t reg)
{
	store(im->b, reg, FP, im->regs + (int64_t)word * WORD);
}

/*
 * At the function's entry, or behind it where its caller goes on. x16 and x17 are nobody's at an
 * entry; there is no system call.
 */
static void save_regs(const struct tramp_code *im, bool behind)
{
	enum { NO_SYSCALL = -1 };
	struct code_buf *b = im->b;

	for (uint32_t i = X1; i < RC; i++)
		put(im, i, i == X16 || i == X17 ? ZR : i);
	if (behind)
		load(b, X0, FP, tramp_returned(im));
	put(im, X0, X0);
	load(b, X16, FP, CALLER_RC);
	put(im, RC, X16);
	load(b, X16, FP, CALLER_FP);
	put(im, REGS_FP, X16);
	load(b, X16, FP, CALLER_LR);
	put(im, REGS_LR, X16);
	if (!behind)
		a64_mov_imm(b, X16, im->plan->ip);
	put(im, REGS_PC, X16);
	a64_add(b, X16, FP, im->size);
	put(im, REGS_SP, X16);
	for (uint32_t i = REGS_STATE; i < REGS_WORDS; i++)
		put(im, i, ZR);
	a64_mov_imm(b, X16, (uint32_t)NO_SYSCALL);
	put(im, REGS_SYSCALL, X16);
}

/* ---- images ---- */

static void lay(struct tramp_code *im)
{
	im->ctx = CTX;
	im->regs = tramp_returned(im) + WORD;
	im->sessions = im->regs + (im->sees_regs ? REGS_WORDS : 0) * WORD;
	im->size = (int32_t)round_up(im->sessions + (int32_t)(im->nsessions * SESSION_WORDS) * WORD,
				     16);
}

static int32_t words_for_body(const struct tramp_code *im)
{
	return (int32_t)round_up(im->plan->model->nstack * WORD, 16);
}

static void lay_unwind(const struct tramp_code *im)
{
	struct code_buf *b = im->b;

	store(b, FP, FP, UNWIND + UNWIND_FP * WORD);
	a64_adr(b, X16, im->own + RESUME);
	store(b, X16, FP, UNWIND + UNWIND_LR * WORD);
	for (uint32_t reg = FIRST_SAVED; reg <= RC; reg++)
		store(b, reg, FP, UNWIND + (UNWIND_X19 + reg - FIRST_SAVED) * WORD);
	a64_add(b, X16, FP, UNWIND);
	store(b, X16, FP, UNWIND + UNWIND_OUTER * WORD);
}

/* x17 is the thread's rc. */
static void enter(const struct tramp_code *im)
{
	int32_t words = words_for_body(im);
	struct code_buf *b = im->b;

	a64_arith(b, A64_SUB_K, 8, SP, SP, (uint32_t)(im->size + words));
	store(b, FP, SP, words + CALLER_FP);
	store(b, LR, SP, words + CALLER_LR);
	a64_add(b, FP, SP, words);
	store(b, RC, FP, CALLER_RC);
	move(b, RC, X17);
	lay_unwind(im);
	save_args(im);
}

static void call_body(const struct tramp_code *im)
{
	const struct func_model *m = im->plan->model;
	struct code_buf *b = im->b;

	for (uint32_t word = 0; word < m->nstack; word++) {
		load(b, X16, FP, im->size + (int64_t)word * WORD);
		store(b, X16, SP, word * WORD);
	}
	load_regs(im);
	a64_call_address(b, im->plan->ways[STUB_BODY]);
	if (m->ret_size && m->ret_size < WORD) {
		clean(b, X0, m->ret_size, m->ret_signed);
		move(b, X0, X16);
	}
	store(b, X0, FP, tramp_returned(im));
}

static void leave(const struct tramp_code *im, enum stub_way way)
{
	struct code_buf *b = im->b;

	if (way == STUB_ON)
		load_regs(im);
	else
		load(b, X0, FP, tramp_returned(im));
	a64_add(b, SP, FP, 0);
	load(b, RC, SP, CALLER_RC);
	load(b, LR, SP, CALLER_LR);
	load(b, FP, SP, CALLER_FP);
	a64_arith(b, A64_ADD_K, 8, SP, SP, (uint32_t)im->size);
	jump_to(b, im->plan->ways[way]);
}

/* ---- out of programs ---- */

_Static_assert(offsetof(struct run_ctx, tail_calls) == offsetof(struct run_ctx, depth) + 4,
	       "both are one word");

/* A function that programs may come to run in, on the same rc: what it has of a run is kept. */
static void make_outside(struct code_buf *b, const void *func)
{
	static const uint32_t kept[] = {
		RC_OFFSET(unwind), RC_OFFSET(prog),  RC_OFFSET(ctx),
		RC_OFFSET(attach), RC_OFFSET(depth), RC_OFFSET(session),
	};
	enum { KEPT = 3 * WORD, FRAME = 80 };

	a64_arith(b, A64_SUB_K, 8, SP, SP, FRAME);
	store(b, FP, SP, 0);
	store(b, LR, SP, WORD);
	a64_add(b, FP, SP, 0);
	store(b, RC, SP, 2 * WORD);
	move(b, RC, X5);
	for (uint32_t i = 0; i < ARRAY_SIZE(kept); i++) {
		load(b, X16, RC, kept[i]);
		store(b, X16, SP, KEPT + i * WORD);
	}
	a64_call_address(b, func);
	for (uint32_t i = 0; i < ARRAY_SIZE(kept); i++) {
		load(b, X16, SP, KEPT + i * WORD);
		store(b, X16, RC, kept[i]);
	}
	load(b, RC, SP, 2 * WORD);
	load(b, LR, SP, WORD);
	load(b, FP, SP, 0);
	a64_arith(b, A64_ADD_K, 8, SP, SP, FRAME);
	a64_plain(b, A64_RET);
}

const struct tramp_machine a64_tramp = {
	.stub = make_stub,
	.outside = make_outside,
	.lay = lay,
	.enter = enter,
	.save_regs = save_regs,
	.set_run = set_run,
	.run_link = run_link,
	.use_session = use_session,
	.clear = clear,
	.keep_answer = keep_answer,
	.jump_if_answer = jump_if_answer,
	.jump_if = jump_if,
	.call_body = call_body,
	.leave = leave,
	.shared = emit_shared,
};
