/* Statements that call helpers and kernel functions, and what must be done around such calls. */
#include "tests/verify/valid.h"

#include "core/btf/btf.h"
#include "core/helper/proto.h"

#include <string.h>

/* ---- pieces ---- */

static void helper(struct valid *g, int32_t id, struct shadow_reg result)
{
	emit(g->t, INSN_CALL(id));
	valid_called(g, result);
}

void valid_call_kfunc(struct valid *g, const char *name, struct shadow_reg result)
{
	uint32_t id = btf_find(g->f->judges->btf, name, BTF_KIND_FUNC);

	emit(g->t, insn_make(OP_CALL_KFUNC, 0, 0, 0, (int32_t)id));
	valid_called(g, result);
}

void valid_address(struct valid *g, uint8_t dst, int off)
{
	emit(g->t, INSN_MOV64_X(dst, REG_FP));
	emit(g->t, INSN_ADD64_K(dst, off));
	valid_set(g, dst, shadow_of(K_STACK, off, 0));
}

/* dst = src + off */
static void part(struct valid *g, uint8_t dst, uint8_t src, int off)
{
	emit(g->t, INSN_MOV64_X(dst, src));
	if (off)
		emit(g->t, INSN_ADD64_K(dst, off));
	valid_set(g, dst, shadow_of(K_OTHER, 0, 0));
}

uint8_t valid_save_result(struct valid *g)
{
	for (uint8_t i = 6; i <= 9; i++) {
		if (g->kept_regs & 1u << i || g->s.r[i].kind > K_NUMBER)
			continue;
		emit(g->t, INSN_MOV64_X(i, 0));
		valid_set(g, i, g->s.r[0]);
		g->kept_regs |= 1u << i;
		return i;
	}
	return 0;
}

void valid_drop_saved(struct valid *g, uint8_t saved)
{
	g->kept_regs &= ~(1u << saved);
	g->s.r[saved] = shadow_of(K_NONE, 0, 0);
}

void valid_held_block(struct valid *g, uint32_t statements)
{
	g->held++;
	valid_block(g, statements);
	g->held--;
}

int valid_keep_slots(struct valid *g, uint32_t size)
{
	int off = valid_buffer(g, size, false);

	for (uint32_t i = 0; i < size / 8; i++) {
		uint32_t slot = (uint32_t)(-off / 8 - 1) - i;

		g->s.slot[slot] = shadow_of(K_OTHER, 0, 0);
		g->kept_slots |= 1ull << slot;
	}
	return off;
}

void valid_drop_slots(struct valid *g, int off, uint32_t size)
{
	for (uint32_t i = 0; i < size / 8; i++) {
		uint32_t slot = (uint32_t)(-off / 8 - 1) - i;

		g->s.slot[slot] = shadow_of(K_NONE, 0, 0);
		g->kept_slots &= ~(1ull << slot);
	}
}

/* r0 = bpf_map_lookup_elem(&map, &key), and no test yet */
static void look_up(struct valid *g, const struct map_def *def, int32_t key)
{
	int off = valid_buffer(g, def->key_size, true);

	if (key >= 0 && def->key_size == 4)
		emit(g->t, INSN_ST_W(REG_FP, (int16_t)off, key));
	emit_map(g->t, 1, def->name);
	valid_address(g, 2, off);
	helper(g, HELPER_map_lookup_elem, shadow_of(K_OTHER, 0, 0));
}

static const struct map_def *named(const struct valid *g, const char *name)
{
	const struct image *image = g->t->world->image;

	for (uint32_t i = 0; i < image->nmaps; i++)
		if (strcmp(image->maps[i].name, name) == 0)
			return &image->maps[i];
	return &image->maps[0];
}

/* ---- maps ---- */

/* Values with locks and timers are not for every type; a few programs try nevertheless. */
static bool may_use(struct valid *g, const char *map)
{
	bool special = strcmp(map, "locks") == 0 || strcmp(map, "timers") == 0;

	switch (g->t->type) {
	case PROG_TYPE_SOCKET_FILTER:
	case PROG_TYPE_KPROBE:
	case PROG_TYPE_TRACEPOINT:
	case PROG_TYPE_PERF_EVENT:
	case PROG_TYPE_RAW_TRACEPOINT:
	case PROG_TYPE_RAW_TRACEPOINT_WRITABLE:
		return !special || one_in(g->f, 30);
	}
	return true;
}

