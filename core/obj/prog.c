#include "core/obj/prog.h"
#include "core/obj/runctx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where slot `at` of def comes from, for messages. */
static struct loc slot_loc(const struct line_def *lines, uint32_t n, uint32_t at, const char *file)
{
	const struct line_def *line = NULL;

	for (uint32_t i = 0; i < n && lines[i].insn <= at; i++)
		line = &lines[i];
	if (!line)
		return (struct loc){.file = file};
	return (struct loc){
		.file = line->file, .line = line->line, .col = line->col, .text = line->text};
}

/* What is wrong with the target of the jump or call at a slot, or NULL. */
static const char *check_target(const struct prog *prog, uint32_t at, uint32_t limit)
{
	int64_t to = insn_target(&prog->insns[at], at);

	if (to < 0 || to > limit)
		return "goes out of the program";
	if (to > 0 && (insn_descs[prog->ops[to - 1]].flags & INSN_WIDE))
		return "goes into the middle of a 64-bit immediate";
	return NULL;
}

static const char *check_operands(const struct prog *prog, uint32_t at, uint32_t limit)
{
	uint16_t op = prog->ops[at];
	int64_t imm = prog->insns[at].imm;

	if (insn_has_target(op))
		return check_target(prog, at, limit);
	if ((op == OP_LD_IMM64_MAP_IDX || op == OP_LD_IMM64_MAP_IDX_VALUE) &&
	    (uint32_t)imm >= prog->nmaps)
		return "names a map that there is not";
	if (op == OP_LD_IMM64_FUNC && (at + 1 + imm < 0 || at + 1 + imm >= prog->ninsns))
		return "names a function out of the program";
	return NULL;
}

/* Fills ops[from..]; limit is the last slot that a jump may name. */
static int check_insns(struct prog *prog, uint32_t from, uint32_t limit, const char *file,
		       struct diag *d)
{
	uint32_t n = prog->ninsns, i;
	const char *why = NULL;
	struct loc loc;

	for (i = from; i < n && !why; i += insn_slots(&prog->insns[i])) {
		why = insn_check_form(prog->insns, i, n);
		prog->ops[i] = insn_decode(&prog->insns[i]);
		prog->has_odd |= insn_check(prog->insns, i, n) != NULL;
		if (why)
			break;
	}
	for (i = why ? i : from; i < n && !why; i++) {
		why = check_operands(prog, i, limit);
		if (why)
			break;
	}
	if (!why)
		return 0;
	loc = slot_loc(prog->lines, prog->nlines, i, file);
	return fail(d, &loc, -EINVAL, "insn %u: %s", i, why);
}

