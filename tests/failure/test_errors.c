/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An update in which one of the calls that change the index fails. */
#include "fault.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So few calls would mean that they are not seen. */
enum { POINTS_LEAST = 8 };

/* With sanitizers each point of the portable layout takes half a second. */
enum { SLOW_STRIDE = 5 };

/* At one call of each kind, or at all. */
static void sweep(void **state, const char *how, const char *calls, uint64_t stride, fault_case *c)
{
    fault_case_make(c, *state, false);
    c->how = how;
    if (is_slow())
        stride += slowness();
    uint64_t points = is_thorough() ? fault_sweep(c, 1, 1) : fault_sweep_kinds(c, calls, stride);
    print_message("%s at %llu points: %llu updates failed, %llu were done.\n", how,
                  (unsigned long long)points, (unsigned long long)c->failed,
                  (unsigned long long)c->finished);
    assert_true(points * stride >= POINTS_LEAST);
}

static void test_no_space(void **state)
{
    fault_case c = {0};
    sweep(state, "enospc", " open open64 open_stream mkdir link write pwrite flush fsync ", 6, &c);
    assert_true(c.failed > 0);
    fault_case_free(&c);
}

static bool is_call(const char *line, const char *const *calls, size_t count)
{
    size_t i = 0;
    while (i < count && strncmp(line, calls[i], strlen(calls[i])) != 0)
        i++;
    return i < count;
}

/* What is lost when such a call fails is missed, now or after a loss of power. libxapian looks at
 * no close and no fdatasync, and does not say why it cannot rename; nor need anybody look who has
 * only read. A name that cannot be read is written anew. */
static bool is_told(const char *line)
{
    static const char *const all[] = {"open ",   "open_stream ", "read ",  "write ",
                                      "pwrite ", "flush ",       "fsync ", "rename "};
    static const char *const aside[] = {"mkdir ", "remove ", "close "};
    bool is_name = strstr(line, "/current.new") || strstr(line, "/XAPIANDB.new");
    bool is_other = strstr(line, "/flintlock") || strstr(line, "/iamglass") ||
                    (strstr(line, "/XAPIANDB") && is_call(line, (const char *const[]){"read "}, 1));
    bool is_aside = (strstr(line, "/new-") && !strstr(line, ".postings")) || is_name;
    bool is_file = strstr(line, ".store") || strstr(line, ".glass") || is_name;
    return (is_call(line, all, sizeof all / sizeof *all) && !is_other) ||
           (is_aside && is_call(line, aside, is_file ? 3 : 2));
}

/* What takes an error for success is found by this one. */
static void test_bad_disk(void **state)
{
    fault_case c = {.is_told = is_told};
    sweep(state, "eio", NULL, 1, &c);
    assert_true(c.failed > 0);
    fault_case_free(&c);
}

/* The tables of the portable layout are copied, and its searches go by another name. */
static void test_portable(void **state)
{
    fault_case c = {.is_portable = true, .is_told = is_told};
    fault_case_make(&c, *state, false);
    const uint64_t stride = is_slow() ? SLOW_STRIDE : 1;
    c.how = "eio";
    assert_true(fault_sweep_kinds(&c, " write close flush rename ", stride) > 0);
    assert_true(c.failed > 0);
    c.how = "read-eio";
    assert_true(fault_sweep_kinds(&c, " read ", stride) > 0);
    c.failed = 0;
    c.is_told = NULL;
    c.how = "short";
    assert_true(fault_sweep_kinds(&c, " write ", stride) > 0);
    c.how = "eintr";
    assert_true(fault_sweep_kinds(&c, " write ", stride) > 0);
    assert_int_equal(c.failed, 0);
    fault_case_free(&c);
}

/* To another layout: at what tells which one it is. */
static void relay(const char *scratch, bool is_portable)
{
    static const char *const about[] = {"/current", "/XAPIANDB"};
    fault_case c = {.is_relaid = true, .is_portable = is_portable};
    fault_case_make(&c, scratch, false);
    c.how = "eio";
    for (size_t i = 0; i < 2; i++) {
        c.about = about[i];
        assert_true(fault_sweep_kinds(&c, NULL, 1) > 0);
    }
    fault_case_free(&c);
}

