/*
 * Special fields in values: locks, timers, kernel pointers, lists and trees, as BTF describes them
 * (struct btf_record of Linux, btf_parse_fields()). Found by the names of their types and by type
 * tags; a value has few of them.
 */
#ifndef CORE_BTF_FIELDS_H
#define CORE_BTF_FIELDS_H

#include "core/base/arena.h"
#include "core/btf/btf.h"

enum btf_field_type {
	BTF_FIELD_SPIN_LOCK = 1 << 0,
	BTF_FIELD_TIMER = 1 << 1,
	BTF_FIELD_KPTR_UNREF = 1 << 2,
	BTF_FIELD_KPTR_REF = 1 << 3,
	BTF_FIELD_KPTR_PERCPU = 1 << 4,
	BTF_FIELD_KPTR = BTF_FIELD_KPTR_UNREF | BTF_FIELD_KPTR_REF | BTF_FIELD_KPTR_PERCPU,
	BTF_FIELD_LIST_HEAD = 1 << 5,
	BTF_FIELD_LIST_NODE = 1 << 6,
	BTF_FIELD_RB_ROOT = 1 << 7,
	BTF_FIELD_RB_NODE = 1 << 8,
	BTF_FIELD_GRAPH_NODE = BTF_FIELD_RB_NODE | BTF_FIELD_LIST_NODE,
	BTF_FIELD_GRAPH_ROOT = BTF_FIELD_RB_ROOT | BTF_FIELD_LIST_HEAD,
	BTF_FIELD_REFCOUNT = 1 << 9,
	BTF_FIELD_WORKQUEUE = 1 << 10,
	BTF_FIELD_UPTR = 1 << 11,
	BTF_FIELD_RES_SPIN_LOCK = 1 << 12,
	BTF_FIELD_TASK_WORK = 1 << 13,
};

enum {
	BTF_FIELDS_MAX = 11,
	/* those that values of maps may have */
	BTF_VALUE_FIELDS = BTF_FIELD_SPIN_LOCK | BTF_FIELD_RES_SPIN_LOCK | BTF_FIELD_TIMER |
			   BTF_FIELD_KPTR | BTF_FIELD_LIST_HEAD | BTF_FIELD_RB_ROOT |
			   BTF_FIELD_REFCOUNT | BTF_FIELD_WORKQUEUE | BTF_FIELD_UPTR |
			   BTF_FIELD_TASK_WORK,
	/* and those of structs that programs allocate */
	BTF_OBJECT_FIELDS = BTF_FIELD_SPIN_LOCK | BTF_FIELD_RES_SPIN_LOCK | BTF_FIELD_GRAPH_ROOT |
			    BTF_FIELD_GRAPH_NODE | BTF_FIELD_REFCOUNT | BTF_FIELD_KPTR,
};

struct btf_record;

struct btf_field {
	uint32_t offset, size;
	enum btf_field_type type;
	union {
		struct {		       /* BTF_FIELD_KPTR, BTF_FIELD_UPTR */
			const struct btf *btf; /* of the pointed-to type */
			uint32_t btf_id;
			bool is_kernel; /* btf is the kernel's, not the program's own */
			bool has_dtor;
		} kptr;
		struct { /* BTF_FIELD_GRAPH_ROOT */
			const struct btf *btf;
			uint32_t value_btf_id;
			uint32_t node_offset;
			const struct btf_record *value_rec; /* of the value type */
		} graph_root;
	};
};

struct btf_record {
	uint32_t n;
	uint32_t mask; /* of the types there are */
	/* offsets of those that are there once at most; -1: none */
	int32_t spin_lock_off, res_spin_lock_off, timer_off, wq_off, refcount_off, task_work_off;
	struct btf_field fields[BTF_FIELDS_MAX];
};

/*
 * The special fields of type id of btf whose types are among mask, in the order of their offsets;
 * *out is NULL when there are none. kernel is where kptr targets are looked for, or NULL. size is
 * what the value has. 0, or -errno as btf_parse_fields() of Linux has it: -EINVAL, -E2BIG, -EEXIST.
 */
int btf_fields(const struct btf *btf, uint32_t id, struct btf_source *kernel, uint32_t mask,
	       uint32_t size, struct arena *a, const struct btf_record **out);
/*
 * What BTF_LOAD asks of structs that programs may allocate (btf_parse_struct_metas()): their
 * special fields are in order. 0, or what btf_fields() says of the first that is not, and fails,
 * naming it; name is the BTF's.
 */
int btf_check_objects(const struct btf *btf, struct btf_source *kernel, const char *name,
		      struct diag *d);
static inline bool btf_record_has(const struct btf_record *rec, uint32_t types)
{
	return rec && rec->mask & types;
}
/* The field at exactly offset whose type is among types, or NULL. rec may be NULL. */
const struct btf_field *btf_record_find(const struct btf_record *rec, uint32_t offset,
					uint32_t types);
/* "bpf_spin_lock" */
const char *btf_field_name(enum btf_field_type type);

#endif
