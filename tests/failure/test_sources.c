/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of reports that cannot be read, or that becomes another one while it is read: what an
 * update misses of it, the next one has. */
#include "fault.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What a file says is of the same size in all variants. */
static const struct form {
    const char *name;
    const char *text;
} forms[] = {
    {"a.txt", "Country: Kenya\nYear: 2021\n\nThe %s police.\n"},
    {"a.jsonl", "{\"country\":\"Kenya\",\"year\":2021,\"text\":\"The %s police.\"}\n"},
    {"a.csv", "country,year,text\nKenya,2021,The %s police.\n"},
};
enum { FORMS = sizeof forms / sizeof *forms };

/* The file of the form, and the answer of an index of it alone. */
typedef struct place {
    const struct form *form;
    char *file;
    char *fresh; /* what it is replaced by */
    char *answer;
    fault_case c;
} place;

static void write_variant(const place *p, const char *path, const char *variant)
{
    char *text = text_of(p->form->text, variant);
    write_file(path, text, strlen(text));
    free(text);
}

/* The index knows the file as it was before; `answer` is what it is to say of it, without a variant
 * of there being none. */
static void place_make(place *p, const char *scratch, const struct form *form, const char *variant)
{
    char *corpus = text_of("%s/corpus", scratch);
    *p = (place){.form = form,
                 .file = text_of("%s/%s", corpus, form->name),
                 .fresh = text_of("%s/fresh", scratch),
                 .c = {.base = text_of("%s/base", scratch),
                       .index = text_of("%s/index", scratch),
                       .below = text_of("%s", corpus),
                       .corpus = corpus,
                       .jobs = "1"}};
    remove_tree(p->c.base);
    remove_tree(p->c.index);
    remove_tree(corpus);
    make_corpus(corpus, "old");
    if (variant)
        write_variant(p, p->file, variant);
    update_here(p->c.index, corpus);
    p->answer = hits_now(&p->c);
    write_variant(p, p->file, "odd");
    /* What follows is written soon, perhaps within the tick of a clock. */
    assert_int_equal(utimensat(AT_FDCWD, p->file, (struct timespec[2]){{0}, {0}}, 0), 0);
    update_here(p->c.base, corpus);
}

static void place_free(place *p)
{
    free(p->file);
    free(p->fresh);
    free(p->answer);
    fault_case_free(&p->c);
}

static void check_answer(const place *p)
{
    char *answer = hits_now(&p->c);
    assert_string_equal(answer, p->answer);
    free(answer);
}

/* The file says what is old when the update begins. */
static bool disturb(place *p, uint64_t at, run_result *result)
{
    write_variant(p, p->file, "old");
    write_variant(p, p->fresh, "new");
    return fault_once(&p->c, at, result);
}

/* At each opening of the file: the update ends with `status`, and the next one has what there is
 * then. Returns how many there were. */
static uint64_t sweep_openings(place *p, int status)
{
    run_result result;
    uint64_t at = 1;
    p->c.how = "replace";
    for (; disturb(p, at, &result); at++) {
        assert_int_equal(result.status, status);
        assert_true(status == 0 || strstr(result.err, p->file));
        run_free(&result);
        update_here(p->c.index, p->c.corpus);
        check_answer(p);
    }
    assert_int_equal(result.status, 0);
    run_free(&result);
    return at - 1;
}

/* As a download does that is finished by renaming. */
static void test_replaced(void **state)
{
    for (size_t i = 0; i < FORMS; i++) {
        place p;
        place_make(&p, *state, &forms[i], "new");
        p.c.by = p.fresh;
        assert_true(sweep_openings(&p, 0) > 1);
        place_free(&p);
    }
}

/* Once it is listed, and before it is read. */
static void test_removed(void **state)
{
    for (size_t i = 0; i < FORMS; i++) {
        place p;
        place_make(&p, *state, &forms[i], NULL);
        assert_true(sweep_openings(&p, 1) > 0);
        place_free(&p);
    }
}

/* The file is named and skipped, and is read the next time though it has not changed. */
static void test_bad_disk(void **state)
{
    for (size_t i = 0; i < FORMS; i++) {
        place p;
        run_result result;
        unsigned skipped = 0;
        place_make(&p, *state, &forms[i], "old");
        p.c.how = "read-eio";
        for (uint64_t at = 1; disturb(&p, at, &result); at++) {
            assert_true(result.status == 0 || result.status == 1);
            assert_true(result.status == 0 || strstr(result.err, p.c.corpus));
            skipped += result.status == 1;
            run_free(&result);
            update_here(p.c.index, p.c.corpus);
            check_answer(&p);
        }
        assert_true(skipped > 1);
        run_free(&result);
        place_free(&p);
    }
}

/* Reads that are interrupted, or do less than they were asked for, are no failure at all. */
static void test_other_reads(void **state)
{
    static const char *const ways[] = {"read-eintr", "read-short"};
    for (size_t i = 0; i < FORMS * 2; i++) {
        place p;
        run_result result;
        uint64_t at = 1;
        place_make(&p, *state, &forms[i / 2], "old");
        p.c.how = ways[i % 2];
        for (; disturb(&p, at, &result); at++) {
            assert_int_equal(result.status, 0);
            run_free(&result);
            check_answer(&p);
        }
        assert_true(at > 2);
        run_free(&result);
        place_free(&p);
    }
}

/* What has not changed is not even opened. */
static void test_unchanged(void **state)
{
    place p;
    run_result result;
    size_t size;
    place_make(&p, *state, &forms[0], "old");
    char *trace = text_of("%s/trace", (const char *)*state);
    char *line = text_of("open %s\n", p.file);
    p.c.how = "replace";
    p.c.trace = trace;
    assert_false(disturb(&p, 0, &result));
    assert_int_equal(result.status, 0);
    char *opened = read_file(trace, &size);
    for (size_t at = 0; at < size; at += strlen(line))
        assert_memory_equal(opened + at, line, strlen(line));
    free(opened);
    free(line);
    free(trace);
    run_free(&result);
    place_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_unchanged, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_replaced, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_removed, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_bad_disk, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_other_reads, scratch_make, scratch_remove),
    };
    int unavailable = fault_unavailable();
    return unavailable ? unavailable : cmocka_run_group_tests(tests, NULL, NULL);
}
