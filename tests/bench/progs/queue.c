/* A queue of which half is used: a value comes and a value goes */
#include "tests/bench/progs/prog.h"

struct job {
	u64 id, size;
};

INLINE struct job job_of(u64 id, u64 size)
{
	return (struct job){id, size};
}

LINE(QUEUE, table, struct job, ENTRIES);

FILL({
	struct job job = job_of(i, n);

	if (i % 2)
		PUSH(table, &job);
})

BENCH({
	struct job job = job_of(i, n);

	PUSH(table, &job);
	if (POP(table, &job) == 0)
		sum += job.id;
})
