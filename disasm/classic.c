/*
 * Classic BPF: the filters of tcpdump, iptables and seccomp. The table below is the instruction
 * set; a row says how its operand is written, in the words of tcpdump -d, and what the kernel
 * checks about it (bpf_check_classic() and check_load_and_stores() of net/core/filter.c).
 */
#include "disasm/local.h"

#define ALU_ROW(op, name, operand, flags)                                                          \
	{0x04 | op, name, operand, flags},                                                         \
	{                                                                                          \
		0x0c | op, name, CLASSIC_X, 0                                                      \
	}
#define JUMP_ROW(op, name)                                                                         \
	{0x05 | op, name, CLASSIC_HEX, CLASSIC_BRANCH},                                            \
	{                                                                                          \
		0x0d | op, name, CLASSIC_X, CLASSIC_BRANCH                                         \
	}

const struct classic_desc classic_descs[] = {
	{0x00, "ld", CLASSIC_HEX, 0},
	{0x01, "ldx", CLASSIC_HEX, 0},
	{0x20, "ld", CLASSIC_ABS, 0},
	{0x28, "ldh", CLASSIC_ABS, 0},
	{0x30, "ldb", CLASSIC_ABS, 0},
	{0x40, "ld", CLASSIC_IND, 0},
	{0x48, "ldh", CLASSIC_IND, 0},
	{0x50, "ldb", CLASSIC_IND, 0},
	{0x60, "ld", CLASSIC_MEM, 0},
	{0x61, "ldx", CLASSIC_MEM, 0},
	{0x80, "ld", CLASSIC_LEN, 0},
	{0x81, "ldx", CLASSIC_LEN, 0},
	{0xb1, "ldxb", CLASSIC_MSH, 0},
	{0x02, "st", CLASSIC_MEM, CLASSIC_STORES},
	{0x03, "stx", CLASSIC_MEM, CLASSIC_STORES},
	ALU_ROW(0x00, "add", CLASSIC_DEC, 0),
	ALU_ROW(0x10, "sub", CLASSIC_DEC, 0),
	ALU_ROW(0x20, "mul", CLASSIC_DEC, 0),
	ALU_ROW(0x30, "div", CLASSIC_DEC, CLASSIC_NONZERO),
	ALU_ROW(0x40, "or", CLASSIC_HEX, 0),
	ALU_ROW(0x50, "and", CLASSIC_HEX, 0),
	ALU_ROW(0x60, "lsh", CLASSIC_DEC, CLASSIC_SHIFT),
	ALU_ROW(0x70, "rsh", CLASSIC_DEC, CLASSIC_SHIFT),
	ALU_ROW(0x90, "mod", CLASSIC_DEC, CLASSIC_NONZERO),
	ALU_ROW(0xa0, "xor", CLASSIC_HEX, 0),
	{0x84, "neg", CLASSIC_NONE, 0},
	{0x05, "ja", CLASSIC_TARGET, CLASSIC_JUMP},
	JUMP_ROW(0x10, "jeq"),
	JUMP_ROW(0x20, "jgt"),
	JUMP_ROW(0x30, "jge"),
	JUMP_ROW(0x40, "jset"),
	{0x06, "ret", CLASSIC_DEC, CLASSIC_RET},
	{0x16, "ret", CLASSIC_NONE, CLASSIC_RET},
	{0x07, "tax", CLASSIC_NONE, 0},
	{0x87, "txa", CLASSIC_NONE, 0},
};
_Static_assert(ARRAY_SIZE(classic_descs) == CLASSIC_DESCS, "as local.h has it");

/*
 * Offsets from SKF_AD_OFF on name what is not in the packet (uapi/linux/filter.h); bpf_asm's words.
 */
static const char *const ancillary[] = {
	[0] = "#proto",	      [4] = "#type",  [8] = "#ifidx",  [12] = "#nla",
	[16] = "#nlan",	      [20] = "#mark", [24] = "#queue", [28] = "#hatype",
	[32] = "#rxhash",     [36] = "#cpu",  [40] = "#xor_x", [44] = "#vlan_tci",
	[48] = "#vlan_avail", [52] = "#poff", [56] = "#rand",  [60] = "#vlan_tpid",
};

const char *classic_ancillary_name(uint32_t k)
{
	return k >= CLASSIC_ANCILLARY && k - CLASSIC_ANCILLARY < ARRAY_SIZE(ancillary)
		       ? ancillary[k - CLASSIC_ANCILLARY]
		       : NULL;
}

bool classic_ancillary(const char *name, size_t len, uint32_t *k)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(ancillary); i++)
		if (ancillary[i] && strlen(ancillary[i]) == len + 1 &&
		    memcmp(ancillary[i] + 1, name, len) == 0) {
			*k = CLASSIC_ANCILLARY + i;
			return true;
		}
	return false;
}

