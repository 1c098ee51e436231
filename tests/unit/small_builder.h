/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A store builder for each test, in a folder of its own. cmocka.h must have been included before.
 */
#ifndef TESTS_UNIT_SMALL_BUILDER_H
#define TESTS_UNIT_SMALL_BUILDER_H

#include "store/store.h"
#include "tests/unit/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of its own for each test, and a builder. */
struct place {
    char root[64];
    char path[128];
    tip_store_builder *builder;
};

static inline int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    strcpy(place->root, "/tmp/tip-store-XXXXXX");
    *state = place;
    if (!mkdtemp(place->root))
        return -1;
    snprintf(place->path, sizeof place->path, "%s/1.store", place->root);
    return tip_store_builder_new(&place->builder, NULL) == TIP_OK ? 0 : -1;
}

static inline int remove_place(void **state)
{
    struct place *place = *state;
    tip_store_builder_free(place->builder);
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

/* In these tests the stem of a word is the word without an s at its end. */
static inline uint32_t add_word(tip_store_builder *builder, tip_str word)
{
    uint32_t number;
    uint32_t stem;
    bool is_new;
    assert_int_equal(tip_store_builder_word(builder, word, &number, &is_new), TIP_OK);
    if (is_new) {
        tip_str shorter = {word.data, word.size - (word.data[word.size - 1] == 's')};
        assert_int_equal(tip_store_builder_stem(builder, shorter, &stem), TIP_OK);
        assert_int_equal(tip_store_builder_stem_of(builder, number), stem);
    }
    return number;
}

/* Adds a record whose words are those of `text`, split at spaces. */
static inline void add(tip_store_builder *builder, tip_record record, const char *text)
{
    tip_error err;
    tip_buf words = {0};
    for (const char *end; *text; text = *end ? end + 1 : end) {
        end = strchrnul(text, ' ');
        uint32_t number = add_word(builder, (tip_str){text, (size_t)(end - text)});
        assert_int_equal(tip_buf_add(&words, &number, sizeof number), TIP_OK);
    }
    assert_int_equal(tip_store_builder_add(builder, &record, (uint32_t *)(void *)words.data,
                                           words.size / sizeof(uint32_t), &err),
                     TIP_OK);
    tip_buf_free(&words);
}

#endif
