#include "core/run/packet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/arena.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

enum { LOW_FIRST = 0x10000000, LOW_STEP = 0x1000000, LOW_TRIES = 200 };

/* Places are tried in turn, none is replaced. */
void *map_low(size_t size, int fd, uint64_t off)
{
	int prot = PROT_READ | PROT_WRITE;
	int flags =
		MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED_NOREPLACE | (fd < 0 ? MAP_ANONYMOUS : 0);

	for (uintptr_t i = 0; i < LOW_TRIES; i++) {
		uintptr_t at = LOW_FIRST + i * LOW_STEP;
		void *p;

		if (at + size > UINT32_MAX)
			break;
		p = mmap((void *)at, size, prot, flags, fd, (off_t)off);
		if (p == (void *)at)
			return p;
		if (p != MAP_FAILED)
			munmap(p, size);
	}
	return NULL;
}

int packet_alloc(struct packet *pkt, struct diag *d)
{
	uint32_t cap = round_up(PACKET_HEADROOM + PACKET_MAX + 4 * SKB_LEN_MAX, PACKET_PAGE);
	uint8_t *buf = map_low(cap, -1, 0);

	if (!buf)
		return fail(d, NULL, -ENOMEM, "no memory below 4 GiB for a packet of %u bytes",
			    cap);
	*pkt = (struct packet){.buf = buf, .cap = cap};
	packet_set(pkt, NULL, 0, NULL);
	return 0;
}

void packet_free(struct packet *pkt)
{
	if (pkt->buf)
		munmap(pkt->buf, pkt->cap);
	free(pkt->paged);
	*pkt = (struct packet){.buf = NULL};
}

static void set_paged(struct packet *pkt, const uint8_t *data, uint32_t size)
{
	pkt->paged_len = size;
	if (!size)
		return;
	if (!pkt->paged)
		pkt->paged = xmalloc(PACKET_MAX + PACKET_PAGE);
	memcpy(pkt->paged, data, size);
}

void packet_set(struct packet *pkt, const void *data, uint32_t size,
		const struct packet_layout *layout)
{
	static const struct packet_layout usual;
	const struct packet_layout *l = layout ? layout : &usual;
	uint32_t meta = min(l->meta, size);
	uint32_t linear = l->has_linear ? min(size, meta + l->linear) : size;
	uint32_t frame = round_up(PACKET_HEADROOM + linear + PACKET_TAIL, PACKET_PAGE);

	pkt->meta = l->place ? l->place : PACKET_HEADROOM;
	pkt->head =
		l->has_headroom ? PACKET_HEADROOM - min(l->headroom, (uint32_t)PACKET_HEADROOM) : 0;
	pkt->mac = pkt->data = pkt->meta + meta;
	pkt->net = pkt->data + ETH_LEN;
	pkt->end = pkt->meta + linear;
	pkt->tail = l->has_tailroom ? min(pkt->end + l->tailroom, pkt->cap) : frame - PACKET_TAIL;
	pkt->wire_len = size - meta;
	pkt->encapsulated = pkt->has_tunnel = pkt->trial = false;
	pkt->csum_known = pkt->reserved = 0;
	memset(pkt->buf, 0, PACKET_HEADROOM);
	if (linear)
		memcpy(pkt->buf + pkt->meta, data, linear);
	set_paged(pkt, size > linear ? (const uint8_t *)data + linear : NULL, size - linear);
}

void packet_view(struct packet *pkt, const uint8_t *data, uint32_t size)
{
	pkt->buf = (uint8_t *)(uintptr_t)data;
	pkt->meta = pkt->data = pkt->mac = 0;
	pkt->net = ETH_LEN;
	pkt->cap = pkt->end = pkt->tail = size;
	pkt->wire_len = size;
}

void packet_to_network(struct packet *pkt)
{
	pkt->meta = pkt->data = min(pkt->net, pkt->end);
}

void packet_to_tcp(struct packet *pkt)
{
	enum { IHL = 0xf, V4_PROTO = 9, V4_LEN = 20, V6_PROTO = 6, V6_LEN = 40, TCP = 6 };
	const uint8_t *eth = pkt->buf + pkt->mac, *ip = pkt->buf + pkt->net;
	uint32_t len;

	if (pkt->end < pkt->net + V4_LEN)
		return;
	if (eth[12] == 0x08 && eth[13] == 0 && ip[V4_PROTO] == TCP)
		len = (uint32_t)(ip[0] & IHL) * 4;
	else if (eth[12] == 0x86 && eth[13] == 0xdd && ip[V6_PROTO] == TCP)
		len = V6_LEN;
	else
		return;
	pkt->meta = pkt->data = min(pkt->net + len, pkt->end);
}

/* How many bytes from off on, of len, are where pointers reach. */
static uint32_t reached(const struct packet *pkt, int64_t off, uint32_t len)
{
	int64_t left = packet_linear(pkt) - off;

	return left <= 0 ? 0 : (uint32_t)min(left, (int64_t)len);
}

void packet_get(const struct packet *pkt, int64_t off, void *to, uint32_t len)
{
	uint32_t n = reached(pkt, off, len);

	memmove(to, pkt->buf + pkt->data + off, n);
	if (n < len)
		memmove((uint8_t *)to + n, pkt->paged + (off + n - packet_linear(pkt)), len - n);
}

void packet_put(struct packet *pkt, int64_t off, const void *from, uint32_t len)
{
	uint32_t n = reached(pkt, off, len);

	memmove(pkt->buf + pkt->data + off, from, n);
	if (n < len)
		memmove(pkt->paged + (off + n - packet_linear(pkt)), (const uint8_t *)from + n,
			len - n);
}

bool packet_make_headroom(struct packet *pkt, uint32_t n)
{
	uint32_t first = min(pkt->mac, pkt->meta);

	if (pkt->end + n > pkt->cap)
		return false;
	memmove(pkt->buf + first + n, pkt->buf + first, pkt->end - first);
	pkt->meta += n;
	pkt->data += n;
	pkt->end += n;
	pkt->mac += n;
	pkt->net += n;
	return true;
}

void packet_pull(struct packet *pkt, uint32_t len)
{
	uint32_t n = len > packet_linear(pkt) ? len - packet_linear(pkt) : 0;

	if (!n)
		return;
	memcpy(pkt->buf + pkt->end, pkt->paged, n);
	memmove(pkt->paged, pkt->paged + n, pkt->paged_len - n);
	pkt->end += n;
	pkt->paged_len -= n;
}

bool packet_load(const struct packet *pkt, int32_t off, uint32_t size, uint64_t *out)
{
	enum { NET_OFF = -0x100000, LL_OFF = -0x200000 };
	int64_t at = off;
	uint8_t bytes[4];
	uint64_t v = 0;

	*out = 0;
	if (!pkt)
		return false;
	if (off < 0 && off >= NET_OFF)
		at = (int64_t)pkt->net - pkt->data + off - NET_OFF;
	else if (off < NET_OFF && off >= LL_OFF)
		at = (int64_t)pkt->mac - pkt->data + off - LL_OFF;
	if (!packet_has(pkt, at, size))
		return false;
	packet_get(pkt, at, bytes, size);
	for (uint32_t i = 0; i < size; i++)
		v = v << 8 | bytes[i];
	*out = v;
	return true;
}
