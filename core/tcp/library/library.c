/*
 * The simulator as a library that plays the kernel (ebpf-kernel(7)): objects fill struct
 * tcp_congestion_ops and call the kernel functions that Linux has for that, and its functions can be
 * traced. All of it is one source, so that GCC makes one BTF of it.
 */
#include "core/tcp/ack.c"
#include "core/tcp/bbr.c"
#include "core/tcp/call.c"
#include "core/tcp/cong.c"
#include "core/tcp/cubic.c"
#include "core/tcp/dctcp.c"
#include "core/tcp/link.c"
#include "core/tcp/rate.c"
#include "core/tcp/receive.c"
#include "core/tcp/recover.c"
#include "core/tcp/report.c"
#include "core/tcp/scenario.c"
#include "core/tcp/send.c"
#include "core/tcp/sim.c"

#include <ctype.h>

#include "core/base/file.h"
#include "core/helper/ebpf_kernel.h"

/* Those that were registered, and the simulation that runs. */
static struct {
	VEC(struct tcp_cong) congs;
	struct tcp_sim *running;
} tcp;

/* ---- congestion controls ---- */

EBPF_STRUCT_OPS(tcp_congestion_ops);

static bool is_name(const char *name)
{
	size_t n = strnlen(name, TCP_CA_NAME_MAX);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '.')
			return false;
	return n && n < TCP_CA_NAME_MAX;
}

/* tcp_validate_congestion_control(), bpf_tcp_ca_init_member() */
static bool is_valid(const struct tcp_congestion_ops *ops)
{
	return is_name(ops->name) && ops->ssthresh && ops->undo_cwnd &&
	       (ops->cong_avoid || ops->cong_control) &&
	       !(ops->flags & ~(uint32_t)(TCP_CONG_NON_RESTRICTED | TCP_CONG_NEEDS_ECN));
}

int tcp_congestion_ops_reg(struct tcp_congestion_ops *ops)
{
	const struct tcp_world world = {.congs = tcp.congs.v, .ncongs = tcp.congs.n};

	if (!is_valid(ops))
		return -EINVAL;
	if (cong_find(&world, ops->name))
		return -EEXIST;
	vec_push(&tcp.congs, ((struct tcp_cong){.name = ops->name, .ops = ops}));
	return 0;
}

void tcp_congestion_ops_unreg(struct tcp_congestion_ops *ops)
{
	vec_each(&tcp.congs, cong)
		if (cong->ops == ops) {
			*cong = tcp.congs.v[--tcp.congs.n];
			return;
		}
}

/* ---- what programs call: kernel functions ---- */

EBPF_KFUNC(tcp_slow_start);
EBPF_KFUNC(tcp_cong_avoid_ai);
EBPF_KFUNC(tcp_reno_ssthresh);
EBPF_KFUNC(tcp_reno_cong_avoid);
EBPF_KFUNC(tcp_reno_undo_cwnd);

#define KFUNC(type, name, params, call)                                                            \
	type name params                                                                           \
	{                                                                                          \
		return call;                                                                       \
	}                                                                                          \
	EBPF_KFUNC(name)

KFUNC(void, cubictcp_init, (struct tcp_sock *sk), tcp_cubic.init(sk));
KFUNC(uint32_t, cubictcp_recalc_ssthresh, (struct tcp_sock *sk), tcp_cubic.ssthresh(sk));
KFUNC(void, cubictcp_cong_avoid, (struct tcp_sock *sk, uint32_t ack, uint32_t acked),
      tcp_cubic.cong_avoid(sk, ack, acked));
KFUNC(void, cubictcp_state, (struct tcp_sock *sk, uint8_t state), tcp_cubic.set_state(sk, state));
KFUNC(void, cubictcp_cwnd_event, (struct tcp_sock *sk, enum tcp_ca_event event),
      tcp_cubic.cwnd_event(sk, event));
KFUNC(void, cubictcp_acked, (struct tcp_sock *sk, const struct ack_sample *sample),
      tcp_cubic.pkts_acked(sk, sample));
KFUNC(void, dctcp_update_alpha, (struct tcp_sock *sk, uint32_t flags),
      tcp_dctcp.in_ack_event(sk, flags));
