# Extensions and tracing programs of programs: who may be loaded for what, and attached to it.
# Attach types: 24 fentry, 25 fexit. Nothing is attached to anything of the machine's kernel.
let eth x:ffffffffffff0102030405060800,x:aabb
-- the target itself [door]
prog t target.s classify
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
-- a program extends a function, until its link goes [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
l := LINK_CREATE prog_fd=e
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 repeat=3 => 0 retval=1032
OBJ_GET_INFO_BY_FD bpf_fd=l info_len=64 info=0:64 => 0 info+0=2:4 info+16=0:4 info+24=f:4
close l
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
-- attached by RAW_TRACEPOINT_OPEN [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
RAW_TRACEPOINT_OPEN prog_fd=e name="x" => EINVAL
l := RAW_TRACEPOINT_OPEN prog_fd=e
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=1032
RAW_TRACEPOINT_OPEN prog_fd=t => EINVAL
RAW_TRACEPOINT_OPEN prog_fd=999 => EBADF
RAW_TRACEPOINT_OPEN prog_fd=l => EINVAL
-- main itself, a function with a context, its own functions, a large stack [door]
prog t target.s classify
func f target.s classify
func g target.s gscal
func h target.s gctx
prog e ext.s ok_main attach_prog_fd=t attach_btf_id=f
l := LINK_CREATE prog_fd=e
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=5
close l
prog e2 ext.s ok_ctx attach_prog_fd=t attach_btf_id=h
l2 := LINK_CREATE prog_fd=e2
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=43
prog e3 ext.s own_calls attach_prog_fd=t attach_btf_id=g
l3 := LINK_CREATE prog_fd=e3
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=73
close l3
prog e4 ext.s big_stack attach_prog_fd=t attach_btf_id=g
l4 := LINK_CREATE prog_fd=e4
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=13
-- a wider result is no other type, a wider argument is [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_long attach_prog_fd=t attach_btf_id=f
prog e2 ext.s bad_size attach_prog_fd=t attach_btf_id=f => EINVAL arg0 in bad_size() has size 8 while gscal() has 4
-- refused at load: what it names [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t => EINVAL Tracing programs must provide btf_id
prog e ext.s ok_scal attach_btf_id=1 => EINVAL Cannot replace kernel functions
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f expected_attach_type=24 => EINVAL
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=0x7fffff => EINVAL
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=0x80000000 => EINVAL
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=99999 => EINVAL attach_btf_id 99999 is invalid
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=1 => EINVAL doesn't exist
prog e ext.s ok_scal attach_prog_fd=999 attach_btf_id=f => EINVAL
prog c target.s caller fd_array=0:4 => EINVAL
-- a target without types [door]
p := PROG_LOAD prog_type=xdp insns=x:b700000002000000,x:9500000000000000 insn_cnt=2 license="GPL"
prog e ext.s ok_scal attach_prog_fd=p attach_btf_id=5 => EINVAL FENTRY/FEXIT program can only be attached to another program annotated with BTF
-- refused at load: the function is not one that can be replaced [door]
prog t target.s classify
func f target.s gscal
func s target.s sfun
func p target.s spin
prog e ext.s static_like attach_prog_fd=t attach_btf_id=s => EINVAL sfun() is not a global function
prog e ext.s bad_kind attach_prog_fd=t attach_btf_id=p => EINVAL Cannot replace static functions
prog n target.s nobtfmain
func m target.s nobtfmain
prog e ext.s ok_main attach_prog_fd=n attach_btf_id=m => EINVAL Cannot replace static functions
-- refused at load: other types [door]
prog t target.s classify
func f target.s gscal
func g target.s gctx
prog e ext.s bad_nargs attach_prog_fd=t attach_btf_id=f => EINVAL bad_nargs() has 2 args while gscal() has 1 args
prog e ext.s bad_kind attach_prog_fd=t attach_btf_id=f => EINVAL arg0 in bad_kind() is PTR while gscal() has INT
prog e ext.s bad_ctxname attach_prog_fd=t attach_btf_id=g => EINVAL arg0 bad_ctxname(struct __sk_buff *) doesn't match gctx(struct xdp_md *)
prog e ext.s bad_ptr attach_prog_fd=t attach_btf_id=g => EINVAL arg0 in bad_ptr() is not a pointer to context
prog e ext.s bad_retptr attach_prog_fd=t attach_btf_id=f => EINVAL Return type PTR of bad_retptr() doesn't match type INT of gscal()
-- refused at load: by the target's rules [door]
prog t target.s classify
func g target.s gctx
prog e ext.s bad_null attach_prog_fd=t attach_btf_id=g => EACCES invalid bpf_context access off=64 size=4
prog e ext.s bad_helper attach_prog_fd=t attach_btf_id=g => EINVAL program of this type cannot use helper bpf_skb_load_bytes#26
prog e ext.s changes attach_prog_fd=t attach_btf_id=g => EINVAL Extension program changes packet data, while original does not
-- one level [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
func x ext.s ok_scal
prog y ext.s ok_scal2 attach_prog_fd=e attach_btf_id=x => EINVAL Cannot recursively attach
-- programs that trace are not extended [door]
prog t target.s classify
func f target.s gscal
prog n ext.s en1 attach_prog_fd=t attach_btf_id=f
func e ext.s en1
prog x ext.s ok_scal attach_prog_fd=n attach_btf_id=e => EINVAL Cannot replace static functions
-- one program for each function [door]
prog t target.s classify
func f target.s gscal
func g target.s gctx
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
prog e2 ext.s ok_scal2 attach_prog_fd=t attach_btf_id=f
l := LINK_CREATE prog_fd=e
LINK_CREATE prog_fd=e2 => EBUSY
prog e3 ext.s ok_ctx attach_prog_fd=t attach_btf_id=g
l3 := LINK_CREATE prog_fd=e3
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=1033
close l
l2 := LINK_CREATE prog_fd=e2
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=73
-- again, and elsewhere [door]
prog t target.s classify
prog u target.s classify
func f target.s gscal
func g target.s gctx
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
LINK_CREATE prog_fd=e target_fd=t => EINVAL
LINK_CREATE prog_fd=e target_btf_id=f => EINVAL
l := LINK_CREATE prog_fd=e
close l
LINK_CREATE prog_fd=e => EINVAL
LINK_CREATE prog_fd=e target_fd=u target_btf_id=g => EINVAL
LINK_CREATE prog_fd=e target_fd=999 target_btf_id=f => EINVAL
l := LINK_CREATE prog_fd=e target_fd=u target_btf_id=f
PROG_TEST_RUN prog_fd=u data_in=@eth data_size_in=16 => 0 retval=1032
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
l2 := LINK_CREATE prog_fd=e target_fd=t target_btf_id=f
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=1032
-- a target of another type [door]
prog t target.s classify
prog s tc.s classify
func f target.s gscal
func g tc.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
LINK_CREATE prog_fd=e target_fd=s target_btf_id=g => EINVAL
-- traced or extended, not both [door]
prog t target.s classify
func f target.s gscal
func g target.s gctx
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
prog n ext.s en1 attach_prog_fd=t attach_btf_id=f
prog x ext.s ok_ctx attach_prog_fd=t attach_btf_id=g
l := LINK_CREATE prog_fd=n attach_type=24
LINK_CREATE prog_fd=e => EBUSY
m := LINK_CREATE prog_fd=x
close l
k := LINK_CREATE prog_fd=e
prog n2 ext.s en1 attach_prog_fd=t attach_btf_id=f
LINK_CREATE prog_fd=n2 attach_type=24 => EBUSY
-- an extension is traced [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
func x ext.s ok_scal
prog n ext.s en1 attach_prog_fd=e attach_btf_id=x
l := LINK_CREATE prog_fd=n attach_type=24
m := LINK_CREATE prog_fd=e
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=1032
-- prog arrays [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
MAP_UPDATE_ELEM map_fd=m key=0:4 value=e:4 => EINVAL
MAP_UPDATE_ELEM map_fd=m key=0:4 value=t:4
LINK_CREATE prog_fd=e => EBUSY
MAP_DELETE_ELEM map_fd=m key=0:4
l := LINK_CREATE prog_fd=e
MAP_UPDATE_ELEM map_fd=m key=0:4 value=t:4 => EBUSY
close l
MAP_UPDATE_ELEM map_fd=m key=0:4 value=t:4
-- a tail call in an extended program's neighbour [door]
prog t target.s classify
m := MAP_CREATE map_type=prog_array key_size=4 value_size=4 max_entries=2
prog c target.s caller fd_array=m:4
PROG_TEST_RUN prog_fd=c data_in=@eth data_size_in=16 => 0 retval=99
MAP_UPDATE_ELEM map_fd=m key=0:4 value=t:4
PROG_TEST_RUN prog_fd=c data_in=@eth data_size_in=16 => 0 retval=42
-- an extension does not run by itself [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
PROG_TEST_RUN prog_fd=e data_in=@eth data_size_in=16 => ENOTSUPP
-- tracing programs of programs [door]
prog t target.s classify
func f target.s gscal
func s target.s sfun
func p target.s spin
prog n ext.s en1 attach_prog_fd=t attach_btf_id=f
prog x ext.s ex1 attach_prog_fd=t attach_btf_id=f
prog b ext.s en_bad attach_prog_fd=t attach_btf_id=f => EINVAL At program exit the register R0 has smin=1 smax=1 should have been in [0, 0]
prog b ext.s en_second attach_prog_fd=t attach_btf_id=f => EACCES func 'gscal' doesn't have 2-th argument
prog b ext.s ex_static attach_prog_fd=t attach_btf_id=p
prog c ext.s ex_static attach_prog_fd=t attach_btf_id=s => EACCES doesn't have
prog b ext.s mod_ret attach_prog_fd=t attach_btf_id=f => EINVAL can't modify return codes of BPF programs
prog b ext.s sleepy attach_prog_fd=t attach_btf_id=f => EINVAL gscal is not sleepable
prog b ext.s raw attach_prog_fd=t attach_btf_id=f => EINVAL Only FENTRY/FEXIT progs are attachable to another BPF prog
-- functions of the kernel: who may trace them [door]
func v kernel vfs_read
func x kernel do_exit
func s kernel security_file_open
prog a ext.s en1 attach_btf_id=v
LINK_CREATE prog_fd=a attach_type=24 => EOPNOTSUPP
prog b ext.s mod_ret attach_btf_id=s
prog c ext.s mod_ret attach_btf_id=v => EINVAL vfs_read() is not modifiable
prog c ext.s sleepy attach_btf_id=v => EINVAL vfs_read is not sleepable
prog c ext.s ex1 attach_btf_id=x => EINVAL Attaching fexit/fmod_ret to __noreturn function
prog c ext.s en1 attach_btf_id=1 => EINVAL attach_btf_id 1 is not a function
-- one level of tracing programs [door]
prog t target.s classify
func f target.s gscal
func e1 ext.s en1
func x1 ext.s ex1
prog n ext.s en1 attach_prog_fd=t attach_btf_id=f
prog x ext.s ex1 attach_prog_fd=n attach_btf_id=e1
prog y ext.s ex1 attach_prog_fd=x attach_btf_id=x1 => EINVAL Cannot nest tracing program attach more than once
-- a tracing program keeps its target [door]
prog t target.s classify
prog u target.s classify
func f target.s gscal
prog n ext.s en1 attach_prog_fd=t attach_btf_id=f
LINK_CREATE prog_fd=n attach_type=25 => EINVAL
LINK_CREATE prog_fd=n attach_type=24 target_fd=u target_btf_id=f => EINVAL
l := LINK_CREATE prog_fd=n attach_type=24 cookie=77
OBJ_GET_INFO_BY_FD bpf_fd=l info_len=64 info=0:64 => 0 info+16=24:4 info+32=77:8
close l
LINK_CREATE prog_fd=n attach_type=24 => EINVAL
-- descriptors [door]
prog t target.s classify
LINK_CREATE prog_fd=999 => EBADF
m := MAP_CREATE map_type=array key_size=4 value_size=4 max_entries=1
LINK_CREATE prog_fd=m => EINVAL
LINK_UPDATE link_fd=999 new_prog_fd=t => EBADF
LINK_UPDATE link_fd=t new_prog_fd=t => EINVAL
LINK_DETACH link_fd=999 => EBADF
LINK_DETACH link_fd=t => EINVAL
ITER_CREATE link_fd=999 => EBADF
ITER_CREATE link_fd=t => EINVAL
-- ids, descriptions, pins of links [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
OBJ_GET_INFO_BY_FD bpf_fd=t info_len=232 info=0:232 => 0 tid:=info+4:4 bid:=info+128:4
OBJ_GET_INFO_BY_FD bpf_fd=e info_len=232 info=0:232 => 0 eid:=info+4:4 info+220=bid:4,f:4
l := LINK_CREATE prog_fd=e
OBJ_GET_INFO_BY_FD bpf_fd=l info_len=64 info=0:64 => 0 info+0=2:4 lid:=info+4:4 info+8=eid:4,0:4,0:4,tid:4,f:4
OBJ_GET_INFO_BY_FD bpf_fd=e info_len=232 info=0:232 => 0 info+220=0:4,f:4
LINK_GET_NEXT_ID => 0 next_id=lid
LINK_GET_NEXT_ID start_id=lid => ENOENT
k := LINK_GET_FD_BY_ID start_id=lid
LINK_GET_FD_BY_ID start_id=99 => ENOENT
close l
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=1032
OBJ_PIN bpf_fd=k pathname="alink"
close k
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=1032
k := OBJ_GET pathname="alink"
close k
LINK_GET_NEXT_ID => 0 next_id=lid
! rm alink
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
LINK_GET_NEXT_ID => ENOENT
-- links are neither updated nor detached [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
prog e2 ext.s ok_scal2 attach_prog_fd=t attach_btf_id=f
l := LINK_CREATE prog_fd=e
LINK_UPDATE link_fd=l new_prog_fd=e2 flags=1 => EINVAL
LINK_UPDATE link_fd=l new_prog_fd=999 => EBADF
LINK_UPDATE link_fd=l new_prog_fd=e2 old_prog_fd=e => EINVAL
LINK_UPDATE link_fd=l new_prog_fd=e2 => EINVAL
LINK_DETACH link_fd=l => EOPNOTSUPP
-- targets and programs outlive their descriptors [door]
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
OBJ_GET_INFO_BY_FD bpf_fd=t info_len=232 info=0:232 => 0 tid:=info+4:4
l := LINK_CREATE prog_fd=e
close t
close e
t2 := PROG_GET_FD_BY_ID start_id=tid
PROG_TEST_RUN prog_fd=t2 data_in=@eth data_size_in=16 => 0 retval=1032
close l
close t2
PROG_GET_FD_BY_ID start_id=tid => ENOENT
PROG_GET_NEXT_ID => ENOENT
-- programs that trace run in Linux's order, each with its cookie [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
prog t target.s classify
func f target.s gscal
prog en1 ext.s en_log attach_prog_fd=t attach_btf_id=f fd_array=m:4,m:4
prog ex1 ext.s ex_log attach_prog_fd=t attach_btf_id=f fd_array=m:4,m:4
prog en2 ext.s en_log attach_prog_fd=t attach_btf_id=f fd_array=m:4,m:4
prog ex2 ext.s ex_log attach_prog_fd=t attach_btf_id=f fd_array=m:4,m:4
a := LINK_CREATE prog_fd=en1 attach_type=24 cookie=1
b := LINK_CREATE prog_fd=ex1 attach_type=25 cookie=2
c := LINK_CREATE prog_fd=en2 attach_type=24 cookie=3
d := LINK_CREATE prog_fd=ex2 attach_type=25 cookie=4
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:8 => 0 value=3142:8
close c
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:8
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:8 => 0 value=142:8
close a
close b
close d
MAP_UPDATE_ELEM map_fd=m key=0:4 value=0:8
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:8 => 0 value=0:8
-- what they see [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
prog t target.s classify
func f target.s gscal
func p target.s spin
prog x ext.s ex_sees attach_prog_fd=t attach_btf_id=f fd_array=m:4,m:4
l := LINK_CREATE prog_fd=x attach_type=25
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:8 => 0 value=3041:8
close l
prog y ext.s en_asks attach_prog_fd=t attach_btf_id=f fd_array=m:4,m:4
k := LINK_CREATE prog_fd=y attach_type=24
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:8 => 0 value=-22095:8
# Of a function whose types say little, what was returned is behind five words.
prog z ext.s ex_slot5 attach_prog_fd=t attach_btf_id=p fd_array=m:4,m:4
j := LINK_CREATE prog_fd=z attach_type=25
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:8 => 0 value=0:8
-- an extension is traced when it runs, and so is a program that traces [door]
m := MAP_CREATE map_type=array key_size=4 value_size=8 max_entries=1
prog t target.s classify
func f target.s gscal
prog e ext.s ok_scal attach_prog_fd=t attach_btf_id=f
func x ext.s ok_scal
prog n ext.s en_log attach_prog_fd=e attach_btf_id=x fd_array=m:4,m:4
func y ext.s en_log
prog o ext.s ex_log attach_prog_fd=n attach_btf_id=y fd_array=m:4,m:4
a := LINK_CREATE prog_fd=n attach_type=24 cookie=5
b := LINK_CREATE prog_fd=o attach_type=25 cookie=6
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=42
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:8 => 0 value=0:8
c := LINK_CREATE prog_fd=e
PROG_TEST_RUN prog_fd=t data_in=@eth data_size_in=16 => 0 retval=1032
MAP_LOOKUP_ELEM map_fd=m key=0:4 value=0:8 => 0 value=56:8
-- the 39th program on a function [door]
prog t target.s classify
func f target.s gscal
prog p0 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l0 := LINK_CREATE prog_fd=p0 attach_type=25
prog p1 ext.s en1 attach_prog_fd=t attach_btf_id=f
l1 := LINK_CREATE prog_fd=p1 attach_type=24
prog p2 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l2 := LINK_CREATE prog_fd=p2 attach_type=25
prog p3 ext.s en1 attach_prog_fd=t attach_btf_id=f
l3 := LINK_CREATE prog_fd=p3 attach_type=24
prog p4 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l4 := LINK_CREATE prog_fd=p4 attach_type=25
prog p5 ext.s en1 attach_prog_fd=t attach_btf_id=f
l5 := LINK_CREATE prog_fd=p5 attach_type=24
prog p6 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l6 := LINK_CREATE prog_fd=p6 attach_type=25
prog p7 ext.s en1 attach_prog_fd=t attach_btf_id=f
l7 := LINK_CREATE prog_fd=p7 attach_type=24
prog p8 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l8 := LINK_CREATE prog_fd=p8 attach_type=25
prog p9 ext.s en1 attach_prog_fd=t attach_btf_id=f
l9 := LINK_CREATE prog_fd=p9 attach_type=24
prog p10 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l10 := LINK_CREATE prog_fd=p10 attach_type=25
prog p11 ext.s en1 attach_prog_fd=t attach_btf_id=f
l11 := LINK_CREATE prog_fd=p11 attach_type=24
prog p12 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l12 := LINK_CREATE prog_fd=p12 attach_type=25
prog p13 ext.s en1 attach_prog_fd=t attach_btf_id=f
l13 := LINK_CREATE prog_fd=p13 attach_type=24
prog p14 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l14 := LINK_CREATE prog_fd=p14 attach_type=25
prog p15 ext.s en1 attach_prog_fd=t attach_btf_id=f
l15 := LINK_CREATE prog_fd=p15 attach_type=24
prog p16 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l16 := LINK_CREATE prog_fd=p16 attach_type=25
prog p17 ext.s en1 attach_prog_fd=t attach_btf_id=f
l17 := LINK_CREATE prog_fd=p17 attach_type=24
prog p18 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l18 := LINK_CREATE prog_fd=p18 attach_type=25
prog p19 ext.s en1 attach_prog_fd=t attach_btf_id=f
l19 := LINK_CREATE prog_fd=p19 attach_type=24
prog p20 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l20 := LINK_CREATE prog_fd=p20 attach_type=25
prog p21 ext.s en1 attach_prog_fd=t attach_btf_id=f
l21 := LINK_CREATE prog_fd=p21 attach_type=24
prog p22 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l22 := LINK_CREATE prog_fd=p22 attach_type=25
prog p23 ext.s en1 attach_prog_fd=t attach_btf_id=f
l23 := LINK_CREATE prog_fd=p23 attach_type=24
prog p24 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l24 := LINK_CREATE prog_fd=p24 attach_type=25
prog p25 ext.s en1 attach_prog_fd=t attach_btf_id=f
l25 := LINK_CREATE prog_fd=p25 attach_type=24
prog p26 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l26 := LINK_CREATE prog_fd=p26 attach_type=25
prog p27 ext.s en1 attach_prog_fd=t attach_btf_id=f
l27 := LINK_CREATE prog_fd=p27 attach_type=24
prog p28 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l28 := LINK_CREATE prog_fd=p28 attach_type=25
prog p29 ext.s en1 attach_prog_fd=t attach_btf_id=f
l29 := LINK_CREATE prog_fd=p29 attach_type=24
prog p30 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l30 := LINK_CREATE prog_fd=p30 attach_type=25
prog p31 ext.s en1 attach_prog_fd=t attach_btf_id=f
l31 := LINK_CREATE prog_fd=p31 attach_type=24
prog p32 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l32 := LINK_CREATE prog_fd=p32 attach_type=25
prog p33 ext.s en1 attach_prog_fd=t attach_btf_id=f
l33 := LINK_CREATE prog_fd=p33 attach_type=24
prog p34 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l34 := LINK_CREATE prog_fd=p34 attach_type=25
prog p35 ext.s en1 attach_prog_fd=t attach_btf_id=f
l35 := LINK_CREATE prog_fd=p35 attach_type=24
prog p36 ext.s ex1 attach_prog_fd=t attach_btf_id=f
l36 := LINK_CREATE prog_fd=p36 attach_type=25
prog p37 ext.s en1 attach_prog_fd=t attach_btf_id=f
l37 := LINK_CREATE prog_fd=p37 attach_type=24
prog q ext.s en1 attach_prog_fd=t attach_btf_id=f
LINK_CREATE prog_fd=q attach_type=24 => E2BIG
close l7
m := LINK_CREATE prog_fd=q attach_type=24
-- programs on a device: one, which another may take the place of [door]
let ret2 x:b700000002000000,x:9500000000000000
p := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
q := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL"
d := PROG_LOAD prog_type=xdp insns=@ret2 insn_cnt=2 license="GPL" expected_attach_type=33
s := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 pid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=q info_len=232 info=0:232 => 0 qid:=info+4:4
LINK_CREATE prog_fd=p target_fd=0 attach_type=37 => EINVAL
LINK_CREATE prog_fd=p target_fd=1 attach_type=0 => EINVAL
LINK_CREATE prog_fd=p target_fd=1 attach_type=37 flags=6 => EINVAL
LINK_CREATE prog_fd=p target_fd=1 attach_type=37 flags=32 => EINVAL
LINK_CREATE prog_fd=d target_fd=1 attach_type=37 => EINVAL
LINK_CREATE prog_fd=s target_fd=1 attach_type=37 => EINVAL
l := LINK_CREATE prog_fd=p target_fd=1 attach_type=37 flags=2
OBJ_GET_INFO_BY_FD bpf_fd=l info_len=64 info=0:64 => 0 info+0=6:4 lid:=info+4:4 info+8=pid:4,0:4,1:4
LINK_CREATE prog_fd=q target_fd=1 attach_type=37 => EBUSY
m := LINK_CREATE prog_fd=q target_fd=2 attach_type=37
PROG_QUERY target_fd=1 attach_type=37 prog_ids=0:16 count=4 => 0 count=1 prog_ids=pid:4
LINK_UPDATE link_fd=l new_prog_fd=s => EINVAL
LINK_UPDATE link_fd=l new_prog_fd=q flags=4 old_prog_fd=q => EPERM
LINK_UPDATE link_fd=l new_prog_fd=q flags=4 old_prog_fd=p
PROG_QUERY target_fd=1 attach_type=37 prog_ids=0:16 count=4 link_ids=0:16 => 0 count=1 prog_ids=qid:4 link_ids=lid:4
LINK_DETACH link_fd=l
PROG_QUERY target_fd=1 attach_type=37 prog_ids=0:16 count=4 => 0 count=0
LINK_UPDATE link_fd=l new_prog_fd=p => ENOLINK
n := LINK_CREATE prog_fd=p target_fd=1 attach_type=37
close n
PROG_QUERY target_fd=1 attach_type=37 prog_ids=0:16 count=4 => 0 count=0
-- programs of a device's traffic, in their order [door]
let ret2 x:b700000002000000,x:9500000000000000
p := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
q := PROG_LOAD prog_type=sched_cls insns=@ret2 insn_cnt=2 license="GPL"
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 pid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=q info_len=232 info=0:232 => 0 qid:=info+4:4
a := LINK_CREATE prog_fd=p target_fd=1 attach_type=46
b := LINK_CREATE prog_fd=q target_fd=1 attach_type=46
c := LINK_CREATE prog_fd=q target_fd=1 attach_type=47
LINK_CREATE prog_fd=p target_fd=1 attach_type=46 flags=8 => EEXIST
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=4 => 0 count=2 prog_ids=pid:4,qid:4
PROG_QUERY target_fd=1 attach_type=46 prog_ids=0:16 count=1 => ENOSPC count=2 prog_ids=pid:4,0:4
PROG_QUERY target_fd=1 attach_type=99 => EINVAL
PROG_QUERY target_fd=1 attach_type=46 query_flags=1 => EINVAL
-- programs of a control group [door]
let ret1 x:b700000001000000,x:9500000000000000
open g .
p := PROG_LOAD prog_type=cgroup_skb insns=@ret1 insn_cnt=2 license="GPL"
q := PROG_LOAD prog_type=cgroup_sock_addr insns=@ret1 insn_cnt=2 license="GPL" expected_attach_type=10
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 pid:=info+4:4
LINK_CREATE prog_fd=p target_fd=999 attach_type=0 => EBADF
LINK_CREATE prog_fd=p target_fd=p attach_type=0 => EBADF
LINK_CREATE prog_fd=p target_fd=g attach_type=0 flags=1 => EINVAL
LINK_CREATE prog_fd=q target_fd=g attach_type=11 => EINVAL
a := LINK_CREATE prog_fd=p target_fd=g attach_type=0
b := LINK_CREATE prog_fd=p target_fd=g attach_type=1
c := LINK_CREATE prog_fd=q target_fd=g attach_type=10
OBJ_GET_INFO_BY_FD bpf_fd=b info_len=64 info=0:64 => 0 info+0=3:4 info+24=1:4
PROG_QUERY target_fd=g attach_type=0 prog_ids=0:16 count=4 => 0 count=1 prog_ids=pid:4 attach_flags=2
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=99 => EINVAL
PROG_ATTACH target_fd=1 attach_bpf_fd=p attach_type=37 => EINVAL
PROG_ATTACH target_fd=1 attach_bpf_fd=p attach_type=46 => EINVAL
! mkdir other
open o other
d := LINK_CREATE prog_fd=p target_fd=o attach_type=0
PROG_QUERY target_fd=g attach_type=0 prog_ids=0:16 count=4 => 0 count=1
LINK_DETACH link_fd=a
PROG_QUERY target_fd=g attach_type=0 => 0 count=0
-- programs of a control group without links [door]
let ret1 x:b700000001000000,x:9500000000000000
open g .
p := PROG_LOAD prog_type=cgroup_skb insns=@ret1 insn_cnt=2 license="GPL"
q := PROG_LOAD prog_type=cgroup_skb insns=@ret1 insn_cnt=2 license="GPL"
r := PROG_LOAD prog_type=xdp insns=@ret1 insn_cnt=2 license="GPL"
OBJ_GET_INFO_BY_FD bpf_fd=p info_len=232 info=0:232 => 0 pid:=info+4:4
OBJ_GET_INFO_BY_FD bpf_fd=q info_len=232 info=0:232 => 0 qid:=info+4:4
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=0 attach_flags=3 => EINVAL
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=0 attach_flags=4 => EINVAL
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=0 attach_flags=64 => EINVAL
PROG_ATTACH target_fd=g attach_bpf_fd=r attach_type=0 => EINVAL
PROG_ATTACH target_fd=g attach_bpf_fd=999 attach_type=0 => EBADF
PROG_ATTACH target_fd=999 attach_bpf_fd=p attach_type=0 => EBADF
PROG_DETACH target_fd=g attach_type=0 => ENOENT
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=0
PROG_QUERY target_fd=g attach_type=0 prog_ids=0:16 count=4 => 0 count=1 prog_ids=pid:4 attach_flags=0
PROG_ATTACH target_fd=g attach_bpf_fd=q attach_type=0 attach_flags=2 => EPERM
LINK_CREATE prog_fd=q target_fd=g attach_type=0 => EPERM
LINK_GET_NEXT_ID => ENOENT
PROG_ATTACH target_fd=g attach_bpf_fd=q attach_type=0
PROG_QUERY target_fd=g attach_type=0 prog_ids=0:16 count=4 => 0 count=1 prog_ids=qid:4
close q
q := PROG_GET_FD_BY_ID start_id=qid
PROG_DETACH target_fd=g attach_type=0
PROG_DETACH target_fd=g attach_type=0 => ENOENT
PROG_QUERY target_fd=g attach_type=0 count=4 => 0 count=0
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=0 attach_flags=2
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=0 attach_flags=2 => EINVAL
PROG_ATTACH target_fd=g attach_bpf_fd=q attach_type=0 attach_flags=6 replace_bpf_fd=q => ENOENT
PROG_ATTACH target_fd=g attach_bpf_fd=q attach_type=0 attach_flags=6 replace_bpf_fd=p
PROG_QUERY target_fd=g attach_type=0 prog_ids=0:16 count=4 => 0 count=1 prog_ids=qid:4 attach_flags=2
PROG_ATTACH target_fd=g attach_bpf_fd=p attach_type=0 attach_flags=2
PROG_QUERY target_fd=g attach_type=0 prog_ids=0:16 count=4 link_ids=9:4,9:4 => 0 count=2 prog_ids=qid:4,pid:4 link_ids=0:4,0:4
l := LINK_CREATE prog_fd=p target_fd=g attach_type=0
PROG_DETACH target_fd=g attach_type=0 => EINVAL
PROG_DETACH target_fd=g attach_bpf_fd=q attach_type=0
PROG_DETACH target_fd=g attach_bpf_fd=p attach_type=0
PROG_DETACH target_fd=g attach_bpf_fd=p attach_type=0 => ENOENT
PROG_QUERY target_fd=g attach_type=0 prog_ids=0:16 count=4 => 0 count=1 prog_ids=pid:4
