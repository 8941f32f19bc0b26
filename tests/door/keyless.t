# Queues, stacks, bloom filters.
-- queue: what cannot be made
MAP_CREATE map_type=queue key_size=4 value_size=8 max_entries=2 => EINVAL
MAP_CREATE map_type=queue key_size=0 value_size=0 max_entries=2 => EINVAL
MAP_CREATE map_type=queue key_size=0 value_size=8 max_entries=0 => EINVAL
MAP_CREATE map_type=queue key_size=0 value_size=8 max_entries=2 map_flags=1 => EINVAL
-- queue: first in, first out
m := MAP_CREATE map_type=queue key_size=0 value_size=8 max_entries=2
MAP_LOOKUP_ELEM map_fd=m value=*8 => ENOENT
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=*8 => ENOENT
MAP_UPDATE_ELEM map_fd=m value=1:8
MAP_UPDATE_ELEM map_fd=m value=2:8
MAP_UPDATE_ELEM map_fd=m value=3:8 => E2BIG
MAP_UPDATE_ELEM map_fd=m value=3:8 flags=1 => EINVAL
MAP_UPDATE_ELEM map_fd=m value=3:8 flags=2
MAP_UPDATE_ELEM map_fd=m value=3:8 flags=3 => EINVAL
MAP_LOOKUP_ELEM map_fd=m value=*8 => 0 value=2:8
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*8 => EINVAL
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=*8 => 0 value=2:8
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=*8 flags=4 => EINVAL
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=*8 => 0 value=3:8
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=*8 => ENOENT
MAP_DELETE_ELEM map_fd=m => EINVAL
MAP_DELETE_ELEM map_fd=m key=0:4 => EINVAL
MAP_GET_NEXT_KEY map_fd=m next_key=*4 => EINVAL
-- stack: last in, first out
m := MAP_CREATE map_type=stack key_size=0 value_size=8 max_entries=2
MAP_UPDATE_ELEM map_fd=m value=1:8
MAP_UPDATE_ELEM map_fd=m value=2:8
MAP_UPDATE_ELEM map_fd=m value=3:8 => E2BIG
MAP_LOOKUP_ELEM map_fd=m value=*8 => 0 value=2:8
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=*8 => 0 value=2:8
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=*8 => 0 value=1:8
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=*8 => ENOENT
-- bloom filter
MAP_CREATE map_type=bloom_filter key_size=4 value_size=8 max_entries=2 => EINVAL
MAP_CREATE map_type=bloom_filter key_size=0 value_size=8 max_entries=2 map_extra=16 => EINVAL
m := MAP_CREATE map_type=bloom_filter key_size=0 value_size=8 max_entries=100 map_extra=3
MAP_LOOKUP_ELEM map_fd=m value=5:8 => ENOENT
MAP_UPDATE_ELEM map_fd=m value=5:8
MAP_LOOKUP_ELEM map_fd=m value=5:8 => 0
MAP_UPDATE_ELEM map_fd=m value=5:8 flags=1 => EINVAL
MAP_DELETE_ELEM map_fd=m => EOPNOTSUPP
MAP_GET_NEXT_KEY map_fd=m next_key=*4 => EOPNOTSUPP
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m value=5:8 => ENOTSUPP
-- ring buffers
MAP_CREATE map_type=ringbuf max_entries=0 => EINVAL
MAP_CREATE map_type=ringbuf max_entries=1000 => EINVAL
MAP_CREATE map_type=ringbuf max_entries=6144 => EINVAL
MAP_CREATE map_type=ringbuf max_entries=12288 => EINVAL
MAP_CREATE map_type=ringbuf key_size=4 max_entries=4096 => EINVAL
MAP_CREATE map_type=ringbuf value_size=4 max_entries=4096 => EINVAL
MAP_CREATE map_type=ringbuf max_entries=4096 map_flags=1 => EINVAL
MAP_CREATE map_type=ringbuf max_entries=4096 map_flags=8 => EINVAL
MAP_CREATE map_type=ringbuf max_entries=4096 map_flags=0x400 => EINVAL
MAP_CREATE map_type=ringbuf max_entries=4096 map_flags=0x80000 => EINVAL
MAP_CREATE map_type=user_ringbuf max_entries=1000 => EINVAL
MAP_CREATE map_type=user_ringbuf key_size=4 max_entries=4096 => EINVAL
MAP_CREATE map_type=user_ringbuf max_entries=4096 map_flags=0x80000 => EINVAL
r := MAP_CREATE map_type=ringbuf max_entries=4096
u := MAP_CREATE map_type=user_ringbuf max_entries=8192 map_flags=4
MAP_LOOKUP_ELEM map_fd=r key=null value=*8 => ENOTSUPP
MAP_LOOKUP_ELEM map_fd=r key=0:4 value=*8 => EINVAL
MAP_UPDATE_ELEM map_fd=r key=null value=*8 => ENOTSUPP
MAP_DELETE_ELEM map_fd=r key=null => ENOTSUPP
MAP_GET_NEXT_KEY map_fd=r next_key=*8 => ENOTSUPP
MAP_LOOKUP_AND_DELETE_ELEM map_fd=r key=null value=*8 => ENOTSUPP
MAP_LOOKUP_BATCH map_fd=r count=1 => ENOTSUPP
MAP_LOOKUP_ELEM map_fd=u key=null value=*8 => ENOTSUPP
MAP_UPDATE_ELEM map_fd=u key=null value=*8 => ENOTSUPP
MAP_DELETE_ELEM map_fd=u key=null => ENOTSUPP
MAP_GET_NEXT_KEY map_fd=u next_key=*8 => ENOTSUPP
