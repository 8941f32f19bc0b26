/* No section names, no maps, no license: functions as any compiler leaves them. */
int square(int n)
{
	return n * n;
}

int entry(int n)
{
	return square(n) + 1;
}
