/*
 * Tracepoints: how their records are laid out. A format comes from the file that Linux has for it
 * (/sys/kernel/tracing/events/GROUP/EVENT/format), or is known: of system calls from syscalls.def,
 * of all others from the kernel's types, with tracepoints.def.
 */
#ifndef CORE_RUN_TRACEPOINT_H
#define CORE_RUN_TRACEPOINT_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/vec.h"
#include "core/btf/btf.h"

struct tp_field {
	const char *name; /* without __data_loc */
	uint32_t off, size;
	bool is_signed;
	bool is_text; /* an array of char */
	bool is_loc;  /* length << 16 | offset of something behind the record (__data_loc) */
};

struct tp_format {
	const char *name;
	uint32_t size;	 /* up to where the last field ends */
	bool is_syscall; /* whose pointers lead to user memory */
	VEC(struct tp_field) fields;
};

enum { TP_RECORD_MAX = 8192 /* PERF_MAX_TRACE_SIZE */ };

/* A format file's text. -EINVAL, said. */
int tp_format_parse(const char *text, const char *file, struct arena *a, struct diag *d,
		    struct tp_format *out);
/* That of "group/event" or "event"; false: it is not known. kernel may be NULL. */
bool tp_format_find(const char *event, const struct btf *kernel, struct arena *a,
		    struct tp_format *out);
const struct tp_field *tp_field(const struct tp_format *f, const char *name);

/* What the n-th argument of a tracepoint is called, in a's memory; NULL: it is not known. */
const char *tp_arg_name(const char *event, uint32_t n, struct arena *a);
/* A system call's number by its name, -1: there is none on that machine. */
int syscall_number(const char *name, uint16_t machine);

#endif
