/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which an update, or a rollback, writes, syncs and renames: what a loss of power
 * would leave. Until a file is synced its bytes may be lost, and until its folder is synced its
 * name. */
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOSSES_MAX = 256, LINE_ROOM = 4096 };

/* What is not known to be on disk: the bytes of a file, or a name in its folder. */
typedef struct loss {
    char *path;
    bool is_name;
} loss;

typedef struct disk {
    const char *index;
    const char *below; /* the index, or the first folder that is made for it */
    bool own;          /* what is in its folders, or above it, is not looked at */
    loss losses[LOSSES_MAX];
    size_t count;
    bool named;     /* the generation's folder has its name */
    bool published; /* `current` names it */
} disk;

static bool is_in(const char *path, const char *folder)
{
    size_t size = strlen(folder);
    return strncmp(path, folder, size) == 0 && path[size] == '/';
}

static bool is_directly_in(const char *path, const char *folder)
{
    return is_in(path, folder) && !strchr(path + strlen(folder) + 1, '/');
}

static void forget(disk *d, size_t i)
{
    free(d->losses[i].path);
    d->losses[i] = d->losses[--d->count];
}

static void set_synced(disk *d, const char *path)
{
    for (size_t i = d->count; i-- > 0;)
        if (d->losses[i].is_name ? is_directly_in(d->losses[i].path, path)
                                 : strcmp(d->losses[i].path, path) == 0)
            forget(d, i);
}

static void set_gone(disk *d, const char *path)
{
    for (size_t i = d->count; i-- > 0;)
        if (is_in(d->losses[i].path, path) || strcmp(d->losses[i].path, path) == 0)
            forget(d, i);
}

static void set_lossy(disk *d, const char *path, bool is_name)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->losses[i].is_name == is_name && strcmp(d->losses[i].path, path) == 0)
            return;
    assert_true(d->count < LOSSES_MAX);
    d->losses[d->count++] = (loss){text_of("%s", path), is_name};
}

/* A name that is changed next need not be on disk before. */
static void check_synced(const disk *d, const char *before)
{
    char *aside = text_of("%s.new", before);
    for (size_t i = 0; i < d->count; i++) {
        const loss *l = &d->losses[i];
        if (!(l->is_name &&
              (strcmp(l->path, aside) == 0 || (is_directly_in(l->path, d->index) && !d->named))))
            fail_msg("%s of %s is not synced before %s", l->is_name ? "the name" : "the content",
                     l->path, before);
    }
    free(aside);
}

/* ---- Calls ---- */

static bool is_one_of(const char *call, const char *const *names)
{
    while (*names && strcmp(call, *names) != 0)
        names++;
    return *names != NULL;
}

/* A file that gets another name may lose its bytes as before. */
static void rename_unsynced(disk *d, const char *from, const char *to)
{
    bool is_lossy = false;
    for (size_t i = 0; i < d->count; i++)
        is_lossy = is_lossy || (!d->losses[i].is_name && strcmp(d->losses[i].path, from) == 0);
    set_gone(d, from);
    if (is_lossy)
        set_lossy(d, to, false);
}

static void rename_to(disk *d, const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    if (strcmp(name, "current") == 0) {
        assert_true(d->named);
        check_synced(d, path);
        char *aside = text_of("%s.new", path);
        set_gone(d, aside);
        free(aside);
        d->published = true;
    } else if (strncmp(name, "gen-", 4) == 0) {
        check_synced(d, path);
        char *aside = text_of("%s/new-%s", d->index, name + 4);
        set_gone(d, aside);
        free(aside);
        d->named = true;
    } else if (strcmp(name, "iamglass") == 0) {
        char *aside = text_of("%.*sv.tmp", (int)(name - path), path);
        rename_unsynced(d, aside, path);
        free(aside);
    }
    set_lossy(d, path, true);
}

