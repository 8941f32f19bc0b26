/* Maps and their elements from JSON, as ebpf map dump and ebpf get write them. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/json.h"
#include "cmd/map.h"
#include "core/btf/print.h"
#include "core/btf/scan.h"
#include "core/obj/prog_type.h"

/* A file that is not there is no negative answer about the map. */
static int read_json(struct objects *o, const char *file, struct json_doc *doc)
{
	int err = json_read(file, &o->arena, o->d, doc);

	return err == -ENOENT ? -EIO : err;
}

struct element {
	const struct json_node *node;
	uint8_t *key, *value;
};

struct elements {
	struct json_doc doc;
	struct objects *o;
	struct target t;
	VEC(struct element) v;
};

/* A message about a value's text, told as one about the file. */
struct told {
	const struct json_doc *doc;
	const struct json_node *node;
};

static void tell(struct diag *d, enum severity sev __unused, const struct loc *loc,
		 const char *msg)
{
	const struct told *told = d->sink_arg;
	const char *at = told->node->at, *end;

	for (uint32_t line = 1; loc && line < loc->line && (end = strchr(at, '\n')); line++)
		at = end + 1;
	json_fail(told->doc, at + (loc && loc->col ? loc->col - 1 : 0), -EINVAL, "%s", msg);
}

/* Two hex digits a byte, a value of the type, or a number in the machine's order. */
static int read_data(struct elements *e, const struct json_node *n, uint32_t type, uint32_t size,
		     uint8_t *out)
{
	struct told told = {&e->doc, n};
	struct diag d = {.sink = tell, .sink_arg = &told};
	uint64_t number;
	int err;

	if (n->kind == JSON_STRING && scan_hex(n->str, strlen(n->str), out, size) == 0)
		return 0;
	if (e->t.btf && type)
		return btf_scan_value(e->t.btf, type, arena_strndup(&e->o->arena, n->at, n->len),
				      "value", &d, out, size);
	if (n->kind != JSON_WORD || size > sizeof(number))
		return json_fail(&e->doc, n->at, -EINVAL,
				 "expected the hex digits of %u byte%s%s", size,
				 size == 1 ? "" : "s",
				 size > sizeof(number) ? "" : ", or a number");
	err = json_number(&e->doc, n, size < 8 ? (1ull << 8 * size) - 1 : UINT64_MAX, &number);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(out, &number, err ? 0 : size);
#else
	memcpy(out, (uint8_t *)&number + sizeof(number) - size, err ? 0 : size);
#endif
	return err;
}

/* Values of all cpus: one for each in a list, all their bytes, or one that is everybody's. */
static int read_percpu(struct elements *e, const struct json_node *n, uint8_t *out)
{
	uint32_t stride = map_value_stride(e->t.map), ncpus = e->t.map->ncpus, cpu = 0;
	const struct sys_map_info *info = &e->t.info;
	int err = 0;

	if (n->kind == JSON_LIST && n->name && strcmp(n->name, "values") == 0) {
		for (n = n->first; n && !err && cpu < ncpus; n = n->next, cpu++)
			err = read_data(e, n, info->btf_value_type_id, info->value_size,
					out + (size_t)cpu * stride);
		if (!err && n)
			err = json_fail(&e->doc, n->at, -EINVAL, "the map has values of %u cpu%s",
					ncpus, ncpus == 1 ? "" : "s");
		return err;
	}
	if (n->kind == JSON_STRING &&
	    scan_hex(n->str, strlen(n->str), out, e->t.value_size) == 0)
		return 0;
	err = read_data(e, n, info->btf_value_type_id, info->value_size, out);
	for (cpu = 1; !err && cpu < ncpus; cpu++)
		memcpy(out + (size_t)cpu * stride, out, stride);
	return err;
}

/* Maps of objects show ids, and take descriptors, which stay open until the process ends. */
static int read_held(struct elements *e, const struct json_node *n, uint8_t *out)
{
	bool is_prog = e->t.info.type == MAP_TYPE_PROG_ARRAY;
	uint32_t id;
	int fd, err = read_data(e, n, 0, sizeof(id), out);

	if (err)
		return err;
	memcpy(&id, out, sizeof(id));
	fd = open_id(e->o, is_prog ? SYS_PROG_GET_FD_BY_ID : SYS_MAP_GET_FD_BY_ID, id);
	if (fd < 0)
		return json_fail(&e->doc, n->at, fd, "no such %s", is_prog ? "program" : "map");
	memcpy(out, &fd, sizeof(fd));
	return 0;
}

static bool holds_objects(const struct target *t)
{
	return t->info.type == MAP_TYPE_PROG_ARRAY || t->info.type == MAP_TYPE_ARRAY_OF_MAPS ||
	       t->info.type == MAP_TYPE_HASH_OF_MAPS;
}

