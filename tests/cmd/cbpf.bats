load ../lib

small=$BATS_TEST_DIRNAME/../../man/examples/small.pcap

# What Linux refuses: exit code 1, and the reason.
refuses() { # FILTER REASON
	expect 1 ebpf cbpf - <<<"$1"
	[[ $output == *"Linux would not attach it (EINVAL): "*"$2" ]] || { echo "$output"; return 1; }
}

counted() { # INSTRUCTIONS in lines
	echo "$#"
	printf '%s\n' "$@"
}

@test "forms of a filter are read and written" {
	printf 'ldh [12]\njeq #0x800, yes, no\nyes: ret #262144\nno: ret #0\n' >f.asm
	expect 0 ebpf cbpf f.asm
	says "(000) ldh      [12]
(001) jeq      #0x800           jt 2	jf 3
(002) ret      #262144
(003) ret      #0"
	listing=$output
	for format in c decimal iptables; do
		ebpf cbpf --format $format f.asm >f.$format
		expect 0 ebpf cbpf f.$format
		says "$listing"
	done
	[ "$(cat f.iptables)" = "4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0" ]
	printf '\x28\0\0\0\x0c\0\0\0\x15\0\0\1\0\x08\0\0\6\0\0\0\0\0\4\0\6\0\0\0\0\0\0\0' >f.bytes
	expect 0 ebpf cbpf f.bytes
	says "$listing"
}

@test "bpf_asm's words" {
	cat >all.asm <<-'E'
		; remarks, and /* others */
		ld #len
		ldx 4*([14]&0xf)	/* the header */
		ld [x + 16]
		ld M[1]
		E
	sed -i 's/^ld M\[1\]/st M[1]\nld M[1]\nldxi #3\nadd x\nadd #4\nneg\ntax\ntxa\nld proto\nld #vlan_tci/' all.asm
	printf 'jlt #5, a\nja a\na: jset x, b, b\nb: ret a\n' >>all.asm
	expect 0 ebpf cbpf all.asm
	[[ $output == *"ld       #pktlen"*"ldxb     4*([14]&0xf)"*"#proto"*"#vlan_tci"*"jge      #0x5"*"ret" ]]
	expect 2 ebpf cbpf - <<<'jeq #5, nowhere'
	[[ $output == "ebpf cbpf: standard input:1:9: error: no label 'nowhere'"* ]]
	expect 2 ebpf cbpf - <<<'frob #5'
	expect 2 ebpf cbpf - <<<'a: ret #0
	ja a'
}

@test "what Linux checks before it attaches a filter" {
	refuses "$(counted '6 0 0 0' '40 0 0 12')" "the last instruction is no ret"
	refuses "$(counted '22 0 0 0' '52 0 0 0' '6 0 0 0')" "division by the constant 0"
	refuses "$(counted '148 0 0 0' '6 0 0 0')" "division by the constant 0"
	refuses "$(counted '100 0 0 32' '6 0 0 0')" "shift by 32 or more"
	refuses "$(counted '2 0 0 16' '6 0 0 0')" "there are 16 words of scratch memory"
	refuses "$(counted '96 0 0 3' '6 0 0 0')" "load of a scratch word that was not stored on every path"
	refuses "$(counted '21 0 1 5' '2 0 0 3' '96 0 0 3' '6 0 0 0')" "not stored on every path"
	refuses "$(counted '5 0 0 4294967295' '6 0 0 0')" "jump beyond the end"
	refuses "$(counted '21 5 0 0' '6 0 0 0')" "jump beyond the end"
	refuses "$(counted '32 0 0 4294963264' '6 0 0 0')" "no such ancillary data"
	refuses "$(counted '14 0 0 0' '6 0 0 0')" "unknown opcode"
	refuses "$(counted '136 0 0 0' '6 0 0 0')" "unknown opcode"
	expect 2 ebpf cbpf - <<<"$(echo 3; echo '6 0 0 0')"
	expect 2 ebpf cbpf - <<<"$(counted '6 0 256 0')"
	# both paths store the word; what never runs is not looked at
	expect 0 ebpf cbpf - <<<"$(counted '2 0 0 3' '96 0 0 3' '22 0 0 0' '6 0 0 0')"
}

@test "libpcap's loops are nothing for Linux" {
	run ebpf cbpf -e 'ip6 protochain 6'
	[[ $output != *libpcap0.8* ]] || skip "libpcap is not installed"
	[ "$status" -eq 1 ]
	[[ $output == *"jump beyond the end" ]]
	expect 2 ebpf cbpf -e 'tcp prt 80'
	[[ $output == *"syntax error"* ]]
	expect 64 ebpf cbpf -e tcp --link NOWHERE
}

@test "programs that the verifier takes, and their answers" {
	printf 'ldh [12]\njne #0x800, no\nldb [23]\njne #6, no\nret #-1\nno: ret #0\n' >tcp.asm
	for type in socket_filter tc xdp; do
		expect 0 ebpf cbpf --type $type -o f.o tcp.asm
		expect 0 ebpf verify -q f.o
		expect 0 ebpf run -q --ctx "$small" f.o
		echo "$output" >$type
	done
	grep -q "  keep$" socket_filter
	[ "$(grep -o '^ *[0-9]*' xdp)" = "$(grep -o '^ *[0-9]*' socket_filter)" ]
	expect 0 ebpf cbpf --type xdp --match DROP --otherwise XDP_PASS -o f.o tcp.asm
	expect 0 ebpf run -q --ctx pkt:ip/tcp f.o
	says "filter: XDP_DROP (1)"
	expect 0 ebpf run -q --ctx pkt:ip/udp f.o
	says "filter: XDP_PASS (2)"
	expect 64 ebpf cbpf --type xdp --match keep tcp.asm
	expect 2 ebpf cbpf --type xdp - <<<'ld #hatype
	ret a'
	[[ $output == *"instruction 0: no context of such a program has that ancillary data" ]]
}

