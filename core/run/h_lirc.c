/* What programs of infrared receivers find out (drivers/media/rc/bpf-lirc.c). */
#include "core/run/mem.h"
#include "core/run/run.h"

HELPER_FN(rc_keydown, ctx, protocol, scancode, toggle)
{
	if (arg_ctx(rc, ctx))
		run_say(rc, "key 0x%llx of protocol %u is down, toggle %u",
			(unsigned long long)scancode, (uint32_t)protocol, toggle != 0);
	return 0;
}

HELPER_FN(rc_repeat, ctx)
{
	if (arg_ctx(rc, ctx))
		run_say(rc, "the key is still down");
	return 0;
}

HELPER_FN(rc_pointer_rel, ctx, x, y)
{
	if (arg_ctx(rc, ctx))
		run_say(rc, "the pointer moves by %d, %d", (int32_t)x, (int32_t)y);
	return 0;
}
