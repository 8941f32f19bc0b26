/*
 * Accesses through pointers whose type BTF tells: a walk from the struct along members, arrays and
 * nested structs to what lies at an offset (btf_struct_walk()), and how far what is found there can
 * be trusted (check_ptr_to_btf_access()).
 */
#include "core/verify/local.h"

#include <stdio.h>

const char *btf_kind_str(const struct btf_type *t)
{
	static const char *const names[] = {
		[BTF_KIND_UNKN] = "UNKNOWN",	  [BTF_KIND_INT] = "INT",
		[BTF_KIND_PTR] = "PTR",		  [BTF_KIND_ARRAY] = "ARRAY",
		[BTF_KIND_STRUCT] = "STRUCT",	  [BTF_KIND_UNION] = "UNION",
		[BTF_KIND_ENUM] = "ENUM",	  [BTF_KIND_FWD] = "FWD",
		[BTF_KIND_TYPEDEF] = "TYPEDEF",	  [BTF_KIND_VOLATILE] = "VOLATILE",
		[BTF_KIND_CONST] = "CONST",	  [BTF_KIND_RESTRICT] = "RESTRICT",
		[BTF_KIND_FUNC] = "FUNC",	  [BTF_KIND_FUNC_PROTO] = "FUNC_PROTO",
		[BTF_KIND_VAR] = "VAR",		  [BTF_KIND_DATASEC] = "DATASEC",
		[BTF_KIND_FLOAT] = "FLOAT",	  [BTF_KIND_DECL_TAG] = "DECL_TAG",
		[BTF_KIND_TYPE_TAG] = "TYPE_TAG", [BTF_KIND_ENUM64] = "ENUM64",
	};
	uint32_t kind = btf_kind(t);

	return kind < ARRAY_SIZE(names) ? names[kind] : "UNKNOWN";
}

bool btf_is_kernel(const struct env *env, const struct btf *btf)
{
	const struct btf_source *kernel = env->job->kernel;

	while (btf && btf->base)
		btf = btf->base;
	return btf && kernel && btf == kernel->btf;
}

/* ---- the walk ---- */

/* What an access looks for and, after a step, where it is. */
struct walk {
	struct env *env;
	const struct btf *btf;
	uint32_t off, size;
	bool flex; /* a last member [0] goes on behind the struct */
	uint32_t flags;
	uint32_t id; /* struct found, or pointed to */
	const char *field;
	uint32_t nested;	   /* structs gone into: types may be cyclic */
	enum verify_reason reason; /* of a refusal */
};
enum { NESTED_MAX = 2 * BTF_DEPTH_LIMIT };

/* A member's type without names and arrays (__btf_resolve_size()) */
struct sized {
	const struct btf_type *t; /* the first array when there is one */
	const struct btf_type *elem;
	uint32_t id, elem_id; /* of t and of the elements */
	uint32_t size, nelems;
};

static bool resolve_size(const struct btf *btf, uint32_t id, struct sized *out)
{
	const struct btf_type *t = btf_type(btf, id), *array = NULL;
	uint64_t n = 1, size;

	out->id = id;
	out->elem_id = 0;
	for (int depth = 0;; depth++) {
		if (depth == BTF_DEPTH_LIMIT)
			return false;
		if (btf_is_mod(t) || btf_kind(t) == BTF_KIND_TYPEDEF) {
			out->id = t->type;
			t = btf_type(btf, t->type);
		} else if (btf_kind(t) == BTF_KIND_ARRAY) {
			if (!array)
				array = t;
			n *= btf_array(t)->nelems;
			if (n > UINT32_MAX)
				return false;
			out->elem_id = btf_array(t)->type;
			t = btf_type(btf, out->elem_id);
		} else {
			break;
		}
	}
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FLOAT:
		size = t->size;
		break;
	case BTF_KIND_PTR:
		size = 8;
		break;
	default:
		return false;
	}
	if (n * size > UINT32_MAX)
		return false;
	out->size = (uint32_t)(n * size);
	out->nelems = (uint32_t)n;
	out->elem = t;
	out->t = array ? array : t;
	return true;
}

