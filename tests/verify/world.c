/* What programs refer to, made twice: in the kernel by bpf(2), and here. Nothing is pinned. */
#include <linux/bpf.h>

#include "tests/verify/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "asm/asm.h"
#include "core/obj/prog_type.h"
#include "core/prove.h"
#include "maps/maps.h"

static int kernel(int cmd, union bpf_attr *attr)
{
	int ret = (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return ret < 0 ? -errno : ret;
}

/* ---- types ---- */

/* The blob again, as the records and strings of its own that it consists of. */
static int load_btf(const struct btf *btf)
{
	struct btf_header h = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(h),
		.type_len = btf->types_len,
		.str_off = btf->types_len,
		.str_len = btf->nstr,
	};
	struct strbuf blob = {0};
	union bpf_attr attr = {0};
	int fd;

	strbuf_addmem(&blob, &h, sizeof(h));
	strbuf_addmem(&blob, btf->types, btf->types_len);
	strbuf_addmem(&blob, btf->strs, btf->nstr);
	attr.btf = (uint64_t)(uintptr_t)blob.s;
	attr.btf_size = (uint32_t)blob.len;
	fd = kernel(BPF_BTF_LOAD, &attr);
	strbuf_free(&blob);
	return fd;
}

/* ---- maps ---- */

static int kernel_map(const struct world *w, struct map_def *def)
{
	union bpf_attr attr = {
		.map_type = def->type,
		.key_size = def->key_size,
		.value_size = def->value_size,
		.max_entries = def->max_entries,
		.map_flags = def->flags,
		.map_extra = def->extra,
	};
	int inner = -1, fd;

	snprintf(attr.map_name, sizeof(attr.map_name), "%s", def->name);
	if (def->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !attr.max_entries)
		attr.max_entries = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	if (def->inner) {
		inner = kernel_map(w, (struct map_def *)(uintptr_t)def->inner);
		if (inner < 0)
			return inner;
		attr.inner_map_fd = (uint32_t)inner;
	}
	if (def->btf_value_id && w->btf_fd >= 0) {
		attr.btf_fd = (uint32_t)w->btf_fd;
		attr.btf_key_type_id = def->btf_key_id;
		attr.btf_value_type_id = def->btf_value_id;
	}
	fd = kernel(BPF_MAP_CREATE, &attr);
	if (fd < 0 && attr.btf_value_type_id) {
		/* Types that the kernel refuses for a map are nobody's, as libbpf has it. */
		def->btf_key_id = def->btf_value_id = 0;
		attr.btf_fd = attr.btf_key_type_id = attr.btf_value_type_id = 0;
		fd = kernel(BPF_MAP_CREATE, &attr);
	}
	if (inner >= 0)
		close(inner);
	return fd;
}

static int fill_kernel_map(int fd, const struct map_def *def)
{
	static const uint32_t zero;
	union bpf_attr attr = {0};
	int err = 0;

	/* An arena has no elements; what it begins with is written where it is mapped. */
	if (def->data && def->type != MAP_TYPE_ARENA) {
		attr.map_fd = (uint32_t)fd;
		attr.key = (uint64_t)(uintptr_t)&zero;
		attr.value = (uint64_t)(uintptr_t)def->data;
		err = kernel(BPF_MAP_UPDATE_ELEM, &attr);
	}
	if (!err && def->read_only) {
		attr = (union bpf_attr){.map_fd = (uint32_t)fd};
		err = kernel(BPF_MAP_FREEZE, &attr);
	}
	return err;
}

static int put_at(int fd, int place)
{
	int at = dup2(fd, place);

	close(fd);
	return at < 0 ? -errno : at;
}

static int make_kernel_map(struct world *w, struct map_def *def, int place, struct diag *d)
{
	int fd = kernel_map(w, def), err;

	if (fd < 0)
		return fail(d, NULL, fd, "map %s: the kernel does not make it: %s", def->name,
			    strerror(-fd));
	err = fill_kernel_map(fd, def);
	fd = put_at(fd, place);
	return err ? err : min(fd, 0);
}

static int make_map(struct world *w, uint32_t i, struct diag *d)
{
	struct map_def *def = &w->image->maps[i];
	int err = 0;

	map_def_complete(def, (uint32_t)sysconf(_SC_NPROCESSORS_CONF));
	w->fds[i] = w->fd_base + (int)i;
	if (w->is_in_kernel)
		err = make_kernel_map(w, def, w->fds[i], d);
	if (err)
		return err;
	map_use_types(def, w->btf, w->kernel, &w->image->arena);
	err = map_new(def, 1, d, &w->maps[i]);
	if (err && w->is_in_kernel)
		close(w->fds[i]);
	w->nmaps += !err;
	return err;
}

static bool holds_programs(uint32_t type)
{
	return type == BPF_MAP_TYPE_PROG_ARRAY || type == BPF_MAP_TYPE_DEVMAP ||
	       type == BPF_MAP_TYPE_DEVMAP_HASH || type == BPF_MAP_TYPE_CPUMAP;
}

void world_renew(const struct world *w, const struct trial *t)
{
	for (uint32_t i = 0; i + 1 < t->n; i++) {
		int at = t->insns[i].code == (INSN_LD | INSN_IMM | INSN_DW)
				 ? world_map_at(w, t->insns[i].imm)
				 : -1;

		if (at < 0 || !holds_programs(w->image->maps[at].type))
			continue;
		put_at(kernel_map(w, &w->image->maps[at]), w->fds[at]);
	}
}

