/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A store with any byte wrong, with its end cut off, or made by someone who means harm: damage is
 * found, and reading it does no harm meanwhile. */
#include "store/file.h"
#include "store/pattern.h"
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

/* Enough for each section to have something in it, and few enough to try every byte. */
static const char *const texts[] = {
    "the police arrested traffickers and the police",
    "traffickers arrested the victims",
    "shelters for victims of the traffickers remained closed",
};
/* No text has all of it, so that no text tells when it is damaged. */
static const char dictionary[] = "of a crime that is not here, traffickers arrested the victims";
enum { TEXTS = sizeof texts / sizeof *texts, FORGERIES = 4000 };

/* A store in a folder of its own, and its bytes. */
struct place {
    char root[64];
    char path[96];
    char *bytes;
    size_t size;
    int fd;
};

static uint32_t add_word(tip_store_builder *builder, tip_str word)
{
    uint32_t number;
    uint32_t stem;
    bool is_new;
    tip_str shorter = {word.data, word.size < 5 ? word.size : 5};
    assert_int_equal(tip_store_builder_word(builder, word, &number, &is_new), TIP_OK);
    if (is_new)
        assert_int_equal(tip_store_builder_stem(builder, shorter, &stem), TIP_OK);
    return number;
}

static void add_text(tip_store_builder *builder, unsigned i)
{
    uint32_t words[16];
    size_t count = 0;
    const char *end;
    for (const char *word = texts[i]; *word; word = *end ? end + 1 : end) {
        end = strchrnul(word, ' ');
        words[count++] = add_word(builder, (tip_str){word, (size_t)(end - word)});
    }
    tip_record record = {
        .id = i == 1 ? tip_str_of("an id") : tip_str_of(NULL),
        .year = 2019 + (int)i,
        .iso3 = tip_str_of("KGZ"),
        .section = tip_str_of(i == 2 ? "protection" : "prosecution"),
        .paragraph = i + 1,
        .text = tip_str_of(texts[i]),
    };
    assert_int_equal(tip_store_builder_add(builder, &record, words, count, NULL), TIP_OK);
}

/* Two blocks, as of two stores merged, so that one can be taken for the other. */
static void write_store(const struct place *place)
{
    char parts[2][128];
    for (unsigned part = 0; part < 2; part++) {
        tip_store_builder *builder;
        snprintf(parts[part], sizeof parts[part], "%s/part-%u", place->root, part);
        assert_int_equal(tip_store_builder_new(&builder, NULL), TIP_OK);
        for (unsigned i = part ? 2 : 0; i < (part ? TEXTS : 2); i++)
            add_text(builder, i);
        assert_int_equal(
            tip_store_builder_write(builder, tip_str_of(dictionary), parts[part], NULL), TIP_OK);
        tip_store_builder_free(builder);
    }
    const char *const both[] = {parts[0], parts[1]};
    assert_int_equal(tip_store_merge(both, 2, place->path, NULL), TIP_OK);
    tip_store *store;
    assert_int_equal(tip_store_open(place->path, &store, NULL), TIP_OK);
    assert_true(tip_store_dictionary(store).size > 0);
    tip_store_free(store);
}

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    strcpy(place->root, "/tmp/tip-damage-XXXXXX");
    *state = place;
    if (!mkdtemp(place->root))
        return -1;
    snprintf(place->path, sizeof place->path, "%s/1.store", place->root);
    write_store(place);
    place->fd = open(place->path, O_RDWR);
    place->size = (size_t)lseek(place->fd, 0, SEEK_END);
    place->bytes = malloc(place->size);
    if (!place->bytes)
        return -1;
    return pread(place->fd, place->bytes, place->size, 0) == (ssize_t)place->size ? 0 : -1;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    close(place->fd);
    int failed = scratch_remove(place->root);
    free(place->bytes);
    free(place);
    return failed;
}

static void put(const struct place *place, const void *bytes, size_t size, size_t at)
{
    assert_int_equal(pwrite(place->fd, bytes, size, (off_t)at), size);
}

/* ---- Reading all there is ---- */

static bool is_original(tip_str text)
{
    for (size_t i = 0; i < TEXTS; i++)
        if (tip_str_equal(text, tip_str_of(texts[i])))
            return true;
    return false;
}

/* Looks at every byte, so that the sanitizers and valgrind do. */
static size_t sum(tip_str str)
{
    size_t total = 0;
    for (size_t i = 0; i < str.size; i++)
        total += (unsigned char)str.data[i];
    return total;
}

