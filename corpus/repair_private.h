/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the repairs share. Private to corpus/repair*.c.
 */
#ifndef CORPUS_REPAIR_PRIVATE_H
#define CORPUS_REPAIR_PRIVATE_H

#include "corpus/repair.h"

#include <stdbool.h>

/** Bytes of the longest word that is looked up. */
#define TIP_WORD_ROOM 64

/** A word in small letters; false when it is too long or empty. */
bool tip_word_fold(tip_str word, char ret_key[TIP_WORD_ROOM], size_t *ret_size);

/** As tip_vocabulary_count, of a word in small letters. */
size_t tip_vocabulary_count_folded(const tip_vocabulary *vocabulary, const char *key, size_t size);

/**
 * Decodes a line whose characters were all moved by one number of code points. *ret_shifted is
 * whether it is no text as it stands; then its decoding is appended, nothing if there is none.
 * TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_repair_shifted(const tip_vocabulary *vocabulary, tip_str line, tip_buf *out,
                              bool *ret_shifted);

#endif
