#include "core/vm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/interp/step.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/later.h"
#include "core/run/regs.h"
#include "maps/maps.h"

enum { NCPUS = 1 };

static struct prog *find(const struct vm *vm, const char *name)
{
	for (uint32_t i = 0; i < vm->image->nprogs; i++)
		if (vm->progs[i] && strcmp(vm->progs[i]->name, name) == 0)
			return vm->progs[i];
	return NULL;
}

static int fill_slot(struct vm *vm, uint32_t m, const struct map_init *init, struct diag *d)
{
	struct map *map = vm->maps[m];
	struct prog *prog;
	int err;

	/* What a stored map holds stays. */
	if (init->map != UINT32_MAX && vm->given && vm->given[m])
		return 0;
	if (init->map != UINT32_MAX)
		return map->key_size == sizeof(init->key)
			       ? map_of_maps_set(map, &init->key, vm->maps[init->map])
			       : -EINVAL;
	prog = find(vm, init->name);
	if (!prog)
		return -ENOENT;
	err = prog->code ? 0 : vm->engine->prepare(prog, d);
	return err ? err : prog_array_set(map, init->key, prog);
}

/* Puts what a map's declaration names into its slots: programs, or other maps. */
static int fill_slots(struct vm *vm, uint32_t m, struct diag *d)
{
	const struct map_def *def = &vm->image->maps[m];

	for (uint32_t i = 0; i < def->ninits; i++) {
		const struct map_init *init = &def->inits[i];
		int err = fill_slot(vm, m, init, d);

		if (err)
			return fail(d, NULL, err, "map %s: %s cannot be put into slot %u: %s",
				    def->name, init->name, init->key, strerror(-err));
	}
	return 0;
}

static int make_prog(struct vm *vm, uint32_t i, struct diag *d)
{
	struct image *image = vm->image;
	int err = prog_new(&image->progs[i], vm->maps, image->nmaps, image->path, d, &vm->progs[i]);

	if (!err)
		run_bind(vm->progs[i], image->btf, &vm->kernel);
	if (!err && vm->rt.mock)
		mock_bind(vm->rt.mock, vm->progs[i]);
	return err;
}

static void keep_quiet(struct diag *d __unused, enum severity sev __unused,
		       const struct loc *loc __unused, const char *msg __unused)
{
}

/* One of several that is no program at all is said when somebody asks for it, or for all. */
static int make_progs(struct vm *vm, struct diag *d)
{
	struct diag quiet = {.sink = keep_quiet};
	uint32_t made = 0, bad = 0;

	for (uint32_t i = 0; i < vm->image->nprogs; i++) {
		if (!vm->image->progs[i].autoload)
			continue;
		if (make_prog(vm, i, &quiet) == 0) {
			made++;
		} else {
			vm->progs[i] = NULL;
			bad = i + 1;
		}
	}
	return bad && !made ? make_prog(vm, bad - 1, d) : 0;
}

int vm_say_left_out(struct vm *vm, const char *name, struct diag *d)
{
	for (uint32_t i = 0; i < vm->image->nprogs; i++) {
		const struct prog_def *def = &vm->image->progs[i];

		if (vm->progs[i] || !def->autoload)
			continue;
		if (name && strcmp(def->name, name) == 0)
			return make_prog(vm, i, d);
		if (!name)
			warn(d, NULL, "program %s is left out (--prog %s says why)", def->name,
			     def->name);
	}
	return 0;
}

int vm_open(struct vm *vm, struct image *image, struct diag *d)
{
	return vm_open_with(vm, image, NULL, NCPUS, NULL, d);
}

int vm_open_with(struct vm *vm, struct image *image, struct map *const *given, uint32_t ncpus,
		 struct mock *mock, struct diag *d)
{
	int err = 0;

	*vm = (struct vm){.image = image, .engine = &step_engine};
	vm->given = given;
	vm->rt.mock = mock;
	vm->rt.ncpus = ncpus;
	vm->kernel.btf = image->target;
	vm->maps = xcalloc(image->nmaps + 1, sizeof(*vm->maps));
	vm->progs = xcalloc(image->nprogs + 1, sizeof(*vm->progs));
	vm->rc = (struct run_ctx){
		.engine = vm->engine,
		.stack = xcalloc(RUN_FRAMES, STACK_SIZE),
		.rt = &vm->rt,
		.mem = &vm->mem,
	};
	d->about = image->path;
	for (uint32_t i = 0; i < image->nmaps && !err; i++) {
		map_def_complete(&image->maps[i], ncpus);
		map_use_types(&image->maps[i], image->btf, &vm->kernel, &image->arena);
		if (given && given[i])
			vm->maps[i] = given[i];
		else
			err = map_new(&image->maps[i], ncpus, d, &vm->maps[i]);
	}
	d->about = NULL;
	return err ? err : make_progs(vm, d);
}

void vm_use(struct vm *vm, const struct engine *engine)
{
	vm->engine = vm->rc.engine = engine;
}

void vm_trust(struct vm *vm, const struct engine *engine)
{
	vm_use(vm, engine);
	vm->rc.mem = NULL;
}

