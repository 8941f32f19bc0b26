/* What a kernel was configured without, as text and back. */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/helper/profile.h"

static char message[256];

static void keep(struct diag *d, enum severity sev __unused, const struct loc *loc, const char *msg)
{
	(void)d;
	snprintf(message, sizeof(message), "%u:%u: %s", loc->line, loc->col, msg);
}

static int parse(const char *text, struct profile *out)
{
	struct diag d = {.sink = keep};

	message[0] = '\0';
	return profile_parse(text, "p", &d, out);
}

static void test_round_trip(void)
{
	static const char text[] = "kernel 6.18.44-x\n"
				   "no helper map_lookup_elem\n"
				   "no helper cgrp_storage_delete\n"
				   "no kfunc __bpf_trap\n"
				   "no prog_type netfilter\n"
				   "no map_type arena\n"
				   "no unprivileged\n"
				   "no data_symbols\n";
	struct strbuf out = {0};
	struct profile p;

	CHECK(parse(text, &p) == 0, "%s", message);
	CHECK(p.no_unprivileged && p.no_data_symbols && strcmp(p.kernel, "6.18.44-x") == 0);
	CHECK(profile_lacks(&p, PROFILE_HELPER, HELPER_map_lookup_elem));
	CHECK(!profile_lacks(&p, PROFILE_HELPER, HELPER_map_update_elem));
	CHECK(profile_lacks(&p, PROFILE_KFUNC, KFUNC___bpf_trap));
	CHECK(profile_lacks(&p, PROFILE_MAP_TYPE, MAP_TYPE_ARENA));
	CHECK(!profile_lacks(&p, PROFILE_MAP_TYPE, 100000));
	CHECK(!profile_lacks(NULL, PROFILE_MAP_TYPE, MAP_TYPE_ARENA));
	profile_print(&p, &out);
	CHECK(strcmp(strbuf_str(&out), text) == 0, "%s", strbuf_str(&out));
	strbuf_free(&out);
}

/* Whatever can be lacked can be written and read. */
static void test_all(void)
{
	struct strbuf out = {0};
	struct profile p = {0}, back;
	uint32_t n = 0;

	for (int kind = 0; kind < PROFILE_KIND_COUNT; kind++) {
		for (uint32_t id = 0; id < profile_limits[kind]; id++) {
			if (!profile_name((enum profile_kind)kind, id))
				continue;
			profile_set_lacks(&p, (enum profile_kind)kind, id);
			n++;
		}
	}
	CHECK(n > 211 + 200 + 32 + 33, "%u", n);
	profile_print(&p, &out);
	CHECK(parse(strbuf_str(&out), &back) == 0, "%s", message);
	CHECK(memcmp(p.lacks, back.lacks, sizeof(p.lacks)) == 0);
	strbuf_free(&out);
}

static void test_errors(void)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{"no helper nothing", "1:11: no helper of Linux 6.18: 'nothing'"},
		{"\n# comment\n no map_type", "3:13: no map_type of Linux 6.18: ''"},
		{"no thing x", "1:4: expected helper, kfunc, prog_type, map_type, unprivileged or "
			       "data_symbols"},
		{"yes", "1:1: expected kernel or no"},
		{"kernel", "1:7: expected a release of the kernel"},
		{"no unprivileged x", "1:17: one thing a line"},
	};
	struct profile p;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK(parse(bad[i].text, &p) < 0, "%s", bad[i].text);
		CHECK(strcmp(message, bad[i].message) == 0, "%s", message);
	}
	CHECK(parse("", &p) == 0 && parse("# nothing\n\n  \t\n", &p) == 0);
	CHECK(parse("no unprivileged# x\r\n", &p) == 0 && p.no_unprivileged);
}

int main(void)
{
	test_round_trip();
	test_all();
	test_errors();
	return unit_report();
}
