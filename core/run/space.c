#include "core/run/space.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* Where objects lie if nothing else does: far from where Linux puts mappings by itself. */
#define OBJECTS_BASE 0x200000000000

/* The first region that ends above addr. */
static size_t find(const struct space *s, uint64_t addr)
{
	size_t lo = 0, hi = s->regions.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct space_region *r = &s->regions.v[mid];

		if (r->addr + (r->size - 1) < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int space_add(struct space *s, const struct space_region *r)
{
	size_t at = find(s, r->addr);

	if (!r->size || r->addr + (r->size - 1) < r->addr)
		return -EINVAL;
	if (at < s->regions.n && s->regions.v[at].addr <= r->addr + (r->size - 1))
		return -EEXIST;
	vec_add(&s->regions);
	memmove(&s->regions.v[at + 1], &s->regions.v[at], (s->regions.n - 1 - at) * sizeof(*r));
	s->regions.v[at] = *r;
	return 0;
}

static bool reserve(struct space *s)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *want = (void *)OBJECTS_BASE, *p;

	p = mmap(want, SPACE_OBJECTS_MAX, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, -1,
		 0);
	if (p == MAP_FAILED)
		p = mmap(NULL, SPACE_OBJECTS_MAX, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (p == MAP_FAILED)
		return false;
	s->objects = p;
	return true;
}

void *space_object(struct space *s, uint64_t size)
{
	void *p;

	if (size > SPACE_OBJECTS_MAX - s->used - s->strings || (!s->objects && !reserve(s)))
		return NULL;
	p = s->objects + s->used;
	s->used += round_up(size, 16);
	return p;
}

void *space_string(struct space *s, uint64_t size)
{
	if (size > SPACE_OBJECTS_MAX - s->used - s->strings || (!s->objects && !reserve(s)))
		return NULL;
	s->strings += round_up(size, 16);
	return s->objects + SPACE_OBJECTS_MAX - s->strings;
}

static bool has_string(const struct space *s, uint64_t addr, uint64_t size)
{
	uint64_t left = (uintptr_t)s->objects + SPACE_OBJECTS_MAX - addr;

	return left - 1 < s->strings && size <= left;
}

static bool has_object(const struct space *s, uint64_t addr, uint64_t size)
{
	uint64_t off = addr - (uintptr_t)s->objects;

	return off < s->used && size <= s->used - off;
}

void *space_object_at(struct space *s, uint64_t addr, uint64_t size)
{
	uint64_t off, end;

	if (!s->objects && !reserve(s))
		return NULL;
	off = addr - (uintptr_t)s->objects;
	if (off >= SPACE_OBJECTS_MAX || size > SPACE_OBJECTS_MAX - off)
		return NULL;
	end = round_up(off + size, 16);
	/* Text lies in the upper half. */
	if (off < SPACE_OBJECTS_MAX / 2)
		s->used = max(s->used, end);
	else
		s->strings = max(s->strings, SPACE_OBJECTS_MAX - off);
	return s->used + s->strings <= SPACE_OBJECTS_MAX ? (void *)(uintptr_t)addr : NULL;
}

const char *space_kind(const struct space *s, uint64_t addr)
{
	return addr - (uintptr_t)s->objects < SPACE_OBJECTS_MAX ? "object " : "";
}

static void note_found(const struct space *s, uint64_t addr, uint64_t size)
{
	struct space_log *log = s->log;
	struct space_range *last = log && log->n ? &log->v[log->n - 1] : NULL;

	if (!log || !size)
		return;
	/* Strings are read byte by byte. */
	if (last && addr >= last->addr && addr - last->addr <= last->size)
		last->size = max(last->size, addr - last->addr + size);
	else
		vec_push(log, ((struct space_range){addr, size}));
}

/* The region that addr is in, or NULL. */
static const struct space_region *region_at(const struct space *s, uint64_t addr)
{
	size_t at = find(s, addr);

	return at < s->regions.n && s->regions.v[at].addr <= addr ? &s->regions.v[at] : NULL;
}

uint64_t space_follow(const struct space *s, uint64_t addr)
{
	const struct space_region *r = region_at(s, addr);

	if (!r || !(r->sides & SPACE_OBJECT))
		return addr;
	return (uintptr_t)r->host + (addr - r->addr);
}

void *space_at(const struct space *s, uint64_t addr, uint64_t size, uint32_t sides)
{
	const struct space_region *r = region_at(s, addr);

	note_found(s, addr, size);
	if (has_string(s, addr, size) ||
	    (sides & (SPACE_KERNEL | SPACE_OBJECT) && has_object(s, addr, size)))
		return (void *)(uintptr_t)addr;
	if (!r || !(r->sides & sides) || size > r->size - (addr - r->addr))
		return NULL;
	return r->host + (addr - r->addr);
}

bool space_read(const struct space *s, void *out, uint64_t addr, uint64_t size, uint32_t sides)
{
	const void *whole = space_at(s, addr, size, sides);

	if (whole) {
		memcpy(out, whole, size);
		return true;
	}
	for (size_t at = find(s, addr); size && at < s->regions.n; at++) {
		const struct space_region *r = &s->regions.v[at];
		uint64_t off = addr - r->addr, n;

		if (r->addr > addr || !(r->sides & sides))
			return false;
		n = min(size, r->size - off);
		memcpy(out, r->host + off, n);
		out = (uint8_t *)out + n;
		addr += n;
		size -= n;
	}
	return !size;
}

void space_reset(struct space *s)
{
	if (s->used)
		memset(s->objects, 0, s->used);
	s->used = 0;
}

void space_free(struct space *s)
{
	if (s->objects)
		munmap(s->objects, SPACE_OBJECTS_MAX);
	vec_free(&s->regions);
	arena_free(&s->arena);
	*s = (struct space){0};
}
