/* Around machine code that runs: it is made known to who looks on, and a wall is put around it. */
#include <stdio.h>
#include <unistd.h>

#include "cmd/run.h"
#include "cmd/sandbox.h"
#include "core/base/file.h"
#include "jit/profile.h"

int run_tell(struct run *r)
{
	char path[sizeof("/tmp/perf-.map") + 20];
	struct strbuf map = {0};
	int err = 0;

	for (uint32_t i = 0; i < r->file.image->nprogs; i++) {
		const struct prog *prog = r->vm.progs ? r->vm.progs[i] : NULL;

		if (!prog || !prog->entry)
			continue;
		jit_perf_map(&map, prog);
		if (r->o->gdb)
			jit_tell_gdb(prog);
	}
	if (r->o->perf_map) {
		snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)getpid());
		err = file_write(path, strbuf_str(&map), map.len, r->d);
	}
	strbuf_free(&map);
	return err;
}

/* Does the command itself still open files when programs have begun to run? */
static bool opens_files(const struct run *r)
{
	const struct run_options *o = r->o;

	return o->ctxs.n > 1 || o->common.output || o->svg || o->record || o->emit ||
	       o->coverage || o->profile || (o->load.btf && !r->lib) || r->store.sys ||
	       o->packet.split;
}

void run_enter_sandbox(struct run *r)
{
	/* With a program of the store the store's files are opened while it runs. */
	if (r->vm.rc.mem || r->is_boxed || r->o->no_sandbox || r->pinned > 0)
		return;
	r->is_boxed = true;
	sandbox_enter(opens_files(r) ? SANDBOX_FILES : SANDBOX_CLOSED);
}
