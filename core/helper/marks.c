#include "core/helper/marks.h"

#include <string.h>

#include "core/helper/kfunc.h"

/* Libraries are compiled against these numbers. */
#define SAME(flag) _Static_assert((int)EBPF_##flag == (int)flag, #flag)
SAME(KF_ACQUIRE);
SAME(KF_RELEASE);
SAME(KF_RET_NULL);
SAME(KF_TRUSTED_ARGS);
SAME(KF_SLEEPABLE);
SAME(KF_RCU);

const struct ebpf_mark *kernel_mark(const struct kernel_marks *marks, enum ebpf_mark_kind kind,
				    const char *function)
{
	for (size_t i = 0; marks && i < marks->n; i++)
		if (marks->v[i].kind == kind && strcmp(marks->v[i].function, function) == 0)
			return &marks->v[i];
	return NULL;
}
