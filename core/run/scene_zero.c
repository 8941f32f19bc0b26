/*
 * Pointers that nobody mentioned. Each leads to an object of its type that is all zeroes, one for
 * each type, whose own pointers lead to such objects again; chains and functions end in NULL.
 */
#include <stdlib.h>
#include <string.h>

#include "core/run/scene.h"

/* Ends of chains: nothing follows. */
static bool is_link(const char *name)
{
	static const char *const links[] = {"hlist_node",    "hlist_nulls_node", "rb_node",
					    "callback_head", "llist_node",	 "rb_root"};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (strcmp(links[i], name) == 0)
			return true;
	return false;
}

/* A page of zeroes, for pointers to what has no type or no size. */
static uint64_t zero_bytes(struct scene *s)
{
	return scene_zero_object(s, 0);
}

uint64_t scene_zero_object(struct scene *s, uint32_t type)
{
	enum { UNTYPED = 256 };
	int64_t size = type ? btf_size(s->btf, type) : UNTYPED;
	void *host;

	if (size <= 0)
		return zero_bytes(s);
	if (!s->zeros)
		s->zeros = arena_array(&s->arena, uint64_t, s->btf ? s->btf->nids : 1);
	if (s->zeros[type])
		return s->zeros[type];
	/* What is left is for what somebody says. */
	if (s->space.used + (uint64_t)size > SPACE_OBJECTS_MAX / 2)
		return 0;
	host = space_object(&s->space, (uint64_t)size);
	if (!host)
		return 0;
	s->zeros[type] = (uintptr_t)host;
	if (type)
		*vec_add(&s->objects) = (struct scene_object){type, 1, host};
	return (uintptr_t)host;
}

static int by_address(const void *a, const void *b)
{
	const void *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

static bool is_said_null(const struct scene *s, const void *pointer)
{
	return s->nulls.n &&
	       bsearch(&pointer, s->nulls.v, s->nulls.n, sizeof(*s->nulls.v), by_address);
}

static void fill_pointer(struct scene *s, const struct btf_type *t, uint8_t *at)
{
	const struct btf_type *to = btf_type(s->btf, btf_resolve(s->btf, t->type));
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	if (v || is_said_null(s, at) || btf_kind(to) == BTF_KIND_FUNC_PROTO || !btf_kind(to) ||
	    (btf_is_composite(to) && is_link(btf_str(s->btf, to->name_off))))
		return;
	/* What has no members is memory of its own length. */
	v = btf_is_composite(to) ? scene_zero_object(s, btf_resolve(s->btf, t->type))
				 : zero_bytes(s);
	memcpy(at, &v, sizeof(v));
}

static void fill_struct(struct scene *s, const struct btf_type *t, uint8_t *host, int depth);

static void fill_value(struct scene *s, uint32_t id, uint8_t *host, int depth)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, id));

	if (btf_kind(t) == BTF_KIND_PTR)
		fill_pointer(s, t, host);
	else if (btf_kind(t) == BTF_KIND_STRUCT && depth < 16)
		fill_struct(s, t, host, depth);
}

/* An empty list's head points to itself. Members of unions lie over numbers: they stay. */
static void fill_struct(struct scene *s, const struct btf_type *t, uint8_t *host, int depth)
{
	uint64_t self[2] = {(uintptr_t)host, (uintptr_t)host}, now[2];

	if (strcmp(btf_str(s->btf, t->name_off), "list_head") == 0 && t->size == sizeof(self)) {
		memcpy(now, host, sizeof(now));
		if (!now[0] && !now[1])
			memcpy(host, self, sizeof(self));
		return;
	}
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t bit = btf_member_bit(t, m);
		int64_t size = btf_size(s->btf, m->type);

		if (bit % 8 || btf_member_bits(t, m) || size <= 0 ||
		    bit / 8 + (uint64_t)size > t->size)
			continue;
		fill_value(s, m->type, host + bit / 8, depth + 1);
	}
}

void scene_fill_pointers(struct scene *s)
{
	if (s->nulls.n)
		qsort(s->nulls.v, s->nulls.n, sizeof(*s->nulls.v), by_address);
	/* It grows while we go. */
	for (size_t i = 0; i < s->objects.n; i++) {
		struct scene_object o = s->objects.v[i];
		int64_t size = btf_size(s->btf, o.type);

		for (uint64_t k = 0; k < o.n; k++)
			fill_value(s, o.type, (uint8_t *)o.host + k * (uint64_t)size, 0);
	}
}