const struct classic_desc *classic_desc(uint16_t code)
{
	for (size_t i = 0; i < CLASSIC_DESCS; i++)
		if (classic_descs[i].code == code)
			return &classic_descs[i];
	return NULL;
}

/* ---- reading ---- */

static int read_number(struct scan *s, const char *what, uint64_t max, uint64_t *out)
{
	const char *at;
	int err;

	scan_space(s);
	at = s->p;
	err = scan_number(s, out);
	if (err)
		return err;
	s->p = *out > max ? at : s->p;
	return *out > max ? scan_fail(s, "%s is at most %llu", what, (unsigned long long)max) : 0;
}

/* Commas between the four are what C has and tcpdump -ddd does not. */
static int read_insn(struct scan *s, bool commas, struct classic_insn *out)
{
	static const struct {
		const char *what;
		uint64_t max;
	} parts[] = {
		{"an opcode", UINT16_MAX},
		{"a jump offset", UINT8_MAX},
		{"a jump offset", UINT8_MAX},
		{"a constant", UINT32_MAX},
	};
	uint64_t v[4];

	for (unsigned int i = 0; i < 4; i++) {
		int err = read_number(s, parts[i].what, parts[i].max, &v[i]);

		if (!err && commas && i < 3 && !scan_accept(s, ','))
			err = scan_fail(s, "expected ','");
		if (err)
			return err;
	}
	*out = (struct classic_insn){(uint16_t)v[0], (uint8_t)v[1], (uint8_t)v[2], (uint32_t)v[3]};
	return 0;
}

static int read_counted(struct scan *s, struct classic_insn *insns, uint32_t *n)
{
	uint64_t count;
	int err = read_number(s, "the number of instructions", CLASSIC_MAX, &count);

	while (!err) {
		scan_accept(s, ',');
		scan_space(s);
		if (s->p == s->end)
			break;
		if (*n == count)
			return scan_fail(s, "more than the %llu instructions that were announced",
					 (unsigned long long)count);
		err = read_insn(s, false, &insns[(*n)++]);
	}
	if (!err && *n < count)
		err = scan_fail(s, "%u instructions, but %llu were announced", *n,
				(unsigned long long)count);
	return err;
}

static int read_initialisers(struct scan *s, struct classic_insn *insns, uint32_t *n)
{
	while (scan_bracket(s)) {
		int err;

		if (*n == CLASSIC_MAX)
			return scan_fail(s, "more than %d instructions", CLASSIC_MAX);
		err = read_insn(s, true, &insns[(*n)++]);
		if (err)
			return err;
		scan_accept(s, ',');
		if (!scan_accept(s, '}') && !scan_accept(s, ')'))
			return scan_fail(s,
					 "expected the end of the initialiser after four numbers");
	}
	return 0;
}

int classic_read(struct bytes in, const char *path, struct arena *a, struct diag *d,
		 struct classic_insn **out, uint32_t *n)
{
	struct scan s = scan_open(in, path, d);
	bool in_c = in.size && (memchr(in.data, '{', in.size) || memchr(in.data, '(', in.size));
	int err;

	*n = 0;
	*out = arena_array(a, struct classic_insn, CLASSIC_MAX);
	err = in_c ? read_initialisers(&s, *out, n) : read_counted(&s, *out, n);
	if (!err && !*n)
		err = scan_fail(&s, "no instructions");
	return err;
}

/* ---- checking ---- */

static const char *check_operand(const struct classic_desc *desc, const struct classic_insn *insn,
				 uint32_t left)
{
	if ((desc->flags & CLASSIC_NONZERO) && !insn->k)
		return "division by the constant 0";
	if ((desc->flags & CLASSIC_SHIFT) && insn->k >= 32)
		return "shift by 32 or more";
	if (desc->operand == CLASSIC_MEM && insn->k > 15)
		return "there are 16 words of scratch memory";
	if (desc->operand == CLASSIC_ABS && insn->k >= CLASSIC_ANCILLARY &&
	    !classic_ancillary_name(insn->k))
		return "no such ancillary data";
	if ((desc->flags & CLASSIC_JUMP) && insn->k >= left)
		return "jump beyond the end";
	if ((desc->flags & CLASSIC_BRANCH) && (insn->jt >= left || insn->jf >= left))
		return "jump beyond the end";
	return NULL;
}

/*
 * Scratch words must be stored on every path before they are loaded. Jumps only go forward, so one
 * walk does: masks[i] holds the words stored on all paths to i.
 */
