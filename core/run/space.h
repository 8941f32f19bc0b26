/*
 * Described memory: what a context says lies at addresses that are not this process's. Regions are
 * disjoint and have bytes of this process behind them: a core file's, a copy of a process's, what a
 * text says. Helpers that read memory which may not be there look here.
 *
 * Objects of the kernel that programs may follow pointers to are different: they lie where their
 * addresses say, in memory of this process at an address that is the same in every run, so that
 * machine code can follow them too. An address that a text gives an object is another name of it.
 */
#ifndef CORE_RUN_SPACE_H
#define CORE_RUN_SPACE_H

#include "core/base/arena.h"
#include "core/base/vec.h"
#include "core/btf/btf.h"

/* Who finds something there: a set. */
enum space_side {
	SPACE_USER = 1,	  /* bpf_probe_read_user() and its like */
	SPACE_KERNEL = 2, /* bpf_probe_read_kernel() */
	SPACE_OBJECT = 4, /* and programs themselves, through pointers that have a type */
};

struct space_region {
	uint64_t addr, size;
	uint8_t *host;
	uint32_t sides;
	uint32_t type; /* of an object, in space.btf; 0: bytes */
	bool kept;     /* host outlives those who described it */
};

/* Memory that somebody has looked at. */
struct space_range {
	uint64_t addr, size;
};

struct space_log {
	struct space_range *v;
	size_t n, cap;
};

struct space {
	VEC(struct space_region) regions; /* by addr; after space_add() only */
	struct arena arena;		  /* for bytes that somebody has to own */
	const struct btf *btf;		  /* of the objects; NULL: there are none */
	uint8_t *objects;		  /* SPACE_OBJECTS_MAX bytes, or NULL */
	uint64_t used;			  /* of them */
	struct space_log *log;		  /* takes what is found, or NULL */
	uint64_t strings;		  /* of them, from the end: seen from both sides */
};

#define SPACE_OBJECTS_MAX (64u << 20)

/* The sides an address belongs to. */
static inline uint32_t space_sides(uint64_t addr)
{
	return (int64_t)addr < 0 ? SPACE_KERNEL : SPACE_USER;
}

/* -EINVAL: it wraps around or is empty; -EEXIST: something is there already. Neither is said. */
int space_add(struct space *s, const struct space_region *r);
/* Zeroed memory for an object, aligned to 16; NULL when too much is asked for. */
void *space_object(struct space *s, uint64_t size);
/* The same for text: whoever is given it may take it for user memory. */
void *space_string(struct space *s, uint64_t size);
/* The address under which a program may follow a pointer to addr: an object's own. */
uint64_t space_follow(const struct space *s, uint64_t addr);
/*
 * Memory for an object, or for text, at an address where this made one before; NULL: none can be
 * there.
 */
void *space_object_at(struct space *s, uint64_t addr, uint64_t size);
/* What lies at an address, as a word before its bytes: "object ", or "" for all others. */
const char *space_kind(const struct space *s, uint64_t addr);
/* Memory behind size bytes that lie in one region and are seen by one of the sides, or NULL. */
void *space_at(const struct space *s, uint64_t addr, uint64_t size, uint32_t sides);
/* Copies bytes that may lie in adjacent regions; false: some are not there. */
bool space_read(const struct space *s, void *out, uint64_t addr, uint64_t size, uint32_t sides);
/* Forgets objects and keeps text. Regions are the caller's to take out. */
void space_reset(struct space *s);
void space_free(struct space *s);

#endif
