/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Phrases and pairs whose words have codes of one, two and three bytes, so that the code of a word
 * is often part of another's, against a check of every place. */
#include "scratch.h"
#include "store/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { STEMS = 3500, FORMS = 4, WORDS = STEMS * FORMS, DOCUMENTS = 900, LENGTH = 60 };
enum { PHRASES = 1000, PAIRS = 300 };

typedef struct corpus {
    tip_store *store;
    uint32_t numbers[DOCUMENTS][LENGTH]; /* as the store has numbered the words */
    uint32_t random;
    char root[32];
} corpus;

static uint32_t next_random(corpus *c, uint32_t below)
{
    c->random = c->random * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)(c->random >> 8) * below) >> 24);
}

/* Four forms of each stem, which is their first four letters. */
static uint32_t add_word(tip_store_builder *builder, uint32_t word)
{
    char name[16];
    uint32_t number;
    uint32_t stem;
    bool is_new;
    snprintf(name, sizeof name, "%04x%c", word / FORMS, 'a' + (int)(word % FORMS));
    assert_int_equal(tip_store_builder_word(builder, tip_str_of(name), &number, &is_new), TIP_OK);
    if (is_new)
        assert_int_equal(tip_store_builder_stem(builder, (tip_str){name, 4}, &stem), TIP_OK);
    return number;
}

/* All words in turn, and words of the first few stems much more often. */
static uint32_t choose_word(corpus *c, size_t document, size_t place)
{
    const uint32_t in_turn = (uint32_t)(document * LENGTH + place) / 3;
    if (place % 3 == 0 && in_turn < WORDS)
        return in_turn;
    return next_random(c, 4) ? next_random(c, 200) : next_random(c, WORDS);
}

static void read_numbers(corpus *c)
{
    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        tip_words words = tip_store_words_of(c->store, d + 1);
        for (size_t i = 0; i < LENGTH; i++)
            c->numbers[d][i] = tip_words_next(&words);
        assert_int_equal(tip_words_next(&words), TIP_STORE_NONE);
    }
}

static void write_corpus(corpus *c)
{
    tip_store_builder *builder;
    char path[64];
    assert_int_equal(tip_store_builder_new(&builder, NULL), TIP_OK);
    for (size_t d = 0; d < DOCUMENTS; d++) {
        uint32_t words[LENGTH];
        const tip_record record = {.text = {"x", 1}};
        for (size_t i = 0; i < LENGTH; i++)
            words[i] = add_word(builder, choose_word(c, d, i));
        assert_int_equal(tip_store_builder_add(builder, &record, words, LENGTH, NULL), TIP_OK);
    }
    snprintf(path, sizeof path, "%s/1.store", c->root);
    assert_int_equal(tip_store_builder_write(builder, (tip_str){NULL, 0}, path, NULL), TIP_OK);
    assert_int_equal(tip_store_open(path, &c->store, NULL), TIP_OK);
    tip_store_builder_free(builder);
    read_numbers(c);
}

static int make_corpus(void **state)
{
    corpus *c = calloc(1, sizeof *c);
    if (!c)
        return -1;
    *state = c;
    c->random = 1;
    strcpy(c->root, "/tmp/tip-codes-XXXXXX");
    if (!mkdtemp(c->root))
        return -1;
    write_corpus(c);
    return 0;
}

static int remove_corpus(void **state)
{
    corpus *c = *state;
    tip_store_free(c->store);
    int failed = scratch_remove(c->root);
    free(c);
    return failed;
}

/* ---- Phrases ---- */

/* Words that stand somewhere, or any. */
static void choose_phrase(corpus *c, uint32_t *numbers, size_t count)
{
    const uint32_t *document = c->numbers[next_random(c, DOCUMENTS)];
    const bool is_there = next_random(c, 2);
    const size_t start = next_random(c, (uint32_t)(LENGTH - count));
    for (size_t i = 0; i < count; i++)
        numbers[i] = is_there            ? document[start + i]
                     : next_random(c, 3) ? next_random(c, 192)
                                         : next_random(c, WORDS);
}

/* The places of the last words. */
static size_t find(const uint32_t *document, const uint32_t *phrase, size_t count, uint32_t *places)
{
    size_t found = 0;
    for (size_t i = 0; i + count <= LENGTH; i++)
        if (memcmp(document + i, phrase, count * sizeof *phrase) == 0)
            places[found++] = (uint32_t)(i + count - 1);
    return found;
}

