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

@test "fields of the context" {
	printf '\t.license "GPL"\n\t.prog p, "tc"\n\tr0 = *(u32 *)(r1 + 52)\n\texit\n' >cb.s
	expect 0 ebpf run -q --set 'cb[1]=7' --ctx pkt:ip/tcp cb.s
	says "p: TC_ACT_REDIRECT (7)"
	expect 0 ebpf run -q --set 'cb[1]=htons(80)' --ctx pkt:ip/tcp cb.s
	says "p: 20480"
	expect 64 ebpf run -q --set 'cb[5]=7' cb.s
	says "ebpf run: error: --set cb[5]=7: cb has 5 elements"
	expect 64 ebpf run -q --set len=7 cb.s
	expect 64 ebpf run -q --set makr=7 cb.s
	[[ $output == *"struct __sk_buff has no field 'makr'; did you mean 'mark'?" ]]
	printf '\t.license "GPL"\n\t.prog p, "cgroup/connect4"\n\tr0 = *(u32 *)(r1 + 4)\n\texit\n' >c.s
	expect 0 ebpf run -q --set user_ip4=10.0.0.1 c.s
	says "p: allow (16777226)"
	expect 0 ebpf run -q --set user_ip4=AF_INET6 c.s
	says "p: allow (10)"
	expect 2 ebpf run -q --ctx "$BATS_TEST_DIRNAME/../../man/examples/small.pcap" c.s
	[[ $output == *"--set FIELD=VALUE sets fields of its struct bpf_sock_addr" ]]
}

@test "--strict-kernel refuses what a test run refuses" {
	printf '\t.license "GPL"\n\t.prog p, "tc"\n\tr0 = *(u32 *)(r1 + 0)\n\texit\n' >len.s
	expect 0 ebpf run -q --strict-kernel --ctx pkt:ip/tcp --format json len.s
	[[ $output == *'"retval": 54'*'"data_out": "0200000000020200000000010800'* ]]
	expect 2 ebpf run -q --strict-kernel --ctx hex:00112233 len.s
	says "ebpf run: error: EINVAL: a test run of Linux refuses it: a packet has from 14 to 3712 bytes"
	expect 2 ebpf run -q --strict-kernel --set len=3 --ctx pkt:ip/tcp len.s
	[[ $output == *"EINVAL: "*"only mark, priority, "* ]]
	expect 2 ebpf run -q --strict-kernel --set ifindex=77 --ctx pkt:ip/tcp len.s
	[[ $output == *"ENODEV: "* ]]
	expect 0 ebpf run -q --type socket_filter --strict-kernel --ctx pkt:ip/tcp - <<<'r0 = *(u32 *)(r1 + 0); exit'
	says ".text: keep (40)"
	printf '\t.license "GPL"\n\t.prog p, "sk_msg"\n\tr0 = 1\n\texit\n' >m.s
	expect 77 ebpf run -q --strict-kernel m.s
}

@test "rooms, metadata, parts that pointers do not reach" {
	printf '\t.license "GPL"\n\t.prog p, "xdp"\n\tr6 = r1\n\tr2 = *(u32 *)(r6 + 4)\n\tr0 = *(u32 *)(r6 + 0)\n\tr2 -= r0\n\tr0 = r2\n\texit\n' >lin.s
	expect 0 ebpf run -q --linear 20 --ctx pkt:ip/tcp lin.s
	says "p: 20"
	expect 0 ebpf run -q --frags --ctx 'pkt:ip/tcp/zero(9000)' lin.s
	says "p: 3520"
	expect 0 ebpf run -q --data-meta 8 --ctx pkt:ip/tcp lin.s
	says "p: 46"
	printf '\t.license "GPL"\n\t.prog p, "xdp"\n\tr2 = -20\n\tcall bpf_xdp_adjust_head\n\texit\n' >head.s
	expect 0 ebpf run -q --headroom 60 --ctx pkt:ip/tcp head.s
	says "p: XDP_ABORTED (0)"
	expect 0 ebpf run -q --headroom 59 --ctx pkt:ip/tcp head.s
	says "p: 4294967274"
	printf '\t.license "GPL"\n\t.prog p, "xdp.frags"\n\tr6 = r1\n\tcall bpf_xdp_get_buff_len\n\texit\n' >whole.s
	expect 0 ebpf run -q --linear 20 --ctx pkt:ip/tcp whole.s
	says "p: 54"
}

