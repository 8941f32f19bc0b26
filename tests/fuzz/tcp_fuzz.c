/* libFuzzer target of scenarios: whatever the text is, it is refused, or runs to its end. */
#include "core/tcp/tcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void drop(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d;
	(void)sev;
	(void)loc;
	(void)msg;
}

/* More packets, flows or memory than one input is worth. */
static bool is_large(const struct tcp_scenario *s)
{
	return s->flows.n > 3 || tcp_scenario_packets(s) > 3000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = drop};
	struct tcp_world world = {0};
	struct tcp_scenario s;
	struct tcp_result r;

	tcp_is_scenario((struct bytes){data, size});
	if (tcp_scenario_read(&s, (struct bytes){data, size}, "fuzz", &d) == 0 && !is_large(&s)) {
		tcp_run(&s, &world, &d, &r);
		tcp_result_free(&r);
	}
	tcp_scenario_free(&s);
	return 0;
}
