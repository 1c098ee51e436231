/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening each of several indexes by itself, those behind servers side by side. */
#include "base/error.h"
#include "search/portable.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { TRIES = 3 };

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

static tip_status check_versions(const xc_database *database, const char *name, tip_error *err)
{
    versions v = {0, 0};
    tip_status status = xc_shards_metadata(database, 0, PORTABLE_KEY_SCHEMA, see_version, &v, err);
    if (status == TIP_OK)
        status = xc_shards_metadata(database, 0, PORTABLE_KEY_ANALYSIS, see_version, &v, err);
    if (status != TIP_OK)
        return status;
    if (v.schema == 0)
        return tip_fail(err, TIP_BAD_VERSION,
                        "%s: a database that tipindex --layout portable has not made", name);
    if (v.schema != PORTABLE_SCHEMA || v.analysis != TIP_ANALYSIS_VERSION)
        return tip_fail(err, TIP_BAD_VERSION,
                        "%s: made by another version of tipindex (%lu.%lu, not %d.%d); rebuild the "
                        "index with tipindex --rebuild",
                        name, v.schema, v.analysis, PORTABLE_SCHEMA, TIP_ANALYSIS_VERSION);
    return TIP_OK;
}

/* An update may remove a generation before it is open. */
static tip_status add_folder(xc_database *database, const char *folder, tip_error *err)
{
    tip_status status = TIP_NOT_FOUND;
    for (int i = 0; i < TRIES && status == TIP_NOT_FOUND; i++) {
        char *path;
        status = places_database(folder, &path, err);
        if (status != TIP_OK)
            return status;
        const xc_shard shard = {.path = path};
        status = xc_shards_add(database, &shard, 0, err);
        free(path);
    }
    return status;
}

static void open_one(const place_name *name, unsigned milliseconds, portable_opening *o)
{
    const xc_shard there = {.path = name->path, .host = name->host, .port = name->port};
    o->status = xc_shards_new(&o->database, &o->err);
    if (o->status != TIP_OK)
        return;
    if (!name->host && !name->path)
        o->status = add_folder(o->database, name->name, &o->err);
    else
        o->status = xc_shards_add(o->database, &there, milliseconds, &o->err);
    if (o->status == TIP_OK)
        o->status = check_versions(o->database, name->name, &o->err);
}

/* ---- All of them ---- */

/* What threads share: each takes the next index until there is none. */
typedef struct work {
    const portable_index *index;
    portable_opening *openings;
    atomic_size_t next;
} work;

static void *open_next(void *payload)
{
    work *w = payload;
    size_t i;
    while ((i = atomic_fetch_add(&w->next, 1)) < w->index->count)
        if (!w->index->shards[i].failure)
            open_one(&w->index->shards[i].name, w->index->milliseconds, &w->openings[i]);
    return NULL;
}

static size_t count_servers(const portable_index *index)
{
    size_t servers = 0;
    for (size_t i = 0; i < index->count; i++)
        servers += index->shards[i].name.host && !index->shards[i].failure;
    return servers;
}

/* This thread is one of them: what cannot be started is missed by none but the clock. */
void portable_open_each(const portable_index *index, portable_opening *openings)
{
    pthread_t threads[PORTABLE_OPENING_MAX - 1];
    work w = {index, openings, 0};
    size_t started = 0;
    for (size_t servers = count_servers(index);
         started + 1 < servers && started < PORTABLE_OPENING_MAX - 1; started++)
        if (pthread_create(&threads[started], NULL, open_next, &w) != 0)
            break;
    open_next(&w);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}
