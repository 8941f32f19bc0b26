/*
 * Programs that somebody wrote, with pieces put into them that hardly anybody puts there: regions
 * of locks and interrupts, what throws, loops and callbacks around what is there, calls that are
 * made a frame deeper, and paths that leave an instruction out. What is judged is how the
 * verifier's rules go together.
 */
#include "tests/verify/trial.h"

#include "core/isa/build.h"

#include <string.h>

enum {
	STASH = -512, /* stack that few programs use */
	STASHES = 16,
	PIECE = 24,
};

/* Instructions to be put somewhere, between what keeps a register meanwhile. */
struct piece {
	struct bpf_insn insns[PIECE];
	uint32_t n;
};

static void add(struct piece *p, struct bpf_insn insn)
{
	if (p->n < PIECE)
		p->insns[p->n++] = insn;
}

static int16_t stash(struct fuzz *f)
{
	return (int16_t)(STASH + 8 * (int)below(f, STASHES));
}

static void add_kfunc(struct fuzz *f, struct piece *p, const char *name)
{
	uint32_t id = btf_find(f->judges->btf, name, BTF_KIND_FUNC);

	add(p, insn_make(OP_CALL_KFUNC, 0, 0, 0, (int32_t)id));
}

static bool put(struct trial *t, uint32_t at, const struct piece *p)
{
	return trial_splice(t, at, 0, p->insns, p->n);
}

/* ---- places ---- */

static bool is_call(const struct bpf_insn *i)
{
	enum insn_op op = insn_decode(i);

	return op == OP_CALL || op == OP_CALL_KFUNC || op == OP_CALL_LOCAL;
}

/* A call from a slot on, or t->n. */
static uint32_t find_call(const struct trial *t, uint32_t from)
{
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t at = (from + i) % t->n;

		if (is_call(&t->insns[at]))
			return at;
	}
	return t->n;
}

/*
 * Where r1 to r5 are most often free: behind a call, whose result is kept, or where a function
 * begins, whose first argument is.
 */
static uint32_t place(struct fuzz *f, const struct trial *t, uint8_t *kept)
{
	uint32_t call = find_call(t, trial_pick(t, &f->rng));

	if (call == t->n || one_in(f, 6)) {
		*kept = 1;
		return t->nfuncs ? t->funcs[below(f, t->nfuncs)].insn_off : 0;
	}
	*kept = 0;
	return call + 1;
}

/* A piece that calls something, in a place for it. */
static void put_call(struct fuzz *f, struct trial *t, const struct piece *p)
{
	struct piece whole = {.n = 0};
	int16_t off = stash(f);
	uint8_t kept;
	uint32_t at = place(f, t, &kept);
	bool keep = !one_in(f, 4);

	if (keep)
		add(&whole, INSN_STX_DW(REG_FP, kept, off));
	for (uint32_t i = 0; i < p->n; i++)
		add(&whole, p->insns[i]);
	if (keep)
		add(&whole, INSN_LDX_DW(kept, REG_FP, off));
	put(t, at, &whole);
}

/* ---- functions ---- */

/* A type for a static function; 0: there is none. */
static uint32_t static_type(struct fuzz *f, const struct trial *t)
{
	const struct btf *btf = t->world->btf;

	for (int tries = 0; btf && tries < 300; tries++) {
		uint32_t id = below(f, btf->nids);

		if (btf_kind_of(btf, id) == BTF_KIND_FUNC && !btf_vlen(btf_type(btf, id)))
			return id;
	}
	return 0;
}

/* A function at the program's end; returns where it is. */
static uint32_t add_function(struct fuzz *f, struct trial *t, const struct piece *body)
{
	uint32_t at = t->n, type = t->nfuncs ? static_type(f, t) : 0;

	put(t, at, body);
	t->nlines = 0;
	if (!type || t->nfuncs == TRIAL_FUNCS)
		t->nfuncs = 0;
	else
		t->funcs[t->nfuncs++] = (struct func_info){at, type};
	return at;
}

