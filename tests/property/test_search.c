/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries at random over paragraphs at random: what is found, counted and listed against looking at
 * every paragraph.
 *
 *   test_search [PIECE]
 *
 * Each piece is a corpus of its own with queries of its own. TIP_PROPERTY_SEED=N chooses others,
 * TIP_PROPERTY_QUERIES=N how many queries a piece has. */
#include "base/buf.h"
#include "corpus/country.h"
#include "tests/property/question.h"
#include "tests/property/random.h"
#include "tests/property/reference.h"
#include "tests/unit/scratch.h"
#include "tip/index.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEED = 20261124, INDEXES = 3, PAGES = 4 };

/* One index of all paragraphs, and what two and three indexes of them are as one. */
struct place {
    char root[64];
    uint64_t seed;
    unsigned piece;
    size_t queries;
    tip_stemmer *stemmer;
    tip_searcher *searchers[INDEXES];
    size_t ends[INDEXES][INDEXES]; /* of the paragraphs of each part */
    reference *reference;
};

/* A query and what it must find. */
typedef struct asked {
    struct place *place;
    size_t number;
    size_t indexes; /* how many are searched as one */
    question q;
    bool found[CORPUS_DOCUMENTS];
    size_t total;
} asked;

/* ---- Failing ---- */

static void fail_asked(const asked *a, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

static void fail_asked(const asked *a, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    print_error("TIP_PROPERTY_SEED=%llu, piece %u, query %zu, %zu of its indexes:\n",
                (unsigned long long)a->place->seed, a->place->piece, a->number, a->indexes);
    question_print(&a->q);
    fail_msg("%s", message);
    abort();
}

/* ---- Indexes ---- */

static void make_index(struct place *place, const corpus *c, size_t first, size_t last,
                       const char *directory)
{
    char file[128];
    tip_update_options options = {.jobs = 2};
    tip_update_summary summary;
    tip_error err = {.message = ""};
    snprintf(file, sizeof file, "%s/%zu-%zu.jsonl", place->root, first, last);
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    assert_int_equal(corpus_write(c, first, last, out), 0);
    assert_int_equal(fclose(out), 0);
    const char *paths[] = {file};
    if (tip_index_update(directory, paths, 1, &options, &summary, &err) != TIP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(summary.documents, last - first);
    assert_int_equal(summary.failed, 0);
}

/* Makes `count` indexes, which begin anywhere, and opens them as one. */
static void make_indexes(struct place *place, const corpus *c, size_t count, uint64_t *random)
{
    char directories[INDEXES][96];
    const char *paths[INDEXES];
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        size_t left = count - i - 1;
        size_t last = left == 0 ? CORPUS_DOCUMENTS
                                : first + 1 + random_below(random, CORPUS_DOCUMENTS - first - left);
        snprintf(directories[i], sizeof directories[i], "%s/%zu.%zu", place->root, count, i);
        make_index(place, c, first, last, directories[i]);
        paths[i] = directories[i];
        place->ends[count - 1][i] = last;
        first = last;
    }
    assert_int_equal(tip_searcher_open(paths, count, &place->searchers[count - 1], NULL), TIP_OK);
    if (count == 1)
        place->reference = reference_read(paths[0], place->stemmer);
}

static unsigned piece_asked_for;

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    *state = place;
    place->seed = random_number_from("TIP_PROPERTY_SEED", SEED);
    place->queries = random_number_from("TIP_PROPERTY_QUERIES", QUERIES_DEFAULT);
    place->piece = piece_asked_for;
    strcpy(place->root, "/tmp/tip-property-XXXXXX");
    if (!mkdtemp(place->root) || tip_stemmer_new(&place->stemmer, NULL) != TIP_OK)
        return -1;
    uint64_t random = random_seed_of(place->seed, place->piece, 0);
    corpus *c = corpus_new(random);
    assert_non_null(c);
    for (size_t i = 1; i <= INDEXES; i++)
        make_indexes(place, c, i, &random);
    corpus_free(c);
    assert_int_equal(place->reference->count, CORPUS_DOCUMENTS);
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    for (size_t i = 0; i < INDEXES; i++)
        tip_searcher_free(place->searchers[i]);
    reference_free(place->reference);
    tip_stemmer_free(place->stemmer);
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

/* ---- Queries ---- */

static bool passes(const asked *a, const reference_document *d)
{
    for (size_t i = 0; i < a->q.filter_count; i++) {
        bool any = false;
        /* Several filters of one field widen it. */
        for (size_t n = 0; n < a->q.filter_count; n++)
            any = any || (a->q.filters[n]->values[0]->field == a->q.filters[i]->values[0]->field &&
                          reference_matches(d, a->q.filters[n]));
        if (!any)
            return false;
    }
    return true;
}

static void ask(asked *a, struct place *place, size_t number)
{
    tree_maker maker = {random_seed_of(place->seed, place->piece, number + 1), place->stemmer,
                        place->reference};
    *a = (asked){.place = place, .number = number};
    question_make(&a->q, &maker, number);
    for (size_t i = 0; i < place->reference->count; i++) {
        const reference_document *d = &place->reference->documents[i];
        a->found[i] = passes(a, d) && reference_matches(d, a->q.tree);
        a->total += a->found[i];
    }
}

static tip_searcher *searcher_of(const asked *a)
{
    return a->place->searchers[a->indexes - 1];
}

/* NULL when the query is refused as it must be. */
static tip_query *parse(const asked *a)
{
    tip_error err = {.message = ""};
    tip_query *query = NULL;
    tip_status status = question_parse(&a->q, searcher_of(a), false, &query, &err);
    bool refused = reference_refuses(a->place->reference, a->q.tree);
    if (refused ? status != TIP_BAD_QUERY || !strstr(err.message, "write more letters")
                : status != TIP_OK)
        fail_asked(a, "%s%s", err.message, refused ? " (must be refused)" : "");
    return query;
}

static tip_results *search(const asked *a, const tip_query *query, size_t offset, size_t limit)
{
    tip_error err = {.message = ""};
    tip_results *results = NULL;
    const tip_search_options options = {.offset = offset, .limit = limit};
    if (tip_search(searcher_of(a), query, &options, &results, &err) != TIP_OK)
        fail_asked(a, "%s", err.message);
    size_t left = a->total > offset ? a->total - offset : 0;
    if (tip_results_total(results) != a->total)
        fail_asked(a, "%zu in all, not %zu (offset %zu, limit %zu)", tip_results_total(results),
                   a->total, offset, limit);
    if (tip_results_count(results) != (left < limit ? left : limit))
        fail_asked(a, "%zu returned, offset %zu and limit %zu of %zu", tip_results_count(results),
                   offset, limit, a->total);
    return results;
}

/* ---- Hits ---- */

/* Ids are the numbers of the paragraphs. */
static size_t number_of(const tip_hit *hit)
{
    char text[16];
    snprintf(text, sizeof text, "%.*s", (int)hit->record.id.size, hit->record.id.data);
    return (size_t)atoi(text);
}

/* Each answer once, the best first; in one index equal ones as they stand there. */
static void check_hits(const asked *a, const tip_results *all, double *ret_scores)
{
    bool seen[CORPUS_DOCUMENTS] = {false};
    for (size_t i = 0; i < tip_results_count(all); i++) {
        const tip_hit *hit = tip_results_hit(all, i);
        const tip_hit *last = i > 0 ? tip_results_hit(all, i - 1) : NULL;
        size_t number = number_of(hit);
        if (seen[number] || !a->found[number])
            fail_asked(a, "paragraph %zu is no answer%s", number, seen[number] ? " again" : "");
        if (last && hit->score > last->score)
            fail_asked(a, "paragraph %zu weighs more than the one before", number);
        if (last && hit->score == last->score && a->indexes == 1 && number < number_of(last))
            fail_asked(a, "paragraph %zu stands behind one of the same weight", number);
        seen[number] = true;
        ret_scores[number] = hit->score;
    }
}

/* Some pages of a random size, from a random place on. */
static void check_pages(const asked *a, const tip_query *query, const tip_results *all,
                        uint64_t *random)
{
    size_t size = 1 + random_below(random, a->total + 2);
    size_t offset = random_below(random, a->total + 1);
    for (size_t n = 0; n < PAGES && offset <= a->total; n++, offset += size) {
        tip_results *page = search(a, query, offset, size);
        for (size_t i = 0; i < tip_results_count(page); i++) {
            const tip_hit *hit = tip_results_hit(page, i);
            const tip_hit *same = tip_results_hit(all, offset + i);
            if (number_of(hit) != number_of(same) || hit->score != same->score)
                fail_asked(a, "hit %zu is %zu with %.17g on a page of %zu, but %zu with %.17g",
                           offset + i, number_of(hit), hit->score, size, number_of(same),
                           same->score);
        }
        tip_results_free(page);
    }
}

/* Scores are of the whole collection, however many indexes it is in. */
static void check_scores(const asked *a, const double *scores, const double *of_one)
{
    for (size_t i = 0; i < CORPUS_DOCUMENTS; i++)
        if (a->found[i] && fabs(scores[i] - of_one[i]) > 1e-9 * (fabs(of_one[i]) + 1))
            fail_asked(a, "paragraph %zu weighs %.17g, in one index %.17g", i, scores[i],
                       of_one[i]);
}

/* ---- Counts ---- */

static const char *value_of(const reference_document *d, tip_facet facet, char year[16])
{
    year[0] = '\0';
    if (d->year)
        snprintf(year, 16, "%04d", d->year);
    switch (facet) {
    case TIP_FACET_YEAR:
        return year;
    case TIP_FACET_COUNTRY:
        return d->country;
    case TIP_FACET_REGION:
        return d->region;
    case TIP_FACET_TIER:
        return d->tier;
    case TIP_FACET_SECTION:
        return d->section;
    case TIP_FACET_MENTIONS: /* of which there may be several */
        break;
    }
    return "";
}

static bool has_value(const reference_document *d, tip_facet facet, const char *value)
{
    char year[16];
    if (facet != TIP_FACET_MENTIONS)
        return strcmp(value_of(d, facet, year), value) == 0;
    for (size_t i = 0; i < d->mention_count; i++)
        if (strcmp(tip_country_find(tip_str_of(d->mentions[i]))->name, value) == 0)
            return true;
    return false;
}

static size_t index_of(const asked *a, size_t number)
{
    size_t index = 0;
    while (number >= a->place->ends[a->indexes - 1][index])
        index++;
    return index;
}

/* What must be counted of a value: a report that is in several indexes counts in each. */
static tip_count count_value(const asked *a, tip_facet facet, const char *value)
{
    const reference *r = a->place->reference;
    size_t firsts[CORPUS_DOCUMENTS]; /* one paragraph of each report */
    tip_count count = {.value = tip_str_of(value)};
    for (size_t i = 0; i < r->count; i++) {
        if (!has_value(&r->documents[i], facet, value))
            continue;
        count.words += r->documents[i].word_count;
        if (!a->found[i])
            continue;
        count.paragraphs++;
        size_t n = 0;
        while (n < count.reports &&
               !(reference_same_report(&r->documents[firsts[n]], &r->documents[i]) &&
                 index_of(a, firsts[n]) == index_of(a, i)))
            n++;
        if (n == count.reports)
            firsts[count.reports++] = i;
    }
    return count;
}

/* Years in order, else the most frequent first. */
static bool is_in_order(tip_facet facet, const tip_count *first, const tip_count *second)
{
    if (facet != TIP_FACET_YEAR && first->paragraphs != second->paragraphs)
        return first->paragraphs > second->paragraphs;
    return tip_str_compare(first->value, second->value) < 0;
}

static void check_count(const asked *a, tip_facet facet, const tip_count *count, bool trend)
{
    char *value = tip_str_dup(count->value);
    assert_non_null(value);
    tip_count wanted = count_value(a, facet, value);
    if (!trend)
        wanted.words = 0;
    if (count->paragraphs != wanted.paragraphs || count->reports != wanted.reports ||
        count->words != wanted.words)
        fail_asked(a, "%s %s \"%s\": %zu paragraphs, %zu reports, %zu words, not %zu, %zu, %zu",
                   trend ? "trend" : "facet", tip_facet_name(facet), value, count->paragraphs,
                   count->reports, (size_t)count->words, wanted.paragraphs, wanted.reports,
                   (size_t)wanted.words);
    free(value);
}

/* All of them are there if each is right and together they are all. */
static void check_counts(const asked *a, tip_facet facet, const tip_counts *counts, bool trend)
{
    size_t sum = 0;
    size_t all = 0;
    for (size_t i = 0; i < tip_counts_size(counts); i++) {
        const tip_count *count = tip_counts_at(counts, i);
        if (i > 0 && !is_in_order(facet, tip_counts_at(counts, i - 1), count))
            fail_asked(a, "facet %s: value %zu is out of order", tip_facet_name(facet), i);
        check_count(a, facet, count, trend);
        if (trend ? count->value.size == 0 : count->paragraphs == 0)
            fail_asked(a, "facet %s: value %zu has no place here", tip_facet_name(facet), i);
        sum += count->paragraphs;
    }
    for (size_t i = 0; i < CORPUS_DOCUMENTS; i++) {
        const reference_document *d = &a->place->reference->documents[i];
        if (a->found[i] && !(trend && d->year == 0))
            all += facet == TIP_FACET_MENTIONS ? d->mention_count : 1;
    }
    if (sum != all)
        fail_asked(a, "facet %s: %zu in all, not %zu", tip_facet_name(facet), sum, all);
}

/* Every known year of the index is in a trend. */
static void check_years(const asked *a, const tip_counts *counts)
{
    const reference *r = a->place->reference;
    for (size_t i = 0; i < r->count; i++) {
        char year[16];
        bool found = r->documents[i].year == 0;
        (void)value_of(&r->documents[i], TIP_FACET_YEAR, year);
        for (size_t n = 0; n < tip_counts_size(counts) && !found; n++)
            found = tip_str_equal(tip_counts_at(counts, n)->value, tip_str_of(year));
        if (!found)
            fail_asked(a, "trend: %s is missing", year);
    }
}

static void check_all_counts(const asked *a, const tip_query *query)
{
    tip_counts *counts;
    for (tip_facet facet = TIP_FACET_YEAR; facet <= TIP_FACET_MENTIONS; facet++) {
        assert_int_equal(tip_count_by(searcher_of(a), query, facet, &counts, NULL), TIP_OK);
        check_counts(a, facet, counts, false);
        tip_counts_free(counts);
    }
    assert_int_equal(tip_trend(searcher_of(a), query, &counts, NULL), TIP_OK);
    check_counts(a, TIP_FACET_YEAR, counts, true);
    check_years(a, counts);
    tip_counts_free(counts);
}

/* ---- The test ---- */

static void check(asked *a, uint64_t *random)
{
    double of_one[CORPUS_DOCUMENTS];
    double scores[CORPUS_DOCUMENTS];
    size_t chosen = 1 + random_below(random, INDEXES);
    for (a->indexes = 1; a->indexes <= INDEXES; a->indexes++) {
        tip_query *query = parse(a);
        if (!query)
            continue;
        tip_results *all = search(a, query, 0, CORPUS_DOCUMENTS);
        check_hits(a, all, a->indexes == 1 ? of_one : scores);
        if (a->indexes > 1)
            check_scores(a, scores, of_one);
        tip_results_free(search(a, query, 0, 0));
        if (a->indexes == chosen) {
            check_pages(a, query, all, random);
            check_all_counts(a, query);
        }
        tip_results_free(all);
        tip_query_free(query);
    }
}

static void what_is_found_is_what_matches(void **state)
{
    struct place *place = *state;
    size_t none = 0;
    size_t every = 0;
    uint64_t random = place->seed;
    for (size_t i = 0; i < place->queries; i++) {
        asked a;
        ask(&a, place, i);
        check(&a, &random);
        none += a.total == 0;
        every += a.total == CORPUS_DOCUMENTS;
        question_free(&a.q);
    }
    print_message("%zu queries; %zu find nothing, %zu everything\n", place->queries, none, every);
    /* Else there would be little to compare. */
    assert_true(none <= place->queries / 2 && every <= place->queries / 10);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_found_is_what_matches)};
    piece_asked_for = argc > 1 ? (unsigned)atoi(argv[1]) : 0;
    return cmocka_run_group_tests_name("search", tests, make_place, remove_place);
}
