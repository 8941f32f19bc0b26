load ../lib

setup_store() {
	export EBPF_BPFFS=$PWD/store
}

@test "watch says which elements changed, and how much counters grew" {
	setup_store
	expect 0 ebpf map create m type hash key 4 value 8 entries 8
	expect 0 ebpf map update m key 1 value 5
	expect 0 ebpf map update m key 3 value 1
	ebpf map watch m interval 100 >out 3>&- &
	pid=$!
	until [ -s out ]; do sleep 0.02; done
	ebpf map update m key 1 value 9
	until grep -q +4 out; do sleep 0.02; done
	ebpf map delete m key 3
	until grep -q gone out; do sleep 0.02; done
	kill $pid
	wait $pid
	output=$(cat out)
	says "01 00 00 00: 5
03 00 00 00: 1
01 00 00 00: 9  +4
03 00 00 00: gone"
}

@test "watch writes a whole document, also when it is ended" {
	setup_store
	expect 0 ebpf map create m type percpu_array key 4 value 8 entries 1
	ebpf map watch m interval 50 --format json >out 3>&- &
	pid=$!
	until grep -q total out; do sleep 0.02; done
	kill -INT $pid
	wait $pid
	[ "$(tail -n 1 out)" = "}" ]
	grep -q '"total": 0' out
	expect 0 ebpf map watch m count 1
	says "00 00 00 00: 0"
}

@test "watch follows a ring buffer, and writes its records by a type" {
	setup_store
	cat >r.s <<'END'
	.license "GPL"
	.struct event { u32 kind; u32 size; }
	.map events, ringbuf, max_entries=4096
	.map kinds, array, key=u32, value=struct event, max_entries=1
	.prog p, "xdp"
	r1 = 7
	*(u32 *)(r10 - 8) = r1
	r1 = 60
	*(u32 *)(r10 - 4) = r1
	r1 = events ll
	r2 = r10
	r2 += -8
	r3 = 8
	r4 = 0
	call bpf_ringbuf_output
	r0 = 2
	exit
END
	expect 0 ebpf asm -o r.o r.s
	expect 0 ebpf pin r.o r
	expect 0 ebpf run --map events=r/events r.o
	expect 0 ebpf run --map events=r/events r.o
	expect 0 ebpf map watch r/events count 2
	says "07 00 00 00 3c 00 00 00
07 00 00 00 3c 00 00 00"
	expect 2 ebpf map watch r/events as nothing
}

@test "watch refuses what it cannot follow" {
	setup_store
	expect 0 ebpf map create q type queue value 8 entries 1
	expect 2 ebpf map watch q
	expect 0 ebpf map create m type array key 4 value 8 entries 1
	expect 64 ebpf map watch m forever
	expect 1 ebpf map watch missing
}
