#include "core/run/capture_window.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/fault.h"
#include "core/run/packet.h"

enum { WINDOW_LEN = 256 << 20, WINDOW_ALIGN = 1 << 16 };

void window_open(struct window *w, int fd, uint64_t size)
{
	*w = (struct window){.fd = fd, .size = size};
}

void window_of_bytes(struct window *w, struct bytes image)
{
	*w = (struct window){.fd = -1,
			     .size = image.size,
			     .map = (uint8_t *)(uintptr_t)image.data,
			     .len = image.size};
}

static void unmap(struct window *w)
{
	if (w->watch)
		fault_unwatch(w->watch);
	if (w->map)
		munmap(w->map, w->len);
	w->watch = NULL;
	w->map = NULL;
}

/* The window that begins at or shortly before off. */
static int move(struct window *w, uint64_t off)
{
	if (w->fd < 0) {
		errno = EINVAL;
		return -1;
	}
	if (w->before_move)
		w->before_move(w->arg);
	unmap(w);
	w->off = off & ~(uint64_t)(WINDOW_ALIGN - 1);
	w->len = (size_t)min(w->size - w->off, (uint64_t)WINDOW_LEN);
	w->map = map_low(w->len, w->fd, w->off);
	w->low = w->map;
	if (!w->map) {
		w->map = mmap(NULL, w->len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE,
			      w->fd, (off_t)w->off);
		if (w->map == MAP_FAILED) {
			w->map = NULL;
			return -1;
		}
	}
	madvise(w->map, w->len, MADV_SEQUENTIAL);
	w->watch = fault_watch(w->map, w->len);
	return 0;
}

const uint8_t *window_at(struct window *w, uint64_t off, size_t n)
{
	if (unlikely(!w->map || off < w->off || off + n > w->off + w->len) && move(w, off) != 0)
		return NULL;
	return w->map + (off - w->off);
}

bool window_is_dead(const struct window *w)
{
	return w->watch && fault_is_dead(w->watch);
}

void window_close(struct window *w)
{
	if (w->fd < 0)
		return;
	unmap(w);
	close(w->fd);
}
