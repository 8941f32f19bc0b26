/*
 * The verifier against the kernel's, on the same programs in one run: the kernel's own
 * "verification time" beside ours, for each instruction that was processed.
 *
 *	verify_bench [-o] [NAME...]
 *
 * -o asks ours alone, once.
 *
 * Each program is judged in a process of its own, so that its memory can be told.
 */
#include <linux/bpf.h>
#include <linux/perf_event.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/verify/verify.h"
#include "maps/maps.h"
#include "tests/bench/verify/programs.h"

enum { ROUNDS = 3, LOG_SIZE = 1 << 16 };

static const struct bench {
	const char *name;
	void (*make)(struct program *p, uint32_t n);
	uint32_t n;
	uint32_t programs; /* as many, of n and what follows it */
} benches[] = {
	{"counter to the limit", make_counter, 1000000000, 1},
	{"working loop to the limit", make_working_loop, 1000000000, 1},
	{"undecided", make_undecided, 4000, 1},
	{"exponential to the limit", make_exponential, 30, 1},
	{"stack of pointers", make_stack, 8000, 1},
	{"deep stack of pointers", make_deep_stack, 8000, 1},
	{"maps", make_maps, 4000, 1},
	{"calls in a loop", make_calls, 4000, 1},
	{"packets", make_packets, 8000, 1},
	{"straight arithmetic", make_straight, 900000, 1},
	{"switch in a loop", make_switch, 200, 1},
	{"call tree", make_call_tree, 210, 1},
	{"big, refused early", make_maps, 70000, 1},
	{"small programs", make_small, 0, 500},
};

/* What one verifier says of all programs of a bench. */
struct verdict {
	int err;
	uint64_t processed, ns;
	uint64_t instructions; /* of the machine; 0: cannot be counted */
	long kbytes;
};

/* ---- the kernel ---- */

static int bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static int kernel_map(void)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_HASH,
			       .key_size = KEY_SIZE,
			       .value_size = VALUE_SIZE,
			       .max_entries = 16};

	return bpf(BPF_MAP_CREATE, &attr);
}

static uint64_t number_behind(const char *log, const char *word)
{
	const char *at = strstr(log, word);

	return at ? strtoull(at + strlen(word), NULL, 10) : 0;
}

/* -1: it cannot be asked. */
static int ask_kernel(const struct program *p, int map, struct verdict *v)
{
	static char log[LOG_SIZE];
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP,
			       .insn_cnt = here(p),
			       .insns = (uintptr_t)p->insns.v,
			       .license = (uintptr_t) "GPL",
			       .log_level = VERIFY_LOG_STATS,
			       .log_size = LOG_SIZE,
			       .log_buf = (uintptr_t)log,
			       .fd_array = (uintptr_t)&map};
	int fd;

	log[0] = 0;
	fd = bpf(BPF_PROG_LOAD, &attr);
	if (fd >= 0)
		close(fd);
	else
		v->err = -errno;
	if (!strstr(log, "verification time"))
		return -1;
	v->processed += number_behind(log, "processed ");
	v->ns += number_behind(log, "verification time ") * 1000;
	return 0;
}

/* ---- ours ---- */

static int host_fd_at(void *arg __unused, uint32_t index, int *fd)
{
	*fd = (int)index;
	return index ? -EFAULT : 0;
}

static int host_map(void *arg, int fd, struct map **out)
{
	*out = arg;
	return fd ? -EBADF : 0;
}

static void ask_ours(const struct program *p, struct map *map, struct verdict *v)
{
	struct verify_host host = {.arg = map, .map = host_map, .fd_at = host_fd_at};
	struct verify_job job = {
		.type = PROG_TYPE_XDP,
		.caps = VERIFY_CAP_ALL,
		.gpl = true,
		.name = "bench",
		.insns = p->insns.v,
		.ninsns = here(p),
		.host = &host,
	};
	struct verify_result result;
	int err = verify_prog(&job, &result);

	if (err)
		v->err = err;
	v->processed += result.processed;
	v->ns += result.ns;
	verify_result_free(&result);
}