void valid_lookup(struct valid *g)
{
	static const char *const maps[] = {"array",	  "hash",     "wide",	  "lru",
					   "percpu",	  "trie",     "locks",	  "timers",
					   "percpu_hash", "readonly", "writeonly"};
	const struct map_def *def = named(g, maps[below(g->f, ARRAY_SIZE(maps))]);

	if (!valid_may_call(g) || !may_use(g, def->name))
		return;
	look_up(g, def, one_in(g->f, 2) ? (int32_t)below(g->f, 6) : -1);
	valid_unless_null(g, shadow_of(K_MEM, 0, (int)def->value_size), 1 + below(g->f, 5));
}

/* A map that is found in another. */
static void valid_inner(struct valid *g)
{
	const struct map_def *def = named(g, one_in(g->f, 2) ? "inner" : "inner_hash");
	uint32_t jump;
	struct shadow otherwise;
	int off;

	look_up(g, def, (int32_t)below(g->f, 4));
	jump = g->t->n;
	emit(g->t, INSN_JEQ64_K(0, 0, 0));
	g->s.r[0] = shadow_number();
	otherwise = g->s;
	emit(g->t, INSN_MOV64_X(1, 0));
	off = valid_buffer(g, 8, true);
	valid_address(g, 2, off);
	helper(g, HELPER_map_lookup_elem, shadow_of(K_OTHER, 0, 0));
	valid_unless_null(g, shadow_of(K_MEM, 0, (int)def->inner->value_size), 2);
	trial_set_target(g->t, jump, g->t->n);
	shadow_meet(&g->s, &otherwise);
}

/* ---- any helper, by its prototype ---- */

struct call {
	const struct func_proto *proto;
	const struct map_def *map;
	uint32_t size; /* of the memory that the argument before was */
};

static bool pick_map(struct valid *g, struct call *c, uint8_t reg)
{
	const struct image *image = g->t->world->image;

	for (int tries = 0; tries < 30; tries++) {
		const struct map_def *def = &image->maps[below(g->f, image->nmaps)];

		if (!may_use(g, def->name))
			continue;
		if (!helper_takes_map(c->proto->id, def->type) && !one_in(g->f, 200))
			continue;
		c->map = def;
		emit_map(g->t, reg, def->name);
		return true;
	}
	return false;
}

static bool memory_arg(struct valid *g, struct call *c, uint8_t reg, uint32_t size, uint32_t type)
{
	int p = valid_find(g, K_MEM);

	if (size > 128)
		return false;
	c->size = size;
	if (p >= 6 && g->s.r[p].size >= (int)size && one_in(g->f, 3)) {
		part(g, reg, (uint8_t)p, g->s.r[p].off);
		return true;
	}
	valid_address(g, reg, valid_buffer(g, size, !(type & MEM_UNINIT)));
	return true;
}

static void size_arg(struct valid *g, const struct call *c, uint8_t reg)
{
	int number = valid_find(g, K_NUMBER);

	if (number >= 6 && one_in(g->f, 3)) {
		emit(g->t, INSN_MOV64_X(reg, (uint8_t)number));
		emit(g->t, INSN_AND64_K(reg, (int32_t)c->size - 1));
		if (one_in(g->f, 2))
			emit(g->t, INSN_ADD64_K(reg, 1));
	} else {
		emit(g->t, INSN_MOV64_K(reg, (int32_t)c->size));
	}
}

static bool ready_made(struct valid *g, uint8_t reg, enum kind kind)
{
	int from = valid_find(g, kind);

	if (from < 0)
		return false;
	if (from != reg)
		emit(g->t, INSN_MOV64_X(reg, (uint8_t)from));
	valid_set(g, reg, g->s.r[from]);
	return true;
}

