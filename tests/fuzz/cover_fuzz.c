/* libFuzzer target of records of coverage: what is read is written, and that is read back. */
#include <stdlib.h>

#include "core/cover/cover.h"

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
	struct diag d = {.sink = drop};
	struct cover c = {0}, back = {0};
	struct strbuf b = {0};

	if (cover_parse(&c, "fuzz", (struct bytes){data, size}, &d) == 0) {
		cover_record(&c, &b);
		if (cover_parse(&back, "fuzz", (struct bytes){(const uint8_t *)b.s, b.len}, &d))
			abort();
	}
	cover_free(&c);
	cover_free(&back);
	strbuf_free(&b);
	return 0;
}
