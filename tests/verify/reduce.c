/* Makes a trial small while both judges still differ in the same way, and writes it down. */
#include "tests/verify/trial.h"

#include "core/obj/prog_type.h"

#include <stdlib.h>
#include <string.h>

struct reducer {
	struct judges *j;
	struct trial *t; /* the smallest so far */
	struct trial try;
	enum difference kind;
};

/* Takes what is tried when it still shows the difference. */
static bool keep(struct reducer *r)
{
	if (judge(r->j, &r->try) != JUDGED || compare(r->j).kind != r->kind)
		return false;
	*r->t = r->try;
	return true;
}

static bool without_slots(struct reducer *r)
{
	bool any = false;

	for (uint32_t len = r->t->n / 2; len; len /= 2) {
		for (uint32_t at = r->t->n; at-- > 0;) {
			r->try = *r->t;
			if (at + len <= r->t->n && trial_splice(&r->try, at, len, NULL, 0))
				any |= keep(r);
		}
	}
	return any;
}

static bool try_insn(struct reducer *r, uint32_t at, struct bpf_insn insn)
{
	if (memcmp(&r->t->insns[at], &insn, sizeof(insn)) == 0)
		return false;
	r->try = *r->t;
	r->try.insns[at] = insn;
	return keep(r);
}

/* Simpler operands, a plain move in place of what it is. */
static bool simpler_insns(struct reducer *r)
{
	bool any = false;

	for (uint32_t at = 0; at < r->t->n; at += trial_slots(r->t, at)) {
		struct bpf_insn i = r->t->insns[at];

		if (i.imm && trial_target(r->t, at) < 0) {
			i.imm = i.imm > 1 ? i.imm / 2 : 0;
			any |= try_insn(r, at, i);
		}
		i = r->t->insns[at];
		if ((i.code & INSN_CLASS_MASK) == INSN_ALU64 && i.code != 0xb7)
			any |= try_insn(r, at,
					(struct bpf_insn){.code = 0xb7, .dst_reg = i.dst_reg});
	}
	return any;
}

static bool plainer_loading(struct reducer *r)
{
	bool any = false;

	for (uint32_t bit = 1; bit; bit <<= 1) {
		r->try = *r->t;
		r->try.flags &= ~bit;
		if (r->try.flags != r->t->flags)
			any |= keep(r);
		r->try = *r->t;
		r->try.caps |= bit & VERIFY_CAP_ALL;
		if (r->try.caps != r->t->caps)
			any |= keep(r);
	}
	if (r->t->nlines) {
		r->try = *r->t;
		r->try.nlines = 0;
		any |= keep(r);
	}
	if (r->t->nfuncs) {
		r->try = *r->t;
		r->try.nfuncs = r->try.nlines = 0;
		any |= keep(r);
	}
	if (r->t->proprietary) {
		r->try = *r->t;
		r->try.proprietary = false;
		any |= keep(r);
	}
	if (r->t->type != PROG_TYPE_SOCKET_FILTER) {
		r->try = *r->t;
		r->try.type = PROG_TYPE_SOCKET_FILTER;
		r->try.attach_type = ATTACH_TYPE_NONE;
		any |= keep(r);
	}
	return any;
}

void reduce(struct judges *j, struct trial *t, enum difference kind)
{
	struct reducer r = {.j = j, .t = t, .kind = kind};

	for (int rounds = 0; rounds < 8; rounds++)
		if (!(without_slots(&r) | plainer_loading(&r) | simpler_insns(&r)))
			break;
}

/* ---- writing ---- */

static bool map_name(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct trial *t = arg;
	enum insn_op op = insn_decode(insn);
	int at = world_map_at(t->world, insn->imm);

	if ((op != OP_LD_IMM64_MAP_FD && op != OP_LD_IMM64_MAP_VALUE) || at < 0)
		return false;
	strbuf_addf(b, "%s%s", t->world->image->maps[at].name,
		    op == OP_LD_IMM64_MAP_VALUE ? " value" : "");
	if (insn[1].imm)
		strbuf_addf(b, " + %d", insn[1].imm);
	strbuf_add(b, " ll");
	return true;
}

/* Maps of other worlds than the generators' own are said, for whoever makes a case of it. */
static void add_maps(const struct trial *t, struct strbuf *out)
{
	for (uint32_t i = 0; i < t->world->nmaps; i++) {
		const struct map_def *m = &t->world->image->maps[i];
		char buf[32];

		for (uint32_t at = 0; at < t->n; at++) {
			if (t->insns[at].code != (INSN_LD | INSN_IMM | INSN_DW) ||
			    t->insns[at].imm != t->world->fds[i])
				continue;
			strbuf_addf(out, ".map %s, %s, key_size=%u, value_size=%u, max_entries=%u",
				    m->name, map_type_str(m->type, buf), m->key_size, m->value_size,
				    m->max_entries);
			strbuf_addf(out, m->btf_value_id ? " # typed\n" : "\n");
			break;
		}
	}
}

/* What no assembler writes, as the number that it is. */
static uint64_t wire(const struct bpf_insn *insn)
{
	uint64_t word;

	memcpy(&word, insn, sizeof(word));
	return word;
}

void trial_text(const struct trial *t, const struct strbuf *log, struct strbuf *out)
{
	struct insn_names names = {.arg = (void *)(uintptr_t)t, .imm64 = map_name};
	char buf[32];

	strbuf_addf(out, "-- case\n-- load %s", prog_type_str(t->type, buf));
	if (t->attach_type)
		strbuf_addf(out, " attach=%u", t->attach_type);
	if (t->flags)
		strbuf_addf(out, " flags=%u", t->flags);
	if (t->proprietary)
		strbuf_add(out, " proprietary");
	if (t->caps != VERIFY_CAP_ALL)
		strbuf_addf(out, " caps=%u", t->caps);
	if (t->log_level != (VERIFY_LOG_ALL | VERIFY_LOG_STATS))
		strbuf_addf(out, " level=%u", t->log_level);
	strbuf_add(out, "\n-- asm\n");
	add_maps(t, out);
	for (uint32_t i = 0; i < t->nfuncs; i++)
		strbuf_addf(out, "# %u: func_info %u\n", t->funcs[i].insn_off, t->funcs[i].type_id);
	for (uint32_t at = 0; at < t->n; at += trial_slots(t, at)) {
		struct bpf_insn two[2] = {t->insns[at]};

		if (at + 1 < t->n)
			two[1] = t->insns[at + 1];
		if (insn_check(two, 0, trial_slots(t, at)))
			strbuf_addf(out, ".quad 0x%llx # ", (unsigned long long)wire(two));
		insn_text(out, two, NOTATION_LLVM, &names);
		strbuf_addch(out, '\n');
	}
	strbuf_addf(out, "-- log\n%s\n", strbuf_str(log));
}
