/*
 * ebpf map merge: a new map with the sums of others, key by key, made before it gets its name.
 *
 * A value is a list of parts, by its type: numbers of 4 and 8 bytes, which are counters, and the
 * rest (text, small numbers, pointers, enums, bit fields), which has to be the same everywhere it
 * is not zero. Values of cpus are added to those of the same cpus, modulo how many there are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/map.h"
#include "core/btf/print.h"
#include "core/obj/prog_type.h"

enum { PARTS_MAX = 1 << 16 };

/* count values of size bytes in a row. */
struct part {
	uint32_t off, size, count;
	bool is_number, is_signed;
	const char *name; /* as C reaches it from the value: ".rx[2].bytes"; "" is all of it */
};

struct parts {
	VEC(struct part) v;
	const struct btf *btf;
	uint32_t size; /* of it all */
	struct arena *arena;
};

/* What is added to what. */
struct merge {
	struct objects *o;
	const struct target *from;
	const struct parts *parts;
	const uint8_t *key;
	struct map *to;
	uint8_t *sum; /* a whole value of to */
};

/* Parts of a type */

static int add_part(struct parts *p, struct part part)
{
	if (part.off + (uint64_t)part.size * part.count > p->size)
		return -EINVAL;
	if (p->v.n == PARTS_MAX)
		return -E2BIG;
	vec_push(&p->v, part);
	return 0;
}

static bool is_number(const struct btf_type *t)
{
	uint32_t desc = btf_int(t);

	return (t->size == 4 || t->size == 8) && BTF_INT_BITS(desc) == t->size * 8 &&
	       !BTF_INT_OFFSET(desc) && !(BTF_INT_ENCODING(desc) & BTF_INT_BOOL);
}

static int add_scalar(struct parts *p, uint32_t id, uint32_t off, uint32_t count, const char *name)
{
	const struct btf_type *t = btf_type(p->btf, id);
	bool is_int = btf_kind(t) == BTF_KIND_INT;
	int64_t size = btf_size(p->btf, id);
	struct part part = {.off = off, .size = (uint32_t)size, .count = count, .name = name};

	if (size < 0)
		return (int)size;
	part.is_number = is_int && is_number(t);
	part.is_signed = is_int && BTF_INT_ENCODING(btf_int(t)) & BTF_INT_SIGNED;
	return add_part(p, part);
}

static int add_type(struct parts *p, uint32_t id, uint32_t off, const char *name, int depth);

static int add_members(struct parts *p, const struct btf_type *t, uint32_t off, const char *name,
		       int depth)
{
	int err = 0;

	for (uint32_t i = 0; i < btf_vlen(t) && !err; i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t bit = btf_member_bit(t, m), bits = btf_member_bits(t, m);
		const char *word = btf_str(p->btf, m->name_off), *below;

		below = *word ? arena_printf(p->arena, "%s.%s", name, word) : name;
		if (bits || bit % 8)
			err = add_part(p, (struct part){.off = off + bit / 8,
							.size = (bit % 8 + bits + 7) / 8,
							.count = 1,
							.name = below});
		else
			err = add_type(p, m->type, off + bit / 8, below, depth);
	}
	return err;
}

static int add_variables(struct parts *p, const struct btf_type *t, uint32_t off, int depth)
{
	int err = 0;

	for (uint32_t i = 0; i < btf_vlen(t) && !err; i++) {
		const struct btf_var_secinfo *var = &btf_secinfos(t)[i];

		err = add_type(p, btf_type(p->btf, var->type)->type, off + var->offset,
			       btf_name(p->btf, var->type), depth);
	}
	return err;
}

static int add_array(struct parts *p, const struct btf_array *a, uint32_t off, const char *name,
		     int depth)
{
	uint32_t elem = btf_resolve(p->btf, a->type), kind = btf_kind_of(p->btf, elem);
	int64_t size = btf_size(p->btf, elem);
	int err = 0;

	if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_ARRAY)
		return add_scalar(p, elem, off, a->nelems, name);
	if (size <= 0)
		return (int)size;
	for (uint32_t i = 0; i < a->nelems && !err; i++)
		err = add_type(p, elem, off + i * (uint32_t)size,
			       arena_printf(p->arena, "%s[%u]", name, i), depth);
	return err;
}

