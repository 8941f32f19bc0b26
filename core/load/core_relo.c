/*
 * CO-RE relocations: each says that one immediate or offset was computed from the object's own idea
 * of a kernel type and is to be computed again from the target's. All types of the target with the
 * same name (up to flavours) and kind are candidates; those in which the thing is found must agree
 * on the answer. When it is found in none, questions ("exists") are answered with 0 and everything
 * else becomes a call of a helper that does not exist, for the code is usually guarded by such a
 * question.
 */
#include <stdlib.h>
#include <string.h>

#include "core/load/local.h"

#define SLOT sizeof(struct bpf_insn)

/* Candidates for one type of the object; those that failed once are out, as in libbpf. */
struct cands {
	uint32_t *ids;
	uint32_t n;
	bool known;
};

static int fail_relo(const struct core_relo *r, const char *what)
{
	struct strbuf b = {0};
	int err;

	core_spec_text(&b, &r->local);
	err = fail_obj(r->l, "function '%s', instruction %u: CO-RE relocation %s of %s: %s",
		       r->f->name, r->slot,
		       core_base(r->in->kind) < 0 ? "?" : btf_core_kind_name(r->in->kind),
		       strbuf_str(&b), what);
	strbuf_free(&b);
	return err;
}

/* ---- candidates ---- */

static int find_cands(struct core_relo *r, struct cands *c)
{
	const struct btf *target = r->l->img->target, *btf = r->local.btf;
	const char *name = btf_name(btf, r->local.root);
	VEC(uint32_t) ids = {0};
	uint32_t id = 0;

	if (c->known)
		return 0;
	if (!*name)
		return fail_relo(r, "a type without a name cannot be looked for");
	while ((id = btf_flavor_after(target, name, 0, id)))
		if (same_kind(btf_type(btf, r->local.root), btf_type(target, id)))
			vec_push(&ids, id);
	c->ids = arena_memdup(r->l->a, ids.v, ids.n * sizeof(*ids.v));
	c->n = (uint32_t)ids.n;
	c->known = true;
	vec_free(&ids);
	return 0;
}

/* Asks every candidate; those in which it is found must agree. */
static int ask_cands(struct core_relo *r, struct cands *c, struct core_answer *out)
{
	struct core_spec spec;
	struct core_answer a;
	const char *wrong;
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		int found = core_spec_match(&r->local, r->in->kind, r->l->img->target, c->ids[i],
					    &r->l->steps, &spec);

		if (r->l->steps <= 0)
			return fail_relo(r, "types have too many parts and candidates");
		if (found < 0)
			return fail_relo(r, "a candidate in the target has no size");
		if (!found)
			continue;
		wrong = core_answer(&spec, r->in->kind, &a);
		if (wrong)
			return fail_relo(r, wrong);
		if (n && (spec.bit_off != r->target.bit_off || a.value != out->value))
			return fail_relo(r, "candidates in the target disagree");
		if (!n) {
			*out = a;
			r->target = spec;
		}
		c->ids[n++] = c->ids[i];
	}
	if (n) {
		c->n = n;
		return 0;
	}
	wrong = core_answer(NULL, r->in->kind, out);
	return wrong ? fail_relo(r, wrong) : 0;
}

/* ---- patching ---- */

static void poison(struct core_relo *r, const char *why)
{
	struct bpf_insn *insn = &r->f->insns[r->slot];
	struct bpf_insn bad = {.code = INSN_JMP | 0x80, .imm = POISON_CORE};
	struct strbuf b = {0};

	strbuf_addf(&b, "CO-RE relocation %s of ", btf_core_kind_name(r->in->kind));
	core_spec_text(&b, &r->local);
	strbuf_addf(&b, " %s", why);
	if (insn_slots(insn) == 2)
		insn[1] = bad;
	insn[0] = bad;
	vec_push(&r->f->poisons,
		 ((struct poison_def){r->slot, arena_strdup(r->l->a, strbuf_str(&b))}));
	strbuf_free(&b);
}

/* A load of another width is right for pointers, and for integers that need no sign extension. */
static bool may_resize(const struct core_relo *r, const struct core_answer *local,
		       const struct core_answer *target)
{
	const struct btf_type *t, *u;

	if (local->size == target->size)
		return true;
	t = btf_type(r->local.btf, local->type);
	u = btf_type(r->target.btf, target->type);
	if (btf_kind(t) == BTF_KIND_PTR && btf_kind(u) == BTF_KIND_PTR)
		return true;
	return btf_kind(t) == BTF_KIND_INT && btf_kind(u) == BTF_KIND_INT && !btf_is_signed(t) &&
	       !btf_is_signed(u);
}

/* The size bits of an opcode for so many bytes, or -1. */
static int size_bits(uint32_t bytes)
{
	switch (bytes) {
	case 1:
		return INSN_B;
	case 2:
		return INSN_H;
	case 4:
		return INSN_W;
	case 8:
		return INSN_DW;
	default:
		return -1;
	}
}

