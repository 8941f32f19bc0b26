/*
 * libebpf: what the commands of ebpf(1) do, for programs.
 *
 *	struct ebpf_object *obj;
 *	struct ebpf_vm *vm;
 *	uint64_t r0;
 *
 *	ebpf_assemble("r0 = 42; exit", "answer.s", &obj, NULL);
 *	ebpf_load(obj, NULL, &vm, NULL);
 *	ebpf_run(vm, NULL, 0, &r0, NULL);
 *
 * Link with -lebpf. Functions return 0 or a negative errno: -EINVAL for malformed input.
 * Where messages is not NULL and there is something to say, it becomes text of lines
 * "file:line:column: error: ..." that the caller frees with free(); otherwise it becomes NULL.
 * Nothing here is shared between objects, so that threads may use one each.
 */
#ifndef CORE_EBPF_H
#define CORE_EBPF_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EBPF_VERSION "0.1.0"

/* Code, data, symbols, relocations and types: what a source or an ELF file holds. */
struct ebpf_object;
/* An object's maps and programs, made; one of its programs runs at a time. */
struct ebpf_vm;

/* Text of any dialect, ebpf-asm(5). path is for messages. */
int ebpf_assemble(const char *text, const char *path, struct ebpf_object **out, char **messages);
/* An ELF file's bytes. */
int ebpf_open(const void *elf, size_t size, const char *path, struct ebpf_object **out,
	      char **messages);
/* Text that ebpf_assemble() makes an equal object of; free() it. */
int ebpf_disassemble(const struct ebpf_object *obj, char **text, char **messages);
/* The object as an ELF file's bytes; free() them. */
int ebpf_write(const struct ebpf_object *obj, void **elf, size_t *size, char **messages);
void ebpf_object_free(struct ebpf_object *obj);

/* Links obj, makes its maps, and chooses a program by name; NULL: the only one there is. */
int ebpf_load(const struct ebpf_object *obj, const char *prog, struct ebpf_vm **out,
	      char **messages);
/*
 * Runs the program, checked and for at most 100 million instructions: on data as a packet if its
 * type is one that sees packets, otherwise with r1 = data, r2 = size, and the program may write
 * there. -EFAULT: it trapped, messages say where.
 */
int ebpf_run(struct ebpf_vm *vm, void *data, size_t size, uint64_t *r0, char **messages);
/*
 * One element of a map; key and value are as long as the map says. -ENOENT: no such map or element.
 */
int ebpf_map_lookup(struct ebpf_vm *vm, const char *map, const void *key, void *value);
int ebpf_map_update(struct ebpf_vm *vm, const char *map, const void *key, const void *value);
int ebpf_map_delete(struct ebpf_vm *vm, const char *map, const void *key);
void ebpf_vm_free(struct ebpf_vm *vm);

/*
 * A store of maps and programs that outlive this process and are shared with others, ebpf-pin(5);
 * dir NULL is what EBPF_BPFFS names, or the user's own. Descriptors are real ones: close(2) them,
 * pass them. Functions return a descriptor or 0, or the negative errno of Linux 6.18's bpf(2).
 */
struct ebpf_store;

int ebpf_store_open(const char *dir, struct ebpf_store **out, char **messages);
void ebpf_store_close(struct ebpf_store *store);
/* bpf(2) itself: the commands and attributes of <linux/bpf.h>. */
long ebpf_bpf(struct ebpf_store *store, int cmd, void *attr, unsigned int size);
/* More about the last failure, and the log of the last program; "" when there is nothing. */
const char *ebpf_why(const struct ebpf_store *store);
const char *ebpf_log(const struct ebpf_store *store);

/* type is one of enum bpf_map_type, name may be NULL. */
int ebpf_create_map(struct ebpf_store *store, uint32_t type, const char *name, uint32_t key_size,
		    uint32_t value_size, uint32_t max_entries, uint32_t flags);
int ebpf_lookup_elem(struct ebpf_store *store, int map, const void *key, void *value);
int ebpf_update_elem(struct ebpf_store *store, int map, const void *key, const void *value,
		     uint64_t flags);
int ebpf_delete_elem(struct ebpf_store *store, int map, const void *key);
/* key NULL: the first. -ENOENT after the last. */
int ebpf_get_next_key(struct ebpf_store *store, int map, const void *key, void *next);

