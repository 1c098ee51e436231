/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Phrases against a check that tries every place. */
#include "store/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { DOCUMENTS = 300, LONGEST = 40 };

/* Few words, so that they repeat and phrases are found; the stem of each is its first letter. */
static const char *const names[] = {"a", "as", "at", "b", "bs", "c"};
enum { NAMES = sizeof names / sizeof *names };

struct corpus {
    char root[64];
    char path[96];
    tip_store *store;
    size_t sizes[DOCUMENTS];
    unsigned char words[DOCUMENTS][LONGEST]; /* indices into names */
};

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

static uint32_t add_word(tip_store_builder *builder, const char *word, size_t stem_size)
{
    uint32_t number;
    uint32_t stem;
    bool is_new;
    assert_int_equal(tip_store_builder_word(builder, tip_str_of(word), &number, &is_new), TIP_OK);
    if (is_new)
        assert_int_equal(tip_store_builder_stem(builder, (tip_str){word, stem_size}, &stem),
                         TIP_OK);
    return number;
}

static void add_words(tip_store_builder *builder, const uint32_t *words, size_t count)
{
    tip_record record = {.text = {"x", 1}};
    assert_int_equal(tip_store_builder_add(builder, &record, words, count, NULL), TIP_OK);
}

static tip_store *write_and_open(tip_store_builder *builder, struct corpus *corpus)
{
    tip_store *store = NULL;
    strcpy(corpus->root, "/tmp/tip-pattern-XXXXXX");
    assert_non_null(mkdtemp(corpus->root));
    snprintf(corpus->path, sizeof corpus->path, "%s/1.store", corpus->root);
    assert_int_equal(tip_store_builder_write(builder, (tip_str){NULL, 0}, corpus->path, NULL),
                     TIP_OK);
    assert_int_equal(tip_store_open(corpus->path, &store, NULL), TIP_OK);
    tip_store_builder_free(builder);
    return store;
}

static int make_corpus(void **state)
{
    struct corpus *corpus = calloc(1, sizeof *corpus);
    tip_store_builder *builder;
    uint32_t random = 1;
    if (!corpus || tip_store_builder_new(&builder, NULL) != TIP_OK)
        return -1;
    for (size_t d = 0; d < DOCUMENTS; d++) {
        uint32_t words[LONGEST];
        corpus->sizes[d] = next_random(&random) % LONGEST;
        for (size_t i = 0; i < corpus->sizes[d]; i++) {
            corpus->words[d][i] = (unsigned char)(next_random(&random) % NAMES);
            words[i] = add_word(builder, names[corpus->words[d][i]], 1);
        }
        add_words(builder, words, corpus->sizes[d]);
    }
    corpus->store = write_and_open(builder, corpus);
    *state = corpus;
    return 0;
}

static int remove_corpus(void **state)
{
    struct corpus *corpus = *state;
    tip_store_free(corpus->store);
    int failed = unlink(corpus->path) || rmdir(corpus->root);
    free(corpus);
    return failed;
}

/* ---- The check that tries every place ---- */

static bool is_word(const tip_pattern_word *wanted, const char *word)
{
    size_t size = strlen(word);
    size_t part = wanted->text.size;
    switch (wanted->match) {
    case TIP_MATCH_STEM:
        return tip_str_equal(wanted->text, (tip_str){word, 1});
    case TIP_MATCH_WORD:
        return tip_str_equal(wanted->text, tip_str_of(word));
    case TIP_MATCH_PREFIX:
        return size >= part && memcmp(word, wanted->text.data, part) == 0;
    case TIP_MATCH_SUFFIX:
        return size >= part && memcmp(word + size - part, wanted->text.data, part) == 0;
    }
    return false;
}

/* Where occurrences end, as tip_pattern_places says it. */
static void find(const struct corpus *corpus, size_t document, const tip_pattern_word *phrase,
                 size_t count, tip_buf *ret_places)
{
    tip_buf_clear(ret_places);
    for (size_t start = 0; start + count <= corpus->sizes[document]; start++) {
        uint32_t last = (uint32_t)(start + count - 1);
        size_t i = 0;
        while (i < count && is_word(&phrase[i], names[corpus->words[document][start + i]]))
            i++;
        if (i == count)
            assert_int_equal(tip_buf_add(ret_places, &last, sizeof last), TIP_OK);
    }
}

