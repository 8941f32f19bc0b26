/*
 * libFuzzer target of the verifier: no program may crash it, make it read what is not there, or
 * keep it busy. The first byte says how the rest is read: as instructions behind a header, as they
 * are or made into ones of good form, with or without a beginning that has something in each
 * register; or as an ELF object, whose programs are judged one after the other.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/btf/build.h"
#include "core/btf/bundled.h"
#include "core/btf/text.h"
#include "core/explain/explain.h"
#include "core/helper/helper.h"
#include "core/helper/kfunc.h"
#include "core/isa/build.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/prove.h"
#include "maps/maps.h"

enum {
	WALK_MAX = 20000, /* a fuzzer finds every loop that there is */
	SLOTS_MAX = 1500,
	FUNCS_MAX = 16,
	PROGS_MAX = 8,
	ELF_MAPS_MAX = 16,
	REFUSALS_MAX = 20,
	LOG_MAX = 20000, /* of one that is read again */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

/* ---- what every program finds: types and maps ---- */

/* Of functions from first_func on, in order; of the values of maps, VALUE. */
static const char own_types[] =
	"[1] INT 'int' size=4 nr_bits=32 encoding=SIGNED\n"
	"[2] INT 'long' size=8 nr_bits=64 encoding=SIGNED\n"
	"[3] STRUCT 'bpf_spin_lock' size=4 vlen=1\n\t'val' type_id=1 bits_offset=0\n"
	"[4] STRUCT 'bpf_timer' size=16 vlen=2\n\t'a' type_id=2 bits_offset=0\n"
	"\t'b' type_id=2 bits_offset=64\n"
	"[5] STRUCT 'bpf_wq' size=16 vlen=2\n\t'a' type_id=2 bits_offset=0\n"
	"\t'b' type_id=2 bits_offset=64\n"
	"[6] STRUCT 'bpf_list_head' size=16 vlen=2\n\t'a' type_id=2 bits_offset=0\n"
	"\t'b' type_id=2 bits_offset=64\n"
	"[7] STRUCT 'bpf_list_node' size=24 vlen=3\n\t'a' type_id=2 bits_offset=0\n"
	"\t'b' type_id=2 bits_offset=64\n\t'c' type_id=2 bits_offset=128\n"
	"[8] STRUCT 'bpf_rb_root' size=16 vlen=2\n\t'a' type_id=2 bits_offset=0\n"
	"\t'b' type_id=2 bits_offset=64\n"
	"[9] STRUCT 'bpf_rb_node' size=32 vlen=2\n\t'a' type_id=2 bits_offset=0\n"
	"\t'b' type_id=2 bits_offset=64\n"
	"[10] STRUCT 'task_struct' size=8 vlen=1\n\t'a' type_id=2 bits_offset=0\n"
	"[11] TYPE_TAG 'kptr' type_id=10\n"
	"[12] PTR '(anon)' type_id=11\n"
	"[13] STRUCT 'node' size=72 vlen=4\n\t'l' type_id=7 bits_offset=0\n"
	"\t'r' type_id=9 bits_offset=192\n\t'data' type_id=2 bits_offset=448\n"
	"\t'ref' type_id=14 bits_offset=512\n"
	"[14] STRUCT 'bpf_refcount' size=4 vlen=1\n\t'a' type_id=1 bits_offset=0\n"
	"[15] STRUCT 'value' size=128 vlen=8\n\t'lock' type_id=3 bits_offset=0\n"
	"\t'n' type_id=1 bits_offset=32\n\t'timer' type_id=4 bits_offset=64\n"
	"\t'wq' type_id=5 bits_offset=192\n\t'task' type_id=12 bits_offset=320\n"
	"\t'head' type_id=6 bits_offset=384\n\t'root' type_id=8 bits_offset=512\n"
	"\t'data' type_id=2 bits_offset=640\n"
	"[16] DECL_TAG 'contains:node:l' type_id=15 component_idx=5\n"
	"[17] DECL_TAG 'contains:node:r' type_id=15 component_idx=6\n"
	"[18] PTR '(anon)' type_id=0\n"
	"[19] PTR '(anon)' type_id=1\n"
	"[20] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'ctx' type_id=18\n"
	"[21] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2\n\t'a' type_id=1\n\t'p' type_id=19\n"
	"[22] FUNC_PROTO '(anon)' ret_type_id=2 vlen=0\n"
	"[23] FUNC_PROTO '(anon)' ret_type_id=0 vlen=5\n\t'a' type_id=2\n\t'b' type_id=18\n"
	"\t'c' type_id=2\n\t'd' type_id=1\n\t'e' type_id=19\n"
	"[24] FUNC 'main' type_id=20 linkage=global\n"
	"[25] FUNC 'f' type_id=20 linkage=static\n"
	"[26] FUNC 'g' type_id=21 linkage=global\n"
	"[27] FUNC 'h' type_id=22 linkage=static\n"
	"[28] FUNC 'i' type_id=23 linkage=global\n"
	"[29] FUNC 'j' type_id=21 linkage=static\n"
	"[30] DECL_TAG 'arg:nonnull' type_id=26 component_idx=1\n"
	"[31] DECL_TAG 'arg:ctx' type_id=28 component_idx=1\n"
	"[32] DECL_TAG 'exception_callback:j' type_id=24 component_idx=-1\n";
