load ../lib

setup_store() {
	export EBPF_BPFFS=$PWD/store
}

frame() { # 60 bytes, no IPv4
	head -c 60 /dev/zero >frame
}

@test "a map is made, changed, read and removed by names and by rm" {
	setup_store
	expect 0 ebpf map create m type hash key 4 value 8 entries 2
	expect 0 ebpf map update m key 1 value 10
	expect 0 ebpf map update m key 2 value hex 0102030405060708
	expect 2 ebpf map update m key 3 value 1
	expect 1 ebpf map update m key 1 value 1 noexist
	expect 0 ebpf map lookup m key 1 0 0 0
	says "01 00 00 00: 0a 00 00 00 00 00 00 00"
	expect 0 ebpf map delete m key 1
	expect 1 ebpf map lookup m key 1
	expect 0 ebpf map dump m
	says "02 00 00 00: 01 02 03 04 05 06 07 08"
	rm store/m
	expect 0 ebpf gc
	says "removed map.1"
	expect 1 ebpf map lookup m key 2
	expect 0 ebpf map show
	says ""
}

@test "keys and values are written and read by their types" {
	setup_store
	cat >m.s <<'END'
	.license "GPL"
	.struct flow { u32 ip; u16 port; u8 mac[6]; }
	.map seen, hash, key=struct flow, value=u64, max_entries=4
	.prog p, "xdp"
	r1 = seen ll
	r0 = 2
	exit
END
	expect 0 ebpf asm -o m.o m.s
	expect 0 ebpf pin m.o c
	expect 0 ebpf map update c/seen key '{"ip":"10.0.0.1","port":80,"mac":"02:00:00:00:00:01"}' value 7
	expect 0 ebpf map dump c/seen
	says "{.ip = 16777226, .port = 80, .mac = {2, 0, 0, 0, 0, 1}}: 7"
	expect 0 ebpf map lookup c/seen '{.ip = 16777226, .port = 80, .mac = {2, 0, 0, 0, 0, 1}}'
	expect 2 ebpf map lookup c/seen '{"ip":"10.0.0.1","prt":80}'
	expect 2 ebpf map lookup c/seen '{"port":65536}'
}

@test "what a change meets is said in words" {
	setup_store
	expect 0 ebpf map create dir_s type hash key 4 value 8 entries 1
	expect 0 ebpf map show dir_s
	[[ $output == *"name dir_s "* ]]
	expect 0 ebpf map update dir_s hex 01000000 hex 0100000000000000
	expect 2 ebpf map update dir_s 2 1
	says "ebpf map: error: dir_s: full"
	expect 0 ebpf ls --color=always
	[[ $output == *"1 of 1  "*"##########"* ]]
	expect 2 ebpf map update dir_s --from - <<<'[{"key": 3, "value": 1}]'
	[[ $output == *"dir_s: full"* ]]
	expect 1 ebpf map update dir_s 1 1 noexist
	says "ebpf map: error: dir_s: there is such an element already"
	expect 1 ebpf map delete dir_s 2
	says "ebpf map: error: dir_s: no such key"
	expect 0 ebpf map freeze dir_s
	expect 4 ebpf map update dir_s 1 1
	says "ebpf map: error: dir_s: the map is frozen"
	expect 0 ebpf map create a type array key 4 value 8 entries 3
	expect 2 ebpf map update a 3 1
	says "ebpf map: error: a: its last index is 2"
	expect 2 ebpf map delete a 0
	says "ebpf map: error: a: elements of an array stay"
}

@test "an object whose types Linux refuses is pinned without them" {
	setup_store
	expect 0 ebpf pin "$ROOT/tests/objects/fixture/data_gcc.elf" c
	says "ebpf pin: warning: the types are left out: BTF type 43 (FUNC 'trace_printk'): a parameter has no name"
	expect 0 ebpf get c/data_gcc_bss
	[[ $output != *value_type* ]]
}

@test "queues and stacks" {
	setup_store
	expect 0 ebpf map create q type queue key 0 value 4 entries 2
	expect 0 ebpf map push q value 1
	expect 0 ebpf map push q 2
	expect 0 ebpf map peek q
	says "01 00 00 00"
	expect 0 ebpf map pop q
	says "01 00 00 00"
	expect 0 ebpf map dequeue q
	expect 1 ebpf map pop q
}

