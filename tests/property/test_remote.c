/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries at random over paragraphs at random, in one index of the portable layout, in three of
 * them here, behind three servers, and some of each: the answers are the same, and those of an
 * index of the fast layout.
 *
 *   test_remote [PIECE]
 *
 * TIP_PROPERTY_SEED=N chooses other pieces, TIP_PROPERTY_QUERIES=N how many queries one has. */
#include "tests/property/corpus.h"
#include "tests/property/question.h"
#include "tests/property/random.h"
#include "tests/property/reference.h"
#include "tests/property/server.h"
#include "tests/unit/scratch.h"
#include "tip/browse.h"
#include "tip/compare.h"
#include "tip/index.h"
#include "tip/kwic.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEED = 20261128, SHARDS = 3, NAME_ROOM = 128, EXIT_SKIPPED = 77 };

/* In what ways the paragraphs are searched. */
enum { FAST, ONE, HERE, THERE, MIXED, LISTED, WAYS };

static const char *const way_names[WAYS] = {"of the fast layout", "one portable index",
                                            "three here",         "three servers",
                                            "one here",           "a list"};

struct place {
    char root[64];
    uint64_t seed;
    unsigned piece;
    size_t queries;
    tip_stemmer *stemmer;
    reference *reference;
    server servers[SHARDS];
    tip_searcher *searchers[WAYS];
};

/* What is asked in one of the ways. */
typedef struct asked {
    const struct place *place;
    size_t number;
    int way;
    question q;
} asked;

static void fail_asked(const asked *a, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

static void fail_asked(const asked *a, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    print_error("TIP_PROPERTY_SEED=%llu, piece %u, query %zu, %s:\n",
                (unsigned long long)a->place->seed, a->place->piece, a->number, way_names[a->way]);
    question_print(&a->q);
    fail_msg("%s", message);
    abort();
}

/* ---- Indexes and servers ---- */

static void make_index(const char *paragraphs, const char *directory, const char *layout,
                       unsigned shard, unsigned shards)
{
    const tip_update_options options = {
        .layout = layout, .shard = shard, .shards = shards, .jobs = 1};
    tip_update_summary summary;
    tip_error err = {.message = ""};
    if (tip_index_update(directory, &paragraphs, 1, &options, &summary, &err) != TIP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(summary.failed, 0);
}

static void open_way(struct place *place, int way, const char *const *names, size_t count)
{
    tip_error err = {.message = ""};
    if (tip_searcher_open(names, count, &place->searchers[way], &err) != TIP_OK)
        fail_msg("%s: %s", way_names[way], err.message);
    assert_int_equal(tip_searcher_documents(place->searchers[way]), CORPUS_DOCUMENTS);
}

static void write_list(const char *path, const server *first, const char *here, const server *last)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out, "# Two there and one here\nremote 127.0.0.1:%u\nauto %s\nremote 127.0.0.1:%u\n",
            first->port, here, last->port);
    assert_int_equal(fclose(out), 0);
}

static void open_shards(struct place *place, char shards[SHARDS][NAME_ROOM])
{
    char there[SHARDS][NAME_ROOM];
    char list[NAME_ROOM];
    const char *names[SHARDS];
    for (size_t i = 0; i < SHARDS; i++)
        names[i] = shards[i];
    open_way(place, HERE, names, SHARDS);
    for (size_t i = 0; i < SHARDS; i++) {
        assert_true(server_start(&place->servers[i], shards[i]));
        snprintf(there[i], NAME_ROOM, "tcp:127.0.0.1:%u", place->servers[i].port);
        names[i] = there[i];
    }
    open_way(place, THERE, names, SHARDS);
    names[1] = shards[1];
    open_way(place, MIXED, names, SHARDS);
    snprintf(list, sizeof list, "%s/list", place->root);
    write_list(list, &place->servers[0], "shard1", &place->servers[2]);
    names[0] = list;
    open_way(place, LISTED, names, 1);
}