/* Compares for every document; gives the number of those that hold the phrase. */
static size_t compare(const struct corpus *corpus, const tip_pattern_word *phrase, size_t count)
{
    tip_pattern *pattern;
    tip_buf wanted = {0};
    tip_buf places = {0};
    size_t found = 0;
    assert_int_equal(tip_pattern_new(corpus->store, phrase, count, &pattern, NULL), TIP_OK);
    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        find(corpus, d, phrase, count, &wanted);
        assert_int_equal(tip_pattern_matches(pattern, d + 1), wanted.size > 0);
        assert_int_equal(tip_pattern_places(pattern, d + 1, &places), TIP_OK);
        assert_true(tip_str_equal(tip_buf_str(&places), tip_buf_str(&wanted)));
        found += wanted.size > 0;
    }
    tip_buf_free(&wanted);
    tip_buf_free(&places);
    tip_pattern_free(pattern);
    return found;
}

/* A stem or a word, and now and then the beginning or the end of one. */
static tip_pattern_word random_word(uint32_t *random)
{
    static const tip_word_match matches[] = {TIP_MATCH_STEM,   TIP_MATCH_STEM,  TIP_MATCH_STEM,
                                             TIP_MATCH_WORD,   TIP_MATCH_WORD,  TIP_MATCH_WORD,
                                             TIP_MATCH_PREFIX, TIP_MATCH_SUFFIX};
    const char *name = names[next_random(random) % NAMES];
    tip_word_match match = matches[next_random(random) % 8];
    if (match == TIP_MATCH_STEM)
        return (tip_pattern_word){{name, 1}, match};
    if (match == TIP_MATCH_SUFFIX)
        return (tip_pattern_word){tip_str_of(name + strlen(name) - 1), match};
    return (tip_pattern_word){tip_str_of(name), match};
}

static void random_phrases_agree(void **state)
{
    const struct corpus *corpus = *state;
    uint32_t random = 99;
    size_t found = 0;
    for (size_t round = 0; round < 600; round++) {
        tip_pattern_word phrase[6];
        size_t count = 1 + round % 6;
        for (size_t i = 0; i < count; i++)
            phrase[i] = random_word(&random);
        found += compare(corpus, phrase, count);
    }
    assert_true(found > 1000); /* or the comparison would say little */
}

/* A matcher that starts again behind a mismatch misses "a a b" in "a a a b". */
static void phrases_with_repeated_words_agree(void **state)
{
    const struct corpus *corpus = *state;
    static const char *const phrases[] = {"aab", "aaab", "abab", "aaaa", "abaab", "bb", "aabaab"};
    for (size_t p = 0; p < sizeof phrases / sizeof *phrases; p++)
        for (unsigned exact = 0; exact < 4; exact++) {
            tip_pattern_word phrase[8];
            size_t count = strlen(phrases[p]);
            for (size_t i = 0; i < count; i++)
                phrase[i] = (tip_pattern_word){
                    {&phrases[p][i], 1}, exact >> (i & 1) & 1 ? TIP_MATCH_WORD : TIP_MATCH_STEM};
            size_t found = compare(corpus, phrase, count);
            assert_true(exact > 0 || found > 0);
        }
}

static void every_word_alone_agrees(void **state)
{
    const struct corpus *corpus = *state;
    for (size_t i = 0; i < NAMES; i++) {
        tip_pattern_word exact = {tip_str_of(names[i]), TIP_MATCH_WORD};
        tip_pattern_word stem = {{names[i], 1}, TIP_MATCH_STEM};
        size_t documents = compare(corpus, &exact, 1);
        assert_in_range(documents, 1, compare(corpus, &stem, 1));
    }
}

static void every_document_holds_itself(void **state)
{
    const struct corpus *corpus = *state;
    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        tip_pattern_word phrase[LONGEST];
        for (size_t i = 0; i < corpus->sizes[d]; i++)
            phrase[i] = (tip_pattern_word){tip_str_of(names[corpus->words[d][i]]), TIP_MATCH_WORD};
        if (corpus->sizes[d] > 0)
            assert_true(compare(corpus, phrase, corpus->sizes[d]) > 0);
    }
}

