/*
 * The file a map lives in. All of a map's state is one region, the same in every process that maps
 * it: offsets and indices inside, never addresses.
 *
 *	0             what clients map: array values, ring buffers, an arena (client_size)
 *	body          the type's own: buckets, elements, links (body_size)
 *	slots         one record for each participant, see below (nslots of 64 bytes)
 *	btf           the BTF that describes keys and values, or those of inner maps
 *	size - 4096   struct region_head, struct region_live
 *
 * Whoever may write the file may garble what the map holds, and nothing else: the head is judged
 * and copied to private memory when the region is opened, offsets of parts follow from the copy
 * alone, every index read later is compared with it, and a file cut short turns into zeroes and a
 * dead region (core/base/fault.h) instead of a signal.
 *
 * Leases. What must end with a process, however that dies, is a record lock (of an open file
 * description) on a byte far behind the end of the file, which the kernel drops: being a
 * participant, using the object, having a cpu number. Nothing is counted that a SIGKILL could leave
 * counted.
 *
 * Participants. A lock word in a region holds the number of the participant that has it, above it a
 * version that each unlocking raises. A participant is one thread at a time: a cpu number of the
 * process or, outside of programs, the process's one thread at that. It writes into its slot what
 * it is about to do; who waits for a lock whose owner's byte is free finishes or undoes that
 * (struct map_ops.repair), acting under the dead one's number. Locks in values, which programs may
 * hold while they run, are words of the same kind.
 *
 * Memory of this process mostly has one participant at work, which then needs no locks: mine->alone
 * names it (biased locking, Kawachiya et al., OOPSLA 2002). Before an operation it says that it is
 * inside and then looks whether it still is the one. Who wants to be that instead names itself,
 * makes all threads pass a barrier (membarrier(2)) and waits until the one before is not inside:
 * whichever store came first, the other one sees it. After a few such changes nobody is alone any
 * more, for good. While libc says that the process has one thread not even that is to be said, and
 * whoever has no address of a value cannot tell another one from the same one that was changed.
 */
#ifndef MAPS_REGION_H
#define MAPS_REGION_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/single_threaded.h>

#include "core/base/fault.h"

enum {
	REGION_PAGE = 4096,
	REGION_VERSION = 2,
	REGION_SLOTS = 256,	/* numbers 1..255 */
	REGION_SLOT_BITS = 10,	/* of a lock word */
	REGION_SLOT_MASK = (1 << REGION_SLOT_BITS) - 1,
	REGION_CPUS = 512,	/* cpu numbers are below */
};

#define REGION_MAGIC 0x0070616d66706265 /* "ebpfmap" */

/* The bytes that leases lock. */
#define LEASE_USER (1ull << 60)		/* shared: a user's descriptor */
#define LEASE_USER_ONE (LEASE_USER + 1) /* and the 2^16 from here, alone: one that cannot read */
#define LEASE_USERS (1ull << 17)	/* bytes of both */
#define LEASE_OBJECT   (1ull << 61) /* shared: a process has the object in use, or a program does */
#define LEASE_BOOT (LEASE_OBJECT + 1)	/* alone: the first check after a boot */
#define LEASE_HELD (LEASE_OBJECT + 2) /* alone: elements that keep objects alive are changed */
#define LEASE_RUNNER (LEASE_OBJECT + 3) /* alone: whose memory values may point into */
#define LEASE_SLOT (LEASE_OBJECT + 0x1000) /* alone: + number */
#define LEASE_CPU (LEASE_OBJECT + 0x2000)  /* alone: + number */

/* region_head.aux */
enum {
	AUX_TYPE, /* of inner maps, and their dimensions and types; or 0 */
	AUX_KEY_SIZE,
	AUX_VALUE_SIZE,
	AUX_MAX_ENTRIES,
	AUX_FLAGS,
	AUX_KEY_TYPE,
	AUX_VALUE_TYPE, /* or, of a struct_ops map, its own in the kernel's BTF */
	AUX_FIELDS, /* special fields in values, the map's or inner maps' (enum btf_field_type) */
	AUX_COUNT
};

/* What a region is; never changes. Everything is in the machine's byte order. */
struct region_head {
	uint64_t magic;
	uint32_t version, head_size;
	uint64_t size; /* of the file */
	uint64_t client_size, body_size;
	uint32_t nslots, ncpus;
	uint32_t type, key_size, value_size, max_entries, flags, id;
	uint64_t extra;
	uint64_t seed;
	uint64_t btf_size;
	uint32_t btf_key_id, btf_value_id;
	uint32_t aux[AUX_COUNT];
	char name[16];
	uint64_t sum; /* of the bytes before */
};

