/* core/base: text, tables, files, diagnostics. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/rng.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"

static void test_arena(void)
{
	struct arena a = {0};
	char *big = arena_alloc(&a, 100000), *small = arena_alloc(&a, 1);

	CHECK(((uintptr_t)big & 15) == 0 && ((uintptr_t)small & 15) == 0);
	CHECK(big[0] == 0 && big[99999] == 0);
	CHECK(strcmp(arena_printf(&a, "%s-%d", "x", 7), "x-7") == 0);
	CHECK(strcmp(arena_strndup(&a, "abcdef", 3), "abc") == 0);
	arena_free(&a);
	CHECK(!a.head);
}

static void test_strbuf(void)
{
	struct strbuf b = {0};

	CHECK(strcmp(strbuf_str(&b), "") == 0);
	strbuf_add(&b, "one\ntwo");
	strbuf_pad(&b, 6, false);
	strbuf_addch(&b, '|');
	CHECK(strcmp(b.s, "one\ntwo   |") == 0, "%s", b.s);
	strbuf_reset(&b);
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&b, "%d,", i);
	CHECK(b.len == 3890 && strlen(b.s) == b.len, "%zu", b.len);
	strbuf_free(&b);
}

static void test_strmap(void)
{
	struct strmap m = {0};
	static char names[500][8];
	bool all = true;

	CHECK(!strmap_get(&m, "none"));
	for (uint64_t i = 0; i < 500; i++) {
		snprintf(names[i], sizeof(names[i]), "n%d", (int)i);
		all &= strmap_put(&m, names[i], i);
	}
	CHECK(all && m.n == 500);
	CHECK(!strmap_put(&m, "n7", 70) && *strmap_get(&m, "n7") == 70);
	CHECK(*strmap_getn(&m, "n499x", 4) == 499 && !strmap_get(&m, "n500"));
	strmap_free(&m);
}

static void test_vec(void)
{
	VEC(int) v = {0};
	int sum = 0;

	for (int i = 0; i < 100; i++)
		vec_push(&v, i);
	vec_each(&v, it) sum += *it;
	CHECK(sum == 4950 && *vec_last(&v) == 99);
	CHECK(vec_pop(&v) == 99 && v.n == 99);
	vec_free(&v);
}

static char said[4096];

static void keep(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	size_t n = strlen(said);

	(void)d;
	snprintf(said + n, sizeof(said) - n, "%d:%u:%s;", sev, loc ? loc->line : 0, msg);
}

static void test_diag(void)
{
	struct diag d = {.sink = keep, .hold = true};
	struct loc l2 = {.file = "a", .line = 2}, l1 = {.file = "a", .line = 1};

	CHECK(fail(&d, &l2, -EINVAL, "second") == -EINVAL);
	note(&d, &l1, "about second");
	fail(&d, &l1, -EINVAL, "first");
	fail(&d, NULL, -EINVAL, "no place");
	CHECK(said[0] == '\0' && d.errors == 3);
	diag_flush(&d);
	CHECK(strcmp(said, "0:1:first;0:2:second;2:1:about second;0:0:no place;") == 0, "%s", said);
}

static void test_nearest(void)
{
	static const char *const names[] = {"map_lookup_elem", NULL, "map_update_elem", "redirect"};
	const char *found = nearest_name("map_lokup_elem", names, 4);

	CHECK(found && strcmp(found, "map_lookup_elem") == 0);
	found = nearest_name("redirect_", names, 4);
	CHECK(found && strcmp(found, "redirect") == 0);
	CHECK(!nearest_name("zzz", names, 4));
	CHECK(!nearest_name("", names, 4));
}

static void test_file(void)
{
	char dir[] = "/tmp/base_test.XXXXXX", path[64];
	struct diag d = {.sink = keep};
	struct arena a = {0};
	struct bytes got = {0};
	struct stat st;

	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/f", dir);
	umask(022);
	CHECK(file_write(path, "hello", 5, &d) == 0);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0644, "%o", st.st_mode);
	CHECK(chmod(path, 0600) == 0 && file_write(path, "hello, you", 10, &d) == 0);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "%o", st.st_mode);
	CHECK(file_read(path, 0, &a, &d, &got) == 0 && got.size == 10);
	CHECK(memcmp(got.data, "hello, you", 11) == 0);
	CHECK(file_read(path, 9, &a, &d, &got) == -EFBIG);
	CHECK(file_read(path, 10, &a, &d, &got) == 0);
	CHECK(file_read("/dev/null", 0, &a, &d, &got) == 0 && got.size == 0);
	CHECK(file_write("/dev/null", "x", 1, &d) == 0);
	unlink(path);
	CHECK(file_read(path, 0, &a, &d, &got) == -ENOENT);
	CHECK(rmdir(dir) == 0, "something was left in %s", dir);
	arena_free(&a);
}

static void test_rng(void)
{
	struct rng a = {1}, b = {1}, c = {2};
	uint64_t x = rng_u64(&a);

	CHECK(x == rng_u64(&b) && x != rng_u64(&c));
	for (int i = 0; i < 1000; i++)
		if (rng_below(&a, 7) >= 7)
			CHECK(false, "out of range");
}

int main(void)
{
	test_arena();
	test_strbuf();
	test_strmap();
	test_vec();
	test_diag();
	test_nearest();
	test_file();
	test_rng();
	return unit_report();
}
