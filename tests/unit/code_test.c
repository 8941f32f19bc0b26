/* Labels, short and long branches, what moves with them; memory that runs. */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "jit/arm64/local.h"
#include "jit/code.h"
#include "jit/jit.h"
#include "jit/x86/local.h"
#include "tests/unit/unit.h"

static void fill(struct code_buf *b, uint32_t n)
{
	x86_pad(code_room(b, n), n);
	b->size += n;
}

/* jmp over n bytes, and back from behind them: short when the distance fits. */
static void over(uint32_t n, bool is_short_over, bool is_short_back)
{
	struct code_buf b = {.pad = x86_pad};
	uint32_t first = code_labels(&b, 2), start, size;

	code_bind(&b, first);
	x86_jmp(&b, first + 1);
	code_origin(&b, 7);
	fill(&b, n);
	code_origin(&b, 8);
	x86_jcc(&b, X86_E, first);
	code_bind(&b, first + 1);
	x86_ret(&b);
	code_link(&b);
	start = is_short_over ? 2 : 5;
	size = start + n + (is_short_back ? 2 : 6);
	CHECK(b.size == size + 1, "%u: %zu", n, b.size);
	CHECK(b.bytes[0] == (is_short_over ? 0xeb : 0xe9), "%u: %#x", n, b.bytes[0]);
	CHECK(b.labels.v[first + 1] == size && b.labels.v[first] == 0, "%u", n);
	CHECK(b.origins.v[0].at == start && b.origins.v[1].at == start + n, "%u", n);
	CHECK(b.bytes[size] == 0xc3, "%u", n);
	if (is_short_back)
		CHECK((int8_t)b.bytes[size - 1] == -(int)size, "%u: %d", n, b.bytes[size - 1]);
	code_buf_free(&b);
}

static void aligned(void)
{
	struct code_buf b = {.pad = x86_pad};
	uint32_t l = code_labels(&b, 2);

	x86_jmp(&b, l);
	code_align(&b, 16);
	code_bind(&b, l);
	x86_jmp(&b, l + 1);
	code_align(&b, 32);
	code_bind(&b, l + 1);
	x86_ret(&b);
	code_link(&b);
	CHECK(b.labels.v[l] == 16 && b.labels.v[l + 1] == 32 && b.size == 33, "%u %u %zu",
	      b.labels.v[l], b.labels.v[l + 1], b.size);
	CHECK(b.bytes[0] == 0xeb && b.bytes[1] == 14, "%d", b.bytes[1]);
	code_buf_free(&b);
}

static struct code *publish(struct code_buf *b)
{
	struct code *code;

	code_link(b);
	code = code_reserve(b->size);
	memcpy(code->at, b->bytes, b->size);
	code_place(b, code->at, code->at);
	CHECK(code_seal(code) == 0, "sealed");
	code_buf_free(b);
	return code;
}

static uint64_t twice(uint64_t x)
{
	return 2 * x;
}

/* What runs is this machine's. */
#ifdef __aarch64__
static void make_number(struct code_buf *b, uint32_t n)
{
	a64_mov_imm(b, X0, n);
	a64_plain(b, A64_RET);
}

static void jump_by_table(struct code_buf *b, uint32_t table)
{
	a64_adr(b, X16, table);
	a64_mem(b, A64_LDR, 8, X16, X16, 0);
	a64_jump_reg(b, A64_BR, X16);
}

static void call_twice(struct code_buf *b)
{
	a64_arith(b, A64_SUB_K, 8, SP, SP, 16);
	a64_mem(b, A64_STR, 8, LR, SP, 0);
	a64_call_address(b, (const void *)(uintptr_t)twice);
	a64_mem(b, A64_LDR, 8, LR, SP, 0);
	a64_arith(b, A64_ADD_K, 8, SP, SP, 16);
	a64_plain(b, A64_RET);
}
#else
static void make_number(struct code_buf *b, uint32_t n)
{
	x86_mov_imm(b, RAX, n);
	x86_ret(b);
}

