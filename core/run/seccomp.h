/* What seccomp filters see: struct seccomp_data, said as "nr=openat args=-100,0x7f00,0". */
#ifndef CORE_RUN_SECCOMP_H
#define CORE_RUN_SECCOMP_H

#include <linux/seccomp.h>

#include "core/base/diag.h"

/* Words: nr (a name or a number), arch (x86_64, arm64 or a number), ip, args. -EINVAL, said. */
int seccomp_parse(const char *text, struct diag *d, struct seccomp_data *out);

#endif
