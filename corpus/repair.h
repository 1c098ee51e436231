/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Repairs of text that was taken out of a printed page: words parted at line ends, ligatures, and
 * letters of a font that maps them wrongly. What is right is decided by the words of the document
 * itself. For the readers; not public.
 */
#ifndef CORPUS_REPAIR_H
#define CORPUS_REPAIR_H

#include "base/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The words of a document and how often each occurs; case does not matter. */
typedef struct tip_vocabulary tip_vocabulary;

/** Makes an empty one; release with tip_vocabulary_free. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_vocabulary_new(tip_vocabulary **ret_vocabulary);

/**
 * Counts the words of the next line of the document. The two halves of a word parted by a hyphen
 * at the line's end are not counted; a word with hyphens counts as a whole and by its parts.
 * TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_vocabulary_add(tip_vocabulary *vocabulary, tip_str line);

/** How often a word of letters and hyphens occurs. Cannot fail. */
size_t tip_vocabulary_count(const tip_vocabulary *vocabulary, tip_str word);

/** Releases it; NULL is ignored. */
void tip_vocabulary_free(tip_vocabulary *vocabulary);

/**
 * Appends to a paragraph its next line, behind a space. A hyphen at the paragraph's end goes when
 * it is a soft one (U+00AD), or when the word without it occurs in the document at least as often
 * as the word with it; else it stays ("anti-" "trafficking"), without a space unless "and", "or" or
 * "to" follows it. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_repair_join(const tip_vocabulary *vocabulary, tip_buf *paragraph, tip_str line);

/**
 * Appends a line with its letters repaired:
 * - ligatures (U+FB00 to U+FB06) become their letters; soft hyphens go;
 * - in a word of six letters or more a lost part of ff, fi, fl, ffi or ffl is put back ("ratifed",
 *   "traffcking") when the word so made occurs in the document, and more often than the other;
 * - a line that is no text as it stands, but words of the document when each character is moved by
 *   one and the same number of code points (":@90(" is "SYRIA", each 25 below), is so decoded, with
 *   the lost spaces; one that is not even that is left out.
 * TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_repair_line(const tip_vocabulary *vocabulary, tip_str line, tip_buf *out);

#ifdef __cplusplus
}
#endif

#endif
