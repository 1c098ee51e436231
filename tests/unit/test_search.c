/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searching small indexes whose answers can be seen at a glance. */
#include "base/buf.h"
#include "tests/unit/scratch.h"
#include "tip/index.h"
#include "tip/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder with indexes, each made once for all tests. */
struct place {
    char root[64];
    char path[128];
    tip_searcher *reports; /* paragraphs of countries and years */
    tip_searcher *texts;   /* paragraphs of which nothing else is known */
    tip_searcher *both;
};

static const char reports[] =
    "{\"id\":\"kgz\",\"year\":2020,\"country\":\"Kyrgyz Republic\",\"tier\":\"2WL\","
    "\"section\":\"prosecution\",\"text\":\"The government convicted officers of corruption.\"}\n"
    "{\"id\":\"kgz2\",\"year\":2021,\"country\":\"Kyrgyz Republic\",\"tier\":\"2WL\","
    "\"section\":\"protection\",\"text\":\"Shelters for victims were opened in the north.\"}\n"
    "{\"id\":\"rus\",\"year\":2020,\"country\":\"Russia\",\"tier\":\"3\",\"section\":\"profile\","
    "\"text\":\"Kyrgyz workers and Kyrgyz women suffer from corruption of Kyrgyz and other "
    "recruiters.\"}\n"
    "{\"id\":\"kaz\",\"year\":2018,\"country\":\"Kazakhstan\",\"tier\":\"2\","
    "\"section\":\"prosecution\",\"text\":\"Corruption, corruption and more corruption; the "
    "courts of the U.S. help us.\"}\n"
    "{\"id\":\"civ\",\"year\":2016,\"country\":\"Ivory Coast\",\"tier\":\"2\","
    "\"section\":\"Legal Framework\",\"text\":\"Child labor on cocoa farms near San "
    "P\u00E9dro.\"}\n"
    "{\"id\":\"none\",\"country\":\"Atlantis\",\"text\":\"Nobody knows when this sank.\"}\n";

static const char texts[] =
    "{\"id\":\"t1\",\"text\":\"one whale\"}\n"
    "{\"id\":\"t2\",\"text\":\"one whale whale whale\"}\n"
    "{\"id\":\"t3\",\"text\":\"one whale and a long tail of many other words behind it\"}\n"
    "{\"id\":\"t4\",\"text\":\"one narwhal\"}\n"
    "{\"id\":\"t5\",\"text\":\"one two\"}\n"
    "{\"id\":\"t6\",\"text\":\"one two\"}\n"
    "{\"id\":\"t7\",\"title\":\"The seal\",\"text\":\"one three\"}\n"
    "{\"id\":\"t8\",\"text\":\"trafficking in persons; persons trafficked\"}\n"
    "{\"id\":\"t9\",\"text\":\"traffickers in person\"}\n";

static const char *at(struct place *place, const char *name)
{
    snprintf(place->path, sizeof place->path, "%s/%s", place->root, name);
    return place->path;
}

