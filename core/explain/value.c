/* What a register or slot held, from the kernel's notation to words. */
#include "core/explain/local.h"

#include <inttypes.h>
#include <string.h>

#define REG_TYPE(name, ...) BASE_##name,
enum base {
#include "core/verify/reg_types.def"
	BASE_COUNT
};

static const struct {
	const char *text, *words;
} bases[] = {
#define REG_TYPE(name, text_, words_) [BASE_##name] = {text_, words_},
#include "core/verify/reg_types.def"
};

/* What stands in front of a type, and what it says. */
static const struct {
	const char *text, *words;
} prefixes[] = {
	{"rdonly_", "read-only"},
	{"ringbuf_", "from a ring buffer"},
	{"user_", "of user space"},
	{"percpu_", "one for each CPU"},
	{"rcu_", "valid while RCU is locked"},
	{"untrusted_", "which may lead anywhere"},
	{"trusted_", ""},
	{"alloc_", ""},
};

struct value {
	enum base base; /* BASE_COUNT: none of ours */
	bool is_const, may_be_null;
	int64_t n;	    /* of a constant; of the stack: its offset */
	uint32_t prefixes;  /* a bit each */
	struct bytes name;  /* of the kernel's struct */
	struct bytes attrs; /* between the parentheses */
	bool has_smin, has_smax, has_umin, has_umax;
	int64_t smin, smax;
	uint64_t umin, umax;
};

/* ---- reading ---- */

/* A bound by any of its names; "smin=umin=1" gives both. */
static bool read_bound(struct bytes attrs, const char *name, const char *older, int64_t *n)
{
	const char *const names[] = {name, older};

	for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
		size_t len = strlen(names[k]);

		for (size_t i = 0; i + len < attrs.size; i++) {
			struct scan in = {(const char *)attrs.data + i,
					  (const char *)attrs.data + attrs.size};

			if ((i && attrs.data[i - 1] != ',' && attrs.data[i - 1] != '=') ||
			    !scan_word(&in, names[k]) || !scan_word(&in, "="))
				continue;
			/* The number is behind the last name that shares it. */
			while (in.s < in.end && *in.s >= 'a' && *in.s <= 'z')
				if (scan_until(&in, "=,").size && !scan_word(&in, "="))
					break;
			return scan_int(&in, n);
		}
	}
	return false;
}

static void read_bounds(struct value *v)
{
	int64_t n;

	v->umax = UINT64_MAX;
	v->smin = INT64_MIN;
	v->smax = INT64_MAX;
	v->has_smin = read_bound(v->attrs, "smin", "smin_value", &v->smin);
	v->has_smax = read_bound(v->attrs, "smax", "smax_value", &v->smax);
	v->has_umin = read_bound(v->attrs, "umin", "umin_value", &n);
	if (v->has_umin)
		v->umin = (uint64_t)n;
	v->has_umax = read_bound(v->attrs, "umax", "umax_value", &n);
	if (v->has_umax)
		v->umax = (uint64_t)n;
	/* One sign: the two views are one. */
	if (v->has_smin && v->smin >= 0 && !v->has_umin)
		v->umin = (uint64_t)v->smin;
	if (v->umin <= INT64_MAX && v->umax <= INT64_MAX && !v->has_smin)
		v->smin = (int64_t)v->umin;
	if (v->has_smin && v->smin >= 0 && v->has_smax && !v->has_umax)
		v->umax = (uint64_t)v->smax;
	if (v->umax <= INT64_MAX && !v->has_smax)
		v->smax = (int64_t)v->umax;
}

static void read_prefixes(struct scan *in, struct value *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (scan_word(in, prefixes[i].text))
			v->prefixes |= 1U << i;
}

/* The type whose text is the longest that the state begins with. */
static enum base read_base(struct scan *in)
{
	enum base best = BASE_COUNT;
	size_t len = 0;

	if (scan_word(in, "inv"))
		return BASE_SCALAR;
	for (int i = 0; i < BASE_COUNT; i++) {
		if (strlen(bases[i].text) <= len || !bytes_begin(scan_rest(in), bases[i].text))
			continue;
		best = (enum base)i;
		len = strlen(bases[i].text);
	}
	in->s += len;
	return best;
}

static struct value value_of(struct bytes state)
{
	struct value v = {.base = BASE_SCALAR};
	struct scan in = scan_of(state);

