/*
 * Every form of every instruction, generated from insn_descs[]: written in each notation, assembled
 * by us, and, where they are installed, by LLVM's and GNU's assemblers; the bytes must be those the
 * form was made of. What the other assemblers do not read is counted, not judged.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asm/asm.h"
#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/isa/build.h"
#include "core/load/load.h"

/* One form; in the file at its own line. */
struct form {
	struct bpf_insn insn[2];
	char text[96];
};

struct forms {
	VEC(struct form) v;
	bool (*write)(struct strbuf *b, const struct bpf_insn *insn);
};

static const int16_t offs[] = {0, 1, -1, 8, 32767, -32768};
static const int32_t imms[] = {0, 1, -1, 10, 4096, INT32_MAX, INT32_MIN};
static const uint8_t regs[] = {0, 1, 9, 10};

/* ---- GNU's notation ---- */

static void gnu_tail(struct strbuf *b, const struct insn_desc *desc, const struct bpf_insn *in)
{
	switch (desc->shape) {
	case SHAPE_ALU_X:
		strbuf_addf(b, " %%r%u, %%r%u", in->dst_reg, in->src_reg);
		break;
	case SHAPE_ALU_K:
		strbuf_addf(b, " %%r%u, %d", in->dst_reg, in->imm);
		break;
	case SHAPE_UNARY:
		strbuf_addf(b, " %%r%u", in->dst_reg);
		break;
	case SHAPE_MOVSX:
		strbuf_addf(b, " %%r%u, %%r%u, %d", in->dst_reg, in->src_reg, desc->selval);
		break;
	case SHAPE_LD64:
		strbuf_addf(b, " %%r%u, 0x%llx", in->dst_reg, (unsigned long long)insn_imm64(in));
		break;
	case SHAPE_LDX:
		strbuf_addf(b, " %%r%u, [%%r%u+%d]", in->dst_reg, in->src_reg, in->off);
		break;
	case SHAPE_STX:
	case SHAPE_ATOMIC:
		strbuf_addf(b, " [%%r%u+%d], %%r%u", in->dst_reg, in->off, in->src_reg);
		break;
	case SHAPE_ST:
		strbuf_addf(b, " [%%r%u+%d], %d", in->dst_reg, in->off, in->imm);
		break;
	case SHAPE_LD_ABS:
	case SHAPE_CALL:
		strbuf_addf(b, " %d", in->imm);
		break;
	case SHAPE_LD_IND:
		strbuf_addf(b, " %%r%u, %d", in->src_reg, in->imm);
		break;
	case SHAPE_JMP_X:
		strbuf_addf(b, " %%r%u, %%r%u, %d", in->dst_reg, in->src_reg, in->off);
		break;
	case SHAPE_JMP_K:
		strbuf_addf(b, " %%r%u, %d, %d", in->dst_reg, in->imm, in->off);
		break;
	case SHAPE_JA:
	case SHAPE_JA32:
		strbuf_addf(b, " %d", desc->shape == SHAPE_JA ? in->off : in->imm);
		break;
	}
}

static bool write_gnu(struct strbuf *b, const struct bpf_insn *in)
{
	const struct insn_desc *desc = insn_desc(in);

	if (!*desc->gnu || desc->shape == SHAPE_CALLX || desc->shape == SHAPE_CALL_KFUNC ||
	    desc == &insn_descs[OP_CALL_LOCAL] || desc->shape == SHAPE_CAST ||
	    (desc->shape == SHAPE_LD64 && in->src_reg))
		return false;
	if (desc->shape == SHAPE_END) {
		bool swaps = desc->since == 4;

		strbuf_addf(b, "%s%s %%r%u, %d", swaps ? "" : "end", desc->gnu, in->dst_reg,
			    desc->selval);
		return true;
	}
	strbuf_add(b, desc->gnu);
	gnu_tail(b, desc, in);
	return true;
}

/* ---- the other notations ---- */

static bool write_llvm(struct strbuf *b, const struct bpf_insn *in)
{
	insn_text(b, in, NOTATION_LLVM, NULL);
	return true;
}

/* LLVM's assembler drops the upper half of a pseudo immediate, and pc is a symbol to it. */
static bool write_mc(struct strbuf *b, const struct bpf_insn *in)
{
	if ((insn_slots(in) == 2 && in->src_reg && in[1].imm) || insn_decode(in) == OP_CALL_LOCAL)
		return false;
	return write_llvm(b, in);
}

