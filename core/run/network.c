#include "core/run/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"

struct reader {
	struct network *w;
	const char *path;
	uint32_t line;
	struct diag *d;
	char *rest;
};

static int bad(struct reader *r, const char *what, const char *word)
{
	struct loc loc = {.file = r->path, .line = r->line};

	return fail(r->d, &loc, -EINVAL, "expected %s%s%s", what, word ? ", got " : "",
		    word ? word : "");
}

/* NULL at the end of the line. */
static char *next_word(struct reader *r)
{
	char *word;

	do
		word = strsep(&r->rest, " \t\r");
	while (word && !*word);
	return word;
}

static uint8_t read_addr(const char *s, uint8_t addr[16])
{
	memset(addr, 0, 16);
	if (inet_pton(AF_INET, s, addr) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, s, addr) == 1 ? AF_INET6 : 0;
}

static bool read_number(const char *s, uint32_t max, uint32_t *out)
{
	char *end;
	unsigned long v = s ? strtoul(s, &end, 10) : 0;

	*out = (uint32_t)v;
	return s && end != s && !*end && v <= max;
}

static bool read_mac(const char *s, uint8_t mac[6])
{
	int n = 0;

	return s &&
	       sscanf(s, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		      &mac[3], &mac[4], &mac[5], &n) == 6 &&
	       !s[n];
}

static int route_word(struct reader *r, struct network_route *route, const char *word)
{
	char *value = next_word(r);

	if (strcmp(word, "dev") == 0)
		return read_number(value, UINT32_MAX, &route->ifindex)
			       ? 0
			       : bad(r, "a number behind dev", value);
	if (strcmp(word, "mtu") == 0)
		return read_number(value, UINT16_MAX, &route->mtu)
			       ? 0
			       : bad(r, "a number behind mtu", value);
	if (strcmp(word, "smac") == 0)
		return read_mac(value, route->smac) ? 0 : bad(r, "an address behind smac", value);
	if (strcmp(word, "dmac") == 0) {
		route->has_dmac = true;
		return read_mac(value, route->dmac) ? 0 : bad(r, "an address behind dmac", value);
	}
	if (strcmp(word, "via") != 0)
		return bad(r, "dev, via, smac, dmac or mtu", word);
	route->has_via = true;
	return value && read_addr(value, route->via) == route->family
		       ? 0
		       : bad(r, "an address of the route's family behind via", value);
}

static int read_route(struct reader *r)
{
	struct network_route *route = vec_add(&r->w->routes);
	char *word = next_word(r), *slash = word ? strchr(word, '/') : NULL;
	int err = 0;

	if (slash)
		*slash++ = '\0';
	route->family = word ? read_addr(word, route->prefix) : 0;
	if (!route->family)
		return bad(r, "a prefix as 10.0.0.0/8", word);
	route->len = route->family == AF_INET ? 32 : 128;
	if (slash && !read_number(slash, route->len, &route->len))
		return bad(r, "a prefix's length", slash);
	while (!err && (word = next_word(r)))
		err = route_word(r, route, word);
	return err;
}

static int read_device(struct reader *r)
{
	struct network_device *dev = vec_add(&r->w->devices);
	char *word = next_word(r);

	dev->mtu = ETH_DATA_LEN;
	if (!read_number(word, UINT32_MAX, &dev->ifindex) || !dev->ifindex)
		return bad(r, "a device's number", word);
	word = next_word(r);
	if (!word)
		return 0;
	if (strcmp(word, "mtu") != 0)
		return bad(r, "mtu", word);
	word = next_word(r);
	return read_number(word, INT32_MAX, &dev->mtu) ? 0 : bad(r, "a number behind mtu", word);
}

