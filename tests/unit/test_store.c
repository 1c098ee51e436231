/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/file.h"
#include "store/store.h"
#include "store/strings.h"
#include "store/word_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcntl.h>

#include <cmocka.h>

#include "tests/unit/small_builder.h"

#define STR(literal) ((tip_str){"" literal, sizeof(literal) - 1})

#define assert_str(str, text)                                                                      \
    do {                                                                                           \
        tip_str got_ = (str);                                                                      \
        tip_str want_ = tip_str_of(text);                                                          \
        assert_int_equal(got_.size, want_.size);                                                   \
        if (want_.size)                                                                            \
            assert_memory_equal(got_.data, want_.data, want_.size);                                \
    } while (0)

static void add_text(tip_store_builder *builder, const char *text)
{
    add(builder, (tip_record){.text = tip_str_of(text)}, text);
}

static tip_store *write_and_open(struct place *place)
{
    tip_error err;
    tip_store *store = NULL;
    assert_int_equal(tip_store_builder_write(place->builder, (tip_str){NULL, 0}, place->path, &err),
                     TIP_OK);
    assert_int_equal(tip_store_open(place->path, &store, &err), TIP_OK);
    assert_int_equal(tip_store_check(store, &err), TIP_OK);
    return store;
}

static void assert_record(const tip_record *got, const tip_record *want)
{
    assert_int_equal(got->year, want->year);
    assert_int_equal(got->paragraph, want->paragraph);
    assert_int_equal(got->page, want->page);
    const tip_str pairs[][2] = {
        {got->id, want->id},         {got->country, want->country}, {got->iso3, want->iso3},
        {got->region, want->region}, {got->tier, want->tier},       {got->section, want->section},
        {got->title, want->title},   {got->source, want->source},   {got->text, want->text}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_true(tip_str_equal(pairs[i][0], pairs[i][1]));
}

static const tip_record kyrgyz = {
    .id = {"2020/KGZ/prosecution/3", 22},
    .year = 2020,
    .country = {"Kyrgyz Republic", 15},
    .iso3 = {"KGZ", 3},
    .region = {"South and Central Asia", 22},
    .tier = {"2WL", 3},
    .section = {"prosecution", 11},
    .paragraph = 3,
    .page = 214,
    .title = {"2020 Report: Kyrgyz Republic", 28},
    .source = {"2020/kyrgyz-republic.txt", 24},
    .text = {"The government\0 d\xC3\xA9"
             "creased efforts.",
             34},
};

/* ---- Records ---- */

static void a_record_comes_back_whole(void **state)
{
    struct place *place = *state;
    tip_record own_id = kyrgyz;
    own_id.id = STR("a name of its own");
    tip_record bare = {.text = STR("only text")};
    add(place->builder, kyrgyz, "the government decreased efforts");
    add(place->builder, own_id, "the government");
    add(place->builder, bare, "only text");
    tip_store *store = write_and_open(place);
    tip_text_block block = {0};
    tip_record got;
    const tip_record *const wanted[] = {&kyrgyz, &own_id, &bare};
    assert_int_equal(tip_store_documents(store), 3);
    for (uint32_t i = 3; i >= 1; i--) {
        assert_int_equal(tip_store_record(store, i, &block, &got, NULL), TIP_OK);
        assert_record(&got, wanted[i - 1]);
    }
    assert_int_equal(tip_store_text_bytes(store), 34 + 34 + 9);
    tip_text_block_free(&block);
    tip_store_free(store);
}

static void an_empty_store_is_a_store(void **state)
{
    struct place *place = *state;
    tip_store *store = write_and_open(place);
    tip_text_block block = {0};
    tip_record record;
    tip_error err;
    assert_int_equal(tip_store_documents(store), 0);
    assert_int_equal(tip_store_words(store), 0);
    assert_int_equal(tip_store_vocabulary(store), 0);
    assert_int_equal(tip_store_reports(store), 0);
    assert_int_equal(tip_store_sections(store), 0);
    assert_int_equal(tip_store_text_bytes(store), 0);
    assert_int_equal(tip_store_find_word(store, STR("")), TIP_STORE_NONE);
    assert_int_equal(tip_store_record(store, 1, &block, &record, &err), TIP_NOT_FOUND);
    tip_text_block_free(&block);
    tip_store_free(store);
}

static void what_does_not_exist_is_said_to(void **state)
{
    struct place *place = *state;
    add_text(place->builder, "some words");
    tip_store *store = write_and_open(place);
    tip_text_block block = {0};
    tip_record record = {.year = 1};
    static const uint32_t documents[] = {0, 2, 3, UINT32_MAX};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        uint32_t d = documents[i];
        tip_words words = tip_store_words_of(store, d);
        assert_int_equal(tip_store_record(store, d, &block, &record, NULL), TIP_NOT_FOUND);
        assert_int_equal(tip_words_next(&words), TIP_STORE_NONE);
        assert_int_equal(tip_store_report_of(store, d), TIP_STORE_NONE);
        assert_int_equal(tip_store_section_of(store, d), TIP_STORE_NONE);
        assert_int_equal(tip_store_paragraph_of(store, d), 0);
    }
    assert_int_equal(record.year, 1);
    assert_int_equal(tip_store_word(store, 2).size, 0);
    assert_int_equal(tip_store_stem_of(store, 2), TIP_STORE_NONE);
    assert_int_equal(tip_store_word_count(store, UINT32_MAX), 0);
    assert_int_equal(tip_store_section(store, 1).size, 0);
    assert_int_equal(tip_store_report(store, 1, &record, NULL), TIP_CORRUPT);
    tip_text_block_free(&block);
    tip_store_free(store);
}

