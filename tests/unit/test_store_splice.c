/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A store that is made of pieces of others equals one that was built of the same documents. */
#include "store/store.h"
#include "tests/unit/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/view.h"
#include "tests/unit/made_store.h"

enum { DOCUMENTS = 400, STORES = 3, PIECES_MAX = 64 };

/* A folder of its own for each test, with stores of documents 0 to 399, 400 to 799, 800 to 1199. */
struct place {
    char root[64];
    char built[96];
    char spliced[96];
    tip_store *stores[STORES];
    tip_store_piece pieces[PIECES_MAX];
    size_t count;
};

static int remove_place(void **state)
{
    struct place *place = *state;
    for (size_t i = 0; i < STORES; i++)
        tip_store_free(place->stores[i]);
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    strcpy(place->root, "/tmp/tip-splice-XXXXXX");
    *state = place;
    if (!mkdtemp(place->root))
        return -1;
    snprintf(place->built, sizeof place->built, "%s/built", place->root);
    snprintf(place->spliced, sizeof place->spliced, "%s/spliced", place->root);
    for (uint32_t i = 0; i < STORES; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%u", place->root, i);
        build(path, i * DOCUMENTS, (i + 1) * DOCUMENTS);
        place->stores[i] = open_checked(path);
    }
    return 0;
}

static void add_piece(struct place *place, size_t store, uint32_t first, uint32_t count)
{
    assert_true(place->count < PIECES_MAX);
    place->pieces[place->count++] = (tip_store_piece){store, first, count};
}

/* The word of the report's name; see add_document. */
static tip_status names(const tip_record *report, tip_status (*word)(void *payload, tip_str word),
                        void *payload)
{
    char name[32];
    char *country = tip_str_dup(report->country);
    assert_non_null(country);
    long number = strtol(country + 1, NULL, 10);
    free(country);
    snprintf(name, sizeof name, "w%ld", NAME_WORD + number);
    return number % 3 == 1 ? word(payload, tip_str_of(name)) : TIP_OK;
}

static tip_status splice_to(struct place *place, const char *path, tip_error *err)
{
    return tip_store_splice((const tip_store *const *)place->stores, STORES, place->pieces,
                            place->count, names, path, err);
}

static void build_pieces(struct place *place)
{
    tip_store_builder *builder;
    assert_int_equal(tip_store_builder_new(&builder, NULL), TIP_OK);
    for (size_t i = 0; i < place->count; i++)
        for (uint32_t n = 0; n < place->pieces[i].count; n++)
            add_document(builder, (uint32_t)place->pieces[i].store * DOCUMENTS +
                                      place->pieces[i].first - 1 + n);
    assert_int_equal(tip_store_builder_write(builder, (tip_str){NULL, 0}, place->built, NULL),
                     TIP_OK);
    tip_store_builder_free(builder);
}

/* All but the texts' blocks is the same to the last byte. */
static void compare_sections(const char *path_a, const char *path_b)
{
    tip_store *a = open_checked(path_a);
    tip_store *b = open_checked(path_b);
    for (section_kind kind = SECTION_WORD_OFFSETS; kind < SECTION_COUNT; kind++) {
        assert_int_equal(a->header->sections[kind].size, b->header->sections[kind].size);
        assert_int_equal(a->header->sections[kind].checksum, b->header->sections[kind].checksum);
    }
    tip_store_free(a);
    tip_store_free(b);
}

static void splice_and_compare(struct place *place)
{
    tip_error err;
    build_pieces(place);
    if (splice_to(place, place->spliced, &err) != TIP_OK)
        fail_msg("%s", err.message);
    compare(place->built, place->spliced);
    compare_sections(place->built, place->spliced);
    assert_int_equal(unlink(place->built), 0);
    assert_int_equal(unlink(place->spliced), 0);
    place->count = 0;
}

/* ---- Tests ---- */

static void whole_stores_in_any_order(void **state)
{
    struct place *place = *state;
    add_piece(place, 2, 1, DOCUMENTS);
    add_piece(place, 0, 1, DOCUMENTS);
    splice_and_compare(place);
}

static void nothing_is_an_empty_store(void **state)
{
    struct place *place = *state;
    splice_and_compare(place);
    add_piece(place, 1, 1, 0);
    add_piece(place, 1, DOCUMENTS, 0);
    splice_and_compare(place);
}

static void any_single_document(void **state)
{
    struct place *place = *state;
    static const uint32_t some[] = {1, 2, 57, 58, 59, 199, DOCUMENTS - 1, DOCUMENTS};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        add_piece(place, i % STORES, some[i], 1);
        splice_and_compare(place);
    }
}

static void a_document_less(void **state)
{
    struct place *place = *state;
    add_piece(place, 0, 2, DOCUMENTS - 1);
    splice_and_compare(place);
    add_piece(place, 0, 1, DOCUMENTS - 1);
    splice_and_compare(place);
    add_piece(place, 1, 1, 200);
    add_piece(place, 1, 202, DOCUMENTS - 201);
    splice_and_compare(place);
}

static void a_store_in_two_pieces_with_another_between(void **state)
{
    struct place *place = *state;
    add_piece(place, 0, 1, 150);
    add_piece(place, 1, 1, DOCUMENTS);
    add_piece(place, 0, 151, DOCUMENTS - 150);
    splice_and_compare(place);
}