KFUNC(uint32_t, dctcp_cwnd_undo, (struct tcp_sock *sk), tcp_dctcp.undo_cwnd(sk));
KFUNC(void, dctcp_state, (struct tcp_sock *sk, uint8_t state), tcp_dctcp.set_state(sk, state));
EBPF_KFUNC(dctcp_init);
EBPF_KFUNC(dctcp_ssthresh);
EBPF_KFUNC(dctcp_cwnd_event);
EBPF_KFUNC(bbr_init);
EBPF_KFUNC(bbr_main);
EBPF_KFUNC(bbr_cwnd_event);
EBPF_KFUNC(bbr_set_state);
EBPF_KFUNC(bbr_ssthresh);
EBPF_KFUNC(bbr_undo_cwnd);
EBPF_KFUNC(bbr_min_tso_segs);
EBPF_KFUNC(bbr_sndbuf_expand);

/* ---- helpers: the clock of the simulation, and its sockets ---- */

uint64_t bpf_ktime_get_ns(void)
{
	return tcp.running ? tcp_now(tcp.running) : 0;
}
EBPF_HELPER(bpf_ktime_get_ns);

uint64_t bpf_ktime_get_boot_ns(void)
{
	return bpf_ktime_get_ns();
}
EBPF_HELPER(bpf_ktime_get_boot_ns);

uint64_t bpf_ktime_get_coarse_ns(void)
{
	return bpf_ktime_get_ns();
}
EBPF_HELPER(bpf_ktime_get_coarse_ns);

uint64_t bpf_jiffies64(void)
{
	return bpf_ktime_get_ns() / (TCP_JIFFY_US * 1000ull);
}
EBPF_HELPER(bpf_jiffies64);

long bpf_tcp_send_ack(struct tcp_sock *sk, uint32_t rcv_nxt)
{
	tcp_send_ack(sk, rcv_nxt);
	return 0;
}
EBPF_HELPER(bpf_tcp_send_ack);

/* Of all options, the congestion control is what a simulated socket has. */
static bool is_congestion(int level, int number, int len)
{
	enum { LEVEL_TCP = 6, OPTION_CONGESTION = 13 };

	return level == LEVEL_TCP && number == OPTION_CONGESTION && len >= 2;
}

long bpf_setsockopt(struct tcp_sock *sk, int level, int number, const char *value, int len)
{
	char name[TCP_CA_NAME_MAX] = "";

	if (!is_congestion(level, number, len))
		return -EINVAL;
	memcpy(name, value, strnlen(value, min((size_t)len, sizeof(name) - 1)));
	/* It keeps a pointer where programs may write. */
	if (strcmp(name, "cdg") == 0)
		return -ENOTSUPP;
	return tcp_set_congestion(tcp.running, sk, name);
}
EBPF_HELPER(bpf_setsockopt);

long bpf_getsockopt(struct tcp_sock *sk, int level, int number, char *value, int len)
{
	const char *name = tcp_congestion(sk);

	if (!is_congestion(level, number, len))
		return -EINVAL;
	memset(value, 0, (size_t)len);
	memcpy(value, name, min(strlen(name), (size_t)len - 1));
	return 0;
}
EBPF_HELPER(bpf_getsockopt);

/* ---- simulations ---- */

static int print(const struct tcp_scenario *s, const struct tcp_result *r)
{
	struct strbuf b = {0};
	int err;

	tcp_print_title(&b, s);
	tcp_print_result(&b, r);
	err = fwrite(b.s, 1, b.len, stdout) != b.len || fflush(stdout) ? -EIO : 0;
	strbuf_free(&b);
	return err;
}

static int simulate(struct bytes text, const char *file)
{
	const struct tcp_world world = {
		.congs = tcp.congs.v, .ncongs = tcp.congs.n, .running = &tcp.running};
	struct diag d = {.prefix = "tcp_simulate"};
	struct tcp_result result = {0};
	struct tcp_scenario s = {0};
	int err = tcp_scenario_read(&s, text, file, &d);

	if (!err)
		err = tcp_run(&s, &world, &d, &result);
	if (!err)
		err = print(&s, &result);
	tcp_result_free(&result);
	tcp_scenario_free(&s);
	return err;
}

/* A scenario as ebpf-tcp(5) has them, or the path of one: prints what it gave. 0 or -errno. */
int tcp_simulate(const char *scenario)
{
	struct bytes text = {(const uint8_t *)scenario, strlen(scenario)};
	struct arena arena = {0};
	struct diag d = {.prefix = "tcp_simulate"};
	int err = 0;

	if (tcp_is_scenario(text))
		return simulate(text, "scenario");
	err = file_read(scenario, 0, &arena, &d, &text);
	if (!err)
		err = simulate(text, scenario);
	arena_free(&arena);
	return err;
}
