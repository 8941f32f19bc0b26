/* Packets from text and from hexdumps, their layers, and what changed between two of them. */
#include <string.h>

#include "core/packet/build.h"
#include "core/packet/diff.h"
#include "core/packet/hexdump.h"
#include "core/packet/link.h"
#include "tests/unit/unit.h"

static char message[400];

static void keep(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev;
	snprintf(message, sizeof(message), "%u: %s", loc ? loc->line * 1000 + loc->col : 0, msg);
}

static struct diag diag = {.sink = keep};
static struct arena arena;

static struct bytes built(const char *text)
{
	struct bytes out = {NULL, 0};

	message[0] = '\0';
	CHECK(!packet_build(text, &arena, &diag, &out), "%s: %s", text, message);
	return out;
}

static const char *hex(struct bytes b)
{
	static char text[4096];

	for (size_t i = 0; i < b.size && i < sizeof(text) / 2 - 1; i++)
		sprintf(text + 2 * i, "%02x", b.data[i]);
	text[2 * b.size] = '\0';
	return text;
}

static void test_bytes(void)
{
	static const struct {
		const char *text, *hex;
	} rows[] = {
		/* the header of Wikipedia's article on the checksum */
		{"ip(df,src=192.168.0.1,dst=192.168.0.199)/udp(csum=0)/zero(87)",
		 "0200000000020200000000010800450000730000400040"
		 "11b861c0a80001c0a800c7"},
		{"eth(dst=ff:ff:ff:ff:ff:ff)/arp(op=1,tpa=10.0.0.1)",
		 "ffffffffffff0200000000010806"
		 "0001080006040001020000000001c0000201000000000000"
		 "0a000001"},
		{"eth/vlan(vid=5)/vlan(pcp=7,vid=0xfff)/0xdead", "0200000000020200000000018100"
								 "00058100"
								 "efff0000"
								 "dead"},
		{"eth(type=arp)", "0200000000020200000000010806"},
		{"eth/mpls(label=3)/mpls(ttl=1)", "0200000000020200000000018847"
						  "00003040"
						  "00010101"},
		{"eth/\"a\\n\\x41\\\"\"/zero(2)/pad(20)", "0200000000020200000000010000"
							  "610a41220000"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *got = hex(built(rows[i].text));

		CHECK(strncmp(got, rows[i].hex, strlen(rows[i].hex)) == 0, "%s: %s", rows[i].text,
		      got);
	}
	CHECK(built("eth/\"x\"/pad(60)").size == 60, "padded");
	CHECK(built("ip/tcp/\"x\"/pad(60)").data[17] == 41, "no length counts the padding");
}

/* The sum of a whole TCP, UDP or ICMPv6 with its pseudo header is all ones. */
static uint32_t sum_of(struct bytes p, uint32_t addresses, uint32_t naddresses, uint32_t l4,
		       uint8_t proto)
{
	uint32_t sum = proto + (uint32_t)p.size - l4;

	for (uint32_t i = 0; i < naddresses; i += 2)
		sum += (uint32_t)(p.data[addresses + i] << 8 | p.data[addresses + i + 1]);
	for (size_t i = l4; i < p.size; i++)
		sum += i % 2 == l4 % 2 ? (uint32_t)p.data[i] << 8 : p.data[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void test_sums(void)
{
	CHECK(sum_of(built("ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/\"GET\""), 26, 8, 34, 6) ==
	      0xffff);
	CHECK(sum_of(built("ip/udp/\"abcd\""), 26, 8, 34, 17) == 0xffff);
	CHECK(sum_of(built("ip6/udp/\"abcde\""), 22, 32, 54, 17) == 0xffff);
	CHECK(sum_of(built("ip6/icmp6/\"ping\""), 22, 32, 54, 58) == 0xffff);
	CHECK(sum_of(built("ip6/hopopts/dstopts/tcp(opt=mss:1460+nop+ws:7)"), 22, 32, 70, 6) ==
	      0xffff);

	CHECK(built("ip/sctp(vtag=1)/chunk/\"abcd\"").data[23] == 132);
}

static void test_layers(void)
{
	struct bytes p = built("eth/vlan/ip/gre(key=7)/ip6/frag/udp(dport=vxlan)/vxlan(vni=9)/eth/"
			       "ip(ttl=3)/tcp(opt=ts:1:2)/\"data\"");
	static const uint8_t want[] = {LAYER_ETH, LAYER_VLAN, LAYER_IP,	 LAYER_GRE,
				       LAYER_IP6, LAYER_FRAG, LAYER_UDP, LAYER_VXLAN,
				       LAYER_ETH, LAYER_IP,   LAYER_TCP};
	struct layers l;

	layers_dissect(p, LAYER_ETH, &l);
	CHECK(l.n == ARRAY_SIZE(want), "%u layers", l.n);
	for (uint32_t i = 0; i < l.n && i < ARRAY_SIZE(want); i++)
		CHECK(l.v[i].id == want[i], "layer %u", i);
	CHECK(p.size - l.payload == 4, "data");
	for (size_t n = 0; n <= p.size; n++) {
		layers_dissect((struct bytes){p.data, n}, LAYER_ETH, &l);
		CHECK(l.payload <= n, "cut at %zu", n);
	}
}

static char changes[2000];

static void change(void *arg, const char *what, const char *from, const char *to)
{
	(void)arg;
	snprintf(changes + strlen(changes), sizeof(changes) - strlen(changes), "%s:%s>%s ", what,
		 from ? from : "", to ? to : "");
}

static void differ(const char *a, const char *b, const char *want)
{
	changes[0] = '\0';
	packet_diff(built(a), built(b), change, NULL);
	CHECK(strcmp(changes, want) == 0, "%s, %s: %s", a, b, changes);
}

static void test_diff(void)
{
	differ("ip/tcp", "ip/tcp", "");
	differ("ip(ttl=64,csum=0)/tcp(flags=S,csum=0)", "ip(ttl=63,csum=0)/tcp(flags=SA,csum=0)",
	       "ip.ttl:64>63 tcp.flags:S>SA ");
	differ("eth/vlan(vid=5)/0x00", "eth(type=0)/0x00",
	       "eth.type:0x8100>0x0 vlan:pcp=0,dei=0,vid=5,type=0x0> ");
	differ("eth/\"abcdef\"", "eth/\"abXdef\"", "data[2]:63>58 ");
	differ("eth/\"abc\"", "eth/\"abcd\"", "data[3]:>64 ");
}

static void refuse(const char *text, const char *want)
{
	struct bytes out;

	message[0] = '\0';
	CHECK(packet_build(text, &arena, &diag, &out) < 0, "%s", text);
	CHECK(strstr(message, want), "%s: %s", text, message);
}

static void test_refused(void)
{
	refuse("eth/ipp", "1005: no layer 'ipp'; did you mean 'ip'?");
	refuse("eth/ip(tll=3)", "1008: ip has no field 'tll'; it has: version");
	refuse("eth/ip(ttl=300)", "1012: 300 is more than fits (255)");
	refuse("eth/ip(dst=10.0.0)", "expected an IPv4 address, got '10.0.0'");
	refuse("tcp", "a packet begins with eth or what eth carries, not tcp");
	refuse("eth/\"abc", "the text has no end");
	refuse("eth/0xabc", "expected two hex digits");
	refuse("eth/ip(ttl=3", "expected ',' or ')'");
	refuse("eth/zero(99999999)", "is more than fits");
	refuse("eth/ip(ttl=1,ttl=2)", "ttl is said twice");
	refuse("eth/tcp(opt=mss)", "expected a number");
	refuse("", "no layer ''");
}

static void dumped(const char *text, const char *want, size_t npackets, bool bare)
{
	struct bytes in = {(const uint8_t *)text, strlen(text)};
	struct hexdump h = {0};

	message[0] = '\0';
	CHECK(hexdump_is(in), "%s", text);
	CHECK(!hexdump_read(in, "dump", &arena, &diag, &h), "%s: %s", text, message);
	CHECK(h.packets.n == npackets, "%zu packets", h.packets.n);
	CHECK(h.packets.n && strcmp(hex(h.packets.v[0].bytes), want) == 0, "%s", text);
	CHECK(h.packets.n && h.packets.v[0].bare == bare, "%s", text);
	hexdump_free(&h);
}

static void test_hexdumps(void)
{
	dumped("00000000: 6162 6364 6566 6768 696a 6b6c 6d6e 6f70  abcdefghijklmnop\n"
	       "00000010: 7172                                     qr\n",
	       "6162636465666768696a6b6c6d6e6f707172", 1, false);
	dumped("00000000  61 62 63 64 65 66 67 68  69 6a 6b 6c 6d 6e 6f 70  |abcdefghijklmnop|\n"
	       "00000010  71 72                                             |qr|\n00000012\n",
	       "6162636465666768696a6b6c6d6e6f707172", 1, false);
	dumped("00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
	       "*\n00000030  61                                                |a|\n00000031\n",
	       "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
	       "000000000000000061",
	       1, false);
	/* od: words of this machine's order, offsets in octal; the last byte was none */
	dumped("0000000 6261 6463 6665 6867 6a69 6c6b 6e6d 706f\n0000020 0071\n0000021\n",
	       "6162636465666768696a6b6c6d6e6f7071", 1, false);
	dumped("12:00:00.000000 IP a.1 > b.2: UDP, length 0\n"
	       "\t0x0000:  4500 001c 0000 0000 4011 f6cd c000 0201  E.......@.......\n"
	       "\t0x0010:  c000 0202 9c40 0009 0008 dead            .....@......\n"
	       "12:00:01.000000 another\n\t0x0000:  00\n",
	       "4500001c000000004011f6cdc0000201c00002029c4000090008dead", 2, true);
	/* Wireshark: three blanks before the characters, which look like digits here */
	dumped("0000   61 62 63 64 65 66 67 68   ab cd\n", "6162636465666768", 1, false);
}

static void test_hexdumps_refused(void)
{
	static const char *const texts[] = {
		"00000000  61 62\n00000010  63\n",
		"00000000  61 62\n00000002  63\n00000001  64\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct bytes in = {(const uint8_t *)texts[i], strlen(texts[i])};
		struct hexdump h = {0};

		CHECK(hexdump_read(in, "dump", &arena, &diag, &h) < 0, "%s", texts[i]);
		CHECK(strstr(message, "does not go on"), "%s", message);
		hexdump_free(&h);
	}
	CHECK(!hexdump_is((struct bytes){(const uint8_t *)"r0 = 0\nexit\n", 12}));
}

static void test_links(void)
{
	static const uint8_t ppp[] = {0xff, 0x03, 0x00, 0x21, 0x45}, short_ppp[] = {0x57, 0x60};
	uint32_t off;

	CHECK(link_payload(link_by_number(9), (struct bytes){ppp, 5}, &off) == 0x800 && off == 4);
	CHECK(link_payload(link_by_number(9), (struct bytes){short_ppp, 2}, &off) == 0x86dd &&
	      off == 1);
	CHECK(link_payload(link_by_number(9), (struct bytes){ppp, 3}, &off) < 0);
	CHECK(link_payload(link_by_number(101), (struct bytes){ppp, 0}, &off) < 0);
	CHECK(link_by_number(105)->len < 0 && !link_by_number(9999));
}

int main(void)
{
	test_bytes();
	test_sums();
	test_layers();
	test_diff();
	test_refused();
	test_hexdumps();
	test_hexdumps_refused();
	test_links();
	arena_free(&arena);
	return unit_report();
}
