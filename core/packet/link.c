#include "core/packet/link.h"

enum link_how { BY_TYPE, BY_VERSION, BY_PPP };
enum { ETH_IP = 0x0800, ETH_IPV6 = 0x86dd, ETH_MPLS = 0x8847 };

static const struct link_type links[] = {
	{0, "BSD loopback", 4, 0, BY_VERSION},
	{1, "Ethernet", 0, 12, BY_TYPE},
	{9, "PPP", 0, 0, BY_PPP},
	{10, "FDDI", -1, 0, 0},
	{12, "raw IP", 0, 0, BY_VERSION},
	{50, "PPP in HDLC-like framing", 0, 0, BY_PPP},
	{101, "raw IP", 0, 0, BY_VERSION},
	{104, "Cisco HDLC", 4, 2, BY_TYPE},
	{105, "802.11", -1, 0, 0},
	{108, "OpenBSD loopback", 4, 0, BY_VERSION},
	{113, "Linux cooked", 16, 14, BY_TYPE},
	{119, "802.11 with a Prism header", -1, 0, 0},
	{127, "802.11 with radiotap", -1, 0, 0},
	{163, "802.11 with an AVS header", -1, 0, 0},
	{187, "Bluetooth HCI", -1, 0, 0},
	{189, "USB", -1, 0, 0},
	{195, "802.15.4", -1, 0, 0},
	{220, "USB", -1, 0, 0},
	{227, "CAN", -1, 0, 0},
	{228, "raw IPv4", 0, 0, BY_VERSION},
	{229, "raw IPv6", 0, 0, BY_VERSION},
	{239, "NFLOG", -1, 0, 0},
	{247, "InfiniBand", -1, 0, 0},
	{253, "Netlink", -1, 0, 0},
	{276, "Linux cooked, version 2", 20, 0, BY_TYPE},
};

const struct link_type *link_by_number(uint32_t number)
{
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (links[i].number == number)
			return &links[i];
	return NULL;
}

/* RFC 1661 and 1662: address and control may be left out, and the protocol's first byte too. */
static int32_t ppp_payload(struct bytes p, uint32_t *off)
{
	uint32_t proto;

	*off = p.size >= 2 && p.data[0] == 0xff && p.data[1] == 0x03 ? 2 : 0;
	if (p.size < *off + 2u)
		return -1;
	proto = p.data[(*off)++];
	if (!(proto & 1))
		proto = proto << 8 | p.data[(*off)++];
	return proto == 0x21 ? ETH_IP : proto == 0x57 ? ETH_IPV6 : proto == 0x281 ? ETH_MPLS : -1;
}

int32_t link_payload(const struct link_type *l, struct bytes p, uint32_t *off)
{
	if (l->how == BY_PPP)
		return ppp_payload(p, off);
	*off = (uint32_t)l->len;
	if (p.size < *off + (l->how == BY_VERSION))
		return -1;
	if (l->how == BY_TYPE)
		return p.data[l->proto] << 8 | p.data[l->proto + 1];
	return p.data[*off] >> 4 == 6 ? ETH_IPV6 : ETH_IP;
}
