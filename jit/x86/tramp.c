/*
 * Stubs and images of trampolines. A function's entry jumps to its stub, so the stack is as its
 * caller left it; rax and r11 are free there. The frame of an image, from above:
 *
 *	[rbp + 8]	the caller's return address, words of arguments above it
 *	[rbp]		the caller's rbp
 *	[ctx + 8 n]	what was returned, n being the number of words of arguments
 *	[ctx]		those words; what programs see
 *	[next]		where it goes on when a program was dropped or left out
 *	[frame]		8 words as jit_run() has them, with the caller's registers: what
 *			rc->unwind points to while programs run
 *	[regs]		registers, where programs see them
 *	[sessions]	two words for each: what its program keeps, and what it answered
 *	[rsp]		words of arguments for the body
 *
 * rbx is the thread (the address of its rc), r12 the rc of the run.
 */
#include "jit/code.h"
#include "jit/x86/fast.h"

/* Distances beyond those of all machines, from the words that programs see. */
enum {
	WORD = TRAMP_WORD,
	FRAME_WORDS = 8,
	NEXT = -WORD,
	FRAME = NEXT - FRAME_WORDS * WORD,
};

/* Labels of an image. */
enum { MISSED, COUNTED, RESUME };

static const uint8_t arg_regs[] = {RDI, RSI, RDX, RCX, R8, R9};

/* Words of the frame. */
enum { FRAME_RC, FRAME_R15, FRAME_R14, FRAME_R13, FRAME_R12, FRAME_RBX, FRAME_RBP, FRAME_RESUME };

#define LINK_AT(reg, field) X86_AT(reg, (int32_t)offsetof(struct tramp_link, field))

/* Words of struct pt_regs. */
enum {
	REGS_R15,
	REGS_R14,
	REGS_R13,
	REGS_R12,
	REGS_RBP,
	REGS_RBX,
	REGS_R11,
	REGS_R10,
	REGS_R9,
	REGS_R8,
	REGS_RAX,
	REGS_RCX,
	REGS_RDX,
	REGS_RSI,
	REGS_RDI,
	REGS_ORIG_RAX,
	REGS_RIP,
	REGS_CS,
	REGS_FLAGS,
	REGS_RSP,
	REGS_SS,
	REGS_WORDS
};

static void push_args(struct code_buf *b)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(arg_regs); i++)
		x86_push(b, arg_regs[i]);
}

static void pop_args(struct code_buf *b)
{
	for (uint32_t i = ARRAY_SIZE(arg_regs); i--;)
		x86_pop(b, arg_regs[i]);
}

/* Callers in the same file, who see that a function calls nobody, do not align it (GCC). */
static void align_stack(struct code_buf *b)
{
	x86_ri(b, X86_AND, 8, RSP, -16);
}

/* ---- stubs ---- */

/* r11 = the thread, which comes here for the first time; without memory it goes by. */
static void add_thread(struct code_buf *b, const struct stub_plan *s, uint32_t known)
{
	push_args(b);
	x86_push(b, RBP);
	x86_rr(b, X86_MOV, 8, RBP, RSP);
	align_stack(b);
	x86_call_address(b, (const void *)(uintptr_t)tramp_come, false);
	x86_leave(b);
	pop_args(b);
	x86_rr(b, X86_MOV, 8, R11, RAX);
	x86_rr(b, X86_TEST, 8, R11, R11);
	x86_jcc(b, X86_NE, known);
	if (s->body) {
		x86_jmp_address(b, s->body, true);
	} else {
		x86_rr(b, X86_XOR, 4, RAX, RAX);
		x86_ret(b);
	}
}

static void count_out(struct code_buf *b, const struct stub_plan *s)
{
	uint32_t still = code_labels(b, 1);

	x86_thread_word(b, R11, s->self);
	x86_m(b, X86_DEC, 8, X86_AT(R11, TRAMP_INSIDE));
	x86_jcc(b, X86_NE, still);
	x86_m(b, X86_INC, 8, X86_AT(R11, TRAMP_LEFT));
	code_bind(b, still);
}