static void write_file(struct place *place, const char *name, const char *content)
{
    FILE *out = fopen(at(place, name), "w");
    assert_non_null(out);
    assert_true(fputs(content, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

/* Indexes what a file holds in the folder of its name with .index. */
static void make_index(struct place *place, const char *name, const char *content)
{
    char index[160];
    tip_update_options options = {.jobs = 1};
    tip_update_summary summary;
    tip_error err = {.message = ""};
    write_file(place, name, content);
    snprintf(index, sizeof index, "%s.index", place->path);
    const char *paths[] = {place->path};
    if (tip_index_update(index, paths, 1, &options, &summary, &err) != TIP_OK)
        fail_msg("%s", err.message);
}

static tip_searcher *open_indexes(struct place *place, const char *first, const char *second)
{
    char path[128];
    tip_searcher *searcher = NULL;
    tip_error err = {.message = ""};
    strcpy(path, at(place, first));
    const char *folders[] = {path, second ? at(place, second) : NULL};
    if (tip_searcher_open(folders, second ? 2 : 1, &searcher, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return searcher;
}

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    *state = place;
    strcpy(place->root, "/tmp/tip-search-XXXXXX");
    if (!mkdtemp(place->root))
        return -1;
    make_index(place, "reports.jsonl", reports);
    make_index(place, "texts.jsonl", texts);
    place->reports = open_indexes(place, "reports.jsonl.index", NULL);
    place->texts = open_indexes(place, "texts.jsonl.index", NULL);
    place->both = open_indexes(place, "reports.jsonl.index", "texts.jsonl.index");
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    tip_searcher_free(place->reports);
    tip_searcher_free(place->texts);
    tip_searcher_free(place->both);
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

/* ---- Asking ---- */

static tip_query *parse(tip_searcher *searcher, const char *text, const tip_query_options *options)
{
    tip_query *query = NULL;
    tip_error err = {.message = ""};
    if (tip_query_parse(searcher, tip_str_of(text), options, &query, &err) != TIP_OK)
        fail_msg("%s: %s", text, err.message);
    return query;
}

static tip_results *run(tip_searcher *searcher, const tip_query *query,
                        const tip_search_options *options)
{
    tip_results *results = NULL;
    tip_error err = {.message = ""};
    if (tip_search(searcher, query, options, &results, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return results;
}

/* The ids of the hits, each with a space behind it. */
static void ids_of(const tip_results *results, char ids[256])
{
    char *end = ids;
    *end = '\0';
    for (size_t i = 0; i < tip_results_count(results); i++) {
        tip_str id = tip_results_hit(results, i)->record.id;
        end += snprintf(end, (size_t)(ids + 256 - end), "%.*s ", (int)id.size, id.data);
    }
}

static void expect_with(tip_searcher *searcher, const char *text,
                        const tip_query_options *query_options, const char *wanted)
{
    const tip_search_options options = {.limit = 100};
    char ids[256];
    tip_query *query = parse(searcher, text, query_options);
    tip_results *results = run(searcher, query, &options);
    ids_of(results, ids);
    if (strcmp(ids, wanted) != 0)
        fail_msg("%s: %s, not %s", text, ids, wanted);
    assert_int_equal(tip_results_total(results), tip_results_count(results));
    tip_results_free(results);
    tip_query_free(query);
}

static void expect(tip_searcher *searcher, const char *text, const char *wanted)
{
    expect_with(searcher, text, NULL, wanted);
}

static void expect_filtered(tip_searcher *searcher, const char *text, const tip_filter *filters,
                            size_t count, const char *wanted)
{
    const tip_query_options options = {.filters = filters, .filter_count = count};
    expect_with(searcher, text, &options, wanted);
}

/* ---- Ranking ---- */

static void more_and_denser_comes_first(void **state)
{
    struct place *place = *state;
    /* The same word: three times, once in a short text, once in a long one. */
    expect(place->texts, "whale", "t2 t1 t3 ");
    /* The rare word outweighs the common one. */
    expect(place->texts, "one narwhal", "t4 t1 t5 t6 t2 t7 t3 ");
    expect(place->texts, "two", "t5 t6 ");
}

static void required_words_select_and_others_rank(void **state)
{
    struct place *place = *state;
    expect(place->texts, "+one narwhal", "t4 t1 t5 t6 t2 t7 t3 ");
    expect(place->texts, "+whale narwhal", "t2 t1 t3 ");
    expect(place->texts, "+whale +tail", "t3 ");
    expect(place->texts, "whale tail -tail", "t2 t1 ");
    expect(place->texts, "-one", "t8 t9 ");
    expect(place->texts, "whale AND tail", "t3 ");
    expect(place->texts, "narwhal OR three", "t4 t7 ");
    expect(place->texts, "whale NOT tail", "t2 t1 ");
    expect(place->texts, "NOT one", "t8 t9 ");
    expect(place->texts, "(narwhal OR whale) AND NOT (tail OR narwhal)", "t2 t1 ");
}

static void phrases_are_exact_and_words_are_not(void **state)
{
    struct place *place = *state;
    expect(place->texts, "\"trafficking in persons\"", "t8 ");
    expect(place->texts, "\"traffickers in person\"", "t9 ");
    expect(place->texts, "trafficking-in-persons", "t8 t9 ");
    expect(place->texts, "\"persons trafficking\"", "");
    expect(place->texts, "persons-trafficking", "t8 ");
    expect(place->texts, "\"trafficking\"", "t8 ");
    expect(place->texts, "\"whale whale\"", "t2 ");
    expect(place->texts, "\"whale whale whale whale\"", "");
    expect(place->texts, "\"two one\"", "");
    /* What is quoted is required, what is not ranks. */
    expect(place->texts, "narwhal \"two\"", "t5 t6 ");
    expect(place->reports, "\"San Pedro\"", "civ ");
    expect(place->reports, "\"the U.S.\"", "kaz ");
}

/* The title of what is no country's report is searched, but it is not part of its text. */
static void titles_of_other_documents_are_found(void **state)
{
    struct place *place = *state;
    expect(place->texts, "seals", "t7 ");
    expect(place->texts, "\"seal\"", "");
    expect(place->texts, "three -seal", "");
    expect(place->reports, "atlantis", "none ");
}

static void nothing_to_rank_by_gives_the_order_of_the_index(void **state)
{
    struct place *place = *state;
    expect(place->reports, "year:0001..9999", "kgz kgz2 rus kaz civ ");
    expect(place->reports, "tier:2 OR tier:2WL", "kgz kgz2 kaz civ ");
    expect(place->reports, "NOT year:2020", "kgz2 kaz civ none ");
}

static void empty_answers_are_answers(void **state)
{
    struct place *place = *state;
    expect(place->texts, "nowhere", "");
    expect(place->texts, "nowhere AND one", "");
    expect(place->texts, "one NOT one", "");
    expect(place->texts, "\"nowhere at all\"", "");
    expect(place->reports, "corruption year:1999", "");
    expect(place->reports, "section:nowhere", "");
    expect(place->reports, "country:Bhutan", "");
}

/* ---- Fields ---- */

static void fields_narrow_and_lists_widen(void **state)
{
    struct place *place = *state;
    expect(place->reports, "corruption year:2020", "kgz rus ");
    expect(place->reports, "year:2018..2020 tier:2,3", "rus kaz ");
    expect(place->reports, "year:2020 year:2021", "");
    expect(place->reports, "year:2016,2021", "kgz2 civ ");
    expect(place->reports, "year:2018..", "kgz kgz2 rus kaz ");
    expect(place->reports, "year:..2018", "kaz civ ");
    expect(place->reports, "year:2018..2018", "kaz ");
    expect(place->reports, "corruption -year:2020", "kaz ");
    expect(place->reports, "country:kyrgyzstan,Russia", "kgz kgz2 rus ");
    expect(place->reports, "country:\"C\u00F4te d'Ivoire\"", "civ ");
    expect(place->reports, "country:atlantis", "none ");
    expect(place->reports, "iso:kaz,CI", "kaz civ ");
    expect(place->reports, "section:Prosecution", "kgz kaz ");
    expect(place->reports, "section:framework,profile", "rus civ ");
    expect(place->reports, "region:europe,africa", "rus civ ");
    expect(place->reports, "tier:\"Tier 2 Watch List\"", "kgz kgz2 ");
}

static void filters_widen_within_a_field(void **state)
{
    struct place *place = *state;
    static const tip_filter one[] = {{TIP_FIELD_YEAR, "2020"}};
    static const tip_filter two[] = {{TIP_FIELD_YEAR, "2020"}, {TIP_FIELD_YEAR, "..2016"}};
    static const tip_filter three[] = {
        {TIP_FIELD_YEAR, "2020"}, {TIP_FIELD_TIER, "3,2"}, {TIP_FIELD_YEAR, "2018"}};
    static const tip_filter none[] = {{TIP_FIELD_COUNTRY, "Nepal"}};
    expect_filtered(place->reports, "corruption OR cocoa", one, 1, "kgz rus ");
    expect_filtered(place->reports, "NOT nowhere", two, 2, "kgz rus civ ");
    expect_filtered(place->reports, "corruption", three, 3, "kaz rus ");
    expect_filtered(place->reports, "corruption", none, 1, "");
    /* The query's own fields narrow further. */
    expect_filtered(place->reports, "-nowhere year:2018..2020", two, 2, "kgz rus ");
}

static void a_collection_without_fields_is_one(void **state)
{
    struct place *place = *state;
    const tip_counts *counts;
    tip_counts *made;
    expect(place->texts, "one year:2020", "");
    expect(place->texts, "whale -year:2020", "t2 t1 t3 ");
    expect(place->texts, "whale -year:2000..", "t2 t1 t3 ");
    expect(place->texts, "tier:2", "");
    expect(place->texts, "Kyrgyz", "");
    tip_query *query = parse(place->texts, "whale", NULL);
    assert_int_equal(tip_count_by(place->texts, query, TIP_FACET_COUNTRY, &made, NULL), TIP_OK);
    counts = made;
    assert_int_equal(tip_counts_size(counts), 1);
    assert_int_equal(tip_counts_at(counts, 0)->value.size, 0);
    assert_int_equal(tip_counts_at(counts, 0)->paragraphs, 3);
    tip_counts_free(made);
    assert_int_equal(tip_trend(place->texts, query, &made, NULL), TIP_OK);
    assert_int_equal(tip_counts_size(made), 0);
    tip_counts_free(made);
    tip_query_free(query);
}

/* ---- Order ---- */

static void expect_sorted(tip_searcher *searcher, const char *text, tip_sort sort,
                          const char *wanted)
{
    char ids[256];
    char pages[256] = "";
    tip_query *query = parse(searcher, text, NULL);
    tip_search_options options = {.sort = sort, .limit = 100, .estimate_total = true};
    tip_results *all = run(searcher, query, &options);
    ids_of(all, ids);
    if (strcmp(ids, wanted) != 0)
        fail_msg("%s: %s, not %s", text, ids, wanted);
    for (options.limit = 2; options.offset < 12; options.offset += 2) {
        tip_results *page = run(searcher, query, &options);
        assert_int_equal(tip_results_total(page), tip_results_count(all));
        ids_of(page, pages + strlen(pages));
        tip_results_free(page);
    }
    assert_string_equal(pages, wanted);
    tip_results_free(all);
    tip_query_free(query);
}

static void answers_are_sorted_before_they_are_cut(void **state)
{
    struct place *place = *state;
    const char *text = "corruption shelters cocoa sank whale";
    /* Within 2020 "rus" is behind, as it is by relevance. */
    expect(place->both, "corruption", "kaz kgz rus ");
    expect_sorted(place->both, text, TIP_SORT_YEAR, "civ kaz kgz rus kgz2 none t2 t1 t3 ");
    /* "civ" is read as what it is called today. */
    expect_sorted(place->both, text, TIP_SORT_COUNTRY, "none civ kaz kgz kgz2 rus t2 t1 t3 ");
    /* Nothing weighs: in the order of the index. */
    expect_sorted(place->reports, "tier:2,2WL", TIP_SORT_YEAR, "civ kaz kgz kgz2 ");
    expect_sorted(place->texts, "whale zebra", TIP_SORT_COUNTRY, "t2 t1 t3 ");
    expect_sorted(place->both, "zebra", TIP_SORT_YEAR, "");
}

static void added_words_are_told(void **state)
{
    struct place *place = *state;
    const tip_query_options options = {.expand = true};
    tip_query *query = parse(place->texts, "whale", &options);
    bool tail = false;
    assert_in_range(tip_query_added(query), 1, 15);
    for (size_t i = 0; i < tip_query_added(query); i++) {
        const tip_added_word *added = tip_query_added_at(query, i);
        assert_true(added->weight > 0);
        assert_true(i == 0 || added->weight <= tip_query_added_at(query, i - 1)->weight);
        assert_false(tip_str_equal(added->word, tip_str_of("whale")));
        tail = tail || tip_str_equal(added->word, tip_str_of("tail"));
    }
    assert_true(tail);
    assert_null(tip_query_added_at(query, tip_query_added(query)));
    tip_query_free(query);
    query = parse(place->texts, "whale", NULL);
    assert_int_equal(tip_query_added(query), 0);
    assert_null(tip_query_added_at(query, 0));
    tip_query_free(query);
}

/* ---- Countries ---- */

static void a_countrys_own_report_comes_first(void **state)
{
    struct place *place = *state;
    /* The own report does not say "Kyrgyz" at all, another one says it three times. */
    expect(place->reports, "corruption Kyrgyz", "kgz kgz2 rus kaz ");
    /* "Kyrgyz" is as good as "Kyrgyzstan". */
    expect(place->reports, "+corruption Kyrgyzstan", "kgz rus kaz ");
    expect(place->reports, "Kyrgyzstan", "kgz kgz2 rus ");
    expect(place->reports, "Kyrgyz", "kgz kgz2 rus ");
    expect(place->reports, "+Kyrgyz +corruption", "kgz rus ");
    expect(place->reports, "-Kyrgyz corruption", "kaz ");
    /* Quoted it is the word. */
    expect(place->reports, "\"Kyrgyz\"", "rus ");
    expect(place->reports, "cocoa Ivory Coast", "civ ");
    /* The country, and the word that reads the same. */
    expect(place->reports, "US", "kaz ");
    expect(place->reports, "us", "kaz ");
}

/* "the" of a name finds nothing by itself. */
static void articles_of_countries_find_nothing(void **state)
{
    struct place *place = *state;
    expect(place->reports, "the Kyrgyz", "kgz kgz2 rus ");
}

/* Stop words that are all there is of an operand are looked for, not left out. */
static void operands_of_stop_words_are_looked_for(void **state)
{
    struct place *place = *state;
    expect(place->texts, "narwhal OR (and in)", "t4 t9 t3 t8 ");
    expect(place->texts, "one -(and in)", "t1 t4 t5 t6 t2 t7 ");
}

/* ---- Pages and hits ---- */

static void pages_make_up_the_list(void **state)
{
    struct place *place = *state;
    static const struct {
        size_t offset;
        size_t limit;
        const char *ids;
    } pages[] = {{0, 2, "t4 t1 "},
                 {2, 2, "t5 t6 "},
                 {4, 100, "t2 t7 t3 "},
                 {6, 1, "t3 "},
                 {7, 1, ""},
                 {100, 10, ""},
                 {0, 0, ""},
                 {0, SIZE_MAX, NULL},
                 {SIZE_MAX, 1, ""},
                 {SIZE_MAX, SIZE_MAX, ""}};
    char ids[256];
    tip_query *query = parse(place->texts, "one narwhal", NULL);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        const tip_search_options options = {.offset = pages[i].offset, .limit = pages[i].limit};
        tip_results *results = run(place->texts, query, &options);
        ids_of(results, ids);
        assert_string_equal(ids, pages[i].ids ? pages[i].ids : "t4 t1 t5 t6 t2 t7 t3 ");
        assert_int_equal(tip_results_total(results), 7);
        assert_null(tip_results_hit(results, tip_results_count(results)));
        assert_null(tip_results_hit(results, SIZE_MAX));
        tip_results_free(results);
    }
    tip_query_free(query);
}

static void hits_hold_the_record(void **state)
{
    struct place *place = *state;
    const tip_search_options options = {.limit = 1, .snippet_bytes = 100};
    tip_query *query = parse(place->reports, "cocoa -nowhere", NULL);
    tip_results *results = run(place->reports, query, &options);
    tip_query_free(query);
    const tip_hit *hit = tip_results_hit(results, 0);
    const tip_record *r = &hit->record;
    assert_int_equal(r->year, 2016);
    assert_true(tip_str_equal(r->country, tip_str_of("C\u00F4te d'Ivoire")));
    assert_true(tip_str_equal(r->iso3, tip_str_of("CIV")));
    assert_true(tip_str_equal(r->region, tip_str_of("Africa")));
    assert_true(tip_str_equal(r->tier, tip_str_of("2")));
    assert_true(tip_str_equal(r->section, tip_str_of("Legal Framework")));
    assert_int_equal(r->paragraph, 1);
    assert_true(tip_str_equal(r->text, hit->snippet));
    assert_int_equal(hit->mark_count, 1);
    assert_memory_equal(hit->snippet.data + hit->marks[0].start, "cocoa", hit->marks[0].length);
    assert_true(hit->score > 0);
    tip_results_free(results);
}

static void snippets_are_made_when_asked_for(void **state)
{
    struct place *place = *state;
    const tip_search_options options = {.limit = 1};
    tip_query *query = parse(place->reports, "cocoa", NULL);
    tip_results *results = run(place->reports, query, &options);
    assert_int_equal(tip_results_hit(results, 0)->snippet.size, 0);
    assert_int_equal(tip_results_hit(results, 0)->mark_count, 0);
    tip_results_free(results);
    tip_results_free(NULL);
    tip_query_free(query);
    tip_query_free(NULL);
}

static void one_query_runs_many_times(void **state)
{
    struct place *place = *state;
    const tip_search_options options = {.limit = 10, .snippet_bytes = 20};
    tip_query *query = parse(place->both, "\"one whale\" OR corruption", NULL);
    for (int i = 0; i < 5; i++) {
        tip_results *results = run(place->both, query, &options);
        assert_int_equal(tip_results_total(results), 6);
        tip_results_free(results);
    }
    tip_query_free(query);
}

static void estimates_find_the_same_hits(void **state)
{
    struct place *place = *state;
    const tip_search_options options = {.limit = 3, .estimate_total = true};
    char ids[256];
    tip_query *query = parse(place->texts, "one narwhal", NULL);
    tip_results *results = run(place->texts, query, &options);
    ids_of(results, ids);
    assert_string_equal(ids, "t4 t1 t5 ");
    assert_in_range(tip_results_total(results), 3, 9);
    tip_results_free(results);
    tip_query_free(query);
}

static void plain_queries_are_words(void **state)
{
    struct place *place = *state;
    const tip_query_options plain = {.plain = true};
    expect_with(place->texts, "\"whale\" -tail (", &plain, "t3 t2 t1 ");
    expect_with(place->texts, "narwhal AND tail", &plain, "t4 t3 ");
}

/* ---- Several indexes, and none ---- */

static void several_indexes_are_one(void **state)
{
    struct place *place = *state;
    assert_int_equal(tip_searcher_documents(place->reports), 6);
    assert_int_equal(tip_searcher_documents(place->texts), 9);
    assert_int_equal(tip_searcher_documents(place->both), 15);
    expect(place->both, "whale", "t2 t1 t3 ");
    expect(place->both, "cocoa OR narwhal", "t4 civ ");
    expect(place->both, "\"one two\" OR \"child labor\"", "civ t5 t6 ");
    expect(place->both, "year:2020 OR \"trafficking in\"", "t8 kgz rus ");
}

/* Each paragraph of an index that is named twice is there twice. */
static void an_index_may_be_named_twice(void **state)
{
    struct place *place = *state;
    tip_searcher *twice = open_indexes(place, "texts.jsonl.index", "texts.jsonl.index");
    assert_int_equal(tip_searcher_documents(twice), 18);
    expect(twice, "\"one narwhal\"", "t4 t4 ");
    tip_searcher_free(twice);
}

static void no_index_is_an_error(void **state)
{
    struct place *place = *state;
    tip_searcher *searcher = NULL;
    tip_error err = {.message = ""};
    char path[128];
    strcpy(path, at(place, "nowhere"));
    const char *missing[] = {path};
    assert_int_equal(tip_searcher_open(missing, 1, &searcher, &err), TIP_NOT_FOUND);
    assert_non_null(strstr(err.message, path));
    assert_int_equal(tip_searcher_open(NULL, 0, &searcher, &err), TIP_BAD_ARGUMENT);
    assert_int_equal(err.position, TIP_NO_POSITION);
    /* One that is missing is not left out silently. */
    const char *second[] = {at(place, "texts.jsonl.index"), path};
    assert_int_equal(tip_searcher_open(second, 2, &searcher, NULL), TIP_NOT_FOUND);
    assert_null(searcher);
    tip_searcher_free(NULL);
}

static tip_status stop_at_third(void *payload, const tip_record *record)
{
    size_t *count = payload;
    (void)record;
    return ++*count == 3 ? TIP_STOPPED : TIP_OK;
}

static void a_dump_can_be_stopped(void **state)
{
    struct place *place = *state;
    size_t count = 0;
    const char *index = at(place, "texts.jsonl.index");
    assert_int_equal(tip_index_dump(index, stop_at_third, &count, NULL), TIP_STOPPED);
    assert_int_equal(count, 3);
}

static void whole_texts_are_marked(void **state)
{
    static const char text[] = "Corrupt officers\nand the \"CORRUPTION\" of others, in courts.";
    struct place *place = *state;
    tip_query *query;
    tip_mark *marks;
    size_t count;
    assert_int_equal(tip_query_parse(place->reports, tip_str_of("corruption courts -others"), NULL,
                                     &query, NULL),
                     TIP_OK);
    assert_int_equal(tip_query_marks(query, tip_str_of(text), &marks, &count, NULL), TIP_OK);
    assert_int_equal(count, 3);
    assert_memory_equal(text + marks[0].start, "Corrupt", 7);
    assert_memory_equal(text + marks[1].start, "CORRUPTION", marks[1].length);
    assert_memory_equal(text + marks[2].start, "courts", marks[2].length);
    free(marks);
    assert_int_equal(tip_query_marks(query, (tip_str){NULL, 0}, &marks, &count, NULL), TIP_OK);
    assert_int_equal(count, 0);
    free(marks);
    tip_query_free(query);
}

static void a_fingerprint_is_that_of_the_generations(void **state)
{
    struct place *place = *state;
    tip_searcher *again = open_indexes(place, "reports.jsonl.index", NULL);
    assert_true(tip_searcher_fingerprint(again) == tip_searcher_fingerprint(place->reports));
    assert_true(tip_searcher_fingerprint(again) != tip_searcher_fingerprint(place->texts));
    assert_true(tip_searcher_fingerprint(again) != tip_searcher_fingerprint(place->both));
    tip_searcher_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_texts_are_marked),
        cmocka_unit_test(a_fingerprint_is_that_of_the_generations),
        cmocka_unit_test(more_and_denser_comes_first),
        cmocka_unit_test(required_words_select_and_others_rank),
        cmocka_unit_test(phrases_are_exact_and_words_are_not),
        cmocka_unit_test(titles_of_other_documents_are_found),
        cmocka_unit_test(nothing_to_rank_by_gives_the_order_of_the_index),
        cmocka_unit_test(empty_answers_are_answers),
        cmocka_unit_test(fields_narrow_and_lists_widen),
        cmocka_unit_test(filters_widen_within_a_field),
        cmocka_unit_test(a_collection_without_fields_is_one),
        cmocka_unit_test(answers_are_sorted_before_they_are_cut),
        cmocka_unit_test(added_words_are_told),
        cmocka_unit_test(a_countrys_own_report_comes_first),
        cmocka_unit_test(articles_of_countries_find_nothing),
        cmocka_unit_test(operands_of_stop_words_are_looked_for),
        cmocka_unit_test(pages_make_up_the_list),
        cmocka_unit_test(hits_hold_the_record),
        cmocka_unit_test(snippets_are_made_when_asked_for),
        cmocka_unit_test(one_query_runs_many_times),
        cmocka_unit_test(estimates_find_the_same_hits),
        cmocka_unit_test(plain_queries_are_words),
        cmocka_unit_test(several_indexes_are_one),
        cmocka_unit_test(an_index_may_be_named_twice),
        cmocka_unit_test(no_index_is_an_error),
        cmocka_unit_test(a_dump_can_be_stopped),
    };
    return cmocka_run_group_tests_name("search", tests, make_place, remove_place);
}
