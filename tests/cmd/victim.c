/*
 * A process to be looked at: says where its objects are, then spins with the registers of a call
 * f(&outer, 4096), so that whoever stops it, or makes it dump core, finds them.
 */
#include <stdint.h>
#include <stdio.h>

struct node {
	uint64_t magic;
	struct node *next;
	char name[16];
};

static struct node inner = {7, NULL, "inner"}, outer = {5, &inner, "outer"};
static const char path[] = "/etc/passwd";

int main(void)
{
	printf("outer=%p path=%p\n", (void *)&outer, (const void *)path);
	fflush(stdout);
#ifdef __x86_64__
	__asm__ volatile("1: jmp 1b" ::"D"(&outer), "S"(4096L));
#elif defined(__aarch64__)
	register struct node *x0 __asm__("x0") = &outer;
	register long x1 __asm__("x1") = 4096;
	__asm__ volatile("1: b 1b" ::"r"(x0), "r"(x1));
#endif
	return 0;
}
