load ../lib

# Objects of public projects, as their makefiles leave them, in a folder that PACKET_PROGRAMS names: they
# are pinned, their maps filled from outside, and run as they are. There is nothing to do without them.
program() {
	obj=$PACKET_PROGRAMS/$1.o
	[ -e "$obj" ] || skip "PACKET_PROGRAMS names no folder with $1.o"
	export EBPF_BPFFS=$PWD/store
}

has() { # TEXT...: in the output of the last command
	local text
	for text; do
		[[ $output == *"$text"* ]] || {
			echo "no '$text' in: $output"
			return 1
		}
	done
}

# The number that holds an address in network order.
address() {
	IFS=. read -r a b c d <<<"$1"
	echo $((a | b << 8 | c << 16 | d << 24))
}

@test "katran: a packet for a virtual address goes on to a real one, in a tunnel" {
	program balancer
	ebpf pin "$obj" k
	ebpf map update k/vip_map key "{\"vip\":$(address 10.0.0.1),\"port\":20480,\"proto\":6}" \
		value '{"flags":0,"vip_num":1}'
	ebpf map update k/reals key 7 value "{\"dst\":$(address 10.0.0.2)}"
	ebpf map update k/ctl_array key 0 value '{"mac":[2,0,0,0,0,9]}'
	# The ring of the first virtual address: every hash leads to the same real one.
	{
		echo '{"elements":['
		seq 65537 131072 | sed 's/.*/{"key":&,"value":7},/'
		echo '{"key":131073,"value":7}]}'
	} >ring
	ebpf map update k/ch_rings --from ring
	for engine in check interp fast opt; do
		expect 0 ebpf run k/balancer_ingress --engine $engine --diff \
			--ctx 'pkt:eth/ip(src=192.168.1.7,dst=10.0.0.1)/tcp(sport=4000,dport=80,flags=S)'
		has 'XDP_TX (3)'
		has 'eth.dst: 02:00:00:00:00:02 -> 02:00:00:00:00:09'
		has 'ip.proto: 6 -> 4'
		has 'ip.dst: 10.0.0.1 -> 10.0.0.2'
		has '+ ip(version=4,ihl=5,tos=0x0,len=40,id=0,rf=0,df=0,mf=0,frag=0,ttl=64,proto=6'
	done
	expect 0 ebpf run k/balancer_ingress --ctx 'pkt:eth/ip(dst=10.0.0.1)/tcp(dport=81)'
	has 'XDP_PASS (2)'
}

@test "xdp-filter: what no rule lets through is dropped" {
	program xdpfilt_dny_all
	ebpf pin "$obj" f
	# Port 80, TCP, as the destination; the count of each is kept above the flags.
	ebpf map update f/filter_ports key 20480 value 6
	expect 0 ebpf run f/xdpfilt_dny_all --ctx 'pkt:eth/ip/tcp(dport=80)' \
		--ctx 'pkt:eth/ip/tcp(dport=81)' --ctx 'pkt:eth/ip/udp(dport=80)' \
		--ctx 'pkt:eth/ip/tcp(sport=80,dport=9)' --ctx 'pkt:eth/ip6/tcp(dport=80)'
	has '3  XDP_DROP'
	has '2  XDP_PASS'
	expect 0 ebpf map lookup f/filter_ports key 20480
	[[ $output == *"cpu 0: $((6 + 2 * 64))"* ]]
}

@test "preserve-dscp: a classifier keeps the mark of a flow around a tunnel" {
	program preserve_dscp_kern
	ebpf pin "$obj" d
	expect 0 ebpf run d/read_dscp --set hash=99 --ctx 'pkt:eth/ip(tos=0xb8)/tcp'
	expect 0 ebpf map lookup d/flow_dscps key 99
	has '99: 46'
	expect 0 ebpf run d/write_dscp --set hash=99 --diff --ctx 'pkt:eth/ip(dst=10.0.0.1)/tcp'
	has 'ip.tos: 0x0 -> 0xb8'
	has 'ip.csum: 0xaece -> 0xae16'
	expect 0 ebpf run d/write_dscp --set hash=98 --diff --ctx 'pkt:eth/ip(dst=10.0.0.1)/tcp'
	[[ $output != *ip.tos* ]]
}
