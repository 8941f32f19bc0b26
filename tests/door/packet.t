# LD_ABS and LD_IND: from the data, and from the link and network headers, wherever the data begins.
let frame x:0102030405060708090a0b0c88b5202122232425262728292a2b2c2d2e2f30313233
-- packet loads from the link and network headers: socket_filter
p := PROG_LOAD prog_type=socket_filter insns=x:bf1600000000000028000000000000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=8225
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000000c0000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=11309
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000000e0000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=11823
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf1600000000000028000000120000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=12851
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf1600000000000028000000130000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf1600000000000028000000210000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf1600000000000028000000200000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000000000f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=8225
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000000c00f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=11309
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000001200f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=12851
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000001300f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000001400f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000000000e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=258
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000000c00e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=34997
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000000e00e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=8225
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000002000e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=12851
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000280000002100e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf1600000000000028000000ffffdfff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf1600000000000028000000ffffffff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf160000000000002800000000f0ffff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf1600000000000028000000f2ffffff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000b4010000f2ffffff48100000000000009500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000b401000004000000481000000000f0ff9500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=9253
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000b40100000d000000481000000000e0ff9500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=46368
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000b4010000feffffff481000000400e0ff9500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=772
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000b4010000feffffff481000000000f0ff9500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=socket_filter insns=x:bf16000000000000b4010000feffffff48100000140000009500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=12851
close p
-- packet loads from the link and network headers: sched_cls
p := PROG_LOAD prog_type=sched_cls insns=x:bf1600000000000028000000000000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=258
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000000c0000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=34997
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000000e0000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=8225
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf1600000000000028000000120000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=9253
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf1600000000000028000000130000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=9510
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf1600000000000028000000210000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf1600000000000028000000200000009500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=12851
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000000000f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=8225
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000000c00f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=11309
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000001200f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=12851
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000001300f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000001400f0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000000000e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=258
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000000c00e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=34997
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000000e00e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=8225
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000002000e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=12851
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000280000002100e0ff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf1600000000000028000000ffffdfff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf1600000000000028000000ffffffff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf160000000000002800000000f0ffff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf1600000000000028000000f2ffffff9500000000000000 insn_cnt=3 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000b4010000f2ffffff48100000000000009500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000b401000004000000481000000000f0ff9500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=9253
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000b40100000d000000481000000000e0ff9500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=46368
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000b4010000feffffff481000000400e0ff9500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=772
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000b4010000feffffff481000000000f0ff9500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=0
close p
p := PROG_LOAD prog_type=sched_cls insns=x:bf16000000000000b4010000feffffff48100000140000009500000000000000 insn_cnt=4 license="GPL"
PROG_TEST_RUN prog_fd=p data_in=@frame data_size_in=34 => 0 retval=9253
close p
