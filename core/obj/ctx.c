#include "core/obj/ctx.h"

#include <string.h>

#define PAD(off, size)
#define FIELD(off_, type, name, dim, access, narrow)                                               \
	_Static_assert(offsetof(struct CTX, name) == (off_), "the wire has it elsewhere");
#define CTX xdp_md
#include "core/obj/ctx/xdp_md.def"
#undef CTX
#define CTX sk_buff
#include "core/obj/ctx/sk_buff.def"
#undef CTX
#undef FIELD

#define FIELD(off_, type, name_, dim, access_, narrow_)                                            \
	{.name = #name_,                                                                           \
	 .off = off_,                                                                              \
	 .size = sizeof(((struct CTX *)0)->name_),                                                 \
	 .unit = sizeof(type),                                                                     \
	 .access = access_,                                                                        \
	 .narrow = narrow_},
static const struct ctx_field xdp_md_fields[] = {
#define CTX xdp_md
#include "core/obj/ctx/xdp_md.def"
#undef CTX
};
static const struct ctx_field sk_buff_fields[] = {
#define CTX sk_buff
#include "core/obj/ctx/sk_buff.def"
#undef CTX
};

const struct ctx_field *ctx_access(const struct ctx_type *type, uint64_t off, uint32_t size,
				   bool write, enum ctx_user user)
{
	for (uint32_t i = 0; i < type->nfields; i++) {
		const struct ctx_field *f = &type->fields[i];
		bool part = f->narrow == NARROW_BOTH || (f->narrow == NARROW_READ && !write);

		if (off < f->off || off >= f->off + f->size)
			continue;
		if (off + size > f->off + f->size || (off - f->off) % size)
			return NULL;
		if (size != f->unit && !part)
			return NULL;
		return f->access & (write ? CTX_WRITES(user) : user) ? f : NULL;
	}
	return NULL;
}

const struct ctx_type ctx_xdp_md = {
	.name = "xdp_md",
	.size = sizeof(struct xdp_md),
	.fields = xdp_md_fields,
	.nfields = ARRAY_SIZE(xdp_md_fields),
};

const struct ctx_type ctx_sk_buff = {
	.name = "__sk_buff",
	.size = sizeof(struct sk_buff),
	.fields = sk_buff_fields,
	.nfields = ARRAY_SIZE(sk_buff_fields),
};
