#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "cmd/engine.h"
#include "cmd/run_ctx.h"
#include "cmd/run_tcp.h"
#include "cmd/run_value.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/obj/prog_type.h"

enum {
	KEY_PROG = KEY_COMMAND,
	KEY_TYPE,
	KEY_CTX,
	KEY_REPEAT,
	KEY_PER_PACKET,
	KEY_DUMP_MAPS,
	KEY_BUDGET,
	KEY_SEED,
	KEY_CLOCK,
	KEY_ADVANCE,
	KEY_CPU,
	KEY_MOCK,
	KEY_RECORD,
	KEY_STRICT,
	KEY_BTF,
	KEY_EXIT_CODE,
	KEY_UNCHECKED,
	KEY_ENGINE,
	KEY_NO_SANDBOX,
	KEY_HARDEN,
	KEY_PERF_MAP,
	KEY_GDB,
	KEY_MAP,
	KEY_PACKETS,
	KEY_WRITE,
	KEY_VERIFY,
	KEY_NO_VERIFY,
	KEY_ARG,
	KEY_EXTEND,
	KEY_TASK,
	KEY_RECORD_TYPE,
	KEY_EMIT,
	KEY_TP_FORMAT,
	KEY_COVERAGE,
	KEY_SVG,
	KEY_TRACE,
	KEY_PROFILE,
	KEY_PUT,
	KEY_EXPECT,
	KEY_EXPECT_PACKETS,
	KEY_KERNEL,
	KEY_CALL,
	KEY_CALL_TIMEOUT,
};

enum { PATIENCE = 60, DAY = 24 * 60 * 60 };
/* 124 stands for any larger value, 125 for our own failures. */
enum { EXIT_CODE_MAX = 124, EXIT_CODE_FAILED = 125 };

