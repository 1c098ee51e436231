/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an update decides to do, and where it leaves the documents. */
#include "indexer/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SOURCES_MAX = 16 };

/* An index of which nothing is on disk. */
struct index {
    tip_known_source before[SOURCES_MAX];
    tip_known_source now[SOURCES_MAX];
    tip_known_list before_list;
    tip_known_list now_list;
    xc_run runs[SOURCES_MAX];
    tip_manifest manifest;
};

/* Sources of so many documents and a hundred times as many bytes. */
static void add_sources(tip_known_source *items, tip_known_list *list, const size_t *documents,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        items[i] = (tip_known_source){.documents = documents[i], .size = 100 * documents[i]};
    *list = (tip_known_list){items, count};
}

static void set_runs(struct index *x, size_t base, const xc_run *runs, size_t count)
{
    size_t documents = 0;
    memcpy(x->runs, runs, count * sizeof *runs);
    for (size_t i = 0; i < count; i++)
        documents += runs[i].count;
    x->manifest = (tip_manifest){
        .store = {.documents = documents},
        .layers = {{.documents = base}},
        .layer_count = 1,
        .runs = x->runs,
        .run_count = count,
    };
    assert_int_equal(tip_known_list_place(&x->before_list, &x->manifest, "folder", NULL), TIP_OK);
}

/* Source `now` is what source `before` was. */
static void match(struct index *x, size_t before, size_t now)
{
    x->before[before].known = true;
    x->now[now].known = true;
    x->now[now].documents = x->before[before].documents;
    x->now[now].stored = x->before[before].stored;
    x->now[now].posted = x->before[before].posted;
}

static void assert_work(const tip_plan *plan, size_t i, bool is_gone, uint32_t first,
                        uint32_t count)
{
    assert_true(i < plan->count);
    assert_int_equal(plan->work[i].is_gone, is_gone);
    assert_true(plan->work[i].is_known);
    assert_int_equal(plan->work[i].first, first);
    assert_int_equal(plan->work[i].count, count);
}

static void assert_runs(const tip_plan *plan, const tip_known_list *now, const xc_run *wanted,
                        size_t count)
{
    xc_run *runs;
    size_t found;
    assert_int_equal(tip_plan_runs(plan, now, &runs, &found), TIP_OK);
    assert_int_equal(found, count);
    assert_memory_equal(runs, wanted, count * sizeof *runs);
    free(runs);
}

/* ---- Tests ---- */

static void an_eighth_wears_the_base(void **state)
{
    (void)state;
    /* One more of the delta, then one more that is gone. */
    assert_false(tip_plan_is_base_worn(800, 750, 800));
    assert_true(tip_plan_is_base_worn(800, 749, 800));
    assert_false(tip_plan_is_base_worn(800, 800, 900));
    assert_true(tip_plan_is_base_worn(800, 800, 901));
    assert_false(tip_plan_is_base_worn(800, 700, 700));
    assert_true(tip_plan_is_base_worn(800, 699, 699));
    /* Nothing is left to be kept. */
    assert_true(tip_plan_is_base_worn(0, 0, 0));
    assert_true(tip_plan_is_base_worn(10, 0, 0));
    assert_true(tip_plan_is_base_worn(0, 0, 10));
}

static void without_an_index_all_is_read(void **state)
{
    (void)state;
    struct index x = {0};
    tip_plan plan;
    add_sources(x.now, &x.now_list, (const size_t[]){5, 0, 7}, 3);
    assert_int_equal(tip_plan_make(&x.before_list, &x.now_list, NULL, &plan), TIP_OK);
    assert_true(plan.anew);
    assert_int_equal(plan.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_false(plan.work[i].is_known);
        assert_int_equal(plan.work[i].source, i);
    }
    assert_runs(&plan, &x.now_list, (const xc_run[]){{TIP_BASE, 1, 12}}, 1);
    tip_plan_free(&plan);
}

/* Five sources; the second has changed, the fourth is gone, a new one stands last. */
static void what_has_changed_goes_to_the_delta(void **state)
{
    (void)state;
    struct index x = {0};
    tip_plan plan;
    add_sources(x.before, &x.before_list, (const size_t[]){500, 10, 500, 20, 500}, 5);
    add_sources(x.now, &x.now_list, (const size_t[]){500, 12, 500, 500, 3}, 5);
    set_runs(&x, 1530, (const xc_run[]){{TIP_BASE, 1, 1530}}, 1);
    match(&x, 0, 0);
    match(&x, 2, 2);
    match(&x, 4, 3);
    assert_int_equal(tip_plan_make(&x.before_list, &x.now_list, &x.manifest, &plan), TIP_OK);
    assert_false(plan.anew);
    assert_int_equal(plan.count, 4);
    assert_int_equal(plan.work[0].source, 1);
    assert_int_equal(plan.work[1].source, 4);
    assert_work(&plan, 2, true, 501, 10);
    assert_work(&plan, 3, true, 1011, 20);
    assert_runs(&plan, &x.now_list,
                (const xc_run[]){{TIP_BASE, 1, 500},
                                 {TIP_DELTA, 1, 12},
                                 {TIP_BASE, 511, 500},
                                 {TIP_BASE, 1031, 500},
                                 {TIP_DELTA, 13, 3}},
                5);
    tip_plan_free(&plan);
}

/* What is in the delta already is posted again, but not read; of what was there, nothing is gone
 * from the base. */
