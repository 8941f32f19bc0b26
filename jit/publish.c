#include "jit/jit.h"

#include <errno.h>

#include "jit/code.h"

#ifdef __x86_64__
const struct jit_target *const jit_target = &jit_x86_target;
#elif defined(__aarch64__)
const struct jit_target *const jit_target = &jit_arm64_target;
#else
const struct jit_target *const jit_target = NULL;

/* Nobody comes here: no engine prepares anything. */
uint64_t jit_run(struct run_ctx *rc __unused, const struct prog *prog __unused)
{
	return 0;
}
#endif

static void free_one(struct jit_code *jc)
{
	code_free(jc->code);
	free((void *)(uintptr_t)jc->origins);
	free(jc);
}

/* In code_find()'s hands while it lives; the program's from here on. */
static void free_code(struct prog *prog)
{
	struct jit_code *older;

	prog->entry = NULL;
	for (struct jit_code *jc = prog->code; jc; jc = older) {
		older = jc->older;
		free_one(jc);
	}
}

/* Finished code where it can run. */
static int place(const struct prog *prog, struct code_buf *b, struct diag *d, struct jit_code **out)
{
	struct jit_code *jc = xcalloc(1, sizeof(*jc));
	int err;

	code_link(b);
	jc->prog = prog;
	jc->code = code_reserve(b->size);
	if (!jc->code) {
		free(jc);
		return fail(d, NULL, -ENOMEM, "program %s: no room for %zu bytes of code",
			    prog->name, b->size);
	}
	memcpy(jc->code->at, b->bytes, b->size);
	code_place(b, jc->code->at, jc->code->at);
	jc->origins = b->origins.v;
	jc->norigins = (uint32_t)b->origins.n;
	b->origins.v = NULL;
	jc->code->owner = jc;
	err = code_seal(jc->code);
	if (err) {
		free_one(jc);
		return fail(d, NULL, err, "program %s: memory cannot be made executable: %s",
			    prog->name, strerror(-err));
	}
	*out = jc;
	return 0;
}

/* Detours that are there already get code before anybody is led to them. */
static int set_entries(struct prog *prog, const struct code_buf *b, uint32_t first_sub,
		       const uint8_t *at, struct diag *d)
{
	int err = 0;

	for (uint32_t i = 0; i < prog->nsubs && !err; i++) {
		uint32_t entry = b->labels.v[first_sub + i];
		struct detour *to = subprog_detour(&prog->subs[i]);

		if (to && !to->code)
			err = jit_thunk(to, d);
		if (!err)
			prog_set_code(prog, i, entry == LABEL_UNBOUND ? NULL : at + entry);
	}
	return err;
}

int jit_publish(struct prog *prog, struct code_buf *b, uint32_t first_sub, struct diag *d)
{
	struct jit_code *jc;
	int err = place(prog, b, d, &jc);

	if (err)
		return err;
	jc->older = prog->code;
	prog->code = jc;
	prog->free_code = free_code;
	return set_entries(prog, b, first_sub, jc->code->at, d);
}

static void free_thunk(struct detour *to)
{
	free_one(to->made);
}

int jit_thunk(struct detour *to, struct diag *d)
{
	struct code_buf b = {.pad = jit_target->pad};
	struct jit_code *jc;
	int err;

	jit_target->thunk(&b, to);
	err = place(to->of, &b, d, &jc);
	code_buf_free(&b);
	if (err)
		return err;
	to->made = jc;
	to->free_code = free_thunk;
	to->code = jc->code->at;
	return 0;
}

uint32_t jit_slot(const struct jit_code *jc, uint32_t at, uint32_t *next)
{
	uint32_t lo = 0, hi = jc->norigins; /* the last one that begins at or before it */

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (jc->origins[mid].at <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	*next = lo < jc->norigins ? jc->origins[lo].at : (uint32_t)jc->code->size;
	return lo ? jc->origins[lo - 1].slot : ORIGIN_NONE;
}

uint64_t jit_call(struct run_ctx *rc, const struct prog *prog __unused, const struct subprog *sub,
		  const uint64_t arg[5])
{
	const struct prog *running = rc->prog;
	void *outer = rc->unwind;
	uint64_t r0 = jit_target->enter(rc, sub->code, arg[0], arg[1], arg[2], arg[3], arg[4]);

	rc->unwind = outer;
	rc->prog = running;
	return r0;
}