static void make_indexes(struct place *place, const char *paragraphs)
{
    char shards[SHARDS][NAME_ROOM];
    char directory[NAME_ROOM];
    const char *names[] = {directory};
    snprintf(directory, sizeof directory, "%s/fast", place->root);
    make_index(paragraphs, directory, "fast", 0, 0);
    place->reference = reference_read(directory, place->stemmer);
    open_way(place, FAST, names, 1);
    snprintf(directory, sizeof directory, "%s/one", place->root);
    make_index(paragraphs, directory, "portable", 0, 0);
    open_way(place, ONE, names, 1);
    for (unsigned i = 0; i < SHARDS; i++) {
        snprintf(shards[i], NAME_ROOM, "%s/shard%u", place->root, i);
        make_index(paragraphs, shards[i], "portable", i, SHARDS);
    }
    open_shards(place, shards);
}

static unsigned piece_asked_for;

static int make_place(void **state)
{
    char paragraphs[NAME_ROOM];
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    *state = place;
    place->seed = random_number_from("TIP_PROPERTY_SEED", SEED);
    place->queries = random_number_from("TIP_PROPERTY_QUERIES", QUERIES_DEFAULT);
    place->piece = piece_asked_for;
    strcpy(place->root, "/tmp/tip-remote-XXXXXX");
    if (!mkdtemp(place->root) || tip_stemmer_new(&place->stemmer, NULL) != TIP_OK)
        return -1;
    corpus *c = corpus_new(random_seed_of(place->seed, place->piece, 0));
    assert_non_null(c);
    snprintf(paragraphs, sizeof paragraphs, "%s/all.jsonl", place->root);
    FILE *out = fopen(paragraphs, "w");
    assert_non_null(out);
    assert_int_equal(corpus_write(c, 0, CORPUS_DOCUMENTS, out), 0);
    assert_int_equal(fclose(out), 0);
    corpus_free(c);
    make_indexes(place, paragraphs);
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    for (size_t i = 0; i < WAYS; i++)
        tip_searcher_free(place->searchers[i]);
    for (size_t i = 0; i < SHARDS; i++)
        server_stop(&place->servers[i]);
    reference_free(place->reference);
    tip_stemmer_free(place->stemmer);
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

/* ---- Answers ---- */

static tip_searcher *searcher_of(const asked *a)
{
    return a->place->searchers[a->way];
}

static tip_results *search(const asked *a, const tip_query *query,
                           const tip_search_options *options)
{
    tip_error err = {.message = ""};
    tip_results *results = NULL;
    if (tip_search(searcher_of(a), query, options, &results, &err) != TIP_OK)
        fail_asked(a, "%s", err.message);
    return results;
}

static bool is_close(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * (fabs(b) + 1);
}

/* The same paragraphs with the same scores, and in the same order but, against another layout, for
 * scores that differ by less than is told of them. */
static void compare_hits(const asked *a, const tip_results *found, const tip_results *wanted,
                         size_t first, double tolerance)
{
    for (size_t i = 0; i < tip_results_count(found); i++) {
        const tip_hit *hit = tip_results_hit(found, i);
        const tip_hit *same = tip_results_hit(wanted, first + i);
        if (!same)
            fail_asked(a, "hit %zu is one too many", first + i);
        if (!is_close(hit->score, same->score, tolerance))
            fail_asked(a, "hit %zu weighs %.17g, not %.17g", first + i, hit->score, same->score);
        if (!tip_str_equal(hit->record.id, same->record.id))
            fail_asked(a, "hit %zu is %.*s, not %.*s", first + i, (int)hit->record.id.size,
                       hit->record.id.data, (int)same->record.id.size, same->record.id.data);
        if (!tip_str_equal(hit->snippet, same->snippet) || hit->mark_count != same->mark_count ||
            !tip_str_equal(hit->record.text, same->record.text))
            fail_asked(a, "hit %zu reads otherwise", first + i);
    }
}

static void compare_results(const asked *a, const tip_query *query, const tip_results *wanted,
                            uint64_t *random)
{
    const size_t total = tip_results_total(wanted);
    tip_search_options all = {.limit = CORPUS_DOCUMENTS, .snippet_bytes = 80};
    tip_results *found = search(a, query, &all);
    if (tip_results_total(found) != total || tip_results_count(found) != total)
        fail_asked(a, "%zu in all, %zu returned, not %zu", tip_results_total(found),
                   tip_results_count(found), total);
    compare_hits(a, found, wanted, 0, a->way == FAST ? 1e-6 : 1e-9);
    tip_results_free(found);
    tip_search_options page = all;
    page.offset = random_below(random, total + 1);
    page.limit = 1 + random_below(random, 12);
    page.estimate_total = random_once_in(random, 2);
    found = search(a, query, &page);
    size_t rest = total - page.offset;
    if (tip_results_count(found) != (rest < page.limit ? rest : page.limit))
        fail_asked(a, "%zu on a page of %zu from %zu of %zu", tip_results_count(found), page.limit,
                   page.offset, total);
    compare_hits(a, found, wanted, page.offset, a->way == FAST ? 1e-6 : 1e-9);
    tip_results_free(found);
}

static void compare_sorted(const asked *a, const tip_query *query, const tip_query *one,
                           uint64_t *random)
{
    asked first = *a;
    const tip_search_options page = {.sort = random_once_in(random, 2) ? TIP_SORT_YEAR
                                                                       : TIP_SORT_COUNTRY,
                                     .offset = random_below(random, 12),
                                     .limit = random_below(random, 60),
                                     .snippet_bytes = 80};
    first.way = ONE;
    tip_results *wanted = search(&first, one, &page);
    tip_results *found = search(a, query, &page);
    if (tip_results_total(found) != tip_results_total(wanted) ||
        tip_results_count(found) != tip_results_count(wanted))
        fail_asked(a, "sorted: %zu of %zu, not %zu of %zu", tip_results_count(found),
                   tip_results_total(found), tip_results_count(wanted), tip_results_total(wanted));
    compare_hits(a, found, wanted, 0, a->way == FAST ? 1e-6 : 1e-9);
    tip_results_free(wanted);
    tip_results_free(found);
}

static tip_kwic_list *list(const asked *a, const tip_query *query, const tip_kwic_options *options)
{
    tip_error err = {.message = ""};
    tip_kwic_list *lines = NULL;
    tip_status status = tip_kwic(searcher_of(a), query, options, &lines, &err);
    /* There is a limit to what is looked for in texts. */
    if (status != TIP_OK && (status != TIP_TOO_LARGE || a->way == FAST))
        fail_asked(a, "%s", err.message);
    return lines;
}

static void compare_lines(const asked *a, const tip_kwic_list *found, const tip_kwic_list *wanted)
{
    if (tip_kwic_total(found) != tip_kwic_total(wanted) ||
        tip_kwic_paragraphs(found) != tip_kwic_paragraphs(wanted) ||
        tip_kwic_count(found) != tip_kwic_count(wanted))
        fail_asked(a, "%zu occurrences in %zu paragraphs, not %zu in %zu", tip_kwic_total(found),
                   tip_kwic_paragraphs(found), tip_kwic_total(wanted), tip_kwic_paragraphs(wanted));
    for (size_t i = 0; i < tip_kwic_count(found); i++) {
        const tip_kwic_line *x = tip_kwic_at(found, i);
        const tip_kwic_line *y = tip_kwic_at(wanted, i);
        if (!tip_str_equal(x->record->id, y->record->id) || !tip_str_equal(x->left, y->left) ||
            !tip_str_equal(x->match, y->match) || !tip_str_equal(x->right, y->right))
            fail_asked(a, "occurrence %zu is another", i);
    }
}

static void compare_kwic(const asked *a, const tip_query *query, const tip_query *one,
                         uint64_t *random)
{
    asked first = *a;
    const tip_kwic_options options = {.words = 3,
                                      .sort = (tip_kwic_sort)random_below(random, 3),
                                      .offset = random_below(random, 10),
                                      .limit = random_below(random, 40)};
    first.way = ONE;
    tip_kwic_list *wanted = list(&first, one, &options);
    tip_kwic_list *found = list(a, query, &options);
    if (wanted && found)
        compare_lines(a, found, wanted);
    tip_kwic_list_free(wanted);
    tip_kwic_list_free(found);
}

static tip_results *similar(const asked *a, tip_str id, const tip_query *within,
                            const tip_search_options *options)
{
    tip_error err = {.message = ""};
    tip_results *results = NULL;
    if (tip_similar(searcher_of(a), id, within, options, &results, &err) != TIP_OK)
        fail_asked(a, "like %.*s: %s", (int)id.size, id.data, err.message);
    return results;
}

/* What is like one of the answers, anywhere or among the answers. */
static void compare_similar(const asked *a, const tip_query *query, const tip_query *one,
                            const tip_results *answers, uint64_t *random)
{
    asked first = *a;
    const tip_search_options page = {
        .offset = random_below(random, 12), .limit = random_below(random, 60), .snippet_bytes = 80};
    bool within = random_once_in(random, 2);
    first.way = ONE;
    if (tip_results_count(answers) == 0)
        return;
    tip_str id =
        tip_results_hit(answers, random_below(random, tip_results_count(answers)))->record.id;
    tip_results *wanted = similar(&first, id, within ? one : NULL, &page);
    tip_results *found = similar(a, id, within ? query : NULL, &page);
    if (tip_results_total(found) != tip_results_total(wanted) ||
        tip_results_count(found) != tip_results_count(wanted))
        fail_asked(a, "like %.*s: %zu of %zu, not %zu of %zu", (int)id.size, id.data,
                   tip_results_count(found), tip_results_total(found), tip_results_count(wanted),
                   tip_results_total(wanted));
    compare_hits(a, found, wanted, 0, a->way == FAST ? 1e-6 : 1e-9);
    tip_results_free(wanted);
    tip_results_free(found);
}

/* ---- Queries that learn from their answers ---- */

static tip_query *expand(const asked *a)
{
    tip_error err = {.message = ""};
    tip_query *query;
    if (question_parse(&a->q, searcher_of(a), true, &query, &err) != TIP_OK)
        fail_asked(a, "expanded: %s", err.message);
    return query;
}

static void compare_words(const asked *a, const tip_query *query, const tip_query *one)
{
    if (tip_query_added(query) != tip_query_added(one))
        fail_asked(a, "%zu words are added, not %zu", tip_query_added(query), tip_query_added(one));
    for (size_t i = 0; i < tip_query_added(one); i++) {
        const tip_added_word *x = tip_query_added_at(query, i);
        const tip_added_word *y = tip_query_added_at(one, i);
        if (!tip_str_equal(x->word, y->word) || !is_close(x->weight, y->weight, 1e-9))
            fail_asked(a, "word %zu is %.*s %.17g, not %.*s %.17g", i, (int)x->word.size,
                       x->word.data, x->weight, (int)y->word.size, y->word.data, y->weight);
    }
}

/* The same words are added, and what then answers is the same. */
static void compare_expanded(const asked *a, uint64_t *random)
{
    static const tip_search_options all = {.limit = CORPUS_DOCUMENTS, .snippet_bytes = 80};
    asked first = *a;
    first.way = ONE;
    tip_query *one = expand(&first);
    tip_query *query = expand(a);
    compare_words(a, query, one);
    tip_results *wanted = search(&first, one, &all);
    compare_results(a, query, wanted, random);
    tip_results_free(wanted);
    tip_query_free(one);
    tip_query_free(query);
}

/* ---- Counts ---- */

static tip_counts *count(const asked *a, const tip_query *query, int facet)
{
    tip_error err = {.message = ""};
    tip_counts *counts = NULL;
    tip_status status = facet > TIP_FACET_MENTIONS
                            ? tip_trend(searcher_of(a), query, &counts, &err)
                            : tip_count_by(searcher_of(a), query, (tip_facet)facet, &counts, &err);
    if (status != TIP_OK)
        fail_asked(a, "%s", err.message);
    return counts;
}

static void compare_counts(const asked *a, const tip_counts *found, const tip_counts *wanted,
                           int facet)
{
    const char *name = facet > TIP_FACET_MENTIONS ? "trend" : tip_facet_name((tip_facet)facet);
    if (tip_counts_size(found) != tip_counts_size(wanted))
        fail_asked(a, "%s: %zu values, not %zu", name, tip_counts_size(found),
                   tip_counts_size(wanted));
    for (size_t i = 0; i < tip_counts_size(found); i++) {
        const tip_count *x = tip_counts_at(found, i);
        const tip_count *y = tip_counts_at(wanted, i);
        if (!tip_str_equal(x->value, y->value) || x->paragraphs != y->paragraphs ||
            x->reports != y->reports || x->words != y->words)
            fail_asked(a, "%s: value %zu is \"%.*s\" %zu %zu %zu, not \"%.*s\" %zu %zu %zu", name,
                       i, (int)x->value.size, x->value.data, x->paragraphs, x->reports,
                       (size_t)x->words, (int)y->value.size, y->value.data, y->paragraphs,
                       y->reports, (size_t)y->words);
    }
}

/* ---- What changed from report to report ---- */

/* NULL when there are no two reports. */
static tip_comparison *changes(const struct place *place, int way, const char *country)
{
    tip_error err = {.message = ""};
    tip_comparison *comparison = NULL;
    tip_status status =
        tip_changes(place->searchers[way], tip_str_of(country), 0, 0, &comparison, &err);
    if (status != TIP_OK && status != TIP_NOT_FOUND)
        fail_msg("%s, %s: %s", way_names[way], country, err.message);
    return comparison;
}

static void compare_pair(const char *country, int way, const tip_year_changes *found,
                         const tip_year_changes *wanted)
{
    assert_int_equal(found->before, wanted->before);
    assert_int_equal(found->after, wanted->after);
    assert_int_equal(found->change_count, wanted->change_count);
    for (size_t i = 0; i < wanted->change_count; i++) {
        const tip_change *x = &found->changes[i];
        const tip_change *y = &wanted->changes[i];
        if (x->kind != y->kind || !tip_str_equal(x->before.id, y->before.id) ||
            !tip_str_equal(x->after.id, y->after.id) || x->run_count != y->run_count ||
            !is_close(x->similarity, y->similarity, 0))
            fail_msg("%s, %s, change %zu from %d to %d: %s %.*s %.*s, not %s %.*s %.*s",
                     way_names[way], country, i, wanted->before, wanted->after,
                     tip_change_kind_name(x->kind), (int)x->before.id.size, x->before.id.data,
                     (int)x->after.id.size, x->after.id.data, tip_change_kind_name(y->kind),
                     (int)y->before.id.size, y->before.id.data, (int)y->after.id.size,
                     y->after.id.data);
    }
}

static void compare_changes(const struct place *place, int way, const char *country,
                            const tip_comparison *wanted)
{
    tip_comparison *found = changes(place, way, country);
    if (!found != !wanted)
        fail_msg("%s, %s: %s", way_names[way], country, found ? "compared" : "not compared");
    for (size_t i = 0; wanted && i < tip_comparison_size(wanted); i++)
        compare_pair(country, way, tip_comparison_at(found, i), tip_comparison_at(wanted, i));
    if (wanted) {
        assert_int_equal(tip_comparison_size(found), tip_comparison_size(wanted));
        assert_int_equal(tip_comparison_recommendations(found),
                         tip_comparison_recommendations(wanted));
    }
    tip_comparison_free(found);
}

static void changes_do_not_depend_on_where_reports_are(void **state)
{
    static const char *const countries[] = {
        "Kyrgyz Republic", "Russia",   "South Sudan", "CIV", "Nepal",
        "Guinea-Bissau",   "Atlantis", "Freedonia",   "Chad"};
    const struct place *place = *state;
    size_t compared = 0;
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        tip_comparison *wanted = changes(place, FAST, countries[i]);
        for (int way = ONE; way < WAYS; way++)
            compare_changes(place, way, countries[i], wanted);
        compared += wanted != NULL;
        tip_comparison_free(wanted);
    }
    assert_true(compared >= 3);
}

