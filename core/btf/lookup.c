/* Walks along types, their sizes, and names to ids. */
#include "core/btf/local.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/hash.h"

#define POINTER_SIZE 8 /* of the eBPF machine */

bool btf_is_mod(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_CONST || btf_kind(t) == BTF_KIND_VOLATILE ||
	       btf_kind(t) == BTF_KIND_RESTRICT || btf_kind(t) == BTF_KIND_TYPE_TAG;
}

static uint32_t skip(const struct btf *btf, uint32_t id, bool typedefs)
{
	for (int depth = 0; depth < BTF_DEPTH_LIMIT; depth++) {
		const struct btf_type *t = btf_type(btf, id);

		if (!btf_is_mod(t) && !(typedefs && btf_kind(t) == BTF_KIND_TYPEDEF))
			return id;
		id = t->type;
	}
	return 0;
}

uint32_t btf_skip_mods(const struct btf *btf, uint32_t id)
{
	return skip(btf, id, false);
}

uint32_t btf_resolve(const struct btf *btf, uint32_t id)
{
	return skip(btf, id, true);
}

int64_t btf_size(const struct btf *btf, uint32_t id)
{
	uint64_t n = 1;

	for (int depth = 0; depth < BTF_DEPTH_LIMIT; depth++) {
		const struct btf_type *t = btf_type(btf, btf_resolve(btf, id));
		uint64_t size;

		switch (btf_kind(t)) {
		case BTF_KIND_ARRAY:
			n *= btf_array(t)->nelems;
			id = btf_array(t)->type;
			if (n > UINT32_MAX)
				return -E2BIG;
			continue;
		case BTF_KIND_VAR:
			id = t->type;
			continue;
		case BTF_KIND_INT:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
		case BTF_KIND_FLOAT:
		case BTF_KIND_DATASEC:
			size = t->size;
			break;
		case BTF_KIND_PTR:
			size = POINTER_SIZE;
			break;
		default:
			return -EINVAL;
		}
		return n * size > UINT32_MAX ? -E2BIG : (int64_t)(n * size);
	}
	return -E2BIG;
}

/*
 * A struct may hold itself and members may fan out without end, so the walk has a budget of types;
 * what is out of it aligns to 1.
 */
#define ALIGN_BUDGET 4096

static int align_at(const struct btf *btf, uint32_t id, int depth, uint32_t *budget);

/* A struct aligns as its strictest member; packed when a member, or its end, lies off that. */
static int struct_align(const struct btf *btf, const struct btf_type *t, int depth,
			uint32_t *budget)
{
	int align = 1;

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		int a = align_at(btf, m->type, depth + 1, budget);

		if (a <= 0)
			return a;
		if (!btf_member_bits(t, m) && btf_member_bit(t, m) % (8 * (uint32_t)a))
			return 1;
		align = max(align, a);
	}
	return t->size % (uint32_t)align ? 1 : align;
}

static int align_at(const struct btf *btf, uint32_t id, int depth, uint32_t *budget)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, id));

	if (depth > BTF_DEPTH_LIMIT || !*budget)
		return 1;
	--*budget;
	switch (btf_kind(t)) {
	case BTF_KIND_PTR:
		return POINTER_SIZE;
	case BTF_KIND_ARRAY:
		return align_at(btf, btf_array(t)->type, depth + 1, budget);
	case BTF_KIND_VAR:
		return align_at(btf, t->type, depth + 1, budget);
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FLOAT:
		return t->size && !(t->size & (t->size - 1)) ? (int)min(t->size, 8u) : 1;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return struct_align(btf, t, depth, budget);
	default:
		return -EINVAL;
	}
}

int btf_align(const struct btf *btf, uint32_t id)
{
	uint32_t budget = ALIGN_BUDGET;

	return align_at(btf, id, 0, &budget);
}

