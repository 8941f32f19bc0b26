#include "core/run/capture_pipe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void pipe_open(struct pipe_reader *p, int fd)
{
	enum { BUFFER = 1 << 18 };

	*p = (struct pipe_reader){.fd = fd, .buf = xmalloc(BUFFER), .cap = BUFFER};
}

static void make_room(struct pipe_reader *p, size_t n)
{
	memmove(p->buf, p->buf + p->at, p->end - p->at);
	p->end -= p->at;
	p->at = 0;
	if (n > p->cap) {
		p->cap = max(n, p->cap * 2);
		p->buf = xrealloc(p->buf, p->cap);
	}
}

ssize_t pipe_peek(struct pipe_reader *p, size_t n, const uint8_t **out)
{
	if (p->end - p->at < n && p->at + n > p->cap)
		make_room(p, n);
	while (p->end - p->at < n) {
		ssize_t got = read(p->fd, p->buf + p->end, p->cap - p->end);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		p->end += (size_t)got;
	}
	*out = p->buf + p->at;
	return (ssize_t)min(n, p->end - p->at);
}

static ssize_t read_cookie(void *cookie, char *to, size_t n)
{
	struct pipe_reader *p = cookie;
	const uint8_t *from;
	ssize_t got = pipe_peek(p, 1, &from);

	if (got <= 0)
		return got;
	n = min(n, p->end - p->at);
	memcpy(to, from, n);
	pipe_take(p, n);
	return (ssize_t)n;
}

static int close_cookie(void *cookie)
{
	pipe_close(cookie);
	free(cookie);
	return 0;
}

FILE *pipe_as_file(struct pipe_reader *p)
{
	struct pipe_reader *own = xmalloc(sizeof(*own));
	FILE *file;

	*own = *p;
	*p = (struct pipe_reader){.fd = -1};
	file = fopencookie(own, "r",
			   (cookie_io_functions_t){.read = read_cookie, .close = close_cookie});
	if (!file)
		close_cookie(own);
	return file;
}

void pipe_close(struct pipe_reader *p)
{
	if (p->fd >= 0)
		close(p->fd);
	free(p->buf);
	*p = (struct pipe_reader){.fd = -1};
}