/* Slot and opcode in front. The kernel does not tell the kinds of 64-bit immediates apart. */
static bool write_kernel(struct strbuf *b, const struct bpf_insn *in)
{
	const struct insn_desc *desc = insn_desc(in);

	if ((desc->shape == SHAPE_LD64 && in->src_reg) ||
	    (desc->shape == SHAPE_CALL_KFUNC && in->off))
		return false;
	strbuf_addf(b, "(%02x) ", in->code);
	insn_text(b, in, NOTATION_KERNEL, NULL);
	return true;
}

/* ubpf and the conformance tests: what they write otherwise than GNU. */
static bool write_ubpf(struct strbuf *b, const struct bpf_insn *in)
{
	const struct insn_desc *desc = insn_desc(in);
	bool is_w = desc->flags & INSN_W32;

	switch (desc->shape) {
	case SHAPE_END:
		strbuf_addf(b, "%s%d %%r%u", desc->since == 4 ? "swap" : desc->gnu, desc->selval,
			    in->dst_reg);
		return true;
	case SHAPE_MOVSX:
		strbuf_addf(b, "movsx%d%d %%r%u, %%r%u", desc->selval, is_w ? 32 : 64, in->dst_reg,
			    in->src_reg);
		return true;
	case SHAPE_ATOMIC:
		strbuf_addf(b, "lock ");
		for (int op = 0; op < OP_COUNT; op++)
			if (insn_descs[op].shape == SHAPE_ATOMIC &&
			    insn_descs[op].size == desc->size &&
			    (insn_descs[op].flags & INSN_FETCH) &&
			    insn_descs[op].selval == (desc->selval | 1))
				strbuf_addf(b, "%s%s%s",
					    desc->selval == (desc->selval | 1) &&
							    desc->selval < 0xe0
						    ? "fetch_"
						    : "",
					    insn_descs[op].text, is_w ? "32" : "");
		strbuf_addf(b, " [%%r%u%+d], %%r%u", in->dst_reg, in->off, in->src_reg);
		return true;
	case SHAPE_JA32:
		strbuf_addf(b, "ja32 %+d", in->imm);
		return true;
	case SHAPE_CALL:
		strbuf_addf(b, in->src_reg ? "call local %+d" : "call %d", in->imm);
		return true;
	case SHAPE_CALL_KFUNC:
		strbuf_addf(b, "call runtime %d", in->imm);
		return !in->off;
	default:
		return write_gnu(b, in);
	}
}

/* ---- making forms ---- */

static void add_form(struct forms *f, struct bpf_insn insn)
{
	struct form *form = vec_add(&f->v);
	struct strbuf b = {0};

	form->insn[0] = insn;
	if (insn_slots(&insn) == 2)
		form->insn[1].imm = insn.imm / 3;
	if (f->write(&b, form->insn))
		snprintf(form->text, sizeof(form->text), "%s", strbuf_str(&b));
	else
		f->v.n--;
	strbuf_free(&b);
}

/* All values of one operand while the others stay, so that the number of forms stays small. */
static void add_forms(struct forms *f, enum insn_op op)
{
	unsigned int fields = insn_fields[insn_descs[op].shape];

	for (size_t d = 0; d < ARRAY_SIZE(regs); d++)
		for (size_t s = 0; s < ARRAY_SIZE(regs); s++)
			if ((fields & FIELD_DST || !d) && (fields & FIELD_SRC || !s))
				add_form(f, insn_make(op, fields & FIELD_DST ? regs[d] : 0,
						      fields & FIELD_SRC ? regs[s] : 0,
						      fields & FIELD_OFF ? 4 : 0,
						      fields & FIELD_IMM ? 7 : 0));
	for (size_t i = 0; fields & FIELD_OFF && i < ARRAY_SIZE(offs); i++)
		add_form(f, insn_make(op, fields & FIELD_DST ? 2 : 0, fields & FIELD_SRC ? 3 : 0,
				      offs[i], fields & FIELD_IMM ? 5 : 0));
	for (size_t i = 0; fields & FIELD_IMM && i < ARRAY_SIZE(imms); i++)
		add_form(f, insn_make(op, fields & FIELD_DST ? 2 : 0, fields & FIELD_SRC ? 3 : 0,
				      fields & FIELD_OFF ? 6 : 0, imms[i]));
}

static void make_forms(struct forms *f)
{
	for (int op = OP_BAD + 1; op < OP_COUNT; op++)
		if (!(insn_descs[op].flags & INSN_INTERNAL))
			add_forms(f, op);
}

/* ---- comparing ---- */

