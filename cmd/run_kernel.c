/*
 * --kernel and --call: a library plays the kernel. Programs are attached to its functions as their
 * sections say, in the order of the object, and then its functions are called.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/engine.h"
#include "cmd/run.h"
#include "core/base/clock.h"
#include "core/base/fault.h"
#include "core/btf/print.h"
#include "core/btf/scan.h"
#include "core/obj/prog_type.h"
#include "core/run/regs.h"
#include "core/sys/kernel.h"

int run_open_kernel(struct run *r)
{
	int err;

	if (!r->o->kernel)
		return 0;
	err = run_expect_last(r);
	if (err)
		return err;
	run_ask(r, arena_printf(&r->arena, "loading %s", r->o->kernel));
	err = kernel_open(r->o->kernel, r->d, &r->lib);
	run_ask(r, NULL);
	return err;
}

void run_close_kernel(struct run *r)
{
	if (!r->lib)
		return;
	run_unregister_tables(r);
	vec_each(&r->links, link)
		kernel_detach(r->lib, *link);
	if (r->links.n)
		tramp_wait();
	vec_each(&r->links, link)
		free(*link);
	vec_free(&r->links);
	run_ask(r, arena_printf(&r->arena, "unloading %s", r->o->kernel));
	kernel_close(r->lib);
	r->lib = NULL;
	run_ask(r, NULL);
	fault_last(NULL, NULL);
}

const struct kernel_marks *run_marks(const struct run *r)
{
	return r->lib ? kernel_marks(r->lib) : NULL;
}

void run_bind_kernel(struct run *r)
{
	for (uint32_t i = 0; r->lib && i < r->file.image->nprogs; i++)
		if (r->vm.progs[i])
			kernel_bind(r->lib, r->vm.progs[i]);
}

/* ---- programs ---- */

/* On any thread of the library's. */
static void say_fault(void *arg, const struct run_ctx *rc)
{
	struct run *r = arg;
	struct strbuf text = {0};
	struct loc loc = {0};

	run_fault_text(rc, &text);
	pthread_mutex_lock(&r->saying);
	fail(r->d, &loc, -EFAULT, "%s", strbuf_str(&text));
	r->faulted = true;
	pthread_mutex_unlock(&r->saying);
	strbuf_free(&text);
}

/* Of a section as kprobe/F, kprobe.multi/F* or kprobe.session/F*. */
static int kind_of_probe(const struct prog_def *def)
{
	if (strncmp(def->section, "kprobe/", 7) == 0 ||
	    strncmp(def->section, "kprobe.multi/", 13) == 0)
		return TRAMP_KPROBE;
	if (strncmp(def->section, "kretprobe/", 10) == 0 ||
	    strncmp(def->section, "kretprobe.multi/", 16) == 0)
		return TRAMP_KRETPROBE;
	if (strncmp(def->section, "kprobe.session/", 15) == 0)
		return TRAMP_SESSION;
	return -1;
}

static int kind_of(const struct prog_def *def)
{
	if (!def->attach_to || !def->section)
		return -1;
	if (def->type == PROG_TYPE_KPROBE)
		return kind_of_probe(def);
	if (def->type != PROG_TYPE_TRACING)
		return -1;
	switch (def->attach_type) {
	case ATTACH_TYPE_TRACE_FENTRY:
		return TRAMP_FENTRY;
	case ATTACH_TYPE_MODIFY_RETURN:
		return TRAMP_MODIFY;
	case ATTACH_TYPE_TRACE_FEXIT:
		return TRAMP_FEXIT;
	default:
		return -1;
	}
}

/* Of a program that is accepted its facts are its own: compiled code relies on them. */
int run_prepare_native(struct run *r, uint32_t i)
{
	const struct prog_def *def = &r->file.image->progs[i];
	struct prog *prog = r->vm.progs[i];
	bool safe = true;
	int err;

	if (!prog)
		return vm_select(&r->vm, def->name, r->d);
	err = run_verify_member(r, def, &safe);
	if (err)
		return err;
	if (!safe)
		return fail(r->d, NULL, -EPERM, "program %s falls into a hole of Linux: it does "
						"not run on a library's functions",
			    def->name);
	return vm_select(&r->vm, def->name, r->d);
}

