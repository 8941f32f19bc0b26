# A dispatcher: looks at the type of an Ethernet frame and leaves the rest to another program, by a
# tail call through a table that is filled when the object is loaded.
#
#	ebpf asm -o dispatch.o dispatch.s
#	ebpf run --prog dispatch --ctx small.pcap dispatch.o

	.license "GPL"
	.map	table, prog_array, key=u32, value=u32, max_entries=3, values="[0]=ipv4,[1]=ipv6,[2]=arp"

	.prog	dispatch, "xdp"
	r2 = *(u32 *)(r1 + 0)
	r3 = *(u32 *)(r1 + 4)
	r4 = r2
	r4 += 14
	if r4 > r3 goto unknown
	r5 = *(u16 *)(r2 + 12)
	r5 = be16 r5
	r3 = 0
	if r5 == 0x0800 goto jump
	r3 = 1
	if r5 == 0x86dd goto jump
	r3 = 2
	if r5 == 0x0806 goto jump
	goto unknown
jump:
	r2 = table ll			# r1 is the context still
	call bpf_tail_call
	# comes back only when the slot is empty
unknown:
	r0 = 0				# XDP_ABORTED
	exit

	.prog	ipv4, "xdp"
	r0 = 2				# XDP_PASS
	exit

	.prog	ipv6, "xdp"
	r0 = 1				# XDP_DROP: not in this house
	exit

	.prog	arp, "xdp"
	r0 = 3				# XDP_TX: send it back
	exit
