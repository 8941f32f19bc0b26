/*
 * The only file that knows x86 bytes (Intel SDM, volume 2, 2.1 and 2.2): prefixes, opcode, ModRM,
 * SIB, displacement, constant. What differs between instructions is in x86.def.
 */
#include "jit/x86/local.h"

#include <assert.h>
#ifdef __x86_64__
#include <sys/platform/x86.h>
#endif

enum x86_flag {
	X86_SIZED = 1 << 0,
	X86_IMM8 = 1 << 1,
	X86_SRC8 = 1 << 2,
	X86_SRC16 = 1 << 3,
	X86_SRC32 = 1 << 4,
	X86_WIDE = 1 << 5, /* of 8 bytes, without saying so */
	X86_SHIFT = 1 << 6,
	X86_VEX = 1 << 7,
};

struct x86_desc {
	uint8_t map, rm, mr, imm, one, digit, flags;
};

static const struct x86_desc descs[X86_OP_COUNT] = {
#define X86(name, ...) [X86_##name] = {__VA_ARGS__},
#include "jit/x86/x86.def"
};

enum {
	ROOM = 32, /* more than any instruction of ours has */
	OPERAND_16 = 0x66,
	REX = 0x40,
	REX_W = 8,
	REX_R = 4,
	REX_X = 2,
	REX_B = 1,
};

/* The second operand, which may be memory. */
struct operand {
	bool is_reg;
	uint8_t reg;
	struct x86_mem mem;
};

static inline struct operand in_reg(uint32_t reg)
{
	return (struct operand){.is_reg = true, .reg = (uint8_t)reg};
}

static inline struct operand in_mem(struct x86_mem m)
{
	return (struct operand){.mem = m};
}

static inline uint8_t *put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static inline bool fits_8(int32_t v)
{
	return v == (int8_t)v;
}

/* The lower bits of registers that name something else in that field. */
enum { SIB_FOLLOWS = 4, NO_INDEX = 4, NO_BASE = 5 };

static inline uint8_t modrm(uint32_t mod, uint32_t reg, uint32_t rm)
{
	return (uint8_t)(mod << 6 | (reg & 7) << 3 | (rm & 7));
}

static uint8_t *put_mem(uint8_t *p, uint32_t reg, struct x86_mem m)
{
	bool no_base = m.base == X86_NO_REG;
	bool sib = no_base || m.index != X86_NO_REG || (m.base & 7) == SIB_FOLLOWS;
	uint32_t mod = 2;

	if (no_base || (m.disp == 0 && (m.base & 7) != NO_BASE))
		mod = 0;
	else if (fits_8(m.disp))
		mod = 1;
	*p++ = modrm(mod, reg, sib ? SIB_FOLLOWS : m.base);
	if (sib)
		*p++ = modrm((uint32_t)__builtin_ctz(m.scale),
			     m.index == X86_NO_REG ? NO_INDEX : m.index,
			     no_base ? NO_BASE : m.base);
	if (mod == 1)
		*p++ = (uint8_t)m.disp;
	else if (mod == 2 || no_base)
		p = put32(p, (uint32_t)m.disp);
	return p;
}

static inline uint8_t *put_operand(uint8_t *p, uint32_t reg, const struct operand *x)
{
	if (x->is_reg) {
		*p = modrm(3, reg, x->reg);
		return p + 1;
	}
	return put_mem(p, reg, x->mem);
}

/* Bits of REX for the registers of reg and x. */
static inline uint8_t rex_of(uint32_t reg, const struct operand *x)
{
	uint8_t rex = reg & 8 ? REX_R : 0;

	if (x->is_reg)
		return rex | (x->reg & 8 ? REX_B : 0);
	if (x->mem.base != X86_NO_REG && x->mem.base & 8)
		rex |= REX_B;
	if (x->mem.index != X86_NO_REG && x->mem.index & 8)
		rex |= REX_X;
	return rex;
}

/* spl, bpl, sil and dil are what REX makes of ah to bh. */
static inline bool needs_rex(uint32_t reg)
{
	return reg >= RSP && reg <= RDI;
}

static inline uint8_t *put_opcode(uint8_t *p, uint8_t map, uint8_t opcode)
{
	if (map)
		*p++ = 0x0f;
	if (map == 0x38 || map == 0x3a)
		*p++ = map;
	*p++ = opcode;
	return p;
}

/*
 * An instruction up to its constant: the register field is a register of reg_size bytes or, when
 * that is 0, a digit; x is of x_size bytes.
 */