/* The bytes are what counts; what "formatted" says serves where they were left out. */
static const struct json_node *part(const struct json_node *n, const char *name)
{
	const struct json_node *at = json_member(n, name), *formatted;

	formatted = at ? NULL : json_member(n, "formatted");
	return formatted ? json_member(formatted, name) : at;
}

static int read_element(struct elements *e, const struct json_node *n)
{
	const struct json_node *key = part(n, "key"), *value = part(n, "value");
	const struct sys_map_info *info = &e->t.info;
	struct element *el = vec_add(&e->v);
	int err = 0;

	*el = (struct element){n, arena_alloc(&e->o->arena, info->key_size + 1),
			       arena_alloc(&e->o->arena, e->t.value_size + 1)};
	if (!value)
		value = part(n, "values");
	if (n->kind != JSON_OBJECT)
		return json_fail(&e->doc, n->at, -EINVAL, "expected an element, {\"key\": ...}");
	if (info->key_size && !key)
		return json_fail(&e->doc, n->at, -EINVAL, "the element has no key");
	if (!value)
		return json_fail(&e->doc, n->at, -EINVAL, "the element has no value");
	if (info->key_size)
		err = read_data(e, key, info->btf_key_type_id, info->key_size, el->key);
	if (err)
		return err;
	if (holds_objects(&e->t))
		return read_held(e, value, el->value);
	if (e->t.map->ops->percpu)
		return read_percpu(e, value, el->value);
	return read_data(e, value, info->btf_value_type_id, info->value_size, el->value);
}

static int read_elements(struct elements *e)
{
	const struct json_node *list = e->doc.root;
	int err = 0;

	if (list->kind == JSON_OBJECT)
		list = json_member(list, "elements");
	if (!list || list->kind != JSON_LIST)
		return json_fail(&e->doc, e->doc.root->at, -EINVAL,
				 "expected a list of elements, or {\"elements\": [...]}");
	for (const struct json_node *n = list->first; n && !err; n = n->next)
		err = read_element(e, n);
	return err;
}

int map_update_from(struct objects *o, const char *file)
{
	struct elements e = {.o = o};
	uint64_t flags;
	int err = target_begin(o, &e.t);

	if (err)
		return err;
	flags = next_is(o, "noexist") ? UPDATE_NOEXIST : next_is(o, "exist") ? UPDATE_EXIST : 0;
	if (!flags)
		next_is(o, "any");
	need_end(o);
	err = read_json(o, file, &e.doc);
	if (!err)
		err = read_elements(&e);
	for (size_t i = 0; i < e.v.n && !err; i++) {
		union sys_attr attr;

		e.t.key = e.v.v[i].key;
		e.t.value = e.v.v[i].value;
		attr = target_elem(&e.t);
		attr.flags = flags;
		err = (int)sys_bpf(o->sys, SYS_MAP_UPDATE_ELEM, &attr, sizeof(attr));
		if (err)
			json_fail(&e.doc, e.v.v[i].node->at, err, "%s: %s", e.t.name,
				  change_why(o, SYS_MAP_UPDATE_ELEM, &e.t, err));
	}
	vec_free(&e.v);
	close(e.t.fd);
	return err;
}

/* Specifications */

static int read_type(const struct json_doc *doc, const struct json_node *spec,
		     union sys_attr *attr)
{
	const struct json_node *n = json_member(spec, "type");
	const char *near;
	int type;

	if (!n || n->kind != JSON_STRING)
		return json_fail(doc, n ? n->at : spec->at, -EINVAL,
				 "expected a map's description, with its type");
	type = map_type_by_name(n->str, &near);
	if (type < 0)
		return json_fail(doc, n->at, -EINVAL, "unknown map type '%s'", n->str);
	attr->map_type = (uint32_t)type;
	return 0;
}

/* What is left out is 0. */
static int read_dimensions(const struct json_doc *doc, const struct json_node *spec,
			   union sys_attr *attr)
{
	const struct {
		const char *name;
		uint32_t *to;
	} numbers[] = {
		{"bytes_key", &attr->key_size},
		{"bytes_value", &attr->value_size},
		{"max_entries", &attr->max_entries},
		{"flags", &attr->map_flags},
	};
	const struct json_node *n;
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(numbers) && !err; i++) {
		uint64_t number = 0;

		n = json_member(spec, numbers[i].name);
		err = n ? json_number(doc, n, UINT32_MAX, &number) : 0;
		*numbers[i].to = (uint32_t)number;
	}
	n = err ? NULL : json_member(spec, "map_extra");
	if (n) {
		uint64_t extra = 0;

		err = json_number(doc, n, UINT64_MAX, &extra);
		attr->map_extra = extra;
	}
	n = err ? NULL : json_member(spec, "name");
	if (n && (n->kind != JSON_STRING || strlen(n->str) >= SYS_NAME_LEN))
		return json_fail(doc, n->at, -EINVAL, "expected a name of at most %d characters",
				 SYS_NAME_LEN - 1);
	if (n)
		memcpy(attr->map_name, n->str, strlen(n->str));
	return err;
}

