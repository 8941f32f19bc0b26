#include "core/load/local.h"

int apply_core(struct linker *l)
{
	if (l->ext.ncores)
		return fail_obj(l, "CO-RE relocations are not understood yet");
	return 0;
}
