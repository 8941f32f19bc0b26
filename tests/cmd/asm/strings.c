#include "bpf.h"

static const char *names[4] = {"alpha", "beta\n\t\"quoted\"", "g\0h", "\x01\xff"};

SEC("kprobe/do_nanosleep")
int say(u64 *ctx)
{
	static const char fmt[] = "pid %d: %s\n";
	char local[] = "on the stack; # not a comment // at all";

	printk(fmt, sizeof(fmt), (u32)ctx[0], names[ctx[1] & 3]);
	return printk(local, sizeof(local));
}