/* kprobe/F+0x0 is at the entry of F, and nothing else can be changed while it runs. */
static int check_offset(struct run *r, const char *func, const char **name)
{
	const char *plus = strchr(func, '+');
	char *end = NULL;

	*name = plus ? arena_strndup(&r->arena, func, (size_t)(plus - func)) : func;
	if (!plus || (strtoull(plus + 1, &end, 0) == 0 && end > plus + 1 && !*end))
		return 0;
	return fail(r->d, NULL, -EINVAL,
		    "function %s: there is no probe at %s, only at the entry of a function", *name,
		    plus);
}

static struct tramp_link *make_link(struct run *r, uint32_t i, enum tramp_kind kind)
{
	struct tramp_link *link = xcalloc(1, sizeof(*link));

	link->prog = r->vm.progs[i];
	link->kind = kind;
	vec_push(&r->links, link);
	return link;
}

static int attach_to(struct run *r, uint32_t i, enum tramp_kind kind, const char *func)
{
	struct tramp_link *link;
	int err = check_offset(r, func, &func);

	if (err)
		return err;
	link = make_link(r, i, kind);
	err = kernel_attach(r->lib, func, link, r->d);
	if (!err && kind == TRAMP_SESSION) {
		struct tramp_link *end = make_link(r, i, TRAMP_SESSION_END);

		end->entry = link;
		err = kernel_attach(r->lib, func, end, r->d);
	}
	return err;
}

static int attach(struct run *r, uint32_t i, enum tramp_kind kind)
{
	const struct prog_def *def = &r->file.image->progs[i];
	const struct kernel_func *f = NULL;
	int err = run_prepare_native(r, i);

	if (err || (def->attach_type != ATTACH_TYPE_TRACE_KPROBE_MULTI && kind != TRAMP_SESSION))
		return err ? err : attach_to(r, i, kind, def->attach_to);
	f = kernel_match(r->lib, def->attach_to, NULL);
	if (!f)
		return fail(r->d, NULL, -ENOENT, "no function is one of %s", def->attach_to);
	for (; f && !err; f = kernel_match(r->lib, def->attach_to, f))
		err = attach_to(r, i, kind, f->name);
	return err;
}

static const char *why_not(const struct prog_def *def)
{
	if (def->type == PROG_TYPE_TRACING && def->attach_type == ATTACH_TYPE_TRACE_ITER)
		return "nothing can be iterated over here";
	return "its section is not of fentry, fexit, fmod_ret, kprobe or kretprobe";
}

static int attach_all(struct run *r)
{
	bool found = !r->o->prog;
	int err = 0;

	for (uint32_t i = 0; i < r->file.image->nprogs && !err; i++) {
		const struct prog_def *def = &r->file.image->progs[i];
		int kind = kind_of(def);

		if (!def->autoload || (r->o->prog && strcmp(r->o->prog, def->name) != 0))
			continue;
		found = true;
		if (kind >= 0)
			err = attach(r, i, (enum tramp_kind)kind);
		else if (!def->ops)
			warn(r->d, NULL, "program %s is attached to nothing: %s", def->name,
			     why_not(def));
	}
	if (!found)
		return fail(r->d, NULL, -ESRCH, "no program %s in %s", r->o->prog, r->o->path);
	return err;
}

/* ---- calls ---- */

/* Memory that arguments point to: it is there until the end. */
struct memory {
	struct run *r;
	VEC(struct bytes) pieces;
};

static void *memory_alloc(void *arg, uint32_t type, uint64_t n, uint64_t *addr)
{
	struct memory *m = arg;
	int64_t size = type ? btf_size(kernel_btf(m->r->lib), type) : 1;
	void *p;

	if (size <= 0)
		return NULL;
	p = arena_array(&m->r->arena, uint64_t, (uint64_t)size * n / sizeof(uint64_t) + 1);
	vec_push(&m->pieces, ((struct bytes){p, (uint64_t)size * n}));
	*addr = (uintptr_t)p;
	return p;
}

static void *memory_find(void *arg, uint64_t addr, uint64_t size)
{
	struct memory *m = arg;

	vec_each(&m->pieces, p) {
		uint64_t off = addr - (uintptr_t)p->data;

		if (off < p->size && size <= p->size - off)
			return (void *)(uintptr_t)addr;
	}
	return NULL;
}

static uint64_t memory_follow(void *arg __unused, uint64_t addr)
{
	return addr;
}

static void memory_null(void *arg __unused, void *pointer __unused)
{
}