void vm_distrust(struct vm *vm)
{
	vm->engine = vm->rc.engine = &step_engine;
	vm->rc.mem = &vm->mem;
}

void vm_harden(struct vm *vm)
{
	for (uint32_t i = 0; i < vm->image->nprogs; i++)
		if (vm->progs[i])
			vm->progs[i]->is_hardened = true;
}

void vm_open_prog(struct vm *vm, struct image *image, struct prog *prog)
{
	*vm = (struct vm){.image = image, .engine = &step_engine, .main = prog};
	vm->given = prog->maps;
	vm->maps = xcalloc(image->nmaps + 1, sizeof(*vm->maps));
	memcpy(vm->maps, prog->maps, image->nmaps * sizeof(*vm->maps));
	vm->rc = (struct run_ctx){
		.engine = vm->engine,
		.stack = xcalloc(RUN_FRAMES, STACK_SIZE),
		.rt = &vm->rt,
		.mem = &vm->mem,
	};
}

int vm_fail_to_find(struct vm *vm, const char *name, struct diag *d)
{
	struct loc loc = {.file = vm->image->path};
	struct strbuf names = {0};
	int err;

	for (uint32_t i = 0; i < vm->image->nprogs; i++)
		if (vm->progs[i])
			strbuf_addf(&names, "%s%s", names.len ? ", " : "", vm->progs[i]->name);
	if (!names.len)
		err = fail(d, &loc, -EINVAL, "there is no program in it");
	else if (name)
		err = fail(d, NULL, -ESRCH, "no program %s in %s; it has: %s", name, loc.file,
			   strbuf_str(&names));
	else
		err = fail(d, NULL, -ESRCH, "which program of %s? say --prog with one of: %s",
			   loc.file, strbuf_str(&names));
	strbuf_free(&names);
	return err;
}

static int pick(struct vm *vm, const char *name, struct diag *d)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < vm->image->nprogs && !name; i++) {
		if (!vm->progs[i])
			continue;
		vm->main = vm->progs[i];
		n++;
	}
	if (name)
		vm->main = find(vm, name);
	else if (n != 1)
		vm->main = NULL;
	return vm->main ? 0 : vm_fail_to_find(vm, name, d);
}

int vm_select(struct vm *vm, const char *name, struct diag *d)
{
	int err = vm_say_left_out(vm, name, d);

	for (uint32_t i = 0; i < vm->image->nmaps && !err; i++)
		err = fill_slots(vm, i, d);
	if (!err && (!vm->main || name))
		err = pick(vm, name, d);
	if (!err && !vm->main->code)
		err = vm->engine->prepare(vm->main, d);
	if (err)
		return err;
	vm->type = packet_type(vm->main->type);
	if (!vm->type)
		return 0;
	vm->mem.ctx = vm->type->ctx;
	vm->mem.user = vm->type->user |
		       ctx_view_of(vm->main->type, vm->main->attach_type).users;
	vm->mem.write_packet = vm->type->write_packet;
	vm->has_sock = vm->type->ctx != &ctx_xdp_md && vm->type->ctx != &ctx_sk_buff;
	return packet_alloc(&vm->pkt, d);
}

void vm_close(struct vm *vm)
{
	later_close(&vm->rt);
	for (uint32_t i = 0; vm->progs && i < vm->image->nprogs; i++)
		prog_free(vm->progs[i]);
	for (uint32_t i = 0; vm->maps && i < vm->image->nmaps; i++)
		if (!vm->given || !vm->given[i])
			map_free(vm->maps[i]);
	free(vm->progs);
	free(vm->maps);
	free(vm->rc.stack);
	packet_free(&vm->pkt);
}

static int run(struct vm *vm, uint64_t *retval, uint64_t *ns)
{
	uint64_t start;
	int err;

	if (vm->sync)
		vm->sync(vm->sync_arg);
	start = ns ? clock_ns() : 0;
	err = run_once(&vm->rc, vm->main, retval);
	if (ns)
		*ns = clock_ns() - start;
	return err ? err : vm_wait(vm, 0);
}

int vm_wait(struct vm *vm, uint64_t ns)
{
	return vm->rt.armed || ns ? later_run(&vm->rc, later_now(&vm->rt) + ns) : 0;
}

static void set_fields(const struct vm *vm, uint8_t *ctx)
{
	for (size_t i = 0; i < vm->nsets; i++)
		memcpy(ctx + vm->sets[i].off, vm->sets[i].bytes, vm->sets[i].size);
}

/* The socket that the context is about */
static void set_socket(struct vm *vm)
{
	vm->sock = (struct network_sock){.rx_queue_mapping = -1};
	for (size_t i = 0; i < vm->nsock_sets; i++)
		memcpy((uint8_t *)&vm->sock + vm->sock_sets[i].off, vm->sock_sets[i].bytes,
		       vm->sock_sets[i].size);
	vm->rt.sock = sock_enter(&vm->sock, vm->type, &vm->ctx, vm->nsock_sets) ? &vm->sock : NULL;
}