static int by_slot(const void *a, const void *b)
{
	const struct subprog *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Functions begin at slot 0, where def says, and wherever a call or function pointer goes. */
static void set_subprogs(struct prog *prog, const struct prog_def *def)
{
	uint8_t *starts = arena_alloc(&prog->arena, prog->ninsns + 1);
	uint32_t n = 0;

	starts[0] = 1;
	for (uint32_t i = 0; i < prog->ninsns; i++)
		if (prog->ops[i] == OP_CALL_LOCAL || prog->ops[i] == OP_LD_IMM64_FUNC)
			starts[(int64_t)i + 1 + prog->insns[i].imm] = 1;
	for (uint32_t i = 0; i < def->nsubs; i++)
		if (def->subs[i].start < prog->ninsns)
			starts[def->subs[i].start] = 1;
	for (uint32_t i = 0; i < prog->ninsns; i++)
		prog->nsubs += starts[i];
	prog->subs = arena_array(&prog->arena, struct subprog, prog->nsubs + 1);
	for (uint32_t i = 0; i < prog->ninsns; i++)
		if (starts[i])
			prog->subs[n++].start = i;
	for (uint32_t i = 0; i < n; i++)
		prog->subs[i].end = i + 1 < n ? prog->subs[i + 1].start : prog->ninsns;
	for (uint32_t i = 0; i < def->nsubs; i++) {
		struct subprog *sub = prog_subprog_at(prog, def->subs[i].start);

		if (sub && def->subs[i].name)
			sub->name = arena_strdup(&prog->arena, def->subs[i].name);
	}
}

static void copy_lines(struct prog *prog, const struct prog_def *def)
{
	struct line_def *lines = arena_memdup(&prog->arena, def->lines,
					      def->nlines * sizeof(*def->lines));

	for (uint32_t i = 0; i < def->nlines; i++) {
		lines[i].file = lines[i].file ? arena_strdup(&prog->arena, lines[i].file) : NULL;
		lines[i].text = lines[i].text ? arena_strdup(&prog->arena, lines[i].text) : NULL;
	}
	prog->lines = lines;
	prog->nlines = def->nlines;
}

/* Calls of kernel functions, with the names that are known of them. */
static void set_kfuncs(struct prog *prog, const struct prog_def *def)
{
	prog->kfuncs = NULL;
	prog->nkfuncs = 0;
	for (uint32_t i = 0; i < prog->ninsns; i++)
		prog->nkfuncs += prog->ops[i] == OP_CALL_KFUNC;
	if (!prog->nkfuncs)
		return;
	prog->kfuncs = arena_array(&prog->arena, struct kfunc_call, prog->nkfuncs);
	prog->nkfuncs = 0;
	for (uint32_t i = 0; i < prog->ninsns; i++)
		if (prog->ops[i] == OP_CALL_KFUNC)
			prog->kfuncs[prog->nkfuncs++] = (struct kfunc_call){.insn = i, .name = ""};
	for (uint32_t i = 0; i < def->nexterns; i++) {
		const struct extern_def *e = &def->externs[i];
		struct kfunc_call *call = (struct kfunc_call *)prog_kfunc_at(prog, e->insn);

		if (call)
			call->name = arena_strdup(&prog->arena, e->name);
	}
}

static void set_poisons(struct prog *prog, const struct prog_def *def)
{
	struct arena *a = &prog->arena;
	struct poison_def *copy = arena_memdup(a, def->poisons, def->npoisons * sizeof(*copy));

	for (uint32_t i = 0; i < def->npoisons; i++)
		copy[i].reason = arena_strdup(a, copy[i].reason);
	prog->poisons = copy;
	prog->npoisons = def->npoisons;
}

int prog_new(const struct prog_def *def, struct map *const *maps, uint32_t nmaps, const char *file,
	     struct diag *d, struct prog **out)
{
	struct prog *prog = xcalloc(1, sizeof(*prog));
	struct arena *a = &prog->arena;
	int err;

	prog->name = arena_strdup(a, def->name ? def->name : "");
	prog->type = def->type;
	prog->attach_type = def->attach_type;
	prog->ninsns = def->ninsns;
	prog->insns = arena_memdup(a, def->insns, def->ninsns * sizeof(*def->insns));
	prog->ops = arena_array(a, uint16_t, def->ninsns + 1);
	prog->maps = arena_memdup(a, maps, nmaps * sizeof(struct map *));
	prog->nmaps = nmaps;
	copy_lines(prog, def);
	err = check_insns(prog, 0, prog->ninsns ? prog->ninsns - 1 : 0, file, d);
	if (err) {
		prog_free(prog);
		return err;
	}
	set_subprogs(prog, def);
	set_kfuncs(prog, def);
	set_poisons(prog, def);
	prog->exception_cb = def->exception_cb;
	*out = prog;
	return 0;
}

int prog_append(struct prog *prog, const struct bpf_insn *insns, uint32_t n, struct diag *d)
{
	struct prog old = *prog;
	struct prog_def none = {0};
	int err;

	prog->ninsns += n;
	prog->insns = arena_array(&prog->arena, struct bpf_insn, prog->ninsns);
	prog->ops = arena_array(&prog->arena, uint16_t, prog->ninsns + 1);
	memcpy(prog->insns, old.insns, old.ninsns * sizeof(*insns));
	memcpy(prog->insns + old.ninsns, insns, n * sizeof(*insns));
	memcpy(prog->ops, old.ops, old.ninsns * sizeof(*old.ops));
	err = check_insns(prog, old.ninsns, prog->ninsns, NULL, d);
	if (err) {
		old.arena = prog->arena;
		*prog = old;
		return err;
	}
	prog->nsubs = 0;
	set_subprogs(prog, &none);
	set_kfuncs(prog, &none);
	return 0;
}

void prog_drop_code(struct prog *prog)
{
	if (prog->free_code)
		prog->free_code(prog);
	prog->free_code = NULL;
	prog->code = NULL;
	prog->engine = NULL;
}

void prog_free(struct prog *prog)
{
	struct arena a;

	if (!prog)
		return;
	prog_drop_code(prog);
	a = prog->arena;
	arena_free(&a);
	free(prog);
}

struct subprog *prog_subprog_at(const struct prog *prog, uint32_t slot)
{
	struct subprog key = {.start = slot};

	return bsearch(&key, prog->subs, prog->nsubs, sizeof(key), by_slot);
}

static int by_call(const void *a, const void *b)
{
	const struct kfunc_call *x = a, *y = b;

	return x->insn < y->insn ? -1 : x->insn > y->insn;
}

const char *prog_poison(const struct prog *prog, uint32_t slot)
{
	for (uint32_t i = 0; i < prog->npoisons; i++)
		if (prog->poisons[i].insn == slot)
			return prog->poisons[i].reason;
	return NULL;
}

const struct kfunc_call *prog_kfunc_at(const struct prog *prog, uint32_t slot)
{
	struct kfunc_call key = {.insn = slot};

	return bsearch(&key, prog->kfuncs, prog->nkfuncs, sizeof(key), by_call);
}

void prog_count(struct prog *prog)
{
	if (!prog->insn_counts)
		prog->insn_counts = arena_array(&prog->arena, struct insn_count, prog->ninsns + 1);
}

/* Whoever is at the slot may not come to the next one, or come there twice. */
static bool ends_block(const struct prog *prog, uint32_t slot)
{
	return insn_descs[prog->ops[slot]].flags &
	       (INSN_JUMP | INSN_CALLS | INSN_EXITS | INSN_LEGACY | INSN_INTERNAL);
}

void prog_count_blocks(struct prog *prog)
{
	uint8_t *blocks = arena_alloc(&prog->arena, prog->ninsns + 1);

	prog_count(prog);
	blocks[prog->ninsns] = 1;
	for (uint32_t i = 0; i < prog->nsubs; i++)
		blocks[prog->subs[i].start] = 1;
	for (uint32_t i = 0; i < prog->ninsns; i += insn_slots(&prog->insns[i])) {
		if (insn_has_target(prog->ops[i]))
			blocks[insn_target(&prog->insns[i], i)] = 1;
		if (ends_block(prog, i))
			blocks[i + 1] = 1;
	}
	prog->blocks = blocks;
}

struct insn_count prog_counted(const struct prog *prog, uint32_t slot)
{
	struct insn_count n = {0};
	uint32_t first = slot;

	if (!prog->insn_counts)
		return n;
	n = prog->insn_counts[slot];
	if (!prog->blocks || prog->ops[slot] == OP_BAD)
		return n;
	while (!prog->blocks[first])
		first--;
	n.runs = prog->insn_counts[first].runs;
	return n;
}

const struct line_def *line_find(const struct line_def *lines, uint32_t n, uint32_t slot)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (lines[mid].insn <= slot)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? &lines[lo - 1] : NULL;
}

