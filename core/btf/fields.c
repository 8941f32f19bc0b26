/*
 * Finds special fields (btf_parse_fields()): first all that a value has, in the order of its
 * members, nested structs and arrays taken apart; then each is looked at with what its type names.
 */
#include "core/btf/fields.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* What is known of each type of field; kptrs are told by their tags. */
struct field_kind {
	enum btf_field_type type;
	const char *name;
	uint32_t size, align;
	bool unique; /* a value has one at most */
};
static const struct field_kind kinds[] = {
	{BTF_FIELD_SPIN_LOCK, "bpf_spin_lock", 4, 4, true},
	{BTF_FIELD_RES_SPIN_LOCK, "bpf_res_spin_lock", 4, 4, true},
	{BTF_FIELD_TIMER, "bpf_timer", 16, 8, true},
	{BTF_FIELD_WORKQUEUE, "bpf_wq", 16, 8, true},
	{BTF_FIELD_TASK_WORK, "bpf_task_work", 8, 8, true},
	{BTF_FIELD_LIST_HEAD, "bpf_list_head", 16, 8, false},
	{BTF_FIELD_LIST_NODE, "bpf_list_node", 24, 8, false},
	{BTF_FIELD_RB_ROOT, "bpf_rb_root", 16, 8, false},
	{BTF_FIELD_RB_NODE, "bpf_rb_node", 32, 8, false},
	{BTF_FIELD_REFCOUNT, "bpf_refcount", 4, 4, false},
};
static const struct field_kind pointer_kinds[] = {
	{BTF_FIELD_KPTR_UNREF, "kptr_untrusted", 8, 8, false},
	{BTF_FIELD_KPTR_REF, "kptr", 8, 8, false},
	{BTF_FIELD_KPTR_PERCPU, "percpu_kptr", 8, 8, false},
	{BTF_FIELD_UPTR, "uptr", 8, 8, false},
};
enum { POINTERS = BTF_FIELD_KPTR | BTF_FIELD_UPTR };

/* Kernel objects that a kptr may own, and what frees them (register_btf_id_dtor_kfuncs()) */
static const struct {
	const char *type, *dtor;
} dtors[] = {
	{"task_struct", "bpf_task_release_dtor"},
	{"cgroup", "bpf_cgroup_release_dtor"},
	{"bpf_cpumask", "bpf_cpumask_release_dtor"},
	{"bpf_crypto_ctx", "bpf_crypto_ctx_release_dtor"},
	{"sk_buff", "bpf_kfree_skb_dtor"},
	{"prog_test_ref_kfunc", "bpf_kfunc_call_test_release_dtor"},
	{"prog_test_member", "bpf_kfunc_call_memb_release_dtor"},
};

enum {
	OWNERSHIP_MAX = 4, /* objects that own objects that own ...: three are allowed */
	MEMBERS_MAX = 1 << 20,
	UPTR_SIZE_MAX = 4096,
};

/* A field that was found, before it is looked at. */
struct found {
	enum btf_field_type type;
	uint32_t off, size;
	uint32_t id;	       /* pointed to, or in the list or tree */
	const char *node_name; /* the member that links it there */
};

/* A type whose record is made; in a list. */
struct known {
	struct known *next;
	uint32_t id;
	const struct btf_record *rec;
};

struct parse {
	const struct btf *btf;
	struct btf_source *kernel;
	struct arena *arena;
	uint32_t mask, seen;
	struct found found[BTF_FIELDS_MAX];
	uint32_t n;
	uint32_t budget; /* members to look at: structs may fan out without end */
	uint32_t id;
	const struct parse *owner; /* whose list or tree holds values of this type, or NULL */
	struct known *known;	   /* types that were parsed, for all owners */
};

/* ---- finding ---- */

/* Adds a field; room is left to what the caller asked for. */
static int add_field(struct parse *p, const struct found *f)
{
	if (p->n == BTF_FIELDS_MAX)
		return -E2BIG;
	p->found[p->n++] = *f;
	return 0;
}

/* Fields from first on are those of an array's first element: adds the others'. */
static int repeat_fields(struct parse *p, uint32_t first, uint32_t nelems, uint32_t elem_size)
{
	uint32_t n = p->n - first;

	for (uint32_t i = first; i < p->n; i++)
		if (!(p->found[i].type & (POINTERS | BTF_FIELD_GRAPH_ROOT)))
			return -EINVAL;
	if ((uint64_t)n * nelems > BTF_FIELDS_MAX - first)
		return -E2BIG;
	for (uint32_t i = 1; i < nelems; i++) {
		for (uint32_t j = 0; j < n; j++) {
			struct found f = p->found[first + j];

			f.off += i * elem_size;
			p->found[p->n++] = f;
		}
	}
	return 0;
}

