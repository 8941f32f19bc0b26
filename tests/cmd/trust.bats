load ../lib

# Whoever may write a pin may garble what it holds: every command goes on, and says which file it is.

bats_require_minimum_version 1.5.0

setup_store() {
	export EBPF_BPFFS=$PWD/store
	head -c 60 /dev/zero >frame
	ebpf map create array type array key 4 value 8 entries 4
	ebpf map create hash type hash key 4 value 8 entries 4
	ebpf map create lru type lru_hash key 4 value 8 entries 4
	ebpf map create trie type lpm_trie key 8 value 8 entries 4 flags 1
	ebpf map create queue type queue key 0 value 8 entries 4
	ebpf map create table type prog_array key 4 value 4 entries 4
	ebpf map create values type percpu_hash key 4 value 8 entries 4
	for m in array hash lru values; do
		ebpf map update $m 1 value 1
		ebpf map update $m 2 value 2
	done
	ebpf map update trie hex 080000000a000000 value 1
	ebpf map update trie hex 100000000a010000 value 1
	ebpf map push queue 1
	ebpf prog load "$ROOT/man/examples/counter.s" prog pinmaps maps
	ebpf map update table 1 prog
}

# try COMMAND...: it ends, by itself, with an exit code of ours; what is no answer names $pin.
try() {
	status=0
	output=$(timeout 10 ebpf "$@" 2>&1 </dev/null) || status=$?
	case $status in
	0 | 1 | 3 | 64) return ;;
	2 | 4) [[ $output != *"$pin"* ]] || return 0 ;;
	esac
	echo "exit code $status: ebpf $*"
	echo "$output"
	return 1
}

# What each command makes of $pin.
map_commands() {
	local one="hex 01000000" two="hex 02000000"
	case $pin in
	trie) one+=0a000000 two+=0a000000 ;;
	queue) one= two= ;;
	esac
	try map show "$pin" && try map dump "$pin" && try map lookup "$pin" $one &&
		try map update "$pin" $one value 7 && try map delete "$pin" $two &&
		try map getnext "$pin" && try map push "$pin" 5 && try map pop "$pin" &&
		try map peek "$pin" && try get "$pin" && try fsck "$pin" && try ls &&
		try map merge sum "$pin" "$pin" && rm -f store/sum
}

prog_commands() {
	try prog show "$pin" && try prog dump xlated "$pin" && try get "$pin" && try ls &&
		try prog run "$pin" data_in frame && try run "$pin" && try map update table 2 "$pin"
}

# Every command says no, with the same exit code, and names $pin.
refused() {
	local want=$1 c
	for c in "map show" "map dump" "map freeze" "map merge new" "prog show" "prog dump xlated" get fsck "pin map" "pin prog"; do
		[[ $c != get || ($pin != dir && $pin != .) ]] || continue # describes what is there
		set -- $c "$pin"
		[[ $c != pin* ]] || set -- "$@" new
		try "$@" || return
		[[ $status == "$want" && $output == *"$pin"* ]] || {
			echo "exit code $status, expected $want: ebpf $*: $output"
			return 1
		}
	done
}

# keep FILE, put_back FILE: the same inode with its first contents
keep() {
	cp "store/$1" kept
}

put_back() {
	cat kept >"store/$1"
}

poke() { # FILE OFFSET BYTES
	printf "$3" | dd of="store/$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "pins that are cut short or too long" {
	setup_store
	for pin in array hash trie queue table values; do
		keep $pin
		size=$(stat -c %s store/$pin)
		for n in 0 4095 4096 $((size - 4096)) $((size - 1)) $((size * 2)); do
			truncate -s $n store/$pin
			try map dump $pin
			[ "$status" = 4 ] || [ "$status" = 2 ]
			try fsck $pin
			put_back $pin
		done
		truncate -s 100 store/$pin
		map_commands
		put_back $pin
	done
	pin=prog
	keep prog
	for n in 0 1 4095 4096 4097 8191 8193 12288; do
		truncate -s $n store/prog
		prog_commands
		try prog show prog
		[ "$status" != 0 ]
		put_back prog
	done
	try fsck
	[ "$status" = 0 ]
}

@test "a changed byte anywhere in a head is found" {
	setup_store
	pin=hash
	keep hash
	head=$(($(stat -c %s store/hash) - 4096))
	for ((i = 0; i < 160; i++)); do
		poke hash $((head + i)) '\xa5'
		try map dump hash
		[ "$status" = 2 ] || [ "$status" = 4 ] || cmp -s kept store/hash
		((i % 16)) || map_commands
		put_back hash
	done
	pin=prog
	keep prog
	for ((i = 4096; i < 4096 + 96; i += 3)); do
		poke prog $i '\xa5'
		try prog show prog
		[ "$status" != 0 ] || cmp -s kept store/prog
		((i % 8)) || prog_commands
		put_back prog
	done
}

