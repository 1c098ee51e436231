/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folding paragraphs that repeat one another, also against a check of every pair. */
#include "tip/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "small_index.h"

#define LINE(country, year, id, text)                                                              \
    "{\"country\":\"" country "\",\"year\":" year ",\"id\":\"" id "\",\"text\":\"" text "\"}\n"

static tip_results *search(const small_index *made, const char *text, bool collapse, size_t offset,
                           size_t limit)
{
    tip_query *query = small_index_query(made, text);
    tip_search_options options = {.offset = offset, .limit = limit, .collapse = collapse};
    tip_results *results = NULL;
    assert_int_equal(tip_search(made->searcher, query, &options, &results, NULL), TIP_OK);
    tip_query_free(query);
    return results;
}

static const tip_hit *hit_of(const tip_results *results, const char *id)
{
    for (size_t i = 0; i < tip_results_count(results); i++)
        if (tip_str_equal(tip_results_hit(results, i)->record.id, tip_str_of(id)))
            return tip_results_hit(results, i);
    return NULL;
}

#define SHELTER                                                                                    \
    "The government did not open a shelter for victims of trafficking although the law asks for "  \
    "one in every region of the country"

/* One word of 21 is another: 16 of 19 + 19 runs are in both, which is 0.73; two more words at the
 * end: 19 of 21, which is 0.90. */
static const char shelters[] = LINE("Ghana", "2018", "gha18", SHELTER ".")
    LINE("Ghana", "2020", "gha20", SHELTER " again this year.")
        LINE("Ghana", "2019", "gha19",
             "THE government did not open a shelter, for victims of "
             "trafficking, although the law asks for one in every region of the country!")
            LINE("Ghana", "2021", "gha21",
                 "The government did not open a shelter for children of "
                 "trafficking although the law asks for one in every region of the country.")
                LINE("Ghana", "2018", "gha18b", SHELTER ".")
                    LINE("Togo", "2019", "tgo19",
                         SHELTER
                         ".") "{\"country\":\"Ghana\",\"id\":\"undated\",\"text\":\"" SHELTER
                              ".\"}\n"
                              "{\"year\":2020,\"id\":\"nowhere\",\"text\":\"" SHELTER ".\"}\n";

static void test_folds_other_years_of_the_same_country(void **state)
{
    (void)state;
    const char *const texts[] = {shelters};
    small_index made = small_index_make(texts, 1);
    tip_results *results = search(&made, "shelter", true, 0, 10);
    /* 2018 and 2018b are of one year; each stands for itself, and the first takes the rest. */
    assert_int_equal(tip_results_total(results), 6);
    assert_int_equal(tip_results_count(results), 6);
    const tip_hit *first = hit_of(results, "gha18");
    assert_non_null(first);
    assert_int_equal(first->repeat_count, 2);
    assert_int_equal(first->repeats[0].year, 2019);
    assert_string_equal(small_text(first->repeats[0].id), "gha19");
    assert_int_equal(first->repeats[1].year, 2020);
    assert_string_equal(small_text(first->repeats[1].id), "gha20");
    static const char *const alone[] = {"gha18b", "gha21", "tgo19", "undated", "nowhere"};
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        assert_non_null(hit_of(results, alone[i]));
        assert_int_equal(hit_of(results, alone[i])->repeat_count, 0);
    }
    tip_results_free(results);
    small_index_remove(&made);
}

static void test_pages_count_groups(void **state)
{
    (void)state;
    const char *const texts[] = {shelters};
    small_index made = small_index_make(texts, 1);
    tip_results *all = search(&made, "shelter", true, 0, 10);
    for (size_t i = 0; i < 8; i++) {
        tip_results *page = search(&made, "shelter", true, i, 1);
        assert_int_equal(tip_results_total(page), 6);
        assert_int_equal(tip_results_count(page), i < 6);
        if (i < 6) {
            const tip_hit *hit = tip_results_hit(page, 0);
            const tip_hit *same = tip_results_hit(all, i);
            assert_true(tip_str_equal(hit->record.id, same->record.id));
            assert_int_equal(hit->repeat_count, same->repeat_count);
        }
        tip_results_free(page);
    }
    tip_results_free(all);
    all = search(&made, "shelter", false, 0, 10);
    assert_int_equal(tip_results_total(all), 8);
    assert_int_equal(tip_results_hit(all, 0)->repeat_count, 0);
    tip_results_free(all);
    small_index_remove(&made);
}

