/*
 * Files of programs and of BTF: data, then a page with the head. They never change but for the
 * counters behind the head, and are only ever used as private copies.
 *
 *	0                data_size bytes
 *	size - 4096      struct blob_head
 *	  ... + 2048     struct blob_live
 */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "core/base/hash.h"
#include "core/sys/local.h"

/* Behind ours: it has a MAP_TYPE of its own. */
#include <sys/mman.h>

enum { BLOB_VERSION = 3, BLOB_DATA_MAX = 64 << 20 };

static const char magics[STORE_KINDS][8] = {
	[STORE_PROG] = "ebpfprg",
	[STORE_BTF] = "ebpfbtf",
	[STORE_LINK] = "ebpflnk",
};

_Static_assert(sizeof(struct blob_head) <= BLOB_LIVE, "the counters lie behind the head");

static uint64_t sum_of(const struct blob_head *head, const void *data)
{
	struct blob_head copy = *head;

	copy.sum = hash_mem(data, head->data_size);
	return hash_mem(&copy, sizeof(copy));
}

static int write_at(int fd, const void *data, size_t n, uint64_t off)
{
	for (size_t done = 0; done < n;) {
		ssize_t got = pwrite(fd, (const char *)data + done, n - done, (off_t)(off + done));

		if (got < 0 && errno != EINTR)
			return errno == ENOSPC || errno == EDQUOT ? -ENOMEM : -errno;
		if (got > 0)
			done += (size_t)got;
	}
	return 0;
}

int blob_write(int fd, enum store_kind kind, struct blob_head *head, const void *data, size_t size)
{
	uint8_t page[REGION_PAGE] = {0};
	uint64_t tail = round_up(size, REGION_PAGE);
	struct timespec now;
	int err;

	clock_gettime(CLOCK_BOOTTIME, &now);
	memcpy(head->magic, magics[kind], sizeof(head->magic));
	head->version = BLOB_VERSION;
	head->head_size = sizeof(*head);
	head->size = tail + REGION_PAGE;
	head->data_size = size;
	head->kind = kind;
	head->uid = geteuid();
	head->load_time = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	head->sum = sum_of(head, data);
	memcpy(page, head, sizeof(*head));
	err = write_at(fd, data, size, 0);
	return err ? err : write_at(fd, page, sizeof(page), tail);
}

static int read_at(int fd, void *data, size_t n, uint64_t off)
{
	for (size_t done = 0; done < n;) {
		ssize_t got = pread(fd, (char *)data + done, n - done, (off_t)(off + done));

		if (got == 0 || (got < 0 && errno != EINTR))
			return -EIO;
		if (got > 0)
			done += (size_t)got;
	}
	return 0;
}

int blob_read(int fd, enum store_kind kind, struct arena *a, struct blob_head *head,
	      struct bytes *data, struct diag *d)
{
	int own = lease_reopen(fd, O_RDONLY);
	struct stat st;
	void *copy;
	int err;

	if (own < 0)
		return own;
	err = fstat(own, &st) != 0 || st.st_size < REGION_PAGE ? -EIO : 0;
	if (!err)
		err = read_at(own, head, sizeof(*head), (uint64_t)st.st_size - REGION_PAGE);
	if (!err && memcmp(head->magic, magics[kind], sizeof(head->magic)) == 0 &&
	    head->version != BLOB_VERSION)
		err = fail(d, NULL, -ENOEXEC, "made by another version (%u, here %u)",
			   head->version, BLOB_VERSION);
	else if (!err && (memcmp(head->magic, magics[kind], sizeof(head->magic)) != 0 ||
			  head->head_size != sizeof(*head) || head->kind != kind ||
			  head->data_size > BLOB_DATA_MAX || head->size != (uint64_t)st.st_size ||
			  round_up(head->data_size, REGION_PAGE) + REGION_PAGE != head->size ||
			  !memchr(head->name, 0, sizeof(head->name))))
		err = fail(d, NULL, -EUCLEAN, "damaged: its head says what cannot be");
	if (!err) {
		copy = arena_alloc(a, head->data_size + 1);
		err = read_at(own, copy, head->data_size, 0);
		*data = (struct bytes){copy, head->data_size};
		if (!err && head->sum != sum_of(head, copy))
			err = fail(d, NULL, -EUCLEAN, "damaged: its checksum is wrong");
	}
	close(own);
	return err;
}

void blob_map_live(int fd, const struct blob_head *head, struct live *live)
{
	int own = lease_reopen(fd, O_RDWR);
	uint8_t *page;

	if (own < 0)
		return;
	page = mmap(NULL, REGION_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, own,
		    (off_t)(head->size - REGION_PAGE));
	close(own);
	if (page == MAP_FAILED)
		return;
	live->watch = fault_watch(page, REGION_PAGE);
	if (live->watch)
		live->at = (struct blob_live *)(page + BLOB_LIVE);
	else
		munmap(page, REGION_PAGE);
}

void blob_unmap_live(struct live *live)
{
	if (!live->at)
		return;
	fault_unwatch(live->watch);
	munmap((uint8_t *)live->at - BLOB_LIVE, REGION_PAGE);
}