@test "another version is refused by name" {
	setup_store
	poke hash $(($(stat -c %s store/hash) - 4096 + 8)) '\x63'
	expect 2 ebpf map show hash
	[[ $output == *hash*version* ]]
	poke prog $(($(stat -c %s store/prog) - 4096 + 8)) '\x63'
	expect 2 ebpf prog show prog
	[[ $output == *prog*version* ]]
}

@test "garbled contents: every command ends" {
	setup_store
	RANDOM=42
	for round in 1 2 3 4; do
		bytes=
		for ((i = 0; i < 512; i++)); do
			case $round:$((RANDOM % 8)) in
			*:[0-3]) bytes+='\x00' ;;
			[12]:*) bytes+="\\x0$((RANDOM % 8))" ;;
			*) printf -v b '\\x%02x' $((RANDOM % 256)) && bytes+=$b ;;
			esac
		done
		for pin in hash lru trie queue table values; do
			keep $pin
			size=$(($(stat -c %s store/$pin) - 4096))
			for ((i = 0; i + 512 <= size && i < 2048; i += 512)); do
				poke $pin $i "$bytes"
			done
			# What changes in the last page, too.
			poke $pin $((size + 192)) "${bytes:0:256}"
			map_commands
			put_back $pin
		done
	done
}

@test "what is no pin at all" {
	setup_store
	cd store
	mkdir dir
	mkfifo fifo
	ln -s loop loop
	ln -s nowhere lost
	ln -s /dev/zero zero
	echo hello >foreign
	: >empty
	head -c 12288 /dev/zero >zeroes
	for pin in dir fifo loop zero foreign empty zeroes /etc/passwd /dev/null /proc/self/mem / .; do
		refused 4
		try run --map packets="$pin" "$ROOT/man/examples/counter.s"
	done
	for pin in lost nothing nothing/there; do
		refused 1
	done
	for pin in hash; do
		expect 2 ebpf prog show $pin
		expect 2 ebpf pin prog $pin new
	done
	expect 2 ebpf map show prog
}

@test "links that lead in a circle are listed once" {
	setup_store
	mkdir store/d
	for i in 1 2 3 4; do ln -s .. store/d/$i; done
	expect 0 timeout 10 ebpf ls
	[ "${#lines[@]}" -lt 30 ]
}

@test "a copy of a pin is an object of its own" {
	setup_store
	cp store/hash store/copy
	expect 0 ebpf map update copy 1 value 9
	expect 0 ebpf map lookup hash 1
	says "01 00 00 00: 01 00 00 00 00 00 00 00"
	cp store/prog store/again
	expect 0 ebpf prog run again data_in frame
	rm store/copy store/again
	expect 0 ebpf map dump hash
	expect 0 ebpf prog run prog data_in frame
}

@test "files replaced and cut short under programs and dumps that use them" {
	setup_store
	ebpf map create many type hash key 4 value 8 entries 100000
	pin=many
	for i in 1 2 3 4; do
		(status=0
		timeout 20 ebpf prog run prog data_in frame repeat 200000 >out.$i 2>&1 || status=$?
		echo $status >status.$i) &
		(status=0
		timeout 20 ebpf map dump maps/packets >dump.$i 2>&1 || status=$?
		echo $status >status.d$i) &
		sleep 0.0$i
		keep maps/packets
		truncate -s 100 store/maps/packets
		put_back maps/packets
		wait
		cat status.$i status.d$i
		[[ $(cat status.$i) == [0-4] && $(cat status.d$i) == [0-4] ]]
	done
	for i in 1 2 3; do
		cp store/many kept
		(status=0
		for ((j = 0; j < 20; j++)); do
			timeout 20 ebpf map update many $j value 1 >up.$i 2>&1 || status=$?
			[[ $status == [0-4] ]] || break
		done
		echo $status >status.$i) &
		for ((j = 0; j < 20; j++)); do
			cp kept other
			truncate -s $((j * 4096)) other
			mv other store/many
			cp kept other
			mv other store/many
		done
		wait
		[[ $(cat status.$i) == [0-4] ]]
	done
}

