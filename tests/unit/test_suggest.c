/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean". */
#include "tip/index.h"
#include "tip/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/small_index.h"

/* "worked" and "worker" are as near to "workex"; "worker" is the more frequent one. */
static const char records[] =
    "{\"text\":\"The government convicted traffickers who worked; a worker, a worker and "
    "police.\"}\n"
    "{\"text\":\"Prosecutors asked for protection of victims against labour brokers in Bishkek\"}\n"
    "{\"text\":\"A shelter, a shelter and policy of "
    "\\u043c\\u043e\\u0441\\u043a\\u0432\\u0430.\"}\n"
    "{\"year\":2020,\"country\":\"Nepal\",\"text\":\"A paragraph about Nepal, once.\"}\n"
    "{\"year\":2018,\"country\":\"Ghana\",\"tier\":\"2\",\"section\":\"Legal Framework\",\"title\":"
    "\"A report\",\"text\":\"Another about Ghana.\"}\n"
    "{\"year\":2019,\"country\":\"Ghana\",\"tier\":\"2WL\",\"section\":\"protection\",\"text\":"
    "\"And one more.\"}\n";

static int set_up(void **state)
{
    return small_index_set_up(state, records);
}

/* NULL: nothing is suggested. */
static void assert_suggests(void **state, const char *text, bool plain, const char *expected)
{
    const small_index *made = *state;
    char *found = NULL;
    assert_int_equal(
        tip_suggest(made->searcher, (tip_str){text, strlen(text)}, plain, true, &found, NULL),
        TIP_OK);
    if (!expected && found)
        fail_msg("%s: suggested %s", text, found);
    if (expected) {
        assert_non_null(found);
        assert_string_equal(found, expected);
    }
    free(found);
}

static void one_mistake_of_each_kind(void **state)
{
    assert_suggests(state, "shlter", false, "shelter");
    assert_suggests(state, "sheltter", false, "shelter");
    assert_suggests(state, "shelber", false, "shelter");
    assert_suggests(state, "shleter", false, "shelter");
    assert_suggests(state, "hselter", true, "shelter");
}

static void longer_words_may_have_two(void **state)
{
    assert_suggests(state, "trafikers", false, "traffickers");
    assert_suggests(state, "govrnmnet", false, "government");
    assert_suggests(state, "protceition", false, "protection");
    assert_suggests(state, "gvrnmnt", false, NULL);
    assert_suggests(state, "shltr", false, NULL);
    assert_suggests(state, "pol", false, NULL);
}

/* Two letters that changed places, with a letter added or lost between them: two mistakes. */
static void letters_change_places_around_others(void **state)
{
    assert_suggests(state, "proesctuors", false, "prosecutors");
    assert_suggests(state, "govenxrment", false, "government");
    assert_suggests(state, "procttion", false, "protection");
    assert_suggests(state, "govenxyrment", false, NULL);
    assert_suggests(state, "rposecutosr", false, "prosecutors");
    assert_suggests(state, "rposceutosr", false, NULL);
}

static void the_more_frequent_of_the_nearest(void **state)
{
    assert_suggests(state, "workex", false, "worker");
}

static void all_else_stays_as_it_was(void **state)
{
    assert_suggests(state, " +goverment  -(polcie OR \"labuor brokers\")\tyear:2020 ", false,
                    " +government  -(police OR \"labour brokers\")\tyear:2020 ");
    assert_suggests(state, "Goverment's GOVERMENT goverment\xE2\x80\x99s", false,
                    "Government's GOVERNMENT government\xE2\x80\x99s");
    assert_suggests(state, "shlter-polcie", false, "shelter-police");
    assert_suggests(state, "(shlter", true, "(shelter");
}

static void what_is_no_misspelling_is_left_alone(void **state)
{
    assert_suggests(state, "government police", false, NULL);
    assert_suggests(state, "governments", false, NULL); /* its stem occurs */
    assert_suggests(state, "country:nepl polise", false, "country:nepl police");
    assert_suggests(state, "Nepal Bishek", false, "Nepal Bishkek");
    assert_suggests(state, "polic3 xyzzyxyzzy", false, NULL);
    assert_suggests(state, "POLCE", false, NULL);
    assert_suggests(state, "shltr* worx*", false, NULL);
}

