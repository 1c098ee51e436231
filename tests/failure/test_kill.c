/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An update that is killed, at each of the calls by which it changes the index. */
#include "fault.h"

#include <stdlib.h>

/* So few calls would mean that they are not seen. */
enum { POINTS_LEAST = 8 };

static void sweep(void **state, bool first, const char *jobs, uint64_t stride)
{
    fault_case c = {0};
    fault_case_make(&c, *state, first);
    c.how = "kill";
    c.jobs = jobs;
    if (is_thorough())
        stride = 1;
    else if (is_slow())
        stride = 2 * stride * slowness() + 1;
    uint64_t points = fault_sweep(&c, 1, stride);
    print_message("killed at %llu points, every %llu.\n", (unsigned long long)points,
                  (unsigned long long)stride);
    assert_true(points * stride >= POINTS_LEAST);
    fault_case_free(&c);
}

static void test_update(void **state)
{
    sweep(state, false, "1", 1);
}

static void test_update_by_two_jobs(void **state)
{
    sweep(state, false, "2", 11);
}

static void test_first_update(void **state)
{
    sweep(state, true, "1", 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_update, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_update_by_two_jobs, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_first_update, scratch_make, scratch_remove),
    };
    int unavailable = fault_unavailable();
    return unavailable ? unavailable : cmocka_run_group_tests(tests, NULL, NULL);
}