static void make_stub(struct code_buf *b, const struct stub_plan *s)
{
	uint32_t first_time = code_labels(b, 2), known = first_time + 1;

	code_bind(b, s->first + STUB_IN);
	x86_thread_word(b, R11, s->self);
	x86_rr(b, X86_TEST, 8, R11, R11);
	x86_jcc(b, X86_E, first_time);
	code_bind(b, known);
	x86_m(b, X86_INC, 8, X86_AT(R11, TRAMP_INSIDE));
	x86_mov_imm(b, RAX, (uintptr_t)s->cell);
	x86_m(b, X86_JMP, 8, X86_AT(RAX, 0));
	code_bind(b, s->first + STUB_ON);
	if (s->body) {
		count_out(b, s);
		code_bind(b, s->first + STUB_BODY);
		x86_jmp_address(b, s->body, true);
	} else {
		x86_rr(b, X86_XOR, 4, RAX, RAX);
	}
	code_bind(b, s->first + STUB_BACK);
	count_out(b, s);
	x86_ret(b);
	code_bind(b, first_time);
	add_thread(b, s, known);
}

/* ---- arguments ---- */

static struct x86_mem slot_at(const struct tramp_code *im, uint32_t slot)
{
	return X86_AT(RBP, tramp_slot(im, slot));
}

static struct x86_mem returned(const struct tramp_code *im)
{
	return X86_AT(RBP, tramp_returned(im));
}

static struct x86_mem frame_at(const struct tramp_code *im, uint32_t word)
{
	return X86_AT(RBP, im->ctx + FRAME + (int32_t)word * WORD);
}

static struct x86_mem next_at(const struct tramp_code *im)
{
	return X86_AT(RBP, im->ctx + NEXT);
}

/* rax = the value of so many bytes in a register, whose upper ones may be anything. */
static void clean(struct code_buf *b, uint32_t reg, uint32_t size, bool is_signed)
{
	uint8_t by = (uint8_t)(64 - size * 8);

	switch (size) {
	case 1:
		x86_rr(b, is_signed ? X86_MOVSX8 : X86_MOVZX8, is_signed ? 8 : 4, RAX, reg);
		return;
	case 2:
		x86_rr(b, is_signed ? X86_MOVSX16 : X86_MOVZX16, is_signed ? 8 : 4, RAX, reg);
		return;
	case 4:
		x86_rr(b, is_signed ? X86_MOVSXD : X86_MOV, is_signed ? 8 : 4, RAX, reg);
		return;
	default:
		if (reg != RAX)
			x86_rr(b, X86_MOV, 8, RAX, reg);
		x86_ri(b, X86_SHL, 8, RAX, by);
		x86_ri(b, is_signed ? X86_SAR : X86_SHR, 8, RAX, by);
	}
}

static void save_word(const struct tramp_code *im, const struct func_arg *arg, uint32_t word)
{
	uint32_t left = arg->size - word * WORD, reg = RAX;
	struct x86_mem to = slot_at(im, arg->slot + word);

	if (arg->on_stack)
		x86_rm(im->b, X86_MOV, 8, RAX,
		       X86_AT(RBP, (int32_t)(2 + arg->where + word) * WORD));
	else
		reg = arg_regs[arg->where + word];
	if (left < WORD) {
		clean(im->b, reg, left, arg->is_signed);
		reg = RAX;
	}
	x86_mr(im->b, X86_MOV, 8, to, reg);
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
				x86_rm(im->b, X86_MOV, 8, arg_regs[m->arg[i].where + word],
				       slot_at(im, m->arg[i].slot + word));
}

/* The words of the stack, again, where the body finds them. */
static void copy_stack(const struct tramp_code *im)
{
	for (uint32_t word = 0; word < im->plan->model->nstack; word++) {
		x86_rm(im->b, X86_MOV, 8, RAX, X86_AT(RBP, (int32_t)(2 + word) * WORD));
		x86_mr(im->b, X86_MOV, 8, X86_AT(RSP, (int32_t)word * WORD), RAX);
	}
}

/* ---- programs ---- */

static void set_run(const struct tramp_code *im, enum tramp_kind kind)
{
	x86_rm(im->b, X86_LEA, 8, RAX, frame_at(im, 0));
	x86_mr(im->b, X86_MOV, 8, RC_AT(unwind), RAX);
	x86_rm(im->b, X86_LEA, 8, RAX, X86_AT(RBP, tramp_context(im, kind)));
	x86_mr(im->b, X86_MOV, 8, RC_AT(ctx), RAX);
}

