/* Contexts of uapi structs by their fields, and what programs are given as memory. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/ctx.h"
#include "core/obj/prog_type.h"
#include "core/run/scene.h"

/* name, name[2]: a field of a struct, or a unit of it. */
static const struct ctx_field *find_field(const struct ctx_type *type, const char *key,
					  uint32_t *unit)
{
	const char *bracket = strchr(key, '[');
	size_t len = bracket ? (size_t)(bracket - key) : strlen(key);
	char *end = NULL;

	*unit = bracket ? (uint32_t)strtoul(bracket + 1, &end, 10) : 0;
	for (uint32_t i = 0; i < type->nfields; i++) {
		const struct ctx_field *f = &type->fields[i];

		if (strncmp(f->name, key, len) != 0 || f->name[len])
			continue;
		if (bracket && (*end != ']' || end[1] || *unit >= f->size / f->unit))
			return NULL;
		return f;
	}
	return NULL;
}

/* An address in network order, as the fields of addresses have it. */
static bool as_address(const char *text, uint8_t *out, uint32_t size)
{
	return (size == 4 && inet_pton(AF_INET, text, out) == 1) ||
	       (size == 16 && inet_pton(AF_INET6, text, out) == 1);
}

static int set_field(struct scene *s, const struct note *note, const struct ctx_field *f,
		     uint32_t unit, uint8_t *host, struct diag *d)
{
	uint64_t v = 0;
	int err;

	host += f->off + unit * f->unit;
	if (as_address(note->value, host, f->size - unit * f->unit))
		return 0;
	err = scene_word(s, note, 0, d, &v);
	if (err)
		return err;
	if (f->unit < sizeof(v) && v >> (8 * f->unit) && ~v >> (8 * f->unit - 1))
		return fail(d, &note->loc, -EINVAL, "%s has %u bits", note->key, 8u * f->unit);
	memcpy(host, &v, f->unit);
	return 0;
}

/* sk.family: a struct that a field points to. */
static int set_behind(struct scene *s, const struct note *note, const struct ctx_type *type,
		      struct diag *d)
{
	const char *dot = strchr(note->key, '.');
	char *name = arena_strndup(&s->arena, note->key, (size_t)(dot - note->key));
	uint32_t unit;
	const struct ctx_field *f = find_field(type, name, &unit), *in;
	struct note inner = *note;
	uint64_t addr;

	if (!f || f->unit != sizeof(addr) || f->gives < CTX_GIVES_SOCK ||
	    f->gives > CTX_GIVES_SOCK_COMMON_OR_NULL)
		return fail(d, &note->loc, -EINVAL, "struct %s has no field '%s' that leads on",
			    type->name, name);
	inner.key = dot + 1;
	in = find_field(&ctx_bpf_sock, inner.key, &unit);
	if (!in)
		return fail(d, &note->loc, -EINVAL, "struct bpf_sock has no field '%s'", dot + 1);
	memcpy(&addr, (uint8_t *)s->ctx + f->off, sizeof(addr));
	if (!addr)
		addr = (uintptr_t)space_object(&s->space, ctx_bpf_sock.size);
	memcpy((uint8_t *)s->ctx + f->off, &addr, sizeof(addr));
	return set_field(s, &inner, in, unit, (uint8_t *)(uintptr_t)addr, d);
}

static int set_by_name(struct scene *s, const struct note *note, const struct ctx_type *type,
		       struct diag *d)
{
	uint32_t unit;
	const struct ctx_field *f = find_field(type, note->key, &unit);

	if (f)
		return set_field(s, note, f, unit, s->ctx, d);
	if (strchr(note->key, '.'))
		return set_behind(s, note, type, d);
	return fail(d, &note->loc, -EINVAL, "struct %s has no field '%s'", type->name, note->key);
}

/* What a program that is run by hand is given: bytes, or the type that it declares. */
static int plain_context(struct scene *s, const struct notes *n, const struct scene_program *prog)
{
	int64_t size = prog->own_ctx ? btf_size(prog->own, prog->own_ctx) : 0;
	const struct btf *kernel = s->btf;
	size_t objects = s->objects.n;
	int err = 0;

	scene_context(s, size > 0 ? (uint64_t)size : 0);
	vec_each(&n->v, note) {
		struct note init = *note;

		if (err || note->section != NOTE_CTX)
			continue;
		if (size <= 0)
			return fail(n->d, &note->loc, -EINVAL,
				    "program %s does not say what its argument is; --ctx hex:BYTES "
				    "gives it memory",
				    prog->name);
		init.value = arena_printf(&s->arena, "{%s=%s}", note->key, note->value);
		init.loc.text = NULL;
		s->btf = prog->own;
		err = scene_init(s, &init, prog->own_ctx, s->ctx, (size_t)size, n->d);
		s->btf = kernel;
	}
	/* They are of the object's types, and lead to nothing that is not said. */
	s->objects.n = objects;
	return err;
}

int scene_fields(struct scene *s, const struct notes *n, const struct scene_program *prog)
{
	struct ctx_view view = ctx_view_of(prog->type, prog->attach_type);
	int err = 0;

	if (!view.type || !*view.type->name)
		return plain_context(s, n, prog);
	scene_context(s, view.type->size);
	vec_each(&n->v, note)
		if (!err && note->section == NOTE_CTX)
			err = set_by_name(s, note, view.type, n->d);
	return err;
}
