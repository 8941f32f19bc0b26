/*
 * Where the records of the bundled BTF begin, and its names by hash, on stdout: worked out while we
 * are built, so that nobody who starts has to.
 *
 *	index linux-6.18.btf > bundled.idx
 */
#include <stdio.h>

#include "core/base/arena.h"
#include "core/base/file.h"
#include "core/btf/local.h"

static void write_words(const uint32_t *words, size_t n)
{
	fwrite(words, sizeof(*words), n, stdout);
}

int main(int argc, char **argv)
{
	struct diag d = {.prefix = "index"};
	struct arena a = {0};
	struct bytes file;
	struct btf *btf;

	if (argc != 2 || file_read(argv[1], 0, &a, &d, &file) ||
	    btf_parse(file.data, file.size, NULL, argv[1], &d, &btf))
		return 1;
	btf_index(btf);
	write_words((const uint32_t[]){btf->nids, btf->index->mask}, 2);
	write_words(btf->offs, btf->nids);
	write_words(btf->index->heads, btf->index->mask + 1);
	write_words(btf->index->next, btf->nids - 1);
	return fflush(stdout) != 0;
}