uint32_t btf_func_proto(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t;

	id = btf_resolve(btf, id);
	t = btf_type(btf, id);
	if (btf_kind(t) == BTF_KIND_PTR || btf_kind(t) == BTF_KIND_FUNC) {
		id = btf_resolve(btf, t->type);
		t = btf_type(btf, id);
	}
	return btf_kind(t) == BTF_KIND_FUNC_PROTO ? id : 0;
}

size_t btf_essential_len(const char *name)
{
	size_t len = strlen(name);

	/* bpf_core_essential_name_len(): the last "___" that is neither at the start nor the end */
	for (size_t i = len; i-- > 4;)
		if (name[i - 4] != '_' && name[i - 3] == '_' && name[i - 2] == '_' &&
		    name[i - 1] == '_' && name[i] != '_')
			return i - 3;
	return len;
}

static uint32_t slot_of(const struct btf_index *x, const char *name, size_t len)
{
	return (uint32_t)hash_mem(name, len) & x->mask;
}

void btf_index(struct btf *btf)
{
	uint32_t n = btf->nids - btf->first_id, slots = 16, *heads, *next;
	struct btf_index *x;

	if (btf->index)
		return;
	while (slots < n)
		slots *= 2;
	x = xcalloc(1, sizeof(*x) + 4 * ((size_t)slots + n));
	heads = (uint32_t *)(x + 1);
	next = heads + slots;
	*x = (struct btf_index){slots - 1, heads, next};
	for (uint32_t id = btf->nids; id-- > btf->first_id;) {
		const char *name = btf_name(btf, id);
		uint32_t *head = &heads[slot_of(x, name, btf_essential_len(name))];

		if (!*name)
			continue;
		next[id - btf->first_id] = *head;
		*head = id;
	}
	btf->index = x;
}

/* A name that is looked for: len characters of it count when flavours do not. */
struct wanted {
	const char *name;
	size_t len;
	bool any_flavor;
	uint32_t kind;
};

static bool is_wanted(const struct btf *btf, uint32_t id, const struct wanted *w)
{
	const struct btf_type *t = btf_type(btf, id);
	const char *name = btf_str(btf, t->name_off);

	if (w->kind && btf_kind(t) != w->kind)
		return false;
	if (!w->any_flavor)
		return strcmp(name, w->name) == 0;
	return strncmp(name, w->name, w->len) == 0 && btf_essential_len(name) == w->len;
}

/* Is a type of this name on the chain that is looked along? Then the search goes on from there. */
static bool is_chained(const struct btf_index *x, const char *name, const struct wanted *w)
{
	return *name && slot_of(x, name, btf_essential_len(name)) == slot_of(x, w->name, w->len);
}

static uint32_t find_own(const struct btf *btf, const struct wanted *w, uint32_t after)
{
	const struct btf_index *x = btf->index;
	uint32_t id;

	if (!x) {
		for (id = max(after + 1, btf->first_id); id < btf->nids; id++)
			if (is_wanted(btf, id, w))
				return id;
		return 0;
	}
	id = x->heads[slot_of(x, w->name, w->len)];
	if (after >= btf->first_id && after < btf->nids && is_chained(x, btf_name(btf, after), w))
		id = x->next[after - btf->first_id];
	while (id && (id <= after || !is_wanted(btf, id, w)))
		id = x->next[id - btf->first_id];
	return id;
}

static uint32_t find_any(const struct btf *btf, const struct wanted *w, uint32_t after)
{
	uint32_t id = 0;

	if (!*w->name)
		return 0;
	if (btf->base && after + 1 < btf->first_id)
		id = find_any(btf->base, w, after);
	return id ? id : find_own(btf, w, after);
}

uint32_t btf_find_after(const struct btf *btf, const char *name, uint32_t kind, uint32_t after)
{
	struct wanted w = {name, btf_essential_len(name), false, kind};

	return find_any(btf, &w, after);
}

uint32_t btf_flavor_after(const struct btf *btf, const char *name, uint32_t kind, uint32_t after)
{
	struct wanted w = {name, btf_essential_len(name), true, kind};

	return find_any(btf, &w, after);
}
