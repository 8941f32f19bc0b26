/* Maps and types a little other than an object declares them. */
#include <linux/bpf.h>

#include "tests/verify/trial.h"

#include "core/obj/prog_type.h"

#include <stdlib.h>
#include <string.h>

static uint32_t below_of(struct rng *r, uint32_t n)
{
	return (uint32_t)rng_below(r, n);
}

static uint32_t near_number(struct rng *r, uint32_t n)
{
	static const int8_t steps[] = {-8, -4, -1, 1, 4, 8, 32};

	return below_of(r, 4) ? n + (uint32_t)steps[below_of(r, ARRAY_SIZE(steps))] : n * 2;
}

/* ---- types ---- */

/* The id of another type of a kind, or of any. */
static uint32_t another(const struct btf *btf, struct rng *r, uint32_t kind)
{
	for (int tries = 0; tries < 300; tries++) {
		uint32_t id = below_of(r, btf->nids);

		if (btf_kind_of(btf, id) == kind)
			return id;
	}
	return below_of(r, btf->nids);
}

static uint32_t another_type(const struct btf *btf, struct rng *r, uint32_t id)
{
	return below_of(r, 3) ? another(btf, r, btf_kind_of(btf, id)) : below_of(r, btf->nids);
}

static void change_struct(const struct btf *btf, struct rng *r, struct btf_type *t)
{
	struct btf_member *m = (struct btf_member *)(t + 1);

	if (!btf_vlen(t) || !below_of(r, 4)) {
		t->size = near_number(r, t->size);
		return;
	}
	m += below_of(r, btf_vlen(t));
	switch (below_of(r, 3)) {
	case 0:
		m->offset = near_number(r, m->offset);
		break;
	case 1:
		m->name_off = btf_type(btf, another(btf, r, BTF_KIND_STRUCT))->name_off;
		break;
	default:
		m->type = another_type(btf, r, m->type);
	}
}

static void change_proto(const struct btf *btf, struct rng *r, struct btf_type *t)
{
	struct btf_param *p = (struct btf_param *)(t + 1);

	if (!btf_vlen(t) || !below_of(r, 4)) {
		t->type = below_of(r, 3) ? another_type(btf, r, t->type) : 0;
		return;
	}
	p += below_of(r, btf_vlen(t));
	p->type = below_of(r, 8) ? another_type(btf, r, p->type) : 0;
}

static void change_tag(const struct btf *btf, struct rng *r, struct btf_type *t)
{
	struct btf_decl_tag *tag = (struct btf_decl_tag *)(t + 1);

	switch (below_of(r, 3)) {
	case 0:
		t->name_off = btf_type(btf, another(btf, r, BTF_KIND_DECL_TAG))->name_off;
		break;
	case 1:
		tag->component_idx += below_of(r, 2) ? 1 : -1;
		break;
	default:
		t->type = another_type(btf, r, t->type);
	}
}

static void change_array(const struct btf *btf, struct rng *r, struct btf_type *t)
{
	struct btf_array *a = (struct btf_array *)(t + 1);

	if (below_of(r, 2))
		a->nelems = near_number(r, a->nelems);
	else
		a->type = another_type(btf, r, a->type);
}

static void change_int(struct rng *r, struct btf_type *t)
{
	uint32_t *word = (uint32_t *)(t + 1);

	if (below_of(r, 2))
		*word ^= BTF_INT_SIGNED << 24;
	else
		t->size = 1u << below_of(r, 5);
}

static void change_record(const struct btf *btf, struct rng *r, struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		change_int(r, t);
		break;
	case BTF_KIND_ARRAY:
		change_array(btf, r, t);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		change_struct(btf, r, t);
		break;
	case BTF_KIND_FUNC_PROTO:
		change_proto(btf, r, t);
		break;
	case BTF_KIND_DECL_TAG:
		change_tag(btf, r, t);
		break;
	case BTF_KIND_TYPE_TAG:
		if (below_of(r, 2))
			t->name_off = btf_type(btf, another(btf, r, BTF_KIND_TYPE_TAG))->name_off;
		else
			t->type = another_type(btf, r, t->type);
		break;
	case BTF_KIND_FUNC:
		t->info = btf_info(BTF_KIND_FUNC, false, below_of(r, 3));
		if (!below_of(r, 3))
			t->type = another_type(btf, r, t->type);
		break;
	case BTF_KIND_FWD:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FLOAT:
	case BTF_KIND_DATASEC:
		break;
	default:
		t->type = another_type(btf, r, t->type);
	}
}

