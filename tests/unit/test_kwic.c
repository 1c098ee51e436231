/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keyword in context. */
#include "tip/kwic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "small_index.h"

#define LINE(id, text)                                                                             \
    "{\"country\":\"Ghana\",\"year\":2020,\"id\":\"" id "\",\"text\":\"" text "\"}\n"

/* What a line should read, with bars around the match. */
static void check(const small_index *made, const char *query_text, tip_kwic_options options,
                  size_t total, const char *const *expected)
{
    tip_kwic_list *list = NULL;
    tip_query *query = small_index_query(made, query_text);
    assert_int_equal(tip_kwic(made->searcher, query, &options, &list, NULL), TIP_OK);
    assert_int_equal(tip_kwic_total(list), total);
    size_t count = 0;
    for (; expected[count]; count++) {
        const tip_kwic_line *line = tip_kwic_at(list, count);
        char text[1024];
        if (!line)
            fail_msg("no line %zu: %s", count, expected[count]);
        snprintf(text, sizeof text, "%s|%s|%s", small_text(line->left), small_text(line->match),
                 small_text(line->right));
        assert_string_equal(text, expected[count]);
        /* All three are pieces of the record's text, one behind the other. */
        assert_true(line->left.data >= line->record->text.data);
        assert_ptr_equal(line->left.data + line->left.size, line->match.data);
        assert_ptr_equal(line->match.data + line->match.size, line->right.data);
        assert_true(line->right.data + line->right.size <=
                    line->record->text.data + line->record->text.size);
    }
    assert_int_equal(tip_kwic_count(list), count);
    assert_null(tip_kwic_at(list, count));
    tip_kwic_list_free(list);
    tip_query_free(query);
}

#define CHECK(made, query, options, total, ...)                                                    \
    check(made, query, options, total, (const char *const[]){__VA_ARGS__, NULL})

static void test_context_is_as_it_stands(void **state)
{
    (void)state;
    static const char *const texts[] = {
        LINE("a", "\\u201cForced  labor\\u201d (also \\\"debt bondage\\\") is common, on farms.")};
    small_index made = small_index_make(texts, 1);
    tip_kwic_options options = {.words = 2, .limit = 10};
    CHECK(&made, "\"debt bondage\"", options, 1,
          "labor\u201d (also \"|debt bondage|\") is common,");
    CHECK(&made, "labor", options, 1, "\u201cForced  |labor|\u201d (also \"debt");
    options.words = 50;
    CHECK(&made, "common", options, 1,
          "\u201cForced  labor\u201d (also \"debt bondage\") is |common|, on farms.");
    CHECK(&made, "forced", options, 1,
          "\u201c|Forced|  labor\u201d (also \"debt bondage\") is common, on farms.");
    CHECK(&made, "farm", options, 1,
          "\u201cForced  labor\u201d (also \"debt bondage\") is common, on |farms|.");
    options.words = 0;
    CHECK(&made, "forced farms", options, 2, "|Forced|", "|farms|");
    small_index_remove(&made);
}

static void test_every_occurrence_once(void **state)
{
    (void)state;
    static const char *const texts[] = {
        LINE("a", "Forced labor and forced begging; labor inspectors saw forced labor.")
            LINE("b", "No bonded work here."),
        LINE("c", "Sex-trafficking, and labor trafficking.")};
    small_index made = small_index_make(texts, 2);
    tip_kwic_options options = {.words = 1, .limit = 10};
    CHECK(&made, "\"forced labor\"", options, 2, "|Forced labor| and", "saw |forced labor|.");
    /* The longest of those that start together; one that overlaps it is no other. */
    CHECK(&made, "\"forced labor\" OR labor OR forced", options, 5, "|Forced labor| and",
          "and |forced| begging;", "begging; |labor| inspectors", "saw |forced labor|.",
          "and |labor| trafficking.");
    CHECK(&made, "traffick*", options, 2, "Sex-|trafficking|, and", "labor |trafficking|.");
    CHECK(&made, "sex-trafficking", options, 1, "|Sex-trafficking|, and");
    /* What is excluded, and what only filters, is not looked for. */
    CHECK(&made, "inspectors -begging country:ghana", options, 0, NULL);
    CHECK(&made, "inspectors -bonded year:2020", options, 1, "labor |inspectors| saw");
    CHECK(&made, "year:2020", options, 0, NULL);
    small_index_remove(&made);
}