static void unknown_words_are_nowhere(void **state)
{
    const struct corpus *corpus = *state;
    tip_pattern_word phrase[] = {
        {{"a", 1}, TIP_MATCH_STEM}, {{"zebra", 5}, TIP_MATCH_WORD}, {{"b", 1}, TIP_MATCH_STEM}};
    assert_int_equal(compare(corpus, phrase, 3), 0);
    phrase[1].match = TIP_MATCH_STEM;
    assert_int_equal(compare(corpus, phrase, 3), 0);
    phrase[1].match = TIP_MATCH_PREFIX;
    assert_int_equal(compare(corpus, phrase, 3), 0);
    phrase[1].match = TIP_MATCH_SUFFIX;
    assert_int_equal(compare(corpus, phrase, 3), 0);
    phrase[1] = (tip_pattern_word){{NULL, 0}, TIP_MATCH_STEM};
    assert_int_equal(compare(corpus, phrase, 3), 0);
    assert_int_equal(compare(corpus, phrase + 1, 1), 0);
}

static tip_status count_words(void *payload, uint32_t number)
{
    size_t *counts = payload;
    counts[number]++;
    return TIP_OK;
}

static tip_status stop_at_once(void *payload, uint32_t number)
{
    (void)number;
    ++*(size_t *)payload;
    return TIP_STOPPED;
}

static void the_words_that_are_meant_are_named(void **state)
{
    const struct corpus *corpus = *state;
    uint32_t random = 3;
    for (size_t round = 0; round < 100; round++) {
        size_t counts[NAMES] = {0};
        tip_pattern_word word = random_word(&random);
        assert_int_equal(tip_pattern_words(corpus->store, &word, count_words, counts), TIP_OK);
        for (size_t i = 0; i < NAMES; i++) {
            uint32_t number = tip_store_find_word(corpus->store, tip_str_of(names[i]));
            assert_int_equal(counts[number], is_word(&word, names[i]));
        }
        size_t calls = 0;
        assert_int_equal(tip_pattern_words(corpus->store, &word, stop_at_once, &calls),
                         TIP_STOPPED);
        assert_int_equal(calls, 1);
    }
}

static void the_beginning_and_end_of_a_word_are_bytes(void **state)
{
    const struct corpus *corpus = *state;
    tip_pattern_word word = {{"", 0}, TIP_MATCH_PREFIX};
    size_t all = compare(corpus, &word, 1);
    assert_in_range(all, DOCUMENTS - 40, DOCUMENTS); /* some documents have no words */
    word.match = TIP_MATCH_SUFFIX;
    assert_int_equal(compare(corpus, &word, 1), all);
    word.text = (tip_str){"bss", 3}; /* longer than any word that begins like it */
    assert_int_equal(compare(corpus, &word, 1), 0);
    word.text = (tip_str){"s", 1};
    size_t plural = compare(corpus, &word, 1);
    word.match = TIP_MATCH_WORD;
    assert_int_equal(compare(corpus, &word, 1), 0);
    assert_in_range(plural, 1, all - 1);
}

static void a_stem_is_not_a_word_nor_a_word_a_stem(void **state)
{
    const struct corpus *corpus = *state;
    tip_pattern_word word = {{"as", 2}, TIP_MATCH_STEM};
    assert_int_equal(compare(corpus, &word, 1), 0);
    word.match = TIP_MATCH_WORD;
    assert_true(compare(corpus, &word, 1) > 0);
}

static void documents_that_do_not_exist_hold_nothing(void **state)
{
    const struct corpus *corpus = *state;
    tip_pattern *pattern;
    tip_pattern_word word = {{"a", 1}, TIP_MATCH_STEM};
    assert_int_equal(tip_pattern_new(corpus->store, &word, 1, &pattern, NULL), TIP_OK);
    assert_false(tip_pattern_matches(pattern, 0));
    assert_false(tip_pattern_matches(pattern, DOCUMENTS + 1));
    assert_false(tip_pattern_matches(pattern, UINT32_MAX));
    tip_buf places = {0};
    assert_int_equal(tip_buf_add_text(&places, "what was there"), TIP_OK);
    assert_int_equal(tip_pattern_places(pattern, DOCUMENTS + 1, &places), TIP_OK);
    assert_int_equal(places.size, 0);
    tip_buf_free(&places);
    tip_pattern_free(pattern);
    tip_pattern_free(NULL);
}

static void the_length_is_limited(void **state)
{
    const struct corpus *corpus = *state;
    tip_pattern_word phrase[TIP_PATTERN_MAX + 1];
    tip_pattern *pattern = NULL;
    tip_error err;
    for (size_t i = 0; i <= TIP_PATTERN_MAX; i++)
        phrase[i] = (tip_pattern_word){{"a", 1}, TIP_MATCH_STEM};
    assert_int_equal(tip_pattern_new(corpus->store, phrase, 0, &pattern, &err), TIP_BAD_ARGUMENT);
    assert_int_equal(tip_pattern_new(corpus->store, phrase, TIP_PATTERN_MAX + 1, &pattern, &err),
                     TIP_BAD_ARGUMENT);
    assert_null(pattern);
    assert_int_equal(compare(corpus, phrase, TIP_PATTERN_MAX), 0);
}