/* Types may come from a file that somebody garbled: depth, number and place are bounded. */
static int add_type(struct parts *p, uint32_t id, uint32_t off, const char *name, int depth)
{
	const struct btf_type *t;

	id = btf_resolve(p->btf, id);
	t = btf_type(p->btf, id);
	if (depth == BTF_DEPTH_LIMIT)
		return -E2BIG;
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
		return add_members(p, t, off, name, depth + 1);
	case BTF_KIND_DATASEC:
		return add_variables(p, t, off, depth + 1);
	case BTF_KIND_ARRAY:
		return add_array(p, btf_array(t), off, name, depth + 1);
	default:
		return add_scalar(p, id, off, 1, name);
	}
}

static int read_parts(struct objects *o, const struct target *t, struct parts *p)
{
	const struct sys_map_info *info = &t->info;
	int err;

	*p = (struct parts){.btf = t->btf, .size = info->value_size, .arena = &o->arena};
	if (!t->btf || !info->btf_value_type_id) {
		if (info->value_size != 4 && info->value_size != 8)
			return fail(o->d, NULL, -EINVAL,
				    "%s: its values have %u bytes and no type that says what in "
				    "them adds up",
				    t->name, info->value_size);
		return add_part(p, (struct part){.size = info->value_size,
						 .count = 1,
						 .is_number = true,
						 .name = ""});
	}
	err = add_type(p, info->btf_value_type_id, 0, "", 0);
	if (err)
		return fail(o->d, NULL, err, "%s: its values' type is %s", t->name,
			    err == -E2BIG ? "too large to be added up" : "damaged");
	vec_each(&p->v, part)
		if (part->is_number)
			return 0;
	return fail(o->d, NULL, -EINVAL,
		    "%s: nothing in its values adds up: there are no numbers "
		    "of 4 or 8 bytes",
		    t->name);
}

/* Which maps go together */

static bool adds_up(uint32_t type)
{
	switch (type) {
	case MAP_TYPE_ARRAY:
	case MAP_TYPE_PERCPU_ARRAY:
	case MAP_TYPE_HASH:
	case MAP_TYPE_PERCPU_HASH:
	case MAP_TYPE_LRU_HASH:
	case MAP_TYPE_LRU_PERCPU_HASH:
	case MAP_TYPE_LPM_TRIE:
		return true;
	default:
		return false;
	}
}

static int check_one(struct objects *o, const struct target *t)
{
	char word[32];

	if (!adds_up(t->info.type))
		return fail(o->d, NULL, -ENOTSUPP,
			    "%s: what a map of type %s holds does not add up", t->name,
			    map_type_str(t->info.type, word));
	if (t->info.map_flags & MAP_RDONLY_PROG)
		return fail(o->d, NULL, -EINVAL, "%s: programs only read it, so it has no counters",
			    t->name);
	return 0;
}

static bool is_same_part(const struct part *a, const struct part *b)
{
	return a->off == b->off && a->size == b->size && a->count == b->count &&
	       a->is_number == b->is_number && a->is_signed == b->is_signed &&
	       strcmp(a->name, b->name) == 0;
}

static int check_parts(struct objects *o, const struct target *t, const struct target *first,
		       const struct parts *parts)
{
	struct parts own;
	const char *name;
	size_t i = 0;
	int err = read_parts(o, t, &own);

	while (!err && i < min(own.v.n, parts->v.n) && is_same_part(&own.v.v[i], &parts->v.v[i]))
		i++;
	name = i < own.v.n ? own.v.v[i].name : "";
	if (!err && (i < own.v.n || i < parts->v.n))
		err = fail(o->d, NULL, -EINVAL, "%s: its values are not as those of %s%s%s",
			   t->name, first->name, *name ? ": " : "", name);
	vec_free(&own.v);
	return err;
}

