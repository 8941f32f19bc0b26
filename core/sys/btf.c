/* BTF: loading it, and files of it. */
#include "core/sys/local.h"

enum { BTF_BYTES_MAX = 16 << 20 };

void type_data_free(struct type_data *t)
{
	btf_free(t->btf);
	arena_free(&t->arena);
	free(t);
}

/* Judges raw types, which are t's already. */
static int parse(struct sys *sys, struct type_data *t)
{
	int err = btf_parse(t->raw.data, t->raw.size, NULL, "BTF", &sys->diag, &t->btf);

	if (err)
		t->btf = NULL;
	return err;
}

int btf_object_open(struct sys *sys, int fd, struct object *o)
{
	struct type_data *t = xcalloc(1, sizeof(*t));
	int err = blob_read(fd, STORE_BTF, &t->arena, &t->head, &t->raw, &sys->diag);

	if (!err)
		err = parse(sys, t);
	if (err) {
		type_data_free(t);
		return err;
	}
	o->btf = t;
	o->id = t->head.id;
	return 0;
}

static int make_object(struct sys *sys, struct type_data *t, int *out)
{
	struct object made = {.sys = sys, .kind = STORE_BTF, .fd = -1, .btf = t};
	int fd, err;

	err = store_create(sys->store, STORE_BTF, &made.id, &fd);
	if (err)
		return err;
	t->head.id = made.id;
	err = blob_write(fd, STORE_BTF, &t->head, t->raw.data, t->raw.size);
	if (!err) {
		err = object_add(sys, &made, fd);
		if (!err) {
			*out = fd;
			return 0;
		}
	}
	close(fd);
	store_reap(sys->store, STORE_BTF, made.id);
	return err;
}

static int load(struct call *c, struct type_data *t)
{
	uint8_t *copy = arena_alloc(&t->arena, c->attr.btf_size + 1);
	int err;

	if (copy_in(copy, c->attr.btf, c->attr.btf_size) != 0)
		return -EFAULT;
	t->raw = (struct bytes){copy, c->attr.btf_size};
	err = parse(c->sys, t);
	if (!err)
		err = btf_check(t->btf, "BTF", &c->sys->diag);
	return err ? err : btf_check_objects(t->btf, &c->sys->kernel, "BTF", &c->sys->diag);
}

long sys_btf_load(struct call *c)
{
	struct type_data *t;
	struct log log;
	int fd = -1, err;

	if (c->attr.btf_flags & ~SYS_F_TOKEN_FD)
		return -EINVAL;
	if (c->attr.btf_flags & SYS_F_TOKEN_FD)
		return -EBADF;
	if (c->attr.btf_size > BTF_BYTES_MAX)
		return -E2BIG;
	objects_sweep(c->sys);
	err = log_begin(c->sys, &log, c->attr.btf_log_level, c->attr.btf_log_size,
			c->attr.btf_log_buf);
	if (err)
		return err;
	t = xcalloc(1, sizeof(*t));
	err = log_end(c->sys, &log, load(c, t), &c->attr.btf_log_true_size);
	if (!err || err == -ENOSPC)
		put_attr(c, btf_log_true_size);
	if (err)
		type_data_free(t);
	else
		err = make_object(c->sys, t, &fd);
	return err ? err : fd;
}
