/* core/load over small objects of clang 19, clang 14 (big endian) and gcc-bpf, and over damaged
 * ones. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/btf/btf.h"
#include "core/btf/bundled.h"
#include "core/base/rng.h"
#include "core/load/load.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"

#define FIXTURE(name) "tests/objects/fixture/" name ".elf"

/* The last message, for tests of errors. */
static char message[512];

static void keep(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d;
	(void)loc;
	if (sev == SEV_ERROR)
		snprintf(message, sizeof(message), "%s", msg);
}

static struct diag quiet(void)
{
	message[0] = '\0';
	return (struct diag){.sink = keep};
}

static bool said(const char *text)
{
	return strstr(message, text);
}

/* An object and its image; the image is NULL when linking failed. */
struct linked {
	struct object obj;
	struct image *img;
	int err;
};

static struct linked link_file(const char *path, const struct load_options *opts)
{
	struct load_options none = {0};
	struct linked l = {0};
	struct diag d = quiet();

	l.err = load_elf(path, &d, &l.obj);
	if (!l.err)
		l.err = load_image(&l.obj, opts ? opts : &none, &d, &l.img);
	return l;
}

static void linked_free(struct linked *l)
{
	image_free(l->img);
	object_free(&l->obj);
}

static const struct prog_def *prog_named(const struct image *img, const char *name)
{
	for (uint32_t i = 0; img && i < img->nprogs; i++)
		if (strcmp(img->progs[i].name, name) == 0)
			return &img->progs[i];
	return NULL;
}

static const struct map_def *map_named(const struct image *img, const char *name)
{
	for (uint32_t i = 0; img && i < img->nmaps; i++)
		if (strcmp(img->maps[i].name, name) == 0)
			return &img->maps[i];
	return NULL;
}

/* ---- registries ---- */

static void test_sections(void)
{
	const struct sec_def *def;
	const char *target, *near;

	def = sec_def_find("xdp", &target);
	CHECK(def && def->type == PROG_TYPE_XDP && def->attach == ATTACH_TYPE_XDP && !target);
	def = sec_def_find("?xdp.frags/devmap", &target);
	CHECK(def && def->attach == ATTACH_TYPE_XDP_DEVMAP && (def->flags & SEC_FRAGS));
	def = sec_def_find("fentry.s/vfs_read", &target);
	CHECK(def && def->type == PROG_TYPE_TRACING && (def->flags & SEC_SLEEPABLE) &&
	      (def->flags & SEC_BTF) && target && !strcmp(target, "vfs_read"));
	def = sec_def_find("tracepoint/syscalls/sys_enter_openat", &target);
	CHECK(def && target && !strcmp(target, "syscalls/sys_enter_openat"));
	def = sec_def_find("tcx/egress", &target);
	CHECK(def && def->type == PROG_TYPE_SCHED_CLS && def->attach == ATTACH_TYPE_TCX_EGRESS);
	CHECK(!sec_def_find("xdp/other", &target) && !sec_def_find("xdpx", &target) &&
	      !sec_def_find("", &target));
	CHECK(sec_def_near("xpd") && !strcmp(sec_def_near("xpd"), "xdp"));
	CHECK(prog_type_by_name("BPF_PROG_TYPE_XDP", &near) == PROG_TYPE_XDP);
	CHECK(prog_type_by_name("sched_cls", &near) == PROG_TYPE_SCHED_CLS);
	CHECK(prog_type_by_name("sched_clz", &near) == -ENOENT && near &&
	      !strcmp(near, "sched_cls"));
	CHECK(map_type_by_name("lru_hash", &near) == MAP_TYPE_LRU_HASH);
	CHECK(attach_type_by_name("BPF_CGROUP_INET_EGRESS", &near) ==
	      ATTACH_TYPE_CGROUP_INET_EGRESS);
	CHECK(!strcmp(prog_type_ctx(PROG_TYPE_SCHED_CLS), "__sk_buff"));
}

/* ---- reading ---- */

