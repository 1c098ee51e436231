/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports against the ones before, the difference of texts, and tiers. */
#include "search/wording.h"
#include "tip/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "small_index.h"

#define LINE(country, year, section, id, text)                                                     \
    "{\"country\":\"" country "\",\"year\":" year ",\"section\":\"" section "\",\"id\":\"" id      \
    "\",\"text\":\"" text "\"}\n"

/* ---- The difference of two texts ---- */

/* As `git diff --word-diff=plain` has it. */
static const char *diff(const char *before, const char *after)
{
    static char text[1024];
    static const char *const opening[] = {"", "[-", "{+"};
    static const char *const closing[] = {"", "-]", "+}"};
    tip_buf runs = {0};
    assert_int_equal(wording_compare(tip_str_of(before), tip_str_of(after), &runs), TIP_OK);
    const tip_run *items = (const tip_run *)(const void *)runs.data;
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = 0; i < runs.size / sizeof *items; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s%s%s", i > 0 ? " " : "",
                                 opening[items[i].kind], small_text(items[i].text),
                                 closing[items[i].kind]);
    tip_buf_free(&runs);
    return text;
}

static void test_difference(void **state)
{
    (void)state;
    assert_string_equal(diff("train all police", "train more police"),
                        "train [-all-] {+more+} police");
    assert_string_equal(diff("a b c", "a b c"), "a b c");
    assert_string_equal(diff("a b c", "x y"), "[-a b c-] {+x y+}");
    assert_string_equal(diff("a b", "a b c"), "a b {+c+}");
    assert_string_equal(diff("b c", "a b c"), "{+a+} b c");
    assert_string_equal(diff("a b c", "b"), "[-a-] b [-c-]");
    assert_string_equal(diff("", "a"), "{+a+}");
    assert_string_equal(diff("a", " "), "[-a-]");
    assert_string_equal(diff("", ""), "");
    /* Case and punctuation do not count; kept words read as in the later text. */
    assert_string_equal(diff("Train Police, now", "train  police now."), "train  police now.");
    assert_string_equal(diff("a \xC2\xA0 b -- c", "a b - c"), "a b [----] {+-+} c");
    assert_string_equal(diff("a b c a b", "a b a b"), "a b [-c-] a b");
}

static size_t words_of(const char *text, char words[64][8])
{
    size_t count = 0;
    for (int used; sscanf(text, "%7s%n", words[count], &used) == 1; text += used)
        count++;
    return count;
}

static size_t longest_common(char a[64][8], size_t a_count, char b[64][8], size_t b_count)
{
    size_t lengths[65][65] = {{0}};
    for (size_t i = 1; i <= a_count; i++)
        for (size_t k = 1; k <= b_count; k++)
            lengths[i][k] = strcmp(a[i - 1], b[k - 1]) == 0         ? lengths[i - 1][k - 1] + 1
                            : lengths[i - 1][k] > lengths[i][k - 1] ? lengths[i - 1][k]
                                                                    : lengths[i][k - 1];
    return lengths[a_count][b_count];
}

static void append(char *text, tip_str words)
{
    strcat(text, text[0] ? " " : "");
    strncat(text, words.data, words.size);
}

/* Kept and removed words are the earlier text, kept and added ones the later, and as many are kept
 * as can be. */
static void check_difference(const char *before, const char *after)
{
    char old[512] = "";
    char new[512] = "";
    char kept[512] = "";
    char words[3][64][8];
    tip_buf runs = {0};
    assert_int_equal(wording_compare(tip_str_of(before), tip_str_of(after), &runs), TIP_OK);
    const tip_run *items = (const tip_run *)(const void *)runs.data;
    for (size_t i = 0; i < runs.size / sizeof *items; i++) {
        if (items[i].kind != TIP_RUN_ADDED)
            append(old, items[i].text);
        if (items[i].kind != TIP_RUN_REMOVED)
            append(new, items[i].text);
        if (items[i].kind == TIP_RUN_KEPT)
            append(kept, items[i].text);
        if (i > 0)
            assert_true(items[i].kind != items[i - 1].kind);
    }
    assert_string_equal(old, before);
    assert_string_equal(new, after);
    size_t a = words_of(before, words[0]);
    size_t b = words_of(after, words[1]);
    assert_int_equal(words_of(kept, words[2]), longest_common(words[0], a, words[1], b));
    tip_buf_free(&runs);
}

