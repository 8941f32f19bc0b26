/*
 * Between C and compiled code (AAPCS64, 6): the way in, the way out, and the way out of the middle.
 * What must be preserved is saved here, so that a fault can drop all that compiled code has on the
 * stack. Images of trampolines have such a frame, too (tramp.c).
 *
 * Hints 34 and 38 are BTI C and BTI JC: this program's pages may be such that indirect branches
 * only come there; compiled code's are not.
 */
#include <stddef.h>
#include <ucontext.h>

#include "jit/arm64/local.h"
#include "jit/jit.h"
#include "jit/text.h"

#ifdef __aarch64__
uint64_t a64_enter(struct run_ctx *rc, const void *entry, uint64_t r1, uint64_t r2, uint64_t r3,
		   uint64_t r4, uint64_t r5);

_Static_assert(offsetof(struct run_ctx, unwind) == 0 && offsetof(struct run_ctx, ctx) == 8 &&
		       offsetof(struct run_ctx, ctx_size) == 16 &&
		       offsetof(struct prog, entry) == 0,
	       "the code below has them there");

__asm__(".text\n"
	".globl a64_enter, jit_run, a64_fault, a64_unwind\n"
	".hidden a64_enter, jit_run, a64_fault, a64_unwind\n"
	".p2align 4\n"
	".type a64_enter, %function\n"
	"a64_enter:\n"
	"	hint #34\n"
	"	mov x9, x0\n"
	"	mov x10, x1\n"
	"	mov x0, x2\n"
	"	mov x1, x3\n"
	"	mov x2, x4\n"
	"	mov x3, x5\n"
	"	mov x4, x6\n"
	"	b 1f\n"
	".size a64_enter, . - a64_enter\n"
	".type jit_run, %function\n"
	"jit_run:\n"
	"	hint #34\n"
	"	mov x9, x0\n"
	"	ldr x10, [x1]\n"
	"	ldp x0, x1, [x0, #8]\n"
	"1:	stp x29, x30, [sp, #-112]!\n"
	"	stp x19, x20, [sp, #16]\n"
	"	stp x21, x22, [sp, #32]\n"
	"	stp x23, x24, [sp, #48]\n"
	"	stp x25, x26, [sp, #64]\n"
	"	stp x27, x28, [sp, #80]\n"
	"	ldr x11, [x9]\n" /* of the run that this one is nested in */
	"	str x11, [sp, #96]\n"
	"	mov x11, sp\n"
	"	str x11, [x9]\n"
	"	mov x28, x9\n"
	"	blr x10\n"
	"2:	ldr x9, [sp, #96]\n"
	"	str x9, [x28]\n"
	"	ldp x27, x28, [sp, #80]\n"
	"	ldp x25, x26, [sp, #64]\n"
	"	ldp x23, x24, [sp, #48]\n"
	"	ldp x21, x22, [sp, #32]\n"
	"	ldp x19, x20, [sp, #16]\n"
	"	ldp x29, x30, [sp], #112\n"
	"	ret\n"
	"a64_fault:\n"
	"	hint #38\n"
	"	mov x0, x28\n"
	"	mov x1, x30\n"
	"	bl jit_place_fault\n"
	"a64_unwind:\n"
	"	hint #38\n"
	"	ldr x9, [x28]\n"
	"	mov sp, x9\n"
	"	mov x0, #0\n"
	"	b 2b\n"
	".size jit_run, . - jit_run\n");

static struct run_ctx *run_of(const void *context)
{
	const ucontext_t *uc = context;

	return (struct run_ctx *)uc->uc_mcontext.regs[X28];
}

static void where(const void *context, uintptr_t *pc, uintptr_t *sp)
{
	const ucontext_t *uc = context;

	*pc = uc->uc_mcontext.pc;
	*sp = uc->uc_mcontext.sp;
}

static void drop(void *context)
{
	ucontext_t *uc = context;

	uc->uc_mcontext.pc = (uintptr_t)a64_unwind;
}

static void resume(void *context, uintptr_t pc, uint32_t cleared)
{
	ucontext_t *uc = context;

	uc->uc_mcontext.pc = pc;
	if (cleared != NO_CLEARED)
		uc->uc_mcontext.regs[a64_fast_regs[cleared]] = 0;
}

static void jump(uint8_t *out, const uint8_t *at, const void *to)
{
	uint32_t distance = (uint32_t)((const uint8_t *)to - at) >> 2;
	uint32_t word = 0x14000000 | (distance & 0x3ffffff);

	memcpy(out, &word, sizeof(word));
}

static const struct text_entry entry = {
	.size = 4,
	.align = 4,
	.filling = {0x1f, 0x20, 0x03, 0xd5},
	.nop = {0x1f, 0x20, 0x03, 0xd5},
	.jump = jump,
};

const struct jit_target jit_arm64_target = {
	.name = "arm64",
	.enter = a64_enter,
	.pad = a64_pad,
	.table_entry = 4,
	.fast = a64_fast,
	.thunk = a64_thunk,
	.reach = 127 << 20, /* of 128 MiB */
	.entry = &entry,
	.tramp = &a64_tramp,
	.run_of = run_of,
	.where = where,
	.drop = drop,
	.resume = resume,
};
#else
/* Code of arm64 is not run elsewhere, but may be made there. */
const char a64_unwind[1], a64_fault[1];
#endif