static void test_read(void)
{
	struct object obj = {0};
	struct diag d = quiet();
	struct symbol *sym;

	CHECK(load_elf(FIXTURE("packet"), &d, &obj) == 0);
	CHECK(!obj.big_endian && obj.machine == EM_BPF);
	CHECK(object_section(&obj, "xdp") && section_is_code(object_section(&obj, "xdp")));
	CHECK(object_section(&obj, "xdp")->nrelocs == 1);
	CHECK(!object_section(&obj, ".symtab") && !object_section(&obj, ".relxdp"));
	sym = object_symbol(&obj, "filter");
	CHECK(sym && sym->type == STT_FUNC && sym->size == object_section(&obj, "xdp")->size);
	object_free(&obj);

	CHECK(load_elf(FIXTURE("packet_be"), &d, &obj) == 0 && obj.big_endian);
	sym = object_symbol(&obj, "filter");
	CHECK(sym && sym->size == object_section(&obj, "xdp")->size && sym->size < 4096);
	CHECK(object_section(&obj, "xdp")->relocs[0].type == RELOC_64_64);
	object_free(&obj);

	CHECK(load_elf("tests/objects/packet.c", &d, &obj) == -EINVAL && said("not an ELF file"));
	object_free(&obj);
	CHECK(load_elf("/nonexistent", &d, &obj) == -ENOENT);
	object_free(&obj);
	CHECK(load_elf("/proc/self/exe", &d, &obj) == -EINVAL && said("not a relocatable object"));
	object_free(&obj);
}

static void test_raw(void)
{
	const struct bpf_insn code[] = {{.code = 0xb7, .imm = 7}, {.code = 0x95}};
	struct bytes bytes = {(const uint8_t *)code, sizeof(code)};
	struct load_options opts = {.prog_type = PROG_TYPE_XDP};
	struct object obj = {0};
	struct image *img = NULL;
	struct diag d = quiet();

	CHECK(load_raw(bytes, "raw", false, &d, &obj) == 0);
	CHECK(load_image(&obj, &opts, &d, &img) == 0);
	CHECK(img && img->nprogs == 1 && img->progs[0].ninsns == 2 &&
	      img->progs[0].type == PROG_TYPE_XDP && !strcmp(img->progs[0].name, "main"));
	image_free(img);
	object_free(&obj);
	bytes.size = 15;
	CHECK(load_raw(bytes, "raw", false, &d, &obj) == -EINVAL);
	object_free(&obj);
}

/* Loads what is left of an image after something was done to it; there is no crash to see. */
static void load_damaged(struct bytes file)
{
	struct load_options opts = {.btf = FIXTURE("target")};
	struct object obj = {0};
	struct image *img = NULL;
	struct diag d = quiet();
	int err = load_elf_bytes(file, "damaged", &d, &obj);

	if (!err)
		err = load_image(&obj, &opts, &d, &img);
	if (err && !message[0])
		CHECK(false, "error %d without a message", err);
	image_free(img);
	object_free(&obj);
}

static void test_damage(const char *path)
{
	struct rng rng = {1};
	struct arena a = {0};
	struct diag d = quiet();
	struct bytes file;
	uint8_t *copy;

	CHECK(file_read(path, 0, &a, &d, &file) == 0);
	for (size_t n = 0; n < file.size; n += 7)
		load_damaged((struct bytes){file.data, n});
	copy = arena_memdup(&a, file.data, file.size);
	for (int i = 0; i < 3000; i++) {
		size_t at = rng_below(&rng, file.size);

		copy[at] ^= (uint8_t)(1 << rng_below(&rng, 8));
		load_damaged((struct bytes){copy, file.size});
		if (i % 4 == 3)
			memcpy(copy, file.data, file.size);
	}
	CHECK(true);
	arena_free(&a);
}

/* ---- linking ---- */

