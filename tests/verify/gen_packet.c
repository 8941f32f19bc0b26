/*
 * Pointers into packets: moved by what is known and what is not, compared with the packet's end and
 * with each other in every form there is, kept on the stack, handed to helpers, lost when packets
 * change. What the verifier must know is how many bytes there are behind each.
 */
#include "tests/verify/trial.h"

#include "core/helper/helper.h"
#include "core/isa/build.h"

enum {
	/* r1 to r5 are for calls, r0 is a number. */
	CTX = 6,
	A = 7, /* pointers into the packet */
	B = 8,
	END = 9,
	SLOTS = 4,
	OUTS = 48,
};

struct packet {
	struct fuzz *f;
	struct trial *t;
	uint32_t outs[OUTS], nouts; /* jumps to the end */
	int16_t data, end, meta; /* in the context; meta -1: there is none */
	bool wide; /* the context has 64-bit pointers */
};

static const struct {
	uint32_t type;
	int16_t data, end, meta;
	bool wide;
} kinds[] = {
	{PROG_TYPE_XDP, 0, 4, 8, false},	   {PROG_TYPE_XDP, 0, 4, 8, false},
	{PROG_TYPE_SCHED_CLS, 76, 80, 140, false}, {PROG_TYPE_SCHED_CLS, 76, 80, 140, false},
	{PROG_TYPE_SCHED_ACT, 76, 80, 140, false}, {PROG_TYPE_CGROUP_SKB, 76, 80, -1, false},
	{PROG_TYPE_SK_SKB, 76, 80, -1, false},	   {PROG_TYPE_LWT_XMIT, 76, 80, -1, false},
	{PROG_TYPE_LWT_IN, 76, 80, -1, false},	   {PROG_TYPE_FLOW_DISSECTOR, 76, 80, -1, false},
	{PROG_TYPE_SK_MSG, 0, 8, -1, true},
};

static uint8_t pointer(struct packet *g)
{
	return one_in(g->f, 2) ? A : B;
}

/* Another than the first, most often. */
static uint8_t other(struct packet *g, uint8_t than)
{
	return one_in(g->f, 4) ? END : than == A ? B : A;
}

static void load_from_ctx(struct packet *g, uint8_t to, int16_t off)
{
	emit(g->t, g->wide ? INSN_LDX_DW(to, CTX, off) : INSN_LDX_W(to, CTX, off));
}

static void jump_out(struct packet *g, struct bpf_insn insn)
{
	if (g->nouts == OUTS)
		return;
	g->outs[g->nouts++] = g->t->n;
	emit(g->t, insn);
}

/* ---- statements ---- */

static void begin_again(struct packet *g)
{
	int16_t off = one_in(g->f, 6) ? g->end : g->data;

	if (g->meta >= 0 && one_in(g->f, 4))
		off = g->meta;
	load_from_ctx(g, one_in(g->f, 8) ? END : pointer(g), off);
	if (one_in(g->f, 4))
		load_from_ctx(g, END, one_in(g->f, 6) && g->meta >= 0 ? g->data : g->end);
}

static void copy(struct packet *g)
{
	uint8_t to = pointer(g);

	emit(g->t, INSN_MOV64_X(to, other(g, to)));
}

static void move(struct packet *g)
{
	static const int32_t steps[] = {1,	2,   4,	     8,	     14,     20, 34,
					64,	256, 0xffff, 0xfff0, 0x1000, -1, -8};
	int32_t by = steps[below(g->f, ARRAY_SIZE(steps))];

	emit(g->t, one_in(g->f, 6) ? INSN_SUB64_K(pointer(g), by) : INSN_ADD64_K(pointer(g), by));
}

/* By a number of which so much is known. */
static void move_unknown(struct packet *g)
{
	uint8_t p = pointer(g);

	if (one_in(g->f, 2)) {
		emit_value(g->t, 0, "direct", 0);
		emit(g->t, INSN_LDX_DW(0, 0, 0));
	}
	if (!one_in(g->f, 6))
		emit(g->t, INSN_AND64_K(0, (1 << below(g->f, 17)) - 1));
	if (one_in(g->f, 3))
		emit(g->t, INSN_LSH64_K(0, (int)below(g->f, 4)));
	if (one_in(g->f, 4))
		jump_out(g, INSN_JGT64_K(0, (int)below(g->f, 1 << below(g->f, 17)), 0));
	emit(g->t, one_in(g->f, 8) ? INSN_SUB64_X(p, 0) : INSN_ADD64_X(p, 0));
}

static void compare_some(struct packet *g)
{
	uint8_t a = pointer(g), b = one_in(g->f, 3) ? other(g, a) : END;
	struct bpf_insn insn;

	do
		insn = one_in(g->f, 12) ? fuzz_cond(g->f, a, b)
		       : one_in(g->f, 2) ? INSN_JGT64_X(a, b, 0)
		       : one_in(g->f, 2) ? INSN_JGE64_X(a, b, 0)
		       : one_in(g->f, 2) ? INSN_JLT64_X(a, b, 0)
					 : INSN_JLE64_X(a, b, 0);
	while (!(insn.code & INSN_SRC_X));
	if (one_in(g->f, 3)) {
		insn.dst_reg = b & 15;
		insn.src_reg = a & 15;
	}
	if (one_in(g->f, 8)) { /* what follows is for one side, or for both */
		insn.off = (int16_t)(1 + below(g->f, 2));
		emit(g->t, insn);
		emit(g->t, fuzz_load(g->f, fuzz_size(g->f), 0, a, (int)below(g->f, 9)));
	} else if (one_in(g->f, 3)) {
		insn.off = 1; /* goto out, unless */
		emit(g->t, insn);
		jump_out(g, INSN_JA(0));
	} else {
		jump_out(g, insn);
	}
}

