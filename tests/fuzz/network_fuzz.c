/* libFuzzer target of networks (core/run/network.h): whatever the text is, it is taken or refused,
 * and what was taken is looked up and written again. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/strbuf.h"
#include "core/run/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void drop(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d;
	(void)sev;
	(void)loc;
	(void)msg;
}

/* Each of them is found by what it says of itself, or something else is. */
static void look_up(const struct network *w)
{
	struct strbuf b = {0};
	struct network_tuple t = {.family = AF_INET};

	vec_each(&w->routes, r)
		if (!network_route(w, r->family, r->prefix))
			__builtin_trap();
	vec_each(&w->devices, dev)
		network_mtu(w, dev->ifindex);
	vec_each(&w->socks, s) {
		network_sock_text(&b, s);
		network_sock_in(w, s->map, s->key);
		memcpy(t.dst, &s->src_ip4, 4);
		t.dport = htons((uint16_t)s->src_port);
		network_sock(w, s->protocol, &t);
	}
	vec_each(&w->conns, c)
		network_tuple_text(&b, c->protocol, &c->dir[1]);
	strbuf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = {.sink = drop};
	struct network w = {0};
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = 0;
	if (network_read(&w, text, "fuzz", &d) == 0)
		look_up(&w);
	network_free(&w);
	free(text);
	return 0;
}