static int walk_fail(struct walk *w, enum verify_reason reason)
{
	w->reason = reason;
	return -verify_reasons[reason].err;
}

static int beyond_struct(struct walk *w, const struct btf_type *t)
{
	vlog_why(w->env, REASON_BTF_BOUNDS, "access beyond struct %s at off %u size %u\n",
		 btf_log_name(w->btf, t->name_off), w->off, w->size);
	return walk_fail(w, REASON_BTF_BOUNDS);
}

/* Goes on in the elements of a flexible array at the end of *t: 1 with *t one of those, or else. */
static int walk_flex_array(struct walk *w, const struct btf_type **t)
{
	const struct btf_type *array, *elem;
	const struct btf_member *last;
	uint32_t at;

	if (!w->flex || !btf_vlen(*t))
		return beyond_struct(w, *t);
	last = &btf_members(*t)[btf_vlen(*t) - 1];
	array = btf_type(w->btf, btf_resolve(w->btf, last->type));
	at = btf_member_bit(*t, last) / 8;
	if (btf_kind(array) != BTF_KIND_ARRAY || btf_array(array)->nelems || w->off < at)
		return beyond_struct(w, *t);
	elem = btf_type(w->btf, btf_resolve(w->btf, btf_array(array)->type));
	if (btf_kind(elem) == BTF_KIND_INT)
		return WALK_SCALAR;
	if (!btf_is_composite(elem) || !elem->size)
		return beyond_struct(w, *t);
	/* How many elements there are is not known. */
	w->flags |= PTR_UNTRUSTED;
	w->off = (w->off - at) % elem->size;
	*t = elem;
	return 1;
}

static uint32_t pointer_tag(const struct btf *btf, uint32_t id)
{
	static const struct {
		const char *tag;
		uint32_t flag;
	} tags[] = {{"user", MEM_USER}, {"percpu", MEM_PERCPU}, {"rcu", MEM_RCU}};
	const struct btf_type *t = btf_type(btf, id);

	if (btf_kind(t) != BTF_KIND_TYPE_TAG || btf_kflag(t))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (strcmp(btf_str(btf, t->name_off), tags[i].tag) == 0)
			return tags[i].flag;
	return 0;
}

static int walk_pointer(struct walk *w, const struct btf_type *ptr)
{
	uint32_t to = btf_resolve(w->btf, ptr->type);

	if (!btf_is_composite(btf_type(w->btf, to)))
		return WALK_PTR_UNTRUSTED;
	w->id = to;
	w->flags |= pointer_tag(w->btf, ptr->type);
	return WALK_PTR;
}

enum { STEP_NEXT = 100, STEP_NONE, STEP_INTO };

/*
 * Looks at one member: what is found in it, STEP_NEXT when it is elsewhere, STEP_NONE when it is
 * nowhere, STEP_INTO with *t the struct inside which it is, w->off being relative to that.
 */
