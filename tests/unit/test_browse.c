/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ids, neighbours, what is alike, and queries that learn from their answers. */
#include "tip/browse.h"
#include "tip/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/small_index.h"

/* Three reports; two of them from one source each, so that their paragraphs are neighbours. */
static const char records[] =
    "{\"year\":2020,\"iso3\":\"KGZ\",\"section\":\"prosecution\",\"source\":\"a\","
    "\"text\":\"Police arrested brokers of brick kilns in Osh.\"}\n"
    "{\"year\":2020,\"iso3\":\"KGZ\",\"section\":\"prosecution\",\"source\":\"a\","
    "\"text\":\"Courts convicted two brokers of brick kilns.\"}\n"
    "{\"year\":2020,\"iso3\":\"KGZ\",\"section\":\"protection\",\"source\":\"a\","
    "\"text\":\"Shelters helped victims.\"}\n"
    "{\"year\":2020,\"iso3\":\"KGZ\",\"section\":\"protection\",\"source\":\"b\","
    "\"text\":\"Another source says so, too.\"}\n"
    "{\"id\":\"Memo-7\",\"year\":2021,\"iso3\":\"NPL\",\"section\":\"overview\",\"source\":\"c\","
    "\"text\":\"Brick kilns of Nepal use brokers and bonded labour.\"}\n"
    "{\"id\":\"memo-7\",\"year\":2021,\"iso3\":\"NPL\",\"section\":\"overview\",\"source\":\"c\","
    "\"text\":\"Carpet weavers are bonded in Nepal.\"}\n"
    "{\"id\":\"twice\",\"year\":2021,\"iso3\":\"NPL\",\"section\":\"overview\",\"source\":\"c\","
    "\"text\":\"The first of two.\"}\n"
    "{\"id\":\"twice\",\"year\":2021,\"iso3\":\"NPL\",\"section\":\"overview\",\"source\":\"c\","
    "\"text\":\"The second of two.\"}\n";

static int set_up(void **state)
{
    return small_index_set_up(state, records);
}

static tip_str str(const char *text)
{
    return (tip_str){text, strlen(text)};
}

static const tip_hit *hit_of(const tip_results *results, size_t i)
{
    const tip_hit *hit = tip_results_hit(results, i);
    assert_non_null(hit);
    return hit;
}

static void assert_starts(tip_str text, const char *start)
{
    assert_true(text.size >= strlen(start));
    assert_memory_equal(text.data, start, strlen(start));
}

/* Shows an id and checks how many paragraphs come, where it stands and how it starts. */
static void assert_shown(const small_index *made, const char *id, size_t around, size_t count,
                         size_t at, const char *start)
{
    tip_results *results;
    size_t found = 99;
    assert_int_equal(tip_show(made->searcher, str(id), around, around, &results, &found, NULL),
                     TIP_OK);
    assert_int_equal(tip_results_count(results), count);
    assert_int_equal(tip_results_total(results), count);
    assert_int_equal(found, at);
    assert_starts(hit_of(results, at)->record.text, start);
    tip_results_free(results);
}

static void shows_a_paragraph_by_its_id(void **state)
{
    assert_shown(*state, "2020/KGZ/prosecution/2", 0, 1, 0, "Courts");
    assert_shown(*state, "2020/kgz/PROSECUTION/2", 0, 1, 0, "Courts");
}

static void the_very_id_comes_before_one_in_another_case(void **state)
{
    assert_shown(*state, "memo-7", 0, 1, 0, "Carpet");
    assert_shown(*state, "Memo-7", 0, 1, 0, "Brick");
    assert_shown(*state, "MEMO-7", 0, 1, 0, "Brick");
}

static void the_first_of_several_counts(void **state)
{
    assert_shown(*state, "twice", 0, 1, 0, "The first");
}

static void neighbours_are_of_the_same_source(void **state)
{
    assert_shown(*state, "2020/KGZ/prosecution/2", 1, 3, 1, "Courts");
    assert_shown(*state, "2020/KGZ/prosecution/2", SIZE_MAX, 3, 1, "Courts");
    assert_shown(*state, "2020/KGZ/prosecution/1", 1, 2, 0, "Police");
    assert_shown(*state, "memo-7", SIZE_MAX, 4, 1, "Carpet");
}

static void neighbours_come_in_order(void **state)
{
    const small_index *made = *state;
    tip_results *results;
    size_t at;
    assert_int_equal(
        tip_show(made->searcher, str("2020/KGZ/protection/1"), 2, 0, &results, &at, NULL), TIP_OK);
    assert_int_equal(tip_results_count(results), 3);
    assert_int_equal(at, 2);
    assert_starts(hit_of(results, 0)->record.text, "Police");
    assert_starts(hit_of(results, 1)->record.text, "Courts");
    assert_starts(hit_of(results, 2)->record.text, "Shelters");
    tip_results_free(results);
}

