/*
 * Between C and compiled code (System V ABI for AMD64, 3.2): the way in, the way out, and the way
 * out of the middle. What must be preserved is saved here, so that a fault can drop all that
 * compiled code has on the stack.
 */
#include <stddef.h>
#include <ucontext.h>

#include "jit/jit.h"
#include "jit/text.h"
#include "jit/x86/local.h"

uint64_t x86_enter(struct run_ctx *rc, const void *entry, uint64_t r1, uint64_t r2, uint64_t r3,
		   uint64_t r4, uint64_t r5);

#ifdef __x86_64__
_Static_assert(offsetof(struct run_ctx, unwind) == 0 && offsetof(struct run_ctx, ctx) == 8 &&
		       offsetof(struct run_ctx, ctx_size) == 16 &&
		       offsetof(struct prog, entry) == 0,
	       "the code below has them there");

/*
 * Compiled code preserves what C does, so but for r12 nothing is read back unless the run is
 * dropped. Images of trampolines have such a frame, too (tramp.c): a word, r15 to r12, rbx, rbp,
 * and where it goes on.
 */
__asm__(".text\n"
	".globl jit_run, x86_fault, x86_unwind\n"
	".hidden jit_run, x86_fault, x86_unwind\n"
	".p2align 4\n"
	".type x86_enter, @function\n"
	"x86_enter:\n"
	"	mov %rdi, %r10\n"
	"	mov %rsi, %r11\n"
	"	mov %rdx, %rdi\n"
	"	mov %rcx, %rsi\n"
	"	mov %r8, %rdx\n"
	"	mov %r9, %rcx\n"
	"	mov 8(%rsp), %r8\n"
	"	jmp 1f\n"
	".size x86_enter, . - x86_enter\n"
	".p2align 6\n"
	".type jit_run, @function\n"
	"jit_run:\n"
	"	mov %rdi, %r10\n"
	"	mov (%rsi), %r11\n"
	"	mov 16(%rdi), %rsi\n"
	"	mov 8(%rdi), %rdi\n"
	"1:	sub $56, %rsp\n"
	"	mov %r15, 8(%rsp)\n"
	"	mov %r14, 16(%rsp)\n"
	"	mov %r13, 24(%rsp)\n"
	"	mov %r12, 32(%rsp)\n"
	"	mov %rbx, 40(%rsp)\n"
	"	mov %rbp, 48(%rsp)\n"
	"	mov %rsp, (%r10)\n"
	"	mov %r10, %r12\n"
	"	call *%r11\n"
	"2:	mov 32(%rsp), %r12\n"
	"	add $56, %rsp\n"
	"	ret\n"
	"x86_fault:\n"
	"	mov %r12, %rdi\n"
	"	pop %rsi\n"
	"	and $-16, %rsp\n"
	"	call jit_place_fault\n"
	"x86_unwind:\n"
	"	mov (%r12), %rsp\n"
	"	mov 8(%rsp), %r15\n"
	"	mov 16(%rsp), %r14\n"
	"	mov 24(%rsp), %r13\n"
	"	mov 40(%rsp), %rbx\n"
	"	mov 48(%rsp), %rbp\n"
	"	xor %eax, %eax\n"
	"	jmp 2b\n"
	".size jit_run, . - jit_run\n");

static struct run_ctx *run_of(const void *context)
{
	const ucontext_t *uc = context;

	return (struct run_ctx *)uc->uc_mcontext.gregs[REG_R12];
}

static void where(const void *context, uintptr_t *pc, uintptr_t *sp)
{
	const ucontext_t *uc = context;

	*pc = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	*sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
}

static void drop(void *context)
{
	ucontext_t *uc = context;

	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)x86_unwind;
}

static void resume(void *context, uintptr_t pc, uint32_t cleared)
{
	/* r0 to r9 as x86_regs has them */
	static const uint8_t places[] = {REG_RAX, REG_RDI, REG_RSI, REG_RDX, REG_RCX,
					 REG_R8,  REG_RBX, REG_R13, REG_R14, REG_R15};
	ucontext_t *uc = context;

	if (cleared != NO_CLEARED)
		uc->uc_mcontext.gregs[places[cleared]] = 0;
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}

static void jump(uint8_t *out, const uint8_t *at, const void *to)
{
	enum { JMP = 0xe9 };
	int32_t distance = (int32_t)((const uint8_t *)to - (at + ENTRY_SIZE_MAX));

	out[0] = JMP;
	memcpy(out + 1, &distance, sizeof(distance));
}

/* Intel SDM, volume 2: NOP of one and of 5 bytes, INT3 */
static const struct text_entry entry = {
	.size = 5,
	.align = 1,
	.breakpoint = 0xcc,
	.filling = {0x90, 0x90, 0x90, 0x90, 0x90},
	.nop = {0x0f, 0x1f, 0x44, 0x00, 0x00},
	.jump = jump,
};

const struct jit_target jit_x86_target = {
	.name = "x86-64",
	.enter = x86_enter,
	.pad = x86_pad,
	.table_entry = 8,
	.fast = x86_fast,
	.thunk = x86_thunk,
	.reach = (UINT64_C(1) << 31) - 4096,
	.entry = &entry,
	.tramp = &x86_tramp,
	.run_of = run_of,
	.where = where,
	.drop = drop,
	.resume = resume,
};
#else
/* On other machines code is made, for tests, but nobody runs it. */
const char x86_unwind[1], x86_fault[1];
#endif