static void take(disk *d, const char *call, const char *path)
{
    static const char *const writes[] = {"write", "pwrite", "ftruncate", "flush", NULL};
    static const char *const makes[] = {"open", "open64", "open_stream", "mkdir", "link", NULL};
    static const char *const syncs[] = {"fsync", "fdatasync", NULL};
    static const char *const removals[] = {"unlink", "remove", "rmdir", NULL};
    if (is_one_of(call, writes)) {
        set_lossy(d, path, false);
    } else if (is_one_of(call, makes) && is_in(path, d->below)) {
        set_lossy(d, path, true);
    } else if (is_one_of(call, syncs)) {
        set_synced(d, path);
    } else if (strcmp(call, "rename") == 0) {
        rename_to(d, path);
    } else if (is_one_of(call, removals)) {
        if (strstr(path, "/gen-")) {
            assert_true(d->published);
            check_synced(d, path);
        }
        set_gone(d, path);
    }
}

static bool is_of_interest(const disk *d, const char *path)
{
    char *lock = text_of("%s/lock", d->index);
    bool below = is_in(path, d->below) || strcmp(path, d->below) == 0;
    bool deep = is_in(path, d->index) && !is_directly_in(path, d->index);
    bool result = below && strcmp(path, lock) != 0 && !(deep && d->own);
    free(lock);
    return result;
}

static void follow(disk *d, const char *trace)
{
    char line[LINE_ROOM];
    FILE *file = fopen(trace, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *path = strchr(line, ' ');
        assert_non_null(path);
        *path++ = '\0';
        if (is_of_interest(d, path))
            take(d, line, path);
    }
    assert_int_equal(fclose(file), 0);
}

/* Runs it, and looks. */
static void trace_case(fault_case *c, const char *scratch, disk *d)
{
    run_result result;
    c->how = "eio";
    char *trace = text_of("%s/trace", scratch);
    c->trace = trace;
    assert_int_equal(fault_once(c, c->at, &result), c->at > 0);
    assert_int_equal(result.status, 0);
    run_free(&result);
    d->index = c->index;
    d->below = d->own ? c->index : c->below;
    follow(d, trace);
    check_synced(d, "the end");
    c->trace = NULL;
    free(trace);
}

/* Releases the case. */
static void check_order(fault_case *c, const char *scratch)
{
    disk d = {.named = c->is_rollback};
    trace_case(c, scratch, &d);
    assert_true(d.published);
    fault_case_free(c);
}

static void test_first_update(void **state)
{
    fault_case c = {0};
    fault_case_make(&c, *state, true);
    check_order(&c, *state);
}

static void test_update(void **state)
{
    fault_case c = {0};
    fault_case_make(&c, *state, false);
    /* More is gone from the base than before. */
    char *removed = text_of("%s/Kenya.txt", c.corpus);
    remove_tree(removed);
    free(removed);
    check_order(&c, *state);
}

/* Where a file cannot have two names it is copied, and the copy is not known to be on disk. */
static void test_copy(void **state)
{
    fault_case c = {.how = "eio"};
    fault_case_make(&c, *state, false);
    char *line = text_of("link %s/new-%u/base.postings", c.index, generation_of(c.base) + 1);
    c.at = fault_last_call(&c, line);
    free(line);
    check_order(&c, *state);
}

static void test_portable(void **state)
{
    fault_case c = {.is_portable = true};
    fault_case_make(&c, *state, false);
    check_order(&c, *state);
}

/* The folder of the shards; each of them is an index like any other. */
static void test_shards(void **state)
{
    fault_case c = {.is_sharded = true};
    disk d = {.own = true, .named = true};
    fault_case_make(&c, *state, true);
    trace_case(&c, *state, &d);
    fault_case_free(&c);
}

static void test_rollback(void **state)
{
    fault_case c = {0};
    fault_case_make_rollback(&c, *state);
    check_order(&c, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first_update, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_update, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_copy, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_portable, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_shards, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_rollback, scratch_make, scratch_remove),
    };
    int unavailable = fault_unavailable();
    return unavailable ? unavailable : cmocka_run_group_tests(tests, NULL, NULL);
}