/* Texts of up to 9 KB that do not compress away, so that there are many blocks. */
static void make_text(uint32_t document, tip_buf *text)
{
    uint32_t random = document * 2654435761u + 1;
    tip_buf_clear(text);
    for (uint32_t size = random % 9000; size > 0; size--) {
        random = random * 1664525u + 1013904223u;
        assert_int_equal(tip_buf_add_byte(text, (char)(random >> 24)), TIP_OK);
    }
}

static void records_are_found_in_many_blocks(void **state)
{
    enum { DOCUMENTS = 150 };
    struct place *place = *state;
    tip_buf text = {0};
    for (uint32_t i = 1; i <= DOCUMENTS; i++) {
        make_text(i, &text);
        add(place->builder, (tip_record){.text = tip_buf_str(&text), .year = (int)i}, "");
    }
    tip_store *store = write_and_open(place);
    tip_text_block block = {0};
    tip_record record;
    for (uint32_t n = 0; n < 2 * DOCUMENTS; n++) {
        uint32_t i = n * 37 % DOCUMENTS + 1;
        make_text(i, &text);
        assert_int_equal(tip_store_record(store, i, &block, &record, NULL), TIP_OK);
        assert_true(tip_str_equal(record.text, tip_buf_str(&text)));
        assert_int_equal(record.year, i);
    }
    assert_int_equal(tip_store_reports(store), DOCUMENTS);
    tip_text_block_free(&block);
    tip_store_free(store);
    tip_buf_free(&text);
}

static void one_block_serves_several_stores(void **state)
{
    struct place *place = *state;
    add_text(place->builder, "the first");
    tip_store *first = write_and_open(place);
    tip_store_builder_free(place->builder);
    assert_int_equal(tip_store_builder_new(&place->builder, NULL), TIP_OK);
    add_text(place->builder, "the second");
    strcat(place->path, "2");
    tip_store *second = write_and_open(place);
    tip_text_block block = {0};
    tip_record record;
    for (int i = 0; i < 4; i++) {
        const tip_store *store = i % 2 ? second : first;
        assert_int_equal(tip_store_record(store, 1, &block, &record, NULL), TIP_OK);
        assert_str(record.text, i % 2 ? "the second" : "the first");
    }
    tip_text_block_free(&block);
    tip_store_free(first);
    tip_store_free(second);
}

static void reports_and_sections_are_kept_once(void **state)
{
    struct place *place = *state;
    tip_record r = kyrgyz;
    static const char *const headings[] = {"profile", "overview", "profile", ""};
    for (size_t i = 0; i < 8; i++) {
        r.section = tip_str_of(headings[i % 4]);
        r.tier = i < 4 ? STR("2") : STR("3");
        add(place->builder, r, "");
    }
    tip_store *store = write_and_open(place);
    assert_int_equal(tip_store_reports(store), 2);
    assert_int_equal(tip_store_sections(store), 3);
    for (uint32_t i = 0; i < 8; i++) {
        tip_record got = {.paragraph = 77, .text = STR("left alone")};
        uint32_t report = tip_store_report_of(store, i + 1);
        assert_int_equal(report, tip_store_report_of(store, i < 4 ? 1 : 8));
        assert_int_equal(tip_store_report(store, report, &got, NULL), TIP_OK);
        assert_str(got.tier, i < 4 ? "2" : "3");
        assert_str(got.text, "left alone");
        assert_int_equal(got.paragraph, 77);
        assert_str(tip_store_section(store, tip_store_section_of(store, i + 1)), headings[i % 4]);
    }
    tip_store_free(store);
}

