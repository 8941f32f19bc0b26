/* As helpers.c, for kernel functions: kfuncs.expect has what Linux 6.18 returns. */
#include "kfuncs.h"

char text[] = "hello world", upper[] = "HELLO WORLD", empty[1], world[] = "world", hel[] = "hel",
     set[] = "elho", aeiou[] = "aeiou";

SEC("tc") int strings(struct __sk_buff *skb)
{
	__u32 sum = 0;

	add(&sum, bpf_strlen(text));
	add(&sum, bpf_strlen(empty));
	add(&sum, bpf_strnlen(text, 5));
	add(&sum, bpf_strcmp(text, upper));
	add(&sum, bpf_strcmp(upper, text));
	add(&sum, bpf_strcmp(text, text));
	add(&sum, bpf_strcmp(hel, text));
	add(&sum, bpf_strcasecmp(text, upper));
	add(&sum, bpf_strchr(text, 'o'));
	add(&sum, bpf_strchr(text, 'x'));
	add(&sum, bpf_strchr(text, 0));
	add(&sum, bpf_strnchr(text, 3, 'o'));
	add(&sum, bpf_strchrnul(text, 'x'));
	add(&sum, bpf_strrchr(text, 'o'));
	add(&sum, bpf_strrchr(text, 'x'));
	add(&sum, bpf_strspn(text, set));
	add(&sum, bpf_strcspn(text, aeiou));
	return sum;
}

SEC("tc") int substrings(struct __sk_buff *skb)
{
	__u32 sum = 0;

	add(&sum, bpf_strstr(text, world));
	add(&sum, bpf_strstr(world, text));
	add(&sum, bpf_strstr(text, empty));
	add(&sum, bpf_strstr(empty, empty));
	add(&sum, bpf_strnstr(text, hel, 3));
	add(&sum, bpf_strnstr(text, hel, 2));
	add(&sum, bpf_strnstr(text, world, 11));
	add(&sum, bpf_strnstr(text, world, 10));
	add(&sum, bpf_strnstr(text, world, 100));
	return sum;
}

SEC("tc") int nowhere(struct __sk_buff *skb)
{
	__u32 sum = 0;

	add(&sum, bpf_strlen((void *)0));
	add(&sum, bpf_strcmp(text, (void *)8));
	add(&sum, bpf_strstr((void *)8, text));
	add(&sum, bpf_strchr((void *)8, 'x'));
	add(&sum, bpf_strlen((void *)0xffffffffff000000));
	add(&sum, bpf_strcmp(text, (void *)0xffffffffff000000));
	return sum;
}

SEC("tc") int numbers(struct __sk_buff *skb)
{
	struct bpf_iter_num it;
	__u32 sum = 0;
	int *v;

	add(&sum, bpf_iter_num_new(&it, -3, 8));
	while ((v = bpf_iter_num_next(&it)))
		add(&sum, *v);
	bpf_iter_num_destroy(&it);
	add(&sum, bpf_iter_num_new(&it, 5, 5));
	add(&sum, bpf_iter_num_next(&it) != 0);
	bpf_iter_num_destroy(&it);
	add(&sum, bpf_iter_num_new(&it, 6, 5));
	add(&sum, bpf_iter_num_next(&it) != 0);
	bpf_iter_num_destroy(&it);
	add(&sum, bpf_iter_num_new(&it, 0, 8 * 1024 * 1024 + 1));
	add(&sum, bpf_iter_num_next(&it) != 0);
	bpf_iter_num_destroy(&it);
	return sum;
}

__u64 some_bits[3] = {0x8000000000000101, 0, 6};

SEC("tc") int bits(struct __sk_buff *skb)
{
	struct bpf_iter_bits it;
	__u32 sum = 0;
	int *v;

	add(&sum, bpf_iter_bits_new(&it, some_bits, 1));
	while ((v = bpf_iter_bits_next(&it)))
		add(&sum, *v);
	bpf_iter_bits_destroy(&it);
	add(&sum, bpf_iter_bits_new(&it, some_bits, 3));
	while ((v = bpf_iter_bits_next(&it)))
		add(&sum, *v);
	bpf_iter_bits_destroy(&it);
	add(&sum, bpf_iter_bits_new(&it, some_bits, 0));
	add(&sum, bpf_iter_bits_next(&it) != 0);
	bpf_iter_bits_destroy(&it);
	add(&sum, bpf_iter_bits_new(&it, some_bits, 512));
	add(&sum, bpf_iter_bits_next(&it) != 0);
	bpf_iter_bits_destroy(&it);
	return sum;
}

