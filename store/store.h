/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The paragraphs themselves, beside what Xapian knows of them: their text in compressed blocks,
 * their words as numbers (a forward index), the vocabulary, and what is known of each report.
 *
 * A store is one immutable file that is read by mmap. Documents are numbered from 1, as in
 * Xapian. An open store may be used by several threads at once.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buf.h"
#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the file's layout: a store of another version is refused. */
#define TIP_STORE_VERSION 4

/** "No such number", for words, stems and strings. */
#define TIP_STORE_NONE UINT32_MAX

/* ---- Building ---- */

/** A store under construction, in memory. One thread at a time may use one. */
typedef struct tip_store_builder tip_store_builder;

/** An empty one; release with tip_store_builder_free. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_store_builder_new(tip_store_builder **ret_builder, tip_error *err);

/** Releases it; NULL is ignored. */
void tip_store_builder_free(tip_store_builder *builder);

/**
 * The number of a word in this builder, in order of arrival from 0; *ret_new says whether it was
 * met for the first time, in which case its stem must be told with tip_store_builder_stem before
 * the next word. TIP_OK, TIP_NO_MEMORY or TIP_TOO_LARGE.
 */
tip_status tip_store_builder_word(tip_store_builder *builder, tip_str word, uint32_t *ret_word,
                                  bool *ret_new);

/** Says what the stem of the newest word is, and gives the stem's number, in order of arrival
 * from 0. TIP_OK, TIP_NO_MEMORY or TIP_TOO_LARGE. */
tip_status tip_store_builder_stem(tip_store_builder *builder, tip_str stem, uint32_t *ret_stem);

/** The number of the stem of a word. */
uint32_t tip_store_builder_stem_of(const tip_store_builder *builder, uint32_t word);

/** The characters of a stem; borrowed as long as the builder lives. */
tip_str tip_store_builder_stem_text(const tip_store_builder *builder, uint32_t stem);

/** The characters of a word; borrowed as long as the builder lives. */
tip_str tip_store_builder_word_text(const tip_store_builder *builder, uint32_t word);

/** How many stems there are. */
size_t tip_store_builder_stems(const tip_store_builder *builder);

/** Whether a record can be added, so that nothing is told of one that cannot. TIP_OK or
 * TIP_TOO_LARGE (a text over TIP_STORE_TEXT_MAX bytes). */
tip_status tip_store_builder_accept(const tip_record *record, tip_error *err);

/**
 * Adds the next document: the record (copied; its id only if it is not the one that
 * tip_store_id_of would make) and the words of its text in order. TIP_OK, TIP_NO_MEMORY or what
 * tip_store_builder_accept gives.
 */
tip_status tip_store_builder_add(tip_store_builder *builder, const tip_record *record,
                                 const uint32_t *words, size_t count, tip_error *err);

/** The longest text of one document, in bytes. */
#define TIP_STORE_TEXT_MAX (16u * 1024 * 1024)

/** Where the numbering of a file's paragraphs stands between one builder and the next. Owned by the
 * caller: initialize with {0}, release with tip_numbering_free, which also starts anew. */
typedef struct tip_numbering {
    struct tip_strings *places; /**< ids without their last number ... */
    tip_buf numbers;            /**< ... and the last number given, u32 */
} tip_numbering;

void tip_numbering_free(tip_numbering *numbering);

/**
 * Numbers the documents that came without a paragraph number, from 1 in each section of each
 * report, so that their ids differ; across builders that are numbered in order. TIP_OK,
 * TIP_NO_MEMORY or TIP_CORRUPT.
 */
tip_status tip_store_builder_number(tip_store_builder *builder, tip_numbering *numbering,
                                    tip_error *err);

/** Documents so far. */
size_t tip_store_builder_documents(const tip_store_builder *builder);

/**
 * What the texts that were added have in common, to compress texts like them by: a dictionary of
 * zstd, written over *ret_dictionary; empty when there is too little to learn from. TIP_OK or
 * TIP_NO_MEMORY.
 */
tip_status tip_store_builder_dictionary(const tip_store_builder *builder, tip_buf *ret_dictionary,
                                        tip_error *err);

