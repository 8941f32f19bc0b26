/*
 * What the kernel demands of BTF beyond being well formed (kernel/bpf/btf.c of Linux 6.18): first
 * each record by itself (its check_meta functions), then what records say about each other, depth
 * first (its resolve functions). Forward references make the second half need the first.
 */
#include "core/btf/local.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "core/base/arena.h"

#define NAME_LEN_MAX 512 /* KSYM_NAME_LEN */
#define BYTES_OF(bits) (((uint64_t)(bits) + 7) / 8)

/*
 * How far a walk goes on: until it knows a pointer's target, or a size; env_type_is_resolve_sink().
 */
enum mode { MODE_ANY, MODE_PTR, MODE_SIZE };

enum state { UNSEEN, BUSY, DONE };

struct check {
	const struct btf *btf;
	const char *name;
	struct diag *d;
	uint8_t *state; /* enum state by id - first_id */
	unsigned int depth;
};

static int bad_with(const struct check *c, int err, uint32_t id, const char *what)
{
	const struct btf_type *t = btf_type(c->btf, id);
	struct loc loc = {.file = c->name};

	return fail(c->d, &loc, err, "BTF type %u (%s '%s'): %s", id,
		    btf_kinds[btf_kind(t)].name, btf_str(c->btf, t->name_off), what);
}

static int bad(const struct check *c, uint32_t id, const char *what)
{
	return bad_with(c, -EINVAL, id, what);
}

/* ---- each record by itself ---- */

/* To the kernel's tables of characters those of Latin-1 are letters, too. */
static bool is_letter(uint8_t c)
{
	return isalpha(c) || (c >= 0xc0 && c != 0xd7 && c != 0xf7);
}

/* btf_name_valid_identifier() */
static bool is_identifier(const char *s)
{
	size_t n = 0;

	for (; s[n] && n < NAME_LEN_MAX; n++)
		if (!is_letter((uint8_t)s[n]) && s[n] != '_' && s[n] != '.' &&
		    !(n && isdigit((unsigned char)s[n])))
			return false;
	return n && !s[n];
}

static bool is_section_name(const char *s)
{
	size_t n = 0;

	for (; s[n] && n < NAME_LEN_MAX; n++)
		if (!isprint((unsigned char)s[n]))
			return false;
	return n && !s[n];
}

/* What the first words of a record may say, by kind. */
enum name_rule { NAME_ANY, NAME_NONE, NAME_OPTIONAL, NAME_NEEDED, NAME_SECTION, NAME_TEXT };

static const struct {
	uint8_t name; /* enum name_rule */
	bool vlen, kflag;
} rules[NR_BTF_KINDS] = {
	[BTF_KIND_INT] = {NAME_ANY, false, false},
	[BTF_KIND_PTR] = {NAME_NONE, false, false},
	[BTF_KIND_ARRAY] = {NAME_NONE, false, false},
	[BTF_KIND_STRUCT] = {NAME_OPTIONAL, true, true},
	[BTF_KIND_UNION] = {NAME_OPTIONAL, true, true},
	[BTF_KIND_ENUM] = {NAME_OPTIONAL, true, true},
	[BTF_KIND_FWD] = {NAME_NEEDED, false, true},
	[BTF_KIND_TYPEDEF] = {NAME_NEEDED, false, false},
	[BTF_KIND_VOLATILE] = {NAME_NONE, false, false},
	[BTF_KIND_CONST] = {NAME_NONE, false, false},
	[BTF_KIND_RESTRICT] = {NAME_NONE, false, false},
	[BTF_KIND_FUNC] = {NAME_NEEDED, true, false},
	[BTF_KIND_FUNC_PROTO] = {NAME_NONE, true, false},
	[BTF_KIND_VAR] = {NAME_NEEDED, false, false},
	[BTF_KIND_DATASEC] = {NAME_SECTION, true, false},
	[BTF_KIND_FLOAT] = {NAME_ANY, false, false},
	[BTF_KIND_DECL_TAG] = {NAME_TEXT, false, true},
	[BTF_KIND_TYPE_TAG] = {NAME_TEXT, false, true},
	[BTF_KIND_ENUM64] = {NAME_OPTIONAL, true, true},
};