static bool argument(struct valid *g, struct call *c, uint32_t nr)
{
	const struct func_arg *arg = &c->proto->args[nr];
	uint8_t reg = (uint8_t)(nr + 1);

	if (arg->type & PTR_MAYBE_NULL && one_in(g->f, 3)) {
		valid_const(g, reg, 0);
		c->size = 1;
		return true;
	}
	switch (arg_base(arg->type)) {
	case ARG_CONST_MAP_PTR:
		return pick_map(g, c, reg);
	case ARG_PTR_TO_MAP_KEY:
		return c->map && memory_arg(g, c, reg, c->map->key_size, 0);
	case ARG_PTR_TO_MAP_VALUE:
		return c->map && memory_arg(g, c, reg, c->map->value_size, arg->type);
	case ARG_PTR_TO_MEM:
		return memory_arg(g, c, reg,
				  arg->type & MEM_FIXED_SIZE ? arg->size : 1u << below(g->f, 6),
				  arg->type);
	case ARG_CONST_SIZE:
	case ARG_CONST_SIZE_OR_ZERO:
		size_arg(g, c, reg);
		return true;
	case ARG_PTR_TO_CTX:
		return ready_made(g, reg, K_CTX);
	case ARG_PTR_TO_STACK:
		valid_address(g, reg, -8);
		return true;
	case ARG_ANYTHING:
		if (!one_in(g->f, 3) || !ready_made(g, reg, K_NUMBER))
			valid_const(g, reg, one_in(g->f, 2) ? 0 : fuzz_imm(g->f));
		return true;
	case ARG_PTR_TO_CONST_STR:
		emit_value(g->t, reg, "world.rodata", 0);
		return true;
	default:
		return ready_made(g, reg, K_OTHER);
	}
}

static void forget_packets(struct valid *g)
{
	for (int i = 0; i < REG_COUNT; i++)
		if (g->s.r[i].kind == K_PACKET || g->s.r[i].kind == K_PACKET_END)
			g->s.r[i] = shadow_number();
	for (int i = 0; i < SHADOW_SLOTS; i++)
		if (g->s.slot[i].kind == K_PACKET || g->s.slot[i].kind == K_PACKET_END)
			g->s.slot[i] = shadow_number();
}

/* A socket must be given back. */
static void acquired(struct valid *g)
{
	uint32_t jump = g->t->n;
	struct shadow otherwise;
	uint8_t saved;

	emit(g->t, INSN_JEQ64_K(0, 0, 0));
	valid_set(g, 0, shadow_number());
	otherwise = g->s;
	valid_set(g, 0, shadow_of(K_OTHER, 0, 0));
	saved = valid_save_result(g);
	if (saved)
		valid_held_block(g, 1 + below(g->f, 4));
	if (valid_may_call(g)) {
		emit(g->t, INSN_MOV64_X(1, saved));
		helper(g, HELPER_sk_release, shadow_number());
	}
	if (saved)
		valid_drop_saved(g, saved);
	trial_set_target(g->t, jump, g->t->n);
	shadow_meet(&g->s, &otherwise);
}

static void returned(struct valid *g, const struct call *c)
{
	if (c->proto->flags & HELPER_CHANGES_PKT)
		forget_packets(g);
	if (c->proto->flags & HELPER_ACQUIRES) {
		valid_called(g, shadow_of(K_OTHER, 0, 0));
		acquired(g);
		return;
	}
	switch (ret_base(c->proto->ret.type)) {
	case RET_INTEGER:
		valid_called(g, shadow_number());
		return;
	case RET_VOID:
		valid_called(g, shadow_of(K_NONE, 0, 0));
		return;
	case RET_PTR_TO_MAP_VALUE:
		valid_called(g, shadow_of(K_OTHER, 0, 0));
		valid_unless_null(g, shadow_of(K_MEM, 0, c->map ? (int)c->map->value_size : 1), 2);
		return;
	default:
		valid_called(g, shadow_of(K_OTHER, 0, 0));
		if (c->proto->ret.type & PTR_MAYBE_NULL)
			valid_unless_null(g, shadow_of(K_OTHER, 0, 0), 1);
	}
}

