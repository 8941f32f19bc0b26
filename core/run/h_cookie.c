/*
 * SYN cookies without a socket (net/ipv4/syncookies.c, net/ipv6/syncookies.c): a number in place of
 * the state of a connection, with an index into a table of segment sizes in its low 24 bits. The
 * secret is no secret, so that runs are alike; the minute is the clock's.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/run/later.h"
#include "core/run/mem.h"
#include "core/run/network.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum {
	COOKIE_BITS = 24,
	COOKIE_MASK = (1 << COOKIE_BITS) - 1,
	AGE_MAX = 2, /* minutes that a cookie counts for, MAX_SYNCOOKIE_AGE */
	TCP_LEN = 20,
	SIZES = 4,
	MSS_DEFAULT = 536,
	MSS_DEFAULT_IPV6 = 1280 - 20 - 40,
};

static const uint16_t sizes_ipv4[SIZES] = {536, 1300, 1440, 1460};
static const uint16_t sizes_ipv6[SIZES] = {1280 - 60, 1480 - 60, 1500 - 60, 9000 - 60};

/* A connection, as both headers name it. */
struct flow {
	const uint8_t *addrs; /* source, destination */
	uint32_t addrs_len;
	const uint8_t *tcp;
	const uint16_t *sizes;
};

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- SipHash-2-4 (Aumasson and Bernstein, 2012) ---- */

static void sip_round(uint64_t v[4])
{
#define ROTL(x, n) ((x) << (n) | (x) >> (64 - (n)))
	v[0] += v[1];
	v[2] += v[3];
	v[1] = ROTL(v[1], 13) ^ v[0];
	v[3] = ROTL(v[3], 16) ^ v[2];
	v[0] = ROTL(v[0], 32) + v[3];
	v[2] += v[1];
	v[3] = ROTL(v[3], 21) ^ v[0];
	v[1] = ROTL(v[1], 17) ^ v[2];
	v[2] = ROTL(v[2], 32);
#undef ROTL
}