/* ---- The longest phrases, over a store of their own ---- */

enum { VARIANTS = 70 };

static char variants[VARIANTS][8];

/* Document 1 holds 70 variants of one stem in order; document 2 lacks the last one. */
static tip_store *make_variants(struct corpus *corpus)
{
    tip_store_builder *builder;
    uint32_t words[VARIANTS];
    assert_int_equal(tip_store_builder_new(&builder, NULL), TIP_OK);
    for (size_t i = 0; i < VARIANTS; i++) {
        snprintf(variants[i], sizeof variants[i], "v%zu", i);
        words[i] = add_word(builder, variants[i], 1);
    }
    add_words(builder, words, VARIANTS);
    add_words(builder, words, VARIANTS - 1);
    return write_and_open(builder, corpus);
}

static void remove_variants(struct corpus *corpus, tip_store *store)
{
    tip_store_free(store);
    assert_int_equal(unlink(corpus->path), 0);
    assert_int_equal(rmdir(corpus->root), 0);
}

static void the_longest_phrase_is_found(void **state)
{
    (void)state;
    struct corpus corpus;
    tip_store *store = make_variants(&corpus);
    tip_pattern_word phrase[TIP_PATTERN_MAX];
    tip_pattern *pattern;
    for (size_t first = 0; first + TIP_PATTERN_MAX <= VARIANTS; first++) {
        for (size_t i = 0; i < TIP_PATTERN_MAX; i++)
            phrase[i] = (tip_pattern_word){tip_str_of(variants[first + i]), TIP_MATCH_WORD};
        assert_int_equal(tip_pattern_new(store, phrase, TIP_PATTERN_MAX, &pattern, NULL), TIP_OK);
        assert_true(tip_pattern_matches(pattern, 1));
        assert_int_equal(tip_pattern_matches(pattern, 2), first + TIP_PATTERN_MAX < VARIANTS);
        tip_pattern_free(pattern);
    }
    remove_variants(&corpus, store);
}

/* Each exact word differs from the others in where it may stand, and so do they all from one stem
 * place to the next: more kinds of words than a byte can count. Refused, then, or answered right.
 */
static void too_many_kinds_of_words_are_not_mixed_up(void **state)
{
    (void)state;
    struct corpus corpus;
    tip_store *store = make_variants(&corpus);
    tip_pattern_word phrase[TIP_PATTERN_MAX];
    tip_pattern *pattern = NULL;
    tip_error err = {.message = ""};
    for (size_t i = 0; i < TIP_PATTERN_MAX; i++)
        phrase[i] = i % 2 ? (tip_pattern_word){{"v", 1}, TIP_MATCH_STEM}
                          : (tip_pattern_word){tip_str_of(variants[i + 6]), TIP_MATCH_WORD};
    tip_status status = tip_pattern_new(store, phrase, TIP_PATTERN_MAX, &pattern, &err);
    assert_true(status == TIP_OK || status == TIP_BAD_ARGUMENT);
    if (status == TIP_OK) {
        assert_true(tip_pattern_matches(pattern, 1));
        assert_false(tip_pattern_matches(pattern, 2));
        tip_pattern_free(pattern);
    } else {
        assert_true(strlen(err.message) > 0);
        assert_null(pattern);
    }
    remove_variants(&corpus, store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_phrases_agree),
        cmocka_unit_test(phrases_with_repeated_words_agree),
        cmocka_unit_test(every_word_alone_agrees),
        cmocka_unit_test(every_document_holds_itself),
        cmocka_unit_test(unknown_words_are_nowhere),
        cmocka_unit_test(the_words_that_are_meant_are_named),
        cmocka_unit_test(the_beginning_and_end_of_a_word_are_bytes),
        cmocka_unit_test(a_stem_is_not_a_word_nor_a_word_a_stem),
        cmocka_unit_test(documents_that_do_not_exist_hold_nothing),
        cmocka_unit_test(the_length_is_limited),
        cmocka_unit_test(the_longest_phrase_is_found),
        cmocka_unit_test(too_many_kinds_of_words_are_not_mixed_up),
    };
    return cmocka_run_group_tests_name("pattern", tests, make_corpus, remove_corpus);
}
