# The low half of an address may be 0.
	.license "GPL"
	.map m, array, key=u32, value=u64, max_entries=1
	.prog holed, "xdp"
	*(u32 *)(r10 - 4) = 0
	r2 = r10
	r2 += -4
	r1 = m ll
	call bpf_map_lookup_elem
	if w0 == 0 goto null
	r0 = 2
	exit
null:
	r0 = 1
	exit

	.prog good, "xdp"
	*(u32 *)(r10 - 4) = 0
	r2 = r10
	r2 += -4
	r1 = m ll
	call bpf_map_lookup_elem
	if r0 == 0 goto never
	r0 = 2
	exit
never:
	r0 = 1
	exit