push='	.license "GPL"
	.prog p, "tc"
	r6 = r1
	r2 = 0x0081
	r3 = 5
	call bpf_skb_vlan_push
	r1 = r6
	r2 = 0x0081
	r3 = 6
	call bpf_skb_vlan_push
	r2 = *(u32 *)(r6 + 76)
	r3 = *(u32 *)(r6 + 80)
	r4 = r2
	r4 += 40
	if r4 > r3 goto out
	*(u8 *)(r2 + 26) = 63
out:	r1 = 3
	r2 = 0
	call bpf_redirect
	exit'

@test "what changed in a packet, and where it went" {
	echo "$push" >p.s
	expect 0 ebpf run -q --diff --ctx pkt:ip/tcp --ctx pkt:arp p.s
	says "     1     54 bytes  TC_ACT_REDIRECT
        eth.type: 0x800 -> 0x8100
        + vlan(pcp=0,dei=0,vid=5,type=0x800)
        ip.ttl: 64 -> 63
        to interface 3
     2     42 bytes  TC_ACT_REDIRECT
        eth.type: 0x806 -> 0x8100
        + vlan(pcp=0,dei=0,vid=5,type=0x806)
        arp.sha: 02:00:00:00:00:01 -> 3f:00:00:00:00:01
        to interface 3
p: 2 packets
     2  TC_ACT_REDIRECT
     2  to interface 3"
	expect 0 ebpf run -q --diff --format json --ctx pkt:ip/tcp p.s
	[[ $output == *'"what": "ip.ttl"'*'"from": "64"'*'"to": "63"'*'"redirected"'*'"ifindex": 3'* ]]
}

