/* libFuzzer target of libraries that play the kernel: what is read before they are mapped. */
#include "core/load/library.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = no_message};
	struct bytes in = {data, size};
	struct library lib;

	library_read(in, "fuzz", &d, &lib);
	for (size_t i = 0; i < lib.marks.n; i++)
		kernel_mark(&lib.marks, EBPF_MARK_KFUNC, lib.marks.v[i].function);
	library_free(&lib);
	return 0;
}
