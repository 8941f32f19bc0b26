/* Machine code made known to those who look at a process from outside. */
#ifndef JIT_PROFILE_H
#define JIT_PROFILE_H

#include "core/base/strbuf.h"
#include "core/obj/prog.h"

/* Lines for perf(1): where each function of a program is; see tools/perf's jit-interface.txt. */
void jit_perf_map(struct strbuf *b, const struct prog *prog);
/* Tells gdb(1), which stops there if it is attached; the names are known from then on. */
void jit_tell_gdb(const struct prog *prog);

#endif
