/* Filter expressions (pcap-filter(7)) made classic BPF by libpcap, which is loaded for it. */
#ifndef CORE_RUN_FILTER_LIB_H
#define CORE_RUN_FILTER_LIB_H

#include "core/base/arena.h"
#include "core/base/diag.h"

/* struct bpf_insn of libpcap and struct sock_filter of Linux */
struct filter_insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

/* By name (EN10MB, RAW, LINUX_SLL) or number; -1: libpcap knows none of that name, or is missing.
 */
int filter_link(const char *name);
/*
 * The filter for packets of a link type (1: Ethernet), snaplen being what it answers for packets
 * that it keeps. -ELIBACC without libpcap, -EINVAL with its message; both said.
 */
int filter_compile(const char *expression, int link, uint32_t snaplen, struct arena *a,
		   struct diag *d, const struct filter_insn **out, uint32_t *n);

#endif
