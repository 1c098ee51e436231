/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * British spellings as American ones, so that both have one stem. Private to text/.
 */
#ifndef TEXT_SPELLING_H
#define TEXT_SPELLING_H

#include "text/text.h"

/**
 * The American spelling of a folded word of ASCII letters, by its ending: labour, organised and
 * organisation, analyse, centre, offence, programme. Words that end alike but are spelled so in
 * America, too (advise, promise, tour, four), are not changed; a word that no American spells at
 * all may be, which does no harm as long as each of its forms is. Written to `room` when it
 * differs, else the word itself, which may have TIP_WORD_MAX bytes at most; it never grows. Cannot
 * fail.
 */
tip_str tip_spelling_american(tip_str word, char room[TIP_WORD_MAX]);

#endif