static const struct btf_type *type_tag(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);

	return btf_kind(t) == BTF_KIND_TYPE_TAG ? t : NULL;
}

/* btf_find_kptr(): a pointer with a tag, to a struct */
static int find_pointer(struct parse *p, uint32_t id, struct found *f)
{
	const struct btf_type *t = btf_type(p->btf, id), *tag;

	if (btf_kind(t) == BTF_KIND_VOLATILE)
		t = btf_type(p->btf, t->type);
	if (btf_kind(t) != BTF_KIND_PTR)
		return 0;
	tag = type_tag(p->btf, t->type);
	if (!tag || btf_kflag(tag))
		return 0;
	if (type_tag(p->btf, tag->type))
		return -EINVAL;
	f->type = 0;
	for (size_t i = 0; i < ARRAY_SIZE(pointer_kinds); i++)
		if (strcmp(btf_str(p->btf, tag->name_off), pointer_kinds[i].name) == 0)
			f->type = pointer_kinds[i].type;
	if (!f->type)
		return -EINVAL;
	if (!(f->type & p->mask))
		return 0;
	f->id = btf_resolve(p->btf, tag->type);
	if (btf_kind_of(p->btf, f->id) != BTF_KIND_STRUCT)
		return -EINVAL;
	return add_field(p, f);
}

/* The text behind "contains:" in the one such tag of a member or variable, or NULL. */
static const char *contains_tag(const struct btf *btf, uint32_t of, int32_t member)
{
	static const char key[] = "contains:";
	const char *value = NULL;

	for (uint32_t id = 1; id < btf->nids; id++) {
		const struct btf_type *t = btf_type(btf, id);
		const char *name = btf_str(btf, t->name_off);

		if (btf_kind(t) != BTF_KIND_DECL_TAG || t->type != of ||
		    btf_component(t) != member || strncmp(name, key, sizeof(key) - 1) != 0)
			continue;
		if (value)
			return NULL;
		value = name + sizeof(key) - 1;
	}
	return value;
}

/* "contains:TYPE:MEMBER" (btf_find_graph_root()) */
static int find_graph_root(struct parse *p, uint32_t of, int32_t member, struct found *f)
{
	const char *value = contains_tag(p->btf, of, member);
	const char *colon = value ? strchr(value, ':') : NULL;

	if (!colon)
		return -EINVAL;
	f->id = btf_find(p->btf, arena_strndup(p->arena, value, (size_t)(colon - value)),
			 BTF_KIND_STRUCT);
	if (!f->id)
		return -ENOENT;
	f->node_name = colon + 1;
	return *f->node_name ? add_field(p, f) : -EINVAL;
}

/* Which kind of field a type could be: NULL none; *err when there is one too many. */
static const struct field_kind *kind_of(struct parse *p, const struct btf_type *t, int *err)
{
	const char *name = btf_str(p->btf, t->name_off);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!(p->mask & kinds[i].type) || strcmp(name, kinds[i].name) != 0)
			continue;
		if (kinds[i].unique && p->seen & kinds[i].type)
			*err = -E2BIG;
		if (kinds[i].unique)
			p->seen |= kinds[i].type;
		return &kinds[i];
	}
	if (p->mask & POINTERS && btf_kind(t) != BTF_KIND_STRUCT)
		return &pointer_kinds[0];
	return NULL;
}

static int find_in_struct(struct parse *p, uint32_t id, uint32_t base, uint32_t level);

/*
 * A member or variable (btf_find_field_one()): id is its type, of and member where its tags are,
 * size what it must have, or 0. base is where what it is a member of begins.
 */