/* What else every map has; changes. */
struct region_live {
	_Atomic uint32_t frozen;
	uint8_t boot[16]; /* /proc/sys/kernel/random/boot_id when it was last checked */
	_Atomic uint32_t aux[16]; /* the type's own */
};

struct region_slot {
	_Alignas(64) _Atomic uint32_t word[15];
	_Atomic uint32_t value_lock; /* where the lock in a value is that is held; see slot.c */
};

/* In region_mine.alone: nobody yet, or nobody while that changes. */
#define REGION_ALONE_NEXT UINT32_MAX

/* This process's part in a region; a child of a file's begins with zeroes. */
struct region_mine {
	pthread_mutex_t lock;	 /* of all below */
	pthread_mutex_t outside; /* of who is outside of programs */
	bool joined, is_runner;
	uint64_t taken[REGION_SLOTS / 64];
	uint64_t cpus[REGION_CPUS / 64];
	uint32_t slot[REGION_CPUS + 1]; /* by cpu; the last is for outside of programs */
	_Atomic uint32_t alone; /* who needs no locks, by cpu + 1; 0: nobody, for good */
	uint32_t changes;	/* of alone */
	_Atomic uint8_t inside[REGION_CPUS + 1]; /* in an operation, by cpu */
};

struct region {
	struct region_head head; /* judged and private */
	uint8_t *base, *body;
	struct region_slot *slots;
	const uint8_t *btf;
	struct region_live *live;
	struct fault_range *watch; /* NULL: memory of our own */
	struct region_mine *mine;
	int fd; /* has the leases and is nobody else's; -1: memory of this process only */
	bool writable;
	/* Ends what a dead participant left unfinished; called with its number leased. */
	void (*repair)(void *arg, uint32_t slot);
	void *repair_arg;
};

/*
 * Makes a region in a new, empty file that is open for reading and writing, or in this process's
 * memory (fd -1). want: sizes, counts, dimensions, name and seed; the rest is filled here. The
 * space is taken at once: -ENOMEM when there is none, -E2BIG when no file can be that large. The
 * body is zeroed.
 */
int region_create(int fd, const struct region_head *want, const void *btf, struct region **out);
/*
 * Opens the region of a file; fd stays the caller's, and only says which file. writable false maps
 * it for reading. -EINVAL: no region at all. -ENOEXEC: of another version. -EUCLEAN: damaged. The
 * caller compares client_size and body_size with what follows from the dimensions.
 */
int region_open(int fd, bool writable, struct region **out);
void region_close(struct region *r);

/* Whether the machine was booted since the region was last checked. */
bool region_is_stale(const struct region *r);
/* Waits to be the only one there; 1 when the check is still to be done, then region_checked() ends
 * it. */
int region_begin_check(struct region *r);
void region_checked(struct region *r);

static inline bool region_is_dead(const struct region *r)
{
	return r->watch && fault_is_dead(r->watch);
}

/* A record lock (F_RDLCK, F_WRLCK, F_UNLCK) of fd's open file description; -EAGAIN: somebody's. */
int lease_set(int fd, int type, uint64_t byte, uint64_t count);
/* One byte alone, when everybody else gave it back. */
int lease_wait(int fd, uint64_t byte);
/* Whether anybody else has a lock there. */
bool lease_is_held(int fd, uint64_t byte, uint64_t count);
/* Another open file description of the same file; the new descriptor or -errno. */
int lease_reopen(int fd, int flags);

/* slot.c */
/* The lowest cpu number that is free in each region, leased in all of them; -EBUSY: none is. */
int region_take_cpu(struct region *const *set, size_t n, uint32_t *cpu);
/* One number in particular. */
int region_take_this_cpu(struct region *const *set, size_t n, uint32_t cpu);
void region_give_cpu(struct region *const *set, size_t n, uint32_t cpu);

/*
 * Makes this process the one whose programs may leave pointers in values, until it closes the
 * region: 0; 1 when it is already; -EBUSY: another one is.
 */
int region_become_runner(struct region *r);

/* Makes cpu (REGION_CPUS: outside) a participant; its number, or 0 when all are taken. */
uint32_t region_join(struct region *r, uint32_t cpu);
/*
 * Begins an operation of a participant: it is the one that is alone now, or nobody is any more.
 * false: the one before does not end its operation.
 */
bool region_be_alone(struct region *r, uint32_t cpu);
int region_lock_slow(struct region *r, _Atomic uint32_t *word, uint32_t slot);
/* One attempt: -EBUSY when somebody alive has it, who may be the caller. */
int region_try_lock(struct region *r, _Atomic uint32_t *word, uint32_t slot);
/*
 * A lock in an element's value, whose word is anywhere in the region: the participant's slot tells
 * which one it has, one at a time.
 */
