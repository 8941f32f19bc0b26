/* A region as a file: what is refused at open, and leases that end with a process. */
#include "maps/region.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "tests/unit/unit.h"

static const struct region_head small = {
	.client_size = 100,
	.body_size = 5000,
	.nslots = 8,
	.ncpus = 2,
	.type = 1,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 10,
	.btf_size = 5,
	.name = "small",
};

static int make(struct region **out)
{
	int fd = memfd_create("region", MFD_CLOEXEC);

	CHECK(region_create(fd, &small, "BTF!", out) == 0);
	return fd;
}

static void test_layout(void)
{
	struct region *r, *s;
	int fd = make(&r);
	struct stat st;

	fstat(fd, &st);
	CHECK(st.st_size == 4 * REGION_PAGE, "%lld", (long long)st.st_size);
	CHECK(r->body == r->base + REGION_PAGE && (uint8_t *)r->slots == r->body + 5056);
	r->body[7] = 42;
	CHECK(region_open(fd, true, &s) == 0);
	CHECK(s->body[7] == 42 && s->base != r->base && !strcmp((char *)s->btf, "BTF!"));
	CHECK(s->head.max_entries == 10 && !strcmp(s->head.name, "small"));
	CHECK(!region_is_stale(s));
	memset(s->live->boot, 1, 16);
	CHECK(region_is_stale(s) && region_begin_check(s) == 1);
	region_checked(s);
	CHECK(!region_is_stale(r) && region_begin_check(s) == 0);
	region_close(s);
	CHECK(region_open(fd, false, &s) == 0 && s->body[7] == 42);
	CHECK(region_join(s, 0) == 0, "who only reads takes no part");
	region_close(s);
	region_close(r);
	close(fd);
}

static void test_own_memory(void)
{
	struct region *r;

	CHECK(region_create(-1, &small, "BTF!", &r) == 0);
	CHECK(region_enter(r, 0) == 1 && region_enter(r, 1) == 2 && region_enter(r, 0) == 1);
	CHECK(region_enter(r, UINT32_MAX) == 3);
	region_leave(r, UINT32_MAX);
	CHECK(!region_is_dead(r) && !region_is_stale(r));
	region_close(r);
}

static _Atomic bool entered;

static void *enter_as_other(void *arg)
{
	CHECK(region_enter(arg, 1) == 2);
	entered = true;
	region_leave(arg, 1);
	return NULL;
}

/* One participant needs no locks until another one comes, who waits for it; then that one. */
static void test_alone(void)
{
	struct region_head head = small;
	pthread_t other;
	struct region *r;

	head.client_size = 0;
	CHECK(region_create(-1, &head, "BTF!", &r) == 0);
	CHECK(!region_enter_alone(r->mine, 0), "nobody is yet");
	CHECK(region_enter(r, 0) == 1);
	region_leave(r, 0);
	if (!r->mine->alone) {
		region_close(r);
		return; /* there is no membarrier(2) */
	}
	CHECK(region_enter_alone(r->mine, 0) && !region_enter_alone(r->mine, 1));
	pthread_create(&other, NULL, enter_as_other, r);
	usleep(20000);
	CHECK(!entered);
	region_leave_alone(r->mine, 0);
	pthread_join(other, NULL);
	CHECK(entered && !region_enter_alone(r->mine, 0) && region_enter_alone(r->mine, 1));
	region_leave_alone(r->mine, 1);
	for (uint32_t i = 0; i < 20; i++) {
		CHECK(region_enter(r, i % 2) != 0);
		region_leave(r, i % 2);
	}
	CHECK(!region_enter_alone(r->mine, 0) && !region_enter_alone(r->mine, 1), "both are at it");
	CHECK(!region_enter_alone(r->mine, UINT32_MAX));
	region_close(r);
	CHECK(region_create(-1, &small, "BTF!", &r) == 0 && region_enter(r, 0) == 1);
	CHECK(!region_enter_alone(r->mine, 0), "clients see it");
	region_close(r);
}

static int open_with(int fd, const struct region_head *head)
{
	struct region *r;
	struct stat st;
	int err;

	fstat(fd, &st);
	CHECK(pwrite(fd, head, sizeof(*head), st.st_size - REGION_PAGE) == sizeof(*head));
	err = region_open(fd, true, &r);
	if (!err)
		region_close(r);
	return err;
}

