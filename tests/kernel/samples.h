/* What clients put into a user ring buffer, as libbpf does, given its producer's page and its data. */
#include <stdint.h>
#include <string.h>

static void put_sample(uint64_t *producer, uint8_t *data, uint32_t size, uint32_t value,
		       uint32_t len, uint32_t flags)
{
	uint64_t pos = *producer;
	uint32_t head = len | flags;

	memcpy(data + pos % size, &head, sizeof(head));
	memcpy(data + (pos + 8) % size, &value, len < sizeof(value) ? len : sizeof(value));
	__atomic_store_n(producer, pos + (len + 8 + 7) / 8 * 8, __ATOMIC_RELEASE);
}

static void put_samples(uint64_t *producer, uint8_t *data, uint32_t size)
{
	enum { BUSY = 1u << 31, DISCARD = 1u << 30 };

	put_sample(producer, data, size, 1, 8, 0);
	put_sample(producer, data, size, 2, 4, 0);
	put_sample(producer, data, size, 3, 4, DISCARD);
	put_sample(producer, data, size, 5, 4, 0); /* the program stops here */
	put_sample(producer, data, size, 4, 2, 0); /* too short for it */
	put_sample(producer, data, size, 6, 4, 0);
	put_sample(producer, data, size, 7, 4, BUSY);
	put_sample(producer, data, size, 8, 4, 0);
}