static inline uint8_t *put(uint8_t *p, uint8_t map, uint8_t opcode, uint32_t size, uint32_t reg,
			   uint32_t reg_size, const struct operand *x, uint32_t x_size)
{
	uint8_t rex = rex_of(reg, x);

	if (size == 2)
		*p++ = OPERAND_16;
	if (size == 8)
		rex |= REX_W;
	if ((reg_size == 1 && needs_rex(reg)) || (x->is_reg && x_size == 1 && needs_rex(x->reg)))
		rex |= REX;
	if (rex)
		*p++ = REX | rex;
	return put_operand(put_opcode(p, map, opcode), reg, x);
}

static inline void end(struct code_buf *b, const uint8_t *p)
{
	b->size = (size_t)(p - b->bytes);
}

static inline uint8_t sized(const struct x86_desc *d, uint8_t opcode, uint32_t size)
{
	return d->flags & X86_SIZED && size == 1 ? opcode - 1 : opcode;
}

static inline uint32_t source_size(const struct x86_desc *d, uint32_t size)
{
	if (d->flags & X86_SRC8)
		return 1;
	return d->flags & X86_SRC16 ? 2 : d->flags & X86_SRC32 ? 4 : size;
}

static uint8_t *put_reg_x(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg,
			  const struct operand *x)
{
	const struct x86_desc *d = &descs[op];

	assert(d->rm);
	return put(code_room(b, ROOM), d->map, sized(d, d->rm, size), size, reg, size, x,
		   source_size(d, size));
}

void x86_rr(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, uint32_t rm)
{
	struct operand x = in_reg(rm);

	end(b, put_reg_x(b, op, size, reg, &x));
}

void x86_rm(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, struct x86_mem m)
{
	struct operand x = in_mem(m);

	end(b, put_reg_x(b, op, size, reg, &x));
}

void x86_mr(struct code_buf *b, enum x86_op op, uint32_t size, struct x86_mem m, uint32_t reg)
{
	const struct x86_desc *d = &descs[op];
	struct operand x = in_mem(m);

	assert(d->mr);
	end(b, put(code_room(b, ROOM), d->map, sized(d, d->mr, size), size, reg, size, &x, size));
}

static uint8_t *put_imm(uint8_t *p, uint32_t size, int32_t imm)
{
	if (size == 1) {
		*p++ = (uint8_t)imm;
	} else if (size == 2) {
		*p++ = (uint8_t)imm;
		*p++ = (uint8_t)(imm >> 8);
	} else {
		p = put32(p, (uint32_t)imm);
	}
	return p;
}

static void x_imm(struct code_buf *b, enum x86_op op, uint32_t size, const struct operand *x,
		  int32_t imm)
{
	const struct x86_desc *d = &descs[op];
	bool is_short = d->flags & X86_IMM8 && size != 1 && fits_8(imm);
	uint8_t opcode = sized(d, d->imm, size) + (is_short ? 2 : 0);
	uint8_t *p = put(code_room(b, ROOM), d->map, opcode, size, d->digit, 0, x, size);

	assert(d->imm);
	end(b, put_imm(p, is_short || d->flags & X86_SHIFT ? 1 : size, imm));
}

void x86_ri(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, int32_t imm)
{
	struct operand x = in_reg(reg);

	x_imm(b, op, size, &x, imm);
}

void x86_mi(struct code_buf *b, enum x86_op op, uint32_t size, struct x86_mem m, int32_t imm)
{
	struct operand x = in_mem(m);

	x_imm(b, op, size, &x, imm);
}

static void one(struct code_buf *b, enum x86_op op, uint32_t size, const struct operand *x)
{
	const struct x86_desc *d = &descs[op];

	assert(d->one);
	end(b, put(code_room(b, ROOM), d->map, sized(d, d->one, size),
		   d->flags & X86_WIDE ? 4 : size, d->digit, 0, x, size));
}

void x86_r(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg)
{
	struct operand x = in_reg(reg);

	one(b, op, size, &x);
}

void x86_m(struct code_buf *b, enum x86_op op, uint32_t size, struct x86_mem m)
{
	struct operand x = in_mem(m);

	one(b, op, size, &x);
}

