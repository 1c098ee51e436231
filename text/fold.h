/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Folding one character at a time, for tip_fold and the tokenizer. Private to text/.
 *
 * Characters are Unicode code points. Folding decomposes (NFKD), removes case, accents and what
 * Unicode calls ignorable, and at the end composes again (NFC).
 */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The most characters that one character folds to. */
#define TIP_FOLD_CHAR_MAX 40

/** What one character folds to, not yet composed: the number of characters written, 0 to
 * TIP_FOLD_CHAR_MAX. */
size_t tip_fold_char(int32_t c, int32_t *ret_chars);

/** Appends a folded character; the caller sees to it that there is room for one more. Marks are
 * kept in the order that composing needs. */
void tip_fold_append(int32_t *chars, size_t *count, int32_t c);

/** Composes `chars` in place and writes them as UTF-8: as many whole characters as fit into
 * `room` bytes. The number of bytes written. */
size_t tip_fold_encode(int32_t *chars, size_t count, char *ret_text, size_t room);

/** Whether the character is a word of its own, since its script puts no spaces between words:
 * Han, kana, Thai, Lao, Khmer, Myanmar. */
bool tip_char_stands_alone(int32_t c);

#endif