/**
 * Writes what was added as a new file at `path` (not synced), words numbered by falling
 * frequency, texts compressed by a dictionary, which may be empty. Stores that will become one had
 * better have the same. The builder can only be freed afterwards. TIP_OK, TIP_NO_MEMORY,
 * TIP_IO_ERROR.
 */
tip_status tip_store_builder_write(tip_store_builder *builder, tip_str dictionary, const char *path,
                                   tip_error *err);

/**
 * Writes the documents of several stores, one store behind the other, as one new store at `path`
 * (not synced). Needs memory for the vocabularies, not for the documents. TIP_OK, TIP_NO_MEMORY,
 * TIP_IO_ERROR, TIP_NOT_FOUND, TIP_CORRUPT, TIP_BAD_VERSION, TIP_TOO_LARGE.
 */
tip_status tip_store_merge(const char *const *paths, size_t count, const char *path,
                           tip_error *err);

typedef struct tip_store tip_store;

/** Some documents of a store, one behind the other. */
typedef struct tip_store_piece {
    size_t store;   /**< which of several */
    uint32_t first; /**< number of the first one, from 1 */
    uint32_t count;
} tip_store_piece;

/**
 * Hands each word of the vocabulary that stands for a report, and need not be in any text, to
 * `word`; what that returns, unless it is TIP_OK, is returned. Of the record, what tip_store_report
 * sets is set. TIP_OK or TIP_NO_MEMORY.
 */
typedef tip_status (*tip_name_words_fn)(const tip_record *report,
                                        tip_status (*word)(void *payload, tip_str word),
                                        void *payload);

/**
 * Writes pieces of open stores, one behind the other, as one new store at `path` (not synced): but
 * for where the blocks of texts begin, it is the one that the same documents would have been built
 * as. Words, stems, headings and reports that they do not need are left out; `names` tells which
 * words need no text, and may be NULL where each store is taken in one piece or has none. Needs
 * memory for the vocabularies, not for the documents. What is copied is not verified. TIP_OK,
 * TIP_NO_MEMORY, TIP_IO_ERROR, TIP_BAD_ARGUMENT (no such document), TIP_CORRUPT, TIP_TOO_LARGE.
 */
tip_status tip_store_splice(const tip_store *const *stores, size_t store_count,
                            const tip_store_piece *pieces, size_t count, tip_name_words_fn names,
                            const char *path, tip_error *err);

/* ---- Reading ---- */

/**
 * Opens a store; its header is verified, its content is verified as it is used. Release with
 * tip_store_free. TIP_OK, TIP_NO_MEMORY, TIP_IO_ERROR, TIP_NOT_FOUND, TIP_CORRUPT,
 * TIP_BAD_VERSION.
 */
tip_status tip_store_open(const char *path, tip_store **ret_store, tip_error *err);

/** Closes and releases; NULL is ignored. */
void tip_store_free(tip_store *store);

/** Tells the kernel that the mapped bytes will not be looked at again soon, so that reading a
 * large store from end to end does not count as memory in use. */
void tip_store_forget_pages(const tip_store *store);

/** Verifies every checksum, which finds what the disk has changed. TIP_OK or TIP_CORRUPT. */
tip_status tip_store_check_sums(const tip_store *store, tip_error *err);

/** The checksum of the header, which has those of all else in the file. */
uint64_t tip_store_checksum(const tip_store *store);

/** Verifies every checksum and every number in the file. TIP_OK, TIP_NO_MEMORY or TIP_CORRUPT. */
tip_status tip_store_check(const tip_store *store, tip_error *err);

/** How many documents there are. */
size_t tip_store_documents(const tip_store *store);

/** How many words all documents have together, and how many different ones. */
uint64_t tip_store_words(const tip_store *store);
size_t tip_store_vocabulary(const tip_store *store);

/** How many reports and how many section headings there are. */
size_t tip_store_reports(const tip_store *store);
size_t tip_store_sections(const tip_store *store);

/** Bytes of all texts before compression. */
uint64_t tip_store_text_bytes(const tip_store *store);