/* What a call calls is called a frame deeper, with the same arguments. */
static void deeper(struct fuzz *f, struct trial *t)
{
	uint32_t call = find_call(t, trial_pick(t, &f->rng)), at;
	struct piece body = {.n = 0};

	if (call == t->n || insn_decode(&t->insns[call]) == OP_CALL_LOCAL)
		return;
	if (one_in(f, 3)) /* as deep as the stack allows, sometimes */
		add(&body, INSN_ST_DW(REG_FP, (int16_t)(-8 * (1 + (int)below(f, 60))), 0));
	add(&body, t->insns[call]);
	add(&body, INSN_EXIT());
	at = add_function(f, t, &body);
	t->insns[call] = INSN_CALL_LOCAL(0);
	trial_set_target(t, call, at);
}

/* The whole program is a function of another that does little else. */
static void inside(struct fuzz *f, struct trial *t)
{
	uint32_t type = t->nfuncs ? static_type(f, t) : 0;
	struct piece head = {.n = 0};

	if (one_in(f, 2))
		add(&head, INSN_ST_DW(REG_FP, stash(f), 0));
	add(&head, INSN_CALL_LOCAL(0));
	if (one_in(f, 2))
		add(&head, INSN_MOV64_K(0, 0));
	add(&head, INSN_EXIT());
	if (!put(t, 0, &head))
		return;
	for (uint32_t i = 0; i < head.n; i++)
		if (insn_decode(&t->insns[i]) == OP_CALL_LOCAL)
			trial_set_target(t, i, head.n);
	t->nlines = 0;
	if (!type || t->nfuncs == TRIAL_FUNCS) {
		t->nfuncs = 0;
		return;
	}
	memmove(&t->funcs[2], &t->funcs[1], sizeof(*t->funcs) * (t->nfuncs++ - 1));
	t->funcs[1] = (struct func_info){head.n, type};
}

/* ---- pieces ---- */

static const struct {
	const char *enter, *leave;
	bool slot; /* they take the address of stack */
} regions[] = {
	{"bpf_rcu_read_lock", "bpf_rcu_read_unlock", false},
	{"bpf_preempt_disable", "bpf_preempt_enable", false},
	{"bpf_local_irq_save", "bpf_local_irq_restore", true},
};

static void cross_into(struct fuzz *f, struct trial *t, const char *name, int16_t slot)
{
	struct piece p = {.n = 0};

	if (slot) {
		add(&p, INSN_MOV64_X(1, REG_FP));
		add(&p, INSN_ADD64_K(1, slot));
	}
	add_kfunc(f, &p, name);
	put_call(f, t, &p);
}

static void region(struct fuzz *f, struct trial *t)
{
	uint32_t i = below(f, ARRAY_SIZE(regions));
	int16_t slot = regions[i].slot ? stash(f) : 0;

	cross_into(f, t, regions[i].enter, slot);
	if (!one_in(f, 6))
		cross_into(f, t, regions[i].leave, slot);
}

/* Entered and left around nothing but a call. */
static void tight_region(struct fuzz *f, struct trial *t)
{
	uint32_t i = below(f, ARRAY_SIZE(regions)), call = find_call(t, trial_pick(t, &f->rng));
	int16_t slot = stash(f), off = stash(f);
	struct piece p = {.n = 0};

	if (call == t->n)
		return;
	add(&p, INSN_STX_DW(REG_FP, 0, off));
	add(&p, INSN_MOV64_X(1, REG_FP));
	add(&p, INSN_ADD64_K(1, slot));
	add_kfunc(f, &p, regions[i].leave);
	add(&p, INSN_LDX_DW(0, REG_FP, off));
	put(t, call + 1, &p);
	cross_into(f, t, regions[i].enter, regions[i].slot ? slot : 0);
}

/* if (unknown) throw */
static void throwing(struct fuzz *f, struct trial *t)
{
	struct piece p = {.n = 0};

	add(&p, INSN_LDX_DW(1, REG_FP, stash(f)));
	add(&p, INSN_JNE64_K(1, (int32_t)below(f, 3), 1));
	add_kfunc(f, &p, "bpf_throw");
	put_call(f, t, &p);
}