enum { OWN_INT = 1, OWN_LONG, OWN_VALUE = 15, FIRST_FUNC = 24, LAST_FUNC = 29 };

static const struct map_def map_defs[] = {
	{.type = MAP_TYPE_ARRAY, .key_size = 4, .value_size = 128, .max_entries = 3},
	{.type = MAP_TYPE_HASH, .key_size = 8, .value_size = 128, .max_entries = 4},
	{.type = MAP_TYPE_ARRAY, .key_size = 4, .value_size = 16, .max_entries = 1},
	{.type = MAP_TYPE_HASH, .key_size = 512, .value_size = 1 << 20, .max_entries = 1},
	{.type = MAP_TYPE_PROG_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_PERCPU_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 4},
	{.type = MAP_TYPE_LPM_TRIE,
	 .key_size = 8,
	 .value_size = 8,
	 .max_entries = 4,
	 .flags = MAP_NO_PREALLOC},
	{.type = MAP_TYPE_RINGBUF, .max_entries = 4096},
	{.type = MAP_TYPE_USER_RINGBUF, .max_entries = 4096},
	{.type = MAP_TYPE_QUEUE, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_STACK_TRACE, .key_size = 4, .value_size = 80, .max_entries = 4},
	{.type = MAP_TYPE_PERF_EVENT_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_SOCKMAP, .key_size = 4, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_SOCKHASH, .key_size = 8, .value_size = 8, .max_entries = 4},
	{.type = MAP_TYPE_DEVMAP, .key_size = 4, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_CPUMAP, .key_size = 4, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_XSKMAP, .key_size = 4, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_BLOOM_FILTER, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_ARENA, .max_entries = 4, .flags = MAP_MMAPABLE},
	{.type = MAP_TYPE_ARRAY_OF_MAPS,
	 .key_size = 4,
	 .value_size = 4,
	 .max_entries = 4,
	 .inner = &map_defs[0]},
	{.type = MAP_TYPE_HASH_OF_MAPS,
	 .key_size = 8,
	 .value_size = 4,
	 .max_entries = 4,
	 .inner = &map_defs[1]},
	{.type = MAP_TYPE_CGROUP_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 4},
	{.type = MAP_TYPE_SK_STORAGE, .key_size = 4, .value_size = 128, .flags = MAP_NO_PREALLOC},
	{.type = MAP_TYPE_TASK_STORAGE, .key_size = 4, .value_size = 128, .flags = MAP_NO_PREALLOC},
	{.type = MAP_TYPE_REUSEPORT_SOCKARRAY, .key_size = 4, .value_size = 8, .max_entries = 4},
};

static struct world {
	struct diag d;
	struct btf_source kernel;
	struct btf *own;
	struct map *maps[ARRAY_SIZE(map_defs)];
	uint32_t nmaps;
} world;

static struct btf *parse(struct bytes blob)
{
	struct btf *btf;

	if (btf_parse(blob.data, blob.size, NULL, "fuzz", &world.d, &btf))
		abort();
	btf_index(btf);
	return btf;
}

