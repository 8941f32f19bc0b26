# Iterators: a digit for each object, its id's, and a dot in the end. Offsets are those of Linux 6.18
# (x86-64).
.license "GPL"
.kfunc bpf_map_sum_elem_count(struct bpf_map *map) -> s64
.var u64 runs

# Writes the byte r2 to what the struct bpf_iter_meta in r1 leads to.
.func static put(void *meta, u64 byte) -> int
	*(u64 *)(r10 - 8) = r2
	r1 = *(u64 *)(r1 + 0)
	r2 = r10
	r2 += -8
	r3 = 1
	call bpf_seq_write
	r0 = 0
	exit

# The id, and how many elements the map has.
.prog maps, "iter/bpf_map"
	r6 = *(u64 *)(r1 + 0)
	r7 = *(u64 *)(r1 + 8)
	r2 = '.'
	if r7 == 0 goto last_maps
	r2 = *(u32 *)(r7 + 92)
	r2 += '0'
	r1 = r6
	call put
	r1 = r7
	call bpf_map_sum_elem_count
	r2 = r0
	r2 += '0'
last_maps:
	r1 = r6
	call put
	r0 = 0
	exit

.prog progs, "iter/bpf_prog"
	r6 = *(u64 *)(r1 + 0)
	r7 = *(u64 *)(r1 + 8)
	r2 = '.'
	if r7 == 0 goto last_progs
	r7 = *(u64 *)(r7 + 80)
	r2 = *(u32 *)(r7 + 32)
	r2 += '0'
last_progs:
	r1 = r6
	call put
	r0 = 0
	exit

# The id, and that of the program.
.prog links, "iter/bpf_link"
	r6 = *(u64 *)(r1 + 0)
	r7 = *(u64 *)(r1 + 8)
	r2 = '.'
	if r7 == 0 goto last_links
	r2 = *(u32 *)(r7 + 8)
	r2 += '0'
	r1 = r6
	call put
	r7 = *(u64 *)(r7 + 32)
	r7 = *(u64 *)(r7 + 80)
	r2 = *(u32 *)(r7 + 32)
	r2 += '0'
last_links:
	r1 = r6
	call put
	r0 = 0
	exit

# Keys and values, which are one more afterwards.
.prog elems, "iter/bpf_map_elem"
	r6 = *(u64 *)(r1 + 0)
	r7 = *(u64 *)(r1 + 16)
	r8 = *(u64 *)(r1 + 24)
	r2 = '.'
	if r7 == 0 goto last_elems
	if r8 == 0 goto last_elems
	r2 = *(u32 *)(r7 + 0)
	r2 += '0'
	r1 = r6
	call put
	r2 = *(u64 *)(r8 + 0)
	r1 = r2
	r1 += 1
	*(u64 *)(r8 + 0) = r1
	r2 += '0'
last_elems:
	r1 = r6
	call put
	r0 = 0
	exit

# A digit for the number of the object, behind which is how often it was shown: each twice.
.prog again, "iter/bpf_prog"
	r6 = *(u64 *)(r1 + 0)
	r1 = runs ll
	r2 = *(u64 *)(r1 + 0)
	r2 += 1
	*(u64 *)(r1 + 0) = r2
	r0 = r2
	r0 &= 1
	if r0 != 0 goto out
	r2 = *(u64 *)(r6 + 16)
	r2 += '0'
	r1 = r6
	call put
	r0 = 0
out:
	exit

.prog never, "iter/bpf_prog"
	r0 = 1
	exit
.prog sleepy, "iter.s/bpf_map"
	r0 = 0
	exit
.prog tasks, "iter/task"
	r0 = 0
	exit

# Takes each element out.
.map victims, hash, key=u32, value=u64, max_entries=3
.prog takes, "iter/bpf_map_elem"
	r6 = *(u64 *)(r1 + 0)
	r7 = *(u64 *)(r1 + 16)
	r2 = '.'
	if r7 == 0 goto last_takes
	r1 = *(u32 *)(r7 + 0)
	r8 = r1
	*(u32 *)(r10 - 4) = r1
	r1 = victims ll
	r2 = r10
	r2 += -4
	call bpf_map_delete_elem
	r2 = r8
	r2 += '0'
last_takes:
	r1 = r6
	call put
	r0 = 0
	exit