/* ---- Words ---- */

static void words_are_numbered_as_they_arrive(void **state)
{
    struct place *place = *state;
    tip_store_builder *b = place->builder;
    uint32_t stem;
    bool is_new;
    static const char *const words[] = {"cats", "dog", "cat", "dogs", "cats"};
    static const uint32_t numbers[] = {0, 1, 2, 3, 0};
    static const uint32_t stems[] = {0, 1, 0, 1, 0};
    for (size_t i = 0; i < 5; i++) {
        uint32_t word = add_word(b, tip_str_of(words[i]));
        assert_int_equal(word, numbers[i]);
        assert_int_equal(tip_store_builder_stem_of(b, word), stems[i]);
    }
    assert_int_equal(tip_store_builder_stems(b), 2);
    assert_str(tip_store_builder_stem_text(b, 0), "cat");
    assert_str(tip_store_builder_stem_text(b, 1), "dog");
    assert_int_equal(tip_store_builder_word(b, STR("dogs"), &stem, &is_new), TIP_OK);
    assert_false(is_new);
    assert_int_equal(tip_store_builder_documents(b), 0);
}

static void the_vocabulary_goes_by_falling_frequency(void **state)
{
    struct place *place = *state;
    add_text(place->builder, "b cats a cat b c cats");
    add_text(place->builder, "cats a d");
    tip_store *store = write_and_open(place);
    static const char *const order[] = {"cats", "a", "b", "c", "cat", "d"};
    static const uint32_t counts[] = {3, 2, 2, 1, 1, 1};
    assert_int_equal(tip_store_vocabulary(store), 6);
    assert_int_equal(tip_store_words(store), 10);
    for (uint32_t i = 0; i < 6; i++) {
        assert_str(tip_store_word(store, i), order[i]);
        assert_int_equal(tip_store_word_count(store, i), counts[i]);
        assert_int_equal(tip_store_find_word(store, tip_str_of(order[i])), i);
    }
    uint32_t cat = tip_store_find_stem(store, STR("cat"));
    assert_int_not_equal(cat, TIP_STORE_NONE);
    assert_int_equal(tip_store_stem_of(store, 0), cat);
    assert_int_equal(tip_store_stem_of(store, 4), cat);
    assert_int_equal(tip_store_find_stem(store, STR("cats")), TIP_STORE_NONE);
    assert_int_equal(tip_store_find_word(store, STR("e")), TIP_STORE_NONE);
    assert_int_equal(tip_store_find_word(store, STR("")), TIP_STORE_NONE);
    tip_store_free(store);
}

static void assert_words(const tip_store *store, uint32_t document, const char *text)
{
    tip_buf line = {0};
    tip_words words = tip_store_words_of(store, document);
    for (uint32_t word; (word = tip_words_next(&words)) != TIP_STORE_NONE;) {
        tip_str str = tip_store_word(store, word);
        if (line.size)
            assert_int_equal(tip_buf_add_byte(&line, ' '), TIP_OK);
        assert_int_equal(tip_buf_add(&line, str.data, str.size), TIP_OK);
    }
    assert_str(tip_buf_str(&line), text);
    tip_buf_free(&line);
}

static void the_words_of_each_document_come_in_order(void **state)
{
    struct place *place = *state;
    static const char *const texts[] = {"one two two three", "", "three", "two one two", ""};
    for (size_t i = 0; i < 5; i++)
        add_text(place->builder, texts[i]);
    tip_store *store = write_and_open(place);
    for (uint32_t i = 0; i < 5; i++)
        assert_words(store, i + 1, texts[i]);
    tip_store_free(store);
}

/* Enough words for codes of one, two and three bytes. */
static void a_large_vocabulary_comes_back(void **state)
{
    enum { WORDS = 14000 };
    struct place *place = *state;
    uint32_t *numbers = calloc(WORDS, sizeof *numbers);
    char name[16];
    assert_non_null(numbers);
    for (uint32_t i = 0; i < WORDS; i++) {
        snprintf(name, sizeof name, "w%u", i * 7919 % WORDS);
        numbers[i] = add_word(place->builder, tip_str_of(name));
    }
    tip_record record = {.text = STR("x")};
    assert_int_equal(tip_store_builder_add(place->builder, &record, numbers, WORDS, NULL), TIP_OK);
    tip_store *store = write_and_open(place);
    tip_words words = tip_store_words_of(store, 1);
    assert_int_equal(tip_store_vocabulary(store), WORDS);
    for (uint32_t i = 0; i < WORDS; i++) {
        snprintf(name, sizeof name, "w%u", i * 7919 % WORDS);
        assert_str(tip_store_word(store, tip_words_next(&words)), name);
    }
    assert_int_equal(tip_words_next(&words), TIP_STORE_NONE);
    tip_store_free(store);
    free(numbers);
}

