/*
 * What goes through the door: the attributes of each command and the descriptions that
 * OBJ_GET_INFO_BY_FD gives, as Linux 6.18's bpf(2) lays them out. A pointer is 64 bits wide
 * whatever the machine; its field is named as in uapi/linux/bpf.h, so that the manual of bpf(2)
 * applies. Names begin with sys_, so that <linux/bpf.h> may be included too.
 */
#ifndef CORE_SYS_ATTR_H
#define CORE_SYS_ATTR_H

#include <stddef.h>
#include <stdint.h>

enum {
	SYS_NAME_LEN = 16, /* of maps and programs, with the NUL */
	SYS_TAG_SIZE = 8,
	SYS_ATTR_MAX = 4096, /* more is E2BIG: a page */
};

#define SYS_ALIGN64 __attribute__((aligned(8)))
typedef uint64_t sys_ptr SYS_ALIGN64;

/* Flags beyond those of core/obj/map.h */
enum {
	SYS_F_LOCK = 1 << 2, /* of an element */

	SYS_F_CLONE = 1 << 9, /* of a map */
	SYS_F_LINK = 1 << 13,
	SYS_F_PATH_FD = 1 << 14, /* of a pin, too */
	SYS_F_VTYPE_BTF_OBJ_FD = 1 << 15,
	SYS_F_TOKEN_FD = 1 << 16,

	SYS_F_STRICT_ALIGNMENT = 1 << 0, /* of a program */
	SYS_F_ANY_ALIGNMENT = 1 << 1,
	SYS_F_TEST_RND_HI32 = 1 << 2,
	SYS_F_TEST_STATE_FREQ = 1 << 3,
	SYS_F_SLEEPABLE = 1 << 4,
	SYS_F_XDP_HAS_FRAGS = 1 << 5,
	SYS_F_XDP_DEV_BOUND = 1 << 6,
	SYS_F_TEST_REG_INVARIANTS = 1 << 7,

	SYS_F_ALLOW_OVERRIDE = 1 << 0, /* of attaching, and of LINK_UPDATE */
	SYS_F_ALLOW_MULTI = 1 << 1,
	SYS_F_REPLACE = 1 << 2,
	SYS_F_BEFORE = 1 << 3, /* where among those that are there */
	SYS_F_AFTER = 1 << 4,
	SYS_F_BY_ID = 1 << 5,
	SYS_F_BY_LINK = 1 << 13,
	SYS_F_ORDER = SYS_F_REPLACE | SYS_F_BEFORE | SYS_F_AFTER | SYS_F_BY_ID | SYS_F_BY_LINK,

	SYS_F_TEST_RUN_ON_CPU = 1 << 0, /* of TEST_RUN */
	SYS_F_TEST_LIVE_FRAMES = 1 << 1,
	SYS_F_TEST_CHECKSUM_COMPLETE = 1 << 2,

	SYS_STATS_RUN_TIME = 0, /* of ENABLE_STATS */
};

