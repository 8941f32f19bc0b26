/* What the files about mocks share. */
#ifndef CORE_RUN_LOCAL_H
#define CORE_RUN_LOCAL_H

#include "core/base/vec.h"
#include "core/helper/proto.h"
#include "core/run/mock.h"

/* What can be called: helpers by id, kernel functions behind them. */
enum { CALLEE_KFUNC = HELPER_ID_LIMIT, CALLEE_COUNT = HELPER_ID_LIMIT + KFUNC_COUNT };

enum { MOCK_ARGS = 5, MOCK_FILLS = 3 };

/* Bytes for memory that an argument points to. */
struct mock_fill {
	uint32_t reg; /* 1 to 5 */
	uint32_t size;
	const uint8_t *bytes;
};

struct mock_answer {
	uint64_t ret;
	struct mock_fill fills[MOCK_FILLS];
	uint32_t nfills;
};

struct mock_rule {
	uint32_t callee;
	uint32_t conds; /* bit per register that must be as in want */
	uint64_t want[MOCK_ARGS + 1];
	bool only_say; /* => record */
	VEC(struct mock_answer) answers;
	uint32_t next; /* the answer that comes next */
};

struct mock {
	struct mock_options o;
	struct arena arena;
	VEC(struct mock_rule) rules;
	VEC(struct mock_rule) recorded; /* one for each callee that was called */
	helper_fn *helpers[HELPER_ID_LIMIT];
};

/* mock.c */
/* With "bpf_" in front where it belongs to the name. */
void callee_name(uint32_t callee, char *buf, size_t size);
/* mock_parse.c */
int mock_parse(struct mock *m, const char *text, struct diag *d);

#endif