@test "captures by verdict" {
	printf '\t.license "GPL"\n\t.prog p, "xdp"\n\tr0 = *(u32 *)(r1 + 4)\n\tr2 = *(u32 *)(r1 + 0)\n\tr0 -= r2\n\tr0 &= 1\n\tr0 += 1\n\texit\n' >odd.s
	small=$BATS_TEST_DIRNAME/../../man/examples/small.pcap
	expect 0 ebpf run -q --split by --ctx "$small" odd.s
	all=$output
	[ "$(ls by)" = "drop.pcap
pass.pcap" ]
	expect 0 ebpf run -q --ctx by/drop.pcap --ctx by/pass.pcap odd.s
	says "$all"
	expect 4 ebpf run -q --split /nowhere/by --ctx "$small" odd.s
}

@test "packets that are only read stay where they lie, others are copied: the same verdicts" {
	small=$BATS_TEST_DIRNAME/../../man/examples/small.pcap
	printf '\t.license "GPL"\n\t.prog p, "xdp"\n\tr2 = *(u32 *)(r1 + 0)\n\tr3 = *(u32 *)(r1 + 4)\n\tr0 = 2\n\tr4 = r2\n\tr4 += 24\n\tif r4 > r3 goto out\n\tr5 = *(u8 *)(r2 + 23)\n\tif r5 != 6 goto out\n\tr0 = 1\nout:\texit\n' >read.s
	sed 's/^\tr0 = 1$/\tr0 = 1\n\t*(u8 *)(r2 + 0) = 1/' read.s >write.s
	cmp -s read.s write.s && return 1
	sum=$(sha256sum "$small")
	expect 0 ebpf run -q --ctx "$small" read.s
	want=$output
	expect 0 ebpf run -q --ctx "$small" write.s
	says "$want"
	expect 0 ebpf run -q --headroom 100 --ctx "$small" read.s
	says "$want"
	cat "$small" | ebpf run -q --ctx - read.s | diff - <(echo "$want")
	[ "$(sha256sum "$small")" = "$sum" ]
}

@test "a capture over several CPUs: the same totals" {
	small=$BATS_TEST_DIRNAME/../../man/examples/small.pcap
	cat >count.s <<-'END'
		.license "GPL"
		.map each, percpu_array, key=u32, value=u64, max_entries=1
		.map all, array, key=u32, value=u64, max_entries=1
		.prog p, "xdp"
		r2 = *(u32 *)(r1 + 4)
		r1 = *(u32 *)(r1 + 0)
		r2 -= r1
		r6 = r2
		*(u32 *)(r10 - 4) = 0
		r1 = each ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		if r0 == 0 goto out
		r1 = *(u64 *)(r0 + 0)
		r1 += r6
		*(u64 *)(r0 + 0) = r1
		r1 = all ll
		r2 = r10
		r2 += -4
		call bpf_map_lookup_elem
		if r0 == 0 goto out
		lock *(u64 *)(r0 + 0) += r6
	out:	r0 = r6
		r0 &= 1
		r0 += 1
		exit
	END
	expect 0 ebpf run -q --dump-maps --ctx "$small" count.s
	one=$output
	for n in 2 3 7; do
		expect 0 ebpf run -q -j $n --dump-maps --ctx "$small" count.s
		[ "$(grep -v '^map each' <<<"$output" | head -3)" = "$(head -3 <<<"$one")" ]
		[ "$(sed -n '/^map all/,$p' <<<"$output")" = "$(sed -n '/^map all/,$p' <<<"$one")" ]
		cat "$small" | ebpf run -q -j $n --ctx - count.s | diff - <(head -3 <<<"$one")
	done
	expect 64 ebpf run -q -j 2 --diff --ctx "$small" count.s
	expect 3 ebpf run -q --no-verify -j 3 --type xdp --ctx "$small" - <<<'r1 = *(u32 *)(r1 + 0); r0 = *(u8 *)(r1 + 9999); exit'
	[[ $output == *"packet "*": program .text, insn 1: read of 1 bytes at the packet"* ]]
}

@test "routes, neighbours and sockets that somebody describes" {
	cat >net <<-'END'
		# a router
		route 0.0.0.0/0 dev 2 via 192.0.2.254 smac 02:00:00:00:00:0a dmac 02:00:00:00:00:0b
		route 10.0.0.0/8 dev 3 smac 02:00:00:00:00:0c dmac 02:00:00:00:00:0d mtu 1000
		route 10.1.0.0/16 dev 4
		socket tcp 10.0.0.1:80
		socket tcp 10.0.0.1:80 192.0.2.1:40000
	END
	{
		printf '\t.license "GPL"\n\t.prog p, "xdp"\n\tr6 = r1\n\tr1 = 0\n'
		for i in 8 16 24 32 40 48 56 64; do printf '\t*(u64 *)(r10 - %d) = r1\n' $i; done
		printf '\t*(u8 *)(r10 - 64) = 2\n\tr2 = *(u32 *)(r6 + 0)\n\tr3 = *(u32 *)(r6 + 4)\n\tr4 = r2\n\tr4 += 34\n'
		printf '\tr0 = 99\n\tif r4 > r3 goto out\n\tr5 = *(u32 *)(r2 + 30)\n\t*(u32 *)(r10 - 32) = r5\n'
		printf '\tr1 = r6\n\tr2 = r10\n\tr2 += -64\n\tr3 = 64\n\tr4 = 0\n\tcall bpf_fib_lookup\n'
		printf '\tr1 = *(u32 *)(r10 - 56)\n\tr1 <<= 8\n\tr0 += r1\n\tr1 = *(u8 *)(r10 - 1)\n\tr1 <<= 16\n\tr0 += r1\nout:\texit\n'
	} >fib.s
	goes() { # TO WANT: what was answered, the device in the second byte, the neighbour in the third
		expect 0 ebpf run -q --network net --ctx "pkt:ip(dst=$1)/tcp" fib.s
		says "p: $2"
	}
	goes 8.8.8.8 $((0x0b0200))
	goes 10.5.5.5 $((0x0d0300))
	goes 10.1.2.3 $((0x000407)) # no neighbour
	expect 0 ebpf run -q --ctx pkt:ip/tcp fib.s
	says "p: XDP_REDIRECT (4)" # BPF_FIB_LKUP_RET_NOT_FWDED
	cat >sk.s <<-'END'
		.license "GPL"
		.prog p, "tc"
		*(u32 *)(r10 - 16) = 0x010200c0
		*(u32 *)(r10 - 12) = 0x0100000a
		*(u16 *)(r10 - 8) = 0x409c
		*(u16 *)(r10 - 6) = 0x5000
		r2 = r10
		r2 += -16
		r3 = 12
		r4 = -1
		r5 = 0
		call bpf_sk_lookup_tcp
		if r0 == 0 goto out
		r6 = *(u32 *)(r0 + 72)
		r1 = r0
		call bpf_sk_release
		r0 = r6
	out:	exit
	END
	expect 0 ebpf run -q --network net --ctx pkt:ip/tcp sk.s
	says "p: TC_ACT_RECLASSIFY (1)" # the connected one: BPF_TCP_ESTABLISHED
	expect 0 ebpf run -q --network <(grep -v 40000 net) --ctx pkt:ip/tcp sk.s
	says "p: 10" # the one that listens
	expect 0 ebpf run -q --ctx pkt:ip/tcp sk.s
	says "p: TC_ACT_OK (0)"
	echo "route 10.0.0.0/33 dev 1" >bad
	expect 2 ebpf run -q --network bad --ctx pkt:ip/tcp sk.s
	says "ebpf run: bad:1: error: expected a prefix's length, got 33"
	echo "rout 10.0.0.0/33 dev 1" >bad
	expect 2 ebpf run -q --network bad --ctx pkt:ip/tcp sk.s
}

# pcap and pcapng files in the working directory, as odd as they come
make_captures() {
	need python3
	python3 - <<-'END'
		import struct
		eth = bytes(12) + b"\x08\x00" + bytes(46)
		long = bytes(12) + b"\x08\x00" + bytes(262144 - 14)
		head = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 1 << 22, 1)
		def record(p, n=None):
		    return struct.pack("<IIII", 1, 2, len(p) if n is None else n, max(len(p), 60)) + p
		def write(name, data):
		    open(name, "wb").write(data)
		write("zero.pcap", head + record(b"") + record(eth) + record(b""))
		write("long.pcap", head + record(long))
		write("longer.pcap", head + record(bytes(1 << 20) + bytes(1)))
		write("beyond.pcap", head + record(eth, 0xffffffff))
		write("head.pcap", head[:10])
		write("record.pcap", head + record(eth)[:7])
		write("data.pcap", head + record(eth) + record(eth)[:30])
		write("version.pcap", head[:4] + b"\x09\x00" + head[6:] + record(eth))
		shb = struct.pack("<IIIHHqI", 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28)
		def idb(link):
		    return struct.pack("<IIHHII", 1, 20, link, 0, 0, 20)
		def epb(p):
		    pad = -len(p) % 4
		    n = 32 + len(p) + pad
		    return struct.pack("<IIIIIII", 6, n, 0, 0, 0, len(p), len(p)) + p + bytes(pad) + struct.pack("<I", n)
		write("zero.pcapng", shb + idb(1) + epb(b"") + epb(eth) + epb(b""))
		write("long.pcapng", shb + idb(1) + epb(long))
		write("link.pcapng", shb + idb(238) + epb(eth))
		write("none.pcapng", shb + epb(eth))
		write("cut.pcapng", (shb + idb(1) + epb(eth) + epb(eth))[:-30])
		write("block.pcapng", shb + idb(1) + struct.pack("<II", 6, 7) + bytes(20))
		write("endless.pcapng", shb + idb(1) + struct.pack("<II", 6, 0xfffffff0) + bytes(200))
	END
	cat >size.s <<-'END'
		.license "GPL"
		.prog size, "xdp"
		r2 = *(u32 *)(r1 + 0)
		r0 = *(u32 *)(r1 + 4)
		r0 -= r2
		exit
	END
}