static int walk_member(struct walk *w, const struct btf_type **t, const struct btf_member *m)
{
	const char *tname = btf_log_name(w->btf, (*t)->name_off);
	const char *mname = btf_log_name(w->btf, m->name_off);
	uint32_t at = btf_member_bit(*t, m) / 8, bits = btf_member_bits(*t, m), end, size;
	const struct btf_type *type;
	struct sized s;

	if (w->off + w->size <= at)
		return STEP_NONE;
	if (bits) /* of bitfields only those that the access has as a whole are numbers */
		return w->off <= at && (btf_member_bit(*t, m) + bits + 7) / 8 <= w->off + w->size
			       ? WALK_SCALAR
			       : STEP_NEXT;
	if (w->off < at)
		return STEP_NONE;
	if (!resolve_size(w->btf, m->type, &s)) {
		vlog_why(w->env, REASON_BTF_NO_MEMBER, "field %s doesn't have size\n", mname);
		w->reason = REASON_BTF_NO_MEMBER;
		return -EFAULT;
	}
	end = at + s.size;
	if (w->off >= end)
		return STEP_NEXT;
	type = s.t;
	size = s.size;
	if (btf_kind(type) == BTF_KIND_ARRAY) { /* its elements are as if they were members */
		size /= s.nelems;
		at += (w->off - at) / size * size;
		type = s.elem;
		s.id = s.elem_id;
	}
	if (btf_is_composite(type)) {
		*t = type;
		w->id = s.id;
		w->off -= at;
		return w->off ? STEP_INTO : WALK_STRUCT;
	}
	if (btf_kind(type) == BTF_KIND_PTR) {
		if (size == w->size && w->off == at) {
			w->field = mname;
			return walk_pointer(w, type);
		}
		vlog_why(w->env, REASON_BTF_MEMBER,
			 "cannot access ptr member %s with moff %u in struct %s with off %u size "
			 "%u\n",
			 mname, at, tname, w->off, w->size);
		return walk_fail(w, REASON_BTF_MEMBER);
	}
	if (w->off + w->size > end && !(w->flags & PTR_UNTRUSTED)) {
		vlog_why(w->env, REASON_BTF_MEMBER,
			 "access beyond the end of member %s (mend:%u) in struct %s with off %u "
			 "size "
			 "%u\n",
			 mname, end, tname, w->off, w->size);
		return walk_fail(w, REASON_BTF_MEMBER);
	}
	return WALK_SCALAR;
}

/* btf_struct_walk(): one struct and those in it that do not begin at the offset */
static int walk_struct(struct walk *w, uint32_t id)
{
	const struct btf_type *t = btf_type(w->btf, btf_resolve(w->btf, id));
	int found;

again:
	if (!btf_is_composite(t)) {
		vlog_why(w->env, REASON_BTF_NO_MEMBER, "Type '%s' is not a struct\n",
			 btf_log_name(w->btf, t->name_off));
		return walk_fail(w, REASON_BTF_NO_MEMBER);
	}
	/* Which member of a union is in use is not known, unless there is just one. */
	if (btf_kind(t) == BTF_KIND_UNION && btf_vlen(t) != 1)
		w->flags |= PTR_UNTRUSTED;
	if (++w->nested > NESTED_MAX)
		return beyond_struct(w, t);
	if (w->off + w->size > t->size) {
		found = walk_flex_array(w, &t);
		if (found != 1)
			return found;
		goto again;
	}
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		found = walk_member(w, &t, &btf_members(t)[i]);
		if (found == STEP_INTO)
			goto again;
		if (found == STEP_NONE)
			break;
		if (found != STEP_NEXT)
			return found;
	}
	vlog_why(w->env, REASON_BTF_NO_MEMBER, "struct %s doesn't have field at offset %d\n",
		 btf_log_name(w->btf, t->name_off), (int)w->off);
	return walk_fail(w, REASON_BTF_NO_MEMBER);
}

/* Special fields of objects that the program allocated are not for loads and stores. */
static int check_special_fields(struct env *env, const struct reg_state *reg, int off, int size)
{
	const struct btf_record *rec = reg_btf_record(env, reg);

	for (uint32_t i = 0; rec && i < rec->n; i++) {
		const struct btf_field *f = &rec->fields[i];

		if ((uint32_t)off < f->offset + f->size && f->offset < (uint32_t)(off + size))
			return reject(env, REASON_FIELD_ACCESS,
				      "direct access to %s is disallowed\n",
				      btf_field_name(f->type));
	}
	return 0;
}

