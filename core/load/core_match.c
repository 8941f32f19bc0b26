/*
 * Equality of types between the BTF of an object and that of the target. Types may be cyclic and
 * fan out without end, so that each judgement has a depth, and all of them together a number of
 * steps; what needs more is unequal.
 */
#include <string.h>

#include "core/load/local.h"

#define MATCH_DEPTH 32

/* A judgement under way. */
struct match {
	const struct btf *local, *target;
	int64_t *steps;
};

bool same_kind(const struct btf_type *a, const struct btf_type *b)
{
	return btf_kind(a) == btf_kind(b) || (btf_is_enum(a) && btf_is_enum(b));
}

bool same_essential_name(const char *a, const char *b)
{
	size_t len = btf_essential_len(a);

	return len == btf_essential_len(b) && memcmp(a, b, len) == 0;
}

/* Integers that stood for bitfields in old BTF have an offset; nothing is compatible with them. */
static bool are_plain_ints(const struct btf_type *t, const struct btf_type *u)
{
	return !BTF_INT_OFFSET(btf_int(t)) && !BTF_INT_OFFSET(btf_int(u));
}

/* A declaration without a definition, on either side: a reduced BTF has many. */
static bool is_declared(const struct btf_type *fwd, const struct btf_type *t)
{
	return btf_kind(fwd) == BTF_KIND_FWD &&
	       btf_kind(t) == (btf_kflag(fwd) ? BTF_KIND_UNION : BTF_KIND_STRUCT);
}

static bool compatible_at(struct match *m, uint32_t a, uint32_t b, int depth)
{
	for (; depth > 0 && (*m->steps)-- > 0; depth--) {
		const struct btf_type *t = btf_type(m->local, btf_resolve(m->local, a));
		const struct btf_type *u = btf_type(m->target, btf_resolve(m->target, b));

		if (is_declared(t, u) || is_declared(u, t))
			return true;
		if (!same_kind(t, u))
			return false;
		switch (btf_kind(t)) {
		case BTF_KIND_UNKN:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
		case BTF_KIND_FWD:
			return true;
		case BTF_KIND_INT:
			return are_plain_ints(t, u);
		case BTF_KIND_ARRAY:
			a = btf_array(t)->type;
			b = btf_array(u)->type;
			continue;
		case BTF_KIND_PTR:
			break;
		case BTF_KIND_FUNC_PROTO:
			if (btf_vlen(t) != btf_vlen(u))
				return false;
			for (uint32_t i = 0; i < btf_vlen(t); i++)
				if (!compatible_at(m, btf_params(t)[i].type, btf_params(u)[i].type,
						   depth - 1))
					return false;
			break;
		default:
			return false;
		}
		a = t->type;
		b = u->type;
	}
	return false;
}

bool types_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
		      uint32_t target_id, int64_t *steps)
{
	struct match m = {local, target, steps};

	return compatible_at(&m, local_id, target_id, MATCH_DEPTH);
}

bool fields_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
		       uint32_t target_id)
{
	for (int depth = 0; depth < MATCH_DEPTH; depth++) {
		const struct btf_type *t = btf_type(local, btf_resolve(local, local_id));
		const struct btf_type *u = btf_type(target, btf_resolve(target, target_id));
		const char *a = btf_str(local, t->name_off), *b = btf_str(target, u->name_off);

		if (btf_is_composite(t) && btf_is_composite(u))
			return true;
		if (!same_kind(t, u))
			return false;
		switch (btf_kind(t)) {
		case BTF_KIND_PTR:
		case BTF_KIND_FLOAT:
			return true;
		case BTF_KIND_FWD:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			return !*a || !*b || same_essential_name(a, b);
		case BTF_KIND_INT:
			return are_plain_ints(t, u);
		case BTF_KIND_ARRAY:
			local_id = btf_array(t)->type;
			target_id = btf_array(u)->type;
			continue;
		default:
			return false;
		}
	}
	return false;
}

/* ---- types_match ---- */

static const char *enumerator(const struct btf *btf, const struct btf_type *t, uint32_t i)
{
	return btf_str(btf, btf_kind(t) == BTF_KIND_ENUM ? btf_enums(t)[i].name_off
							 : btf_enums64(t)[i].name_off);
}

