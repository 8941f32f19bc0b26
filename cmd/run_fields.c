/* --set: fields of contexts by their names in the uapi, and how packets are laid out. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/run.h"
#include "core/base/file.h"
#include "core/btf/btf.h"
#include "core/obj/prog_type.h"

bool parse_packet_option(struct run_packet_options *o, int key, char *arg,
			 const struct argp_state *state)
{
	switch (key) {
	case KEY_SET:
		vec_push(&o->sets, arg);
		return true;
	case KEY_HEADROOM:
		o->layout.has_headroom = true;
		o->layout.headroom =
			(uint32_t)number_arg(state, "--headroom", arg, 0, PACKET_HEADROOM);
		return true;
	case KEY_TAILROOM:
		o->layout.has_tailroom = true;
		o->layout.tailroom = (uint32_t)number_arg(state, "--tailroom", arg, 0, UINT16_MAX);
		return true;
	case KEY_DATA_META:
		o->layout.meta = (uint32_t)number_arg(state, "--data-meta", arg, 0, XDP_META_MAX);
		return true;
	case KEY_LINEAR:
		o->layout.has_linear = true;
		o->layout.linear = (uint32_t)number_arg(state, "--linear", arg, 0, PACKET_MAX);
		return true;
	case KEY_FRAGS:
		o->frags = true;
		return true;
	case KEY_STRICT_KERNEL:
		o->strict = true;
		return true;
	case KEY_DIFF:
		o->diff = true;
		return true;
	case 'j':
		o->jobs = (uint32_t)number_arg(state, "-j", arg, 1, 256);
		return true;
	case KEY_NETWORK:
		o->network = arg;
		return true;
	case KEY_FILTER:
		o->filter = arg;
		return true;
	case KEY_SPLIT:
		o->split = arg;
		return true;
	default:
		return false;
	}
}

/* ---- values ---- */

/* Names that C has as macros, which no BTF knows. */
static const struct {
	const char *name;
	uint64_t value;
} macros[] = {
	{"AF_UNSPEC", 0},     {"AF_UNIX", 1},	     {"AF_INET", 2},	     {"AF_INET6", 10},
	{"SOCK_STREAM", 1},   {"SOCK_DGRAM", 2},     {"SOCK_RAW", 3},	     {"ETH_P_IP", 0x0800},
	{"ETH_P_ARP", 0x806}, {"ETH_P_IPV6", 0x86dd}, {"ETH_P_8021Q", 0x8100},
	{"IPPROTO_ICMP", 1},  {"IPPROTO_TCP", 6},    {"IPPROTO_UDP", 17},    {"IPPROTO_ICMPV6", 58},
	{"PACKET_HOST", 0},   {"PACKET_BROADCAST", 1}, {"PACKET_MULTICAST", 2},
	{"PACKET_OTHERHOST", 3}, {"SOL_SOCKET", 1},
};

static bool enumerator(const struct btf *btf, const char *name, uint64_t *out)
{
	for (uint32_t id = 1; btf && btf_has(btf, id); id++) {
		const struct btf_type *t = btf_type(btf, id);

		if (!btf_is_enum(t) || btf_kind(t) != BTF_KIND_ENUM)
			continue;
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			if (strcmp(btf_str(btf, btf_enums(t)[i].name_off), name) == 0) {
				*out = (uint32_t)btf_enums(t)[i].val;
				return true;
			}
	}
	return false;
}

static bool named(const struct run *r, const char *name, uint64_t *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(macros); i++)
		if (strcmp(macros[i].name, name) == 0) {
			*out = macros[i].value;
			return true;
		}
	return enumerator(r->file.image->btf, name, out) ||
	       enumerator(r->file.image->target, name, out);
}

static bool number(const struct run *r, const char *s, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(s, &end, 0);
	if (isdigit((unsigned char)s[*s == '-']) && !*end && !errno)
		return true;
	return named(r, s, out);
}

/* htons(80), htonl(1) */
static bool swapped(const struct run *r, const char *s, uint64_t *out)
{
	size_t len = strlen(s);
	char inner[64];

	if (len < 8 || len > sizeof(inner) || s[len - 1] != ')' ||
	    (strncmp(s, "htons(", 6) != 0 && strncmp(s, "htonl(", 6) != 0))
		return false;
	memcpy(inner, s + 6, len - 7);
	inner[len - 7] = '\0';
	if (!number(r, inner, out))
		return false;
	*out = s[4] == 's' ? htons((uint16_t)*out) : htonl((uint32_t)*out);
	return true;
}

