/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An update, and a search, in which one of this program's own allocations fails: it says so, or it
 * does without; what is there afterwards is whole. */
#include "base/buf.h"
#include "tests/unit/failing_alloc.h"
#include "tests/unit/scratch.h"
#include "tip/index.h"
#include "tip/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A folder with a file of reports and its index, and all that its records say. */
typedef struct place {
    char root[40];
    char source[64];
    char index[64];
    const char *layout;
    tip_buf said;
} place;

static tip_status add_record(void *payload, const tip_record *r)
{
    const tip_str strings[] = {r->id, r->country, r->section, r->tier, r->text};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < sizeof strings / sizeof *strings && status == TIP_OK; i++) {
        status = tip_buf_add(payload, strings[i].data, strings[i].size);
        if (status == TIP_OK)
            status = tip_buf_add_byte(payload, '|');
    }
    return status;
}

static void dump(const place *p, tip_buf *said)
{
    tip_error err = {.message = ""};
    if (tip_index_check(p->index, &err) != TIP_OK ||
        tip_index_dump(p->index, add_record, said, &err) != TIP_OK)
        fail_msg("%s", err.message);
}

static tip_status update(const place *p, tip_error *err)
{
    const char *path = p->source;
    tip_update_summary summary;
    const tip_update_options options = {.jobs = 1, .rebuild = true, .layout = p->layout};
    return tip_index_update(p->index, &path, 1, &options, &summary, err);
}

static void place_make(place *p, const char *layout)
{
    static const char lines[] =
        "{\"year\":2020,\"country\":\"Nepal\",\"tier\":\"2\",\"text\":\"The police of Nepal.\"}\n"
        "{\"year\":2021,\"country\":\"Chad\",\"section\":\"notes\",\"text\":\"A policy, "
        "polite.\"}\n";
    tip_error err = {.message = ""};
    *p = (place){.root = "/tmp/tip-update-memory-XXXXXX", .layout = layout};
    assert_non_null(mkdtemp(p->root));
    snprintf(p->source, sizeof p->source, "%s/a.jsonl", p->root);
    snprintf(p->index, sizeof p->index, "%s/index", p->root);
    FILE *file = fopen(p->source, "we");
    assert_non_null(file);
    assert_true(fputs(lines, file) >= 0);
    assert_int_equal(fclose(file), 0);
    if (update(p, &err) != TIP_OK)
        fail_msg("%s", err.message);
    dump(p, &p->said);
}

static void place_free(place *p)
{
    tip_buf_free(&p->said);
    assert_int_equal(scratch_remove(p->root), 0);
}

static void check_update(const char *layout)
{
    place p;
    size_t n = 0;
    place_make(&p, layout);
    for (bool reached = true; reached; n++) {
        tip_buf said = {0};
        tip_error err = {.message = ""};
        fail_own_at(n + 1);
        tip_status status = update(&p, &err);
        reached = allocations > n;
        fail_at(0, false);
        if (status != TIP_OK && status != TIP_NO_MEMORY)
            fail_msg("allocation %zu: %s: %s", n + 1, tip_status_text(status), err.message);
        dump(&p, &said);
        assert_int_equal(said.size, p.said.size);
        assert_memory_equal(said.data, p.said.data, said.size);
        tip_buf_free(&said);
    }
    assert_true(n > 100);
    place_free(&p);
}

/* ---- Searches ---- */

static tip_status search(tip_searcher *searcher, size_t *ret_total)
{
    static const char text[] = "poli* AND (country:nepal OR \"a policy\")";
    const tip_search_options options = {.limit = 10, .snippet_bytes = 50};
    tip_query *query;
    tip_results *results;
    tip_status status =
        tip_query_parse(searcher, (tip_str){text, sizeof text - 1}, NULL, &query, NULL);
    if (status != TIP_OK)
        return status;
    status = tip_search(searcher, query, &options, &results, NULL);
    if (status == TIP_OK) {
        *ret_total = tip_results_count(results);
        tip_results_free(results);
    }
    tip_query_free(query);
    return status;
}

static tip_status open_and_search(const place *p, size_t *ret_total)
{
    const char *index = p->index;
    tip_searcher *searcher;
    tip_status status = tip_searcher_open(&index, 1, &searcher, NULL);
    if (status != TIP_OK)
        return status;
    status = search(searcher, ret_total);
    tip_searcher_free(searcher);
    return status;
}

static void check_search(const char *layout)
{
    place p;
    size_t n = 0;
    place_make(&p, layout);
    for (bool reached = true; reached; n++) {
        size_t total = 0;
        fail_own_at(n + 1);
        tip_status status = open_and_search(&p, &total);
        reached = allocations > n;
        fail_at(0, false);
        if (status != TIP_NO_MEMORY && (status != TIP_OK || total != 2))
            fail_msg("allocation %zu: %s, %zu found", n + 1, tip_status_text(status), total);
    }
    assert_true(n > 20);
    place_free(&p);
}

static void test_search(void **state)
{
    (void)state;
    check_search("fast");
    check_search("portable");
}

static void test_update(void **state)
{
    (void)state;
    check_update("fast");
}

static void test_portable_update(void **state)
{
    (void)state;
    check_update("portable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_update),
        cmocka_unit_test(test_portable_update),
        cmocka_unit_test(test_search),
    };
    if (!can_fail()) {
        puts("skipped: allocations do not fail here");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
