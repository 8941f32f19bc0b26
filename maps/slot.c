/* Participants, locks and cpu numbers: the leases of a region. */
#include <fcntl.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "maps/region.h"

static bool has_bit(const uint64_t *set, uint32_t n)
{
	return set[n / 64] >> n % 64 & 1;
}

static void set_bit(uint64_t *set, uint32_t n)
{
	set[n / 64] |= 1ull << n % 64;
}

static void clear_bit(uint64_t *set, uint32_t n)
{
	set[n / 64] &= ~(1ull << n % 64);
}

/*
 * Needs mine->lock. A child of fork() shares the parent's open file description, leases and all,
 * and must have its own before it takes part; its copy of mine was zeroed.
 */
static int begin_part(struct region *r)
{
	int fd, err;

	if (r->mine->joined || r->fd < 0)
		return 0;
	fd = lease_reopen(r->fd, r->writable ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return fd;
	err = lease_set(fd, F_RDLCK, LEASE_OBJECT, 1);
	if (!err && dup3(fd, r->fd, O_CLOEXEC) < 0)
		err = -errno;
	close(fd);
	r->mine->joined = !err;
	return err;
}

/* Needs mine->lock. Leases a number of which this process does not have the lease yet. */
static int lease_slot(struct region *r, uint32_t slot)
{
	int err;

	if (has_bit(r->mine->taken, slot))
		return -EAGAIN;
	err = r->fd < 0 ? 0 : lease_set(r->fd, F_WRLCK, LEASE_SLOT + slot, 1);
	if (!err)
		set_bit(r->mine->taken, slot);
	return err;
}

/* Needs mine->lock. */
static void give_slot(struct region *r, uint32_t slot)
{
	clear_bit(r->mine->taken, slot);
	if (r->fd >= 0)
		lease_set(r->fd, F_UNLCK, LEASE_SLOT + slot, 1);
}

/*
 * Ends what a dead participant was at, a lock in a value last: it may have died in the middle of
 * that value. What its word says may come from anybody who may write the file: it is no more than
 * a place to look.
 */
static void end_dead(struct region *r, uint32_t slot)
{
	uint64_t at = (uint64_t)atomic_load(&r->slots[slot].value_lock) * 4 - 4;
	_Atomic uint32_t *word = NULL;

	if (r->repair)
		r->repair(r->repair_arg, slot);
	if (at < r->head.size)
		word = (_Atomic uint32_t *)(r->base + at);
	if (word && (atomic_load(word) & REGION_SLOT_MASK) == slot) {
		region_publish(word);
		region_unlock(word);
	}
	atomic_store(&r->slots[slot].value_lock, 0);
}

static uint32_t find_slot(struct region *r)
{
	if (begin_part(r) != 0)
		return 0;
	for (uint32_t slot = 1; slot < r->head.nslots; slot++)
		if (lease_slot(r, slot) == 0)
			return slot;
	return 0;
}

uint32_t region_join(struct region *r, uint32_t cpu)
{
	uint32_t slot;

	if (!r->writable)
		return 0;
	pthread_mutex_lock(&r->mine->lock);
	slot = r->mine->slot[cpu];
	if (!slot) {
		slot = find_slot(r);
		if (slot)
			end_dead(r, slot);
		r->mine->slot[cpu] = slot;
	}
	pthread_mutex_unlock(&r->mine->lock);
	return slot;
}

/* Ends what a participant left, when it is dead; a garbled word that still names it is set free. */
static void repair(struct region *r, _Atomic uint32_t *word, uint32_t seen)
{
	uint32_t slot = seen & REGION_SLOT_MASK;

	if (!slot) /* it is free by now */
		return;
	if (slot >= r->head.nslots) {
		atomic_compare_exchange_strong(word, &seen, seen & ~REGION_SLOT_MASK);
		return;
	}
	pthread_mutex_lock(&r->mine->lock);
	if (begin_part(r) == 0 && lease_slot(r, slot) == 0) {
		end_dead(r, slot);
		atomic_compare_exchange_strong(word, &seen, seen & ~REGION_SLOT_MASK);
		give_slot(r, slot);
	}
	pthread_mutex_unlock(&r->mine->lock);
}

void region_repair_all(struct region *r)
{
	if (r->fd < 0 || !r->writable)
		return;
	pthread_mutex_lock(&r->mine->lock);
	for (uint32_t slot = 1; begin_part(r) == 0 && slot < r->head.nslots; slot++) {
		if (lease_slot(r, slot) != 0)
			continue;
		end_dead(r, slot);
		give_slot(r, slot);
	}
	pthread_mutex_unlock(&r->mine->lock);
}

enum { SPINS = 200, LIMIT_MS = 2000 }; /* of who waits */

static void pause_cpu(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static bool try_lock(_Atomic uint32_t *word, uint32_t slot)
{
	uint32_t now = atomic_load_explicit(word, memory_order_relaxed);

	return !(now & REGION_SLOT_MASK) &&
	       atomic_compare_exchange_strong_explicit(word, &now, now | slot, memory_order_acquire,
						       memory_order_relaxed);
}

/* What this thread had of a cpu: where many want one, an owner needs that much longer to go on. */
static int64_t own_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/*
 * A section is a few hundred instructions, so the owner is asked about only after it had every
 * chance to run; asking is one system call and waking nobody keeps the owner's path free of any.
 * Nobody waits for himself: a word with the own number in it is garbled.
 */
int region_lock_slow(struct region *r, _Atomic uint32_t *word, uint32_t slot)
{
	enum { YIELDS = 20 };
	uint32_t seen, before = 0;
	int64_t begin = 0;

	for (int i = 0; i < SPINS; i++) {
		if (try_lock(word, slot))
			return 0;
		pause_cpu();
	}
	for (uint32_t round = 1;; round++) {
		if (try_lock(word, slot))
			return 0;
		if (round % YIELDS) {
			sched_yield();
			continue;
		}
		if (region_is_dead(r))
			return -EIO;
		seen = atomic_load_explicit(word, memory_order_relaxed);
		if ((seen & REGION_SLOT_MASK) == slot)
			atomic_compare_exchange_strong(word, &seen, seen & ~REGION_SLOT_MASK);
		else
			repair(r, word, seen);
		if (!begin || seen != before)
			begin = own_ms();
		else if (own_ms() - begin > LIMIT_MS)
			return -ETIMEDOUT;
		before = seen;
	}
}

/* A barrier that every other thread of this process passes, or the announcement of such ones. */
static bool set_barrier(int what)
{
	return syscall(SYS_membarrier, what, 0, 0) == 0;
}

/* Waits for the end of an operation; false: it does not end. */
static bool wait_outside(const _Atomic uint8_t *inside)
{
	int64_t begin = 0;

	for (uint32_t i = 0; atomic_load(inside); i++) {
		pause_cpu();
		if (i < SPINS)
			continue;
		sched_yield();
		begin = begin ? begin : own_ms();
		if (own_ms() - begin > LIMIT_MS)
			return false;
	}
	return true;
}

/* Needs mine->lock, where everybody else waits until it is known who is alone. */
static bool change_alone(struct region_mine *mine, uint32_t before, uint32_t cpu)
{
	enum { CHANGES = 8 };
	bool can = set_barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);

	atomic_store(&mine->alone, REGION_ALONE_NEXT);
	if (before != REGION_ALONE_NEXT && !(set_barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) &&
					     wait_outside(&mine->inside[before - 1]))) {
		atomic_store(&mine->alone, before);
		return false;
	}
	atomic_store(&mine->alone, can && mine->changes++ < CHANGES ? cpu + 1 : 0);
	return true;
}

