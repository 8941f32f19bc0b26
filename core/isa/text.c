#include "core/isa/insn.h"

#include <ctype.h>
#include <string.h>

/* One instruction being written. */
struct text {
	struct strbuf *b;
	const struct bpf_insn *insn;
	const struct insn_desc *desc;
	enum insn_notation notation;
	const struct insn_names *names;
};

static bool is_kernel(const struct text *t)
{
	return t->notation == NOTATION_KERNEL;
}

static char reg_letter(const struct text *t)
{
	return t->desc->flags & INSN_W32 ? 'w' : 'r';
}

/* The kernel writes r even where an atomic works on 32 bits; LLVM writes w. */
static char atomic_letter(const struct text *t)
{
	return is_kernel(t) ? 'r' : reg_letter(t);
}

/* Small numbers read best in decimal, bit patterns in hexadecimal. */
static void add_imm(const struct text *t, int32_t imm)
{
	if (is_kernel(t) || imm < 4096)
		strbuf_addf(t->b, "%d", imm);
	else
		strbuf_addf(t->b, "0x%x", (uint32_t)imm);
}

/* (r1 + 4), in the kernel's hand (r1 +4) */
static void add_mem(const struct text *t, unsigned int reg, int16_t off)
{
	if (is_kernel(t))
		strbuf_addf(t->b, "(r%u %+d)", reg, off);
	else
		strbuf_addf(t->b, "(r%u %c %d)", reg, off < 0 ? '-' : '+', off < 0 ? -off : off);
}

static void add_target(const struct text *t)
{
	const struct insn_names *names = t->names;
	int32_t rel = t->desc->shape == SHAPE_JA32 ? t->insn->imm : t->insn->off;

	if (names && names->target && names->target(names->arg, t->b, t->insn))
		return;
	strbuf_addf(t->b, is_kernel(t) ? "pc%+d" : "%+d", rel);
}

static void text_none(const struct text *t)
{
	strbuf_add(t->b, t->desc->text);
}

static void text_alu_x(const struct text *t)
{
	char c = reg_letter(t);

	strbuf_addf(t->b, "%c%u %s %c%u", c, t->insn->dst_reg, t->desc->text, c, t->insn->src_reg);
}

static void text_alu_k(const struct text *t)
{
	strbuf_addf(t->b, "%c%u %s ", reg_letter(t), t->insn->dst_reg, t->desc->text);
	add_imm(t, t->insn->imm);
}

static void text_unary(const struct text *t)
{
	char c = reg_letter(t);

	strbuf_addf(t->b, "%c%u = %s%c%u", c, t->insn->dst_reg, t->desc->text, c, t->insn->dst_reg);
}

static void text_end(const struct text *t)
{
	strbuf_addf(t->b, "r%u = %s r%u", t->insn->dst_reg, t->desc->text, t->insn->dst_reg);
}

static void text_movsx(const struct text *t)
{
	char c = reg_letter(t);

	strbuf_addf(t->b, "%c%u = (%s)%c%u", c, t->insn->dst_reg, t->desc->text, c,
		    t->insn->src_reg);
}

static void text_ld64(const struct text *t)
{
	const struct insn_names *names = t->names;
	size_t start = t->b->len;

	strbuf_addf(t->b, "r%u = ", t->insn->dst_reg);
	if (names && names->imm64 && names->imm64(names->arg, t->b, t->insn))
		return;
	if (!is_kernel(t) && t->insn->src_reg) { /* "ll" alone is the plain kind */
		t->b->len = start;
		strbuf_addf(t->b, "ld_pseudo r%u, %u, 0x%llx", t->insn->dst_reg,
			    t->insn->src_reg, (unsigned long long)insn_imm64(t->insn));
		return;
	}
	strbuf_addf(t->b, "0x%llx", (unsigned long long)insn_imm64(t->insn));
	if (!is_kernel(t))
		strbuf_add(t->b, " ll");
}

static void text_ldx(const struct text *t)
{
	strbuf_addf(t->b, "r%u = *(%s *)", t->insn->dst_reg, t->desc->text);
	add_mem(t, t->insn->src_reg, t->insn->off);
}

static void text_stx(const struct text *t)
{
	strbuf_addf(t->b, "*(%s *)", t->desc->text);
	add_mem(t, t->insn->dst_reg, t->insn->off);
	strbuf_addf(t->b, " = r%u", t->insn->src_reg);
}

static void text_st(const struct text *t)
{
	strbuf_addf(t->b, "*(%s *)", t->desc->text);
	add_mem(t, t->insn->dst_reg, t->insn->off);
	strbuf_add(t->b, " = ");
	add_imm(t, t->insn->imm);
}

