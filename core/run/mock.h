/*
 * Answers in place of helpers and kernel functions, as text, a line for each:
 *
 *	# comment
 *	bpf_get_current_pid_tgid = 0x2a0000002a		always this
 *	bpf_get_current_comm: buf="bash" ret=0		memory that it fills, and what it returns
 *	bpf_fib_lookup seq: ret=0 {ifindex=2} | ret=7	one after the other; the last goes on
 *	bpf_probe_read_kernel(addr=0x10) ret=-EFAULT	calls with these arguments only
 *	bpf_redirect => record				runs as ever, and the call is said
 *
 * The first line that fits a call answers it. Arguments are r1 to r5; buf is the first memory that
 * a helper fills, in the first that it reads, addr and flags the first and last plain number. Bytes
 * are "text", which a NUL ends, hex:DIGITS, a number of 8 bytes, or {members} of the type that the
 * memory has. The same file comes out when the calls of a run are recorded.
 */
#ifndef CORE_RUN_MOCK_H
#define CORE_RUN_MOCK_H

#include "core/base/strbuf.h"
#include "core/run/run.h"

/* What the answers of some helpers come from; a run may give it beforehand. */
enum world {
	WORLD_CLOCK = 1 << 0,
	WORLD_RANDOM = 1 << 1,
	WORLD_CPU = 1 << 2,
	WORLD_TASK = 1 << 3,
};

struct mock_options {
	struct bytes text;	   /* the file's; data NULL: there is none */
	const char *path;	   /* for messages */
	bool record;		   /* keep what calls answer */
	bool strict;		   /* stop at what asks the world and is not mocked */
	uint32_t given;		   /* enum world: what the run gives beforehand */
	struct btf_source *kernel; /* for types of memory */
};

struct mock;

/* NULL with -errno, said. */
int mock_open(const struct mock_options *o, struct diag *d, struct mock **out);
void mock_close(struct mock *m);
/* Puts the answers in the places of what the program calls; after run_bind(). */
void mock_bind(struct mock *m, struct prog *prog);
/* What was recorded, as a file. */
void mock_print(const struct mock *m, struct strbuf *b);

#endif
