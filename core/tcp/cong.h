/*
 * Congestion controls: struct tcp_congestion_ops as a table of native functions, those that come
 * with us, and the steps that they share with others (the kernel functions of the same names).
 */
#ifndef CORE_TCP_CONG_H
#define CORE_TCP_CONG_H

#include "core/tcp/sock.h"

enum { TCP_CONG_NON_RESTRICTED = 1, TCP_CONG_NEEDS_ECN = 2 };

struct tcp_congestion_ops {
	uint32_t (*ssthresh)(struct tcp_sock *sk);
	void (*cong_avoid)(struct tcp_sock *sk, uint32_t ack, uint32_t acked);
	void (*set_state)(struct tcp_sock *sk, uint8_t state);
	void (*cwnd_event)(struct tcp_sock *sk, enum tcp_ca_event event);
	void (*in_ack_event)(struct tcp_sock *sk, uint32_t flags);
	void (*pkts_acked)(struct tcp_sock *sk, const struct ack_sample *sample);
	uint32_t (*min_tso_segs)(struct tcp_sock *sk);
	void (*cong_control)(struct tcp_sock *sk, uint32_t ack, int flag,
			     const struct rate_sample *rs);
	uint32_t (*undo_cwnd)(struct tcp_sock *sk);
	uint32_t (*sndbuf_expand)(struct tcp_sock *sk);
	void (*init)(struct tcp_sock *sk);
	void (*release)(struct tcp_sock *sk);
	char name[TCP_CA_NAME_MAX];
	uint32_t flags;
};

/* cong.c */
/* Grows to ssthresh at most; what is left of acked. */
uint32_t tcp_slow_start(struct tcp_sock *sk, uint32_t acked);
/* One segment more for every w that were acknowledged. */
void tcp_cong_avoid_ai(struct tcp_sock *sk, uint32_t w, uint32_t acked);
uint32_t tcp_reno_ssthresh(struct tcp_sock *sk);
void tcp_reno_cong_avoid(struct tcp_sock *sk, uint32_t ack, uint32_t acked);
uint32_t tcp_reno_undo_cwnd(struct tcp_sock *sk);
extern const struct tcp_congestion_ops tcp_reno;

/* cubic.c, dctcp.c, bbr.c */
extern const struct tcp_congestion_ops tcp_cubic, tcp_dctcp, tcp_bbr;

#endif