static bool read_mac(const char *s, uint8_t *to)
{
	unsigned int b[6];
	int n = 0;

	if (sscanf(s, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &n) !=
		    6 ||
	    s[n])
		return false;
	for (int i = 0; i < 6; i++)
		to[i] = (uint8_t)b[i];
	return true;
}

/* Bytes as they lie in memory: addresses, text. How many; 0: it is a number, or nothing. */
static uint32_t read_bytes(const char *s, uint8_t to[16])
{
	size_t len = strlen(s);

	if (inet_pton(AF_INET, s, to) == 1)
		return 4;
	if (strchr(s, ':') && inet_pton(AF_INET6, s, to) == 1)
		return 16;
	if (read_mac(s, to))
		return 6;
	if (len < 2 || s[0] != '"' || s[len - 1] != '"' || len - 2 > 15)
		return 0;
	memcpy(to, s + 1, len - 2);
	to[len - 2] = 0;
	return (uint32_t)len - 1;
}

static bool read_number(const struct run *r, const char *name, const char *s, uint64_t *out)
{
	size_t len = strlen(name);

	if (number(r, s, out) || swapped(r, s, out))
		return true;
	if (len < 7 || strcmp(name + len - 7, "ifindex") != 0)
		return false;
	*out = if_nametoindex(s);
	return *out;
}

/* ---- fields ---- */

static const struct ctx_type *settable_ctx(const struct run *r)
{
	return r->vm.strict ? trial_ctx(r->vm.type) : r->vm.type->ctx;
}

/* Adds the names of a struct's fields. */
static uint32_t list_names(const struct ctx_type *ctx, const char **names)
{
	for (uint32_t i = 0; i < ctx->nfields; i++)
		names[i] = ctx->fields[i].name;
	return ctx->nfields;
}

static int unknown_field(struct run *r, const char *word, const struct ctx_type *ctx,
			 const struct ctx_type *also, const char *name)
{
	uint32_t room = ctx->nfields + (also ? also->nfields : 0), n;
	const char **names = arena_array(&r->arena, const char *, room + 1);
	const char *near;

	n = list_names(ctx, names);
	if (also)
		n += list_names(also, names + n);
	near = nearest_name(name, names, n);
	return fail(r->d, NULL, -ESRCH, "%s: struct %s has no field '%s'%s%s%s", word,
		    ctx->name, name, near ? "; did you mean '" : "", near ? near : "",
		    near ? "'?" : "");
}

static const struct ctx_field *find_field(const struct ctx_type *ctx, const char *name)
{
	for (uint32_t i = 0; i < ctx->nfields; i++)
		if (strcmp(ctx->fields[i].name, name) == 0)
			return &ctx->fields[i];
	return NULL;
}

/* name[3]: the number is taken off. */
static int take_index(struct run *r, const char *word, char *name, uint32_t *index)
{
	char *open = strchr(name, '['), *end;

	*index = 0;
	if (!open)
		return 0;
	*open = '\0';
	*index = (uint32_t)strtoul(open + 1, &end, 10);
	if (end == open + 1 || strcmp(end, "]") != 0)
		return fail(r->d, NULL, -ESRCH, "%s: expected NAME[NUMBER]=VALUE", word);
	return 0;
}

static int set_value(struct run *r, const char *word, const struct ctx_field *f, uint32_t index,
		     const char *value, struct ctx_set *set)
{
	uint32_t room = f->size - index * f->unit;
	uint64_t v;

	set->off = f->off + index * f->unit;
	set->size = read_bytes(value, set->bytes);
	if (set->size && set->size <= room)
		return 0;
	if (set->size)
		return fail(r->d, NULL, -ESRCH, "%s: %s has only %u bytes", word, f->name,
			    room);
	if (!read_number(r, f->name, value, &v))
		return fail(r->d, NULL, -ESRCH,
			    "%s: expected a number, an address, \"text\", htons(N), htonl(N) "
			    "or the name of a constant, got '%s'",
			    word, value);
	set->size = f->unit;
	if (f->unit < 8 && v >> (8 * f->unit) && (int64_t)v >> (8 * f->unit - 1) != -1)
		return fail(r->d, NULL, -ESRCH, "%s: %s has only %u bytes", word, f->name,
			    f->unit);
	memcpy(set->bytes, &v, f->unit);
	return 0;
}

/* Fields that follow from the packet, and pointers of the kernel's */
static bool is_settable(const struct run *r, const struct ctx_field *f)
{
	if (r->vm.strict)
		return true;
	return f->gives == CTX_GIVES_SCALAR &&
	       !(r->vm.type->has_packet && strcmp(f->name, "len") == 0);
}

