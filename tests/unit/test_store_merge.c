/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stores that were built apart and merged equal one that was built at once. */
#include "indexer/levels.h"
#include "store/store.h"
#include "tests/unit/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcntl.h>

#include <cmocka.h>

#include "tests/unit/made_store.h"

enum { DOCUMENTS = 240, PARTS_MAX = 300 };

/* A folder of its own for each test. */
struct place {
    char root[64];
    char *paths[PARTS_MAX]; /* of the parts */
    size_t parts;
    char whole[96];
    char merged[96];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    strcpy(place->root, "/tmp/tip-merge-XXXXXX");
    *state = place;
    if (!mkdtemp(place->root))
        return -1;
    snprintf(place->whole, sizeof place->whole, "%s/whole", place->root);
    snprintf(place->merged, sizeof place->merged, "%s/merged", place->root);
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    int failed = scratch_remove(place->root);
    for (size_t i = 0; i < place->parts; i++)
        free(place->paths[i]);
    free(place);
    return failed;
}

static void build_part(struct place *place, uint32_t first, uint32_t end)
{
    char **path = &place->paths[place->parts];
    assert_true(place->parts < PARTS_MAX);
    assert_true(asprintf(path, "%s/part-%zu", place->root, place->parts) > 0);
    place->parts++;
    build(*path, first, end);
}

static tip_status merge(struct place *place, tip_error *err)
{
    return tip_store_merge((const char *const *)place->paths, place->parts, place->merged, err);
}

static void merge_and_compare(struct place *place)
{
    tip_error err;
    build(place->whole, 0, DOCUMENTS);
    if (merge(place, &err) != TIP_OK)
        fail_msg("%s", err.message);
    compare(place->whole, place->merged);
}

/* ---- Tests ---- */

static void one_part_stays_what_it_is(void **state)
{
    struct place *place = *state;
    build_part(place, 0, DOCUMENTS);
    merge_and_compare(place);
}

static void two_parts_equal_the_whole(void **state)
{
    struct place *place = *state;
    build_part(place, 0, 77);
    build_part(place, 77, DOCUMENTS);
    merge_and_compare(place);
}

static void parts_of_one_document_equal_the_whole(void **state)
{
    struct place *place = *state;
    for (uint32_t i = 0; i < DOCUMENTS; i++)
        build_part(place, i, i + 1);
    merge_and_compare(place);
}

static void empty_parts_add_nothing(void **state)
{
    struct place *place = *state;
    build_part(place, 0, 0);
    build_part(place, 0, 0);
    build_part(place, 0, 100);
    build_part(place, 0, 0);
    build_part(place, 100, DOCUMENTS);
    build_part(place, 0, 0);
    merge_and_compare(place);
}

static void nothing_but_empty_parts_is_an_empty_store(void **state)
{
    struct place *place = *state;
    build(place->whole, 0, 0);
    build_part(place, 0, 0);
    build_part(place, 0, 0);
    assert_int_equal(merge(place, NULL), TIP_OK);
    compare(place->whole, place->merged);
}

static void no_parts_are_an_empty_store(void **state)
{
    struct place *place = *state;
    build(place->whole, 0, 0);
    assert_int_equal(merge(place, NULL), TIP_OK);
    compare(place->whole, place->merged);
}

static void merges_can_be_merged(void **state)
{
    struct place *place = *state;
    for (uint32_t i = 0; i < 6; i++)
        build_part(place, i * 40, (i + 1) * 40);
    char pairs[3][96];
    for (size_t i = 0; i < 3; i++) {
        snprintf(pairs[i], sizeof pairs[i], "%s/pair-%zu", place->root, i);
        assert_int_equal(
            tip_store_merge((const char *const *)place->paths + 2 * i, 2, pairs[i], NULL), TIP_OK);
    }
    const char *const three[] = {pairs[0], pairs[1], pairs[2]};
    assert_int_equal(tip_store_merge(three, 3, place->merged, NULL), TIP_OK);
    build(place->whole, 0, DOCUMENTS);
    compare(place->whole, place->merged);
}

/* ---- Levels ---- */

enum { MOST = 3 };

static size_t most_given;

static tip_status merge_few(const char *const *paths, size_t count, const char *path,
                            tip_error *err)
{
    most_given = count > most_given ? count : most_given;
    return tip_store_merge(paths, count, path, err);
}

static const tip_compaction of_few = {merge_few, MOST};

static void list_parts(struct place *place, tip_paths *paths)
{
    for (uint32_t i = 0; i < 24; i++) {
        build_part(place, i * 10, (i + 1) * 10);
        assert_int_equal(tip_paths_add(paths, NULL, "%s", place->paths[i]), TIP_OK);
    }
}

static void many_become_one_by_way_of_few(void **state)
{
    struct place *place = *state;
    tip_paths paths = {0};
    list_parts(place, &paths);
    most_given = 0;
    assert_int_equal(tip_compact_levels(&of_few, &paths, NULL, place->root, "merged", NULL),
                     TIP_OK);
    assert_int_equal(most_given, MOST);
    build(place->whole, 0, DOCUMENTS);
    compare(place->whole, place->merged);
    for (size_t i = 0; i < place->parts; i++)
        assert_int_equal(access(place->paths[i], F_OK), -1);
    tip_paths_free(&paths);
}