static void test_sentences(void **state)
{
    (void)state;
    static const char *const texts[] = {LINE(
        "a", "He left. \\\"The police came,\\\" she said. It rained! Mr. Smith asked the police "
             "of the U.S. Embassy. \\\"Why?\\\" he asked in the U.S. The police of No. 5 went "
             "home; nobody cared") LINE("b", "first line\\n\\nsecond line")};
    small_index made = small_index_make(texts, 1);
    tip_kwic_options options = {.words = 20, .within_sentence = true, .limit = 10};
    CHECK(&made, "police", options, 3, "\"The |police| came,\" she said.",
          "Mr. Smith asked the |police| of the U.S. Embassy.",
          "The |police| of No. 5 went home; nobody cared");
    CHECK(&made, "\"why\"", options, 1, "\"|Why|?\" he asked in the U.S.");
    CHECK(&made, "rained", options, 1, "It |rained|!");
    CHECK(&made, "second", options, 1, "|second| line");
    options.words = 1;
    CHECK(&made, "rained", options, 1, "It |rained|!");
    CHECK(&made, "left", options, 1, "He |left|.");
    options.within_sentence = false;
    CHECK(&made, "rained", options, 1, "It |rained|! Mr.");
    small_index_remove(&made);
}

static void test_sorts_by_words(void **state)
{
    (void)state;
    static const char *const texts[] = {LINE("a", "Zealous police took bribes. The police.")
                                            LINE("b", "Angry police, Took BRIBES"),
                                        LINE("c", "Police arrested \\u00e1ngry police today")};
    small_index made = small_index_make(texts, 2);
    tip_kwic_options options = {.words = 1, .limit = 10};
    CHECK(&made, "police", options, 5, "Zealous |police| took", "The |police|.",
          "Angry |police|, Took", "|Police| arrested", "\u00e1ngry |police| today");
    /* Nothing sorts first; "arrested" < "today" < "took bribes" < "took bribes the". */
    options.sort = TIP_KWIC_RIGHT;
    CHECK(&made, "police", options, 5, "The |police|.", "|Police| arrested",
          "\u00e1ngry |police| today", "Angry |police|, Took", "Zealous |police| took");
    /* The nearest word first: "angry" < "angry arrested" < "the" < "zealous". */
    options.sort = TIP_KWIC_LEFT;
    CHECK(&made, "police", options, 5, "|Police| arrested", "Angry |police|, Took",
          "\u00e1ngry |police| today", "The |police|.", "Zealous |police| took");
    options.offset = 3;
    options.limit = 1;
    CHECK(&made, "police", options, 5, "The |police|.");
    options.offset = 5;
    CHECK(&made, "police", options, 5, NULL);
    small_index_remove(&made);
}

static void test_lines_name_their_paragraph(void **state)
{
    (void)state;
    static const char *const texts[] = {LINE("a", "Police and police.") LINE("b", "More police.")};
    small_index made = small_index_make(texts, 1);
    tip_kwic_options options = {.words = 1, .limit = 10};
    tip_kwic_list *list = NULL;
    tip_query *query = small_index_query(&made, "police");
    assert_int_equal(tip_kwic(made.searcher, query, &options, &list, NULL), TIP_OK);
    assert_int_equal(tip_kwic_total(list), 3);
    assert_int_equal(tip_kwic_paragraphs(list), 2);
    assert_string_equal(small_text(tip_kwic_at(list, 1)->record->id), "a");
    assert_string_equal(small_text(tip_kwic_at(list, 2)->record->id), "b");
    assert_int_equal(tip_kwic_at(list, 2)->record->year, 2020);
    assert_string_equal(small_text(tip_kwic_at(list, 2)->record->country), "Ghana");
    tip_kwic_list_free(list);
    tip_query_free(query);
    small_index_remove(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_context_is_as_it_stands),
        cmocka_unit_test(test_every_occurrence_once),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_sorts_by_words),
        cmocka_unit_test(test_lines_name_their_paragraph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
