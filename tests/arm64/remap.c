/*
 * Linked into what `make arm64` runs, for qemu-user from before 8.1: that keeps what it has
 * translated of a page when the page is written through another mapping, whatever the program says
 * of its caches (IC IVAU). It forgets what it has of pages that are mapped anew; so is what is
 * mapped executable of memory files, whenever the program says that all threads are to run what was
 * written.
 */
#include <dlfcn.h>
#include <limits.h>
#include <linux/membarrier.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The descriptor of an open file by its inode; -1: there is none. */
static int find_file(unsigned long inode)
{
	struct stat st;

	for (int fd = 3; fd < 256; fd++)
		if (fstat(fd, &st) == 0 && st.st_ino == inode)
			return fd;
	return -1;
}

static void map_again(void)
{
	unsigned long start, end, offset, inode;
	char line[PATH_MAX], perms[8];
	FILE *maps = fopen("/proc/self/maps", "re");

	while (maps && fgets(line, sizeof(line), maps)) {
		int fd;

		if (!strstr(line, "/memfd:") ||
		    sscanf(line, "%lx-%lx %7s %lx %*s %lu", &start, &end, perms, &offset,
			   &inode) != 5 ||
		    strncmp(perms, "r-x", 3) != 0 || (fd = find_file(inode)) < 0)
			continue;
		mmap((void *)start, end - start, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd,
		     (off_t)offset);
	}
	if (maps)
		fclose(maps);
}

/* In front of the C library's. */
__attribute__((visibility("default"))) long syscall(long number, ...)
{
	static long (*next)(long, ...);
	long arg[6];
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	if (!next)
		next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	if (number == SYS_membarrier && arg[0] == MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE)
		map_again();
	return next(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}
