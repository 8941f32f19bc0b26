#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "cmd/classic.h"
#include "cmd/command.h"
#include "cmd/common.h"
#include "core/base/file.h"
#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/filter_lib.h"

enum { KEY_LINK = KEY_COMMAND, KEY_SNAPLEN, KEY_TYPE, KEY_MATCH, KEY_OTHERWISE };

/* By the words of --type. */
static const struct {
	enum classic_target target;
	uint32_t prog_type;
	int yes, no; /* XDP_PASS and XDP_DROP, TC_ACT_OK and TC_ACT_SHOT */
} targets[] = {
	{CLASSIC_TO_SOCKET, PROG_TYPE_SOCKET_FILTER, 0, 0},
	{CLASSIC_TO_TC, PROG_TYPE_SCHED_CLS, 0, 2},
	{CLASSIC_TO_XDP, PROG_TYPE_XDP, 2, 1},
	{CLASSIC_TO_SECCOMP, 0, 0, 0},
};

struct options {
	struct common common;
	const char *path, *expression, *link, *match, *otherwise;
	uint32_t snaplen;
	int type; /* index in targets, or -1 */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'e':
		o->expression = arg;
		return 0;
	case KEY_LINK:
		o->link = arg;
		return 0;
	case KEY_SNAPLEN:
		o->snaplen = (uint32_t)number_arg(state, "--snaplen", arg, 1, INT32_MAX);
		return 0;
	case KEY_TYPE:
		o->type = choice(state, key, arg);
		return 0;
	case KEY_MATCH:
		o->match = arg;
		return 0;
	case KEY_OTHERWISE:
		o->otherwise = arg;
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->path, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_cbpf_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|c|decimal|iptables|asm|elf"),
			{"expression", 'e', "EXPR", 0,
			 "A filter as tcpdump takes it: 'tcp port 80'; libpcap compiles it", 0},
			{"link", KEY_LINK, "TYPE", 0,
			 "The link type that EXPR is for: EN10MB (the default), RAW, LINUX_SLL, "
			 "...",
			 0},
			{"snaplen", KEY_SNAPLEN, "N", 0,
			 "What EXPR answers for what it keeps (default 262144)", 0},
			{"type", KEY_TYPE, "socket_filter|tc|xdp|seccomp", 0,
			 "The eBPF program to make of it", 0},
			{"match", KEY_MATCH, "ACTION", 0,
			 "What a tc or XDP program answers for what the filter keeps (default ok, "
			 "pass)",
			 0},
			{"otherwise", KEY_OTHERWISE, "ACTION", 0,
			 "... and for all others (default shot, drop)", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "[FILE]",
	.doc = "Read a classic BPF filter, check it as Linux does before it attaches one, and "
	       "write "
	       "it in another form or as an eBPF program. FILE is what tcpdump -ddd or -dd, nfbpf "
	       "and iptables write, bpf_asm's text, or struct sock_filter in bytes; - is standard "
	       "input.",
	.children = COMMON_CHILDREN,
};

/* XDP_DROP by its whole name, or drop; or a number */
static int action(const char *word, uint32_t prog_type, const char *option, const char *argv0)
{
	const struct packet_type *type = packet_type(prog_type);
	char *end;
	long number = strtol(word, &end, 0);

	if (end != word && !*end)
		return (int)number;
	for (uint32_t i = 0; type && i < type->nverdicts; i++) {
		const char *name = type->verdicts[i], *last = name ? strrchr(name, '_') : NULL;

		if (name &&
		    (strcasecmp(name, word) == 0 || (last && strcasecmp(last + 1, word) == 0)))
			return (int)i;
	}
	usage_error(argv0, "%s: no action '%s' of such a program", option, word);
}

static int read_bytes(struct bytes in, struct arena *a, struct diag *d, struct classic_filter *f)
{
	if (in.size % sizeof(struct classic_insn) || !in.size ||
	    in.size / sizeof(struct classic_insn) > CLASSIC_MAX)
		return fail(d, &(struct loc){.file = f->path}, -EINVAL,
			    "bytes of a filter are from 1 to %d times 8", CLASSIC_MAX);
	f->n = (uint32_t)(in.size / sizeof(struct classic_insn));
	f->insns = arena_memdup(a, in.data, in.size);
	return 0;
}

static int read_file(const struct options *o, struct arena *a, struct diag *d,
		     struct classic_filter *f)
{
	struct bytes in;
	int err = file_read(o->path, 0, a, d, &in);

