/* A library that plays the kernel: it has a struct of functions that programs may be. */
#include <ebpf_kernel.h>

struct person {
	int age;
};

struct greeter {
	int (*greet)(struct person *p, int times);
	void (*bye)(int code);
	int limit;
};
EBPF_STRUCT_OPS(greeter);

static struct greeter *current;

int greeter_reg(struct greeter *g)
{
	if (!g->greet)
		return -22;
	current = g;
	return 0;
}

void greeter_unreg(struct greeter *g)
{
	(void)g;
	current = 0;
}

int meet(int age, int times)
{
	struct person p = {age};
	int r = -1;

	if (current && times <= current->limit)
		r = current->greet(&p, times);
	if (current && current->bye)
		current->bye(r);
	return r;
}