static void test_packet(void)
{
	struct linked l = link_file(FIXTURE("packet"), NULL);
	const struct prog_def *p = prog_named(l.img, "filter");
	const struct map_def *m = map_named(l.img, "by_protocol");
	bool found = false;

	CHECK(l.err == 0, "%s", message);
	CHECK(p && p->type == PROG_TYPE_XDP && p->autoload && p->nsubs == 1 && p->nlines > 5);
	CHECK(p && p->lines[0].insn == 0 && strstr(p->lines[0].file, "packet.c") &&
	      p->lines[0].line == 20);
	CHECK(m && m->type == MAP_TYPE_PERCPU_ARRAY && m->key_size == 4 && m->value_size == 8 &&
	      m->max_entries == 256 && m->btf_key_id && m->btf_value_id);
	for (uint32_t i = 0; p && i < p->ninsns; i += insn_slots(&p->insns[i]))
		found |= insn_decode(&p->insns[i]) == OP_LD_IMM64_MAP_IDX && p->insns[i].imm == 0;
	CHECK(found);
	CHECK(l.img && !strcmp(l.img->license, "GPL") && l.img->btf && !l.img->target);
	linked_free(&l);
	l = link_file(FIXTURE("packet_be"), NULL);
	CHECK(l.err == -EINVAL && said("big-endian"));
	linked_free(&l);
}

static void test_inits(void)
{
	struct linked l = link_file(FIXTURE("inner"), NULL);
	const struct map_def *outer = map_named(l.img, "outer"), *progs = map_named(l.img, "progs");

	CHECK(outer && outer->inner && outer->inner->type == MAP_TYPE_ARRAY &&
	      outer->inner->max_entries == 4 && outer->value_size == 4);
	CHECK(outer && outer->ninits == 2 && outer->inits[0].key == 0 &&
	      !strcmp(outer->inits[0].name, "inner_b") && outer->inits[1].key == 2 &&
	      !strcmp(l.img->maps[outer->inits[1].map].name, "inner_a"));
	CHECK(progs && progs->ninits == 2 && progs->inits[1].key == 4 &&
	      !strcmp(progs->inits[1].name, "two") && progs->inits[1].map == UINT32_MAX);
	linked_free(&l);
}

/* The function that the call or address at a slot leads to. */
static const char *callee(const struct prog_def *p, uint32_t slot)
{
	int64_t to = (int64_t)slot + 1 + p->insns[slot].imm;

	for (uint32_t i = 0; i < p->nsubs; i++)
		if (p->subs[i].start == to)
			return p->subs[i].name;
	return "";
}

/* Names of what the functions of a program call, in order of the code: "a:b a:c ". */
static void call_graph(const struct prog_def *p, char *out, size_t size)
{
	uint32_t sub = 0;

	*out = '\0';
	for (uint32_t i = 0; p && i < p->ninsns; i += insn_slots(&p->insns[i])) {
		enum insn_op op = insn_decode(&p->insns[i]);
		size_t len = strlen(out);

		while (sub + 1 < p->nsubs && p->subs[sub + 1].start <= i)
			sub++;
		if (op == OP_CALL_LOCAL || op == OP_LD_IMM64_FUNC)
			snprintf(out + len, size - len, "%s:%s ", p->subs[sub].name, callee(p, i));
	}
}

static void test_calls(void)
{
	struct linked l = link_file(FIXTURE("calls_gcc"), NULL);
	char graph[512];

	call_graph(prog_named(l.img, "first"), graph, sizeof(graph));
	CHECK(!strcmp(graph, "first:middle first:weak_fn middle:leaf middle:leaf weak_fn:leaf "),
	      "%s", graph);
	call_graph(prog_named(l.img, "second"), graph, sizeof(graph));
	CHECK(!strcmp(graph, "second:hidden_fn second:leaf hidden_fn:weak_fn hidden_fn:global_fn "
			     "weak_fn:leaf global_fn:middle middle:leaf middle:leaf "),
	      "%s", graph);
	linked_free(&l);
	l = link_file(FIXTURE("callbacks"), NULL);
	call_graph(prog_named(l.img, "walk"), graph, sizeof(graph));
	CHECK(!strncmp(graph, "walk:each walk:step ", 20), "%s", graph);
	linked_free(&l);
	l = link_file(FIXTURE("bare"), NULL);
	CHECK(l.img && l.img->nprogs == 2 && prog_named(l.img, "square") &&
	      prog_named(l.img, "entry") && !l.img->progs[0].type);
	linked_free(&l);
}