/* The kernel's own structs of the packet */
static void set_kernel(struct vm *vm, const struct packet *pkt)
{
	struct nf_ctx *ctx = (struct nf_ctx *)(void *)vm->ctx.bytes;

	nf_enter(vm->nf, ctx, pkt);
	vm->rt.space = &vm->nf->scene.space;
	vm->rt.skb = ctx->skb;
}

/* The context is what the fields that were set say, or none. */
static int run_trial(struct vm *vm, const struct capture_packet *pkt, uint64_t *retval,
		     uint64_t *ns)
{
	struct trial *t = &vm->trial;
	int err;

	*t = (struct trial){.type = vm->type,
			    .attach_type = vm->main->attach_type,
			    .data = {pkt->data, pkt->len}};
	memset(vm->given_ctx.bytes, 0, sizeof(vm->given_ctx));
	set_fields(vm, vm->given_ctx.bytes);
	if (vm->nsets)
		t->ctx = (struct bytes){vm->given_ctx.bytes, trial_ctx(vm->type)->size};
	vm->rc.pkt = vm->type->has_packet ? &vm->pkt : NULL;
	err = trial_begin(t, &vm->pkt, &vm->ctx);
	if (err)
		return err;
	vm->mem.keys = t->keys;
	err = run(vm, retval, ns);
	return err ? err : trial_end(t, &vm->pkt, &vm->ctx);
}

static void lay_packet(struct vm *vm, const struct capture_packet *pkt)
{
	if (vm->reads_only && pkt->low) {
		vm->rc.pkt = &vm->view;
		packet_view(&vm->view, pkt->data, pkt->len);
		return;
	}
	vm->rc.pkt = vm->type->has_packet ? &vm->pkt : NULL;
	packet_set(&vm->pkt, pkt->data, pkt->len, &vm->layout);
}

int vm_run_packet(struct vm *vm, const struct capture_packet *pkt, uint64_t *retval, uint64_t *ns)
{
	enum { LOOPBACK = 1 };
	struct packet *p;

	vm->rc.ctx = &vm->ctx;
	if (vm->strict)
		return run_trial(vm, pkt, retval, ns);
	lay_packet(vm, pkt);
	p = vm->rc.pkt ? vm->rc.pkt : &vm->pkt;
	p->wire_len = pkt->wire_len;
	p->tstamp = pkt->tstamp;
	p->ifindex = LOOPBACK;
	if (vm->type->start == AT_NETWORK)
		packet_to_network(p);
	else if (vm->type->start == AT_TCP)
		packet_to_tcp(p);
	vm->type->enter(vm->type, &vm->ctx, p);
	set_fields(vm, vm->ctx.bytes);
	if (vm->has_sock)
		set_socket(vm);
	if (vm->nf)
		set_kernel(vm, p);
	if (vm->rt.sysctl.changed)
		*vm->rt.sysctl.changed = '\0';
	if (vm->keeps_begin)
		vm->begin = vm->ctx;
	return run(vm, retval, ns);
}

static int run_memory(struct vm *vm, void *data, uint64_t size, uint64_t *retval, uint64_t *ns)
{
	vm->rc.ctx = data;
	vm->rc.ctx_size = size;
	return run(vm, retval, ns);
}

/* A trusted program that is given less than it was proved for runs as one that is not trusted. */
static int run_doubted(struct vm *vm, void *data, uint64_t size, uint64_t *retval, uint64_t *ns)
{
	const struct engine *engine = vm->rc.engine;
	int err;

	vm->rc.engine = &step_engine;
	vm->rc.mem = &vm->mem;
	err = run_memory(vm, data, size, retval, ns);
	vm->rc.engine = engine;
	vm->rc.mem = NULL;
	return err;
}

/* Arguments that types describe are pointers that lead somewhere. */
int vm_run_memory(struct vm *vm, void *data, uint64_t size, uint64_t *retval, uint64_t *ns)
{
	bool is_struct = ctx_view_of(vm->main->type, vm->main->attach_type).type;

	if (!vm->rc.mem && vm->main->ctx_end && (!is_struct || size < vm->main->ctx_end))
		return run_doubted(vm, data, size, retval, ns);
	return run_memory(vm, data, size, retval, ns);
}

int vm_run_context(struct vm *vm, void *data, uint64_t size, uint64_t *retval, uint64_t *ns)
{
	struct ctx_view view = ctx_view_of(vm->main->type, vm->main->attach_type);
	/* The fields that are known are those of this machine. */
	bool is_foreign = vm->rt.arch && vm->rt.arch != regs_arch_here();
	int err;

	if (view.type && size >= view.type->size && !is_foreign)
		vm->mem.ctx = view.type;
	else
		vm->mem.args = vm->main->type != PROG_TYPE_SYSCALL;
	vm->mem.user = view.users;
	err = !vm->rc.mem && size < vm->main->ctx_end
		      ? run_doubted(vm, data, size, retval, ns)
		      : run_memory(vm, data, size, retval, ns);
	vm->mem.ctx = NULL;
	vm->mem.args = false;
	return err;
}
