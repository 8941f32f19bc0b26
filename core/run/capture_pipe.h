/* Captures that arrive through a pipe, or from a file that cannot be mapped. */
#ifndef CORE_RUN_CAPTURE_PIPE_H
#define CORE_RUN_CAPTURE_PIPE_H

#include <stdio.h>

#include "core/base/arena.h"

struct pipe_reader {
	int fd;
	uint8_t *buf;
	size_t at, end, cap; /* what is read and not taken yet */
};

/* Takes fd. */
void pipe_open(struct pipe_reader *p, int fd);
/* The next n bytes, not taken: how many there are until the end; -1 with errno. */
ssize_t pipe_peek(struct pipe_reader *p, size_t n, const uint8_t **out);
static inline void pipe_take(struct pipe_reader *p, size_t n)
{
	p->at += n;
}
/* What is left as a FILE that takes the reader over; NULL with errno. */
FILE *pipe_as_file(struct pipe_reader *p);
void pipe_close(struct pipe_reader *p);

#endif
