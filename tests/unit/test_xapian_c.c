/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "xapian-c/xapian_c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>

#include <cmocka.h>

#include "tests/unit/small_database.h"

/* ---- Writing and compacting ---- */

static void a_database_is_written_and_read(void **state)
{
    struct place *place = *state;
    size_t count;
    build(at(place, "folder"), 0, 10);
    xc_database *database = open_one(place->path, 10);
    assert_int_equal(xc_database_documents(database), 10);
    for (size_t t = 0; t < TERMS; t++) {
        size_t wanted = 0;
        for (size_t d = 0; d < 10; d++)
            wanted += wdf_of(d, t) > 0;
        assert_int_equal(xc_term_documents(database, (tip_str){&"abcdef"[t], 1}, &count, NULL),
                         TIP_OK);
        assert_int_equal(count, wanted);
    }
    assert_int_equal(xc_term_documents(database, tip_str_of("none"), &count, NULL), TIP_OK);
    assert_int_equal(count, 0);
    xc_database_free(database);
}

static void compacting_keeps_the_order(void **state)
{
    struct place *place = *state;
    static const size_t ends[] = {3, 3, 40, 41, 41, 60}; /* two are empty */
    char paths[6][96];
    const char *sources[6];
    for (size_t i = 0; i < 6; i++) {
        char name[] = {'c', (char)('0' + i), '\0'};
        strcpy(paths[i], at(place, name));
        build(paths[i], i ? ends[i - 1] : 0, ends[i]);
        sources[i] = paths[i];
    }
    struct stat st;
    assert_int_equal(xc_compact(sources, 6, at(place, "all"), NULL), TIP_OK);
    assert_true(stat(place->path, &st) == 0 && S_ISREG(st.st_mode));
    assert_int_equal(xc_database_check(place->path, NULL), TIP_OK);
    xc_database *database = open_one(place->path, 60);
    assert_int_equal(xc_database_documents(database), 60);
    for (uint32_t d = 0; d < 60; d++) {
        char name[16];
        snprintf(name, sizeof name, "Q%u", d);
        xc_matches matches = match(database, term(database, name), 0);
        assert_int_equal(matches.count, 1);
        assert_int_equal(matches.hits[0].document, d + 1);
        xc_matches_free(&matches);
    }
    xc_database_free(database);
}

static void nothing_but_empty_databases_compacts_to_one(void **state)
{
    struct place *place = *state;
    build_compact(place, "one", 0, 0);
    xc_database *database = open_one(at(place, "one"), 0);
    assert_int_equal(xc_database_documents(database), 0);
    assert_int_equal(total_of(database, term(database, "a")), 0);
    xc_database_free(database);
}

static void documents_without_terms_count(void **state)
{
    struct place *place = *state;
    xc_query *all;
    xc_writer *writer = new_writer(at(place, "folder"));
    assert_int_equal(xc_writer_add(writer, NULL, 0, NULL), TIP_OK);
    add_document(writer, 1);
    assert_int_equal(xc_writer_add(writer, NULL, 0, NULL), TIP_OK);
    assert_int_equal(xc_writer_finish(writer, NULL), TIP_OK);
    xc_database *database = open_one(place->path, 3);
    assert_int_equal(xc_database_documents(database), 3);
    assert_int_equal(xc_query_all(&all, NULL), TIP_OK);
    assert_int_equal(total_of(database, all), 3);
    xc_matches matches = match(database, term(database, "Q1"), 0);
    assert_int_equal(matches.hits[0].document, 2);
    xc_matches_free(&matches);
    xc_database_free(database);
}

/* ---- No databases ---- */

static void no_database_is_an_empty_one(void **state)
{
    (void)state;
    xc_database *database = open_paths(NULL, NULL, 0);
    size_t count;
    double bound;
    assert_int_equal(xc_database_documents(database), 0);
    assert_int_equal(xc_term_documents(database, tip_str_of("a"), &count, NULL), TIP_OK);
    assert_int_equal(count, 0);
    assert_int_equal(xc_term_weight_bound(database, tip_str_of("a"), &bound, NULL), TIP_OK);
    assert_true(bound == 0);
    assert_int_equal(total_of(database, term(database, "a")), 0);
    xc_database_free(database);
    xc_database_free(NULL);
}

/* ---- Failures ---- */