@test "packets of no bytes and of 256 KB, on every engine" {
	need_libpcap
	make_captures
	ls /usr/lib/*/libpcap.so* >/dev/null 2>&1 && ng="zero.pcapng long.pcapng"
	for c in zero.pcap long.pcap $ng; do
		echo "-- object size.s
-- ctx $c
-- expect
packet unchanged" >$c.t
		case $c in
		zero*) printf '1,3: packet length = 0\n2: retval = 60\n1,3: retval = 0\n' >>$c.t ;;
		*) printf 'packet length = 262144\nretval = 262144\n' >>$c.t ;;
		esac
	done
	expect 0 ebpf test --engine all *.t
	expect 0 ebpf run size.s --ctx zero.pcap --ctx long.pcap --write all.pcap
	expect 0 ebpf run size.s --ctx zero.pcap --ctx long.pcap --expect-packets all.pcap
}

@test "captures that are cut, garbled or of another world are refused by name" {
	need_libpcap
	make_captures
	for c in longer beyond head record data version; do
		expect 2 ebpf run -q size.s --ctx $c.pcap
		[[ $output == *"ebpf run: $c.pcap: error: "* ]]
	done
	expect 2 ebpf run -q size.s --per-packet --ctx data.pcap
	[[ $output == *"     1     60 bytes  60"* && $output == *"packet 2 is cut off by the end of the file"* ]]
	ls /usr/lib/*/libpcap.so* >/dev/null 2>&1 || skip "no libpcap"
	for c in link none cut block endless; do
		expect 2 ebpf run -q size.s --ctx $c.pcapng
		[[ $output == *"ebpf run: $c.pcapng: error: "* ]]
	done
	printf -- '-- object size.s\n-- ctx cut.pcapng\n' >cut.t
	expect 1 ebpf test cut.t
	[[ $output == *"cut.pcapng: error: packet 2: truncated"* ]]
}
