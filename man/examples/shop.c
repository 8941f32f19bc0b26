/* A library that plays the kernel: programs trace its functions and call one of them. */
#include <ebpf_kernel.h>

struct item {
	const char *name;
	int price;
	struct item *next;
};

int discount(int price, int percent)
{
	return price * percent / 100;
}
EBPF_MODIFIABLE(discount);

long total(const struct item *items, int percent)
{
	long sum = 0;

	for (; items; items = items->next)
		sum += items->price - discount(items->price, percent);
	return sum;
}

int half(int n)
{
	return n / 2;
}
EBPF_KFUNC(half);
