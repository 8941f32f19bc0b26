load ../lib

make_program() {
	cat >p.s <<-'END'
		.license "GPL"
		.prog main, "xdp"
		r6 = r1
		call bpf_get_current_pid_tgid
		r7 = r0
		r1 = r10
		r1 += -16
		r2 = 16
		call bpf_get_current_comm
		r8 = *(u8 *)(r10 - 16)
		r7 += r8
		call bpf_get_prandom_u32
		r7 += r0
		r1 = 0
		*(u64 *)(r10 - 64) = r1
		*(u64 *)(r10 - 56) = r1
		*(u64 *)(r10 - 48) = r1
		*(u64 *)(r10 - 40) = r1
		*(u64 *)(r10 - 32) = r1
		*(u64 *)(r10 - 24) = r1
		*(u64 *)(r10 - 16) = r1
		*(u64 *)(r10 - 8) = r1
		r1 = r6
		r2 = r10
		r2 += -64
		r3 = 64
		r4 = 0
		call bpf_fib_lookup
		r7 += r0
		r0 = *(u32 *)(r10 - 56)
		r7 += r0
		r0 = r7
		exit
	END
	cat >answers <<-'END'
		# what the world says
		bpf_get_current_pid_tgid = 100
		bpf_get_current_comm: buf="A" ret=0
		bpf_fib_lookup(flags=1) = -EINVAL
		bpf_fib_lookup(flags=0) seq: ret=0 {ifindex=2000} | ret=7
		bpf_get_prandom_u32 seq: ret=1 | ret=2 | ret=3
	END
}

@test "answers of a file, one after the other, by arguments" {
	make_program
	for how in --no-verify --unchecked; do
		expect 0 ebpf run -q $how --mock answers --ctx hex:00 p.s
		says "main: 2166"
		expect 0 ebpf run -q $how --mock answers --ctx hex:00 --ctx hex:00 p.s
		[[ $output == *2166* && $output == *174* ]]
	done
}

@test "what is recorded answers the same again" {
	make_program
	expect 0 ebpf run -q --mock answers --record kept --repeat 3 --ctx hex:00 p.s
	first=$(head -1 <<<"$output")
	grep -q '^bpf_get_prandom_u32 seq: ret=0x1 | ret=0x2 | ret=0x3$' kept
	expect 0 ebpf run -q --strict --mock kept --repeat 3 --ctx hex:00 p.s
	[ "$(head -1 <<<"$output")" = "$first" ]
}

@test "--strict stops at what asks the world" {
	make_program
	expect 3 ebpf run -q --strict --ctx hex:00 p.s
	[[ $output == *"insn 1: bpf_get_current_pid_tgid asks the world and is not mocked"* ]]
	sed -i '/prandom/d' answers
	expect 3 ebpf run -q --strict --mock answers --ctx hex:00 p.s
	[[ $output == *"bpf_get_prandom_u32 asks the world"* ]]
	expect 0 ebpf run -q --strict --seed 1 --mock answers --ctx hex:00 p.s
}

@test "calls that are only said" {
	make_program
	sed -i 's/^bpf_get_current_pid_tgid.*/bpf_get_current_pid_tgid => record/' answers
	expect 0 ebpf run -q --mock answers --ctx hex:00 p.s
	[[ $output == *"action: bpf_get_current_pid_tgid() = 0"* ]]
}

@test "a cpu of one's choice" {
	cat >cpu.s <<-'END'
		call bpf_get_smp_processor_id
		exit
	END
	expect 0 ebpf run -q --strict --cpu 7 cpu.s
	says ".text: 7"
}

@test "what is wrong with answers is said with its place" {
	make_program
	echo 'bpf_get_prandom = 1' >bad
	expect 2 ebpf run --mock bad p.s
	[[ $output == *"bad:1:1: error: there is no helper or kernel function of that name"* ]]
	printf '\n\nbpf_fib_lookup: {ifindx=2}\n' >bad
	expect 2 ebpf run --mock bad p.s
	[[ $output == *"bad:3:"*"no such member"* ]]
	echo 'bpf_fib_lookup: ret=-EFOO' >bad
	expect 2 ebpf run --mock bad p.s
	[[ $output == *"bad:1:22: error: there is no such error"* ]]
	echo 'bpf_ktime_get_ns: {a=1}' >bad
	expect 2 ebpf run --mock bad p.s
	[[ $output == *"no type is known of what it fills"* ]]
}