static void assert_not_opened(const char *path, tip_status wanted)
{
    tip_error err = {.message = ""};
    xc_database *database = NULL;
    tip_status status = open_sized(&path, &(uint32_t){0}, 1, &database, &err);
    if (status != wanted)
        fail_msg("%s: %s", tip_status_text(status), err.message);
    assert_null(database);
    assert_true(strncmp(err.message, path, strlen(path)) == 0);
    assert_true(err.position == TIP_NO_POSITION);
    assert_int_equal(open_sized(&path, &(uint32_t){0}, 1, &database, NULL), wanted);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void what_is_missing_is_not_found(void **state)
{
    struct place *place = *state;
    assert_not_opened(at(place, "missing"), TIP_NOT_FOUND);
    assert_not_opened(at(place, "missing/too"), TIP_NOT_FOUND);
    assert_not_opened(place->root, TIP_NOT_FOUND); /* an empty folder */
}

/* All that a crash can leave where a database was, and text that Xapian takes for a list of other
 * databases: the latter must not lead anywhere. */
static void what_is_no_database_is_refused(void **state)
{
    struct place *place = *state;
    static const char *const contents[] = {"no database\n", "{\"json\": 1}\n", "\x0f\x0d",
                                           "\177ELF"};
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        write_file(at(place, "file"), contents[i], strlen(contents[i]));
        tip_error err = {.message = ""};
        xc_database *database = NULL;
        const char *path = place->path;
        tip_status status = open_sized(&path, &(uint32_t){0}, 1, &database, &err);
        assert_true(status == TIP_NOT_FOUND || status == TIP_CORRUPT);
        assert_true(strncmp(err.message, path, strlen(path)) == 0);
        assert_null(database);
    }
}

static void an_empty_file_is_refused(void **state)
{
    struct place *place = *state;
    tip_error err;
    xc_database *database = NULL;
    write_file(at(place, "file"), "", 0);
    const char *path = place->path;
    assert_int_not_equal(open_sized(&path, &(uint32_t){0}, 1, &database, &err), TIP_OK);
    assert_int_not_equal(xc_database_check(path, &err), TIP_OK);
}

static void assert_leads_nowhere(const char *path)
{
    tip_error err;
    xc_database *database = NULL;
    assert_int_not_equal(open_sized(&path, &(uint32_t){0}, 1, &database, &err), TIP_OK);
    assert_null(database);
    assert_int_not_equal(xc_database_check(path, &err), TIP_OK);
}

/* Xapian takes a text file, or a folder with one called XAPIANDB, for a list of databases. */
static void a_file_that_names_others_is_refused(void **state)
{
    struct place *place = *state;
    build_compact(place, "one", 0, 5);
    write_file(at(place, "file"), "auto one\n", 9);
    assert_leads_nowhere(place->path);
    assert_int_equal(mkdir(at(place, "folder"), 0755), 0);
    write_file(at(place, "folder/XAPIANDB"), "auto ../one\n", 12);
    assert_leads_nowhere(at(place, "folder"));
}

/* Such a list may even name a program to run: an index from elsewhere must not run one here. */
static void a_file_that_names_a_program_runs_none(void **state)
{
    struct place *place = *state;
    char line[128];
    char *proof = strdup(at(place, "executed"));
    assert_non_null(proof);
    int size = snprintf(line, sizeof line, "remote :/usr/bin/touch %s\n", proof);
    write_file(at(place, "file"), line, (size_t)size);
    assert_leads_nowhere(place->path);
    assert_int_equal(access(proof, F_OK), -1);
    free(proof);
}

static void another_version_is_refused(void **state)
{
    struct place *place = *state;
    tip_error err = {.message = ""};
    build_compact(place, "one", 0, 50);
    int fd = open(at(place, "one"), O_WRONLY);
    assert_int_equal(pwrite(fd, "\x01\x01", 2, 14), 2); /* behind "\x0f\x0dXapian Glass" */
    close(fd);
    assert_not_opened(place->path, TIP_BAD_VERSION);
    assert_int_not_equal(xc_database_check(place->path, &err), TIP_OK);
}

static tip_status read_some(xc_database *database, tip_error *err)
{
    xc_matches matches = {0};
    size_t count;
    xc_query *query = join(XC_OR, term(database, "a"), term(database, "f"));
    xc_request request = {query, 1.0, 0, 10, true};
    tip_status status = xc_term_documents(database, tip_str_of("c"), &count, err);
    if (status == TIP_OK)
        status = xc_match(database, &request, &matches, err);
    xc_matches_free(&matches);
    xc_query_free(query);
    return status;
}

