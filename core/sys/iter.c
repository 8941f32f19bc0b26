/*
 * Iterators (kernel/bpf/bpf_iter.c of Linux): a program that runs on each object of a kind and
 * writes text. Those over what the store has work: its maps, programs and links, and the elements
 * of a map. What a program sees of an object is the kernel's struct, made of what is known of it.
 *
 * A descriptor of ITER_CREATE is a file with all that the program wrote, as the objects were then.
 */
#include "core/interp/step.h"
#include "core/run/run.h"
#include "core/sys/iter.h"

/* Behind ours: it has a MAP_TYPE of its own. */
#include <sys/mman.h>

#define ITER_PREFIX "bpf_iter_"
enum {
	BUDGET = 100000000,   /* instructions of one run */
	SEQ_SIZE = 8 * 4096,  /* what a program may write about an object */
	OBJECTS_MAX = 1000000,
	INFO_SIZE = 16, /* union bpf_iter_link_info */
};

static const struct iter_kind {
	const char *name;
	int (*walk)(struct iter *it);
	bool of_map;
} kinds[] = {
	{"bpf_map", iter_maps, false},
	{"bpf_prog", iter_progs, false},
	{"bpf_link", iter_links, false},
	{"bpf_map_elem", iter_elements, true},
};

/* The name of what an iterator program goes over. */
static const char *target_of(struct sys *sys, const struct program *p)
{
	const struct btf *kernel = btf_read(&sys->kernel);
	uint32_t id = p->head.prog.attach_btf_id;
	const char *name = kernel && btf_has(kernel, id) ? btf_name(kernel, id) : "";

	return strncmp(name, ITER_PREFIX, strlen(ITER_PREFIX)) ? name : name + strlen(ITER_PREFIX);
}

static const struct iter_kind *kind_of(struct sys *sys, const struct program *p)
{
	const char *target = target_of(sys, p);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i].name, target) == 0)
			return &kinds[i];
	return NULL;
}

/* ---- links ---- */

/* bpf_iter_attach_map() */
static int find_map(struct call *c, const struct program *p, uint32_t fd, struct object **out)
{
	uint64_t value_size;
	int err = fd ? object_of(c->sys, (int)fd, STORE_MAP, out) : -EBADF;

	if (err)
		return err;
	switch ((*out)->map->ops->type) {
	case MAP_TYPE_HASH:
	case MAP_TYPE_LRU_HASH:
	case MAP_TYPE_ARRAY:
	case MAP_TYPE_PERCPU_HASH:
	case MAP_TYPE_LRU_PERCPU_HASH:
	case MAP_TYPE_PERCPU_ARRAY:
		break;
	default:
		return fail(&c->sys->diag, NULL, -EINVAL,
			    "nobody goes over the elements of such a map");
	}
	value_size = map_user_size((*out)->map);
	if (p->buf_end[1] > (*out)->map->key_size || p->buf_end[0] > value_size)
		return fail(&c->sys->diag, NULL, -EACCES,
			    "the program reaches %u bytes of a key and %u of a value, which are "
			    "%u and %llu bytes",
			    p->buf_end[1], p->buf_end[0], (*out)->map->key_size,
			    (unsigned long long)value_size);
	return 0;
}

long iter_attach(struct call *c, struct object *prog)
{
	const union sys_attr *a = &c->attr;
	const struct iter_kind *kind = kind_of(c->sys, prog->prog);
	uint32_t len = a->link_create.iter.info_len, map_fd = 0;
	struct link link = {.prog = prog,
			    .head.link = {.type = SYS_LINK_ITER,
					  .attach_type = ATTACH_TYPE_TRACE_ITER}};
	int err;

	if (a->link_create.target_fd || a->link_create.flags || !a->link_create.iter.info != !len)
		return -EINVAL;
	err = len ? check_tail(a->link_create.iter.info, INFO_SIZE, len) : 0;
	if (!err && len)
		err = copy_in(&map_fd, a->link_create.iter.info,
			      min(len, (uint32_t)sizeof(map_fd)));
	if (err)
		return err;
	if (!kind)
		return fail(&c->sys->diag, NULL, -EOPNOTSUPP,
			    "iterators over '%s' have nothing here to go over: no kernel runs",
			    target_of(c->sys, prog->prog));
	if (prog->prog->head.prog.flags & SYS_F_SLEEPABLE)
		return -EINVAL;
	objects_sweep(c->sys);
	if (kind->of_map) {
		err = find_map(c, prog->prog, map_fd, &link.map);
		link.head.link.place[0] = err ? 0 : link.map->id;
	}
	return err ? err : link_new(c->sys, &link);
}

/* bpf_iter_link_fill_link_info(): the name as far as there is room, and how long it is. */
int iter_describe(struct call *c, const struct link *link, struct sys_link_info *info)
{
	const char *name = target_of(c->sys, link->prog->prog);
	uint32_t size = (uint32_t)strlen(name) + 1, room;
	struct sys_link_info given = {0};

	if (copy_in(&given, c->attr.info.info,
		    min((size_t)c->attr.info.info_len, sizeof(given))) != 0)
		return -EFAULT;
	room = given.iter.name_len;
	if (!room != !given.iter.name)
		return -EINVAL;
	info->iter.name = given.iter.name;
	info->iter.name_len = size;
	info->iter.map_id = (uint32_t)link->head.link.place[0];
	if (!room)
		return 0;
	if (copy_out(given.iter.name, name, min(room, size) - 1) != 0 ||
	    copy_out(given.iter.name + min(room, size) - 1, "", 1) != 0)
		return -EFAULT;
	return room < size ? -ENOSPC : 0;
}

