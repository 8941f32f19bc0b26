/* Internet checksums: sums of 16-bit words in ones' complement, as they lie in memory. */
#include <errno.h>
#include <string.h>

#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* A last piece is filled up with zeroes. */
static uint64_t sum_words(const uint8_t *p, uint32_t size)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < size; i += 4) {
		uint32_t word = 0;

		memcpy(&word, p + i, min(size - i, 4u));
		sum += word;
	}
	return sum;
}

/* to - from + seed, of any sizes and folded to 16 bits, as Linux does since 6.13. */
HELPER_FN(csum_diff, from, from_size, to, to_size, seed)
{
	uint32_t nfrom = (uint32_t)from_size, nto = (uint32_t)to_size;
	const uint8_t *a = arg_mem(rc, from, nfrom);
	const uint8_t *b = a ? arg_mem(rc, to, nto) : NULL;
	uint64_t sum;

	if (!b)
		return 0;
	sum = (uint64_t)(uint32_t)seed + sum_words(b, nto);
	if (nfrom)
		sum = fold(sum) + (uint64_t)(uint16_t)~fold(sum_words(a, nfrom));
	return fold(sum);
}

/* What the low four bits of the flags say of from and to: a difference, 2 bytes or 4. */
static int replace(uint8_t *at, uint64_t from, uint64_t to, unsigned int field)
{
	uint16_t sum;
	uint64_t s;

	memcpy(&sum, at, 2);
	s = (uint16_t)~sum;
	switch (field) {
	case 0:
		if (from)
			return -EINVAL;
		s += (uint32_t)to;
		break;
	case 2:
		s += (uint16_t)~(uint16_t)from + (uint64_t)(uint16_t)to;
		break;
	case 4:
		s += (uint32_t)~(uint32_t)from + (uint64_t)(uint32_t)to;
		break;
	default:
		return -EINVAL;
	}
	sum = (uint16_t)~fold(s);
	memcpy(at, &sum, 2);
	return 0;
}

/* The checksum field at off of the packet; NULL with *err, or with a fault recorded. */
static uint8_t *field_at(struct run_ctx *rc, uint64_t ctx, uint64_t off, int *err)
{
	struct packet *pkt = arg_ctx(rc, ctx) ? rc->pkt : NULL;

	*err = -EFAULT;
	if (!pkt || off > 0xffff || off % 2 || off + 2 > packet_len(pkt))
		return NULL;
	packet_pull(pkt, (uint32_t)off + 2);
	packet_moved(rc);
	return pkt->buf + pkt->data + off;
}

HELPER_FN(l3_csum_replace, ctx, off, from, to, flags)
{
	int err;
	uint8_t *at = field_at(rc, ctx, (uint32_t)off, &err);

	if (flags & ~(uint64_t)15)
		return -EINVAL;
	return at ? replace(at, from, to, flags & 15) : err;
}

HELPER_FN(l4_csum_replace, ctx, off, from, to, flags)
{
	enum { PSEUDO_HDR = 1 << 4, MARK_MANGLED_0 = 1 << 5, MARK_ENFORCE = 1 << 6, IPV6 = 1 << 7 };
	static const uint8_t none[2], mangled[2] = {0xff, 0xff};
	int err;
	uint8_t *at = field_at(rc, ctx, (uint32_t)off, &err);

	if (flags & ~(uint64_t)(15 | PSEUDO_HDR | MARK_MANGLED_0 | MARK_ENFORCE | IPV6))
		return -EINVAL;
	if (!at)
		return err;
	/* UDP: a sum of 0 says that there is none. */
	if ((flags & MARK_MANGLED_0) && !(flags & MARK_ENFORCE) && memcmp(at, none, 2) == 0)
		return 0;
	err = replace(at, from, to, flags & 15);
	if (!err && (flags & MARK_MANGLED_0) && memcmp(at, none, 2) == 0)
		memcpy(at, mangled, 2);
	return err;
}