/* 10.0.0.1:80, [2001:db8::1]:80; the family, or 0 */
static uint8_t read_end(char *word, uint8_t addr[16], uint32_t *port)
{
	char *colon = word ? strrchr(word, ':') : NULL;
	size_t len;

	if (!colon || !read_number(colon + 1, UINT16_MAX, port))
		return 0;
	*colon = '\0';
	len = strlen(word);
	if (*word == '[' && len > 1 && word[len - 1] == ']') {
		word[len - 1] = '\0';
		word++;
	}
	return read_addr(word, addr);
}

static void put_addr(uint8_t family, const uint8_t *addr, uint32_t *ip4, uint32_t *ip6)
{
	if (family == AF_INET)
		memcpy(ip4, addr, 4);
	else
		memcpy(ip6, addr, 16);
}

/* socks[0] */
static int read_place(struct reader *r, struct network_sock *s)
{
	char *word = next_word(r), *open = word ? strchr(word, '[') : NULL;
	size_t len = open ? (size_t)(open - word) : 0;
	int n = 0;

	if (!len || len >= sizeof(s->map) || sscanf(open, "[%u]%n", &s->key, &n) != 1 || !n ||
	    open[n])
		return bad(r, "a map and a key as socks[0]", word);
	memcpy(s->map, word, len);
	return 0;
}

static int read_socket(struct reader *r)
{
	enum { ESTABLISHED = 1, LISTEN = 10, CLOSE = 7, STREAM = 1, DGRAM = 2 };
	struct network_sock *s = vec_add(&r->w->socks);
	char *proto = next_word(r), *word = next_word(r), *peer;
	bool tcp = proto && strcmp(proto, "tcp") == 0;
	uint8_t addr[16];
	uint32_t port;

	if (!tcp && (!proto || strcmp(proto, "udp") != 0))
		return bad(r, "tcp or udp", proto);
	s->protocol = tcp ? IPPROTO_TCP : IPPROTO_UDP;
	s->type = tcp ? STREAM : DGRAM;
	s->rx_queue_mapping = -1;
	s->state = tcp ? LISTEN : CLOSE;
	s->family = read_end(word, addr, &port);
	if (!s->family)
		return bad(r, "an address and port as 10.0.0.1:80", word);
	put_addr((uint8_t)s->family, addr, &s->src_ip4, s->src_ip6);
	s->src_port = port;
	peer = next_word(r);
	if (peer && strcmp(peer, "in") != 0) {
		if (read_end(peer, addr, &port) != s->family)
			return bad(r, "the other end, of the same family", peer);
		put_addr((uint8_t)s->family, addr, &s->dst_ip4, s->dst_ip6);
		s->dst_port = htons((uint16_t)port);
		s->state = ESTABLISHED;
		peer = next_word(r);
	}
	if (!peer)
		return 0;
	return strcmp(peer, "in") == 0 ? read_place(r, s) : bad(r, "in", peer);
}

/* ---- connections ---- */

/* Two ends as SRC:PORT DST:PORT, of family when that is not 0. */
static int read_tuple(struct reader *r, uint8_t family, struct network_tuple *t)
{
	char *from = next_word(r), *to = next_word(r);
	uint32_t sport, dport;

	t->family = read_end(from, t->src, &sport);
	if (!t->family || (family && t->family != family))
		return bad(r, "an end as 10.0.0.1:80", from);
	if (read_end(to, t->dst, &dport) != t->family)
		return bad(r, "the other end, of the same family", to);
	t->sport = htons((uint16_t)sport);
	t->dport = htons((uint16_t)dport);
	return 0;
}

/* A number, or words with | between them. */
static bool read_status(char *text, uint32_t *out)
{
	static const struct {
		const char *name;
		uint32_t bit;
	} words[] = {
#define CT_STATUS(bit, NAME, word) {word, CT_##NAME},
#include "core/run/ct_status.def"
	};
	char *word;

	if (!text || read_number(text, UINT16_MAX, out))
		return text;
	for (*out = 0; (word = strsep(&text, "|"));) {
		size_t i = 0;

		while (i < ARRAY_SIZE(words) && strcmp(words[i].name, word) != 0)
			i++;
		if (i == ARRAY_SIZE(words))
			return false;
		*out |= words[i].bit;
	}
	return true;
}