/* GCC's assembler writes a symbol's value into the instruction too. */
static void test_gnu_data(void)
{
	struct linked l = link_file(FIXTURE("data_gcc"), NULL);
	const struct prog_def *p = prog_named(l.img, "use");
	const struct symbol *limit = object_symbol(&l.obj, "limit");

	CHECK(p && limit && limit->value);
	CHECK(p && p->insns[0].src_reg == PSEUDO_MAP_IDX_VALUE &&
	      (uint64_t)p->insns[1].imm == limit->value &&
	      !strcmp(l.img->maps[p->insns[0].imm].section, ".data"));
	CHECK(map_named(l.img, "data_gcc.data") && map_named(l.img, "data_gcc.rodata") &&
	      map_named(l.img, ".data.own"));
	CHECK(map_named(l.img, "data_gcc.rodata")->read_only &&
	      (map_named(l.img, "data_gcc.rodata")->flags & MAP_RDONLY_PROG));
	CHECK(!map_named(l.img, "data_gcc.bss")->data);
	linked_free(&l);
}

static void test_kconfig(void)
{
	struct linked l = link_file(FIXTURE("kconfig"), NULL);
	const struct map_def *m = map_named(l.img, "kconfig.kconfig");
	uint32_t version = 0, id, end = 0;

	CHECK(m && m->read_only && m->data && m->source == MAP_FROM_KCONFIG);
	for (uint32_t i = 0; m && i + 4 <= m->value_size; i += 4) {
		memcpy(&version, m->data + i, 4);
		if (version == 0x06122c)
			break;
	}
	CHECK(version == 0x06122c);
	id = m ? m->btf_value_id : 0;
	CHECK(id && btf_kind_of(l.img->btf, id) == BTF_KIND_DATASEC &&
	      btf_type(l.img->btf, id)->size == m->value_size);
	for (uint32_t i = 0; id && i < btf_vlen(btf_type(l.img->btf, id)); i++) {
		const struct btf_var_secinfo *v = &btf_secinfos(btf_type(l.img->btf, id))[i];

		CHECK(btf_var_linkage(btf_type(l.img->btf, v->type)) == BTF_VAR_GLOBAL_ALLOCATED);
		CHECK(v->offset >= end);
		end = v->offset + v->size;
	}
	linked_free(&l);
}

static uint32_t count_ops(const struct prog_def *p, enum insn_op op, int32_t imm)
{
	uint32_t n = 0;

	for (uint32_t i = 0; p && i < p->ninsns; i += insn_slots(&p->insns[i]))
		n += insn_decode(&p->insns[i]) == op && p->insns[i].imm == imm;
	return n;
}

static bool loads_at(const struct prog_def *p, enum insn_op op, int16_t off)
{
	for (uint32_t i = 0; p && i < p->ninsns; i += insn_slots(&p->insns[i]))
		if (insn_decode(&p->insns[i]) == op && p->insns[i].off == off)
			return true;
	return false;
}