/* NAME=VALUE in its parts, NAME without its number; word is all that was said, for messages. */
struct set_word {
	const char *word, *value;
	char *name;
	uint32_t index;
};

static int split_set(struct run *r, const char *word, struct set_word *s)
{
	const char *eq = strchr(word, '='), *label = arena_printf(&r->arena, "--set %s", word);

	if (!eq || eq == word)
		return fail(r->d, NULL, -ESRCH, "%s: expected FIELD=VALUE", label);
	*s = (struct set_word){.word = label, .value = eq + 1};
	s->name = arena_strndup(&r->arena, word, (size_t)(eq - word));
	return take_index(r, label, s->name, &s->index);
}

static int set_field(struct run *r, const struct set_word *s, const struct ctx_field *f,
		     struct ctx_set *set)
{
	if (s->index >= f->size / f->unit)
		return fail(r->d, NULL, -ESRCH, "%s: %s has %d elements", s->word, f->name,
			    f->size / f->unit);
	return set_value(r, s->word, f, s->index, s->value, set);
}

/* sk.mark: of the socket, or of what TCP knows of it */
static int set_of_sock(struct run *r, const struct set_word *s, struct ctx_set *set)
{
	const char *name = s->name + strlen("sk.");
	const struct ctx_field *f = find_field(&ctx_bpf_sock, name);
	bool is_tcp = !f;
	int err;

	if (!find_field(settable_ctx(r), "sk"))
		return fail(r->d, NULL, -ESRCH, "%s: struct %s leads to no socket", s->word,
			    settable_ctx(r)->name);
	if (is_tcp)
		f = find_field(&ctx_bpf_tcp_sock, name);
	if (!f)
		return unknown_field(r, s->word, &ctx_bpf_sock, &ctx_bpf_tcp_sock, name);
	err = set_field(r, s, f, set);
	set->off += is_tcp ? (uint32_t)offsetof(struct network_sock, tcp) : 0;
	return err;
}

static int set_of_ctx(struct run *r, const struct set_word *s, struct ctx_set *set)
{
	const struct ctx_field *f = find_field(settable_ctx(r), s->name);

	if (!f)
		return unknown_field(r, s->word, settable_ctx(r), NULL, s->name);
	if (!is_settable(r, f))
		return fail(r->d, NULL, -ESRCH,
			    "%s: %s follows from the packet, or points to the kernel's",
			    s->word, s->name);
	return set_field(r, s, f, set);
}

/* What of /proc/sys is read or written is text behind the context. */
static const char **sysctl_word(struct run *r, const char *name)
{
	struct run_sysctl *s = &r->vm.rt.sysctl;

	if (r->vm.main->type != PROG_TYPE_CGROUP_SYSCTL)
		return NULL;
	if (strcmp(name, "name") == 0)
		return &s->name;
	if (strcmp(name, "current_value") == 0)
		return &s->current;
	return strcmp(name, "new_value") == 0 ? &s->value : NULL;
}

static const char *unquoted(struct run *r, const char *text)
{
	size_t len = strlen(text);

	if (len < 2 || text[0] != '"' || text[len - 1] != '"')
		return text;
	return arena_strndup(&r->arena, text + 1, len - 2);
}

/* skb.mark=7, state.hook=0: of the kernel's own structs, as an initialiser has it */
static bool take_kernel_word(struct run *r, const struct set_word *s)
{
	struct nf *nf = r->vm.nf;
	const char **text = NULL;

	if (nf && strncmp(s->name, "skb.", 4) == 0)
		text = &nf->skb;
	else if (nf && strncmp(s->name, "state.", 6) == 0)
		text = &nf->state;
	if (!text)
		return false;
	*text = arena_printf(&r->arena, "%s%s%s", *text, **text ? ", " : "",
			     strchr(s->word, '.') + 1);
	return true;
}

static int read_set(struct run *r, const char *word, struct ctx_set *sets, struct ctx_set *socks)
{
	struct set_word s;
	const char **text;
	int err = split_set(r, word, &s);

	if (err)
		return err;
	text = sysctl_word(r, s.name);
	if (text)
		*text = unquoted(r, s.value);
	else if (take_kernel_word(r, &s))
		return 0;
	else if (strncmp(s.name, "sk.", 3) == 0)
		err = set_of_sock(r, &s, &socks[r->vm.nsock_sets++]);
	else
		err = set_of_ctx(r, &s, &sets[r->vm.nsets++]);
	return err;
}

