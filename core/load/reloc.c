/*
 * Relocations of code. What needs no distance is written into the function's own copy at once: maps
 * as PSEUDO_MAP_IDX, data as PSEUDO_MAP_IDX_VALUE, externs. Calls and addresses of functions become
 * refs of the function, since the distance depends on the program that it is placed in.
 *
 * Addends of REL relocations lie in the instruction's imm, for a call in slots and less one, since
 * it counts from the next instruction. LLVM writes there what is added to the symbol's value. The
 * GNU assembler (2.40) adds the value of a symbol that has a name already, in bytes even for calls.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/load/local.h"

#define SLOT sizeof(struct bpf_insn)
/* libbpf's imm of a call that stands for a missing weak kfunc; the extern's number is added. */

static int64_t in_place(const struct section *sec, const struct reloc *r)
{
	const uint8_t *p = sec->data + r->off;
	int32_t imm;
	int64_t value;

	switch (r->type) {
	case RELOC_64_64:
	case RELOC_64_32:
		if (section_is_code(sec)) {
			p += offsetof(struct bpf_insn, imm);
			break;
		}
		if (r->type == RELOC_64_32)
			break;
		/* fall through */
	case RELOC_64_ABS64:
		memcpy(&value, p, sizeof(value));
		return value;
	default:
		break;
	}
	memcpy(&imm, p, sizeof(imm));
	return imm;
}

/* Could the symbol's value (by a call less one) be part of what is in the place? */
static bool may_be_gnu(const struct section *sec, const struct reloc *r, const struct symbol *sym)
{
	int64_t value = (int64_t)sym->value, there = in_place(sec, r);

	return r->type == RELOC_64_32 ? there == value - 1 : there >= value;
}

/* Could it be an addend alone, one that stays inside of what the symbol names? */
static bool may_be_llvm(const struct section *sec, const struct reloc *r, const struct symbol *sym)
{
	int64_t there = in_place(sec, r);

	if (r->type == RELOC_64_32)
		return there == -1;
	return !sym->size || (there >= 0 && (uint64_t)there <= sym->size);
}

static bool made_by_gcc(const struct linker *l)
{
	const struct section *s = &l->obj->secs[section_named(l, ".comment")];

	return s->data && memmem(s->data, s->size, "GCC:", 4);
}

/*
 * The GNU way shows in relocations against a name that is not at the start of its section: all can
 * be read so, and some only so (or GCC says that it was here).
 */
int set_addend_style(struct linker *l)
{
	bool gnu = made_by_gcc(l);

	for (uint32_t i = 1; i < l->obj->nsecs; i++) {
		const struct section *sec = &l->obj->secs[i];

		for (uint32_t k = 0; k < sec->nrelocs && section_is_code(sec); k++) {
			const struct reloc *r = &sec->relocs[k];
			const struct symbol *sym = &l->obj->syms[r->sym];

			if (sec->is_rela || r->type == RELOC_NONE || sym->type == STT_SECTION ||
			    sym->sec == SHN_UNDEF || !sym->value)
				continue;
			if (!may_be_gnu(sec, r, sym))
				return 0;
			gnu |= !may_be_llvm(sec, r, sym);
		}
	}
	l->values_in_place = gnu;
	return 0;
}

int64_t reloc_addend(const struct linker *l, const struct section *sec, const struct reloc *r)
{
	const struct symbol *sym = &l->obj->syms[r->sym];

	if (sec->is_rela)
		return r->addend;
	if (l->values_in_place && sym->type != STT_SECTION)
		return in_place(sec, r) - (int64_t)sym->value;
	return in_place(sec, r);
}

/* One relocation, and the instruction it changes. */
struct site {
	struct linker *l;
	struct func *f;
	uint32_t slot;
	struct bpf_insn *insn;
	bool is_call; /* else it is an ld_imm64 */
	int64_t addend;
	const struct symbol *sym;
	uint32_t symno;
};

