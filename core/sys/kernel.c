#include "core/sys/kernel.h"

#include <dlfcn.h>
#include <errno.h>
#include <fnmatch.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#undef MAP_TYPE /* a mask, of nobody here */

#include "core/base/file.h"
#include "core/helper/helper.h"
#include "core/load/library.h"
#include "core/run/run.h"
#include "jit/code.h"
#include "jit/jit.h"
#include "jit/text.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

struct kernel {
	struct library lib;
	const char *path;
	struct btf *btf;
	void *handle;
	uint8_t *base; /* what is added to addresses of the file */
	int fd;	       /* of the copy */
	bool is_constructed;
	struct text *texts; /* as many as lib.texts */
	struct kernel_func *funcs; /* by name */
	size_t nfuncs;
	helper_fn **helpers; /* by id, with the library's own; NULL: not made yet */
};

static int said(const struct kernel *k, struct diag *d, int err, const char *what)
{
	return fail(d, &(struct loc){.file = k->path}, err, "%s: %s", what, strerror(-err));
}

/* ---- mapping ---- */

/* A file without a name that can be mapped executable. */
static int copy_file(struct kernel *k, struct diag *d)
{
	const char *base = strrchr(k->path, '/');
	size_t done = 0;

	base = base ? base + 1 : k->path;
	k->fd = memfd_create(base, MFD_CLOEXEC | MFD_EXEC);
	if (k->fd < 0 && errno == EINVAL) /* from before there was such a flag */
		k->fd = memfd_create(base, MFD_CLOEXEC);
	if (k->fd < 0)
		return said(k, d, -errno, "there is no memory for a copy");
	while (done < k->lib.file.size) {
		ssize_t n = write(k->fd, k->lib.file.data + done, k->lib.file.size - done);

		if (n < 0)
			return said(k, d, -errno, "there is no memory for a copy");
		done += (size_t)n;
	}
	return 0;
}

static int map_library(struct kernel *k, struct diag *d)
{
	struct link_map *map;
	char name[40];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", k->fd);
	k->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!k->handle)
		return fail(d, &(struct loc){.file = k->path}, -EINVAL,
			    "it cannot be loaded: %s", dlerror());
	if (dlinfo(k->handle, RTLD_DI_LINKMAP, &map))
		return fail(d, &(struct loc){.file = k->path}, -EINVAL, "%s", dlerror());
	k->base = (uint8_t *)map->l_addr;
	return 0;
}

/* The same pages once more, to be written. */
static int map_aliases(struct kernel *k, struct diag *d)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	k->texts = arena_array(&k->lib.arena, struct text, k->lib.texts.n + 1);
	for (size_t i = 0; i < k->lib.texts.n; i++) {
		const struct library_range *r = &k->lib.texts.v[i];
		uint64_t skip = r->offset % page;
		uint8_t *p = mmap(NULL, r->size + skip, PROT_READ | PROT_WRITE, MAP_SHARED, k->fd,
				  (off_t)(r->offset - skip));

		if (p == MAP_FAILED)
			return said(k, d, -errno, "its text cannot be mapped");
		k->texts[i] = (struct text){
			.start = k->base + r->addr, .size = r->size, .alias = p + skip};
		text_add(&k->texts[i]);
	}
	return 0;
}

static const struct text_entry *entry(void)
{
	return jit_target->entry;
}

static const struct text *find_text(const struct kernel *k, const uint8_t *at)
{
	for (size_t i = 0; i < k->lib.texts.n; i++)
		if ((size_t)(at - k->texts[i].start) < k->texts[i].size &&
		    k->texts[i].size - (size_t)(at - k->texts[i].start) >= entry()->size)
			return &k->texts[i];
	return NULL;
}

