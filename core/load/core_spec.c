/*
 * What a CO-RE relocation refers to. An access string "0:3:2" is read against the object's own
 * type: the first number counts whole objects as an array index would, each further one is a member
 * of a struct or an element of an array. In the target, members are found by name, however deep in
 * members without one, and elements by the same index.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/load/local.h"

#define TEXT_MAX 200 /* of a message, which names of any length go into */

int core_base(uint32_t kind)
{
	static const uint8_t bases[] = {
		[CORE_BYTE_OFF] = CORE_FIELD,	  [CORE_BYTE_SIZE] = CORE_FIELD,
		[CORE_FIELD_EXISTS] = CORE_FIELD, [CORE_SIGNED] = CORE_FIELD,
		[CORE_LSHIFT_U64] = CORE_FIELD,	  [CORE_RSHIFT_U64] = CORE_FIELD,
		[CORE_TYPE_ID_LOCAL] = CORE_TYPE, [CORE_TYPE_ID_TARGET] = CORE_TYPE,
		[CORE_TYPE_EXISTS] = CORE_TYPE,	  [CORE_TYPE_SIZE] = CORE_TYPE,
		[CORE_ENUM_EXISTS] = CORE_ENUM,	  [CORE_ENUM_VALUE] = CORE_ENUM,
		[CORE_TYPE_MATCHES] = CORE_TYPE,
	};

	return kind < ARRAY_SIZE(bases) ? bases[kind] : -EINVAL;
}

/* The numbers of an access string; their count, or 0 when it is malformed. */
static uint32_t parse_numbers(const char *s, uint32_t out[CORE_SPEC_MAX])
{
	uint32_t n = 0;

	for (; n < CORE_SPEC_MAX; s++) {
		char *end;
		unsigned long value;

		if (*s < '0' || *s > '9')
			return 0;
		value = strtoul(s, &end, 10);
		if (value > INT32_MAX)
			return 0;
		out[n++] = (uint32_t)value;
		s = end;
		if (!*s)
			return n;
		if (*s != ':')
			return 0;
	}
	return 0;
}

static void add_step(struct core_spec *spec, uint32_t type, uint32_t idx, const char *name)
{
	spec->steps[spec->n++] = (struct core_step){type, idx, name};
}

/* The last member of a struct, an array of none, may be indexed without limit. */
static bool is_flexible(const struct core_spec *spec, const struct btf_array *array)
{
	const struct core_step *last = spec->n ? &spec->steps[spec->n - 1] : NULL;

	return last && last->name && !array->nelems &&
	       last->idx + 1 == btf_vlen(btf_type(spec->btf, last->type));
}

/* One element of an array of elements of type id. */
static bool add_element(struct core_spec *spec, uint32_t id, uint32_t idx)
{
	int64_t size = btf_size(spec->btf, id);

	if (size < 0)
		return false;
	add_step(spec, id, idx, NULL);
	spec->bit_off += (uint64_t)size * 8 * idx;
	return true;
}

/* Goes on from type *id by one number; false when there is no such thing. */
static bool parse_step(struct core_spec *spec, uint32_t *id, uint32_t idx)
{
	const struct btf *btf = spec->btf;
	const struct btf_type *t = btf_type(btf, *id);

	if (btf_is_composite(t)) {
		const struct btf_member *m = &btf_members(t)[idx];

		if (idx >= btf_vlen(t))
			return false;
		spec->bit_off += btf_member_bit(t, m);
		if (*btf_str(btf, m->name_off))
			add_step(spec, *id, idx, btf_str(btf, m->name_off));
		*id = btf_resolve(btf, m->type);
		return true;
	}
	if (btf_kind(t) != BTF_KIND_ARRAY)
		return false;
	if (idx >= btf_array(t)->nelems && !is_flexible(spec, btf_array(t)))
		return false;
	*id = btf_resolve(btf, btf_array(t)->type);
	return add_element(spec, *id, idx);
}

static const char *parse_enum(struct core_spec *spec, uint32_t id, uint32_t idx)
{
	const struct btf_type *t = btf_type(spec->btf, id);

	if (!btf_is_enum(t) || idx >= btf_vlen(t))
		return "it names no enumerator";
	add_step(spec, id, idx,
		 btf_str(spec->btf, btf_kind(t) == BTF_KIND_ENUM ? btf_enums(t)[idx].name_off
								 : btf_enums64(t)[idx].name_off));
	return NULL;
}

const char *core_spec_parse(const struct btf *btf, const struct btf_ext_core *relo,
			    struct core_spec *out)
{
	uint32_t numbers[CORE_SPEC_MAX], id = btf_resolve(btf, relo->type_id);
	uint32_t n = parse_numbers(btf_str(btf, relo->access), numbers);
	int base = core_base(relo->kind);