@test "a pinned program runs with its maps in one process after the other" {
	setup_store
	frame
	expect 0 ebpf pin "$ROOT/man/examples/counter.s" c
	expect 0 ebpf prog run c/counter data_in frame
	expect 0 ebpf prog run c/counter data_in frame repeat 4
	expect 0 ebpf map lookup c/packets 255
	says "255: 5"
	expect 0 ebpf map freeze c/packets
	expect 4 ebpf map update c/packets 255 0
	expect 0 ebpf prog run c/counter data_in frame
	expect 0 ebpf map lookup c/packets 255
	says "255: 6"
}

@test "two processes at once count exactly" {
	setup_store
	frame
	expect 0 ebpf pin "$ROOT/man/examples/counter.s" c
	ebpf prog run c/counter data_in frame repeat 20000 &
	ebpf prog run c/counter data_in frame repeat 20000 &
	wait
	expect 0 ebpf map lookup c/packets 255
	says "255: 40000"
}

@test "load takes a map of the store, and pins maps" {
	setup_store
	frame
	expect 0 ebpf prog load "$ROOT/man/examples/counter.s" one pinmaps maps
	expect 0 ebpf prog load "$ROOT/man/examples/counter.s" two map packets maps/packets
	expect 0 ebpf prog run one data_in frame
	expect 0 ebpf prog run two data_in frame
	expect 0 ebpf map lookup maps/packets 255
	says "255: 2"
	expect 0 ebpf map create other type array key 4 value 4 entries 1
	expect 2 ebpf prog load "$ROOT/man/examples/counter.s" three map packets other
	expect 1 ebpf get three
}

@test "prog arrays are filled from declarations and by name" {
	setup_store
	expect 0 ebpf pin "$ROOT/man/examples/dispatch.s" d
	expect 0 ebpf map dump d/table
	expect 0 ebpf map delete d/table key 1
	expect 1 ebpf map lookup d/table key 1
	expect 0 ebpf map update d/table key 1 value d/arp
	expect 0 ebpf map lookup d/table key 1
	expect 2 ebpf map update d/table key 1 value d/table
}

@test "an object goes with its last name" {
	setup_store
	expect 0 ebpf pin "$ROOT/man/examples/counter.s" c
	rm store/c/packets
	expect 0 ebpf map show
	[ "${lines[0]%% *}" = "1:" ]
	rm store/c/counter
	expect 0 ebpf prog show
	says ""
	expect 0 ebpf map show
	says ""
}

@test "files that are damaged, cut short or foreign are refused by name" {
	setup_store
	expect 0 ebpf map create m type array key 4 value 8 entries 1
	expect 0 ebpf prog load "$ROOT/man/examples/counter.s" p
	printf x | dd of=store/p bs=1 seek=9 conv=notrunc status=none
	expect 2 ebpf prog show pinned p
	[[ $output == *damaged* ]]
	truncate -s 100 store/m
	expect 4 ebpf map dump m
	echo hello >store/f
	expect 4 ebpf get f
	expect 0 ebpf ls
	expect 1 ebpf fsck
}

@test "what is dumped is what runs: nothing dead in it, maps by id, functions by distance" {
	setup_store
	cat >d.s <<'END'
	.license "GPL"
	.map m, array, key=u32, value=u64, max_entries=1
	.prog p, "xdp"
	r6 = 0
	if r6 == 0 goto 1f
	call gone
1:	goto +0
	r1 = 3
	r2 = f ll
	r3 = 0
	r4 = 0
	call bpf_loop
	r1 = m ll
	exit
	.func static gone() -> int
	r0 = 1
	exit
	.func static f(u32 i, u64 *ctx) -> long
	r0 = 0
	exit
END
	expect 0 ebpf prog load d.s d
	id=$(ebpf map show | sed -n '1s/:.*//p')
	expect 0 ebpf prog dump xlated d
	output=$(grep -E '^ +[0-9]+:' <<<"$output")
	says "   0: (b7) r6 = 0
   1: (b7) r1 = 3
   2: (18) r2 = subprog[+7]
   4: (b7) r3 = 0
   5: (b7) r4 = 0
   6: (85) call bpf_loop#181
   7: (18) r1 = map[id:$id]
   9: (95) exit
  10: (b7) r0 = 0
  11: (95) exit"
	frame
	expect 0 ebpf prog run d data_in frame
	[[ $output == "Return value: 3,"* ]]
}

