/*
 * Programs attached to functions of programs: who may be (bpf_tracing_prog_attach(),
 * __bpf_trampoline_link_prog() of Linux), and what of it runs in this process.
 *
 * Which links there are on a program, the store says: each is a file that keeps its target by a
 * name. Who adds one has the target's file locked meanwhile (LEASE_HELD), so that of two one is
 * first, and raises the target's generation behind it. Every process compares that before it runs
 * the program, and puts in force what it finds.
 */
#include "core/base/clock.h"
#include "core/link/extension.h"
#include "core/sys/local.h"
#include "jit/tramp.h"

static bool is_extension(const struct object *link)
{
	return link->link->prog->prog->head.prog.type == PROG_TYPE_EXT;
}

/* The number of the function with a type id among those of what runs; -1: there is none. */
static int32_t func_of(const struct program *p, uint32_t btf_id)
{
	for (uint32_t i = 0; i < p->nfuncs; i++)
		if (p->funcs[i].type_id == btf_id)
			return (int32_t)(prog_subprog_at(p->prog, p->funcs[i].insn_off) -
					 p->prog->subs);
	return -1;
}

/* ---- in force ---- */

static void put_in_force(struct object *o)
{
	struct link *link = o->link;
	struct prog *of = link->target->prog->prog;
	int32_t func = func_of(link->target->prog, link->head.link.target_btf_id);

	if (link->in_force || func < 0 || !is_extension(o) ||
	    subprog_detour(&of->subs[func]))
		return;
	program_trust(link->prog);
	link->detour = extension_of(of, (uint32_t)func, link->prog->prog->prog);
	link->in_force = prog_detour(of, (uint32_t)func, &link->detour, &o->sys->diag) == 0;
}

static void take_out(struct object *o)
{
	struct link *link = o->link;

	if (link->in_force)
		prog_detour(link->target->prog->prog, link->detour.func, NULL, &o->sys->diag);
	link->in_force = false;
	detour_end(&link->detour);
}

/* ---- functions that are traced ---- */

static bool traces(const struct object *link, const struct program *p, uint32_t func)
{
	return !is_extension(link) &&
	       func_of(p, link->link->head.link.target_btf_id) == (int32_t)func;
}

static bool is_traced(const struct program *p, uint32_t func)
{
	vec_each(&p->links, o)
		if (traces(*o, p, func))
			return true;
	return false;
}

/* Words that programs see of the function's arguments: all, when its types are not to be relied on.
 */
static uint32_t args_of(const struct object *target, uint32_t func)
{
	const struct program *p = target->prog;
	const struct btf *btf = target->btf_object->btf->btf;

	for (uint32_t i = 0; i < p->nfuncs; i++)
		if (p->funcs[i].insn_off == p->prog->subs[func].start && !p->facts[i].unreliable)
			return btf_vlen(btf_type(btf, btf_func_proto(btf, p->funcs[i].type_id)));
	return TRACED_ARGS_MAX;
}

/* Those that came last are first. */
static struct traced *trace(const struct object *target, uint32_t func)
{
	const struct program *p = target->prog;
	struct traced *t = xcalloc(1, sizeof(*t) + p->links.n * sizeof(struct tracer));
	struct tracer *tracers = (struct tracer *)(t + 1);

	traced_init(t, p->prog, func);
	t->nargs = min(args_of(target, func), (uint32_t)TRACED_ARGS_MAX);
	t->tracers = tracers;
	for (size_t i = p->links.n; i > 0; i--) {
		const struct link *link = p->links.v[i - 1]->link;

		if (!traces(p->links.v[i - 1], p, func))
			continue;
		program_trust(link->prog);
		tracers[t->ntracers++] = (struct tracer){
			.prog = link->prog->prog->prog,
			.place = {.cookie = link->head.link.cookie,
				  .nargs = t->nargs,
				  .returns = link->prog->prog->head.prog.attach_type ==
					     ATTACH_TYPE_TRACE_FEXIT},
		};
	}
	return t;
}

static void end_traces(struct object *target)
{
	struct program *p = target->prog;

	vec_each(&p->traced, t) {
		prog_detour(p->prog, (*t)->detour.func, NULL, &target->sys->diag);
		detour_end(&(*t)->detour);
		free(*t);
	}
	p->traced.n = 0;
}

static void make_traces(struct object *target)
{
	struct program *p = target->prog;

	end_traces(target);
	for (uint32_t i = 0; p->links.n && i < p->prog->nsubs; i++) {
		struct traced *t;

		if (!is_traced(p, i))
			continue;
		t = trace(target, i);
		if (prog_detour(p->prog, i, &t->detour, &target->sys->diag) == 0)
			vec_push(&p->traced, t);
		else
			free(t);
	}
}

