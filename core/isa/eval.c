#include "core/isa/insn.h"

/* Both widths of an ALU row; N is the width of the row's types. */
#define ALU_CASE(name, type, stype, width, expr)                                                   \
	case OP_##name##width##_X:                                                                 \
	case OP_##name##width##_K: {                                                               \
		typedef type U;                                                                    \
		typedef stype S __unused;                                                          \
		enum { N = width };                                                                \
		U a __unused = (U)dst, b __unused = (U)src;                                        \
		*out = (U)(expr);                                                                  \
		return true;                                                                       \
	}

bool insn_eval(enum insn_op op, uint64_t dst, uint64_t src, uint64_t *out)
{
	switch (op) {
#define ALU(name, bits, off, text, gnu, since, expr)                                               \
	ALU_CASE(name, uint64_t, int64_t, 64, expr) ALU_CASE(name, uint32_t, int32_t, 32, expr)
#define JMP(name, bits, text, gnu, since, expr)                                                    \
	ALU_CASE(name, uint64_t, int64_t, 64, expr) ALU_CASE(name, uint32_t, int32_t, 32, expr)
#define MOVSX64(bits, type)                                                                        \
	case OP_MOVSX##bits##_64:                                                                  \
		*out = (uint64_t)(int64_t)(type)src;                                               \
		return true;
#define MOVSX(bits, type)                                                                          \
	MOVSX64(bits, type)                                                                        \
	case OP_MOVSX##bits##_32:                                                                  \
		*out = (uint32_t)(int32_t)(type)src;                                               \
		return true;
#define END(name, code, bits, text, gnu, since, expr)                                              \
	case OP_##name: {                                                                          \
		uint64_t a = dst;                                                                  \
		*out = expr;                                                                       \
		return true;                                                                       \
	}
#include "core/isa/isa.def"
	case OP_NEG64:
		*out = -dst;
		return true;
	case OP_NEG32:
		*out = -(uint32_t)dst;
		return true;
	default:
		return false;
	}
}
