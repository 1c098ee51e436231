/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries that cannot be read: where, and what is said of it; and strings of any kind. */
#include "search/query.h"
#include "tests/unit/scratch.h"
#include "tip/index.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A tiny index, for what is only found out when a query is compiled. */
struct place {
    char root[64];
    char index[80];
    tip_stemmer *stemmer;
    tip_searcher *searcher;
};

static const char two_records[] =
    "{\"id\":\"1\",\"year\":2020,\"country\":\"Kyrgyz Republic\",\"tier\":\"2WL\","
    "\"section\":\"prosecution\",\"title\":\"One\",\"text\":\"The police took bribes.\"}\n"
    "{\"id\":\"2\",\"country\":\"Atlantis\",\"text\":\"An AND and an or in words.\"}\n";

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    char file[80];
    if (!place)
        return -1;
    *state = place;
    strcpy(place->root, "/tmp/tip-query-XXXXXX");
    if (!mkdtemp(place->root))
        return -1;
    snprintf(place->index, sizeof place->index, "%s/index", place->root);
    snprintf(file, sizeof file, "%s/a.jsonl", place->root);
    FILE *out = fopen(file, "w");
    if (!out || fputs(two_records, out) < 0 || fclose(out) != 0)
        return -1;
    const char *paths[] = {file};
    const char *indexes[] = {place->index};
    tip_update_options options = {.jobs = 1};
    tip_update_summary summary;
    return tip_index_update(place->index, paths, 1, &options, &summary, NULL) == TIP_OK &&
                   tip_searcher_open(indexes, 1, &place->searcher, NULL) == TIP_OK &&
                   tip_stemmer_new(&place->stemmer, NULL) == TIP_OK
               ? 0
               : -1;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    tip_searcher_free(place->searcher);
    tip_stemmer_free(place->stemmer);
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

/* ---- Errors ---- */

typedef struct mistake {
    const char *query;
    size_t position;
    const char *message;
} mistake;

static void expect_error(tip_status status, const tip_error *err, const mistake *wanted)
{
    if (status != TIP_BAD_QUERY || err->position != wanted->position ||
        strcmp(err->message, wanted->message) != 0)
        fail_msg("%.100s: %s at %zu: %s", wanted->query, tip_status_text(status), err->position,
                 err->message);
}

/* Queries that the whole of the room refuses, compiling included. */
static void check_mistakes(void **state, const mistake *mistakes, size_t count)
{
    struct place *place = *state;
    for (size_t i = 0; i < count; i++) {
        tip_error err = {.message = ""};
        tip_query *query = NULL;
        tip_str text = tip_str_of(mistakes[i].query);
        tip_status status = tip_query_parse(place->searcher, text, NULL, &query, &err);
        expect_error(status, &err, &mistakes[i]);
        assert_null(query);
        /* Without anybody to tell */
        assert_int_equal(tip_query_parse(place->searcher, text, NULL, &query, NULL), TIP_BAD_QUERY);
    }
}

#define CHECK_MISTAKES(mistakes)                                                                   \
    check_mistakes(state, mistakes, sizeof(mistakes) / sizeof *(mistakes))

static void unbalanced_queries_are_refused(void **state)
{
    static const mistake mistakes[] = {
        {"\"police", 0, "this quotation mark is not closed"},
        {"court \"police", 6, "this quotation mark is not closed"},
        {"court \u201Cpolice", 6, "this quotation mark is not closed"},
        {"\"police\" \"", 9, "this quotation mark is not closed"},
        {"country:\"Kyrgyz", 8, "this quotation mark is not closed"},
        {"(police", 0, "this bracket is not closed"},
        {"court (police (judge)", 6, "this bracket is not closed"},
        {"court OR (police", 9, "this bracket is not closed"},
        {"country:(nepal", 8, "this bracket is not closed"},
        {"police)", 6, "there is no open bracket to close here"},
        {"(police) court)", 14, "there is no open bracket to close here"},
        {"\"\"", 0, "there is no word between these quotation marks"},
        {"police \"...\"", 7, "there is no word between these quotation marks"},
    };
    CHECK_MISTAKES(mistakes);
}