/* rax = what the program answers; the same with what images for counting do around it. */
static void run_link(const struct tramp_code *im, const struct tramp_link *link)
{
	struct x86_mem seen = X86_AT(RBP, tramp_context(im, link->kind));
	struct x86_mem guard = X86_AT(RBX, -(int32_t)link->guard);
	struct code_buf *b = im->b;
	uint32_t next = code_labels(b, 1);

	x86_mov_imm(b, RAX, (uintptr_t)link);
	x86_lea_label(b, RCX, next);
	x86_mr(b, X86_MOV, 8, next_at(im), RCX);
	x86_mi(b, X86_CMP, 1, guard, 0);
	x86_jcc(b, X86_NE, im->own + MISSED);
	x86_mi(b, X86_MOV, 1, guard, 1);
	x86_rm(b, X86_MOV, 8, RCX, LINK_AT(RAX, prog));
	x86_mr(b, X86_MOV, 8, RC_AT(prog), RCX);
	x86_mr(b, X86_MOV, 8, RC_AT(attach), RAX);
	x86_mi(b, X86_MOV, 4, RC_AT(tail_calls), 0);
	x86_rm(b, X86_LEA, 8, RDI, seen);
	if (im->plan->stats)
		x86_call(b, im->own + COUNTED);
	else
		x86_m(b, X86_CALL, 8, X86_AT(RCX, (int32_t)offsetof(struct prog, entry)));
	x86_mi(b, X86_MOV, 1, guard, 0);
	code_bind(b, next);
}

static void use_session(const struct tramp_code *im, int32_t kept)
{
	x86_rm(im->b, X86_LEA, 8, RAX, X86_AT(RBP, kept));
	x86_mr(im->b, X86_MOV, 8, RC_AT(session), RAX);
}

static void clear(const struct tramp_code *im, int32_t word)
{
	x86_mi(im->b, X86_MOV, 8, X86_AT(RBP, word), 0);
}

static void keep_answer(const struct tramp_code *im, int32_t word)
{
	x86_mr(im->b, X86_MOV, 8, X86_AT(RBP, word), RAX);
}

static void jump_if_answer(const struct tramp_code *im, uint32_t label)
{
	x86_rr(im->b, X86_TEST, 8, RAX, RAX);
	x86_jcc(im->b, X86_NE, label);
}

static void jump_if(const struct tramp_code *im, int32_t word, uint32_t label)
{
	x86_mi(im->b, X86_CMP, 8, X86_AT(RBP, word), 0);
	x86_jcc(im->b, X86_NE, label);
}

/* ---- registers ---- */

static struct x86_mem reg_at(const struct tramp_code *im, uint32_t word)
{
	return X86_AT(RBP, im->regs + (int32_t)word * WORD);
}

static void put_rax(const struct tramp_code *im, uint32_t word)
{
	x86_mr(im->b, X86_MOV, 8, reg_at(im, word), RAX);
}

/* Those that are as the function has them, now that it begins or has ended. */
static void save_own(const struct tramp_code *im)
{
	static const struct {
		uint8_t word, reg;
	} own[] = {
		{REGS_R15, R15}, {REGS_R14, R14}, {REGS_R13, R13}, {REGS_R10, R10}, {REGS_R9, R9},
		{REGS_R8, R8},	 {REGS_RCX, RCX}, {REGS_RDX, RDX}, {REGS_RSI, RSI}, {REGS_RDI, RDI},
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(own); i++)
		x86_mr(im->b, X86_MOV, 8, reg_at(im, own[i].word), own[i].reg);
}

/*
 * At the function's entry, or behind it where its caller goes on. rax and r11 are nobody's at an
 * entry; selectors and flags are those of every process.
 */
