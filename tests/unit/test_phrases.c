/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Phrases over the bundled sample: what an exact and a joined phrase finds, against counting with
 * the tokenizer over the dump. */
#include "base/buf.h"
#include "search/query.h"
#include "store/strings.h"
#include "tests/unit/scratch.h"
#include "text/text.h"
#include "tip/index.h"
#include "tip/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLED = 1200, LONGEST = 3 };

/* All words of all paragraphs, as numbers of words and of stems, with NO_WORD between
 * paragraphs. */
#define NO_WORD UINT32_MAX

struct sample {
    char root[64];
    tip_searcher *searcher;
    tip_stemmer *stemmer;
    tip_strings *names; /* of words and of stems */
    tip_buf words;      /* u32 */
    tip_buf stems;      /* u32 */
};

static uint32_t number_of(struct sample *sample, tip_str text)
{
    uint32_t number;
    assert_int_equal(tip_strings_add(sample->names, text, &number), TIP_OK);
    return number;
}

static void add_number(tip_buf *numbers, uint32_t number)
{
    assert_int_equal(tip_buf_add(numbers, &number, sizeof number), TIP_OK);
}

static tip_status take_record(void *payload, const tip_record *record)
{
    struct sample *sample = payload;
    tip_tokenizer tokenizer;
    tip_token token;
    tip_str stem;
    tip_tokenizer_start(&tokenizer, record->text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        tip_str word = {token.word, token.size};
        assert_int_equal(tip_stem(sample->stemmer, word, &stem), TIP_OK);
        add_number(&sample->words, number_of(sample, word));
        add_number(&sample->stems, number_of(sample, stem));
    }
    add_number(&sample->words, NO_WORD);
    add_number(&sample->stems, NO_WORD);
    return TIP_OK;
}

