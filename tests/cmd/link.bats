load ../lib

# A program, one that can run in its function's place, and the names of both.
setup_pair() {
	export EBPF_BPFFS=$PWD/store
	head -c 60 /dev/zero >frame
	ebpf prog load "$ROOT/man/examples/base.s" base
	ebpf prog load "$ROOT/man/examples/drop.s" drop target base
}

answers() { # RETVAL: of the program, in another process
	expect 0 ebpf prog run base data_in frame
	[[ $output == "Return value: $1,"* ]]
}

@test "a program runs in the place of another one's function while its link has a name" {
	setup_pair
	answers 2
	expect 0 ebpf link create drop pin l
	answers 1
	expect 0 ebpf link pin l m
	rm store/l
	answers 1
	rm store/m
	answers 2
	expect 0 ebpf link show
	says ""
	expect 2 ebpf link create drop pin l
	[[ $output == *"name a target"* ]]
	expect 0 ebpf link create drop target base func verdict pin l
	answers 1
}

@test "links are shown, listed and drawn" {
	setup_pair
	ebpf link create drop cookie 7 pin l
	expect 0 ebpf link show l
	says "1: tracing  prog 2 drop
	replaces verdict of prog 1 base  cookie 7"
	expect 0 ebpf link show id 1 --format json
	[[ $output == *'"func": "verdict"'* && $output == *'"cookie": 7'* ]]
	expect 0 ebpf get l
	[[ $output == *"replaces verdict of prog 1 base"* ]]
	expect 0 ebpf ls
	[[ $output == *"l  link 1  prog 2  replaces verdict of prog 1"* ]]
	expect 0 ebpf link graph
	says "prog 1 base  xdp
prog 2 drop  ext
	replaces verdict -> prog 1 base"
	expect 0 ebpf link graph --format dot
	[[ $output == *'p2 -> p1 [label="replaces verdict"]'* ]]
	ebpf link graph --format svg >g.svg
	python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse("g.svg")'
	expect 1 ebpf link show id 9
	expect 2 ebpf link show base
	[[ $output == *"base is no link"* ]]
}

@test "who may be attached to what" {
	setup_pair
	ebpf link create drop pin l
	ebpf prog load "$ROOT/man/examples/drop.s" other target base
	expect 4 ebpf link create other pin m
	[[ $output == *"another program is in the place of the function"* ]]
	expect 2 ebpf link detach l
	expect 2 ebpf link update l other
	expect 2 ebpf link create base pin m
	says "ebpf link: error: attached where? device NUMBER"
	expect 64 ebpf link create other
	expect 64 ebpf link create other target base pin m
	expect 2 ebpf link create other target base func nothing pin m
	[[ $output == *"base has no function 'nothing'"* ]]
	expect 1 ebpf prog load "$ROOT/man/examples/drop.s" third target drop func drop
	[[ $output == *"Cannot recursively attach"* ]]
	expect 2 ebpf prog load "$ROOT/man/examples/drop.s" third target base func nothing
	expect 1 ebpf prog load "$ROOT/man/examples/drop.s" third
	[[ $output == *"Tracing programs must provide btf_id"* ]]
	expect 2 ebpf prog load "$ROOT/man/examples/base.s" third target base
	[[ $output == *"no program of $ROOT/man/examples/base.s replaces or traces a function" ]]
	expect 2 ebpf prog load "$ROOT/man/examples/drop.s" third func verdict
	[[ $output == *"func verdict: of which program? say target PROG" ]]
	expect 1 ebpf link update nothing other
	says "ebpf link: error: nothing: No such file or directory"
	ebpf map create table type prog_array key 4 value 4 entries 1
	expect 4 ebpf map update table key 0 value pinned base
}


