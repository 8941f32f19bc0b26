/* Every kind of type in BTF. */
#include "common.h"

struct later;
union later_union;
typedef int (*callback)(struct later *, int, ...);
enum plain { A, B = 5, C = -1 };
#if HAS_CLANG
enum big { LOW = 1, HIGH = 0x7fffffffffffffff };
enum huge { TOP = 0xffffffffffffffff };
#endif

struct bits {
	unsigned a : 3;
	int b : 5;
	__u64 c : 40, d : 24;
	int : 0;
	_Bool e : 1;
};

struct everything {
	char c;
	signed char sc;
	unsigned char uc;
	_Bool b;
	float f;
	double d;
	long double *ld;
	__int128 *wide;
	enum plain p;
#if HAS_CLANG
	enum big big;
	enum huge huge;
#endif
	struct bits bits;
	union {
		int i;
		float g;
		struct {
			short s1, s2;
		};
	};
	struct later *fwd;
	union later_union *ufwd;
	callback cb;
	int (*const *volatile restrict cbs)(void);
	const volatile char *restrict cv;
	int matrix[2][3][4];
	int flexible[];
} DECL_TAG("first") DECL_TAG("second");

struct tagged {
	int TYPE_TAG("user") *ptr;
	int member DECL_TAG("of a member");
};

struct everything *keep;
struct tagged tagged DECL_TAG("of a variable");
typedef struct tagged tagged_t DECL_TAG("of a typedef");
tagged_t other;

__noinline int tagged_function(struct tagged *t DECL_TAG("arg:nonnull")) DECL_TAG("of a function");
__noinline int tagged_function(struct tagged *t)
{
	return t ? t->member : 0;
}

SEC("syscall") int use(void *ctx)
{
	struct everything *e = keep;

	return e ? e->matrix[1][2][3] + tagged_function(&tagged) + other.member : 0;
}

LICENSE("GPL");