static int find_one(struct parse *p, uint32_t id, uint32_t of, int32_t member, uint32_t off,
		    uint32_t base, uint32_t size, uint32_t level)
{
	uint32_t nelems = 1, first = p->n, elem_size;
	const struct btf_type *t = btf_type(p->btf, id);
	const struct field_kind *kind;
	struct found f = {.off = base + off};
	int err = 0, depth = 0;

	for (; btf_kind(t) == BTF_KIND_ARRAY && depth < BTF_DEPTH_LIMIT; depth++) {
		nelems *= btf_array(t)->nelems;
		id = btf_array(t)->type;
		t = btf_type(p->btf, id);
	}
	if (depth == BTF_DEPTH_LIMIT || !p->budget)
		return -E2BIG;
	p->budget--;
	if (!nelems)
		return 0;
	kind = kind_of(p, t, &err);
	if (err || (!kind && btf_kind(t) != BTF_KIND_STRUCT))
		return err;
	elem_size = kind ? kind->size : t->size;
	if (size && size != elem_size * nelems)
		return 0;
	if (!kind) {
		err = find_in_struct(p, id, base + off, level + 1);
	} else if (off % kind->align) {
		return 0;
	} else if (kind->type & POINTERS) {
		f.size = kind->size;
		err = find_pointer(p, id, &f);
	} else if (btf_kind(t) == BTF_KIND_STRUCT && t->size == kind->size) {
		f.type = kind->type;
		f.size = kind->size;
		err = kind->type & BTF_FIELD_GRAPH_ROOT ? find_graph_root(p, of, member, &f)
							: add_field(p, &f);
	}
	if (err || p->n == first || nelems == 1)
		return err;
	return repeat_fields(p, first, nelems, elem_size);
}

static int find_in_struct(struct parse *p, uint32_t id, uint32_t base, uint32_t level)
{
	const struct btf_type *t = btf_type(p->btf, id);
	int err = level >= BTF_DEPTH_LIMIT ? -E2BIG : 0;

	for (uint32_t i = 0; !err && i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t bit = btf_member_bit(t, m);

		if (bit % 8)
			return -EINVAL;
		err = find_one(p, m->type, id, (int32_t)i, bit / 8, base, 0, level);
	}
	return err;
}

static int find_fields(struct parse *p)
{
	const struct btf_type *t = btf_type(p->btf, p->id);
	int err = 0;

	if (btf_kind(t) == BTF_KIND_STRUCT)
		return find_in_struct(p, p->id, 0, 0);
	if (btf_kind(t) != BTF_KIND_DATASEC)
		return -EINVAL;
	for (uint32_t i = 0; !err && i < btf_vlen(t); i++) {
		const struct btf_var_secinfo *v = &btf_secinfos(t)[i];

		err = find_one(p, btf_type(p->btf, v->type)->type, v->type, -1, v->offset, 0,
			       v->size, 0);
	}
	return err;
}

/* ---- looking at them ---- */

/* btf_find_dtor_kfunc(): can the kernel free an object of this type? */
static bool has_dtor(const struct btf *kernel, const char *type)
{
	/* A BTF that was reduced to types has none of the functions: then the types count. */
	bool functions = btf_find(kernel, dtors[0].dtor, BTF_KIND_FUNC);

	for (size_t i = 0; i < ARRAY_SIZE(dtors); i++)
		if (strcmp(type, dtors[i].type) == 0)
			return !functions || btf_find(kernel, dtors[i].dtor, BTF_KIND_FUNC);
	return false;
}

/* btf_parse_kptr(): the pointed-to struct is the kernel's when it has one of this name. */
static int parse_pointer(const struct parse *p, const struct found *f, struct btf_field *out)
{
	const char *name = btf_name(p->btf, f->id);
	const struct btf *kernel = btf_read(p->kernel);
	uint32_t id = kernel ? btf_find(kernel, name, BTF_KIND_STRUCT) : 0;

	out->kptr.is_kernel = id;
	out->kptr.btf = id ? kernel : p->btf;
	out->kptr.btf_id = id ? id : f->id;
	if (id && f->type == BTF_FIELD_KPTR_REF) {
		if (!has_dtor(kernel, name))
			return -ENOENT;
		out->kptr.has_dtor = true;
	}
	if (f->type == BTF_FIELD_UPTR) { /* one page of the program's own */
		uint32_t size = btf_type(p->btf, f->id)->size;

		if (id || !size)
			return -EINVAL;
		if (size > UPTR_SIZE_MAX)
			return -E2BIG;
	}
	return 0;
}