static const char *mem_type(const struct text *t)
{
	return t->desc->size == 8 ? "u64" : "u32";
}

/* LLVM: xchg_64(r1 + 0, r2), cmpxchg32_32(r1 + 0, w0, w2) */
static void text_exchange_llvm(const struct text *t, bool compares)
{
	bool is64 = t->desc->size == 8;
	int off = t->insn->off;
	char c = atomic_letter(t);

	strbuf_addf(t->b, "%c%u = %s%s(r%u %c %d, ", c, compares ? 0 : t->insn->src_reg,
		    t->desc->text, is64 ? "_64" : "32_32", t->insn->dst_reg, off < 0 ? '-' : '+',
		    off < 0 ? -off : off);
	if (compares)
		strbuf_addf(t->b, "%c0, ", c);
	strbuf_addf(t->b, "%c%u)", c, t->insn->src_reg);
}

static void text_exchange_kernel(const struct text *t, bool compares)
{
	strbuf_addf(t->b, "r%u = atomic%s_%s((%s *)", compares ? 0 : t->insn->src_reg,
		    t->desc->size == 8 ? "64" : "", t->desc->text, mem_type(t));
	add_mem(t, t->insn->dst_reg, t->insn->off);
	strbuf_add(t->b, compares ? ", r0" : "");
	strbuf_addf(t->b, ", r%u)", t->insn->src_reg);
}

static void text_fetch(const struct text *t)
{
	char c = atomic_letter(t);

	strbuf_addf(t->b, "%c%u = atomic%s_fetch_%s((%s *)", c, t->insn->src_reg,
		    is_kernel(t) && t->desc->size == 8 ? "64" : "", t->desc->text, mem_type(t));
	add_mem(t, t->insn->dst_reg, t->insn->off);
	strbuf_addf(t->b, ", %c%u)", c, t->insn->src_reg);
}

static void text_lock(const struct text *t)
{
	strbuf_addf(t->b, "lock *(%s *)", mem_type(t));
	add_mem(t, t->insn->dst_reg, t->insn->off);
	strbuf_addf(t->b, " %s %c%u", t->desc->text, atomic_letter(t), t->insn->src_reg);
}

static void text_atomic(const struct text *t)
{
	bool compares = t->desc->flags & INSN_RD_R0;
	bool exchanges = compares || strcmp(t->desc->text, "xchg") == 0;

	if (!(t->desc->flags & INSN_FETCH))
		text_lock(t);
	else if (!exchanges)
		text_fetch(t);
	else if (is_kernel(t))
		text_exchange_kernel(t, compares);
	else
		text_exchange_llvm(t, compares);
}

/* LLVM has w registers for what is narrower than 64 bits. */
static char acquire_letter(const struct text *t)
{
	return is_kernel(t) || t->desc->size == 8 ? 'r' : 'w';
}

static void text_load_acq(const struct text *t)
{
	strbuf_addf(t->b, "%c%u = load_acquire((%s *)", acquire_letter(t), t->insn->dst_reg,
		    t->desc->text);
	add_mem(t, t->insn->src_reg, t->insn->off);
	strbuf_addch(t->b, ')');
}

static void text_store_rel(const struct text *t)
{
	strbuf_addf(t->b, "store_release((%s *)", t->desc->text);
	add_mem(t, t->insn->dst_reg, t->insn->off);
	strbuf_addf(t->b, ", %c%u)", acquire_letter(t), t->insn->src_reg);
}

static void text_ld_abs(const struct text *t)
{
	strbuf_addf(t->b, "r0 = *(%s *)skb[%d]", t->desc->text, t->insn->imm);
}

static void text_ld_ind(const struct text *t)
{
	strbuf_addf(t->b, "r0 = *(%s *)skb[r%u", t->desc->text, t->insn->src_reg);
	if (is_kernel(t) || t->insn->imm)
		strbuf_addf(t->b, " + %d", t->insn->imm);
	strbuf_addch(t->b, ']');
}

static void text_jmp_x(const struct text *t)
{
	char c = reg_letter(t);

	strbuf_addf(t->b, "if %c%u %s %c%u goto ", c, t->insn->dst_reg, t->desc->text, c,
		    t->insn->src_reg);
	add_target(t);
}

static void text_jmp_k(const struct text *t)
{
	strbuf_addf(t->b, "if %c%u %s ", reg_letter(t), t->insn->dst_reg, t->desc->text);
	if (is_kernel(t))
		strbuf_addf(t->b, "0x%x", (uint32_t)t->insn->imm);
	else
		add_imm(t, t->insn->imm);
	strbuf_add(t->b, " goto ");
	add_target(t);
}

