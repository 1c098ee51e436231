/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Countries: their codes, regions, and all the names people write for them.
 */
#ifndef CORPUS_COUNTRY_H
#define CORPUS_COUNTRY_H

#include "tip/record.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One country or area: those of ISO 3166-1, Kosovo (XKX), and two that have ceased to be, the
 * Netherlands Antilles (ANT) and Serbia and Montenegro (SCG). Static storage, NUL-terminated UTF-8.
 */
typedef struct tip_country {
    const char *iso3; /**< ISO 3166-1 alpha-3; XKX for Kosovo */
    const char *iso2; /**< ISO 3166-1 alpha-2; XK for Kosovo */
    const char
        *name; /**< as the TIP Report heads its narrative, in usual case: "Kyrgyz Republic" */
    const char *region; /**< State Department region, such as "South and Central Asia"; "" where no
                             bureau answers for the area */
    const char *const *names; /**< every name, canonical, historical and alternative, NULL-ended */
    const char *const *demonyms; /**< adjectives and nouns for its people ("Kyrgyz",
                                      "Kyrgyzstani"), singular, NULL-ended; may be empty */
} tip_country;

/** Number of countries in the table. */
size_t tip_country_count(void);

/** The i-th country, in order of iso3; NULL when i is out of range. */
const tip_country *tip_country_at(size_t i);

/**
 * The country that a name, an alpha-2 or alpha-3 code (codes in capitals or not) or the name in a
 * file's path ("cote-divoire", "Kyrgyz_Republic", "china-includes-tibet-hong-kong-and-macau",
 * "israel-west-bank-and-gaza") stands for; NULL when it is none. Case, accents, punctuation, a
 * leading "the" and runs of white space do not matter. Demonyms are not names. Cannot fail.
 */
const tip_country *tip_country_find(tip_str name);

/** Room for a name that tip_country_path_name writes, and its NUL. */
#define TIP_COUNTRY_PATH_ROOM 256

/**
 * Writes the name of a country for a file's path, "cote-divoire": lower-case ASCII letters, digits
 * and single hyphens between them, never empty, by which tip_country_find finds the country again.
 * `country` is one of the table's. Cannot fail.
 */
void tip_country_path_name(const tip_country *country, char ret_name[TIP_COUNTRY_PATH_ROOM]);

/** As tip_country_find, but also takes a demonym when it belongs to one country only. */
const tip_country *tip_country_find_any(tip_str name);

#ifdef __cplusplus
}
#endif

#endif
