#include "core/obj/libelf.h"

#include <dlfcn.h>
#include <errno.h>

int libelf_load(struct libelf *lib, struct diag *d)
{
	void *handle = dlopen("libelf.so.1", RTLD_LAZY);

	if (!handle)
		return fail(d, NULL, -ELIBACC, "libelf is missing (Debian's package libelf1)");
#define LIBELF(function)                                                                           \
	lib->function = dlsym(handle, #function);                                                  \
	if (!lib->function)                                                                        \
		return fail(d, NULL, -ELIBACC, "libelf has no %s()", #function);
#include "core/obj/libelf.def"
	lib->elf_version(EV_CURRENT);
	return 0;
}
