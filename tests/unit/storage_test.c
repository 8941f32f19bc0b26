/* What programs do with local storage and with stack traces. */
#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/maps.h"
#include "tests/unit/unit.h"

enum { CPU = 0 };

static struct map *make(struct map_def def)
{
	struct diag d = {.quiet = true};
	struct map *map = NULL;
	int err;

	def.name = "m";
	err = map_new(&def, 2, &d, &map);
	CHECK(!err, "%d", err);
	return map;
}

static void test_owners(void)
{
	struct map *map = make((struct map_def){
		.type = MAP_TYPE_TASK_STORAGE, .key_size = 4, .value_size = 8,
		.flags = MAP_NO_PREALLOC, .btf_key_id = 1, .btf_value_id = 1});
	uint64_t owner, value = 1, *at;
	uint32_t n = 0;

	owner = 4711;
	CHECK(!map->ops->lookup(map, &owner, CPU));
	CHECK(map->ops->update(map, &owner, &value, UPDATE_NOEXIST, CPU) == 0);
	CHECK(map->ops->update(map, &owner, &value, UPDATE_NOEXIST, CPU) == -EEXIST);
	at = map->ops->lookup(map, &owner, CPU);
	CHECK(at && *at == 1);
	CHECK(map->ops->delete(map, &owner, CPU) == 0);
	CHECK(map->ops->delete(map, &owner, CPU) == -ENOENT);
	for (owner = 1; n <= 1 << 16; owner++, n++)
		if (map->ops->update(map, &owner, &value, UPDATE_ANY, CPU) != 0)
			break;
	CHECK(n >= 4096, "room for %u owners", n);
	CHECK(map->ops->update(map, &owner, &value, UPDATE_ANY, CPU) == -ENOMEM);
	map_free(map);
}

static void test_traces(void)
{
	struct map *map = make((struct map_def){.type = MAP_TYPE_STACK_TRACE, .key_size = 4,
						.value_size = 32, .max_entries = 1});
	uint64_t a[5] = {1, 2, 3, 4, 5}, b[1] = {9}, out[4];
	uint32_t key = 7, next;
	int id = map_stack_put(map, a, 5, 0, CPU);

	CHECK(id == 0, "the only number there is, not %d", id);
	CHECK(map_lookup(map, &id, out) == 0 && memcmp(out, a, sizeof(out)) == 0,
	      "as much as the value holds");
	CHECK(map_stack_put(map, a, 4, 0, CPU) == id);
	CHECK(map_stack_put(map, b, 1, 0, CPU) == -EEXIST);
	CHECK(map_stack_put(map, b, 1, MAP_STACK_FAST_CMP, CPU) == id, "numbers alone compared");
	CHECK(map_lookup(map, &id, out) == 0 && out[0] == 1);
	CHECK(map_stack_put(map, b, 1, MAP_STACK_REUSE, CPU) == id);
	CHECK(map_lookup(map, &id, out) == 0 && out[0] == 9 && out[1] == 0);
	CHECK(map_next_key(map, &key, &next) == 0 && next == 0, "from beyond: the first");
	CHECK(map_next_key(map, &next, &next) == -ENOENT);
	CHECK(map_delete(map, &id) == 0 && map_delete(map, &id) == -ENOENT);
	map_free(map);
}

int main(void)
{
	test_owners();
	test_traces();
	return unit_report();
}