@test "programs on devices and control groups" {
	setup_pair
	mkdir group
	expect 0 ebpf link create base device 3 pin x
	expect 4 ebpf link create base device 3 pin y
	expect 0 ebpf link show x
	says "1: xdp  prog 1 base
	device 3"
	echo 'r0 = 1; exit' >one.s
	ebpf prog load one.s one type cgroup_skb
	expect 0 ebpf link create one cgroup group attach_type cgroup_inet_egress pin g
	expect 0 ebpf link show g
	[[ $output == *"cgroup  prog "*"directory's inode "*"attach_type cgroup_inet_egress" ]]
	ebpf prog load "$ROOT/man/examples/base.s" next
	expect 4 ebpf link update x next old one
	expect 0 ebpf link update x next old base
	expect 2 ebpf link update x one
	[[ $output == *"is of another type, or for another attach type"* ]]
	ebpf map create plain type hash key 4 value 4 entries 1
	expect 2 ebpf link create map plain pin p
	[[ $output == *"is no table of functions"* ]]
	expect 0 ebpf link detach x
	expect 0 ebpf link show x
	[[ $output != *"prog 1 "* && $output == *"device 0" ]]
	expect 1 ebpf link create one cgroup nowhere pin h
	expect 64 ebpf link create one cgroup group attach_type nothing pin h
}

@test "programs of the object run in the place of functions, in every engine" {
	cat "$ROOT/man/examples/base.s" >two.s
	cat >>two.s <<'END'
.prog drop(struct xdp_md *ctx) -> int, "freplace/verdict"
	r0 = 1
	exit
.prog whole(struct xdp_md *ctx) -> int, "freplace/base"
	r0 = 0
	exit
.prog wrong(struct xdp_md *ctx) -> int, "freplace/verdict"
	r0 = *(u64 *)(r1 + 400)
	exit
END
	for engine in check interp fast opt; do
		expect 0 ebpf run two.s --prog base --ctx pkt:eth/ip --engine $engine
		says "base: XDP_PASS (2)"
		expect 0 ebpf run two.s --prog base --ctx pkt:eth/ip --engine $engine --extend drop
		says "base: XDP_DROP (1)"
		expect 0 ebpf run two.s --prog base --ctx pkt:eth/ip --engine $engine --extend drop --extend whole
		says "base: XDP_ABORTED (0)"
	done
	expect 1 ebpf run two.s --prog base --ctx pkt:eth/ip --extend wrong
	[[ $output == *"invalid bpf_context access"* ]]
	expect 64 ebpf run two.s --prog base --ctx pkt:eth/ip --extend nothing
	expect 64 ebpf run two.s --prog base --ctx pkt:eth/ip --extend drop --extend drop
}

# Programs for the ten slots of a dispatcher, each of which adds its digit to what is in a map.
ten_slots() {
	local i
	for i in 0 1 2 3 4 5 6 7 8 9; do
		cat >slot$i.s <<END
.license "GPL"
.struct xdp_md { u32 data; u32 data_end; }
.map order, array, key=u32, value=u64, max_entries=1, pinning=by_name
.prog slot$i(struct xdp_md *ctx) -> int, "xdp"
	*(u32 *)(r10 - 4) = 0
	r1 = order ll
	r2 = r10
	r2 += -4
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = *(u64 *)(r0 + 0)
	r1 *= 10
	r1 += $i
	*(u64 *)(r0 + 0) = r1
out:
	r0 = 2
	exit
END
	done
}

# The pinned dispatcher runs the ten in their order, in every engine; what is given up is run no more.
slots_run() {
	local i engine
	expect 0 ebpf prog run dispatcher data_in frame
	for i in 0 1 2 3 4 5 6 7 8 9; do
		ebpf prog load slot$i.s slot$i type ext target dispatcher func prog$i
		ebpf link create slot$i pin link$i
	done
	expect 0 ebpf prog run dispatcher data_in frame
	[[ $output == "Return value: 2,"* ]]
	expect 0 ebpf map lookup order 0
	says "0: 123456789"
	for engine in check interp fast opt; do
		ebpf map update order 0 0
		expect 0 ebpf run dispatcher --ctx pkt:eth/ip --engine $engine
		[[ $output == *"dispatcher: XDP_PASS (2)" ]]
		expect 0 ebpf map lookup order 0
		says "0: 123456789"
	done
	rm store/link0 store/link5
	ebpf map update order 0 0
	expect 0 ebpf prog run dispatcher data_in frame
	expect 0 ebpf map lookup order 0
	says "0: 12346789"
}

