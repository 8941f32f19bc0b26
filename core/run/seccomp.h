/* What seccomp filters see: struct seccomp_data, said as "nr=openat args=-100,0x7f00,0". */
#ifndef CORE_RUN_SECCOMP_H
#define CORE_RUN_SECCOMP_H

#include <linux/seccomp.h>

#include "core/base/arena.h"
#include "core/base/diag.h"

/*
 * Words: nr (a name or a number), arch (x86_64, arm64 or a number), instruction_pointer (ip), args
 * (args[N]). -EINVAL, said.
 */
int seccomp_parse(const char *text, struct diag *d, struct seccomp_data *out);
/* The same words again. */
struct strbuf;
void seccomp_text(struct strbuf *b, const struct seccomp_data *data);

/* "SECCOMP_RET_ERRNO EPERM", "SECCOMP_RET_TRACE 7", in a's memory; NULL: no filter answers so. */
const char *seccomp_verdict(uint32_t ret, struct arena *a);
/*
 * Is the answer what a name says: SECCOMP_RET_ERRNO or errno, of any data, or with them behind a
 * blank? -EINVAL: there is no such name.
 */
int seccomp_is_verdict(uint32_t ret, const char *name);

#endif
