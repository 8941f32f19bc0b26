/*
 * The formats of bpf_trace_printk(), bpf_trace_vprintk() and bpf_snprintf(), with the rules of
 * bpf_bprintf_prepare(): %% %c %s %d %i %u %x %X with l, ll, flags and width; %p %px %pK %ps %pS
 * %pB, %pks %pus, %pi4 %pI4 %pi6 %pI6.
 */
#ifndef CORE_RUN_BPRINTF_H
#define CORE_RUN_BPRINTF_H

#include "core/base/strbuf.h"

struct run_ctx;

/*
 * Adds fmt, which ends within len bytes, with args to b. -EINVAL: the format breaks a rule or wants
 * more than nargs. What a pointer that leads nowhere should show is empty, or zeroes.
 */
int bprintf(struct run_ctx *rc, struct strbuf *b, const char *fmt, uint64_t len,
	    const uint64_t *args, uint32_t nargs);

#endif
