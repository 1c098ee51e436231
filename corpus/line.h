/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the shape of a line of text tells: whether it ends a sentence, stands in capitals, or is
 * too little for a paragraph. Private to corpus/.
 */
#ifndef CORPUS_LINE_H
#define CORPUS_LINE_H

#include "tip/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <utf8proc.h>

/** The first character of UTF-8 text and the number of its bytes; 0 bytes when there is none. */
size_t tip_line_first(tip_str text, utf8proc_int32_t *ret_code);

/** The last character of UTF-8 text and the byte it begins at; 0 for an empty text. */
utf8proc_int32_t tip_line_last(tip_str text, size_t *ret_start);

/** Whether a character of text is a letter. */
bool tip_line_is_letter(utf8proc_int32_t code);

/** Whether the text begins with a capital letter. */
bool tip_line_is_capitalized(tip_str text);

/**
 * Whether a new paragraph may follow: the text is empty, or ends with one of . ! ? : ; and perhaps
 * closing quotation marks or brackets. A line inside a wrapped sentence may look like a heading by
 * chance; this tells them apart.
 */
bool tip_line_may_end(tip_str text);

/** Whether the text is a sentence: six words or more, with a . ! or ? at the end. */
bool tip_line_is_sentence(tip_str text);

/** Two capital letters at least, and no small one. */
bool tip_line_in_capitals(tip_str text);

#endif
