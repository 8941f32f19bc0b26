#include "core/cover/cover.h"

#include "core/helper/helper.h"
#include "core/obj/map.h"

static uint32_t slot_of(const struct prog *prog, const struct bpf_insn *insn)
{
	return (uint32_t)(insn - prog->insns);
}

static void add_func(struct strbuf *b, const struct prog *prog, int64_t start)
{
	const struct subprog *sub = prog_subprog_at(prog, (uint32_t)start);

	if (sub && sub->name)
		strbuf_add(b, sub->name);
	else
		strbuf_addf(b, "function_%lld", (long long)start);
}

static bool add_call(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct prog *prog = arg;
	uint32_t slot = slot_of(prog, insn);
	const struct kfunc_call *kfunc;

	switch (prog->ops[slot]) {
	case OP_CALL:
		if (!helper_name(insn->imm))
			return false;
		strbuf_addf(b, "bpf_%s", helper_name(insn->imm));
		return true;
	case OP_CALL_KFUNC:
		kfunc = prog_kfunc_at(prog, slot);
		if (!kfunc || !kfunc->name[0])
			return false;
		strbuf_add(b, kfunc->name);
		return true;
	case OP_CALL_LOCAL:
		add_func(b, prog, insn_target(insn, slot));
		return true;
	default:
		return false;
	}
}

static bool add_imm64(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct prog *prog = arg;

	switch (prog->ops[slot_of(prog, insn)]) {
	case OP_LD_IMM64_MAP_IDX:
		strbuf_addf(b, "%s ll", prog->maps[insn->imm]->name);
		return true;
	case OP_LD_IMM64_MAP_IDX_VALUE:
		strbuf_addf(b, "%s[0] + %d ll", prog->maps[insn->imm]->name, insn[1].imm);
		return true;
	case OP_LD_IMM64_FUNC:
		add_func(b, prog, (int64_t)slot_of(prog, insn) + 1 + insn->imm);
		strbuf_add(b, " ll");
		return true;
	default:
		return false;
	}
}

void cover_insn_text(struct strbuf *b, const struct prog *prog, uint32_t slot)
{
	struct insn_names names = {
		.arg = (void *)(uintptr_t)prog, .call = add_call, .imm64 = add_imm64};

	insn_text(b, &prog->insns[slot], NOTATION_LLVM, &names);
}

const char *cover_clean(struct arena *a, const char *s)
{
	size_t left = strlen(s);
	struct strbuf b = {0};
	const char *clean;

	while (left) {
		size_t n = utf8_length((const unsigned char *)s, left);
		bool is_control = (n == 1 && (unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f;

		if (n && !is_control)
			strbuf_addmem(&b, s, n);
		else
			strbuf_addch(&b, n ? ' ' : '?');
		n += !n;
		s += n;
		left -= n;
	}
	clean = arena_strndup(a, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return clean;
}
