/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which of several shards a paragraph is placed in. Private to this room.
 *
 * A report stays together: it is the beginning of its paragraphs' ids, its year and its country,
 * that is placed. Paragraphs of neither are placed by their source, which their ids begin with, and
 * those of only one of both by the file that they were read from. Numbers within a section, and so
 * ids, are then what they are in one index.
 *
 * The place is the jump consistent hash of the XXH3 hash of these bytes: of n shards, one more
 * takes a share of 1 / (n + 1), and nothing moves from one old shard to another. Source: Lamping
 * and Veach, "A fast, minimal memory, consistent hash algorithm", arXiv:1406.2294, 2014.
 */
#ifndef INDEXER_SHARD_H
#define INDEXER_SHARD_H

#include "base/buf.h"
#include "tip/record.h"
#include "tip/status.h"

/** The shard, from 0, among `shards` of them, of a record that was read from the file `path`.
 * `room` is written over. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_shard_of(const tip_record *record, const char *path, unsigned shards, tip_buf *room,
                        unsigned *ret_shard);

#endif
