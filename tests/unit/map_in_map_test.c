/* Maps of maps in one process: what fits, what is found, and ids that somebody made up. */
#include "maps/maps.h"

#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/region.h"
#include "tests/unit/unit.h"

static void drop(struct diag *d __unused, enum severity sev __unused,
		 const struct loc *loc __unused, const char *msg __unused)
{
}

static struct diag quiet = {.sink = drop};
static const struct map_def array = {.name = "i", .type = MAP_TYPE_ARRAY, .key_size = 4,
				     .value_size = 8, .max_entries = 3};

static int try(uint32_t type, uint32_t key_size, const struct map_def *inner, struct map **out)
{
	struct map_def def = {.name = "o", .type = type, .key_size = key_size, .value_size = 4,
			      .max_entries = 2, .inner = inner};

	return map_new(&def, 1, &quiet, out);
}

static struct map *make(const struct map_def *def)
{
	struct map *map = NULL;
	int err = map_new(def, 1, &quiet, &map);

	CHECK(!err, "%d", err);
	return map;
}

static void test_create(void)
{
	struct map_def inner = array;
	struct map *map = NULL;

	for (uint32_t type = MAP_TYPE_ARRAY_OF_MAPS; type <= MAP_TYPE_HASH_OF_MAPS; type++) {
		CHECK(try(type, 4, NULL, &map) == -EINVAL);
		CHECK(try(type, 0, &array, &map) == -EINVAL);
		inner.type = MAP_TYPE_HASH_OF_MAPS;
		CHECK(try(type, 4, &inner, &map) == -EINVAL);
		inner.type = MAP_TYPE_PROG_ARRAY;
		CHECK(try(type, 4, &inner, &map) == -ENOTSUPP);
	}
	CHECK(try(MAP_TYPE_ARRAY_OF_MAPS, 8, &array, &map) == -EINVAL);
}

static void test_fit(uint32_t type)
{
	struct map *outer = NULL, *inner = make(&array), *found, *other;
	struct map_def longer = array;
	uint32_t key = 1, id = 0;

	CHECK(try(type, 4, &array, &outer) == 0);
	longer.max_entries = 4;
	other = make(&longer);
	CHECK(map_of_maps_set(outer, &key, other) == -EINVAL);
	CHECK(map_of_maps_set(inner, &key, inner) == -EINVAL);
	CHECK(outer->ops->lookup(outer, &key, 0) == NULL);
	CHECK(map_of_maps_set(outer, &key, inner) == 0);
	found = outer->ops->lookup(outer, &key, 0);
	CHECK(found == inner && outer->ops->inner(outer, 0) == inner &&
	      !outer->ops->inner(outer, 1));
	CHECK(map_lookup(outer, &key, &id) == 0 && id && outer->ops->count(outer) == 1);
	/* Programs change nothing. */
	CHECK(outer->ops->update(outer, &key, &id, UPDATE_ANY, 0) == -EINVAL);
	CHECK(outer->ops->delete(outer, &key, 0) == -EINVAL);
	CHECK(map_delete(outer, &key) == 0 && map_delete(outer, &key) == -ENOENT);
	CHECK(outer->ops->lookup(outer, &key, 0) == NULL);
	map_free(outer);
	map_free(inner);
	map_free(other);
}

struct stock {
	struct map *map;
	int asked;
};

static int resolve(void *arg, uint32_t id, struct map **out)
{
	struct stock *s = arg;

	s->asked++;
	*out = s->map;
	return id == 7 ? 0 : -ENOENT;
}

/* An id that stands for nothing is an empty element; one that was found is not asked for again. */
static void test_ids(uint32_t type)
{
	struct stock s = {.map = make(&array)};
	struct map *outer = NULL;
	uint32_t key = 0, id = 7;

	CHECK(try(type, 4, &array, &outer) == 0);
	map_of_maps_resolve(outer, resolve, &s);
	for (uint32_t bad = 1; bad; bad *= 2) {
		CHECK(map_update(outer, &key, &bad, UPDATE_ANY) == 0);
		CHECK(outer->ops->lookup(outer, &key, 0) == NULL);
	}
	s.asked = 0;
	CHECK(map_update(outer, &key, &id, UPDATE_ANY) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(outer->ops->lookup(outer, &key, 0) == s.map);
	CHECK(s.asked == 1);
	map_of_maps_forget(outer, 8);
	map_of_maps_forget(outer, 7);
	CHECK(outer->ops->lookup(outer, &key, 0) == s.map && s.asked == 2);
	memset(outer->region->body, 0xff, outer->region->head.body_size);
	outer->ops->lookup(outer, &key, 0);
	map_free(outer);
	map_free(s.map);
}

int main(void)
{
	test_create();
	for (uint32_t type = MAP_TYPE_ARRAY_OF_MAPS; type <= MAP_TYPE_HASH_OF_MAPS; type++) {
		test_fit(type);
		test_ids(type);
	}
	return unit_report();
}
