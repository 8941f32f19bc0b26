/*
 * An object's tables of struct tcp_congestion_ops as congestion controls: what the kernel asks of
 * one that is registered (bpf_tcp_ca.c, tcp_register_congestion_control()), its programs proved,
 * and who runs them.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "cmd/engine.h"
#include "cmd/run_tcp.h"

static const char ops_name[] = "tcp_congestion_ops";

/* ---- the layout of sockets ---- */

/* The bit that a path of members begins at, from the struct; -1: there is no such member. */
static int64_t bit_of(const struct btf *btf, uint32_t id, const char *path)
{
	int64_t bit = 0;

	while (*path) {
		size_t len = strcspn(path, ".");
		const struct btf_type *t = btf_type(btf, btf_resolve(btf, id));
		const struct btf_member *m = btf_members(t), *end = m + btf_vlen(t);
		const char *name = "";

		for (; m < end; m++) {
			name = btf_str(btf, m->name_off);
			if (strlen(name) == len && memcmp(name, path, len) == 0)
				break;
		}
		if (m == end)
			return -1;
		bit += btf_member_bit(t, m);
		id = m->type;
		path += len + (path[len] == '.');
	}
	return bit;
}

/* Programs are relocated against these types, and the simulator's sockets are as they are. */
static int check_layout(const struct btf *btf, struct diag *d)
{
	static const struct {
		const char *path;
		int64_t bit;
	} fields[] = {
#define TCP_FIELD(type, name, off, path)       {path, (off)*8},
#define TCP_BITS(name, byte, lead, bits, path) {path, (byte)*8 + (lead)},
#include "core/tcp/fields.def"
	};
	uint32_t id = btf ? btf_find(btf, "tcp_sock", BTF_KIND_STRUCT) : 0;

	if (!id || btf_size(btf, id) != TCP_SOCK_SIZE)
		return fail(d, NULL, -EINVAL,
			    "struct tcp_sock is another than that of Linux 6.18, which is "
			    "simulated; it comes with ebpf (no --btf)");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (bit_of(btf, id, fields[i].path) != fields[i].bit)
			return fail(d, NULL, -EINVAL,
				    "%s of struct tcp_sock lies elsewhere than in Linux 6.18, "
				    "which is simulated; it comes with ebpf (no --btf)",
				    fields[i].path);
	return 0;
}

/* ---- one table ---- */

/* A data member's bytes in the table; NULL: its struct has none. */
static const uint8_t *data_member(const struct image *image, const struct ops_def *def,
				  const char *name, uint32_t size)
{
	int64_t bit = bit_of(image->btf, def->type, name);
	int64_t all = btf_size(image->btf, def->type);

	return bit >= 0 && bit / 8 + size <= all ? def->data + bit / 8 : NULL;
}

static bool is_name(const char *name)
{
	if (!*name || strlen(name) == TCP_CA_NAME_MAX)
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_' && *name != '.')
			return false;
	return true;
}

static struct prog *prog_named(const struct run *r, const char *name, const struct prog_def **def)
{
	for (uint32_t i = 0; i < r->file.image->nprogs; i++)
		if (strcmp(r->file.image->progs[i].name, name) == 0) {
			*def = &r->file.image->progs[i];
			return r->vm.progs[i];
		}
	return NULL;
}

int tcp_member_by_name(const char *name)
{
	for (int i = 0; i < TCP_MEMBERS; i++)
		if (strcmp(tcp_members[i].name, name) == 0)
			return i;
	return -1;
}

static bool has(const struct tcp_control *c, enum tcp_member m)
{
	return c->members[m];
}

/* tcp_validate_congestion_control() */
static bool is_complete(const struct tcp_control *c)
{
	return has(c, TCP_ssthresh) && has(c, TCP_undo_cwnd) &&
	       (has(c, TCP_cong_avoid) || has(c, TCP_cong_control));
}

static int read_slots(struct tcp_runner *t, const struct ops_def *def, struct tcp_control *c,
		      bool *safe)
{
	struct run *r = t->r;
	int err = 0;

	for (uint32_t i = 0; i < def->nslots && !err; i++) {
		const struct prog_def *prog_def = NULL;
		struct prog *prog = prog_named(r, def->slots[i].prog, &prog_def);
		int m = tcp_member_by_name(def->slots[i].member);

		if (m < 0)
			return fail(r->d, NULL, -EINVAL,
				    "%s: member %s of struct %s cannot be a program", def->name,
				    def->slots[i].member, ops_name);
		if (!prog)
			return fail(r->d, NULL, -EINVAL, "%s: program %s is not loaded", def->name,
				    def->slots[i].prog);
		c->members[m] = prog;
		if (!prog->facts)
			err = run_verify_member(r, prog_def, safe);
	}
	return err;
}

