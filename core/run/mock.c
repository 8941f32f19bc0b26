#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/run/local.h"
#include "core/run/mem.h"
#include "core/run/runtime.h"

enum { RECORDED_MAX = 1 << 16 /* answers of one callee; later ones are not kept */ };

/* Whose answer is from where: rows of bodies.def, and all that has no body. */
static const uint8_t helper_worlds[HELPER_ID_LIMIT] = {
#define WORLD_BODY(name, world) [HELPER_##name] = WORLD_##world,
#include "core/run/bodies.def"
};

/* ---- a function for each callee, which knows whose place it has ---- */

static uint64_t call(struct run_ctx *rc, uint32_t callee, const uint64_t arg[MOCK_ARGS]);

#define MOCKED(name, callee)                                                                       \
	static uint64_t mocked_##name(uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4,          \
				      uint64_t r5, struct run_ctx *rc)                             \
	{                                                                                          \
		return call(rc, callee, (const uint64_t[MOCK_ARGS]){r1, r2, r3, r4, r5});          \
	}
#define ALSO(...)
#define HELPER(id, name, ...) MOCKED(name, id)
#include "core/helper/helpers.def"
#define KFUNC_ALSO(...)
#define KFUNC(name, ...) MOCKED(kfunc_##name, CALLEE_KFUNC + KFUNC_##name)
#include "core/helper/kfuncs.def"

static helper_fn *const mocked[CALLEE_COUNT] = {
#define ALSO(...)
#define HELPER(id, name, ...) [id] = mocked_##name,
#include "core/helper/helpers.def"
#define KFUNC_ALSO(...)
#define KFUNC(name, ...) [CALLEE_KFUNC + KFUNC_##name] = mocked_kfunc_##name,
#include "core/helper/kfuncs.def"
};

static helper_fn *real_one(uint32_t callee)
{
	return callee < CALLEE_KFUNC ? run_helpers[callee] : run_kfuncs[callee - CALLEE_KFUNC];
}

void callee_name(uint32_t callee, char *buf, size_t size)
{
	const char *name = callee < CALLEE_KFUNC ? helper_names[callee] : "";

	for (uint32_t i = 0; callee > CALLEE_KFUNC && i < kfuncs_count; i++)
		if (kfuncs[i].id == callee - CALLEE_KFUNC)
			name = kfuncs[i].name;
	snprintf(buf, size, "%s%s", callee < CALLEE_KFUNC ? "bpf_" : "", name);
}

/* ---- answers ---- */

static bool fits(const struct mock_rule *rule, uint32_t callee, const uint64_t *arg)
{
	if (rule->callee != callee)
		return false;
	for (uint32_t reg = 1; reg <= MOCK_ARGS; reg++)
		if (rule->conds & 1u << reg && rule->want[reg] != arg[reg - 1])
			return false;
	return true;
}

/* NULL: it is a kernel function, whose calls are told by the kernel's BTF. */
static const struct func_proto *proto_of(uint32_t callee)
{
	return callee < CALLEE_KFUNC ? helper_proto((int32_t)callee, ~0ull) : NULL;
}

/* The argument behind memory that says how long it is, or as much as there is to say. */
static uint32_t room_at(uint32_t callee, uint32_t reg, const uint64_t *arg, uint32_t size)
{
	const struct func_proto *p = proto_of(callee);

	if (!p || reg >= HELPER_ARGS_MAX)
		return size;
	if (p->args[reg - 1].type & MEM_FIXED_SIZE)
		return min(size, (uint32_t)p->args[reg - 1].size);
	if (arg_base(p->args[reg].type) == ARG_CONST_SIZE ||
	    arg_base(p->args[reg].type) == ARG_CONST_SIZE_OR_ZERO)
		return min(size, (uint32_t)arg[reg]);
	return size;
}

static uint64_t answer(struct run_ctx *rc, struct mock_rule *rule, const uint64_t *arg)
{
	const struct mock_answer *a = &rule->answers.v[rule->next];

	if (rule->next + 1 < rule->answers.n)
		rule->next++;
	for (uint32_t i = 0; i < a->nfills; i++) {
		const struct mock_fill *f = &a->fills[i];
		uint32_t size = room_at(rule->callee, f->reg, arg, f->size);
		void *to = arg_mem_out(rc, arg[f->reg - 1], size);

		if (to)
			memcpy(to, f->bytes, size);
	}
	return a->ret;
}

/* ---- recording ---- */

static struct mock_rule *record_of(struct mock *m, uint32_t callee)
{
	vec_each(&m->recorded, rule)
		if (rule->callee == callee)
			return rule;
	*vec_add(&m->recorded) = (struct mock_rule){.callee = callee};
	return vec_last(&m->recorded);
}

/* What the callee filled is kept with what it returned. */
static void record(struct run_ctx *rc, uint32_t callee, const uint64_t *arg, uint64_t ret)
{
	struct mock *m = rc->rt->mock;
	struct mock_rule *rule = record_of(m, callee);
	const struct func_proto *p = proto_of(callee);
	struct mock_answer a = {.ret = ret};

	if (rule->answers.n == RECORDED_MAX)
		return;
	for (uint32_t reg = 1; p && reg <= HELPER_ARGS_MAX && a.nfills < MOCK_FILLS; reg++) {
		uint32_t type = p->args[reg - 1].type, size = room_at(callee, reg, arg, 4096);

		if (arg_base(type) != ARG_PTR_TO_MEM || !(type & MEM_WRITE) || size == 4096 ||
		    !arg[reg - 1])
			continue;
		a.fills[a.nfills++] = (struct mock_fill){
			reg, size,
			arena_memdup(&m->arena, (void *)(uintptr_t)arg[reg - 1], size)};
	}
	vec_push(&rule->answers, a);
}

