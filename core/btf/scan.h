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

/* Fills out, whose size bytes are the type's; -EINVAL says what is wrong and where. */
int btf_scan_value(const struct btf *btf, uint32_t id, const char *text, struct diag *d, void *out,
		   size_t size);
/* The bytes that hex digits stand for, in pairs, with or without 0x; -EINVAL: not exactly size. */
int scan_hex(const char *text, size_t len, void *out, size_t size);

#endif