/* ---- functions ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct kernel_func *)a)->name, ((const struct kernel_func *)b)->name);
}

static void list_functions(struct kernel *k)
{
	k->nfuncs = k->lib.funcs.n;
	k->funcs = arena_array(&k->lib.arena, struct kernel_func, k->nfuncs + 1);
	for (size_t i = 0; i < k->nfuncs; i++) {
		const struct library_func *f = &k->lib.funcs.v[i];

		k->funcs[i] = (struct kernel_func){
			.name = f->name,
			.addr = k->base + f->addr,
			.is_global = f->is_global,
			.btf_id = btf_find(k->btf, f->name, BTF_KIND_FUNC),
		};
	}
	qsort(k->funcs, k->nfuncs, sizeof(*k->funcs), by_name);
}

/* Where the entry of a function can be: at its beginning, or behind endbr64 or bti. */
static bool is_entry_of(const struct kernel_func *f, const uint8_t *at)
{
	enum { LANDING = 4 };

	return at == f->addr || at == (uint8_t *)f->addr + LANDING;
}

static void set_entry(struct kernel *k, uint8_t *at)
{
	const struct text *text = find_text(k, at);

	/* Nobody runs it yet. What is neither form of the nop is let alone. */
	if (!text || text_poke(text, at, entry()->filling, entry()->nop))
		return;
	for (size_t i = 0; i < k->nfuncs; i++)
		if (is_entry_of(&k->funcs[i], at))
			k->funcs[i].entry = at;
}

static void find_entries(struct kernel *k)
{
	vec_each(&k->lib.sites, r) {
		uint8_t **sites = (uint8_t **)(void *)(k->base + r->addr);

		for (size_t i = 0; i < r->size / sizeof(*sites); i++)
			set_entry(k, sites[i]);
	}
}

/* As the dynamic linker would have. */
static void construct(const struct kernel *k)
{
	typedef void init_fn(int argc, char **argv, char **envp);
	static char *none[] = {NULL};
	init_fn *const *inits = (init_fn *const *)(void *)(k->base + k->lib.init_array);

	if (k->lib.init)
		((init_fn *)(void *)(k->base + k->lib.init))(0, none, environ);
	for (uint64_t i = 0; i < k->lib.ninits; i++)
		inits[i](0, none, environ);
}

/*
 * At the end, as the dynamic linker would have, the last one first. What is mapped stays: threads
 * of the library's may run in it as long as the process lasts.
 */
static void destruct(const struct kernel *k)
{
	typedef void fini_fn(void);
	fini_fn *const *finis = (fini_fn *const *)(void *)(k->base + k->lib.fini_array);

	for (uint64_t i = k->lib.nfinis; i--;)
		finis[i]();
	if (k->lib.fini)
		((fini_fn *)(void *)(k->base + k->lib.fini))();
}

static int open_library(struct kernel *k, struct diag *d)
{
	struct arena scratch = {0};
	struct bytes file;
	int err = file_read(k->path, 0, &scratch, d, &file);

	if (!err)
		err = library_read(file, k->path, d, &k->lib);
	arena_free(&scratch);
	if (!err)
		err = btf_parse(k->lib.btf.data, k->lib.btf.size, NULL, k->path, d, &k->btf);
	if (err)
		return err;
	btf_index(k->btf);
	err = copy_file(k, d);
	if (!err)
		err = map_library(k, d);
	return err ? err : map_aliases(k, d);
}

int kernel_open(const char *path, struct diag *d, struct kernel **out)
{
	struct kernel *k = xcalloc(1, sizeof(*k));
	int err;

	k->fd = -1;
	k->path = path;
	err = open_library(k, d);
	if (err) {
		kernel_close(k);
		return err;
	}
	list_functions(k);
	find_entries(k);
	jit_catch_faults();
	*out = k;
	k->is_constructed = true;
	construct(k);
	return 0;
}

