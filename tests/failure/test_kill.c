/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An update or a rollback that is killed, at each of the calls by which it changes the index. */
#include "fault.h"

#include <stdlib.h>

/* So few calls would mean that they are not seen. */
enum { POINTS_LEAST = 8 };

/* Releases the case. */
static void sweep(fault_case *c, uint64_t stride)
{
    c->how = "kill";
    if (is_thorough())
        stride = 1;
    else if (is_slow())
        stride = 2 * stride * slowness() + 1;
    uint64_t points = fault_sweep(c, 1, stride);
    print_message("killed at %llu points, every %llu.\n", (unsigned long long)points,
                  (unsigned long long)stride);
    assert_true(points * stride >= POINTS_LEAST);
    fault_case_free(c);
}

static void test_update(void **state)
{
    fault_case c = {0};
    fault_case_make(&c, *state, false);
    sweep(&c, 1);
}

static void test_update_by_two_jobs(void **state)
{
    fault_case c = {0};
    fault_case_make(&c, *state, false);
    c.jobs = "2";
    sweep(&c, 11);
}

static void test_first_update(void **state)
{
    fault_case c = {0};
    fault_case_make(&c, *state, true);
    sweep(&c, 9);
}

static void test_portable(void **state)
{
    fault_case c = {.is_portable = true};
    fault_case_make(&c, *state, false);
    /* Between the names that tell a program which database to open, above all. */
    c.how = "kill";
    assert_true(fault_sweep_kinds(&c, " rename ", 1) >= 3);
    sweep(&c, 13);
}

/* To another layout, or to the first generation of the portable one. */
static void relay(const char *scratch, bool is_portable, bool is_first)
{
    fault_case c = {.is_relaid = true, .is_portable = is_portable, .how = "kill"};
    fault_case_make(&c, scratch, is_first);
    assert_true(fault_sweep_kinds(&c, " rename remove ", 1) >= 3);
    fault_case_free(&c);
}

static void test_to_portable(void **state)
{
    relay(*state, false, false);
}

static void test_to_fast(void **state)
{
    relay(*state, true, false);
}

static void test_first_portable(void **state)
{
    relay(*state, false, true);
}

/* It is done by few calls. */
static void test_rollback(void **state)
{
    fault_case c = {0};
    fault_case_make_rollback(&c, *state);
    sweep(&c, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_update, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_update_by_two_jobs, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_first_update, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_portable, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_to_portable, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_to_fast, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_first_portable, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_rollback, scratch_make, scratch_remove),
    };
    int unavailable = fault_unavailable();
    return unavailable ? unavailable : cmocka_run_group_tests(tests, NULL, NULL);
}