static int read_table(struct tcp_runner *t, const struct ops_def *def, struct tcp_control *c,
		      bool *safe)
{
	const uint8_t *name = data_member(t->r->file.image, def, "name", TCP_CA_NAME_MAX);
	const uint8_t *flags = data_member(t->r->file.image, def, "flags", 4);

	if (name)
		memcpy(c->name, name, TCP_CA_NAME_MAX - 1);
	if (flags)
		memcpy(&c->cong.flags, flags, sizeof(c->cong.flags));
	if (!is_name(c->name))
		return fail(t->r->d, NULL, -EINVAL, "%s: '%s' is no name of a congestion control",
			    def->name, c->name);
	return read_slots(t, def, c, safe);
}

bool tcp_add_control(struct tcp_runner *t, struct tcp_control *c)
{
	if (!is_complete(c))
		return false;
	c->runner = t;
	c->cong.name = c->name;
	c->cong.arg = c;
	c->cong.run = tcp_run_member;
	for (int m = 0; m < TCP_MEMBERS; m++)
		if (c->members[m])
			c->cong.has |= 1u << m;
	vec_push(&t->controls, c);
	vec_push(&t->congs, c->cong);
	return true;
}

/* ---- all of them ---- */

/* Trusted programs run as machine code; where some are not, all are looked after. */
static int choose_engine(struct tcp_runner *t, bool safe)
{
	struct run *r = t->r;
	const struct engine_choice *asked = r->o->engine;
	const struct engine *engine = asked ? asked->engine : engine_of_choice(UINT64_MAX);

	if (asked && asked->trusts && !safe) {
		r->rejected = true;
		return fail(r->d, NULL, -EPERM,
			    "--engine %s runs programs that read nothing but what is simulated",
			    asked->name);
	}
	if (safe && engine && (!asked || asked->trusts))
		vm_trust(&r->vm, engine);
	return run_count_insns(r);
}

int tcp_prepare(struct tcp_runner *t)
{
	int err = 0;

	vec_each(&t->controls, c)
		for (int m = 0; m < TCP_MEMBERS && !err; m++) {
			struct prog *prog = (*c)->members[m];

			if (prog && !prog->code)
				err = t->r->vm.engine->prepare(prog, t->r->d);
		}
	return err;
}

static int read_tables(struct tcp_runner *t, bool *safe)
{
	struct image *image = t->r->file.image;
	int err = 0;

	for (uint32_t i = 0; i < image->nops && !err; i++) {
		struct tcp_control *c = arena_new(&t->r->arena, struct tcp_control);

		if (strcmp(image->ops[i].ops, ops_name) != 0)
			continue;
		err = read_table(t, &image->ops[i], c, safe);
		if (!err && !tcp_add_control(t, c))
			note(t->r->d, NULL,
			     "%s is left out: it needs ssthresh, undo_cwnd, and cong_avoid or "
			     "cong_control",
			     image->ops[i].name);
	}
	if (!err && !t->congs.n)
		err = fail(t->r->d, NULL, -EINVAL, "%s: there is no struct %s that is complete",
			   image->path, ops_name);
	return err;
}

int tcp_load(struct tcp_runner *t)
{
	struct run *r = t->r;
	bool safe = true;
	int err;

	run_know_kernel(r);
	err = program_file_open(&r->file, r->o->path, &r->o->load, r->d);
	if (!err)
		err = load_target(r->file.image, &r->o->load, r->d);
	if (!err)
		err = check_layout(r->file.image->target, r->d);
	if (!err)
		err = run_open_mock(r);
	if (!err)
		err = vm_open_with(&r->vm, r->file.image, NULL, 1, r->mock, r->d);
	if (err)
		return err;
	if (r->o->harden)
		vm_harden(&r->vm);
	run_open_proofs(r);
	r->prover.d = r->d;
	safe = !r->mock;
	err = read_tables(t, &safe);
	if (!err)
		err = choose_engine(t, safe);
	if (!err)
		err = tcp_prepare(t);
	return err ? err : run_tell(r);
}