@test "nonsense on the command line is a usage error" {
	setup_store
	expect 64 ebpf map nonsense
	expect 64 ebpf map create m type nonsense
	expect 64 ebpf map create m key x
	expect 64 ebpf map lookup
	expect 64 ebpf prog dump nonsense p
	expect 64 ebpf prog dump xlated
	expect 64 ebpf gc too much
	expect 1 ebpf map show id 99
}

@test "two runs over a capture count exactly on maps of the store, per cpu too" {
	setup_store
	cat >pc.s <<'END'
	.license "GPL"
	.map hits, percpu_array, key=u32, value=u64, max_entries=1
	.prog p, "xdp"
	*(u32 *)(r10 - 4) = 0
	r2 = r10
	r2 += -4
	r1 = hits ll
	call bpf_map_lookup_elem
	if r0 == 0 goto out
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
out:
	r0 = 2
	exit
END
	ebpf asm -o pc.o pc.s
	expect 0 ebpf map create hits type percpu_array key 4 value 8 entries 1
	for i in 1 2 3; do
		ebpf run --map hits=hits --ctx "$ROOT/man/examples/small.pcap" --repeat 5000 pc.o >/dev/null &
	done
	wait
	n=$(ebpf run --ctx "$ROOT/man/examples/small.pcap" --format json pc.o | sed -n 's/.*"count": \([0-9]*\).*/\1/p')
	expect 0 ebpf map lookup hits 0 --format json
	total=0
	value=$(sed -n 's/.*"value": "\(.*\)".*/\1/p' <<<"$output")
	while [ -n "$value" ]; do
		v=${value:0:16}
		value=${value:16}
		total=$((total + 0x${v:14:2}${v:12:2}${v:10:2}${v:8:2}${v:6:2}${v:4:2}${v:2:2}${v:0:2}))
	done
	[ "$total" -eq $((n * 15000)) ]
	expect 64 ebpf run --map nope=hits pc.o
	expect 4 ebpf run --map hits=nope pc.o
}

@test "a pinned program runs over captures, on its own maps" {
	setup_store
	expect 0 ebpf pin "$ROOT/man/examples/counter.s" c
	expect 0 ebpf run --ctx "$ROOT/man/examples/small.pcap" c/counter
	expect 0 ebpf run --ctx "$ROOT/man/examples/small.pcap" --repeat 9 store/c/counter
	ebpf run --ctx "$ROOT/man/examples/small.pcap" --format json "$ROOT/man/examples/counter.s" >one
	expect 0 ebpf map lookup c/packets 6
	six=$output
	expect 0 ebpf run --ctx "$ROOT/man/examples/small.pcap" --dump-maps "$ROOT/man/examples/counter.s"
	n=$(sed -n 's/^  6: //p' <<<"$output")
	[ "$six" = "6: $((n * 10))" ]
	expect 64 ebpf run --unchecked --ctx "$ROOT/man/examples/small.pcap" c/counter
	expect 2 ebpf run c/packets
}

@test "a damaged map ends every command" {
	setup_store
	expect 0 ebpf map create h type hash key 4 value 8 entries 50
	for i in 1 2 3 4 5 6 7 8; do
		ebpf map update h $i $i
	done
	size=$(stat -c %s store/h)
	head -c $((size - 4096)) /dev/urandom | dd of=store/h conv=notrunc status=none
	run timeout 20 ebpf map dump h
	[ "$status" -le 4 ]
	run timeout 20 ebpf map update h 3 4
	[ "$status" -le 4 ]
	run timeout 20 ebpf fsck --fix h
	[ "$status" -le 4 ]
}

