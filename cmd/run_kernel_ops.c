/*
 * Structs of functions that a library lets programs fill (EBPF_STRUCT_OPS): each function of an
 * object's table becomes one that the library can call, a trampoline without a body.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run.h"
#include "core/load/load.h"
#include "core/prove.h"
#include "core/sys/kernel.h"

struct run_table {
	const struct ops_def *def;
	uint32_t id; /* the struct in the library's types */
	uint8_t *value;
	bool taken;
	VEC(struct tramp *) tramps;
	VEC(struct tramp_link *) links;
};

static const struct kernel_func *function_of(struct run *r, const struct run_table *t,
					     const char *what)
{
	return kernel_func(r->lib, arena_printf(&r->arena, "%s_%s", t->def->ops, what));
}

static uint64_t call_with(struct run *r, const struct kernel_func *f, const struct run_table *t)
{
	uint64_t regs[FUNC_REGS_MAX] = {(uintptr_t)t->value}, stack[FUNC_SLOTS_MAX] = {0}, answer;

	run_ask(r, arena_printf(&r->arena, "%s(&%s)", f->name, t->def->name));
	answer = kernel_call(f->addr, regs, stack);
	run_ask(r, NULL);
	return answer;
}

static int find_program(const struct run *r, const char *name, uint32_t *out)
{
	for (uint32_t i = 0; i < r->file.image->nprogs; i++)
		if (strcmp(r->file.image->progs[i].name, name) == 0) {
			*out = i;
			return 0;
		}
	return -ENOENT;
}

/* A function with the member's prototype, which runs the program. */
static int make_function(struct run *r, struct run_table *t, const struct btf_member *m,
			 struct prog *prog)
{
	const struct btf *btf = kernel_btf(r->lib);
	const struct btf_type *pointer = btf_type(btf, btf_resolve(btf, m->type));
	struct func_model model;
	struct tramp_target to = {.model = &model};
	struct tramp_link *link;
	const void *entry;
	struct tramp *tramp;
	int err = func_model(func_abi_here, btf, btf_resolve(btf, pointer->type), &model);

	if (err)
		return fail(r->d, NULL, err, "%s: %s has arguments that no program can be shown",
			    t->def->name, btf_str(btf, m->name_off));
	err = tramp_new(&to, r->d, &tramp);
	if (err)
		return err;
	vec_push(&t->tramps, tramp);
	link = xcalloc(1, sizeof(*link));
	link->prog = prog;
	link->kind = TRAMP_FENTRY;
	vec_push(&t->links, link);
	err = tramp_attach(tramp, link);
	if (err)
		return fail(r->d, NULL, err, "%s: %s", t->def->name, strerror(-err));
	entry = tramp_entry(tramp);
	memcpy(t->value + btf_member_bit(btf_type(btf, t->id), m) / 8, &entry, sizeof(entry));
	return 0;
}

static int fill_slot(struct run *r, struct run_table *t, const struct ops_slot *slot)
{
	const struct btf *btf = kernel_btf(r->lib);
	const struct btf_type *type = btf_type(btf, t->id);
	uint32_t member = prove_find_member(btf, t->id, slot->member), i = 0;
	int err = find_program(r, slot->prog, &i);

	/* The verifier asks whether there is such a member. */
	if (!err)
		err = run_prepare_native(r, i);
	if (err || member >= btf_vlen(type))
		return err ? err : -EINVAL;
	return make_function(r, t, &btf_members(type)[member], r->vm.progs[i]);
}

static int fill(struct run *r, struct run_table *t)
{
	const struct btf *btf = kernel_btf(r->lib);
	int err;

	t->value = aligned_alloc(64, round_up(btf_type(btf, t->id)->size + 1, 64));
	if (!t->value)
		return fail(r->d, NULL, -ENOMEM, "%s: out of memory", t->def->name);
	memset(t->value, 0, btf_type(btf, t->id)->size);
	err = load_ops_data(r->file.image, t->def, btf, t->id, t->value, r->d);
	for (uint32_t i = 0; i < t->def->nslots && !err; i++)
		err = fill_slot(r, t, &t->def->slots[i]);
	return err;
}

static int register_table(struct run *r, const struct ops_def *def)
{
	struct run_table *t = arena_new(&r->arena, struct run_table);
	const struct kernel_func *reg;
	int err;

	vec_push(&r->tables, t);
	t->def = def;
	t->id = btf_find(kernel_btf(r->lib), def->ops, BTF_KIND_STRUCT);
	reg = function_of(r, t, "reg");
	if (!t->id || !reg || !kernel_mark(kernel_marks(r->lib), EBPF_MARK_STRUCT_OPS, def->ops))
		return fail(r->d, NULL, -EINVAL,
			    "%s: the library has no struct %s that programs may fill", def->name,
			    def->ops);
	err = fill(r, t);
	if (err)
		return err;
	err = (int)call_with(r, reg, t);
	t->taken = err >= 0;
	if (!t->taken)
		warn(r->d, NULL, "%s: the library does not take it: %s", def->name,
		     strerror(-max(err, -MAX_ERRNO)));
	return 0;
}

int run_register_tables(struct run *r)
{
	bool taken = false;
	int err = 0;

	for (uint32_t i = 0; i < r->file.image->nops && !err; i++)
		if (r->file.image->ops[i].autocreate)
			err = register_table(r, &r->file.image->ops[i]);
	vec_each(&r->tables, t)
		taken |= (*t)->taken;
	if (!err && r->tables.n && !taken)
		err = fail(r->d, NULL, -EINVAL, "the library takes none of the object's tables");
	return err;
}

static void end_table(struct run *r, struct run_table *t)
{
	const struct kernel_func *unreg = t->taken ? function_of(r, t, "unreg") : NULL;

	if (unreg)
		call_with(r, unreg, t);
	vec_each(&t->links, link) {
		if ((*link)->on)
			tramp_detach(*link);
	}
	tramp_wait();
	vec_each(&t->links, link)
		free(*link);
	vec_each(&t->tramps, tramp)
		tramp_free(*tramp);
	vec_free(&t->links);
	vec_free(&t->tramps);
	free(t->value);
}

void run_unregister_tables(struct run *r)
{
	vec_each(&r->tables, t)
		end_table(r, *t);
	vec_free(&r->tables);
}
