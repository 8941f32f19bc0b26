/*
 * Values as bpf_snprintf_btf() writes them (kernel/bpf/btf.c):
 *
 *	(struct btf_enum){
 *	 .name_off = (__u32)3,
 *	 .val = (__s32)-1,
 *	}
 *
 * What is zero is left out below the top, unless it is asked for.
 */
#ifndef CORE_RUN_BTFSHOW_H
#define CORE_RUN_BTFSHOW_H

#include "core/base/strbuf.h"
#include "core/btf/btf.h"

enum {
	SHOW_COMPACT = 1, /* on one line */
	SHOW_NONAME = 2,  /* values only */
	SHOW_PTR_RAW = 4, /* pointers as they are */
	SHOW_ZERO = 8,	  /* what is zero, too */
	SHOW_FLAGS = 15,
};

/* data has the size of the type. */
void btf_show(struct strbuf *b, const struct btf *btf, uint32_t id, const uint8_t *data,
	      uint32_t flags);

#endif