@test "types of files, maps and programs" {
	setup_store
	expect 0 ebpf pin "$ROOT/man/examples/counter.s" c
	expect 0 ebpf btf dump map c/packets
	[[ $output == *"[1] "* ]]
	map=$output
	expect 0 ebpf btf dump prog c/counter
	says "$map"
	expect 0 ebpf btf dump id 1
	says "$map"
	ebpf asm -o counter.o "$ROOT/man/examples/counter.s"
	expect 0 ebpf btf dump file counter.o
	cat >s.s <<'END'
	.license "GPL"
	.struct flow { u32 ip; u16 port; }
	.map seen, hash, key=struct flow, value=u64, max_entries=4
	.prog p, "xdp"
	r0 = 2
	exit
END
	ebpf asm -o s.o s.s
	expect 0 ebpf btf dump file s.o --format c
	[[ $output == *"struct flow {"* ]]
	expect 2 ebpf btf dump file s.s
	expect 64 ebpf btf dump nothing x
}

@test "types as a header are what a C compiler takes" {
	ebpf btf dump kernel --format c >vmlinux.h
	grep -q '^struct task_struct {$' vmlinux.h
	cp vmlinux.h x.c
	cc -std=gnu11 -fsyntax-only x.c
	[ ! -e /sys/kernel/btf/vmlinux ] && skip "no /sys/kernel/btf/vmlinux"
	EBPF_BTF=/sys/kernel/btf/vmlinux ebpf btf dump kernel --format c >x.c
	cc -std=gnu11 -fsyntax-only x.c
}

@test "a map of maps is made from an inner map and holds its like" {
	setup_store
	expect 0 ebpf map create i type array key 4 value 8 entries 2
	expect 0 ebpf map create o type array_of_maps key 4 value 4 entries 2 inner i
	expect 0 ebpf map update o key 1 value i
	expect 0 ebpf map create other type array key 4 value 4 entries 2
	expect 2 ebpf map update o key 0 value other
}

@test "the instructions of a program stand between its source lines, as bpftool says them" {
	setup_store
	cat >p.s <<'END'
	.license "GPL"
	.prog p(struct xdp_md *ctx) -> int, "xdp"
		r0 = 0x123456789 ll
		r0 = 2
		exit
END
	ebpf pin p.s d
	expect 0 ebpf prog dump xlated d/p
	says "int p(struct xdp_md *ctx):
; r0 = 0x123456789 ll
   0: (18) r0 = 0x123456789
; r0 = 2
   2: (b7) r0 = 2
; exit
   3: (95) exit"
	expect 0 ebpf prog dump xlated d/p opcodes linum
	[ "${lines[1]}" = "; r0 = 0x123456789 ll [file:p.s line_num:3 line_col:3]" ]
	[ "${lines[3]}" = "       18 00 00 00 89 67 45 23 00 00 00 00 01 00 00 00" ]
	ebpf prog dump xlated d/p linum --format json >json
	grep -q '"proto": "int p(struct xdp_md \*ctx)"' json
	grep -q '"line_num": 5' json
	expect 0 ebpf prog dump xlated d/p file insns
	[ "$(stat -c %s insns)" = 32 ]
	expect 64 ebpf prog dump xlated d/p file insns opcodes
	expect 77 ebpf prog dump jited d/p
	[[ $output == *"there is no machine code"* ]]
}

@test "a directory is described with all that is in it" {
	setup_store
	ebpf map create a type hash key 4 value 8 entries 2
	mkdir store/d
	ebpf map create d/b type array key 4 value 8 entries 1
	touch store/d/text
	ebpf get --format json d/b >one
	ebpf get --format json "$EBPF_BPFFS" >all
	[ "$(grep -c '"kind": "map"' all)" = 2 ]
	grep -q '"path": "d/b"' all
	expect 0 ebpf get d
	[[ $output == *"text: not an object"* ]]
	[[ $output == *"b: 2: array"* ]]
	expect 1 ebpf get e
}

