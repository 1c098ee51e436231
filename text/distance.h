/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How many mistakes make one word of another.
 */
#ifndef TEXT_DISTANCE_H
#define TEXT_DISTANCE_H

#include "text/text.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The characters of a word or a short name, and which there are, to tell most apart at a glance.
 */
typedef struct tip_letters {
    int32_t chars[TIP_WORD_MAX];
    size_t count;
    uint64_t kinds;
} tip_letters;

/** Reads a folded word. False when it is not UTF-8 or has more than TIP_WORD_MAX characters. */
bool tip_letters_read(tip_str word, tip_letters *ret_letters);

/** How many mistakes a word of so many letters may have without being another word: 0 for fewer
 * than 4, 1 for fewer than 8, else 2. */
size_t tip_letters_limit(const tip_letters *letters);

/** Whether the distance may be as small as `limit`; false says for sure that it is not. */
bool tip_letters_may_be_near(const tip_letters *a, const tip_letters *b, size_t limit);

/**
 * The Damerau-Levenshtein distance: a letter that is missing, too many or wrong, or two that
 * changed places, also with one letter between or instead (Lowrance and Wagner, "An extension of
 * the string-to-string correction problem", JACM 22(2), 1975): all that makes a difference up to a
 * distance of 2, which is the greatest `limit` to be given. Places that are further apart than the
 * limit are not looked at; what is further away than the limit gets any number above it.
 */
size_t tip_letters_distance(const tip_letters *a, const tip_letters *b, size_t limit);

#ifdef __cplusplus
}
#endif

#endif
