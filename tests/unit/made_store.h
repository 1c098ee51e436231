/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Stores of made-up documents, each of which is the same wherever it is built, and the comparison
 * of stores that should be the same. cmocka.h must have been included before.
 */
#ifndef TESTS_UNIT_MADE_STORE_H
#define TESTS_UNIT_MADE_STORE_H

#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Documents ---- */

/* Above those that texts have. */
enum { NAME_WORD = 9000 };

static inline uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

/* Small numbers are frequent, as in language; there are over 192, so that codes differ in length.
 */
static inline uint32_t random_word(uint32_t *random)
{
    static const uint32_t limits[] = {3, 10, 60, 300, 2500};
    return next_random(random) % limits[next_random(random) % 5];
}

static inline uint32_t add_word(tip_store_builder *builder, uint32_t name)
{
    char word[16];
    uint32_t number;
    uint32_t stem;
    bool is_new;
    /* Every third word has the stem of another one. */
    snprintf(word, sizeof word, "w%u", name);
    assert_int_equal(tip_store_builder_word(builder, tip_str_of(word), &number, &is_new), TIP_OK);
    snprintf(word, sizeof word, "s%u", name / 3);
    if (is_new)
        assert_int_equal(tip_store_builder_stem(builder, tip_str_of(word), &stem), TIP_OK);
    return number;
}

static inline void add_document(tip_store_builder *builder, uint32_t document)
{
    static const char *const sections[] = {"overview", "prosecution", "a heading", ""};
    uint32_t words[90];
    char text[1200];
    char country[16];
    uint32_t random = document * 7919 + 3;
    size_t count = next_random(&random) % 90;
    size_t size = next_random(&random) % sizeof text;
    for (size_t i = 0; i < count; i++)
        words[i] = add_word(builder, random_word(&random));
    /* A word of the report's name, which no text has. */
    if (document / 20 % 3 == 1)
        (void)add_word(builder, NAME_WORD + document / 20);
    for (size_t i = 0; i < size; i++)
        text[i] = (char)next_random(&random);
    snprintf(country, sizeof country, "C%u", document / 20);
    tip_record record = {
        .id = document % 5 == 0 ? tip_str_of(country) : (tip_str){NULL, 0},
        .year = 2001 + (int)(document % 3),
        .country = tip_str_of(country),
        .section = tip_str_of(sections[document / 4 % 4]),
        .paragraph = document % 4,
        .page = document / 60 == 1 ? document % 7 : 0, /* only some parts have pages */
        .title = tip_str_of(document % 2 ? "A title" : ""),
        .text = {text, size},
    };
    assert_int_equal(tip_store_builder_add(builder, &record, words, count, NULL), TIP_OK);
}

static inline void build(const char *path, uint32_t first, uint32_t end)
{
    tip_store_builder *builder;
    assert_int_equal(tip_store_builder_new(&builder, NULL), TIP_OK);
    for (uint32_t i = first; i < end; i++)
        add_document(builder, i);
    assert_int_equal(tip_store_builder_write(builder, (tip_str){NULL, 0}, path, NULL), TIP_OK);
    tip_store_builder_free(builder);
}

/* ---- Comparing ---- */

static inline tip_store *open_checked(const char *path)
{
    tip_error err;
    tip_store *store = NULL;
    assert_int_equal(tip_store_open(path, &store, &err), TIP_OK);
    if (tip_store_check(store, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return store;
}

static inline void compare_totals(const tip_store *a, const tip_store *b)
{
    assert_int_equal(tip_store_documents(a), tip_store_documents(b));
    assert_int_equal(tip_store_words(a), tip_store_words(b));
    assert_int_equal(tip_store_vocabulary(a), tip_store_vocabulary(b));
    assert_int_equal(tip_store_reports(a), tip_store_reports(b));
    assert_int_equal(tip_store_sections(a), tip_store_sections(b));
    assert_int_equal(tip_store_text_bytes(a), tip_store_text_bytes(b));
}

static inline void compare_vocabularies(const tip_store *a, const tip_store *b)
{
    for (uint32_t i = 0; i < tip_store_vocabulary(a); i++) {
        tip_str word = tip_store_word(a, i);
        assert_true(word.size > 0);
        assert_true(tip_str_equal(word, tip_store_word(b, i)));
        assert_int_equal(tip_store_word_count(a, i), tip_store_word_count(b, i));
        assert_int_equal(tip_store_stem_of(a, i), tip_store_stem_of(b, i));
        assert_int_equal(tip_store_find_word(b, word), i);
        char *name = tip_str_dup(word);
        char stem[32];
        snprintf(stem, sizeof stem, "s%ld", strtol(name + 1, NULL, 10) / 3);
        assert_int_equal(tip_store_find_stem(b, tip_str_of(stem)), tip_store_stem_of(b, i));
        free(name);
    }
}

static inline void compare_words(const tip_store *a, const tip_store *b, uint32_t document)
{
    tip_words x = tip_store_words_of(a, document);
    tip_words y = tip_store_words_of(b, document);
    uint32_t word;
    do {
        word = tip_words_next(&x);
        assert_int_equal(word, tip_words_next(&y));
    } while (word != TIP_STORE_NONE);
}

static inline void compare_records(const tip_record *a, const tip_record *b)
{
    const tip_str x[] = {a->id,      a->country, a->iso3,   a->region, a->tier,
                         a->section, a->title,   a->source, a->text};
    const tip_str y[] = {b->id,      b->country, b->iso3,   b->region, b->tier,
                         b->section, b->title,   b->source, b->text};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        assert_true(tip_str_equal(x[i], y[i]));
    assert_int_equal(a->year, b->year);
    assert_int_equal(a->paragraph, b->paragraph);
    assert_int_equal(a->page, b->page);
}

static inline void compare_documents(const tip_store *a, const tip_store *b)
{
    tip_text_block of_a = {0};
    tip_text_block of_b = {0};
    for (uint32_t i = 1; i <= tip_store_documents(a); i++) {
        tip_record x;
        tip_record y;
        assert_int_equal(tip_store_record(a, i, &of_a, &x, NULL), TIP_OK);
        assert_int_equal(tip_store_record(b, i, &of_b, &y, NULL), TIP_OK);
        compare_records(&x, &y);
        assert_int_equal(tip_store_report_of(a, i), tip_store_report_of(b, i));
        assert_int_equal(tip_store_section_of(a, i), tip_store_section_of(b, i));
        compare_words(a, b, i);
    }
    tip_text_block_free(&of_a);
    tip_text_block_free(&of_b);
}

static inline void compare(const char *path_a, const char *path_b)
{
    tip_store *a = open_checked(path_a);
    tip_store *b = open_checked(path_b);
    compare_totals(a, b);
    compare_vocabularies(a, b);
    compare_documents(a, b);
    tip_store_free(a);
    tip_store_free(b);
}

#endif
