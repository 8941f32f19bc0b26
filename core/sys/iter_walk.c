/* The objects that iterators go over, described as the kernel's structs. */
#include "core/sys/iter.h"

static void say(struct iter *it, const char *key, struct strbuf *text)
{
	note_add(&it->notes, NOTE_ARGS, key, arena_strdup(&it->arena, strbuf_str(text)), NULL);
	text->len = 0;
}

static void say_null(struct iter *it, const char *key)
{
	note_add(&it->notes, NOTE_ARGS, key, "NULL", NULL);
}

/* As it can be written; in a file that anybody may have made, what is no name is none. */
static const char *name_of(const char name[SYS_NAME_LEN], char out[SYS_NAME_LEN])
{
	return check_name(out, name) == 0 ? out : "";
}

/* ---- maps ---- */

static void describe_map(const struct map *map, uint32_t id, struct strbuf *b)
{
	char name[SYS_NAME_LEN];

	scene_map_text(map, id, name_of(map->name, name), b);
}

/* The map that a program was given the struct of, for functions that ask about it. */
static int show_map(struct iter *it, struct object *o)
{
	struct strbuf b = {0};

	describe_map(o->map, o->id, &b);
	say(it, "map", &b);
	strbuf_free(&b);
	it->map = o->map;
	return iter_show(it);
}

/* ---- programs ---- */

static void describe_prog(const struct object *o, struct strbuf *b)
{
	const struct program *p = o->prog;
	const struct blob_head *h = &p->head;
	char name[SYS_NAME_LEN];

	strbuf_addf(b, "{gpl_compatible=%u, type=%u, expected_attach_type=%u, len=%u, tag=[",
		    h->prog.gpl, h->prog.type, h->prog.attach_type, p->prog->ninsns);
	for (uint32_t i = 0; i < SYS_TAG_SIZE; i++)
		strbuf_addf(b, "%s%u", i ? ", " : "", h->prog.tag[i]);
	strbuf_addf(b,
		    "], aux={id=%u, used_map_cnt=%u, func_cnt=%u, attach_btf_id=%u, "
		    "load_time=%llu, verified_insns=%u, name=\"%s\"",
		    o->id, h->prog.nmaps, p->prog->nsubs, h->prog.attach_btf_id,
		    (unsigned long long)h->load_time, p->walked, name_of(h->name, name));
	if (p->target)
		strbuf_addf(b, ", dst_prog={aux={id=%u, name=\"%s\"}}", p->target->id,
			    name_of(p->target->prog->head.name, name));
	strbuf_add(b, "}}");
}

static int show_prog(struct iter *it, struct object *o)
{
	struct strbuf b = {0};

	describe_prog(o, &b);
	say(it, "prog", &b);
	strbuf_free(&b);
	return iter_show(it);
}

/* ---- links ---- */

static int show_link(struct iter *it, struct object *o)
{
	const struct link *link = o->link;
	struct strbuf b = {0};

	if (hook_is_bare(o))
		return 0;
	strbuf_addf(&b, "{id=%u, type=%u, attach_type=%u", o->id, link->head.link.type,
		    link->head.link.attach_type);
	if (link->prog) {
		strbuf_add(&b, ", prog=");
		describe_prog(link->prog, &b);
	}
	strbuf_add(&b, "}");
	say(it, "link", &b);
	strbuf_free(&b);
	return iter_show(it);
}

/* ---- all of a kind ---- */

static int each(struct iter *it, enum store_kind kind, const char *arg,
		int (*show)(struct iter *it, struct object *o))
{
	struct store *store = it->sys->store;
	uint32_t id = 0;
	int err = 0;

	while (!err && store_next_id(store, kind, id, &id) == 0) {
		struct object *o;

		if (store_reap(store, kind, id) || object_by_id(it->sys, kind, id, &o) != 0)
			continue;
		err = show(it, o);
		object_put(o);
	}
	it->map = NULL;
	if (!err)
		say_null(it, arg);
	return err ? err : iter_show(it);
}

int iter_maps(struct iter *it)
{
	return each(it, STORE_MAP, "map", show_map);
}

int iter_progs(struct iter *it)
{
	return each(it, STORE_PROG, "prog", show_prog);
}

int iter_links(struct iter *it)
{
	return each(it, STORE_LINK, "link", show_link);
}

/* ---- elements of a map ---- */

/* A value in place, of any cpu a copy of all of them (bpf_hash_map_seq_show()). */
static void *find_value(struct map *map, const void *key, void *copy)
{
	if (!map->ops->percpu)
		return map->ops->lookup(map, key, MAP_ALL_CPUS);
	return map_lookup(map, key, copy) == 0 ? copy : NULL;
}

static int show_element(struct iter *it, struct object *o, const void *key, void *value)
{
	struct strbuf b = {0};

	describe_map(o->map, o->id, &b);
	say(it, "map", &b);
	if (value) {
		strbuf_addf(&b, "%#llx", (unsigned long long)(uintptr_t)key);
		say(it, "key", &b);
		strbuf_addf(&b, "%#llx", (unsigned long long)(uintptr_t)value);
		say(it, "value", &b);
	} else {
		say_null(it, "key");
		say_null(it, "value");
	}
	strbuf_free(&b);
	it->map = o->map;
	it->mem.key = (struct bytes){key, value ? o->map->key_size : 0};
	it->mem.lent = (struct bytes){value, value ? map_user_size(o->map) : 0};
	return iter_show(it);
}

static int each_element(struct iter *it, struct object *o)
{
	struct map *map = o->map;
	uint8_t *key = xmalloc((size_t)map->key_size * 2), *next = key + map->key_size;
	void *copy = xcalloc(1, map_user_size(map));
	int err = 0, end = map_next_key(map, NULL, key);

	while (!err && !end) {
		void *value = find_value(map, key, copy);

		/* Before the program comes, which may delete the key. */
		end = map_next_key(map, key, next);
		err = value ? show_element(it, o, key, value) : 0;
		memcpy(key, next, map->key_size);
	}
	if (!err)
		err = show_element(it, o, NULL, NULL);
	free(key);
	free(copy);
	return err;
}

int iter_elements(struct iter *it)
{
	struct object *o;
	int err = object_by_id(it->sys, STORE_MAP,
			       (uint32_t)it->link->link->head.link.place[0], &o);

	if (err)
		return err;
	err = each_element(it, o);
	object_put(o);
	return err;
}