SEC("tc") int sections(struct __sk_buff *skb)
{
	unsigned long flags;

	bpf_rcu_read_lock();
	bpf_preempt_disable();
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	bpf_preempt_enable();
	bpf_rcu_read_unlock();
	return 7;
}

static __noinline int deep(struct __sk_buff *skb)
{
	if (skb->len)
		bpf_throw(40);
	return 1;
}

SEC("tc") int throws(struct __sk_buff *skb)
{
	return deep(skb) + 2;
}

static void use(__u32 *sum, struct bpf_dynptr *p)
{
	struct bpf_dynptr q;
	__u32 buf[2];
	__u8 *s;

	add(sum, bpf_dynptr_size(p));
	add(sum, bpf_dynptr_is_null(p));
	add(sum, bpf_dynptr_is_rdonly(p));
	add(sum, bpf_dynptr_adjust(p, 4, 30));
	add(sum, bpf_dynptr_size(p));
	add(sum, bpf_dynptr_adjust(p, 5, 4));
	add(sum, bpf_dynptr_adjust(p, 5, 27));
	add(sum, bpf_dynptr_adjust(p, 27, 27));
	s = bpf_dynptr_slice(p, 1, buf, sizeof(buf));
	if (s)
		add(sum, s[0] + s[7]);
	s = bpf_dynptr_slice_rdwr(p, 18, buf, sizeof(buf));
	if (s)
		s[7] = 77;
	add(sum, bpf_dynptr_slice(p, 19, buf, sizeof(buf)) != 0);
	add(sum, bpf_dynptr_clone(p, &q));
	add(sum, bpf_dynptr_size(&q));
	add(sum, bpf_dynptr_adjust(&q, 26, 26));
	add(sum, bpf_dynptr_size(&q));
	add(sum, bpf_dynptr_is_null(&q));
	add(sum, bpf_dynptr_memset(p, 3, 5, 0x11));
	add(sum, bpf_dynptr_memset(p, 25, 2, 0));
	add(sum, bpf_dynptr_copy(p, 10, p, 2, 6));
	add(sum, bpf_dynptr_copy(p, 25, p, 2, 6));
	add(sum, bpf_dynptr_copy(&q, 0, p, 2, 6));
	add(sum, bpf_dynptr_copy(&q, 0, p, 0, 0));
}

__u8 bytes[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22};

SEC("tc") int dynptrs(struct __sk_buff *skb)
{
	struct bpf_dynptr p, none, copy;
	__u32 sum = 0;

	bytes[40] = 40;
	bpf_dynptr_from_mem(bytes, sizeof(bytes), 0, &p);
	use(&sum, &p);
	for (int i = 0; i < 64; i++)
		add(&sum, bytes[i]);
	add(&sum, bpf_dynptr_from_mem(bytes, 8, 1, &none));
	add(&sum, bpf_dynptr_is_null(&none));
	add(&sum, bpf_dynptr_is_rdonly(&none));
	add(&sum, bpf_dynptr_size(&none));
	add(&sum, bpf_dynptr_adjust(&none, 0, 0));
	add(&sum, bpf_dynptr_clone(&none, &copy));
	add(&sum, bpf_dynptr_is_null(&copy));
	add(&sum, bpf_dynptr_memset(&none, 0, 1, 0));
	add(&sum, bpf_dynptr_memset(&none, 0, 0, 0));
	add(&sum, bpf_dynptr_copy(&none, 0, &p, 0, 4));
	add(&sum, bpf_dynptr_copy(&p, 0, &none, 0, 4));
	add(&sum, bpf_dynptr_copy(&none, 0, &copy, 0, 0));
	return sum;
}

char _license[] SEC("license") = "GPL";
