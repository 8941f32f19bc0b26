/*
 * Machine code as text, by libcapstone when it can be loaded; without it there are bytes only.
 */
#ifndef CMD_CAPSTONE_H
#define CMD_CAPSTONE_H

#include "core/base/strbuf.h"

struct capstone;

/* NULL: there is no such library, or none that is known here. */
struct capstone *capstone_open(void);
/*
 * Adds the text of the first instruction in code, which runs at an address: how many bytes it has,
 * or 0 when it is none.
 */
size_t capstone_text(struct capstone *c, struct bytes code, uint64_t address, struct strbuf *b);
void capstone_close(struct capstone *c);

#endif
