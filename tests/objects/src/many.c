/* Many programs and variables by macros, so that tables grow. */
#include "common.h"

#define EACH(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)
#define VARIABLES(n) int global_##n = n; static volatile int local_##n = n * 3;
#define HELPERS(n)                                                                                 \
	static __noinline int helper_##n(int a)                                                    \
	{                                                                                          \
		local_##n += a;                                                                    \
		return global_##n ^ local_##n;                                                     \
	}
#define PROGRAMS(n)                                                                                \
	SEC("tc/p" #n) int program_##n(struct __sk_buff *skb)                                      \
	{                                                                                          \
		return helper_##n(skb->len) > global_##n ? helper_##n(1) : 0;                      \
	}

EACH(VARIABLES)
EACH(HELPERS)
EACH(PROGRAMS)

LICENSE("GPL");