	if (scan_int(&in, &v.n) && in.s == in.end) {
		v.is_const = true;
		return v;
	}
	in = scan_of(state);
	if (bytes_begin(state, "Pscalar") || bytes_begin(state, "P-") ||
	    (state.size > 1 && state.data[0] == 'P' && state.data[1] <= '9'))
		in.s++;
	if (scan_int(&in, &v.n) && in.s == in.end) {
		v.is_const = true;
		return v;
	}
	read_prefixes(&in, &v);
	v.base = read_base(&in);
	scan_word(&in, "P");
	v.may_be_null = scan_word(&in, "or_null_") || scan_word(&in, "_or_null");
	if (v.base == BASE_STACK && scan_word(&in, "[")) {
		scan_until(&in, "]");
		scan_word(&in, "]");
	}
	if (v.base == BASE_STACK || v.base == BASE_SCALAR)
		v.is_const = scan_int(&in, &v.n);
	v.name = scan_until(&in, "(");
	if (bytes_have(v.name, "_or_null"))
		v.may_be_null = true;
	if (scan_word(&in, "(") && in.s < in.end)
		v.attrs = (struct bytes){(const uint8_t *)in.s, (size_t)(in.end - in.s - 1)};
	read_bounds(&v);
	return v;
}

/* ---- questions ---- */

bool value_is_number(struct bytes state)
{
	return state.size && value_of(state).base == BASE_SCALAR;
}

bool value_is_const(struct bytes state)
{
	struct value v = value_of(state);

	return state.size && v.base == BASE_SCALAR && v.is_const;
}

bool value_is_packet(struct bytes state)
{
	enum base base = value_of(state).base;

	return state.size && (base == BASE_PACKET || base == BASE_PACKET_META);
}

bool value_may_be_null(struct bytes state)
{
	return state.size && value_of(state).may_be_null;
}

static bool has_range(const struct value *v)
{
	return v->has_smin || v->has_smax || v->has_umin || v->has_umax ||
	       bytes_have(v->attrs, "var_off=") || bytes_have(v->attrs, "32=");
}

bool value_has_var(struct bytes state)
{
	struct value v = value_of(state);

	return state.size && v.base != BASE_SCALAR && v.base != BASE_COUNT && has_range(&v);
}

/* ---- words ---- */

static const char *take(struct arena *a, struct strbuf *b)
{
	char *text = arena_strndup(a, strbuf_str(b), b->len);

	strbuf_free(b);
	return text;
}

enum { DECIMAL_MAX = 10000000 }; /* larger numbers are better known in hexadecimal */

static void add_unsigned(struct strbuf *b, uint64_t n)
{
	strbuf_addf(b, n < DECIMAL_MAX ? "%" PRIu64 : "0x%" PRIx64, n);
}

static void add_signed(struct strbuf *b, int64_t n)
{
	if (n >= 0)
		add_unsigned(b, (uint64_t)n);
	else
		strbuf_addf(b, n > -DECIMAL_MAX ? "%" PRId64 : "-0x%" PRIx64,
			    n > -DECIMAL_MAX ? n : (int64_t)(-(uint64_t)n));
}

/* What the known low bits say: "a multiple of 4" */
static uint64_t alignment(const struct value *v)
{
	uint64_t bits, align = 1;
	int64_t value, mask;
	struct scan in;

	if (!scan_find(v->attrs, "var_off=(", &in) || !scan_int(&in, &value) ||
	    !scan_word(&in, "; ") || !scan_int(&in, &mask))
		return 1;
	bits = (uint64_t)value | (uint64_t)mask;
	while (bits && !(bits & align) && align < 4096)
		align <<= 1;
	return align;
}

/* "0 to 255", "at least 5"; false: nothing is known. */
static bool add_range(struct strbuf *b, const struct value *v)
{
	if (v->smin >= 0 || v->umax <= INT64_MAX) {
		if (v->umax == UINT64_MAX || (v->umax == INT64_MAX && !v->has_umax)) {
			strbuf_add(b, "at least ");
			add_unsigned(b, v->umin);
			return true;
		}
		add_unsigned(b, v->umin);
		strbuf_add(b, " to ");
		add_unsigned(b, v->umax);
		return true;
	}
	if (v->smin != INT64_MIN && v->smax != INT64_MAX) {
		add_signed(b, v->smin);
		strbuf_add(b, " to ");
		add_signed(b, v->smax);
	} else if (v->smin != INT64_MIN || v->smax != INT64_MAX) {
		strbuf_add(b, v->smin != INT64_MIN ? "at least " : "at most ");
		add_signed(b, v->smin != INT64_MIN ? v->smin : v->smax);
	} else if (v->umin) {
		strbuf_add(b, "at least ");
		add_unsigned(b, v->umin);
	} else {
		return false;
	}
	return true;
}