static size_t read_record(const tip_store *store, uint32_t document, tip_text_block *block)
{
    tip_record r = {0};
    tip_status status = tip_store_record(store, document, block, &r, NULL);
    if (status != TIP_OK) {
        assert_true(status == TIP_CORRUPT || status == TIP_NOT_FOUND);
        return 0;
    }
    const tip_str all[] = {r.id, r.country, r.iso3, r.region, r.tier, r.section, r.title, r.source};
    assert_true(is_original(r.text));
    assert_true(r.year >= 2019 && r.year < 2019 + TEXTS);
    assert_true(tip_str_equal(r.iso3, tip_str_of("KGZ")));
    assert_true(tip_str_equal(r.section, tip_str_of("protection")) ||
                tip_str_equal(r.section, tip_str_of("prosecution")));
    size_t total = sum(r.text);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        total += sum(all[i]);
    return total;
}

static size_t read_words(const tip_store *store, uint32_t document)
{
    size_t total = 0;
    size_t count = 0;
    tip_words words = tip_store_words_of(store, document);
    while (words.next < words.end) {
        uint32_t word = tip_words_next(&words);
        total += sum(tip_store_word(store, word)) + tip_store_word_count(store, word);
        total += tip_store_stem_of(store, word);
        assert_true(++count < 100000);
    }
    return total;
}

static size_t find(const tip_store *store)
{
    tip_pattern *pattern;
    tip_buf places = {0};
    tip_pattern_word phrase[] = {{tip_str_of("the"), TIP_MATCH_WORD},
                                 {tip_str_of("polic"), TIP_MATCH_STEM},
                                 {tip_str_of("arr"), TIP_MATCH_PREFIX},
                                 {tip_str_of("ers"), TIP_MATCH_SUFFIX}};
    assert_int_equal(tip_pattern_new(store, phrase, 4, &pattern, NULL), TIP_OK);
    size_t total = tip_store_find_word(store, tip_str_of("victims"));
    for (uint32_t i = 0; i <= TEXTS + 1; i++) {
        assert_int_equal(tip_pattern_places(pattern, i, &places), TIP_OK);
        total += tip_pattern_matches(pattern, i) + places.size;
    }
    tip_pattern_free(pattern);
    tip_buf_free(&places);
    return total;
}

/* Damage found or not, reading must not step outside the file. */
static void read_all(const tip_store *store)
{
    tip_text_block block = {0};
    size_t total = find(store);
    for (uint32_t i = 0; i <= TEXTS + 1; i++) {
        total += read_record(store, i, &block);
        total += read_words(store, i);
        total += sum(tip_store_section(store, tip_store_section_of(store, i)));
    }
    for (uint32_t i = 0; i < tip_store_sections(store) && i < 1000; i++)
        total += sum(tip_store_section(store, i));
    tip_text_block_free(&block);
    assert_true(total > 0 || tip_store_documents(store) == 0);
}

/* Opens, reads and checks what the file now holds: the first status that is not TIP_OK. */
static tip_status examine(const struct place *place)
{
    tip_error err = {.message = ""};
    tip_store *store = NULL;
    tip_status status = tip_store_open(place->path, &store, &err);
    if (status == TIP_OK) {
        read_all(store);
        status = tip_store_check(store, &err);
        tip_store_free(store);
    } else {
        assert_null(store);
    }
    assert_true(status == TIP_OK || strncmp(err.message, place->path, strlen(place->path)) == 0);
    return status;
}

/* ---- Damage by accident ---- */

static void find_flips(const struct place *place, unsigned char mask)
{
    for (size_t at = 0; at < place->size; at++) {
        char wrong = (char)(place->bytes[at] ^ mask);
        put(place, &wrong, 1, at);
        tip_status status = examine(place);
        bool in_version = at - offsetof(file_header, version) < sizeof(uint32_t);
        if (status != (in_version ? TIP_BAD_VERSION : TIP_CORRUPT))
            fail_msg("byte %zu of %zu, mask %02x: %s", at, place->size, mask,
                     tip_status_text(status));
        put(place, &place->bytes[at], 1, at);
    }
    assert_int_equal(examine(place), TIP_OK);
}

static void every_flipped_byte_is_found(void **state)
{
    find_flips(*state, 0xFF);
}

static void every_flipped_low_bit_is_found(void **state)
{
    find_flips(*state, 0x01);
}

static void every_flipped_high_bit_is_found(void **state)
{
    find_flips(*state, 0x80);
}

static void every_truncation_is_found(void **state)
{
    const struct place *place = *state;
    for (size_t size = place->size; size-- > 0;) {
        assert_int_equal(ftruncate(place->fd, (off_t)size), 0);
        if (examine(place) != TIP_CORRUPT)
            fail_msg("cut to %zu of %zu bytes: not found", size, place->size);
    }
}

