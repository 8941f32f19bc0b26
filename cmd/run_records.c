/* What programs send out: records of ring buffers and of perf events, as their types say. */
#include <errno.h>
#include <string.h>

#include "cmd/objects.h"
#include "cmd/run_ctx.h"
#include "core/btf/print.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/runtime.h"
#include "maps/maps.h"

/* Does the kernel have a struct of that name? Then it is not what a program sends. */
static bool is_kernel_type(const struct run *r, const char *name)
{
	const struct btf *kernel = r->file.image->target;

	return kernel && btf_find(kernel, name, BTF_KIND_STRUCT);
}

static bool is_named_event(const char *name)
{
	return strstr(name, "event") || strstr(name, "record") || strstr(name, "data");
}

/*
 * Objects do not say which type the records of a map have. It is the struct of the program's own
 * that is exactly as long, one that is called an event before others; or, for records with a tail
 * that is cut short, the one called event.
 */
static uint32_t guess_type(const struct run *r, uint32_t size)
{
	const struct btf *btf = r->file.image->btf;
	uint32_t found = 0, events = 0, others = 0;

	for (uint32_t id = 1; btf && id < btf->nids; id++) {
		const struct btf_type *t = btf_type(btf, id);
		const char *name = btf_str(btf, t->name_off);

		if (btf_kind(t) != BTF_KIND_STRUCT || t->size != size || !*name ||
		    is_kernel_type(r, name))
			continue;
		if (is_named_event(name)) {
			found = events++ ? found : id;
			continue;
		}
		if (!others++ && !events)
			found = id;
	}
	if (events == 1 || (!events && others == 1))
		return found;
	found = btf && !events && !others ? btf_find(btf, "event", BTF_KIND_STRUCT) : 0;
	return found && btf_type(btf, found)->size > size ? found : 0;
}

static uint32_t record_type(const struct run *r, uint32_t size)
{
	const struct btf *btf = r->file.image->btf;

	if (r->o->record_type && btf)
		return btf_find(btf, r->o->record_type, 0);
	return guess_type(r, size);
}

int run_check_record_type(struct run *r)
{
	const struct btf *btf = r->file.image->btf;

	if (!r->o->record_type || (btf && btf_find(btf, r->o->record_type, 0)))
		return 0;
	return fail(r->d, NULL, -ESRCH, "--record-type: %s has no type '%s'", r->o->path,
		    r->o->record_type);
}

/* What ends in many zeroes is cut off there. */
static void add_hex(struct strbuf *b, struct bytes data)
{
	enum { ENOUGH = 16 };
	size_t end = data.size;

	while (end && !data.data[end - 1])
		end--;
	end = data.size - end > ENOUGH ? end : data.size;
	for (size_t i = 0; i < end; i++)
		strbuf_addf(b, "%02x", data.data[i]);
	if (end < data.size)
		strbuf_addf(b, "... %zu bytes", data.size);
}

static void say_record(struct run *r, const struct run_record *rec)
{
	struct strbuf b = {0};

	if (rec->type)
		btf_print_value(&b, r->file.image->btf, rec->type, rec->data.data, rec->data.size);
	else
		add_hex(&b, rec->data);
	if (rec->packet.size)
		strbuf_add(&b, " packet ");
	add_hex(&b, rec->packet);
	out_text(&r->out, "record: %s: %s\n", rec->map, strbuf_str(&b));
	strbuf_free(&b);
}

static struct bytes copy(struct run *r, struct bytes b)
{
	return (struct bytes){arena_memdup(&r->arena, b.data, b.size), b.size};
}

static void take_record(struct run *r, const struct map *map, struct bytes data,
			struct bytes packet)
{
	struct run_record rec = {.map = map->name, .data = data, .packet = packet};

	rec.type = record_type(r, (uint32_t)data.size);
	run_say_which(r);
	say_record(r, &rec);
	run_hear(r, EXPECT_RECORD, map->name, rec.type, data);
	if (r->out.format != OUT_JSON)
		return;
	rec.data = copy(r, data);
	rec.packet = copy(r, packet);
	vec_push(&r->records, rec);
}

void run_take_record(void *arg, const struct map *map, struct bytes data, struct bytes packet)
{
	struct run *r = arg;

	pthread_mutex_lock(&r->saying);
	take_record(r, map, data, packet);
	pthread_mutex_unlock(&r->saying);
}

void run_say_context(struct run *r, const struct ctx_input *in)
{
	const struct btf *own = in->prog.own;
	struct strbuf b = {0};

	if (!in->scene || in->prog.type != PROG_TYPE_SYSCALL || !in->prog.own_ctx)
		return;
	btf_print_value(&b, own, in->prog.own_ctx, in->data, in->size);
	run_say_which(r);
	out_text(&r->out, "context: %s\n", strbuf_str(&b));
	strbuf_free(&b);
	if (!r->many)
		data_fields(&r->out, "context", own, in->prog.own_ctx, in->data, in->size);
}

struct drain {
	struct run *r;
	const struct map *map;
};

static void drain_one(void *arg, const void *record, uint32_t size)
{
	struct drain *d = arg;

	run_take_record(d->r, d->map, (struct bytes){record, size}, (struct bytes){0});
}

void run_drain_rings(struct run *r)
{
	for (uint32_t i = 0; i < r->file.image->nmaps; i++) {
		struct drain d = {r, r->vm.maps[i]};

		/* A ring of the store is for those who read it there. */
		if (d.map->ops->type == MAP_TYPE_RINGBUF && !(r->vm.given && r->vm.given[i]))
			map_ring_read(r->vm.maps[i], drain_one, &d);
	}
}

void run_records_field(struct run *r)
{
	if (!r->records.n)
		return;
	out_open(&r->out, "records", OUT_LIST);
	vec_each(&r->records, rec) {
		out_open(&r->out, NULL, OUT_OBJECT);
		out_field(&r->out, "map", rec->map);
		out_bytes(&r->out, "bytes", rec->data.data, rec->data.size);
		if (rec->packet.size)
			out_bytes(&r->out, "packet", rec->packet.data, rec->packet.size);
		if (rec->type) {
			out_field(&r->out, "type", btf_name(r->file.image->btf, rec->type));
			data_fields(&r->out, "formatted", r->file.image->btf, rec->type,
				    rec->data.data, rec->data.size);
		}
		out_close(&r->out);
	}
	out_close(&r->out);
	r->records.n = 0;
}
