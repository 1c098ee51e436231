/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/collapse.h"

#include "base/error.h"
#include "search/order.h"
#include "search/report_keys.h"
#include "search/results.h"
#include "search/shingle.h"

#include <stdlib.h>
#include <string.h>

/* ---- The matches of one country ---- */

/* A paragraph on its way; the best ones come first. */
typedef struct candidate {
    shingles set;
    size_t match; /* its place among all matches */
    int year;
} candidate;

/* One item of a paragraph that was not folded, in the list of its bucket. */
typedef struct posting {
    uint32_t candidate;
    uint32_t next; /* + 1; 0 ends the list */
} posting;

/* What finds a paragraph's likes without comparing it with all: an inverted index over the first
 * items of each set. Its buckets also bring what only shares a few bits of a hash, which does no
 * harm, as the sets are compared then. */
typedef struct folder {
    shingler *maker;
    candidate *candidates;
    size_t room; /* of candidates */
    size_t count;
    tip_buf postings;
    tip_buf buckets; /* uint32_t: the first posting + 1; 0 for none */
    size_t bucket_count;
    uint32_t *met; /* by candidate: the last one it was compared with, + 1 */
} folder;

/* The words and the runs of a set, as far as they must be looked at. */
typedef struct probes {
    const uint64_t *items[2];
    size_t counts[2];
} probes;

static probes probes_of(const shingles *set)
{
    return (probes){
        {shingles_words(set), shingles_runs(set)},
        {shingles_prefix(set->word_count, COLLAPSE_SIMILARITY),
         shingles_prefix(set->run_count, COLLAPSE_SIMILARITY)},
    };
}

static uint32_t *bucket_of(folder *f, uint64_t item)
{
    return (uint32_t *)(void *)f->buckets.data + (item >> 1) % f->bucket_count;
}

static tip_status add_postings(folder *f, size_t number)
{
    probes p = probes_of(&f->candidates[number].set);
    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t i = 0; i < p.counts[kind]; i++) {
            uint32_t *bucket = bucket_of(f, p.items[kind][i]);
            posting added = {(uint32_t)number, *bucket};
            if (tip_buf_add(&f->postings, &added, sizeof added) != TIP_OK)
                return TIP_NO_MEMORY;
            *bucket = (uint32_t)(f->postings.size / sizeof added);
        }
    }
    return TIP_OK;
}

/* The best of the likes in one bucket, if it is better than `best`. */
static size_t best_in_bucket(folder *f, uint64_t item, size_t number, size_t best)
{
    const posting *postings = (const posting *)(const void *)f->postings.data;
    const candidate *mine = &f->candidates[number];
    for (uint32_t next = *bucket_of(f, item); next != 0; next = postings[next - 1].next) {
        size_t other = postings[next - 1].candidate;
        if (other >= best || f->met[other] == number + 1)
            continue;
        f->met[other] = (uint32_t)number + 1;
        if (f->candidates[other].year != mine->year &&
            shingles_similarity(&f->candidates[other].set, &mine->set, COLLAPSE_SIMILARITY) >=
                COLLAPSE_SIMILARITY)
            best = other;
    }
    return best;
}

/* The best of those before it that it repeats; itself when there is none. */
static size_t find_leader(folder *f, size_t number)
{
    probes p = probes_of(&f->candidates[number].set);
    size_t best = number;
    for (size_t kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < p.counts[kind]; i++)
            best = best_in_bucket(f, p.items[kind][i], number, best);
    return best;
}

