/* --mock, --record, --strict */
#include <errno.h>

#include "cmd/run.h"
#include "core/base/file.h"
#include "core/btf/bundled.h"

static const struct btf *read_kernel(void *arg)
{
	struct run *r = arg;

	return load_target(r->file.image, &r->o->load, r->d) ? NULL : r->file.image->target;
}

void run_know_kernel(struct run *r)
{
	r->kernel = (struct btf_source){.read = read_kernel, .arg = r};
}

int run_open_mock(struct run *r)
{
	struct mock_options o = {
		.path = r->o->mock,
		.record = r->o->record,
		.strict = r->o->strict,
		.given = r->o->given,
		.kernel = &r->kernel,
	};

	int err = o.path ? file_read(o.path, 0, &r->arena, r->d, &o.text) : 0;

	if (err || (!o.path && !o.record && !o.strict))
		return err;
	return mock_open(&o, r->d, &r->mock);
}

int run_close_mock(struct run *r)
{
	struct strbuf text = {0};
	int err = 0;

	if (r->mock && r->o->record && r->runs) {
		mock_print(r->mock, &text);
		err = file_write(r->o->record, strbuf_str(&text), text.len, r->d);
	}
	strbuf_free(&text);
	mock_close(r->mock);
	r->mock = NULL;
	return err;
}