void valid_helper(struct valid *g)
{
	struct helper_prog prog = {
		.type = g->t->type,
		.attach_type = g->t->attach_type,
		.bpf = true,
		.perfmon = true,
		.admin = true,
	};
	uint64_t groups = helper_groups(&prog);
	struct call c = {0};

	if (!valid_may_call(g))
		return;
	if (one_in(g->f, 10)) {
		valid_inner(g);
		return;
	}
	for (int tries = 0; tries < 20 && !c.proto; tries++)
		c.proto = helper_proto((int32_t)below(g->f, HELPER_ID_LIMIT), groups);
	if (!c.proto || c.proto->id == HELPER_tail_call)
		return;
	for (uint32_t i = 0; i < helper_nargs(c.proto); i++)
		if (!argument(g, &c, i))
			return;
	emit(g->t, INSN_CALL(c.proto->id));
	returned(g, &c);
}

void valid_tail_call(struct valid *g)
{
	if (!valid_may_call(g) || g->held || !ready_made(g, 1, K_CTX))
		return;
	emit_map(g->t, 2, "programs");
	valid_const(g, 3, (int32_t)below(g->f, 5));
	helper(g, HELPER_tail_call, shadow_number());
	forget_packets(g);
}

/* ---- functions that the kernel calls ---- */

/* r[reg] = the function; what it is handed of the caller's stack is memory to it. */
static bool function(struct valid *g, uint8_t reg, const struct shadow_reg *args)
{
	if (!valid_sub(g, SUB_CALLBACK, args, "local"))
		return false;
	emit_wide(g->t, reg, PSEUDO_FUNC, 0);
	return true;
}

/* What a callback is handed beside its own: something on the stack, or nothing. */
static struct shadow_reg callback_arg(struct valid *g, uint8_t reg)
{
	if (one_in(g->f, 3)) {
		valid_const(g, reg, 0);
		return shadow_number();
	}
	valid_address(g, reg, valid_buffer(g, 16, true));
	return shadow_of(K_MEM, 0, 16);
}

void valid_callback(struct valid *g)
{
	struct shadow_reg args[5];
	const struct map_def *def = named(g, one_in(g->f, 2) ? "array" : "hash");
	bool is_loop = one_in(g->f, 2);
	int number = valid_find(g, K_NUMBER);

	if (!valid_may_call(g) || !g->typed)
		return;
	memset(args, 0, sizeof(args));
	if (is_loop) {
		args[0] = shadow_number();
		args[1] = callback_arg(g, 3);
		if (number >= 6 && one_in(g->f, 2))
			emit(g->t, INSN_MOV64_X(1, (uint8_t)number));
		else
			valid_const(g, 1, (int32_t)below(g->f, 12));
	} else {
		args[0] = shadow_of(K_OTHER, 0, 0);
		args[1] = shadow_of(K_MEM, 0, (int)def->key_size);
		args[1].readonly = true;
		args[2] = shadow_of(K_MEM, 0, (int)def->value_size);
		args[3] = callback_arg(g, 3);
		emit_map(g->t, 1, def->name);
	}
	valid_const(g, 4, 0);
	if (!function(g, 2, args))
		return;
	helper(g, is_loop ? HELPER_loop : HELPER_for_each_map_elem, shadow_number());
}

enum { TIMER_OFF = 8, LOCK_OFF = 8 }; /* in struct timed and struct locked of the world */

static void start_timer(struct valid *g, uint8_t saved)
{
	const struct map_def *def = named(g, "timers");
	struct shadow_reg args[5];

	memset(args, 0, sizeof(args));
	args[0] = shadow_of(K_OTHER, 0, 0);
	args[1] = shadow_of(K_MEM, 0, (int)def->key_size);
	args[2] = shadow_of(K_MEM, 0, TIMER_OFF);
	part(g, 1, saved, TIMER_OFF);
	emit_map(g->t, 2, def->name);
	valid_const(g, 3, 1);
	helper(g, HELPER_timer_init, shadow_number());
	part(g, 1, saved, TIMER_OFF);
	if (!function(g, 2, args))
		return;
	helper(g, HELPER_timer_set_callback, shadow_number());
	part(g, 1, saved, TIMER_OFF);
	valid_const(g, 2, 1000);
	valid_const(g, 3, 0);
	helper(g, HELPER_timer_start, shadow_number());
}

/* ---- what is held meanwhile ---- */

