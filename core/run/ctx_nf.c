#include "core/run/ctx_nf.h"

#include <errno.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/btf/btf.h"

/* An object with these members; those that come later win. */
static int make(struct nf *nf, const char *type, const char *usual, const char *said, uint64_t *addr)
{
	uint32_t id = btf_find(nf->kernel, type, BTF_KIND_STRUCT);
	int64_t size = id ? btf_size(nf->kernel, id) : 0;
	const char *const members[] = {usual, said};
	struct strbuf text = {0};
	struct note note = {.loc = {.file = "--set"}};
	void *host = size > 0 ? scene_object_new(&nf->scene, id, 1, addr) : NULL;
	int err = 0;

	if (!host)
		return fail(nf->d, NULL, -EINVAL, "the kernel's types have no struct %s", type);
	for (size_t i = 0; i < ARRAY_SIZE(members) && !err; i++) {
		strbuf_reset(&text);
		strbuf_addf(&text, "{%s}", members[i]);
		note.value = strbuf_str(&text);
		err = scene_init(&nf->scene, &note, id, host, (size_t)size, nf->d);
	}
	strbuf_free(&text);
	return err;
}

static void add_skb(struct strbuf *b, const struct packet *pkt)
{
	uint16_t protocol = 0;

	if (pkt->end >= pkt->net)
		memcpy(&protocol, pkt->buf + pkt->net - sizeof(protocol), sizeof(protocol));
	strbuf_addf(b, "len=%u, data_len=%u, protocol=%u, skb_iif=%u, dev->ifindex=%u, ",
		    packet_len(pkt), pkt->paged_len, protocol, pkt->ifindex, pkt->ifindex);
	strbuf_addf(b, "head=%#llx, data=%#llx, ", (unsigned long long)(uintptr_t)pkt->buf,
		    (unsigned long long)(uintptr_t)pkt->buf + pkt->data);
	strbuf_addf(b, "tail=%u, end=%u, mac_header=%u, network_header=%u, transport_header=%u",
		    pkt->end, pkt->tail, pkt->mac & 0xffff, pkt->net & 0xffff, pkt->net & 0xffff);
}

/* As in a test run of Linux: going out locally, over IP's version. */
static void add_state(struct strbuf *b, const struct packet *pkt)
{
	enum { LOCAL_OUT = 3, PF_IPV4 = 2, PF_IPV6 = 10 };
	bool is_ipv6 = pkt->end > pkt->net && pkt->buf[pkt->net] >> 4 == 6;

	strbuf_addf(b, "hook=%d, pf=%d, in=NULL, out->ifindex=%u", LOCAL_OUT, is_ipv6 ? PF_IPV6 : PF_IPV4,
		    pkt->ifindex);
}

int nf_enter(struct nf *nf, struct nf_ctx *ctx, const struct packet *pkt)
{
	struct strbuf skb = {0}, state = {0};
	int err;

	scene_reset(&nf->scene);
	nf->scene.btf = nf->scene.space.btf = nf->kernel;
	add_skb(&skb, pkt);
	add_state(&state, pkt);
	err = make(nf, "sk_buff", strbuf_str(&skb), nf->skb, &ctx->skb);
	if (!err)
		err = make(nf, "nf_hook_state", strbuf_str(&state), nf->state, &ctx->state);
	if (!err)
		scene_fill_pointers(&nf->scene);
	strbuf_free(&skb);
	strbuf_free(&state);
	return err;
}

int nf_check(struct nf *nf, const struct packet *pkt)
{
	struct nf_ctx ctx;

	return nf_enter(nf, &ctx, pkt);
}

void nf_close(struct nf *nf)
{
	scene_free(&nf->scene);
}
