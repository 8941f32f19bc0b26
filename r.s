	.license "GPL"
	.struct event { u32 kind; u32 size; }
	.map events, ringbuf, max_entries=4096
	.map kinds, array, key=u32, value=struct event, max_entries=1
	.prog p, "xdp"
	r1 = 7
	*(u32 *)(r10 - 8) = r1
	r1 = 60
	*(u32 *)(r10 - 4) = r1
	r1 = events ll
	r2 = r10
	r2 += -8
	r3 = 8
	r4 = 0
	call bpf_ringbuf_output
	r0 = 2
	exit
