/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snippets: what is shown of a text, and which of its words are marked. */
#include "search/snippet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ELLIPSIS "\u2026"

/* What a query makes of a text. */
struct made {
    query_node *root;
    snippet_maker *maker;
    tip_buf snippet;
    tip_buf marks;
};

static int make_stemmer(void **state)
{
    tip_stemmer *stemmer;
    if (tip_stemmer_new(&stemmer, NULL) != TIP_OK)
        return -1;
    *state = stemmer;
    return 0;
}

static int free_stemmer(void **state)
{
    tip_stemmer_free(*state);
    return 0;
}

static struct made make(tip_stemmer *stemmer, const char *query, tip_str text, size_t size)
{
    struct made made = {0};
    assert_int_equal(query_read(tip_str_of(query), false, stemmer, &made.root, NULL), TIP_OK);
    assert_int_equal(snippet_maker_new(made.root, stemmer, &made.maker), TIP_OK);
    assert_int_equal(snippet_make(made.maker, text, size, &made.snippet, &made.marks), TIP_OK);
    return made;
}

static void free_made(struct made *made)
{
    tip_buf_free(&made->snippet);
    tip_buf_free(&made->marks);
    snippet_maker_free(made->maker);
    node_free(made->root);
}

static const tip_mark *marks_of(const struct made *made, size_t *ret_count)
{
    *ret_count = made->marks.size / sizeof(tip_mark);
    return (const tip_mark *)(const void *)made->marks.data;
}

/* Marks come in order, do not overlap, and lie in the snippet. */
static void check_marks(const struct made *made)
{
    size_t count;
    size_t last_end = 0;
    const tip_mark *marks = marks_of(made, &count);
    for (size_t i = 0; i < count; i++) {
        assert_true(marks[i].length > 0);
        assert_in_range(marks[i].start, last_end, made->snippet.size);
        last_end = marks[i].start + marks[i].length;
        assert_in_range(last_end, 1, made->snippet.size);
    }
}

