# Maps of devices, cpus, sockets, cgroups and events.
-- what cannot be made
MAP_CREATE map_type=devmap key_size=4 value_size=5 max_entries=2 => EINVAL
MAP_CREATE map_type=devmap key_size=8 value_size=4 max_entries=2 => EINVAL
MAP_CREATE map_type=devmap key_size=4 value_size=4 max_entries=0 => EINVAL
MAP_CREATE map_type=devmap key_size=4 value_size=4 max_entries=2 map_flags=1 => EINVAL
MAP_CREATE map_type=devmap key_size=4 value_size=4 max_entries=2 map_flags=0x80 => EINVAL
MAP_CREATE map_type=devmap_hash key_size=4 value_size=4 max_entries=0xffffffff => EINVAL
MAP_CREATE map_type=cpumap key_size=4 value_size=4 max_entries=100000 => E2BIG
MAP_CREATE map_type=cpumap key_size=4 value_size=4 max_entries=2 map_flags=8 => EINVAL
MAP_CREATE map_type=xskmap key_size=4 value_size=8 max_entries=2 => EINVAL
MAP_CREATE map_type=sockmap key_size=4 value_size=16 max_entries=2 => EINVAL
MAP_CREATE map_type=cgroup_array key_size=4 value_size=8 max_entries=2 => EINVAL
MAP_CREATE map_type=perf_event_array key_size=4 value_size=4 max_entries=2 map_flags=0x100 => EINVAL
MAP_CREATE map_type=perf_event_array key_size=4 value_size=4 max_entries=2 map_flags=0x800
-- devmap
m := MAP_CREATE map_type=devmap key_size=4 value_size=4 max_entries=2
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=0:4 value=1:4 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=1:4 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=2:4 value=1:4 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=0:4 value=99999:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=1:4
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => 0 value=1:4
MAP_LOOKUP_ELEM map_fd=m key=2:4 value=*4 => ENOENT
MAP_GET_NEXT_KEY map_fd=m key=0:4 next_key=*4 => 0 next_key=1:4
MAP_GET_NEXT_KEY map_fd=m key=1:4 next_key=*4 => ENOENT
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_DELETE_ELEM map_fd=m key=2:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=1:4 flags=2
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:4
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => ENOENT
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=0:4 value=*4 => ENOTSUPP
w := MAP_CREATE map_type=devmap key_size=4 value_size=8 max_entries=2
MAP_UPDATE_ELEM map_fd=w key=0:4 value=1:4,0xffffffff:4
MAP_LOOKUP_ELEM map_fd=w key=0:4 value=*8 => 0 value=1:4,0:4
MAP_UPDATE_ELEM map_fd=w key=0:4 value=0:4,5:4 => EINVAL
-- devmap_hash
m := MAP_CREATE map_type=devmap_hash key_size=4 value_size=4 max_entries=1
MAP_DELETE_ELEM map_fd=m key=7:4 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=7:4 value=0:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=7:4 value=1:4 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=7:4 value=99999:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=7:4 value=1:4 flags=2
MAP_UPDATE_ELEM map_fd=m key=7:4 value=1:4 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=8:4 value=1:4 => E2BIG
MAP_LOOKUP_ELEM map_fd=m key=7:4 value=*4 => 0 value=1:4
MAP_GET_NEXT_KEY map_fd=m next_key=*4 => 0 next_key=7:4
MAP_GET_NEXT_KEY map_fd=m key=7:4 next_key=*4 => ENOENT
MAP_DELETE_ELEM map_fd=m key=7:4
-- cpumap
m := MAP_CREATE map_type=cpumap key_size=4 value_size=4 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=0:4 value=192:4 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=0:4 value=16385:4 => EOVERFLOW
MAP_UPDATE_ELEM map_fd=m key=2:4 value=192:4 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=0:4 value=192:4
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => 0 value=192:4
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:4
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => ENOENT
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_DELETE_ELEM map_fd=m key=2:4 => EINVAL
-- xskmap and sockmap: no sockets
m := MAP_CREATE map_type=xskmap key_size=4 value_size=4 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=0:4 value=999:4 => EBADF
MAP_UPDATE_ELEM map_fd=m key=0:4 value=m:4 => ENOTSOCK
MAP_UPDATE_ELEM map_fd=m key=2:4 value=999:4 => E2BIG
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=*4 => EOPNOTSUPP
MAP_DELETE_ELEM map_fd=m key=0:4
MAP_DELETE_ELEM map_fd=m key=2:4 => EINVAL
s := MAP_CREATE map_type=sockmap key_size=4 value_size=4 max_entries=2
MAP_UPDATE_ELEM map_fd=s key=0:4 value=999:4 => EBADF
MAP_UPDATE_ELEM map_fd=s key=0:4 value=m:4 => ENOTSOCK
MAP_LOOKUP_ELEM map_fd=s key=0:4 value=*4 => ENOSPC
MAP_DELETE_ELEM map_fd=s key=0:4 => EINVAL
MAP_DELETE_ELEM map_fd=s key=2:4 => EINVAL
t := MAP_CREATE map_type=sockmap key_size=4 value_size=8 max_entries=2
MAP_LOOKUP_ELEM map_fd=t key=0:4 value=*8 => ENOENT
MAP_UPDATE_ELEM map_fd=t key=0:4 value=0x100000000:8 => EINVAL
MAP_GET_NEXT_KEY map_fd=t key=0:4 next_key=*4 => 0 next_key=1:4
-- cgroups and events
c := MAP_CREATE map_type=cgroup_array key_size=4 value_size=4 max_entries=2
MAP_UPDATE_ELEM map_fd=c key=0:4 value=999:4 => EBADF
MAP_UPDATE_ELEM map_fd=c key=0:4 value=c:4 => EBADF
MAP_UPDATE_ELEM map_fd=c key=0:4 value=c:4 flags=1 => EINVAL
MAP_UPDATE_ELEM map_fd=c key=2:4 value=c:4 => E2BIG
MAP_LOOKUP_ELEM map_fd=c key=0:4 value=*4 => ENOTSUPP
MAP_DELETE_ELEM map_fd=c key=0:4 => ENOENT
MAP_DELETE_ELEM map_fd=c key=2:4 => E2BIG
p := MAP_CREATE map_type=perf_event_array key_size=4 value_size=4 max_entries=2
MAP_UPDATE_ELEM map_fd=p key=0:4 value=999:4 => EBADF
MAP_UPDATE_ELEM map_fd=p key=0:4 value=c:4 => EBADF
MAP_LOOKUP_ELEM map_fd=p key=0:4 value=*4 => ENOTSUPP
MAP_DELETE_ELEM map_fd=p key=0:4 => ENOENT
MAP_GET_NEXT_KEY map_fd=p key=0:4 next_key=*4 => 0 next_key=1:4
-- redirect to a device of a map, or what the flags say
let gpl "GPL"
let eth x:ffffffffffff0102030405060800,x:aabb
m := MAP_CREATE map_type=devmap key_size=4 value_size=4 max_entries=2
p := PROG_LOAD prog_type=xdp insns=x:18110000,m:4,0:8,x:b702000001000000,x:b703000002000000,x:8500000033000000,x:9500000000000000 insn_cnt=6 license=@gpl
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=2
MAP_UPDATE_ELEM map_fd=m key=1:4 value=1:4
PROG_TEST_RUN prog_fd=p data_in=@eth data_size_in=16 => 0 retval=4
-- sockhash and reuseport_sockarray
MAP_CREATE map_type=sockhash key_size=0 value_size=4 max_entries=2 => EINVAL
MAP_CREATE map_type=sockhash key_size=513 value_size=4 max_entries=2 => E2BIG
MAP_CREATE map_type=sockhash key_size=513 value_size=5 max_entries=2 => EINVAL
MAP_CREATE map_type=sockhash key_size=4 value_size=4 max_entries=0xffffffff => EINVAL
MAP_CREATE map_type=sockhash key_size=4 value_size=4 max_entries=2 map_flags=1 => EINVAL
MAP_CREATE map_type=reuseport_sockarray key_size=4 value_size=5 max_entries=2 => EINVAL
MAP_CREATE map_type=reuseport_sockarray key_size=4 value_size=8 max_entries=2 map_flags=0x80
s := MAP_CREATE map_type=sockhash key_size=6 value_size=8 max_entries=2
MAP_UPDATE_ELEM map_fd=s key=*6 value=999:8 => EBADF
MAP_UPDATE_ELEM map_fd=s key=*6 value=s:8 => ENOTSOCK
MAP_LOOKUP_ELEM map_fd=s key=*6 value=*8 => ENOENT
MAP_DELETE_ELEM map_fd=s key=*6 => ENOENT
MAP_GET_NEXT_KEY map_fd=s next_key=*6 => ENOENT
t := MAP_CREATE map_type=sockhash key_size=6 value_size=4 max_entries=2
MAP_LOOKUP_ELEM map_fd=t key=*6 value=*4 => ENOSPC
r := MAP_CREATE map_type=reuseport_sockarray key_size=4 value_size=8 max_entries=2
MAP_UPDATE_ELEM map_fd=r key=0:4 value=999:8 => EBADF
MAP_UPDATE_ELEM map_fd=r key=0:4 value=r:8 => ENOTSOCK
MAP_UPDATE_ELEM map_fd=r key=2:4 value=999:8 => E2BIG
MAP_LOOKUP_ELEM map_fd=r key=0:4 value=*8 => ENOENT
MAP_DELETE_ELEM map_fd=r key=0:4 => ENOENT
MAP_DELETE_ELEM map_fd=r key=2:4 => E2BIG