static error_t parse_type(struct run_options *o, const char *arg, struct argp_state *state)
{
	const char *near;
	int type = prog_type_by_name(arg, &near);

	if (type < 0)
		usage_error(state->name, "unknown program type '%s'%s%s%s", arg,
			    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	o->load.prog_type = (uint32_t)type;
	return 0;
}

static error_t parse_number(struct run_options *o, int key, const char *arg,
			    const struct argp_state *state)
{
	switch (key) {
	case KEY_REPEAT:
		o->repeat = number_arg(state, "--repeat", arg, 1, UINT32_MAX);
		return 0;
	case KEY_BUDGET:
		o->budget = number_arg(state, "--budget", arg, 1, UINT64_MAX);
		o->has_budget = true;
		return 0;
	case KEY_CPU:
		o->given |= WORLD_CPU;
		o->cpu = (uint32_t)number_arg(state, "--cpu", arg, 0, RUN_CPU_MAX);
		return 0;
	case KEY_CALL_TIMEOUT:
		o->patience = number_arg(state, "--call-timeout", arg, 0, DAY);
		return 0;
	case KEY_SEED:
		o->given |= WORLD_RANDOM;
		o->seed = number_arg(state, "--seed", arg, 0, UINT64_MAX);
		return 0;
	case KEY_ADVANCE:
		o->advance = number_arg(state, "--advance", arg, 0, INT64_MAX);
		return 0;
	default:
		o->fixed_clock = true;
		o->given |= WORLD_CLOCK;
		o->clock = number_arg(state, "--clock", arg, 0, UINT64_MAX);
		return 0;
	}
}

/* Where the argument of an option goes that is taken as it is; NULL: it is no such option. */
static const char **word_of(struct run_options *o, int key)
{
	switch (key) {
	case KEY_PROG:
		return &o->prog;
	case KEY_EMIT:
		return &o->emit;
	case KEY_RECORD_TYPE:
		return &o->record_type;
	case KEY_TASK:
		return &o->task;
	case KEY_WRITE:
		return &o->write;
	case KEY_BTF:
		return &o->load.btf;
	case KEY_SVG:
		return &o->svg;
	case KEY_EXPECT_PACKETS:
		return &o->expect_packets;
	case KEY_MOCK:
		return &o->mock;
	case KEY_RECORD:
		return &o->record;
	case KEY_COVERAGE:
		return &o->coverage;
	case KEY_PROFILE:
		return &o->profile;
	case KEY_BPFFS:
		return &o->bpffs;
	case KEY_KERNEL:
		return &o->kernel;
	default:
		return NULL;
	}
}

/* What an option without an argument sets; NULL: it is no such option. */
static bool *flag_of(struct run_options *o, int key)
{
	switch (key) {
	case KEY_PER_PACKET:
		return &o->per_packet;
	case KEY_DUMP_MAPS:
		return &o->dump_maps;
	case KEY_STRICT:
		return &o->strict;
	case KEY_EXIT_CODE:
		return &o->exit_code;
	case KEY_UNCHECKED:
		return &o->unchecked;
	case KEY_NO_SANDBOX:
		return &o->no_sandbox;
	case KEY_HARDEN:
		return &o->harden;
	case KEY_PERF_MAP:
		return &o->perf_map;
	case KEY_GDB:
		return &o->gdb;
	case KEY_TRACE:
		return &o->trace;
	default:
		return NULL;
	}
}

static error_t parse_other(struct run_options *o, int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case KEY_TYPE:
		return parse_type(o, arg, state);
	case KEY_CTX:
		vec_push(&o->ctxs, (struct run_spec){.text = arg});
		return 0;
	case KEY_EXTEND:
		vec_push(&o->extend, arg);
		return 0;
	case KEY_ARG:
		vec_push(&o->args, arg);
		return 0;
	case KEY_CALL:
		vec_push(&o->calls, arg);
		return 0;
	case KEY_TP_FORMAT:
		vec_push(&o->formats, arg);
		return 0;
	case KEY_MAP:
		vec_push(&o->stored, arg);
		return 0;
	case KEY_PUT:
		vec_push(&o->puts, ((struct run_text){arg, {.file = "--put"}}));
		return 0;
	case KEY_EXPECT:
		vec_push(&o->expects, ((struct run_text){arg, {.file = "--expect"}}));
		return 0;
	case KEY_PACKETS:
		if (numbers_parse(&o->packets, arg, strlen(arg)))
			usage_error(state->name, "--packets: expected numbers as 1,3-9, got '%s'",
				    arg);
		return 0;
	case KEY_REPEAT:
	case KEY_BUDGET:
	case KEY_SEED:
	case KEY_CLOCK:
	case KEY_ADVANCE:
	case KEY_CPU:
	case KEY_CALL_TIMEOUT:
		return parse_number(o, key, arg, state);
	case KEY_VERIFY:
		o->verify = RUN_VERIFY_MUST;
		return 0;
	case KEY_NO_VERIFY:
		o->verify = RUN_VERIFY_NOT;
		return 0;
	case KEY_ENGINE:
		o->engine = engine_by_name(arg);
		if (!o->engine)
			engine_unknown(state->name, arg, "");
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->path, arg);
	default:
		if (parse_packet_option(&o->packet, key, arg, state))
			return 0;
		return parse_shared(key, arg, state, &o->common);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run_options *o = state->input;
	const char **word = word_of(o, key);
	bool *flag = flag_of(o, key);

	if (word)
		*word = arg;
	if (flag)
		*flag = true;
	return word || flag ? 0 : parse_other(o, key, arg, state);
}

