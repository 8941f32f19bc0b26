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
 * Link with -lebpf -lelf. Functions return 0 or a negative errno: -EINVAL for malformed input.
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

#ifdef __cplusplus
}
#endif

#endif