static void three(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg,
		  const struct operand *x, int32_t imm)
{
	const struct x86_desc *d = &descs[op];
	bool is_short = d->flags & X86_IMM8 && fits_8(imm);
	uint8_t opcode = d->rm + (is_short ? 2 : 0);
	uint8_t *p = put(code_room(b, ROOM), d->map, opcode, size, reg, size, x, size);

	end(b, put_imm(p, is_short ? 1 : size, imm));
}

void x86_rri(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, uint32_t rm,
	     int32_t imm)
{
	struct operand x = in_reg(rm);

	three(b, op, size, reg, &x, imm);
}

void x86_rmi(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, struct x86_mem m,
	     int32_t imm)
{
	struct operand x = in_mem(m);

	three(b, op, size, reg, &x, imm);
}

/* VEX of three bytes: registers' upper bits inverted, the map, width, second source, prefix. */
static uint8_t *put_vex(uint8_t *p, const struct x86_desc *d, uint32_t size, uint32_t reg,
			uint32_t rm, uint32_t second)
{
	assert(d->flags & X86_VEX);
	*p++ = 0xc4;
	*p++ = (uint8_t)((reg & 8 ? 0 : 0x80) | 0x40 | (rm & 8 ? 0 : 0x20) |
			 (d->map == 0x38 ? 2 : 3));
	*p++ = (uint8_t)((size == 8) << 7 | (~second & 15) << 3 | d->digit);
	*p++ = d->rm;
	*p++ = modrm(3, reg, rm);
	return p;
}

void x86_rrr(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, uint32_t rm,
	     uint32_t count)
{
	end(b, put_vex(code_room(b, ROOM), &descs[op], size, reg, rm, count));
}

void x86_rorx(struct code_buf *b, uint32_t size, uint32_t reg, uint32_t rm, uint8_t count)
{
	uint8_t *p = put_vex(code_room(b, ROOM), &descs[X86_RORX], size, reg, rm, 0);

	*p++ = count;
	end(b, p);
}

/* As the dynamic linker found it: asking the processor again traps in a virtual machine. */
#ifdef __x86_64__
bool x86_has_bmi2(void)
{
	return x86_cpu_active(x86_cpu_BMI2);
}

bool x86_has_movbe(void)
{
	return x86_cpu_active(x86_cpu_MOVBE);
}
#else
bool x86_has_bmi2(void)
{
	return false;
}

bool x86_has_movbe(void)
{
	return false;
}
#endif

/* 5 bytes zero-extended, 7 sign-extended, 10 whole. xor would be shorter but sets flags. */
void x86_mov_imm(struct code_buf *b, uint32_t reg, uint64_t imm)
{
	uint8_t *p = code_room(b, ROOM);

	if (imm > UINT32_MAX && (int64_t)imm == (int32_t)imm) {
		x86_ri(b, X86_MOV, 8, reg, (int32_t)imm);
		return;
	}
	if (reg & 8 || imm > UINT32_MAX)
		*p++ = REX | (reg & 8 ? REX_B : 0) | (imm > UINT32_MAX ? REX_W : 0);
	*p++ = 0xb8 | (reg & 7);
	p = put32(p, (uint32_t)imm);
	if (imm > UINT32_MAX)
		p = put32(p, (uint32_t)(imm >> 32));
	end(b, p);
}

void x86_bswap(struct code_buf *b, uint32_t size, uint32_t reg)
{
	uint8_t *p = code_room(b, ROOM);

	if (reg & 8 || size == 8)
		*p++ = REX | (reg & 8 ? REX_B : 0) | (size == 8 ? REX_W : 0);
	*p++ = 0x0f;
	*p++ = 0xc8 | (reg & 7);
	end(b, p);
}

/* push and pop have opcodes with the register in them. */
static void short_op(struct code_buf *b, uint8_t opcode, uint32_t reg)
{
	uint8_t *p = code_room(b, ROOM);

	if (reg & 8)
		*p++ = REX | REX_B;
	*p++ = opcode | (reg & 7);
	end(b, p);
}

void x86_push(struct code_buf *b, uint32_t reg)
{
	short_op(b, 0x50, reg);
}

void x86_pop(struct code_buf *b, uint32_t reg)
{
	short_op(b, 0x58, reg);
}

void x86_setcc(struct code_buf *b, enum x86_cc cc, uint32_t reg)
{
	struct operand x = in_reg(reg);

	end(b, put(code_room(b, ROOM), 0x0f, 0x90 | cc, 1, 0, 0, &x, 1));
}

