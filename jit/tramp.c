/*
 * Which programs are attached, and the image of them: made, put in place of the one before, which
 * is then retired. Room for the image without a program is reserved when it is attached, so that
 * detaching it cannot fail.
 */
#include "jit/tramp.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jit/code.h"
#include "jit/jit.h"
#include "jit/tramp_code.h"

struct tramp {
	const void *image; /* the cell; threads read it */
	struct func_model model;
	uint64_t ip;
	const void *body;
	const void *ways[STUB_WAYS];
	struct code *stub, *code; /* code is NULL while no program is attached */
	struct tramp_link *first[TRAMP_KINDS];
	uint32_t count;
};

/* Of all changes, which are few: threads that run programs take no lock. */
static pthread_mutex_t changes = PTHREAD_MUTEX_INITIALIZER;

static int seal(struct code *code, const struct code_buf *b)
{
	memcpy(code->at, b->bytes, b->size);
	code_place(b, code->at, code->at);
	return code_seal(code);
}

/* Within reach of the function's entry, which jumps there. */
static int make_stub(struct tramp *t)
{
	struct code_buf b = {.pad = jit_target->pad};
	struct stub_plan plan = {
		.first = code_labels(&b, STUB_WAYS),
		.body = t->body,
		.cell = &t->image,
		.self = tramp_self(),
	};
	int err = -ENOMEM;

	jit_target->tramp->stub(&b, &plan);
	code_link(&b);
	t->stub = t->body ? code_reserve_near(t->body, jit_target->reach, b.size)
			  : code_reserve(b.size);
	if (t->stub)
		err = seal(t->stub, &b);
	for (uint32_t i = 0; !err && i < STUB_WAYS; i++)
		t->ways[i] = t->stub->at + b.labels.v[plan.first + i];
	code_buf_free(&b);
	return err;
}

int tramp_new(const struct tramp_target *to, struct diag *d, struct tramp **out)
{
	struct tramp *t;
	int err;

	if (!jit_target)
		return fail(d, NULL, -ENOTSUPP, "there are no trampolines on this machine");
	t = calloc(1, sizeof(*t));
	if (!t)
		return fail(d, NULL, -ENOMEM, "out of memory");
	t->model = *to->model;
	t->ip = to->ip;
	t->body = to->body;
	err = make_stub(t);
	if (err) {
		code_free(t->stub);
		free(t);
		return fail(d, NULL, err, "there is no room for code near the function");
	}
	t->image = t->ways[STUB_ON];
	*out = t;
	return 0;
}

const void *tramp_entry(const struct tramp *t)
{
	return t->ways[STUB_IN];
}

uint32_t tramp_count(const struct tramp *t)
{
	return t->count;
}

static void make_image(const struct tramp *t, struct code_buf *b)
{
	struct image_plan plan = {
		.model = &t->model,
		.body = t->body,
		.ip = t->ip,
		.self = tramp_self(),
		.stats = tramp_counts(),
	};

	for (uint32_t i = 0; i < TRAMP_KINDS; i++)
		plan.first[i] = t->first[i];
	memcpy(plan.ways, t->ways, sizeof(plan.ways));
	tramp_image(b, &plan);
	code_link(b);
}

/* From now on threads come to that code; NULL: to none. */
static void use(struct tramp *t, struct code *code)
{
	struct code *old = t->code;

	t->code = code;
	__atomic_store_n(&t->image, code ? code->at : t->ways[STUB_ON], __ATOMIC_RELEASE);
	if (old)
		tramp_retire(old);
}

/* Puts the image of what is attached now into reserved memory, or into new; else that is freed. */
static int renew(struct tramp *t, struct code *room)
{
	struct code_buf b = {.pad = jit_target->pad};
	int err = 0;

	if (!t->count) {
		use(t, NULL);
		code_free(room);
		return 0;
	}
	make_image(t, &b);
	if (b.size > TRAMP_IMAGE_MAX)
		err = -E2BIG;
	if (!err && !room)
		room = code_reserve(TRAMP_IMAGE_MAX);
	if (!err)
		err = room ? seal(room, &b) : -ENOMEM;
	if (!err)
		use(t, room);
	else
		code_free(room);
	code_buf_free(&b);
	return err;
}

static bool is_attached(const struct tramp *t, const struct tramp_link *link)
{
	for (uint32_t kind = 0; kind < TRAMP_KINDS; kind++)
		for (const struct tramp_link *l = t->first[kind]; l; l = l->next)
			if (l->prog == link->prog && l != link->entry)
				return true;
	return false;
}

static void take_out(struct tramp_link *link)
{
	struct tramp_link **at = &link->on->first[link->kind];

	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	link->on->count--;
	link->on = NULL;
	tramp_unguard(link);
}

static int put_in(struct tramp *t, struct tramp_link *link)
{
	int err;

	if (is_attached(t, link))
		return -EBUSY;
	if (t->count == TRAMP_LINKS_MAX)
		return -E2BIG;
	link->spare = code_reserve(TRAMP_IMAGE_MAX);
	if (!link->spare)
		return -ENOMEM;
	err = tramp_guard(link);
	if (err) {
		code_free(link->spare);
		return err;
	}
	link->on = t;
	link->next = t->first[link->kind];
	t->first[link->kind] = link;
	t->count++;
	err = renew(t, NULL);
	if (err) {
		take_out(link);
		code_free(link->spare);
	}
	return err;
}

int tramp_attach(struct tramp *t, struct tramp_link *link)
{
	int err;

	link->attach.ip = t->ip;
	link->attach.nargs = t->model.nslots;
	link->attach.returns = link->kind == TRAMP_MODIFY || link->kind == TRAMP_FEXIT ||
			       link->kind == TRAMP_SESSION_END;
	pthread_mutex_lock(&changes);
	err = put_in(t, link);
	pthread_mutex_unlock(&changes);
	return err;
}

void tramp_detach(struct tramp_link *link)
{
	struct tramp *t = link->on;

	if (!t)
		return;
	pthread_mutex_lock(&changes);
	take_out(link);
	/* Where nothing may become executable any more, as in a sandbox, no program is left. */
	if (renew(t, link->spare))
		use(t, NULL);
	pthread_mutex_unlock(&changes);
}

void tramp_free(struct tramp *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&changes);
	for (uint32_t kind = 0; kind < TRAMP_KINDS; kind++)
		while (t->first[kind]) {
			code_free(t->first[kind]->spare);
			take_out(t->first[kind]);
		}
	use(t, NULL);
	pthread_mutex_unlock(&changes);
	tramp_wait();
	code_free(t->stub);
	free(t);
}

struct code *tramp_outside(const void *func)
{
	struct code_buf b = {.pad = jit_target->pad};
	struct code *code;

	jit_target->tramp->outside(&b, func);
	code_link(&b);
	code = code_reserve(b.size);
	if (code && seal(code, &b)) {
		code_free(code);
		code = NULL;
	}
	code_buf_free(&b);
	return code;
}