static void test_core(void)
{
	struct load_options opts = {.btf = FIXTURE("target")};
	struct linked l = link_file(FIXTURE("core_shapes"), &opts);
	const struct prog_def *loads = prog_named(l.img, "loads");
	const struct prog_def *missing = prog_named(l.img, "missing");
	const struct prog_def *width = prog_named(l.img, "bad_width");

	CHECK(l.err == 0, "%s", message);
	/* struct moved of target.c: pad[100], then 8-aligned unions, first at 136, grown at 144 */
	CHECK(loads_at(loads, OP_LDX_W, 136) && loads_at(loads, OP_LDX_DW, 144) &&
	      loads_at(loads, OP_LDX_W, 152) && loads_at(loads, OP_LDX_W, 104));
	CHECK(loads_at(loads, OP_STX_W, 136) || loads_at(loads, OP_ST_W, 136));
	CHECK(missing && missing->npoisons == 2 && count_ops(missing, OP_CALL, 195896080) >= 2);
	CHECK(missing && strstr(missing->poisons[0].reason, "struct moved::gone"));
	CHECK(width && width->npoisons == 1 && strstr(width->poisons[0].reason, "differs in size"));
	linked_free(&l);
	l = link_file(FIXTURE("core_shapes"), NULL);
	CHECK(l.err == 0 && l.img->target && prog_named(l.img, "loads")->npoisons > 5);
	linked_free(&l);
	opts.btf = "/nonexistent";
	l = link_file(FIXTURE("core_shapes"), &opts);
	CHECK(l.err == -ENOENT && !l.img);
	linked_free(&l);
}

static void test_bundled(void)
{
	static const char *const structs[] = {
		"task_struct",
		"cred",
		"sk_buff",
		"sock",
		"tcp_sock",
		"net_device",
		"request",
		"bio",
		"file",
		"dentry",
		"inode",
		"linux_binprm",
		"pt_regs",
		"xdp_md",
		"__sk_buff",
		"xdp_buff",
		"cgroup",
		"nsproxy",
		"bpf_prog",
		"bpf_map",
		"mm_struct",
		"super_block",
		"path",
		"pid",
		"bpf_iter__task",
		"trace_event_raw_sched_switch",
		"tcp_congestion_ops",
	};
	struct bytes b = btf_bundled_blob();
	struct diag d = quiet();
	struct btf *btf = NULL, *ready = btf_bundled();
	uint32_t differ = 0;

	CHECK(b.size > 100000 && b.size < 1500000);
	CHECK(btf_parse(b.data, b.size, NULL, "bundled", &d, &btf) == 0, "%s", message);
	for (size_t i = 0; i < ARRAY_SIZE(structs); i++)
		CHECK(btf_find(btf, structs[i], BTF_KIND_STRUCT), "%s", structs[i]);
	CHECK(btf_find(btf, "bpf_task_acquire", BTF_KIND_FUNC));
	CHECK(btf_find(btf, "bpf_lsm_file_open", BTF_KIND_FUNC));
	CHECK(btf_find(btf, "btf_trace_sched_switch", BTF_KIND_TYPEDEF));
	/* What was worked out beforehand is what would be worked out now. */
	CHECK(ready->nids == btf->nids && ready->nstr == btf->nstr && ready->size == btf->size &&
	      ready->types_len == btf->types_len);
	for (uint32_t id = 1; id < btf->nids; id++) {
		const char *name = btf_name(btf, id);

		differ += btf_type(ready, id) != btf_type(btf, id);
		differ += *name && btf_find(ready, name, 0) != btf_find(btf, name, 0);
	}
	CHECK(!differ, "%u types", differ);
	btf_free(ready);
	btf_free(btf);
}

/* ---- the old section of maps, in three sizes ---- */

/* Links an object of n maps m0, m1, ... in so many words each, of which symbols say the size. */
static struct linked link_legacy(uint32_t *words, uint32_t n, uint32_t each, uint32_t size)
{
	struct load_options none = {0};
	struct linked l = {0};
	struct diag d = quiet();
	struct arena *a = &l.obj.arena;

	l.obj.path = "legacy.o";
	l.obj.nsecs = 2;
	l.obj.secs = arena_array(a, struct section, 2);
	l.obj.secs[0].name = "";
	l.obj.secs[1] = (struct section){
		.name = "maps",
		.type = SHT_PROGBITS,
		.data = (uint8_t *)words,
		.size = 4ull * n * each,
	};
	l.obj.nsyms = n + 1;
	l.obj.syms = arena_array(a, struct symbol, n + 1);
	l.obj.syms[0].name = "";
	for (uint32_t i = 0; i < n; i++)
		l.obj.syms[i + 1] = (struct symbol){
			.name = arena_printf(a, "m%u", i),
			.value = 4ull * i * each,
			.size = size,
			.sec = 1,
			.bind = STB_GLOBAL,
		};
	l.err = load_image(&l.obj, &none, &d, &l.img);
	return l;
}