static void word_codes_have_the_documented_lengths(void **state)
{
    (void)state;
    static const struct {
        uint32_t word;
        size_t length;
    } cases[] = {
        {0, 1},           {1, 1},      {191, 1},    {192, 2},      {193, 2},
        {447, 2},         {448, 2},    {12479, 2},  {12480, 3},    {12481, 3},
        {12480 + 256, 3}, {995519, 3}, {995520, 5}, {1u << 24, 5}, {UINT32_MAX - 1, 5},
        {78015, 3},       {78016, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char code[WORD_CODE_MAX];
        size_t length = word_encode(cases[i].word, code);
        assert_int_equal(length, cases[i].length);
        const unsigned char *next = code;
        assert_int_equal(word_decode(&next, code + length), cases[i].word);
        assert_ptr_equal(next, code + length);
        for (size_t cut = 1; cut < length; cut++) {
            next = code;
            assert_int_equal(word_decode(&next, code + cut), UINT32_MAX);
            assert_ptr_equal(next, code + cut);
        }
    }
}

static void each_number_has_a_code_of_its_own(void **state)
{
    (void)state;
    for (uint32_t word = 0; word < 1100000; word += 1 + word / 5000) {
        unsigned char code[WORD_CODE_MAX];
        const unsigned char *next = code;
        size_t length = word_encode(word, code);
        assert_true(word_decode(&next, code + length) == word && next == code + length);
    }
}

/* ---- Limits and files ---- */

static void a_text_may_be_as_long_as_documented(void **state)
{
    struct place *place = *state;
    char *bytes = calloc(1, TIP_STORE_TEXT_MAX + 1);
    assert_non_null(bytes);
    tip_error err;
    tip_record record = {.source = STR("big.txt"), .text = {bytes, TIP_STORE_TEXT_MAX + 1}};
    assert_int_equal(tip_store_builder_add(place->builder, &record, NULL, 0, &err), TIP_TOO_LARGE);
    assert_non_null(strstr(err.message, "big.txt"));
    record.text.size = 1;
    record.id = (tip_str){bytes, TIP_STORE_TEXT_MAX + 1};
    assert_int_equal(tip_store_builder_add(place->builder, &record, NULL, 0, NULL), TIP_TOO_LARGE);
    assert_int_equal(tip_store_builder_documents(place->builder), 0);
    record = (tip_record){.text = {bytes, TIP_STORE_TEXT_MAX}};
    assert_int_equal(tip_store_builder_add(place->builder, &record, NULL, 0, &err), TIP_OK);
    add_text(place->builder, "behind");
    tip_store *store = write_and_open(place);
    tip_text_block block = {0};
    assert_int_equal(tip_store_record(store, 1, &block, &record, NULL), TIP_OK);
    assert_int_equal(record.text.size, TIP_STORE_TEXT_MAX);
    assert_memory_equal(record.text.data, bytes, TIP_STORE_TEXT_MAX);
    assert_int_equal(tip_store_record(store, 2, &block, &record, NULL), TIP_OK);
    assert_str(record.text, "behind");
    tip_text_block_free(&block);
    tip_store_free(store);
    free(bytes);
}

static void a_store_is_written_once(void **state)
{
    struct place *place = *state;
    tip_error err;
    tip_store_free(write_and_open(place));
    assert_int_equal(tip_store_builder_write(place->builder, (tip_str){NULL, 0}, place->path, &err),
                     TIP_IO_ERROR);
    assert_non_null(strstr(err.message, place->path));
    strcat(place->path, "/below");
    assert_int_equal(tip_store_builder_write(place->builder, (tip_str){NULL, 0}, place->path, &err),
                     TIP_IO_ERROR);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void what_is_no_store_is_refused(void **state)
{
    struct place *place = *state;
    tip_store *store = NULL;
    tip_error err;
    char zeros[4096] = {0};
    assert_int_equal(tip_store_open(place->path, &store, &err), TIP_NOT_FOUND);
    assert_int_equal(tip_store_open(place->root, &store, &err), TIP_CORRUPT);
    write_file(place->path, "", 0);
    assert_int_equal(tip_store_open(place->path, &store, &err), TIP_CORRUPT);
    write_file(place->path, zeros, sizeof zeros);
    assert_int_equal(tip_store_open(place->path, &store, &err), TIP_CORRUPT);
    assert_non_null(strstr(err.message, place->path));
    assert_non_null(strstr(err.message, "--rebuild"));
    assert_null(store);
}

static void another_version_is_named(void **state)
{
    struct place *place = *state;
    tip_store_free(write_and_open(place));
    tip_store *store = NULL;
    tip_error err;
    uint32_t version = 4711;
    int fd = open(place->path, O_WRONLY);
    assert_int_equal(pwrite(fd, &version, sizeof version, offsetof(file_header, version)),
                     sizeof version);
    close(fd);
    char own[32];
    snprintf(own, sizeof own, "format %d;", TIP_STORE_VERSION);
    assert_int_equal(tip_store_open(place->path, &store, &err), TIP_BAD_VERSION);
    assert_non_null(strstr(err.message, "format 4711"));
    assert_non_null(strstr(err.message, own));
    assert_null(store);
}

/* ---- The interning table ---- */

static void strings_get_a_number_each(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    tip_strings *strings;
    char name[16];
    assert_int_equal(tip_strings_new(&strings), TIP_OK);
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < COUNT; i++) {
            uint32_t number;
            int size = snprintf(name, sizeof name, "%u", i);
            assert_int_equal(tip_strings_add(strings, (tip_str){name, (size_t)size}, &number),
                             TIP_OK);
            assert_int_equal(number, i);
        }
    assert_int_equal(tip_strings_count(strings), COUNT);
    uint32_t *sorted;
    assert_int_equal(tip_strings_sort(strings, &sorted), TIP_OK);
    for (uint32_t i = 1; i < COUNT; i++)
        assert_true(tip_str_compare(tip_strings_at(strings, sorted[i - 1]),
                                    tip_strings_at(strings, sorted[i])) < 0);
    free(sorted);
    tip_strings_free(strings);
}

static void strings_may_be_long_empty_or_binary(void **state)
{
    (void)state;
    static char longest[200 * 1024];
    tip_strings *strings;
    uint32_t number;
    memset(longest, 'x', sizeof longest);
    const tip_str all[] = {{NULL, 0},    {"a\0b", 3},      {"a\0c", 3},
                           {"a", 1},     {longest, 65536}, {longest, sizeof longest},
                           {"a\0b\0", 4}};
    enum { COUNT = sizeof all / sizeof *all };
    assert_int_equal(tip_strings_new(&strings), TIP_OK);
    for (uint32_t i = 0; i < 2 * COUNT; i++) {
        assert_int_equal(tip_strings_add(strings, all[i % COUNT], &number), TIP_OK);
        assert_int_equal(number, i % COUNT);
    }
    for (uint32_t i = 0; i < COUNT; i++)
        assert_true(tip_str_equal(tip_strings_at(strings, i), all[i]));
    assert_int_equal(tip_strings_add(strings, (tip_str){"", 0}, &number), TIP_OK);
    assert_int_equal(number, 0);
    tip_strings_free(strings);
}

static void nothing_is_freed_without_harm(void **state)
{
    (void)state;
    tip_text_block block = {0};
    tip_numbering numbering = {0};
    tip_store_free(NULL);
    tip_store_builder_free(NULL);
    tip_strings_free(NULL);
    tip_text_block_free(&block);
    tip_numbering_free(&numbering);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(a_record_comes_back_whole),
        in_place(an_empty_store_is_a_store),
        in_place(what_does_not_exist_is_said_to),
        in_place(records_are_found_in_many_blocks),
        in_place(one_block_serves_several_stores),
        in_place(reports_and_sections_are_kept_once),
        in_place(words_are_numbered_as_they_arrive),
        in_place(the_vocabulary_goes_by_falling_frequency),
        in_place(the_words_of_each_document_come_in_order),
        in_place(a_large_vocabulary_comes_back),
        cmocka_unit_test(word_codes_have_the_documented_lengths),
        cmocka_unit_test(each_number_has_a_code_of_its_own),
        in_place(a_text_may_be_as_long_as_documented),
        in_place(a_store_is_written_once),
        in_place(what_is_no_store_is_refused),
        in_place(another_version_is_named),
        cmocka_unit_test(strings_get_a_number_each),
        cmocka_unit_test(strings_may_be_long_empty_or_binary),
        cmocka_unit_test(nothing_is_freed_without_harm),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