static size_t compare_phrase(const corpus *c, const uint32_t *numbers, size_t count)
{
    tip_pattern_word words[4];
    tip_pattern *pattern;
    tip_buf places = {0};
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        words[i] = (tip_pattern_word){tip_store_word(c->store, numbers[i]), TIP_MATCH_WORD};
    assert_int_equal(tip_pattern_new(c->store, words, count, &pattern, NULL), TIP_OK);
    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        uint32_t wanted[LENGTH];
        const size_t found = find(c->numbers[d], numbers, count, wanted);
        assert_int_equal(tip_pattern_matches(pattern, d + 1), found > 0);
        assert_int_equal(tip_pattern_places(pattern, d + 1, &places), TIP_OK);
        assert_int_equal(places.size, found * sizeof *wanted);
        assert_true(found == 0 || memcmp(places.data, wanted, places.size) == 0);
        total += found;
    }
    tip_buf_free(&places);
    tip_pattern_free(pattern);
    return total;
}

static void phrases_of_words_of_all_lengths_agree(void **state)
{
    corpus *c = *state;
    size_t found = 0;
    for (size_t i = 0; i < PHRASES; i++) {
        uint32_t numbers[4];
        const size_t count = 1 + next_random(c, 4);
        choose_phrase(c, numbers, count);
        found += compare_phrase(c, numbers, count) > 0;
    }
    assert_in_range(found, PHRASES / 4, PHRASES);
}

/* ---- Pairs ---- */

static bool is_form_of(const corpus *c, uint32_t number, const char *stem)
{
    return memcmp(tip_store_word(c->store, number).data, stem, 4) == 0;
}

static bool is_near(const corpus *c, const uint32_t *document, const char *const *stems,
                    size_t distance, bool ordered)
{
    for (size_t i = 0; i < LENGTH; i++)
        for (size_t n = i + 1; n < LENGTH && n - i <= distance; n++)
            if ((is_form_of(c, document[i], stems[0]) && is_form_of(c, document[n], stems[1])) ||
                (!ordered && is_form_of(c, document[i], stems[1]) &&
                 is_form_of(c, document[n], stems[0])))
                return true;
    return false;
}

static size_t compare_pair(const corpus *c, const char *const *stems, size_t distance, bool ordered)
{
    const tip_pattern_word words[] = {{tip_str_of(stems[0]), TIP_MATCH_STEM},
                                      {tip_str_of(stems[1]), TIP_MATCH_STEM}};
    const tip_pattern_phrase phrases[] = {{&words[0], 1}, {&words[1], 1}};
    tip_pattern *pattern;
    size_t found = 0;
    assert_int_equal(tip_pattern_new_several(c->store, phrases, 2, &pattern, NULL), TIP_OK);
    assert_true(tip_pattern_is_pair(pattern));
    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        const bool wanted = is_near(c, c->numbers[d], stems, distance, ordered);
        assert_int_equal(tip_pattern_near(pattern, d + 1, distance, ordered), wanted);
        found += wanted;
    }
    tip_pattern_free(pattern);
    return found;
}

static void pairs_of_stems_agree(void **state)
{
    corpus *c = *state;
    size_t found = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        char names[2][5];
        for (size_t n = 0; n < 2; n++)
            snprintf(names[n], sizeof names[n], "%04x",
                     next_random(c, next_random(c, 3) ? 50 : STEMS));
        const char *stems[] = {names[0], next_random(c, 20) ? names[1] : names[0]};
        found += compare_pair(c, stems, 1 + next_random(c, 8), next_random(c, 2)) > 0;
    }
    assert_in_range(found, PAIRS / 4, PAIRS);
}

static void documents_that_do_not_exist_hold_no_pair(void **state)
{
    const corpus *c = *state;
    const tip_pattern_word words[] = {{{"0000", 4}, TIP_MATCH_STEM}, {{"0001", 4}, TIP_MATCH_STEM}};
    const tip_pattern_phrase phrases[] = {{&words[0], 1}, {&words[1], 1}};
    tip_pattern *pattern;
    assert_int_equal(tip_pattern_new_several(c->store, phrases, 2, &pattern, NULL), TIP_OK);
    assert_false(tip_pattern_near(pattern, 0, LENGTH, false));
    assert_false(tip_pattern_near(pattern, DOCUMENTS + 1, LENGTH, false));
    tip_pattern_free(pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_of_words_of_all_lengths_agree),
        cmocka_unit_test(pairs_of_stems_agree),
        cmocka_unit_test(documents_that_do_not_exist_hold_no_pair),
    };
    return cmocka_run_group_tests_name("pattern_codes", tests, make_corpus, remove_corpus);
}
