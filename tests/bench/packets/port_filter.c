/*
 * The native side of a port filter over a capture, and what the bench of it needs:
 *
 *	port_filter make FILE COUNT	COUNT packets of TCP and UDP, 40 to 960 bytes, to some ports
 *	port_filter count FILE		how many are TCP to port 80: one loop over the mapped file
 *	port_filter cost RUNS COMMAND	the least wall and processor time of a command, in ms
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct record {
	uint32_t sec, usec, caplen, len;
};

enum { FILE_HEADER = 24, ETH = 14, IP = 20, PORT_80 = 0x5000 /* as it lies in memory */ };

static void make(const char *path, unsigned int count)
{
	static const uint32_t header[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1};
	static const uint16_t ports[] = {80, 443, 53, 22, 8080, 80, 123, 25};
	uint8_t pkt[1024] = {[12] = 8, [ETH] = 0x45, [ETH + 8] = 64};
	FILE *f = fopen(path, "w");
	uint32_t x = 1;

	if (!f)
		exit(1);
	fwrite(header, sizeof(header), 1, f);
	for (unsigned int i = 0; i < count; i++) {
		uint32_t len = 54 + ((x = x * 1664525 + 1013904223) >> 16) % 900;
		struct record r = {i / 1000, i % 1000, len, len};
		uint16_t port = ports[(x >> 8) % 8];

		pkt[ETH + 9] = x >> 29 ? 6 : 17;
		pkt[ETH + IP + 2] = port >> 8;
		pkt[ETH + IP + 3] = (uint8_t)port;
		fwrite(&r, sizeof(r), 1, f);
		fwrite(pkt, len, 1, f);
	}
	if (fclose(f))
		exit(1);
}

static int is_wanted(const uint8_t *data, const uint8_t *end)
{
	uint16_t type, port;

	if (data + ETH + IP + 20 > end)
		return 0;
	memcpy(&type, data + 12, 2);
	memcpy(&port, data + ETH + IP + 2, 2);
	return type == 8 && data[ETH + 9] == 6 && port == PORT_80;
}

static void count(const char *path)
{
	int fd = open(path, O_RDONLY);
	unsigned long n = 0;
	struct stat st;
	uint8_t *p, *end;

	if (fd < 0 || fstat(fd, &st))
		exit(1);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		exit(1);
	madvise(p, (size_t)st.st_size, MADV_SEQUENTIAL);
	end = p + st.st_size;
	for (p += FILE_HEADER; p + sizeof(struct record) <= end;) {
		const struct record *r = (const struct record *)p;

		p += sizeof(*r);
		n += (unsigned long)is_wanted(p, p + r->caplen);
		p += r->caplen;
	}
	printf("%lu\n", n);
}

static double ms(struct timespec t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double cpu_ms(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

static void cost(int runs, char **argv)
{
	double wall = 1e9, cpu = 1e9;

	for (int i = 0; i < runs; i++) {
		struct timespec from, to;
		struct rusage used;
		int status;
		pid_t pid;

		clock_gettime(CLOCK_MONOTONIC, &from);
		pid = fork();
		if (!pid) {
			if (!freopen("/dev/null", "w", stdout))
				_exit(1);
			execv(argv[0], argv);
			_exit(1);
		}
		if (wait4(pid, &status, 0, &used) < 0 || status)
			exit(1);
		clock_gettime(CLOCK_MONOTONIC, &to);
		if (ms(to) - ms(from) < wall)
			wall = ms(to) - ms(from);
		if (cpu_ms(&used) < cpu)
			cpu = cpu_ms(&used);
	}
	printf("%.1f %.1f\n", wall, cpu);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "make") == 0)
		make(argv[2], (unsigned int)strtoul(argv[3], NULL, 0));
	else if (argc == 3 && strcmp(argv[1], "count") == 0)
		count(argv[2]);
	else if (argc > 3 && strcmp(argv[1], "cost") == 0)
		cost(atoi(argv[2]), argv + 3);
	else
		return 1;
	return 0;
}