@test "semantics: wrapped indices, division by zero, shifts" {
	answer() { # ASM WANT
		ebpf cbpf --type socket_filter -o f.o - <<<"$1"
		expect 0 ebpf run -q --format json --ctx 'pkt:eth/ip' f.o
		[[ $output == *"\"retval\": $2"* ]] || { echo "$1: $output"; return 1; }
	}
	answer $'ldx #-2\nldb [x + 14]\nret a' 8
	answer $'ld #7\nldx #0\ndiv x\nret #9' 0
	answer $'ld #7\nldx #0\nmod x\nret #9' 0
	answer $'ld #1\nldx #33\nlsh x\nret a' 2
	answer $'ldb [9999]\nret #9' 0
	answer $'ldx 4*([14]&0xf)\ntxa\nret a' 20
	answer $'ld #-1\njgt #0x80000000, a, b\na: ret #1\nb: ret #2' 1
}

@test "a filter of system calls" {
	printf 'ld [0]\njeq #2, no\nret #0x7fff0000\nno: ret #0x50001\n' >s.asm
	expect 0 ebpf cbpf --type seccomp -o s.o s.asm
	expect 0 ebpf run -q --ctx "hex:02000000$(printf '00%.0s' {1..60})" s.o
	says ".text: 327681"
	expect 1 ebpf cbpf --type seccomp - <<<$'ldh [0]\nret a'
	expect 1 ebpf cbpf --type seccomp - <<<$'ld [64]\nret a'
	expect 1 ebpf cbpf --type seccomp - <<<$'ld [2]\nret a'
}

@test "ebpf run --filter" {
	printf 'r0 = 2; exit' >p.s
	run ebpf run -q --type xdp --filter 'tcp port 80' --ctx "$small" p.s
	[[ $output != *libpcap0.8* ]] || skip "libpcap is not installed"
	[ "$status" -eq 0 ]
	[[ $output == ".text: 20 packets"* ]]
	expect 2 ebpf run -q --type xdp --filter 'tcp prt' --ctx "$small" p.s
}

@test "every opcode, ancillary word and length of Linux, and no other" {
	local allowed=" 32 40 48 64 72 80 128 0 96 1 97 129 177 2 3 4 12 20 28 36 44 52 60 68 76 84 92 100 108 116 124 132 148 156 164 172 5 21 29 37 45 53 61 69 77 6 22 7 135 "
	local code k status
	for ((code = 0; code < 256; code++)); do
		# M[0] is stored and x is no 0, so that nothing else is wrong with it.
		counted "2 0 0 0" "$code 0 0 $((code % 8 == 0 ? 0 : 1))" "6 0 0 0" >f
		[[ $code != 96 && $code != 97 && $code != 5 ]] || counted "2 0 0 0" "$code 0 0 0" "6 0 0 0" >f
		status=0
		ebpf cbpf f >out 2>&1 || status=$?
		case $allowed in *" $code "*) want=0 ;; *) want=1 ;; esac
		[ $status = $want ] || { echo "code $code: $status, not $want"; cat out; return 1; }
	done
	refuses "$(counted '256 0 0 0' '6 0 0 0')" "unknown opcode"
	for ((k = 0; k <= 68; k++)); do
		status=0
		counted "32 0 0 $((4294963200 + k))" "22 0 0 0" >f
		ebpf cbpf f >out 2>&1 || status=$?
		[ $status = $((k % 4 || k > 60)) ] || { echo "ancillary $k: $status"; cat out; return 1; }
	done
	{ echo 4096; yes '0 0 0 0' | head -4095; echo '6 0 0 0'; } >most
	expect 0 ebpf cbpf --format decimal most
	{ echo 4097; yes '0 0 0 0' | head -4096; echo '6 0 0 0'; } >more
	expect 2 ebpf cbpf more
	expect 2 ebpf cbpf - <<<0
}

@test "ancillary data, and offsets of the headers" {
	local rows=(
		# code, offset from SKF_AD_OFF, what a is; none: no context has it
		"32 0 2048" "32 4 0" "32 8 3" "32 20 7" "32 24 0" "32 32 0" "32 40 10" "32 44 0" "32 48 0"
		"32 60 0" "32 12 none" "32 16 none" "32 28 none" "32 52 none"
		# from SKF_NET_OFF and SKF_LL_OFF: the header's first byte, its protocol, the frame's type
		"48 -1044480 69" "48 -1044471 6" "40 -2093044 2048"
	) row code off want
	for row in "${rows[@]}"; do
		read -r code off want <<<"$row"
		counted "0 0 0 9" "1 0 0 3" "$code 0 0 $((4294963200 + off))" "22 0 0 0" >f
		run ebpf cbpf --type socket_filter -o f.o f
		if [ $want = none ]; then
			[[ $status == 2 && $output == *"no context of such a program has that ancillary data" ]]
			continue
		fi
		[ "$status" = 0 ]
		expect 0 ebpf run -q --format json --ctx pkt:eth/ip/tcp --set mark=7 --set ifindex=3 f.o
		[[ $output == *"\"retval\": $want,"* ]] || { echo "$row: $output"; return 1; }
	done
}