static void make_world(void)
{
	static struct btf_build build;
	static struct arena arena;
	struct loc loc = {0};

	world.d.sink = no_message;
	world.kernel.btf = btf_bundled();
	if (btf_text_parse(own_types, strlen(own_types), &loc, &world.d, &build))
		abort();
	world.own = parse(btf_build_finish(&build, false, &arena));
	for (size_t i = 0; i < ARRAY_SIZE(map_defs); i++) {
		struct map_def def = map_defs[i];
		struct map *map;

		def.name = "fuzz";
		if (def.value_size == 128)
			def.btf_value_id = OWN_VALUE;
		if (def.key_size == 4 || def.key_size == 8)
			def.btf_key_id = def.key_size == 4 ? OWN_INT : OWN_LONG;
		map_use_types(&def, world.own, &world.kernel, &arena);
		if (map_new(&def, 2, &world.d, &map))
			continue;
		if (i == 2)
			map_freeze(map);
		world.maps[world.nmaps++] = map;
	}
	if (!world.maps[0]->record || !world.maps[1]->record)
		abort();
}

static int host_fd_at(void *arg __unused, uint32_t index, int *fd)
{
	*fd = (int)index;
	return index < 2 * ARRAY_SIZE(map_defs) ? 0 : -EFAULT;
}

static int host_map(void *arg __unused, int fd, struct map **out)
{
	if (fd < 0 || (uint32_t)fd >= world.nmaps)
		return -EBADF;
	*out = world.maps[fd];
	return 0;
}

static int host_btf(void *arg __unused, int fd, const struct btf **out)
{
	*out = world.kernel.btf;
	return fd & 1 ? -EBADF : 0;
}

/* ---- instructions ---- */

static int32_t some_kfunc(uint32_t n)
{
	return (int32_t)btf_find(world.kernel.btf, kfuncs[n % kfuncs_count].name, BTF_KIND_FUNC);
}

/* An instruction whose operands are in range, from eight arbitrary bytes at a slot of n. */
static struct bpf_insn tame(const uint8_t *b, uint32_t at, uint32_t n)
{
	enum insn_op op = 1 + (b[0] | b[1] << 8) % (OP_COUNT - 1);
	const struct insn_desc *d = &insn_descs[op];
	uint8_t fields = insn_fields[d->shape];
	uint32_t word = (uint32_t)(b[4] | b[5] << 8);
	int16_t off = (int8_t)b[4];
	int32_t imm, to = (int32_t)(word % n) - (int32_t)at - 1;

	memcpy(&imm, b + 4, sizeof(imm));
	if (b[6] & 3)
		imm = (int8_t)imm;
	if (insn_has_target(op))
		off = (int16_t)to;
	if (d->flags & INSN_STORES || d->flags & INSN_LOADS)
		off = b[6] & 3 ? off & ~7 : off;
	if (op == OP_JA32 || op == OP_CALL_LOCAL || op == OP_LD_IMM64_FUNC)
		imm = to;
	if (op == OP_CALL)
		imm = (int32_t)(word % 220);
	if (op == OP_CALL_KFUNC)
		imm = some_kfunc(word);
	if (d->shape == SHAPE_LD64 && d->selval != PSEUDO_FUNC && d->selval)
		imm = b[4] % (ARRAY_SIZE(map_defs) + 1);
	return insn_make(op, fields & FIELD_DST ? b[2] % 11 : 0, fields & FIELD_SRC ? b[3] % 11 : 0,
			 fields & FIELD_OFF ? off : 0, fields & FIELD_IMM ? imm : 0);
}

static void tame_all(struct bpf_insn *insns, const uint8_t *data, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		insns[i] = tame(data + i * 8, i, n);
		if (!(insn_desc(&insns[i])->flags & INSN_WIDE))
			continue;
		if (i + 1 < n)
			insns[++i] = (struct bpf_insn){.imm = data[i * 8 + 7]};
		else
			insns[i] = INSN_EXIT();
	}
	if (n)
		insns[n - 1] = INSN_EXIT();
}

/* Leaves r6 the context, r7 a map, r8 a value of it or NULL, r9 a number, and something below fp.
 */
static uint32_t begin(struct bpf_insn *insn, uint8_t map)
{
	struct bpf_insn *i = insn;

	*i++ = INSN_MOV64_X(6, 1);
	insn_make_ld64(i, OP_LD_IMM64_MAP_IDX, 7, map % ARRAY_SIZE(map_defs));
	i += 2;
	*i++ = INSN_CALL(HELPER_get_prandom_u32);
	*i++ = INSN_MOV64_X(9, 0);
	for (int slot = 1; slot <= 8; slot++)
		*i++ = INSN_ST_DW(10, (int16_t)(-8 * slot), slot);
	*i++ = INSN_MOV64_X(8, 10);
	*i++ = INSN_ADD64_K(8, -32);
	if (map < 64) {
		*i++ = INSN_MOV64_X(1, 7);
		*i++ = INSN_MOV64_X(2, 10);
		*i++ = INSN_ADD64_K(2, -64);
		*i++ = INSN_CALL(HELPER_map_lookup_elem);
		*i++ = INSN_MOV64_X(8, 0);
	}
	*i++ = INSN_MOV64_K(0, 0);
	for (uint8_t reg = 1; reg <= 5; reg++)
		*i++ = INSN_MOV64_X(reg, 5 + reg);
	return (uint32_t)(i - insn);
}
enum { BEGIN_MAX = 40 };

