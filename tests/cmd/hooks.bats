load ../lib

setup_file() {
	local clang=clang
	command -v clang-19 >/dev/null && clang=clang-19
	need $clang
	for object in hooks filters; do
		$clang -O2 -g -mcpu=v3 -target bpf -I/usr/include/"$(uname -m)"-linux-gnu \
			-Wno-everything -c "$BATS_TEST_DIRNAME/../kernel/$object.c" \
			-o "$BATS_FILE_TMPDIR/$object.o" || skip "no headers of libbpf"
	done
}

hook() { # PROGRAM OPTIONS: the same, checked and trusted
	local checked engine object="$BATS_FILE_TMPDIR/${object:-hooks}.o"
	checked=$(ebpf run -q --verify --engine check --prog "$@" "$object")
	for engine in interp fast opt; do
		run ebpf run -q --engine $engine --prog "$@" "$object"
		[ "$status" -eq 0 ] || { echo "$output"; return 1; }
		diff - <(echo "$output") <<<"$checked"
	done
}

@test "a connection: options of its socket, what TCP knows, maps of sockets" {
	hook ops --set op=3 --set sk.snd_cwnd=10 --set 'remote_port=htonl(80)'
	says "printk: flags 384: 7f
action: socket option SO_MARK is set to 5
printk: mark 0
action: socket option TCP_CONGESTION is set to cubic
printk: congestion 0
printk: congestion 0 cubic
printk: unknown -22
action: the socket is in socks[01000000]
action: the socket is in hashed[01000000]
printk: map 0, 0
printk: sk mark 5 port 80, window 10
ops: allow (1)"
	hook ops --set op=3 --set is_fullsock=0
	[[ $output == *"flags -22: 0"*"mark -22"*"congestion -22"* ]]
	[[ $output != *"sk mark"* ]]
}

@test "options of TCP's header are read, written, reserved" {
	syn='hex:000000000000000000000000080045000030000000004006000001010101020202020001000200000000000000007002000000000000020405b401030307'
	hook ops --set op=13 --ctx "$syn"
	says "printk: load 4: 1460
printk: none -42
ops: allow (1)"
	hook ops --set op=15 --ctx "$syn"
	says "printk: store 0, header 34
printk: again -17
ops: allow (1)"
	hook ops --set op=14
	[[ $output == *"action: 6 bytes of the header are reserved for options"* ]]
	hook ops --set op=15
	[[ $output == *"store -1, header 0"* ]]
}

@test "an address is changed, and that is shown" {
	hook connect --diff --set user_ip4=10.0.0.1 --set protocol=6
	says "action: socket option SO_MARK is set to 7
printk: protocol 6
  user_ip4: 10.0.0.1 -> 127.0.0.1
  user_port: 0 -> htons(8080)
connect: allow (1)"
	expect 0 ebpf run --prog connect --diff --format json --set user_ip4=10.0.0.1 \
		"$BATS_FILE_TMPDIR/hooks.o"
	[[ $output == *'"what": "user_ip4"'*'"to": "127.0.0.1"'* ]]
	hook connect --set sk.protocol=17 --set protocol=6
	[[ $output == *"protocol 17"* ]]
}

@test "the value of an option is what a program runs on" {
	hook setopt --diff --set optname=7 --set sk.family=AF_INET --ctx hex:05000000
	says "printk: option 7, 4 bytes: 5, family 2
  data: 05000000 -> 63000000
  optlen: 4 -> 1
setopt: allow (1)"
	hook setopt
	says "setopt: deny (0)"
}

@test "a value of /proc/sys is read and written" {
	hook control --set name=net/ipv4/tcp_mem --set current_value=0x20 --set 'new_value="7"' \
		--set write=1
	says "printk: base 7 tcp_mem
printk: name 16 net/ipv4/tcp_mem
printk: cut -7
printk: current 5 32
printk: new 1
action: net/ipv4/tcp_mem is written as 600
printk: set 0
control: allow (1)"
	hook control --set name=x --set current_value=1
	[[ $output == *"new -22"*"set -22"* ]]
}

@test "a message is pulled, pushed and popped, and goes elsewhere" {
	hook msg --diff --ctx hex:0102030405
	says "action: the verdict is for 100 bytes
action: the verdict waits for 10 bytes
printk: pull 0
printk: 2, 2 of 5
printk: push 0
printk: pop 0
printk: size 6
printk: no such socket 0
action: redirected to hashed[02000000]
action: redirected to the ingress of socks[02000000]
  data: 0102030405 -> 010000020405
msg: SK_PASS (1)"
}

@test "a packet is given to a socket of the network" {
	echo 'socket tcp 10.0.0.1:8080 in socks[1]' >net
	hook lookup --network net --set family=AF_INET --set protocol=6
	says "printk: port 8080
action: assigned to the socket tcp 10.0.0.1:8080
printk: assign 0, again -17
lookup: SK_PASS (1)"
	hook lookup --network net --set family=AF_INET --set protocol=17
	[[ $output == *"assign -91"* ]]
	hook lookup
	says "lookup: SK_DROP (0)"
	echo 'socket tcp 10.0.0.1:8080 in socks' >net
	expect 2 ebpf run --network net --prog lookup "$BATS_FILE_TMPDIR/hooks.o"
	[[ $output == *"net:1: error: expected a map and a key as socks[0], got socks" ]]
}

