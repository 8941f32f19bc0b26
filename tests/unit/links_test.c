/*
 * Scalars that are a constant apart: the lists that histories keep of them, which of them are
 * found, and what each is known to be when another one is. And names of register types.
 */
#include "core/verify/local.h"
#include "tests/unit/unit.h"

enum { ID = 7 };

static struct insn_aux aux;
static struct state *st;
static struct env env = {.aux = &aux, .bpf_capable = true};

static struct reg_state *scalar(uint32_t regno, uint32_t id, int32_t delta)
{
	struct reg_state *reg = &st->frame[0]->regs[regno];

	memset(reg, 0, sizeof(*reg));
	mark_reg_unknown_imprecise(reg);
	reg->id = id;
	reg->off = delta;
	return reg;
}

static void check_lists(void)
{
	struct linked_regs in = {.n = LINKED_REGS_MAX}, out;

	for (uint32_t i = 0; i < LINKED_REGS_MAX; i++)
		in.v[i] = (struct linked_reg){
			.frame = (uint8_t)(7 - i), .slot = (uint8_t)(63 - i), .is_reg = i & 1};
	linked_regs_unpack(linked_regs_pack(&in), &out);
	CHECK(out.n == in.n, "%u entries", out.n);
	for (uint32_t i = 0; i < out.n; i++) {
		const struct linked_reg *a = &in.v[LINKED_REGS_MAX - 1 - i], *b = &out.v[i];

		CHECK(a->frame == b->frame && a->slot == b->slot && a->is_reg == b->is_reg,
		      "entry %u", i);
	}
}

/* Only registers that will be read are kept in step, six at most: the others lose their id. */
static void check_collecting(void)
{
	struct linked_regs out = {0};

	for (uint32_t i = 0; i < REG_FP; i++)
		scalar(i, i == 3 ? ID + 1 : ID, 0);
	aux.live_regs = 0x3fd; /* all but r1 */
	collect_linked_regs(&env, st, ID, &out);
	CHECK(out.n == LINKED_REGS_MAX, "%u found", out.n);
	CHECK(out.v[1].regno == 2 && out.v[2].regno == 4, "r1 or r3 is among them");
	CHECK(st->frame[0]->regs[1].id == ID, "r1 lost its id though nobody reads it");
	CHECK(st->frame[0]->regs[7].id == ID && !st->frame[0]->regs[8].id &&
		      !st->frame[0]->regs[9].id,
	      "the wrong left out");
}

static void sync(uint32_t from, uint32_t to, uint64_t umin, uint64_t umax)
{
	struct linked_regs linked = {.n = 1, .v = {{.regno = (uint8_t)to, .is_reg = true}}};
	struct reg_state *known = &st->frame[0]->regs[from];

	known->r.umin = umin;
	known->r.umax = umax;
	reg_bounds_sync(known);
	sync_linked_regs(&env, st, known, &linked);
}

static void check_deltas(void)
{
	const struct reg_state *b;

	scalar(0, ID, 0);
	b = scalar(1, ID | ID_ADD_CONST64, 5);
	sync(0, 1, 10, 20);
	CHECK(b->r.umin == 15 && b->r.umax == 25, "[%llu, %llu]", (unsigned long long)b->r.umin,
	      (unsigned long long)b->r.umax);
	CHECK(b->id == (ID | ID_ADD_CONST64) && b->off == 5, "the link is lost");

	scalar(0, ID | ID_ADD_CONST64, -5);
	b = scalar(1, ID, 0);
	sync(0, 1, 10, 20);
	CHECK(b->r.umin == 15 && b->r.umax == 25, "negative delta");

	/* as 32 bits: 0xfffffffe + 5 is 3 */
	scalar(0, ID, 0);
	b = scalar(1, ID | ID_ADD_CONST32, 5);
	sync(0, 1, 0xfffffffe, 0xfffffffe);
	CHECK(tnum_equals_const(b->var_off, 3) && b->r.umax == 3, "32-bit delta");

	scalar(0, ID | ID_ADD_CONST64, 1);
	b = scalar(1, ID | ID_ADD_CONST32, 5);
	sync(0, 1, 1, 1);
	CHECK(b->r.umax == UINT64_MAX, "32- and 64-bit deltas were mixed");
}

static void check_names(void)
{
	static const struct {
		uint32_t type;
		const char *text;
	} rows[] = {
		{T_SCALAR, "scalar"},
		{T_NOT_INIT, "?"},
		{T_MAP_VALUE | PTR_MAYBE_NULL, "map_value_or_null"},
		{T_BTF_ID | PTR_TRUSTED, "trusted_ptr_"},
		{T_BTF_ID | MEM_RCU | PTR_MAYBE_NULL, "rcu_ptr_or_null_"},
		{T_MEM | MEM_RDONLY | PTR_UNTRUSTED, "rdonly_untrusted_mem"},
		{T_BTF_ID | MEM_ALLOC | MEM_PERCPU | MEM_RCU, "percpu_rcu_ptr_"},
		{T_MEM | MEM_RINGBUF | PTR_MAYBE_NULL, "ringbuf_mem_or_null"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		CHECK(strcmp(reg_type_str(&env, rows[i].type), rows[i].text) == 0, "%s for %s",
		      env.type_str, rows[i].text);
}

int main(void)
{
	st = env.cur = new_open_state();
	make_frame(st, 0);
	check_lists();
	check_collecting();
	check_deltas();
	check_names();
	free_state(st);
	return unit_report();
}