int btf_struct_access(struct env *env, const struct reg_state *reg, int off, int size,
		      bool is_write __unused, uint32_t *next_btf_id, uint32_t *flags,
		      const char **field_name)
{
	bool is_alloc = reg->type & MEM_ALLOC;
	struct walk w = {
		.env = env,
		.btf = reg->btf,
		.off = (uint32_t)off,
		.size = (uint32_t)size,
		.flex = !is_alloc,
		.id = reg->btf_id,
	};
	int found = is_alloc ? check_special_fields(env, reg, off, size) : 0;

	if (found)
		return found;
	do {
		found = walk_struct(&w, w.id);
		w.off = found == WALK_STRUCT ? 0 : w.off;
	} while (found == WALK_STRUCT);
	if (found < 0)
		return refuse(env, w.reason, found, "%s", "");
	*flags = 0;
	if (found == WALK_PTR) {
		/* What a program's own struct holds is a number. */
		if (is_alloc)
			return WALK_SCALAR;
		*next_btf_id = w.id;
		*flags = w.flags;
		if (field_name)
			*field_name = w.field;
	} else if (found == WALK_PTR_UNTRUSTED) {
		*flags = MEM_RDONLY | PTR_UNTRUSTED;
	}
	return found;
}

bool btf_types_are_same(const struct btf *a, uint32_t a_id, const struct btf *b, uint32_t b_id)
{
	if (a_id != b_id)
		return false;
	return a == b || btf_type(a, a_id) == btf_type(b, b_id);
}

bool btf_struct_ids_match(struct env *env, const struct btf *btf, uint32_t id, int off,
			  const struct btf *need_btf, uint32_t need_id, bool strict)
{
	struct walk w = {
		.env = env,
		.btf = btf,
		.off = (uint32_t)off,
		.size = 1,
		.flex = btf_is_kernel(env, btf),
		.id = id,
	};

	if (!off && btf_types_are_same(btf, id, need_btf, need_id))
		return true;
	if (strict)
		return false;
	do {
		if (walk_struct(&w, w.id) != WALK_STRUCT)
			return false;
		w.off = 0;
	} while (!btf_types_are_same(btf, w.id, need_btf, need_id));
	return true;
}

/* ---- stores ---- */

/* Who lets programs store into kernel structs (btf_struct_access of struct bpf_verifier_ops) */
enum writer {
	WRITER_NOBODY,
	WRITER_TCP_CA,
	WRITER_QDISC,
	WRITER_NF_CONN,
	WRITER_SCHED_EXT,
	WRITER_HID,
	WRITER_DUMMY,
};

static enum writer writer_of(const struct env *env)
{
	static const struct {
		const char *ops;
		enum writer writer;
	} struct_ops[] = {
		{"tcp_congestion_ops", WRITER_TCP_CA}, {"Qdisc_ops", WRITER_QDISC},
		{"sched_ext_ops", WRITER_SCHED_EXT},   {"hid_bpf_ops", WRITER_HID},
		{"bpf_dummy_ops", WRITER_DUMMY},
	};
	const char *ops;

	switch (prog_type_of(env)) {
	case PROG_TYPE_SCHED_CLS:
	case PROG_TYPE_SCHED_ACT:
	case PROG_TYPE_XDP:
		return WRITER_NF_CONN;
	case PROG_TYPE_STRUCT_OPS:
		ops = env->attach.btf ? btf_name(env->attach.btf, env->attach.struct_ops_type) : "";
		for (size_t i = 0; i < ARRAY_SIZE(struct_ops); i++)
			if (strcmp(ops, struct_ops[i].ops) == 0)
				return struct_ops[i].writer;
		return WRITER_NOBODY;
	default:
		return WRITER_NOBODY;
	}
}

/* A member by its name, inside of unnamed structs and unions too: adds its offset. */
static bool find_member(const struct btf *btf, uint32_t *id, const char *name, size_t len,
			uint32_t *off, int depth)
{
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, *id));

	if (!btf_is_composite(t) || depth > BTF_DEPTH_LIMIT)
		return false;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *member = btf_str(btf, m->name_off);
		uint32_t in = m->type, at = *off + btf_member_bit(t, m) / 8;
		bool found = *member ? strncmp(member, name, len) == 0 && !member[len]
				     : find_member(btf, &in, name, len, &at, depth + 1);

		if (found) {
			*id = in;
			*off = at;
			return true;
		}
	}
	return false;
}

