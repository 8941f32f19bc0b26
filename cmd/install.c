#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/common.h"

/* Replaces what link there is; anything else of that name is not ours to remove. */
static int make_link(int dir, const char *target, const char *name, const char *path,
		     struct diag *d)
{
	char old[PATH_MAX];

	if (readlinkat(dir, name, old, sizeof(old)) >= 0)
		unlinkat(dir, name, 0);
	if (symlinkat(target, dir, name) < 0)
		return fail(d, NULL, -errno, "%s/%s: %s", path, name, strerror(errno));
	return 0;
}

/* The path of this binary; its last part alone when it lies in dir, so that both can move. */
static int find_target(int dir, char target[PATH_MAX], struct diag *d)
{
	ssize_t len = readlink("/proc/self/exe", target, PATH_MAX - 1);
	struct stat here, there;
	char *base;

	if (len < 0)
		return fail(d, NULL, -errno, "/proc/self/exe: %s", strerror(errno));
	target[len] = '\0';
	base = strrchr(target, '/') + 1;
	if (fstatat(dir, base, &here, AT_SYMLINK_NOFOLLOW) == 0 && stat(target, &there) == 0 &&
	    here.st_ino == there.st_ino && here.st_dev == there.st_dev)
		memmove(target, base, strlen(base) + 1);
	return 0;
}

int install_main(int argc, char **argv)
{
	struct diag d = {.prefix = "ebpf"};
	char target[PATH_MAX], name[64];
	int dir, err;

	if (argc != 2)
		usage_error("ebpf", "--install needs a directory and nothing else");
	dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return exit_status(fail(&d, NULL, -errno, "%s: %s", argv[1], strerror(errno)));
	err = find_target(dir, target, &d);
	for (size_t i = 0; i < ncommands && !err; i++) {
		snprintf(name, sizeof(name), "ebpf-%s", commands[i].name);
		err = make_link(dir, target, name, argv[1], &d);
	}
	close(dir);
	return err ? EXIT_ENVIRONMENT : EXIT_YES;
}
