/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How the names of countries are made comparable, and the tables that country_gen.c writes with
 * this very function at build time. Private to corpus/.
 */
#ifndef CORPUS_COUNTRY_NAME_H
#define CORPUS_COUNTRY_NAME_H

#include "corpus/country.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for a folded name and its NUL. */
#define TIP_COUNTRY_NAME_ROOM 256

/**
 * Folds a short name: case and accents removed, apostrophes left out, "&" read as "and", the
 * periods of "U.S." left out, every other run of what is neither letter nor digit made one space,
 * none at the ends. Returns the bytes written before the NUL; 0 (and an empty string) when nothing
 * is left or when it does not fit. Allocates nothing and cannot fail.
 */
size_t tip_country_name_fold(tip_str name, char ret_folded[TIP_COUNTRY_NAME_ROOM]);

/** As tip_country_name_fold, without a leading "the". */
size_t tip_country_name_key(tip_str name, char ret_key[TIP_COUNTRY_NAME_ROOM]);

/** In the place of an index: what is named is no country. */
#define TIP_NO_COUNTRY SIZE_MAX

/** One folded name of the country at an index of the table. */
typedef struct tip_country_key {
    const char *text;
    size_t country;
    bool in_text; /**< may be meant where it stands in a running text: no code that is not also a
                       name, no inverted form, no title of a page */
} tip_country_key;

/* Generated; the keys are unique and in strcmp order, the countries in order of iso3. */
extern const size_t tip_country_table_count;
extern const tip_country tip_country_table[];
extern const size_t tip_country_name_count;
extern const tip_country_key tip_country_name_table[];
extern const size_t tip_country_demonym_count;
extern const tip_country_key tip_country_demonym_table[];
extern const size_t tip_country_phrase_count; /* of phrases that only hold a name: "Benin City" */
extern const tip_country_key tip_country_phrase_table[];

/** The key that is this text in one of the tables, of `count` keys; NULL when none is. */
const tip_country_key *tip_country_key_find(const tip_country_key *table, size_t count,
                                            const char *text);

#ifdef __cplusplus
}
#endif

#endif
