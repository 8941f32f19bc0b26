/* What a CO-RE relocation comes to in one BTF, the object's own or the target's. */
#include "core/load/local.h"

/* Element type of arrays of arrays. */
static uint32_t element_type(const struct btf *btf, uint32_t id)
{
	for (int depth = 0; depth < BTF_DEPTH_LIMIT; depth++) {
		id = btf_resolve(btf, id);
		if (btf_kind_of(btf, id) != BTF_KIND_ARRAY)
			return id;
		id = btf_array(btf_type(btf, id))->type;
	}
	return 0;
}

bool btf_is_signed(const struct btf_type *t)
{
	return (btf_is_enum(t) && btf_kflag(t)) ||
	       (btf_kind(t) == BTF_KIND_INT && (BTF_INT_ENCODING(btf_int(t)) & BTF_INT_SIGNED));
}

/* A whole object or an array element. */
static const char *answer_element(const struct core_spec *spec, uint32_t kind,
				  struct core_answer *a)
{
	const struct core_step *last = &spec->steps[spec->n - 1];
	int64_t size = btf_size(spec->btf, last->type);

	if (size < 0)
		return "the type has no size";
	a->is_exact = true;
	if (kind == CORE_BYTE_SIZE) {
		a->value = (uint64_t)size;
		return NULL;
	}
	if (kind != CORE_BYTE_OFF)
		return "it cannot be asked of an array element";
	a->value = spec->bit_off / 8;
	a->size = (uint32_t)size;
	a->type = last->type;
	return NULL;
}

/* Where a member's bits lie. */
struct member_place {
	uint32_t type;
	bool is_bitfield;
	uint64_t byte_off, byte_size, bit_off, bits;
};

/* A bitfield is read through the smallest aligned integer, of up to 8 bytes, that holds it. */
static const char *place_bitfield(const struct btf_type *t, struct member_place *p)
{
	p->byte_size = t->size;
	if (btf_kind(t) != BTF_KIND_INT && !btf_is_enum(t))
		return "its bitfield is no integer";
	for (;; p->byte_size *= 2) {
		if (!p->byte_size || p->byte_size > 8)
			return "its bitfield does not fit 64 bits";
		p->byte_off = p->bit_off / 8 / p->byte_size * p->byte_size;
		if (p->bit_off + p->bits <= (p->byte_off + p->byte_size) * 8)
			return NULL;
	}
}

static const char *place_member(const struct core_spec *spec, struct member_place *p)
{
	const struct core_step *last = &spec->steps[spec->n - 1];
	const struct btf_type *t = btf_type(spec->btf, last->type);
	const struct btf_member *m = &btf_members(t)[last->idx];
	int64_t size;

	p->type = btf_resolve(spec->btf, m->type);
	p->bit_off = spec->bit_off;
	p->bits = btf_member_bits(t, m);
	p->is_bitfield = p->bits;
	if (p->is_bitfield)
		return place_bitfield(btf_type(spec->btf, p->type), p);
	size = btf_size(spec->btf, p->type);
	if (size < 0)
		return "the field has no size";
	p->byte_size = (uint64_t)size;
	p->byte_off = p->bit_off / 8;
	p->bits = p->byte_size * 8;
	return NULL;
}

/* Of an array, the memory moved at once is an element. */
static const char *answer_offset(const struct core_spec *spec, const struct member_place *p,
				 struct core_answer *a)
{
	int64_t size;

	a->value = p->byte_off;
	if (p->is_bitfield)
		return NULL;
	size = btf_size(spec->btf, element_type(spec->btf, p->type));
	if (size < 0)
		return "its element has no size";
	a->size = (uint32_t)size;
	a->type = p->type;
	return NULL;
}

static const char *answer_member(const struct core_spec *spec, uint32_t kind, struct core_answer *a)
{
	struct member_place p;
	const char *wrong = place_member(spec, &p);

	if (wrong)
		return wrong;
	/* compilers and we may choose different integers around a bitfield */
	a->is_exact = !p.is_bitfield || kind == CORE_SIGNED || kind == CORE_RSHIFT_U64;
	switch (kind) {
	case CORE_BYTE_OFF:
		return answer_offset(spec, &p, a);
	case CORE_BYTE_SIZE:
		a->value = p.byte_size;
		return NULL;
	case CORE_SIGNED:
		a->value = btf_is_signed(btf_type(spec->btf, p.type));
		return NULL;
	case CORE_LSHIFT_U64:
		a->value = 64 - (p.bit_off + p.bits - p.byte_off * 8);
		return NULL;
	default: /* CORE_RSHIFT_U64 */
		a->value = 64 - p.bits;
		return NULL;
	}
}

static const char *answer_field(const struct core_spec *spec, uint32_t kind, struct core_answer *a)
{
	if (kind == CORE_FIELD_EXISTS) {
		a->value = spec != NULL;
		a->is_exact = true;
		return NULL;
	}
	if (!spec) {
		a->missing = true;
		return NULL;
	}
	if (spec->steps[spec->n - 1].name)
		return answer_member(spec, kind, a);
	return answer_element(spec, kind, a);
}

static const char *answer_type(const struct core_spec *spec, uint32_t kind, struct core_answer *a)
{
	int64_t size;

	a->is_exact = kind != CORE_TYPE_ID_TARGET;
	if (!spec)
		return NULL;
	if (kind == CORE_TYPE_ID_TARGET || kind == CORE_TYPE_ID_LOCAL) {
		a->value = spec->root;
	} else if (kind == CORE_TYPE_SIZE) {
		size = btf_size(spec->btf, spec->root);
		if (size < 0)
			return "the type has no size";
		a->value = (uint64_t)size;
	} else {
		a->value = 1;
	}
	return NULL;
}

static void answer_enum(const struct core_spec *spec, uint32_t kind, struct core_answer *a)
{
	const struct btf_type *t;

	a->is_exact = true;
	a->missing = !spec && kind == CORE_ENUM_VALUE;
	if (kind == CORE_ENUM_EXISTS)
		a->value = spec != NULL;
	if (kind == CORE_ENUM_EXISTS || !spec)
		return;
	t = btf_type(spec->btf, spec->steps[0].type);
	if (btf_kind(t) == BTF_KIND_ENUM)
		a->value = (uint64_t)(int64_t)btf_enums(t)[spec->steps[0].idx].val;
	else
		a->value = btf_enum64_value(&btf_enums64(t)[spec->steps[0].idx]);
}

const char *core_answer(const struct core_spec *spec, uint32_t kind, struct core_answer *a)
{
	*a = (struct core_answer){0};
	switch (core_base(kind)) {
	case CORE_FIELD:
		return answer_field(spec, kind, a);
	case CORE_TYPE:
		return answer_type(spec, kind, a);
	default:
		answer_enum(spec, kind, a);
		return NULL;
	}
}
