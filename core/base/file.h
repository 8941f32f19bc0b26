/* Whole files: read them, write them so that nobody sees half of one. "-" is stdin or stdout. */
#ifndef CORE_BASE_FILE_H
#define CORE_BASE_FILE_H

#include "core/base/arena.h"
#include "core/base/diag.h"

/* Reads at most limit bytes (0: 1 GiB); more is -EFBIG. One NUL follows the data, not counted. */
int file_read(const char *path, size_t limit, struct arena *a, struct diag *d, struct bytes *out);
/* The same of what is open already, to its end. */
int file_read_fd(int fd, const char *path, size_t limit, struct arena *a, struct diag *d,
		 struct bytes *out);
/*
 * Writes beside path and renames over it, so that path holds all of the data or is untouched; what
 * is no regular file (a pipe, /dev/null) is written directly. 0 or -errno, said.
 */
int file_write(const char *path, const void *data, size_t size, struct diag *d);

#endif