	*out = (struct core_spec){.btf = btf, .root = relo->type_id};
	if (base < 0)
		return "its kind is unknown";
	if (!n)
		return "its access string is malformed";
	if (base != CORE_FIELD && n != 1)
		return "its access string has more than one number";
	if (base == CORE_TYPE)
		return numbers[0] ? "its access string is not 0" : NULL;
	if (base == CORE_ENUM)
		return parse_enum(out, id, numbers[0]);
	if (!add_element(out, id, numbers[0]))
		return "its type has no size";
	for (uint32_t i = 1; i < n; i++)
		if (!parse_step(out, &id, numbers[i]))
			return "its access string leads nowhere";
	return NULL;
}

/* ---- in the target ---- */

/* The member that a local step names. */
struct wanted {
	const char *name;
	const struct btf *btf;
	uint32_t type;
	int64_t *steps;
};

/* Finds it in type id or in its nameless members; *next is its type. */
static bool find_member(struct core_spec *spec, struct wanted *w, uint32_t id, uint32_t *next,
			int depth)
{
	const struct btf_type *t;

	id = btf_resolve(spec->btf, id);
	t = btf_type(spec->btf, id);
	if (!btf_is_composite(t) || depth == CORE_SPEC_MAX)
		return false;
	for (uint32_t i = 0; i < btf_vlen(t) && (*w->steps)-- > 0; i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *name = btf_str(spec->btf, m->name_off);

		if (!*name) {
			if (!find_member(spec, w, m->type, next, depth + 1))
				continue;
		} else if (strcmp(name, w->name) == 0) {
			if (!fields_compatible(w->btf, w->type, spec->btf, m->type))
				return false;
			add_step(spec, id, i, name);
			*next = m->type;
		} else {
			continue;
		}
		spec->bit_off += btf_member_bit(t, m);
		return true;
	}
	return false;
}

static int match_step(const struct core_spec *local, uint32_t i, int64_t *steps,
		      struct core_spec *out, uint32_t *id)
{
	const struct core_step *step = &local->steps[i];
	const struct btf_type *t;

	if (step->name) {
		const struct btf_type *owner = btf_type(local->btf, step->type);
		struct wanted w = {
			.name = step->name,
			.btf = local->btf,
			.type = btf_members(owner)[step->idx].type,
			.steps = steps,
		};

		return find_member(out, &w, *id, id, 0);
	}
	*id = btf_resolve(out->btf, *id);
	if (i > 0) {
		t = btf_type(out->btf, *id);
		if (btf_kind(t) != BTF_KIND_ARRAY)
			return 0;
		if (step->idx >= btf_array(t)->nelems && !is_flexible(out, btf_array(t)))
			return 0;
		*id = btf_resolve(out->btf, btf_array(t)->type);
	}
	return add_element(out, *id, step->idx) ? 1 : -EINVAL;
}

static int match_enum(const struct core_spec *local, uint32_t id, int64_t *steps,
		      struct core_spec *out)
{
	const struct btf_type *t;

	id = btf_resolve(out->btf, id);
	t = btf_type(out->btf, id);
	for (uint32_t i = 0; btf_is_enum(t) && i < btf_vlen(t) && (*steps)-- > 0; i++) {
		if (parse_enum(out, id, i))
			return 0;
		if (same_essential_name(local->steps[0].name, out->steps[0].name))
			return 1;
		out->n = 0;
	}
	return 0;
}

int core_spec_match(const struct core_spec *local, uint32_t kind, const struct btf *target,
		    uint32_t id, int64_t *steps, struct core_spec *out)
{
	*out = (struct core_spec){.btf = target, .root = id};
	if (kind == CORE_TYPE_MATCHES)
		return types_match(local->btf, local->root, target, id, steps);
	if (core_base(kind) == CORE_TYPE)
		return types_compatible(local->btf, local->root, target, id, steps);
	if (core_base(kind) == CORE_ENUM)
		return match_enum(local, id, steps, out);
	for (uint32_t i = 0; i < local->n; i++) {
		int found = match_step(local, i, steps, out, &id);

		if (found <= 0)
			return found;
	}
	return 1;
}

/* ---- for messages ---- */

void core_spec_text(struct strbuf *b, const struct core_spec *spec)
{
	static const char *const words[] = {
		[BTF_KIND_STRUCT] = "struct ",	 [BTF_KIND_UNION] = "union ",
		[BTF_KIND_ENUM] = "enum ",	 [BTF_KIND_ENUM64] = "enum ",
		[BTF_KIND_TYPEDEF] = "typedef ",
	};
	uint32_t kind = btf_kind_of(spec->btf, spec->root);
	const char *name = btf_name(spec->btf, spec->root);

	strbuf_add(b, kind < ARRAY_SIZE(words) && words[kind] ? words[kind] : "");
	strbuf_addf(b, "%.*s", TEXT_MAX, *name ? name : "(anon)");
	for (uint32_t i = 0; i < spec->n; i++) {
		const struct core_step *s = &spec->steps[i];

		if (b->len > TEXT_MAX) {
			strbuf_add(b, "...");
			return;
		}
		if (s->name)
			strbuf_addf(b, "%s%.*s", i > 1 ? "." : "::", TEXT_MAX, s->name);
		else if (i || s->idx)
			strbuf_addf(b, "[%u]", s->idx);
	}
}