static void missing_words_are_refused(void **state)
{
    static const mistake mistakes[] = {
        {"", 0, "the query is empty"},
        {" \t ", 0, "the query is empty"},
        {"police AND", 10, "a word is expected at the end"},
        {"police OR ", 10, "a word is expected at the end"},
        {"police NOT", 7, "a word is missing behind this"},
        {"NOT", 0, "a word is missing behind this"},
        {"AND police", 0, "a word is expected here"},
        {"police AND OR court", 11, "a word is expected here"},
        {"police AND AND court", 11, "a word is expected here"},
        {"NOT NOT police", 0, "a word is missing behind this"},
        {"police NOT AND court", 7, "a word is missing behind this"},
        {"police near/2 NOT court", 13, "a word or a phrase is expected behind this"},
        {"police near/2 -court", 13, "a word or a phrase is expected behind this"},
        {"police near/2 +court", 13, "a word or a phrase is expected behind this"},
        {"police near/2 (court)", 13, "a word or a phrase is expected behind this"},
        {"police near/2 year:2020", 13, "a word or a phrase is expected behind this"},
        {"police near/2 (court near/2 judge)", 13, "a word or a phrase is expected behind this"},
        {"(police) near/2 court", 9, "a word or a phrase is expected before this"},
        {"tier:2 near/2 court", 7, "a word or a phrase is expected before this"},
        {"\u043F*", 0, "a wildcard needs at least 2 letters"},
        {"police && court", 7, "there is no operator &&: write AND"},
        {"police || court", 7, "there is no operator ||: write OR"},
        {"-- & / - +", 10, "a word is expected at the end"},
        {"()", 1, "a word is expected here"},
        {"police AND ()", 12, "a word is expected here"},
        {"...", 3, "a word is expected at the end"},
        {")", 0, "a word is expected here"},
        {"police +...", 7, "a word is missing behind this"},
        {"-&", 0, "a word is missing behind this"},
        {"police near/2 -court", 13, "a word or a phrase is expected behind this"},
        {"police near/2 (court near/2 a)", 13, "a word or a phrase is expected behind this"},
    };
    CHECK_MISTAKES(mistakes);
}

/* An operator is one also before a closing bracket. */
static void an_operator_at_the_end_of_brackets_is_refused(void **state)
{
    static const mistake mistakes[] = {
        {"(police AND)", 11, "a word is expected here"},
        {"(police OR) court", 10, "a word is expected here"},
    };
    CHECK_MISTAKES(mistakes);
}

