#include "core/obj/ctx.h"

#include "core/obj/prog_type.h"

#define CTX(id, name, size)
#define CTX_END(id)
#define PAD(off, size)
#define FIELD(off_, type, name, ...)                                                               \
	_Static_assert(offsetof(struct WIRE, name) == (off_), "the wire has it elsewhere");
#define WIRE xdp_md
#include "core/obj/ctx/xdp_md.def"
#undef WIRE
#define WIRE sk_buff
#include "core/obj/ctx/sk_buff.def"
#undef WIRE
#undef FIELD
#undef CTX
#undef CTX_END
#undef PAD

/*
 * Widths, by the unit's size: sums of the sizes that may be loaded from a unit's first byte (head),
 * from elsewhere in it (rest), and stored.
 */
#define WHOLE(unit) .head = (unit), .store = (unit)
/* Any part of the unit may be loaded ... */
#define PARTS(unit) .head = 2 * (unit)-1, .rest = (unit)-1, .store = (unit), .narrow = (unit)
/* ... that begins where it begins */
#define HEAD_PARTS(unit) .head = 2 * (unit)-1, .store = (unit), .narrow = (unit)
/* ... that does not */
#define REST_PARTS(unit) .head = (unit), .rest = (unit)-1
/* ... or only its upper half */
#define UPPER_HALF(unit) .head = (unit), .rest = (unit) / 2
/* ... but single bytes */
#define HALVES(unit) .head = (unit) | 2, .rest = 2, .narrow = (unit)
/* A port in 16 bits that once were 32 */
#define PORT(unit) .head = 1 | 2 | 4, .rest = 1, .narrow = (unit)
/* An address: two words at once too */
#define WIDE(unit) .head = 1 | 2 | 4 | 8, .rest = 1 | 2, .store = 4 | 8, .narrow = (unit)
/* Memory */
#define ANY(unit) .head = 1 | 2 | 4 | 8, .rest = 1 | 2 | 4 | 8, .store = 1 | 2 | 4 | 8

#define CTX(id, name, size) static const struct ctx_field id##_fields[] = {
#define CTX_END(id)                                                                                \
	}                                                                                          \
	;
#define PAD(off, size)
#define FIELD(off_, type, name_, dim, readers_, writers_, widths, gives_)                          \
	{.name = #name_,                                                                           \
	 .off = (off_),                                                                            \
	 .size = sizeof(type dim),                                                                 \
	 .unit = sizeof(type),                                                                     \
	 .readers = (readers_),                                                                    \
	 .writers = (writers_),                                                                    \
	 .gives = CTX_GIVES_##gives_,                                                              \
	 widths(sizeof(type))},
#include "core/obj/ctx/all.def"

#define CTX(id, name_, size_)                                                                      \
	const struct ctx_type ctx_##id = {.name = (name_),                                         \
					  .size = (size_),                                         \
					  .fields = id##_fields,                                   \
					  .nfields = ARRAY_SIZE(id##_fields)};
#define CTX_END(id)
#define FIELD(...)
#define PAD(off, size)
#include "core/obj/ctx/all.def"

#define ATTACH_TYPE_ANY UINT32_MAX
static const struct {
	uint32_t prog_type, attach_type;
	struct ctx_view view;
} views[] = {
#define VIEW(prog, attach, id, users) {PROG_TYPE_##prog, ATTACH_TYPE_##attach, {&ctx_##id, users}},
#include "core/obj/ctx/views.def"
};

struct ctx_view ctx_view_of(uint32_t prog_type, uint32_t attach_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(views); i++)
		if (views[i].prog_type == prog_type && (views[i].attach_type == attach_type ||
							views[i].attach_type == ATTACH_TYPE_ANY))
			return views[i].view;
	return (struct ctx_view){0};
}

static bool width_fits(const struct ctx_field *f, uint32_t at, uint32_t size, bool write)
{
	bool head = at % f->unit == 0;

	/* What begins where the field begins is as wide as its row says, even beyond its end. */
	if (at && at + size > f->size)
		return false;
	if (write)
		return f->store & size && (head || f->store & (f->unit - 1));
	return (head ? f->head : f->rest) & size;
}

const struct ctx_field *ctx_access(const struct ctx_type *type, uint64_t off, uint32_t size,
				   bool write, uint32_t users)
{
	if (off % size)
		return NULL;
	if (users & CTX_IN_FRONT && (int64_t)off < 0 && !write)
		return &type->fields[0];
	for (uint32_t i = 0; i < type->nfields; i++) {
		const struct ctx_field *f = &type->fields[i];

		if (off - f->off >= f->size)
			continue;
		if (!((write ? f->writers : f->readers) & users))
			return NULL;
		return width_fits(f, off - f->off, size, write) ? f : NULL;
	}
	return NULL;
}
