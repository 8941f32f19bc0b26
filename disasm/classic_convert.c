/*
 * From classic BPF to eBPF, as bpf_convert_filter() of net/core/filter.c does it: A is r0, X is r7,
 * the context r6, the scratch words lie on the stack. XDP has no loads that look for the packet's
 * end themselves: r8 and r9 are where it begins and ends. What never runs is left out, for the
 * verifier refuses it.
 */
#include "disasm/local.h"

enum { NET_OFF = -0x100000, LL_OFF = -0x200000, FAR = 0x7fff };

struct conversion {
	const struct classic_insn *insns;
	uint32_t n;
	enum classic_target target;
	int yes, no;
	struct strbuf *out;
	bool *reached;
	bool drops; /* somebody jumps there */
};

static bool is_branch(const struct classic_desc *desc)
{
	return desc->flags & CLASSIC_BRANCH;
}

/* Jumps only go forward: one walk finds what runs. */
static void mark_reached(struct conversion *c)
{
	c->reached[0] = true;
	for (uint32_t i = 0; i < c->n; i++) {
		const struct classic_insn *insn = &c->insns[i];
		const struct classic_desc *desc = classic_desc(insn->code);

		if (!c->reached[i] || desc->flags & CLASSIC_RET)
			continue;
		if (desc->flags & CLASSIC_JUMP) {
			c->reached[i + 1 + insn->k] = true;
		} else if (is_branch(desc)) {
			c->reached[i + 1 + insn->jt] = true;
			c->reached[i + 1 + insn->jf] = true;
		} else {
			c->reached[i + 1] = true;
		}
	}
}

#define EMIT(...) strbuf_addf(c->out, "\t" __VA_ARGS__)

static void drop_if(struct conversion *c, const char *condition)
{
	EMIT("if %s goto drop\n", condition);
	c->drops = true;
}

/* ---- loads ---- */

static const char *width_of(uint16_t code)
{
	return (code & 0x18) == 0x10 ? "u8" : (code & 0x18) == 8 ? "u16" : "u32";
}

static void swap(struct conversion *c, const char *width)
{
	if (strcmp(width, "u8") != 0)
		EMIT("r0 = be%s r0\n", width + 1);
}

/* A load at r1, which is an offset from the packet's begin, at most FAR. */
static void load_xdp(struct conversion *c, const char *width)
{
	uint32_t size = width[1] == '8' ? 1 : width[1] == '1' ? 2 : 4;

	EMIT("r1 += r8\n");
	EMIT("r2 = r1\n");
	EMIT("r2 += %u\n", size);
	drop_if(c, "r2 > r9");
	EMIT("r0 = *(%s *)(r1 + 0)\n", width);
	swap(c, width);
}

static const char *load_packet(struct conversion *c, const char *width, uint32_t k, bool by_x)
{
	int32_t off = (int32_t)k;

	if (c->target != CLASSIC_TO_XDP) {
		if (by_x)
			EMIT("r0 = *(%s *)skb[r7 + %d]\n", width, off);
		else
			EMIT("r0 = *(%s *)skb[%d]\n", width, off);
		return NULL;
	}
	if (off < 0 && off >= NET_OFF)
		off = off - NET_OFF + 14;
	else if (off < NET_OFF && off >= LL_OFF)
		off -= LL_OFF;
	if (by_x) {
		EMIT("w1 = w7\n");
		EMIT("w1 += %d\n", off);
		drop_if(c, "w1 > 32767");
	} else {
		if (off < 0 || off > FAR)
			return "XDP programs reach no such offset";
		EMIT("r1 = %d\n", off);
	}
	load_xdp(c, width);
	return NULL;
}

/* X = 4 * (byte & 15), A stays */
static const char *load_msh(struct conversion *c, uint32_t k)
{
	const char *saved = c->target == CLASSIC_TO_XDP ? "r5" : "r8", *why;

	EMIT("%s = r0\n", saved);
	why = load_packet(c, "u8", k, false);
	EMIT("w0 &= 15\n");
	EMIT("w0 <<= 2\n");
	EMIT("r7 = r0\n");
	EMIT("r0 = %s\n", saved);
	return why;
}

