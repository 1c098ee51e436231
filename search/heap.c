/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum {
    HEAP_BYTES = 384 * 1024, /* a ranked search with ten snippets touches about 300 KiB */
    KEPT_BYTES = 16 * 1024 * 1024
};

void heap_prepare(void)
{
    /* Else blocks this large would be mapped and unmapped, and freed ones given back, each time. */
    (void)mallopt(M_MMAP_THRESHOLD, 2 * HEAP_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    void *heap = malloc(HEAP_BYTES);
    if (!heap)
        return;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    char *start = (char *)heap - (uintptr_t)heap % page;
    (void)madvise(start, HEAP_BYTES, MADV_POPULATE_WRITE);
    free(heap);
}