#define fail_site(s, fmt, ...)                                                                     \
	fail_obj((s)->l, "function '%s', instruction %u: " fmt, (s)->f->name, (s)->slot,           \
		 ##__VA_ARGS__)

static void set_imm64(struct bpf_insn *insn, uint8_t src, uint32_t low, uint32_t high)
{
	insn[0].src_reg = src;
	insn[0].imm = (int32_t)low;
	insn[1].imm = (int32_t)high;
}

/* A reference to the function that starts at a slot of a section. */
static int add_ref(struct site *s, uint32_t sec, int64_t slot)
{
	struct func *to = slot < 0 ? NULL : func_starting(s->l, sec, (uint64_t)slot);

	if (!to)
		return fail_site(s, "%s section '%s', slot %lld, where no function begins",
				 s->is_call ? "call to" : "address in", s->l->obj->secs[sec].name,
				 (long long)slot);
	vec_push(&s->f->refs, ((struct func_ref){s->slot, (uint32_t)(to - s->l->funcs.v)}));
	return 0;
}

static int relocate_func(struct site *s)
{
	int64_t at = (int64_t)s->sym->value;

	if (s->is_call) {
		if (s->insn->src_reg != PSEUDO_CALL)
			return fail_site(s, "relocation of a call that is not of a subprogram");
		if (at % SLOT)
			return fail_site(s, "call into the middle of an instruction");
		return add_ref(s, s->sym->sec, at / (int64_t)SLOT + s->addend + 1);
	}
	at += s->addend;
	if (at < 0 || at % SLOT)
		return fail_site(s, "address in the middle of an instruction");
	s->insn->src_reg = PSEUDO_FUNC;
	return add_ref(s, s->sym->sec, at / (int64_t)SLOT);
}

static int relocate_data(struct site *s, uint32_t map)
{
	int64_t at = (int64_t)s->sym->value + s->addend;
	const struct section *sec = &s->l->obj->secs[s->sym->sec];

	if (at < 0 || (uint64_t)at > sec->size)
		return fail_site(s, "address outside of section '%s'", sec->name);
	set_imm64(s->insn, PSEUDO_MAP_IDX_VALUE, map, (uint32_t)at);
	return 0;
}

static int relocate_map(struct site *s)
{
	uint64_t at = s->sym->value + (uint64_t)s->addend;
	uint32_t map = map_defined_at(s->l, s->sym->sec, at);

	if (map == NO_INDEX)
		return fail_site(s, "no map begins at %#llx of section '%s'",
				 (unsigned long long)at, s->l->obj->secs[s->sym->sec].name);
	/* Hand-written code may say that it wants an address inside the map's value. */
	if (s->insn->src_reg == PSEUDO_MAP_VALUE)
		set_imm64(s->insn, PSEUDO_MAP_IDX_VALUE, map, (uint32_t)s->insn[1].imm);
	else if (s->insn->src_reg == PSEUDO_MAP_FD)
		set_imm64(s->insn, PSEUDO_MAP_IDX, map, (uint32_t)s->insn[1].imm);
	else
		set_imm64(s->insn, PSEUDO_MAP_IDX, map, 0);
	return 0;
}

static void add_extern(struct site *s, const struct extern_sym *e)
{
	vec_push(&s->f->externs, ((struct extern_def){s->slot, e->name, e->target_id, e->is_weak}));
}

static int relocate_extern_call(struct site *s, const struct extern_sym *e)
{
	if (e->kind != EXTERN_FUNC)
		return fail_site(s, "call of '%s', which is not declared as a function", e->name);
	s->insn->dst_reg = 0;
	s->insn->off = 0;
	if (e->found) {
		s->insn->src_reg = PSEUDO_KFUNC_CALL;
		s->insn->imm = (int32_t)e->target_id;
		add_extern(s, e);
		return 0;
	}
	s->insn->src_reg = 0;
	s->insn->imm = POISON_KFUNC + (int32_t)e->number;
	vec_push(&s->f->poisons,
		 ((struct poison_def){
			 s->slot, arena_printf(s->l->a, "the target has no kfunc '%s'", e->name)}));
	return 0;
}

/* Some address of a kernel's, a different one for each. */
static void set_typeless(struct site *s, const struct extern_sym *e)
{
	uint64_t address = 0xffffffff81000000 + ((uint64_t)e->number << 4);

	set_imm64(s->insn, 0, (uint32_t)address, (uint32_t)(address >> 32));
}

static int relocate_extern(struct site *s)
{
	const struct extern_sym *e = extern_of(s->l, s->symno);

	if (!e)
		return fail_site(s, "undefined symbol '%s'", s->sym->name);
	if (s->is_call)
		return relocate_extern_call(s, e);
	if (e->kind == EXTERN_KCONFIG) {
		set_imm64(s->insn, PSEUDO_MAP_IDX_VALUE, s->l->kconfig_map,
			  e->off + (uint32_t)s->addend);
		return 0;
	}
	if (!e->found) {
		set_imm64(s->insn, 0, 0, 0);
		return 0;
	}
	if (e->kind == EXTERN_TYPELESS)
		set_typeless(s, e);
	else
		set_imm64(s->insn, PSEUDO_BTF_ID, e->target_id, 0);
	add_extern(s, e);
	return 0;
}

static int relocate(struct site *s)
{
	const struct section *target;
	uint32_t sec = s->sym->sec;

	if (sec == SHN_UNDEF)
		return relocate_extern(s);
	if (sec >= s->l->obj->nsecs)
		return fail_site(s, "symbol '%s' is in no section", s->sym->name);
	target = &s->l->obj->secs[sec];
	if (section_is_code(target))
		return relocate_func(s);
	if (s->is_call)
		return fail_site(s, "call into section '%s', which holds no code", target->name);
	if (s->l->sec_map[sec] != NO_INDEX)
		return relocate_data(s, s->l->sec_map[sec]);
	if (strcmp(target->name, ".maps") == 0 || strcmp(target->name, "maps") == 0)
		return relocate_map(s);
	return fail_site(s, "relocation against section '%s', which is neither data nor maps",
			 target->name);
}

static int apply_reloc(struct linker *l, struct func *f, const struct reloc *r)
{
	const struct section *sec = &l->obj->secs[f->sec];
	struct site s = {.l = l, .f = f, .slot = (uint32_t)(r->off / SLOT) - f->start};

	if (r->type == RELOC_NONE)
		return 0;
	s.insn = &f->insns[s.slot];
	s.is_call = s.insn->code == (INSN_JMP | 0x80);
	if (r->off % SLOT || (!s.is_call && insn_slots(s.insn) != 2))
		return fail_site(&s, "relocation of something that is neither a call nor ld_imm64");
	s.sym = &l->obj->syms[r->sym];
	s.symno = r->sym;
	s.addend = reloc_addend(l, sec, r);
	return relocate(&s);
}

/* First relocation of a section at or after an offset. */
static uint32_t relocs_before(const struct section *sec, uint64_t off)
{
	uint32_t lo = 0, hi = sec->nrelocs;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (sec->relocs[mid].off < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The assembler resolves calls inside a section itself; they too change with the place. */
static int add_local_ref(struct linker *l, struct func *f, uint32_t slot)
{
	struct site s = {.l = l, .f = f, .slot = slot, .insn = &f->insns[slot], .is_call = true};
	enum insn_op op = insn_decode(s.insn);
	int64_t to = (int64_t)f->start + slot + 1 + s.insn->imm;

	if (op != OP_CALL_LOCAL && op != OP_LD_IMM64_FUNC)
		return 0;
	s.is_call = op == OP_CALL_LOCAL;
	if (to > f->start && to < (int64_t)f->start + f->n)
		return 0; /* inside of one symbol: the distance stays */
	if (to < 0 || to >= (int64_t)(l->obj->secs[f->sec].size / SLOT))
		return 0; /* nowhere: whoever is to run it says so */
	return add_ref(&s, f->sec, to);
}

static int relocate_one(struct linker *l, struct func *f)
{
	const struct section *sec = &l->obj->secs[f->sec];
	uint32_t at = relocs_before(sec, (uint64_t)f->start * SLOT);
	uint32_t end = relocs_before(sec, ((uint64_t)f->start + f->n) * SLOT);
	int err;

	for (uint32_t slot = 0; slot < f->n; slot += insn_slots(&f->insns[slot])) {
		uint64_t off = ((uint64_t)f->start + slot) * SLOT;

		if (at == end || sec->relocs[at].off > off + SLOT * insn_slots(&f->insns[slot]) - 1)
			err = add_local_ref(l, f, slot);
		else
			err = apply_reloc(l, f, &sec->relocs[at++]);
		if (err)
			return err;
		if (at < end && sec->relocs[at].off < off + SLOT)
			return fail_obj(l, "section '%s': two relocations at %#llx", sec->name,
					(unsigned long long)off);
	}
	return 0;
}

int apply_relocs(struct linker *l)
{
	vec_each(&l->funcs, f) {
		int err = relocate_one(l, f);

		if (err)
			return err;
	}
	return 0;
}