/* Instructions that the machine takes in user mode; -1: they cannot be counted. */
static int open_counter(void)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE,
				       .size = sizeof(attr),
				       .config = PERF_COUNT_HW_INSTRUCTIONS,
				       .exclude_kernel = 1,
				       .exclude_hv = 1};

	return (int)syscall(__NR_perf_event_open, &attr, 0, -1, -1, 0);
}

static uint64_t counted(int counter)
{
	uint64_t n = 0;

	return counter >= 0 && read(counter, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

/* ---- one bench ---- */

static long memory_used(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static struct map *new_map(void)
{
	struct map_def def = {.name = "map",
			      .type = MAP_TYPE_HASH,
			      .key_size = KEY_SIZE,
			      .value_size = VALUE_SIZE,
			      .max_entries = 16};
	struct diag d = {.prefix = "verify_bench"};
	struct map *map = NULL;

	return map_new(&def, 1, &d, &map) ? NULL : map;
}

/* The fastest of some rounds: [0] ours, [1] the kernel, whose processed is 0 if it cannot be asked.
 */
static void run(const struct bench *b, bool alone, struct verdict best[2])
{
	struct program *programs = xcalloc(b->programs, sizeof(*programs));
	struct map *map = new_map();
	int fd = alone ? -1 : kernel_map(), counter = open_counter();
	long before;

	for (uint32_t i = 0; i < b->programs; i++)
		b->make(&programs[i], b->n + i);
	before = memory_used();
	for (int round = 0; round < (alone ? 1 : ROUNDS); round++) {
		struct verdict v[2] = {0};
		uint64_t start = counted(counter);
		bool known = fd >= 0;

		for (uint32_t i = 0; i < b->programs; i++)
			ask_ours(&programs[i], map, &v[0]);
		v[0].instructions = counted(counter) - start;
		v[0].kbytes = memory_used() - before;
		for (uint32_t i = 0; i < b->programs && known; i++)
			known = ask_kernel(&programs[i], fd, &v[1]) == 0;
		for (int side = 0; side < 2; side++) {
			if (!round || v[side].ns < best[side].ns)
				best[side] = v[side];
		}
		best[0].kbytes = max(best[0].kbytes, v[0].kbytes);
		if (!known)
			best[1].processed = 0;
	}
}

static void print(const struct bench *b, const struct verdict best[2])
{
	const struct verdict *ours = &best[0], *kernel = &best[1];
	double n = (double)ours->processed;

	printf("%-26s %8" PRIu64 " insns %5.0f ns", b->name, ours->processed, (double)ours->ns / n);
	if (!kernel->processed)
		printf(", kernel not asked");
	else
		printf(", kernel %5.0f ns, ratio %.2f%s", (double)kernel->ns / n,
		       (double)ours->ns / (double)kernel->ns,
		       kernel->processed == ours->processed && kernel->err == ours->err
			       ? ""
			       : " (DIFFERS)");
	if (ours->instructions)
		printf(", %.0f instructions", (double)ours->instructions / n);
	printf(", %.0f ms, %ld MB\n", (double)ours->ns / 1e6, ours->kbytes >> 10);
	if (kernel->processed && (kernel->processed != ours->processed || kernel->err != ours->err))
		printf("\tkernel: %" PRIu64 " insns, error %d; ours: error %d\n", kernel->processed,
		       kernel->err, ours->err);
}

static bool is_wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (strstr(name, *names))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	bool alone = argc > 1 && !strcmp(argv[1], "-o");
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(benches); i++) {
		struct verdict best[2] = {0};
		int status;
		pid_t child;

		if (!is_wanted(benches[i].name, argv + 1 + alone))
			continue;
		child = fork();
		if (!child) {
			run(&benches[i], alone, best);
			print(&benches[i], best);
			fflush(stdout);
			_exit(0);
		}
		waitpid(child, &status, 0);
		failed |= status != 0;
	}
	return failed;
}
