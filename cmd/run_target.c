/* The program that an input is meant for, and what it is attached to. */
#include <errno.h>
#include <string.h>

#include "cmd/run_scene.h"
#include "core/base/file.h"
#include "core/obj/prog_type.h"
#include "core/helper/helper.h"
#include "core/prove.h"

/* Kinds of probes that are one: the words of sections. */
static const char *kind_word(const char *section, size_t *len)
{
	static const char *const same[][2] = {
		{"tp", "tracepoint"},
		{"raw_tp", "raw_tracepoint"},
	};

	*len = strcspn(section, "/");
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		if (*len == strlen(same[i][0]) && strncmp(section, same[i][0], *len) == 0) {
			*len = strlen(same[i][1]);
			return same[i][1];
		}
	return section;
}

bool run_is_target(const char *section, const char *target)
{
	size_t n, m;
	const char *kind, *wanted = kind_word(target, &m), *name, *last;

	section += *section == '?';
	kind = kind_word(section, &n);
	if (n != m || strncmp(kind, wanted, n) != 0)
		return false;
	name = strchr(section, '/');
	target = strchr(target, '/');
	if (!name || !target)
		return !name && !target;
	/* A tracepoint's group may be left out. */
	last = strrchr(name, '/');
	return strcmp(name, target) == 0 || strcmp(last, target) == 0;
}

/* Its verdict, when nobody did ask for it yet. */
static int look_at(struct run *r, uint32_t index)
{
	bool *seen = &r->verified[index];
	int err = 0;

	if (!*seen && !r->vm.progs[index]->facts && !r->o->unchecked &&
	    r->o->verify != RUN_VERIFY_NOT)
		err = run_verify(r, &r->file.image->progs[index]);
	*seen = true;
	return err;
}

int run_use_program(struct run *r, uint32_t index)
{
	int err = vm_select(&r->vm, r->file.image->progs[index].name, r->d);

	return err ? err : look_at(r, index);
}

static const struct prog_def *definition(const struct run *r)
{
	for (uint32_t i = 0; i < r->file.image->nprogs; i++)
		if (r->vm.progs && r->vm.progs[i] == r->vm.main)
			return &r->file.image->progs[i];
	return NULL;
}

bool run_concerns_main(const struct run *r, const char *target)
{
	const struct prog_def *def = definition(r);

	return !def || !def->section || !strchr(def->section, '/') ||
	       run_is_target(def->section, target);
}

/* The type that a pointer which is the function's first parameter points to. */
static uint32_t first_pointee(const struct btf *btf, uint32_t func)
{
	uint32_t proto = btf && func ? btf_func_proto(btf, func) : 0;
	const struct btf_type *t = proto ? btf_type(btf, proto) : NULL;

	if (!t || !btf_vlen(t))
		return 0;
	t = btf_type(btf, btf_resolve(btf, btf_params(t)[0].type));
	return btf_kind(t) == BTF_KIND_PTR ? btf_resolve(btf, t->type) : 0;
}

static uint32_t proto_of_ops(const struct btf *kernel, const struct prog_def *def)
{
	uint32_t ops = btf_find(kernel, def->ops, BTF_KIND_STRUCT), i;

	i = prove_find_member(kernel, ops, def->ops_member);
	if (i >= btf_vlen(btf_type(kernel, ops)))
		return 0;
	return btf_func_proto(kernel,
			      btf_resolve(kernel, btf_members(btf_type(kernel, ops))[i].type));
}

/* kprobe/vfs_read+0x10: the function alone */
static uint32_t find_function(const struct btf *kernel, const char *name)
{
	char func[128];
	size_t len = strcspn(name, "+");

	if (len >= sizeof(func))
		return 0;
	memcpy(func, name, len);
	func[len] = '\0';
	return btf_find(kernel, func, BTF_KIND_FUNC);
}

static void find_proto(const struct prog_def *def, struct scene_program *p)
{
	bool raw = p->type == PROG_TYPE_RAW_TRACEPOINT ||
		   p->type == PROG_TYPE_RAW_TRACEPOINT_WRITABLE ||
		   (p->type == PROG_TYPE_TRACING && p->attach_type == ATTACH_TYPE_TRACE_RAW_TP);
	uint32_t target = 0;

	if (p->type == PROG_TYPE_STRUCT_OPS && def->ops) {
		p->proto = proto_of_ops(p->kernel, def);
		return;
	}
	if (!def->attach_to)
		return;
	if (p->type == PROG_TYPE_KPROBE)
		target = find_function(p->kernel, def->attach_to);
	else
		target = prove_find_target(
			p->kernel, raw ? ATTACH_TYPE_TRACE_RAW_TP : p->attach_type, def->attach_to);
	if (target)
		p->proto = btf_func_proto(p->kernel, btf_resolve(p->kernel, target));
	/* The first is the tracepoint's own data. */
	p->skip = raw && p->proto ? 1 : 0;
}

/* Kernel functions that give the task are among many others. */
static bool wants_task(const struct prog *prog)
{
	for (uint32_t i = 0; i < prog->ninsns; i++)
		if (prog->ops[i] == OP_CALL && (prog->insns[i].imm == HELPER_get_current_task ||
						prog->insns[i].imm == HELPER_get_current_task_btf))
			return true;
	return prog->nkfuncs;
}

int run_scene_program(struct run *r, struct scene_program *out)
{
	const struct prog_def *def = definition(r);
	int err = load_target(r->file.image, &r->o->load, r->d);

	*out = (struct scene_program){
		.name = r->vm.main->name,
		.type = r->vm.main->type,
		.attach_type = r->vm.main->attach_type,
		.kernel = r->file.image->target,
		.own = r->file.image->btf,
		.wants_task = wants_task(r->vm.main) ||
			      r->vm.main->attach_type == ATTACH_TYPE_TRACE_ITER,
	};
	if (err || !def)
		return err;
	out->section = def->section;
	if (def->nsubs)
		out->own_ctx = first_pointee(out->own, def->subs[0].btf_id);
	find_proto(def, out);
	return 0;
}

static int read_formats(struct run *r)
{
	int err = 0;

	for (size_t i = r->formats.n; i < r->o->formats.n && !err; i++) {
		const char *path = r->o->formats.v[i];
		struct bytes text;

		err = file_read(path, 0, &r->arena, r->d, &text);
		if (!err)
			err = tp_format_parse((const char *)text.data, path, &r->arena, r->d,
					      vec_add(&r->formats));
	}
	return err;
}

int run_tp_formats(struct run *r, struct scene_program *prog)
{
	const char *event = prog->section ? strrchr(prog->section, '/') : NULL;
	int err = read_formats(r);

	if (err || prog->type != PROG_TYPE_TRACEPOINT)
		return err;
	vec_each(&r->formats, f)
		if (event && strcmp(f->name, event + 1) == 0)
			prog->format = f;
	/* A section that says nothing leaves no choice. */
	if (!prog->format && !event && r->formats.n == 1)
		prog->format = r->formats.v;
	return 0;
}