/* A call of the command line, ready to be made. */
struct call {
	const char *text;
	const struct kernel_func *func;
	const struct btf_type *proto;
	struct func_model model;
	uint64_t regs[FUNC_REGS_MAX], stack[FUNC_SLOTS_MAX];
	const char *at; /* what is still to be read */
};

static struct loc place_of(const struct call *c)
{
	uint32_t col = (uint32_t)(c->at - c->text) + 1;

	return (struct loc){.file = "--call", .line = 1, .col = col, .text = c->text};
}

static int bad_call(struct run *r, const struct call *c, const char *what)
{
	struct loc loc = place_of(c);

	return fail(r->d, &loc, -EINVAL, "%s", what);
}

static void skip_space(struct call *c)
{
	c->at += strspn(c->at, " \t");
}

static bool take(struct call *c, char ch)
{
	skip_space(c);
	if (*c->at != ch)
		return false;
	c->at++;
	return true;
}

static int find_function(struct run *r, struct call *c)
{
	size_t len = strcspn(c->at, "( \t");
	const char *name = arena_strndup(&r->arena, c->at, len);
	const struct btf *btf = kernel_btf(r->lib);
	uint32_t proto;

	c->func = kernel_func(r->lib, name);
	if (!c->func || !c->func->btf_id)
		return bad_call(r, c, c->func ? "the library does not say what its arguments are"
					      : "the library has no such function");
	proto = btf_func_proto(btf, c->func->btf_id);
	c->proto = btf_type(btf, proto);
	if (!proto || func_model(func_abi_here, btf, proto, &c->model))
		return bad_call(r, c, "a function with such arguments cannot be called");
	c->at += len;
	return 0;
}

static int read_arg(struct run *r, struct call *c, const struct scan_memory *memory, uint32_t i)
{
	const struct btf *btf = kernel_btf(r->lib);
	const struct func_arg *arg = &c->model.arg[i];
	uint64_t *to = arg->on_stack ? c->stack : c->regs;
	union {
		uint64_t words[2];
		int64_t number;
	} value = {0};
	struct loc loc;
	int err;

	skip_space(c);
	loc = place_of(c);
	err = btf_scan_init(btf, btf_params(c->proto)[i].type, &c->at, &loc, memory, r->d, &value,
			    arg->size);
	if (err)
		return err;
	if (arg->is_signed && arg->size < sizeof(value.number))
		value.number = (int64_t)(value.words[0] << (64 - arg->size * 8)) >>
			       (64 - arg->size * 8);
	memcpy(to + arg->where, value.words, arg->nslots * sizeof(uint64_t));
	return 0;
}

static int read_call(struct run *r, struct call *c)
{
	struct memory m = {.r = r};
	struct scan_memory memory = {memory_alloc, memory_find, memory_follow, memory_null, &m};
	int err = find_function(r, c);

	if (!err && !take(c, '('))
		err = bad_call(r, c, "expected (");
	for (uint32_t i = 0; i < c->model.nargs && !err; i++) {
		if (i && !take(c, ','))
			err = bad_call(r, c, "expected , and another argument");
		else
			err = read_arg(r, c, &memory, i);
	}
	if (!err && !take(c, ')'))
		err = bad_call(r, c, "expected ) behind the last argument");
	skip_space(c);
	if (!err && *c->at)
		err = bad_call(r, c, "there is more behind the call");
	vec_free(&m.pieces);
	return err;
}

static void say_call(struct run *r, const struct call *c, uint64_t answer)
{
	struct strbuf b = {0};

	btf_print_value(&b, kernel_btf(r->lib), c->proto->type, &answer, c->model.ret_size);
	pthread_mutex_lock(&r->saying);
	out_open(&r->out, NULL, OUT_OBJECT);
	out_field(&r->out, "call", c->text);
	out_text(&r->out, "%s%s%s\n", c->text, c->model.ret_size ? ": " : "", strbuf_str(&b));
	if (c->model.ret_size)
		out_field(&r->out, "result", (const char *)strbuf_str(&b));
	sinks_field(r);
	out_close(&r->out);
	pthread_mutex_unlock(&r->saying);
	strbuf_free(&b);
}

/* What is in the upper part of the register is no part of a small result. */
static uint64_t result_of(const struct func_model *m, uint64_t answer)
{
	uint32_t unused = m->ret_size ? 64 - min(m->ret_size, (uint8_t)8) * 8 : 0;

	if (m->ret_signed)
		return (uint64_t)((int64_t)(answer << unused) >> unused);
	return answer << unused >> unused;
}

