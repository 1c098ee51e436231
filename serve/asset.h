/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The files of the page, compiled in. Private to tipserve.
 */
#ifndef SERVE_ASSET_H
#define SERVE_ASSET_H

#include <stddef.h>
#include <stdint.h>

/** A file. Static storage. */
typedef struct asset {
    const char *path; /**< of its address */
    const char *type; /**< media type */
    const unsigned char *data;
    size_t size;
} asset;

/** The file at a path; NULL when there is none. */
const asset *asset_find(const char *path);

/** The tag of what it says. */
uint64_t asset_tag(const asset *file);

#endif
