# Tries: keys are a length in bits and bytes.
-- making and elements
MAP_CREATE map_type=lpm_trie key_size=8 value_size=8 max_entries=2 => EINVAL
MAP_CREATE map_type=lpm_trie key_size=4 value_size=8 max_entries=2 map_flags=1 => EINVAL
MAP_CREATE map_type=lpm_trie key_size=261 value_size=8 max_entries=2 map_flags=1 => EINVAL
MAP_CREATE map_type=lpm_trie key_size=8 value_size=0 max_entries=2 map_flags=1 => EINVAL
MAP_CREATE map_type=lpm_trie key_size=8 value_size=8 max_entries=0 map_flags=1 => EINVAL
MAP_CREATE map_type=lpm_trie key_size=8 value_size=8 max_entries=2 map_flags=0x401 => EINVAL
m := MAP_CREATE map_type=lpm_trie key_size=260 value_size=8 max_entries=2 map_flags=1
m := MAP_CREATE map_type=lpm_trie key_size=8 value_size=8 max_entries=3 map_flags=1
MAP_LOOKUP_ELEM map_fd=m key=32:4,x:01020304 value=*8 => ENOENT
MAP_DELETE_ELEM map_fd=m key=32:4,x:01020304 => ENOENT
MAP_DELETE_ELEM map_fd=m key=33:4,x:01020304 => EINVAL
MAP_GET_NEXT_KEY map_fd=m next_key=*8 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=33:4,x:01020304 value=1:8 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=8:4,x:01020304 value=1:8 flags=2 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=8:4,x:01020304 value=1:8 flags=3 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=8:4,x:01020304 value=1:8 flags=4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=8:4,x:01020304 value=1:8 flags=1
MAP_UPDATE_ELEM map_fd=m key=8:4,x:01ffffff value=1:8 flags=1 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=16:4,x:01020000 value=2:8
MAP_UPDATE_ELEM map_fd=m key=0:4,x:00000000 value=9:8
MAP_UPDATE_ELEM map_fd=m key=24:4,x:01020300 value=3:8 => ENOSPC
MAP_UPDATE_ELEM map_fd=m key=16:4,x:01020000 value=4:8
MAP_UPDATE_ELEM map_fd=m key=16:4,x:01020000 value=5:8 flags=2
MAP_LOOKUP_ELEM map_fd=m key=32:4,x:01020304 value=*8 => 0 value=5:8
MAP_LOOKUP_ELEM map_fd=m key=32:4,x:01030304 value=*8 => 0 value=1:8
MAP_LOOKUP_ELEM map_fd=m key=32:4,x:02030304 value=*8 => 0 value=9:8
MAP_LOOKUP_ELEM map_fd=m key=12:4,x:01020304 value=*8 => 0 value=1:8
MAP_LOOKUP_ELEM map_fd=m key=33:4,x:01020304 value=*8 => ENOENT
MAP_LOOKUP_ELEM map_fd=m key=32:4,x:01020304 value=*8 flags=4 => EINVAL
MAP_GET_NEXT_KEY map_fd=m next_key=*8 => 0 next_key=16:4,x:01020000
MAP_GET_NEXT_KEY map_fd=m key=16:4,x:01020000 next_key=*8 => 0 next_key=8:4,x:01020304
MAP_GET_NEXT_KEY map_fd=m key=8:4,x:01020304 next_key=*8 => 0 next_key=0:4,x:00000000
MAP_GET_NEXT_KEY map_fd=m key=0:4,x:00000000 next_key=*8 => ENOENT
MAP_GET_NEXT_KEY map_fd=m key=9:4,x:01000000 next_key=*8 => 0 next_key=16:4,x:01020000
MAP_DELETE_ELEM map_fd=m key=12:4,x:01020000 => ENOENT
MAP_DELETE_ELEM map_fd=m key=16:4,x:0102ffff
MAP_LOOKUP_ELEM map_fd=m key=32:4,x:01020304 value=*8 => 0 value=1:8
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=8:4,x:01020304 value=*8 => ENOTSUPP
MAP_UPDATE_ELEM map_fd=m key=24:4,x:01020300 value=3:8
