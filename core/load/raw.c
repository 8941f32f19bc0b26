#include "core/load/load.h"

#include <errno.h>

int load_raw(struct bytes code, const char *path, bool big_endian, struct diag *d,
	     struct object *obj)
{
	struct arena *a = &obj->arena;
	struct loc loc = {.file = path};

	if (!code.size)
		return fail(d, &loc, -EINVAL, "no instructions");
	if (code.size % sizeof(struct bpf_insn))
		return fail(d, &loc, -EINVAL, "%zu bytes are no whole number of instructions",
			    code.size);
	obj->path = arena_strdup(a, path);
	obj->big_endian = big_endian;
	obj->machine = EM_BPF;
	obj->nsecs = 2;
	obj->secs = arena_array(a, struct section, 2);
	obj->secs[0].name = "";
	obj->secs[1] = (struct section){
		.name = ".text",
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC | SHF_EXECINSTR,
		.align = sizeof(struct bpf_insn),
		.data = arena_memdup(a, code.data, code.size),
		.size = code.size,
	};
	obj->nsyms = 2;
	obj->syms = arena_array(a, struct symbol, 2);
	obj->syms[0].name = "";
	obj->syms[1] = (struct symbol){
		.name = "main",
		.size = code.size,
		.sec = 1,
		.type = STT_FUNC,
		.bind = STB_GLOBAL,
	};
	return 0;
}
