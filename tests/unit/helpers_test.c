/* Helper bodies called directly: what they answer and what they leave, as Linux 6.18 does. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "core/run/bprintf.h"
#include "core/run/ctx_packet.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

static struct runtime rt;
static struct prog prog = {.type = PROG_TYPE_XDP, .name = "t"};
static struct run_ctx rc = {.prog = &prog, .rt = &rt};

#define P(p) ((uintptr_t)(p))
#define CALL(name, a, b, c, d, e) ((int64_t)run_helpers[HELPER_##name](a, b, c, d, e, &rc))

static void format_is(const char *want, const char *fmt, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t args[3] = {a, b, c};
	struct strbuf out = {0};
	int err = bprintf(&rc, &out, fmt, strlen(fmt) + 1, args, 3);

	CHECK(want ? !err && strcmp(strbuf_str(&out), want) == 0 : err == -EINVAL,
	      "%s: %d, '%s'", fmt, err, strbuf_str(&out));
	strbuf_free(&out);
}

static void test_format(void)
{
	static const uint8_t v4[] = {10, 0, 0, 1};
	static const uint8_t v6[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};

	format_is("plain 100%", "plain 100%%", 0, 0, 0);
	format_is("-1 4294967295 ffffffff", "%d %u %x", UINT64_MAX, UINT64_MAX, UINT64_MAX);
	format_is("-1 18446744073709551615 FF", "%lld %lu %X", UINT64_MAX, UINT64_MAX, 0xff);
	format_is("[   7] [7   ] [0007]", "[%4d] [%-4d] [%04d]", 7, 7, 7);
	format_is("abc x", "%s %c", P("abc"), 'x', 0);
	format_is("[] [   ]", "[%s] [%3s]", 0, 16, 0);
	format_is("0.0.0.0 0000:0000:0000:0000:0000:0000:0000:0000", "%pI4 %pI6", 0, 16, 0);
	format_is("10.0.0.1 010.000.000.001", "%pI4 %pi4", P(v4), P(v4), 0);
	format_is("2001:0db8:0000:0000:0000:0000:0000:0001", "%pI6", P(v6), 0, 0);
	format_is("0000000000001234", "%px", 0x1234, 0, 0);
	format_is(NULL, "%d %d %d %d", 1, 2, 3);
	format_is(NULL, "%f", 1, 0, 0);
	format_is(NULL, "%n", 1, 0, 0);
	format_is(NULL, "%ls", P("a"), 0, 0);
	format_is(NULL, "%", 0, 0, 0);
	format_is(NULL, "\x01", 0, 0, 0);
	format_is(NULL, "%99999d", 0, 0, 0);
}

static void number_is(const char *text, uint64_t base, int64_t want_len, int64_t want)
{
	int64_t value = 0, len = CALL(strtol, P(text), strlen(text), base, P(&value), 0);

	CHECK(len == want_len && (len < 0 || value == want), "%s: %lld, %lld", text,
	      (long long)len, (long long)value);
}

static void test_strings(void)
{
	uint64_t value;

	number_is("42", 0, 2, 42);
	number_is(" -42x", 0, 4, -42);
	number_is("0x1f", 0, 4, 31);
	number_is("017", 0, 3, 15);
	number_is("1f", 16, 2, 31);
	number_is("x", 0, -EINVAL, 0);
	number_is("", 0, -EINVAL, 0);
	number_is("1", 7, -EINVAL, 0);
	number_is("9223372036854775808", 0, -ERANGE, 0);
	number_is("-9223372036854775808", 0, 20, INT64_MIN);
	value = 1;
	CHECK(CALL(strtoul, P("-1"), 2, 0, P(&value), 0) == -EINVAL && value == 0);
	CHECK(CALL(strtoul, P("18446744073709551615"), 20, 0, P(&value), 0) == 20 &&
	      value == UINT64_MAX);
	CHECK(CALL(strtoul, P("18446744073709551616"), 20, 0, P(&value), 0) == -ERANGE);
	CHECK(CALL(strncmp, P("abc"), 4, P("abc"), 0, 0) == 0);
	CHECK(CALL(strncmp, P("abc"), 4, P("abd"), 0, 0) < 0);
	CHECK(CALL(strncmp, P("abd"), 2, P("abc"), 0, 0) == 0);
}

/* RFC 1071's example, and a header whose checksum is known. */
static void test_checksums(void)
{
	static const uint8_t words[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
	static uint8_t header[64] = {[14] = 0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40,
				     0x00, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01,
				     0xc0, 0xa8, 0x00, 0xc7};
	int64_t sum = CALL(csum_diff, 0, 0, P(words), 8, 0);
	uint8_t *csum;

	CHECK(sum == 0xf2dd, "%llx", (long long)sum); /* 0xddf2 as it lies in memory */
	CHECK(CALL(csum_diff, 0, 0, P(words), 7, 0) == 0xfbdc);
	CHECK(CALL(csum_diff, P(words), 8, P(words), 8, 5) % 0xffff == 5);
	packet_set(rc.pkt, header, sizeof(header), NULL);
	csum = rc.pkt->buf + rc.pkt->data + 24;
	/* TTL and protocol from 0x40 0x11 to 0x3f 0x11: the sum grows by 0x0100 */
	CHECK(CALL(l3_csum_replace, P(rc.ctx), 24, 0x1140, 0x113f, 2) == 0);
	CHECK(csum[0] == 0xb9 && csum[1] == 0x61, "%02x%02x", csum[0], csum[1]);
	CHECK(CALL(l3_csum_replace, P(rc.ctx), 25, 0, 0, 2) == -EFAULT);
	CHECK(CALL(l3_csum_replace, P(rc.ctx), 24, 1, 0, 0) == -EINVAL);
	CHECK(CALL(l3_csum_replace, P(rc.ctx), 24, 1, 0, 16) == -EINVAL);
}

static void test_packet(void)
{
	static const uint8_t data[64] = {1, 2, 3};
	union packet_ctx *ctx = rc.ctx;
	uint8_t buf[8] = {9, 9, 9, 9};
	struct packet *pkt = rc.pkt;
	uint64_t at;

	packet_set(pkt, data, sizeof(data), NULL);
	packet_type(PROG_TYPE_XDP)->enter(packet_type(PROG_TYPE_XDP), ctx, pkt);
	CHECK(ctx->xdp.data_end - ctx->xdp.data == 64 && ctx->xdp.data_meta == ctx->xdp.data);
	at = ctx->xdp.data;
	CHECK(at + 64 == ctx->xdp.data_end && *(uint8_t *)(uintptr_t)(at + 1) == 2);
	CHECK(CALL(xdp_adjust_head, P(ctx), 50, 0, 0, 0) == 0 && packet_len(pkt) == 14);
	CHECK(CALL(xdp_adjust_head, P(ctx), 1, 0, 0, 0) == -EINVAL);
	CHECK(CALL(xdp_adjust_head, P(ctx), (uint64_t)-50, 0, 0, 0) == 0);
	CHECK(ctx->xdp.data == at);
	CHECK(CALL(xdp_adjust_head, P(ctx), (uint64_t)-217, 0, 0, 0) == -EINVAL);
	CHECK(CALL(xdp_adjust_meta, P(ctx), (uint64_t)-3, 0, 0, 0) == -EACCES);
	CHECK(CALL(xdp_adjust_meta, P(ctx), (uint64_t)-8, 0, 0, 0) == 0);
	CHECK(ctx->xdp.data - ctx->xdp.data_meta == 8);
	CHECK(CALL(xdp_adjust_meta, P(ctx), 9, 0, 0, 0) == -EINVAL);
	CHECK(CALL(xdp_adjust_tail, P(ctx), (uint64_t)-51, 0, 0, 0) == -EINVAL);
	CHECK(CALL(xdp_adjust_tail, P(ctx), 4096 - 320 - 256 - 64, 0, 0, 0) == 0);
	CHECK(CALL(xdp_adjust_tail, P(ctx), 1, 0, 0, 0) == -EINVAL);
	CHECK(CALL(xdp_load_bytes, P(ctx), 1, P(buf), 2, 0) == 0 && buf[0] == 2 && buf[1] == 3);
	CHECK(CALL(xdp_load_bytes, P(ctx), 3519, P(buf), 2, 0) == -EINVAL);
	CHECK(CALL(xdp_load_bytes, P(ctx), 0x10000, P(buf), 2, 0) == -EFAULT);
	CHECK(CALL(redirect, 7, 0, 0, 0, 0) == 4 && rt.redirect_ifindex == 7);
	CHECK(CALL(redirect, 7, 1, 0, 0, 0) == 0);
	prog.type = PROG_TYPE_SCHED_CLS;
	packet_set(pkt, data, sizeof(data), NULL);
	packet_type(PROG_TYPE_SCHED_CLS)->enter(packet_type(PROG_TYPE_SCHED_CLS), ctx, pkt);
	CHECK(ctx->skb.len == 64 && ctx->skb.pkt_type == 2);
	CHECK(CALL(skb_load_bytes, P(ctx), 62, P(buf), 4, 0) == -EFAULT && !buf[0] && !buf[3]);
	CHECK(CALL(skb_store_bytes, P(ctx), 0, P(buf), 4, 4) == -EINVAL);
	CHECK(CALL(skb_store_bytes, P(ctx), 0, P(buf), 4, 1) == 0 && !pkt->buf[pkt->data]);
	CHECK(CALL(skb_change_tail, P(ctx), 100, 0, 0, 0) == 0 && ctx->skb.len == 100);
	CHECK(CALL(redirect, 7, 1, 0, 0, 0) == 7);
	prog.type = PROG_TYPE_XDP;
}

int main(void)
{
	struct packet pkt;
	union packet_ctx ctx = {0};
	struct diag d = {.prefix = "test"};

	if (packet_alloc(&pkt, &d))
		return 4;
	rc.pkt = &pkt;
	rc.ctx = &ctx;
	test_format();
	test_strings();
	test_checksums();
	test_packet();
	packet_free(&pkt);
	return unit_report();
}
