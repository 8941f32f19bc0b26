/*
 * The library: the functions of shapes.def, each with one that calls it (drive_NAME) and one that
 * writes the words that programs are to see, as this compiler passes them (want_NAME).
 */
#include <ebpf_kernel.h>
#include <string.h>

enum color { RED, GREEN = 1000 };

struct s1 { signed char a; };
struct s3 { char a[3]; };
struct s4 { int a; };
struct s5 { char a[5]; };
struct s7 { char a[7]; };
struct s8 { int a, b; };
struct s12 { int a, b, c; };
struct s16 { long a, b; };
struct nested { struct s8 s; struct { int t; short u[2]; } t; };
struct packed { int a; long b; } __attribute__((packed));
struct field { long a : 20; int b : 9; unsigned long c : 35; };

static struct s16 some = {40, 2};
static int number = 5;
static unsigned long words[16];
static unsigned int nwords;

static void put(const void *at, unsigned int size, int is_signed)
{
	unsigned char bytes[16] = {0};

	if (is_signed && size < 8 && (((const signed char *)at)[size - 1] < 0))
		memset(bytes, 0xff, 8);
	memcpy(bytes, at, size);
	memcpy(&words[nwords], bytes, 16);
	nwords += (size + 7) / 8;
}

#define IS_SIGNED(x) _Generic((x), char: (char)-1 < 0, signed char: 1, short: 1, int: 1, long: 1, default: 0)
#define PUT(x) put(&(x), sizeof(x), IS_SIGNED(x));

#define SHAPE(name, ret, params, args, result, ...)                                                \
	__attribute__((noipa)) ret name params                                                     \
	{                                                                                          \
		return (ret)(result);                                                              \
	}                                                                                          \
	EBPF_MODIFIABLE(name);                                                                     \
	__attribute__((noipa)) static void put_##name params                                       \
	{                                                                                          \
		nwords = 0;                                                                        \
		__VA_ARGS__                                                                        \
	}                                                                                          \
	unsigned long *want_##name(void)                                                           \
	{                                                                                          \
		put_##name args;                                                                   \
		return words;                                                                      \
	}                                                                                          \
	long drive_##name(void)                                                                    \
	{                                                                                          \
		return (long)name args;                                                            \
	}
#include "shapes.def"

/* ---- for threads ---- */

/* What programs before have added, and what programs behind will. */
__attribute__((noipa)) long collect(unsigned long *to, long n)
{
	return (long)*to + n;
}

__attribute__((noipa, patchable_function_entry(0))) unsigned long call_collect(long n)
{
	unsigned long word = 0;

	collect(&word, n);
	return word;
}

