/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One allocation of a command fails: it does without, or fails by a message; never does it crash,
 * or take for an answer what is none. test_memory.c takes memory as a whole away. */
#include "fault.h"

#include "tip/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many of a command's allocations are tried. */
enum { SAMPLES = 40 };

static uint64_t stride_of(const fault_case *c)
{
    uint64_t stride = is_thorough() ? 1 : fault_calls(c) / SAMPLES;
    return stride > 0 ? stride : 1;
}

static void require_clean(const fault_case *c, const char *prefix, uint64_t at,
                          const run_result *result)
{
    if (result->status != 0 &&
        (result->status != 3 || strncmp(result->err, prefix, strlen(prefix)) != 0))
        fail_msg("%s: allocation %llu: exit %d: %s", c->is_search ? "tipsearch" : "tipindex",
                 (unsigned long long)at, result->status, result->err);
}

static void require_failures(uint64_t allocations, uint64_t stride, unsigned failed)
{
    print_message("%llu allocations, every %llu: failed %u times.\n",
                  (unsigned long long)allocations, (unsigned long long)stride, failed);
    assert_true(failed > 0);
}

static void test_tipsearch(void **state)
{
    fault_case c = {.is_search = true, .is_memory = true};
    run_result whole;
    run_result result;
    unsigned failed = 0;
    uint64_t at = 1;
    fault_case_make(&c, *state, false);
    const uint64_t stride = stride_of(&c);
    assert_false(fault_once(&c, 0, &whole));
    for (; fault_once(&c, at, &result); at += stride) {
        require_clean(&c, "tipsearch: ", at, &result);
        assert_string_equal(result.out, result.status == 0 ? whole.out : "");
        failed += result.status != 0;
        run_free(&result);
    }
    require_failures(at, stride, failed);
    run_free(&whole);
    run_free(&result);
    fault_case_free(&c);
}

static void test_tipindex(void **state)
{
    fault_case c = {.is_memory = true};
    run_result result;
    unsigned failed = 0;
    uint64_t at = 1;
    fault_case_make(&c, *state, false);
    const uint64_t stride = stride_of(&c);
    for (; fault_once(&c, at, &result); at += stride) {
        require_clean(&c, "tipindex: ", at, &result);
        char *hits = hits_now(&c);
        assert_string_equal(hits, result.status == 0 ? c.new_hits : c.old_hits);
        tip_error err = {.message = ""};
        if (tip_index_check(c.index, &err) != TIP_OK)
            fail_msg("allocation %llu: %s", (unsigned long long)at, err.message);
        free(hits);
        failed += result.status != 0;
        run_free(&result);
    }
    require_failures(at, stride, failed);
    run_free(&result);
    fault_case_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tipsearch, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_tipindex, scratch_make, scratch_remove),
    };
    if (is_slow()) {
        puts("skipped: sanitizers and wrappers have allocators of their own");
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
