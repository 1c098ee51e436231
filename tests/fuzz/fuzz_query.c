/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a query, read and run on a tiny index; and any bytes as the choice of the parts of
 * one that can mostly be read. */
#include "fuzz.h"

#include "tip/kwic.h"
#include "tip/search.h"
#include "tip/suggest.h"

#include <stdlib.h>
#include <string.h>

enum { SNIPPET = 60, HITS = 3 };

static tip_searcher *searcher;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    tip_error err = {.message = ""};
    fuzz_make_index();
    const char *folder = fuzz_path("index");
    REQUIRE(tip_searcher_open(&folder, 1, &searcher, &err) == TIP_OK);
    fuzz_remove_scratch();
    return 0;
}

static void check_hit(const tip_hit *hit)
{
    size_t last_end = 0;
    fuzz_check_record(&hit->record);
    fuzz_check_string(hit->snippet);
    for (size_t i = 0; i < hit->mark_count; i++) {
        const tip_mark *mark = &hit->marks[i];
        REQUIRE(mark->start >= last_end && mark->length > 0);
        REQUIRE(mark->length <= hit->snippet.size - mark->start);
        REQUIRE(fuzz_is_utf8(hit->snippet.data + mark->start, mark->length));
        last_end = mark->start + mark->length;
        REQUIRE(last_end <= hit->snippet.size);
    }
}

static void run(const tip_query *query)
{
    tip_search_options options = {.limit = HITS, .snippet_bytes = SNIPPET};
    tip_results *results;
    tip_error err = {.message = ""};
    tip_status status = tip_search(searcher, query, &options, &results, &err);
    REQUIRE(status == TIP_OK);
    size_t count = tip_results_count(results);
    REQUIRE(count <= HITS && count <= tip_results_total(results));
    REQUIRE(tip_results_total(results) <= tip_searcher_documents(searcher));
    REQUIRE(count == HITS || count == tip_results_total(results));
    for (size_t i = 0; i < count; i++)
        check_hit(tip_results_hit(results, i));
    tip_results_free(results);
}

static void explain(const tip_query *query)
{
    char *text;
    REQUIRE(tip_query_explain(query, &text, NULL) == TIP_OK);
    REQUIRE(fuzz_is_utf8(text, strlen(text)));
    free(text);
}

static void list_occurrences(const tip_query *query)
{
    tip_kwic_options options = {.words = 2, .within_sentence = true, .limit = HITS};
    tip_kwic_list *list;
    REQUIRE(tip_kwic(searcher, query, &options, &list, NULL) == TIP_OK);
    REQUIRE(tip_kwic_count(list) <= HITS && tip_kwic_count(list) <= tip_kwic_total(list));
    tip_kwic_list_free(list);
}

static void check_text(char *text)
{
    REQUIRE(!text || fuzz_is_utf8(text, strlen(text)));
    free(text);
}

static void hint(const tip_query *query)
{
    char *text;
    REQUIRE(tip_query_hint(query, &text, NULL) == TIP_OK);
    check_text(text);
}

/* What is not UTF-8 in a query is handed back as it was. */
static void suggest(tip_str query, bool plain)
{
    char *text;
    REQUIRE(tip_suggest(searcher, query, plain, true, &text, NULL) == TIP_OK);
    free(text);
}

static void try_query(tip_str text, const tip_query_options *options)
{
    tip_query *query;
    tip_error err = {.message = ""};
    tip_status status = tip_query_parse(searcher, text, options, &query, &err);
    if (status != TIP_OK) {
        REQUIRE(status == TIP_BAD_QUERY);
        REQUIRE(err.position == TIP_NO_POSITION || err.position <= text.size);
        fuzz_check_message(err.message);
        return;
    }
    explain(query);
    run(query);
    list_occurrences(query);
    hint(query);
    tip_query_free(query);
    suggest(text, options && options->plain);
}

/* Each byte picks a part of a query: bytes alone hardly ever spell a field, a NEAR and a wildcard.
 */
static void try_parts(const uint8_t *data, size_t size)
{
    static const char *const parts[] = {" ",           " ",
                                        " AND ",       " OR ",
                                        " NOT ",       "(",
                                        ")",           "\"",
                                        " +",          " -",
                                        "*",           " near/1 ",
                                        " near/3 ",    " then/2 ",
                                        ",",           " or ",
                                        "..",          "country:",
                                        "region:",     "section:",
                                        "tier:",       "year:",
                                        "iso:",        "mentions:",
                                        "title:",      "police",
                                        "officers",    "labour",
                                        "of",          "sex-",
                                        "trafficking", "Kenya",
                                        "Kyrgyz",      "south",
                                        "korea",       "2020",
                                        "2021",        "2WL",
                                        "africa",      "protection",
                                        "note",        "t-visa",
                                        "didn't",      "\u201C",
                                        "\u00F4",      "cote d'ivoire",
                                        "shel",        "polcie",
                                        "KGZ"};
    enum { PARTS_MAX = 64 };
    char text[PARTS_MAX * 16];
    size_t length = 0;
    for (size_t i = 0; i < size && i < PARTS_MAX; i++) {
        const char *part = parts[data[i] % (sizeof parts / sizeof *parts)];
        memcpy(text + length, part, strlen(part));
        length += strlen(part);
    }
    try_query((tip_str){text, length}, NULL);
}

/* The bytes are a query, then a query without syntax, then the value of a filter, then choose the
 * parts of a query. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const tip_query_options plain = {.plain = true};
    tip_str text = {(const char *)data, size};
    char *value = malloc(size + 1);
    REQUIRE(value);
    memcpy(value, data, size);
    value[size] = '\0';
    try_query(text, NULL);
    try_query(text, &plain);
    for (int field = TIP_FIELD_COUNTRY; field <= TIP_FIELD_TITLE; field++) {
        tip_filter filter = {(tip_field)field, value};
        tip_query_options filtered = {.filters = &filter, .filter_count = 1};
        try_query((tip_str){"police", strlen("police")}, &filtered);
    }
    free(value);
    try_parts(data, size);
    return 0;
}
