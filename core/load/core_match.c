#include "core/load/local.h"

#define COMPAT_DEPTH 32
/* Prototypes of prototypes fan out, and hostile ones without end: so many steps decide. */
#define COMPAT_STEPS 4096

/* Forward declarations stand for structs and unions. */
static bool same_kind(uint32_t a, uint32_t b)
{
	return a == b || (a == BTF_KIND_ENUM && b == BTF_KIND_ENUM64) ||
	       (a == BTF_KIND_ENUM64 && b == BTF_KIND_ENUM);
}

static bool compatible_at(const struct btf *local, uint32_t a, const struct btf *target, uint32_t b,
			  int depth, int *steps)
{
	const struct btf_type *t, *u;

	for (; depth && *steps > 0; depth--, --*steps) {
		t = btf_type(local, a = btf_resolve(local, a));
		u = btf_type(target, b = btf_resolve(target, b));
		if (!same_kind(btf_kind(t), btf_kind(u)))
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
			/* bitfield ints of old compilers, which have an offset, are never candidates */
			return !BTF_INT_OFFSET(btf_int(t)) && !BTF_INT_OFFSET(btf_int(u));
		case BTF_KIND_PTR:
			a = t->type;
			b = u->type;
			continue;
		case BTF_KIND_ARRAY:
			a = btf_array(t)->type;
			b = btf_array(u)->type;
			continue;
		case BTF_KIND_FUNC_PROTO:
			if (btf_vlen(t) != btf_vlen(u))
				return false;
			for (uint32_t i = 0; i < btf_vlen(t); i++)
				if (!compatible_at(local, btf_params(t)[i].type, target,
						   btf_params(u)[i].type, depth - 1, steps))
					return false;
			a = t->type;
			b = u->type;
			continue;
		default:
			return false;
		}
	}
	return false;
}

bool types_compatible(const struct btf *local, uint32_t local_id, const struct btf *target,
		      uint32_t target_id)
{
	int steps = COMPAT_STEPS;

	return compatible_at(local, local_id, target, target_id, COMPAT_DEPTH, &steps);
}
