#include "core/run/packet.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

enum { LOW_FIRST = 0x10000000, LOW_STEP = 0x1000000, LOW_TRIES = 200 };

/* Places are tried in turn, none is replaced. */
void *map_low(size_t size, int fd, uint64_t off)
{
	int prot = fd < 0 ? PROT_READ | PROT_WRITE : PROT_READ;
	int flags = MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED_NOREPLACE |
		    (fd < 0 ? MAP_ANONYMOUS : 0);

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
	uint32_t cap = round_up(PACKET_HEADROOM + PACKET_MAX + PACKET_TAIL, PACKET_PAGE);
	uint8_t *buf = map_low(cap, -1, 0);

	if (!buf)
		return fail(d, NULL, -ENOMEM, "no memory below 4 GiB for a packet of %u bytes",
			    cap);
	*pkt = (struct packet){.buf = buf, .cap = cap};
	packet_set(pkt, NULL, 0);
	return 0;
}

void packet_free(struct packet *pkt)
{
	if (pkt->buf)
		munmap(pkt->buf, pkt->cap);
	pkt->buf = NULL;
}

void packet_set(struct packet *pkt, const void *data, uint32_t size)
{
	uint32_t frame = round_up(PACKET_HEADROOM + size + PACKET_TAIL, PACKET_PAGE);

	pkt->meta = pkt->data = PACKET_HEADROOM;
	pkt->end = pkt->data + size;
	pkt->tail = frame - PACKET_TAIL;
	pkt->pulled = 0;
	pkt->wire_len = size;
	memset(pkt->buf, 0, PACKET_HEADROOM);
	if (size)
		memcpy(pkt->buf + pkt->data, data, size);
}

bool packet_load(const struct packet *pkt, int32_t off, uint32_t size, uint64_t *out)
{
	enum { NET_OFF = -0x100000, LL_OFF = -0x200000 };
	int64_t link, at = off;
	uint64_t v = 0;

	*out = 0;
	if (!pkt)
		return false;
	link = -(int64_t)pkt->pulled;
	if (off < 0 && off >= NET_OFF)
		at = link + ETH_LEN + off - NET_OFF;
	else if (off < NET_OFF && off >= LL_OFF)
		at = link + off - LL_OFF;
	if (at < link || at + size > packet_len(pkt))
		return false;
	for (uint32_t i = 0; i < size; i++)
		v = v << 8 | pkt->buf[pkt->data + at + i];
	*out = v;
	return true;
}
