#!/bin/sh
# A thousand small cases through `ebpf test`: a packet, a map, three expectations each, every one judged
# by the verifier and run in a process of its own (the bar is 3 s on two processors), and the same on all
# engines. Instructions are counted where perf(1) can.
set -e
ebpf=$(realpath "${EBPF:-ebpf}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=${N:-1000}
i=0
while [ $i -lt "$n" ]; do
	cat >"$dir/$i.t" <<-END
		-- asm
		.license "GPL"
		.map counts, hash, key=u16, value=u64, max_entries=8
		.prog f, "tc"
		*(u16 *)(r10 - 2) = $i
		*(u64 *)(r10 - 16) = 1
		r1 = counts ll
		r2 = r10
		r2 += -2
		r3 = r10
		r3 += -16
		r4 = 0
		call bpf_map_update_elem
		r0 = 2
		exit
		-- ctx pkt:eth/ip/tcp(dport=80)
		-- expect
		retval = TC_ACT_SHOT
		map counts $i = 1
		packet unchanged
	END
	i=$((i + 1))
done

# Processor time of children so far, in seconds.
cpu() {
	times >"$dir/times"
	awk 'NR == 2 { gsub(/[ms]/, " "); print $1 * 60 + $2 + $3 * 60 + $4 }' "$dir/times"
}

# measure NAME OPTIONS...
measure() {
	name=$1
	shift
	cpu >"$dir/before"
	begin=$(date +%s%N)
	"$ebpf" test --format tap "$@" "$dir" >"$dir/out" || true
	end=$(date +%s%N)
	cpu >"$dir/after"
	echo "$name $(grep -c '^ok' "$dir/out") $(((end - begin) / 1000)) $(cat "$dir/before" "$dir/after" | xargs)" |
		awk '{ printf "%-14s %d cases passed in %.2f s, %.2f s of processor time\n", $1, $2, $3 / 1e6, $5 - $4 }'
}

measure check
measure all-engines --engine all
measure one-at-a-time -j 1
counted=$(perf stat -x, -e instructions "$ebpf" test "$dir" 2>&1 >/dev/null | grep -E '^[0-9]+,' || true)
if [ -n "$counted" ]; then
	echo "$((${counted%%,*} / n)) instructions each"
else
	echo "instructions are not counted here"
fi
