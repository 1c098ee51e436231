/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Countries that a running text names. In a text a name is told from a word by its capital letter
 * ("Turkey"), and a code by its being listed as a name ("US", "UAE", but not "IN").
 */
#ifndef CORPUS_MENTION_H
#define CORPUS_MENTION_H

#include "corpus/country.h"
#include "tip/record.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * As tip_country_find_any, but a demonym or a name may be in the plural ("Kenyans", "North
 * Koreans") and have a possessive ("Kenya's"). Cannot fail.
 */
const tip_country *tip_country_named(tip_str name);

/**
 * As tip_country_named, but only by what may be meant in a running text: by no code that is not
 * also a name ("US", "U.S." and "UAE", but not "IN" or "P.L."), and by none of the names that
 * countries.tsv keeps from texts ("Congo", which is that of two countries). Cannot fail.
 */
const tip_country *tip_country_written(tip_str name);

/** Where a word stands in a text, in bytes. */
typedef struct tip_span {
    uint32_t start;
    uint32_t end;
} tip_span;

/**
 * The most words that a name or a demonym can have that begins with this folded word; 0 when none
 * does. A word that gives 0 need not be asked about. Cannot fail.
 */
size_t tip_mention_longest(tip_str word);

/**
 * The country that is named by the words of `text` from words[0] on: by a name or by a demonym of
 * one country only, in singular or plural, with or without a possessive; of several the longest.
 * `longest` is what tip_mention_longest gave for the first word, `count` how many words are left.
 * NULL when no country is named there: also where the words are a phrase that only holds a name,
 * such as "Benin City" or "Latin American". *ret_words is always written: how many words the name
 * or the phrase has, else 1. A person or a town that is called as a country is cannot be told from
 * it, unless countries.tsv lists the phrase. Cannot fail.
 */
const tip_country *tip_mention_find(tip_str text, const tip_span *words, size_t count,
                                    size_t longest, size_t *ret_words);

#ifdef __cplusplus
}
#endif

#endif