/* A helper that makes pointers into the packet, or what else depends on it, invalid. */
static void clearing(struct fuzz *f, struct trial *t)
{
	static const int32_t ids[] = {39, 9, 38, 43, 44, 54, 65, 69, 97};
	struct piece p = {.n = 0};

	add(&p, INSN_MOV64_X(1, (uint8_t)(6 + below(f, 4))));
	for (uint8_t r = 2; r <= 5; r++)
		add(&p, INSN_MOV64_K(r, 0));
	add(&p, INSN_CALL(ids[below(f, ARRAY_SIZE(ids))]));
	put_call(f, t, &p);
}

/* bpf_loop() with a body that reaches into the frame that calls. */
static void callback(struct fuzz *f, struct trial *t)
{
	struct piece body = {.n = 0}, p = {.n = 0};
	int16_t off = stash(f);
	uint32_t at, target;

	switch (below(f, 5)) {
	case 0:
		add(&body, INSN_LDX_DW(1, 2, 0));
		add(&body, INSN_ADD64_K(1, 1));
		add(&body, INSN_STX_DW(2, 1, 0));
		break;
	case 1:
		add(&body, INSN_STX_DW(2, 2, 0));
		break;
	case 2:
		add_kfunc(f, &body, regions[below(f, 2)].enter);
		break;
	case 3:
		add(&body, INSN_LDX_DW(1, 2, 0));
		add_kfunc(f, &body, "bpf_throw");
		break;
	}
	add(&body, INSN_MOV64_K(0, (int32_t)below(f, 2)));
	add(&body, INSN_EXIT());
	target = add_function(f, t, &body);
	add(&p, INSN_MOV64_K(1, (int32_t)below(f, 5)));
	add(&p, (struct bpf_insn){.code = INSN_LD | INSN_IMM | INSN_DW,
				  .dst_reg = 2,
				  .src_reg = PSEUDO_FUNC});
	add(&p, (struct bpf_insn){.code = 0});
	add(&p, INSN_MOV64_X(3, REG_FP));
	add(&p, INSN_ADD64_K(3, off));
	add(&p, INSN_MOV64_K(4, 0));
	add(&p, INSN_CALL(181)); /* bpf_loop */
	at = t->n;
	put_call(f, t, &p);
	/* The function has moved as much as there is more. */
	target += t->n - at;
	for (uint32_t i = 0; i < t->n; i += trial_slots(t, i))
		if (insn_decode(&t->insns[i]) == OP_LD_IMM64_FUNC && !t->insns[i].imm)
			trial_set_target(t, i, target);
}

/* ---- other ways through what is there ---- */

/* A register that an instruction nearby has. */
static uint8_t near_reg(struct fuzz *f, const struct trial *t, uint32_t at)
{
	const struct bpf_insn *i = &t->insns[at];

	return one_in(f, 2) ? i->dst_reg : i->src_reg;
}

/* Slots of a few instructions from one on that are not the last; 0: there are none. */
static uint32_t some_slots(struct fuzz *f, const struct trial *t, uint32_t at, uint32_t most)
{
	uint32_t n = trial_slots(t, at), more = below(f, most);

	while (more-- && at + n < t->n)
		n += trial_slots(t, at + n);
	return at + n < t->n ? n : 0;
}

/* if (unknown) { what is there } */
static void maybe(struct fuzz *f, struct trial *t)
{
	uint32_t at = trial_pick(t, &f->rng), n = some_slots(f, t, at, 3);
	int16_t off = stash(f);
	uint8_t reg = near_reg(f, t, at);
	struct piece p = {.n = 0}, end = {.n = 0};

	if (!n)
		return;
	add(&p, INSN_STX_DW(REG_FP, reg, off));
	add(&p, INSN_LDX_DW(reg, REG_FP, stash(f)));
	add(&p, INSN_JSET64_K(reg, 1, (int16_t)(n + 2)));
	add(&p, INSN_LDX_DW(reg, REG_FP, off));
	add(&end, INSN_JA(1));
	add(&end, INSN_LDX_DW(reg, REG_FP, off));
	if (put(t, at + n, &end) && put(t, at, &p))
		trial_set_target(t, at + 2, at + p.n + n + 1);
}