/* btf_parse_graph_root(): the member of the values that links them */
static int parse_graph_root(struct parse *p, const struct found *f, struct btf_field *out)
{
	bool is_list = f->type == BTF_FIELD_LIST_HEAD;
	const struct btf_type *t = btf_type(p->btf, f->id), *node = NULL;

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t bit;

		if (strcmp(btf_str(p->btf, m->name_off), f->node_name) != 0)
			continue;
		if (node)
			return -EINVAL;
		node = btf_type(p->btf, m->type);
		if (btf_kind(node) != BTF_KIND_STRUCT ||
		    strcmp(btf_str(p->btf, node->name_off),
			   is_list ? "bpf_list_node" : "bpf_rb_node") != 0)
			return -EINVAL;
		bit = btf_member_bit(t, m);
		if (bit % 64)
			return -EINVAL;
		out->graph_root.node_offset = bit / 8;
	}
	if (!node)
		return -ENOENT;
	out->graph_root.btf = p->btf;
	out->graph_root.value_btf_id = f->id;
	return 0;
}

static int parse_one(struct parse *p, const struct found *f, struct btf_record *rec)
{
	struct btf_field *out = &rec->fields[rec->n++];
	int32_t off = (int32_t)f->off;

	out->offset = f->off;
	out->size = f->size;
	out->type = f->type;
	rec->mask |= f->type;
	switch (f->type) {
	case BTF_FIELD_SPIN_LOCK:
		rec->spin_lock_off = off;
		return 0;
	case BTF_FIELD_RES_SPIN_LOCK:
		rec->res_spin_lock_off = off;
		return 0;
	case BTF_FIELD_TIMER:
		rec->timer_off = off;
		return 0;
	case BTF_FIELD_WORKQUEUE:
		rec->wq_off = off;
		return 0;
	case BTF_FIELD_TASK_WORK:
		rec->task_work_off = off;
		return 0;
	case BTF_FIELD_REFCOUNT:
		rec->refcount_off = off;
		return 0;
	case BTF_FIELD_LIST_HEAD:
	case BTF_FIELD_RB_ROOT:
		return parse_graph_root(p, f, out);
	case BTF_FIELD_LIST_NODE:
	case BTF_FIELD_RB_NODE:
		return 0;
	default:
		return parse_pointer(p, f, out);
	}
}

/* Fields that go together, and those that do not */
static int check_record(const struct btf_record *rec)
{
	bool locked = rec->spin_lock_off >= 0 || rec->res_spin_lock_off >= 0;

	if (rec->spin_lock_off >= 0 && rec->res_spin_lock_off >= 0)
		return -EINVAL;
	if (rec->mask & BTF_FIELD_GRAPH_ROOT && !locked)
		return -EINVAL;
	/* In a list and in a tree: somebody must count who owns it. */
	if ((rec->mask & BTF_FIELD_GRAPH_NODE) == BTF_FIELD_GRAPH_NODE && rec->refcount_off < 0)
		return -EINVAL;
	return 0;
}

static int parse_fields(struct parse *p, uint32_t size, const struct btf_record **out);

/* The record of the values of a list or tree of the type that p is about. */
static int value_record(struct parse *p, uint32_t id, const struct btf_record **out)
{
	struct parse value = {
		.btf = p->btf,
		.kernel = p->kernel,
		.arena = p->arena,
		.mask = BTF_OBJECT_FIELDS,
		.budget = MEMBERS_MAX,
		.id = id,
		.owner = p,
		.known = p->known,
	};
	uint32_t depth = 1;
	struct known *k;
	int err;

	for (k = p->known; k; k = k->next) {
		if (k->id == id) {
			*out = k->rec;
			return 0;
		}
	}
	for (const struct parse *owner = p; owner; owner = owner->owner)
		if (owner->id == id || ++depth > OWNERSHIP_MAX)
			return -ELOOP;
	err = parse_fields(&value, btf_type(p->btf, id)->size, out);
	if (err)
		return err;
	k = arena_new(p->arena, struct known);
	*k = (struct known){value.known, id, *out};
	p->known = k;
	return *out ? 0 : -EFAULT;
}

/*
 * What lists and trees hold (btf_check_and_fixup_fields()). A type that is held and holds may only
 * hold what holds nothing: so there are no cycles.
 */
static int fill_values(struct parse *p, struct btf_record *rec)
{
	for (uint32_t i = 0; i < rec->n; i++) {
		struct btf_field *f = &rec->fields[i];
		const struct btf_record *value;
		int err;

		if (!(f->type & BTF_FIELD_GRAPH_ROOT))
			continue;
		err = value_record(p, f->graph_root.value_btf_id, &value);
		if (err)
			return err;
		f->graph_root.value_rec = value;
		if (rec->mask & BTF_FIELD_GRAPH_NODE && value->mask & BTF_FIELD_GRAPH_ROOT)
			return -ELOOP;
	}
	return 0;
}