static void check_bytes(const struct forms *f, const struct object *obj, const char *who)
{
	const struct section *text = object_section(obj, ".text");
	size_t at = 0;

	vec_each(&f->v, form) {
		size_t size = insn_slots(form->insn) * sizeof(*form->insn);
		bool inside = text && at + size <= text->size;

		CHECK(inside && memcmp(text->data + at, form->insn, size) == 0, "%s: %s", who,
		      form->text);
		at += size;
		if (!inside)
			return;
	}
	CHECK(text && at == text->size, "%s: %zu bytes", who, at);
}

static void write_text(const struct forms *f, enum asm_dialect dialect, struct strbuf *b)
{
	size_t slot = 0;

	vec_each(&f->v, form) {
		if (dialect == ASM_KERNEL)
			strbuf_addf(b, "%zu: ", slot);
		strbuf_addf(b, "%s\n", form->text);
		slot += insn_slots(form->insn);
	}
}

static void check_ours(const struct forms *f, enum asm_dialect dialect)
{
	struct asm_options opts = {.path = asm_dialect_names[dialect], .dialect = dialect};
	struct diag d = {.prefix = "forms"};
	struct object *obj;
	struct strbuf b = {0};
	int err;

	write_text(f, dialect, &b);
	err = asm_source(&opts, strbuf_str(&b), b.len, &d, &obj);
	CHECK(!err, "%s", asm_dialect_names[dialect]);
	if (!err) {
		check_bytes(f, obj, asm_dialect_names[dialect]);
		object_free(obj);
		free(obj);
	}
	strbuf_free(&b);
}

/* Leaves out the forms at the lines that a message "x.s:LINE:" names; how many. */
static size_t drop_rejected(struct forms *f, const char *messages, const char *prefix)
{
	bool *gone = xcalloc(f->v.n, sizeof(*gone));
	size_t kept = 0, n = f->v.n;

	for (const char *s = messages; (s = strstr(s, prefix)); s++) {
		size_t line = strtoul(s + strlen(prefix), NULL, 10);

		if (line >= 1 && line <= n)
			gone[line - 1] = true;
	}
	for (size_t i = 0; i < n; i++)
		if (!gone[i])
			f->v.v[kept++] = f->v.v[i];
	f->v.n = kept;
	free(gone);
	return n - kept;
}

static void check_other(struct forms *f, const char *tool, const char *command)
{
	struct diag d = {.prefix = "forms"};
	struct arena a = {0};
	struct object obj = {0};
	struct strbuf b = {0};
	struct bytes messages;
	size_t rejected = 0, all = f->v.n;
	char dir[] = "/tmp/forms.XXXXXX";
	int status;

	if (system(arena_printf(&a, "command -v %s >/dev/null", tool)) != 0 || !mkdtemp(dir) ||
	    chdir(dir) != 0) {
		arena_free(&a);
		return;
	}
	for (unsigned int round = 0; round < 4; round++) {
		strbuf_reset(&b);
		write_text(f, ASM_LLVM, &b);
		file_write("x.s", b.s, b.len, &d);
		status = system(arena_printf(&a, "%s 2>messages", command));
		if (status == 0 || file_read("messages", 0, &a, &d, &messages))
			break;
		rejected += drop_rejected(f, (const char *)messages.data, "x.s:");
	}
	CHECK(status == 0, "%s", tool);
	if (load_elf("x.o", &d, &obj) == 0)
		check_bytes(f, &obj, tool);
	object_free(&obj);
	fprintf(stderr, "%s reads %zu of %zu forms\n", tool, all - rejected, all);
	status = chdir("/");
	status |= system(arena_printf(&a, "rm -r %s", dir));
	CHECK(status == 0, "clean up");
	strbuf_free(&b);
	arena_free(&a);
}

int main(void)
{
	struct forms llvm = {.write = write_llvm}, gnu = {.write = write_gnu};
	struct forms mc = {.write = write_mc};
	struct forms kernel = {.write = write_kernel}, ubpf = {.write = write_ubpf};

	make_forms(&llvm);
	make_forms(&mc);
	make_forms(&gnu);
	make_forms(&kernel);
	make_forms(&ubpf);
	check_ours(&llvm, ASM_LLVM);
	check_ours(&gnu, ASM_GNU);
	check_ours(&kernel, ASM_KERNEL);
	check_ours(&ubpf, ASM_UBPF);
	check_other(&mc, "llvm-mc-19",
		    "llvm-mc-19 -triple bpfel -mcpu=v4 -filetype=obj x.s -o x.o");
	check_other(&gnu, "bpf-as", "bpf-as x.s -o x.o");
	vec_free(&llvm.v);
	vec_free(&mc.v);
	vec_free(&gnu.v);
	vec_free(&kernel.v);
	vec_free(&ubpf.v);
	return unit_report();
}
