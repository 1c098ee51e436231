/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The layout of a store file: a header that lists sections, each with its place, size and
 * checksum (XXH3, 64 bits, of xxhash.com), then the sections, each at a multiple of 8 bytes.
 * Numbers are little-endian; a "column" is an array of numbers as column.h writes it. Private to
 * this room.
 */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "base/buf.h"
#include "tip/status.h"

#include <stdint.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "a store file is little-endian and is read in place"
#endif

/** What the sections hold, in the order of the file. */
typedef enum section_kind {
    SECTION_DICTIONARY,      /**< of the blocks, for zstd; may be empty */
    SECTION_BLOCKS,          /**< frames of zstd, one a block of texts */
    SECTION_BLOCK_DIRECTORY, /**< block_entry */
    SECTION_WORD_OFFSETS,    /**< column: one a document and one for the end, into SECTION_WORDS */
    SECTION_WORDS,           /**< word numbers in the code of word_code.h */
    SECTION_REPORT_OF,       /**< column: one a document */
    SECTION_SECTION_OF,      /**< column: one a document */
    SECTION_PARAGRAPH_OF,    /**< column: one a document */
    SECTION_PAGE_OF,         /**< column: one a document, 0 where it has no page */
    SECTION_WORD_TABLE,      /**< string table, sorted */
    SECTION_WORD_RANK,       /**< column: where the word of a number stands in the string table */
    SECTION_WORD_STEM,       /**< column: the stem of the word of a number */
    SECTION_WORD_COUNT,      /**< column: how often the word of a number occurs */
    SECTION_STEM_TABLE,      /**< string table, sorted */
    SECTION_HEADING_TABLE,   /**< string table, sorted: section headings */
    SECTION_REPORT_TABLE,    /**< string table, sorted: reports as report.h writes them */
    SECTION_COUNT
} section_kind;

/** One block of texts. */
typedef struct block_entry {
    uint64_t offset;         /**< in SECTION_BLOCKS */
    uint32_t stored_size;    /**< compressed bytes */
    uint32_t size;           /**< bytes once decompressed */
    uint32_t first_document; /**< the number of its first document */
    uint32_t text_size;      /**< bytes of the texts alone */
} block_entry;

/** A place in the file and the checksum of what it holds. */
typedef struct section_entry {
    uint64_t offset;
    uint64_t size;
    uint64_t checksum;
} section_entry;

/** The first bytes of the file. */
typedef struct file_header {
    char magic[8]; /**< "TIPSTORE" */
    uint32_t version;
    uint32_t documents;
    uint64_t words;
    uint64_t text_bytes;
    section_entry sections[SECTION_COUNT];
    uint64_t checksum; /**< of all before it */
} file_header;

extern const char store_magic[8];

/* ---- Writing ---- */

/** A file being written. */
typedef struct file_writer {
    int fd;
    const char *path; /* borrowed */
    uint64_t end;     /* where the next section starts */
    file_header header;
} file_writer;

/** A section being written: buffered, so that two may be written at once. */
typedef struct section_writer {
    file_writer *file;
    section_kind kind;
    uint64_t offset; /* of the next byte to reach the file */
    void *hash;      /* XXH3_state_t */
    tip_buf buffer;
} section_writer;

/** Creates the file, which must not exist. TIP_OK or TIP_IO_ERROR. */
tip_status file_writer_open(file_writer *file, const char *path, tip_error *err);

/** Writes the header and closes. TIP_OK or TIP_IO_ERROR. */
tip_status file_writer_finish(file_writer *file, tip_error *err);

/** Closes without a header. */
void file_writer_discard(file_writer *file);

/**
 * Starts a section at the end of the file; its size must be given when another section is to be
 * started before this one ends, else 0. TIP_OK or TIP_NO_MEMORY.
 */
tip_status section_start(file_writer *file, section_kind kind, uint64_t size,
                         section_writer *ret_section, tip_error *err);

/** Appends to the section. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR. */
tip_status section_add(section_writer *section, const void *bytes, size_t size, tip_error *err);

/** Ends the section and notes it in the header. TIP_OK or TIP_IO_ERROR. */
tip_status section_end(section_writer *section, tip_error *err);

/** Releases a section that is not to be ended. Harmless after section_end. */
void section_discard(section_writer *section);

/** A whole section at once. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR. */
tip_status section_write(file_writer *file, section_kind kind, const void *bytes, size_t size,
                         tip_error *err);

/** Checksum of bytes. */
uint64_t store_checksum(const void *bytes, size_t size);

#endif