static void save_regs(const struct tramp_code *im, bool behind)
{
	enum { USER_CS = 0x33, USER_SS = 0x2b, INTERRUPTS = 0x202 };
	struct code_buf *b = im->b;

	save_own(im);
	x86_rm(b, X86_MOV, 8, RAX, frame_at(im, FRAME_R12));
	put_rax(im, REGS_R12);
	x86_rm(b, X86_MOV, 8, RAX, frame_at(im, FRAME_RBX));
	put_rax(im, REGS_RBX);
	x86_rm(b, X86_MOV, 8, RAX, X86_AT(RBP, 0));
	put_rax(im, REGS_RBP);
	x86_rm(b, X86_LEA, 8, RAX, X86_AT(RBP, behind ? 2 * WORD : WORD));
	put_rax(im, REGS_RSP);
	if (behind)
		x86_rm(b, X86_MOV, 8, RAX, X86_AT(RBP, WORD));
	else
		x86_mov_imm(b, RAX, im->plan->ip);
	put_rax(im, REGS_RIP);
	if (behind)
		x86_rm(b, X86_MOV, 8, RAX, returned(im));
	else
		x86_rr(b, X86_XOR, 4, RAX, RAX);
	put_rax(im, REGS_RAX);
	x86_mi(b, X86_MOV, 8, reg_at(im, REGS_R11), 0);
	x86_mi(b, X86_MOV, 8, reg_at(im, REGS_ORIG_RAX), -1);
	x86_mi(b, X86_MOV, 8, reg_at(im, REGS_CS), USER_CS);
	x86_mi(b, X86_MOV, 8, reg_at(im, REGS_SS), USER_SS);
	x86_mi(b, X86_MOV, 8, reg_at(im, REGS_FLAGS), INTERRUPTS);
}

/* ---- what several programs share, behind the way that is usual ---- */

/* Around a program: rax is its link, rdi what it sees; and when it began. */
static void emit_counted(const struct tramp_code *im)
{
	struct code_buf *b = im->b;

	code_bind(b, im->own + COUNTED);
	x86_ri(b, X86_SUB, 8, RSP, 3 * WORD);
	x86_mr(b, X86_MOV, 8, X86_AT(RSP, 0), RAX);
	x86_mr(b, X86_MOV, 8, X86_AT(RSP, WORD), RDI);
	x86_call_address(b, (const void *)(uintptr_t)tramp_clock, false);
	x86_mr(b, X86_MOV, 8, X86_AT(RSP, 2 * WORD), RAX);
	x86_rm(b, X86_MOV, 8, RAX, X86_AT(RSP, 0));
	x86_rm(b, X86_MOV, 8, RDI, X86_AT(RSP, WORD));
	x86_rm(b, X86_MOV, 8, RAX, LINK_AT(RAX, prog));
	x86_m(b, X86_CALL, 8, X86_AT(RAX, (int32_t)offsetof(struct prog, entry)));
	x86_mr(b, X86_MOV, 8, X86_AT(RSP, WORD), RAX);
	x86_rm(b, X86_MOV, 8, RDI, X86_AT(RSP, 0));
	x86_rm(b, X86_MOV, 8, RSI, X86_AT(RSP, 2 * WORD));
	x86_call_address(b, (const void *)(uintptr_t)tramp_ran, false);
	x86_rm(b, X86_MOV, 8, RAX, X86_AT(RSP, WORD));
	x86_ri(b, X86_ADD, 8, RSP, 3 * WORD);
	x86_ret(b);
}

/* A program that runs already is left out, which counts as an answer of 0. */
static void emit_missed(const struct tramp_code *im)
{
	struct code_buf *b = im->b;

	code_bind(b, im->own + MISSED);
	x86_rm(b, X86_MOV, 8, RAX, LINK_AT(RAX, prog));
	x86_lock(b);
	x86_m(b, X86_INC, 8, X86_AT(RAX, (int32_t)offsetof(struct prog, counts.misses)));
	x86_rr(b, X86_XOR, 4, RAX, RAX);
	x86_m(b, X86_JMP, 8, next_at(im));
}

/* A run that was dropped comes out here: rsp is behind the frame, registers are the caller's. */
static void emit_resume(const struct tramp_code *im)
{
	int32_t behind = im->ctx + FRAME + FRAME_WORDS * WORD;
	struct code_buf *b = im->b;

	code_bind(b, im->own + RESUME);
	x86_rm(b, X86_LEA, 8, RBP, X86_AT(RSP, -behind));
	x86_rm(b, X86_LEA, 8, RSP, X86_AT(RBP, -im->size));
	align_stack(b);
	x86_thread_word(b, RBX, im->plan->self);
	x86_rm(b, X86_MOV, 8, R12, frame_at(im, FRAME_RC));
	x86_rr(b, X86_MOV, 8, RDI, R12);
	x86_call_address(b, (const void *)(uintptr_t)tramp_fail, false);
	x86_m(b, X86_JMP, 8, next_at(im));
}

