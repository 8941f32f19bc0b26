# What programs see of a function that they trace (linkage, section 3). Attach types: 24 fentry, 25 fexit,
# 26 fmod_ret, 28 iterators.
let eth x:ffffffffffff0102030405060800,x:aabb
-- all words of a function of two [door]
m := MAP_CREATE map_type=array key_size=4 value_size=48 max_entries=1
prog t trace.s target
func f trace.s glong
prog x trace.s ex_all attach_prog_fd=t attach_btf_id=f fd_array=m:4
l := LINK_CREATE prog_fd=x attach_type=25
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=8
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:48 => 0 value=2:8,7:8,1:8,8:8,1:8,8:8
-- five words, and what was returned, of a function whose signature says little [door]
m := MAP_CREATE map_type=array key_size=4 value_size=48 max_entries=1
prog t trace.s target
func f trace.s spin
prog x trace.s ex_count attach_prog_fd=t attach_btf_id=f fd_array=m:4
l := LINK_CREATE prog_fd=x attach_type=25
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=8
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:48 => 0 value=5:8,9:8
-- an argument that there is not [door]
m := MAP_CREATE map_type=array key_size=4 value_size=48 max_entries=1
prog t trace.s target
func f trace.s glong
prog n trace.s en_none attach_prog_fd=t attach_btf_id=f fd_array=m:4
l := LINK_CREATE prog_fd=n attach_type=24
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=8
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:48 => 0 value=77:8,-22:8,-22:8
-- a function without a result has a word for one all the same [door]
m := MAP_CREATE map_type=array key_size=4 value_size=48 max_entries=1
prog t trace.s target
func f trace.s nothing
prog x trace.s ex_void attach_prog_fd=t attach_btf_id=f fd_array=m:4
l := LINK_CREATE prog_fd=x attach_type=25
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=8
-- where a function is, for those that trace it [door]
m := MAP_CREATE map_type=array key_size=4 value_size=48 max_entries=1
prog t trace.s target
func f trace.s glong
func i kernel bpf_iter_bpf_map
prog n trace.s whence attach_prog_fd=t attach_btf_id=f fd_array=m:4
prog n trace.s whence_iter attach_btf_id=i => ENOTSUPP func bpf_get_func_ip#173 supported only for fentry/fexit/fmod_ret programs
-- how words are read [door]
prog t trace.s target
func f trace.s glong
func g trace.s gctx
prog n trace.s narrow attach_prog_fd=t attach_btf_id=f
prog e trace.s odd_offset attach_prog_fd=t attach_btf_id=f => EACCES func 'glong' offset 4 is not multiple of 8
prog e trace.s writes attach_prog_fd=t attach_btf_id=f => EACCES invalid bpf_context access off=0 size=8
prog e trace.s narrow_pointer attach_prog_fd=t attach_btf_id=g => EACCES func 'gctx' size 4 must be 8
-- words that there are not [door]
prog t trace.s target
func f trace.s glong
func g trace.s gctx
prog e trace.s slot2 attach_prog_fd=t attach_btf_id=f => EACCES func 'glong' doesn't have 3-th argument
prog e trace.s slot3 attach_prog_fd=t attach_btf_id=f => EACCES func 'glong' doesn't have 4-th argument
prog e trace.s slot4 attach_prog_fd=t attach_btf_id=f => EACCES func 'glong' doesn't have 4-th argument
prog e trace.s slot3 attach_prog_fd=t attach_btf_id=g => EACCES func 'gctx' doesn't have 3-th argument
prog e trace.s slot5 attach_prog_fd=t attach_btf_id=g => EACCES func 'gctx' doesn't have 3-th argument
-- a context is the kernel's own object to who traces [door]
prog t trace.s target
func g trace.s gctx
prog e trace.s typed attach_prog_fd=t attach_btf_id=g => EACCES R1 is ptr_xdp_buff invalid negative access: off=-8
-- functions of the kernel that are not traced [door]
func p kernel dev_set_name
func v kernel vfs_read
prog n trace.s null attach_btf_id=p => EINVAL The function dev_set_name with variable args is unsupported.
func m kernel udp_tunnel_xmit_skb
func s kernel tcp_v4_init_seq_and_ts_off
prog n trace.s null attach_btf_id=m => EINVAL The function udp_tunnel_xmit_skb has 13 arguments. Too many.
prog n trace.s leaves attach_btf_id=s => EINVAL The function tcp_v4_init_seq_and_ts_off return type UNION is unsupported.
prog n trace.s mod_ret attach_btf_id=v => EINVAL vfs_read() is not modifiable
-- programs that trace have functions, which are not replaced [door]
prog t trace.s target
func f trace.s glong
func h trace.s helped
prog n trace.s with_func attach_prog_fd=t attach_btf_id=f
prog x trace.s x_helped attach_prog_fd=n attach_btf_id=h => EINVAL Cannot extend fentry/fexit
-- signs of arguments, signs and widths of results are not compared; widths of arguments are [door]
prog t trace.s target
func f trace.s glong
prog x trace.s x_unsigned attach_prog_fd=t attach_btf_id=f
prog y trace.s x_narrow attach_prog_fd=t attach_btf_id=f
prog z trace.s x_two attach_prog_fd=t attach_btf_id=f => EINVAL arg1 in x_two() has size 4 while glong() has 8
l := LINK_CREATE prog_fd=x
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=5
close l
l := LINK_CREATE prog_fd=y
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=5
-- another target whose attach type is not that of the first [door]
prog t trace.s target
prog u trace.s target expected_attach_type=0
prog v trace.s target
func f trace.s glong
prog x trace.s x_unsigned attach_prog_fd=t attach_btf_id=f
LINK_CREATE prog_fd=x target_fd=u target_btf_id=f => EINVAL
l := LINK_CREATE prog_fd=x target_fd=v target_btf_id=f
-- what runs when a program throws [door]
prog t throws.s throws
func h throws.s handler
func m throws.s throws
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=1
prog n trace.s null attach_prog_fd=t attach_btf_id=h => EINVAL FENTRY/FEXIT programs cannot attach to exception callback
prog x trace.s x_helped attach_prog_fd=t attach_btf_id=h => EINVAL Extension programs cannot attach to exception callback
prog n trace.s null attach_prog_fd=t attach_btf_id=m