static bool obeys(enum name_rule rule, uint32_t off, const char *name)
{
	switch (rule) {
	case NAME_ANY:
		return true;
	case NAME_NONE:
		return !off;
	case NAME_OPTIONAL:
		return !off || is_identifier(name);
	case NAME_NEEDED:
		return off && is_identifier(name);
	case NAME_SECTION:
		return off && is_section_name(name);
	case NAME_TEXT:
		return *name;
	}
	return false;
}

static int check_int(const struct check *c, uint32_t id, const struct btf_type *t)
{
	uint32_t desc = btf_int(t), encoding = BTF_INT_ENCODING(desc);
	uint32_t bits = BTF_INT_BITS(desc) + BTF_INT_OFFSET(desc);

	if (desc >> 28)
		return bad(c, id, "unknown bits in its description");
	if (bits > 128 || BYTES_OF(bits) > t->size)
		return bad(c, id, "more bits than bytes hold");
	if (encoding & (encoding - 1) || encoding > BTF_INT_BOOL)
		return bad_with(c, -ENOTSUPP, id, "no such encoding");
	return 0;
}

static int check_members(const struct check *c, uint32_t id, const struct btf_type *t)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t bit = btf_member_bit(t, m);

		if (!obeys(NAME_OPTIONAL, m->name_off, btf_str(c->btf, m->name_off)))
			return bad(c, id, "a member's name is no identifier");
		if (!m->type)
			return bad(c, id, "a member is void");
		if (btf_kind(t) == BTF_KIND_UNION ? bit : bit < last)
			return bad(c, id, "a member's offset is below the one before");
		if (BYTES_OF(bit) > t->size)
			return bad(c, id, "a member begins behind the end");
		last = bit;
	}
	return 0;
}

static int check_enum(const struct check *c, uint32_t id, const struct btf_type *t)
{
	bool wide = btf_kind(t) == BTF_KIND_ENUM64;

	if (!t->size || t->size > 8 || t->size & (t->size - 1))
		return bad(c, id, "an enum has 1, 2, 4 or 8 bytes");
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint32_t off = wide ? btf_enums64(t)[i].name_off : btf_enums(t)[i].name_off;

		if (!obeys(NAME_NEEDED, off, btf_str(c->btf, off)))
			return bad(c, id, "a value's name is no identifier");
	}
	return 0;
}

static int check_datasec(const struct check *c, uint32_t id, const struct btf_type *t)
{
	uint64_t end = 0;

	if (!t->size)
		return bad(c, id, "size 0");
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_var_secinfo *v = &btf_secinfos(t)[i];

		if (!v->type)
			return bad(c, id, "an entry is void");
		if (v->offset < end || v->offset >= t->size)
			return bad(c, id, "an entry's offset overlaps, or is behind the end");
		end = (uint64_t)v->offset + v->size;
		if (!v->size || end > t->size)
			return bad(c, id, "an entry's size is 0, or goes behind the end");
	}
	return 0;
}

/* What only some kinds have to obey. */
static int check_kind(const struct check *c, uint32_t id, const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return check_int(c, id, t);
	case BTF_KIND_ARRAY:
		if (t->size || !btf_array(t)->type || !btf_array(t)->index_type)
			return bad(c, id, "its element or index is void, or it has a size");
		return 0;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return check_members(c, id, t);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return check_enum(c, id, t);
	case BTF_KIND_FWD:
		return t->type ? bad(c, id, "it has a size") : 0;
	case BTF_KIND_FUNC:
		return btf_vlen(t) > BTF_FUNC_GLOBAL ? bad(c, id, "no such linkage here") : 0;
	case BTF_KIND_VAR:
		if (!t->type || btf_var_linkage(t) > BTF_VAR_GLOBAL_ALLOCATED)
			return bad(c, id, "it is void, or no such linkage here");
		return 0;
	case BTF_KIND_DATASEC:
		return check_datasec(c, id, t);
	case BTF_KIND_FLOAT:
		if (t->size != 2 && t->size != 4 && t->size != 8 && t->size != 12 && t->size != 16)
			return bad(c, id, "no float has this size");
		return 0;
	case BTF_KIND_DECL_TAG:
		return btf_component(t) < -1 ? bad(c, id, "no such component") : 0;
	default:
		return 0;
	}
}

