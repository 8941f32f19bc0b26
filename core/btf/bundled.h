/*
 * The reduced BTF of Linux 6.18 (x86-64) that comes with the program: what programs usually name of
 * the kernel (bundled/linux-6.18.roots), closed over the types that these hold, the rest pruned to
 * forward declarations. It is read-only data of the binary that nobody touches who does not ask.
 */
#ifndef CORE_BTF_BUNDLED_H
#define CORE_BTF_BUNDLED_H

#include "core/btf/btf.h"

/*
 * It costs nothing: where its records begin and its names stand was worked out when we were built.
 */
struct btf *btf_bundled(void);
/* The blob, for btf_parse(). */
struct bytes btf_bundled_blob(void);

#endif