/* "a.b" in struct name; "a:s.b" goes on in struct s, which is kept in a's bytes. */
static bool find_path(const struct btf *btf, const char *name, const char *path, uint32_t *start,
		      uint32_t *end)
{
	uint32_t id = btf_find(btf, name, BTF_KIND_STRUCT), off = 0;

	while (id && *path) {
		size_t len = strcspn(path, ".:");

		if (!find_member(btf, &id, path, len, &off, 0))
			return false;
		path += len;
		if (*path == ':') {
			char other[64];

			len = strcspn(++path, ".");
			snprintf(other, sizeof(other), "%.*s", (int)len, path);
			id = btf_find(btf, other, BTF_KIND_STRUCT);
			path += len;
		}
		path += *path == '.';
	}
	*start = off;
	*end = off + (id ? (uint32_t)max(btf_size(btf, id), (int64_t)0) : 0);
	return id;
}

enum write_where { AT_START, INSIDE, STRING };
struct writable {
	enum writer writer;
	const char *type, *base, *member;
	enum write_where where;
};
static const struct writable writables[] = {
#define WRITABLE(writer, type, base, member, where) {WRITER_##writer, type, base, member, where},
#include "core/obj/ctx/writes.def"
};

static int refuse_write(struct env *env, enum writer writer, const struct btf_type *t, bool known,
			const char *name, int off, int size, uint32_t end)
{
	switch (writer) {
	case WRITER_SCHED_EXT:
		return reject(env, REASON_BTF_WRITE, "%s", "");
	case WRITER_HID:
		if (!known)
			return reject(env, REASON_BTF_WRITE,
				      "write access to this struct is not supported\n");
		if ((uint32_t)(off + size) > t->size)
			return reject(env, REASON_BTF_WRITE,
				      "write access for struct %s at off %d with size %d\n", name,
				      off, size);
		return reject(env, REASON_BTF_WRITE,
			      "write access at off %d with size %d on read-only part of %s\n", off,
			      size, name);
	case WRITER_DUMMY:
		if (!known)
			return reject(env, REASON_BTF_WRITE,
				      "only access to bpf_dummy_ops_state is supported\n");
		return reject(env, REASON_BTF_WRITE, "write access at off %d with size %d\n", off,
			      size);
	default:
		if (!known)
			return reject(env, REASON_BTF_WRITE, "only read is supported\n");
		if (!end)
			return reject(env, REASON_BTF_WRITE, "no write support to %s at off %d\n",
				      name, off);
		return reject(env, REASON_BTF_WRITE,
			      "write access at off %d with size %d beyond the member of %s ended "
			      "at %u\n",
			      off, size, name, end);
	}
}

/* A store into a kernel struct, judged by whom the program works for */
static int check_btf_write(struct env *env, enum writer writer, const struct reg_state *reg,
			   int off, int size)
{
	const struct btf_type *t = btf_type(reg->btf, reg->btf_id);
	const char *name = btf_str(reg->btf, t->name_off);
	uint32_t start, end, beyond = 0;
	bool known = false;

	if (!btf_is_kernel(env, reg->btf))
		return reject_bug(env, "reg->btf must be kernel btf");
	/* Connection tracking is not there: nobody is asked. */
	if (writer == WRITER_NF_CONN && !btf_find(reg->btf, "nf_conn", BTF_KIND_STRUCT))
		return reject(env, REASON_BTF_WRITE, "%s", "");
	for (size_t i = 0; i < ARRAY_SIZE(writables); i++) {
		const struct writable *w = &writables[i];

		if (w->writer != writer || strcmp(w->type, name) != 0)
			continue;
		known = true;
		if (!find_path(reg->btf, w->base, w->member, &start, &end))
			continue;
		end -= w->where == STRING;
		if (w->where == AT_START ? (uint32_t)off != start
					 : (uint32_t)off < start || (uint32_t)off >= end)
			continue;
		if ((uint32_t)(off + size) <= end)
			return 0;
		beyond = end;
	}
	return refuse_write(env, writer, t, known, writer == WRITER_NF_CONN ? "nf_conn" : name, off,
			    size, beyond);
}

/* ---- trust ---- */