static void draw_words(char *text, uint32_t *random)
{
    text[0] = '\0';
    *random = *random * 1664525u + 1013904223u;
    for (uint32_t i = (*random >> 8) % 30; i > 0; i--) {
        char word[2] = "a";
        *random = *random * 1664525u + 1013904223u;
        word[0] = (char)('b' + (*random >> 8) % 5);
        append(text, tip_str_of(word));
    }
}

static void test_difference_is_the_shortest(void **state)
{
    (void)state;
    uint32_t random = 3;
    for (int i = 0; i < 500; i++) {
        char before[256];
        char after[256];
        draw_words(before, &random);
        draw_words(after, &random);
        check_difference(before, after);
    }
}

/* ---- Reports ---- */

static tip_comparison *compare(const small_index *made, const char *country, int first, int last)
{
    tip_comparison *comparison = NULL;
    tip_error err;
    if (tip_changes(made->searcher, tip_str_of(country), first, last, &comparison, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return comparison;
}

/* "kept before after" */
static void check_change(const tip_year_changes *year, size_t i, const char *expected)
{
    char text[256];
    assert_true(i < year->change_count);
    const tip_change *change = &year->changes[i];
    snprintf(text, sizeof text, "%s %s %s", tip_change_kind_name(change->kind),
             change->before.id.size ? small_text(change->before.id) : "-",
             change->after.id.size ? small_text(change->after.id) : "-");
    assert_string_equal(text, expected);
}

#define SAME                                                                                       \
    "Victims were referred to a shelter run by the ministry of social affairs in the capital."

static const char reports[] = LINE("Ghana", "2018", "protection", "a1", SAME) LINE(
    "Ghana", "2018", "protection", "a2", "The hotline was closed for want of money after June.")
    LINE("Ghana", "2018", "protection", "a3",
         "Police identified 35 victims of trafficking and sent all of them to shelters.")
        LINE("Ghana", "2018", "prevention", "a4", "Identical words stand here twice.")
            LINE("Ghana", "2018", "profile", "a5", "Identical words stand here twice.")
                LINE("Togo", "2019", "protection", "t1", SAME)
                    LINE("Ghana", "2019", "prevention", "b1", "Identical words stand here twice.")
                        LINE("Ghana", "2019", "profile", "b2", "IDENTICAL words stand here: twice")
                            LINE("Ghana", "2019", "protection", "b3",
                                 "A new law was passed that raised the fines.")
                                LINE("Ghana", "2019", "protection", "b4",
                                     "Police identified 62 victims of trafficking and sent some of "
                                     "them to shelters.")
                                    LINE("Ghana", "2019", "protection", "b5", SAME);

static void test_changes(void **state)
{
    (void)state;
    const char *const texts[] = {reports};
    small_index made = small_index_make(texts, 1);
    tip_comparison *comparison = compare(&made, "ghanaian", 0, 0);
    assert_string_equal(small_text(tip_comparison_country(comparison)), "Ghana");
    assert_int_equal(tip_comparison_size(comparison), 1);
    const tip_year_changes *year = tip_comparison_at(comparison, 0);
    assert_int_equal(year->before, 2018);
    assert_int_equal(year->after, 2019);
    assert_int_equal(year->totals[TIP_CHANGE_KEPT], 3);
    assert_int_equal(year->totals[TIP_CHANGE_REWORDED], 1);
    assert_int_equal(year->totals[TIP_CHANGE_ADDED], 1);
    assert_int_equal(year->totals[TIP_CHANGE_DROPPED], 1);
    assert_int_equal(year->change_count, 6);
    check_change(year, 0, "kept a4 b1");
    check_change(year, 1, "kept a5 b2");
    check_change(year, 2, "added - b3");
    check_change(year, 3, "reworded a3 b4");
    check_change(year, 4, "kept a1 b5");
    check_change(year, 5, "dropped a2 -");
    assert_int_equal(year->changes[3].run_count, 7);
    assert_string_equal(small_text(year->changes[3].runs[1].text), "35");
    assert_string_equal(small_text(year->changes[3].runs[2].text), "62");
    assert_int_equal(year->changes[3].runs[5].kind, TIP_RUN_ADDED);
    assert_true(year->changes[3].similarity > 0.2 && year->changes[3].similarity < 0.8);
    assert_int_equal(year->changes[0].run_count, 0);
    assert_null(tip_comparison_at(comparison, 1));
    tip_comparison_free(comparison);
    small_index_remove(&made);
}

static void test_a_part_is_the_same_paragraph(void **state)
{
    (void)state;
    static const char long_tail[] =
        "Observers said that the rooms were small, that nobody spoke the languages of most of the "
        "guests, that doctors came once a month at best, and that the doors were locked at night; "
        "the ministry answered that a new house would be built as soon as parliament had voted "
        "the money, which it had not done by the end of the year under review.";
    char lines[2048];
    snprintf(lines, sizeof lines,
             LINE("Ghana", "2018", "protection", "a1", SAME)
                 LINE("Ghana", "2019", "%s", "b1", SAME " %s"),
             "protection", long_tail);
    const char *texts[] = {lines};
    small_index made = small_index_make(texts, 1);
    tip_comparison *comparison = compare(&made, "GHA", 0, 0);
    check_change(tip_comparison_at(comparison, 0), 0, "reworded a1 b1");
    tip_comparison_free(comparison);
    small_index_remove(&made);
    /* But not in another section. */
    snprintf(lines, sizeof lines,
             LINE("Ghana", "2018", "protection", "a1", SAME)
                 LINE("Ghana", "2019", "%s", "b1", SAME " %s"),
             "profile", long_tail);
    made = small_index_make(texts, 1);
    comparison = compare(&made, "GHA", 0, 0);
    check_change(tip_comparison_at(comparison, 0), 0, "dropped a1 -");
    check_change(tip_comparison_at(comparison, 0), 1, "added - b1");
    tip_comparison_free(comparison);
    small_index_remove(&made);
}

#define TRAIN "Train police, judges and prosecutors to recognize victims of forced labor"
#define FUND "Fund shelters for men and boys outside of the capital"
#define LABOR "Inspect private employment agencies and punish those that charge fees"

/* One year in an index of its own, and one without a report. */
static const char *const years[] = {
    LINE("Ghana", "2016", "recommendations", "a1",
         TRAIN ".") LINE("Ghana", "2017", "recommendations", "b1", FUND ".")
        LINE("Ghana", "2017", "recommendations", "b2", TRAIN ", and of sex trafficking.")
            LINE("Ghana", "2017", "prevention", "b3", LABOR ".")
                LINE("Ghana", "2019", "recommendations", "c1", TRAIN ", and of sex trafficking.")
                    LINE("Ghana", "2019", "recommendations", "c2", LABOR "."),
    LINE("Ghana", "2020", "recommendations", "d1", FUND ".") LINE(
        "Ghana", "2020", "recommendations", "d2", "In courses, " TRAIN ", and of sex trafficking.")
        LINE("Ghana", "2020", "recommendations", "d3", LABOR ".")
            LINE("Ghana", "2020", "overview", "d4", TRAIN "."),
};

static void check_age(const tip_comparison *comparison, size_t i, const char *id, size_t age,
                      const int *expected)
{
    const tip_recommendation *r = tip_comparison_recommendation(comparison, i);
    assert_non_null(r);
    assert_string_equal(small_text(r->record.id), id);
    assert_int_equal(r->age, age);
    for (size_t k = 0; k < age; k++)
        assert_int_equal(r->years[k], expected[k]);
}

static void test_age_of_recommendations(void **state)
{
    (void)state;
    small_index made = small_index_make(years, 2);
    tip_comparison *comparison = compare(&made, "Ghana", 0, 0);
    assert_int_equal(tip_comparison_size(comparison), 3);
    assert_int_equal(tip_comparison_at(comparison, 1)->before, 2017);
    assert_int_equal(tip_comparison_at(comparison, 1)->after, 2019);
    assert_int_equal(tip_comparison_recommendations(comparison), 3);
    /* Made in 2017, but not in between; and what was said elsewhere is no recommendation. */
    check_age(comparison, 0, "d1", 0, NULL);
    check_age(comparison, 1, "d2", 3, (const int[]){2019, 2017, 2016});
    check_age(comparison, 2, "d3", 1, (const int[]){2019});
    assert_null(tip_comparison_recommendation(comparison, 3));
    tip_comparison_free(comparison);
    comparison = compare(&made, "Ghana", 2017, 2019);
    assert_int_equal(tip_comparison_size(comparison), 1);
    check_age(comparison, 0, "c1", 1, (const int[]){2017});
    check_age(comparison, 1, "c2", 0, NULL);
    tip_comparison_free(comparison);
    small_index_remove(&made);
}

static void check_failure(const small_index *made, const char *country, int first, int last,
                          tip_status expected, const char *words)
{
    tip_comparison *comparison = NULL;
    tip_error err = {.message = ""};
    assert_int_equal(
        tip_changes(made->searcher, tip_str_of(country), first, last, &comparison, &err), expected);
    assert_null(comparison);
    if (!strstr(err.message, words))
        fail_msg("'%s' is not in: %s", words, err.message);
}

static void test_says_what_is_missing(void **state)
{
    (void)state;
    small_index made = small_index_make(years, 2);
    check_failure(&made, "Atlantis", 0, 0, TIP_NOT_FOUND, "'Atlantis'");
    check_failure(&made, "", 0, 0, TIP_NOT_FOUND, "''");
    check_failure(&made, "Burma", 0, 0, TIP_NOT_FOUND, "no report");
    check_failure(&made, "Ghana", 2020, 2020, TIP_NOT_FOUND, "2016, 2017, 2019, 2020");
    check_failure(&made, "Ghana", 2030, 0, TIP_NOT_FOUND, "2016, 2017, 2019, 2020");
    check_failure(&made, "Ghana", 2020, 2016, TIP_BAD_ARGUMENT, "range");
    small_index_remove(&made);
}

/* ---- Tiers ---- */

#define TIER(country, year, tier, title)                                                           \
    "{\"country\":\"" country "\",\"year\":" year ",\"tier\":" tier ",\"title\":\"" title          \
    "\",\"text\":\"x\"}\n"

static void test_tiers(void **state)
{
    (void)state;
    static const char *const texts[] = {
        TIER("Ghana", "2020", "\"2WL\"", "later") TIER("Ghana", "2018", "null", "first")
            TIER("Ghana", "2018", "\"2\"", "second") TIER("Ghana", "2018", "\"3\"", "third"),
        TIER("Ghana", "2019", "null", "other") TIER("Togo", "2019", "\"1\"", "other")
            TIER("Neverland of Old", "2019", "\"3\"", "other")};
    small_index made = small_index_make(texts, 2);
    tip_tier_history *history = NULL;
    assert_int_equal(tip_tiers(made.searcher, tip_str_of("GH"), 0, 0, &history, NULL), TIP_OK);
    assert_string_equal(small_text(tip_tier_history_country(history)), "Ghana");
    assert_int_equal(tip_tier_history_size(history), 3);
    static const int expected_years[] = {2018, 2019, 2020};
    static const char *const expected[] = {"2", "", "2WL"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(tip_tier_history_at(history, i)->year, expected_years[i]);
        assert_string_equal(small_text(tip_tier_history_at(history, i)->tier), expected[i]);
    }
    assert_null(tip_tier_history_at(history, 3));
    tip_tier_history_free(history);
    /* A name that only the index knows. */
    history = NULL;
    assert_int_equal(tip_tiers(made.searcher, tip_str_of("neverland of OLD"), 0, 0, &history, NULL),
                     TIP_OK);
    assert_int_equal(tip_tier_history_size(history), 1);
    tip_tier_history_free(history);
    history = NULL;
    assert_int_equal(tip_tiers(made.searcher, tip_str_of("Neverland"), 0, 0, &history, NULL),
                     TIP_NOT_FOUND);
    assert_null(history);
    small_index_remove(&made);
}

static void test_tiers_of_some_years(void **state)
{
    (void)state;
    static const char *const texts[] = {TIER("Ghana", "2018", "\"1\"", "a")
                                            TIER("Ghana", "2020", "\"2\"", "b"),
                                        TIER("Ghana", "2019", "\"3\"", "c")};
    static const struct {
        int first;
        int last;
        size_t count;
    } spans[] = {{0, 0, 3},       {2018, 2020, 3}, {2019, 0, 2},    {0, 2019, 2},
                 {2019, 2019, 1}, {2021, 0, 0},    {2000, 2017, 0}, {2020, 2018, 0}};
    small_index made = small_index_make(texts, 2);
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        tip_tier_history *history = NULL;
        tip_error err = {.message = ""};
        tip_status status = tip_tiers(made.searcher, tip_str_of("Ghana"), spans[i].first,
                                      spans[i].last, &history, &err);
        if (spans[i].count > 0) {
            assert_int_equal(status, TIP_OK);
            assert_int_equal(tip_tier_history_size(history), spans[i].count);
        } else if (spans[i].first > spans[i].last && spans[i].last > 0) {
            assert_int_equal(status, TIP_BAD_ARGUMENT);
        } else {
            assert_int_equal(status, TIP_NOT_FOUND);
            assert_non_null(strstr(err.message, "2018, 2019, 2020"));
        }
        tip_tier_history_free(history);
    }
    small_index_remove(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_difference),
        cmocka_unit_test(test_difference_is_the_shortest),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_a_part_is_the_same_paragraph),
        cmocka_unit_test(test_age_of_recommendations),
        cmocka_unit_test(test_says_what_is_missing),
        cmocka_unit_test(test_tiers),
        cmocka_unit_test(test_tiers_of_some_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