static void bad_values_are_refused(void **state)
{
#define YEARS ": a year is written as 2020, 2018..2021, 2018.. or ..2021"
    static const mistake mistakes[] = {
        {"police year:20x", 12, "year:20x" YEARS},
        {"year:20201", 5, "year:20201" YEARS},
        {"year:202", 5, "year:202" YEARS},
        {"year:0000", 5, "year:0000" YEARS},
        {"year:2018-2021", 5, "year:2018-2021" YEARS},
        {"year:..", 5, "year:.." YEARS},
        {"year:0", 5, "year:0" YEARS},
        {"year:2020...", 5, "year:2020..." YEARS},
        {"year:2019,soon", 10, "year:soon" YEARS},
        {"year:2021..2020", 5, "year:2021..2020: this range of years ends before it starts"},
        {"(court OR tier:4)", 15, "tier:4: a tier is 1, 2, 2WL, 3 or special"},
        {"-iso:KYR", 5, "iso:KYR: this is no ISO 3166 code such as KG or KGZ"},
        {"iso:Nepal", 4, "iso:Nepal: this is no ISO 3166 code such as KG or KGZ"},
        {"country:lemuria", 8, "country:lemuria: no country of this name is known"},
        {"country:nepal,lemuria", 14, "country:lemuria: no country of this name is known"},
        {"country:ugnada", 8,
         "country:ugnada: no country of this name is known; did you mean Uganda?"},
        {"mentions:(nepal or rusia)", 19,
         "mentions:rusia: no country of this name is known; did you mean Russia?"},
        {"country:south korea", 8,
         "no country is called \"south\"; did you mean country:\"south korea\"? Quote a name of "
         "several words, and put the query in single quotes for the shell"},
        {"country:\"\"", 9, "a value of country: is expected here"},
        {"country: nepal", 8, "a value of country: is expected here"},
        {"police section:", 15, "a value of section: is expected here"},
        {"country:(nepal", 8, "this bracket is not closed"},
        {"country:(\"nepal\" india)", 17, "values are separated by commas"},
        {"country:(\"nepal)", 9, "this quotation mark is not closed"},
        {"tier:) x", 5, "a value of tier: is expected here"},
        {"tier:,", 5, "a value of tier: is expected here"},
        {"tier:2,", 7, "a value of tier: is expected here"},
        {"year:2020,,2021", 10, "a value of year: is expected here"},
        {"country:()", 9, "a value of country: is expected here"},
    };
    CHECK_MISTAKES(mistakes);
}

static void known_values_are_accepted(void **state)
{
    struct place *place = *state;
    static const char *const queries[] = {
        "country:Atlantis",
        "country:ATLANTIS",
        "country:kyrgyzstan",
        "country:KGZ",
        "country:Kyrgyz",
        "iso:kg",
        "iso:kgz",
        "tier:2wl",
        "tier:special",
        "year:0001",
        "year:..9999",
        "year:0001..9999",
        "section:anything",
        "region:anything",
        "country:\"Kyrgyz Republic\"",
        "country:nepal,KGZ",
        "tier:(1 or 2 or Special)",
        "section:\"Prosecution\"",
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        tip_error err = {.message = ""};
        tip_query *query = NULL;
        if (tip_query_parse(place->searcher, tip_str_of(queries[i]), NULL, &query, &err) != TIP_OK)
            fail_msg("%s: %s", queries[i], err.message);
        tip_query_free(query);
    }
}

static void unknown_fields_are_refused(void **state)
{
    struct place *place = *state;
    static const char *const queries[] = {"police colour:red", "police colour:\"red\"",
                                          "police colour:(red)"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        tip_error err = {.message = ""};
        query_node *root = NULL;
        tip_status status = query_read(tip_str_of(queries[i]), false, place->stemmer, &root, &err);
        assert_int_equal(status, TIP_BAD_QUERY);
        assert_int_equal(err.position, 7);
        assert_non_null(strstr(err.message, "there is no field \"colour\"; there are country"));
        assert_non_null(strstr(err.message, "(quote the word to search for it)"));
        assert_null(root);
    }
}

/* What an option of the command says has no place in the query. */
static void bad_filters_have_no_position(void **state)
{
    struct place *place = *state;
    const tip_filter filter = {TIP_FIELD_YEAR, "soon"};
    const tip_query_options options = {.filters = &filter, .filter_count = 1};
    tip_query *query = NULL;
    tip_error err = {.message = ""};
    tip_status status =
        tip_query_parse(place->searcher, tip_str_of("police"), &options, &query, &err);
    const mistake wanted = {"police", TIP_NO_POSITION, "year:soon" YEARS};
    expect_error(status, &err, &wanted);
}

/* `before`, `count` times `middle`, `behind`. */
static char *repeat(const char *before, const char *middle, size_t count, const char *behind)
{
    char *text = malloc(strlen(before) + count * strlen(middle) + strlen(behind) + 1);
    assert_non_null(text);
    char *end = stpcpy(text, before);
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, middle);
    strcpy(end, behind);
    return text;
}