static void load_field(struct conversion *c, int off, bool swapped)
{
	EMIT("r0 = *(u32 *)(r6 + %d)\n", off);
	if (swapped)
		EMIT("r0 = be16 r0\n");
}

/* What __sk_buff and xdp_md have of it */
static const struct {
	const char *name;
	int skb, xdp; /* offsets; -1: nowhere */
	bool swapped, nonzero;
} ancillaries[] = {
	{"#proto", 16, -1, true, false},     {"#type", 4, -1, false, false},
	{"#ifidx", 40, 12, false, true},     {"#mark", 8, -1, false, false},
	{"#queue", 12, 16, false, false},    {"#rxhash", 68, -1, false, false},
	{"#vlan_tci", 24, -1, false, false}, {"#vlan_avail", 20, -1, false, false},
	{"#vlan_tpid", 28, -1, true, false},
};

static const char *load_ancillary(struct conversion *c, const char *name)
{
	bool xdp = c->target == CLASSIC_TO_XDP;

	if (strcmp(name, "#xor_x") == 0) {
		EMIT("w0 ^= w7\n");
		return NULL;
	}
	if (strcmp(name, "#cpu") == 0 || strcmp(name, "#rand") == 0) {
		EMIT("call bpf_get_%s\n", name[1] == 'c' ? "smp_processor_id" : "prandom_u32");
		return NULL;
	}
	if (xdp && strcmp(name, "#proto") == 0) {
		load_packet(c, "u16", 12, false);
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(ancillaries); i++) {
		int off = xdp ? ancillaries[i].xdp : ancillaries[i].skb;

		if (strcmp(ancillaries[i].name, name) != 0 || off < 0)
			continue;
		load_field(c, off, ancillaries[i].swapped);
		if (ancillaries[i].nonzero)
			drop_if(c, "r0 == 0");
		return NULL;
	}
	return "no context of such a program has that ancillary data";
}

static void load_len(struct conversion *c, const char *to)
{
	if (c->target == CLASSIC_TO_SECCOMP) {
		EMIT("%s = 64\n", to);
	} else if (c->target == CLASSIC_TO_XDP) {
		EMIT("%s = r9\n", to);
		EMIT("%s -= r8\n", to);
	} else {
		EMIT("%s = *(u32 *)(r6 + 0)\n", to);
	}
}

static const char *load(struct conversion *c, const struct classic_insn *insn,
			const struct classic_desc *desc)
{
	const char *reg = insn->code & 1 ? "r7" : "r0", *name;

	switch (desc->operand) {
	case CLASSIC_HEX:
		EMIT("w%s = %d\n", reg + 1, (int32_t)insn->k);
		return NULL;
	case CLASSIC_MEM:
		EMIT("%s = *(u32 *)(r10 - %u)\n", reg, 4 * (insn->k + 1));
		return NULL;
	case CLASSIC_LEN:
		load_len(c, reg);
		return NULL;
	case CLASSIC_MSH:
		return load_msh(c, insn->k);
	case CLASSIC_IND:
		return load_packet(c, width_of(insn->code), insn->k, true);
	default:
		if (c->target == CLASSIC_TO_SECCOMP) {
			EMIT("r0 = *(u32 *)(r6 + %u)\n", insn->k);
			return NULL;
		}
		name = classic_ancillary_name(insn->k);
		return name ? load_ancillary(c, name)
			    : load_packet(c, width_of(insn->code), insn->k, false);
	}
}

/* ---- all others ---- */

static void compute(struct conversion *c, const struct classic_insn *insn,
		    const struct classic_desc *desc)
{
	static const char *const ops[] = {
		"+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", NULL, "%=", "^="};
	uint32_t op = (insn->code & 0xf0) >> 4;

	if (op == 8) {
		EMIT("w0 = -w0\n");
	} else if (desc->operand == CLASSIC_X) {
		if (op == 3 || op == 9)
			drop_if(c, "w7 == 0");
		EMIT("w0 %s w7\n", ops[op]);
	} else {
		EMIT("w0 %s %d\n", ops[op], (int32_t)insn->k);
	}
}

