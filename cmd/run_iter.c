/*
 * What iterators go over (kernel/bpf/bpf_iter.c): the object's maps, or the elements of one of
 * them, each a run, and one more with nothing, for what a program writes last.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run_scene.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "maps/maps.h"

struct walk {
	struct scene_source source; /* first: scene_close() frees both */
	struct map *map;	    /* whose elements come, or that came last; NULL: none */
	uint32_t index;		    /* of maps: that of the next one */
	uint32_t nruns;
	uint8_t *key, *next, *copy; /* of elements; copy holds what has a value for each cpu */
	bool at_end, is_over;	    /* no key comes any more; nothing was shown */
};

static struct walk *walk_of(struct scene_source *s)
{
	return container_of(s, struct walk, source);
}

/* "bpf_map_elem" of a section "iter/bpf_map_elem"; "" where the program is no iterator. */
static const char *target_of(struct run *r)
{
	struct scene_program prog;
	const char *slash;

	if (!r->vm.main || r->vm.main->type != PROG_TYPE_TRACING ||
	    r->vm.main->attach_type != ATTACH_TYPE_TRACE_ITER || run_scene_program(r, &prog) != 0)
		return "";
	slash = prog.section ? strchr(prog.section, '/') : NULL;
	return slash ? slash + 1 : "";
}

/* ---- the maps whose elements it can go over ---- */

/* What the verifier saw the program reach of keys and values (bpf_iter_attach_map()). */
static void reach_of(const struct run *r, uint32_t *key, uint32_t *value)
{
	*key = *value = 0;
	vec_each(&r->proofs, proof) {
		*value = max(*value, proof->buf_end[0]);
		*key = max(*key, proof->buf_end[1]);
	}
}

static bool has_elements(const struct map *map)
{
	switch (map->ops->type) {
	case MAP_TYPE_HASH:
	case MAP_TYPE_LRU_HASH:
	case MAP_TYPE_ARRAY:
	case MAP_TYPE_PERCPU_HASH:
	case MAP_TYPE_LRU_PERCPU_HASH:
	case MAP_TYPE_PERCPU_ARRAY:
		return true;
	default:
		return false;
	}
}

static bool is_large_enough(const struct run *r, const struct map *map)
{
	uint32_t key, value;

	reach_of(r, &key, &value);
	return key <= map->key_size && value <= map_user_size(map);
}

static void take_map(struct walk *w, uint32_t index)
{
	struct arena *a = &w->source.r->arena;
	struct map *map = w->source.r->vm.maps[index];

	w->map = map;
	w->index = index;
	w->key = arena_alloc(a, map->key_size);
	w->next = arena_alloc(a, map->key_size);
	w->copy = arena_alloc(a, map_user_size(map));
	w->at_end = map_next_key(map, NULL, w->key) != 0;
}

static int take_named(struct walk *w, const char *name)
{
	const struct run *r = w->source.r;

	for (uint32_t i = 0; i < r->file.image->nmaps; i++) {
		struct map *map = r->vm.maps[i];

		if (strcmp(r->file.image->maps[i].name, name) != 0)
			continue;
		if (!has_elements(map))
			return fail(r->d, NULL, -EINVAL,
				    "--ctx map:%s: nobody goes over the elements of such a map",
				    name);
		if (!is_large_enough(r, map))
			return fail(r->d, NULL, -EINVAL,
				    "--ctx map:%s: program %s reaches behind its keys or values",
				    name, r->vm.main->name);
		take_map(w, i);
		return 0;
	}
	return fail(r->d, NULL, -ESRCH, "--ctx map:%s: %s has no such map", name, r->o->path);
}

/* The only one that it can be. */
static int take_only(struct walk *w)
{
	const struct run *r = w->source.r;
	const struct image *image = r->file.image;
	struct strbuf names = {0};
	uint32_t n = 0, found = 0;
	int err = 0;

	for (uint32_t i = 0; i < image->nmaps; i++) {
		struct map *map = r->vm.maps[i];

		if (image->maps[i].source == MAP_FROM_DATA || !has_elements(map) ||
		    !is_large_enough(r, map))
			continue;
		strbuf_addf(&names, "%s%s", n++ ? ", " : "", image->maps[i].name);
		found = i;
	}
	if (n == 1)
		take_map(w, found);
	else
		err = fail(r->d, NULL, -ESRCH, "%s goes over the elements of a map: %s%s",
			   r->vm.main->name,
			   n ? "which? say --ctx map:NAME with one of: "
			     : "there is none that it fits",
			   strbuf_str(&names));
	strbuf_free(&names);
	return err;
}

/* ---- one run after the other ---- */

static void say(struct walk *w, const char *key, const char *value)
{
	note_add(&w->source.notes, NOTE_ARGS, key, value, NULL);
}

