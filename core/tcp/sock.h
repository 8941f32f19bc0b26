/*
 * The socket as congestion controls see it: struct tcp_sock with the fields of fields.def at
 * Linux's offsets, and the structs and numbers that go with them (include/net/tcp.h).
 */
#ifndef CORE_TCP_SOCK_H
#define CORE_TCP_SOCK_H

#include "core/base/base.h"

enum { TCP_SOCK_SIZE = 2304, TCP_CA_PRIV_SIZE = 104, TCP_CA_NAME_MAX = 16 };

struct tcp_ca_priv {
	uint64_t words[TCP_CA_PRIV_SIZE / 8];
};

/* The best three of a window; the first of them is the answer. */
struct tcp_minmax {
	struct {
		uint32_t t, v;
	} s[3];
};

#ifdef TCP_TYPES /* as Linux nests it: a library's types (core/tcp/library) */
#include TCP_TYPES
#else
struct tcp_sock {
	union {
#define TCP_FIELD(type, name, off, path)                                                           \
	struct {                                                                                   \
		uint8_t before_##name[off];                                                        \
		type name;                                                                         \
	} __attribute__((packed));
#define TCP_BITS(name, off, lead, bits, path)                                                      \
	struct {                                                                                   \
		uint8_t before_##name[off];                                                        \
		uint8_t : (lead);                                                                  \
		uint8_t name : (bits);                                                             \
	} __attribute__((packed));
#include "core/tcp/fields.def"
		uint8_t bytes[TCP_SOCK_SIZE];
	};
} __attribute__((aligned(16)));
#endif

struct ack_sample {
	uint32_t pkts_acked;
	int32_t rtt_us;	    /* < 0: unknown */
	uint32_t in_flight; /* bytes */
};

struct rate_sample {
	uint64_t prior_mstamp;
	uint32_t prior_delivered, prior_delivered_ce;
	int32_t delivered; /* < 0: no sample */
	int32_t delivered_ce;
	int64_t interval_us; /* <= 0: no sample */
	uint32_t snd_interval_us, rcv_interval_us;
	int64_t rtt_us;
	int32_t losses;
	uint32_t acked_sacked, prior_in_flight, last_end_seq;
	bool is_app_limited, is_retrans, is_ack_delayed;
};

enum tcp_ca_state {
	TCP_CA_OPEN,
	TCP_CA_DISORDER,
	TCP_CA_CWR,
	TCP_CA_RECOVERY,
	TCP_CA_LOSS,
};

enum tcp_ca_event {
	CA_EVENT_TX_START,
	CA_EVENT_CWND_RESTART,
	CA_EVENT_COMPLETE_CWR,
	CA_EVENT_LOSS,
	CA_EVENT_ECN_NO_CE,
	CA_EVENT_ECN_IS_CE,
};

enum { CA_ACK_SLOWPATH = 1, CA_ACK_WIN_UPDATE = 2, CA_ACK_ECE = 4 };
enum { TCP_ECN_OK = 1, TCP_ECN_QUEUE_CWR = 2, TCP_ECN_DEMAND_CWR = 4, TCP_ECN_SEEN = 8 };
enum { ACK_SCHED = 1, ACK_TIMER = 2, ACK_NOW = 16 }; /* ICSK_ACK_* of ack_pending */
enum { TCP_INFINITE_SSTHRESH = 0x7fffffff, TCP_INIT_CWND = 10 };
enum { SK_PACING_NONE, SK_PACING_NEEDED, SK_PACING_FQ };

/* CONFIG_HZ of the kernel that is played. */
enum { TCP_HZ = 250, TCP_JIFFY_US = 1000000 / TCP_HZ };

/* inet_csk_ca(): what a congestion control keeps in the socket */
static inline void *tcp_ca(struct tcp_sock *sk)
{
	return (uint8_t *)sk + offsetof(struct tcp_sock, icsk_ca_priv);
}

/* tcp_jiffies32 */
static inline uint32_t tcp_jiffies(const struct tcp_sock *sk)
{
	return (uint32_t)(sk->tcp_mstamp / TCP_JIFFY_US);
}

static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool tcp_in_slow_start(const struct tcp_sock *sk)
{
	return sk->snd_cwnd < sk->snd_ssthresh;
}

/* Segments that are believed to be in the network (RFC 6675: pipe). */
static inline uint32_t tcp_in_flight(const struct tcp_sock *sk)
{
	return sk->packets_out - (sk->sacked_out + sk->lost_out) + sk->retrans_out;
}

/* Was it the window that kept more from being sent? */
static inline bool tcp_is_cwnd_limited(const struct tcp_sock *sk)
{
	if (sk->is_cwnd_limited)
		return true;
	return tcp_in_slow_start(sk) && sk->snd_cwnd < 2 * sk->max_packets_out;
}

#endif