@test "a dispatcher of XDP programs with ten slots, as libxdp's" {
	export EBPF_BPFFS=$PWD/store
	head -c 60 /dev/zero >frame
	{
		echo '.license "GPL"'
		echo '.struct xdp_md { u32 data; u32 data_end; }'
		echo '.prog dispatcher(struct xdp_md *ctx) -> int, "xdp"'
		echo 'r6 = r1'
		for i in 0 1 2 3 4 5 6 7 8 9; do
			echo "r1 = r6; call prog$i; if r0 == 31 goto next$i; if r0 != 2 goto out; next$i:"
		done
		echo 'r0 = 2; out: exit'
		for i in 0 1 2 3 4 5 6 7 8 9; do
			echo ".func prog$i(struct xdp_md *ctx) -> int"
			echo 'r0 = 31; exit'
		done
	} >dispatcher.s
	ten_slots
	expect 0 ebpf prog load dispatcher.s dispatcher
	slots_run
}

@test "libxdp's own dispatcher, and ten programs in its slots" {
	local object conf
	object=$(ls ${LIBXDP:-/usr/lib/*/bpf/xdp-dispatcher.o} 2>/dev/null | head -1)
	[ -e "$object" ] || skip "no xdp-dispatcher.o of libxdp (LIBXDP=FILE)"
	export EBPF_BPFFS=$PWD/store
	head -c 60 /dev/zero >frame
	# What libxdp writes there: its magic number, version 2, ten programs, each of which goes on to the next
	# with XDP_PASS and with the answer of an empty slot, their priorities and flags.
	conf='.byte 236, 2, 10, 0; .fill 10, 4, 0x80000004; .fill 10, 4, 50; .fill 10, 4, 0'
	ebpf disasm "$object" | sed "s/^\t\.zero 124$/\t$conf/" >dispatcher.s
	grep -qF "$conf" dispatcher.s
	expect 0 ebpf prog loadall dispatcher.s p
	expect 0 ebpf pin prog name xdp_dispatcher dispatcher
	ten_slots
	slots_run
}

# A kernel's types: functions NAME(PARAMETER...) -> RESULT, by type id.
kernel_types() {
	local id=8 proto fn name params p
	cat <<'E'
	.section .BTF,"",@progbits
	.btf
	[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
	[2] STRUCT 'big' size=24 vlen=0
	[3] STRUCT 'pair' size=16 vlen=0
	[4] PTR '(anon)' type_id=3
	[5] FLOAT 'float' size=4
	[6] UNION 'either' size=8 vlen=0
	[7] VOLATILE '(anon)' type_id=1
E
	for fn; do
		set -- $fn
		name=$1 ret=$2
		shift 2
		printf "\t[%d] FUNC_PROTO '(anon)' ret_type_id=%d vlen=%d\n" $id $ret $#
		for p; do
			[ $p = ... ] && printf "\t\t'(anon)' type_id=0\n" || printf "\t\t'a' type_id=%d\n" $p
		done
		printf "\t[%d] FUNC '%s' type_id=%d linkage=static\n" $((id + 1)) $name $id
		id=$((id + 2))
	done
	echo "	.endbtf"
}

@test "functions of a kernel that cannot be traced, and why" {
	local rows=(
		"fentry plain|"
		"fexit plain|"
		"fentry migrate_disable|Attaching tracing programs to function 'migrate_disable' is rejected."
		"fentry migrate_enable|Attaching tracing programs to function 'migrate_enable' is rejected."
		"fentry __rcu_read_lock|Attaching tracing programs to function '__rcu_read_lock' is rejected."
		"fexit __rcu_read_unlock|Attaching tracing programs to function '__rcu_read_unlock' is rejected."
		"fentry do_exit|"
		"fexit do_exit|Attaching fexit/fmod_ret to __noreturn function 'do_exit' is rejected."
		"fentry twelve|"
		"fentry thirteen|The function thirteen has 13 arguments. Too many."
		"fentry fits|"
		"fentry takes_big|The function takes_big arg1 type STRUCT is unsupported."
		"fentry takes_float|The function takes_float arg0 type FLOAT is unsupported."
		"fentry takes_union|The function takes_union arg0 type UNION is unsupported."
		"fentry gives_pair|The function gives_pair return type STRUCT is unsupported."
		"fentry takes_void|The function takes_void has malformed void argument."
		"fentry variadic|The function variadic with variable args is unsupported."
		"fmod_ret plain|plain() is not modifiable"
		"fmod_ret security_plain|"
		"fentry.s plain|plain is not sleepable"
		"fmod_ret security_plain||r0 = *(u64 *)(r1 + 8)"
		"fmod_ret security_gives|ret type PTR not allowed for fmod_ret|r0 = *(u64 *)(r1 + 8)"
	) row prog says body
	kernel_types "plain 1 1" "migrate_disable 0" "migrate_enable 0" "__rcu_read_lock 0" \
		"__rcu_read_unlock 0" "do_exit 0 1" "twelve 1 1 1 1 1 1 1 1 1 1 1 1 1" \
		"thirteen 1 1 1 1 1 1 1 1 1 1 1 1 1 1" "fits 1 3 4 7" "takes_big 1 1 2" \
		"takes_float 1 5" "takes_union 1 6" "gives_pair 3 1" "takes_void 1 0 1" \
		"variadic 1 4 ..." "security_plain 1 1" "security_gives 4 1" >kernel.s
	expect 0 ebpf asm -o kernel.o kernel.s
	for row in "${rows[@]}"; do
		IFS='|' read -r prog says body <<<"$row"
		printf '.license "GPL"\n.prog p, "%s"\n%s\nr0 = 0\nexit\n' "${prog/ //}" "$body" >p.s
		run ebpf verify --btf kernel.o p.s
		[[ $output == *"$says"* && $status == "$([ -z "$says" ]; echo $?)" ]] || {
			echo "$row: exit code $status: $output"
			return 1
		}
	done
}

@test "who may not do all may neither replace nor trace" {
	printf '.prog p(int x) -> int, "freplace"\nr0 = 0\nexit\n' >p.s
	expect 1 ebpf verify --caps bpf,net_admin p.s
	[[ $output == *"CAP_PERFMON for programs of this type"* ]]
}

@test "iterators are read" {
	export EBPF_BPFFS=$PWD/store
	local off
	# name, id and max_entries of the kernel's struct bpf_map, found as a loader does
	cat >maps.s <<'E'
.license "GPL"
.kfunc bpf_map_sum_elem_count(struct bpf_map *map) -> s64
.var const char line[20] = "%u %s: %d of %u\n"
.prog maps, "iter/bpf_map"
	r6 = *(u64 *)(r1 + 0)
	r7 = *(u64 *)(r1 + 8)
	if r7 == 0 goto out
	r1 = *(u32 *)(r7 + 92)
	*(u64 *)(r10 - 32) = r1
	r1 = r7
	r1 += 136
	*(u64 *)(r10 - 24) = r1
	r1 = r7
	call bpf_map_sum_elem_count
	*(u64 *)(r10 - 16) = r0
	r1 = *(u32 *)(r7 + 76)
	*(u64 *)(r10 - 8) = r1
	r1 = *(u64 *)(r6 + 0)
	r2 = line ll
	r3 = 20
	r4 = r10
	r4 += -32
	r5 = 32
	call bpf_seq_printf
out:
	r0 = 0
	exit
.prog elems, "iter/bpf_map_elem"
	r1 = *(u64 *)(r1 + 16)
	if r1 == 0 goto none
	r1 = *(u32 *)(r1 + 0)
none:
	r0 = 0
	exit
.prog tasks, "iter/task"
	r0 = 0
	exit
.prog nothing, "iter/nothing"
	r0 = 0
	exit
E
	ebpf map create flows type hash key 4 value 8 entries 9
	ebpf map update flows 3 value 4
	expect 2 ebpf prog loadall maps.s p
	[[ $output == *"program nothing: nothing of the kernel's is 'nothing'"* ]]
	sed -i '/^.prog nothing/,$d' maps.s
	expect 0 ebpf prog loadall maps.s p
	expect 0 ebpf link create p/maps pin l
	expect 0 ebpf link show l
	[[ $output == "1: iter  prog "*" maps
	goes over bpf_map" ]]
	expect 0 ebpf link read l
	[[ "${lines[0]}" = "1 flows: 1 of 9" ]]
	ebpf map update flows 4 value 4
	rm -r store/p
	expect 0 ebpf link read l
	[[ "${lines[0]}" = "1 flows: 2 of 9" ]]
	ebpf prog loadall maps.s p
	expect 2 ebpf link create p/elems pin e
	expect 0 ebpf link create p/elems map flows pin e
	expect 0 ebpf link show e --format json
	[[ $output == *'"target": "bpf_map_elem"'*'"map_id": 1'* ]]
	expect 0 ebpf link read e
	says ""
	expect 2 ebpf link create p/tasks pin t
	[[ $output == *"iterators over 'task' have nothing here to go over: no kernel runs"* ]]
	expect 2 ebpf link read l more || [ "$status" = 64 ]
	ebpf prog load "$ROOT/man/examples/base.s" base
	expect 0 ebpf link create base device 3 pin x
	expect 2 ebpf link read x
	expect 0 ebpf link update l p/maps
}

@test "programs on maps of sockets, netfilter's hooks and network namespaces" {
	export EBPF_BPFFS=$PWD/store
	printf '.prog skb, "sk_skb"\nr0 = 1; exit\n.prog nf, "netfilter"\nr0 = 1; exit\n' >four.s
	printf '.prog lookup, "sk_lookup"\nr0 = 1; exit\n.prog probe, "kprobe"\nr0 = 0; exit\n' >>four.s
	ebpf prog loadall four.s p
	ebpf map create socks type sockmap key 4 value 4 entries 2
	expect 0 ebpf link create p/skb map socks attach_type sk_skb_stream_verdict pin s
	expect 0 ebpf link show s
	[[ $output == *": sockmap  prog 1 skb
	map 1  attach_type sk_skb_stream_verdict" ]]
	expect 4 ebpf link create p/skb map socks attach_type sk_skb_stream_verdict pin t
	expect 0 ebpf link create p/nf hook ipv6 3 pin n -- priority -7
	expect 0 ebpf link show n
	[[ $output == *": netfilter  prog 2 nf
	hook ipv6 3  priority -7" ]]
	expect 4 ebpf link create p/nf hook ipv6 3 pin m -- priority -7
	expect 64 ebpf link create p/nf hook ipv5 3 pin m
	expect 64 ebpf link create p/nf hook ipv6 3 priority high pin m
	expect 0 ebpf link create p/lookup netns /proc/self/ns/net attach_type sk_lookup pin k
	expect 0 ebpf link show k
	[[ $output == *"network namespace's inode "*"attach_type sk_lookup" ]]
	expect 2 ebpf link create p/lookup netns /dev/null attach_type sk_lookup pin j
	expect 2 ebpf link create p/probe attach_type trace_kprobe_multi pin p
	[[ $output == *"a program of type kprobe, loaded as this one was, is not attached as trace_kprobe_multi" ]]
	expect 2 ebpf link create p/probe pin p
	[[ $output == *"this is no perf event; those are a running kernel's" ]]
}

@test "the picture has all of a graph: who calls itself, circles, places, names of any kind" {
	export EBPF_BPFFS=$PWD/store
	cat >c.s <<'E'
.struct xdp_md { u32 data; u32 data_end; }
.map table, prog_array, key=u32, value=u32, max_entries=3, values={[0]=parse, [1]=stage, [2]=done}
.prog parse(struct xdp_md *ctx) -> int, "xdp"
	r2 = table ll; r3 = 1; call bpf_tail_call; r0 = 2; exit
.prog stage(struct xdp_md *ctx) -> int, "xdp"
	r2 = table ll; r3 = 2; call bpf_tail_call; r0 = 2; exit
.prog done(struct xdp_md *ctx) -> int, "xdp"
	r0 = 2; exit
.prog alone(struct xdp_md *ctx) -> int, "xdp"
	r0 = 2; exit
E
	ebpf prog loadall c.s c pinmaps m
	ebpf link create c/parse device 2 pin dev
	expect 0 ebpf link graph
	[[ $output == *"is on device 2"*"calls table[0] -> prog 1 parse"*"prog 2 stage"* ]]
	expect 0 ebpf link graph --format json
	[[ $output == *'"place": "device 2"'* ]]
	expect 0 ebpf link graph --format dot
	[[ $output == *'p1 -> place'*'p1 -> p1 [label="calls table[0]"]'* ]]
	ebpf link graph --format svg >g.svg
	# A box each, an edge each: six calls and a place.
	[ "$(grep -c '<rect class="prog"' g.svg)" = 4 ]
	[ "$(grep -c '<rect class="place"' g.svg)" = 1 ]
	[ "$(grep -c '<path class="call"' g.svg)" = 6 ]
	[ "$(grep -c '<path class="stand"' g.svg)" = 1 ]
	[ "$(grep -c 'class="label' g.svg)" = 7 ]
	need python3
	python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("g.svg")'
	rm -r store/*
	ebpf link graph --format svg >g.svg
	grep -q '</svg>' g.svg
}

# Objects of the kernel's selftests, where somebody has built them.
SELFTESTS=${SELFTESTS:-/tmp/real/obj/self}

@test "iterators of the kernel's selftests" {
	export EBPF_BPFFS=$PWD/store
	local name
	for name in bpf_iter_bpf_map bpf_iter_bpf_hash_map bpf_iter_bpf_array_map; do
		[ -e "$SELFTESTS/$name.o" ] || skip "no $name.o of the kernel's selftests (SELFTESTS=DIR)"
	done
	expect 0 ebpf prog loadall "$SELFTESTS/bpf_iter_bpf_map.o" p
	expect 0 ebpf link create p/dump_bpf_map pin l
	expect 0 ebpf link read l
	[[ ${lines[0]} == *"id   refcnt  usercnt  locked_vm" && ${lines[1]} == "       1 "* ]]
	[[ $output == *"%%% END %%%" ]]
	rm -r store/*
	expect 0 ebpf prog loadall "$SELFTESTS/bpf_iter_bpf_hash_map.o" p pinmaps m
	ebpf map update m/hashmap1 hex 010000000200000003000000 value 7
	expect 0 ebpf link create p/dump_bpf_hash_map map m/hashmap1 pin l
	expect 0 ebpf link read l
	[[ $output == "map dump starts"*"map dump ends" && ${#lines[@]} -gt 2 ]]
	expect 4 ebpf link create p/dump_bpf_hash_map map m/hashmap3 pin k
	[[ $output == *"the program reaches "* ]]
	rm -r store/*
	expect 0 ebpf prog loadall "$SELFTESTS/bpf_iter_bpf_array_map.o" p pinmaps m
	ebpf map update m/arraymap1 1 value 40
	expect 0 ebpf link create p/dump_bpf_array_map map m/arraymap1 pin l
	expect 0 ebpf link read l
	expect 0 ebpf map dump m/bpf_iter_bss
	[[ $output == *"val_sum = 4"* ]]
}
