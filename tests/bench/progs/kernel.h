/*
 * The kernel's side of a comparison: the programs of an image with maps of their own, run by
 * BPF_PROG_TEST_RUN. Nothing is attached or pinned.
 */
#ifndef TESTS_BENCH_PROGS_KERNEL_H
#define TESTS_BENCH_PROGS_KERNEL_H

#include "core/obj/image.h"

/* Descriptors of the programs of those names, which keep the maps; false: it is not allowed. */
bool kernel_load(const struct image *image, const char *const *names, int n, int *fds);
void kernel_unload(const int *fds, int n);
/* What the last of n runs returned, and how many seconds they took by the kernel's account. */
uint32_t kernel_run(int fd, uint32_t n, double *seconds);

#endif