static void change_types(const struct btf *btf, struct rng *r)
{
	static const uint32_t kinds[] = {
		BTF_KIND_FUNC,	   BTF_KIND_FUNC_PROTO, BTF_KIND_FUNC_PROTO, BTF_KIND_PTR,
		BTF_KIND_DECL_TAG, BTF_KIND_DECL_TAG,	BTF_KIND_STRUCT,     BTF_KIND_TYPE_TAG,
		BTF_KIND_TYPEDEF,  BTF_KIND_INT,
	};
	uint32_t n = 1 + below_of(r, 4);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = another(btf, r, kinds[below_of(r, ARRAY_SIZE(kinds))]);

		if (id)
			change_record(btf, r, (struct btf_type *)(uintptr_t)btf_type(btf, id));
	}
}

void world_change_types(struct world *w, struct rng *r)
{
	struct diag quiet = {.quiet = true};
	struct btf *btf;
	struct bytes blob;

	if (!w->image->btf)
		return;
	blob = btf_blob(w->image->btf, &w->image->arena);
	if (btf_parse(blob.data, blob.size, NULL, "", &quiet, &btf))
		return;
	change_types(btf, r);
	btf_free(btf);
	if (btf_parse(blob.data, blob.size, NULL, "", &quiet, &btf))
		return;
	w->declared = w->image->btf;
	w->image->btf = btf;
	w->is_changed = true;
}

/* ---- maps ---- */

static const uint32_t map_kinds[][6] = {
	{MAP_TYPE_HASH, MAP_TYPE_ARRAY, MAP_TYPE_LRU_HASH, MAP_TYPE_PERCPU_HASH,
	 MAP_TYPE_PERCPU_ARRAY, MAP_TYPE_LRU_PERCPU_HASH},
	{MAP_TYPE_SOCKMAP, MAP_TYPE_SOCKHASH, MAP_TYPE_DEVMAP, MAP_TYPE_CPUMAP, MAP_TYPE_XSKMAP,
	 MAP_TYPE_REUSEPORT_SOCKARRAY},
	{MAP_TYPE_RINGBUF, MAP_TYPE_USER_RINGBUF, MAP_TYPE_RINGBUF, MAP_TYPE_USER_RINGBUF,
	 MAP_TYPE_RINGBUF, MAP_TYPE_USER_RINGBUF},
	{MAP_TYPE_SK_STORAGE, MAP_TYPE_TASK_STORAGE, MAP_TYPE_INODE_STORAGE, MAP_TYPE_CGRP_STORAGE,
	 MAP_TYPE_SK_STORAGE, MAP_TYPE_CGRP_STORAGE},
	{MAP_TYPE_QUEUE, MAP_TYPE_STACK, MAP_TYPE_BLOOM_FILTER, MAP_TYPE_QUEUE, MAP_TYPE_STACK,
	 MAP_TYPE_BLOOM_FILTER},
	{MAP_TYPE_ARRAY_OF_MAPS, MAP_TYPE_HASH_OF_MAPS, MAP_TYPE_ARRAY_OF_MAPS,
	 MAP_TYPE_HASH_OF_MAPS, MAP_TYPE_ARRAY_OF_MAPS, MAP_TYPE_HASH_OF_MAPS},
	{MAP_TYPE_PERF_EVENT_ARRAY, MAP_TYPE_PROG_ARRAY, MAP_TYPE_CGROUP_ARRAY,
	 MAP_TYPE_STACK_TRACE, MAP_TYPE_PERF_EVENT_ARRAY, MAP_TYPE_CGROUP_ARRAY},
};

/* A type that is made and used in a similar way. */
static uint32_t near_kind(uint32_t type, struct rng *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(map_kinds); i++)
		for (size_t k = 0; k < ARRAY_SIZE(*map_kinds); k++)
			if (map_kinds[i][k] == type)
				return map_kinds[i][below_of(r, ARRAY_SIZE(*map_kinds))];
	return type;
}

void world_change_map(struct map_def *def, struct rng *r)
{
	switch (below_of(r, 6)) {
	case 0:
		def->type = near_kind(def->type, r);
		break;
	case 1:
		def->key_size = near_number(r, def->key_size);
		break;
	case 2:
		def->flags ^= below_of(r, 2) ? BPF_F_RDONLY_PROG : BPF_F_WRONLY_PROG;
		break;
	case 3:
		def->max_entries = below_of(r, 2) ? 1 : near_number(r, def->max_entries);
		break;
	case 4:
		def->flags ^= BPF_F_NO_PREALLOC;
		break;
	default:
		if (!def->data)
			def->value_size = near_number(r, def->value_size);
	}
	if (!below_of(r, 4))
		def->btf_key_id = def->btf_value_id = 0;
	/* Larger ones would take the kernel's time and memory. */
	def->value_size = min(def->value_size, 1u << 16);
	def->max_entries = min(def->max_entries, (1u << 21) / (def->value_size + 64));
}
