/* What a program that is run by hand is given: the struct that it says its argument is. */
#include <errno.h>

#include "core/run/scene.h"

int scene_argument(struct scene *s, const struct notes *n, const struct scene_program *prog)
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