/* The snippet with its marks in brackets, to be freed. */
static char *shown(const struct made *made)
{
    char *text = NULL;
    size_t size;
    size_t count;
    size_t at = 0;
    const tip_mark *marks = marks_of(made, &count);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    check_marks(made);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%.*s[%.*s]", (int)(marks[i].start - at), made->snippet.data + at,
                (int)marks[i].length, made->snippet.data + marks[i].start);
        at = marks[i].start + marks[i].length;
    }
    if (made->snippet.size > at)
        fwrite(made->snippet.data + at, 1, made->snippet.size - at, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void expect(void **state, const char *query, const char *text, size_t size,
                   const char *wanted)
{
    struct made made = make(*state, query, tip_str_of(text), size);
    char *text_shown = shown(&made);
    if (strcmp(text_shown, wanted) != 0)
        fail_msg("%s:\n%s\nnot\n%s", query, text_shown, wanted);
    free(text_shown);
    free_made(&made);
}

/* ---- What is marked ---- */

static void marks_are_whole_original_words(void **state)
{
    expect(state, "traffick", "Traffickers TRAFFICKED; trafficking.", 200,
           "[Traffickers] [TRAFFICKED]; [trafficking].");
    expect(state, "police", "policeman police, (Police)", 200, "policeman [police], ([Police])");
    expect(state, "us", "The U.S. and US and us.", 200, "The [U.S.] and [US] and [us].");
    expect(state, "1234", "some 1,234 victims", 200, "some [1,234] victims");
}

static void accents_and_possessives_belong_to_the_word(void **state)
{
    expect(state, "tome", "S\u00E3o Tom\u00E9 e Pr\u00EDncipe", 200,
           "S\u00E3o [Tom\u00E9] e Pr\u00EDncipe");
    expect(state, "sa\u0303o", "S\u00E3o, Sa\u0303o, Sao", 200, "[S\u00E3o], [Sa\u0303o], [Sao]");
    expect(state, "victim", "the victim's and victims\u2019 and VICTIM\u2019S", 200,
           "the [victim's] and [victims]\u2019 and [VICTIM\u2019S]");
    expect(state, "\"country\"", "country's countries", 200, "[country's] countries");
}

static void phrases_are_marked_as_one(void **state)
{
    expect(state, "\"police corruption\"", "Police corruption; corruption of police.", 200,
           "[Police corruption]; corruption of police.");
    expect(state, "sex-trafficking", "Sex traffickers and sex-trafficking of sex.", 200,
           "[Sex traffickers] and [sex-trafficking] of sex.");
    expect(state, "\"a b a\"", "a b a b a", 200, "[a b a] b a");
    expect(state, "\"police corruption\" police", "police corruption of police", 200,
           "[police corruption] of [police]");
    expect(state, "\"rule of law\"", "rule of\nlaw", 200, "[rule of law]");
    expect(state, "a-b-c b-c-d", "a b c d", 200, "[a b c] d");
}

static void quoted_words_are_marked_without_their_forms(void **state)
{
    expect(state, "\"trafficking\"", "trafficking traffickers", 200, "[trafficking] traffickers");
    expect(state, "\"trafficking\" trafficking", "trafficking traffickers", 200,
           "[trafficking] [traffickers]");
}

static void excluded_words_are_not_marked(void **state)
{
    expect(state, "police -court", "police court", 200, "[police] court");
    expect(state, "police NOT court", "police court", 200, "[police] court");
    expect(state, "NOT court", "police court", 200, "police court");
    expect(state, "police -\"court of law\"", "police court of law", 200, "[police] court of law");
    expect(state, "police -(court OR law)", "police court of law", 200, "[police] court of law");
    expect(state, "(police NOT court) OR law", "police court of law", 200,
           "[police] court of [law]");
    expect(state, "-Kyrgyz police", "Kyrgyz police", 200, "Kyrgyz [police]");
}

static void stop_words_and_fields_are_not_marked(void **state)
{
    expect(state, "the police of year:2020", "the police of year 2020", 200,
           "the [police] of year 2020");
    expect(state, "the of", "the police of it", 200, "[the] police [of] it");
    expect(state, "+the police", "the police", 200, "[the] [police]");
    expect(state, "\"the police\"", "the police", 200, "[the police]");
}

static void words_of_countries_are_marked(void **state)
{
    expect(state, "Kyrgyz police", "Kyrgyz police", 200, "[Kyrgyz] [police]");
    expect(state, "South Sudan", "In South Sudan", 200, "In [South] [Sudan]");
}

static void wildcards_and_near_are_marked(void **state)
{
    expect(state, "prosecut*", "prosecute prosecutors persecute", 200,
           "[prosecute] [prosecutors] persecute");
    expect(state, "*ment", "government mentions", 200, "[government] mentions");
    expect(state, "police near/3 bribes", "police took bribes", 200, "[police] took [bribes]");
}

/* Beyond a fixed number of things that are looked for the rest is not marked: no more than that. */
static void many_words_are_no_problem(void **state)
{
    enum { WORDS = 200 };
    char words[WORDS * 5 + 1];
    char *end = words;
    for (int i = 0; i < WORDS; i++)
        end += sprintf(end, "x%03d ", i);
    struct made made = make(*state, words, tip_str_of(words), sizeof words);
    size_t count;
    (void)marks_of(&made, &count);
    check_marks(&made);
    assert_in_range(count, 16, WORDS);
    free_made(&made);
}

/* ---- Where it is cut ---- */

static void short_texts_are_whole(void **state)
{
    expect(state, "court", "Police and court.", 100, "Police and [court].");
    expect(state, "court", "Police and court.", 17, "Police and [court].");
    /* A little more than the size is better than a cut. */
    expect(state, "court", "Police and court.", 14, "Police and [court].");
    expect(state, "court", "", 100, "");
    expect(state, "court", "... !", 100, "... !");
    expect(state, "court", "  court  ", 100, "  [court]  ");
}

static const char sentences[] =
    "The first sentence is about nothing. The second one speaks of police and of bribes. The third "
    "says that the court convicted nobody. The fourth is here to be cut off at the end.";

static void long_texts_are_cut_at_words(void **state)
{
    expect(state, "first", sentences, 30, "The [first] sentence is about" ELLIPSIS);
    expect(
        state, "police", sentences, 80,
        ELLIPSIS
        "The second one speaks of [police] and of bribes. The third says that the court" ELLIPSIS);
    expect(state, "police court", sentences, 100,
           ELLIPSIS "The second one speaks of [police] and of bribes. The third says that the "
                    "[court] convicted nobody. The" ELLIPSIS);
}

/* A match near the end leaves no room behind it: there is more before it. */
static void passages_at_the_end_are_as_long_as_others(void **state)
{
    struct made made = make(*state, "end", tip_str_of(sentences), 60);
    char *text = shown(&made);
    assert_string_equal(text + strlen(text) - strlen(" at the [end]."), " at the [end].");
    assert_in_range(made.snippet.size, 40, 70);
    free(text);
    free_made(&made);
}

static void the_passage_with_most_is_chosen(void **state)
{
    static const char text[] =
        "Police here. More words stand between these two places so that "
        "both do not fit. Police and court are here together. But the end is not here.";
    expect(state, "police court", text, 40,
           ELLIPSIS "[Police] and [court] are here together. But" ELLIPSIS);
    /* Different words count more than one of them many times. */
    static const char repeated[] = "Police police police police. And then something else comes "
                                   "that is long enough. Police court. But the end is not here.";
    expect(state, "police court", repeated, 30,
           ELLIPSIS "[Police] [court]. But the end is" ELLIPSIS);
}

static void without_matches_it_is_the_beginning(void **state)
{
    expect(state, "nowhere", sentences, 30, "The first sentence is about" ELLIPSIS);
    expect(state, "year:2020", sentences, 30, "The first sentence is about" ELLIPSIS);
    expect(state, "nowhere", "Short.", 30, "Short.");
}

static void control_characters_are_spaces(void **state)
{
    static const char text[] = "po\x01lice\tcourt\r\n\x1B[31mred\x7F end";
    expect(state, "court", text, 200, "po lice [court]   [31mred  end");
    struct made made = make(*state, "court", (tip_str){"a\0court\0", 8}, 100);
    assert_int_equal(made.snippet.size, 8);
    assert_memory_equal(made.snippet.data, "a court ", 8);
    free_made(&made);
}

/* ---- Words of any length ---- */

/* As long as `size` or not much more, never cut inside a character, its marks in it. */
static void check_enormous(void **state, const char *query, const char *unit, size_t count)
{
    size_t unit_size = strlen(unit);
    char *text = malloc(count * unit_size);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * unit_size, unit, unit_size);
    struct made made = make(*state, query, (tip_str){text, count * unit_size}, 50);
    check_marks(&made);
    assert_in_range(made.snippet.size, 1, 2 * 50 + 2 * strlen(ELLIPSIS));
    for (size_t i = 0; i + strlen(ELLIPSIS) < made.snippet.size; i += unit_size)
        assert_memory_equal(made.snippet.data + i, unit, unit_size);
    free_made(&made);
    free(text);
}