@test "a map of maps is made again from its description, with the types of the maps in it" {
	setup_store
	cat >m.s <<'END'
	.license "GPL"
	.struct v { u32 a; u32 b; }
	.map outer, hash_of_maps, key=u32, max_entries=4, inner={array, key=u32, value=struct v, max_entries=2}
	.map plain, array, key=u32, value=struct v, max_entries=2
	.map other, array, key=u32, value=u64, max_entries=3
	.map typed, hash, key=u32, value=struct v, max_entries=2
	.prog p, "xdp"
	r1 = outer ll; r1 = plain ll; r1 = other ll; r1 = typed ll; r0 = 2; exit
END
	ebpf pin m.s d
	ebpf get d/outer --format json >spec
	ebpf map create again --from spec
	ebpf get again --format json | grep -v '"id"' >copy
	grep -v '"id"' spec | cmp - copy
	expect 0 ebpf map update again key 1 value pinned d/plain
	expect 2 ebpf map update again key 1 value pinned d/other
	# Types may be told by name.
	ebpf get d/typed --format json | grep -v type_id >names
	expect 0 ebpf map create named --from names
	expect 0 ebpf map update named key 1 value '{"a": 1, "b": 2}'
	sed 's/struct v"/struct w"/' names >wrong
	expect 2 ebpf map create other --from wrong
	[[ $output == *"wrong:"*"the btf has no such type"* ]]
}

@test "what a last pin kept goes with the next command, whatever that is" {
	setup_store
	ebpf prog load "$ROOT/man/examples/counter.s" p
	ebpf map create m type hash key 4 value 8 entries 2
	mkdir store/d
	ln store/p store/d/q
	rm store/p
	expect 0 ebpf ls
	[ -e store/.obj/prog.1 ] && [ -e store/.obj/map.1 ]
	rm store/d/q
	expect 0 ebpf map update m key 1 value 1
	[ "$(ls store/.obj)" = "map.2
next" ]
}

@test "a program and its map keep one and the same type, in every process" {
	setup_store
	cc=$(command -v clang-19 || command -v clang) || skip "clang is not installed"
	"$cc" -O2 -g -mcpu=v3 -target bpf -I/usr/include/"$(uname -m)"-linux-gnu -Wno-everything \
		-c "$ROOT/tests/kernel/stash.c" -o stash.o || skip "no headers of libbpf"
	ebpf btf dump file stash.o | grep -q "TYPE_TAG 'kptr'" || skip "this clang tags no types"
	expect 0 ebpf verify stash.o
	expect 0 ebpf pin stash.o d
	expect 0 ebpf prog show pinned d/put
	expect 0 ebpf map update d/stash key 1 value hex ffffffffffffffff
	expect 0 ebpf map lookup d/stash key 1
	says "1: {.node = 0x0}"
}

@test "what cannot be pinned in whole is not pinned in part, and is told why" {
	cp "$ROOT/man/examples/firewall.s" .
	export EBPF_BPFFS=$PWD/store
	expect 0 ebpf pin firewall.s fw
	rm store/fw/firewall
	expect 1 ebpf pin firewall.s fw
	says "ebpf pin: error: fw/dropped: File exists"
	[ "$(ls store/fw)" = dropped ]
	expect 1 ebpf prog loadall firewall.s one pinmaps two/maps
	[ ! -e store/one ]
	expect 1 ebpf prog load firewall.s one pinmaps two/maps
	[ ! -e store/one ]
	expect 4 ebpf pin firewall.s f.w
	says "ebpf pin: error: f.w/firewall: names in a store have no dots"
	[ ! -e store/f.w ]
	expect 1 ebpf map create none/m type hash key 4 value 4 entries 8
	says "ebpf map: error: none/m: there is no such directory"
	expect 0 ebpf fsck
}

@test "flags of maps have names; a bloom filter is asked for a value" {
	export EBPF_BPFFS=$PWD/store
	expect 0 ebpf map create m type hash key 4 value 4 entries 8 flags 'no_prealloc|rdonly_prog'
	expect 0 ebpf get m
	[[ $output == *"flags 0x81"* ]]
	expect 64 ebpf map create n type hash key 4 value 4 entries 8 flags no_prealoc
	[[ $output == *"there is no flag 'no_prealoc'; did you mean 'no_prealloc'?" ]]
	expect 0 ebpf map create b type bloom_filter key 0 value 4 entries 8
	expect 0 ebpf map push b 7
	expect 0 ebpf map lookup b 7
	says "07 00 00 00"
	expect 0 ebpf map peek b value 7
	expect 1 ebpf map lookup b 8
	says "ebpf map: error: b: no such value"
}
