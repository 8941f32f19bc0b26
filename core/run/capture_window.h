/*
 * A file of any size through one window of it that moves forward, below 4 GiB where there is room,
 * so that addresses in it fit the 32 bits that packet fields of contexts have.
 */
#ifndef CORE_RUN_CAPTURE_WINDOW_H
#define CORE_RUN_CAPTURE_WINDOW_H

#include "core/base/base.h"

struct fault_range;

struct window {
	int fd;	       /* -1: the whole is memory of the caller */
	uint64_t size; /* of the file */
	uint64_t off;  /* of the window in it */
	uint8_t *map;
	size_t len;
	struct fault_range *watch;
	bool low;
	void (*before_move)(void *arg); /* what is in the window is about to go */
	void *arg;
};

/* Takes fd. */
void window_open(struct window *w, int fd, uint64_t size);
void window_of_bytes(struct window *w, struct bytes image);
/*
 * The file's bytes [off, off + n), which are in it; NULL with errno when they cannot be mapped.
 * They are good until the next call with a larger offset. n is far less than a window.
 */
const uint8_t *window_at(struct window *w, uint64_t off, size_t n);
/* The file was cut short meanwhile: what is read of it are zeroes. */
bool window_is_dead(const struct window *w);
void window_close(struct window *w);

#endif