static bool is_same(const struct mock_answer *a, const struct mock_answer *b)
{
	if (a->ret != b->ret || a->nfills != b->nfills)
		return false;
	for (uint32_t i = 0; i < a->nfills; i++)
		if (a->fills[i].size != b->fills[i].size ||
		    memcmp(a->fills[i].bytes, b->fills[i].bytes, a->fills[i].size) != 0)
			return false;
	return true;
}

static void print_answer(struct strbuf *b, const struct mock_answer *a)
{
	strbuf_addf(b, "ret=%#llx", (unsigned long long)a->ret);
	for (uint32_t i = 0; i < a->nfills; i++) {
		strbuf_addf(b, " r%u=hex:", a->fills[i].reg);
		for (uint32_t k = 0; k < a->fills[i].size; k++)
			strbuf_addf(b, "%02x", a->fills[i].bytes[k]);
	}
}

/* The same answer at the end goes on by itself. */
void mock_print(const struct mock *m, struct strbuf *b)
{
	vec_each(&m->recorded, rule) {
		size_t n = rule->answers.n;
		char name[64];

		while (n > 1 && is_same(&rule->answers.v[n - 1], &rule->answers.v[n - 2]))
			n--;
		callee_name(rule->callee, name, sizeof(name));
		strbuf_addf(b, "%s%s: ", name, n > 1 ? " seq" : "");
		for (size_t i = 0; i < n; i++) {
			strbuf_add(b, i ? " | " : "");
			print_answer(b, &rule->answers.v[i]);
		}
		strbuf_addch(b, '\n');
	}
}

/* ---- calls ---- */

static bool asks_the_world(const struct mock *m, uint32_t callee)
{
	if (callee >= CALLEE_KFUNC)
		return !real_one(callee);
	return !real_one(callee) || helper_worlds[callee] & ~m->o.given;
}

static void say_call(struct run_ctx *rc, uint32_t callee, const uint64_t *arg, uint64_t ret)
{
	const struct func_proto *p = proto_of(callee);
	struct strbuf b = {0};
	char name[64];

	callee_name(callee, name, sizeof(name));
	strbuf_addf(&b, "%s(", name);
	for (uint32_t i = 0; i < (p ? helper_nargs(p) : MOCK_ARGS); i++)
		strbuf_addf(&b, "%s%#llx", i ? ", " : "", (unsigned long long)arg[i]);
	strbuf_addf(&b, ") = %#llx", (unsigned long long)ret);
	run_say(rc, "%s", strbuf_str(&b));
	strbuf_free(&b);
}

static uint64_t call(struct run_ctx *rc, uint32_t callee, const uint64_t arg[MOCK_ARGS])
{
	struct mock *m = rc->rt->mock;
	helper_fn *real = real_one(callee);
	struct mock_rule *rule = NULL;
	uint64_t ret = 0;
	char name[64];

	vec_each(&m->rules, r)
		if (!rule && fits(r, callee, arg))
			rule = r;
	if (rule && !rule->only_say) {
		ret = answer(rc, rule, arg);
	} else if (!real && !rule) {
		callee_name(callee, name, sizeof(name));
		run_fault(rc, FAULT_CALL, "%s is not available here, and no mock answers this call",
			  name);
	} else if (m->o.strict && !rule && asks_the_world(m, callee)) {
		callee_name(callee, name, sizeof(name));
		run_fault(rc, FAULT_CALL, "%s asks the world and is not mocked", name);
	} else if (real) {
		ret = real(arg[0], arg[1], arg[2], arg[3], arg[4], rc);
	}
	if (rc->fault.kind)
		return 0;
	if (rule && rule->only_say)
		say_call(rc, callee, arg, ret);
	if (m->o.record && (rule || asks_the_world(m, callee)))
		record(rc, callee, arg, ret);
	return ret;
}

/* ---- binding ---- */

static bool is_of_interest(const struct mock *m, uint32_t callee)
{
	vec_each(&m->rules, rule)
		if (rule->callee == callee)
			return true;
	return (m->o.record || m->o.strict) && asks_the_world(m, callee);
}

void mock_bind(struct mock *m, struct prog *prog)
{
	prog->helpers = m->helpers;
	for (uint32_t i = 0; i < prog->nkfuncs; i++) {
		uint32_t callee = CALLEE_KFUNC + prog->kfuncs[i].id;

		if (callee > CALLEE_KFUNC && is_of_interest(m, callee))
			prog->kfuncs[i].func = mocked[callee];
	}
}

int mock_open(const struct mock_options *o, struct diag *d, struct mock **out)
{
	struct mock *m = xcalloc(1, sizeof(*m));
	int err = 0;

	m->o = *o;
	if (o->text.data)
		err = mock_parse(m, arena_strndup(&m->arena, (const char *)o->text.data,
						  o->text.size), d);
	for (uint32_t id = 0; id < HELPER_ID_LIMIT && !err; id++)
		m->helpers[id] = helper_names[id] && is_of_interest(m, id) ? mocked[id]
									   : run_helpers[id];
	if (err) {
		mock_close(m);
		return err;
	}
	*out = m;
	return 0;
}

void mock_close(struct mock *m)
{
	if (!m)
		return;
	vec_each(&m->rules, rule)
		vec_free(&rule->answers);
	vec_each(&m->recorded, rule)
		vec_free(&rule->answers);
	vec_free(&m->rules);
	vec_free(&m->recorded);
	arena_free(&m->arena);
	free(m);
}
