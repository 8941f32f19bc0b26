#include "jit/code.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
	PAGE = 4096,
	RANGE = 256 << 20, /* of addresses; memory is what is written */
	BELOW = 512 << 20, /* so far below our own functions is the first place that is tried */
};

/* The handler only reads the list, whose members are reused but never freed. */
static struct {
	pthread_mutex_t lock;
	uint8_t *start, *top, *end;
	_Atomic(struct code *) pieces;
} range = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Half as much, and again, where addresses are rationed (RLIMIT_AS). */
static bool reserve_range(void)
{
	uintptr_t hint = ((uintptr_t)reserve_range & -(uintptr_t)PAGE) - BELOW;

	for (size_t size = RANGE; size >= 16 * PAGE; size /= 2) {
		void *p = mmap((void *)hint, size, PROT_NONE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (p == MAP_FAILED)
			continue;
		range.start = p;
		range.top = range.start + PAGE;
		range.end = range.start + size;
		return true;
	}
	return false;
}

static bool is_near(uintptr_t a, uintptr_t b)
{
	return (int64_t)(a - b) == (int32_t)(a - b);
}

/* near is NULL where any place will do. */
static struct code *find_spare(size_t room, const void *near)
{
	struct code *c = atomic_load(&range.pieces);

	while (c && (c->is_used || c->room < room ||
		     (near && !(is_near((uintptr_t)c->at, (uintptr_t)near) &&
				is_near((uintptr_t)c->at + c->room, (uintptr_t)near)))))
		c = c->next;
	return c;
}

static struct code *list_piece(uint8_t *at, size_t room)
{
	struct code *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->at = at;
	c->room = room;
	c->next = atomic_load(&range.pieces);
	atomic_store(&range.pieces, c);
	return c;
}

/* A new piece at the top of the range, with a page behind it that stays untouchable. */
static struct code *add_piece(size_t room)
{
	struct code *c;

	if (!range.start && !reserve_range())
		return NULL;
	if ((size_t)(range.end - range.top) < room + PAGE)
		return NULL;
	c = list_piece(range.top, room);
	if (c)
		range.top += room + PAGE;
	return c;
}

/* Below an address, where libraries leave room: the next free place in reach of a jump. */
static struct code *add_near(size_t room, uintptr_t address)
{
	enum { STEP = 1 << 20, REACH = 2000 };
	struct code *c;
	void *p = MAP_FAILED;

	for (uintptr_t i = 1; p == MAP_FAILED && i < REACH; i++)
		p = mmap((void *)((address & -(uintptr_t)STEP) - i * STEP), room + 2 * PAGE,
			 PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	c = list_piece((uint8_t *)p + PAGE, room);
	if (!c)
		munmap(p, room + 2 * PAGE);
	return c;
}

/* lock is held */
static struct code *open_piece(struct code *c, size_t size)
{
	if (!c || mprotect(c->at, round_up(size, PAGE), PROT_READ | PROT_WRITE))
		return NULL;
	c->size = size;
	c->is_used = true;
	return c;
}

struct code *code_reserve(size_t size)
{
	size_t room = round_up(size, PAGE);
	struct code *c;

	pthread_mutex_lock(&range.lock);
	c = find_spare(room, NULL);
	c = open_piece(c ? c : add_piece(room), size);
	pthread_mutex_unlock(&range.lock);
	return c;
}

struct code *code_reserve_near(const void *address, size_t size)
{
	size_t room = round_up(size, PAGE);
	struct code *c;

	if (code_reaches(address))
		return code_reserve(size);
	pthread_mutex_lock(&range.lock);
	c = find_spare(room, address);
	c = open_piece(c ? c : add_near(room, (uintptr_t)address), size);
	pthread_mutex_unlock(&range.lock);
	return c;
}

int code_seal(struct code *code)
{
	__builtin___clear_cache((char *)code->at, (char *)code->at + code->size);
	return mprotect(code->at, round_up(code->size, PAGE), PROT_READ | PROT_EXEC) ? -errno : 0;
}

/* Its memory is given back; whoever comes back all the same faults. */
void code_free(struct code *code)
{
	if (!code)
		return;
	pthread_mutex_lock(&range.lock);
	mprotect(code->at, code->room, PROT_NONE);
	madvise(code->at, code->room, MADV_DONTNEED);
	code->owner = NULL;
	code->is_used = false;
	pthread_mutex_unlock(&range.lock);
}

const struct code *code_find(uintptr_t pc)
{
	const struct code *c = atomic_load(&range.pieces);

	while (c && !(c->is_used && pc - (uintptr_t)c->at < c->size))
		c = c->next;
	return c;
}

bool code_reaches(const void *address)
{
	uintptr_t at = (uintptr_t)address, start, end;

	pthread_mutex_lock(&range.lock);
	if (!range.start && !reserve_range()) {
		pthread_mutex_unlock(&range.lock);
		return false;
	}
	start = (uintptr_t)range.start;
	end = (uintptr_t)range.end;
	pthread_mutex_unlock(&range.lock);
	return is_near(at, start) && is_near(at, end);
}
