/*
 * A second wall around machine code of strangers: from a point on, the process may use the files
 * and the memory it has, look at clocks and end; all else fails with EPERM (seccomp(2)). It cannot
 * be left again.
 */
#ifndef CMD_SANDBOX_H
#define CMD_SANDBOX_H

#include "core/base/diag.h"

enum sandbox {
	SANDBOX_CLOSED, /* no file can be opened any more */
	SANDBOX_FILES,	/* the command itself still has files to open */
};

/* False: this system has no such thing; nothing is said. */
bool sandbox_enter(enum sandbox kind);

#endif