bool region_be_alone(struct region *r, uint32_t cpu)
{
	struct region_mine *mine = r->mine;
	uint32_t before;
	bool done;

	pthread_mutex_lock(&mine->lock);
	before = atomic_load(&mine->alone);
	done = !before || before == cpu + 1 || change_alone(mine, before, cpu);
	if (done)
		atomic_store(&mine->inside[cpu], 1);
	pthread_mutex_unlock(&mine->lock);
	return done;
}

int region_try_lock(struct region *r, _Atomic uint32_t *word, uint32_t slot)
{
	uint32_t seen;

	if (try_lock(word, slot))
		return 0;
	seen = atomic_load_explicit(word, memory_order_relaxed);
	if ((seen & REGION_SLOT_MASK) != slot)
		repair(r, word, seen);
	return try_lock(word, slot) ? 0 : -EBUSY;
}

int region_lock_value(struct region *r, uint32_t slot, _Atomic uint32_t *word)
{
	_Atomic uint32_t *mine = &r->slots[slot].value_lock;
	uint64_t at = (uint64_t)((uint8_t *)word - r->base);
	int err;

	region_mark(mine, (uint32_t)(at / 4 + 1));
	err = region_lock(r, word, slot);
	if (err)
		region_mark(mine, 0);
	return err;
}

void region_unlock_value(struct region *r, uint32_t slot, _Atomic uint32_t *word)
{
	region_unlock(word);
	region_mark(&r->slots[slot].value_lock, 0);
}

int region_become_runner(struct region *r)
{
	int err;

	if (r->fd < 0 || !r->writable)
		return 1;
	pthread_mutex_lock(&r->mine->lock);
	err = begin_part(r);
	if (!err)
		err = r->mine->is_runner ? 1 : lease_set(r->fd, F_WRLCK, LEASE_RUNNER, 1);
	if (!err)
		r->mine->is_runner = true;
	pthread_mutex_unlock(&r->mine->lock);
	return err == -EAGAIN ? -EBUSY : err;
}

int region_take_this_cpu(struct region *const *set, size_t n, uint32_t cpu)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		struct region *r = set[i];

		pthread_mutex_lock(&r->mine->lock);
		err = begin_part(r);
		if (!err && (cpu >= r->head.ncpus || has_bit(r->mine->cpus, cpu)))
			err = -EBUSY;
		if (!err && r->fd >= 0 && r->writable)
			err = lease_set(r->fd, F_WRLCK, LEASE_CPU + cpu, 1);
		if (!err)
			set_bit(r->mine->cpus, cpu);
		pthread_mutex_unlock(&r->mine->lock);
	}
	if (!err)
		return 0;
	region_give_cpu(set, i - 1, cpu);
	return err == -EAGAIN ? -EBUSY : err;
}

int region_take_cpu(struct region *const *set, size_t n, uint32_t *cpu)
{
	uint32_t ncpus = REGION_CPUS;
	int err = -EBUSY;

	for (size_t i = 0; i < n; i++)
		ncpus = min(ncpus, set[i]->head.ncpus);
	for (*cpu = 0; err == -EBUSY && *cpu < ncpus; ++*cpu) {
		err = region_take_this_cpu(set, n, *cpu);
		if (!err)
			return 0;
	}
	return err;
}

void region_give_cpu(struct region *const *set, size_t n, uint32_t cpu)
{
	for (size_t i = 0; i < n; i++) {
		struct region *r = set[i];

		pthread_mutex_lock(&r->mine->lock);
		if (has_bit(r->mine->cpus, cpu)) {
			clear_bit(r->mine->cpus, cpu);
			if (r->fd >= 0)
				lease_set(r->fd, F_UNLCK, LEASE_CPU + cpu, 1);
		}
		pthread_mutex_unlock(&r->mine->lock);
	}
}
