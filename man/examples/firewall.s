# A firewall in one screen: drops TCP to two ports that should be closed, passes everything else,
# and counts in a map what it dropped, by port.
#
#	ebpf asm -o firewall.o firewall.s
#	ebpf run --ctx small.pcap firewall.o

	.license "GPL"
	.map	dropped, hash, key=u16, value=u64, max_entries=64

	.set	XDP_DROP, 1
	.set	XDP_PASS, 2
	.set	ETH_TYPE, 12
	.set	ETH_LEN, 14
	.set	IP_PROTO, ETH_LEN + 9
	.set	IP_LEN, 20
	.set	IPV4, 0x0800
	.set	TCP, 6
	.set	TELNET, 23
	.set	HTTP_ALT, 8080

	.prog	firewall, "xdp"
	r2 = *(u32 *)(r1 + 0)		# ctx->data
	r3 = *(u32 *)(r1 + 4)		# ctx->data_end
	r4 = r2
	r4 += ETH_LEN + IP_LEN
	if r4 > r3 goto pass		# too short to be TCP over IPv4
	r5 = *(u16 *)(r2 + ETH_TYPE)
	r5 = be16 r5
	if r5 != IPV4 goto pass
	r5 = *(u8 *)(r2 + IP_PROTO)
	if r5 != TCP goto pass

	r5 = *(u8 *)(r2 + ETH_LEN)	# the header's length is its low nibble, in words
	r5 &= 15
	r5 <<= 2
	r2 += ETH_LEN
	r2 += r5
	r4 = r2
	r4 += 4
	if r4 > r3 goto pass
	r5 = *(u16 *)(r2 + 2)		# the port it wants
	r5 = be16 r5
	if r5 == TELNET goto drop
	if r5 == HTTP_ALT goto drop
pass:
	r0 = XDP_PASS
	exit

drop:
	*(u16 *)(r10 - 2) = r5
	r1 = dropped ll
	r2 = r10
	r2 += -2
	call bpf_map_lookup_elem
	if r0 == 0 goto first
	r1 = 1
	lock *(u64 *)(r0 + 0) += r1
	goto out
first:
	r1 = 1
	*(u64 *)(r10 - 16) = r1
	r1 = dropped ll
	r2 = r10
	r2 += -2
	r3 = r10
	r3 += -16
	r4 = 0				# BPF_ANY
	call bpf_map_update_elem
out:
	r0 = XDP_DROP
	exit