/*
 * Members that are as good as the pointer they were read through: those of struct NAMEsuffix in the
 * kernel's BTF (btf_nested_type_is_trusted()).
 */
static bool is_listed(const struct reg_state *reg, const char *field, uint32_t btf_id,
		      const char *suffix)
{
	const struct btf_type *t = btf_type(reg->btf, reg->btf_id), *safe;
	char name[64];
	int n = snprintf(name, sizeof(name), "%s%s", btf_str(reg->btf, t->name_off), suffix);

	if (n >= (int)sizeof(name))
		return false;
	safe = btf_type(reg->btf, btf_find(reg->btf, name, btf_kind(t)));
	for (uint32_t i = 0; i < btf_vlen(safe); i++) {
		const struct btf_member *m = &btf_members(safe)[i];
		const struct btf_type *ptr = btf_type(reg->btf, m->type);

		if (btf_kind(ptr) == BTF_KIND_PTR && btf_resolve(reg->btf, ptr->type) == btf_id &&
		    strcmp(btf_str(reg->btf, m->name_off), field) == 0)
			return true;
	}
	return false;
}

enum { TRUST_FLAGS = MEM_ALLOC | PTR_TRUSTED | NON_OWN_REF | MEM_RCU };

/* Flags of a pointer to btf_id that was read from reg's struct, where its tags say flags. */
static uint32_t loaded_flags(struct env *env, const struct reg_state *reg, const char *field,
			     uint32_t btf_id, uint32_t flags)
{
	if (reg->type & PTR_UNTRUSTED)
		return PTR_UNTRUSTED;
	/* Pointers without a flag are of old: helpers take them. */
	if (!reg_is_trusted(env, reg) && !reg_is_rcu(reg))
		return flags & ~TRUST_FLAGS;
	if (is_listed(reg, field, btf_id, "__safe_trusted"))
		return flags | PTR_TRUSTED;
	if (is_listed(reg, field, btf_id, "__safe_trusted_or_null"))
		return flags | PTR_TRUSTED | PTR_MAYBE_NULL;
	if (!in_rcu_cs(env) || type_may_be_null(reg->type))
		return PTR_UNTRUSTED;
	if (is_listed(reg, field, btf_id, "__safe_rcu"))
		return flags | MEM_RCU;
	if (is_listed(reg, field, btf_id, "__safe_rcu_or_null"))
		return (flags | MEM_RCU | PTR_MAYBE_NULL) & ~PTR_UNTRUSTED;
	if (flags & MEM_RCU)
		return flags | PTR_MAYBE_NULL;
	return flags & (MEM_PERCPU | MEM_USER) ? flags : flags & ~TRUST_FLAGS;
}

/* ---- accesses ---- */

static const uint32_t walk_types[] = {
	[WALK_SCALAR] = T_SCALAR,
	[WALK_PTR] = T_BTF_ID,
	[WALK_STRUCT] = T_SCALAR, /* never */
	[WALK_PTR_UNTRUSTED] = T_MEM,
};

static int check_btf_priv(struct env *env, const char *name)
{
	if (env->allow_ptr_leaks)
		return 0;
	return reject(env, REASON_BTF_PRIV,
		      "'struct %s' access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN\n",
		      name);
}

/* The pointer itself, before what it points to */
static int check_btf_ptr(struct env *env, const struct reg_state *reg, uint32_t regno, int off,
			 bool is_write)
{
	const char *name = btf_name(reg->btf, reg->btf_id);
	int err = check_btf_priv(env, name);

	if (err)
		return err;
	if (!env->job->gpl && btf_is_kernel(env, reg->btf))
		return reject(env, REASON_BTF_GPL,
			      "Cannot access kernel 'struct %s' from non-GPL compatible program\n",
			      name);
	if (off < 0)
		return reject(env, REASON_BTF_OFFSET,
			      "R%u is ptr_%s invalid negative access: off=%d\n", regno, name, off);
	if (!tnum_is_const(reg->var_off) || reg->var_off.value)
		return reject(env, REASON_BTF_OFFSET,
			      "R%u is ptr_%s invalid variable offset: off=%d, var_off=%s\n", regno,
			      name, off, tnum_str(env, reg->var_off));
	if (reg->type & MEM_USER)
		return reject(env, REASON_BTF_ADDRESS_SPACE,
			      "R%u is ptr_%s access user memory: off=%d\n", regno, name, off);
	if (reg->type & MEM_PERCPU)
		return reject(env, REASON_BTF_ADDRESS_SPACE,
			      "R%u is ptr_%s access percpu memory: off=%d\n", regno, name, off);
	if (is_write && reg->type & PTR_UNTRUSTED)
		return reject(env, REASON_BTF_WRITE, "only read is supported\n");
	return 0;
}

