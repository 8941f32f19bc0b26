/* What is called: the same function with an entry that can be changed, and without. */
#define PLAIN __attribute__((noipa, patchable_function_entry(0)))

__attribute__((noipa)) long traced(long a, long b)
{
	return a + b;
}

PLAIN long plain(long a, long b)
{
	return a + b;
}

PLAIN long call_traced(long n)
{
	long sum = 0;

	while (n--)
		sum = traced(sum, n);
	return sum;
}

PLAIN long call_plain(long n)
{
	long sum = 0;

	while (n--)
		sum = plain(sum, n);
	return sum;
}