static void one_enormous_word_is_cut(void **state)
{
    check_enormous(state, "police", "x", 10000);
    check_enormous(state, "police", "\u00E9", 10000);
    check_enormous(state, "police", "\u4EBA", 10000);
}

static void a_long_text_without_words_is_cut(void **state)
{
    check_enormous(state, "police", "-", 10000);
    check_enormous(state, "police", "\U0001F600", 10000);
}

/* The mark of a word that is longer than the snippet ends with the snippet. */
static void an_enormous_word_that_is_looked_for_is_cut(void **state)
{
    check_enormous(state, "xx*", "x", 10000);
}

static void an_enormous_word_among_others_is_cut(void **state)
{
    char text[1200] = "police ";
    memset(text + 7, 'x', 1000);
    strcpy(text + 1007, " court");
    struct made made = make(*state, "police court", tip_str_of(text), 50);
    check_marks(&made);
    assert_in_range(made.snippet.size, 1, 110);
    free_made(&made);
}

static void snippets_are_appended(void **state)
{
    struct made made = make(*state, "court", tip_str_of("a court"), 100);
    tip_str text = tip_str_of(sentences);
    assert_int_equal(snippet_make(made.maker, text, 40, &made.snippet, &made.marks), TIP_OK);
    size_t count;
    const tip_mark *marks = marks_of(&made, &count);
    assert_int_equal(count, 2);
    assert_int_equal(marks[0].start, 2);
    /* Counted from the start of its own snippet, behind the first one's 7 bytes. */
    assert_memory_equal(made.snippet.data + 7, ELLIPSIS, strlen(ELLIPSIS));
    assert_memory_equal(made.snippet.data + 7 + marks[1].start, "court", 5);
    free_made(&made);
    snippet_maker_free(NULL);
}

/* ---- Any text ---- */

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

static size_t make_text(uint32_t *random, char *text)
{
    static const char *const parts[] = {
        "police", "Police's", "bribes",    "court",
        "the",    "of",       "Tom\u00E9", "tom\u00E9s",
        " ",      " ",        " ",         " ",
        ". ",     "; ",       "-",         ",",
        "\u2019", "\n",       "\t",        "\u4EBA",
        "U.S. ",  "\xFF",     "\x02",      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
    size_t count = next_random(random) % 40;
    char *end = text;
    *end = '\0';
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, parts[next_random(random) % (sizeof parts / sizeof *parts)]);
    return (size_t)(end - text);
}