/* Opens, looks terms up, matches: the first status that is not TIP_OK. */
static tip_status try_to_read(const char *path, tip_error *err)
{
    xc_database *database = NULL;
    tip_status status = open_sized(&path, &(uint32_t){DOCUMENTS}, 1, &database, err);
    if (status == TIP_OK)
        status = read_some(database, err);
    xc_database_free(database);
    return status;
}

/* Not with nonsense in its blocks: these have no checksums, and libxapian 1.4 reads behind the end
 * of its own memory. Against that there is the checksum of the file in the manifest. */
static void a_file_cut_off_is_an_error(void **state)
{
    enum { BLOCK = 2048 };
    struct place *place = *state;
    struct stat st;
    build_compact(place, "one", 0, DOCUMENTS);
    const char *path = at(place, "one");
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size >= 2 * BLOCK);
    for (off_t size = st.st_size - 1; size > 0; size -= size > BLOCK ? BLOCK / 3 : 100) {
        tip_error err = {.message = ""};
        assert_int_equal(truncate(path, size), 0);
        tip_status status = try_to_read(path, &err);
        if (status != TIP_OK && status != TIP_CORRUPT && status != TIP_NOT_FOUND &&
            status != TIP_ENGINE_ERROR)
            fail_msg("%ld bytes: %s: %s", (long)size, tip_status_text(status), err.message);
        assert_true(status != TIP_OK || size > BLOCK);
        assert_true(status == TIP_OK || strlen(err.message) > 0);
    }
}

static void a_damaged_root_is_corrupt(void **state)
{
    struct place *place = *state;
    struct stat st;
    tip_error err = {.message = ""};
    build_compact(place, "one", 0, DOCUMENTS);
    const char *path = at(place, "one");
    assert_int_equal(stat(path, &st), 0);
    char *nonsense = malloc((size_t)st.st_size);
    assert_non_null(nonsense);
    memset(nonsense, 0xA5, (size_t)st.st_size);
    int fd = open(path, O_WRONLY);
    assert_true(pwrite(fd, nonsense, (size_t)st.st_size - 512, 512) > 0);
    close(fd);
    free(nonsense);
    assert_int_equal(xc_database_check(path, &err), TIP_CORRUPT);
    assert_true(strncmp(err.message, path, strlen(path)) == 0);
    assert_true(strlen(err.message) > strlen(path) + 4);
}

static void checking_what_is_missing_fails(void **state)
{
    struct place *place = *state;
    tip_error err = {.message = ""};
    assert_int_equal(xc_database_check(at(place, "missing"), &err), TIP_NOT_FOUND);
    assert_non_null(strstr(err.message, place->path));
}

static void the_longest_term_is_found(void **state)
{
    struct place *place = *state;
    char text[246];
    size_t count;
    memset(text, 'x', sizeof text);
    xc_posting longest = {{text, 245}, 1};
    xc_writer *writer = new_writer(at(place, "folder"));
    assert_int_equal(xc_writer_add(writer, &longest, 1, NULL), TIP_OK);
    assert_int_equal(xc_writer_finish(writer, NULL), TIP_OK);
    xc_database *database = open_one(place->path, 1);
    assert_int_equal(xc_term_documents(database, longest.term, &count, NULL), TIP_OK);
    assert_int_equal(count, 1);
    assert_int_equal(xc_term_documents(database, (tip_str){text, 246}, &count, NULL), TIP_OK);
    assert_int_equal(count, 0);
    xc_database_free(database);
}

static void terms_that_do_not_fit_are_refused(void **state)
{
    struct place *place = *state;
    char text[400];
    memset(text, 'x', sizeof text);
    const xc_posting bad[] = {{{text, 246}, 1}, {{text, 400}, 1}, {{NULL, 0}, 1}, {{"", 0}, 0}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char name[] = {'f', (char)('0' + i), '\0'};
        tip_error err = {.message = ""};
        xc_writer *writer = new_writer(at(place, name));
        add_document(writer, 1);
        tip_status status = xc_writer_add(writer, &bad[i], 1, &err);
        xc_writer_discard(writer);
        if (status != TIP_BAD_ARGUMENT)
            fail_msg("%s: %s", tip_status_text(status), err.message);
        assert_true(strncmp(err.message, place->path, strlen(place->path)) == 0);
    }
}

