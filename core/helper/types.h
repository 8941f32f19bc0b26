/*
 * What arguments and results of helpers may be (enum bpf_arg_type, enum bpf_return_type), and the
 * flags that they share with the types of registers (enum bpf_type_flag): a base in the low byte,
 * flags above it.
 */
#ifndef CORE_HELPER_TYPES_H
#define CORE_HELPER_TYPES_H

#include <stdint.h>

enum type_flag {
	PTR_MAYBE_NULL = 1 << 8,
	MEM_RDONLY = 1 << 9,
	MEM_RINGBUF = 1 << 10,
	MEM_USER = 1 << 11,
	MEM_PERCPU = 1 << 12,
	OBJ_RELEASE = 1 << 13,
	PTR_UNTRUSTED = 1 << 14,
	MEM_UNINIT = 1 << 15,
	DYNPTR_TYPE_LOCAL = 1 << 16,
	DYNPTR_TYPE_RINGBUF = 1 << 17,
	MEM_FIXED_SIZE = 1 << 18,
	MEM_ALLOC = 1 << 19,
	PTR_TRUSTED = 1 << 20,
	MEM_RCU = 1 << 21,
	NON_OWN_REF = 1 << 22,
	DYNPTR_TYPE_SKB = 1 << 23,
	DYNPTR_TYPE_XDP = 1 << 24,
	MEM_ALIGNED = 1 << 25,
	MEM_WRITE = 1 << 26,
	DYNPTR_TYPE_SKB_META = 1 << 27,
	DYNPTR_TYPE_MASK = DYNPTR_TYPE_LOCAL | DYNPTR_TYPE_RINGBUF | DYNPTR_TYPE_SKB |
			   DYNPTR_TYPE_XDP | DYNPTR_TYPE_SKB_META,
	TYPE_BASE_MASK = 0xff,
};

enum arg_type {
	ARG_DONTCARE, /* there is no such argument */
	ARG_CONST_MAP_PTR,
	ARG_PTR_TO_MAP_KEY, /* of the map before it */
	ARG_PTR_TO_MAP_VALUE,
	ARG_PTR_TO_MEM, /* as many bytes as the argument behind it says, or MEM_FIXED_SIZE */
	ARG_PTR_TO_ARENA,
	ARG_CONST_SIZE,
	ARG_CONST_SIZE_OR_ZERO,
	ARG_PTR_TO_CTX,
	ARG_ANYTHING,
	ARG_PTR_TO_SPIN_LOCK,
	ARG_PTR_TO_SOCK_COMMON,
	ARG_PTR_TO_SOCKET,
	ARG_PTR_TO_BTF_ID,
	ARG_PTR_TO_RINGBUF_MEM,
	ARG_CONST_ALLOC_SIZE_OR_ZERO,
	ARG_PTR_TO_BTF_ID_SOCK_COMMON, /* a kernel's sock_common, or what mirrors one */
	ARG_PTR_TO_PERCPU_BTF_ID,
	ARG_PTR_TO_FUNC,
	ARG_PTR_TO_STACK,
	ARG_PTR_TO_CONST_STR,
	ARG_PTR_TO_TIMER,
	ARG_KPTR_XCHG_DEST,
	ARG_PTR_TO_DYNPTR,
	ARG_TYPE_COUNT
};

enum ret_type {
	RET_INTEGER,
	RET_VOID,
	RET_PTR_TO_MAP_VALUE,
	RET_PTR_TO_SOCKET,
	RET_PTR_TO_TCP_SOCK,
	RET_PTR_TO_SOCK_COMMON,
	RET_PTR_TO_MEM,
	RET_PTR_TO_MEM_OR_BTF_ID,
	RET_PTR_TO_BTF_ID,
};

static inline enum arg_type arg_base(uint32_t type)
{
	return (enum arg_type)(type & TYPE_BASE_MASK);
}
static inline enum ret_type ret_base(uint32_t type)
{
	return (enum ret_type)(type & TYPE_BASE_MASK);
}

#endif
