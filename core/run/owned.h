/*
 * Objects of the heap as programs have them: who owns one, what goes away with the last reference,
 * and the lists and trees that they are in. The words of heads and nodes are Linux's: a list's head
 * is two pointers, its node two and its owner; a tree's root is the topmost node and the leftmost,
 * its node parent and colour, right, left and its owner. Heads may lie in files that others write:
 * what they point to is believed when a live node says that it is theirs.
 */
#ifndef CORE_RUN_OWNED_H
#define CORE_RUN_OWNED_H

#include "core/obj/runctx.h"
#include "core/run/heap.h"

/* Where a special field is. */
struct field_place {
	struct map *map;   /* whose value it is in; NULL: it is in an object */
	uint8_t *base;	   /* of the value or object */
	const struct btf_record *record;
	const struct btf_field *field;
};

/* owned.c */
/* The run's heap; NULL: out of memory. */
struct heap *run_heap(struct run_ctx *rc);
/* The object that begins at addr, of one of kinds (1 << enum heap_kind), or NULL with the fault. */
struct heap_object *arg_object(struct run_ctx *rc, uint64_t addr, uint32_t kinds);
/*
 * The special field at addr, of one of types (enum btf_field_type), in a value of one of the
 * program's maps or in an object; false with the fault recorded.
 */
bool arg_field(struct run_ctx *rc, uint64_t addr, uint32_t types, struct field_place *out);
/* Takes a reference away, and the object with the last one. */
void owned_put(struct runtime *rt, struct heap_object *o);
/* What Linux does to the special fields of a value that goes (bpf_obj_free_fields()). */
void owned_drop(struct runtime *rt, const struct btf_record *record, uint8_t *base);

/*
 * The address of the current task's struct task_struct: what the context says, or one that is made
 * of what is known of it; 0: the kernel's types are not known.
 */
uint64_t run_task_object(struct run_ctx *rc);

/* graph.c */
struct list_node {
	struct list_node *next, *prev;
	void *owner;
};

struct list_head {
	struct list_node *next, *prev;
};

struct rb_node {
	uintptr_t parent_color;
	struct rb_node *child[2]; /* right, left */
	void *owner;
};

struct rb_root {
	struct rb_node *top, *leftmost;
};

void list_push(struct heap *heap, struct list_head *head, struct list_node *node, bool front);
/* The first or last, or NULL. */
struct list_node *list_end(struct heap *heap, struct list_head *head, bool front);
/* Of the list or tree that has it, if one does. */
void list_remove(struct list_node *node);
/* A root that points to what is no node of its is empty. */
void tree_check(struct heap *heap, struct rb_root *root);
/* Puts a node below parent, which has no such child; NULL: the tree is empty. */
void tree_insert(struct rb_root *root, struct rb_node *node, struct rb_node *parent, bool left);
void tree_remove(struct rb_root *root, struct rb_node *node);

#endif