/* Is it what attaching would have allowed? The file may have been written by anybody. */
static bool is_fit(const struct object *o)
{
	const struct link *link = o->link;
	const struct blob_head *h = &link->prog->prog->head;
	uint32_t func = link->head.link.target_btf_id;
	bool is_own = link->prog->prog->target == link->target && h->prog.attach_btf_id == func;

	if (link->head.link.type != SYS_LINK_TRACING)
		return false;
	if (h->prog.type == PROG_TYPE_EXT)
		return is_own || program_check_target(link->prog, link->target, func) == 0;
	return is_own && h->prog.type == PROG_TYPE_TRACING &&
	       (h->prog.attach_type == ATTACH_TYPE_TRACE_FENTRY ||
		h->prog.attach_type == ATTACH_TYPE_TRACE_FEXIT);
}

static bool is_known(const struct program *p, const struct object *link)
{
	vec_each(&p->links, o)
		if (*o == link)
			return true;
	return false;
}

/* Those of the store that this process does not know yet. */
static void find_links(struct object *target)
{
	struct sys *sys = target->sys;
	struct program *p = target->prog;
	uint32_t id = 0;

	while ((id = store_referrer(sys->store, STORE_LINK, id, STORE_PROG, target->id))) {
		struct object *o;

		if (object_by_id(sys, STORE_LINK, id, &o) != 0)
			continue;
		if (o->link->target == target && !is_known(p, o) && is_fit(o))
			vec_push(&p->links, o);
		else
			object_put(o);
	}
}

bool links_sync(struct object *target)
{
	struct program *p = target->prog;
	uint64_t generation = p->live.at ? p->live.at->generation : 0;
	bool changed = generation != p->links_seen;
	size_t n = 0;

	if (changed)
		find_links(target);
	p->links_seen = generation;
	/* Somebody may be inside of what goes. */
	if (target->sys->is_running) {
		p->links_wait |= changed;
		return false;
	}
	changed |= p->links_wait;
	p->links_wait = false;
	vec_each(&p->links, o) {
		if (link_is_alive(*o)) {
			p->links.v[n++] = *o;
			continue;
		}
		take_out(*o);
		object_put(*o);
	}
	changed |= n != p->links.n;
	p->links.n = n;
	if (!changed)
		return false;
	make_traces(target);
	vec_each(&p->links, o)
		put_in_force(*o);
	return true;
}

bool links_sync_run(struct object *prog)
{
	const struct program *p = prog->prog;
	bool changed = links_sync(prog);

	/* What is attached may have something attached, a few levels deep. */
	vec_each(&p->links, o)
		changed |= links_sync_run((*o)->link->prog);
	for (uint32_t i = 0; i < p->head.prog.nmaps; i++) {
		held_sweep(p->maps[i]);
		vec_each(&p->maps[i]->held, o)
			if ((*o)->kind == STORE_PROG)
				changed |= links_sync(*o);
	}
	return changed;
}

/* Did links of the program come meanwhile? *has: it has some, which may go. */
static bool links_came(const struct object *prog, bool *has)
{
	const struct program *p = prog->prog;

	*has |= p->links.n != 0;
	return p->live.at && p->live.at->generation != p->links_seen;
}

static bool run_links_came(const struct object *prog, bool *has)
{
	const struct program *p = prog->prog;
	bool came = links_came(prog, has);

	vec_each(&p->links, o)
		came |= run_links_came((*o)->link->prog, has);
	for (uint32_t i = 0; i < p->head.prog.nmaps; i++)
		vec_each(&p->maps[i]->held, o)
			if ((*o)->kind == STORE_PROG)
				came |= links_came(*o, has);
	return came;
}

int sys_watch(struct sys *sys, int fd, struct sys_watch *out)
{
	*out = (struct sys_watch){0};
	return object_of(sys, fd, STORE_PROG, &out->prog);
}

bool sys_sync(struct sys_watch *w)
{
	enum { LOOK_NS = 1000000 };
	bool has = false, came = run_links_came(w->prog, &has);
	uint64_t now = has && !came ? clock_ns() : 0;

	if (!came && now < w->looked + LOOK_NS)
		return false;
	w->looked = clock_ns();
	if (!links_sync_run(w->prog))
		return false;
	/* What was given up is given up by us, too. */
	objects_sweep(w->prog->sys);
	return true;
}

void links_end(struct object *target)
{
	struct program *p = target->prog;

	end_traces(target);
	vec_free(&p->traced);
	vec_each(&p->links, o) {
		take_out(*o);
		object_put(*o);
	}
	vec_free(&p->links);
}

