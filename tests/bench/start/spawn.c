/*
 * How long processes live: spawn N COMMAND... runs the command N times and prints the median and the
 * fastest in microseconds.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int by_time(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[1]) : 0, status;
	uint64_t *times = calloc((size_t)n + 1, sizeof(*times));
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	for (int i = 0; i < n; i++) {
		uint64_t begin = now();

		if (posix_spawn(&pid, argv[2], &actions, NULL, argv + 2, environ) ||
		    waitpid(pid, &status, 0) < 0 || status) {
			fprintf(stderr, "spawn: %s failed\n", argv[2]);
			return 1;
		}
		times[i] = now() - begin;
	}
	qsort(times, (size_t)n, sizeof(*times), by_time);
	printf("%.1f %.1f\n", times[n / 2] / 1e3, times[0] / 1e3);
	return n == 0;
}
