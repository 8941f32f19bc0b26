#include "cmd/run_value.h"

#include <errno.h>
#include <string.h>

#include "cmd/objects.h"
#include "core/btf/print.h"
#include "core/btf/scan.h"
#include "core/obj/map.h"
#include "core/run/expect.h"
#include "maps/maps.h"

/* Where the value stands in its line, so that a message points at it. */
static struct loc place_of(const struct loc *loc, const char *text)
{
	struct loc at = *loc;
	const char *found = at.text ? strstr(at.text, text) : NULL;

	at.line = max(at.line, 1u);
	if (!found) {
		at.text = NULL;
		return at;
	}
	at.col = (uint32_t)(found - at.text) + 1;
	return at;
}

static int scan_over(struct run *r, const struct loc *loc, const char *text, uint32_t type,
		     uint32_t size, uint8_t *out)
{
	struct loc at = place_of(loc, text);
	int err = btf_scan_init(r->file.image->btf, type, &text, &at, NULL, r->d, out, size);

	if (!err && text[strspn(text, " \t")])
		err = fail(r->d, loc, -EINVAL, "more than one value: %s", text);
	return err;
}

int run_scan_value(struct run *r, const struct loc *loc, const char *text, uint32_t type,
		   uint32_t size, uint8_t *out, uint8_t *mask)
{
	int err;

	if (mask)
		memset(mask, 0xff, size);
	if (!type) {
		bool hex = strncmp(text, "hex:", 4) == 0;

		if (scan_hex(text + (hex ? 4 : 0), strlen(text + (hex ? 4 : 0)), out, size) == 0 &&
		    (hex || size > sizeof(uint64_t)))
			return 0;
		return data_number(r->d, loc, text, size, out, "value");
	}
	memset(out, 0, size);
	err = scan_over(r, loc, text, type, size, out);
	/* What stays as it was both times was not said. */
	if (!err && mask)
		err = scan_over(r, loc, text, type, size, mask);
	for (uint32_t i = 0; !err && mask && i < size; i++)
		mask[i] = (uint8_t) ~(out[i] ^ mask[i]);
	return err;
}

static uint64_t as_number(const uint8_t *data, size_t size)
{
	uint64_t n = 0;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(&n, data, size);
#else
	memcpy((uint8_t *)&n + sizeof(n) - size, data, size);
#endif
	return n;
}

void run_value_text(const struct run *r, uint32_t type, const void *data, size_t size,
		    struct strbuf *out)
{
	const uint8_t *bytes = data;

	if (type)
		btf_print_value(out, r->file.image->btf, type, data, size);
	else if (size && size <= sizeof(uint64_t))
		strbuf_addf(out, "%llu", (unsigned long long)as_number(data, size));
	else
		for (size_t i = 0; i < size; i++)
			strbuf_addf(out, "%02x", bytes[i]);
}

static bool is_number(const struct btf *btf, uint32_t type, bool *is_signed)
{
	const struct btf_type *t = type ? btf_type(btf, btf_resolve(btf, type)) : NULL;

	*is_signed =
		t && btf_kind(t) == BTF_KIND_INT && BTF_INT_ENCODING(btf_int(t)) & BTF_INT_SIGNED;
	return !t || btf_kind(t) == BTF_KIND_INT || btf_is_enum(t);
}

int run_value_order(const struct run *r, uint32_t type, uint32_t size, const uint8_t *a,
		    const uint8_t *b, const uint8_t *mask)
{
	bool is_signed;

	if (size && size <= sizeof(uint64_t) && is_number(r->file.image->btf, type, &is_signed)) {
		uint32_t shift = 64 - 8 * size;
		uint64_t x = as_number(a, size) << shift, y = as_number(b, size) << shift;

		if (is_signed)
			return ((int64_t)x > (int64_t)y) - ((int64_t)x < (int64_t)y);
		return (x > y) - (x < y);
	}
	for (uint32_t i = 0; i < size; i++)
		if ((a[i] ^ b[i]) & mask[i])
			return 1;
	return 0;
}