/* ---- a program ---- */

struct header {
	uint8_t how;
	uint8_t type, attach_type, flags, caps, funcs, map;
	uint8_t attach_id[3];
};
enum { HOW_WILD, HOW_TAME, HOW_TAME_BEGUN, HOW_ELF, HOW_COUNT };
enum { FUNCS_NONE, FUNCS_MAIN, FUNCS_CALLED, FUNCS_WILD };
enum { CAP_NO_HOST = 1 << 6, CAP_NO_KERNEL = 1 << 7, CAP_LOG_SHIFT = 4 };

struct infos {
	struct func_info funcs[FUNCS_MAX];
	struct line_info lines[FUNCS_MAX];
	uint32_t nfuncs, nlines;
};

static void add_func(struct infos *f, uint32_t insn, uint32_t id)
{
	if (f->nfuncs == FUNCS_MAX)
		return;
	f->funcs[f->nfuncs++] = (struct func_info){insn, id};
	f->lines[f->nlines++] = (struct line_info){insn, 1, 4, 1 << 10};
}

/* Functions are where they are called, or where the bytes of the program say. */
static void fill_infos(struct infos *f, uint8_t funcs, const struct bpf_insn *insns, uint32_t n)
{
	bool begins[SLOTS_MAX + BEGIN_MAX] = {false};

	if ((funcs & 3) == FUNCS_NONE)
		return;
	add_func(f, 0, FIRST_FUNC);
	for (uint32_t i = 0; i < n && (funcs & 3) != FUNCS_MAIN; i++) {
		int64_t to = (int64_t)i + 1 + insns[i].imm;

		if ((funcs & 3) == FUNCS_WILD && i < FUNCS_MAX / 2)
			add_func(f, (uint32_t)insns[i].off, (uint32_t)insns[i].imm % 40);
		if (insn_decode(&insns[i]) == OP_CALL_LOCAL && to >= 0 && to < n)
			begins[to] = true;
		i += insn_slots(&insns[i]) - 1;
	}
	for (uint32_t i = 1; i < n; i++)
		if (begins[i])
			add_func(f, i,
				 FIRST_FUNC + 1 + (funcs >> 2 ^ i) % (LAST_FUNC - FIRST_FUNC));
}

struct refusals {
	const struct verify_job *job;
	uint32_t n;
};

/* Logs are read again, and the walk goes on, for a while. */
static bool take_refusal(void *arg, const struct verify_result *so_far, int err)
{
	struct refusals *r = arg;
	struct explain_input in = {
		.text = strbuf_str(r->job->log),
		.size = r->job->log->len,
		.prog = &(struct prog_def){.name = "fuzz", .ninsns = r->job->ninsns},
		.reason = (enum verify_reason)so_far->reason,
		.insn = so_far->insn,
	};
	struct arena a = {0};
	size_t n;

	if (!err || !so_far->reason)
		abort();
	if (in.size < LOG_MAX && explain(&in, &a, &n)->reason == REASON_NONE)
		abort();
	arena_free(&a);
	return ++r->n < REFUSALS_MAX;
}

/* A walk that goes on behind what is refused has the verdict of one that does not. */
static void judge_all_paths(struct verify_job job, const struct verify_result *first)
{
	struct refusals r = {.job = &job};
	struct verify_result result;

	job.refused = take_refusal;
	job.refused_arg = &r;
	if (verify_prog(&job, &result) != first->err || result.reason != first->reason ||
	    result.insn != first->insn)
		abort();
	verify_result_free(&result);
}

static void judge(const struct verify_job *job)
{
	struct verify_result result;
	int err = verify_prog(job, &result);

	if (err > 0 || (err != 0) != (result.reason != REASON_NONE))
		abort();
	if (err && job->log_level) {
		strbuf_reset(job->log);
		judge_all_paths(*job, &result);
	}
	verify_result_free(&result);
}