static uint64_t make_call(struct run *r, const struct call *c)
{
	uint64_t start = clock_ns(), answer = 0;

	run_ask(r, c->text);
	for (uint64_t i = 0; i < r->o->repeat; i++) {
		answer = kernel_call(c->func->addr, c->regs, c->stack);
		r->made = i;
	}
	run_ask(r, NULL);
	r->ns += clock_ns() - start;
	r->runs += r->o->repeat;
	return result_of(&c->model, answer);
}

/* The next program of the object that is attached; *i is where to look from. */
static const struct prog *next_attached(const struct run *r, uint32_t *i)
{
	while (*i < r->file.image->nprogs) {
		const struct prog *prog = r->vm.progs[(*i)++];

		if (prog && prog->counts.guard)
			return prog;
	}
	return NULL;
}

/* With -v: how often programs ran, and how long. */
static void say_counts(struct run *r)
{
	const struct prog *prog;
	uint32_t i = 0;

	out_open(&r->out, "programs", OUT_LIST);
	while ((prog = next_attached(r, &i))) {
		uint64_t runs = prog->counts.runs, mean = runs ? prog->counts.ns / runs : 0;

		out_text(&r->out, "program %s: %llu runs, %llu ns each\n", prog->name,
			 (unsigned long long)runs, (unsigned long long)mean);
		out_open(&r->out, NULL, OUT_OBJECT);
		out_field(&r->out, "name", (const char *)prog->name);
		out_field(&r->out, "runs", runs);
		out_field(&r->out, "ns_per_run", mean);
		out_field(&r->out, "misses", prog->counts.misses);
		out_close(&r->out);
	}
	out_close(&r->out);
}

static void say_misses(struct run *r)
{
	const struct prog *prog;
	uint32_t i = 0;

	while ((prog = next_attached(r, &i)))
		if (prog->counts.misses)
			note(r->d, NULL, "program %s was left out %llu times, since it ran already",
			     prog->name, (unsigned long long)prog->counts.misses);
}

static int make_calls(struct run *r)
{
	struct call *calls = arena_array(&r->arena, struct call, r->o->calls.n);
	int err = 0;

	for (size_t i = 0; i < r->o->calls.n && !err; i++) {
		calls[i].text = calls[i].at = r->o->calls.v[i];
		err = read_call(r, &calls[i]);
	}
	if (err)
		return err;
	btf_read(&r->kernel); /* while files can be read */
	run_enter_sandbox(r);
	out_open(&r->out, "calls", OUT_LIST);
	for (size_t i = 0; i < r->o->calls.n; i++) {
		out_expect_last(&r->out);
		r->retval = make_call(r, &calls[i]);
		r->number = i + 1;
		say_call(r, &calls[i], r->retval);
		run_count(r, r->retval, 1);
		run_expect_input(r, NULL);
	}
	out_close(&r->out);
	if (r->o->repeat > 1)
		run_say_times(r);
	if (r->o->common.verbose)
		say_counts(r);
	say_misses(r);
	if (r->o->dump_maps)
		run_say_maps(r);
	return r->faulted ? -EFAULT : 0;
}

int run_calls(struct run *r)
{
	const struct engine *engine = engine_of_choice(r->o->repeat);
	struct tramp_home home = {.rt = &r->vm.rt, .fault = say_fault, .arg = r};
	int err;

	if (r->o->ctxs.n || r->o->coverage || r->o->profile)
		return fail(r->d, NULL, -ESRCH,
			    "--call makes the inputs, and machine code counts nothing: no --ctx, "
			    "--coverage or --profile");
	err = run_expect_only(r, EXPECT_RETVAL, "of a call of a function only retval is known");
	if (err)
		return err;
	if (r->o->engine)
		engine = r->o->engine->engine;
	if (!engine || (r->o->engine && !r->o->engine->makes_code))
		return fail(r->d, NULL, -ENOTSUPP, "only machine code is attached to functions");
	vm_trust(&r->vm, engine);
	run_bind_kernel(r);
	home.engine = engine;
	home.stats = r->o->common.verbose > 0;
	r->vm.rt.arch = regs_arch_here();
	tramp_home(&home);
	err = attach_all(r);
	if (!err)
		err = run_register_tables(r);
	if (!err)
		err = run_tell(r);
	return err ? err : make_calls(r);
}
