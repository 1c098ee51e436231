/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening indexes of the portable layout, and doing without those that cannot be reached. */
#include "search/portable.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/generation.h"

#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_DEFAULT = 10, TIMEOUT_MAX = 24 * 60 * 60, UNUSED_MAX = 15 };

const search_layout portable_layout = {
    .words = portable_words,
    .sections = portable_sections,
    .years = portable_years,
    .reports = portable_reports,
    .paragraphs = portable_paragraphs,
    .phrase = portable_phrase,
    .near = portable_near,
    .titles = portable_titles,
    .search = portable_search,
    .show = portable_show,
    .similar = portable_similar,
    .kwic = portable_kwic,
    .count = portable_count,
    .count_words = portable_count_words,
    .all_words = portable_all_words,
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

/* The first failure in full, and which others there are. */
static tip_status tell_failures(const portable_index *index, const portable_opening *openings,
                                tip_status status, tip_error *err)
{
    tip_error all = {.message = ""};
    size_t told = 0;
    for (size_t i = 0; i < index->count; i++) {
        const portable_shard *shard = &index->shards[i];
        const tip_error before = all;
        if (!shard->failure && openings[i].status == TIP_OK)
            continue;
        if (told++ == 0)
            tip_fail(&all, status, "%s", shard->failure ? shard->failure : openings[i].err.message);
        else
            tip_fail(&all, status, "%s%s %s", before.message, told == 2 ? "; failed as well:" : ",",
                     shard->name.name);
    }
    return tip_fail(err, status, "%s", all.message);
}

/* Puts together what was opened, in the order of the indexes, and notes what was not. */
static tip_status join_opened(tip_searcher *s, portable_opening *openings, tip_error *err)
{
    portable_index *index = s->portable;
    size_t number = 0;
    xc_database_free(s->database);
    s->database = NULL;
    tip_status status = xc_shards_new(&s->database, err);
    for (size_t i = 0; i < index->count && status == TIP_OK; i++) {
        portable_shard *shard = &index->shards[i];
        portable_opening *o = &openings[i];
        if (shard->failure)
            continue;
        if (o->status != TIP_OK && !can_be_lost(index, o->status))
            return tell_failures(index, openings, o->status, err);
        if (o->status != TIP_OK) {
            status = note_lost(index, shard, &o->err, err);
            continue;
        }
        shard->number = number++;
        status = xc_shards_take(s->database, o->database, err);
        o->database = NULL;
    }
    if (status == TIP_OK && number == 0)
        return tell_failures(index, openings, TIP_UNREACHABLE, err);
    return status;
}

/* Opens all that are not lost yet, anew. */
static tip_status connect_all(tip_searcher *s, tip_error *err)
{
    portable_index *index = s->portable;
    portable_opening *openings = calloc(index->count, sizeof *openings);
    if (!openings)
        return tip_fail_memory(err);
    portable_open_each(index, openings);
    tip_status status = join_opened(s, openings, err);
    for (size_t i = 0; i < index->count; i++)
        xc_database_free(openings[i].database);
    free(openings);
    index->connected = status == TIP_OK;
    index->used = tip_seconds_now();
    index->has_sections = false;
    index->has_reports = false;
    return status;
}

tip_status portable_wake(tip_searcher *searcher, tip_error *err)
{
    portable_index *index = searcher->portable;
    if (!index)
        return TIP_OK;
    double unused = tip_seconds_now() - index->used;
    if (!index->connected || xc_shards_failed(searcher->database) != SIZE_MAX ||
        xc_shards_ping(searcher->database, unused > UNUSED_MAX, NULL) != TIP_OK)
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

static bool is_of_a_server(tip_status status)
{
    return status == TIP_UNREACHABLE || status == TIP_CORRUPT || status == TIP_IO_ERROR ||
           status == TIP_ENGINE_ERROR;
}

static portable_shard *failed_shard(const tip_searcher *searcher)
{
    portable_index *index = searcher->portable;
    size_t failed = searcher->database ? xc_shards_failed(searcher->database) : SIZE_MAX;
    for (size_t i = 0; i < index->count && failed != SIZE_MAX; i++)
        if (!index->shards[i].failure && index->shards[i].number == failed)
            return &index->shards[i];
    return NULL;
}

bool tip_searcher_reconnect(tip_searcher *searcher, tip_status *status, tip_error *err)
{
    portable_index *index = searcher->portable;
    portable_shard *failed = NULL;
    if (index && index->partial && is_of_a_server(*status))
        failed = failed_shard(searcher);
    if (!failed)
        return false;
    const tip_error failure = *err;
    *status = note_lost(index, failed, &failure, err);
    if (*status == TIP_OK)
        *status = connect_all(searcher, err);
    return *status == TIP_OK;
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