static int parse_fields(struct parse *p, uint32_t size, const struct btf_record **out)
{
	struct btf_record *rec;
	uint32_t end = 0;
	int err = find_fields(p);

	*out = NULL;
	if (err || !p->n)
		return err;
	rec = arena_new(p->arena, struct btf_record);
	rec->spin_lock_off = rec->res_spin_lock_off = rec->timer_off = -EINVAL;
	rec->wq_off = rec->refcount_off = rec->task_work_off = -EINVAL;
	for (uint32_t i = 0; i < p->n; i++) {
		const struct found *f = &p->found[i];

		if ((uint64_t)f->off + f->size > size)
			return -EFAULT;
		if (f->off < end)
			return -EEXIST;
		end = f->off + f->size;
		err = parse_one(p, f, rec);
		if (err)
			return err;
	}
	err = check_record(rec);
	if (!err)
		err = fill_values(p, rec);
	if (!err)
		*out = rec;
	return err;
}

int btf_fields(const struct btf *btf, uint32_t id, struct btf_source *kernel, uint32_t mask,
	       uint32_t size, struct arena *a, const struct btf_record **out)
{
	struct parse p = {
		.btf = btf,
		.kernel = kernel,
		.arena = a,
		.mask = mask,
		.budget = MEMBERS_MAX,
		.id = btf_resolve(btf, id),
	};

	return parse_fields(&p, size, out);
}

/* Is a member of this type a reason to look at a struct? The resilient lock alone is none. */
static bool is_object_field(const struct btf *btf, uint32_t id)
{
	struct parse p = {.btf = btf, .mask = BTF_OBJECT_FIELDS & ~BTF_FIELD_RES_SPIN_LOCK};
	const struct btf_type *t = btf_type(btf, id);
	struct found f = {0};
	int none = 0;
	const struct field_kind *kind;

	if (btf_kind(t) == BTF_KIND_PTR)
		return find_pointer(&p, id, &f) == 0 && p.n;
	kind = btf_kind(t) == BTF_KIND_STRUCT ? kind_of(&p, t, &none) : NULL;
	return kind && btf_find(btf, kind->name, BTF_KIND_STRUCT) == id;
}

static const char *why_not(int err)
{
	switch (-err) {
	case EEXIST:
		return "two special fields in one place";
	case E2BIG:
		return "one special field too many, or twice one that may be there once";
	case EFAULT:
		return "none of its special fields counts where it is";
	default:
		return "special fields that are not where, or what, they have to be";
	}
}

int btf_check_objects(const struct btf *btf, struct btf_source *kernel, const char *name,
		      struct diag *d)
{
	const struct btf_record *record;
	struct arena a = {0};
	int err = 0;

	for (uint32_t id = 1; id < btf->nids && !err; id++) {
		const struct btf_type *t = btf_type(btf, id);
		bool has = false;

		for (uint32_t i = 0; btf_kind(t) == BTF_KIND_STRUCT && i < btf_vlen(t) && !has; i++)
			has = is_object_field(btf, btf_members(t)[i].type);
		if (!has)
			continue;
		err = btf_fields(btf, id, kernel, BTF_OBJECT_FIELDS, t->size, &a, &record);
		if (!err && !record)
			err = -EFAULT;
		if (err)
			fail(d, &(struct loc){.file = name}, err, "BTF type %u (STRUCT '%s'): %s",
			     id, btf_name(btf, id), why_not(err));
	}
	arena_free(&a);
	return err;
}

const struct btf_field *btf_record_find(const struct btf_record *rec, uint32_t offset,
					uint32_t types)
{
	for (uint32_t i = 0; rec && i < rec->n; i++)
		if (rec->fields[i].offset == offset)
			return rec->fields[i].type & types ? &rec->fields[i] : NULL;
	return NULL;
}

/* btf_field_type_name() */
const char *btf_field_name(enum btf_field_type type)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].type == type)
			return kinds[i].name;
	for (size_t i = 1; i < ARRAY_SIZE(pointer_kinds); i++)
		if (pointer_kinds[i].type == type)
			return pointer_kinds[i].name;
	return type == BTF_FIELD_KPTR_UNREF ? "kptr" : "unknown";
}