static int check_pair(struct objects *o, const struct target *t, const struct target *first,
		      const struct parts *parts)
{
	const struct sys_map_info *a = &t->info, *b = &first->info;
	char x[32], y[32];

	if (a->type != b->type)
		return fail(o->d, NULL, -EINVAL, "%s has type %s, and %s has %s", t->name,
			    map_type_str(a->type, x), first->name, map_type_str(b->type, y));
	if (a->key_size != b->key_size || a->value_size != b->value_size)
		return fail(o->d, NULL, -EINVAL,
			    "%s: keys of %u and values of %u bytes, and %s has %u and %u", t->name,
			    a->key_size, a->value_size, first->name, b->key_size, b->value_size);
	return check_parts(o, t, first, parts);
}

/* Sums */

static __int128 number_at(const struct part *p, const uint8_t *at)
{
	uint32_t half;
	uint64_t n;

	if (p->size == sizeof(half)) {
		memcpy(&half, at, sizeof(half));
		return p->is_signed ? (int32_t)half : (__int128)half;
	}
	memcpy(&n, at, sizeof(n));
	return p->is_signed ? (int64_t)n : (__int128)n;
}

/* False when the sum does not fit. */
static bool add_number(const struct part *p, uint8_t *to, const uint8_t *from)
{
	__int128 sum = number_at(p, to) + number_at(p, from);
	uint32_t half = (uint32_t)sum;
	uint64_t n = (uint64_t)sum;

	memcpy(to, p->size == sizeof(half) ? (void *)&half : (void *)&n, p->size);
	return number_at(p, to) == sum;
}

static bool is_zero(const uint8_t *at, size_t n)
{
	return n == 0 || (at[0] == 0 && memcmp(at, at + 1, n - 1) == 0);
}

static bool keep(uint8_t *to, const uint8_t *from, size_t n)
{
	if (is_zero(to, n))
		memcpy(to, from, n);
	return is_zero(from, n) || memcmp(to, from, n) == 0;
}

static int say_part(const struct merge *m, const struct part *p)
{
	const struct target *t = m->from;
	struct strbuf key = {0};

	if (t->btf && t->info.btf_key_type_id)
		btf_print_value(&key, t->btf, t->info.btf_key_type_id, m->key, t->info.key_size);
	for (uint32_t i = 0; !(t->btf && t->info.btf_key_type_id) && i < t->info.key_size; i++)
		strbuf_addf(&key, "%s%02x", i ? " " : "", m->key[i]);
	fail(m->o->d, NULL, -EINVAL, "%s: key %s: %s%s", t->name, strbuf_str(&key),
	     *p->name ? p->name : "the value",
	     p->is_number ? ": the sum does not fit" : " is not the same everywhere");
	strbuf_free(&key);
	return -EINVAL;
}

static int add_value(const struct merge *m, uint8_t *to, const uint8_t *from)
{
	vec_each(&m->parts->v, p) {
		size_t size = (size_t)p->size * p->count;
		bool fits = p->is_number || keep(to + p->off, from + p->off, size);

		for (uint32_t at = 0; p->is_number && fits && at < size; at += p->size)
			fits = add_number(p, to + p->off + at, from + p->off + at);
		if (!fits)
			return say_part(m, p);
	}
	return 0;
}

/* One element of a map to what there is of its key, or to zeroes. */
static int add_element(struct merge *m, const uint8_t *value)
{
	uint32_t stride = map_value_stride(m->to);
	uint32_t from_cpus = m->to->ops->percpu ? m->from->map->ncpus : 1;
	int err;

	if (map_lookup(m->to, m->key, m->sum) != 0)
		memset(m->sum, 0, map_user_size(m->to));
	for (uint32_t cpu = 0; cpu < from_cpus; cpu++) {
		err = add_value(m, m->sum + (size_t)(cpu % m->to->ncpus) * stride,
				value + (size_t)cpu * stride);
		if (err)
			return err;
	}
	err = map_update(m->to, m->key, m->sum, UPDATE_ANY);
	return err ? fail(m->o->d, NULL, err, "%s: %s", m->from->name, strerror(-err)) : 0;
}