int region_lock_value(struct region *r, uint32_t slot, _Atomic uint32_t *word);
void region_unlock_value(struct region *r, uint32_t slot, _Atomic uint32_t *word);
/* Ends what dead participants left behind, so that a check finds everything in its place. */
void region_repair_all(struct region *r);

/*
 * The participant that a program on cpu is, or anybody else (MAP_ALL_CPUS); 0: there are too many.
 */
static inline uint32_t region_begin(struct region *r, uint32_t cpu)
{
	uint32_t slot;

	if (unlikely(cpu >= REGION_CPUS)) {
		cpu = REGION_CPUS;
		pthread_mutex_lock(&r->mine->outside);
	}
	slot = r->mine->slot[cpu];
	if (unlikely(!slot)) {
		slot = region_join(r, cpu);
		if (!slot && cpu == REGION_CPUS)
			pthread_mutex_unlock(&r->mine->outside);
	}
	return slot;
}

static inline void region_end(struct region *r, uint32_t cpu)
{
	if (unlikely(cpu >= REGION_CPUS))
		pthread_mutex_unlock(&r->mine->outside);
}

/*
 * Begins an operation without locks of who is alone, until region_leave_alone(); false: nobody is,
 * or somebody else.
 */
static inline bool region_enter_alone(struct region_mine *mine, uint32_t cpu)
{
	const uint64_t me = (uint64_t)cpu + 1; /* MAP_ALL_CPUS is nobody */

	if (atomic_load_explicit(&mine->alone, memory_order_relaxed) != me)
		return false;
	atomic_store_explicit(&mine->inside[cpu], 1, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	if (likely(atomic_load_explicit(&mine->alone, memory_order_acquire) == me))
		return true;
	atomic_store_explicit(&mine->inside[cpu], 0, memory_order_release);
	return false;
}

/* Whether nobody but this process can be at the region; its children have copies. */
static inline bool region_is_private(const struct region *r)
{
	return r->fd < 0 && !r->head.client_size;
}

/* Whether this process has one thread, so that nobody else is at a private region meanwhile. */
static inline bool region_is_single(void)
{
	return __libc_single_threaded;
}

static inline void region_leave_alone(struct region_mine *mine, uint32_t cpu)
{
	atomic_store_explicit(&mine->inside[cpu], 0, memory_order_release);
}

/*
 * The participant for an operation of those that others do without locks, until region_leave(); 0
 * also when another one does not end.
 */
static inline uint32_t region_enter(struct region *r, uint32_t cpu)
{
	uint32_t slot = region_begin(r, cpu);

	if (!atomic_load_explicit(&r->mine->alone, memory_order_acquire) || unlikely(!slot) ||
	    region_enter_alone(r->mine, cpu) || region_be_alone(r, min(cpu, (uint32_t)REGION_CPUS)))
		return slot;
	region_end(r, cpu);
	return 0;
}

static inline void region_leave(struct region *r, uint32_t cpu)
{
	region_leave_alone(r->mine, min(cpu, (uint32_t)REGION_CPUS));
	region_end(r, cpu);
}

/*
 * Takes a lock word; -ETIMEDOUT when one owner kept it while the caller ran for two seconds, as
 * Linux's resilient spin locks do.
 */
static inline int region_lock(struct region *r, _Atomic uint32_t *word, uint32_t slot)
{
	uint32_t free = atomic_load_explicit(word, memory_order_relaxed) & ~REGION_SLOT_MASK;

	if (likely(atomic_compare_exchange_strong_explicit(word, &free, free | slot,
							   memory_order_acquire,
							   memory_order_relaxed)))
		return 0;
	return region_lock_slow(r, word, slot);
}

/* The compiler must not move stores over each other; a killed thread stops between two of them. */
static inline void region_mark(_Atomic uint32_t *word, uint32_t v)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(word, v, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

/*
 * Raises the version of a lock that is held: what was unlinked before may be used again after,
 * which is not seen before the version is.
 */
static inline void region_publish(_Atomic uint32_t *word)
{
	uint32_t held = atomic_load_explicit(word, memory_order_relaxed);

	atomic_store_explicit(word, held + (1 << REGION_SLOT_BITS), memory_order_release);
	atomic_thread_fence(memory_order_release);
}

static inline void region_unlock(_Atomic uint32_t *word)
{
	uint32_t held = atomic_load_explicit(word, memory_order_relaxed);

	atomic_store_explicit(word, held & ~REGION_SLOT_MASK, memory_order_release);
}

#endif