/* Where the snippet without its ellipses stands in the text (control characters being spaces). */
static const char *find_passage(const struct made *made, char *text, size_t size, size_t *ret_shift)
{
    tip_str passage = tip_buf_str(&made->snippet);
    size_t ellipsis = strlen(ELLIPSIS);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < ' ')
            text[i] = ' ';
    *ret_shift = 0;
    if (passage.size >= ellipsis && memcmp(passage.data, ELLIPSIS, ellipsis) == 0) {
        *ret_shift = ellipsis;
        passage.data += ellipsis;
        passage.size -= ellipsis;
    }
    if (passage.size >= ellipsis &&
        memcmp(passage.data + passage.size - ellipsis, ELLIPSIS, ellipsis) == 0)
        passage.size -= ellipsis;
    return size == 0 ? text : memmem(text, size, passage.data, passage.size);
}

static bool is_word_of(tip_str text, size_t start, size_t end)
{
    tip_tokenizer tokenizer;
    tip_token token;
    bool starts = false;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        starts = starts || token.start == start;
        if (starts && token.start + token.length == end)
            return true;
    }
    return false;
}

static void check_random(const struct made *made, char *text, size_t size, size_t wanted)
{
    size_t shift;
    size_t count;
    const tip_mark *marks = marks_of(made, &count);
    check_marks(made);
    const char *at = find_passage(made, text, size, &shift);
    if (!at)
        fail_msg("\"%.*s\" is not in \"%s\"", (int)made->snippet.size, made->snippet.data, text);
    assert_true(made->snippet.size <= 2 * wanted + 2 * strlen(ELLIPSIS));
    /* Where the text is shown whole its words are known. */
    bool whole =
        size > 0 && made->snippet.size == size && memcmp(made->snippet.data, text, size) == 0;
    for (size_t i = 0; i < count && whole; i++)
        assert_true(
            is_word_of((tip_str){text, size}, marks[i].start, marks[i].start + marks[i].length));
}

static void any_text_gives_a_passage_of_it(void **state)
{
    static const char *const queries[] = {"police bribes", "\"police court\"", "tome -police",
                                          "us court-of", "bribe* OR xx"};
    static const size_t sizes[] = {1, 10, 30, 100, 1000};
    uint32_t random = 11;
    char text[4096];
    for (size_t i = 0; i < 20000; i++) {
        size_t size = make_text(&random, text);
        const char *query = queries[i % (sizeof queries / sizeof *queries)];
        size_t wanted = sizes[next_random(&random) % (sizeof sizes / sizeof *sizes)];
        char *copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy, text, size);
        struct made made = make(*state, query, (tip_str){copy, size}, wanted);
        check_random(&made, text, size, wanted);
        free_made(&made);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_whole_original_words),
        cmocka_unit_test(accents_and_possessives_belong_to_the_word),
        cmocka_unit_test(phrases_are_marked_as_one),
        cmocka_unit_test(quoted_words_are_marked_without_their_forms),
        cmocka_unit_test(excluded_words_are_not_marked),
        cmocka_unit_test(stop_words_and_fields_are_not_marked),
        cmocka_unit_test(words_of_countries_are_marked),
        cmocka_unit_test(wildcards_and_near_are_marked),
        cmocka_unit_test(many_words_are_no_problem),
        cmocka_unit_test(short_texts_are_whole),
        cmocka_unit_test(long_texts_are_cut_at_words),
        cmocka_unit_test(passages_at_the_end_are_as_long_as_others),
        cmocka_unit_test(the_passage_with_most_is_chosen),
        cmocka_unit_test(without_matches_it_is_the_beginning),
        cmocka_unit_test(control_characters_are_spaces),
        cmocka_unit_test(one_enormous_word_is_cut),
        cmocka_unit_test(a_long_text_without_words_is_cut),
        cmocka_unit_test(an_enormous_word_that_is_looked_for_is_cut),
        cmocka_unit_test(an_enormous_word_among_others_is_cut),
        cmocka_unit_test(snippets_are_appended),
        cmocka_unit_test(any_text_gives_a_passage_of_it),
    };
    return cmocka_run_group_tests_name("snippet", tests, make_stemmer, free_stemmer);
}