static void test_to_portable(void **state)
{
    relay(*state, false);
}

static void test_to_fast(void **state)
{
    relay(*state, true);
}

/* Where a file cannot have two names it is copied. */
static void test_no_links(void **state)
{
    fault_case c = {0};
    fault_case_make(&c, *state, false);
    c.how = "eio";
    assert_true(fault_sweep_kinds(&c, " link ", 1) > 0);
    assert_int_equal(c.failed, 0);
    fault_case_free(&c);
}

static void test_interrupted(void **state)
{
    fault_case c = {0};
    sweep(state, "eintr", NULL, 5, &c);
    fault_case_free(&c);
}

/* A write that does less than it was asked for, or that a signal interrupts, is no failure at all.
 */
static void test_short_writes(void **state)
{
    static const char *const ways[] = {"short", "eintr"};
    for (size_t i = 0; i < 2; i++) {
        fault_case c = {0};
        sweep(state, ways[i], " write pwrite ", 1, &c);
        assert_int_equal(c.failed, 0);
        fault_case_free(&c);
    }
}

static void test_bad_reads(void **state)
{
    fault_case c = {.is_told = is_told};
    sweep(state, "read-eio", NULL, 1, &c);
    assert_true(c.failed > 0);
    fault_case_free(&c);
}

static void test_other_reads(void **state)
{
    static const char *const ways[] = {"read-short", "read-eintr"};
    for (size_t i = 0; i < 2; i++) {
        fault_case c = {0};
        sweep(state, ways[i], NULL, 2, &c);
        assert_int_equal(c.failed, 0);
        fault_case_free(&c);
    }
}

/* A network's file system may have no locks: no index is made there that two could write. */
static void test_no_locks(void **state)
{
    fault_case c = {0};
    run_result result;
    fault_case_make(&c, *state, false);
    c.how = "nolock";
    assert_false(fault_once(&c, 0, &result));
    assert_int_equal(result.status, 3);
    assert_non_null(strstr(result.err, c.index));
    assert_non_null(strstr(result.err, "/lock: cannot lock"));
    assert_non_null(strstr(result.err, "local disk"));
    run_free(&result);
    char *hits = hits_now(&c);
    assert_string_equal(hits, c.old_hits);
    free(hits);
    /* Nor is one read that could be removed meanwhile. */
    c.is_search = true;
    assert_false(fault_once(&c, 0, &result));
    assert_int_equal(result.status, 3);
    assert_string_equal(result.out, "");
    assert_non_null(strstr(result.err, "manifest.json: cannot lock"));
    assert_non_null(strstr(result.err, "local disk"));
    run_free(&result);
    fault_case_free(&c);
}

/* The new index may not be the one in use after a loss of power: the old one stays, and that is
 * said. */
static void test_unsure(void **state)
{
    fault_case c = {0};
    run_result result;
    fault_case_make(&c, *state, false);
    c.how = "eio";
    char *line = text_of("fsync %s", c.index);
    assert_true(fault_once(&c, fault_last_call(&c, line), &result));
    assert_int_equal(result.status, 0);
    assert_non_null(strstr(result.err, "cannot sync"));
    char *hits = hits_now(&c);
    assert_string_equal(hits, c.new_hits);
    char *old = text_of("%s/gen-%u/manifest.json", c.index, generation_of(c.base));
    assert_int_equal(access(old, F_OK), 0);
    free(old);
    free(hits);
    free(line);
    run_free(&result);
    fault_case_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_space, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_bad_disk, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_portable, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_to_portable, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_to_fast, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_no_links, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_interrupted, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_short_writes, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_bad_reads, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_other_reads, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_no_locks, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_unsure, scratch_make, scratch_remove),
    };
    int unavailable = fault_unavailable();
    return unavailable ? unavailable : cmocka_run_group_tests(tests, NULL, NULL);
}
