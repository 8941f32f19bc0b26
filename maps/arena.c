/*
 * An arena: pages that programs and whoever maps the file share, from offset 0 of it. All of them
 * are there: who touches one first finds zeroes, as a Linux client does whose access allocates.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

/* Not before the map types: it has a MAP_TYPE of its own. */
#include <sys/mman.h>

#define ARENA_BYTES ((uint64_t)1 << 32)

/*
 * Programs load and store at any address of 32 bits, and a little beyond, and find zeroes where no
 * page is (the kernel's handler of faults does that); so the window that they look through is as
 * large, and its pages are the file's once more. What is stored elsewhere faults and goes nowhere.
 */
enum { GUARD = 1 << 16 /* what an instruction's offset reaches, on either side */ };

struct arena_map {
	struct map map;
	uint64_t *taken; /* a bit for each page that a program has; of this process */
	uint8_t *window; /* ARENA_BYTES, and GUARD on both sides */
	struct fault_range *watch;
};

static struct arena_map *arena_of(struct map *map)
{
	return container_of(map, struct arena_map, map);
}

static uint64_t arena_size(const struct map *map)
{
	return (uint64_t)map->max_entries * REGION_PAGE;
}

/* arena_map_alloc() */
static int arena_check(const struct map_def *def, struct diag *d)
{
	uint64_t size = (uint64_t)def->max_entries * REGION_PAGE;

	if (def->key_size || def->value_size || !def->max_entries || !(def->flags & MAP_MMAPABLE))
		return fail(d, NULL, -EINVAL,
			    "map %s: an arena is mmapable and has max_entries, no keys, no values",
			    def->name);
	if (def->extra % REGION_PAGE)
		return fail(d, NULL, -EINVAL, "map %s: its address is not that of a page",
			    def->name);
	if (size > ARENA_BYTES)
		return fail(d, NULL, -E2BIG, "map %s: an arena has at most 2^20 pages", def->name);
	if (def->extra >> 32 != (def->extra + size - 1) >> 32)
		return fail(d, NULL, -ERANGE, "map %s: its addresses cross 4 GiB", def->name);
	return 0;
}

static int arena_layout(struct map *map, struct region_head *head)
{
	head->nslots = REGION_SLOTS;
	head->client_size = (uint64_t)map->max_entries * REGION_PAGE;
	return 0;
}

static uint8_t *arena_pages(struct map *map, uint64_t *size)
{
	*size = arena_size(map);
	return arena_of(map)->window + (uint32_t)map->extra;
}

/* Zeroes whose address is a multiple of 4 GiB. */
static uint8_t *make_window(void)
{
	size_t size = ARENA_BYTES + 2 * GUARD, all = size + ARENA_BYTES;
	uint8_t *p = mmap(NULL, all, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint8_t *at;

	if (p == MAP_FAILED)
		return NULL;
	at = (uint8_t *)round_up((uintptr_t)p + GUARD, ARENA_BYTES);
	munmap(p, (size_t)(at - GUARD - p));
	munmap(at - GUARD + size, (size_t)(p + all - (at - GUARD + size)));
	return at;
}

/* The pages of the region once more, in the window. */
static int show_pages(struct arena_map *a)
{
	struct region *r = a->map.region;
	uint64_t size;
	uint8_t *at = arena_pages(&a->map, &size);
	void *p = r->fd < 0 ? mremap(r->base, 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, at)
			    : mmap(at, size, PROT_READ | (r->writable ? PROT_WRITE : 0),
				   MAP_SHARED | MAP_FIXED, r->fd, 0);

	if (p == MAP_FAILED)
		return -ENOMEM;
	if (r->fd < 0)
		return 0;
	a->watch = fault_watch(at, size);
	return a->watch ? 0 : -ENOMEM;
}

static int arena_begin(struct map *map)
{
	struct arena_map *a = arena_of(map);

	a->taken = calloc((map->max_entries + 63) / 64, sizeof(*a->taken));
	a->window = make_window();
	return a->taken && a->window ? show_pages(a) : -ENOMEM;
}

static void arena_end(struct map *map)
{
	struct arena_map *a = arena_of(map);

	if (a->watch)
		fault_unwatch(a->watch);
	if (a->window)
		munmap(a->window - GUARD, ARENA_BYTES + 2 * GUARD);
	free(a->taken);
}

static bool is_taken(const struct arena_map *a, uint32_t page)
{
	return a->taken[page / 64] >> page % 64 & 1;
}

/* The shortest run of pages that nobody has and n fit into, the first of several. */
static int64_t find_run(const struct arena_map *a, uint32_t n)
{
	uint32_t pages = a->map.max_entries, best = UINT32_MAX, begin = 0;
	int64_t found = -ENOMEM;

	for (uint32_t i = 0; i <= pages; i++) {
		if (i < pages && !is_taken(a, i))
			continue;
		if (i - begin >= n && i - begin < best) {
			best = i - begin;
			found = begin;
		}
		begin = i + 1;
	}
	return found;
}

static int64_t arena_take_pages(struct map *map, int64_t at, uint32_t n)
{
	struct arena_map *a = arena_of(map);

	if (!n || n > map->max_entries || at > (int64_t)(map->max_entries - n))
		return -ENOMEM;
	if (at < 0)
		at = find_run(a, n);
	for (uint32_t i = 0; at >= 0 && i < n; i++)
		if (is_taken(a, (uint32_t)at + i))
			return -EBUSY;
	for (uint32_t i = 0; at >= 0 && i < n; i++)
		a->taken[((uint32_t)at + i) / 64] |= 1ull << ((uint32_t)at + i) % 64;
	return at;
}

/* Whoever has them next finds zeroes. */
static void arena_give_pages(struct map *map, uint32_t at, uint32_t n)
{
	struct arena_map *a = arena_of(map);

	for (uint32_t i = at; i < map->max_entries && i - at < n; i++) {
		if (is_taken(a, i))
			memset(map->region->base + (uint64_t)i * REGION_PAGE, 0, REGION_PAGE);
		a->taken[i / 64] &= ~(1ull << i % 64);
	}
}

static int arena_copy(struct map *map __unused, const void *key __unused, void *value __unused)
{
	return -EINVAL;
}

static int arena_update(struct map *map __unused, const void *key __unused,
			const void *value __unused, uint64_t flags __unused, uint32_t cpu __unused)
{
	return -EOPNOTSUPP;
}

static int arena_delete(struct map *map __unused, const void *key __unused, uint32_t cpu __unused)
{
	return -EOPNOTSUPP;
}

static int arena_next_key(struct map *map __unused, const void *key __unused, void *next __unused)
{
	return -EOPNOTSUPP;
}

const struct map_ops arena_map_ops = {
	.type = MAP_TYPE_ARENA,
	.flags = MAP_MMAPABLE | MAP_SEGV_ON_FAULT | MAP_NO_USER_CONV,
	.extra = UINT64_MAX,
	.size = sizeof(struct arena_map),
	.check = arena_check,
	.layout = arena_layout,
	.begin = arena_begin,
	.end = arena_end,
	.pages = arena_pages,
	.take_pages = arena_take_pages,
	.give_pages = arena_give_pages,
	.copy = arena_copy,
	.update = arena_update,
	.delete = arena_delete,
	.next_key = arena_next_key,
};
