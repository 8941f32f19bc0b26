#include "core/btf/bundled.h"

/* A compiler takes a second for an array of a million numbers, the assembler takes the file. */
__asm__(".pushsection .rodata\n"
	".balign 16\n"
	".type btf_bundled_start, %object\n"
	"btf_bundled_start:\n"
	".incbin \"core/btf/bundled/linux-6.18.btf\"\n"
	"btf_bundled_end:\n"
	".size btf_bundled_start, . - btf_bundled_start\n"
	".popsection\n");

extern const uint8_t btf_bundled_start[] __attribute__((visibility("hidden")));
extern const uint8_t btf_bundled_end[] __attribute__((visibility("hidden")));

struct bytes btf_bundled(void)
{
	return (struct bytes){btf_bundled_start, (size_t)(btf_bundled_end - btf_bundled_start)};
}
