# Iterators over what the store has: 28 is their attach type, 4 that of their links.
-- maps [door]
func i kernel bpf_iter_bpf_map
a := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=7
b := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=7
MAP_UPDATE_ELEM map_fd=b key=1:4 value=5:8
MAP_UPDATE_ELEM map_fd=b key=2:4 value=5:8
prog p iter.s maps attach_btf_id=i
l := LINK_CREATE prog_fd=p attach_type=28
f := ITER_CREATE link_fd=l
read f 1022.
close a
g := ITER_CREATE link_fd=l
read g 22.
read f 
ITER_CREATE link_fd=l flags=1 => EINVAL
ITER_CREATE link_fd=f => EINVAL
ITER_CREATE link_fd=p => EINVAL
-- programs and links [door]
let ret2 x:b700000002000000,x:9500000000000000
func i kernel bpf_iter_bpf_prog
func j kernel bpf_iter_bpf_link
x := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
prog p iter.s progs attach_btf_id=i
prog q iter.s links attach_btf_id=j
k := LINK_CREATE prog_fd=x attach_type=37 target_fd=3
l := LINK_CREATE prog_fd=p attach_type=28
f := ITER_CREATE link_fd=l
read f 123.
m := LINK_CREATE prog_fd=q attach_type=28
g := ITER_CREATE link_fd=m
read g 112233.
LINK_DETACH link_fd=l => EOPNOTSUPP
LINK_UPDATE link_fd=l new_prog_fd=x => EINVAL
LINK_UPDATE link_fd=l new_prog_fd=q => EINVAL
LINK_UPDATE link_fd=l new_prog_fd=p flags=4 old_prog_fd=q => EPERM
-- another program, and once more for each object [door]
func i kernel bpf_iter_bpf_prog
v := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
prog p iter.s progs attach_btf_id=i
prog a iter.s again attach_btf_id=i fd_array=v:4,v:4
l := LINK_CREATE prog_fd=p attach_type=28
LINK_UPDATE link_fd=l new_prog_fd=a flags=4 old_prog_fd=p
f := ITER_CREATE link_fd=l
read f 012
prog n iter.s never attach_btf_id=i
m := LINK_CREATE prog_fd=n attach_type=28
ITER_CREATE link_fd=m => EAGAIN
-- elements of a map, in place [door]
func i kernel bpf_iter_bpf_map_elem
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=3
MAP_UPDATE_ELEM map_fd=m key=1:4 value=4:8
prog p iter.s elems attach_btf_id=i
l := LINK_CREATE prog_fd=p attach_type=28 iter=m:4 iter_len=4
OBJ_GET_INFO_BY_FD bpf_fd=l info_len=64 info=0:64 => 0 info=4:4 info+24=13:4,1:4
f := ITER_CREATE link_fd=l
read f 001420.
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=0:8 => 0 value=5:8
close m
g := ITER_CREATE link_fd=l
read g 011521.
n := MAP_GET_FD_BY_ID start_id=1
close l
close n
MAP_GET_FD_BY_ID start_id=1 => ENOENT
-- elements that the program takes out on the way [door]
func i kernel bpf_iter_bpf_map_elem
m := MAP_CREATE map_type=hash key_size=4 value_size=8 max_entries=3
MAP_UPDATE_ELEM map_fd=m key=1:4 value=4:8
MAP_UPDATE_ELEM map_fd=m key=2:4 value=4:8
MAP_UPDATE_ELEM map_fd=m key=3:4 value=4:8
prog p iter.s takes attach_btf_id=i fd_array=m:4,m:4
l := LINK_CREATE prog_fd=p attach_type=28 iter=m:4 iter_len=4
f := ITER_CREATE link_fd=l
MAP_GET_NEXT_KEY map_fd=m next_key=0:4 => ENOENT
g := ITER_CREATE link_fd=l
read g .
-- values of all cpus are a copy [door]
func i kernel bpf_iter_bpf_map_elem
m := MAP_CREATE map_type=percpu_array key_size=4 value_size=8 max_entries=2
prog p iter.s elems attach_btf_id=i
l := LINK_CREATE prog_fd=p attach_type=28 iter=m:4 iter_len=4
f := ITER_CREATE link_fd=l
read f 0010.
g := ITER_CREATE link_fd=l
read g 0010.
-- the name of what is gone over [door]
func i kernel bpf_iter_bpf_map
prog p iter.s maps attach_btf_id=i
l := LINK_CREATE prog_fd=p attach_type=28
OBJ_GET_INFO_BY_FD bpf_fd=l info_len=64 info=0:24,9:4,0:36 => EINVAL
-- what an iterator cannot go over [door]
func i kernel bpf_iter_bpf_map_elem
func t kernel bpf_iter_task
func s kernel bpf_iter_bpf_map
m := MAP_CREATE map_type=queue key_size=0 value_size=8 max_entries=3
n := MAP_CREATE map_type=hash key_size=2 value_size=8 max_entries=3
o := MAP_CREATE map_type=hash key_size=4 value_size=4 max_entries=3
prog p iter.s elems attach_btf_id=i
LINK_CREATE prog_fd=p attach_type=27 => EINVAL
LINK_CREATE prog_fd=p attach_type=28 target_fd=m => EINVAL
LINK_CREATE prog_fd=p attach_type=28 flags=1 => EINVAL
LINK_CREATE prog_fd=p attach_type=28 iter_len=4 => EINVAL
LINK_CREATE prog_fd=p attach_type=28 iter=m:4 => EINVAL
LINK_CREATE prog_fd=p attach_type=28 iter=bad iter_len=4 => EFAULT
LINK_CREATE prog_fd=p attach_type=28 iter=m:4,0:12,1:4 iter_len=20 => E2BIG
LINK_CREATE prog_fd=p attach_type=28 => EBADF
LINK_CREATE prog_fd=p attach_type=28 iter=999:4 iter_len=4 => EBADF
LINK_CREATE prog_fd=p attach_type=28 iter=p:4 iter_len=4 => EINVAL
LINK_CREATE prog_fd=p attach_type=28 iter=m:4 iter_len=4 => EINVAL
LINK_CREATE prog_fd=p attach_type=28 iter=n:4 iter_len=4 => EACCES
LINK_CREATE prog_fd=p attach_type=28 iter=o:4 iter_len=4 => EACCES
prog u iter.s tasks attach_btf_id=t
LINK_CREATE prog_fd=u attach_type=28 => EOPNOTSUPP
prog v iter.s sleepy attach_btf_id=s
LINK_CREATE prog_fd=v attach_type=28 => EINVAL
