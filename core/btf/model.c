/*
 * Values without floating point take one or two registers if that many are left, or else lie on
 * the stack, whole.
 *
 * System V's ABI for AMD64, 3.2.3: what comes later may still get a register. What has fields that
 * are not aligned lies on the stack in any case.
 * AAPCS64, 6.8.2: nothing gets a register behind what did not (C.13). Numbers of two words, and
 * what has some, begin at an even register (C.10).
 */
#include "core/btf/model.h"

#include <errno.h>

const struct func_abi func_abi_amd64 = {.nregs = 6};
const struct func_abi func_abi_arm64 = {
	.nregs = 8, .keeps_order = true, .pairs = true, .packs = true};

#ifdef __aarch64__
const struct func_abi *const func_abi_here = &func_abi_arm64;
#else
const struct func_abi *const func_abi_here = &func_abi_amd64;
#endif

enum { WORD = 8, ARG_SIZE_MAX = 16 };

enum class {
	CLASS_INTEGER,
	CLASS_MEMORY,
	CLASS_NONE, /* floating point, or no size */
};

/* Types may be deep, wide or cyclic: no more than this is looked at for one argument. */
enum { LOOKS = 256 };

struct look {
	const struct btf *btf;
	uint32_t left;
	bool is_wide; /* there are numbers of two words, aligned so */
};

static enum class class_of(struct look *l, uint32_t id, uint32_t bit);

static enum class class_of_members(struct look *l, const struct btf_type *t, uint32_t bit)
{
	enum class all = CLASS_INTEGER;

	for (uint32_t i = 0; i < btf_vlen(t) && all != CLASS_NONE; i++) {
		const struct btf_member *m = &btf_members(t)[i];
		bool is_field = btf_member_bits(t, m) != 0;
		enum class one = class_of(l, m->type, is_field ? 0 : bit + btf_member_bit(t, m));

		all = max(all, one);
	}
	return all;
}

static enum class class_of_word(struct look *l, uint32_t id, uint32_t bit)
{
	int align = btf_align(l->btf, id);

	if (align <= 0)
		return CLASS_NONE;
	if (bit % ((uint32_t)align * 8))
		return CLASS_MEMORY;
	l->is_wide |= btf_size(l->btf, id) > WORD;
	return CLASS_INTEGER;
}

/* Of what lies at a bit of an argument. */
static enum class class_of(struct look *l, uint32_t id, uint32_t bit)
{
	const struct btf_type *t;

	if (!l->left)
		return CLASS_NONE;
	l->left--;
	id = btf_resolve(l->btf, id);
	t = btf_type(l->btf, id);
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
	case BTF_KIND_PTR:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return class_of_word(l, id, bit);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return class_of_members(l, t, bit);
	case BTF_KIND_ARRAY:
		return class_of(l, btf_array(t)->type, bit);
	default:
		return CLASS_NONE;
	}
}

static enum class class_of_arg(const struct btf *btf, uint32_t id, bool *is_wide)
{
	struct look l = {.btf = btf, .left = LOOKS};
	enum class class = class_of(&l, id, 0);

	*is_wide = l.is_wide;
	return class;
}

static bool is_signed(const struct btf_type *t)
{
	if (btf_is_enum(t))
		return btf_kflag(t);
	return btf_kind(t) == BTF_KIND_INT && BTF_INT_ENCODING(btf_int(t)) & BTF_INT_SIGNED;
}

/* Where arguments so far have left off. */
struct placing {
	const struct func_abi *abi;
	const struct btf *btf;
	struct func_model *m;
	uint32_t regs;
};

static bool place_in_regs(struct placing *p, struct func_arg *arg, bool is_wide)
{
	uint32_t reg = p->regs + (p->abi->pairs && is_wide ? p->regs % 2 : 0);

	if (reg + arg->nslots > p->abi->nregs)
		return false;
	arg->where = (uint8_t)reg;
	p->regs = reg + arg->nslots;
	return true;
}

static void place_on_stack(struct placing *p, struct func_arg *arg, bool is_wide)
{
	arg->on_stack = true;
	arg->where = (uint8_t)round_up(p->m->nstack, is_wide ? 2 : 1);
	p->m->nstack = arg->where + arg->nslots;
	if (p->abi->keeps_order)
		p->regs = p->abi->nregs;
}

static int place(struct placing *p, uint32_t id, struct func_arg *arg)
{
	int64_t size = btf_size(p->btf, id);
	struct func_model *m = p->m;
	bool is_wide;
	enum class class = class_of_arg(p->btf, id, &is_wide);

	if (size <= 0 || size > ARG_SIZE_MAX || class == CLASS_NONE)
		return -ENOTSUPP;
	arg->size = (uint8_t)size;
	arg->is_signed = is_signed(btf_type(p->btf, id));
	arg->slot = m->nslots;
	arg->nslots = (uint8_t)((size + WORD - 1) / WORD);
	m->nslots += arg->nslots;
	if (m->nslots > FUNC_SLOTS_MAX)
		return -ENOTSUPP;
	if ((class == CLASS_MEMORY && !p->abi->packs) || !place_in_regs(p, arg, is_wide))
		place_on_stack(p, arg, is_wide);
	return 0;
}

static int set_result(const struct btf *btf, uint32_t id, struct func_model *out)
{
	bool is_wide;
	int64_t size;

	id = btf_resolve(btf, id);
	if (!id)
		return 0;
	size = btf_size(btf, id);
	if (size <= 0 || size > WORD || class_of_arg(btf, id, &is_wide) != CLASS_INTEGER ||
	    btf_is_composite(btf_type(btf, id)))
		return -ENOTSUPP;
	out->ret_size = (uint8_t)size;
	out->ret_signed = is_signed(btf_type(btf, id));
	return 0;
}

int func_model(const struct func_abi *abi, const struct btf *btf, uint32_t proto,
	       struct func_model *out)
{
	struct placing p = {.abi = abi, .btf = btf, .m = out};
	const struct btf_type *t = btf_type(btf, proto);
	int err;

	*out = (struct func_model){0};
	if (btf_vlen(t) > FUNC_SLOTS_MAX)
		return -ENOTSUPP;
	err = set_result(btf, t->type, out);
	for (uint32_t i = 0; i < btf_vlen(t) && !err; i++)
		err = place(&p, btf_resolve(btf, btf_params(t)[i].type), &out->arg[out->nargs++]);
	return err;
}
