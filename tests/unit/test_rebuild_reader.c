/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A searcher keeps answering from the generation it has opened, whatever updates do meanwhile. */
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

#include <dirent.h>

#include <cmocka.h>

enum { PARAGRAPHS = 300, REBUILDS = 3 };

struct place {
    char root[64];
    char file[80];
    char index[80];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    *state = place;
    strcpy(place->root, "/tmp/tip-rebuild-XXXXXX");
    if (!mkdtemp(place->root))
        return -1;
    snprintf(place->file, sizeof place->file, "%s/a.jsonl", place->root);
    snprintf(place->index, sizeof place->index, "%s/index", place->root);
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

/* Every version has other texts, other ids and another number of paragraphs. */
static void write_version(const struct place *place, unsigned version)
{
    FILE *out = fopen(place->file, "w");
    assert_non_null(out);
    for (unsigned i = 0; i < PARAGRAPHS + version; i++)
        fprintf(out,
                "{\"id\":\"v%u-%u\",\"year\":%u,\"country\":\"Nepal\",\"text\":\"The %s of version "
                "w%u says the word number%u and the police, %u times.\"}\n",
                version, i, 2010 + version, i % 3 ? "paragraph" : "judge of the court", version,
                i % 7, i);
    assert_int_equal(fclose(out), 0);
}

static tip_update_summary update(const struct place *place, bool rebuild)
{
    const char *paths[] = {place->file};
    tip_update_options options = {.jobs = 1, .rebuild = rebuild};
    tip_update_summary summary;
    tip_error err = {.message = ""};
    if (tip_index_update(place->index, paths, 1, &options, &summary, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return summary;
}

static tip_searcher *open_index(const struct place *place)
{
    const char *folders[] = {place->index};
    tip_searcher *searcher = NULL;
    tip_error err = {.message = ""};
    if (tip_searcher_open(folders, 1, &searcher, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return searcher;
}

static void print_hits(FILE *out, const tip_results *results)
{
    fprintf(out, "%zu\n", tip_results_total(results));
    for (size_t i = 0; i < tip_results_count(results); i++) {
        const tip_hit *hit = tip_results_hit(results, i);
        fprintf(out, "%.*s %d %.17g %zu ", (int)hit->record.id.size, hit->record.id.data,
                hit->record.year, hit->score, hit->mark_count);
        fwrite(hit->snippet.data, 1, hit->snippet.size, out);
        fwrite(hit->record.text.data, 1, hit->record.text.size, out);
        fputc('\n', out);
    }
}

static void print_counts(FILE *out, tip_searcher *searcher, const tip_query *query)
{
    tip_counts *counts;
    assert_int_equal(tip_count_by(searcher, query, TIP_FACET_YEAR, &counts, NULL), TIP_OK);
    for (size_t i = 0; i < tip_counts_size(counts); i++) {
        const tip_count *count = tip_counts_at(counts, i);
        fprintf(out, "%.*s: %zu\n", (int)count->value.size, count->value.data, count->paragraphs);
    }
    tip_counts_free(counts);
}

/* All that a searcher says to some queries, to be freed. */
static char *answers_of(tip_searcher *searcher)
{
    static const char *const queries[] = {"police",
                                          "\"judge of the court\"",
                                          "number3 w0",
                                          "w0 OR w1 OR w2 OR w3",
                                          "country:Nepal",
                                          "year:2010",
                                          "judge NOT w1",
                                          "numb*",
                                          "says near/4 police",
                                          "the-judge",
                                          "-judge year:2011.."};
    const tip_search_options options = {.limit = 20, .snippet_bytes = 40};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    fprintf(out, "%zu paragraphs\n", tip_searcher_documents(searcher));
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        tip_query *query;
        tip_results *results;
        tip_str asked = tip_str_of(queries[i]);
        assert_int_equal(tip_query_parse(searcher, asked, NULL, &query, NULL), TIP_OK);
        assert_int_equal(tip_search(searcher, query, &options, &results, NULL), TIP_OK);
        print_hits(out, results);
        print_counts(out, searcher, query);
        tip_results_free(results);
        tip_query_free(query);
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static void expect_answers(tip_searcher *searcher, const char *wanted)
{
    char *answers = answers_of(searcher);
    assert_string_equal(answers, wanted);
    free(answers);
}

/* How many generations there are in the folder of the index. */
static size_t count_generations(const struct place *place)
{
    size_t count = 0;
    DIR *folder = opendir(place->index);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));)
        count += strncmp(entry->d_name, "gen-", 4) == 0;
    closedir(folder);
    return count;
}

static void expect_version(const struct place *place, unsigned version)
{
    tip_searcher *searcher = open_index(place);
    assert_int_equal(tip_searcher_documents(searcher), PARAGRAPHS + version);
    char *answers = answers_of(searcher);
    char id[16];
    snprintf(id, sizeof id, "\nv%u-", version);
    assert_non_null(strstr(answers, id));
    snprintf(id, sizeof id, "\nv%u-", version - 1);
    assert_null(strstr(answers, id));
    free(answers);
    tip_searcher_free(searcher);
}

static void a_searcher_outlives_rebuilds(void **state)
{
    struct place *place = *state;
    write_version(place, 0);
    assert_true(update(place, false).written);
    tip_searcher *searcher = open_index(place);
    char *wanted = answers_of(searcher);
    for (unsigned version = 1; version <= REBUILDS; version++) {
        write_version(place, version);
        assert_true(update(place, version % 2 == 0).written);
        expect_answers(searcher, wanted);
        expect_version(place, version);
        /* The one in use, and the one that is held: those between are gone. */
        assert_int_equal(count_generations(place), 2);
    }
    expect_answers(searcher, wanted);
    tip_searcher_free(searcher);
    free(wanted);
    /* The next update finds what nobody holds any more, also when it has nothing to do. */
    assert_false(update(place, false).written);
    assert_int_equal(count_generations(place), 1);
    expect_version(place, REBUILDS);
}

static void each_searcher_has_its_own_generation(void **state)
{
    struct place *place = *state;
    tip_searcher *searchers[REBUILDS];
    char *wanted[REBUILDS];
    for (unsigned i = 0; i < REBUILDS; i++) {
        write_version(place, i);
        assert_true(update(place, false).written);
        searchers[i] = open_index(place);
        wanted[i] = answers_of(searchers[i]);
        assert_int_equal(count_generations(place), i + 1);
    }
    for (unsigned i = 0; i < REBUILDS; i++)
        for (unsigned n = 0; n < i; n++)
            assert_string_not_equal(wanted[i], wanted[n]);
    /* Closed from the middle: exactly that one goes. */
    static const unsigned order[REBUILDS] = {1, 0, 2};
    for (unsigned i = 0; i < REBUILDS; i++) {
        for (unsigned n = i; n < REBUILDS; n++)
            expect_answers(searchers[order[n]], wanted[order[n]]);
        tip_searcher_free(searchers[order[i]]);
        free(wanted[order[i]]);
        (void)update(place, false);
        assert_int_equal(count_generations(place), i < 2 ? REBUILDS - 1 - i : 1);
    }
}

/* A query that was read before goes on too, and its results outlive it. */
static void queries_outlive_rebuilds(void **state)
{
    struct place *place = *state;
    const tip_search_options options = {.limit = 5, .snippet_bytes = 40};
    tip_query *query;
    tip_results *before;
    tip_results *after;
    write_version(place, 0);
    (void)update(place, false);
    tip_searcher *searcher = open_index(place);
    tip_str text = tip_str_of("\"judge of the court\" number3");
    assert_int_equal(tip_query_parse(searcher, text, NULL, &query, NULL), TIP_OK);
    assert_int_equal(tip_search(searcher, query, &options, &before, NULL), TIP_OK);
    for (unsigned version = 1; version <= REBUILDS; version++) {
        write_version(place, version);
        assert_true(update(place, true).written);
    }
    assert_int_equal(tip_search(searcher, query, &options, &after, NULL), TIP_OK);
    tip_query_free(query);
    assert_int_equal(tip_results_count(before), 5);
    assert_int_equal(tip_results_total(after), tip_results_total(before));
    for (size_t i = 0; i < 5; i++) {
        const tip_hit *a = tip_results_hit(before, i);
        const tip_hit *b = tip_results_hit(after, i);
        assert_true(tip_str_equal(a->record.id, b->record.id));
        assert_true(tip_str_equal(a->snippet, b->snippet));
    }
    tip_results_free(before);
    tip_results_free(after);
    tip_searcher_free(searcher);
}

/* An update that fails leaves what there is, for those who are there and those who come. */
static void a_failed_update_disturbs_nobody(void **state)
{
    struct place *place = *state;
    write_version(place, 1);
    (void)update(place, false);
    tip_searcher *searcher = open_index(place);
    char *wanted = answers_of(searcher);
    assert_int_equal(truncate(place->file, 0), 0);
    const char *paths[] = {place->file};
    tip_update_options options = {.jobs = 1};
    tip_update_summary summary;
    assert_int_equal(tip_index_update(place->index, paths, 1, &options, &summary, NULL),
                     TIP_BAD_INPUT);
    expect_answers(searcher, wanted);
    expect_version(place, 1);
    assert_int_equal(count_generations(place), 1);
    free(wanted);
    tip_searcher_free(searcher);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(a_searcher_outlives_rebuilds),
        in_place(each_searcher_has_its_own_generation),
        in_place(queries_outlive_rebuilds),
        in_place(a_failed_update_disturbs_nobody),
    };
    return cmocka_run_group_tests_name("rebuild and readers", tests, NULL, NULL);
}