static void check_long(void **state, char *text, size_t position, const char *message)
{
    struct place *place = *state;
    tip_query *query = NULL;
    tip_error err = {.message = ""};
    tip_status status = tip_query_parse(place->searcher, tip_str_of(text), NULL, &query, &err);
    const mistake wanted = {text, position, message ? message : ""};
    if (message)
        expect_error(status, &err, &wanted);
    else if (status != TIP_OK)
        fail_msg("%.100s: %s", text, err.message);
    tip_query_free(query);
    free(text);
}

static void deep_queries_are_refused(void **state)
{
    char *deep = repeat("", "(", 64, "police");
    check_long(state, repeat(deep, ")", 64, ""), 0, NULL);
    free(deep);
    deep = repeat("", "(", 65, "police");
    check_long(state, repeat(deep, ")", 65, ""), 64, "brackets nested more than 64 deep");
    free(deep);
    check_long(state, repeat("", "(", 60000, ""), 64, "brackets nested more than 64 deep");
    /* One behind the other is not deep. */
    check_long(state, repeat("", "(a) ", 500, ""), 0, NULL);
    /* Neither are long chains, which are no deeper than they are long. */
    check_long(state, repeat("a", " NOT b", 1000, ""), 0, NULL);
    check_long(state, repeat("a", " OR b AND c", 500, ""), 0, NULL);
}

static void long_queries_are_refused(void **state)
{
    check_long(state, repeat("", "a ", 1024, ""), 0, NULL);
    check_long(state, repeat("", "a ", 1025, ""), 2048, "a query of more than 1024 words");
    check_long(state, repeat("\"", "a ", 64, "\""), 0, NULL);
    check_long(state, repeat("b \"", "a ", 65, "\""), 2, "a phrase of more than 64 words");
    check_long(state, repeat("a", "-a", 63, ""), 0, NULL);
    check_long(state, repeat("b a", "-a", 64, ""), 2, "a phrase of more than 64 words");
    check_long(state, repeat("a", " near/2 b", 63, ""), 0, NULL);
    check_long(state, repeat("a", " near/2 b", 64, ""), 576, "near of more than 64 words");
    check_long(state, repeat("a", " ", 64 * 1024 - 1, ""), 0, NULL);
    check_long(state, repeat("a", " ", 64 * 1024, ""), 64 * 1024,
               "a query of more than 65536 bytes");
    check_long(state, repeat("", "x", 60000, ""), 0, NULL);
}

/* ---- Any string ---- */

enum { STRINGS = 200000 / TIP_SLOWNESS, COMPILED_EVERY = 16, PARTS_MAX = 12 };

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

static size_t make_string(uint32_t *random, char text[256])
{
    static const char *const parts[] = {
        "\"",     "\"",     "(",        ")",        "(",        ")",     "+",      "-",
        " ",      " ",      " ",        " ",        ":",        ",",     "..",     "*",
        "'",      ".",      "/",        "&",        "AND",      "OR",    "NOT",    " AND ",
        " OR ",   " NOT ",  "near/5",   "then/2",   "near/",    "the",   "in",     "US",
        "U.S.",   "police", "bribes",   "Kyrgyz",   "South ",   "Sudan", "year:",  "2020",
        "tier:",  "2WL",    "country:", "iso:",     "section:", "x:",    "\u201C", "\u201D",
        "\u201E", "\u00E9", "\u4EBA",   "\xE2\x80", "\xFF",     "\t",    "\n",     "\x01"};
    size_t count = next_random(random) % PARTS_MAX;
    char *end = text;
    *end = '\0';
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, parts[next_random(random) % (sizeof parts / sizeof *parts)]);
    return (size_t)(end - text);
}

/* A copy of just its size, so that reading on behind the end is found. */
static char *exact_copy(const char *text, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    return copy;
}