static void test_several_indexes_are_one(void **state)
{
    (void)state;
    static const char *const texts[] = {
        /* Words come in another order, so that they have other numbers. */
        LINE("Ghana", "2018", "a", "Region country every open one asks law.")
            LINE("Ghana", "2018", "b", SHELTER "."),
        LINE("Ghana", "2019", "c", SHELTER "."),
    };
    small_index made = small_index_make(texts, 2);
    tip_results *results = search(&made, "shelter", true, 0, 10);
    assert_int_equal(tip_results_total(results), 1);
    assert_int_equal(tip_results_hit(results, 0)->repeat_count, 1);
    tip_results_free(results);
    results = search(&made, "year:2018..", true, 0, 10);
    assert_int_equal(tip_results_total(results), 2);
    tip_results_free(results);
    results = search(&made, "nothingofthekind", true, 0, 10);
    assert_int_equal(tip_results_total(results), 0);
    tip_results_free(results);
    small_index_remove(&made);
}

static void test_short_paragraphs_go_by_words(void **state)
{
    (void)state;
    /* 4 of 5 words, but only 1 of 5 runs; 3 of 5 words. */
    static const char *const texts[] = {LINE("Ghana", "2018", "a", "Train police and judges.") LINE(
        "Ghana", "2019", "b", "Train judges and police now.")
                                            LINE("Ghana", "2020", "c", "Train police and nurses.")};
    small_index made = small_index_make(texts, 1);
    tip_results *results = search(&made, "+train", true, 0, 10);
    assert_int_equal(tip_results_total(results), 2);
    tip_results_free(results);
    small_index_remove(&made);
}

/* ---- Every pair ---- */

enum { PARAGRAPHS = 400, WORDS_MAX = 40, NAMES = 30 };

/* A paragraph: numbers of words, and where it is from. */
struct drawn {
    unsigned char words[WORDS_MAX];
    size_t size;
    unsigned country;
    unsigned year;
};

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

/* Half of them are an earlier one with a few words changed, added or left out. */
static void draw(struct drawn *all, size_t number, uint32_t *random)
{
    struct drawn *d = &all[number];
    bool copied = number > 0 && next_random(random) % 2;
    if (copied) {
        *d = all[next_random(random) % number];
        for (uint32_t i = next_random(random) % 3; i > 0; i--)
            d->words[next_random(random) % d->size] = (unsigned char)(next_random(random) % NAMES);
        if (d->size < WORDS_MAX && next_random(random) % 2)
            d->words[d->size++] = (unsigned char)(next_random(random) % NAMES);
    } else {
        d->size = 1 + next_random(random) % (WORDS_MAX - 1);
        for (size_t i = 0; i < d->size; i++)
            d->words[i] = (unsigned char)(next_random(random) % NAMES);
    }
    d->country = next_random(random) % 2;
    d->year = 2015 + next_random(random) % 4;
}

static bool has_run(const struct drawn *d, size_t end, const unsigned char *run, size_t size)
{
    for (size_t i = 0; i + size <= end; i++)
        if (memcmp(d->words + i, run, size) == 0)
            return true;
    return false;
}

