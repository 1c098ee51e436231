/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The C binding when memory runs out: each allocation in turn fails, no exception comes through,
 * and what this project allocated is released. */
#include "base/buf.h"
#include "tests/unit/failing_alloc.h"
#include "tests/unit/place.h"
#include "xapian-c/xapian_c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- What is tried ---- */

/* Some of it runs with memory failing, the rest before and after. */
struct trial {
    char folder[96]; /* a database as it is written */
    char file[96];   /* the same, compacted */
    xc_database *database;
    xc_query *query;
};

typedef tip_status (*trial_fn)(struct trial *trial);

static bool accept_all(void *payload, size_t index, uint32_t document)
{
    (void)payload;
    return index == 0 && document > 0;
}

static tip_status write_folder(struct trial *trial)
{
    static const xc_posting postings[] = {{{"a", 1}, 2}, {{"b", 1}, 0}};
    xc_writer *writer;
    tip_status status = xc_writer_new(trial->folder, &writer, NULL);
    if (status != TIP_OK)
        return status;
    for (int i = 0; i < 2 && status == TIP_OK; i++)
        status = xc_writer_add(writer, postings, 2, NULL);
    if (status == TIP_OK)
        return xc_writer_finish(writer, NULL);
    xc_writer_discard(writer);
    return status;
}

static tip_status compact(struct trial *trial)
{
    const char *const sources[] = {trial->folder};
    return xc_compact(sources, 1, trial->file, NULL);
}

static tip_status open_file(struct trial *trial)
{
    const char *const paths[] = {trial->file};
    const xc_run run = {0, 1, 2};
    const xc_index index = {paths, 1, NULL, &run, 1};
    double bound;
    tip_status status = xc_database_open(&index, 1, &trial->database, NULL);
    if (status == TIP_OK)
        status = xc_term_weight_bound(trial->database, tip_str_of("a"), &bound, NULL);
    return status;
}

static void close_file(struct trial *trial)
{
    xc_database_free(trial->database);
    trial->database = NULL;
}

static tip_status make_query(struct trial *trial)
{
    xc_query *parts[4] = {NULL, NULL, NULL, NULL};
    tip_status status = xc_query_term(trial->database, tip_str_of("a"), &parts[0], NULL);
    if (status == TIP_OK)
        status = xc_query_constant(parts[0], 2, &parts[1], NULL);
    if (status == TIP_OK)
        status = xc_query_accept(trial->database, accept_all, NULL, &parts[2], NULL);
    if (status == TIP_OK)
        status = xc_query_scale(parts[0], 3, &parts[3], NULL);
    if (status == TIP_OK)
        status = xc_query_join(XC_AND, parts, 4, &trial->query, NULL);
    for (size_t i = 0; i < 4; i++)
        xc_query_free(parts[i]);
    return status;
}

static void free_query(struct trial *trial)
{
    xc_query_free(trial->query);
    trial->query = NULL;
}

static tip_status run_query(struct trial *trial)
{
    xc_matches matches = {0};
    xc_request request = {trial->query, 1.0, 0, 5, true};
    tip_status status = xc_match(trial->database, &request, &matches, NULL);
    assert_true(status != TIP_OK || matches.total == 2);
    xc_matches_free(&matches);
    return status;
}

static void count_one(void *payload, size_t index, uint32_t document)
{
    (void)index;
    (void)document;
    ++*(size_t *)payload;
}

static tip_status visit_all(struct trial *trial)
{
    size_t matches = 0;
    size_t postings = 0;
    tip_status status = xc_visit(trial->database, trial->query, count_one, &matches, NULL);
    if (status == TIP_OK)
        status = xc_term_visit(trial->database, tip_str_of("a"), count_one, &postings, NULL);
    assert_true(status != TIP_OK || (matches == 2 && postings == 2));
    return status;
}

/* ---- Trying it ---- */

static void remove_files(struct trial *trial)
{
    (void)scratch_remove(trial->folder);
    (void)unlink(trial->file);
}

static void remove_file(struct trial *trial)
{
    (void)unlink(trial->file);
}

static void keep(struct trial *trial)
{
    (void)trial;
}

/* Runs `try` with the n-th allocation failing, for each n, and `undo` after each. `may_lose`: what
 * libxapian itself loses track of is not held against us. */
static void fail_each(struct trial *trial, trial_fn try, void (*undo)(struct trial *trial),
                      bool may_lose)
{
    for (int and_after = 0; and_after < 2; and_after++) {
        size_t n = 0;
        for (bool reached = true; reached; n++) {
            long before = living;
            fail_at(n + 1, and_after);
            tip_status status = try(trial);
            reached = allocations > n;
            fail_at(0, false);
            undo(trial);
            if (status != (reached ? TIP_NO_MEMORY : TIP_OK) || (!may_lose && living != before))
                fail_msg("allocation %zu%s: %s, %ld blocks left", n + 1,
                         and_after ? " and all after" : "", tip_status_text(status),
                         living - before);
        }
        assert_in_range(n, 4, 20000);
    }
}

static void start_trial(struct place *place, struct trial *trial)
{
    if (!can_fail())
        skip();
    *trial = (struct trial){.database = NULL};
    strcpy(trial->folder, at(place, "folder"));
    strcpy(trial->file, at(place, "file"));
}

static void a_writer_survives(void **state)
{
    struct trial trial;
    start_trial(*state, &trial);
    fail_each(&trial, write_folder, remove_files, false);
}

static void compacting_survives(void **state)
{
    struct trial trial;
    start_trial(*state, &trial);
    assert_int_equal(write_folder(&trial), TIP_OK);
    fail_each(&trial, compact, remove_file, true);
}

static void opening_survives(void **state)
{
    struct trial trial;
    start_trial(*state, &trial);
    assert_int_equal(write_folder(&trial), TIP_OK);
    assert_int_equal(compact(&trial), TIP_OK);
    fail_each(&trial, open_file, close_file, false);
}

static void queries_survive(void **state)
{
    struct trial trial;
    start_trial(*state, &trial);
    assert_int_equal(write_folder(&trial), TIP_OK);
    assert_int_equal(compact(&trial), TIP_OK);
    assert_int_equal(open_file(&trial), TIP_OK);
    fail_each(&trial, make_query, free_query, false);
    close_file(&trial);
}

static void matching_survives(void **state)
{
    struct trial trial;
    start_trial(*state, &trial);
    assert_int_equal(write_folder(&trial), TIP_OK);
    assert_int_equal(compact(&trial), TIP_OK);
    assert_int_equal(open_file(&trial), TIP_OK);
    assert_int_equal(make_query(&trial), TIP_OK);
    fail_each(&trial, run_query, keep, true);
    fail_each(&trial, visit_all, keep, true);
    free_query(&trial);
    close_file(&trial);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(a_writer_survives), in_place(compacting_survives), in_place(opening_survives),
        in_place(queries_survive),   in_place(matching_survives),
    };
    return cmocka_run_group_tests_name("xapian_c_memory", tests, NULL, NULL);
}