static void test_legacy(void)
{
	uint32_t plain[] = {1, 4, 8, 100, 1, 2, 4, 16, 5, 0};
	uint32_t samples[] = {2, 4, 8, 10, 0, 0, 0, 12, 4, 0, 5, 0, 0, 0};
	uint32_t iproute[] = {2, 4, 8, 10, 0, 7, 2, 0, 0, 13, 4, 4, 5, 0, 8, 0, 7, 0};
	uint32_t odd[] = {2, 4, 8, 10, 0, 1};
	struct linked l = link_legacy(plain, 2, 5, 0);

	CHECK(l.img && l.img->nmaps == 2 && l.img->maps[0].type == MAP_TYPE_HASH &&
	      l.img->maps[0].flags == 1 && l.img->maps[1].value_size == 16);
	linked_free(&l);
	l = link_legacy(samples, 2, 7, 0);
	CHECK(l.img && l.img->maps[1].inner && l.img->maps[1].inner->type == MAP_TYPE_ARRAY &&
	      l.img->maps[1].value_size == 4 && l.img->maps[0].pinning == PIN_NONE);
	linked_free(&l);
	l = link_legacy(iproute, 2, 9, 0);
	CHECK(l.img && l.img->maps[1].inner && l.img->maps[1].inner->max_entries == 10 &&
	      l.img->maps[0].pinning == PIN_BY_NAME);
	linked_free(&l);
	l = link_legacy(odd, 1, 6, 0);
	CHECK(l.err == -EINVAL && said("more than is understood"));
	linked_free(&l);
	l = link_legacy(odd, 1, 6, 20);
	CHECK(l.img && l.img->nmaps == 1 && l.img->maps[0].max_entries == 10);
	linked_free(&l);
}

/* ---- errors name what is wrong ---- */

/* Links a fixture after a change by the caller. */
static int link_changed(const char *path, void (*change)(struct object *obj))
{
	struct load_options opts = {0};
	struct object obj = {0};
	struct image *img = NULL;
	struct diag d = quiet();
	int err = load_elf(path, &d, &obj);

	if (!err) {
		change(&obj);
		err = load_image(&obj, &opts, &d, &img);
	}
	image_free(img);
	object_free(&obj);
	return err;
}

static void hide_map(struct object *obj)
{
	object_symbol(obj, "by_protocol")->sec = SHN_UNDEF;
}

static void drop_btf(struct object *obj)
{
	object_section(obj, ".BTF")->name = ".gone";
}

static void move_reloc(struct object *obj)
{
	object_section(obj, "xdp")->relocs[0].off = 0;
}

static void cut_func(struct object *obj)
{
	object_symbol(obj, "filter")->size -= 4;
}

static void test_errors(void)
{
	CHECK(link_changed(FIXTURE("packet"), hide_map) == -EINVAL &&
		      said("undefined symbol 'by_protocol'"),
	      "%s", message);
	CHECK(link_changed(FIXTURE("packet"), drop_btf) == -EINVAL && said("has no BTF"), "%s",
	      message);
	CHECK(link_changed(FIXTURE("packet"), move_reloc) == -EINVAL &&
		      said("neither a call nor ld_imm64"),
	      "%s", message);
	CHECK(link_changed(FIXTURE("packet"), cut_func) == -EINVAL &&
		      said("'filter' in section 'xdp'"),
	      "%s", message);
}

int main(void)
{
	test_sections();
	test_read();
	test_raw();
	test_packet();
	test_inits();
	test_calls();
	test_gnu_data();
	test_kconfig();
	test_core();
	test_bundled();
	test_legacy();
	test_errors();
	test_damage(FIXTURE("packet"));
	test_damage(FIXTURE("inner"));
	test_damage(FIXTURE("core_shapes"));
	test_damage(FIXTURE("calls_gcc"));
	return unit_report();
}
