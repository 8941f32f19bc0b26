/* libFuzzer target of captures: every packet is read to its end. */
#include "core/run/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = no_message};
	struct capture_packet pkt;
	volatile uint8_t sum = 0;
	struct capture *c;

	if (capture_open_bytes((struct bytes){data, size}, "fuzz", &d, &c))
		return 0;
	while (capture_next(c, &pkt) > 0)
		for (uint32_t i = 0; i < pkt.len; i++)
			sum += pkt.data[i];
	capture_close(c);
	return 0;
}
