# Locks in values of maps, for programs and for everybody else.
load ../lib

# program BODY: what runs with r6 at a value of the map m, whose lock is at 8.
program() {
	cat >p.s <<END
	.license "GPL"
	.struct bpf_spin_lock { u32 val; }
	.struct v { u64 n; struct bpf_spin_lock lock; u32 more; }
	.map m, array, key=u32, value=struct v, max_entries=2
	.prog p, "tc"
	*(u32 *)(r10 - 4) = 1
	r1 = m ll
	r2 = r10
	r2 += -4
	call map_lookup_elem
	if r0 == 0 goto out
	r6 = r0
	$1
out:
	exit
END
	expect 0 ebpf asm -o p.o p.s
}


@test "a program takes the lock of a value and gives it back" {
	frame=$(printf %0120d 0)
	program "r1 = r6; r1 += 8; call spin_lock
	r1 = *(u64 *)(r6 + 0); r1 += 5; *(u64 *)(r6 + 0) = r1
	r1 = r6; r1 += 8; call spin_unlock
	r0 = *(u64 *)(r6 + 0)"
	expect 0 ebpf run -q --ctx hex:$frame p.o
	says "p: TC_ACT_QUEUED (5)"
	expect 0 ebpf verify p.o
}

@test "what is wrong with a lock ends the run by name" {
	frame=$(printf %0120d 0)
	lock="r1 = r6; r1 += 8; call spin_lock"
	program "$lock
	$lock
	r0 = 0"
	expect 3 ebpf run -q --ctx hex:$frame p.o
	[[ $output == *"another lock is taken before one was given back"* ]]
	program "r1 = r6; r1 += 8; call spin_unlock; r0 = 0"
	expect 3 ebpf run -q --ctx hex:$frame p.o
	[[ $output == *"a lock is given back that was not taken"* ]]
	program "r1 = r6; r1 += 12; call spin_lock; r0 = 0"
	expect 3 ebpf run -q --ctx hex:$frame p.o
	[[ $output == *"is no bpf_spin_lock of a value or object"* ]]
	program "r0 = *(u32 *)(r6 + 8)"
	expect 3 ebpf run -q --ctx hex:$frame p.o
	[[ $output == *"access to a bpf_spin_lock of a value of map m"* ]]
}

@test "a lock that a run ended with is free for the next" {
	frame=$(printf %0120d 0)
	export EBPF_BPFFS=$PWD/store
	program "r1 = r6; r1 += 8; call spin_lock; r0 = *(u64 *)(r6 + 100)"
	sed -i 's/max_entries=2/max_entries=2, pinning=by_name/' p.s
	expect 0 ebpf asm -o p.o p.s
	expect 3 ebpf run -q --ctx hex:$frame p.o
	expect 3 ebpf run -q --ctx hex:$frame p.o
	[[ $output == *"100, which has 16 bytes"* ]]
	expect 0 ebpf map update m key 1 value hex 0700000000000000ffffffffffffffff
	expect 0 ebpf map lookup m key 1
	says "1: {.n = 7, .lock = {.val = 0}, .more = 4294967295}"
}
