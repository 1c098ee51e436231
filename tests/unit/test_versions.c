/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An index of another version is refused with both numbers and the remedy, and the remedy helps. */
#include "portable/layout.h"
#include "store/generation.h"
#include "tests/unit/scratch.h"
#include "tip/index.h"
#include "tip/search.h"
#include "xapian-c/full.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char root[64];
    char file[80];
    char index[80];
};

static tip_status update(const struct place *place, const char *layout, bool rebuild,
                         tip_error *err)
{
    const char *path = place->file;
    tip_update_summary summary;
    const tip_update_options options = {.jobs = 1, .rebuild = rebuild, .layout = layout};
    return tip_index_update(place->index, &path, 1, &options, &summary, err);
}

static tip_status open_index(const struct place *place, tip_error *err)
{
    const char *folder = place->index;
    tip_searcher *searcher;
    tip_status status = tip_searcher_open(&folder, 1, &searcher, err);
    if (status == TIP_OK)
        tip_searcher_free(searcher);
    return status;
}

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    *state = place;
    strcpy(place->root, "/tmp/tip-versions-XXXXXX");
    if (!mkdtemp(place->root))
        return -1;
    snprintf(place->file, sizeof place->file, "%s/a.txt", place->root);
    snprintf(place->index, sizeof place->index, "%s/index", place->root);
    FILE *out = fopen(place->file, "w");
    return out && fputs("A police text.\n", out) != EOF && fclose(out) == 0 ? 0 : -1;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

/* It names the index, both numbers and what to do. */
static void check_refused(const struct place *place, tip_status status, const tip_error *err,
                          const char *found, const char *own)
{
    assert_int_equal(status, TIP_BAD_VERSION);
    assert_int_equal(strncmp(err->message, place->index, strlen(place->index)), 0);
    const char *first = strstr(err->message, found);
    assert_non_null(first);
    assert_non_null(strstr(first, own));
    assert_non_null(strstr(first, "--rebuild"));
}

static void check_rebuild(const struct place *place, const char *layout)
{
    tip_error err = {.message = ""};
    if (update(place, layout, true, &err) != TIP_OK || open_index(place, &err) != TIP_OK)
        fail_msg("%s", err.message);
}

/* ---- The manifest ---- */

/* Writes another digit behind a key, and makes the manifest that of the index. */
static void rewrite(const struct place *place, unsigned generation, const char *key)
{
    char path[128];
    char text[4096] = "";
    uint64_t checksum;
    snprintf(path, sizeof path, "%s/gen-%u/manifest.json", place->index, generation);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    char *found = strstr(text, key);
    assert_non_null(found);
    found[strlen(key)] = '9';
    rewind(file);
    assert_true(fputs(text, file) != EOF);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(tip_file_checksum(path, &checksum, NULL), TIP_OK);
    assert_int_equal(tip_generation_publish(place->index, generation, checksum, NULL), TIP_OK);
}

static void an_index_of_another_version_is_refused(void **state)
{
    static const char *const keys[] = {"\"schema\": ", "\"analysis\": "};
    const struct place *place = *state;
    char own[32];
    snprintf(own, sizeof own, "%d.%d", TIP_SCHEMA_VERSION, TIP_ANALYSIS_VERSION);
    tip_error err = {.message = ""};
    assert_int_equal(update(place, "fast", false, &err), TIP_OK);
    for (unsigned i = 0; i < 2; i++) {
        char found[32];
        snprintf(found, sizeof found, "%d.%d", i == 0 ? 9 : TIP_SCHEMA_VERSION,
                 i == 1 ? 9 : TIP_ANALYSIS_VERSION);
        rewrite(place, 1 + i, keys[i]);
        check_refused(place, open_index(place, &err), &err, found, own);
        check_refused(place, update(place, "fast", false, &err), &err, found, own);
        check_rebuild(place, "fast");
    }
}

/* ---- The portable layout ---- */

static void set_schema(const struct place *place, const char *value)
{
    xc_full *database;
    char path[128];
    snprintf(path, sizeof path, "%s/gen-1/portable", place->index);
    assert_int_equal(xc_full_change(path, &database, NULL), TIP_OK);
    assert_int_equal(
        xc_full_set(database, tip_str_of(PORTABLE_KEY_SCHEMA), tip_str_of(value), NULL), TIP_OK);
    assert_int_equal(xc_full_finish(database, NULL), TIP_OK);
}

static void a_database_of_another_version_is_refused(void **state)
{
    const struct place *place = *state;
    char found[32];
    char own[32];
    tip_error err = {.message = ""};
    snprintf(found, sizeof found, "99.%d", TIP_ANALYSIS_VERSION);
    snprintf(own, sizeof own, "%d.%d", PORTABLE_SCHEMA, TIP_ANALYSIS_VERSION);
    assert_int_equal(update(place, "portable", false, &err), TIP_OK);
    set_schema(place, "99");
    check_refused(place, open_index(place, &err), &err, found, own);
    check_rebuild(place, "portable");
}

static void a_database_of_somebody_else_is_refused(void **state)
{
    const struct place *place = *state;
    tip_error err = {.message = ""};
    assert_int_equal(update(place, "portable", false, &err), TIP_OK);
    set_schema(place, "");
    assert_int_equal(open_index(place, &err), TIP_BAD_VERSION);
    assert_non_null(strstr(err.message, "tipindex --layout portable has not made"));
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(an_index_of_another_version_is_refused),
        in_place(a_database_of_another_version_is_refused),
        in_place(a_database_of_somebody_else_is_refused),
    };
    return cmocka_run_group_tests_name("versions", tests, NULL, NULL);
}
