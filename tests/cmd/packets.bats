load ../lib

# The length of the packet is the answer.
length='r0 = *(u32 *)(r1 + 0); exit'

@test "a packet by its layers" {
	echo "$length" >len.s
	expect 0 ebpf run -q --type sched_cls --ctx 'pkt:eth/ip(dst=10.0.0.1)/tcp(dport=80,flags=S)/"GET"' len.s
	says ".text: 57"
	expect 2 ebpf run --type sched_cls --ctx 'pkt:eth/ip(ttl=999)/tcp' len.s
	[ "${lines[0]}" = "ebpf run: packet:1:12: error: 999 is more than fits (255)" ]
	expect 2 ebpf run --type sched_cls --ctx pkt:eth/ipp len.s
	[[ $output == *"did you mean 'ip'"* ]]
}

@test "hexdumps of the usual tools" {
	printf 'r0 = 2; exit' >p.s
	expect 0 ebpf run -q --type xdp --ctx 'pkt:ip/tcp/"hello"/zero(100)/"end"' --write one.pcap p.s
	tail -c +41 one.pcap >packet
	for tool in xxd hexdump "hexdump -C" "od -tx1" "od -x" "od -Ax -tx1" "od -Ad -tx1" "od -Ad -x"; do
		command -v ${tool%% *} || continue
		$tool packet >dump
		expect 0 ebpf run -q --type xdp --ctx dump --write again.pcap p.s
		tail -c +41 again.pcap | cmp - packet
		ebpf run -q --type xdp --ctx - --write again.pcap p.s <dump
		tail -c +41 again.pcap | cmp - packet
		cat dump | ebpf run -q --type xdp --ctx - --write again.pcap p.s
		tail -c +41 again.pcap | cmp - packet
	done
	sed 's/^00000010/00000018/' <(xxd packet) >wrong
	expect 2 ebpf run --type xdp --ctx wrong p.s
	[[ $output == "ebpf run: wrong:2: error: the offset does not go on where the line before ended" ]]
}

@test "a pcap through a pipe, whole and cut" {
	printf 'r0 = 2; exit' >p.s
	small=$BATS_TEST_DIRNAME/../../man/examples/small.pcap
	cat "$small" | ebpf run --type xdp --ctx - p.s | grep -q "60  XDP_PASS"
	run bash -c "head -c 500 '$small' | ebpf run --type xdp --ctx - p.s"
	[ "$status" -eq 2 ]
	[[ $output == *"standard input: error: packet "*" is cut off by the end of the file"* ]]
}

@test "link types are named" {
	printf 'r0 = 2; exit' >p.s
	link() { printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0'"$1"'\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0\5\0\0\0\xff\3\0\x21\x45'; }
	link '\x09' >ppp.pcap
	expect 0 ebpf run --type xdp --ctx ppp.pcap p.s
	[ "${lines[0]}" = "ebpf run: ppp.pcap: warning: PPP, not Ethernet: packets get a made-up header" ]
	link '\x69' >wifi.pcap
	expect 2 ebpf run --type xdp --ctx wifi.pcap p.s
	says "ebpf run: wifi.pcap: error: link type 105 (802.11) is neither Ethernet nor one whose packets are read"
	link '\xee' >unknown.pcap
	expect 2 ebpf run --type xdp --ctx unknown.pcap p.s
	[[ $output == *"link type 238 is not known" ]]
}