static bool enums_match(struct match *m, const struct btf_type *t, const struct btf_type *u)
{
	if (t->size != u->size || btf_vlen(t) > btf_vlen(u))
		return false;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *name = enumerator(m->local, t, i);
		uint32_t k = 0;

		while (k < btf_vlen(u) && (*m->steps)-- > 0 &&
		       !same_essential_name(name, enumerator(m->target, u, k)))
			k++;
		if (k == btf_vlen(u) || *m->steps <= 0)
			return false;
	}
	return true;
}

static bool match_at(struct match *m, uint32_t a, uint32_t b, bool behind_ptr, int depth);

static bool members_match(struct match *m, const struct btf_type *t, const struct btf_type *u,
			  bool behind_ptr, int depth)
{
	if (btf_vlen(t) > btf_vlen(u))
		return false;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *x = &btf_members(t)[i];
		bool found = false;

		for (uint32_t k = 0; k < btf_vlen(u) && !found && (*m->steps)-- > 0; k++) {
			const struct btf_member *y = &btf_members(u)[k];

			found = same_essential_name(btf_str(m->local, x->name_off),
						    btf_str(m->target, y->name_off)) &&
				match_at(m, x->type, y->type, behind_ptr, depth - 1);
		}
		if (!found)
			return false;
	}
	return true;
}

/* Behind a pointer, a forward declaration is as good as what it declares. */
static bool composites_match(struct match *m, const struct btf_type *t, const struct btf_type *u,
			     bool behind_ptr, int depth)
{
	bool local_union =
		btf_kind(t) == BTF_KIND_FWD ? btf_kflag(t) : btf_kind(t) == BTF_KIND_UNION;
	bool target_union =
		btf_kind(u) == BTF_KIND_FWD ? btf_kflag(u) : btf_kind(u) == BTF_KIND_UNION;

	if (!btf_is_composite(u) && btf_kind(u) != BTF_KIND_FWD)
		return false;
	if (local_union != target_union)
		return false;
	if (behind_ptr)
		return true;
	if (btf_kind(t) != btf_kind(u))
		return false;
	return btf_kind(t) == BTF_KIND_FWD || members_match(m, t, u, behind_ptr, depth);
}

static bool protos_match(struct match *m, const struct btf_type *t, const struct btf_type *u,
			 bool behind_ptr, int depth)
{
	if (btf_vlen(t) != btf_vlen(u))
		return false;
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (!match_at(m, btf_params(t)[i].type, btf_params(u)[i].type, behind_ptr,
			      depth - 1))
			return false;
	return match_at(m, t->type, u->type, behind_ptr, depth - 1);
}

static bool ints_match(const struct btf_type *t, const struct btf_type *u)
{
	return t->size == u->size &&
	       !((BTF_INT_ENCODING(btf_int(t)) ^ BTF_INT_ENCODING(btf_int(u))) & BTF_INT_SIGNED);
}

static bool match_at(struct match *m, uint32_t a, uint32_t b, bool behind_ptr, int depth)
{
	const struct btf_type *t = btf_type(m->local, btf_resolve(m->local, a));
	const struct btf_type *u = btf_type(m->target, btf_resolve(m->target, b));

	if (depth <= 0 || (*m->steps)-- <= 0)
		return false;
	if (!same_essential_name(btf_str(m->local, t->name_off), btf_str(m->target, u->name_off)))
		return false;
	if (btf_is_composite(t) || btf_kind(t) == BTF_KIND_FWD)
		return composites_match(m, t, u, behind_ptr, depth);
	if (!same_kind(t, u))
		return false;
	switch (btf_kind(t)) {
	case BTF_KIND_UNKN:
		return true;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return enums_match(m, t, u);
	case BTF_KIND_INT:
		return ints_match(t, u);
	case BTF_KIND_PTR:
		return match_at(m, t->type, u->type, true, depth - 1);
	case BTF_KIND_ARRAY:
		return btf_array(t)->nelems == btf_array(u)->nelems &&
		       match_at(m, btf_array(t)->type, btf_array(u)->type, behind_ptr, depth - 1);
	case BTF_KIND_FUNC_PROTO:
		return protos_match(m, t, u, behind_ptr, depth);
	default:
		return false;
	}
}

bool types_match(const struct btf *local, uint32_t local_id, const struct btf *target,
		 uint32_t target_id, int64_t *steps)
{
	struct match m = {local, target, steps};

	return match_at(&m, local_id, target_id, false, MATCH_DEPTH);
}