static tip_status fold(folder *f, size_t *leaders)
{
    for (size_t i = 0; i < f->count; i++) {
        size_t leader = find_leader(f, i);
        leaders[f->candidates[i].match] = f->candidates[leader].match;
        if (leader == i && add_postings(f, i) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

/* The candidates keep the memory of their sets from one country to the next. */
static tip_status reserve_candidates(folder *f, size_t count)
{
    if (count <= f->room)
        return TIP_OK;
    candidate *candidates = reallocarray(f->candidates, count, sizeof *candidates);
    if (!candidates)
        return TIP_NO_MEMORY;
    memset(candidates + f->room, 0, (count - f->room) * sizeof *candidates);
    f->candidates = candidates;
    f->room = count;
    uint32_t *met = reallocarray(f->met, count, sizeof *met);
    if (!met)
        return TIP_NO_MEMORY;
    f->met = met;
    return TIP_OK;
}

static tip_status start_country(folder *f, size_t count)
{
    size_t items = 0;
    f->count = count;
    for (size_t i = 0; i < count; i++) {
        probes p = probes_of(&f->candidates[i].set);
        items += p.counts[0] + p.counts[1];
    }
    f->bucket_count = items * 2 + 1;
    tip_buf_clear(&f->postings);
    tip_buf_clear(&f->buckets);
    if (tip_buf_reserve(&f->buckets, f->bucket_count * sizeof(uint32_t)) != TIP_OK)
        return TIP_NO_MEMORY;
    memset(f->buckets.data, 0, f->bucket_count * sizeof(uint32_t));
    memset(f->met, 0, count * sizeof *f->met);
    return TIP_OK;
}

static void folder_free(folder *f)
{
    for (size_t i = 0; i < f->room; i++)
        shingles_free(&f->candidates[i].set);
    free(f->candidates);
    free(f->met);
    tip_buf_free(&f->postings);
    tip_buf_free(&f->buckets);
    shingler_free(f->maker);
}

/* ---- All matches, country by country ---- */

/* A match and its year. */
typedef struct dated_match {
    size_t match; /* its place among all */
    int year;
} dated_match;

/* The matches sorted by country, best first within each. */
typedef struct by_country {
    dated_match *matches;
    size_t *starts; /* by country; one more at the end */
} by_country;

static void by_country_free(by_country *sorted)
{
    free(sorted->matches);
    free(sorted->starts);
}

static tip_status by_country_new(size_t countries, size_t matches, by_country *ret_sorted)
{
    ret_sorted->starts = calloc(countries + 2, sizeof *ret_sorted->starts);
    ret_sorted->matches = calloc(matches + 1, sizeof *ret_sorted->matches);
    return ret_sorted->starts && ret_sorted->matches ? TIP_OK : TIP_NO_MEMORY;
}

static tip_status sort_by_country(const tip_searcher *searcher, const report_keys *reports,
                                  const xc_matches *matches, by_country *ret_sorted)
{
    report_key *keys = calloc(matches->count + 1, sizeof *keys);
    if (!keys || by_country_new(reports->countries, matches->count, ret_sorted) != TIP_OK) {
        free(keys);
        return TIP_NO_MEMORY;
    }
    size_t *starts = ret_sorted->starts;
    for (size_t i = 0; i < matches->count; i++) {
        keys[i] = report_key_of(searcher, reports, &matches->hits[i]);
        if (keys[i].country != TIP_STORE_NONE)
            starts[keys[i].country + 2]++;
    }
    for (size_t i = 2; i <= reports->countries + 1; i++)
        starts[i] += starts[i - 1];
    /* Each start moves to its end, which is the start of the next. */
    for (size_t i = 0; i < matches->count; i++)
        if (keys[i].country != TIP_STORE_NONE)
            ret_sorted->matches[starts[keys[i].country + 1]++] = (dated_match){i, keys[i].year};
    free(keys);
    return TIP_OK;
}

static tip_status fold_country(folder *f, const xc_matches *matches, const dated_match *dated,
                               size_t count, size_t *leaders)
{
    if (reserve_candidates(f, count) != TIP_OK)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const xc_hit *match = &matches->hits[dated[i].match];
        candidate *c = &f->candidates[i];
        c->match = dated[i].match;
        c->year = dated[i].year;
        if (shingles_make(f->maker, match->index, match->document, &c->set) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    if (start_country(f, count) != TIP_OK)
        return TIP_NO_MEMORY;
    return fold(f, leaders);
}

static tip_status fold_all(const tip_searcher *searcher, const report_keys *reports,
                           const xc_matches *matches, size_t *leaders)
{
    folder f = {0};
    by_country sorted = {0};
    tip_status status = shingler_new(searcher->stores, searcher->indexes, &f.maker);
    if (status == TIP_OK)
        status = sort_by_country(searcher, reports, matches, &sorted);
    for (size_t i = 0; i < reports->countries && status == TIP_OK; i++)
        if (sorted.starts[i + 1] > sorted.starts[i])
            status = fold_country(&f, matches, sorted.matches + sorted.starts[i],
                                  sorted.starts[i + 1] - sorted.starts[i], leaders);
    by_country_free(&sorted);
    folder_free(&f);
    return status;
}

tip_status collapse_matches(const tip_searcher *searcher, const xc_matches *matches,
                            size_t **ret_leaders, tip_error *err)
{
    report_keys reports = {0};
    tip_status status = report_keys_read(searcher, &reports, err);
    if (status != TIP_OK)
        return status;
    size_t *leaders = calloc(matches->count + 1, sizeof *leaders);
    for (size_t i = 0; leaders && i < matches->count; i++)
        leaders[i] = i;
    if (!leaders || fold_all(searcher, &reports, matches, leaders) != TIP_OK)
        status = tip_fail_memory(err);
    report_keys_free(&reports);
    if (status == TIP_OK)
        *ret_leaders = leaders;
    else
        free(leaders);
    return status;
}

/* ---- As answers ---- */

/* A page of the matches that are not folded. */
static tip_status page_of(const xc_matches *matches, const size_t *leaders,
                          const tip_search_options *options, size_t **ret_places,
                          xc_matches *ret_page)
{
    size_t groups = 0;
    size_t *places = calloc(matches->count + 1, sizeof *places);
    xc_hit *hits = calloc(matches->count + 1, sizeof *hits);
    *ret_places = places;
    *ret_page = (xc_matches){.hits = hits};
    if (!places || !hits)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < matches->count; i++) {
        if (leaders[i] != i)
            continue;
        if (groups++ < options->offset || ret_page->count >= options->limit)
            continue;
        places[ret_page->count] = i;
        hits[ret_page->count++] = matches->hits[i];
    }
    ret_page->total = groups;
    return TIP_OK;
}

/* A paragraph that is folded into a hit. */
typedef struct repeat {
    size_t hit;
    xc_hit match;
} repeat;

static int compare_places(const void *a, const void *b)
{
    const size_t *x = a;
    const size_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

static tip_status repeats_of(const xc_matches *matches, const size_t *leaders, const size_t *places,
                             size_t count, tip_buf *ret_repeats)
{
    for (size_t i = 0; i < matches->count; i++) {
        const size_t *place = bsearch(&leaders[i], places, count, sizeof *places, compare_places);
        if (leaders[i] == i || !place)
            continue;
        repeat added = {(size_t)(place - places), matches->hits[i]};
        if (tip_buf_add(ret_repeats, &added, sizeof added) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

/* By hit, then in the order of the store, so that each block of texts is decompressed once. */
static int compare_repeats(const void *a, const void *b)
{
    const repeat *x = a;
    const repeat *y = b;
    if (x->hit != y->hit)
        return x->hit < y->hit ? -1 : 1;
    if (x->match.index != y->match.index)
        return x->match.index < y->match.index ? -1 : 1;
    return x->match.document < y->match.document ? -1 : x->match.document > y->match.document;
}

static int compare_years(const void *a, const void *b)
{
    const tip_repeat *x = a;
    const tip_repeat *y = b;
    return x->year != y->year ? (x->year < y->year ? -1 : 1) : tip_str_compare(x->id, y->id);
}

/* The id lies behind those before it, and is found by its place there until all are. */
static tip_status add_repeat(const tip_searcher *searcher, const repeat *r, tip_text_block *block,
                             tip_results *results, tip_error *err)
{
    tip_record record = {0};
    tip_status status =
        tip_store_record(searcher->stores[r->match.index], r->match.document, block, &record, err);
    if (status != TIP_OK)
        return status;
    tip_repeat added = {record.year, {NULL, record.id.size}};
    if (tip_buf_add(&results->repeats, &added, sizeof added) != TIP_OK ||
        tip_buf_add(&results->repeat_ids, record.id.data, record.id.size) != TIP_OK)
        return tip_fail_memory(err);
    results->hits[r->hit].repeat_count++;
    return TIP_OK;
}

static void point_to_repeats(tip_results *results)
{
    tip_repeat *repeats = (tip_repeat *)(void *)results->repeats.data;
    const char *id = results->repeat_ids.data;
    for (size_t i = 0; i < results->repeats.size / sizeof *repeats; i++) {
        repeats[i].id.data = id;
        id += repeats[i].id.size;
    }
    for (size_t i = 0; i < results->count; i++) {
        tip_hit *hit = &results->hits[i];
        if (hit->repeat_count == 0)
            continue;
        qsort(repeats, hit->repeat_count, sizeof *repeats, compare_years);
        hit->repeats = repeats;
        repeats += hit->repeat_count;
    }
}

static tip_status fetch_repeats(const tip_searcher *searcher, tip_buf *found, tip_results *results,
                                tip_error *err)
{
    tip_text_block block = {0};
    repeat *repeats = (repeat *)(void *)found->data;
    size_t count = found->size / sizeof *repeats;
    tip_status status = TIP_OK;
    if (count > 0)
        qsort(repeats, count, sizeof *repeats, compare_repeats);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = add_repeat(searcher, &repeats[i], &block, results, err);
    tip_text_block_free(&block);
    if (status == TIP_OK)
        point_to_repeats(results);
    return status;
}

static tip_status fetch_page(tip_searcher *searcher, const tip_query *query,
                             const tip_search_options *options, const xc_matches *matches,
                             const size_t *leaders, tip_results **ret_results, tip_error *err)
{
    xc_matches page = {0};
    tip_buf found = {0};
    size_t *places = NULL;
    tip_results *results = NULL;
    tip_status status = page_of(matches, leaders, options, &places, &page);
    if (status == TIP_OK)
        status = repeats_of(matches, leaders, places, page.count, &found);
    if (status != TIP_OK)
        tip_fail_memory(err);
    else
        status = results_fetch(searcher, &page, query->root, options->snippet_bytes, &results, err);
    if (status == TIP_OK)
        status = fetch_repeats(searcher, &found, results, err);
    free(places);
    free(page.hits);
    tip_buf_free(&found);
    if (status == TIP_OK)
        *ret_results = results;
    else
        tip_results_free(results);
    return status;
}

tip_status collapse_search(tip_searcher *searcher, const tip_query *query,
                           const tip_search_options *options, tip_results **ret_results,
                           tip_error *err)
{
    xc_matches matches;
    size_t *leaders = NULL;
    tip_status status = order_matches(query, options->sort, &matches, err);
    if (status != TIP_OK)
        return status;
    status = collapse_matches(searcher, &matches, &leaders, err);
    if (status == TIP_OK)
        status = fetch_page(searcher, query, options, &matches, leaders, ret_results, err);
    free(leaders);
    xc_matches_free(&matches);
    return status;
}