bool links_extend(struct object *prog)
{
	links_sync(prog);
	vec_each(&prog->prog->links, o)
		if (is_extension(*o))
			return true;
	return false;
}

/* ---- attaching ---- */

static bool is_in_prog_array(struct object *prog)
{
	struct store *store = prog->sys->store;
	uint32_t id = 0;

	while ((id = store_referrer(store, STORE_MAP, id, STORE_PROG, prog->id)))
		if (!store_reap(store, STORE_MAP, id))
			return true;
	return false;
}

/* May one more program be attached to the function? Its target is locked. */
static int check_room(struct object *prog, struct object *target, uint32_t btf_id)
{
	bool extends = prog->prog->head.prog.type == PROG_TYPE_EXT, traced = false;
	uint32_t n = 0;

	links_sync(target);
	vec_each(&target->prog->links, o) {
		if ((*o)->link->head.link.target_btf_id != btf_id || !link_is_alive(*o))
			continue;
		if (is_extension(*o))
			return fail(&prog->sys->diag, NULL, -EBUSY,
				    "another program is in the place of the function");
		traced |= (*o)->link->prog == prog;
		n++;
	}
	if (extends && n)
		return fail(&prog->sys->diag, NULL, -EBUSY, "the function is traced");
	if (extends && is_in_prog_array(target))
		return fail(&prog->sys->diag, NULL, -EBUSY, "the program is in a prog array");
	if (n >= TRAMP_LINKS_MAX)
		return -E2BIG;
	return traced ? -EBUSY : 0;
}

static int attach_locked(struct object *prog, struct object *target, uint32_t btf_id,
			 uint64_t cookie)
{
	struct link link = {
		.prog = prog,
		.target = target,
		.head.link = {.type = SYS_LINK_TRACING,
			      .attach_type = prog->prog->head.prog.attach_type,
			      .target_btf_id = btf_id,
			      .cookie = cookie},
	};
	int err = check_room(prog, target, btf_id), fd;

	if (err)
		return err;
	fd = link_new(prog->sys, &link);
	if (fd < 0)
		return fd;
	if (target->prog->live.at)
		target->prog->live.at->generation++;
	if (prog->prog->live.at)
		prog->prog->live.at->is_consumed = true;
	links_sync(target);
	return fd;
}

/* What the program was loaded for, until its first link took that. */
static struct object *own_target(const struct object *prog)
{
	const struct live *live = &prog->prog->live;

	return live->at && live->at->is_consumed ? NULL : prog->prog->target;
}

static bool has_target_type(const struct blob_head *h)
{
	return h->prog.type == PROG_TYPE_EXT || h->prog.attach_type == ATTACH_TYPE_TRACE_FENTRY ||
	       h->prog.attach_type == ATTACH_TYPE_TRACE_FEXIT ||
	       h->prog.attach_type == ATTACH_TYPE_MODIFY_RETURN ||
	       h->prog.attach_type == ATTACH_TYPE_LSM_MAC;
}

/* Which function, of what was named or of what the program was loaded for. */
static int find_place(struct call *c, struct object *prog, int fd, uint32_t *btf_id,
		      struct object **out)
{
	const struct blob_head *h = &prog->prog->head;
	struct object *own = own_target(prog);
	int err;

	if (!has_target_type(h) || !fd != !*btf_id || (fd && h->prog.type != PROG_TYPE_EXT))
		return -EINVAL;
	if (!fd) {
		*out = own;
		*btf_id = h->prog.attach_btf_id;
		if (own)
			return 0;
		if (h->prog.attach_prog_id)
			return fail(&c->sys->diag, NULL, -EINVAL,
				    "what it was loaded for was attached to before; name a target");
		return fail(&c->sys->diag, NULL, -EOPNOTSUPP,
			    "there is no kernel here whose functions could be traced");
	}
	err = object_of(c->sys, fd, STORE_PROG, out);
	if (err || (*out == own && *btf_id == h->prog.attach_btf_id))
		return err ? -EINVAL : 0;
	return program_check_target(prog, *out, *btf_id);
}

long extend_attach(struct call *c, struct object *prog, int target_fd, uint32_t btf_id,
		   uint64_t cookie)
{
	struct object *target;
	int err, fd;

	objects_sweep(c->sys);
	err = find_place(c, prog, target_fd, &btf_id, &target);
	if (!err)
		err = lease_wait(target->fd, LEASE_HELD);
	if (err)
		return err;
	fd = attach_locked(prog, target, btf_id, cookie);
	lease_set(target->fd, F_UNLCK, LEASE_HELD, 1);
	return fd;
}