static void jump_by_table(struct code_buf *b, uint32_t table)
{
	x86_lea_label(b, RAX, table);
	x86_m(b, X86_JMP, 8, X86_AT(RAX, 0));
}

static void call_twice(struct code_buf *b)
{
	bool is_near = code_reaches((const void *)(uintptr_t)twice);

	x86_push(b, RBX);
	x86_call_address(b, (const void *)(uintptr_t)twice, is_near);
	x86_pop(b, RBX);
	x86_ret(b);
}
#endif

static struct code *returns(uint32_t n)
{
	struct code_buf b = {.pad = jit_target->pad};

	make_number(&b, n);
	return publish(&b);
}

static void runs(void)
{
	struct code_buf b = {.pad = jit_target->pad};
	struct code *code, *other = returns(9);
	uint32_t table = code_labels(&b, 2);

	/* through a table of one address, and by a call of C */
	jump_by_table(&b, table);
	code_align(&b, 8);
	code_bind(&b, table);
	code_absolute(&b, table + 1);
	code_bind(&b, table + 1);
	call_twice(&b);
	code = publish(&b);
	CHECK(((uint64_t(*)(uint64_t))(uintptr_t)code->at)(21) == 42, "it runs");
	CHECK(((uint64_t(*)(void))(uintptr_t)other->at)() == 9, "so does the one before");
	CHECK(code_find((uintptr_t)code->at + code->size - 1) == code, "it is found");
	CHECK(!code_find((uintptr_t)twice), "others are not");
	code_free(other);
	CHECK(returns(3) == other, "room is used again");
	code_free(other);
	code_free(code);
	CHECK(!code_find((uintptr_t)code->at), "what was freed is gone");
}

static sigjmp_buf out;

static void on_fault(int sig)
{
	siglongjmp(out, sig);
}

/* Each must fault: writing what is sealed, running what is not, touching what is beside it. */
static bool faults(volatile uint8_t *at, bool is_call)
{
	if (sigsetjmp(out, 1))
		return true;
	if (is_call)
		((void (*)(void))(uintptr_t)at)();
	else
		*at = 0xc3;
	return false;
}

static void walls(void)
{
	struct sigaction sa = {.sa_handler = on_fault};
	struct code *sealed = returns(1), *raw = code_reserve(100);

	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	CHECK(faults(sealed->at, false), "sealed code cannot be written");
	raw->at[0] = 0xc3;
	CHECK(faults(raw->at, true), "what can be written cannot be run");
	CHECK(faults(sealed->at - 1, false) && faults(sealed->at + sealed->room, false), "guards");
	code_free(raw);
	CHECK(faults(raw->at, true), "what was freed cannot be run");
	code_free(sealed);
}

static bool is_within(const struct code *code, const void *of, uint64_t reach)
{
	uintptr_t a = (uintptr_t)code->at, b = (uintptr_t)of;

	return (a < b ? b - a : a - b) < reach;
}

/* Near what is mapped elsewhere, as a library is: many pieces share a range, and stay there. */
static void near_others(void)
{
	enum { REACH = 100 << 20, NEXT = 1 << 20 };
	void *other = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct code *one = code_reserve_near(other, REACH, 100), *home = NULL;
	struct code *two = code_reserve_near(other, REACH, 100);

	CHECK(one && two && is_within(one, other, REACH) && is_within(two, one->at, NEXT));
	code_free(one);
	for (uint32_t i = 0; i < 3; i++) {
		home = code_reserve(100);
		CHECK(home && home != one && !is_within(home, other, REACH), "%u", i);
	}
	CHECK(code_reserve_near(other, REACH, 100) == one, "the room is used again, there");
	code_free(one);
	code_free(two);
	munmap(other, 4096);
}

int main(void)
{
	over(0, true, true);
	over(121, true, true);
	over(122, false, false);
	over(124, false, false);
	over(1000, false, false);
	aligned();
	runs();
	walls();
	near_others();
	return unit_report();
}