const char *value_range(struct arena *a, struct bytes state)
{
	struct value v = value_of(state);
	struct strbuf b = {0};

	if (v.base == BASE_SCALAR && v.is_const)
		add_signed(&b, v.n);
	else
		add_range(&b, &v);
	return b.len ? take(a, &b) : NULL;
}

/* A 32-bit number: what is known of it as a signed one is told. */
static void add_word(struct strbuf *b, const struct value *v)
{
	int64_t lo = INT32_MIN, hi = INT32_MAX;
	bool has_lo = read_bound(v->attrs, "smin32", "s32_min_value", &lo);
	bool has_hi = read_bound(v->attrs, "smax32", "s32_max_value", &hi);

	strbuf_add(b, has_lo || has_hi ? "a 32-bit number, as a signed one " : "any 32-bit number");
	if (!has_lo && !has_hi)
		return;
	if (!has_lo || !has_hi)
		strbuf_add(b, has_lo ? "at least " : "at most ");
	if (has_lo)
		add_signed(b, (int32_t)lo);
	if (has_lo && has_hi)
		strbuf_add(b, " to ");
	if (has_hi)
		add_signed(b, (int32_t)hi);
}

static void add_number(struct strbuf *b, const struct value *v)
{
	uint64_t align = alignment(v);

	if (v->is_const) {
		strbuf_add(b, "the number ");
		add_signed(b, v->n);
		return;
	}
	if (v->umin == 0 && v->umax == UINT32_MAX) {
		add_word(b, v);
	} else {
		struct strbuf range = {0};

		if (!add_range(&range, v))
			strbuf_add(b, "any number");
		else
			strbuf_addf(b, "a number%s%s", range.s[0] == 'a' ? ", " : " from ",
				    range.s);
		strbuf_free(&range);
	}
	if (align > 1)
		strbuf_addf(b, ", a multiple of %" PRIu64, align);
}

/* How far a number has moved it. */
static void add_moved(struct strbuf *b, const struct value *v)
{
	struct strbuf range = {0};

	if (!has_range(v))
		return;
	if (add_range(&range, v))
		strbuf_addf(b, ", and %s bytes more", range.s);
	else
		strbuf_add(b, ", and any number of bytes more");
	strbuf_free(&range);
}

/* Where in its object it leads. */
static void add_offset(struct strbuf *b, const struct value *v)
{
	int64_t off = 0;

	number_after(v->attrs, "off=", &off);
	if (off)
		strbuf_addf(b, ", %" PRId64 " %s %s its beginning", off < 0 ? -off : off,
			    bytes_word(off < 0 ? -off : off), off < 0 ? "before" : "from");
	add_moved(b, v);
}

static void add_stack(struct strbuf *b, const struct value *v)
{
	int64_t off = v->n;

	number_after(v->attrs, "off=", &off);
	if (!off) {
		strbuf_add(b, bases[v->base].words);
		return;
	}
	strbuf_addf(b, "the address of fp%+" PRId64 " on the stack", off);
	add_moved(b, v);
}

static struct bytes attr(const struct value *v, const char *key)
{
	struct scan in;

	if (!scan_find(v->attrs, key, &in))
		return (struct bytes){0};
	return scan_until(&in, ",)");
}

static void add_map(struct strbuf *b, const struct value *v)
{
	struct bytes map = attr(v, "map=");
	int64_t vs = 0;

	if (v->base == BASE_MAP_PTR)
		strbuf_add(b, map.size ? "the map" : "a map");
	else
		strbuf_addf(b, "a pointer into a %s of %smap",
			    v->base == BASE_MAP_KEY ? "key" : "value", map.size ? "" : "a ");
	if (map.size)
		strbuf_addf(b, " '%.*s'", (int)map.size, (const char *)map.data);
	if (v->base == BASE_MAP_VALUE && number_after(v->attrs, "vs=", &vs))
		strbuf_addf(b, " (%" PRId64 " %s)", vs, bytes_word(vs));
}

/* How much of the packet is known to be there, counted from its beginning where that can be done.
 */