void x86_cmov(struct code_buf *b, enum x86_cc cc, uint32_t size, uint32_t reg, uint32_t rm)
{
	struct operand x = in_reg(rm);

	end(b, put(code_room(b, ROOM), 0x0f, 0x40 | cc, size, reg, size, &x, size));
}

void x86_cmov_m(struct code_buf *b, enum x86_cc cc, uint32_t size, uint32_t reg, struct x86_mem m)
{
	struct operand x = in_mem(m);

	end(b, put(code_room(b, ROOM), 0x0f, 0x40 | cc, size, reg, size, &x, size));
}

void x86_jcc(struct code_buf *b, enum x86_cc cc, uint32_t label)
{
	uint8_t *p = code_room(b, ROOM);

	*p++ = 0x0f;
	*p++ = 0x80 | cc;
	end(b, put32(p, 0));
	code_branch(b, 2, 0x70 | cc, label);
}

void x86_jmp(struct code_buf *b, uint32_t label)
{
	uint8_t *p = code_room(b, ROOM);

	*p++ = 0xe9;
	end(b, put32(p, 0));
	code_branch(b, 1, 0xeb, label);
}

static void far_op(struct code_buf *b, uint8_t opcode)
{
	uint8_t *p = code_room(b, ROOM);

	*p++ = opcode;
	end(b, put32(p, 0));
}

void x86_call(struct code_buf *b, uint32_t label)
{
	far_op(b, 0xe8);
	code_label_site(b, label);
}

static void to_address(struct code_buf *b, uint8_t opcode, enum x86_op indirect,
		       const void *address, bool is_near)
{
	if (is_near) {
		far_op(b, opcode);
		code_address_site(b, address);
	} else {
		x86_mov_imm(b, RAX, (uintptr_t)address);
		x86_r(b, indirect, 8, RAX);
	}
}

void x86_call_address(struct code_buf *b, const void *address, bool is_near)
{
	to_address(b, 0xe8, X86_CALL, address, is_near);
}

void x86_jmp_address(struct code_buf *b, const void *address, bool is_near)
{
	to_address(b, 0xe9, X86_JMP, address, is_near);
}

/* Of all addresses only one relative to rip has no register: ModRM with mod 0, rm 5. */
void x86_lea_label(struct code_buf *b, uint32_t reg, uint32_t label)
{
	uint8_t *p = code_room(b, ROOM);

	*p++ = REX | REX_W | (reg & 8 ? REX_R : 0);
	*p++ = descs[X86_LEA].rm;
	*p++ = modrm(0, reg, 5);
	end(b, put32(p, 0));
	code_label_site(b, label);
}

static void bytes(struct code_buf *b, const char *s, uint32_t n)
{
	end(b, (uint8_t *)memcpy(code_room(b, ROOM), s, n) + n);
}

void x86_lock(struct code_buf *b)
{
	bytes(b, "\xf0", 1);
}

void x86_thread_word(struct code_buf *b, uint32_t reg, int32_t off)
{
	bytes(b, "\x64", 1); /* fs */
	x86_rm(b, X86_MOV, 8, reg, X86_AT(X86_NO_REG, off));
}

void x86_extend_rax(struct code_buf *b, uint32_t size)
{
	bytes(b, size == 8 ? "\x48\x99" : "\x99", size == 8 ? 2 : 1);
}

void x86_leave(struct code_buf *b)
{
	bytes(b, "\xc9", 1);
}

void x86_ret(struct code_buf *b)
{
	bytes(b, "\xc3", 1);
}

void x86_mfence(struct code_buf *b)
{
	bytes(b, "\x0f\xae\xf0", 3);
}

void x86_trap(struct code_buf *b)
{
	bytes(b, "\x0f\x0b", 2);
}

/* Intel SDM, volume 2, NOP: the forms of each length. */
void x86_pad(uint8_t *at, uint32_t n)
{
	static const char nops[][10] = {
		"",
		"\x90",
		"\x66\x90",
		"\x0f\x1f\x00",
		"\x0f\x1f\x40\x00",
		"\x0f\x1f\x44\x00\x00",
		"\x66\x0f\x1f\x44\x00\x00",
		"\x0f\x1f\x80\x00\x00\x00\x00",
		"\x0f\x1f\x84\x00\x00\x00\x00\x00",
		"\x66\x0f\x1f\x84\x00\x00\x00\x00\x00",
	};

	while (n) {
		uint32_t len = min(n, (uint32_t)ARRAY_SIZE(nops) - 1);

		memcpy(at, nops[len], len);
		at += len;
		n -= len;
	}
}