static void text_ja(const struct text *t)
{
	strbuf_addf(t->b, "%s ", t->desc->text);
	add_target(t);
}

static void text_call(const struct text *t)
{
	const struct insn_names *names = t->names;
	bool is_local = t->desc->select == SELECT_SRC && t->desc->selval == PSEUDO_CALL;

	strbuf_add(t->b, "call ");
	if (is_local && is_kernel(t))
		strbuf_add(t->b, "pc");
	if (names && names->call && names->call(names->arg, t->b, t->insn))
		return;
	if (t->desc->shape == SHAPE_CALL_KFUNC)
		strbuf_addf(t->b, is_kernel(t) ? "kernel-function#%d" : "kfunc %d", t->insn->imm);
	else if (is_local)
		strbuf_addf(t->b, is_kernel(t) ? "%+d" : "pc%+d", t->insn->imm);
	else
		strbuf_addf(t->b, is_kernel(t) ? "unknown#%d" : "%d", t->insn->imm);
	if (!is_kernel(t) &&
	    t->insn->off) /* the BTF object of a kfunc, which the kernel leaves out */
		strbuf_addf(t->b, ", %d", t->insn->off);
}

static void text_callx(const struct text *t)
{
	strbuf_addf(t->b, "%s r%u", t->desc->text, t->insn->dst_reg);
}

static void text_cast(const struct text *t)
{
	strbuf_addf(t->b, "r%u = addr_space_cast(r%u, %u, %u)", t->insn->dst_reg, t->insn->src_reg,
		    (uint32_t)t->insn->imm >> 16, (uint32_t)t->insn->imm & 0xffff);
}

static void text_mov_percpu(const struct text *t)
{
	strbuf_addf(t->b, "r%u = &(void __percpu *)(r%u)", t->insn->dst_reg, t->insn->src_reg);
}

static void (*const writers[SHAPE_COUNT])(const struct text *) = {
	[SHAPE_NONE] = text_none,
	[SHAPE_ALU_X] = text_alu_x,
	[SHAPE_ALU_K] = text_alu_k,
	[SHAPE_UNARY] = text_unary,
	[SHAPE_END] = text_end,
	[SHAPE_MOVSX] = text_movsx,
	[SHAPE_LD64] = text_ld64,
	[SHAPE_LDX] = text_ldx,
	[SHAPE_STX] = text_stx,
	[SHAPE_ST] = text_st,
	[SHAPE_ATOMIC] = text_atomic,
	[SHAPE_LOAD_ACQ] = text_load_acq,
	[SHAPE_STORE_REL] = text_store_rel,
	[SHAPE_LD_ABS] = text_ld_abs,
	[SHAPE_LD_IND] = text_ld_ind,
	[SHAPE_JMP_X] = text_jmp_x,
	[SHAPE_JMP_K] = text_jmp_k,
	[SHAPE_JA] = text_ja,
	[SHAPE_JA32] = text_ja,
	[SHAPE_CALL] = text_call,
	[SHAPE_CALL_KFUNC] = text_call,
	[SHAPE_CALLX] = text_callx,
	[SHAPE_CAST] = text_cast,
	[SHAPE_MOV_PERCPU] = text_mov_percpu,
};

void insn_text(struct strbuf *b, const struct bpf_insn *insn, enum insn_notation notation,
	       const struct insn_names *names)
{
	struct text t = {b, insn, insn_desc(insn), notation, names};

	if (t.desc == &insn_descs[OP_BAD])
		strbuf_addf(b, "BUG_%02x", insn->code);
	else
		writers[t.desc->shape](&t);
}

/* "  12: (b7) r1 = 5" */
static bool is_dump_line(const char *s, const char *end)
{
	const char *digits;

	while (s < end && isspace((unsigned char)*s))
		s++;
	for (digits = s; s < end && isdigit((unsigned char)*s);)
		s++;
	return s > digits && end - s > 5 && s[0] == ':' && s[1] == ' ' && s[2] == '(' &&
	       isxdigit((unsigned char)s[3]) && isxdigit((unsigned char)s[4]) && s[5] == ')';
}

bool insn_text_is_dump(const char *text, size_t size)
{
	const char *end = text + size, *eol;

	for (; text < end; text = eol + 1) {
		eol = memchr(text, '\n', (size_t)(end - text));
		eol = eol ? eol : end;
		if (is_dump_line(text, eol))
			return true;
	}
	return false;
}
