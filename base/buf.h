/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A byte buffer that grows, with explicit lengths. For the rooms of libtip; not public.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "tip/record.h"
#include "tip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Owned by whoever declares it: initialize with {0}, release with tip_buf_free. After a failed
 * call the buffer is as it was before.
 */
typedef struct tip_buf {
    char *data;  /**< NULL while nothing was added; not NUL-terminated */
    size_t size; /**< bytes used */
    size_t room; /**< bytes allocated */
} tip_buf;

/** Makes room for `more` bytes behind the used ones. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_buf_reserve(tip_buf *buf, size_t more);

/** Appends bytes. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_buf_add(tip_buf *buf, const void *bytes, size_t size);

/** Appends one byte. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_buf_add_byte(tip_buf *buf, char byte);

/** Appends the characters of a NUL-terminated string. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_buf_add_text(tip_buf *buf, const char *text);

/** What is in the buffer, borrowed until its next change. */
tip_str tip_buf_str(const tip_buf *buf);

/** Forgets the content, keeps the memory. */
void tip_buf_clear(tip_buf *buf);

/** Releases the memory; the buffer is {0} again. */
void tip_buf_free(tip_buf *buf);

/** Orders by bytes, then by length: <0, 0, >0. */
int tip_str_compare(tip_str a, tip_str b);

/** A NUL-terminated copy, to be released with free(); NULL when out of memory. */
char *tip_str_dup(tip_str str);

#ifdef __cplusplus
}
#endif

#endif