const struct argp cmd_run_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			{"prog", KEY_PROG, "NAME", 0, "The program to run, where there are several",
			 0},
			{"type", KEY_TYPE, "TYPE", 0,
			 "The type of programs whose section does not say it: xdp, sched_cls, ...",
			 0},
			{"ctx", KEY_CTX, "SPEC", 0,
			 "What to run on: a capture (pcap, pcapng, hexdump; - is standard input), "
			 "pkt:LAYERS, hex:BYTES, raw:FILE; a scenario of TCP flows, whose "
			 "congestion control it is. May be given several times",
			 0},
			{"arg", KEY_ARG, "NAME=VALUE", 0,
			 "An argument of what the program is attached to, as file='{f_mode=1}'. "
			 "May be given several times",
			 0},
			{"task", KEY_TASK, "PAIRS", 0,
			 "The current task, as 'pid=42 comm=\"bash\" uid=1000'", 0},
			{"record-type", KEY_RECORD_TYPE, "TYPE", 0,
			 "The object's type that records of ring buffers and perf events have", 0},
			{"tp-format", KEY_TP_FORMAT, "FILE", 0,
			 "The format of a tracepoint, as tracefs has it. May be given several "
			 "times",
			 0},
			{"extend", KEY_EXTEND, "PROG", 0,
			 "Run a program of the object, of section freplace/FUNCTION, in the place "
			 "of that function. May be given several times",
			 0},
			{"emit-ctx", KEY_EMIT, "FILE", 0,
			 "Write the contexts of the run so that they make it again", 0},
			{"packets", KEY_PACKETS, "LIST", 0,
			 "The packets of the captures to run on, as 1,3-9", 0},
			{"write", KEY_WRITE, "FILE", 0,
			 "Write a capture of the packets as the program leaves them", 0},
			RUN_PACKET_OPTIONS,
			{"svg", KEY_SVG, "FILE", 0, "Write a picture of the scenario's flows", 0},
			{"trace", KEY_TRACE, NULL, 0,
			 "Each call of the scenario's congestion controls, by its letter", 0},
			{"per-packet", KEY_PER_PACKET, NULL, 0,
			 "A line for each packet; so does -v", 0},
			{"dump-maps", KEY_DUMP_MAPS, NULL, 0, "The contents of all maps at the end",
			 0},
			{"repeat", KEY_REPEAT, "N", 0,
			 "Run N times on each, and say how long it took", 0},
			{"budget", KEY_BUDGET, "N", 0,
			 "Stop a run after N instructions (default 100000000)", 0},
			{"seed", KEY_SEED, "N", 0, "Where random numbers begin (default 0)", 0},
			{"clock", KEY_CLOCK, "NS", 0, "Let all clocks stand at NS", 0},
			{"advance", KEY_ADVANCE, "NS", 0,
			 "Let NS pass on the clocks after each run: timers that are due run", 0},
			{"cpu", KEY_CPU, "N", 0, "The cpu that the program runs on (default 0)", 0},
			{"mock", KEY_MOCK, "FILE", 0,
			 "Answers in place of helpers and kernel functions", 0},
			{"record", KEY_RECORD, "FILE", 0,
			 "Write what helpers answered that ask the world, for --mock", 0},
			{"coverage", KEY_COVERAGE, "FILE", 0,
			 "Count what runs, and add it to the record FILE (-: show it)", 0},
			{"profile", KEY_PROFILE, "FILE", 0,
			 "Say where the time goes: - for text, NAME.folded, NAME.svg", 0},
			{"strict", KEY_STRICT, NULL, 0,
			 "Stop at a helper that asks the world and is not mocked", 0},
			{"btf", KEY_BTF, "FILE", 0, "The kernel's types", 0},
			{"kernel", KEY_KERNEL, "LIB", 0,
			 "A shared library that plays the kernel: its types, its functions "
			 "(ebpf-kernel(7))",
			 0},
			{"call", KEY_CALL, "CALL", 0,
			 "Attach the programs to the library's functions and call one, as "
			 "'add(3, 4)'. May be given several times",
			 0},
			{"call-timeout", KEY_CALL_TIMEOUT, "SECONDS", 0,
			 "End a call that has not come back by then (default 60; 0: never)", 0},
			{"map", KEY_MAP, "NAME=PATH", 0,
			 "Use a map of the store in place of the object's NAME. May be given "
			 "several times",
			 0},
			OPTION_BPFFS,
			{"put", KEY_PUT, "MAP KEY=VALUE", 0,
			 "Put something into a map, or VARIABLE=VALUE, before it runs. May be "
			 "given several times",
			 0},
			{"expect", KEY_EXPECT, "WHAT", 0,
			 "What has to come of it, as retval=XDP_DROP, 'map counts 80=3': if not, "
			 "exit code 1. May be given several times",
			 0},
			{"expect-packets", KEY_EXPECT_PACKETS, "FILE", 0,
			 "A capture of the packets as the program has to leave them", 0},
			{"exit-code", KEY_EXIT_CODE, NULL, 0,
			 "Exit with r0 (124: that or more), or with 125 when something failed", 0},
			{"verify", KEY_VERIFY, NULL, 0,
			 "Do not run what Linux would not load: exit code 1", 0},
			{"no-verify", KEY_NO_VERIFY, NULL, 0,
			 "Do not say when Linux would not load it", 0},
			{"engine", KEY_ENGINE, "check|interp|fast|opt", 0,
			 "Who runs it (default machine code, fast or for many runs opt, of what "
			 "Linux would load; else check)",
			 0},
			{"harden", KEY_HARDEN, NULL, 0,
			 "No constant of the program comes into its machine code as it is", 0},
			{"no-sandbox", KEY_NO_SANDBOX, NULL, 0,
			 "Do not give up system calls before a program that is trusted runs", 0},
			{"perf-map", KEY_PERF_MAP, NULL, 0,
			 "Write names of machine code to /tmp/perf-PID.map, for perf", 0},
			{"gdb", KEY_GDB, NULL, 0, "Tell gdb the names of machine code", 0},
			{"unchecked", KEY_UNCHECKED, NULL, 0,
			 "Trust the program: faster, and a bad access of its kills or garbles this "
			 "process. For measuring",
			 0},
			{0},
		},
	.parser = parse,
	.args_doc = "OBJ\n--ctx=SCENARIO",
	.doc = "Run a program on packets, on memory or on nothing, and say what it answered. OBJ "
	       "is an object, assembly text or bare instructions. What Linux would load runs as "
	       "machine code, of all else each access is checked; what goes wrong ends the run "
	       "with a report and exit code 3.",
	.children = COMMON_CHILDREN,
};