/* An instruction, as struct bpf_insn. */
struct ebpf_insn {
	uint8_t code;
	uint8_t dst_reg : 4, src_reg : 4;
	int16_t off;
	int32_t imm;
};

/* type is one of enum bpf_prog_type, name may be NULL; ebpf_log() then has what was said. */
int ebpf_load_program(struct ebpf_store *store, uint32_t type, const char *name,
		      const struct ebpf_insn *insns, uint32_t n, const char *license);
/* One run on a packet. -EFAULT: it trapped, ebpf_why() says where. */
int ebpf_run_program(struct ebpf_store *store, int prog, const void *data, uint32_t size,
		     uint32_t *retval);
int ebpf_pin(struct ebpf_store *store, int fd, const char *path);
int ebpf_get(struct ebpf_store *store, const char *path);

/* Instructions: sizes are 'B', 'H', 'W', 'D'; operations the uapi's (BPF_ADD, BPF_JEQ ...). */
#define EBPF_INSN(code, dst, src, off, imm) ((struct ebpf_insn){(code), (dst), (src), (off), (imm)})
#define EBPF_SIZE(s) ((s) == 'B' ? 0x10 : (s) == 'H' ? 0x08 : (s) == 'W' ? 0x00 : 0x18)
#define EBPF_ALU64_IMM(op, dst, imm) EBPF_INSN(0x07 | (op), dst, 0, 0, imm)
#define EBPF_ALU64_REG(op, dst, src) EBPF_INSN(0x0f | (op), dst, src, 0, 0)
#define EBPF_ALU32_IMM(op, dst, imm) EBPF_INSN(0x04 | (op), dst, 0, 0, imm)
#define EBPF_ALU32_REG(op, dst, src) EBPF_INSN(0x0c | (op), dst, src, 0, 0)
#define EBPF_MOV64_IMM(dst, imm)     EBPF_ALU64_IMM(0xb0, dst, imm)
#define EBPF_MOV64_REG(dst, src)     EBPF_ALU64_REG(0xb0, dst, src)
#define EBPF_LD_IMM64(dst, imm)                                                                    \
	EBPF_INSN(0x18, dst, 0, 0, (int32_t)(uint32_t)(imm)),                                      \
		EBPF_INSN(0, 0, 0, 0, (int32_t)((uint64_t)(imm) >> 32))
#define EBPF_LD_MAP_FD(dst, fd)	      EBPF_INSN(0x18, dst, 1, 0, fd), EBPF_INSN(0, 0, 0, 0, 0)
#define EBPF_LDX(size, dst, src, off) EBPF_INSN(0x61 | EBPF_SIZE(size), dst, src, off, 0)
#define EBPF_STX(size, dst, off, src) EBPF_INSN(0x63 | EBPF_SIZE(size), dst, src, off, 0)
#define EBPF_ST(size, dst, off, imm)  EBPF_INSN(0x62 | EBPF_SIZE(size), dst, 0, off, imm)
/* *(src's size *)(dst + off) op= src, in one; op has BPF_FETCH where src gets the old value */
#define EBPF_ATOMIC(size, op, dst, off, src)                                                       \
	EBPF_INSN(0xc3 | EBPF_SIZE(size), dst, src, off, op)
#define EBPF_JMP_IMM(op, dst, imm, off) EBPF_INSN(0x05 | (op), dst, 0, off, imm)
#define EBPF_JMP_REG(op, dst, src, off) EBPF_INSN(0x0d | (op), dst, src, off, 0)
#define EBPF_JA(off)		      EBPF_INSN(0x05, 0, 0, off, 0)
#define EBPF_CALL(helper)	      EBPF_INSN(0x85, 0, 0, 0, helper)
#define EBPF_EXIT()		      EBPF_INSN(0x95, 0, 0, 0, 0)
/* Two arguments of ebpf_load_program(): the instructions, and how many there are. */
#define EBPF_INSNS(...)                                                                            \
	(struct ebpf_insn[]){__VA_ARGS__},                                                         \
		sizeof((struct ebpf_insn[]){__VA_ARGS__}) / sizeof(struct ebpf_insn)

#ifdef __cplusplus
}
#endif

#endif