static void judge_insns(const struct header *h, const struct bpf_insn *insns, uint32_t n)
{
	struct verify_host host = {NULL, host_map, host_btf, host_fd_at};
	struct verify_target target = {.name = "target",
				       .type = h->map % 32,
				       .attach_type = h->attach_id[2] % 64,
				       .btf = world.own};
	struct infos infos = {.nfuncs = 0};
	struct strbuf log = {0};
	struct verify_job job = {
		.type = h->type % 34,
		.attach_type = h->attach_type % 64,
		.flags = h->flags,
		.caps = h->caps & VERIFY_CAP_ALL,
		.gpl = h->funcs & 0x80,
		.walk_max = WALK_MAX,
		.fixes = h->funcs >> 5 & 3,
		.name = "fuzz",
		.insns = insns,
		.ninsns = n,
		.kernel = h->caps & CAP_NO_KERNEL ? NULL : &world.kernel,
		.attach_btf_id = (uint32_t)(h->attach_id[0] | h->attach_id[1] << 8) % 0x8000,
		.host = h->caps & CAP_NO_HOST ? NULL : &host,
		.log_level = h->caps >> CAP_LOG_SHIFT & 3,
		.log = &log,
	};

	fill_infos(&infos, h->funcs, insns, n);
	job.funcs = infos.funcs;
	job.nfuncs = infos.nfuncs;
	job.lines = infos.lines;
	job.nlines = infos.nlines;
	job.btf = infos.nfuncs ? world.own : NULL;
	target.funcs = infos.funcs;
	target.nfuncs = infos.nfuncs;
	if (job.type == PROG_TYPE_EXT && h->attach_id[2] & 0x80)
		job.attach_to = &target;
	judge(&job);
	strbuf_free(&log);
}

static void judge_program(const uint8_t *data, size_t size)
{
	struct header h;
	struct bpf_insn *insns;
	uint32_t n, begun = 0;

	if (size < sizeof(h))
		return;
	memcpy(&h, data, sizeof(h));
	n = (uint32_t)(size - sizeof(h)) / 8;
	if (!n || n > SLOTS_MAX)
		return;
	insns = malloc((n + BEGIN_MAX) * sizeof(*insns));
	if (h.how % HOW_COUNT == HOW_WILD) {
		memcpy(insns, data + sizeof(h), n * 8);
	} else {
		if (h.how % HOW_COUNT == HOW_TAME_BEGUN)
			begun = begin(insns, h.map);
		tame_all(insns + begun, data + sizeof(h), n);
	}
	insns = realloc(insns, (n + begun) * sizeof(*insns));
	judge_insns(&h, insns, n + begun);
	free(insns);
}

/* ---- an object ---- */

static void judge_image(struct image *img, const struct load_options *load, uint32_t log_level)
{
	struct prove_options opts = {.caps = VERIFY_CAP_ALL, .log_level = log_level};
	struct prover p;
	int err;

	for (uint32_t i = 0; i < img->nmaps; i++) /* their memory is not what is tested here */
		img->maps[i].max_entries = min(img->maps[i].max_entries, 64u);
	err = prove_open(&p, img, load, &world.d);
	for (uint32_t i = 0; i < img->nprogs && i < PROGS_MAX && !err; i++) {
		struct verify_result result;
		struct strbuf log = {0};

		if (img->progs[i].ninsns <= SLOTS_MAX &&
		    prove_prog(&p, &img->progs[i], &opts, &log, &result) != -ESRCH)
			verify_result_free(&result);
		strbuf_free(&log);
	}
	prove_close(&p);
}

static void judge_object(const uint8_t *data, size_t size, uint8_t how)
{
	struct bytes in = {data, size}, target;
	struct load_options load = {.target = NULL};
	struct arena a = {0};
	struct object obj = {0};
	struct image *img = NULL;

	if (how & 0x80 && !load_elf_section(in, "fuzz", ".BTF", &a, &world.d, &target))
		load.target = &target;
	if (load_elf_bytes(in, "fuzz", &world.d, &obj) == 0 &&
	    load_image(&obj, &load, &world.d, &img) == 0 && img->nmaps <= ELF_MAPS_MAX)
		judge_image(img, &load, how >> 2 & 3);
	image_free(img);
	object_free(&obj);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!world.own)
		make_world();
	if (!size)
		return 0;
	if (data[0] % HOW_COUNT == HOW_ELF)
		judge_object(data + 1, size - 1, data[0]);
	else
		judge_program(data, size);
	return 0;
}