int run_read_field(struct run *r, const struct expectation *e, struct ctx_set *set)
{
	struct set_word s = {.word = e->text, .value = e->value};
	const struct ctx_field *f;
	int err;

	s.name = arena_strdup(&r->arena, e->name);
	err = take_index(r, e->text, s.name, &s.index);
	if (err)
		return err;
	f = find_field(settable_ctx(r), s.name);
	return f ? set_field(r, &s, f, set)
		 : unknown_field(r, e->text, settable_ctx(r), NULL, s.name);
}

/* As a driver fills its first page: metadata and data, what is left are fragments. */
static uint32_t first_page(const struct packet_layout *l)
{
	return PACKET_PAGE - PACKET_HEADROOM - PACKET_TAIL - l->meta;
}

static bool is_laid_out(const struct packet_layout *l)
{
	return l->has_headroom || l->has_tailroom || l->has_linear || l->meta;
}

static int open_kernel(struct run *r)
{
	int err = load_target(r->file.image, &r->o->load, r->d);

	r->nf = (struct nf){
		.kernel = r->file.image->target, .skb = "", .state = "", .d = r->d};
	r->vm.nf = &r->nf;
	return err;
}

static int apply_options(struct run *r)
{
	const struct run_packet_options *o = &r->o->packet;
	struct ctx_set *sets = arena_array(&r->arena, struct ctx_set, o->sets.n + 1);
	struct ctx_set *socks = arena_array(&r->arena, struct ctx_set, o->sets.n + 1);
	int err = 0;

	/* One of several programs, which what it runs on will tell */
	if (!r->vm.main)
		return o->sets.n || o->strict
			       ? fail(r->d, NULL, -ESRCH, "--set and --strict-kernel need --prog")
			       : 0;
	if (!r->vm.type && (o->sets.n || o->strict))
		return fail(r->d, NULL, -ESRCH,
			    r->vm.main->type
				    ? "program %s has no context with fields; arguments and those "
				      "of records are said by --arg NAME=VALUE"
				    : "program %s has no context whose fields are known; --type "
				      "says which",
			    r->vm.main->name);
	if (o->strict && !trial_has(r->vm.main->type))
		return fail(r->d, NULL, -ENOTSUPP,
			    "--strict-kernel: Linux has no test run of such programs (ENOTSUPP)");
	if (o->layout.meta % 4)
		return fail(r->d, NULL, -ESRCH, "--data-meta: metadata are words of 4 bytes");
	/* Keys of a flow come back as a test run gives them, strict or not. */
	r->vm.strict = o->strict || r->vm.main->type == PROG_TYPE_FLOW_DISSECTOR;
	if (r->vm.main->type == PROG_TYPE_NETFILTER && !o->strict)
		err = open_kernel(r);
	for (size_t i = 0; i < o->sets.n && !err; i++)
		err = read_set(r, o->sets.v[i], sets, socks);
	if (!err && r->vm.nf)
		err = nf_open(r->vm.nf);
	r->vm.sets = sets;
	r->vm.sock_sets = socks;
	r->vm.has_sock |= r->vm.nsock_sets;
	if (r->vm.main->type == PROG_TYPE_CGROUP_SYSCTL)
		r->vm.rt.sysctl.changed = arena_array(&r->arena, char, SYSCTL_MAX);
	r->vm.layout = o->layout;
	r->vm.keeps_begin = o->diff;
	r->vm.reads_only = r->reads_only && !is_laid_out(&o->layout) && !o->frags;
	if (o->frags && !o->layout.has_linear) {
		r->vm.layout.has_linear = true;
		r->vm.layout.linear = first_page(&o->layout);
	}
	return err;
}

static int open_network(struct run *r)
{
	const char *path = r->o->packet.network;
	struct bytes text;
	int err = path ? file_read(path, 0, &r->arena, r->d, &text) : 0;

	if (err || (!path && !r->network_text.len))
		return err;
	r->vm.rt.network = &r->network;
	if (r->network_text.len)
		err = network_read(&r->network, strbuf_str(&r->network_text), "network", r->d);
	return err || !path ? err
			    : network_read(&r->network, (const char *)text.data, path, r->d);
}

int run_open_packets(struct run *r)
{
	int err = apply_options(r);

	if (!err)
		err = run_check_jobs(r);
	if (!err)
		err = open_network(r);
	if (!err)
		err = run_open_filter(r);
	return err ? err : open_written(r);
}

void run_close_packets(struct run *r)
{
	run_close_filter(r);
	network_free(&r->network);
	nf_close(&r->nf);
	vec_free(&r->targets);
	strbuf_free(&r->scratch);
}
