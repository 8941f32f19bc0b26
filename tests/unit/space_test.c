/* Described memory: regions side by side, other names of objects, limits. */
#include <errno.h>

#include "core/run/space.h"
#include "tests/unit/unit.h"

static int add(struct space *s, uint64_t addr, uint64_t size, void *host, uint32_t sides)
{
	return space_add(s, &(struct space_region){
				    .addr = addr, .size = size, .host = host, .sides = sides});
}

static void test_regions(void)
{
	uint8_t a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8}, out[8];
	struct space s = {0};

	CHECK(add(&s, 0x2004, 4, b, SPACE_USER) == 0);
	CHECK(add(&s, 0x2000, 4, a, SPACE_USER) == 0);
	CHECK(add(&s, 0x2003, 1, a, SPACE_USER) == -EEXIST);
	CHECK(add(&s, 0x1ffe, 3, a, SPACE_USER) == -EEXIST);
	CHECK(add(&s, 0x1000, 0x10000, a, SPACE_USER) == -EEXIST);
	CHECK(add(&s, 0x3000, 0, a, SPACE_USER) == -EINVAL);
	CHECK(add(&s, UINT64_MAX - 2, 4, a, SPACE_KERNEL) == -EINVAL);
	CHECK(add(&s, UINT64_MAX - 3, 4, a, SPACE_KERNEL) == 0);
	CHECK(space_read(&s, out, 0x2002, 4, SPACE_USER));
	CHECK(out[0] == 3 && out[1] == 4 && out[2] == 5 && out[3] == 6);
	CHECK(!space_read(&s, out, 0x2002, 7, SPACE_USER));
	CHECK(!space_read(&s, out, 0x2002, 4, SPACE_KERNEL));
	CHECK(!space_read(&s, out, 0x1fff, 2, SPACE_USER));
	CHECK(space_read(&s, out, UINT64_MAX, 1, SPACE_KERNEL) && out[0] == 4);
	CHECK(!space_read(&s, out, UINT64_MAX, 2, SPACE_KERNEL));
	CHECK(space_at(&s, 0x2001, 3, SPACE_USER) == a + 1);
	CHECK(!space_at(&s, 0x2001, 4, SPACE_USER));
	space_free(&s);
}

static void test_objects(void)
{
	struct space s = {0};
	uint64_t name = 0xffff888100000000, out;
	uint64_t *obj = space_object(&s, 24), addr = (uintptr_t)obj;

	CHECK(obj && !obj[0] && !obj[2]);
	obj[1] = 42;
	CHECK(add(&s, name, 24, obj, SPACE_KERNEL | SPACE_OBJECT) == 0);
	CHECK(space_follow(&s, name + 8) == addr + 8);
	CHECK(space_follow(&s, name + 24) == name + 24);
	CHECK(space_follow(&s, 7) == 7);
	CHECK(space_read(&s, &out, name + 8, 8, SPACE_KERNEL) && out == 42);
	CHECK(space_read(&s, &out, addr + 8, 8, SPACE_KERNEL) && out == 42);
	CHECK(!space_read(&s, &out, addr + 8, 8, SPACE_USER));
	CHECK(!space_at(&s, addr + 32, 1, SPACE_OBJECT));
	CHECK(!space_object(&s, SPACE_OBJECTS_MAX));
	CHECK(!space_object(&s, UINT64_MAX));
	space_free(&s);
}

int main(void)
{
	test_regions();
	test_objects();
	return unit_report();
}