static void many_become_so_few_that_others_fit_beside_them(void **state)
{
    struct place *place = *state;
    tip_paths paths = {0};
    list_parts(place, &paths);
    assert_int_equal(tip_compact_to_few(&of_few, &paths, 1, place->root, "few", NULL), TIP_OK);
    assert_in_range(paths.count, 1, MOST - 1);
    assert_int_equal(
        tip_store_merge((const char *const *)paths.items, paths.count, place->merged, NULL),
        TIP_OK);
    build(place->whole, 0, DOCUMENTS);
    compare(place->whole, place->merged);
    tip_paths_free(&paths);
}

static void word_numbers_go_by_falling_frequency(void **state)
{
    struct place *place = *state;
    build_part(place, 0, 50);
    build_part(place, 50, 51);
    build_part(place, 51, DOCUMENTS);
    assert_int_equal(merge(place, NULL), TIP_OK);
    tip_store *store = open_checked(place->merged);
    uint32_t words = (uint32_t)tip_store_vocabulary(store);
    uint32_t *counts = calloc(words, sizeof *counts);
    assert_non_null(counts);
    for (uint32_t i = 1; i <= DOCUMENTS; i++) {
        tip_words next = tip_store_words_of(store, i);
        for (uint32_t word; (word = tip_words_next(&next)) != TIP_STORE_NONE;)
            counts[word]++;
    }
    for (uint32_t i = 0; i < words; i++) {
        assert_int_equal(tip_store_word_count(store, i), counts[i]);
        if (i == 0)
            continue;
        assert_true(counts[i - 1] >= counts[i]);
        if (counts[i - 1] == counts[i])
            assert_true(tip_str_compare(tip_store_word(store, i - 1), tip_store_word(store, i)) <
                        0);
    }
    free(counts);
    tip_store_free(store);
}

static void a_store_may_be_merged_with_itself(void **state)
{
    struct place *place = *state;
    build(place->whole, 0, 30);
    const char *const twice[] = {place->whole, place->whole};
    assert_int_equal(tip_store_merge(twice, 2, place->merged, NULL), TIP_OK);
    tip_store *one = open_checked(place->whole);
    tip_store *two = open_checked(place->merged);
    assert_int_equal(tip_store_documents(two), 60);
    assert_int_equal(tip_store_words(two), 2 * tip_store_words(one));
    assert_int_equal(tip_store_reports(two), tip_store_reports(one));
    compare_documents(one, two);
    for (uint32_t i = 0; i < tip_store_vocabulary(one); i++)
        assert_int_equal(tip_store_word_count(two, i), 2 * tip_store_word_count(one, i));
    tip_store_free(one);
    tip_store_free(two);
}

static void a_part_that_is_missing_is_named(void **state)
{
    struct place *place = *state;
    tip_error err;
    build_part(place, 0, 10);
    build_part(place, 10, 20);
    assert_int_equal(unlink(place->paths[1]), 0);
    assert_int_equal(merge(place, &err), TIP_NOT_FOUND);
    assert_non_null(strstr(err.message, place->paths[1]));
    assert_int_equal(access(place->merged, F_OK), -1);
}

static void a_file_that_is_there_is_kept(void **state)
{
    struct place *place = *state;
    build_part(place, 0, 10);
    build(place->merged, 0, 20);
    build(place->whole, 0, 20);
    assert_int_equal(merge(place, NULL), TIP_IO_ERROR);
    compare(place->whole, place->merged);
}

/* Any byte may be wrong: a merge must end, and must not put its name to what it could see was
 * wrong. What a checksum alone can find is for tip_store_check. */
static void damaged_parts_do_no_harm(void **state)
{
    struct place *place = *state;
    build_part(place, 0, 3);
    build_part(place, 3, 6);
    int fd = open(place->paths[0], O_RDWR);
    off_t size = lseek(fd, 0, SEEK_END);
    size_t refused = 0;
    assert_true(size > 0);
    /* All of the header, a sample of the rest: each merge makes a file. */
    for (off_t at = 0; at < size; at += at < 400 ? 1 : 7) {
        unsigned char byte;
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        unsigned char wrong = byte ^ 0xFF;
        assert_int_equal(pwrite(fd, &wrong, 1, at), 1);
        tip_status status = merge(place, NULL);
        assert_true(status == TIP_OK || status == TIP_CORRUPT || status == TIP_BAD_VERSION);
        refused += status != TIP_OK;
        (void)unlink(place->merged);
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    close(fd);
    assert_true(refused > 300);
    assert_int_equal(merge(place, NULL), TIP_OK);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(one_part_stays_what_it_is),
        in_place(two_parts_equal_the_whole),
        in_place(parts_of_one_document_equal_the_whole),
        in_place(empty_parts_add_nothing),
        in_place(nothing_but_empty_parts_is_an_empty_store),
        in_place(no_parts_are_an_empty_store),
        in_place(merges_can_be_merged),
        in_place(many_become_one_by_way_of_few),
        in_place(many_become_so_few_that_others_fit_beside_them),
        in_place(word_numbers_go_by_falling_frequency),
        in_place(a_store_may_be_merged_with_itself),
        in_place(a_part_that_is_missing_is_named),
        in_place(a_file_that_is_there_is_kept),
        in_place(damaged_parts_do_no_harm),
    };
    return cmocka_run_group_tests_name("store_merge", tests, NULL, NULL);
}
