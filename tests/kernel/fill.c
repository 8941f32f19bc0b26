/* Fills the user ring buffer of one page that is pinned at a path, mapped as clients map it. */
#include <fcntl.h>
#include <sys/mman.h>

#include "samples.h"

int main(int argc, char **argv)
{
	enum { PAGE = 4096 };
	int fd = argc == 2 ? open(argv[1], O_RDWR) : -1;
	uint8_t *at = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		return 1;
	put_samples((uint64_t *)(at + PAGE), at + 2 * PAGE, PAGE);
	return 0;
}