	f->path = strcmp(o->path, "-") == 0 ? "standard input" : o->path;
	if (err)
		return err;
	switch (disasm_detect(in)) {
	case INPUT_CBPF:
		return classic_read(in, f->path, a, d, &f->insns, &f->n);
	case INPUT_RAW:
	case INPUT_ELF:
		return read_bytes(in, a, d, f);
	default:
		return classic_read_asm(in, f->path, a, d, &f->insns, &f->n);
	}
}

static int read_filter(const struct options *o, const char *argv0, struct arena *a, struct diag *d,
		       struct classic_filter *f)
{
	int link = 1;

	if (!o->expression)
		return read_file(o, a, d, f);
	if (o->link)
		link = filter_link(o->link);
	if (link < 0)
		usage_error(argv0, "--link: libpcap knows no link type '%s'", o->link);
	return classic_compile(o->expression, link, o->snaplen, a, d, f);
}

static int write_program(const struct options *o, const struct classic_filter *f, int yes, int no,
			 struct diag *d, struct strbuf *b)
{
	enum classic_target target = targets[max(o->type, 0)].target;
	struct object *obj;
	int err;

	if (o->common.format == OUT_ASM)
		return classic_to_text(f, target, yes, no, d, b);
	err = classic_to_object(f, target, yes, no, d, &obj);
	if (!err)
		err = asm_write_elf(obj, b, d);
	if (obj)
		object_free(obj);
	free(obj);
	return err;
}

static int write_filter(const struct options *o, const struct classic_filter *f, int yes, int no,
			struct diag *d)
{
	struct strbuf b = {0};
	int err = 0;

	switch (o->common.format) {
	case OUT_C:
		classic_text_c(f->insns, f->n, &b);
		break;
	case OUT_DECIMAL:
	case OUT_IPTABLES:
		classic_text_counted(f->insns, f->n, o->common.format == OUT_IPTABLES, &b);
		break;
	case OUT_TEXT:
		classic_text(f->insns, f->n, false, &b);
		break;
	default:
		err = write_program(o, f, yes, no, d, &b);
	}
	if (!err)
		err = file_write(o->common.output ? o->common.output : "-", strbuf_str(&b), b.len,
				 d);
	strbuf_free(&b);
	return err;
}

int cmd_cbpf(int argc, char **argv)
{
	struct options o = {.snaplen = 262144, .type = -1};
	struct classic_filter f = {0};
	struct arena arena = {0};
	struct diag *d = &o.common.diag;
	int err, yes, no, i;

	parse_args(&cmd_cbpf_argp, argc, argv, &o, &o.common);
	if (!o.path == !o.expression)
		usage_error(argv[0], "one of FILE and --expression is wanted");
	if (o.type >= 0 && o.common.format == OUT_TEXT)
		o.common.format = OUT_ELF;
	i = max(o.type, 0);
	yes = o.match ? action(o.match, targets[i].prog_type, "--match", argv[0]) : targets[i].yes;
	no = o.otherwise ? action(o.otherwise, targets[i].prog_type, "--otherwise", argv[0])
			 : targets[i].no;
	err = read_filter(&o, argv[0], &arena, d, &f);
	if (!err)
		err = classic_admit(&f, targets[i].target == CLASSIC_TO_SECCOMP, d);
	if (!err)
		err = write_filter(&o, &f, yes, no, d);
	arena_free(&arena);
	return finish(err == -EPERM ? EXIT_NO : exit_status(err));
}