static void an_unknown_id_is_told_how_ids_look(void **state)
{
    const small_index *made = *state;
    static const char *const unknown[] = {"2020/KGZ/prosecution/9", "2020/KGZ", "2020", "x", ""};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        tip_results *results = NULL;
        size_t at = 99;
        tip_error err = {.message = ""};
        assert_int_equal(tip_show(made->searcher, str(unknown[i]), 1, 1, &results, &at, &err),
                         TIP_NOT_FOUND);
        assert_null(results);
        assert_int_equal(at, 99);
        assert_non_null(strstr(err.message, "\"2020/KGZ/prosecution/1\""));
        tip_search_options options = {.limit = 1};
        assert_int_equal(
            tip_similar(made->searcher, str(unknown[i]), NULL, &options, &results, &err),
            TIP_NOT_FOUND);
        assert_null(results);
    }
}

static void similar_paragraphs_share_words_and_are_others(void **state)
{
    const small_index *made = *state;
    tip_results *results;
    tip_search_options options = {.limit = 10, .snippet_bytes = 200};
    assert_int_equal(
        tip_similar(made->searcher, str("2020/KGZ/prosecution/1"), NULL, &options, &results, NULL),
        TIP_OK);
    assert_int_equal(tip_results_count(results), 2);
    assert_int_equal(tip_results_total(results), 2);
    for (size_t i = 0; i < 2; i++) {
        const tip_hit *hit = hit_of(results, i);
        assert_true(hit->score > 0);
        assert_int_equal(hit->mark_count, 3);
        assert_null(memmem(hit->record.text.data, hit->record.text.size, "arrested", 8));
    }
    tip_results_free(results);
}

static void similar_paragraphs_can_be_kept_within_a_query(void **state)
{
    const small_index *made = *state;
    tip_results *results;
    tip_query *within;
    tip_search_options options = {.limit = 10};
    assert_int_equal(tip_query_parse(made->searcher, str("year:2021"), NULL, &within, NULL),
                     TIP_OK);
    assert_int_equal(tip_similar(made->searcher, str("2020/KGZ/prosecution/1"), within, &options,
                                 &results, NULL),
                     TIP_OK);
    assert_int_equal(tip_results_total(results), 1);
    assert_starts(hit_of(results, 0)->record.text, "Brick");
    tip_results_free(results);
    tip_query_free(within);
}

/* Both are found by a query of one word only if it is expanded: "kilns" stands beside "arrested".
 */
static size_t total_of(const small_index *made, const char *text, bool expand)
{
    tip_query *query;
    tip_results *results;
    tip_query_options how = {.expand = expand};
    tip_search_options options = {.limit = 10};
    assert_int_equal(tip_query_parse(made->searcher, str(text), &how, &query, NULL), TIP_OK);
    assert_int_equal(tip_search(made->searcher, query, &options, &results, NULL), TIP_OK);
    size_t total = tip_results_total(results);
    tip_results_free(results);
    tip_query_free(query);
    return total;
}

static void an_expanded_query_finds_what_is_like_its_answers(void **state)
{
    assert_int_equal(total_of(*state, "arrested", false), 1);
    assert_int_equal(total_of(*state, "arrested", true), 3);
}

static void expanding_keeps_to_what_the_query_says(void **state)
{
    assert_int_equal(total_of(*state, "arrested year:2020", true), 2);
    assert_int_equal(total_of(*state, "arrested -convicted", true), 2);
    assert_int_equal(total_of(*state, "arrested -\"bonded labour\"", true), 2);
    assert_int_equal(total_of(*state, "+arrested kilns", true), 1);
    assert_int_equal(total_of(*state, "\"arrested\"", true), 1);
    assert_int_equal(total_of(*state, "arrested AND kilns", true), 1);
    assert_int_equal(total_of(*state, "year:2020", true), 4);
    assert_int_equal(total_of(*state, "nowhere", true), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_a_paragraph_by_its_id),
        cmocka_unit_test(the_very_id_comes_before_one_in_another_case),
        cmocka_unit_test(the_first_of_several_counts),
        cmocka_unit_test(neighbours_are_of_the_same_source),
        cmocka_unit_test(neighbours_come_in_order),
        cmocka_unit_test(an_unknown_id_is_told_how_ids_look),
        cmocka_unit_test(similar_paragraphs_share_words_and_are_others),
        cmocka_unit_test(similar_paragraphs_can_be_kept_within_a_query),
        cmocka_unit_test(an_expanded_query_finds_what_is_like_its_answers),
        cmocka_unit_test(expanding_keeps_to_what_the_query_says),
    };
    return cmocka_run_group_tests(tests, set_up, small_index_tear_down);
}
