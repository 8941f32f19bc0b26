/* A program file of any kind, as an image: what it is, is seen from its contents. */
#ifndef CMD_PROGRAM_FILE_H
#define CMD_PROGRAM_FILE_H

#include "asm/asm.h"
#include "core/load/load.h"
#include "core/obj/image.h"

struct program_file {
	struct image *image;
	struct object obj; /* what the image was linked from, and outlives it */
	struct arena arena;
};

/*
 * path ("-" is standard input) holds an ELF object, assembly of any dialect, or bare instructions
 * as bytes, hex or C. 0, or -errno, said; program_file_free() either way.
 */
int program_file_open(struct program_file *in, const char *path, const struct load_options *opts,
	       struct diag *d);
/*
 * The same; as says how text is assembled, and what it is called where that is not path, and in
 * which order bytes of bare instructions are.
 */
int program_file_open_as(struct program_file *in, const char *path, const struct asm_options *as,
			 const struct load_options *opts, struct diag *d);
void program_file_free(struct program_file *in);

#endif
