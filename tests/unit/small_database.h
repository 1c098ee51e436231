/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Small databases for the tests of xapian-c, each in a folder of its own.
 */
#ifndef TESTS_UNIT_SMALL_DATABASE_H
#define TESTS_UNIT_SMALL_DATABASE_H

#include "tests/unit/place.h"
#include "xapian-c/xapian_c.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka.h must have been included before. */

enum { DOCUMENTS = 200, TERMS = 6 };

static inline xc_writer *new_writer(const char *path)
{
    tip_error err;
    xc_writer *writer = NULL;
    if (xc_writer_new(path, &writer, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return writer;
}

/* How often a term, 'a' to 'f', occurs in a document: in the later ones less. */
static inline uint32_t wdf_of(size_t document, size_t term)
{
    uint32_t random = (uint32_t)(document * 31 + term) * 2654435761u;
    return (random >> 13) % 100 < 60 - 10 * term ? 1 + (random >> 20) % 4 : 0;
}

static inline void add_document(xc_writer *writer, size_t document)
{
    xc_posting postings[TERMS + 1];
    char name[16];
    size_t count = 0;
    for (size_t t = 0; t < TERMS; t++)
        if (wdf_of(document, t) > 0)
            postings[count++] = (xc_posting){{&"abcdef"[t], 1}, wdf_of(document, t)};
    snprintf(name, sizeof name, "Q%zu", document);
    postings[count++] = (xc_posting){tip_str_of(name), 0};
    assert_int_equal(xc_writer_add(writer, postings, count, NULL), TIP_OK);
}

/* Documents `first` to before `end`, as a folder. */
static inline void build(const char *path, size_t first, size_t end)
{
    xc_writer *writer = new_writer(path);
    for (size_t d = first; d < end; d++)
        add_document(writer, d);
    assert_int_equal(xc_writer_finish(writer, NULL), TIP_OK);
}

static inline void build_compact(struct place *place, const char *name, size_t first, size_t end)
{
    tip_error err;
    char *chunk = strdup(at(place, "chunk"));
    const char *const chunks[] = {chunk};
    build(chunk, first, end);
    if (xc_compact(chunks, 1, at(place, name), &err) != TIP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(scratch_remove(chunk), 0);
    free(chunk);
}

enum { INDEXES_MAX = 4 };

/* Each database is an index of so many documents. */
static inline tip_status open_sized(const char *const *paths, const uint32_t *sizes, size_t count,
                                    xc_database **ret_database, tip_error *err)
{
    xc_run runs[INDEXES_MAX] = {{0, 0, 0}};
    xc_index indexes[INDEXES_MAX] = {{NULL, 0, NULL, NULL, 0}};
    for (size_t i = 0; i < count; i++) {
        runs[i] = (xc_run){0, 1, sizes[i]};
        indexes[i] = (xc_index){&paths[i], 1, NULL, &runs[i], 1};
    }
    return xc_database_open(indexes, count, ret_database, err);
}

static inline xc_database *open_paths(const char *const *paths, const uint32_t *sizes, size_t count)
{
    tip_error err;
    xc_database *database = NULL;
    if (open_sized(paths, sizes, count, &database, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return database;
}

static inline xc_database *open_one(const char *path, uint32_t size)
{
    return open_paths(&path, &size, 1);
}

/* ---- Queries ---- */

static inline xc_query *term(xc_database *database, const char *text)
{
    xc_query *query = NULL;
    assert_int_equal(xc_query_term(database, tip_str_of(text), &query, NULL), TIP_OK);
    return query;
}

/* Joins two and releases them. */
static inline xc_query *join(xc_operator op, xc_query *a, xc_query *b)
{
    xc_query *query = NULL;
    xc_query *const both[] = {a, b};
    assert_int_equal(xc_query_join(op, both, 2, &query, NULL), TIP_OK);
    xc_query_free(a);
    xc_query_free(b);
    return query;
}

/* All matches, ranked. Releases the query. */
static inline xc_matches match(const xc_database *database, xc_query *query, double c)
{
    tip_error err;
    xc_matches matches = {0};
    xc_request request = {.query = query, .ineb2_c = c, .count = SIZE_MAX, .exact_total = true};
    if (xc_match(database, &request, &matches, &err) != TIP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(matches.total, matches.count);
    xc_query_free(query);
    return matches;
}

static inline size_t total_of(const xc_database *database, xc_query *query)
{
    xc_matches matches = match(database, query, 1.0);
    size_t total = matches.total;
    xc_matches_free(&matches);
    return total;
}

#endif
