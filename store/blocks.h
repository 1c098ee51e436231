/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Texts on their way into compressed blocks. Private to this room.
 *
 * A block holds documents one behind the other, each as the u32 length of its id, the u32 length
 * of its text, the id (empty when it can be derived) and the text. It is a frame of zstd (RFC 8878)
 * with its checksum, made with the store's dictionary: what reports have in common stands there,
 * so that small blocks compress as well as large ones.
 */
#ifndef STORE_BLOCKS_H
#define STORE_BLOCKS_H

#include "base/buf.h"
#include "store/file.h"
#include "tip/record.h"
#include "tip/status.h"

#include <zstd.h>

/** A block is closed once it holds this many bytes: an answer is one paragraph, and all that
 * stands in its block is decompressed for it. */
enum { BLOCK_SIZE = 4 * 1024 };

/** The largest dictionary, in bytes. */
enum { DICTIONARY_SIZE = 60 * 1024 };

/**
 * Makes a dictionary of documents as blocks hold them, `sizes` bytes each, one behind the other.
 * It stays empty where they are too few to learn from. TIP_OK or TIP_NO_MEMORY.
 */
tip_status dictionary_make(tip_str documents, const size_t *sizes, size_t count,
                           tip_buf *ret_dictionary, tip_error *err);

/** Appends a document as blocks hold it. TIP_OK or TIP_NO_MEMORY. */
tip_status block_add_document(tip_buf *block, tip_str id, tip_str text);

/** Collects documents. Initialize with block_packer_start, release with block_packer_free. */
typedef struct block_packer {
    ZSTD_CCtx *compressor;
    tip_buf open;      /**< the block being filled */
    tip_buf stored;    /**< compressed blocks, one behind the other */
    tip_buf directory; /**< block_entry */
    uint32_t documents;
    uint32_t first; /**< the first document of the open block */
    uint64_t text_bytes;
    uint64_t packed_bytes; /**< of them, those in closed blocks */
} block_packer;

/** Starts with the store's dictionary, copied, which may be empty. TIP_OK or TIP_NO_MEMORY. */
tip_status block_packer_start(block_packer *packer, tip_str dictionary, tip_error *err);

/** Adds the next document. TIP_OK or TIP_NO_MEMORY. */
tip_status block_packer_add(block_packer *packer, tip_str id, tip_str text, tip_error *err);

/** Closes the open block. TIP_OK or TIP_NO_MEMORY. */
tip_status block_packer_close(block_packer *packer, tip_error *err);

/** Counts documents of a block that was packed elsewhere and stands behind the closed ones. */
void block_packer_skip(block_packer *packer, uint32_t documents, uint64_t text_bytes);

void block_packer_free(block_packer *packer);

#endif