/* ---- Queries ---- */

/* What one portable index says is what all must say. */
static bool ask_one(asked *a, tip_query **ret_query, tip_results **ret_results)
{
    static const tip_search_options all = {.limit = CORPUS_DOCUMENTS, .snippet_bytes = 80};
    tip_error err = {.message = ""};
    a->way = ONE;
    tip_status status = question_parse(&a->q, searcher_of(a), false, ret_query, &err);
    if (status == TIP_OK) {
        *ret_results = search(a, *ret_query, &all);
        return true;
    }
    if (status != TIP_BAD_QUERY || (!strstr(err.message, "write more letters") &&
                                    !strstr(err.message, "index of the portable layout")))
        fail_asked(a, "%s", err.message);
    return false;
}

static void compare_way(asked *a, int way, const tip_query *one, const tip_results *wanted,
                        int facet, uint64_t *random)
{
    tip_error err = {.message = ""};
    tip_query *query;
    a->way = way;
    if (question_parse(&a->q, searcher_of(a), false, &query, &err) != TIP_OK)
        fail_asked(a, "%s", err.message);
    compare_results(a, query, wanted, random);
    compare_sorted(a, query, one, random);
    compare_kwic(a, query, one, random);
    compare_similar(a, query, one, wanted, random);
    if (random_once_in(random, 2))
        compare_expanded(a, random);
    tip_counts *found = count(a, query, facet);
    a->way = ONE;
    tip_counts *counts = count(a, one, facet);
    a->way = way;
    compare_counts(a, found, counts, facet);
    tip_counts_free(found);
    tip_counts_free(counts);
    tip_query_free(query);
}

