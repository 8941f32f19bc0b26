/* CO-RE of every kind, against target.c. */
#include "bpf.h"

enum mode { MODE_B = 1, MODE_A = 2, MODE_BIG = 3, MODE_GONE = 4 };
enum wide { WIDE_X = 0x1ll, WIDE_Y = 0x2222222222ll };
typedef struct {
	int in_typedef;
} CORE anon_t;

struct part {
	int z;
} CORE;
struct moved {
	int first;
	u32 grown;
	u64 shrunk;
	int deep;
	long deeper;
	short half;
	int table[4][8];
	struct part parts[2];
	unsigned int bit_b : 7;
	unsigned int bit_a : 3;
	u64 wide_bits : 40;
	signed int signed_bits : 5;
	enum mode mode;
	int typed;
	int *ptr;
	int gone;
	int tail[];
} CORE;
struct moved___signed {
	int grown_signed;
} CORE;
struct flavored___v2 {
	int w;
} CORE;
struct flavored___v1 {
	int old;
} CORE;
struct same_shape {
	char b[4];
	int a;
	struct part *p;
};
struct other_shape {
	int a;
	char b[4];
};
union either {
	u64 l;
} CORE;
typedef int (*callback_t)(struct moved *m, int n);
typedef int (*callback_t___two)(struct moved *m);
typedef struct moved moved_t;

u64 out[64];

#define exists(f) __builtin_preserve_field_info(f, 2)
#define size(f) __builtin_preserve_field_info(f, 1)
#define offset(f) __builtin_preserve_field_info(f, 0)
#define is_signed(f) __builtin_preserve_field_info(f, 3)
#define lshift(f) __builtin_preserve_field_info(f, 4)
#define rshift(f) __builtin_preserve_field_info(f, 5)
#define type_info(t, kind) __builtin_preserve_type_info(*(t *)0, kind)
#define enum_info(t, v, kind) __builtin_preserve_enum_value(*(t *)v, kind)

SEC("raw_tp") int loads(u64 *ctx)
{
	struct moved *m = (void *)(unsigned long)ctx[0];
	union either *e = (void *)(unsigned long)ctx[1];
	anon_t *t = (void *)(unsigned long)ctx[2];

	out[0] = (u64)m->first + m->grown + m->shrunk;
	out[1] = (u64)m->deep + (u64)m->deeper + (u64)m->half;
	out[2] = (u64)m->table[2][3] + (u64)m->parts[1].z;
	out[3] = (u64)m->mode + (u64)m->typed + (u64)(m->ptr != 0);
	out[4] = (u64)m->tail[7];
	out[5] = e->l + (u64)t->in_typedef;
	m->first = 7;
	m->grown = (u32)out[0];
	return 0;
}

SEC("raw_tp") int info(u64 *ctx)
{
	struct moved *m = (void *)(unsigned long)ctx[0];
	struct moved___signed *s = (void *)m;
	struct flavored___v1 *v1 = (void *)m;
	struct flavored___v2 *v2 = (void *)m;

	out[6] = exists(m->gone) + 2 * exists(m->deep) + 4 * exists(m->table[3][7]);
	out[7] = exists(v1->old) + 2 * exists(v2->w);
	if (exists(v1->old))
		out[8] = (u64)v1->old;
	out[8] = (u64)v2->w;
	out[9] = offset(m->parts[1].z) + size(m->parts) + size(m->grown) + size(m->table[1]);
	out[10] = lshift(m->bit_a) + (rshift(m->bit_a) << 8) + (offset(m->bit_a) << 16);
	out[11] = lshift(m->bit_b) + (rshift(m->bit_b) << 8) + (size(m->bit_b) << 16);
	out[12] = lshift(m->wide_bits) + (rshift(m->wide_bits) << 8) + (offset(m->wide_bits) << 16);
	out[13] = is_signed(m->signed_bits) + is_signed(m->bit_a) + is_signed(m->mode);
	out[14] = offset(s->grown_signed);
	return 0;
}

SEC("raw_tp") int types(u64 *ctx)
{
	(void)ctx;
	out[20] = type_info(struct moved, 0) + type_info(struct moved, 1);
	out[21] = type_info(callback_t, 0) + 2 * type_info(callback_t___two, 0);
	out[22] = type_info(moved_t, 0) + type_info(moved_t, 1) + type_info(anon_t, 0);
	out[23] = __builtin_btf_type_id(*(struct moved *)0, 1);
	out[24] = type_info(union either, 1);
	out[25] = type_info(enum mode, 0) + type_info(enum wide, 1);
	out[26] = enum_info(enum mode, MODE_A, 1);
	out[27] = enum_info(enum mode, MODE_BIG, 1);
	out[28] = enum_info(enum mode, MODE_GONE, 0);
	out[29] = enum_info(enum wide, WIDE_X, 0);
#if __clang_major__ >= 15
	out[30] = enum_info(enum wide, WIDE_X, 1);
	out[31] = type_info(struct same_shape, 2) + 2 * type_info(struct other_shape, 2);
	out[32] = type_info(struct part, 2) + 2 * type_info(callback_t, 2);
	out[33] = type_info(enum wide, 2);
#endif
	return 0;
}

SEC("raw_tp") int missing(u64 *ctx)
{
	struct moved *m = (void *)(unsigned long)ctx[0];

	out[40] = (u64)m->gone;
	out[41] = enum_info(enum mode, MODE_GONE, 1);
	return 0;
}

SEC("raw_tp") int bad_width(u64 *ctx)
{
	struct moved___signed *s = (void *)(unsigned long)ctx[0];

	out[42] = (u64)s->grown_signed;
	return 0;
}

LICENSE;
