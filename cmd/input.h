/* A program file of any kind, as an image: what it is, is seen from its contents. */
#ifndef CMD_INPUT_H
#define CMD_INPUT_H

#include "core/load/load.h"
#include "core/obj/image.h"

struct input {
	struct image *image;
	struct object obj; /* what the image was linked from, and outlives it */
	struct arena arena;
};

/*
 * path ("-" is standard input) holds an ELF object, assembly of any dialect, or bare instructions as
 * bytes, hex or C. 0, or -errno, said; input_free() either way.
 */
int input_open(struct input *in, const char *path, const struct load_options *opts,
	       struct diag *d);
void input_free(struct input *in);

#endif
