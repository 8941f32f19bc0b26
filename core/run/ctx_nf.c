#include "core/run/ctx_nf.h"

#include <errno.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/btf/btf.h"

/* An object with these members; those that come later win. */
static int make(struct nf *nf, const char *type, const char *usual, const char *said,
		uint64_t *addr)
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

/* What is not zero was said. */
static void find_field(struct nf *nf, enum nf_field field, const char *type, const char *member,
		       size_t size)
{
	static const uint8_t zero[8];
	uint64_t base = strcmp(type, "sk_buff") == 0 ? nf->ctx.skb : nf->ctx.state;
	uint8_t *object = (uint8_t *)(uintptr_t)base;
	uint32_t off;

	if (btf_member_at(nf->kernel, btf_find(nf->kernel, type, BTF_KIND_STRUCT), member, &off) &&
	    memcmp(object + off, zero, size) == 0)
		nf->at[field] = object + off;
}

/* As in a test run of Linux, a packet goes out locally, on the loopback's device. */
int nf_open(struct nf *nf)
{
	int err;

	nf->scene.btf = nf->scene.space.btf = nf->kernel;
	err = make(nf, "sk_buff", "dev->ifindex=1", nf->skb, &nf->ctx.skb);
	if (!err)
		err = make(nf, "nf_hook_state", "hook=3, in=NULL, out->ifindex=1", nf->state,
			   &nf->ctx.state);
	if (err)
		return err;
#define NF_FIELD(type, member, c_type, value)                                                      \
	find_field(nf, NF_##member, #type, #member, sizeof(c_type));
#include "core/run/ctx_nf.def"
	scene_fill_pointers(&nf->scene);
	return 0;
}

static uint16_t protocol_of(const struct packet *pkt)
{
	uint16_t protocol = 0;

	if (pkt->end >= pkt->net && pkt->net >= ETH_LEN)
		memcpy(&protocol, pkt->buf + pkt->net - sizeof(protocol), sizeof(protocol));
	return protocol;
}

static uint8_t family_of(const struct packet *pkt)
{
	enum { PF_IPV4 = 2, PF_IPV6 = 10 };

	return pkt->end > pkt->net && pkt->buf[pkt->net] >> 4 == 6 ? PF_IPV6 : PF_IPV4;
}

static void put(const struct nf *nf, enum nf_field field, const void *value, size_t size)
{
	if (nf->at[field])
		memcpy(nf->at[field], value, size);
}

void nf_enter(struct nf *nf, struct nf_ctx *ctx, const struct packet *pkt)
{
#define NF_FIELD(type, member, c_type, value)                                                      \
	put(nf, NF_##member, &(c_type){value}, sizeof(c_type));
#include "core/run/ctx_nf.def"
	*ctx = nf->ctx;
}

void nf_close(struct nf *nf)
{
	scene_free(&nf->scene);
}