static double naive_similarity(const struct drawn *a, const struct drawn *b)
{
    size_t shorter = a->size < b->size ? a->size : b->size;
    size_t longer = a->size < b->size ? b->size : a->size;
    size_t run = shorter < 12 && longer < 24 ? 1 : 3;
    size_t in_a = 0;
    size_t in_b = 0;
    size_t common = 0;
    for (size_t i = 0; i + run <= a->size; i++) {
        if (has_run(a, i + run - 1, a->words + i, run))
            continue;
        in_a++;
        common += has_run(b, b->size, a->words + i, run);
    }
    for (size_t i = 0; i + run <= b->size; i++)
        in_b += !has_run(b, i + run - 1, b->words + i, run);
    return in_a + in_b ? (double)common / (double)(in_a + in_b - common) : 0;
}

static char *write_drawn(const struct drawn *all)
{
    tip_buf lines = {0};
    for (size_t i = 0; i < PARAGRAPHS; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"country\":\"%s\",\"year\":%u,\"id\":\"%zu\",\"text\":\"",
                 all[i].country ? "Ghana" : "Togo", all[i].year, i);
        assert_int_equal(tip_buf_add_text(&lines, text), TIP_OK);
        for (size_t w = 0; w < all[i].size; w++) {
            snprintf(text, sizeof text, "w%uq ", all[i].words[w]);
            assert_int_equal(tip_buf_add_text(&lines, text), TIP_OK);
        }
        assert_int_equal(tip_buf_add_text(&lines, "\"}\n"), TIP_OK);
    }
    assert_int_equal(tip_buf_add_byte(&lines, '\0'), TIP_OK);
    return lines.data;
}

/* The number of each answer's paragraph, best first. */
static size_t ranked(const tip_results *results, size_t *ret_numbers)
{
    for (size_t i = 0; i < tip_results_count(results); i++)
        ret_numbers[i] = strtoul(small_text(tip_results_hit(results, i)->record.id), NULL, 10);
    return tip_results_count(results);
}

static void check_groups(const struct drawn *all, const tip_results *plain,
                         const tip_results *folded)
{
    size_t order[PARAGRAPHS];
    size_t leaders[PARAGRAPHS];
    size_t groups = 0;
    size_t count = ranked(plain, order);
    size_t repeats[PARAGRAPHS] = {0};
    for (size_t i = 0; i < count; i++) {
        const struct drawn *d = &all[order[i]];
        size_t k = 0;
        while (k < groups &&
               (all[leaders[k]].country != d->country || all[leaders[k]].year == d->year ||
                naive_similarity(&all[leaders[k]], d) < 0.8))
            k++;
        if (k < groups)
            repeats[k]++;
        else
            leaders[groups++] = order[i];
    }
    assert_int_equal(tip_results_total(folded), groups);
    for (size_t i = 0; i < groups; i++) {
        const tip_hit *hit = tip_results_hit(folded, i);
        assert_int_equal(strtoul(small_text(hit->record.id), NULL, 10), leaders[i]);
        assert_int_equal(hit->repeat_count, repeats[i]);
    }
    assert_true(groups < count);
}

static void test_like_every_pair(void **state)
{
    (void)state;
    static struct drawn all[PARAGRAPHS];
    uint32_t random = 7;
    for (size_t i = 0; i < PARAGRAPHS; i++)
        draw(all, i, &random);
    char *lines = write_drawn(all);
    const char *const texts[] = {lines};
    small_index made = small_index_make(texts, 1);
    static const char *const queries[] = {"w1q w2q", "+w5q", "year:2015..", "w3q w7q w9q w11q"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        tip_results *plain = search(&made, queries[i], false, 0, PARAGRAPHS);
        tip_results *folded = search(&made, queries[i], true, 0, PARAGRAPHS);
        check_groups(all, plain, folded);
        tip_results_free(plain);
        tip_results_free(folded);
    }
    free(lines);
    small_index_remove(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folds_other_years_of_the_same_country),
        cmocka_unit_test(test_pages_count_groups),
        cmocka_unit_test(test_several_indexes_are_one),
        cmocka_unit_test(test_short_paragraphs_go_by_words),
        cmocka_unit_test(test_like_every_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
