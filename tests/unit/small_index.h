/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Indexes of a few records, made for one test. Included behind cmocka.h.
 */
#ifndef TESTS_SMALL_INDEX_H
#define TESTS_SMALL_INDEX_H

#include "base/buf.h"
#include "tests/unit/scratch.h"
#include "tip/index.h"
#include "tip/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL_INDEXES_MAX = 2 };

/** Indexes opened together, in a folder of their own. */
typedef struct small_index {
    char root[32];
    tip_searcher *searcher;
} small_index;

static inline void small_index_write(const char *root, size_t number, const char *lines)
{
    char source[64];
    char directory[64];
    const char *path = source;
    tip_update_summary summary;
    tip_error err;
    snprintf(source, sizeof source, "%s/%zu.jsonl", root, number);
    snprintf(directory, sizeof directory, "%s/%zu", root, number);
    FILE *file = fopen(source, "w");
    assert_non_null(file);
    assert_true(fputs(lines, file) >= 0);
    assert_int_equal(fclose(file), 0);
    tip_update_options options = {.jobs = 1};
    tip_status status = tip_index_update(directory, &path, 1, &options, &summary, &err);
    if (status != TIP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(summary.failed, 0);
}

/** Makes an index of each text of JSON lines and opens them as one. */
static inline small_index small_index_make(const char *const *texts, size_t count)
{
    small_index made = {.root = "/tmp/tip-small-XXXXXX"};
    char directories[SMALL_INDEXES_MAX][64];
    const char *paths[SMALL_INDEXES_MAX];
    assert_true(count <= SMALL_INDEXES_MAX);
    assert_non_null(mkdtemp(made.root));
    for (size_t i = 0; i < count; i++) {
        small_index_write(made.root, i, texts[i]);
        snprintf(directories[i], sizeof directories[i], "%s/%zu", made.root, i);
        paths[i] = directories[i];
    }
    assert_int_equal(tip_searcher_open(paths, count, &made.searcher, NULL), TIP_OK);
    return made;
}

/** Closes and removes them. */
static inline void small_index_remove(small_index *made)
{
    tip_searcher_free(made->searcher);
    assert_int_equal(scratch_remove(made->root), 0);
}

/** Set-up and tear-down of a group of cmocka, whose state is one index of the lines. */
static inline int small_index_set_up(void **state, const char *lines)
{
    static small_index made;
    made = small_index_make(&lines, 1);
    *state = &made;
    return 0;
}

static inline int small_index_tear_down(void **state)
{
    small_index_remove(*state);
    return 0;
}

static inline tip_query *small_index_query(const small_index *made, const char *text)
{
    tip_query *query = NULL;
    tip_error err;
    if (tip_query_parse(made->searcher, tip_str_of(text), NULL, &query, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return query;
}

/** A tip_str as a string, in one of a few buffers that take turns. */
static inline const char *small_text(tip_str text)
{
    static char buffers[8][1024];
    static size_t next;
    char *buffer = buffers[next++ % 8];
    assert_true(text.size < sizeof buffers[0]);
    if (text.size > 0)
        memcpy(buffer, text.data, text.size);
    buffer[text.size] = '\0';
    return buffer;
}

#endif
