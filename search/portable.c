/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening indexes of the portable layout, and doing without those that cannot be reached. */
#include "search/portable.h"

#include "base/error.h"
#include "store/generation.h"

#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_DEFAULT = 10, TIMEOUT_MAX = 24 * 60 * 60, UNUSED_MAX = 15, TRIES = 3 };

const search_layout portable_layout = {
    .words = portable_words,
    .sections = portable_sections,
    .years = portable_years,
    .reports = portable_reports,
    .phrase = portable_phrase,
    .near = portable_near,
    .titles = portable_titles,
    .search = portable_search,
    .show = portable_show,
    .kwic = portable_kwic,
    .count = portable_count,
    .count_words = portable_count_words,
};

void portable_free(portable_index *index)
{
    if (!index)
        return;
    for (size_t i = 0; i < index->count; i++) {
        free(index->shards[i].name.name);
        free(index->shards[i].name.host);
        free(index->shards[i].name.path);
        free(index->shards[i].failure);
    }
    free(index->shards);
    tip_buf_free(&index->lost);
    tip_buf_free(&index->sections);
    tip_buf_free(&index->reports);
    free(index);
}

/* ---- One index ---- */

/* The versions that a database was made with. */
typedef struct versions {
    unsigned long schema;
    unsigned long analysis;
} versions;

static unsigned long read_number(tip_str digits)
{
    unsigned long number = 0;
    for (size_t i = 0; i < digits.size && i < 9; i++)
        number = number * 10 + (unsigned char)(digits.data[i] - '0');
    return number;
}

static tip_status see_version(void *payload, tip_str key, tip_str value)
{
    versions *v = payload;
    if (tip_str_equal(key, tip_str_of(PORTABLE_KEY_SCHEMA)))
        v->schema = read_number(value);
    if (tip_str_equal(key, tip_str_of(PORTABLE_KEY_ANALYSIS)))
        v->analysis = read_number(value);
    return TIP_OK;
}

static tip_status check_versions(const tip_searcher *s, const portable_shard *shard, tip_error *err)
{
    versions v = {0, 0};
    tip_status status =
        xc_shards_metadata(s->database, shard->number, PORTABLE_KEY_SCHEMA, see_version, &v, err);
    if (status == TIP_OK)
        status = xc_shards_metadata(s->database, shard->number, PORTABLE_KEY_ANALYSIS, see_version,
                                    &v, err);
    if (status != TIP_OK)
        return status;
    if (v.schema == 0)
        return tip_fail(err, TIP_BAD_VERSION,
                        "%s: a database that tipindex --layout portable has not made",
                        shard->name.name);
    if (v.schema != PORTABLE_SCHEMA || v.analysis != TIP_ANALYSIS_VERSION)
        return tip_fail(err, TIP_BAD_VERSION,
                        "%s: made by another version of tipindex (%lu.%lu, not %d.%d); rebuild the "
                        "index with tipindex --rebuild",
                        shard->name.name, v.schema, v.analysis, PORTABLE_SCHEMA,
                        TIP_ANALYSIS_VERSION);
    return TIP_OK;
}

/* An update may remove a generation before it is open. */
static tip_status add_folder(tip_searcher *s, const char *folder, tip_error *err)
{
    tip_status status = TIP_NOT_FOUND;
    for (int i = 0; i < TRIES && status == TIP_NOT_FOUND; i++) {
        char *path;
        status = places_database(folder, &path, err);
        if (status != TIP_OK)
            return status;
        const xc_shard shard = {.path = path};
        status = xc_shards_add(s->database, &shard, 0, err);
        free(path);
    }
    return status;
}

static tip_status add_shard(tip_searcher *s, portable_shard *shard, tip_error *err)
{
    const place_name *name = &shard->name;
    const xc_shard there = {.path = name->path, .host = name->host, .port = name->port};
    if (!name->host && !name->path)
        return add_folder(s, name->name, err);
    return xc_shards_add(s->database, &there, s->portable->milliseconds, err);
}

/* ---- All of them ---- */