int check_btf_access(struct env *env, struct reg_state *regs, uint32_t regno, int off, int size,
		     bool is_write, int value_regno)
{
	struct reg_state *reg = &regs[regno];
	bool is_alloc = reg->type & MEM_ALLOC;
	enum writer writer = is_write && !is_alloc ? writer_of(env) : WRITER_NOBODY;
	const struct btf *btf = reg->btf;
	const char *field = "";
	uint32_t flags = 0, btf_id = 0;
	int found = check_btf_ptr(env, reg, regno, off, is_write);

	if (found)
		return found;
	if (writer)
		return check_btf_write(env, writer, reg, off, size);
	/* Objects of the program's own are for writing. */
	if (is_write && !type_is_ptr_alloc_obj(reg->type))
		return reject(env, REASON_BTF_WRITE, "only read is supported\n");
	if (is_alloc && !type_is_non_owning_ref(reg->type) && !(reg->type & MEM_RCU) &&
	    !reg->ref_obj_id)
		return reject_bug(env, "ref_obj_id for allocated object must be non-zero");
	found = btf_struct_access(env, reg, off, size, is_write, &btf_id, &flags, &field);
	if (found < 0 || is_write || value_regno < 0)
		return min(found, 0);
	if (found == WALK_PTR)
		flags = loaded_flags(env, reg, field, btf_id, flags);
	mark_reg_btf_ptr(env, &regs[value_regno], walk_types[found], btf, btf_id, flags);
	return 0;
}

/* What is read is laid out by the types that it is read by. */
static void show_maps(struct env *env, const struct btf *kernel)
{
	for (uint32_t i = 0; i < env->nmaps; i++)
		map_view_show(env->maps[i].map, kernel);
}

int check_map_ptr_access(struct env *env, struct reg_state *regs, uint32_t regno, int off, int size,
			 bool is_write, int value_regno)
{
	const struct btf *kernel = kernel_btf(env);
	uint32_t type = regs[regno].map->ops->type, flags = 0, btf_id = 0;
	const char *name = map_struct(type), *field;
	struct reg_state as = {.type = T_BTF_ID};
	int found;

	if (!kernel)
		return reject(env, REASON_BTF_NO_MAP,
			      "map_ptr access not supported without CONFIG_DEBUG_INFO_BTF\n");
	as.btf = kernel;
	as.btf_id = name ? btf_find(kernel, name, BTF_KIND_STRUCT) : 0;
	if (!as.btf_id)
		return reject(env, REASON_BTF_NO_MAP,
			      "map_ptr access not supported for map type %u\n", type);
	found = check_btf_priv(env, name);
	if (found)
		return found;
	if (off < 0)
		return reject(env, REASON_BTF_OFFSET, "R%u is %s invalid negative access: off=%d\n",
			      regno, name, off);
	if (is_write)
		return reject(env, REASON_BTF_WRITE, "only read from %s is supported\n", name);
	found = btf_struct_access(env, &as, off, size, is_write, &btf_id, &flags, &field);
	if (found < 0)
		return found;
	show_maps(env, kernel);
	if (off + size > MAP_VIEW_SIZE)
		warn_hole(env, WARNING_MAP_BEHIND);
	if (value_regno >= 0)
		mark_reg_btf_ptr(env, &regs[value_regno], walk_types[found], kernel, btf_id, flags);
	return 0;
}
