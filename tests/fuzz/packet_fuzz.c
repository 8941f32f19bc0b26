/* libFuzzer target of packets: as text, as hexdumps, and as bytes that are taken apart. */
#include <stdlib.h>
#include <string.h>

#include "core/packet/build.h"
#include "core/packet/diff.h"
#include "core/packet/hexdump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

static void no_change(void *arg, const char *what, const char *from, const char *to)
{
	(void)arg, (void)what, (void)from, (void)to;
}

/* A packet that was built has the layers that it was built of, all of it. */
static void look(struct bytes packet)
{
	struct layers l;

	layers_dissect(packet, LAYER_ETH, &l);
	if (l.payload > packet.size || packet_diff(packet, packet, no_change, NULL))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = no_message};
	struct bytes in = {data, size}, out;
	struct arena arena = {0};
	struct hexdump h = {0};
	char *text = arena_strndup(&arena, (const char *)data, size);

	if (!packet_build(text, &arena, &d, &out))
		look(out);
	if (!hexdump_read(in, "fuzz", &arena, &d, &h))
		vec_each(&h.packets, p)
			look(p->bytes);
	look(in);
	packet_diff(in, (struct bytes){data, size / 2}, no_change, NULL);
	hexdump_free(&h);
	arena_free(&arena);
	return 0;
}
