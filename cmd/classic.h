/* Classic filters in the commands: from what people write to objects. */
#ifndef CMD_CLASSIC_H
#define CMD_CLASSIC_H

#include "core/base/diag.h"
#include "core/obj/object.h"
#include "disasm/disasm.h"

struct classic_filter {
	const char *path; /* for messages */
	struct classic_insn *insns;
	uint32_t n;
};

/* An expression of pcap-filter(7), in a's memory; said when libpcap does not take it. */
int classic_compile(const char *expression, int link, uint32_t snaplen, struct arena *a,
		    struct diag *d, struct classic_filter *out);
/* -EPERM, said, when Linux would not attach it. */
int classic_admit(const struct classic_filter *f, bool seccomp, struct diag *d);
/* The eBPF program that does the same; free the object as asm_source()'s. */
int classic_to_text(const struct classic_filter *f, enum classic_target target, int yes, int no,
		    struct diag *d, struct strbuf *out);
int classic_to_object(const struct classic_filter *f, enum classic_target target, int yes, int no,
		      struct diag *d, struct object **out);

#endif