const struct line_def *prog_line(const struct prog *prog, uint32_t slot)
{
	return line_find(prog->lines, prog->nlines, slot);
}

void run_fault(struct run_ctx *rc, enum fault_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (rc->fault.kind)
		return;
	rc->fault.kind = kind;
	rc->fault.placed = false;
	va_start(ap, fmt);
	vsnprintf(rc->fault.text, sizeof(rc->fault.text), fmt, ap);
	va_end(ap);
}

/* ---- detours ---- */

static void set_entry(struct prog *prog, uint32_t func)
{
	struct subprog *sub = &prog->subs[func];
	const struct detour *to = subprog_detour(sub);
	const void *entry = to && sub->code ? to->code : sub->code;

	__atomic_store_n(&sub->entry, entry, __ATOMIC_RELEASE);
	if (func == 0)
		__atomic_store_n(&prog->entry, entry, __ATOMIC_RELEASE);
}

void prog_set_code(struct prog *prog, uint32_t func, const void *code)
{
	prog->subs[func].code = code;
	set_entry(prog, func);
}

/* Nobody calls a program itself but through its entry: it needs no other code. */
static int open_calls(struct prog *prog, uint32_t func, struct diag *d)
{
	if (func == 0 || prog->is_open)
		return 0;
	prog->is_open = true;
	return prog->engine && prog->engine->thunk ? prog->engine->prepare(prog, d) : 0;
}

int prog_detour(struct prog *prog, uint32_t func, struct detour *to, struct diag *d)
{
	bool compiles = prog->engine && prog->engine->thunk;
	int err = to ? open_calls(prog, func, d) : 0;

	if (!err && to && compiles && !to->code)
		err = prog->engine->thunk(to, d);
	if (err)
		return err;
	__atomic_store_n(&prog->subs[func].detour, to, __ATOMIC_RELEASE);
	set_entry(prog, func);
	return 0;
}

void detour_end(struct detour *to)
{
	if (to->made)
		to->free_code(to);
	to->made = NULL;
	to->code = NULL;
}

bool license_is_gpl(const char *license)
{
	static const char *const names[] = {
		"GPL",		"GPL v2",	"GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(license, names[i]) == 0)
			return true;
	return false;
}