static const char *check_scratch(const struct classic_insn *insns, uint32_t n, uint32_t *at)
{
	uint16_t masks[CLASSIC_MAX], stored = 0;

	memset(masks, 0xff, sizeof(masks));
	for (*at = 0; *at < n; ++*at) {
		const struct classic_insn *insn = &insns[*at];
		const struct classic_desc *desc = classic_desc(insn->code);
		uint32_t next = *at + 1;

		stored &= masks[*at];
		if (desc->flags & CLASSIC_STORES)
			stored |= (uint16_t)(1u << insn->k);
		else if (desc->operand == CLASSIC_MEM && !(stored >> insn->k & 1))
			return "load of a scratch word that was not stored on every path";
		if (desc->flags & CLASSIC_JUMP)
			masks[next + insn->k] &= stored;
		if (desc->flags & CLASSIC_BRANCH) {
			masks[next + insn->jt] &= stored;
			masks[next + insn->jf] &= stored;
		}
		if (desc->flags & (CLASSIC_JUMP | CLASSIC_BRANCH))
			stored = UINT16_MAX;
	}
	return NULL;
}

const char *classic_check(const struct classic_insn *insns, uint32_t n, uint32_t *at)
{
	for (*at = 0; *at < n; ++*at) {
		const struct classic_desc *desc = classic_desc(insns[*at].code);
		const char *why =
			desc ? check_operand(desc, &insns[*at], n - *at - 1) : "unknown opcode";

		if (why)
			return why;
	}
	*at = n - 1;
	if (!(classic_desc(insns[n - 1].code)->flags & CLASSIC_RET))
		return "the last instruction is no ret";
	return check_scratch(insns, n, at);
}

/* ---- writing ---- */

static void add_operand(struct strbuf *b, const struct classic_desc *desc, uint32_t k, uint32_t at)
{
	const char *name = classic_ancillary_name(k);

	switch (desc->operand) {
	case CLASSIC_ABS:
		if (name)
			strbuf_add(b, name);
		else
			strbuf_addf(b, "[%d]", (int32_t)k);
		break;
	case CLASSIC_IND:
		strbuf_addf(b, "[x + %d]", (int32_t)k);
		break;
	case CLASSIC_MSH:
		strbuf_addf(b, "4*([%d]&0xf)", (int32_t)k);
		break;
	case CLASSIC_LEN:
		strbuf_add(b, "#pktlen");
		break;
	case CLASSIC_MEM:
		strbuf_addf(b, "M[%u]", k);
		break;
	case CLASSIC_DEC:
		strbuf_addf(b, "#%d", (int32_t)k);
		break;
	case CLASSIC_HEX:
		strbuf_addf(b, "#0x%x", k);
		break;
	case CLASSIC_X:
		strbuf_addch(b, 'x');
		break;
	case CLASSIC_TARGET:
		strbuf_addf(b, "%u", at + 1 + k);
		break;
	}
}

void classic_insn_text(const struct classic_insn *insn, uint32_t at, struct strbuf *out)
{
	const struct classic_desc *desc = classic_desc(insn->code);
	struct strbuf operand = {0};

	if (!desc) {
		strbuf_addf(out, "unimp    #0x%x", insn->code);
		return;
	}
	add_operand(&operand, desc, insn->k, at);
	if (desc->flags & CLASSIC_BRANCH)
		strbuf_addf(out, "%-8s %-16s jt %u\tjf %u", desc->name, strbuf_str(&operand),
			    at + 1 + insn->jt, at + 1 + insn->jf);
	else if (operand.len)
		strbuf_addf(out, "%-8s %s", desc->name, strbuf_str(&operand));
	else
		strbuf_add(out, desc->name);
	strbuf_free(&operand);
}

void classic_text(const struct classic_insn *insns, uint32_t n, bool opcodes, struct strbuf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		strbuf_addf(out, "(%03u) ", i);
		classic_insn_text(&insns[i], i, out);
		if (opcodes)
			strbuf_addf(out, "\n      { 0x%x, %u, %u, 0x%08x },", insns[i].code,
				    insns[i].jt, insns[i].jf, insns[i].k);
		strbuf_addch(out, '\n');
	}
}

void classic_text_c(const struct classic_insn *insns, uint32_t n, struct strbuf *out)
{
	for (uint32_t i = 0; i < n; i++)
		strbuf_addf(out, "{ 0x%x, %u, %u, 0x%08x },\n", insns[i].code, insns[i].jt,
			    insns[i].jf, insns[i].k);
}

void classic_text_counted(const struct classic_insn *insns, uint32_t n, bool commas,
			  struct strbuf *out)
{
	strbuf_addf(out, "%u%s", n, commas ? "," : "\n");
	for (uint32_t i = 0; i < n; i++)
		strbuf_addf(out, "%u %u %u %u%s", insns[i].code, insns[i].jt, insns[i].jf,
			    insns[i].k,
			    !commas	? "\n"
			    : i + 1 < n ? ","
					: "\n");
}
