# Special fields in values: which maps may have which, and how they are read and written. The blob has the types that a
# map is made with below: 1 int, 2 u64, 3 u32, 4 key8, 28 lock, 29 res, 30 timer, 31 wq, 32 task_work, 33 kptr_unref, 34 kptr, 35 percpu_kptr, 36 uptr, 37 list, 39 rbtree, 41 refcount, 42 cgkey.
let btf x:9feb01001800000000000000d0040000d00400005a0100000100000000000001040000002000000105000000000000010800000040000000090000000000000104000000200000001100000002000004080000000d00000003000000000000000f00000003000000200000001a00000001000004040000001600000003000000000000002800000001000004040000001600000003000000000000003a00000002000004100000000d00000002000000000000000f00000002000000400000004400000002000004100000000d00000002000000000000000f00000002000000400000004b00000001000004080000000d00000002000000000000005900000002000004100000000d00000002000000000000000f00000002000000400000006900000003000004180000000d00000002000000000000000f00000002000000400000006700000002000000800000007700000002000004100000000d00000002000000000000000f00000002000000400000008500000004000004200000000d00000002000000000000000f00000002000000400000006700000002000000800000008300000002000000c0000000910000000100000404000000160000000300000000000000a200000002000004200000009e0000000b00000000000000a000000002000000c0000000a600000002000004280000009e0000000d00000000000000a00000000200000000010000aa0000000100000408000000a00000000200000000000000af0000000100000408000000a00000000200000000000000bb0000000100000408000000a00000000200000000000000c00000000000001212000000000000000000000214000000cf0000000000001212000000000000000000000216000000d40000000000001211000000000000000000000218000000e0000000000000121100000000000000000000021a000000e700000003000004100000000d0000000200000000000000e500000005000000400000000f0000000300000060000000ee00000003000004100000000d0000000200000000000000e500000006000000400000000f0000000300000060000000f600000002000004180000000d0000000200000000000000f40000000700000040000000fe00000002000004180000000d0000000200000000000000f400000008000000400000000301000002000004100000000d0000000200000000000000f400000009000000400000000a01000002000004100000000d00000002000000000000000801000015000000400000000f01000002000004100000000d00000002000000000000000801000017000000400000001401000002000004100000000d00000002000000000000000801000019000000400000001901000002000004100000000d0000000200000000000000080100001b000000400000002001000003000004200000000d0000000200000000000000e500000005000000400000001e0100000a00000080000000270100000000001125000000020000003801000003000004200000000d0000000200000000000000e50000000500000040000000360100000c000000800000003d0100000000001127000000020000004c01000003000004100000000d0000000200000000000000360100000e000000400000000f0000000300000060000000540100000200000410000000510100000200000000000000f4000000030000004000000000696e74007536340075333200610062006b6579380076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b006270665f74696d6572006270665f7771006270665f7461736b5f776f726b006270665f6c6973745f686561640063006270665f6c6973745f6e6f6465006270665f72625f726f6f740064006270665f72625f6e6f6465006270665f726566636f756e74006e007800666f6f00626172006d696e65007461736b5f73747275637400736f636b006b7074725f756e74727573746564006b707472007065726370755f6b7074720075707472006c00765f6c6f636b00765f726573007400765f74696d657200765f777100765f7477007000765f6b7500765f6b7200765f6b7000765f7570006800765f6c69737400636f6e7461696e733a666f6f3a6e007200765f726200636f6e7461696e733a6261723a6e00765f72630069640063676b657900
# Types that no BTF may have:
let twice x:9feb0100180000000000000074000000740000003300000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000003100000002000004080000002d00000003000000000000002f000000030000002000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b006c006d007600
let both x:9feb0100180000000000000074000000740000003300000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000003100000002000004080000002d00000003000000000000002f000000040000002000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b006c006d007600
let inunion x:9feb0100180000000000000074000000740000003300000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000003100000002000005080000002d00000003000000000000002f000000010000000000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b006c006d007600
let nodtor x:9feb0100180000000000000098000000980000003d00000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000002f00000001000004080000002d00000001000000000000003400000000000012050000000000000000000002060000003b000000010000040800000039000000070000000000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b007800736f636b006b7074720070007600
let dtor x:9feb0100180000000000000098000000980000004400000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000002f00000001000004080000002d00000001000000000000003b000000000000120500000000000000000000020600000042000000010000040800000040000000070000000000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b0078007461736b5f737472756374006b7074720070007600
let untold x:9feb010018000000000000008c0000008c0000004300000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000003100000002000004100000002d00000001000000000000002f00000001000000400000004100000001000004100000003f000000050000000000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b00610062006270665f6c6973745f686561640068007600
let unlocked x:9feb01001800000000000000e4000000e40000006800000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000003100000002000004100000002d00000001000000000000002f00000001000000400000004100000003000004180000002d00000001000000000000002f00000001000000400000003f00000001000000800000005100000001000004180000004f00000006000000000000005700000001000004100000005500000005000000000000005900000000000011080000000000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b00610062006270665f6c6973745f686561640063006270665f6c6973745f6e6f6465006e00666f6f0068007600636f6e7461696e733a666f6f3a6e00
let array x:9feb0100180000000000000080000000800000003100000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000000000000000000003000000000300000002000000020000002f00000001000004080000002d000000050000000000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b006c007600
let uptr x:9feb0100180000000000000098000000980000003d00000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000002f00000001000004080000002d00000001000000000000003400000000000012050000000000000000000002060000003b000000010000040800000039000000070000000000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b0078006d696e6500757074720070007600
let tag x:9feb01001800000000000000a4000000a40000004300000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000002f00000001000004080000002d00000001000000000000003400000000000012050000000000000000000002060000004100000002000004100000003d00000007000000000000003f000000030000004000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b0078006d696e65006e6f6e73656e73650070006c007600
let odd x:9feb0100180000000000000068000000680000003100000001000000000000010800000040000000050000000000000104000000200000000d00000001000004040000000900000002000000000000001b00000001000004040000000900000002000000000000002f000000010000040c0000002d000000030000001000000000753634007533320076616c006270665f7370696e5f6c6f636b006270665f7265735f7370696e5f6c6f636b006c007600
-- which maps may have lock
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=28
m := MAP_CREATE map_type=array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=28
MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=28 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=28 => EOPNOTSUPP
MAP_CREATE map_type=lru_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=28 => EOPNOTSUPP
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=28 => EOPNOTSUPP
MAP_CREATE map_type=lpm_trie key_size=8 value_size=16 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=28 => EOPNOTSUPP
m := MAP_CREATE map_type=cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=28
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=28 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=28 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=28 => EINVAL
m := MAP_CREATE map_type=sk_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=28
m := MAP_CREATE map_type=inode_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=28
m := MAP_CREATE map_type=task_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=28
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=28 => EOPNOTSUPP
m := MAP_CREATE map_type=cgrp_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=28
-- which maps may have res
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=29
m := MAP_CREATE map_type=array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=29
MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=29 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=29 => EOPNOTSUPP
MAP_CREATE map_type=lru_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=29 => EOPNOTSUPP
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=29 => EOPNOTSUPP
MAP_CREATE map_type=lpm_trie key_size=8 value_size=16 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=29 => EOPNOTSUPP
m := MAP_CREATE map_type=cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=29
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=29 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=29 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=29 => EINVAL
m := MAP_CREATE map_type=sk_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=29
m := MAP_CREATE map_type=inode_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=29
m := MAP_CREATE map_type=task_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=29
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=29 => EOPNOTSUPP
m := MAP_CREATE map_type=cgrp_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=29
-- which maps may have timer
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=30
m := MAP_CREATE map_type=array key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=30
MAP_CREATE map_type=percpu_hash key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
m := MAP_CREATE map_type=lru_hash key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=30
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=lpm_trie key_size=8 value_size=24 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=24 btf_key_type_id=42 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=24 btf_key_type_id=42 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=24 max_entries=4 btf_fd=b btf_value_type_id=30 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=24 max_entries=4 btf_fd=b btf_value_type_id=30 => EINVAL
MAP_CREATE map_type=sk_storage key_size=4 value_size=24 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=inode_storage key_size=4 value_size=24 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=task_storage key_size=4 value_size=24 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=bloom_filter key_size=0 value_size=24 max_entries=4 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
MAP_CREATE map_type=cgrp_storage key_size=4 value_size=24 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=30 => EOPNOTSUPP
-- which maps may have wq
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=31
m := MAP_CREATE map_type=array key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=31
MAP_CREATE map_type=percpu_hash key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
m := MAP_CREATE map_type=lru_hash key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=31
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=24 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=lpm_trie key_size=8 value_size=24 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=24 btf_key_type_id=42 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=24 btf_key_type_id=42 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=24 max_entries=4 btf_fd=b btf_value_type_id=31 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=24 max_entries=4 btf_fd=b btf_value_type_id=31 => EINVAL
MAP_CREATE map_type=sk_storage key_size=4 value_size=24 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=inode_storage key_size=4 value_size=24 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=task_storage key_size=4 value_size=24 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=bloom_filter key_size=0 value_size=24 max_entries=4 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
MAP_CREATE map_type=cgrp_storage key_size=4 value_size=24 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=31 => EOPNOTSUPP
-- which maps may have task_work
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=32
m := MAP_CREATE map_type=array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=32
MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
m := MAP_CREATE map_type=lru_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=32
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=lpm_trie key_size=8 value_size=16 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=32 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=32 => EINVAL
MAP_CREATE map_type=sk_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=inode_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=task_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
MAP_CREATE map_type=cgrp_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=32 => EOPNOTSUPP
-- which maps may have kptr_unref
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=33
m := MAP_CREATE map_type=array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=33
m := MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=33
m := MAP_CREATE map_type=percpu_array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=33
m := MAP_CREATE map_type=lru_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=33
m := MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=33
MAP_CREATE map_type=lpm_trie key_size=8 value_size=16 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=33 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=33 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=33 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=33 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=33 => EINVAL
m := MAP_CREATE map_type=sk_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=33
m := MAP_CREATE map_type=inode_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=33
m := MAP_CREATE map_type=task_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=33
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=33 => EOPNOTSUPP
m := MAP_CREATE map_type=cgrp_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=33
-- which maps may have kptr
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=34
m := MAP_CREATE map_type=array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=34
m := MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=34
m := MAP_CREATE map_type=percpu_array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=34
m := MAP_CREATE map_type=lru_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=34
m := MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=34
MAP_CREATE map_type=lpm_trie key_size=8 value_size=16 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=34 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=34 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=34 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=34 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=34 => EINVAL
m := MAP_CREATE map_type=sk_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=34
m := MAP_CREATE map_type=inode_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=34
m := MAP_CREATE map_type=task_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=34
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=34 => EOPNOTSUPP
m := MAP_CREATE map_type=cgrp_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=34
-- which maps may have percpu_kptr
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=35
m := MAP_CREATE map_type=array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=35
m := MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=35
m := MAP_CREATE map_type=percpu_array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=35
m := MAP_CREATE map_type=lru_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=35
m := MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=35
MAP_CREATE map_type=lpm_trie key_size=8 value_size=16 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=35 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=35 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=35 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=35 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=35 => EINVAL
m := MAP_CREATE map_type=sk_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=35
m := MAP_CREATE map_type=inode_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=35
m := MAP_CREATE map_type=task_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=35
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=35 => EOPNOTSUPP
m := MAP_CREATE map_type=cgrp_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=35
-- which maps may have uptr
b := BTF_LOAD btf=@btf btf_size=1602
MAP_CREATE map_type=hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=lru_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=lpm_trie key_size=8 value_size=16 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=36 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=36 => EINVAL
MAP_CREATE map_type=sk_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=inode_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
m := MAP_CREATE map_type=task_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=36
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
MAP_CREATE map_type=cgrp_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=36 => EOPNOTSUPP
-- which maps may have list
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=37
m := MAP_CREATE map_type=array key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=37
MAP_CREATE map_type=percpu_hash key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=lru_hash key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=lpm_trie key_size=8 value_size=32 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=32 btf_key_type_id=42 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=32 btf_key_type_id=42 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=32 max_entries=4 btf_fd=b btf_value_type_id=37 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=32 max_entries=4 btf_fd=b btf_value_type_id=37 => EINVAL
MAP_CREATE map_type=sk_storage key_size=4 value_size=32 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=inode_storage key_size=4 value_size=32 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=task_storage key_size=4 value_size=32 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=bloom_filter key_size=0 value_size=32 max_entries=4 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
MAP_CREATE map_type=cgrp_storage key_size=4 value_size=32 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=37 => EOPNOTSUPP
-- which maps may have rbtree
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=39
m := MAP_CREATE map_type=array key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=39
MAP_CREATE map_type=percpu_hash key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=percpu_array key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=lru_hash key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=32 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=lpm_trie key_size=8 value_size=32 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=32 btf_key_type_id=42 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=32 btf_key_type_id=42 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=32 max_entries=4 btf_fd=b btf_value_type_id=39 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=32 max_entries=4 btf_fd=b btf_value_type_id=39 => EINVAL
MAP_CREATE map_type=sk_storage key_size=4 value_size=32 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=inode_storage key_size=4 value_size=32 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=task_storage key_size=4 value_size=32 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=bloom_filter key_size=0 value_size=32 max_entries=4 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
MAP_CREATE map_type=cgrp_storage key_size=4 value_size=32 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=39 => EOPNOTSUPP
-- which maps may have refcount
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=41
m := MAP_CREATE map_type=array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=41
m := MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=41
m := MAP_CREATE map_type=percpu_array key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=41
m := MAP_CREATE map_type=lru_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=41
m := MAP_CREATE map_type=lru_percpu_hash key_size=4 value_size=16 btf_key_type_id=1 max_entries=4 btf_fd=b btf_value_type_id=41
MAP_CREATE map_type=lpm_trie key_size=8 value_size=16 map_flags=1 btf_key_type_id=4 max_entries=4 btf_fd=b btf_value_type_id=41 => EOPNOTSUPP
MAP_CREATE map_type=cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=41 => EOPNOTSUPP
MAP_CREATE map_type=percpu_cgroup_storage key_size=16 value_size=16 btf_key_type_id=42 btf_fd=b btf_value_type_id=41 => EOPNOTSUPP
MAP_CREATE map_type=queue key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=41 => EINVAL
MAP_CREATE map_type=stack key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=41 => EINVAL
m := MAP_CREATE map_type=sk_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=41
m := MAP_CREATE map_type=inode_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=41
m := MAP_CREATE map_type=task_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=41
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 btf_fd=b btf_value_type_id=41 => EOPNOTSUPP
m := MAP_CREATE map_type=cgrp_storage key_size=4 value_size=16 map_flags=1 btf_key_type_id=1 btf_fd=b btf_value_type_id=41
-- fields are for maps that programs may read and write
b := BTF_LOAD btf=@btf btf_size=1602
MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=4 map_flags=0x80 btf_fd=b btf_key_type_id=1 btf_value_type_id=28 => EACCES
MAP_CREATE map_type=hash key_size=4 value_size=16 max_entries=4 map_flags=0x100 btf_fd=b btf_key_type_id=1 btf_value_type_id=34 => EACCES
MAP_CREATE map_type=bloom_filter key_size=0 value_size=16 max_entries=4 map_flags=0x80 btf_fd=b btf_value_type_id=28 => EACCES
-- a lock in an array
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=4 btf_fd=b btf_key_type_id=1 btf_value_type_id=28
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 flags=4 => 0 value=0:16
MAP_UPDATE_ELEM map_fd=m key=1:4 value=*16
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 => 0 value=*8,0:4,*4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=7:8,7:4,7:4 flags=4
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 flags=4 => 0 value=7:8,0:4,7:4
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 => 0 value=7:8,0:4,7:4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=8:8,8:4,8:4 flags=6
MAP_UPDATE_ELEM map_fd=m key=1:4 value=9:8,9:4,9:4 flags=5 => EEXIST
MAP_UPDATE_ELEM map_fd=m key=1:4 value=9:8,9:4,9:4 flags=7 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=4:4 value=9:8,9:4,9:4 flags=4 => E2BIG
MAP_LOOKUP_ELEM map_fd=m key=4:4 value=*16 flags=4 => ENOENT
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 flags=5 => EINVAL
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 => 0 value=8:8,0:4,8:4
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=1:4 value=*16 flags=4 => ENOTSUPP
-- a lock in a hash
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 max_entries=2 btf_fd=b btf_key_type_id=1 btf_value_type_id=28
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 flags=4 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=1:4 value=7:8,7:4,7:4 flags=6 => ENOENT
MAP_UPDATE_ELEM map_fd=m key=1:4 value=7:8,7:4,7:4 flags=5
MAP_UPDATE_ELEM map_fd=m key=1:4 value=7:8,7:4,7:4 flags=5 => EEXIST
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 flags=4 => 0 value=7:8,0:4,7:4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=8:8,8:4,8:4 flags=4
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 => 0 value=8:8,0:4,8:4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=9:8,9:4,9:4 flags=7 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=1:4 value=9:8,9:4,9:4
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 flags=4 => 0 value=9:8,0:4,9:4
MAP_UPDATE_ELEM map_fd=m key=2:4 value=9:8,9:4,9:4 flags=4
MAP_UPDATE_ELEM map_fd=m key=3:4 value=9:8,9:4,9:4 flags=4 => E2BIG
MAP_UPDATE_ELEM map_fd=m key=2:4 value=6:8,6:4,6:4 flags=4
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=2:4 value=*16 flags=4 => 0 value=6:8,0:4,6:4
MAP_LOOKUP_AND_DELETE_ELEM map_fd=m key=2:4 value=*16 flags=4 => ENOENT
-- a lock in batches
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=hash key_size=4 value_size=16 max_entries=8 btf_fd=b btf_key_type_id=1 btf_value_type_id=28
a := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=2 btf_fd=b btf_key_type_id=1 btf_value_type_id=28
MAP_UPDATE_BATCH map_fd=m keys=5:4 values=*16 count=1 elem_flags=4
MAP_UPDATE_BATCH map_fd=m keys=5:4 values=3:8,3:4,3:4 count=1 elem_flags=4 => 0 count=1
MAP_UPDATE_BATCH map_fd=m keys=6:4 values=*16 count=1 elem_flags=5 => EINVAL
MAP_LOOKUP_BATCH map_fd=m in_batch=null out_batch=*4 keys=*4 values=*16 count=1 elem_flags=4 => ENOENT count=1 keys=5:4 values=3:8,0:4,3:4
MAP_LOOKUP_AND_DELETE_BATCH map_fd=m in_batch=null out_batch=*4 keys=*4 values=*16 count=1 elem_flags=4 => ENOENT count=1 keys=5:4 values=3:8,0:4,3:4
MAP_UPDATE_BATCH map_fd=a keys=0:4,1:4 values=1:8,1:4,1:4,2:8,2:4,2:4 count=2 elem_flags=4
MAP_LOOKUP_BATCH map_fd=a in_batch=null out_batch=*4 keys=*8 values=*32 count=2 elem_flags=4 => 0 count=2 values=1:8,0:4,1:4,2:8,0:4,2:4
-- the other lock is none for others than programs
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=4 btf_fd=b btf_key_type_id=1 btf_value_type_id=29
MAP_UPDATE_ELEM map_fd=m key=1:4 value=*16
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 => 0 value=*8,0:4,*4
MAP_UPDATE_ELEM map_fd=m key=1:4 value=*16 flags=4 => EINVAL
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*16 flags=4 => EINVAL
-- what is seen of timers, work, pointers and counters
b := BTF_LOAD btf=@btf btf_size=1602
t := MAP_CREATE map_type=hash key_size=4 value_size=24 max_entries=4 btf_fd=b btf_key_type_id=1 btf_value_type_id=30
w := MAP_CREATE map_type=array key_size=4 value_size=24 max_entries=4 btf_fd=b btf_key_type_id=1 btf_value_type_id=31
u := MAP_CREATE map_type=lru_hash key_size=4 value_size=16 max_entries=4 btf_fd=b btf_key_type_id=1 btf_value_type_id=32
p := MAP_CREATE map_type=hash key_size=4 value_size=16 max_entries=4 btf_fd=b btf_key_type_id=1 btf_value_type_id=34
c := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=4 btf_fd=b btf_key_type_id=1 btf_value_type_id=41
r := MAP_CREATE map_type=array key_size=4 value_size=32 max_entries=4 btf_fd=b btf_key_type_id=1 btf_value_type_id=39
MAP_UPDATE_ELEM map_fd=t key=1:4 value=*24
MAP_UPDATE_ELEM map_fd=t key=1:4 value=*24
MAP_LOOKUP_ELEM map_fd=t key=1:4 value=*24 => 0 value=*8,0:16
MAP_LOOKUP_AND_DELETE_ELEM map_fd=t key=1:4 value=*24 => 0 value=*8,0:16
MAP_UPDATE_ELEM map_fd=w key=1:4 value=*24
MAP_LOOKUP_ELEM map_fd=w key=1:4 value=*24 => 0 value=*8,0:16
MAP_UPDATE_ELEM map_fd=u key=1:4 value=*16
MAP_LOOKUP_ELEM map_fd=u key=1:4 value=*16 => 0 value=*8,0:8
MAP_UPDATE_ELEM map_fd=p key=1:4 value=*16
MAP_LOOKUP_ELEM map_fd=p key=1:4 value=*16 => 0 value=*8,0:8
MAP_LOOKUP_ELEM map_fd=c key=1:4 value=*16 => 0 value=0:8,1:4,0:4
MAP_UPDATE_ELEM map_fd=c key=1:4 value=*16
MAP_LOOKUP_ELEM map_fd=c key=1:4 value=*16 => 0 value=*8,1:4,*4
MAP_UPDATE_ELEM map_fd=r key=1:4 value=*32
MAP_LOOKUP_ELEM map_fd=r key=1:4 value=*32 flags=4 => 0 value=*8,0:4,*4,0:16
-- fields of each cpu's value
b := BTF_LOAD btf=@btf btf_size=1602
m := MAP_CREATE map_type=percpu_array key_size=4 value_size=16 max_entries=2 btf_fd=b btf_key_type_id=1 btf_value_type_id=41
h := MAP_CREATE map_type=percpu_hash key_size=4 value_size=16 max_entries=2 btf_fd=b btf_key_type_id=1 btf_value_type_id=34
MAP_UPDATE_ELEM map_fd=m key=1:4 value=*8192
MAP_LOOKUP_ELEM map_fd=m key=1:4 value=*8192 => 0 value=*8,1:4,*4
MAP_UPDATE_ELEM map_fd=h key=1:4 value=*8192
MAP_UPDATE_ELEM map_fd=h key=1:4 value=*8192
MAP_LOOKUP_ELEM map_fd=h key=1:4 value=*8192 => 0 value=*8,0:8
-- maps of maps want the same fields
b := BTF_LOAD btf=@btf btf_size=1602
l := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=28
k := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=28
r := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=1 btf_fd=b btf_key_type_id=1 btf_value_type_id=29
p := MAP_CREATE map_type=array key_size=4 value_size=16 max_entries=1
o := MAP_CREATE map_type=array_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=l
q := MAP_CREATE map_type=hash_of_maps key_size=4 value_size=4 max_entries=2 inner_map_fd=p
MAP_UPDATE_ELEM map_fd=o key=0:4 value=k:4
MAP_UPDATE_ELEM map_fd=o key=0:4 value=r:4 => EINVAL
MAP_UPDATE_ELEM map_fd=o key=0:4 value=p:4 => EINVAL
MAP_UPDATE_ELEM map_fd=q key=0:4 value=p:4
MAP_UPDATE_ELEM map_fd=q key=0:4 value=l:4 => EINVAL
-- two locks
BTF_LOAD btf=@twice btf_size=191 => E2BIG
-- locks of both kinds
BTF_LOAD btf=@both btf_size=191 => EINVAL
-- a lock in a union
b := BTF_LOAD btf=@inunion btf_size=191
-- a pointer that nobody can free
BTF_LOAD btf=@nodtor btf_size=237 => ENOENT
-- a pointer that somebody can free
b := BTF_LOAD btf=@dtor btf_size=244
-- a list of it is not told what
BTF_LOAD btf=@untold btf_size=231 => EINVAL
-- a list without a lock
BTF_LOAD btf=@unlocked btf_size=356 => EINVAL
-- an array of locks
b := BTF_LOAD btf=@array btf_size=201
-- a pointer into user memory
b := BTF_LOAD btf=@uptr btf_size=237
-- another tag beside a lock
BTF_LOAD btf=@tag btf_size=255 => EINVAL
-- a lock at an odd place
BTF_LOAD btf=@odd btf_size=177 => EFAULT