static void add_packet(struct strbuf *b, const struct value *v, int64_t range)
{
	strbuf_add(b, bases[v->base].words);
	add_offset(b, v);
	if (range < 0)
		strbuf_add(b, "; it is known to be at or behind the packet's end");
	else if (range && has_range(v))
		strbuf_addf(b, "; %" PRId64 " %s from where that leads are known to be there",
			    range, bytes_word(range));
	else if (range)
		strbuf_addf(b, "; the packet is known to have %" PRId64 " %s", range,
			    bytes_word(range));
	else
		strbuf_add(b, "; it was not compared with the packet's end");
}

static void add_pointer(struct strbuf *b, const struct value *v)
{
	int64_t n = 0;

	switch (v->base) {
	case BASE_MAP_PTR:
	case BASE_MAP_VALUE:
	case BASE_MAP_KEY:
		add_map(b, v);
		add_offset(b, v);
		break;
	case BASE_STACK:
		add_stack(b, v);
		break;
	case BASE_PACKET:
	case BASE_PACKET_META:
		number_after(v->attrs, "r=", &n);
		add_packet(b, v, n);
		break;
	case BASE_BTF_ID:
		strbuf_addf(b, "%s %.*s", bases[v->base].words, (int)v->name.size,
			    (const char *)v->name.data);
		add_offset(b, v);
		break;
	case BASE_MEM:
		strbuf_add(b, bases[v->base].words);
		if (number_after(v->attrs, "sz=", &n))
			strbuf_addf(b, " (%" PRId64 " %s)", n, bytes_word(n));
		add_offset(b, v);
		break;
	default:
		strbuf_add(b, bases[v->base].words);
		add_offset(b, v);
	}
}

enum { SLOT_CHARS = 8 };

/* The bytes of a slot: "mmmm????" */
static bool add_slot(struct strbuf *b, struct bytes state)
{
	unsigned int unset = 0;

	if (state.size != SLOT_CHARS)
		return false;
	for (size_t i = 0; i < state.size; i++) {
		if (!state.data[i] || !strchr("m0?r", state.data[i]))
			return false;
		unset += state.data[i] == '?';
	}
	if (unset)
		strbuf_addf(b, "%u bytes of data; %u never written", SLOT_CHARS - unset, unset);
	else
		strbuf_add(b, bytes_equal(state, "00000000") ? "zeroes" : "data");
	return true;
}

static void add_value(struct strbuf *b, const struct value *v)
{
	int64_t n;

	if (v->base == BASE_SCALAR) {
		add_number(b, v);
		return;
	}
	add_pointer(b, v);
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (v->prefixes >> i & 1 && *prefixes[i].words)
			strbuf_addf(b, ", %s", prefixes[i].words);
	if (number_after(v->attrs, "ref_obj_id=", &n))
		strbuf_add(b, ", to be released");
	if (v->may_be_null)
		strbuf_add(b, ", or NULL");
}

const char *value_words(struct arena *a, struct bytes state)
{
	struct strbuf b = {0};
	struct value v;

	if (!state.size) {
		strbuf_add(&b, "nothing: it was not set");
	} else if (bytes_begin(state, "dynptr_")) {
		strbuf_add(&b, "a dynptr");
	} else if (bytes_begin(state, "iter_")) {
		strbuf_add(&b, "an iterator");
	} else if (!add_slot(&b, state)) {
		v = value_of(state);
		if (v.base < BASE_COUNT)
			add_value(&b, &v);
		else
			strbuf_addmem(&b, state.data, state.size);
	}
	return take(a, &b);
}

const char *packet_words(struct arena *a, struct bytes state, int64_t range)
{
	struct value v = value_of(state);
	struct strbuf b = {0};

	add_packet(&b, &v, range);
	return take(a, &b);
}

const char *value_kind(struct arena *a, struct bytes state)
{
	struct value v = value_of(state);
	struct strbuf b = {0};

	if (v.base == BASE_COUNT)
		strbuf_addmem(&b, state.data, state.size);
	else
		strbuf_add(&b, bases[v.base].words);
	if (v.base == BASE_BTF_ID && v.name.size)
		strbuf_addf(&b, " %.*s", (int)v.name.size, (const char *)v.name.data);
	return take(a, &b);
}

const char *value_map(struct arena *a, struct bytes state)
{
	struct value v = value_of(state);

	return bytes_str(a, attr(&v, "map="));
}