/* Which of the object's maps comes; its id is one of its own. */
static void say_map(struct walk *w, uint32_t index)
{
	const struct map *map = w->source.r->vm.maps[index];
	struct strbuf b = {0};

	/* A name that could not be written is none. */
	scene_map_text(map, index + 1, strpbrk(map->name, "\"\\") ? "" : map->name, &b);
	say(w, "map", arena_strdup(&w->source.arena, strbuf_str(&b)));
	strbuf_free(&b);
}

static void *find_value(struct walk *w)
{
	if (!w->map->ops->percpu)
		return w->map->ops->lookup(w->map, w->key, MAP_ALL_CPUS);
	return map_lookup(w->map, w->key, w->copy) == 0 ? w->copy : NULL;
}

/* The key behind this one is looked for first: the program may delete it. */
static void *next_element(struct walk *w, uint8_t *key)
{
	void *value = NULL;

	while (!w->at_end && !value) {
		value = find_value(w);
		memcpy(key, w->key, w->map->key_size);
		w->at_end = map_next_key(w->map, key, w->next) != 0;
		memcpy(w->key, w->next, w->map->key_size);
	}
	return value;
}

/* Whether an element was left. */
static bool show_element(struct walk *w)
{
	struct mem *mem = &w->source.r->vm.mem;
	uint8_t *key = arena_alloc(&w->source.arena, w->map->key_size);
	void *value = next_element(w, key);

	say_map(w, w->index);
	mem->key = (struct bytes){key, value ? w->map->key_size : 0};
	mem->lent = (struct bytes){value, value ? map_user_size(w->map) : 0};
	say(w, "key", value ? arena_printf(&w->source.arena, "%#lx", (uintptr_t)key) : "NULL");
	say(w, "value", value ? arena_printf(&w->source.arena, "%#lx", (uintptr_t)value) : "NULL");
	return value;
}

static int read_element(struct scene_source *s)
{
	struct walk *w = walk_of(s);

	if (w->is_over)
		return 0;
	say(w, "meta", arena_printf(&s->arena, "{session_id=1, seq_num=%u}", w->nruns++));
	w->is_over = !show_element(w);
	return 1;
}

static int read_map(struct scene_source *s)
{
	struct walk *w = walk_of(s);
	uint32_t n = s->r->file.image->nmaps;

	if (w->index > n)
		return 0;
	say(w, "meta", arena_printf(&s->arena, "{session_id=1, seq_num=%u}", w->nruns++));
	w->map = w->index < n ? s->r->vm.maps[w->index] : NULL;
	w->index++;
	if (w->map)
		say_map(w, w->index - 1);
	else
		say(w, "map", "NULL");
	return 1;
}

/* ---- as kinds of contexts ---- */

static struct walk *open_walk(struct ctx_source *source, int (*read)(struct scene_source *s))
{
	struct walk *w = xcalloc(1, sizeof(*w));

	scene_source_init(&w->source, source->r, read);
	source->state = &w->source;
	return w;
}

static int open_elements(struct ctx_source *source)
{
	struct walk *w = open_walk(source, read_element);

	return source->body ? take_named(w, source->body) : take_only(w);
}

static int open_maps(struct ctx_source *source)
{
	open_walk(source, read_map);
	return 0;
}

/* Functions that ask about a map know it by the address of its struct, the second argument. */
static int next_walk(struct ctx_source *source, struct ctx_input *in)
{
	struct walk *w = walk_of(source->state);
	int got = scene_next(source, in);

	if (got <= 0)
		return got;
	source->r->vm.rt.shown.map = w->map;
	memcpy(&source->r->vm.rt.shown.addr, (const uint64_t *)in->data + 1, sizeof(uint64_t));
	return 1;
}

static int fits_elements(struct run *r)
{
	if (strcmp(target_of(r), "bpf_map_elem") == 0)
		return 0;
	return fail(r->d, NULL, -EINVAL,
		    "program %s goes over no elements of maps (iter/bpf_map_elem)",
		    r->vm.main->name);
}

const struct ctx_kind ctx_kind_map = {
	.name = "map",
	.many = true,
	.fits = fits_elements,
	.open = open_elements,
	.next = next_walk,
	.close = scene_close,
};

static const struct ctx_kind maps_kind = {
	.name = "maps",
	.many = true,
	.fits = ctx_fits_any,
	.open = open_maps,
	.next = next_walk,
	.close = scene_close,
};

const struct ctx_kind *run_iterated(struct run *r)
{
	const char *target = target_of(r);

	if (r->o->args.n)
		return NULL;
	return strcmp(target, "bpf_map_elem") == 0 ? &ctx_kind_map
	       : strcmp(target, "bpf_map") == 0	   ? &maps_kind
						   : NULL;
}