static void check_status(tip_status status, const tip_error *err, const char *text, size_t size)
{
    if (status == TIP_OK)
        return;
    if (status != TIP_BAD_QUERY || err->position > size || err->message[0] == '\0')
        fail_msg("\"%s\": %s at %zu: %s", text, tip_status_text(status), err->position,
                 err->message);
}

/* Each node lies in the one above it; together they lie in the query. */
static void check_places(const query_node *node, size_t start, size_t end)
{
    if (node->start > node->end || node->start < start || node->end > end)
        fail_msg("a node at %zu to %zu below %zu to %zu", node->start, node->end, start, end);
    for (size_t i = 0; i < node->child_count; i++)
        check_places(node->children[i], start, end);
}

static void read_string(tip_stemmer *stemmer, const char *text, size_t size)
{
    tip_error err = {.message = ""};
    query_node *root = NULL;
    char *copy = exact_copy(text, size);
    tip_status status = query_read((tip_str){copy, size}, false, stemmer, &root, &err);
    check_status(status, &err, text, size);
    assert_int_equal(root != NULL, status == TIP_OK);
    if (root)
        check_places(root, 0, size);
    node_free(root);
    root = NULL;
    status = query_read((tip_str){copy, size}, true, stemmer, &root, &err);
    check_status(status, &err, text, size);
    node_free(root);
    free(copy);
}

static void compile_string(tip_searcher *searcher, const char *text, size_t size)
{
    tip_error err = {.message = ""};
    tip_query *query = NULL;
    tip_results *results;
    char *explained;
    const tip_search_options options = {.limit = 2, .snippet_bytes = 10};
    tip_status status = tip_query_parse(searcher, (tip_str){text, size}, NULL, &query, &err);
    check_status(status, &err, text, size);
    if (status != TIP_OK)
        return;
    assert_int_equal(tip_search(searcher, query, &options, &results, NULL), TIP_OK);
    assert_true(tip_results_total(results) <= 2);
    assert_int_equal(tip_query_explain(query, &explained, NULL), TIP_OK);
    free(explained);
    tip_results_free(results);
    tip_query_free(query);
}

static void any_string_is_read_or_refused(void **state)
{
    struct place *place = *state;
    char text[256];
    uint32_t random = 2026;
    for (size_t i = 0; i < STRINGS; i++) {
        size_t size = make_string(&random, text);
        read_string(place->stemmer, text, size);
        if (i % COMPILED_EVERY == 0)
            compile_string(place->searcher, text, size);
    }
}

/* Bytes in use, as far as the allocator tells (under a sanitizer it does not, but that finds leaks
 * itself). */
static size_t bytes_in_use(void)
{
    return mallinfo2().uordblks;
}

static void reading_leaks_nothing(void **state)
{
    (void)state;
    char text[256];
    uint32_t random = 7;
    tip_stemmer *stemmer;
    size_t before = bytes_in_use();
    assert_int_equal(tip_stemmer_new(&stemmer, NULL), TIP_OK);
    for (size_t i = 0; i < STRINGS / 10; i++) {
        size_t size = make_string(&random, text);
        read_string(stemmer, text, size);
    }
    tip_stemmer_free(stemmer);
    /* What the allocator keeps for the next call counts as in use, and varies a little. */
    assert_true(bytes_in_use() < before + STRINGS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unbalanced_queries_are_refused),
        cmocka_unit_test(missing_words_are_refused),
        cmocka_unit_test(an_operator_at_the_end_of_brackets_is_refused),
        cmocka_unit_test(bad_values_are_refused),
        cmocka_unit_test(known_values_are_accepted),
        cmocka_unit_test(unknown_fields_are_refused),
        cmocka_unit_test(bad_filters_have_no_position),
        cmocka_unit_test(deep_queries_are_refused),
        cmocka_unit_test(long_queries_are_refused),
        cmocka_unit_test(any_string_is_read_or_refused),
        cmocka_unit_test(reading_leaks_nothing),
    };
    return cmocka_run_group_tests_name("query errors", tests, make_place, remove_place);
}