union sys_attr {
	struct { /* MAP_CREATE */
		uint32_t map_type, key_size, value_size, max_entries, map_flags;
		uint32_t inner_map_fd;
		uint32_t numa_node;
		char map_name[SYS_NAME_LEN];
		uint32_t map_ifindex;
		uint32_t btf_fd, btf_key_type_id, btf_value_type_id, btf_vmlinux_value_type_id;
		uint64_t map_extra;
		int32_t value_type_btf_obj_fd, map_token_fd;
		sys_ptr excl_prog_hash;
		uint32_t excl_prog_hash_size;
	};
	struct { /* MAP_*_ELEM, MAP_GET_NEXT_KEY, MAP_FREEZE */
		uint32_t map_fd;
		sys_ptr key;
		union {
			sys_ptr value;
			sys_ptr next_key;
		};
		uint64_t flags;
	};
	struct { /* MAP_*_BATCH */
		sys_ptr in_batch, out_batch;
		sys_ptr keys, values;
		uint32_t count; /* in: at most so many; out: so many */
		uint32_t map_fd;
		uint64_t elem_flags, flags;
	} batch;
	struct { /* PROG_LOAD */
		uint32_t prog_type, insn_cnt;
		sys_ptr insns, license;
		uint32_t log_level, log_size;
		sys_ptr log_buf;
		uint32_t kern_version, prog_flags;
		char prog_name[SYS_NAME_LEN];
		uint32_t prog_ifindex, expected_attach_type;
		uint32_t prog_btf_fd;
		uint32_t func_info_rec_size;
		sys_ptr func_info;
		uint32_t func_info_cnt, line_info_rec_size;
		sys_ptr line_info;
		uint32_t line_info_cnt;
		uint32_t attach_btf_id;
		union {
			uint32_t attach_prog_fd;
			uint32_t attach_btf_obj_fd;
		};
		uint32_t core_relo_cnt;
		sys_ptr fd_array, core_relos;
		uint32_t core_relo_rec_size;
		uint32_t log_true_size; /* out */
		int32_t prog_token_fd;
		uint32_t fd_array_cnt;
		sys_ptr signature;
		uint32_t signature_size;
		int32_t keyring_id;
	};
	struct { /* OBJ_PIN, OBJ_GET */
		sys_ptr pathname;
		uint32_t bpf_fd, file_flags;
		int32_t path_fd;
	};
	struct { /* TEST_RUN */
		uint32_t prog_fd;
		uint32_t retval;		      /* out */
		uint32_t data_size_in, data_size_out; /* out: the whole size */
		sys_ptr data_in, data_out;
		uint32_t repeat;
		uint32_t duration; /* out: ns of one run */
		uint32_t ctx_size_in, ctx_size_out;
		sys_ptr ctx_in, ctx_out;
		uint32_t flags, cpu, batch_size;
	} test;
	struct { /* *_GET_NEXT_ID, *_GET_FD_BY_ID */
		union {
			uint32_t start_id, prog_id, map_id, btf_id, link_id;
		};
		uint32_t next_id; /* out */
		uint32_t open_flags;
		int32_t fd_by_id_token_fd;
	};
	struct { /* OBJ_GET_INFO_BY_FD */
		uint32_t bpf_fd, info_len;
		sys_ptr info;
	} info;
	struct { /* BTF_LOAD */
		sys_ptr btf, btf_log_buf;
		uint32_t btf_size, btf_log_size, btf_log_level;
		uint32_t btf_log_true_size; /* out */
		uint32_t btf_flags;
		int32_t btf_token_fd;
	};
	struct { /* TASK_FD_QUERY */
		uint32_t pid, fd, flags;
		uint32_t buf_len;
		sys_ptr buf;
		uint32_t prog_id, fd_type;
		uint64_t probe_offset, probe_addr;
	} task_fd_query;
	struct { /* ENABLE_STATS */
		uint32_t type;
	} enable_stats;
	struct { /* PROG_BIND_MAP */
		uint32_t prog_fd, map_fd, flags;
	} prog_bind_map;
	struct { /* PROG_STREAM_READ_BY_FD */
		sys_ptr stream_buf;
		uint32_t stream_buf_len, stream_id, prog_fd;
	} prog_stream_read;
	struct { /* PROG_ATTACH, PROG_DETACH */
		union {
			uint32_t target_fd, target_ifindex;
		};
		uint32_t attach_bpf_fd, attach_type, attach_flags, replace_bpf_fd;
		union {
			uint32_t relative_fd, relative_id;
		};
		uint64_t expected_revision;
	} attach;
	struct { /* PROG_QUERY */
		union {
			uint32_t target_fd, target_ifindex;
		};
		uint32_t attach_type, query_flags;
		uint32_t attach_flags; /* out */
		sys_ptr prog_ids;
		uint32_t count; /* in: room; out: how many there are */
		sys_ptr prog_attach_flags, link_ids, link_attach_flags;
		uint64_t revision; /* out */
	} query;
	struct { /* RAW_TRACEPOINT_OPEN */
		sys_ptr name;
		uint32_t prog_fd;
		uint64_t cookie SYS_ALIGN64;
	} raw_tracepoint;
	struct { /* LINK_CREATE */
		union {
			uint32_t prog_fd, map_fd;
		};
		union {
			uint32_t target_fd, target_ifindex;
		};
		uint32_t attach_type, flags;
		union {
			uint32_t target_btf_id;
			struct {
				uint32_t target_btf_id;
				uint64_t cookie SYS_ALIGN64;
			} tracing;
			struct {
				sys_ptr info;
				uint32_t info_len;
			} iter;
			struct {
				union {
					uint32_t relative_fd, relative_id;
				};
				uint64_t expected_revision SYS_ALIGN64;
			} order; /* among those on a device or a cgroup */
			struct {
				uint32_t pf, hooknum;
				int32_t priority;
				uint32_t flags;
			} netfilter;
			struct {
				uint32_t flags, count;
				sys_ptr syms, addrs, cookies;
			} kprobe_multi;
			struct { /* the largest of them */
				sys_ptr path, offsets, ref_ctr_offsets, cookies;
				uint32_t count, flags, pid;
			} uprobe_multi;
		};
	} link_create;
	struct { /* LINK_UPDATE */
		uint32_t link_fd;
		union {
			uint32_t new_prog_fd, new_map_fd;
		};
		uint32_t flags;
		union {
			uint32_t old_prog_fd, old_map_fd;
		};
	} link_update;
	struct { /* LINK_DETACH */
		uint32_t link_fd;
	} link_detach;
	struct { /* ITER_CREATE */
		uint32_t link_fd, flags;
	} iter_create;
	struct { /* TOKEN_CREATE */
		uint32_t flags, bpffs_fd;
	} token_create;
};