int world_map_at(const struct world *w, int fd)
{
	for (uint32_t i = 0; i < w->nmaps; i++)
		if (w->fds[i] == fd)
			return (int)i;
	return -1;
}

/* ---- all of it ---- */

static int read_object(struct world *w, struct bytes in, const char *path, struct diag *d)
{
	struct asm_options opts = {.path = path};

	if (!load_is_elf(in))
		return asm_source(&opts, (const char *)in.data, in.size, d, &w->obj);
	w->obj = xcalloc(1, sizeof(*w->obj));
	return load_elf_bytes(in, path, d, w->obj);
}

/* The types that come with the program, when somebody asks for them. */
static const struct btf *read_own(void *arg)
{
	struct world *w = arg;
	struct diag quiet = {.quiet = true};

	return load_target(w->image, &(struct load_options){0}, &quiet) ? NULL : w->image->target;
}

/* Types or maps, or both. */
static void change_world(struct world *w, struct rng *r)
{
	if (rng_below(r, 2))
		world_change_types(w, r);
	if (w->is_changed && rng_below(r, 2))
		return;
	for (uint32_t i = 0; i < w->image->nmaps; i++) {
		if (!rng_below(r, 3))
			world_change_map(&w->image->maps[i], r);
	}
	w->is_changed = true;
}

int world_open(struct world *w, struct bytes in, const char *path, struct judges *j, int fd_base,
	       struct rng *change, struct diag *d)
{
	struct load_options opts = {.target = j ? &j->vmlinux : NULL};
	int err;

	*w = (struct world){
		.own = {.read = read_own, .arg = w},
		.kernel = j ? &j->kernel : &w->own,
		.fd_base = fd_base,
		.is_in_kernel = j != NULL,
		.btf_fd = -1,
	};
	err = read_object(w, in, path, d);
	if (!err)
		err = load_image(w->obj, &opts, d, &w->image);
	if (err)
		return err;
	if (w->image->nmaps > WORLD_MAPS)
		return fail(d, NULL, -E2BIG, "%s: too many maps", path);
	if (change)
		change_world(w, change);
	if (w->image->btf && w->is_in_kernel)
		w->btf_fd = load_btf(w->image->btf);
	if (w->btf_fd >= 0)
		w->btf_fd = put_at(w->btf_fd, fd_base + WORLD_MAPS);
	w->btf = w->btf_fd >= 0 || !w->is_in_kernel ? w->image->btf : NULL;
	for (uint32_t i = 0; i < w->image->nmaps && !err; i++)
		err = make_map(w, i, d);
	return err;
}

void world_close(struct world *w)
{
	for (uint32_t i = 0; i < w->nmaps; i++) {
		if (w->is_in_kernel)
			close(w->fds[i]);
		map_free(w->maps[i]);
	}
	if (w->btf_fd >= 0)
		close(w->btf_fd);
	image_free(w->image);
	btf_free(w->declared);
	if (w->obj)
		object_free(w->obj);
	free(w->obj);
	*w = (struct world){.btf_fd = -1};
}

/* Maps by descriptor in place of by index. */
static void name_maps(const struct world *w, struct trial *t)
{
	for (uint32_t i = 0; i < t->n; i += insn_slots(&t->insns[i])) {
		struct bpf_insn *insn = &t->insns[i];
		enum insn_op op = insn_decode(insn);

		if ((op != OP_LD_IMM64_MAP_IDX && op != OP_LD_IMM64_MAP_IDX_VALUE) ||
		    (uint32_t)insn->imm >= w->nmaps)
			continue;
		insn->src_reg = op == OP_LD_IMM64_MAP_IDX ? PSEUDO_MAP_FD : PSEUDO_MAP_VALUE;
		insn->imm = w->fds[insn->imm];
	}
}

/* What the program's section says that it is attached to, as far as that is a type. */
static void attach(const struct prog_def *def, struct trial *t)
{
	const struct btf *kernel = btf_read(t->world->kernel);

	if (def->type == PROG_TYPE_STRUCT_OPS && def->ops) {
		t->attach_btf_id = btf_find(kernel, def->ops, BTF_KIND_STRUCT);
		t->attach_type = prove_find_member(kernel, t->attach_btf_id, def->ops_member);
	} else if (def->type == PROG_TYPE_TRACING && def->attach_to) {
		t->attach_btf_id = prove_find_target(kernel, def->attach_type, def->attach_to);
	}
}

bool world_trial(const struct world *w, const struct prog_def *def, struct trial *t)
{
	struct arena a = {0};
	struct prog_info info = image_prog_info(w->image, def, &a);

	if (def->ninsns > TRIAL_INSNS || info.nfuncs > TRIAL_FUNCS || info.nlines > TRIAL_LINES)
		return false;
	*t = (struct trial){
		.world = w,
		.type = def->type ? def->type : BPF_PROG_TYPE_SOCKET_FILTER,
		.attach_type = def->attach_type,
		.flags = def->flags,
		.caps = VERIFY_CAP_ALL,
		.log_level = VERIFY_LOG_ALL | VERIFY_LOG_STATS,
		.n = def->ninsns,
	};
	memcpy(t->insns, def->insns, sizeof(*t->insns) * def->ninsns);
	name_maps(w, t);
	attach(def, t);
	if (w->btf && info.nfuncs) {
		t->nfuncs = info.nfuncs;
		t->nlines = info.nlines;
		memcpy(t->funcs, info.funcs, sizeof(*t->funcs) * info.nfuncs);
		memcpy(t->lines, info.lines, sizeof(*t->lines) * info.nlines);
	}
	arena_free(&a);
	return true;
}