/* p + so many > end: the usual form */
static void check_bytes(struct packet *g, uint8_t p, int bytes)
{
	emit(g->t, INSN_MOV64_X(1, p));
	emit(g->t, INSN_ADD64_K(1, bytes));
	switch (below(g->f, 4)) {
	case 0:
		jump_out(g, INSN_JLT64_X(END, 1, 0));
		break;
	case 1:
		jump_out(g, INSN_JGE64_X(1, END, 0));
		break;
	default:
		jump_out(g, INSN_JGT64_X(1, END, 0));
	}
}

static void check(struct packet *g)
{
	check_bytes(g, pointer(g), (int)below(g->f, 40));
}

static void access(struct packet *g)
{
	uint8_t p = pointer(g);
	int off = (int)below(g->f, one_in(g->f, 4) ? 40 : 12) - (one_in(g->f, 6) ? 16 : 0);
	uint32_t size = fuzz_size(g->f);

	if (!one_in(g->f, 5))
		check_bytes(g, p, off + (int)size - (one_in(g->f, 20) ? 1 : 0));
	if (one_in(g->f, 3))
		emit(g->t, fuzz_store(g->f, size, p, 0, off));
	else
		emit(g->t, fuzz_load(g->f, size, 0, p, off));
}

static void keep(struct packet *g)
{
	int16_t off = (int16_t)(-8 * (1 + (int)below(g->f, SLOTS)));

	if (one_in(g->f, 2))
		emit(g->t, INSN_STX_DW(REG_FP, one_in(g->f, 6) ? END : pointer(g), off));
	else
		emit(g->t, INSN_LDX_DW(pointer(g), REG_FP, off));
}

/* The difference of two, or of none. */
static void subtract(struct packet *g)
{
	emit(g->t, INSN_MOV64_X(0, one_in(g->f, 2) ? END : A));
	emit(g->t, INSN_SUB64_X(0, pointer(g)));
}

static void help(struct packet *g)
{
	static const int32_t changing[] = {HELPER_skb_pull_data, HELPER_xdp_adjust_head,
					   HELPER_xdp_adjust_tail, HELPER_skb_change_head,
					   HELPER_xdp_adjust_meta, HELPER_msg_pull_data};
	struct trial *t = g->t;

	switch (below(g->f, 4)) {
	case 0:
		emit(t, INSN_MOV64_X(1, CTX));
		emit(t, INSN_MOV64_K(2, (int)below(g->f, 30)));
		emit(t, INSN_MOV64_K(3, 0));
		emit(t, INSN_MOV64_K(4, 0));
		emit(t, INSN_CALL(changing[below(g->f, ARRAY_SIZE(changing))]));
		break;
	case 1: /* a key in the packet */
		emit_map(t, 1, one_in(g->f, 2) ? "array" : "wide");
		emit(t, INSN_MOV64_X(2, pointer(g)));
		emit(t, INSN_ADD64_K(2, (int)below(g->f, 5)));
		emit(t, INSN_CALL(HELPER_map_lookup_elem));
		emit(t, INSN_MOV64_K(0, 3));
		break;
	default: /* memory in the packet, as much as is said */
		emit(t, INSN_MOV64_X(1, pointer(g)));
		emit(t, INSN_MOV64_K(2, 4 * (1 + (int)below(g->f, 6))));
		emit(t, INSN_MOV64_K(3, 0));
		emit(t, INSN_MOV64_K(4, 0));
		emit(t, INSN_MOV64_K(5, 0));
		emit(t, INSN_CALL(HELPER_csum_diff));
	}
}

static void (*const statements[])(struct packet *g) = {
	begin_again,  copy,	    copy,   move,   move,   move_unknown, move_unknown,
	compare_some, compare_some, check,  check,  check,  compare_some, keep,
	access,	      access,	    access, keep,   help,   subtract,
};

static void make(struct fuzz *f, struct trial *t)
{
	uint32_t i = below(f, ARRAY_SIZE(kinds)), n = 3 + below(f, 20);
	struct packet g = {.f = f,
			   .t = t,
			   .data = kinds[i].data,
			   .end = kinds[i].end,
			   .meta = kinds[i].meta,
			   .wide = kinds[i].wide};

	*t = (struct trial){.world = &f->world, .type = kinds[i].type};
	emit(t, INSN_MOV64_X(CTX, 1));
	emit(t, INSN_MOV64_K(0, 4));
	load_from_ctx(&g, A, g.data);
	load_from_ctx(&g, B, g.meta >= 0 && one_in(f, 3) ? g.meta : g.data);
	load_from_ctx(&g, END, g.end);
	for (int slot = 1; slot <= SLOTS; slot++)
		emit(t, INSN_STX_DW(REG_FP, A, (int16_t)(-8 * slot)));
	while (n--)
		statements[below(f, ARRAY_SIZE(statements))](&g);
	for (uint32_t k = 0; k < g.nouts; k++)
		trial_set_target(t, g.outs[k], t->n);
	emit(t, INSN_MOV64_K(0, (int)below(f, 2)));
	emit(t, INSN_EXIT());
}

const struct generator gen_packet = {"packet", make};