/* As after a crash: the file has its size, but its end never reached the disk. */
static void every_end_of_zeros_is_found(void **state)
{
    const struct place *place = *state;
    size_t last = place->size;
    while (place->bytes[last - 1] == 0)
        last--;
    for (size_t from = last; from-- > 0;) {
        put(place, "", 1, from);
        tip_status status = examine(place);
        assert_true(status == TIP_CORRUPT || status == TIP_BAD_VERSION);
    }
}

static void what_was_appended_is_found(void **state)
{
    const struct place *place = *state;
    for (size_t more = 1; more <= 16; more++) {
        put(place, "", 1, place->size + more - 1);
        assert_int_equal(examine(place), TIP_CORRUPT);
    }
}

static void a_page_that_moved_is_found(void **state)
{
    const struct place *place = *state;
    for (size_t at = 0; at + 64 <= place->size; at += 32) {
        if (memcmp(place->bytes + at, place->bytes + at + 32, 32) == 0)
            continue;
        put(place, place->bytes + at + 32, 32, at);
        put(place, place->bytes + at, 32, at + 32);
        tip_status status = examine(place);
        assert_true(status == TIP_CORRUPT || status == TIP_BAD_VERSION);
        put(place, place->bytes + at, 64, at);
    }
    assert_int_equal(examine(place), TIP_OK);
}

/* ---- Damage with checksums that are right ---- */

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

/* Values at which sums, products and comparisons go wrong. */
static uint64_t nasty_number(uint32_t *random)
{
    static const uint64_t values[] = {
        0,         1,        2,          3,         7,          8,          255,           4095,
        INT32_MAX, 1u << 31, UINT32_MAX, INT64_MAX, 1ull << 63, UINT64_MAX, UINT64_MAX - 7};
    uint32_t choice = next_random(random);
    return choice % 3 ? values[choice % (sizeof values / sizeof *values)] : choice % 2048;
}

/* Gives every section that lies in the file, and then the header, the checksum that it should
 * have. */
static void sign(char *bytes, size_t size)
{
    file_header header;
    memcpy(&header, bytes, sizeof header);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        section_entry *entry = &header.sections[i];
        if (entry->offset <= size && entry->size <= size - entry->offset)
            entry->checksum = store_checksum(bytes + entry->offset, (size_t)entry->size);
    }
    header.checksum = store_checksum(&header, offsetof(file_header, checksum));
    memcpy(bytes, &header, sizeof header);
}

/* Reads without asking for the original texts: a forger may write his own. */
static void read_forged(const struct place *place)
{
    tip_store *store;
    tip_error err;
    tip_status status = tip_store_open(place->path, &store, &err);
    assert_true(status == TIP_OK || status == TIP_CORRUPT || status == TIP_BAD_VERSION);
    if (status != TIP_OK)
        return;
    size_t total = find(store);
    tip_text_block block = {0};
    tip_record r;
    bool readable = true;
    for (uint32_t i = 1; i <= tip_store_documents(store) && i < 50; i++) {
        bool good = tip_store_record(store, i, &block, &r, &err) == TIP_OK;
        readable = readable && good;
        total += good ? sum(r.id) + sum(r.source) + sum(r.section) + sum(r.text) : 0;
        total += read_words(store, i);
    }
    status = tip_store_check(store, &err);
    assert_true(status == TIP_OK || status == TIP_CORRUPT);
    assert_true(readable || status == TIP_CORRUPT);
    assert_true(total > 0 || tip_store_documents(store) == 0 || status == TIP_CORRUPT);
    tip_text_block_free(&block);
    tip_store_free(store);
}

static void forge(const struct place *place, size_t first, size_t end, uint32_t seed)
{
    char *bytes = malloc(place->size);
    uint32_t random = seed;
    assert_non_null(bytes);
    for (size_t round = 0; round < FORGERIES; round++) {
        memcpy(bytes, place->bytes, place->size);
        for (uint32_t changes = 1 + next_random(&random) % 2; changes > 0; changes--) {
            size_t width = next_random(&random) % 2 ? sizeof(uint32_t) : sizeof(uint64_t);
            size_t at = first + next_random(&random) % (end - first);
            uint64_t value = nasty_number(&random);
            at -= at % sizeof(uint32_t);
            if (at + width <= place->size)
                memcpy(bytes + at, &value, width);
        }
        sign(bytes, place->size);
        put(place, bytes, place->size, 0);
        read_forged(place);
    }
    free(bytes);
}

