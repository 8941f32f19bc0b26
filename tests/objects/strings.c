/* Literals in mergeable sections, and a table of them on the stack. */
#include "bpf.h"

static NOINLINE int say(const char *s, int n)
{
	return trace_printk(s, 6, n);
}

SEC("tc") int use(void *ctx)
{
	char local[16] = "on the stack";

	(void)ctx;
	say("hello", 1);
	say("world", 2);
	return trace_printk(local, sizeof(local));
}

LICENSE;