/* They are compared with what the index has of the field, not with the words of its texts. */
static void values_of_sections_and_regions(void **state)
{
    assert_suggests(state, "section:protecton", false, "section:protection");
    assert_suggests(state, "section:\"legl framwork\" police", false,
                    "section:\"legal framework\" police");
    assert_suggests(state, "region:(africa or euorpe)", false, "region:(africa or europe)");
    assert_suggests(state, "section:shlter", false, NULL);
    assert_suggests(state, "section:protection region:asia", false, NULL);
    assert_suggests(state, "title:polcie", false, NULL);
}

static void assert_hints(void **state, const char *text, const tip_filter *filter,
                         const char *expected)
{
    const small_index *made = *state;
    tip_query_options options = {.filters = filter, .filter_count = filter ? 1 : 0};
    tip_query *query;
    char *found = NULL;
    assert_int_equal(
        tip_query_parse(made->searcher, (tip_str){text, strlen(text)}, &options, &query, NULL),
        TIP_OK);
    assert_int_equal(tip_query_hint(query, &found, NULL), TIP_OK);
    if (!expected && found)
        fail_msg("%s: %s", text, found);
    if (expected && !found)
        fail_msg("%s: no hint", text);
    if (expected)
        assert_string_equal(found, expected);
    free(found);
    tip_query_free(query);
}

static void values_that_nothing_has_are_told(void **state)
{
    static const tip_filter filter = {TIP_FIELD_YEAR, "2021"};
#define YEARS "; the index has the years 2018 to 2020"
    assert_hints(state, "police year:1950", NULL, "no paragraph has year:1950" YEARS);
    assert_hints(state, "year:2020 OR (year:(2018 or 2031))", NULL,
                 "no paragraph has year:2031" YEARS);
    assert_hints(state, "police", &filter, "no paragraph has year:2021" YEARS);
    assert_hints(state, "tier:special section:annex", NULL,
                 "no paragraph has tier:special; the index has the tiers 2, 2WL\n"
                 "no paragraph has section:annex; the index has the sections Legal Framework, "
                 "protection");
    assert_hints(state, "country:Kenya", NULL,
                 "no paragraph has country:Kenya; the index has the countries Ghana, Nepal");
    assert_hints(state, "year:1951,1952,1953,1954,1955", NULL,
                 "no paragraph has year:1951" YEARS "\nno paragraph has year:1952" YEARS
                 "\nno paragraph has year:1953" YEARS "\nno paragraph has year:1954" YEARS);
    assert_hints(state, "title:annex", NULL, "no paragraph has title:annex");
    assert_hints(state, "mentions:Kenya", NULL, "no paragraph has mentions:Kenya");
}

static void values_that_something_has_are_not(void **state)
{
    assert_hints(state, "police year:2018 tier:2 section:legal country:ghana title:report", NULL,
                 NULL);
    assert_hints(state, "mentions:Nepal zebra", NULL, NULL);
    assert_hints(state, "-year:1950 police", NULL, NULL);
}

static void other_scripts_count_letters(void **state)
{
    assert_suggests(state, "\xD0\xBC\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD1\x8B", false,
                    "\xD0\xBC\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0");
}

static void many_unknown_words_are_looked_at_up_to_a_limit(void **state)
{
    char text[40 * 8 + 1] = "";
    char expected[sizeof text] = "";
    for (size_t i = 0; i < 40; i++) {
        strcat(text, "shlter ");
        strcat(expected, i < 16 ? "shelter " : "shlter ");
    }
    assert_suggests(state, text, true, expected);
}

static void a_query_that_cannot_be_read_is_an_error(void **state)
{
    const small_index *made = *state;
    char *text = NULL;
    tip_error err;
    assert_int_equal(tip_suggest(made->searcher, (tip_str){"(shlter", 7}, false, true, &text, &err),
                     TIP_BAD_QUERY);
    assert_null(text);
    assert_int_equal(err.position, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_mistake_of_each_kind),
        cmocka_unit_test(longer_words_may_have_two),
        cmocka_unit_test(letters_change_places_around_others),
        cmocka_unit_test(the_more_frequent_of_the_nearest),
        cmocka_unit_test(all_else_stays_as_it_was),
        cmocka_unit_test(what_is_no_misspelling_is_left_alone),
        cmocka_unit_test(values_of_sections_and_regions),
        cmocka_unit_test(values_that_nothing_has_are_told),
        cmocka_unit_test(values_that_something_has_are_not),
        cmocka_unit_test(other_scripts_count_letters),
        cmocka_unit_test(many_unknown_words_are_looked_at_up_to_a_limit),
        cmocka_unit_test(a_query_that_cannot_be_read_is_an_error),
    };
    return cmocka_run_group_tests(tests, set_up, small_index_tear_down);
}