static int make_sample(void **state)
{
    struct sample *sample = calloc(1, sizeof *sample);
    char index[96];
    tip_update_options options = {.jobs = 2};
    tip_update_summary summary;
    tip_error err = {.message = ""};
    if (!sample)
        return -1;
    *state = sample;
    strcpy(sample->root, "/tmp/tip-phrases-XXXXXX");
    if (!mkdtemp(sample->root) || tip_stemmer_new(&sample->stemmer, NULL) != TIP_OK ||
        tip_strings_new(&sample->names) != TIP_OK)
        return -1;
    snprintf(index, sizeof index, "%s/index", sample->root);
    const char *paths[] = {TIP_SAMPLE};
    const char *indexes[] = {index};
    if (tip_index_update(index, paths, 1, &options, &summary, &err) != TIP_OK ||
        tip_searcher_open(indexes, 1, &sample->searcher, &err) != TIP_OK ||
        tip_index_dump(index, take_record, sample, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return 0;
}

static int remove_sample(void **state)
{
    struct sample *sample = *state;
    tip_searcher_free(sample->searcher);
    tip_stemmer_free(sample->stemmer);
    tip_strings_free(sample->names);
    tip_buf_free(&sample->words);
    tip_buf_free(&sample->stems);
    int failed = scratch_remove(sample->root);
    free(sample);
    return failed;
}

/* ---- Sequences of words ---- */

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

static const uint32_t *numbers_of(const tip_buf *numbers, size_t *ret_count)
{
    *ret_count = numbers->size / sizeof(uint32_t);
    return (const uint32_t *)(const void *)numbers->data;
}

/* The place of a sequence of `length` words within one paragraph. */
static size_t pick_place(const struct sample *sample, size_t length, uint32_t *random)
{
    size_t count;
    const uint32_t *words = numbers_of(&sample->words, &count);
    for (;;) {
        size_t place = next_random(random) % (count - length);
        size_t i = 0;
        while (i < length && words[place + i] != NO_WORD)
            i++;
        if (i == length)
            return place;
    }
}

/* In how many paragraphs a sequence of numbers stands. */
static size_t count_paragraphs(const tip_buf *text, const uint32_t *wanted, size_t length)
{
    size_t count;
    const uint32_t *numbers = numbers_of(text, &count);
    size_t found = 0;
    bool here = false;
    for (size_t i = 0; i < count; i++) {
        here = here ||
               (i + length <= count && memcmp(numbers + i, wanted, length * sizeof *wanted) == 0);
        if (numbers[i] == NO_WORD) {
            found += here;
            here = false;
        }
    }
    return found;
}

static void write_query(const struct sample *sample, const uint32_t *words, size_t length,
                        bool exact, char query[256])
{
    char *end = query;
    end += sprintf(end, "%s", exact ? "\"" : "");
    for (size_t i = 0; i < length; i++) {
        tip_str word = tip_strings_at(sample->names, words[i]);
        end += sprintf(end, "%s%.*s", i == 0 ? "" : exact ? " " : "-", (int)word.size, word.data);
    }
    sprintf(end, "%s", exact ? "\"" : "");
}

static size_t count_found(tip_searcher *searcher, const char *text, size_t limit)
{
    tip_error err = {.message = ""};
    tip_query *query = NULL;
    tip_results *results = NULL;
    const tip_search_options options = {.limit = limit};
    if (tip_query_parse(searcher, tip_str_of(text), NULL, &query, &err) != TIP_OK ||
        tip_search(searcher, query, &options, &results, &err) != TIP_OK)
        fail_msg("%s: %s", text, err.message);
    size_t total = tip_results_total(results);
    assert_int_equal(tip_results_count(results), total < limit ? total : limit);
    tip_results_free(results);
    tip_query_free(query);
    return total;
}

/* Joined words that name a country ("south-sudan") find its report too. */
static bool is_phrase(struct sample *sample, const char *text)
{
    query_node *root;
    assert_int_equal(query_read(tip_str_of(text), false, sample->stemmer, &root, NULL), TIP_OK);
    bool is_phrase = root->kind == NODE_PHRASE;
    node_free(root);
    return is_phrase;
}

static void check_sequences(struct sample *sample, size_t length, bool exact, uint32_t random)
{
    size_t count;
    size_t compared = 0;
    size_t most = 0;
    const uint32_t *words = numbers_of(&sample->words, &count);
    const uint32_t *stems = numbers_of(&sample->stems, &count);
    for (size_t i = 0; i < SAMPLED; i++) {
        char query[256];
        size_t place = pick_place(sample, length, &random);
        write_query(sample, words + place, length, exact, query);
        if (!is_phrase(sample, query))
            continue;
        size_t wanted = exact ? count_paragraphs(&sample->words, words + place, length)
                              : count_paragraphs(&sample->stems, stems + place, length);
        size_t found = count_found(sample->searcher, query, 5);
        if (found != wanted)
            fail_msg("%s: in %zu paragraphs, not %zu", query, found, wanted);
        compared++;
        most = wanted > most ? wanted : most;
    }
    assert_true(compared > SAMPLED * 9 / 10);
    /* Common words were among them. */
    assert_true(most > 20);
}

static void pairs_of_words_are_counted(void **state)
{
    check_sequences(*state, 2, true, 1);
}

static void triples_of_words_are_counted(void **state)
{
    check_sequences(*state, LONGEST, true, 2);
}

static void pairs_of_stems_are_counted(void **state)
{
    check_sequences(*state, 2, false, 3);
}

static void triples_of_stems_are_counted(void **state)
{
    check_sequences(*state, LONGEST, false, 4);
}

/* One word in quotes is that word and no other with its stem. */
static void single_words_are_counted(void **state)
{
    check_sequences(*state, 1, true, 5);
}

/* Sequences that are nowhere: the words of one in the wrong order. */
static void reversed_sequences_are_counted(void **state)
{
    struct sample *sample = *state;
    size_t count;
    size_t none = 0;
    const uint32_t *words = numbers_of(&sample->words, &count);
    uint32_t random = 6;
    for (size_t i = 0; i < SAMPLED / 4; i++) {
        char query[256];
        size_t place = pick_place(sample, LONGEST, &random);
        uint32_t reversed[LONGEST] = {words[place + 2], words[place + 1], words[place]};
        write_query(sample, reversed, LONGEST, true, query);
        size_t wanted = count_paragraphs(&sample->words, reversed, LONGEST);
        if (count_found(sample->searcher, query, 5) != wanted)
            fail_msg("%s: not in %zu paragraphs", query, wanted);
        none += wanted == 0;
    }
    assert_true(none > SAMPLED / 8);
}

static size_t count_words_of(struct sample *sample, const char *text)
{
    uint32_t numbers[8];
    size_t count = 0;
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, tip_str_of(text));
    while (tip_tokenizer_next(&tokenizer, &token))
        numbers[count++] = number_of(sample, (tip_str){token.word, token.size});
    return count_paragraphs(&sample->words, numbers, count);
}

/* The phrases of the most common words are those that cost the most. */
static void common_words_are_counted(void **state)
{
    struct sample *sample = *state;
    static const char *const phrases[] = {
        "in the", "of the",       "of the report", "the government", "and the", "police corruption",
        "the",    "forced labor", "to the"};
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        char query[64];
        snprintf(query, sizeof query, "\"%s\"", phrases[i]);
        size_t wanted = count_words_of(sample, phrases[i]);
        size_t all = tip_searcher_documents(sample->searcher);
        if (count_found(sample->searcher, query, 5) != wanted ||
            count_found(sample->searcher, query, all) != wanted)
            fail_msg("%s: not in %zu paragraphs", query, wanted);
    }
    assert_true(count_words_of(sample, "in the") > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_words_are_counted),
        cmocka_unit_test(pairs_of_words_are_counted),
        cmocka_unit_test(triples_of_words_are_counted),
        cmocka_unit_test(pairs_of_stems_are_counted),
        cmocka_unit_test(triples_of_stems_are_counted),
        cmocka_unit_test(reversed_sequences_are_counted),
        cmocka_unit_test(common_words_are_counted),
    };
    return cmocka_run_group_tests_name("phrases", tests, make_sample, remove_sample);
}