/* The entry becomes a jump with the first program, and a nop again with the last. */
static int poke(struct kernel *k, const struct kernel_func *f, bool on)
{
	uint8_t jump[ENTRY_SIZE_MAX];

	entry()->jump(jump, f->entry, tramp_entry(f->tramp));
	return text_poke(find_text(k, f->entry), f->entry, on ? entry()->nop : jump,
			 on ? jump : entry()->nop);
}

static void unmap(struct kernel *k)
{
	for (size_t i = 0; k->texts && i < k->lib.texts.n && k->texts[i].start; i++) {
		uint64_t skip = k->lib.texts.v[i].offset % (uint64_t)sysconf(_SC_PAGESIZE);

		text_remove(&k->texts[i]);
		munmap(k->texts[i].alias - skip, k->texts[i].size + skip);
	}
	if (k->fd >= 0)
		close(k->fd);
}

void kernel_close(struct kernel *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->nfuncs; i++) {
		if (k->funcs[i].tramp && tramp_count(k->funcs[i].tramp))
			poke(k, &k->funcs[i], false);
		tramp_free(k->funcs[i].tramp);
		code_free(k->funcs[i].outside);
	}
	if (k->is_constructed)
		destruct(k);
	unmap(k);
	btf_free(k->btf);
	library_free(&k->lib);
	free(k);
}

/* ---- what others ask ---- */

const struct btf *kernel_btf(const struct kernel *k)
{
	return k->btf;
}

const struct kernel_marks *kernel_marks(const struct kernel *k)
{
	return &k->lib.marks;
}

struct kernel_func *kernel_func(const struct kernel *k, const char *name)
{
	struct kernel_func key = {.name = name}, *end = k->funcs + k->nfuncs;
	struct kernel_func *f = bsearch(&key, k->funcs, k->nfuncs, sizeof(key), by_name), *other;

	if (!f)
		return NULL;
	while (f > k->funcs && strcmp(f[-1].name, name) == 0)
		f--;
	for (other = f + 1; other < end && strcmp(other->name, name) == 0; other++)
		if (other->addr != f->addr)
			return NULL;
	return f;
}

static bool is_text(const struct kernel *k, uintptr_t addr)
{
	for (size_t i = 0; i < k->lib.texts.n; i++)
		if (addr - ((uintptr_t)k->base + k->lib.texts.v[i].addr) < k->lib.texts.v[i].size)
			return true;
	return false;
}

const char *kernel_where(const struct kernel *k, uintptr_t addr, uint64_t *offset)
{
	const struct kernel_func *best = NULL;

	for (size_t i = 0; is_text(k, addr) && i < k->nfuncs; i++) {
		const struct kernel_func *f = &k->funcs[i];

		if ((uintptr_t)f->addr <= addr && (!best || f->addr > best->addr))
			best = f;
	}
	*offset = best ? addr - (uintptr_t)best->addr : 0;
	return best ? best->name : NULL;
}

const struct kernel_func *kernel_match(const struct kernel *k, const char *pattern,
				       const struct kernel_func *after)
{
	const struct kernel_func *f = after ? after + 1 : k->funcs;

	while (f < k->funcs + k->nfuncs &&
	       !(f->entry && f->btf_id && fnmatch(pattern, f->name, 0) == 0))
		f++;
	return f < k->funcs + k->nfuncs ? f : NULL;
}

/* NULL: there is no such function, or programs cannot call it. */
static helper_fn *function_for_programs(struct kernel *k, const char *name)
{
	struct kernel_func *f = kernel_func(k, name);

	if (f && !f->outside)
		f->outside = tramp_outside(f->addr);
	return f && f->outside ? (helper_fn *)(void *)f->outside->at : NULL;
}

