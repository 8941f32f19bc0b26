load ../lib

# Several processes on one store: counts are exact, names are names, the dead hold nothing.

setup_store() {
	export EBPF_BPFFS=$PWD/store
	capture=$ROOT/man/examples/small.pcap
}

# sum HEX: of numbers of eight bytes in a row, the lowest byte first
sum() {
	local v=$1 n=0
	while [ -n "$v" ]; do
		n=$((n + 0x${v:14:2}${v:12:2}${v:10:2}${v:8:2}${v:6:2}${v:4:2}${v:2:2}${v:0:2}))
		v=${v:16}
	done
	echo $n
}

total() { # MAP: of all its values
	local n=0 v
	for v in $(ebpf map dump "$1" --format json | sed -n 's/.*"value": "\([0-9a-f]*\)".*/\1/p'); do
		n=$((n + $(sum "$v")))
	done
	echo $n
}

@test "atomic counters of two processes over a capture, read in a third" {
	setup_store
	ebpf asm -o c.o "$ROOT/man/examples/counter.s"
	expect 0 ebpf pin c.o c
	for round in 1 2 3; do
		ebpf run --map packets=c/packets --ctx "$capture" --repeat 200 c.o >one &
		ebpf run --map packets=c/packets --ctx "$capture" --repeat 200 c.o >two
		wait
	done
	expect 0 ebpf run --ctx "$capture" c.o
	[[ $output == *" 60 packets"* ]]
	[ "$(total c/packets)" = $((60 * 200 * 6)) ]
}

@test "counters per cpu, not atomic, of more processes than cpus" {
	setup_store
	for type in percpu_array percpu_hash; do
		cat >p.s <<END
	.license "GPL"
	.map hits, $type, key=u32, value=u64, max_entries=1
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
		ebpf asm -o p.o p.s
		ebpf pin p.o $type
		ebpf map update $type/hits 0 value 0
		for i in 1 2 3 4; do
			ebpf run --map hits=$type/hits --ctx "$capture" --repeat 100 p.o >out.$i &
		done
		wait
		[ "$(total $type/hits)" = $((60 * 100 * 4)) ]
	done
}

@test "many processes change one map by its pin" {
	setup_store
	ebpf map create m type hash key 4 value 8 entries 100
	for i in 0 1 2 3; do
		for k in 1 2 3 4 5 6 7 8 9 10; do
			key=$((i * 10 + k))
			ebpf map update m $key value $key || echo $key >>failed
			[ $((k % 2)) = 0 ] || ebpf map delete m $key || echo $key >>failed
		done &
	done
	wait
	[ ! -e failed ]
	[ "$(total m)" = $((5 * (0 + 10 + 20 + 30) + 4 * (2 + 4 + 6 + 8 + 10))) ]
	expect 0 ebpf fsck
	[ "$output" = "1 checked, 0 wrong, 0 mended" ]
}

@test "of several that want one name, one gets it" {
	setup_store
	for i in 1 2 3 4 5 6; do
		ebpf map create one type array key 4 value 4 entries 1 2>/dev/null && echo $i >>made &
	done
	wait
	[ "$(wc -l <made)" = 1 ]
	expect 0 ebpf map show
	[ "${#lines[@]}" = 2 ]
}

@test "killed in the middle: the next one finds a whole map, and gc the rest" {
	setup_store
	ebpf asm -o c.o "$ROOT/man/examples/counter.s"
	ebpf pin c.o c
	ebpf map create m type hash key 4 value 8 entries 100
	for i in 1 2 3 4 5 6 7 8 9 10; do
		for c in "map update m $i value $i" "map create n$i type hash key 4 value 8 entries 100000" \
			"run --map packets=c/packets --ctx $capture --repeat 100000 c.o" "pin c.o d$i"; do
			ebpf $c >/dev/null 2>&1 3>&- &
			pid=$!
			sleep 0.00$((i - 1))
			kill -9 $pid 2>/dev/null || true
			wait $pid 2>/dev/null || true
		done
		expect 0 ebpf map update m 1000 value 5
		expect 0 ebpf map delete m 1000
	done
	expect 0 ebpf gc
	[[ $output == "nothing to remove" || $output == *removed* ]]
	expect 0 ebpf gc
	says "nothing to remove"
	expect 0 ebpf fsck
	expect 0 ebpf map dump m
	expect 0 ebpf ls
}

@test "names are those of files: rm, mv, ln, mkdir, chmod, dots" {
	setup_store
	ebpf map create m type hash key 4 value 8 entries 4
	ebpf map update m 1 value 1
	mkdir store/dir
	mv store/m store/dir/moved
	expect 0 ebpf map lookup dir/moved 1
	expect 1 ebpf map lookup m 1
	ln store/dir/moved store/second
	rm store/dir/moved
	expect 0 ebpf map lookup second 1
	expect 0 ebpf gc
	says "nothing to remove"
	expect 1 ebpf pin map second second
	expect 4 ebpf pin map second dot.ted
	expect 4 ebpf pin map second "$PWD/outside"
	expect 1 ebpf pin map second missing/dir
	ln store/second store/dot.ted
	expect 4 ebpf map show dot.ted
	rm store/dot.ted
	chmod 400 store/second
	expect 0 ebpf map dump second
	rm store/second
	expect 0 ebpf gc
	says "removed map.1"
}

@test "a pin removed while a program runs on it; a new one of its name is another" {
	setup_store
	ebpf asm -o c.o "$ROOT/man/examples/counter.s"
	ebpf pin c.o c
	ebpf run --map packets=c/packets --ctx "$capture" --repeat 20000 c.o >out 3>&- &
	pid=$!
	sleep 0.1
	rm -r store/c
	expect 0 ebpf pin c.o c
	[ "$(total c/packets)" = 0 ]
	wait $pid
	[[ $(cat out) == *packets* ]]
	[ "$(total c/packets)" = 0 ]
	expect 0 ebpf gc
	expect 0 ebpf map show
	[ "$(grep -c packets <<<"$output")" = 1 ]
}

@test "two processes put one map into an outer map and take it out: it keeps its name while it is in" {
	setup_store
	expect 0 ebpf map create inner type array key 4 value 8 entries 1
	expect 0 ebpf map create outer type array_of_maps key 4 value 4 entries 2 inner inner
	swing() { # KEY
		for _ in {1..200}; do
			ebpf map update outer key "$1" value inner || return
			[ -e store/.obj/map.2@map.1 ] || return
			ebpf map delete outer key "$1" || return
		done
	}
	swing 0 3>&- &
	swing 1
	wait $!
	rm store/inner
	expect 0 ebpf gc
	says "removed map.1"
}