/** The report, the section and the paragraph number of a document; TIP_STORE_NONE (paragraph: 0)
 * for a document that does not exist. */
uint32_t tip_store_report_of(const tip_store *store, uint32_t document);
uint32_t tip_store_section_of(const tip_store *store, uint32_t document);
uint32_t tip_store_paragraph_of(const tip_store *store, uint32_t document);

/**
 * What is known of a report: year, country, iso3, region, tier, title and source of *ret_record
 * are set (borrowed from the store), the rest is left as it is. TIP_OK or TIP_CORRUPT.
 */
tip_status tip_store_report(const tip_store *store, uint32_t report, tip_record *ret_record,
                            tip_error *err);

/** The dictionary that the texts are compressed by; borrowed from the store. */
tip_str tip_store_dictionary(const tip_store *store);

/** The heading of a section; borrowed from the store; empty when there is no such section. */
tip_str tip_store_section(const tip_store *store, uint32_t section);

/** One decompressed block of texts, kept for the next look-up. Owned by the caller: initialize
 * with {0}, release with tip_text_block_free. */
typedef struct tip_text_block {
    const tip_store *store;
    uint32_t number;
    char *bytes;
    size_t size;
    struct ZSTD_DCtx_s *decompressor;
    const tip_store *dictionary; /**< whose dictionary the decompressor has */
    tip_buf id;                  /**< where the id of the last record is put together */
} tip_text_block;

void tip_text_block_free(tip_text_block *block);

/**
 * The whole record of a document. Its strings are borrowed from the store and from `block`, and
 * are valid until the next call with that block. TIP_OK, TIP_NO_MEMORY, TIP_NOT_FOUND (no such
 * document) or TIP_CORRUPT.
 */
tip_status tip_store_record(const tip_store *store, uint32_t document, tip_text_block *block,
                            tip_record *ret_record, tip_error *err);

/**
 * The id that a document was given by its source; empty when it has the one that tip_store_id_of
 * makes. Borrowed from `block`, valid until the next call with that block. TIP_OK, TIP_NO_MEMORY,
 * TIP_NOT_FOUND (no such document) or TIP_CORRUPT.
 */
tip_status tip_store_own_id(const tip_store *store, uint32_t document, tip_text_block *block,
                            tip_str *ret_id, tip_error *err);

/**
 * The id of a record that brings none of its own: year/iso3 (or the country's name)/section/
 * paragraph, in lower case but for the code, what is unknown left out; without year and country
 * it starts with the source. A heading that starts with its number is named by that:
 * "Section 1. Respect ... > b. Disappearance" gives "section-1b". Written over *ret_id. TIP_OK
 * or TIP_NO_MEMORY.
 */
tip_status tip_store_id_of(const tip_record *record, tip_buf *ret_id);

/** Walks the words of one document. Owned by the caller; needs no release. */
typedef struct tip_words {
    const unsigned char *next;
    const unsigned char *end;
} tip_words;

/** Starts at the first word of a document; at the end at once if there is no such document. */
tip_words tip_store_words_of(const tip_store *store, uint32_t document);

/** The next word's number in the vocabulary; TIP_STORE_NONE at the end. */
uint32_t tip_words_next(tip_words *words);

/** How many words a document has. */
size_t tip_store_word_total(const tip_store *store, uint32_t document);

/** The number of a stem in the vocabulary; TIP_STORE_NONE when no word has it. */
uint32_t tip_store_find_stem(const tip_store *store, tip_str stem);

/** The stem of a number; {NULL, 0} when there is none. */
tip_str tip_store_stem(const tip_store *store, uint32_t stem);

/** The number of a word; TIP_STORE_NONE when it does not occur. */
uint32_t tip_store_find_word(const tip_store *store, tip_str word);

/** The word of a number, its stem's number and how often it occurs in all texts; {NULL, 0},
 * TIP_STORE_NONE and 0 when there is none. */
tip_str tip_store_word(const tip_store *store, uint32_t word);
uint32_t tip_store_stem_of(const tip_store *store, uint32_t word);
uint32_t tip_store_word_count(const tip_store *store, uint32_t word);

#ifdef __cplusplus
}
#endif

#endif
