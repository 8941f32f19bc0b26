/* libFuzzer target of the reader of mocks: whatever the text is, it is taken or refused. */
#include "core/btf/bundled.h"
#include "core/run/mock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void drop(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d;
	(void)sev;
	(void)loc;
	(void)msg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct btf *types = btf_bundled();
	struct btf_source kernel = {.btf = types};
	struct mock_options o = {.text = {data, size}, .path = "fuzz", .kernel = &kernel};
	struct diag d = {.sink = drop};
	struct mock *m;

	if (mock_open(&o, &d, &m) == 0)
		mock_close(m);
	btf_free(types);
	return 0;
}