static int patch_memory(struct core_relo *r, const struct core_answer *local,
			const struct core_answer *target)
{
	struct bpf_insn *insn = &r->f->insns[r->slot];
	int from = size_bits(local->size), to = size_bits(target->size);

	if (local->is_exact && (uint64_t)(int64_t)insn->off != local->value)
		return fail_relo(r, "the instruction's offset is not the object's own");
	if (target->value > INT16_MAX)
		return fail_relo(r, "the offset does not fit the instruction");
	if (!may_resize(r, local, target)) {
		poison(r,
		       "is read or written directly, but differs in size and is neither a pointer "
		       "nor an unsigned integer");
		return 0;
	}
	insn->off = (int16_t)target->value;
	if (local->size == target->size)
		return 0;
	if (from != (insn->code & INSN_SIZE_MASK) || to < 0)
		return fail_relo(r, "the instruction has another size than the field");
	insn->code = (uint8_t)((insn->code & ~INSN_SIZE_MASK) | to);
	return 0;
}

static int patch(struct core_relo *r, const struct core_answer *local,
		 const struct core_answer *target)
{
	struct bpf_insn *insn = &r->f->insns[r->slot];

	if (target->missing) {
		poison(r, "is not in the target's BTF");
		return 0;
	}
	switch (insn->code & INSN_CLASS_MASK) {
	case INSN_ALU:
	case INSN_ALU64:
		if (insn->code & INSN_SRC_X)
			break;
		if (local->is_exact && (uint64_t)(int64_t)insn->imm != local->value)
			return fail_relo(r, "the instruction's immediate is not the object's own");
		insn->imm = (int32_t)target->value;
		return 0;
	case INSN_LDX:
	case INSN_ST:
	case INSN_STX:
		return patch_memory(r, local, target);
	case INSN_LD:
		if (insn_slots(insn) != 2 || insn->src_reg || insn->off)
			break;
		if (local->is_exact && insn_imm64(insn) != local->value)
			return fail_relo(r, "the instruction's immediate is not the object's own");
		insn[0].imm = (int32_t)target->value;
		insn[1].imm = (int32_t)(target->value >> 32);
		return 0;
	default:
		break;
	}
	return fail_relo(r, "the instruction has nothing that can be relocated");
}

/* ---- one relocation ---- */

static int apply_one(struct core_relo *r, struct cands *cands)
{
	const char *wrong = core_spec_parse(r->l->img->btf, r->in, &r->local);
	struct core_answer local, target;
	int err;

	if (wrong)
		return fail_relo(r, wrong);
	wrong = core_answer(&r->local, r->in->kind, &local);
	if (wrong)
		return fail_relo(r, wrong);
	if (r->in->kind == CORE_TYPE_ID_LOCAL) {
		local.is_exact = false; /* ids change when objects are linked into one */
		return patch(r, &local, &local);
	}
	err = need_target(r->l);
	if (!err)
		err = find_cands(r, &cands[r->in->type_id]);
	if (!err)
		err = ask_cands(r, &cands[r->in->type_id], &target);
	return err ? err : patch(r, &local, &target);
}

/* Where relocations are, sorted. */
struct place {
	uint32_t sec, slot, index;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->sec != y->sec)
		return x->sec < y->sec ? -1 : 1;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int find_places(struct linker *l, struct place *places, uint32_t *n)
{
	for (uint32_t i = 0; i < l->ext.ncores; i++) {
		const struct btf_ext_core *in = &l->ext.cores[i];
		uint32_t sec = section_named(l, btf_str(l->img->btf, in->sec));

		if (in->insn_off % SLOT)
			return fail_obj(l, ".BTF.ext: CO-RE relocation %u is not at an instruction",
					i);
		if (sec)
			places[(*n)++] = (struct place){sec, in->insn_off / SLOT, i};
	}
	qsort(places, *n, sizeof(*places), compare_places);
	return 0;
}

/* The instructions of one function, met in order with the sorted places. */
static int apply_to_func(struct linker *l, struct func *f, const struct place *places, uint32_t n,
			 struct cands *cands)
{
	struct core_relo r = {.l = l, .f = f};
	uint32_t lo = 0, hi = n;
	int err = 0;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (places[mid].sec < f->sec ||
		    (places[mid].sec == f->sec && places[mid].slot < f->start))
			lo = mid + 1;
		else
			hi = mid;
	}
	for (uint32_t slots; r.slot < f->n && !err; r.slot += slots) {
		slots = insn_slots(&f->insns[r.slot]);
		while (lo < n && places[lo].sec == f->sec && places[lo].slot < f->start + r.slot)
			lo++;
		if (lo == n || places[lo].sec != f->sec)
			break;
		if (places[lo].slot != f->start + r.slot)
			continue;
		r.in = &l->ext.cores[places[lo].index];
		err = apply_one(&r, cands);
	}
	return err;
}

int apply_core(struct linker *l)
{
	struct cands *cands;
	struct place *places;
	uint32_t n = 0;
	int err;

	if (!l->ext.ncores)
		return 0;
	places = xcalloc(l->ext.ncores, sizeof(*places));
	cands = xcalloc(l->img->btf->nids, sizeof(*cands));
	err = find_places(l, places, &n);
	for (size_t i = 0; i < l->funcs.n && !err; i++)
		err = apply_to_func(l, &l->funcs.v[i], places, n, cands);
	free(cands);
	free(places);
	return err;
}
