/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The heap of a short run. Part of the command.
 */
#ifndef SEARCH_HEAP_H
#define SEARCH_HEAP_H

/**
 * Asks the kernel for the heap that a search of one page needs, all at once: each page that is
 * touched for the first time costs a fault otherwise, some seventy of them. What the kernel cannot
 * do (before Linux 5.14) is left as it is. Call once, before the first large allocation.
 */
void heap_prepare(void);

#endif
