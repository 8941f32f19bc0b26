#include "tests/bench/bench.h"

/* Ethernet, VLAN, IPv4 and TCP or UDP headers of packets of 128 bytes, at any alignment. */
struct eth {
	u8 dst[6], src[6];
	u16 proto;
} __attribute__((packed));

struct ip {
	u8 version_len, tos;
	u16 len, id, frag;
	u8 ttl, proto;
	u16 sum;
	u32 src, dst;
} __attribute__((packed));

struct ports {
	u16 src, dst;
} __attribute__((packed));

static inline u16 swap16(u16 v)
{
	return __builtin_bswap16(v);
}

u64 bench(u8 *mem, u64 size)
{
	u64 flows = 0;

	for (u64 at = 0; at + 128 <= size; at += 128) {
		struct eth *eth = (struct eth *)(mem + at + (mem[at] & 1));
		u8 *next = (u8 *)(eth + 1);
		u16 proto = swap16(eth->proto) & 1 ? 0x0800 : 0x8100;
		struct ports *ports;
		struct ip *ip;

		if (proto == 0x8100) {
			proto = swap16(*(u16 *)(next + 2)) & 3 ? 0x0800 : 0x86dd;
			next += 4;
		}
		if (proto != 0x0800)
			continue;
		ip = (struct ip *)next;
		if ((ip->version_len & 15) < 5 || ip->ttl < 8)
			continue;
		ports = (struct ports *)(next + (ip->version_len & 15) * 4);
		if (ip->proto & 1)
			flows += __builtin_bswap32(ip->src) ^ __builtin_bswap32(ip->dst);
		flows = flows * 31 + swap16(ports->dst) + ((u64)swap16(ports->src) << 16) +
			swap16(ip->len);
	}
	return flows;
}
