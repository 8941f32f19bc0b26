#include "core/btf/bundled.h"

#include "core/base/arena.h"
#include "core/btf/local.h"

/* A compiler takes a second for an array of a million numbers, the assembler takes the file. */
#define FILE_AS(name, path)                                                                        \
	__asm__(".pushsection .rodata\n"                                                           \
		".balign 16\n"                                                                     \
		".type " #name "_start, %object\n" #name "_start:\n"                               \
		".incbin \"" path "\"\n" #name "_end:\n"                                           \
		".size " #name "_start, . - " #name "_start\n"                                     \
		".popsection\n");                                                                  \
	extern const uint8_t name##_start[] __attribute__((visibility("hidden")));                 \
	extern const uint8_t name##_end[] __attribute__((visibility("hidden")))

FILE_AS(btf_bundled, "core/btf/bundled/linux-6.18.btf");
FILE_AS(btf_bundled_index, BUNDLED_INDEX);

/* Both are written in this byte order. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the bundled types are little endian");

struct bytes btf_bundled_blob(void)
{
	return (struct bytes){btf_bundled_start, (size_t)(btf_bundled_end - btf_bundled_start)};
}

struct btf *btf_bundled(void)
{
	const struct btf_header *h = (const struct btf_header *)btf_bundled_start;
	const struct bundled_index *x = (const struct bundled_index *)btf_bundled_index_start;
	const uint8_t *data = btf_bundled_start + h->hdr_len;
	struct btf *btf = xmalloc(sizeof(*btf));

	*btf = (struct btf){
		.first_id = 1,
		.nids = x->nids,
		.nstr = h->str_len,
		.types = data + h->type_off,
		.types_len = h->type_len,
		.strs = (const char *)data + h->str_off,
		.offs = x->words,
		.size = h->hdr_len + h->str_off + h->str_len,
		.index = xmalloc(sizeof(*btf->index)),
	};
	*btf->index = (struct btf_index){
		.mask = x->mask,
		.heads = x->words + x->nids,
		.next = x->words + x->nids + x->mask + 1,
	};
	return btf;
}