/* ---- images ---- */

static void lay(struct tramp_code *im)
{
	const struct func_model *m = im->plan->model;

	im->ctx = -(int32_t)(m->nslots + 1) * WORD;
	im->regs = im->ctx + FRAME - (im->sees_regs ? REGS_WORDS : 0) * WORD;
	im->sessions = im->regs - (int32_t)(im->nsessions * SESSION_WORDS) * WORD;
	im->size = (int32_t)m->nstack * WORD - im->sessions;
}

static void enter(const struct tramp_code *im)
{
	static const uint8_t saved[] = {
		[FRAME_R15] = R15, [FRAME_R14] = R14, [FRAME_R13] = R13,
		[FRAME_R12] = R12, [FRAME_RBX] = RBX,
	};
	struct code_buf *b = im->b;

	x86_push(b, RBP);
	x86_rr(b, X86_MOV, 8, RBP, RSP);
	x86_ri(b, X86_SUB, 8, RSP, im->size);
	align_stack(b);
	for (uint32_t i = FRAME_R15; i <= FRAME_RBX; i++)
		x86_mr(b, X86_MOV, 8, frame_at(im, i), saved[i]);
	x86_rr(b, X86_MOV, 8, RBX, R11);
	x86_rr(b, X86_MOV, 8, R12, R11);
	x86_mr(b, X86_MOV, 8, frame_at(im, FRAME_RC), R12);
	x86_lea_label(b, RAX, im->own + RESUME);
	x86_mr(b, X86_MOV, 8, frame_at(im, FRAME_RESUME), RAX);
	save_args(im);
}

static void leave(const struct tramp_code *im, enum stub_way way)
{
	struct code_buf *b = im->b;

	if (way == STUB_ON)
		load_regs(im);
	else
		x86_rm(b, X86_MOV, 8, RAX, returned(im));
	x86_rm(b, X86_MOV, 8, RBX, frame_at(im, FRAME_RBX));
	x86_rm(b, X86_MOV, 8, R12, frame_at(im, FRAME_R12));
	x86_leave(b);
	x86_mov_imm(b, R11, (uintptr_t)im->plan->ways[way]);
	x86_r(b, X86_JMP, 8, R11);
}

static void call_body(const struct tramp_code *im)
{
	const struct func_model *m = im->plan->model;

	copy_stack(im);
	load_regs(im);
	x86_call_address(im->b, im->plan->body, false);
	if (m->ret_size && m->ret_size < WORD)
		clean(im->b, RAX, m->ret_size, m->ret_signed);
	x86_mr(im->b, X86_MOV, 8, returned(im), RAX);
}

static void emit_shared(const struct tramp_code *im)
{
	emit_missed(im);
	emit_resume(im);
	if (im->plan->stats)
		emit_counted(im);
}

/* ---- out of programs ---- */

_Static_assert(offsetof(struct run_ctx, tail_calls) == offsetof(struct run_ctx, depth) + 4,
	       "both are one word");

/* A function that programs may come to run in, on the same rc: what it has of a run is kept. */
static void make_outside(struct code_buf *b, const void *func)
{
	static const int32_t kept[] = {
		offsetof(struct run_ctx, unwind), offsetof(struct run_ctx, prog),
		offsetof(struct run_ctx, ctx),	  offsetof(struct run_ctx, attach),
		offsetof(struct run_ctx, depth),  offsetof(struct run_ctx, session),
	};

	x86_push(b, RC);
	x86_rr(b, X86_MOV, 8, RC, R9);
	for (uint32_t i = 0; i < ARRAY_SIZE(kept); i++)
		x86_m(b, X86_PUSH, 8, X86_AT(RC, kept[i]));
	x86_call_address(b, func, false);
	for (uint32_t i = ARRAY_SIZE(kept); i--;)
		x86_m(b, X86_POP, 8, X86_AT(RC, kept[i]));
	x86_pop(b, RC);
	x86_ret(b);
}

const struct tramp_machine x86_tramp = {
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
