/*
 * Feeds the files of a corpus to a fuzz target, for builds without libFuzzer: replay DIR...; the
 * last line counts the files. What a target does wrong ends the process.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed(const char *path)
{
	struct diag d = {.prefix = "replay"};
	struct arena a = {0};
	struct bytes in;
	int err = file_read(path, 0, &a, &d, &in);

	if (!err) {
		/* Exactly as long as the input, so that a sanitizer sees what is read behind it. */
		uint8_t *copy = memcpy(xmalloc(in.size + 1), in.data, in.size);

		copy = xrealloc(copy, in.size ? in.size : 1);
		LLVMFuzzerTestOneInput(copy, in.size);
		free(copy);
	}
	arena_free(&a);
	return err;
}

int main(int argc, char **argv)
{
	unsigned int n = 0, failed = 0;

	for (int i = 1; i < argc; i++) {
		struct dirent **names;
		int count = scandir(argv[i], &names, NULL, alphasort);

		for (int j = 0; j < count; j++) {
			char path[4096];

			snprintf(path, sizeof(path), "%s/%s", argv[i], names[j]->d_name);
			if (names[j]->d_name[0] != '.') {
				n++;
				failed += feed(path) != 0;
			}
			free(names[j]);
		}
		if (count >= 0)
			free(names);
	}
	printf("%u passed, %u failed\n", n - failed, failed);
	return failed != 0;
}
