#include "bpf.h"

struct list {
	struct list *next;
} core;
struct task_struct {
	int pid;
	u64 flags : 7, more : 30;
	struct list tasks;
	union {
		u32 a;
		char b[12];
	};
	struct task_struct *parent;
} core;
enum state { IDLE, BUSY = 0x123456789 };

SEC("raw_tp/sched_switch")
int walk(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];

	return t->pid + t->parent->parent->pid + (t->tasks.next != 0) + t->b[3] +
	       __builtin_preserve_field_info(t->more, 1) +
	       __builtin_preserve_type_info(*(struct task_struct *)0, 1) +
	       __builtin_preserve_enum_value(*(enum state *)BUSY, 1) +
	       __builtin_btf_type_id(*(struct list *)0, 0);
}