static uint64_t siphash(const uint8_t *data, size_t size, const uint64_t key[2])
{
	uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
			 key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};

	for (size_t at = 0; at <= size; at += 8) {
		uint64_t word = 0;

		memcpy(&word, data + at, min(size - at, (size_t)8));
		if (at + 8 > size)
			word |= (uint64_t)size << 56;
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- cookies ---- */

static uint32_t hash(const struct flow *f, uint32_t minute, uint64_t which)
{
	const uint64_t key[2] = {0, which};
	uint8_t all[32 + 4 + 4];

	memcpy(all, f->addrs, f->addrs_len);
	memcpy(all + f->addrs_len, f->tcp, 4); /* ports */
	memcpy(all + f->addrs_len + 4, &minute, 4);
	return (uint32_t)siphash(all, f->addrs_len + 8, key);
}

static uint32_t minute_of(const struct run_ctx *rc)
{
	return (uint32_t)(later_now(rc->rt) / 60000000000ull);
}

/* What the header's options say, or fallback (tcp_parse_mss_option()). */
static uint32_t segment_size(const uint8_t *tcp, uint32_t len, uint32_t fallback)
{
	enum { END, NOP, MSS };
	uint32_t at = TCP_LEN;

	while (at < len && tcp[at] != END) {
		if (tcp[at] == NOP) {
			at++;
			continue;
		}
		if (at + 2 > len || tcp[at + 1] < 2 || at + tcp[at + 1] > len)
			break;
		if (tcp[at] == MSS && tcp[at + 1] == 4 && (tcp[at + 2] | tcp[at + 3]))
			return (uint32_t)tcp[at + 2] << 8 | tcp[at + 3];
		at += tcp[at + 1];
	}
	return fallback;
}

static uint64_t make(struct run_ctx *rc, const struct flow *f, uint32_t len, uint32_t fallback)
{
	uint32_t mss, index = SIZES - 1, minute = minute_of(rc), cookie;

	if (len < TCP_LEN || len != (uint32_t)(f->tcp[12] >> 4) * 4)
		return -EINVAL;
	mss = segment_size(f->tcp, len, fallback);
	while (index && mss < f->sizes[index])
		index--;
	cookie = hash(f, 0, 0) + get32(f->tcp + 4) + (minute << COOKIE_BITS) +
		 ((hash(f, minute, 1) + index) & COOKIE_MASK);
	return cookie | (uint64_t)f->sizes[index] << 32;
}

static uint64_t check(struct run_ctx *rc, const struct flow *f)
{
	uint32_t minute = minute_of(rc), seq = get32(f->tcp + 4) - 1, age, index;
	uint32_t cookie = get32(f->tcp + 8) - 1 - hash(f, 0, 0) - seq;

	age = (minute - (cookie >> COOKIE_BITS)) & 0xff;
	index = (cookie - hash(f, minute - age, 1)) & COOKIE_MASK;
	return age < AGE_MAX && index < SIZES ? 0 : -EACCES;
}

/* Headers of len bytes each, or NULL with the fault. */
static bool get_flow(struct run_ctx *rc, uint64_t ip, uint32_t ip_len, uint64_t tcp, uint32_t len,
		     struct flow *f)
{
	const uint8_t *head = arg_mem(rc, ip, ip_len);

	*f = ip_len == 20 ? (struct flow){head + 12, 8, NULL, sizes_ipv4}
			  : (struct flow){head + 8, 32, NULL, sizes_ipv6};
	f->tcp = head ? arg_mem(rc, tcp, len) : NULL;
	return f->tcp;
}

HELPER_FN(tcp_raw_gen_syncookie_ipv4, ip, tcp, len)
{
	struct flow f;

	return get_flow(rc, ip, 20, tcp, (uint32_t)len, &f)
		       ? make(rc, &f, (uint32_t)len, MSS_DEFAULT)
		       : 0;
}

HELPER_FN(tcp_raw_gen_syncookie_ipv6, ip, tcp, len)
{
	struct flow f;

	return get_flow(rc, ip, 40, tcp, (uint32_t)len, &f)
		       ? make(rc, &f, (uint32_t)len, MSS_DEFAULT_IPV6)
		       : 0;
}

HELPER_FN(tcp_raw_check_syncookie_ipv4, ip, tcp)
{
	struct flow f;

	return get_flow(rc, ip, 20, tcp, TCP_LEN, &f) ? check(rc, &f) : 0;
}

HELPER_FN(tcp_raw_check_syncookie_ipv6, ip, tcp)
{
	struct flow f;

	return get_flow(rc, ip, 40, tcp, TCP_LEN, &f) ? check(rc, &f) : 0;
}

/* ---- of a socket that listens ---- */

static const struct network_sock *listener(struct run_ctx *rc, uint64_t sk)
{
	enum { LISTEN = 10 };
	const struct network_sock *s = sock_at(rc, sk);

	return s && s->state == LISTEN && s->protocol == IPPROTO_TCP ? s : NULL;
}

/* The length of the header of IP that the socket takes; 0 and *err: it is none. */
static uint32_t ip_len_of(const struct network_sock *s, const uint8_t *ip, uint32_t len, int *err)
{
	uint32_t version = len >= 20 ? ip[0] >> 4 : 0;

	*err = version == 4 || version == 6 || !version ? -EINVAL : -EPROTONOSUPPORT;
	if (version == 4)
		return 20;
	return version == 6 && len >= 40 && s->family == AF_INET6 ? 40 : 0;
}

enum { FLAGS = 13, FIN = 1, SYN = 2, RST = 4, ACK = 16 };

HELPER_FN(tcp_gen_syncookie, sk, ip, ip_len, tcp, len)
{
	const uint8_t *ip_head = arg_mem(rc, ip, (uint32_t)ip_len);
	const uint8_t *head = ip_head ? arg_mem(rc, tcp, (uint32_t)len) : NULL;
	const struct network_sock *s = head ? listener(rc, sk) : NULL;
	struct flow f;
	uint32_t n;
	int err;

	if (!s || (uint32_t)len < TCP_LEN || (head[FLAGS] & (FIN | SYN | RST | ACK)) != SYN)
		return -EINVAL;
	n = ip_len_of(s, ip_head, (uint32_t)ip_len, &err);
	if (!n)
		return err;
	return get_flow(rc, ip, n, tcp, (uint32_t)len, &f)
		       ? make(rc, &f, (uint32_t)len, n == 20 ? MSS_DEFAULT : MSS_DEFAULT_IPV6)
		       : 0;
}

HELPER_FN(tcp_check_syncookie, sk, ip, ip_len, tcp, len)
{
	const uint8_t *ip_head = arg_mem(rc, ip, (uint32_t)ip_len);
	const uint8_t *head = ip_head ? arg_mem(rc, tcp, (uint32_t)len) : NULL;
	const struct network_sock *s = head ? listener(rc, sk) : NULL;
	struct flow f;
	uint32_t n;
	int err;

	if (!s || (uint32_t)len < TCP_LEN)
		return -EINVAL;
	if ((head[FLAGS] & (SYN | RST | ACK)) != ACK)
		return -ENOENT;
	n = ip_len_of(s, ip_head, (uint32_t)ip_len, &err);
	if (!n)
		return err;
	return get_flow(rc, ip, n, tcp, TCP_LEN, &f) && check(rc, &f) == 0 ? 0 : -ENOENT;
}
