/* A kernel of our own: the target's types of core_shapes.c. Only its BTF is used. */
#include "bpf.h"

enum mode { MODE_A = 5, MODE_B = 6, MODE_BIG = 0x70000000 };
enum wide { WIDE_X = 0x123456789ll, WIDE_Y = -1 };
typedef int number;
typedef struct {
	int in_typedef;
	long more;
} anon_t;

struct moved {
	char pad[100];
	union {
		struct {
			int deep;
			union {
				long deeper;
				short half;
			};
		};
		u64 raw[4];
	};
	int first;
	u64 grown;	/* u32 in the object */
	u32 shrunk;	/* u64 in the object */
	s64 grown_signed; /* s32 in the object */
	int table[4][8];
	struct part {
		int x, y, z;
	} parts[5];
	unsigned int bit_a : 3, bit_b : 7;
	u64 wide_bits : 40;
	signed int signed_bits : 5;
	enum mode mode;
	number typed;
	const volatile int *ptr;
	int tail[];
};

struct flavored {
	int v;
	int w;
};

struct same_shape {
	int a;
	char b[4];
	struct part *p;
};

struct other_shape {
	int a;
	char b[5];
};

typedef int (*callback_t)(struct moved *m, int n);
typedef struct moved moved_t;
union either {
	int i;
	u64 l;
};

struct moved a;
struct flavored b;
struct same_shape c;
struct other_shape d;
enum wide e;
anon_t f;
callback_t g;
union either h;
moved_t i;