static int connection_word(struct reader *r, struct network_conn *c, const char *word)
{
	bool is_reply = strcmp(word, "reply") == 0;
	char *value = is_reply ? NULL : next_word(r);
	uint32_t n;

	if (is_reply)
		return read_tuple(r, c->dir[0].family, &c->dir[1]);
	if (strcmp(word, "status") == 0)
		return read_status(value, &c->status)
			       ? 0
			       : bad(r, "a number or seen_reply|assured behind status", value);
	if (strcmp(word, "mark") == 0)
		return read_number(value, UINT32_MAX, &c->mark)
			       ? 0
			       : bad(r, "a number behind mark", value);
	if (strcmp(word, "timeout") == 0)
		return read_number(value, INT32_MAX / 1000, &c->timeout)
			       ? 0
			       : bad(r, "seconds behind timeout", value);
	if (strcmp(word, "zone") != 0)
		return bad(r, "mark, status, timeout, zone or reply", word);
	if (!read_number(value, UINT16_MAX, &n))
		return bad(r, "a number behind zone", value);
	c->zone = (uint16_t)n;
	return 0;
}

static int read_connection(struct reader *r)
{
	enum { TCP_TIMEOUT = 432000, UDP_TIMEOUT = 120 }; /* nf_conntrack's defaults */
	struct network_conn *c = vec_add(&r->w->conns);
	char *proto = next_word(r), *word;
	bool tcp = proto && strcmp(proto, "tcp") == 0;
	int err;

	if (!tcp && (!proto || strcmp(proto, "udp") != 0))
		return bad(r, "tcp or udp", proto);
	c->protocol = tcp ? IPPROTO_TCP : IPPROTO_UDP;
	c->timeout = tcp ? TCP_TIMEOUT : UDP_TIMEOUT;
	c->status = CT_SEEN_REPLY | CT_ASSURED;
	err = read_tuple(r, 0, &c->dir[0]);
	c->dir[1] = (struct network_tuple){
		.family = c->dir[0].family, .sport = c->dir[0].dport, .dport = c->dir[0].sport};
	memcpy(c->dir[1].src, c->dir[0].dst, sizeof(c->dir[1].src));
	memcpy(c->dir[1].dst, c->dir[0].src, sizeof(c->dir[1].dst));
	while (!err && (word = next_word(r)))
		err = connection_word(r, c, word);
	return err;
}

bool network_read_tuple(const uint8_t *p, uint32_t size, struct network_tuple *t)
{
	uint32_t n = size == 12 ? 4 : size == 36 ? 16 : 0;

	*t = (struct network_tuple){.family = n == 4 ? AF_INET : AF_INET6};
	if (!n)
		return false;
	memcpy(t->src, p, n);
	memcpy(t->dst, p + n, n);
	memcpy(&t->sport, p + 2 * n, 2);
	memcpy(&t->dport, p + 2 * n + 2, 2);
	return true;
}

/* ---- all of it ---- */

int network_read(struct network *w, const char *text, const char *path, struct diag *d)
{
	struct reader r = {.w = w, .path = path, .d = d};
	char *copy = xstrdup(text), *at = copy, *line;
	int err = 0;

	while (!err && (line = strsep(&at, "\n"))) {
		char *word;

		r.line++;
		r.rest = line;
		word = next_word(&r);
		if (!word || *word == '#')
			continue;
		if (strcmp(word, "route") == 0)
			err = read_route(&r);
		else if (strcmp(word, "device") == 0)
			err = read_device(&r);
		else if (strcmp(word, "socket") == 0)
			err = read_socket(&r);
		else if (strcmp(word, "connection") == 0)
			err = read_connection(&r);
		else
			err = bad(&r, "route, device, socket or connection", word);
	}
	free(copy);
	return err;
}