static tip_status note_lost(portable_index *index, portable_shard *shard, const tip_error *failure,
                            tip_error *err)
{
    shard->number = SIZE_MAX;
    shard->failure = strdup(failure->message);
    const tip_lost_index lost = {shard->name.name, shard->failure};
    if (!shard->failure || tip_buf_add(&index->lost, &lost, sizeof lost) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

static bool can_be_lost(const portable_index *index, tip_status status)
{
    return index->partial && status != TIP_NO_MEMORY && status != TIP_BAD_ARGUMENT;
}

/* Opens all that are not lost yet, anew. One that fails its check stays in no database, so all
 * begins once more without it. */
static tip_status connect_once(tip_searcher *s, bool *ret_again, tip_error *err)
{
    portable_index *index = s->portable;
    tip_error failure = {.position = TIP_NO_POSITION};
    size_t number = 0;
    *ret_again = false;
    xc_database_free(s->database);
    s->database = NULL;
    tip_status status = xc_shards_new(&s->database, err);
    for (size_t i = 0; i < index->count && status == TIP_OK; i++) {
        portable_shard *shard = &index->shards[i];
        if (shard->failure)
            continue;
        tip_status added = add_shard(s, shard, &failure);
        shard->number = added == TIP_OK ? number++ : SIZE_MAX;
        tip_status checked = added == TIP_OK ? check_versions(s, shard, &failure) : added;
        if (checked == TIP_OK)
            continue;
        if (!can_be_lost(index, checked)) {
            if (err)
                *err = failure;
            return checked;
        }
        status = note_lost(index, shard, &failure, err);
        *ret_again = *ret_again || added == TIP_OK;
    }
    if (status == TIP_OK && number == 0)
        return tip_fail(err, TIP_UNREACHABLE, "%s",
                        *failure.message ? failure.message : "no index is left that answers");
    return status;
}

static time_t seconds_now(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static tip_status connect_all(tip_searcher *s, tip_error *err)
{
    portable_index *index = s->portable;
    bool again = true;
    tip_status status = TIP_OK;
    while (status == TIP_OK && again)
        status = connect_once(s, &again, err);
    index->connected = status == TIP_OK;
    index->used = seconds_now();
    index->has_sections = false;
    index->has_reports = false;
    return status;
}

tip_status portable_wake(tip_searcher *searcher, tip_error *err)
{
    portable_index *index = searcher->portable;
    if (!index)
        return TIP_OK;
    time_t unused = seconds_now() - index->used;
    if (!index->connected || xc_shards_failed(searcher->database) != SIZE_MAX ||
        (unused > UNUSED_MAX && xc_shards_ping(searcher->database, NULL) != TIP_OK))
        return connect_all(searcher, err);
    index->used += unused;
    return TIP_OK;
}

tip_status portable_open(tip_searcher *searcher, place_list *places,
                         const tip_open_options *options, tip_error *err)
{
    portable_index *index = calloc(1, sizeof *index);
    portable_shard *shards = calloc(places->count, sizeof *shards);
    if (!index || !shards) {
        free(index);
        free(shards);
        places_free(places);
        return tip_fail_memory(err);
    }
    unsigned seconds = options->timeout_seconds ? options->timeout_seconds : TIMEOUT_DEFAULT;
    index->milliseconds = 1000 * (seconds < TIMEOUT_MAX ? seconds : TIMEOUT_MAX);
    index->partial = options->partial;
    index->shards = shards;
    index->count = places->count;
    for (size_t i = 0; i < places->count; i++)
        shards[i].name = places->items[i];
    free(places->items);
    *places = (place_list){0};
    searcher->portable = index;
    return connect_all(searcher, err);
}

/* ---- Failures ---- */

tip_status tip_searcher_reconnect(tip_searcher *searcher, const tip_error *failure, tip_error *err)
{
    portable_index *index = searcher->portable;
    if (!index)
        return tip_fail(err, TIP_BAD_ARGUMENT, "the index is not behind a server");
    size_t failed = xc_shards_failed(searcher->database);
    for (size_t i = 0; i < index->count && index->partial; i++) {
        portable_shard *shard = &index->shards[i];
        if (shard->failure || shard->number != failed || failed == SIZE_MAX)
            continue;
        tip_status status = note_lost(index, shard, failure, err);
        if (status != TIP_OK)
            return status;
    }
    return connect_all(searcher, err);
}

size_t tip_searcher_lost(const tip_searcher *searcher)
{
    return searcher->portable ? searcher->portable->lost.size / sizeof(tip_lost_index) : 0;
}

const tip_lost_index *tip_searcher_lost_at(const tip_searcher *searcher, size_t i)
{
    if (i >= tip_searcher_lost(searcher))
        return NULL;
    return &((const tip_lost_index *)(const void *)searcher->portable->lost.data)[i];
}
