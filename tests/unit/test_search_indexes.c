/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several indexes that are searched as one, and values that only seem to be the same. */
#include "tip/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "small_index.h"

static size_t count(const small_index *made, const char *text)
{
    tip_query *query = small_index_query(made, text);
    tip_results *results = NULL;
    const tip_search_options options = {.limit = 1};
    assert_int_equal(tip_search(made->searcher, query, &options, &results, NULL), TIP_OK);
    size_t total = tip_results_total(results);
    assert_int_equal(tip_results_count(results), total > 0);
    tip_results_free(results);
    tip_query_free(query);
    return total;
}

/* One paragraph with the words "PREFIX0" to before "PREFIX<end>". */
static char *write_words(const char *prefix, size_t end)
{
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);
    assert_non_null(out);
    fputs("{\"text\":\"", out);
    for (size_t i = 0; i < end; i++)
        fprintf(out, "%s%zu ", prefix, i);
    fputs("\"}\n", out);
    assert_int_equal(fclose(out), 0);
    return line;
}

static void a_word_in_two_indexes_is_one_to_a_wildcard(void **state)
{
    (void)state;
    char *many = write_words("ab", 1000);
    char *few = write_words("ab", 1001);
    const char *texts[] = {many, many};
    small_index made = small_index_make(texts, 2);
    assert_int_equal(count(&made, "ab*"), 2);
    small_index_remove(&made);
    texts[1] = few;
    made = small_index_make(texts, 2);
    tip_query *query = NULL;
    tip_error err;
    assert_int_equal(tip_query_parse(made.searcher, tip_str_of("ab*"), NULL, &query, &err),
                     TIP_BAD_QUERY);
    assert_string_equal(err.message,
                        "ab* stands for 1001 words, more than 1000: write more letters");
    small_index_remove(&made);
    free(many);
    free(few);
}

/* A country of which there is no report, in two indexes: see max_of in xapian-c/. */
static void a_country_without_a_report_is_found_in_two_indexes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"text\":\"North of it\"}\n{\"text\":\"The Koreans\"}\n{\"text\":\"North Koreans\"}\n"
        "{\"text\":\"nothing\"}\n",
        "{\"text\":\"North Koreans\"}\n{\"text\":\"none\"}\n{\"text\":\"Koreans\"}\n"};
    small_index made = small_index_make(texts, 2);
    assert_int_equal(count(&made, "North Koreans"), 5);
    assert_int_equal(count(&made, "north* koreans"), 5);
    small_index_remove(&made);
}

#define LONG_HEADING                                                                               \
    "A heading that is longer than any term of the database can be, since it tells all that its "  \
    "section is about, and what it is not about, and then goes on to say who has written it, for " \
    "whom, and why it was worth the trouble to write so much about "

static void long_headings_differ_at_their_ends(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"section\":\"" LONG_HEADING "alphas\",\"text\":\"one\"}\n"
        "{\"section\":\"" LONG_HEADING "betas\",\"text\":\"two\"}\n"};
    small_index made = small_index_make(texts, 1);
    assert_int_equal(count(&made, "section:alphas"), 1);
    assert_int_equal(count(&made, "section:trouble"), 2);
    small_index_remove(&made);
}

/* A code that is none says no name, so that the one the record has must do. */
static void a_country_of_an_unknown_code_is_found_by_its_name(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"country\":\"Freedonia\",\"iso3\":\"QQF\",\"text\":\"one\"}\n"
        "{\"country\":\"Nepal\",\"text\":\"two\"}\n"};
    small_index made = small_index_make(texts, 1);
    assert_int_equal(count(&made, "country:freedonia"), 1);
    assert_int_equal(count(&made, "Freedonia"), 1);
    small_index_remove(&made);
}

static void ranges_of_years_hold_the_years_that_there_are(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"year\":1,\"text\":\"one\"}\n{\"year\":2020,\"text\":\"two\"}\n",
        "{\"year\":9999,\"text\":\"three\"}\n{\"text\":\"four\"}\n"};
    small_index made = small_index_make(texts, 2);
    assert_int_equal(count(&made, "year:0001..9999"), 3);
    assert_int_equal(count(&made, "year:..2019"), 1);
    assert_int_equal(count(&made, "year:2020.."), 2);
    assert_int_equal(count(&made, "year:2019..2021"), 1);
    assert_int_equal(count(&made, "year:2000..2019"), 0);
    small_index_remove(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_in_two_indexes_is_one_to_a_wildcard),
        cmocka_unit_test(a_country_without_a_report_is_found_in_two_indexes),
        cmocka_unit_test(long_headings_differ_at_their_ends),
        cmocka_unit_test(a_country_of_an_unknown_code_is_found_by_its_name),
        cmocka_unit_test(ranges_of_years_hold_the_years_that_there_are),
    };
    return cmocka_run_group_tests_name("several indexes", tests, NULL, NULL);
}
