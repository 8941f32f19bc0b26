#include "maps/region.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "core/base/hash.h"

_Static_assert(REGION_SLOTS <= 1 << REGION_SLOT_BITS, "a lock word holds any participant's number");
_Static_assert(sizeof(struct region_head) + sizeof(struct region_live) <= REGION_PAGE, "one page");

int lease_set(int fd, int type, uint64_t byte, uint64_t count)
{
	struct flock lock = {
		.l_type = (short)type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)byte,
		.l_len = (off_t)count,
	};

	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

int lease_wait(int fd, uint64_t byte)
{
	struct flock lock = {.l_type = F_WRLCK, .l_start = (off_t)byte, .l_len = 1};

	while (fcntl(fd, F_OFD_SETLKW, &lock) != 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

bool lease_is_held(int fd, uint64_t byte, uint64_t count)
{
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)byte,
		.l_len = (off_t)count,
	};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

int lease_reopen(int fd, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static uint64_t head_sum(const struct region_head *head)
{
	return hash_mem(head, offsetof(struct region_head, sum));
}

/* The parts' places follow from the head alone; 0 when they do not fit a file. */
static uint64_t full_size(const struct region_head *h)
{
	enum { PARTS = 1 << 20 };
	const uint64_t limit = INT64_MAX / 4;

	if (h->client_size > limit || h->body_size > limit || h->btf_size > limit)
		return 0;
	_Static_assert(sizeof(struct region_slot) * REGION_SLOTS < PARTS, "slots are no matter");
	return round_up(h->client_size, REGION_PAGE) +
	       round_up(round_up(h->body_size, 64) + h->nslots * sizeof(struct region_slot) +
				h->btf_size, REGION_PAGE) + REGION_PAGE;
}

static bool is_whole(const struct region_head *h, uint64_t size)
{
	return h->head_size == sizeof(*h) && h->sum == head_sum(h) && h->size == size &&
	       h->nslots <= REGION_SLOTS && h->ncpus >= 1 && h->ncpus <= REGION_CPUS &&
	       memchr(h->name, 0, sizeof(h->name)) && full_size(h) == size;
}

static void free_region(struct region *r)
{
	if (r->watch)
		fault_unwatch(r->watch);
	if (r->base)
		munmap(r->base, r->head.size);
	if (r->mine)
		munmap(r->mine, sizeof(*r->mine));
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

/* Fills the places of the parts; needs base and head. */
static void fill_places(struct region *r)
{
	uint8_t *end = r->base + r->head.size - REGION_PAGE;

	r->body = r->base + round_up(r->head.client_size, REGION_PAGE);
	r->slots = (struct region_slot *)(r->body + round_up(r->head.body_size, 64));
	r->btf = (const uint8_t *)(r->slots + r->head.nslots);
	r->live = (struct region_live *)(end + round_up(sizeof(struct region_head), 64));
}

/* Maps the file of r->fd, or fresh memory; on failure the caller frees r. */
static int map_region(struct region *r)
{
	int prot = PROT_READ | (r->writable ? PROT_WRITE : 0);
	/* Private memory comes in huge pages, shared memory rarely; clients map it once more. */
	int flags = (region_is_private(r) ? MAP_PRIVATE : MAP_SHARED) |
		    (r->fd < 0 ? MAP_ANONYMOUS : 0);
	void *p;

	p = mmap(NULL, sizeof(*r->mine), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	r->mine = p;
	p = mmap(NULL, r->head.size, prot, flags, r->fd, 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	r->base = p;
	fill_places(r);
	if (r->head.size >= 1 << 21)
		madvise(r->base, r->head.size, MADV_HUGEPAGE);
	if (r->fd < 0) {
		r->mine->alone = region_is_private(r) ? REGION_ALONE_NEXT : 0;
		return 0;
	}
	madvise(r->mine, sizeof(*r->mine), MADV_WIPEONFORK);
	r->mine->joined = true;
	r->watch = fault_watch(r->base, r->head.size);
	return r->watch ? 0 : -ENOMEM;
}

static bool read_boot_id(uint8_t id[16])
{
	char text[64] = "";
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	uint64_t half[2];

	if (fd >= 0)
		close(fd);
	if (n < 36)
		return false;
	half[0] = hash_mem(text, 18);
	half[1] = hash_mem(text + 18, 18);
	memcpy(id, half, 16);
	return true;
}

/* Bytes of memory that can be had without pressing anybody. */
static uint64_t memory_available(void)
{
	char text[256] = "";
	int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	const char *at;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	if (fd >= 0)
		close(fd);
	at = strstr(text, "MemAvailable:");
	if (at)
		return strtoull(at + strlen("MemAvailable:"), NULL, 10) * 1024;
	return (uint64_t)sysconf(_SC_AVPHYS_PAGES) * REGION_PAGE;
}

/*
 * Takes the space, so that no later access can find the file system full. A file system in memory
 * may have no limit but the machine's, and finds that by ending processes: it is not asked for too
 * much.
 */
static int reserve(int fd, uint64_t size)
{
	enum { SMALL = 1 << 24 };
	struct statfs fs;
	int err;

	if (fstatfs(fd, &fs) != 0)
		return -errno;
	if (fs.f_type == TMPFS_MAGIC && size > SMALL && size > memory_available() / 8 * 7)
		return -ENOMEM;
	do
		err = posix_fallocate(fd, 0, (off_t)size);
	while (err == EINTR);
	return err == ENOSPC || err == EDQUOT ? -ENOMEM : err == EFBIG ? -E2BIG : -err;
}

static struct region *new_region(int fd, const struct region_head *head)
{
	struct region *r = calloc(1, sizeof(*r));

	if (r) {
		r->head = *head;
		r->fd = fd;
	}
	return r;
}

int region_create(int fd, const struct region_head *want, const void *btf, struct region **out)
{
	struct region_head head = *want;
	struct region *r;
	int err = 0, own = -1;

	head.magic = REGION_MAGIC;
	head.version = REGION_VERSION;
	head.head_size = sizeof(head);
	head.size = full_size(&head);
	head.sum = head_sum(&head);
	if (!head.size)
		return -E2BIG;
	if (fd >= 0) {
		err = reserve(fd, head.size);
		own = err ? err : lease_reopen(fd, O_RDWR);
		if (own < 0)
			return own;
	}
	r = new_region(own, &head);
	if (!r) {
		if (own >= 0)
			close(own);
		return -ENOMEM;
	}
	r->writable = true;
	err = map_region(r);
	if (!err && own >= 0)
		err = lease_set(own, F_RDLCK, LEASE_OBJECT, 1);
	if (err) {
		free_region(r);
		return err;
	}
	if (head.btf_size)
		memcpy((void *)r->btf, btf, head.btf_size);
	region_checked(r);
	memcpy(r->base + head.size - REGION_PAGE, &head, sizeof(head));
	*out = r;
	return 0;
}

/* Reads and judges the head; fd is our own. */
static int read_head(int fd, struct region_head *head)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size < REGION_PAGE || st.st_size % REGION_PAGE ||
	    pread(fd, head, sizeof(*head), st.st_size - REGION_PAGE) != sizeof(*head) ||
	    head->magic != REGION_MAGIC)
		return -EINVAL;
	if (head->version != REGION_VERSION)
		return -ENOEXEC;
	return is_whole(head, (uint64_t)st.st_size) ? 0 : -EUCLEAN;
}

int region_open(int fd, bool writable, struct region **out)
{
	struct region_head head;
	struct region *r = NULL;
	int own = lease_reopen(fd, writable ? O_RDWR : O_RDONLY), err;

	if (own < 0)
		return own;
	err = read_head(own, &head);
	if (!err) {
		r = new_region(own, &head);
		err = r ? 0 : -ENOMEM;
	}
	if (err) {
		close(own);
		return err;
	}
	r->writable = writable;
	err = map_region(r);
	if (!err)
		err = lease_set(own, F_RDLCK, LEASE_OBJECT, 1);
	if (err) {
		free_region(r);
		return err;
	}
	*out = r;
	return 0;
}

void region_close(struct region *r)
{
	if (r)
		free_region(r);
}

bool region_is_stale(const struct region *r)
{
	uint8_t boot[16];

	return r->watch && read_boot_id(boot) && memcmp(boot, r->live->boot, 16) != 0;
}

int region_begin_check(struct region *r)
{
	int err = lease_wait(r->fd, LEASE_BOOT);

	if (err)
		return err;
	if (region_is_stale(r))
		return 1;
	return lease_set(r->fd, F_UNLCK, LEASE_BOOT, 1);
}

void region_checked(struct region *r)
{
	uint8_t boot[16] = {0};

	read_boot_id(boot);
	memcpy(r->live->boot, boot, sizeof(boot));
	if (r->fd >= 0)
		lease_set(r->fd, F_UNLCK, LEASE_BOOT, 1);
}