static void branch(struct conversion *c, uint32_t at, const struct classic_insn *insn,
		   const struct classic_desc *desc)
{
	static const char *const ops[] = {NULL, "==", ">", ">=", "&"};
	const char *op = ops[(insn->code & 0x70) >> 4];

	if (desc->operand == CLASSIC_X)
		EMIT("if w0 %s w7 goto l%u\n", op, at + 1 + insn->jt);
	else
		EMIT("if w0 %s %d goto l%u\n", op, (int32_t)insn->k, at + 1 + insn->jt);
	if (insn->jf)
		EMIT("goto l%u\n", at + 1 + insn->jf);
}

static bool answers_itself(const struct conversion *c)
{
	return c->target == CLASSIC_TO_SOCKET || c->target == CLASSIC_TO_SECCOMP;
}

static void answer(struct conversion *c, const struct classic_insn *insn,
		   const struct classic_desc *desc)
{
	bool constant = desc->operand != CLASSIC_NONE;

	if (answers_itself(c)) {
		if (constant)
			EMIT("w0 = %d\n", (int32_t)insn->k);
	} else if (constant) {
		EMIT("r0 = %d\n", insn->k ? c->yes : c->no);
	} else {
		drop_if(c, "w0 == 0");
		EMIT("r0 = %d\n", c->yes);
	}
	EMIT("exit\n");
}

static const char *convert_insn(struct conversion *c, uint32_t at)
{
	const struct classic_insn *insn = &c->insns[at];
	const struct classic_desc *desc = classic_desc(insn->code);

	strbuf_addf(c->out, "l%u:\n", at);
	if (desc->flags & CLASSIC_RET)
		answer(c, insn, desc);
	else if (desc->flags & CLASSIC_JUMP)
		EMIT("goto l%u\n", at + 1 + insn->k);
	else if (is_branch(desc))
		branch(c, at, insn, desc);
	else if (desc->flags & CLASSIC_STORES)
		EMIT("*(u32 *)(r10 - %u) = %s\n", 4 * (insn->k + 1), insn->code & 1 ? "r7" : "r0");
	else if ((insn->code & 7) == 4)
		compute(c, insn, desc);
	else if (insn->code == 0x07)
		EMIT("r7 = r0\n");
	else if (insn->code == 0x87)
		EMIT("r0 = r7\n");
	else
		return load(c, insn, desc);
	return NULL;
}

static void begin(struct conversion *c)
{
	static const char *const heads[] = {
		[CLASSIC_TO_SOCKET] = "\t.license \"GPL\"\n\t.prog filter, \"socket\"\n",
		[CLASSIC_TO_TC] = "\t.license \"GPL\"\n\t.prog filter, \"tc\"\n",
		[CLASSIC_TO_XDP] = "\t.license \"GPL\"\n\t.prog filter, \"xdp\"\n",
		[CLASSIC_TO_SECCOMP] = "filter:\n",
	};

	strbuf_add(c->out, heads[c->target]);
	EMIT("r6 = r1\n");
	EMIT("r0 = 0\n");
	EMIT("r7 = 0\n");
	if (c->target == CLASSIC_TO_XDP) {
		EMIT("r8 = *(u32 *)(r6 + 0)\n");
		EMIT("r9 = *(u32 *)(r6 + 4)\n");
	}
}

const char *classic_convert(const struct classic_insn *insns, uint32_t n,
			    enum classic_target target, int yes, int no, struct strbuf *out,
			    uint32_t *at)
{
	struct conversion c = {.insns = insns,
			       .n = n,
			       .target = target,
			       .yes = yes,
			       .no = no,
			       .out = out,
			       .reached = xcalloc(n + 1, sizeof(bool))};
	const char *why = NULL;

	mark_reached(&c);
	begin(&c);
	for (*at = 0; *at < n && !why; ++*at)
		if (c.reached[*at])
			why = convert_insn(&c, *at);
	if (!why && c.drops)
		strbuf_addf(out, "drop:\n\tr0 = %d\n\texit\n", answers_itself(&c) ? 0 : no);
	*at -= why != NULL;
	free(c.reached);
	return why;
}