/* A place in a value, once it is there, between two calls. */
static void with_value(struct valid *g, const char *map, void (*use)(struct valid *g, uint8_t reg))
{
	uint32_t jump;
	struct shadow otherwise;
	uint8_t saved;

	if (!valid_may_call(g) || !may_use(g, map))
		return;
	look_up(g, named(g, map), (int32_t)below(g->f, 6));
	jump = g->t->n;
	emit(g->t, INSN_JEQ64_K(0, 0, 0));
	g->s.r[0] = shadow_number();
	otherwise = g->s;
	g->s.r[0] = shadow_of(K_MEM, 0, 8);
	saved = valid_save_result(g);
	if (saved) {
		use(g, saved);
		valid_drop_saved(g, saved);
	}
	trial_set_target(g->t, jump, g->t->n);
	shadow_meet(&g->s, &otherwise);
}

void valid_timer(struct valid *g)
{
	if (g->typed)
		with_value(g, "timers", start_timer);
}

static void locked(struct valid *g, uint8_t saved)
{
	part(g, 1, saved, LOCK_OFF);
	helper(g, HELPER_spin_lock, shadow_of(K_NONE, 0, 0));
	g->atomic = true;
	valid_held_block(g, 1 + below(g->f, 5));
	g->atomic = false;
	part(g, 1, saved, LOCK_OFF);
	helper(g, HELPER_spin_unlock, shadow_of(K_NONE, 0, 0));
}

void valid_lock(struct valid *g)
{
	with_value(g, "locks", locked);
}

static void interrupts(struct valid *g)
{
	int off = valid_keep_slots(g, 8);

	valid_address(g, 1, off);
	valid_call_kfunc(g, "bpf_local_irq_save", shadow_of(K_NONE, 0, 0));
	valid_held_block(g, 1 + below(g->f, 4));
	if (valid_may_call(g)) {
		valid_address(g, 1, off);
		valid_call_kfunc(g, "bpf_local_irq_restore", shadow_of(K_NONE, 0, 0));
	}
	valid_drop_slots(g, off, 8);
}

void valid_region(struct valid *g)
{
	static const char *const pairs[][2] = {
		{"bpf_rcu_read_lock", "bpf_rcu_read_unlock"},
		{"bpf_preempt_disable", "bpf_preempt_enable"},
	};
	uint32_t which = below(g->f, 3);

	if (!valid_may_call(g))
		return;
	if (which == 2) {
		interrupts(g);
		return;
	}
	valid_call_kfunc(g, pairs[which][0], shadow_of(K_NONE, 0, 0));
	valid_held_block(g, 1 + below(g->f, 4));
	valid_call_kfunc(g, pairs[which][1], shadow_of(K_NONE, 0, 0));
}

/* A record that is filled and handed over. */
static void record(struct valid *g)
{
	int size = 8 << below(g->f, 3);
	uint32_t jump;
	struct shadow otherwise;
	uint8_t saved;

	emit_map(g->t, 1, "ring");
	valid_const(g, 2, size);
	valid_const(g, 3, 0);
	helper(g, HELPER_ringbuf_reserve, shadow_of(K_OTHER, 0, 0));
	jump = g->t->n;
	emit(g->t, INSN_JEQ64_K(0, 0, 0));
	g->s.r[0] = shadow_number();
	otherwise = g->s;
	g->s.r[0] = shadow_of(K_MEM, 0, size);
	saved = valid_save_result(g);
	if (saved)
		valid_held_block(g, 1 + below(g->f, 5));
	emit(g->t, INSN_MOV64_X(1, saved));
	valid_const(g, 2, 0);
	helper(g, one_in(g->f, 2) ? HELPER_ringbuf_submit : HELPER_ringbuf_discard,
	       shadow_of(K_NONE, 0, 0));
	if (saved)
		valid_drop_saved(g, saved);
	trial_set_target(g->t, jump, g->t->n);
	shadow_meet(&g->s, &otherwise);
}

