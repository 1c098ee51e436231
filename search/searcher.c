/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/searcher.h"

#include "base/error.h"
#include "search/feedback.h"
#include "search/portable.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static const search_layout fast_layout = {
    .words = fast_words,
    .sections = fast_sections,
    .years = fast_years,
    .reports = fast_reports,
    .paragraphs = fast_paragraphs,
    .phrase = fast_phrase,
    .near = fast_near,
    .titles = fast_titles,
    .search = fast_search,
    .show = fast_show,
    .similar = fast_similar,
    .kwic = fast_kwic,
    .count = fast_count,
    .count_words = fast_count_words,
    .all_words = fast_all_words,
};

tip_status searcher_need_fast(const tip_searcher *searcher, const char *what, tip_error *err)
{
    if (!searcher->portable)
        return TIP_OK;
    return tip_fail(err, TIP_UNSUPPORTED,
                    "%s: %s needs an index of the fast layout; make one with tipindex --layout "
                    "fast",
                    searcher->portable->shards[0].name.name, what);
}

/* One of the portable layout is known by the file that names its database. */
static tip_status open_generation(const char *directory, tip_generation **ret_generation,
                                  tip_error *err)
{
    tip_status status = tip_generation_open(directory, ret_generation, err);
    if (status != TIP_OK || (*ret_generation)->manifest.layout == TIP_LAYOUT_FAST)
        return status;
    tip_generation_free(*ret_generation);
    *ret_generation = NULL;
    return tip_fail(err, TIP_CORRUPT, "%s/%s: missing; update the index with tipindex", directory,
                    PORTABLE_STUB_NAME);
}

static tip_status open_generations(tip_searcher *s, const place_list *places, tip_error *err)
{
    s->generations = calloc(places->count + 1, sizeof *s->generations);
    if (!s->generations)
        return tip_fail_memory(err);
    for (; s->generation_count < places->count; s->generation_count++) {
        tip_status status = open_generation(places->items[s->generation_count].name,
                                            &s->generations[s->generation_count], err);
        if (status != TIP_OK)
            return status;
        s->indexes += s->generations[s->generation_count]->store != NULL;
    }
    return TIP_OK;
}

/* An empty index has neither postings nor a store. */
static tip_status open_database(tip_searcher *s, tip_error *err)
{
    xc_index *postings = calloc(s->indexes + 1, sizeof *postings);
    s->stores = calloc(s->indexes + 1, sizeof *s->stores);
    s->report_words = calloc(s->indexes + 1, sizeof *s->report_words);
    if (!postings || !s->stores || !s->report_words) {
        free(postings);
        return tip_fail_memory(err);
    }
    size_t index = 0;
    for (size_t i = 0; i < s->generation_count; i++) {
        const tip_generation *g = s->generations[i];
        if (!g->store)
            continue;
        postings[index] = g->postings;
        s->stores[index++] = g->store;
    }
    tip_status status = TIP_OK;
    if (s->indexes > 0)
        status = xc_database_open(postings, s->indexes, &s->database, err);
    free(postings);
    return status;
}

/* What is missing or strange inside a generation is damage: its manifest promised it. */
static tip_status as_damage(tip_status status, tip_error *err)
{
    if (status != TIP_NOT_FOUND && status != TIP_BAD_VERSION)
        return status;
    tip_error reason = {.message = ""};
    if (err)
        reason = *err;
    return tip_fail(err, TIP_CORRUPT, "%s; rebuild the index with tipindex --rebuild",
                    reason.message);
}

/* A store and the database beside it were made together. */
static tip_status check_sizes(const tip_searcher *s, tip_error *err)
{
    size_t documents = 0;
    for (size_t i = 0; i < s->indexes; i++)
        documents += tip_store_documents(s->stores[i]);
    if (documents == tip_searcher_documents(s))
        return TIP_OK;
    return tip_fail(err, TIP_CORRUPT,
                    "%s: damaged (the postings are of another index); rebuild the index with "
                    "tipindex --rebuild",
                    s->generations[0]->path);
}

static tip_status open_fast(tip_searcher *s, const place_list *places, tip_error *err)
{
    s->layout = &fast_layout;
    tip_status status = open_generations(s, places, err);
    if (status == TIP_OK)
        status = as_damage(open_database(s, err), err);
    return status == TIP_OK ? check_sizes(s, err) : status;
}

static tip_status open_places(tip_searcher *s, const char *const *names, size_t count,
                              const tip_open_options *options, tip_error *err)
{
    place_list places;
    tip_status status = places_read(names, count, &places, err);
    if (status != TIP_OK)
        return status;
    if (places.portable) {
        s->layout = &portable_layout;
        return portable_open(s, &places, options, err);
    }
    status = open_fast(s, &places, err);
    places_free(&places);
    return status;
}

tip_status tip_searcher_open_with(const char *const *names, size_t count,
                                  const tip_open_options *options, tip_searcher **ret_searcher,
                                  tip_error *err)
{
    static const tip_open_options defaults = {0};
    if (count == 0)
        return tip_fail(err, TIP_BAD_ARGUMENT, "no index to search");
    tip_searcher *s = calloc(1, sizeof *s);
    if (!s)
        return tip_fail_memory(err);
    tip_status status = open_places(s, names, count, options ? options : &defaults, err);
    if (status == TIP_OK)
        status = tip_stemmer_new(&s->stemmer, err);
    if (status != TIP_OK) {
        tip_searcher_free(s);
        return status;
    }
    *ret_searcher = s;
    return TIP_OK;
}