static int check_record(const struct check *c, uint32_t id)
{
	const struct btf_type *t = btf_type(c->btf, id);
	uint32_t kind = btf_kind(t);

	if (t->info & ~btf_info(0x1f, true, 0xffff))
		return bad(c, id, "unknown bits in its info");
	if (btf_vlen(t) && !rules[kind].vlen)
		return bad(c, id, "this kind has no vlen");
	if (btf_kflag(t) && !rules[kind].kflag)
		return bad(c, id, "this kind has no kind_flag");
	if (!obeys(rules[kind].name, t->name_off, btf_str(c->btf, t->name_off)))
		return bad(c, id,
			   rules[kind].name == NAME_NONE ? "this kind has no name"
							 : "its name is missing or no identifier");
	return check_kind(c, id, t);
}

/* ---- what records say about each other ---- */

static bool is_ref(const struct btf_type *t)
{
	return btf_is_mod(t) || btf_kind(t) == BTF_KIND_TYPEDEF;
}

/* Only a DATASEC, or nothing, may refer to these. */
static bool is_source_only(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_VAR || btf_kind(t) == BTF_KIND_DATASEC ||
	       btf_kind(t) == BTF_KIND_DECL_TAG;
}

static bool is_sized(const struct check *c, uint32_t id)
{
	return btf_size(c->btf, id) != -EINVAL;
}

static bool is_regular_int(const struct btf_type *t)
{
	uint32_t desc = btf_int(t), bits = BTF_INT_BITS(desc);

	return btf_kind(t) == BTF_KIND_INT && !BTF_INT_OFFSET(desc) && bits >= 8 && bits <= 128 &&
	       !(bits & (bits - 1));
}

static bool is_sink(enum mode mode, const struct btf_type *t)
{
	uint32_t kind = btf_kind(t);

	switch (mode) {
	case MODE_PTR:
		return !is_ref(t) && kind != BTF_KIND_PTR;
	case MODE_SIZE:
		return !is_ref(t) && kind != BTF_KIND_ARRAY && !btf_is_composite(t);
	default:
		return !is_ref(t) && kind != BTF_KIND_PTR && kind != BTF_KIND_ARRAY &&
		       kind != BTF_KIND_VAR && kind != BTF_KIND_FUNC && kind != BTF_KIND_DATASEC &&
		       kind != BTF_KIND_DECL_TAG && !btf_is_composite(t);
	}
}

static int resolve(struct check *c, uint32_t id, enum mode mode);

/* The type that from refers to, resolved as far as the mode asks. */
static int resolve_next(struct check *c, uint32_t from, uint32_t id, enum mode mode)
{
	uint32_t kind = btf_kind_of(c->btf, from), target;
	int err;

	if (is_source_only(btf_type(c->btf, id)) && kind != BTF_KIND_DATASEC &&
	    kind != BTF_KIND_DECL_TAG)
		return bad(c, from, "it refers to a variable, a section or a tag");
	err = is_sink(mode, btf_type(c->btf, id)) ? 0 : resolve(c, id, mode);
	if (err || !is_ref(btf_type(c->btf, id)) || (kind != BTF_KIND_PTR && kind != BTF_KIND_VAR))
		return err;
	/* On the way to a size a modifier was done when it met a pointer; now that counts too. */
	target = btf_resolve(c->btf, id);
	if (btf_kind_of(c->btf, target) != BTF_KIND_PTR || is_sink(mode, btf_type(c->btf, target)))
		return 0;
	return resolve(c, target, mode);
}

/*
 * Modifiers and pointers may end in what has no size: void, a forward declaration, a prototype. A
 * function passes for its prototype once it was resolved itself, as the kernel has it.
 */
static int resolve_ref(struct check *c, uint32_t id, const struct btf_type *t, enum mode mode)
{
	uint32_t target;
	int err = resolve_next(c, id, t->type, mode);

	if (err)
		return err;
	target = btf_resolve(c->btf, t->type);
	if (btf_kind_of(c->btf, target) == BTF_KIND_FUNC && target >= c->btf->first_id &&
	    c->state[target - c->btf->first_id] != DONE)
		return bad(c, id, "it refers to a function");
	return 0;
}