static void add_end(struct strbuf *b, bool is_ipv6, const void *addr, uint32_t port)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, addr, text, sizeof(text)))
		strbuf_addf(b, is_ipv6 ? " [%s]:%u" : " %s:%u", text, port);
}

void network_sock_text(struct strbuf *b, const struct network_sock *s)
{
	bool is_ipv6 = s->family == AF_INET6;

	strbuf_add(b, s->protocol == IPPROTO_UDP ? "udp" : "tcp");
	add_end(b, is_ipv6, is_ipv6 ? (const void *)s->src_ip6 : &s->src_ip4, s->src_port);
	if (s->dst_port)
		add_end(b, is_ipv6, is_ipv6 ? (const void *)s->dst_ip6 : &s->dst_ip4,
			ntohs(s->dst_port));
}

void network_tuple_text(struct strbuf *b, uint8_t protocol, const struct network_tuple *t)
{
	bool is_ipv6 = t->family == AF_INET6;

	strbuf_add(b, protocol == IPPROTO_UDP ? "udp" : "tcp");
	add_end(b, is_ipv6, t->src, ntohs(t->sport));
	add_end(b, is_ipv6, t->dst, ntohs(t->dport));
}

void network_free(struct network *w)
{
	vec_free(&w->routes);
	vec_free(&w->socks);
	vec_free(&w->devices);
	vec_free(&w->conns);
}

uint32_t network_mtu(const struct network *w, uint32_t ifindex)
{
	enum { LOOPBACK = 1, LOOPBACK_MTU = 65536 };

	vec_each(&w->devices, dev)
		if (dev->ifindex == ifindex)
			return dev->mtu;
	return ifindex == LOOPBACK ? LOOPBACK_MTU : 0;
}

static bool in_prefix(const uint8_t *addr, const uint8_t *prefix, uint32_t len)
{
	uint8_t mask = (uint8_t)(0xff00 >> len % 8);

	return memcmp(addr, prefix, len / 8) == 0 &&
	       (len % 8 == 0 || ((addr[len / 8] ^ prefix[len / 8]) & mask) == 0);
}

const struct network_route *network_route(const struct network *w, uint8_t family,
					  const uint8_t *addr)
{
	const struct network_route *best = NULL;

	vec_each(&w->routes, r)
		if (r->family == family && in_prefix(addr, r->prefix, r->len) &&
		    (!best || r->len > best->len))
			best = r;
	return best;
}

static bool is_end(const struct network_sock *s, bool own, const uint8_t *addr)
{
	static const uint8_t any[16];
	const void *ip = own ? (s->family == AF_INET ? (const void *)&s->src_ip4 : s->src_ip6)
			     : (s->family == AF_INET ? (const void *)&s->dst_ip4 : s->dst_ip6);
	size_t size = s->family == AF_INET ? 4 : 16;

	return memcmp(ip, addr, size) == 0 || (own && memcmp(ip, any, size) == 0);
}

struct network_sock *network_sock_in(const struct network *w, const char *map, uint32_t key)
{
	vec_each(&w->socks, s)
		if (s->key == key && strcmp(s->map, map) == 0)
			return s;
	return NULL;
}

/* Its own end is where the packet goes. */
struct network_sock *network_sock(const struct network *w, uint32_t protocol,
				  const struct network_tuple *t)
{
	struct network_sock *best = NULL;

	vec_each(&w->socks, s) {
		bool connected = s->dst_port;

		if (s->protocol != protocol || s->family != t->family ||
		    s->src_port != ntohs(t->dport) || !is_end(s, true, t->dst))
			continue;
		if (connected && (s->dst_port != t->sport || !is_end(s, false, t->src)))
			continue;
		if (!best || connected)
			best = s;
	}
	return best;
}