tip_status tip_searcher_open(const char *const *names, size_t count, tip_searcher **ret_searcher,
                             tip_error *err)
{
    return tip_searcher_open_with(names, count, NULL, ret_searcher, err);
}

void tip_searcher_free(tip_searcher *searcher)
{
    if (!searcher)
        return;
    tip_stemmer_free(searcher->stemmer);
    tip_text_block_free(&searcher->block);
    xc_database_free(searcher->database);
    portable_free(searcher->portable);
    for (size_t i = 0; i < searcher->generation_count; i++)
        tip_generation_free(searcher->generations[i]);
    for (size_t i = 0; searcher->report_words && i < searcher->indexes; i++)
        free(searcher->report_words[i]);
    free(searcher->report_words);
    free(searcher->generations);
    free(searcher->stores);
    free(searcher);
}

size_t tip_searcher_documents(const tip_searcher *searcher)
{
    return searcher->database ? xc_database_documents(searcher->database) : 0;
}

static void hash_uuid(void *payload, tip_str uuid)
{
    uint64_t *fingerprint = payload;
    *fingerprint = XXH3_64bits_withSeed(uuid.data, uuid.size, *fingerprint);
}

/* The manifest of each generation, which has the checksums of all that it consists of. */
uint64_t tip_searcher_fingerprint(const tip_searcher *searcher)
{
    uint64_t fingerprint = 0;
    if (searcher->portable)
        (void)xc_shards_uuids(searcher->database, hash_uuid, &fingerprint, NULL);
    for (size_t i = 0; i < searcher->generation_count; i++) {
        const tip_manifest *m = &searcher->generations[i]->manifest;
        const uint64_t parts[] = {m->number, m->sources_checksum, m->store.checksum};
        fingerprint = XXH3_64bits_withSeed(parts, sizeof parts, fingerprint);
        fingerprint = XXH3_64bits_withSeed(m->created, strlen(m->created), fingerprint);
    }
    return fingerprint;
}

/* ---- Queries ---- */

/* Values of one field widen it, fields narrow one another: one FIELD node a field. */
static tip_status filter_node(query_node *filters, tip_field field, query_node **ret_node)
{
    for (size_t i = 0; i < filters->child_count; i++)
        if (filters->children[i]->field == field) {
            *ret_node = filters->children[i];
            return TIP_OK;
        }
    query_node *node = node_new(NODE_FIELD, TIP_NO_POSITION, TIP_NO_POSITION);
    if (node_add(filters, node) != TIP_OK)
        return TIP_NO_MEMORY;
    node->field = field;
    node->occur = OCCUR_REQUIRED;
    *ret_node = node;
    return TIP_OK;
}

static tip_status make_filters(tip_query *query, const tip_query_options *options, tip_error *err)
{
    tip_status status = TIP_OK;
    if (options->filter_count == 0)
        return TIP_OK;
    query->filters = node_new(NODE_SEQUENCE, TIP_NO_POSITION, TIP_NO_POSITION);
    if (!query->filters)
        return tip_fail_memory(err);
    for (size_t i = 0; i < options->filter_count && status == TIP_OK; i++) {
        const tip_filter *filter = &options->filters[i];
        query_node *node;
        size_t next = 0;
        if (filter_node(query->filters, filter->field, &node) != TIP_OK)
            return tip_fail_memory(err);
        status = values_read(tip_str_of(filter->value), VALUES_IN_OPTION, node, &next, err);
    }
    return status;
}

tip_status tip_query_parse(tip_searcher *searcher, tip_str text, const tip_query_options *options,
                           tip_query **ret_query, tip_error *err)
{
    static const tip_query_options defaults = {0};
    if (!options)
        options = &defaults;
    tip_query *query = calloc(1, sizeof *query);
    if (!query)
        return tip_fail_memory(err);
    query->searcher = searcher;
    tip_status status = portable_wake(searcher, err);
    if (status == TIP_OK)
        status = query_read(text, options->plain, searcher->stemmer, &query->root, err);
    if (status == TIP_OK)
        status = make_filters(query, options, err);
    if (status == TIP_OK)
        status = query_compile(query, err);
    if (status == TIP_OK && options->expand)
        status = query_expand(query, err);
    if (status != TIP_OK) {
        tip_query_free(query);
        return status;
    }
    *ret_query = query;
    return TIP_OK;
}

void tip_query_free(tip_query *query)
{
    if (!query)
        return;
    xc_query_free(query->compiled);
    tip_buf_free(&query->added);
    tip_strings_free(query->seen);
    query_phrases_free(query);
    node_free(query->root);
    node_free(query->filters);
    free(query);
}

size_t tip_query_added(const tip_query *query)
{
    return query->added.size / sizeof(tip_added_word);
}

const tip_added_word *tip_query_added_at(const tip_query *query, size_t i)
{
    const tip_added_word *words = (const tip_added_word *)(const void *)query->added.data;
    return i < tip_query_added(query) ? &words[i] : NULL;
}