int run_find_map(struct run *r, const struct loc *loc, const char *name)
{
	const struct image *image = r->file.image;
	struct strbuf names = {0};

	for (uint32_t i = 0; i < image->nmaps; i++) {
		if (strcmp(image->maps[i].name, name) == 0)
			return (int)i;
		strbuf_addf(&names, "%s%s", i ? ", " : "", image->maps[i].name);
	}
	fail(r->d, loc, -ESRCH, "there is no map '%s'; there %s %s", name,
	     image->nmaps == 1 ? "is" : "are", image->nmaps ? strbuf_str(&names) : "none");
	strbuf_free(&names);
	return -ESRCH;
}

static bool find_in(struct run *r, uint32_t i, const char *name, struct run_variable *out)
{
	const struct btf *btf = r->file.image->btf;
	const struct btf_type *sec = btf_type(btf, r->file.image->maps[i].btf_value_id);
	struct map *map = r->vm.maps[i];
	uint8_t *values = map->ops->direct ? map->ops->direct(map) : NULL;

	for (uint32_t k = 0; values && btf_kind(sec) == BTF_KIND_DATASEC && k < btf_vlen(sec);
	     k++) {
		const struct btf_var_secinfo *v = &btf_secinfos(sec)[k];

		if (strcmp(btf_name(btf, v->type), name) != 0 ||
		    (uint64_t)v->offset + v->size > map->value_size)
			continue;
		*out = (struct run_variable){values + v->offset, btf_type(btf, v->type)->type,
					     v->size};
		return true;
	}
	return false;
}

int run_find_variable(struct run *r, const struct loc *loc, const char *name,
		      struct run_variable *out)
{
	const struct image *image = r->file.image;

	for (uint32_t i = 0; image->btf && i < image->nmaps; i++)
		if (image->maps[i].btf_value_id && find_in(r, i, name, out))
			return 0;
	return fail(r->d, loc, -ESRCH, "there is no variable '%s' whose type is known", name);
}

/* ---- --put ---- */

static int put_element(struct run *r, const struct expectation *e)
{
	int i = run_find_map(r, &e->loc, e->name), err;
	const struct map_def *def = i < 0 ? NULL : &r->file.image->maps[i];
	struct map *map = i < 0 ? NULL : r->vm.maps[i];
	uint8_t *key, *value;

	if (i < 0)
		return i;
	key = arena_alloc(&r->arena, map->key_size + 1);
	value = arena_alloc(&r->arena, map_user_size(map) + 1);
	err = run_scan_value(r, &e->loc, e->key, def->btf_key_id, map->key_size, key, NULL);
	if (!err)
		err = run_scan_value(r, &e->loc, e->value, def->btf_value_id, map->value_size,
				     value, NULL);
	if (err)
		return err;
	/* The others' values stay 0. */
	if (map->ops->percpu && r->o->cpu) {
		memcpy(value + (size_t)r->o->cpu * map_value_stride(map), value, map->value_size);
		memset(value, 0, map_value_stride(map));
	}
	err = map_update(map, key, value, UPDATE_ANY);
	return err ? fail(r->d, &e->loc, err, "%s: map %s does not take it: %s", e->text, e->name,
			  strerror(-err))
		   : 0;
}

static int put_variable(struct run *r, const struct expectation *e)
{
	struct run_variable v;
	int err = run_find_variable(r, &e->loc, e->name, &v);

	return err ? err : run_scan_value(r, &e->loc, e->value, v.type, v.size, v.at, NULL);
}

int run_put(struct run *r)
{
	int err = 0;

	for (size_t i = 0; i < r->puts.n && !err; i++) {
		const struct expectation *e = &r->puts.v[i];

		err = e->what == EXPECT_MAP ? put_element(r, e) : put_variable(r, e);
	}
	return err;
}