/* Are there several programs, one of which an input may be meant for? */
static bool has_choice(const struct run *r)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->file.image->nprogs; i++)
		n += r->vm.progs && r->vm.progs[i];
	return n > 1 && r->o->ctxs.n;
}

static uint32_t count_cpus(const struct run *r)
{
	enum { LIBRARY_THREADS = 16 };
	uint32_t asked = max(r->o->cpu + 1, r->o->packet.jobs);

	if (r->o->calls.n)
		asked = max(asked, (uint32_t)LIBRARY_THREADS);
	return max(r->given ? (uint32_t)get_nprocs_conf() : 1, asked);
}

/* Tables are laid out, and entries evicted, as the last time; what captures hold may know how. */
static void seed_maps(struct image *image, uint64_t seed)
{
	for (uint32_t i = 0; i < image->nmaps; i++)
		image->maps[i].seed = hash_mem(&seed, sizeof(seed)) | 1;
}

/* The object with its maps and programs, verified. */
static int open_object(struct run *r, const struct run_options *o)
{
	int err = program_file_open_as(&r->file, o->path, &o->as, &o->load, r->d);

	if (!err)
		err = run_open_store(r);
	if (!err)
		err = run_open_mock(r);
	if (!err && (o->given & WORLD_RANDOM || o->expects.n))
		seed_maps(r->file.image, o->seed);
	if (!err)
		err = vm_open_with(&r->vm, r->file.image, r->given, count_cpus(r), r->mock, r->d);
	if (!err && o->harden)
		vm_harden(&r->vm);
	if (!err)
		err = run_put(r);
	if (!err)
		run_open_proofs(r);
	if (err || o->calls.n)
		return err;
	if (!o->unchecked && o->verify != RUN_VERIFY_NOT && run_find_chosen(r))
		err = run_verify(r, run_find_chosen(r));
	return err ? err : run_prove_extensions(r);
}

/* That, or a program of the store; and who runs it. */
static int open_program(struct run *r, const struct run_options *o)
{
	int err;

	run_know_kernel(r);
	err = run_open_kernel(r);
	if (!err)
		err = run_open_pinned(r);
	if (err < 0)
		return err;
	err = err ? run_put(r) : open_object(r, o);
	return err || o->calls.n ? err : run_choose_engine(r);
}

static int run_and_report(struct run *r)
{
	const char *emit = r->o->emit;
	int err, end;
	bool is_run;

	begin_report(r);
	err = run_open_profile(r, __builtin_frame_address(0));
	if (!err)
		err = run_all(r);
	if (close_written(r) && !err)
		err = -EIO;
	if (emit && file_write(emit, strbuf_str(&r->emitted), r->emitted.len, r->d))
		err = err ? err : -EIO;
	if (r->store.sys)
		sys_give_cpu(r->store.sys, r->vm.rc.cpu);
	is_run = !err || err == -EFAULT;
	if (is_run)
		end_report(r);
	end = run_close_counts(r, is_run);
	return err ? err : end;
}

static void set_world(struct run *r, const struct run_options *o)
{
	r->vm.rc.cpu = o->cpu;
	r->vm.mem.any_reg = o->any_reg;
	r->vm.rt.rng.state = o->seed;
	r->vm.rt.fixed_clock = o->fixed_clock;
	r->vm.rt.clock_ns = o->clock;
	r->verified = arena_array(&r->arena, bool, r->file.image->nprogs + 1);
	r->vm.rt.kernel = &r->kernel;
	run_sinks(r);
	if (!r->vm.rc.mem)
		run_bind_kernel(r);
}

