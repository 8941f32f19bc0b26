/* Whether an accepted program may write a byte of its packet, or move where it begins and ends. */
#ifndef CORE_VERIFY_WRITES_H
#define CORE_VERIFY_WRITES_H

#include "core/verify/facts.h"

/*
 * False only where facts rule it out: every store goes elsewhere, and no call changes packets.
 * groups are the program's, of helper_groups().
 */
bool facts_may_write_packet(const struct facts *f, const struct bpf_insn *insns, uint64_t groups);

#endif
