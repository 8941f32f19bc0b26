/*
 * Values as people write them, by their types: JSON, or what btf_print_value() writes.
 *
 *	{"ip": "10.0.0.1", "port": 80}    {.ip = 0x0100000a, .port = 80}    {1, 2}    80
 *
 * What is not given is zero. A string stands for text where an array of char is wanted, for the
 * name of an enum's value, for an address (IPv4, IPv6, MAC; bytes in network order) where 4, 16 or
 * 6 bytes are, and for the hex digits of anything's bytes.
 */
#ifndef CORE_BTF_SCAN_H
#define CORE_BTF_SCAN_H

#include "core/btf/btf.h"

/*
 * Fills out, whose size bytes are the type's; -EINVAL says what is wrong and where in the text,
 * which is called what.
 */
int btf_scan_value(const struct btf *btf, uint32_t id, const char *text, const char *what,
		   struct diag *d, void *out, size_t size);
/*
 * Memory that pointers point to. With one, members are paths (a.b->c[2] = 1) and a pointer is NULL,
 * an address, a string, an initialiser of what it points to ({...}, [a, b] for several, struct T
 * {...} where its own type does not say); what a path goes through is made when it is not there.
 */
struct scan_memory {
	/* Zeroed memory for n values of a type (0: bytes), *addr is for a pointer to it; or NULL.
	 */
	void *(*alloc)(void *arg, uint32_t type, uint64_t n, uint64_t *addr);
	/* What lies at an address, NULL: nothing that can be written. */
	void *(*find)(void *arg, uint64_t addr, uint64_t size);
	/* What a pointer to an address holds. */
	uint64_t (*follow)(void *arg, uint64_t addr);
	/* A pointer is NULL because the text says so. */
	void (*null)(void *arg, void *pointer);
	void *arg;
};

/*
 * The same over what out has already, with memory behind its pointers; *text moves behind the
 * value, loc is the place where it begins (col 0: the line begins there).
 */
int btf_scan_init(const struct btf *btf, uint32_t id, const char **text, const struct loc *loc,
		  const struct scan_memory *memory, struct diag *d, void *out, size_t size);
/* EPERM or -EPERM: the number of an error, false: it is none. */
bool btf_scan_errno(const char *text, uint64_t *out);
/* The next byte of a string, which may be an escape; *at moves on. */
uint8_t btf_scan_char(const char **at);
/* The bytes that hex digits stand for, in pairs, with or without 0x; -EINVAL: not exactly size. */
int scan_hex(const char *text, size_t len, void *out, size_t size);

#endif