static void writers_need_a_place_of_their_own(void **state)
{
    struct place *place = *state;
    tip_error err = {.message = ""};
    xc_writer *writer = NULL;
    build(at(place, "folder"), 0, 5);
    assert_int_not_equal(xc_writer_new(place->path, &writer, &err), TIP_OK);
    assert_non_null(strstr(err.message, place->path));
    assert_int_equal(xc_writer_new(at(place, "no/folder"), &writer, &err), TIP_IO_ERROR);
    assert_non_null(strstr(err.message, "No such file"));
    assert_null(writer);
    xc_database *database = open_one(at(place, "folder"), 5);
    assert_int_equal(xc_database_documents(database), 5);
    xc_database_free(database);
}

static void compacting_what_is_missing_fails(void **state)
{
    struct place *place = *state;
    tip_error err = {.message = ""};
    char missing[96];
    char folder[96];
    strcpy(missing, at(place, "missing"));
    strcpy(folder, at(place, "folder"));
    build(folder, 0, 5);
    const char *const sources[] = {folder, missing};
    assert_int_equal(xc_compact(sources, 2, at(place, "all"), &err), TIP_NOT_FOUND);
    assert_non_null(strstr(err.message, place->path));
    assert_int_equal(access(place->path, F_OK), -1);
    assert_int_not_equal(xc_compact(sources, 1, at(place, "no/where"), &err), TIP_OK);
}

static void what_is_discarded_is_dropped(void **state)
{
    struct place *place = *state;
    xc_writer *writer = new_writer(at(place, "folder"));
    for (size_t d = 0; d < 20; d++)
        add_document(writer, d);
    xc_writer_discard(writer);
    xc_writer_discard(NULL);
    xc_database *database = open_one(place->path, 0);
    assert_int_equal(xc_database_documents(database), 0);
    xc_database_free(database);
}

static void weights_are_scaled_by_no_negative_number(void **state)
{
    (void)state;
    tip_error err = {.message = ""};
    xc_database *database = open_paths(NULL, NULL, 0);
    xc_query *query = term(database, "a");
    xc_query *result = NULL;
    assert_int_equal(xc_query_scale(query, -1, &result, &err), TIP_BAD_ARGUMENT);
    assert_true(strlen(err.message) > 0);
    assert_null(result);
    xc_query_free(query);
    xc_database_free(database);
}

/* A message longer than its room is cut at a character. */
static void long_paths_are_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        char path[3001];
        tip_error err;
        xc_database *database = NULL;
        const char *paths[] = {path};
        memset(path, '-', shift);
        for (size_t i = shift; i < 3000; i++)
            path[i] = "\xE2\x80\x99"[(i - shift) % 3];
        path[3000] = '\0';
        assert_int_not_equal(open_sized(paths, &(uint32_t){0}, 1, &database, &err), TIP_OK);
        size_t size = strlen(err.message);
        assert_true(size < sizeof err.message);
        assert_int_equal((size - shift) % 3, 0);
    }
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(a_database_is_written_and_read),
        in_place(compacting_keeps_the_order),
        in_place(nothing_but_empty_databases_compacts_to_one),
        in_place(documents_without_terms_count),
        cmocka_unit_test(no_database_is_an_empty_one),
        in_place(what_is_missing_is_not_found),
        in_place(what_is_no_database_is_refused),
        in_place(an_empty_file_is_refused),
        in_place(a_file_that_names_others_is_refused),
        in_place(a_file_that_names_a_program_runs_none),
        in_place(another_version_is_refused),
        in_place(a_file_cut_off_is_an_error),
        in_place(a_damaged_root_is_corrupt),
        in_place(checking_what_is_missing_fails),
        in_place(the_longest_term_is_found),
        in_place(terms_that_do_not_fit_are_refused),
        in_place(writers_need_a_place_of_their_own),
        in_place(compacting_what_is_missing_fails),
        in_place(what_is_discarded_is_dropped),
        cmocka_unit_test(weights_are_scaled_by_no_negative_number),
        cmocka_unit_test(long_paths_are_cut_at_a_character),
    };
    return cmocka_run_group_tests_name("xapian_c", tests, NULL, NULL);
}
