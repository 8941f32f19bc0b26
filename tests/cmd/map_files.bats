load ../lib

setup_store() {
	export EBPF_BPFFS=$PWD/store
}

typed_map() {
	cat >m.s <<'END'
	.license "GPL"
	.struct flow { u32 ip; u16 port; u8 mac[6]; }
	.map seen, hash, key=struct flow, value=u64, max_entries=4
	.prog p, "xdp"
	r1 = seen ll
	r0 = 2
	exit
END
	ebpf asm -o m.o m.s
	ebpf pin m.o c
}

@test "a dump reads back" {
	setup_store
	ebpf map create a type hash key 4 value 8 entries 4
	ebpf map create b type hash key 4 value 8 entries 4
	ebpf map update a key 1 value 10
	ebpf map update a key 2 value hex 0102030405060708
	ebpf map dump a --format json >dump
	expect 0 ebpf map update b --from dump
	ebpf map dump b --format json >again
	cmp dump again
	expect 0 ebpf map update b --from - <<<'[{"key": 3, "value": "0a00000000000000"}]'
	expect 0 ebpf map lookup b key 3
	says "03 00 00 00: 0a 00 00 00 00 00 00 00"
	expect 1 ebpf map update b noexist --from dump
}

@test "a dump of typed keys reads back, also by what is formatted" {
	setup_store
	typed_map
	ebpf map update c/seen key '{"ip":"10.0.0.1","port":80,"mac":"02:00:00:00:00:01"}' value 7
	ebpf map dump c/seen --format json >dump
	grep -v '"key": "\|"value": "' dump >formatted
	grep -q formatted formatted
	for file in dump formatted; do
		ebpf map delete c/seen '{"ip":"10.0.0.1","port":80,"mac":"02:00:00:00:00:01"}'
		expect 0 ebpf map update c/seen --from $file
		ebpf map dump c/seen --format json >again
		cmp dump again
	done
}

@test "values of all cpus, queues and prog arrays read back" {
	setup_store
	ebpf map create a type percpu_array key 4 value 4 entries 2
	ebpf map update a 1 5
	ebpf map dump a --format json >dump
	ebpf map create b type percpu_array key 4 value 4 entries 2
	expect 0 ebpf map update b --from dump
	ebpf map dump b --format json >again
	cmp dump again
	ebpf map create q type queue key 0 value 4 entries 2
	expect 0 ebpf map update q --from - <<<'[{"value": 1}, {"value": 2}]'
	expect 0 ebpf map pop q
	says "01 00 00 00"
	ebpf pin "$ROOT/man/examples/dispatch.s" d
	ebpf map dump d/table --format json >dump
	ebpf map delete d/table key 1
	expect 0 ebpf map update d/table --from dump
	ebpf map dump d/table --format json >again
	cmp dump again
}

@test "what is wrong in a file is named with its place, and nothing of it is applied" {
	setup_store
	typed_map
	ebpf map create m type hash key 4 value 4 entries 4
	printf '[{"key": 1, "value": 1},\n {"key": 2, "value": 4294967296}]' >f
	expect 2 ebpf map update m --from f
	[[ $output == *"f:2:22: error: the number does not fit"* ]]
	expect 0 ebpf map dump m
	says ""
	printf '[{"key": {"ip": 1,\n "prt": 2}, "value": 1}]' >f
	expect 2 ebpf map update c/seen --from f
	[[ $output == *"f:2:"*"there is no such member"* ]]
	for text in '' '[' '[{"key": 1}]' '[{"value": 1}]' '{}' '[1]' '[{"key": "zz", "value": 1}]' \
		'[{"key": 1, "value": 1}] x' '[{"key": -1, "value": 1}]' '["\q"]' '["' '["\u12'; do
		printf '%s' "$text" >f
		expect 2 ebpf map update m --from f
		[[ $output == *"f:1:"* ]]
	done
	printf '%09999d' 0 | tr 0 '[' >f
	expect 2 ebpf map update m --from f
	[[ $output == *"f:1:2049: error: maximum parsing depth reached"* ]]
	expect 0 ebpf map dump m
	says ""
	printf '[{"key": 1, "value": 1},\n{"key": 2 "value": 2}]' >f
	expect 2 ebpf map update m --from f
	[[ $output == *"f:2:11: error: '}' expected"* ]]
	expect 4 ebpf map update m --from missing
}

@test "without libjansson JSON is not read, and what is missing is named" {
	! ldd "$EBPF" | grep -q libasan || skip "a sanitizer must come first"
	setup_store
	ebpf map create m type hash key 4 value 4 entries 4
	cat >none.c <<'END'
#include <stddef.h>
void *dlopen(const char *name, int flags) { return NULL; }
END
	${CC:-cc} -w -shared -fPIC -o none.so none.c
	echo '[{"key": 1, "value": 1}]' >f
	expect 0 env LD_PRELOAD=./none.so ebpf map update m key 1 value 1
	expect 77 env LD_PRELOAD=./none.so ebpf map update m --from f
	[[ $output == *"f: reading JSON needs libjansson (Debian's package libjansson4)" ]]
}

@test "a map is made again from its description" {
	setup_store
	ebpf map create a type lpm_trie key 8 value 4 entries 7 flags 1 name routes
	ebpf get a --format json >spec
	expect 0 ebpf map create b --from spec
	ebpf get b --format json | grep -v '"id"' >again
	grep -v '"id"' spec | cmp - again
	expect 2 ebpf map create c --from - <<<'{"type": "nonsense"}'
	expect 2 ebpf map create c --from - <<<'{"type": "hash", "max_entries": -1}'
	expect 2 ebpf map create c --from - <<<'[]'
	expect 1 ebpf get c
}

@test "a specification keeps the types of keys and values" {
	setup_store
	typed_map
	ebpf get --format json c/seen >spec.json
	ebpf map create again --from spec.json
	ebpf map update again key '{"ip": 1, "port": 80}' value 9
	ebpf map dump again --format json >typed
	grep -q '"port": 80' typed
	grep -v '"btf":' spec.json | sed 's/\("value_type": "[^"]*"\),/\1/' >bare.json
	expect 2 ebpf map create bare --from bare.json
	[[ $output == *"a value's type without the btf that has it"* ]]
}

@test "a key without the word value behind it leaves a word for the value" {
	cat >m.s <<-'END'
		.map ports, hash, key=u16, value=u8, max_entries=8
		.prog p, "xdp"
		r0 = 2
		exit
	END
	export EBPF_BPFFS=$PWD/store
	expect 0 ebpf pin m.s m
	expect 0 ebpf map update m/ports 80 1
	expect 0 ebpf map update m/ports 81 2 noexist
	expect 0 ebpf map update m/ports 82 0 value 3 # two bytes, as bpftool has them
	expect 0 ebpf map update m/ports key 8080 4 any
	expect 0 ebpf map dump m/ports
	says "80: 1
81: 2
82: 3
8080: 4"
	expect 2 ebpf map update m/ports http 5
	[[ ${lines[0]} == "ebpf map: key:1:"*"error: expected a number" ]]
	expect 2 ebpf map update m/ports 80 many
	[[ ${lines[0]} == "ebpf map: value:1:"*"error: expected a number" ]]
}