static int add_map(struct merge *m)
{
	struct snapshot s = {0};
	int err = map_snapshot(m->o, m->from, &s);

	for (size_t i = 0; i < s.n && !err; i++) {
		m->key = snapshot_row(&s, i);
		err = add_element(m, m->key + m->from->info.key_size);
	}
	free(s.data);
	return err;
}

/* The new map */

/* An array is as long as the longest; others have room for all elements there are. */
static uint32_t entries_of(const struct target *from, size_t n)
{
	bool is_array =
		from->info.type == MAP_TYPE_ARRAY || from->info.type == MAP_TYPE_PERCPU_ARRAY;
	uint64_t most = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		most = max(most, (uint64_t)from[i].info.max_entries);
		all += from[i].map->ops->count(from[i].map);
	}
	return (uint32_t)min(is_array ? most : max(most, all), (uint64_t)UINT32_MAX);
}

static int make_like(struct objects *o, const struct target *t, uint32_t max_entries)
{
	union sys_attr attr = {
		.map_type = t->info.type,
		.key_size = t->info.key_size,
		.value_size = t->info.value_size,
		.max_entries = max_entries,
		.map_flags = t->info.map_flags,
		.map_extra = t->info.map_extra,
	};
	struct bytes raw = map_btf(t->map);
	union sys_attr load = {.btf = (uintptr_t)raw.data, .btf_size = (uint32_t)raw.size};
	int btf = -1, fd;

	memcpy(attr.map_name, t->info.name, sizeof(attr.map_name));
	if (t->btf && raw.size) {
		btf = (int)door(o, SYS_BTF_LOAD, &load, t->name);
		if (btf < 0)
			return btf;
		attr.btf_fd = (uint32_t)btf;
		attr.btf_key_type_id = t->info.btf_key_type_id;
		attr.btf_value_type_id = t->info.btf_value_type_id;
	}
	fd = (int)door(o, SYS_MAP_CREATE, &attr, t->name);
	if (btf >= 0)
		close(btf);
	return fd;
}

static int fill(struct objects *o, int fd, const struct target *from, size_t n,
		const struct parts *parts)
{
	struct merge m = {.o = o, .parts = parts};
	int err = sys_map(o->sys, fd, &m.to);

	if (err)
		return fail(o->d, NULL, err, "%s", strerror(-err));
	m.sum = arena_alloc(&o->arena, map_user_size(m.to));
	for (size_t i = 0; i < n && !err; i++) {
		m.from = &from[i];
		err = add_map(&m);
	}
	return err;
}

static int merge(struct objects *o, const char *path, const struct target *from, size_t n)
{
	struct parts parts;
	int fd = -1, err = read_parts(o, from, &parts);

	for (size_t i = 1; i < n && !err; i++)
		err = check_pair(o, &from[i], from, &parts);
	if (!err) {
		fd = make_like(o, from, entries_of(from, n));
		err = min(fd, 0);
	}
	if (!err)
		err = fill(o, fd, from, n, &parts);
	if (!err)
		err = pin_object(o, fd, path);
	if (fd >= 0)
		close(fd);
	vec_free(&parts.v);
	return err;
}

int map_merge(struct objects *o)
{
	const char *path = need_word(o, "the path of the new map");
	VEC(struct target) from = {0};
	int err = 0;

	if (access(store_path(o, path), F_OK) == 0)
		return fail(o->d, NULL, -EEXIST, "%s: %s", path, strerror(EEXIST));
	do {
		struct target t = {0};

		err = target_begin(o, &t);
		if (!err) {
			vec_push(&from, t);
			err = check_one(o, &t);
		}
	} while (!err && peek_word(o));
	if (!err)
		err = merge(o, path, from.v, from.n);
	vec_each(&from, t)
		close(t->fd);
	vec_free(&from);
	return err;
}
