// Fills struct greeter of greeter.c, a library that plays the kernel (ebpf-kernel(7)).
#define SEC(name) __attribute__((section(name), used))
typedef unsigned long long u64;
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct person {
	int age;
};
#pragma clang attribute pop
struct greeter {
	int (*greet)(struct person *p, int times);
	void (*bye)(int code);
	int limit;
};
int last;
SEC("struct_ops")
int polite_greet(u64 *ctx)
{
	struct person *p = (void *)ctx[0];
	return p->age * (int)ctx[1];
}
SEC("struct_ops")
void polite_bye(u64 *ctx)
{
	last = ctx[0];
}
SEC(".struct_ops")
struct greeter polite = {.greet = (void *)polite_greet, .bye = (void *)polite_bye, .limit = 5};
char _license[] SEC("license") = "GPL";