static int resolve_array(struct check *c, uint32_t id, const struct btf_type *t, enum mode mode)
{
	const struct btf_array *a = btf_array(t);
	const struct btf_type *elem = btf_type(c->btf, btf_resolve(c->btf, a->type));
	int err = resolve_next(c, id, a->index_type, mode);

	if (!err && !is_regular_int(btf_type(c->btf, btf_resolve(c->btf, a->index_type))))
		err = bad(c, id, "its index is no integer");
	if (!err)
		err = resolve_next(c, id, a->type, mode);
	if (err)
		return err;
	if (!is_sized(c, a->type) || (btf_kind(elem) == BTF_KIND_INT && !is_regular_int(elem)))
		return bad(c, id, "its elements have no size, or an odd one");
	return btf_size(c->btf, id) < 0 ? bad(c, id, "its size does not fit 32 bits") : 0;
}

/* The bits that a member takes; false when its offset or width does not go with its type. */
static bool member_bits(const struct btf_type *t, const struct btf_member *m,
			const struct btf_type *type, uint64_t size, uint64_t *bits)
{
	uint32_t width = btf_member_bits(t, m), bit = btf_member_bit(t, m), desc;
	bool aligned = bit % 8 == 0;

	*bits = size * 8;
	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		desc = btf_int(type);
		*bits = width ? width
			      : BTF_INT_BITS(desc) + (btf_kflag(t) ? 0 : BTF_INT_OFFSET(desc));
		if (bit % 8 + *bits > 128)
			return false;
		return !btf_kflag(t) || (is_regular_int(type) && width <= BTF_INT_BITS(desc) &&
					 (width || aligned));
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		if (btf_kflag(t))
			*bits = width ? width : 32;
		return width <= 32 && (width || aligned);
	case BTF_KIND_FLOAT:
		return !width && bit % (8 * min(type->size, 8u)) == 0;
	default:
		return !width && aligned;
	}
}

static int resolve_struct(struct check *c, uint32_t id, const struct btf_type *t, enum mode mode)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const struct btf_type *type = btf_type(c->btf, btf_resolve(c->btf, m->type));
		int err = resolve_next(c, id, m->type, mode);
		int64_t size;
		uint64_t bits;

		if (err)
			return err;
		size = btf_size(c->btf, m->type);
		if (size < 0)
			return bad(c, id, "a member has no size");
		if (!member_bits(t, m, type, (uint64_t)size, &bits))
			return bad(c, id, "a member's offset or width does not go with its type");
		if (BYTES_OF(btf_member_bit(t, m) + bits) > t->size)
			return bad(c, id, "a member exceeds the struct");
	}
	return 0;
}

static int resolve_datasec(struct check *c, uint32_t id, const struct btf_type *t)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_var_secinfo *v = &btf_secinfos(t)[i];
		int err = 0;

		if (btf_kind_of(c->btf, v->type) != BTF_KIND_VAR)
			return bad(c, id, "an entry is no variable");
		err = resolve_next(c, id, v->type, MODE_ANY);
		if (err)
			return err;
		if ((int64_t)v->size < btf_size(c->btf, v->type))
			return bad(c, id, "an entry is smaller than its variable");
	}
	return 0;
}

static int resolve_func(struct check *c, uint32_t id, const struct btf_type *t)
{
	const struct btf_type *proto = btf_type(c->btf, t->type);

	for (uint32_t i = 0; i < btf_vlen(proto); i++)
		if (!btf_params(proto)[i].name_off && btf_params(proto)[i].type)
			return bad(c, id, "a parameter has no name");
	return 0;
}

static int resolve_decl_tag(struct check *c, uint32_t id, const struct btf_type *t)
{
	const struct btf_type *target = btf_type(c->btf, t->type);
	uint32_t kind = btf_kind(target);
	int err;

	if (kind != BTF_KIND_FUNC && kind != BTF_KIND_VAR && kind != BTF_KIND_TYPEDEF &&
	    !btf_is_composite(target))
		return bad(c, id, "it refers to what takes no tags");
	err = resolve_next(c, id, t->type, MODE_ANY);
	if (err || btf_component(t) == -1)
		return err;
	if (kind == BTF_KIND_FUNC)
		target = btf_type(c->btf, target->type);
	if (kind == BTF_KIND_VAR || kind == BTF_KIND_TYPEDEF ||
	    (uint32_t)btf_component(t) >= btf_vlen(target))
		return bad(c, id, "no such component");
	return 0;
}