static void a_document_of_another_in_between(void **state)
{
    struct place *place = *state;
    add_piece(place, 0, 1, 100);
    add_piece(place, 2, 33, 1);
    add_piece(place, 0, 102, DOCUMENTS - 101);
    splice_and_compare(place);
}

static void empty_pieces_add_nothing(void **state)
{
    struct place *place = *state;
    add_piece(place, 0, 5, 0);
    add_piece(place, 0, 5, 20);
    add_piece(place, 1, 1, 0);
    add_piece(place, 0, 25, 0);
    add_piece(place, 2, 390, 11);
    splice_and_compare(place);
}

/* Documents 60 to 119 of the first store have pages, no other; see add_document. */
static void pages_go_with_their_documents(void **state)
{
    struct place *place = *state;
    tip_store *store;
    add_piece(place, 0, 1, 60);
    add_piece(place, 0, 121, 100);
    assert_int_equal(splice_to(place, place->spliced, NULL), TIP_OK);
    store = open_checked(place->spliced);
    assert_int_equal(store->page_of.width, 0);
    tip_store_free(store);
    assert_int_equal(unlink(place->spliced), 0);
    splice_and_compare(place);
    add_piece(place, 1, 1, 10);
    add_piece(place, 0, 65, 3);
    add_piece(place, 1, 11, 10);
    splice_and_compare(place);
}

/* Only the reports' names have these words. */
static void words_of_names_stay_with_their_reports(void **state)
{
    struct place *place = *state;
    tip_store *store;
    add_piece(place, 0, 1, 30);
    assert_int_equal(splice_to(place, place->spliced, NULL), TIP_OK);
    store = open_checked(place->spliced);
    assert_int_not_equal(tip_store_find_word(store, tip_str_of("w9001")), TIP_STORE_NONE);
    assert_int_equal(tip_store_find_word(store, tip_str_of("w9004")), TIP_STORE_NONE);
    assert_int_equal(tip_store_find_stem(store, tip_str_of("s3001")), TIP_STORE_NONE);
    tip_store_free(store);
}

static void random_pieces(void **state)
{
    struct place *place = *state;
    uint32_t random = 20;
    for (size_t round = 0; round < 40; round++) {
        uint32_t next[STORES] = {1, 1, 1};
        for (size_t i = 0; i < 12; i++) {
            size_t store = next_random(&random) % STORES;
            uint32_t left = DOCUMENTS + 1 - next[store];
            uint32_t skipped = next_random(&random) % 3 ? 0 : next_random(&random) % (left + 1);
            uint32_t count = next_random(&random) % (left - skipped + 1);
            if (next_random(&random) % 2)
                count %= 5;
            add_piece(place, store, next[store] + skipped, count);
            next[store] += skipped + count;
        }
        splice_and_compare(place);
    }
}

/* However often a document is taken out and put back, the blocks do not become many. */
static void blocks_stay_large(void **state)
{
    struct place *place = *state;
    char paths[2][96];
    tip_store *first = place->stores[0];
    size_t blocks = first->block_count;
    uint32_t random = 3;
    tip_store *store = NULL;
    assert_true(blocks >= 3);
    for (size_t i = 0; i < 60; i++) {
        const tip_store *const stores[] = {store ? store : first, first};
        uint32_t at = 1 + next_random(&random) % DOCUMENTS;
        tip_store_piece pieces[] = {{0, 1, at - 1}, {1, at, 1}, {0, at + 1, DOCUMENTS - at}};
        snprintf(paths[i % 2], sizeof paths[0], "%s/round-%zu", place->root, i);
        assert_int_equal(tip_store_splice(stores, 2, pieces, 3, names, paths[i % 2], NULL), TIP_OK);
        tip_store_free(store);
        store = open_checked(paths[i % 2]);
    }
    assert_in_range(store->block_count, blocks, 2 * blocks);
    place->count = 0;
    add_piece(place, 0, 1, DOCUMENTS);
    build_pieces(place);
    compare(place->built, paths[1]);
    tip_store_free(store);
}

static void pieces_that_are_not_there_are_refused(void **state)
{
    struct place *place = *state;
    static const tip_store_piece wrong[] = {
        {0, 0, 1}, {0, DOCUMENTS + 1, 1}, {0, 2, DOCUMENTS},     {STORES, 1, 1},
        {0, 0, 0}, {0, UINT32_MAX, 2},    {1, 2, UINT32_MAX - 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        tip_error err;
        place->count = 0;
        add_piece(place, 0, 1, 1);
        place->pieces[place->count++] = wrong[i];
        assert_int_equal(splice_to(place, place->spliced, &err), TIP_BAD_ARGUMENT);
        assert_int_equal(access(place->spliced, F_OK), -1);
    }
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(whole_stores_in_any_order),
        in_place(nothing_is_an_empty_store),
        in_place(any_single_document),
        in_place(a_document_less),
        in_place(a_store_in_two_pieces_with_another_between),
        in_place(a_document_of_another_in_between),
        in_place(empty_pieces_add_nothing),
        in_place(pages_go_with_their_documents),
        in_place(words_of_names_stay_with_their_reports),
        in_place(random_pieces),
        in_place(blocks_stay_large),
        in_place(pieces_that_are_not_there_are_refused),
    };
    return cmocka_run_group_tests_name("store pieces", tests, NULL, NULL);
}