/* The type that a declaration without a name is of; 0: none. */
static uint32_t type_called(const struct btf *btf, const char *name)
{
	struct strbuf b = {0};
	uint32_t id;

	for (id = 1; id < btf->nids; id++) {
		strbuf_reset(&b);
		btf_print_decl(&b, btf, id, NULL);
		if (strcmp(strbuf_str(&b), name) == 0)
			break;
	}
	strbuf_free(&b);
	return id < btf->nids ? id : 0;
}

/* A type by its number, or by its name where there is none. */
static int read_type_id(const struct json_doc *doc, const struct json_node *spec,
			const struct btf *btf, const char *number, const char *name, uint32_t *out)
{
	const struct json_node *n = json_member(spec, number);
	uint64_t id = 0;
	int err;

	if (n) {
		err = json_number(doc, n, UINT32_MAX, &id);
		*out = (uint32_t)id;
		return err;
	}
	n = json_member(spec, name);
	if (!n)
		return 0;
	*out = n->kind == JSON_STRING ? type_called(btf, n->str) : 0;
	return *out ? 0 : json_fail(doc, n->at, -EINVAL, "the btf has no such type");
}

/* The types travel as the bytes of their BTF. */
static int read_types(struct objects *o, const struct json_doc *doc, const struct json_node *spec,
		      union sys_attr *attr)
{
	const struct json_node *n = json_member(spec, "btf");
	union sys_attr load = {0};
	struct btf *btf = NULL;
	uint8_t *data;
	int fd, err;

	if (!n)
		return json_member(spec, "btf_value_type_id") || json_member(spec, "value_type")
			       ? json_fail(doc, spec->at, -EINVAL,
					   "a value's type without the btf that has it")
			       : 0;
	data = arena_alloc(&o->arena, n->len / 2 + 1);
	if (n->kind != JSON_STRING || scan_hex(n->str, strlen(n->str), data, strlen(n->str) / 2))
		return json_fail(doc, n->at, -EINVAL, "expected the hex digits of a BTF");
	load.btf = (uintptr_t)data;
	load.btf_size = (uint32_t)(strlen(n->str) / 2);
	fd = (int)sys_bpf(o->sys, SYS_BTF_LOAD, &load, sizeof(load));
	if (fd < 0)
		return json_fail(doc, n->at, fd, "%s",
				 *sys_why(o->sys) ? sys_why(o->sys) : strerror(-fd));
	attr->btf_fd = (uint32_t)fd;
	err = btf_parse(data, load.btf_size, NULL, "btf", o->d, &btf);
	if (!err)
		err = read_type_id(doc, spec, btf, "btf_key_type_id", "key_type",
				   &attr->btf_key_type_id);
	if (!err)
		err = read_type_id(doc, spec, btf, "btf_value_type_id", "value_type",
				   &attr->btf_value_type_id);
	btf_free(btf);
	return err;
}

/* Makes what a description says: its descriptor, or -errno, said. */
static int make_from(struct objects *o, const struct json_doc *doc, const struct json_node *spec)
{
	const struct json_node *inner = json_member(spec, "inner");
	union sys_attr attr = {0};
	int fd = -1, inner_fd = -1, err;

	err = read_type(doc, spec, &attr);
	if (!err)
		err = read_dimensions(doc, spec, &attr);
	if (!err)
		err = read_types(o, doc, spec, &attr);
	if (!err && inner) {
		inner_fd = make_from(o, doc, inner);
		err = min(inner_fd, 0);
		attr.inner_map_fd = (uint32_t)inner_fd;
	}
	if (!err) {
		fd = (int)sys_bpf(o->sys, SYS_MAP_CREATE, &attr, sizeof(attr));
		err = fd < 0 ? json_fail(doc, spec->at, fd, "%s",
					 *sys_why(o->sys) ? sys_why(o->sys) : strerror(-fd))
			     : 0;
	}
	if (attr.btf_fd)
		close((int)attr.btf_fd);
	if (inner_fd >= 0)
		close(inner_fd);
	return err ? err : fd;
}

int map_create_from(struct objects *o, const char *file, const char *path)
{
	struct json_doc doc;
	int fd, err;

	need_end(o);
	err = read_json(o, file, &doc);
	if (err)
		return err;
	fd = make_from(o, &doc, doc.root);
	if (fd < 0)
		return fd;
	err = pin_object(o, fd, path);
	close(fd);
	return err;
}