static int resolve_kind(struct check *c, uint32_t id, const struct btf_type *t, enum mode mode)
{
	int err;

	switch (btf_kind(t)) {
	case BTF_KIND_PTR:
		return resolve_ref(c, id, t, mode == MODE_ANY ? MODE_PTR : mode);
	case BTF_KIND_ARRAY:
		return resolve_array(c, id, t, mode == MODE_ANY ? MODE_SIZE : mode);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return resolve_struct(c, id, t, mode == MODE_ANY ? MODE_SIZE : mode);
	case BTF_KIND_VAR:
		err = resolve_next(c, id, t->type, mode);
		return !err && !is_sized(c, t->type) ? bad(c, id, "it has no size") : err;
	case BTF_KIND_DATASEC:
		return resolve_datasec(c, id, t);
	case BTF_KIND_FUNC:
		return resolve_func(c, id, t);
	case BTF_KIND_DECL_TAG:
		return resolve_decl_tag(c, id, t);
	default:
		return is_ref(t) ? resolve_ref(c, id, t, mode) : 0;
	}
}

static int resolve(struct check *c, uint32_t id, enum mode mode)
{
	uint8_t *state;
	int err;

	if (id < c->btf->first_id) /* a base was checked when it was loaded */
		return 0;
	state = &c->state[id - c->btf->first_id];
	if (*state == DONE)
		return 0;
	if (*state == BUSY)
		return bad_with(c, -EEXIST, id, "it contains itself");
	if (c->depth == BTF_DEPTH_LIMIT)
		return bad(c, id, "too many types inside each other");
	*state = BUSY;
	c->depth++;
	err = resolve_kind(c, id, btf_type(c->btf, id), mode);
	c->depth--;
	*state = DONE;
	return err;
}

/* btf_func_proto_check(): parameters and result have sizes; a last one without type is "..." */
static int check_proto(struct check *c, uint32_t id)
{
	const struct btf_type *t = btf_type(c->btf, id);
	uint32_t n = btf_vlen(t);
	int err = t->type ? resolve_next(c, id, t->type, MODE_ANY) : 0;

	if (!err && t->type && !is_sized(c, t->type))
		err = bad(c, id, "its result has no size");
	if (n && !btf_params(t)[n - 1].type && !btf_params(t)[n - 1].name_off)
		n--;
	for (uint32_t i = 0; i < n && !err; i++) {
		const struct btf_param *p = &btf_params(t)[i];

		if (!obeys(NAME_OPTIONAL, p->name_off, btf_str(c->btf, p->name_off)))
			return bad(c, id, "a parameter's name is no identifier");
		err = resolve_next(c, id, p->type, MODE_ANY);
		if (!err && !is_sized(c, p->type))
			err = bad(c, id, "a parameter has no size");
	}
	return err;
}

/* btf_check_type_tags(): on the way from a pointer to its target tags come first. */
static int check_tags(const struct check *c, uint32_t id)
{
	const struct btf_type *t = btf_type(c->btf, id);
	bool in_tags = btf_kind(t) == BTF_KIND_TYPE_TAG;

	for (int depth = 0; is_ref(t); depth++) {
		if (depth == BTF_DEPTH_LIMIT)
			return bad(c, id, "too many modifiers, or a cycle of them");
		if (btf_kind(t) != BTF_KIND_TYPE_TAG)
			in_tags = false;
		else if (!in_tags)
			return bad(c, id, "a type tag behind other modifiers");
		t = btf_type(c->btf, t->type);
	}
	return 0;
}

int btf_check(const struct btf *btf, const char *name, struct diag *d)
{
	struct check c = {.btf = btf, .name = name, .d = d};
	uint32_t first = btf->first_id;
	struct loc loc = {.file = name};
	int err = 0;

	if (first == btf->nids && !btf->base)
		return fail(d, &loc, -EINVAL, "BTF has no types");
	c.state = xcalloc(btf->nids - first, sizeof(*c.state));
	for (uint32_t id = first; id < btf->nids && !err; id++)
		err = check_record(&c, id);
	for (uint32_t id = first; id < btf->nids && !err; id++) {
		err = resolve(&c, id, MODE_ANY);
		if (!err && btf_kind_of(btf, id) == BTF_KIND_FUNC_PROTO)
			err = check_proto(&c, id);
	}
	for (uint32_t id = first; id < btf->nids && !err; id++)
		err = check_tags(&c, id);
	free(c.state);
	return err;
}
