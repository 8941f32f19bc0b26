load ../lib

setup_store() {
	export EBPF_BPFFS=$PWD/store
}

# Two runs of one program, a and b, with counters of several sizes and what is no counter.
two_runs() {
	setup_store
	cat >m.s <<'EOF'
	.license "GPL"
	.struct stat { u64 packets; u32 bytes; s32 delta; u16 port; u8 mac[6]; u64 hist[3]; }
	.struct small { u16 a; u8 b[6]; }
	.map seen, hash, key=u32, value=struct stat, max_entries=2
	.map cpus, percpu_hash, key=u32, value=struct stat, max_entries=4
	.map small, array, key=u32, value=struct small, max_entries=2
	.map signed, array, key=u32, value=s64, max_entries=2
	.prog p, "xdp"
	r1 = seen ll
	r1 = cpus ll
	r1 = small ll
	r1 = signed ll
	r0 = 2
	exit
EOF
	ebpf asm -o m.o m.s
	ebpf pin m.o a "$@"
	ebpf pin m.o b
}

@test "counters are added by their types, key by key" {
	two_runs
	ebpf map update a/seen 1 '{"packets":1,"bytes":2,"delta":-3,"port":80,"hist":[1,2,3]}'
	ebpf map update b/seen 1 '{"packets":4294967295,"bytes":20,"delta":2,"mac":"02:00:00:00:00:01","hist":[10,20,30]}'
	ebpf map update a/seen 2 '{"packets":5}'
	ebpf map update b/seen 3 '{"packets":7}'
	expect 0 ebpf map merge sum a/seen b/seen
	says ""
	expect 0 ebpf map lookup sum 1
	says "1: {.packets = 4294967296, .bytes = 22, .delta = -1, .port = 80, .mac = {2, 0, 0, 0, 0, 1}, .hist = {11, 22, 33}}"
	expect 0 ebpf map lookup sum 2
	[[ $output == *".packets = 5,"* ]]
	expect 0 ebpf map lookup sum 3
	[[ $output == *".packets = 7,"* ]]
	expect 0 ebpf ls
	[[ $output == *"sum  map"*"3 of 4"* ]]
	expect 0 ebpf map merge one sum
	ebpf map dump sum | sort >x
	ebpf map dump one | sort >y
	cmp x y
	expect 0 ebpf fsck
}

@test "numbers without types, arrays of different length, tries" {
	setup_store
	ebpf map create a type array key 4 value 8 entries 2
	ebpf map create b type array key 4 value 8 entries 3
	ebpf map update a 0 10
	ebpf map update b 0 5
	ebpf map update b 2 1
	expect 0 ebpf map merge c a b
	expect 0 ebpf map dump c
	says "00 00 00 00: 0f 00 00 00 00 00 00 00
01 00 00 00: 00 00 00 00 00 00 00 00
02 00 00 00: 01 00 00 00 00 00 00 00"
	ebpf map create t type lpm_trie key 8 value 4 entries 4 flags 1
	ebpf map update t hex 1800000001020300 value 5
	expect 0 ebpf map merge u t t t
	expect 0 ebpf map dump u
	says "18 00 00 00 01 02 03 00: 0f 00 00 00"
	expect 0 ebpf map merge v "$PWD/store/a" id 1
	expect 0 ebpf map lookup v 0
	says "00 00 00 00: 14 00 00 00 00 00 00 00"
}

@test "values of cpus are added cpu by cpu, also of a machine that has more" {
	setup_store
	expect 0 ebpf map create wide type percpu_hash key 4 value 8 entries 2 --cpus 5
	expect 0 ebpf map create one type percpu_hash key 4 value 8 entries 2 --cpus 1
	expect 0 ebpf map update wide 7 3
	expect 0 ebpf map update one 7 100
	cp store/wide copied
	expect 0 ebpf map merge --cpus 2 sum ./copied one
	expect 0 ebpf map lookup sum 7
	says "07 00 00 00: 
  cpu 0: 6d 00 00 00 00 00 00 00
  cpu 1: 06 00 00 00 00 00 00 00"
	expect 0 ebpf map merge --cpus 8 sum8 one wide
	expect 0 ebpf map watch sum8 count 1
	says "07 00 00 00: 115"
	expect 64 ebpf map create x type percpu_hash key 4 value 8 entries 2 --cpus 0
}

@test "what cannot be added is named, and no map is made" {
	two_runs
	ebpf map create queue type queue key 0 value 8 entries 2
	ebpf map create plain type hash key 4 value 48 entries 2
	ebpf map create ro type array key 4 value 8 entries 1 flags 128
	expect 2 ebpf map merge c queue
	says "ebpf map: error: queue: what a map of type queue holds does not add up"
	expect 2 ebpf map merge c ro
	says "ebpf map: error: ro: programs only read it, so it has no counters"
	expect 2 ebpf map merge c plain
	says "ebpf map: error: plain: its values have 48 bytes and no type that says what in them adds up"
	expect 2 ebpf map merge c a/small
	says "ebpf map: error: a/small: nothing in its values adds up: there are no numbers of 4 or 8 bytes"
	expect 2 ebpf map merge c a/seen b/cpus
	says "ebpf map: error: b/cpus has type percpu_hash, and a/seen has hash"
	ebpf map create short type hash key 2 value 48 entries 2
	expect 2 ebpf map merge c a/seen short
	says "ebpf map: error: short: keys of 2 and values of 48 bytes, and a/seen has 4 and 48"
	ebpf map create unsigned type array key 4 value 8 entries 2
	expect 2 ebpf map merge c a/signed unsigned
	says "ebpf map: error: unsigned: its values are not as those of a/signed"
	ebpf map update a/seen 1 '{"bytes":1,"port":80}'
	ebpf map update b/seen 1 '{"bytes":4294967295}'
	expect 2 ebpf map merge c a/seen b/seen
	says "ebpf map: error: b/seen: key 1: .bytes: the sum does not fit"
	ebpf map update b/seen 1 '{"port":81}'
	expect 2 ebpf map merge c a/seen b/seen
	says "ebpf map: error: b/seen: key 1: .port is not the same everywhere"
	expect 1 ebpf map merge a/seen b/seen
	says "ebpf map: error: a/seen: File exists"
	expect 1 ebpf map merge c a/seen nowhere
	expect 64 ebpf map merge c
	[ ! -e store/c ]
}

@test "counters of a map that changes meanwhile are each taken once" {
	setup_store
	ebpf map create m type hash key 4 value 8 entries 1000
	for i in {1..300}; do echo "{\"key\": $i, \"value\": 1}"; done | paste -sd, | sed 's/^/[/; s/$/]/' >all
	ebpf map update m --from all
	(while [ ! -e stop ]; do
		ebpf map delete m key 7 2>&1
		ebpf map update m key 7 value 1
	done) >/dev/null 3>&- &
	for i in 1 2 3 4 5; do
		expect 0 ebpf map merge sum$i m
		[ "$(ebpf map dump sum$i | grep -vc ': 01 00 00 00 00 00 00 00')" = 0 ]
	done
	touch stop
	wait
}
