/* The public face: rooms behind ebpf.h's few functions. */
#include "core/ebpf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "core/load/load.h"
#include "core/vm.h"
#include "disasm/disasm.h"
#include "maps/maps.h"

struct ebpf_object {
	struct object *obj;
};

struct ebpf_vm {
	struct image *image;
	struct vm vm;
};

static void keep_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	static const char *const names[] = {"error", "warning", "note"};
	struct strbuf *b = d->sink_arg;

	if (loc && loc->file)
		strbuf_add(b, loc->file);
	if (loc && loc->file && loc->line)
		strbuf_addf(b, ":%u", loc->line);
	if (loc && loc->file && loc->line && loc->col)
		strbuf_addf(b, ":%u", loc->col);
	strbuf_addf(b, "%s%s: %s\n", b->len && b->s[b->len - 1] != '\n' ? ": " : "", names[sev],
		    msg);
}

/* A diag that collects; hand_over() gives what it collected to the caller. */
#define COLLECT(d, b)                                                                              \
	struct strbuf b = {0};                                                                     \
	struct diag d = {.sink = keep_message, .sink_arg = &(b)}

static int hand_over(struct strbuf *b, char **messages, int err)
{
	if (messages)
		*messages = b->s;
	else
		strbuf_free(b);
	return err;
}

static struct ebpf_object *wrap(struct object *obj)
{
	struct ebpf_object *o = xcalloc(1, sizeof(*o));

	o->obj = obj;
	return o;
}

int ebpf_assemble(const char *text, const char *path, struct ebpf_object **out, char **messages)
{
	struct asm_options opts = {.path = path};
	struct object *obj = NULL;
	COLLECT(d, b);
	int err = asm_source(&opts, text, strlen(text), &d, &obj);

	*out = err ? NULL : wrap(obj);
	return hand_over(&b, messages, err);
}

int ebpf_open(const void *elf, size_t size, const char *path, struct ebpf_object **out,
	      char **messages)
{
	struct object *obj = xcalloc(1, sizeof(*obj));
	COLLECT(d, b);
	int err = load_elf_bytes((struct bytes){elf, size}, path, &d, obj);

	*out = wrap(obj);
	if (err) {
		ebpf_object_free(*out);
		*out = NULL;
	}
	return hand_over(&b, messages, err);
}

int ebpf_disassemble(const struct ebpf_object *o, char **text, char **messages)
{
	struct dis_options opts = {0};
	struct strbuf t = {0};
	COLLECT(d, b);
	int err = disasm_object(o->obj, &opts, &d, &t);

	if (err)
		strbuf_free(&t);
	*text = err ? NULL : t.s;
	return hand_over(&b, messages, err);
}

int ebpf_write(const struct ebpf_object *o, void **elf, size_t *size, char **messages)
{
	struct strbuf t = {0};
	COLLECT(d, b);
	int err = asm_write_elf(o->obj, &t, &d);

	if (err)
		strbuf_free(&t);
	*elf = err ? NULL : t.s;
	*size = err ? 0 : t.len;
	return hand_over(&b, messages, err);
}

void ebpf_object_free(struct ebpf_object *o)
{
	if (!o)
		return;
	object_free(o->obj);
	free(o->obj);
	free(o);
}

int ebpf_load(const struct ebpf_object *o, const char *prog, struct ebpf_vm **out, char **messages)
{
	struct load_options opts = {0};
	struct ebpf_vm *v = xcalloc(1, sizeof(*v));
	COLLECT(d, b);
	int err = load_image(o->obj, &opts, &d, &v->image);

	if (!err)
		err = vm_open(&v->vm, v->image, &d);
	if (!err)
		err = vm_select(&v->vm, prog, &d);
	if (err) {
		ebpf_vm_free(v);
		v = NULL;
	}
	*out = v;
	return hand_over(&b, messages, err);
}

int ebpf_run(struct ebpf_vm *v, void *data, size_t size, uint64_t *r0, char **messages)
{
	uint64_t ns;
	COLLECT(d, b);
	int err;

	v->vm.rc.budget = VM_BUDGET;
	if (v->vm.type) {
		struct capture_packet pkt = {
			.data = data, .len = (uint32_t)size, .wire_len = (uint32_t)size};

		err = size > PACKET_MAX ? fail(&d, NULL, -E2BIG, "packet of %zu bytes", size)
					: vm_run_packet(&v->vm, &pkt, r0, &ns);
	} else {
		err = vm_run_memory(&v->vm, data, size, r0, &ns);
	}
	if (v->vm.rc.fault.kind)
		run_fault_text(&v->vm.rc, &b);
	return hand_over(&b, messages, err);
}

static struct map *find_map(struct ebpf_vm *v, const char *name)
{
	for (uint32_t i = 0; i < v->image->nmaps; i++)
		if (strcmp(v->image->maps[i].name, name) == 0)
			return v->vm.maps[i];
	return NULL;
}

int ebpf_map_lookup(struct ebpf_vm *v, const char *name, const void *key, void *value)
{
	struct map *map = find_map(v, name);

	return map ? map_lookup(map, key, value) : -ENOENT;
}

int ebpf_map_update(struct ebpf_vm *v, const char *name, const void *key, const void *value)
{
	struct map *map = find_map(v, name);

	return map ? map_update(map, key, value, UPDATE_ANY) : -ENOENT;
}

int ebpf_map_delete(struct ebpf_vm *v, const char *name, const void *key)
{
	struct map *map = find_map(v, name);

	return map ? map_delete(map, key) : -ENOENT;
}

void ebpf_vm_free(struct ebpf_vm *v)
{
	if (!v)
		return;
	if (v->vm.image)
		vm_close(&v->vm);
	if (v->image)
		image_free(v->image);
	free(v);
}