/* Helpers that the library answers, unless they are mocked. */
static void make_helpers(struct kernel *k, helper_fn *const *base)
{
	k->helpers = arena_array(&k->lib.arena, helper_fn *, HELPER_ID_LIMIT);
	for (int32_t id = 0; id < HELPER_ID_LIMIT; id++) {
		const char *name = helper_name(id);
		helper_fn *own = NULL;

		if (name && base[id] == run_helpers[id]) {
			name = arena_printf(&k->lib.arena, "bpf_%s", name);
			if (kernel_mark(&k->lib.marks, EBPF_MARK_HELPER, name))
				own = function_for_programs(k, name);
		}
		k->helpers[id] = own ? own : base[id];
	}
}

void kernel_bind(struct kernel *k, struct prog *prog)
{
	if (!k->helpers)
		make_helpers(k, prog->helpers);
	prog->helpers = k->helpers;
	for (uint32_t i = 0; i < prog->nkfuncs; i++) {
		struct kfunc_call *call = &prog->kfuncs[i];

		if (kernel_mark(&k->lib.marks, EBPF_MARK_KFUNC, call->name))
			call->func = function_for_programs(k, call->name);
	}
}

/* ---- attaching ---- */

static int make_tramp(struct kernel *k, struct kernel_func *f, struct diag *d)
{
	struct func_model model;
	struct tramp_target to = {.model = &model, .ip = (uintptr_t)f->addr};
	int err = func_model(func_abi_here, k->btf, btf_func_proto(k->btf, f->btf_id), &model);

	to.body = f->entry + entry()->size;
	if (err)
		return fail(d, NULL, err, "function %s has arguments that no program can be shown",
			    f->name);
	return tramp_new(&to, d, &f->tramp);
}

static int attach(struct kernel *k, struct kernel_func *f, struct tramp_link *link)
{
	int err = tramp_attach(f->tramp, link);

	if (err || tramp_count(f->tramp) > 1)
		return err;
	err = poke(k, f, true);
	if (err)
		tramp_detach(link);
	return err;
}

int kernel_attach(struct kernel *k, const char *name, struct tramp_link *link, struct diag *d)
{
	struct kernel_func *f = kernel_func(k, name);
	int err = 0;

	if (f && !f->entry)
		return fail(d, &(struct loc){.file = k->path}, -EINVAL,
			    "function %s does not begin with room for a jump: compile it with "
			    "-fpatchable-function-entry=5",
			    name);
	if (!f || !f->btf_id)
		return fail(d, NULL, -ENOENT, "The address of function %s cannot be found", name);
	if (!f->tramp)
		err = make_tramp(k, f, d);
	if (err)
		return err;
	err = attach(k, f, link);
	if (err == -EBUSY)
		return fail(d, NULL, err, "function %s: %s", name,
			    tramp_count(f->tramp) ? "the program is attached to it already"
						  : "somebody else has changed its entry");
	return err ? fail(d, NULL, err, "function %s: %s", name, strerror(-err)) : 0;
}

static struct kernel_func *func_of(struct kernel *k, const struct tramp *t)
{
	size_t i = 0;

	while (k->funcs[i].tramp != t)
		i++;
	return &k->funcs[i];
}

/* Whoever has changed the entry meanwhile keeps it; nobody comes to programs by it. */
void kernel_detach(struct kernel *k, struct tramp_link *link)
{
	struct kernel_func *f = link->on ? func_of(k, link->on) : NULL;

	if (!f)
		return;
	if (tramp_count(f->tramp) == 1)
		poke(k, f, false);
	tramp_detach(link);
}

/* The registers of this machine's func_abi. */
#ifdef __aarch64__
#define REGS(r) r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]
#else
#define REGS(r) r[0], r[1], r[2], r[3], r[4], r[5]
#endif

/* Of a function that takes fewer nobody reads the others. */
uint64_t kernel_call(const void *func, const uint64_t r[FUNC_REGS_MAX],
		     const uint64_t s[FUNC_SLOTS_MAX])
{
	typedef uint64_t any_fn(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
				uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
				uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
				...);

	return ((any_fn *)(uintptr_t)func)(REGS(r), s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7],
					   s[8], s[9], s[10], s[11]);
}
