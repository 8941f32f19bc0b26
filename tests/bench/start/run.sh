#!/bin/sh
# What it costs to start, against an empty C program that is linked dynamically: `ebpf --version` and
# running a program of two instructions (the bar is 1.5 times), looking one of a million elements of a
# pinned map up (2 times), and saying whether Linux would load it, or one that reads a structure of the
# kernel (3 times).
set -e
ebpf=$(realpath "${EBPF:-ebpf}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cc=${CC:-cc}
echo 'int main(void) { return 0; }' | $cc -O2 -x c -o "$dir/empty" -
$cc -O2 -o "$dir/spawn" tests/bench/start/spawn.c
printf '\267\0\0\0\0\0\0\0\225\0\0\0\0\0\0\0' >"$dir/two.bin"

# measure NAME COMMAND...
measure() {
	name=$1
	shift
	set -- $("$dir/spawn" "${N:-2000}" "$@")
	empty=${empty:-$1}
	echo "$name $1 $2 $empty" |
		awk '{ printf "%-24s median %7.1f us, fastest %7.1f us, %.2f times empty\n", $1, $2, $3, $2 / $4 }'
}

measure empty "$dir/empty"
measure version "$ebpf" --version
if "$ebpf" --list | grep -qx run; then
	measure two-instructions "$ebpf" run "$dir/two.bin"
	measure two-verified "$ebpf" run --type xdp "$dir/two.bin"
	measure verify "$ebpf" verify --type xdp "$dir/two.bin"
	cat >"$dir/switch.s" <<-'END'
		.license "GPL"
		.prog switch, "tp_btf/sched_switch"
		r2 = *(u64 *)(r1 + 8)
		r0 = *(u32 *)(r2 + 0)
		r0 = 0
		exit
	END
	"$ebpf" asm -o "$dir/switch.o" "$dir/switch.s"
	measure verify-tracing "$ebpf" verify "$dir/switch.o"
fi
if "$ebpf" --list | grep -qx map; then
	export EBPF_BPFFS=$dir/store
	cat >"$dir/fill.s" <<-'END'
		.license "GPL"
		.map next, array, key=u32, value=u64, max_entries=1
		.map many, hash, key=u64, value=u64, max_entries=1000000
		.prog fill, "socket"
		*(u32 *)(r10 - 4) = 0
		r2 = r10
		r2 += -4
		r1 = next ll
		call map_lookup_elem
		if r0 == 0 goto out
		r1 = 1
		r1 = atomic_fetch_add((u64 *)(r0 + 0), r1)
		*(u64 *)(r10 - 16) = r1
		r2 = r10
		r2 += -16
		r3 = r2
		r1 = many ll
		r4 = 0
		call map_update_elem
	out:	r0 = 0
		exit
	END
	head -c 60 /dev/zero >"$dir/frame"
	"$ebpf" pin "$dir/fill.s" p
	"$ebpf" prog run p/fill data_in "$dir/frame" repeat 1000000 >/dev/null
	measure map-lookup "$ebpf" map lookup p/many 500000
fi