static int run_object(struct run *r, const struct run_options *o)
{
	int err = open_program(r, o);

	if (err)
		return err;
	set_world(r, o);
	if (o->calls.n)
		return run_calls(r);
	err = run_check_record_type(r);
	if (!err)
		err = run_open_cover(r);
	if (!err && (o->prog || !has_choice(r))) {
		err = vm_select(&r->vm, o->prog, r->d);
		if (!err)
			err = run_attach_extensions(r);
		if (!err)
			err = run_tell(r);
	}
	if (!err && r->store.sys)
		err = sys_take_cpu(r->store.sys, &r->vm.rc.cpu);
	if (!err)
		err = run_open_packets(r);
	return err ? err : run_and_report(r);
}

static int status_of(const struct run *r, const struct run_options *o, int err)
{
	if ((r->rejected || err == -ENOMSG) && !o->exit_code)
		return EXIT_NO;
	if (o->exit_code)
		return err ? EXIT_CODE_FAILED : (int)min(r->retval, (uint64_t)EXIT_CODE_MAX);
	if (err == -EFAULT)
		return EXIT_TRAPPED;
	if (err == -ESRCH)
		return EXIT_USAGE;
	return err == -ENOTSUPP ? EXIT_SKIPPED : exit_status(err);
}

static void free_options(struct run_options *o)
{
	vec_free(&o->ctxs);
	vec_free(&o->args);
	vec_free(&o->calls);
	vec_free(&o->formats);
	vec_free(&o->stored);
	vec_free(&o->packets);
	vec_free(&o->puts);
	vec_free(&o->expects);
	vec_free(&o->packet.sets);
}

static void close_run(struct run *r)
{
	run_close_kernel(r);
	if (r->vm.image)
		vm_close(&r->vm);
	run_close_expect(r);
	run_close_proofs(r);
	run_close_store(r);
	program_file_free(&r->file);
	arena_free(&r->arena);
	vec_free(&r->tally);
	cover_free(&r->cover);
	run_sinks_free(r);
	vec_free(&r->found);
	strbuf_free(&r->emitted);
	strbuf_free(&r->network_text);
	vec_free(&r->inputs);
	vec_each(&r->formats, f)
		vec_free(&f->fields);
	vec_free(&r->formats);
	run_close_packets(r);
}

int run_with(struct run_options *o)
{
	bool is_scenario = run_is_scenario(o);
	struct run r = {.o = o, .d = &o->common.diag};
	int err, end, status;

	if (!o->load.btf)
		o->load.btf = o->kernel;
	o->per_packet |= o->common.verbose > 0 || o->packet.diff;
	r.draws = isatty(STDOUT_FILENO) && !o->common.output;
	out_begin(&r.out, o->common.format, "ebpf.run/1");
	err = run_open_expect(&r);
	if (!err)
		err = run_take_inputs(&r, o);
	if (!err)
		err = run_end_expect(&r, is_scenario ? run_tcp(&r) : run_object(&r, o));
	end = run_close_mock(&r);
	if (!end && (!err || err == -EFAULT || err == -ENOMSG))
		end = out_end(&r.out, o->common.output, r.d);
	close_run(&r);
	status = status_of(&r, o, err ? err : end);
	free_options(o);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run_options o = {.repeat = 1, .budget = VM_BUDGET, .patience = PATIENCE};
	bool is_scenario;
	int err;

	parse_args(&cmd_run_argp, argc, argv, &o, &o.common);
	err = ctx_open_fifos(&o, &o.common.diag);
	if (err)
		return finish(exit_status(err));
	is_scenario = run_is_scenario(&o);
	if (!o.path && !is_scenario && o.ctxs.n)
		usage_error(argv[0], "which OBJ? There is no scenario of TCP flows in '%s'",
			    o.ctxs.v[0].text);
	if (!o.path && !is_scenario)
		usage_error(argv[0], "which OBJ?");
	if (!o.path && (o.coverage || o.profile))
		usage_error(argv[0], "--coverage and --profile are of programs: which OBJ?");
	if (!is_scenario && (o.svg || o.trace))
		usage_error(argv[0], "--svg and --trace are of scenarios of TCP flows");
	if (o.calls.n && !o.kernel)
		usage_error(argv[0], "--call: functions of what? (--kernel LIB)");
	return finish(run_with(&o));
}
