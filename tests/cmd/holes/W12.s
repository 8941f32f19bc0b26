# Of a kernel's struct of a map a program sees as much as there is room for; W12.types has a larger one.
	.license "GPL"
	.map table, array, key=u32, value=u64, max_entries=4
	.prog holed, "xdp"
	r1 = table ll
	r0 = *(u32 *)(r1 + 1108)	# bpf_array.far
	exit

	.prog good, "xdp"
	r1 = table ll
	r0 = *(u32 *)(r1 + 4)		# bpf_map.id
	exit
