/* E1301: An iterator that is not destroyed when its loop is left */
#include "bpf.h"

int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

u32 table[64];

SEC("xdp")
int find(struct xdp_md *ctx)
{
	struct bpf_iter_num it;
	int *i, found = XDP_PASS;

	bpf_iter_num_new(&it, 0, 64);
	while ((i = bpf_iter_num_next(&it)))
		if (table[*i & 63] == ctx->rx_queue_index)
#ifndef FIXED
			return XDP_DROP;
#else
			break;
#endif
	bpf_iter_num_destroy(&it);
	return found;
}

LICENSE;
