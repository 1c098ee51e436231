/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Words of the fixed sentences, compared without regard to the case of ASCII letters and to the
 * locale. Private to formula_*.c.
 */
#ifndef CORPUS_FORMULA_PRIVATE_H
#define CORPUS_FORMULA_PRIVATE_H

#include "tip/record.h"

#include <stdbool.h>

/** The small letter of an ASCII capital; every other byte as it is. */
static inline char formula_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/** Whether a word, in any case, is this one in small letters. */
static inline bool formula_is(tip_str word, const char *lowered)
{
    for (size_t i = 0; i < word.size; i++) {
        if (formula_lower(word.data[i]) != lowered[i])
            return false;
    }
    return lowered[word.size] == '\0';
}

static inline bool formula_is_in(tip_str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (formula_is(word, list[i]))
            return true;
    }
    return false;
}

/** Whether a word, in any case, is in an array of words in small letters. */
#define FORMULA_IS_ONE_OF(word, list) formula_is_in(word, list, sizeof(list) / sizeof *(list))

#endif