static void forged_headers_do_no_harm(void **state)
{
    const struct place *place = *state;
    forge(place, offsetof(file_header, documents), offsetof(file_header, checksum), 17);
}

static void forged_sections_do_no_harm(void **state)
{
    const struct place *place = *state;
    forge(place, sizeof(file_header), place->size, 4711);
}

/* Without a look at what it says. */
static tip_status verify(const struct place *place)
{
    tip_store *store;
    tip_status status = tip_store_open(place->path, &store, NULL);
    if (status != TIP_OK)
        return status;
    status = tip_store_check(store, NULL);
    tip_store_free(store);
    return status;
}

/* Sections that lie over each other, each in the bounds of the file. */
static void sections_in_the_wrong_place_do_no_harm(void **state)
{
    const struct place *place = *state;
    char *bytes = malloc(place->size);
    assert_non_null(bytes);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        for (size_t j = 0; j < SECTION_COUNT; j++) {
            file_header header;
            memcpy(bytes, place->bytes, place->size);
            memcpy(&header, bytes, sizeof header);
            header.sections[i] = header.sections[j];
            memcpy(bytes, &header, sizeof header);
            sign(bytes, place->size);
            put(place, bytes, place->size, 0);
            read_forged(place);
            if (i != j)
                assert_int_not_equal(verify(place), TIP_OK);
        }
    free(bytes);
}

/* Writes a store that says something else at one place of one section, with the right checksums;
 * opens it. */
static tip_store *open_forged(const struct place *place, section_kind kind, size_t at,
                              const void *lie, size_t size)
{
    file_header header;
    tip_store *store;
    char *bytes = malloc(place->size);
    assert_non_null(bytes);
    memcpy(bytes, place->bytes, place->size);
    memcpy(&header, bytes, sizeof header);
    memcpy(bytes + header.sections[kind].offset + at, lie, size);
    sign(bytes, place->size);
    put(place, bytes, place->size, 0);
    free(bytes);
    assert_int_equal(tip_store_open(place->path, &store, NULL), TIP_OK);
    return store;
}

static void check_forged(const struct place *place, section_kind kind, const char *truth,
                         const char *lie)
{
    file_header header;
    memcpy(&header, place->bytes, sizeof header);
    const char *section = place->bytes + header.sections[kind].offset;
    const char *found =
        truth ? memmem(section, (size_t)header.sections[kind].size, truth, strlen(truth)) : section;
    assert_non_null(found);
    tip_store *store = open_forged(place, kind, (size_t)(found - section), lie, strlen(lie));
    assert_int_equal(tip_store_check(store, NULL), TIP_CORRUPT);
    tip_store_free(store);
}

/* Numbers of words and stems that are not there, and tables that are not in order. */
static void what_does_not_fit_together_is_found(void **state)
{
    const struct place *place = *state;
    check_forged(place, SECTION_WORD_RANK, NULL, "\xFF\xFF\xFF\xFF");
    check_forged(place, SECTION_WORD_STEM, NULL, "\xFF\xFF\xFF\xFF");
    check_forged(place, SECTION_WORD_TABLE, "victims", "a");
    check_forged(place, SECTION_STEM_TABLE, "victi", "a");
    check_forged(place, SECTION_HEADING_TABLE, "prosecution", "q");
}

/* So much memory is not even asked for. */
static void a_block_larger_than_any_is_refused(void **state)
{
    const struct place *place = *state;
    const uint32_t size = UINT32_MAX;
    tip_text_block block = {0};
    tip_record record;
    tip_store *store = open_forged(place, SECTION_BLOCK_DIRECTORY, offsetof(block_entry, size),
                                   &size, sizeof size);
    assert_int_equal(tip_store_record(store, 1, &block, &record, NULL), TIP_CORRUPT);
    assert_null(block.bytes);
    tip_text_block_free(&block);
    tip_store_free(store);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(every_flipped_byte_is_found),
        in_place(every_flipped_low_bit_is_found),
        in_place(every_flipped_high_bit_is_found),
        in_place(every_truncation_is_found),
        in_place(every_end_of_zeros_is_found),
        in_place(what_was_appended_is_found),
        in_place(a_page_that_moved_is_found),
        in_place(forged_headers_do_no_harm),
        in_place(forged_sections_do_no_harm),
        in_place(sections_in_the_wrong_place_do_no_harm),
        in_place(what_does_not_fit_together_is_found),
        in_place(a_block_larger_than_any_is_refused),
    };
    return cmocka_run_group_tests_name("store_damage", tests, NULL, NULL);
}
