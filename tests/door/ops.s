# Members of struct tcp_congestion_ops, as Linux 6.18 (x86-64) lays out struct tcp_sock.
.license "GPL"

.prog unset, "struct_ops"
	exit

.prog two, "struct_ops"
	r0 = 2
	exit

.prog slot2, "struct_ops"
	r0 = *(u64 *)(r1 + 8)
	exit

.prog ctxwrite, "struct_ops"
	r0 = 0
	*(u64 *)(r1 + 0) = r0
	exit

.prog narrow, "struct_ops"
	r0 = *(u32 *)(r1 + 0)
	exit

.prog sockopt, "struct_ops"
	r6 = r10
	*(u64 *)(r10 - 16) = 0
	*(u64 *)(r10 - 8) = 0
	r1 = *(u64 *)(r1 + 0)
	r2 = 6
	r3 = 13
	r4 = r10
	r4 += -16
	r5 = 16
	call bpf_setsockopt
	r0 = 0
	exit

.prog w_pacing_rate, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u64 *)(r1 + 488) = r0
	exit

.prog w_pacing_status, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 428) = r0
	exit

.prog w_ca_priv, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1300) = r0
	exit

.prog w_ca_priv_end, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u64 *)(r1 + 1392) = r0
	exit

.prog w_ack_pending, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u8 *)(r1 + 1256) = r0
	exit

.prog w_cwnd, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1444) = r0
	exit

.prog w_cwnd_cnt, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1932) = r0
	exit

.prog w_cwnd_stamp, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1944) = r0
	exit

.prog w_ssthresh, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1492) = r0
	exit

.prog w_ecn_flags, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u8 *)(r1 + 1640) = r0
	exit

.prog w_app_limited, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1716) = r0
	exit

.prog r_srtt, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1680) = r0
	exit

.prog r_clamp, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1936) = r0
	exit

.prog r_prior_cwnd, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1948) = r0
	exit

.prog r_una, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1672) = r0
	exit

.prog r_rto, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 1184) = r0
	exit

.prog r_priority, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u32 *)(r1 + 520) = r0
	exit

.prog r_inside, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u16 *)(r1 + 1446) = r0
	exit

.prog r_wide, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u64 *)(r1 + 1444) = r0
	exit

.prog r_wide_priv, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 0
	*(u64 *)(r1 + 1396) = r0
	exit

.prog atomic, "struct_ops"
	r1 = *(u64 *)(r1 + 0)
	r0 = 1
	lock *(u32 *)(r1 + 1444) += r0
	exit

.prog sample, "struct_ops"
	r1 = *(u64 *)(r1 + 8)
	r0 = 0
	*(u32 *)(r1 + 0) = r0
	exit

.prog pointer, "struct_ops"
	r0 = *(u64 *)(r1 + 0)
	exit


.map table, array, key=u32, value=u32, max_entries=1
.prog looks, "xdp"
	*(u32 *)(r10 - 4) = 0
	r1 = table ll
	r2 = r10
	r2 += -4
	call bpf_map_lookup_elem
	r0 = 2
	exit
