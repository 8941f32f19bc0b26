#include "bpf.h"

struct event {
	u32 pid, uid;
	char comm[16];
	u64 ts;
	u8 pad[200];
};
static noinline int fill(struct event *e, int n)
{
	__builtin_memset(e, n, sizeof(*e));
	e->ts = ktime();
	return e->comm[3];
}
SEC("kprobe/x")
int emit(void *ctx)
{
	struct event e = {.pid = 1}, f;

	fill(&e, 3);
	__builtin_memcpy(&f, &e, sizeof(f));
	return fill(&f, e.pid) + f.uid;
}
