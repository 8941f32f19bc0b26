/* What a program asks of the function that it is attached to. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct path {
	void *mnt, *dentry;
} __attribute__((preserve_access_index));
struct file {
	struct path f_path;
} __attribute__((preserve_access_index));

SEC("fexit/filp_close") int BPF_PROG(closed, struct file *file, void *id, int ret)
{
	__u64 second = 0, none = 0, returned = 0;
	char name[32];

	bpf_printk("%d arguments, %d", bpf_get_func_arg_cnt(ctx), bpf_get_func_arg(ctx, 9, &none));
	bpf_get_func_arg(ctx, 1, &second);
	bpf_get_func_ret(ctx, &returned);
	bpf_printk("%lld returned %lld", second, returned);
	if (bpf_d_path(&file->f_path, name, sizeof(name)) == 12)
		bpf_printk("%s", name);
	return bpf_d_path(&file->f_path, name, 5);
}

char _license[] SEC("license") = "GPL";
