/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands with too little memory: a message and an exit status, never an abort. */
#include "failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIB = 1024, MIB = 1024 * KIB, LEAST = 4 * MIB, MOST = 1024 * MIB, LINES = 6000 };

/* With so little that not even the program's libraries can be loaded, the loader speaks; with a
 * little more, the C++ library lacks the reserve that it sets aside at the start, and without that
 * it cannot throw anything. None of these is in the program's hands. */
static bool is_loaders(const run_result *result)
{
    return result->status == 127 ||
           strcmp(result->err, "terminate called without an active exception\n") == 0;
}

static bool is_clean(const char *name, const run_result *result)
{
    char *prefix = text_of("%s: ", name);
    bool clean = result->status == 3 && strncmp(result->err, prefix, strlen(prefix)) == 0;
    free(prefix);
    return clean || is_loaders(result);
}

/* What comes of so much memory. */
typedef enum outcome { NOT_LOADED, FAILED, DONE } outcome;

static outcome run_with(const char *name, const char *const *argv, size_t limit)
{
    run_options options = {.memory = limit};
    run_result result = run_program(argv, &options);
    outcome came = result.status == 0 ? DONE : is_loaders(&result) ? NOT_LOADED : FAILED;
    if (came != DONE && !is_clean(name, &result))
        fail_msg("%s with %zu KiB: exit %d: %s", name, limit / KIB, result.status, result.err);
    run_free(&result);
    return came;
}

/* About the least with which the program itself runs: what the loader says is not of interest. */
static size_t least_loaded(const char *name, const char *const *argv)
{
    size_t below = LEAST;
    size_t limit = LEAST;
    while (run_with(name, argv, limit) == NOT_LOADED) {
        below = limit;
        limit *= 2;
    }
    while (limit - below > MIB / 4) {
        size_t middle = below + (limit - below) / 2;
        *(run_with(name, argv, middle) == NOT_LOADED ? &below : &limit) = middle;
    }
    return limit;
}

/* Raises the limit in small steps until the program is content. How often it failed in its own
 * words. */
static unsigned raise_limit(const char *name, const char *const *argv, size_t step)
{
    unsigned failures = 0;
    for (size_t limit = least_loaded(name, argv); limit < MOST; limit += step) {
        outcome came = run_with(name, argv, limit);
        failures += came == FAILED;
        if (came != DONE)
            continue;
        print_message("%s: content with %zu KiB, failed %u times before.\n", name, limit / KIB,
                      failures);
        return failures;
    }
    fail_msg("%s is never content", name);
    return 0;
}

/* Some megabytes: an update that takes more memory than the allocator sets aside at its start. */
static void make_lines(const char *path)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    for (unsigned i = 0; i < LINES; i++) {
        fprintf(file, "{\"year\":%u,\"country\":\"Kenya\",\"text\":\"The police", 2001 + i % 25);
        for (unsigned n = 0; n < 60; n++)
            fprintf(file, " word%u", (i * 61 + n * n * 7919) % 30011);
        fputs(".\"}\n", file);
    }
    assert_int_equal(fclose(file), 0);
}

static void test_tipindex(void **state)
{
    char *corpus = text_of("%s/lines.jsonl", (const char *)*state);
    char *index = text_of("%s/index", (const char *)*state);
    const char *const argv[] = {tipindex(), "--quiet", "--rebuild", "--jobs", "2",
                                "--db",     index,     corpus,      NULL};
    make_lines(corpus);
    update_index(index, corpus, 0);
    char *before = answer_of(index, 0);
    assert_true(raise_limit("tipindex", argv, is_thorough() ? 128 * KIB : 4 * MIB) > 0);
    char *after = answer_of(index, 0);
    assert_string_equal(before, after);
    check_clean(index);
    free(before);
    free(after);
    free(corpus);
    free(index);
}

static void test_tipsearch(void **state)
{
    char *corpus = text_of("%s/corpus", (const char *)*state);
    char *index = text_of("%s/index", (const char *)*state);
    const char *const argv[] = {
        tipsearch(), "--db", index, "--", "+police -\"no such\" country:kenya", NULL};
    make_corpus(corpus, "old");
    update_index(index, corpus, 0);
    (void)raise_limit("tipsearch", argv, is_thorough() ? 4 * KIB : 128 * KIB);
    free(corpus);
    free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tipindex, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_tipsearch, scratch_make, scratch_remove),
    };
    if (is_slow()) {
        puts("skipped: sanitizers and wrappers need much address space for themselves");
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