static void the_delta_is_made_anew(void **state)
{
    (void)state;
    struct index x = {0};
    tip_plan plan;
    add_sources(x.before, &x.before_list, (const size_t[]){4, 6, 1000, 9, 3}, 5);
    add_sources(x.now, &x.now_list, (const size_t[]){4, 6, 1000, 3}, 4);
    set_runs(&x, 1010,
             (const xc_run[]){{TIP_DELTA, 1, 10}, {TIP_BASE, 5, 1000}, {TIP_DELTA, 11, 12}}, 3);
    match(&x, 0, 0);
    match(&x, 1, 1);
    match(&x, 2, 2);
    match(&x, 4, 3);
    assert_int_equal(tip_plan_make(&x.before_list, &x.now_list, &x.manifest, &plan), TIP_OK);
    assert_false(plan.anew);
    assert_int_equal(plan.count, 2);
    assert_work(&plan, 0, false, 1, 10); /* two sources side by side */
    assert_work(&plan, 1, false, 1020, 3);
    assert_runs(&plan, &x.now_list,
                (const xc_run[]){{TIP_DELTA, 1, 10}, {TIP_BASE, 5, 1000}, {TIP_DELTA, 11, 3}}, 3);
    tip_plan_free(&plan);
}

static void a_worn_base_is_made_anew_without_reading(void **state)
{
    (void)state;
    struct index x = {0};
    tip_plan plan;
    add_sources(x.before, &x.before_list, (const size_t[]){500, 400, 0}, 3);
    add_sources(x.now, &x.now_list, (const size_t[]){500, 0}, 2);
    set_runs(&x, 900, (const xc_run[]){{TIP_BASE, 1, 900}}, 1);
    match(&x, 0, 0);
    match(&x, 2, 1);
    assert_int_equal(tip_plan_make(&x.before_list, &x.now_list, &x.manifest, &plan), TIP_OK);
    assert_true(plan.anew);
    assert_int_equal(plan.count, 1);
    assert_work(&plan, 0, false, 1, 500);
    assert_false(x.now[0].kept);
    assert_runs(&plan, &x.now_list, (const xc_run[]){{TIP_BASE, 1, 500}}, 1);
    tip_plan_free(&plan);
}

/* How many documents a new file has is guessed from its size. */
static void a_large_new_file_wears_the_base(void **state)
{
    (void)state;
    static const struct {
        size_t documents;
        bool anew;
    } cases[] = {{100, false}, {300, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct index x = {0};
        tip_plan plan;
        add_sources(x.before, &x.before_list, (const size_t[]){1000}, 1);
        add_sources(x.now, &x.now_list, (const size_t[]){1000, cases[i].documents}, 2);
        x.now[1].documents = 0;
        set_runs(&x, 1000, (const xc_run[]){{TIP_BASE, 1, 1000}}, 1);
        match(&x, 0, 0);
        assert_int_equal(tip_plan_make(&x.before_list, &x.now_list, &x.manifest, &plan), TIP_OK);
        assert_int_equal(plan.anew, cases[i].anew);
        tip_plan_free(&plan);
    }
}

/* ---- Where the documents of a list are ---- */

static void sources_are_placed_by_the_runs(void **state)
{
    (void)state;
    struct index x = {0};
    add_sources(x.before, &x.before_list, (const size_t[]){0, 3, 2, 0, 4, 1, 0}, 7);
    set_runs(&x, 9, (const xc_run[]){{TIP_BASE, 4, 3}, {TIP_DELTA, 1, 6}, {TIP_BASE, 9, 1}}, 3);
    assert_int_equal(x.before[1].stored, 1);
    assert_int_equal(x.before[1].posted, 4);
    assert_int_equal(x.before[2].stored, 4);
    assert_int_equal(x.before[2].posted, 0);
    assert_int_equal(x.before[4].stored, 6);
    assert_int_equal(x.before[4].posted, 0);
    assert_int_equal(x.before[5].stored, 10);
    assert_int_equal(x.before[5].posted, 9);
}

static void sources_that_do_not_fit_the_runs_are_damage(void **state)
{
    (void)state;
    static const size_t wrong[][2] = {{3, 2}, {3, 4},        {2, 4}, {4, 2},
                                      {6, 0}, {SIZE_MAX, 1}, {0, 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct index x = {0};
        tip_error err;
        xc_run runs[] = {{TIP_BASE, 1, 3}, {TIP_DELTA, 1, 3}};
        tip_manifest manifest = {.store = {.documents = 6}, .runs = runs, .run_count = 2};
        add_sources(x.before, &x.before_list, wrong[i], 2);
        assert_int_equal(tip_known_list_place(&x.before_list, &manifest, "folder", &err),
                         TIP_CORRUPT);
        assert_non_null(strstr(err.message, "folder/sources.json"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_eighth_wears_the_base),
        cmocka_unit_test(without_an_index_all_is_read),
        cmocka_unit_test(what_has_changed_goes_to_the_delta),
        cmocka_unit_test(the_delta_is_made_anew),
        cmocka_unit_test(a_worn_base_is_made_anew_without_reading),
        cmocka_unit_test(a_large_new_file_wears_the_base),
        cmocka_unit_test(sources_are_placed_by_the_runs),
        cmocka_unit_test(sources_that_do_not_fit_the_runs_are_damage),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