static void use_dynptr(struct valid *g, int dynptr)
{
	valid_address(g, 1, dynptr);
	valid_const(g, 2, (int32_t)below(g->f, 8));
	valid_const(g, 3, 4);
	if (one_in(g->f, 2)) {
		helper(g, HELPER_dynptr_data, shadow_of(K_OTHER, 0, 0));
		valid_unless_null(g, shadow_of(K_MEM, 0, 4), 2);
		return;
	}
	valid_address(g, 1, valid_buffer(g, 8, true));
	valid_const(g, 2, 8);
	valid_address(g, 3, dynptr);
	valid_const(g, 4, 0);
	valid_const(g, 5, 0);
	helper(g, HELPER_dynptr_read, shadow_number());
}

static void dynamic_record(struct valid *g)
{
	int dynptr = valid_keep_slots(g, 16);

	emit_map(g->t, 1, "ring");
	valid_const(g, 2, 16);
	valid_const(g, 3, 0);
	valid_address(g, 4, dynptr);
	helper(g, HELPER_ringbuf_reserve_dynptr, shadow_number());
	g->held++;
	use_dynptr(g, dynptr);
	valid_block(g, below(g->f, 3));
	g->held--;
	valid_address(g, 1, dynptr);
	valid_const(g, 2, 0);
	helper(g, HELPER_ringbuf_submit_dynptr, shadow_of(K_NONE, 0, 0));
	valid_drop_slots(g, dynptr, 16);
}

void valid_ring(struct valid *g)
{
	if (!valid_may_call(g))
		return;
	if (one_in(g->f, 2))
		record(g);
	else
		dynamic_record(g);
}

void valid_object(struct valid *g)
{
	uint32_t jump,
		id = g->t->world->btf ? btf_find(g->t->world->btf, "object", BTF_KIND_STRUCT) : 0;
	struct shadow otherwise;
	uint8_t saved;

	if (!valid_may_call(g) || !g->typed || !id || !valid_has_kfunc(g, "bpf_obj_new_impl"))
		return;
	valid_const(g, 1, (int32_t)id);
	valid_const(g, 2, 0);
	valid_call_kfunc(g, "bpf_obj_new_impl", shadow_of(K_OTHER, 0, 0));
	jump = g->t->n;
	emit(g->t, INSN_JEQ64_K(0, 0, 0));
	g->s.r[0] = shadow_number();
	otherwise = g->s;
	g->s.r[0] = shadow_of(K_MEM, 0, 16);
	saved = valid_save_result(g);
	if (saved)
		valid_held_block(g, 1 + below(g->f, 4));
	emit(g->t, INSN_MOV64_X(1, saved));
	valid_const(g, 2, 0);
	valid_call_kfunc(g, "bpf_obj_drop_impl", shadow_of(K_NONE, 0, 0));
	if (saved)
		valid_drop_saved(g, saved);
	trial_set_target(g->t, jump, g->t->n);
	shadow_meet(&g->s, &otherwise);
}

/* while ((r0 = bpf_iter_num_next(&it))) { ... } */
void valid_iter(struct valid *g)
{
	uint32_t head, jump;
	struct valid_round round;
	int it;

	if (!valid_may_call(g))
		return;
	it = valid_keep_slots(g, 8);
	valid_address(g, 1, it);
	valid_const(g, 2, (int32_t)below(g->f, 4));
	valid_const(g, 3, (int32_t)below(g->f, 20));
	valid_call_kfunc(g, "bpf_iter_num_new", shadow_number());
	g->held++;
	head = g->t->n;
	round = valid_begin_round(g);
	valid_address(g, 1, it);
	valid_call_kfunc(g, "bpf_iter_num_next", shadow_of(K_OTHER, 0, 0));
	jump = g->t->n;
	emit(g->t, INSN_JEQ64_K(0, 0, 0));
	g->s.r[0] = shadow_of(K_MEM, 0, 4);
	g->s.r[0].readonly = one_in(g->f, 2);
	valid_block(g, 1 + below(g->f, 4));
	valid_end_round(g, &round);
	emit(g->t, INSN_JA(0));
	trial_set_target(g->t, g->t->n - 1, head);
	trial_set_target(g->t, jump, g->t->n);
	valid_called(g, shadow_number());
	valid_address(g, 1, it);
	valid_call_kfunc(g, "bpf_iter_num_destroy", shadow_of(K_NONE, 0, 0));
	g->held--;
	valid_drop_slots(g, it, 8);
}
