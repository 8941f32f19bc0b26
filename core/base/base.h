/* Small things every room needs. Knows nothing about BPF. */
#ifndef CORE_BASE_BASE_H
#define CORE_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __printf(fmt, first) __attribute__((format(printf, fmt, first)))
#define __unused __attribute__((unused))

#define min(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a < _b ? _a : _b; })
#define max(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a > _b ? _a : _b; })

/* Linux's own "not supported" of bpf(2); no libc names it. */
#ifndef ENOTSUPP
#define ENOTSUPP 524
#endif

/* Answers from -MAX_ERRNO to -1 are errors (include/linux/err.h). */
enum { MAX_ERRNO = 4095 };

/* n rounded up to a multiple of the power of two a. */
static inline uint64_t round_up(uint64_t n, uint64_t a)
{
	return (n + a - 1) & ~(a - 1);
}

/* A borrowed run of bytes. */
struct bytes {
	const uint8_t *data;
	size_t size;
};

#endif
