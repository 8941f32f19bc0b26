# Maps of sockets, cgroups and events, with what belongs in them and what does not.
-- sockmap
s := MAP_CREATE map_type=sockmap key_size=4 value_size=8 max_entries=4
open tcp tcp
open listening tcp-listening
open connected tcp-connected
open unbound udp
open udp udp-group
open unix unix
open dgram unix-dgram
open pair unix-connected
open packet packet
open netlink netlink
open file /etc/passwd
MAP_UPDATE_ELEM map_fd=s key=0:4 value=tcp:8 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=s key=0:4 value=unix:8 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=s key=0:4 value=unbound:8 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=s key=0:4 value=packet:8 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=s key=0:4 value=netlink:8 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=s key=0:4 value=file:8 => ENOTSOCK
MAP_UPDATE_ELEM map_fd=s key=0:4 value=tcp:8 flags=3 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=s key=0:4 value=udp:8 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=s key=4:4 value=udp:8 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=s key=4:4 value=tcp:8 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=s key=0:4 value=listening:8 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=s key=4:4 value=listening:8 => E2BIG
MAP_UPDATE_ELEM map_fd=s key=0:4 value=listening:8
MAP_UPDATE_ELEM map_fd=s key=0:4 value=listening:8 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=s key=0:4 value=listening:8 flags=2
MAP_UPDATE_ELEM map_fd=s key=1:4 value=connected:8 flags=1
MAP_UPDATE_ELEM map_fd=s key=2:4 value=udp:8
MAP_UPDATE_ELEM map_fd=s key=3:4 value=pair:8
MAP_LOOKUP_ELEM map_fd=s key=1:4 value=*8 => 0 a:=value+0:8
MAP_LOOKUP_ELEM map_fd=s key=2:4 value=*8 => 0 b:=value+0:8
MAP_UPDATE_ELEM map_fd=s key=1:4 value=udp:8
MAP_LOOKUP_ELEM map_fd=s key=1:4 value=*8 => 0 value=b:8
MAP_DELETE_ELEM map_fd=s key=1:4
MAP_DELETE_ELEM map_fd=s key=1:4 => EINVAL
MAP_LOOKUP_ELEM map_fd=s key=1:4 value=*8 => ENOENT
MAP_UPDATE_ELEM map_fd=s key=1:4 value=dgram:8
MAP_LOOKUP_AND_DELETE_ELEM map_fd=s key=0:4 value=*8 => ENOTSUPP
-- sockhash
s := MAP_CREATE map_type=sockhash key_size=6 value_size=8 max_entries=2
open tcp tcp
open listening tcp-listening
open udp udp-group
MAP_UPDATE_ELEM map_fd=s key=*6 value=tcp:8 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=s key=*6 value=udp:8 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=s key=*6 value=udp:8 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=s key=*6 value=udp:8 flags=1
MAP_UPDATE_ELEM map_fd=s key=*6 value=udp:8 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=s key=*6 value=listening:8 flags=2
MAP_LOOKUP_ELEM map_fd=s key=*6 value=*8 => 0 c:=value+0:8
MAP_UPDATE_ELEM map_fd=s key=0:6 value=listening:8
MAP_UPDATE_ELEM map_fd=s key=1:6 value=listening:8 => E2BIG
MAP_LOOKUP_ELEM map_fd=s key=0:6 value=*8 => 0 value=c:8
MAP_GET_NEXT_KEY map_fd=s next_key=0:6
MAP_DELETE_ELEM map_fd=s key=*6
MAP_DELETE_ELEM map_fd=s key=*6 => ENOENT
MAP_GET_NEXT_KEY map_fd=s next_key=*6 => 0 next_key=0:6
MAP_LOOKUP_AND_DELETE_ELEM map_fd=s key=0:6 value=*8 => ENOTSUPP
-- reuseport_sockarray
r := MAP_CREATE map_type=reuseport_sockarray key_size=4 value_size=8 max_entries=3
open tcp tcp
open bound tcp-bound
open listening tcp-listening
open group tcp-group
open udp udp
open unbound udp-unbound-group
open udps udp-group
open udp6 udp6-group
open unix unix-connected
open packet packet
MAP_UPDATE_ELEM map_fd=r key=0:4 value=tcp:8 => EINVAL
MAP_UPDATE_ELEM map_fd=r key=0:4 value=bound:8 => EINVAL
MAP_UPDATE_ELEM map_fd=r key=0:4 value=listening:8 => EINVAL
MAP_UPDATE_ELEM map_fd=r key=0:4 value=udp:8 => EINVAL
MAP_UPDATE_ELEM map_fd=r key=0:4 value=unbound:8 => EINVAL
MAP_UPDATE_ELEM map_fd=r key=0:4 value=unix:8 => ENOTSUPP
MAP_UPDATE_ELEM map_fd=r key=0:4 value=packet:8 => ENOTSUPP
MAP_UPDATE_ELEM map_fd=r key=0:4 value=group:8 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=r key=3:4 value=group:8 => E2BIG
MAP_UPDATE_ELEM map_fd=r key=0:4 value=group:8 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=r key=0:4 value=group:8
MAP_UPDATE_ELEM map_fd=r key=0:4 value=group:8 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=r key=1:4 value=udps:8 flags=1
MAP_UPDATE_ELEM map_fd=r key=2:4 value=udp6:8 flags=1
MAP_UPDATE_ELEM map_fd=r key=1:4 value=udp6:8 => EBUSY
MAP_UPDATE_ELEM map_fd=r key=2:4 value=udp6:8 => EBUSY
MAP_UPDATE_ELEM map_fd=r key=2:4 value=udp6:8 flags=2 => EBUSY
MAP_LOOKUP_ELEM map_fd=r key=1:4 value=*8 => 0 u:=value+0:8
MAP_LOOKUP_ELEM map_fd=r key=3:4 value=*8 => ENOENT
MAP_DELETE_ELEM map_fd=r key=1:4
MAP_DELETE_ELEM map_fd=r key=1:4 => ENOENT
MAP_UPDATE_ELEM map_fd=r key=0:4 value=udps:8
MAP_LOOKUP_ELEM map_fd=r key=0:4 value=*8 => 0 value=u:8
t := MAP_CREATE map_type=reuseport_sockarray key_size=4 value_size=4 max_entries=3
MAP_UPDATE_ELEM map_fd=t key=0:4 value=group:4
MAP_LOOKUP_ELEM map_fd=t key=0:4 value=*4 => ENOSPC
-- xskmap
x := MAP_CREATE map_type=xskmap key_size=4 value_size=4 max_entries=2
open xdp xdp
open tcp tcp
open file /etc/passwd
MAP_UPDATE_ELEM map_fd=x key=0:4 value=tcp:4 => EOPNOTSUPP
MAP_UPDATE_ELEM map_fd=x key=0:4 value=file:4 => ENOTSOCK
MAP_UPDATE_ELEM map_fd=x key=0:4 value=xdp:4 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=x key=2:4 value=xdp:4 => E2BIG
MAP_UPDATE_ELEM map_fd=x key=0:4 value=xdp:4 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=x key=0:4 value=xdp:4 flags=1
MAP_UPDATE_ELEM map_fd=x key=0:4 value=xdp:4 flags=1
open more xdp
MAP_UPDATE_ELEM map_fd=x key=0:4 value=more:4 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=x key=0:4 value=xdp:4 flags=2
MAP_GET_NEXT_KEY map_fd=x key=0:4 next_key=*4 => 0 next_key=1:4
MAP_DELETE_ELEM map_fd=x key=0:4
MAP_DELETE_ELEM map_fd=x key=0:4
MAP_LOOKUP_AND_DELETE_ELEM map_fd=x key=0:4 value=*4 => ENOTSUPP
-- cgroup_array
c := MAP_CREATE map_type=cgroup_array key_size=4 value_size=4 max_entries=2
open cgroup cgroup
open dir /
open tcp tcp
MAP_UPDATE_ELEM map_fd=c key=0:4 value=dir:4 => EBADF
MAP_UPDATE_ELEM map_fd=c key=0:4 value=tcp:4 => EBADF
MAP_UPDATE_ELEM map_fd=c key=0:4 value=cgroup:4 flags=2 => EINVAL
MAP_UPDATE_ELEM map_fd=c key=2:4 value=cgroup:4 => E2BIG
MAP_UPDATE_ELEM map_fd=c key=0:4 value=cgroup:4
MAP_UPDATE_ELEM map_fd=c key=0:4 value=cgroup:4
MAP_LOOKUP_ELEM map_fd=c key=0:4 value=*4 => ENOTSUPP
MAP_GET_NEXT_KEY map_fd=c next_key=*4 => 0 next_key=0:4
MAP_DELETE_ELEM map_fd=c key=0:4
MAP_DELETE_ELEM map_fd=c key=0:4 => ENOENT
MAP_LOOKUP_AND_DELETE_ELEM map_fd=c key=0:4 value=*4 => ENOTSUPP
-- cgroup_array: a cgroup of the old hierarchy
c := MAP_CREATE map_type=cgroup_array key_size=4 value_size=4 max_entries=2
open v1 /sys/fs/cgroup/cpu
MAP_UPDATE_ELEM map_fd=c key=0:4 value=v1:4 => EBADF
-- perf_event_array
p := MAP_CREATE map_type=perf_event_array key_size=4 value_size=4 max_entries=2
open event event
open dir /
MAP_UPDATE_ELEM map_fd=p key=0:4 value=dir:4 => EBADF
MAP_UPDATE_ELEM map_fd=p key=0:4 value=event:4 flags=1 => EINVAL
MAP_UPDATE_ELEM map_fd=p key=2:4 value=event:4 => E2BIG
MAP_UPDATE_ELEM map_fd=p key=0:4 value=event:4
MAP_UPDATE_ELEM map_fd=p key=0:4 value=event:4
MAP_LOOKUP_ELEM map_fd=p key=0:4 value=*4 => ENOTSUPP
MAP_DELETE_ELEM map_fd=p key=0:4
MAP_DELETE_ELEM map_fd=p key=0:4 => ENOENT
MAP_LOOKUP_BATCH map_fd=p keys=*8 values=*8 count=2 out_batch=*4 => ENOTSUPP
