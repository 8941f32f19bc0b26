/* What the files of `ebpf verify` share. */
#ifndef CMD_VERIFY_H
#define CMD_VERIFY_H

#include "cmd/common.h"
#include "cmd/program_file.h"
#include "core/prove.h"

struct verify_options {
	struct common common;
	struct load_options load;
	struct prove_options prove;
	const char *path, *prog, *section;
	uint32_t log_level;
	bool time;
};

struct verify {
	const struct verify_options *o;
	struct diag *d;
	struct out out;
	struct program_file file;
	struct prover prover;
	uint32_t judged, rejected;
};

/* verify_report.c: err is the verifier's errno, log its log of level 1. */
void report_verdict(struct verify *v, const struct prog_def *def, int err, const struct strbuf *log,
		    const struct verify_result *result);

#endif
