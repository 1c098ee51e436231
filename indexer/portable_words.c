/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/portable_words.h"

#include "base/error.h"
#include "portable/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Readers know no later one. */
enum { YEAR_MAX = 9999 };

/* Words by year; 0 is that of paragraphs of no known year. */
typedef struct tally {
    uint64_t words[YEAR_MAX + 1];
} tally;

static tip_status damaged(const char *path, tip_error *err)
{
    return tip_fail(err, TIP_CORRUPT,
                    "%s: damaged (numbers of words); rebuild the index with tipindex --rebuild",
                    path);
}

/* ---- Counting ---- */

static tip_status count_document(void *payload, const tip_str *values)
{
    tally *t = payload;
    double year = xc_sortable_read(values[0]);
    double words = xc_sortable_read(values[1]);
    if (!(year >= 0 && year <= YEAR_MAX && words >= 0 && words <= UINT32_MAX))
        return TIP_CORRUPT;
    t->words[(size_t)year] += (uint64_t)words;
    return TIP_OK;
}

static tip_status count_all(const xc_full *database, const char *path, tally *t, tip_error *err)
{
    static const uint32_t slots[] = {PORTABLE_SLOT_YEAR, PORTABLE_SLOT_WORDS};
    tip_status status = xc_full_each_value(database, slots, 2, count_document, t, err);
    return status == TIP_CORRUPT ? damaged(path, err) : status;
}

/* ---- Metadata ---- */

static void name_key(unsigned year, char *key, size_t size)
{
    snprintf(key, size, year > 0 ? PORTABLE_KEY_WORDS "%04u" : PORTABLE_KEY_WORDS, year);
}

static tip_status write_year(xc_full *database, unsigned year, uint64_t words, tip_error *err)
{
    char key[32];
    char text[32] = "";
    name_key(year, key, sizeof key);
    if (words > 0)
        snprintf(text, sizeof text, "%" PRIu64, words);
    return xc_full_set(database, tip_str_of(key), tip_str_of(text), err);
}

static bool read_number(tip_str text, uint64_t *ret_number)
{
    char digits[32];
    char *end;
    if (text.size >= sizeof digits)
        return false;
    memcpy(digits, text.data, text.size);
    digits[text.size] = '\0';
    *ret_number = strtoull(digits, &end, 10);
    return *end == '\0';
}

static tip_status read_key(void *payload, tip_str key, tip_str value)
{
    tally *t = payload;
    char exact[32];
    uint64_t year = 0;
    uint64_t words;
    size_t prefix = strlen(PORTABLE_KEY_WORDS);
    if (!read_number((tip_str){key.data + prefix, key.size - prefix}, &year) || year > YEAR_MAX ||
        !read_number(value, &words))
        return TIP_CORRUPT;
    name_key((unsigned)year, exact, sizeof exact);
    t->words[year] = words;
    return tip_str_equal(key, tip_str_of(exact)) ? TIP_OK : TIP_CORRUPT;
}

static tip_status read_all(const xc_full *database, const char *path, tally *t, tip_error *err)
{
    tip_status status =
        xc_full_each_key(database, tip_str_of(PORTABLE_KEY_WORDS), read_key, t, err);
    return status == TIP_CORRUPT ? damaged(path, err) : status;
}

/* ---- Both ---- */

/* What is there and what should be. */
typedef struct tallies {
    tally read;
    tally counted;
} tallies;

static tip_status read_both(const xc_full *database, const char *path, tallies **ret_tallies,
                            tip_error *err)
{
    tallies *t = calloc(1, sizeof *t);
    if (!t)
        return tip_fail_memory(err);
    tip_status status = read_all(database, path, &t->read, err);
    if (status == TIP_OK)
        status = count_all(database, path, &t->counted, err);
    if (status == TIP_OK)
        *ret_tallies = t;
    else
        free(t);
    return status;
}

tip_status tip_portable_words_write(xc_full *database, const char *path, tip_error *err)
{
    tallies *t;
    tip_status status = read_both(database, path, &t, err);
    if (status != TIP_OK)
        return status;
    for (unsigned year = 0; year <= YEAR_MAX && status == TIP_OK; year++)
        if (t->read.words[year] != t->counted.words[year])
            status = write_year(database, year, t->counted.words[year], err);
    free(t);
    return status;
}

tip_status tip_portable_words_check(const xc_full *database, const char *path, tip_error *err)
{
    tallies *t;
    tip_status status = read_both(database, path, &t, err);
    if (status != TIP_OK)
        return status;
    if (memcmp(&t->read, &t->counted, sizeof t->read) != 0)
        status = damaged(path, err);
    free(t);
    return status;
}

tip_status tip_portable_words_total(const xc_full *database, const char *path, uint64_t *ret_total,
                                    tip_error *err)
{
    uint64_t total = 0;
    tally *t = calloc(1, sizeof *t);
    tip_status status = t ? read_all(database, path, t, err) : tip_fail_memory(err);
    for (unsigned year = 0; year <= YEAR_MAX && status == TIP_OK; year++)
        total += t->words[year];
    free(t);
    if (status == TIP_OK)
        *ret_total = total;
    return status;
}
