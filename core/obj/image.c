#include "core/obj/image.h"

#include <stdlib.h>

#include "core/btf/btf.h"

void image_free(struct image *img)
{
	if (!img)
		return;
	btf_free(img->btf);
	btf_free(img->target);
	btf_free(img->target_base);
	arena_free(&img->arena);
	free(img);
}