static void test_hostile(void)
{
	struct region *r;
	int fd = make(&r), other = memfd_create("other", MFD_CLOEXEC);
	struct region_head head = r->head, bad;

	region_close(r);
	bad = head, bad.magic++;
	CHECK(open_with(fd, &bad) == -EINVAL);
	bad = head, bad.version++;
	CHECK(open_with(fd, &bad) == -ENOEXEC);
	bad = head, bad.max_entries = 11;
	CHECK(open_with(fd, &bad) == -EUCLEAN, "the sum is wrong");
	for (size_t off = 16; off < offsetof(struct region_head, sum); off += 4) {
		bad = head;
		memset((uint8_t *)&bad + off, 0xff, 4);
		bad.sum = hash_mem(&bad, offsetof(struct region_head, sum));
		open_with(fd, &bad);
	}
	CHECK(open_with(fd, &head) == 0);
	CHECK(ftruncate(fd, 2 * REGION_PAGE + 1) == 0 && region_open(fd, true, &r) == -EINVAL);
	CHECK(ftruncate(fd, 0) == 0 && region_open(fd, true, &r) == -EINVAL);
	CHECK(region_open(other, true, &r) == -EINVAL && region_open(-1, true, &r) < 0);
	bad = small, bad.client_size = UINT64_MAX;
	CHECK(region_create(other, &bad, "", &r) == -E2BIG);
	bad.client_size = INT64_MAX / 8;
	CHECK(region_create(other, &bad, "", &r) < 0);
	close(other);
	close(fd);
}

static void test_truncated(void)
{
	struct region *r;
	int fd = make(&r);

	CHECK(ftruncate(fd, 0) == 0);
	CHECK(r->body[0] == 0 && region_is_dead(r));
	r->body[0] = 1;
	region_close(r);
	close(fd);
}

/* Runs fn in a child that ends by SIGKILL once fn is through. */
static void in_killed_child(struct region *r, void (*fn)(struct region *r))
{
	pid_t pid = fork();

	if (pid == 0) {
		fn(r);
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, NULL, 0);
}

static _Atomic uint32_t *word_of(struct region *r)
{
	return (_Atomic uint32_t *)r->body;
}

static void take_lock(struct region *r)
{
	uint32_t slot = region_enter(r, 0);

	atomic_store(&r->slots[slot].word[0], 77);
	region_lock(r, word_of(r), slot);
}

static void finish(void *arg, uint32_t slot)
{
	struct region *r = arg;

	if ((atomic_load(word_of(r)) & REGION_SLOT_MASK) == slot) {
		atomic_store(&r->slots[slot].word[0], 78);
		region_publish(word_of(r));
		region_unlock(word_of(r));
	}
}

static void test_killed_owner(void)
{
	struct region *r;
	int fd = make(&r);
	uint32_t slot, dead;

	r->repair = finish;
	r->repair_arg = r;
	slot = region_enter(r, 0);
	in_killed_child(r, take_lock);
	dead = atomic_load(word_of(r)) & REGION_SLOT_MASK;
	CHECK(dead && dead != slot, "the child is a participant of its own");
	CHECK(region_lock(r, word_of(r), slot) == 0);
	CHECK(atomic_load(&r->slots[dead].word[0]) == 78, "repaired before it is taken");
	CHECK((atomic_load(word_of(r)) & REGION_SLOT_MASK) == slot);
	region_unlock(word_of(r));
	in_killed_child(r, take_lock);
	region_repair_all(r);
	CHECK(!(atomic_load(word_of(r)) & REGION_SLOT_MASK));
	atomic_store(word_of(r), 1000);
	CHECK(region_lock(r, word_of(r), slot) == 0, "nobody has this number");
	region_unlock(word_of(r));
	region_close(r);
	close(fd);
}

static int ready[2];

static void take_cpu(struct region *r)
{
	uint32_t cpu = 9;

	CHECK(region_take_cpu(&r, 1, &cpu) == 0 && cpu == 1);
	CHECK(region_take_cpu(&r, 1, &cpu) == -EBUSY);
	CHECK(write(ready[1], &unit_failed, sizeof(unit_failed)) > 0);
	pause();
}

static void test_cpus(void)
{
	struct region *r;
	int fd = make(&r);
	uint32_t cpu;
	unsigned int failed = 1;
	pid_t pid;

	CHECK(pipe(ready) == 0);
	CHECK(region_take_cpu(&r, 1, &cpu) == 0 && cpu == 0);
	pid = fork();
	if (pid == 0)
		take_cpu(r);
	CHECK(read(ready[0], &failed, sizeof(failed)) > 0 && failed == 0);
	CHECK(region_take_this_cpu(&r, 1, 1) == -EBUSY && region_take_this_cpu(&r, 1, 2) == -EBUSY);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	CHECK(region_take_this_cpu(&r, 1, 1) == 0, "free after the child's death");
	region_give_cpu(&r, 1, 0);
	CHECK(region_take_cpu(&r, 1, &cpu) == 0 && cpu == 0);
	region_close(r);
	close(fd);
}

int main(void)
{
	test_layout();
	test_own_memory();
	test_alone();
	test_hostile();
	test_truncated();
	test_killed_owner();
	test_cpus();
	return unit_report();
}