@test "others may do with a pin what its mode says" {
	[ "$(id -u)" = 0 ] || skip "needs another user"
	need setpriv
	setup_store
	for d in "$PWD" "$PWD/.." "$PWD/../.." "$PWD/../../.."; do
		other test -x "$d" || chmod o+x "$d"
	done
	cp "$EBPF" bin/own
	chmod 755 bin/own
	other bin/own --version || skip "others cannot run it"
	expect 4 other bin/own map dump hash
	[[ $output == *store*denied* ]]
	chmod 755 store
	expect 4 other bin/own map dump hash
	[[ $output == *hash* ]]
	chmod 644 store/hash
	expect 0 other bin/own map lookup hash 1
	expect 4 other bin/own map update hash 1 value 7
	[[ $output == *hash* ]]
	expect 4 other bin/own map delete hash 1
	expect 4 other bin/own map freeze hash
	expect 4 other bin/own pin map hash new
	expect 4 other bin/own map create new type array key 4 value 4 entries 1
	expect 0 other bin/own gc
	expect 0 other bin/own ls
	chmod 666 store/hash
	expect 0 other bin/own map update hash 1 value 7
	expect 0 ebpf map lookup hash 1
	says "01 00 00 00: 07 00 00 00 00 00 00 00"
}

other() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

@test "where the store is" {
	pin=
	expect 4 env XDG_RUNTIME_DIR="$PWD/missing" ebpf ls
	[[ $output == *missing* ]]
	mkdir run
	expect 0 env -u HOME XDG_RUNTIME_DIR="$PWD/run" ebpf map create m type array key 4 value 4 entries 1
	[ "$(stat -c %a run/ebpf)" = 700 ]
	chmod 777 run/ebpf
	expect 4 env XDG_RUNTIME_DIR="$PWD/run" ebpf ls
	[[ $output == *run/ebpf*others* ]]
	mv run/ebpf elsewhere
	ln -s ../elsewhere run/ebpf
	expect 4 env XDG_RUNTIME_DIR="$PWD/run" ebpf ls
	expect 0 ebpf ls --bpffs run/ebpf
	for d in /proc /dev/null "$EBPF" "$PWD/no/such"; do
		expect 4 ebpf ls --bpffs "$d"
		[[ $output == *"$d"* ]]
	done
	if [ -d /dev/shm ] && [ -w /dev/shm ]; then
		d=$(mktemp -d /dev/shm/XXXXXX)
		expect 0 ebpf map create m type hash key 4 value 4 entries 9 --bpffs "$d"
		expect 0 ebpf map update m 1 value 1 --bpffs "$d"
		expect 0 ebpf fsck --bpffs "$d"
		rm -r "$d"
	fi
}

# A store with a program that another one runs in, and one that traces it, a link to a device and one of
# an iterator.
setup_links() {
	export EBPF_BPFFS=$PWD/store
	head -c 60 /dev/zero >frame
	cat >all.s <<'E'
.license "GPL"
.prog maps, "iter/bpf_map"
	r0 = 0
	exit
E
	ebpf prog load "$ROOT/man/examples/base.s" base
	ebpf prog load "$ROOT/man/examples/drop.s" drop target base
	ebpf link create drop pin ext
	ebpf link create base device 3 pin dev
	ebpf prog load all.s maps
	ebpf link create maps pin iter
}

link_commands() {
	try link show "$pin" && try link show && try link graph && try link graph --format svg &&
		try get "$pin" && try ls && try fsck "$pin" && try link update "$pin" base &&
		try link read "$pin" && try link pin "$pin" more && rm -f store/more &&
		try prog run base data_in frame && try run base --ctx pkt:eth/ip
}

@test "links that are cut short, too long, or changed anywhere in their heads" {
	setup_links
	for pin in ext dev iter; do
		keep $pin
		size=$(stat -c %s store/$pin)
		for n in 0 1 4095 4096 $((size - 1)) $((size + 1)) $((size * 2)); do
			truncate -s $n store/$pin
			try link show $pin
			[ "$status" = 2 ] || [ "$status" = 4 ]
			[[ $output == *"$pin"* ]]
			put_back $pin
		done
		truncate -s 100 store/$pin
		link_commands
		put_back $pin
		head=$((size - 4096))
		for ((i = 0; i < 144; i += 5)); do
			poke $pin $((head + i)) '\xa5'
			try link show $pin
			[[ $status != 0 && $output == *"$pin"* ]] || cmp -s kept store/$pin
			((i % 40)) || link_commands
			put_back $pin
		done
		expect 0 ebpf link show $pin
	done
	expect 0 ebpf run base --ctx pkt:eth/ip
	says "base: XDP_DROP (1)"
}