/* ---- runs ---- */

/* One run on what it->notes say; 1: the program wants the object once more. */
static int run_once_on(struct iter *it)
{
	uint64_t retval = 0;
	int err;

	it->sys->rt.seq.len = 0;
	it->rc.budget = BUDGET;
	err = run_once(&it->rc, it->prog->prog->prog, &retval);
	if (err) {
		struct strbuf why = {0};

		run_fault_text(&it->rc, &why);
		fail(&it->sys->diag, NULL, err, "%.*s", (int)(why.len ? why.len - 1 : 0),
		     strbuf_str(&why));
		strbuf_free(&why);
		return err;
	}
	if (retval)
		return 1;
	if (it->sys->rt.seq.len > SEQ_SIZE)
		return -E2BIG;
	strbuf_addmem(&it->out, strbuf_str(&it->sys->rt.seq), it->sys->rt.seq.len);
	return 0;
}

/*
 * bpf_seq_read(): a program that wants the object once more gets it when the reader comes again,
 * who is told EAGAIN the second time.
 */
int iter_show(struct iter *it)
{
	struct strbuf meta = {0};
	int err;

	if (it->shown++ == OBJECTS_MAX)
		return -EAGAIN;
	strbuf_addf(&meta, "{session_id=%llu, seq_num=%llu}", (unsigned long long)it->session,
		    (unsigned long long)it->seq_num);
	note_add(&it->notes, NOTE_ARGS, "meta", arena_strdup(&it->arena, strbuf_str(&meta)), NULL);
	strbuf_free(&meta);
	scene_reset(&it->scene);
	err = scene_build(&it->scene, &it->notes, &it->what);
	it->rc.ctx = it->scene.ctx;
	it->rc.ctx_size = it->scene.ctx_size;
	it->sys->rt.shown.map = it->map;
	if (!err)
		memcpy(&it->sys->rt.shown.addr, (uint64_t *)it->scene.ctx + 1, sizeof(uint64_t));
	if (!err)
		err = run_once_on(it);
	if (err == 1)
		err = run_once_on(it);
	it->seq_num++;
	it->notes.v.n = 0;
	arena_free(&it->arena);
	return err == 1 ? -EAGAIN : err;
}

static void begin(struct iter *it, const struct program *p)
{
	struct sys *sys = it->sys;
	const struct btf *kernel = btf_read(&sys->kernel);

	if (!sys->stack)
		sys->stack = xcalloc(RUN_FRAMES, STACK_SIZE);
	it->notes = (struct notes){.arena = &it->arena, .d = &sys->diag, .file = "iterator"};
	it->what = (struct scene_program){
		.name = p->head.name,
		.type = PROG_TYPE_TRACING,
		.attach_type = ATTACH_TYPE_TRACE_ITER,
		.kernel = kernel,
		.proto = btf_type(kernel, p->head.prog.attach_btf_id)->type,
	};
	it->mem = (struct mem){.args = true, .probe_loads = true};
	it->rc = (struct run_ctx){
		.engine = &step_engine, .stack = sys->stack, .rt = &sys->rt, .mem = &it->mem};
	it->session = it->link->id;
	sys->rt.space = &it->scene.space;
}

static void end(struct iter *it)
{
	it->sys->rt.space = NULL;
	it->sys->rt.shown = (struct run_shown){0};
	it->sys->rt.seq.len = 0;
	scene_free(&it->scene);
	arena_free(&it->arena);
	vec_free(&it->notes.v);
}

/* What was written before something went wrong is what a reader sees; the rest is an error's. */
static int walk(struct iter *it, const struct iter_kind *kind)
{
	int err = sys_take_cpu(it->sys, &it->rc.cpu);

	if (err)
		return err;
	it->sys->is_running = true;
	err = kind->walk(it);
	it->sys->is_running = false;
	sys_give_cpu(it->sys, it->rc.cpu);
	return err && !(err == -EAGAIN || err == -E2BIG) ? err : it->out.len ? 0 : err;
}

/* A file that can be read and nothing else. */
static int make_file(const struct strbuf *text)
{
	int fd = memfd_create("bpf_iter", MFD_CLOEXEC), own = -1;

	if (fd < 0)
		return -errno;
	for (size_t done = 0; done < text->len;) {
		ssize_t n = write(fd, text->s + done, text->len - done);

		if (n <= 0 && errno != EINTR) {
			close(fd);
			return -ENOMEM;
		}
		done += (size_t)max(n, (ssize_t)0);
	}
	own = lease_reopen(fd, O_RDONLY);
	close(fd);
	return own;
}

long sys_iter_create(struct call *c)
{
	struct iter it = {.sys = c->sys};
	const struct iter_kind *kind;
	int err;

	if (c->attr.iter_create.flags)
		return -EINVAL;
	err = object_of(c->sys, (int)c->attr.iter_create.link_fd, STORE_LINK, &it.link);
	if (err)
		return err;
	if (it.link->link->head.link.type != SYS_LINK_ITER)
		return -EINVAL;
	it.prog = it.link->link->prog;
	kind = kind_of(c->sys, it.prog->prog);
	if (!kind)
		return fail(&c->sys->diag, NULL, -EUCLEAN, "damaged: it goes over nothing");
	objects_sweep(c->sys);
	links_sync_run(it.prog);
	begin(&it, it.prog->prog);
	err = walk(&it, kind);
	end(&it);
	if (!err)
		err = make_file(&it.out);
	strbuf_free(&it.out);
	return err;
}