struct sys_map_info {
	uint32_t type, id, key_size, value_size, max_entries, map_flags;
	char name[SYS_NAME_LEN];
	uint32_t ifindex;
	uint32_t btf_vmlinux_value_type_id;
	uint64_t netns_dev, netns_ino;
	uint32_t btf_id, btf_key_type_id, btf_value_type_id, btf_vmlinux_id;
	uint64_t map_extra;
	sys_ptr hash;
	uint32_t hash_size;
};

struct sys_prog_info {
	uint32_t type, id;
	uint8_t tag[SYS_TAG_SIZE];
	uint32_t jited_prog_len, xlated_prog_len; /* bytes */
	sys_ptr jited_prog_insns, xlated_prog_insns;
	uint64_t load_time; /* ns since boot */
	uint32_t created_by_uid;
	uint32_t nr_map_ids;
	sys_ptr map_ids;
	char name[SYS_NAME_LEN];
	uint32_t ifindex;
	uint32_t gpl_compatible : 1;
	uint64_t netns_dev, netns_ino;
	uint32_t nr_jited_ksyms, nr_jited_func_lens;
	sys_ptr jited_ksyms, jited_func_lens;
	uint32_t btf_id;
	uint32_t func_info_rec_size;
	sys_ptr func_info;
	uint32_t nr_func_info, nr_line_info;
	sys_ptr line_info, jited_line_info;
	uint32_t nr_jited_line_info;
	uint32_t line_info_rec_size, jited_line_info_rec_size;
	uint32_t nr_prog_tags;
	sys_ptr prog_tags;
	uint64_t run_time_ns, run_cnt, recursion_misses;
	uint32_t verified_insns;
	uint32_t attach_btf_obj_id, attach_btf_id;
};

struct sys_btf_info {
	sys_ptr btf;
	uint32_t btf_size; /* in: room; out: the whole size */
	uint32_t id;
	sys_ptr name;
	uint32_t name_len, kernel_btf;
};

/* Of an object that attaches a program: enum bpf_link_type */
enum sys_link_type {
	SYS_LINK_RAW_TRACEPOINT = 1,
	SYS_LINK_TRACING, /* of functions of the kernel or of programs, extensions too */
	SYS_LINK_CGROUP,
	SYS_LINK_ITER,
	SYS_LINK_NETNS,
	SYS_LINK_XDP,
	SYS_LINK_PERF_EVENT,
	SYS_LINK_KPROBE_MULTI,
	SYS_LINK_STRUCT_OPS,
	SYS_LINK_NETFILTER,
	SYS_LINK_TCX,
	SYS_LINK_UPROBE_MULTI,
	SYS_LINK_NETKIT,
	SYS_LINK_SOCKMAP,
};

struct sys_link_info {
	uint32_t type, id, prog_id;
	union {
		struct {
			sys_ptr name;
			uint32_t name_len;
			uint64_t cookie SYS_ALIGN64;
		} raw_tracepoint;
		struct {
			uint32_t attach_type;
			uint32_t target_obj_id; /* of the program, or of the kernel's types */
			uint32_t target_btf_id;
			uint64_t cookie SYS_ALIGN64;
		} tracing;
		struct {
			uint64_t id SYS_ALIGN64;
			uint32_t attach_type;
		} cgroup;
		struct {
			sys_ptr name;
			uint32_t name_len;
			uint32_t map_id; /* of an iterator over elements */
		} iter;
		struct {
			uint32_t inode, attach_type;
		} netns;
		struct {
			uint32_t ifindex, attach_type;
		} device; /* XDP has no attach type */
		struct {
			uint32_t map_id, attach_type;
		} sockmap;
		struct {
			uint32_t pf, hooknum;
			int32_t priority;
			uint32_t flags;
		} netfilter;
		struct {
			uint32_t map_id;
		} struct_ops;
		uint64_t words[6] SYS_ALIGN64; /* as long as the longest */
	};
};

_Static_assert(offsetof(union sys_attr, excl_prog_hash_size) == 88, "MAP_CREATE as in Linux 6.18");
_Static_assert(offsetof(union sys_attr, keyring_id) == 164, "PROG_LOAD as in Linux 6.18");
_Static_assert(offsetof(union sys_attr, test.batch_size) == 72, "TEST_RUN as in Linux");
_Static_assert(offsetof(union sys_attr, link_create.uprobe_multi.pid) == 56 &&
		       offsetof(union sys_attr, attach.expected_revision) == 24 &&
		       offsetof(union sys_attr, query.revision) == 56,
	       "what attaches as in Linux 6.18");
_Static_assert(offsetof(union sys_attr, task_fd_query.probe_addr) == 40,
	       "TASK_FD_QUERY as in Linux");
_Static_assert(sizeof(struct sys_map_info) == 104 && sizeof(struct sys_prog_info) == 232 &&
		       sizeof(struct sys_btf_info) == 32 && sizeof(struct sys_link_info) == 64,
	       "descriptions as in Linux 6.18");

#endif
