#include "jit/code.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	RANGE = 256 << 20, /* of addresses; memory is what is written */
	BELOW = 512 << 20, /* so far below our own functions is the first place that is tried */
	NEAR = 1 << 20,	   /* of each range near other functions */
};

/* 4 KiB; on arm64 up to 64 */
static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Reserved addresses; up to top there are pieces. */
struct code_range {
	uint8_t *start, *top, *end;
	struct code_range *next;
};

/* The handler only reads the list, whose members are reused but never freed. */
static struct {
	pthread_mutex_t lock;
	pthread_once_t once;
	struct code_range home; /* then those near somebody else's functions */
	_Atomic(struct code *) pieces;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT};

static bool map_range(struct code_range *r, uintptr_t at, size_t size, int flags)
{
	void *p = mmap((void *)at, size, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);

	if (p == MAP_FAILED)
		return false;
	/* To those who do not know MAP_FIXED_NOREPLACE the address is a wish. */
	if (flags & MAP_FIXED_NOREPLACE && p != (void *)at) {
		munmap(p, size);
		return false;
	}
	r->start = p;
	r->top = r->start + page_size();
	r->end = r->start + size;
	return true;
}

/* Half as much, and again, where addresses are rationed (RLIMIT_AS). */
static bool reserve_home(void)
{
	uintptr_t hint = ((uintptr_t)reserve_home & -(uintptr_t)page_size()) - BELOW;

	for (size_t size = RANGE; !all.home.start && size >= 16 * page_size(); size /= 2)
		map_range(&all.home, hint, size, 0);
	return all.home.start != NULL;
}

/* ---- near an address ---- */

/* Where a piece has to be; all of home is in reach of our own functions. */
struct nearness {
	uintptr_t address; /* 0: anywhere at home */
	uint64_t reach;
};

static bool reaches(uintptr_t a, uintptr_t b, uint64_t reach)
{
	return (a < b ? b - a : a - b) < reach;
}

static bool is_near(const struct nearness *to, const struct code_range *in, const uint8_t *at,
		    size_t room)
{
	if (!to->address)
		return in == &all.home;
	return reaches((uintptr_t)at, to->address, to->reach) &&
	       reaches((uintptr_t)at + room, to->address, to->reach);
}

static struct code *find_spare(size_t room, const struct nearness *to)
{
	struct code *c = atomic_load(&all.pieces);

	while (c && (c->is_used || c->room < room || !is_near(to, c->in, c->at, c->room)))
		c = c->next;
	return c;
}

/* The nearest free place, below if there is one: there libraries leave room. */
static struct code_range *add_range(const struct nearness *to)
{
	uintptr_t from = to->address & -(uintptr_t)NEAR;
	struct code_range *r = calloc(1, sizeof(*r));
	uint64_t n = to->reach / NEAR;
	bool found = false;

	for (uint64_t i = 2; r && !found && i < n; i++)
		found = map_range(r, from - i * NEAR, NEAR, MAP_FIXED_NOREPLACE);
	for (uint64_t i = 1; r && !found && i < n; i++)
		found = map_range(r, from + i * NEAR, NEAR, MAP_FIXED_NOREPLACE);
	if (!found) {
		free(r);
		return NULL;
	}
	r->next = all.home.next;
	return all.home.next = r;
}

/* ---- pieces ---- */

/* A new piece at the top of the range, with a page behind it that stays untouchable. */
static struct code *add_piece(struct code_range *r, size_t room)
{
	struct code *c;

	if (!r || (size_t)(r->end - r->top) < room + page_size() || !(c = calloc(1, sizeof(*c))))
		return NULL;
	c->at = r->top;
	c->room = room;
	c->in = r;
	c->next = atomic_load(&all.pieces);
	atomic_store(&all.pieces, c);
	r->top += room + page_size();
	return c;
}

static struct code *find_piece(size_t room, const struct nearness *to)
{
	struct code *c = find_spare(room, to);

	for (struct code_range *r = &all.home; r && !c; r = r->next)
		if (is_near(to, r, r->top, room))
			c = add_piece(r, room);
	return c || !to->address ? c : add_piece(add_range(to), room);
}

static struct code *reserve(size_t size, const struct nearness *to)
{
	size_t room = round_up(size, page_size());
	struct code *c = NULL;

	pthread_mutex_lock(&all.lock);
	if (reserve_home())
		c = find_piece(room, to);
	if (c && mprotect(c->at, room, PROT_READ | PROT_WRITE))
		c = NULL;
	if (c) {
		/* All of it is going to be written; else it comes page by page. */
		madvise(c->at, room, MADV_POPULATE_WRITE);
		c->size = size;
		c->is_used = true;
	}
	pthread_mutex_unlock(&all.lock);
	return c;
}

struct code *code_reserve(size_t size)
{
	return reserve(size, &(struct nearness){0});
}

struct code *code_reserve_near(const void *address, uint64_t reach, size_t size)
{
	return reserve(size, &(struct nearness){(uintptr_t)address, reach});
}

/* ---- what runs ---- */

static void prepare_sync(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
}

bool code_sync(const void *at, size_t size)
{
	pthread_once(&all.once, prepare_sync);
	__builtin___clear_cache((char *)(uintptr_t)at, (char *)(uintptr_t)at + size);
	return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) == 0;
}

/* On x86-64 a thread that is told where new code is runs nothing older. */
int code_seal(struct code *code)
{
#ifndef __x86_64__
	code_sync(code->at, code->size);
#endif
	return mprotect(code->at, round_up(code->size, page_size()), PROT_READ | PROT_EXEC) ? -errno
											    : 0;
}

/* Its memory is given back; whoever comes back all the same faults. */
void code_free(struct code *code)
{
	if (!code)
		return;
	pthread_mutex_lock(&all.lock);
	mprotect(code->at, code->room, PROT_NONE);
	madvise(code->at, code->room, MADV_DONTNEED);
	code->owner = NULL;
	code->is_used = false;
	pthread_mutex_unlock(&all.lock);
}

const struct code *code_find(uintptr_t pc)
{
	const struct code *c = atomic_load(&all.pieces);

	while (c && !(c->is_used && pc - (uintptr_t)c->at < c->size))
		c = c->next;
	return c;
}

bool code_reaches(const void *address)
{
	uint64_t reach = INT32_MAX;
	uintptr_t at = (uintptr_t)address;
	bool is_there;

	pthread_mutex_lock(&all.lock);
	is_there = reserve_home();
	pthread_mutex_unlock(&all.lock);
	return is_there && reaches((uintptr_t)all.home.start, at, reach) &&
	       reaches((uintptr_t)all.home.end, at, reach);
}
