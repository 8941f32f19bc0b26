/* Where a member lies, by its name. */
#include <string.h>

#include "core/btf/btf.h"

static bool find_in(const struct btf *btf, uint32_t id, const char *member, uint32_t base,
		    int depth, uint32_t *out)
{
	const struct btf_type *t = btf_type(btf, id);

	for (uint32_t i = 0; btf_is_composite(t) && i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *name = btf_str(btf, m->name_off);
		uint32_t at = base + btf_member_bit(t, m) / 8;

		*out = at;
		if (strcmp(name, member) == 0 ||
		    (!*name && depth && find_in(btf, btf_resolve(btf, m->type), member, at,
						depth - 1, out)))
			return true;
	}
	return false;
}

bool btf_member_at(const struct btf *btf, uint32_t id, const char *member, uint32_t *out)
{
	enum { LEVELS = 3 };

	return id && find_in(btf, id, member, 0, LEVELS, out);
}