/* Some of what is there, over and over. */
static void again(struct fuzz *f, struct trial *t)
{
	uint32_t at = trial_pick(t, &f->rng), n = some_slots(f, t, at, 12);
	struct bpf_insn head = INSN_MAY_GOTO(0), back = INSN_JA(0);

	if (!n || !trial_splice(t, at + n, 0, &back, 1) || !trial_splice(t, at, 0, &head, 1))
		return;
	trial_set_target(t, at + n + 1, at);
	trial_set_target(t, at, at + n + 2);
}

/* ... a few times, as a place on the stack counts. */
static void counted(struct fuzz *f, struct trial *t)
{
	uint32_t at = trial_pick(t, &f->rng), n = some_slots(f, t, at, 8);
	int16_t off = stash(f), count = stash(f);
	struct bpf_insn zero = INSN_ST_DW(REG_FP, count, 0);
	struct piece p = {.n = 0};
	uint8_t reg;

	if (!n)
		return;
	reg = near_reg(f, t, at);
	add(&p, INSN_STX_DW(REG_FP, reg, off));
	add(&p, INSN_LDX_DW(reg, REG_FP, count));
	add(&p, INSN_ADD64_K(reg, 1));
	add(&p, INSN_STX_DW(REG_FP, reg, count));
	add(&p, INSN_JGT64_K(reg, (int32_t)below(f, 5), 2));
	add(&p, INSN_LDX_DW(reg, REG_FP, off));
	add(&p, INSN_JA(0));
	add(&p, INSN_LDX_DW(reg, REG_FP, off));
	if (!put(t, at + n, &p) || !trial_splice(t, at, 0, &zero, 1))
		return;
	trial_set_target(t, at + n + 1 + 6, at + 1);
}

/* Part of a place on the stack, known or not, is something else. */
static void overwrite(struct fuzz *f, struct trial *t)
{
	uint32_t at = trial_pick(t, &f->rng), size = fuzz_size(f);
	int off = -(int)(size * (1 + below(f, 128 / size)));
	uint8_t reg = near_reg(f, t, at);
	struct piece p = {.n = 0};

	if (!one_in(f, 3)) {
		add(&p, one_in(f, 2) ? fuzz_store(f, size, REG_FP, reg, off)
				     : INSN_ST_B(REG_FP, (int16_t)off, 0));
	} else {
		add(&p, INSN_STX_DW(REG_FP, reg, stash(f)));
		add(&p, INSN_LDX_DW(reg, REG_FP, stash(f)));
		add(&p, INSN_AND64_K(reg, one_in(f, 2) ? 7 : 8));
		add(&p, INSN_ADD64_X(reg, REG_FP));
		add(&p, INSN_ST_B(reg, (int16_t)off, (int32_t)below(f, 2)));
		add(&p, INSN_LDX_DW(reg, REG_FP, p.insns[0].off));
	}
	put(t, at, &p);
}

static void (*const crossings[])(struct fuzz *f, struct trial *t) = {
	deeper, deeper,   inside, region, region, tight_region, throwing,
	callback, clearing, maybe,  maybe,  again,  counted,	overwrite,
};

/* Is there something to judge, beyond that a register is not set? */
static bool is_of_use(const struct trial *t)
{
	struct verdict v = {0};
	bool is;

	is = !judge_shortly(t, &v) || !v.err || !strstr(strbuf_str(&v.log), " !read_ok");
	strbuf_free(&v.log);
	return is;
}

static void cross(struct fuzz *f, struct trial *t)
{
	static struct trial before;

	memcpy(&before, t, sizeof(before));
	for (int tries = 0; tries < 6; tries++) {
		crossings[below(f, ARRAY_SIZE(crossings))](f, t);
		if (is_of_use(t))
			return;
		memcpy(t, &before, sizeof(before));
	}
}

static void make(struct fuzz *f, struct trial *t)
{
	if (!real_trial(f, t, false))
		return;
	if (one_in(f, 3))
		real_change(f, t);
	do
		cross(f, t);
	while (t->n && one_in(f, 2));
}

const struct generator gen_cross = {"cross", make};