/* Refused where one index refuses it. */
static void refuse(asked *a)
{
    tip_query *query;
    for (a->way = HERE; a->way < WAYS; a->way++)
        if (question_parse(&a->q, searcher_of(a), false, &query, NULL) != TIP_BAD_QUERY)
            fail_asked(a, "not refused");
}

static void answers_do_not_depend_on_where_paragraphs_are(void **state)
{
    struct place *place = *state;
    size_t refused = 0;
    size_t found = 0;
    uint64_t random = place->seed;
    for (size_t i = 0; i < place->queries; i++) {
        asked a = {.place = place, .number = i};
        tree_maker maker = {random_seed_of(place->seed, place->piece, i + 1), place->stemmer,
                            place->reference};
        tip_query *one;
        tip_results *wanted;
        question_make(&a.q, &maker, i);
        if (ask_one(&a, &one, &wanted)) {
            int facet = (int)random_below(&random, TIP_FACET_MENTIONS + 2);
            for (int way = FAST; way < WAYS; way++)
                if (way != ONE)
                    compare_way(&a, way, one, wanted, facet, &random);
            found += tip_results_total(wanted) > 0;
            tip_results_free(wanted);
            tip_query_free(one);
        } else {
            refuse(&a);
            refused++;
        }
        question_free(&a.q);
    }
    print_message("%zu queries; %zu refused, %zu with answers\n", place->queries, refused, found);
    assert_true(refused <= place->queries / 2 && found >= place->queries / 3);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_do_not_depend_on_where_paragraphs_are),
        cmocka_unit_test(changes_do_not_depend_on_where_reports_are)};
    piece_asked_for = argc > 1 ? (unsigned)atoi(argv[1]) : 0;
    if (!server_is_installed()) {
        fputs("skipped: xapian-tcpsrv is not installed\n", stderr);
        return EXIT_SKIPPED;
    }
    return cmocka_run_group_tests_name("remote", tests, make_place, remove_place);
}