@test "a packet of netfilter is the kernel's own struct" {
	local object=filters packet='pkt:eth/ip/tcp(dport=80)/"hello"'
	hook filter --ctx "$packet"
	says "printk: mark 0 hook 3 pf 2 len 45 protocol 800
printk: dynptr 0, 45 bytes, 45 06
filter: NF_ACCEPT (1)"
	hook devices --ctx "$packet"
	says "printk: out 1 in -1 dev 1
devices: NF_ACCEPT (1)"
	hook devices --set 'state.in->ifindex=7' --set state.out=NULL --ctx "$packet"
	says "printk: out -1 in 7 dev 1
devices: NF_ACCEPT (1)"
	hook filter --set skb.mark=9 --set state.hook=0 --ctx "$packet" --linear 30
	says "printk: mark 9 hook 0 pf 2 len 45 protocol 800
printk: dynptr 0, 45 bytes, 45 06
filter: NF_DROP (0)"
	expect 2 ebpf run --prog filter --set skb.marc=9 --ctx "$packet" "$BATS_FILE_TMPDIR/filters.o"
	[[ $output == *"--set:"*"marc"* ]]
}

@test "cookies of a socket that listens" {
	echo 'socket tcp 10.0.0.1:80' >net
	hook cookie --network net --ctx pkt:eth/ip/tcp
	says "printk: segments of 536
printk: check 0
printk: wrong -2
printk: version -93
printk: no ack -2
cookie: TC_ACT_OK (0)"
	hook cookie --ctx pkt:eth/ip/tcp
	says "cookie: TC_ACT_SHOT (2)"
}

@test "pointers to sockets become pointers to what they are" {
	cat >p.s <<-'END'
		.license "GPL"
		.prog p, "fexit/tcp_close"
		r6 = *(u64 *)(r1 + 0)
		r7 = 0
		r1 = r6
		call bpf_skc_to_tcp_sock
		if r0 == 0 goto 1f
		r7 |= 1
		1:
		r1 = r6
		call bpf_skc_to_tcp6_sock
		if r0 == 0 goto 2f
		r7 |= 2
		2:
		r1 = r6
		call bpf_skc_to_udp6_sock
		if r0 == 0 goto 3f
		r7 |= 4
		3:
		*(u64 *)(r10 - 8) = 0x6425
		r1 = r10
		r1 += -8
		r2 = 3
		r3 = r7
		call bpf_trace_printk
		r0 = 0
		exit
	END
	local checked
	for want in 1:skc_family=2:6:1 3:skc_family=10:6:1 4:skc_family=10:17:2 \
		'0:skc_family=2, skc_state=6:6:1'; do
		IFS=: read -r n common protocol type <<<"$want"
		for engine in check interp fast opt; do
			expect 0 ebpf run -q --engine $engine --arg \
				"sk={__sk_common={$common}, sk_protocol=$protocol, sk_type=$type}" p.s
			says "printk: $n
p: 0"
		done
	done
}

@test "what tracing programs ask of sockets and of packets on the way to XDP" {
	cat >p.s <<-'END'
		.license "GPL"
		.prog sock, "fentry/tcp_close"
		r1 = *(u64 *)(r1 + 0)
		call bpf_get_socket_cookie
		r1 = r0
		call print
		exit
		.prog buff, "fentry/bpf_prog_run_generic_xdp"
		r1 = *(u64 *)(r1 + 8)
		call bpf_xdp_get_buff_len
		r1 = r0
		call print
		exit
		.prog class, "fentry/tcp_close"
		r1 = 5
		call bpf_get_cgroup_classid
		r1 = r0
		call print
		exit
		.section .text
		print:
		r3 = r1
		*(u64 *)(r10 - 8) = 0x6425
		r1 = r10
		r1 += -8
		r2 = 3
		call bpf_trace_printk
		r0 = 0
		exit
	END
	for engine in check interp fast opt; do
		expect 0 ebpf run -q --engine $engine --prog sock p.s
		says "printk: 1
sock: 0"
		expect 0 ebpf run -q --engine $engine --prog sock \
			--arg 'sk={__sk_common={skc_cookie={counter=77}}}' p.s
		says "printk: 77
sock: 0"
		expect 0 ebpf run -q --engine $engine --prog buff \
			--arg 'xdp={data=0x1000, data_end=0x1064}' p.s
		says "printk: 100
buff: 0"
		expect 0 ebpf run -q --engine $engine --prog class p.s
		says "printk: 0
class: 0"
	done
}

@test "what an infrared receiver finds out is said" {
	cat >p.s <<-'END'
		.license "GPL"
		.prog p, "lirc_mode2"
		r6 = r1
		r2 = 3
		r3 = 0x1e
		r4 = 1
		call bpf_rc_keydown
		r1 = r6
		call bpf_rc_repeat
		r1 = r6
		r2 = 5
		r3 = -6
		call bpf_rc_pointer_rel
		r0 = 0
		exit
	END
	expect 0 ebpf run -q --ctx hex:00000000 p.s
	says "action: key 0x1e of protocol 3 is down, toggle 1
action: the key is still down
action: the pointer moves by 5, -6
p: 0"
}

@test "--set through sk: what is wrong" {
	expect 64 ebpf run --prog ops --set sk.marc=1 "$BATS_FILE_TMPDIR/hooks.o"
	[[ $output == *"has no field 'marc'; did you mean 'mark'?"* ]]
	expect 64 ebpf run --prog control --set sk.mark=1 "$BATS_FILE_TMPDIR/hooks.o"
	[[ $output == *"leads to no socket"* ]]
	expect 64 ebpf run --prog ops --set 'sk.dst_ip6[4]=1' "$BATS_FILE_TMPDIR/hooks.o"
	[[ $output == *"has 4 elements"* ]]
}
