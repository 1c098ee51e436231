/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a store: what starts as a store does is taken as it is, all else is a list of
 * changes to a good store. Either is read as it stands, then with all its checksums made right, so
 * that what lies behind them is reached. */
#include "fuzz.h"

#include "store/file.h"
#include "store/pattern.h"
#include "store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t *good;
static size_t good_size;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_make_index();
    FILE *file = fopen(fuzz_path("index/gen-1/paragraphs.store"), "re");
    REQUIRE(file && fseek(file, 0, SEEK_END) == 0);
    good_size = (size_t)ftell(file);
    rewind(file);
    good = malloc(good_size);
    REQUIRE(good && fread(good, 1, good_size, file) == good_size);
    fclose(file);
    return 0;
}

/* ---- Reading all that a store offers ---- */

/* Damage must be found or be harmless: strings lie inside the file, UTF-8 or not. */
static void touch(tip_str string)
{
    unsigned char sum = 0;
    REQUIRE(string.data || string.size == 0);
    for (size_t i = 0; i < string.size; i++)
        sum = (unsigned char)(sum + (unsigned char)string.data[i]);
    *(volatile unsigned char *)&sum = sum;
}

static void touch_record(const tip_record *record)
{
    const tip_str strings[] = {record->id,   record->country, record->iso3,
                               record->tier, record->region,  record->section,
                               record->text, record->title,   record->source};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        touch(strings[i]);
}

/* No more documents than a hostile header may claim without making this slow. */
static uint32_t some_documents(const tip_store *store)
{
    size_t count = tip_store_documents(store);
    return count < 200 ? (uint32_t)count : 200;
}

static void read_records(const tip_store *store, bool sound)
{
    tip_text_block block = {0};
    for (uint32_t i = 0; i <= some_documents(store) + 1; i++) {
        tip_record record;
        tip_error err = {.message = ""};
        tip_status status = tip_store_record(store, i, &block, &record, &err);
        if (status == TIP_OK)
            touch_record(&record);
        else
            REQUIRE(status == TIP_CORRUPT || status == TIP_NOT_FOUND);
        if (sound)
            REQUIRE(status == (i >= 1 && i <= tip_store_documents(store) ? TIP_OK : TIP_NOT_FOUND));
        (void)tip_store_report_of(store, i);
        touch(tip_store_section(store, tip_store_section_of(store, i)));
        (void)tip_store_paragraph_of(store, i);
    }
    tip_text_block_free(&block);
}

static void read_words(const tip_store *store, bool sound)
{
    for (uint32_t i = 0; i <= some_documents(store) + 1; i++) {
        tip_words words = tip_store_words_of(store, i);
        while (words.next < words.end) {
            const unsigned char *before = words.next;
            uint32_t word = tip_words_next(&words);
            REQUIRE(words.next > before && words.next <= words.end);
            touch(tip_store_word(store, word));
            (void)tip_store_stem_of(store, word);
            (void)tip_store_word_count(store, word);
            if (sound)
                REQUIRE(tip_store_word(store, word).data);
        }
        REQUIRE(tip_words_next(&words) == TIP_STORE_NONE);
    }
}

static void look_up(const tip_store *store)
{
    static const tip_pattern_word words[] = {{{"the", 3}, TIP_MATCH_WORD},
                                             {{"polic", 5}, TIP_MATCH_STEM},
                                             {{"arr", 3}, TIP_MATCH_PREFIX},
                                             {{"o", 1}, TIP_MATCH_SUFFIX}};
    tip_pattern *pattern;
    tip_buf places = {0};
    (void)tip_store_find_stem(store, words[1].text);
    (void)tip_store_find_word(store, words[0].text);
    if (tip_pattern_new(store, words, sizeof words / sizeof *words, &pattern, NULL) != TIP_OK)
        return;
    for (uint32_t i = 0; i <= some_documents(store) + 1; i++) {
        (void)tip_pattern_matches(pattern, i);
        REQUIRE(tip_pattern_places(pattern, i, &places) == TIP_OK);
    }
    tip_pattern_free(pattern);
    tip_buf_free(&places);
}

/* All but the first document and one in the middle. */
static void take_pieces(const tip_store *store)
{
    uint32_t half = (uint32_t)tip_store_documents(store) / 2;
    const tip_store_piece pieces[] = {{0, 2, half - 2}, {0, half + 1, half}};
    const char *taken = fuzz_path("pieces.store");
    tip_error err;
    (void)unlink(taken);
    if (half < 2)
        return;
    tip_status status = tip_store_splice(&store, 1, pieces, 2, NULL, taken, &err);
    REQUIRE(status == TIP_OK || status == TIP_CORRUPT || status == TIP_TOO_LARGE);
}

/* An update reads the stores of the generation before it. */
static void merge(const char *path, bool sound)
{
    const char *const paths[] = {path, path};
    const char *merged = fuzz_path("merged.store");
    tip_error err = {.message = ""};
    tip_store *store;
    (void)unlink(merged);
    tip_status status = tip_store_merge(paths, 2, merged, &err);
    REQUIRE(status == TIP_OK || status == TIP_CORRUPT || status == TIP_TOO_LARGE);
    if (!sound || status != TIP_OK)
        return;
    REQUIRE(tip_store_open(merged, &store, &err) == TIP_OK);
    tip_store_free(store);
}

static void read_store(const char *path)
{
    tip_store *store;
    tip_error err = {.message = ""};
    tip_status status = tip_store_open(path, &store, &err);
    if (status != TIP_OK) {
        REQUIRE(status == TIP_CORRUPT || status == TIP_BAD_VERSION);
        fuzz_check_message(err.message);
        return;
    }
    status = tip_store_check(store, &err);
    REQUIRE(status == TIP_OK || status == TIP_CORRUPT);
    read_records(store, status == TIP_OK);
    read_words(store, status == TIP_OK);
    look_up(store);
    take_pieces(store);
    tip_store_free(store);
    if (status == TIP_OK)
        merge(path, true);
}

/* ---- Making the file ---- */

static void read_bytes(const uint8_t *bytes, size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", fuzz_path("changed.store"));
    (void)unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    REQUIRE(close(fd) == 0);
    read_store(path);
}

static void make_right(uint8_t *bytes, size_t size)
{
    file_header header;
    if (size < sizeof header)
        return;
    memcpy(&header, bytes, sizeof header);
    memcpy(header.magic, store_magic, sizeof header.magic);
    header.version = TIP_STORE_VERSION;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        section_entry *entry = &header.sections[i];
        if (entry->offset <= size && entry->size <= size - entry->offset)
            entry->checksum = store_checksum(bytes + entry->offset, (size_t)entry->size);
    }
    header.checksum = store_checksum(&header, offsetof(file_header, checksum));
    memcpy(bytes, &header, sizeof header);
}

/* One change: two bytes of place, one that says how many, and what to write there. */
static void apply_changes(uint8_t *bytes, const uint8_t *data, size_t size)
{
    enum { HEAD = 3, MOST = 8 };
    while (size > HEAD) {
        size_t place = ((size_t)data[0] << 8 | data[1]) % good_size;
        size_t count = data[2] % MOST + 1;
        data += HEAD;
        size -= HEAD;
        for (; count > 0 && size > 0; count--, size--)
            bytes[place++ % good_size] = *data++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool whole = size >= sizeof store_magic && memcmp(data, store_magic, sizeof store_magic) == 0;
    size_t count = whole ? size : good_size;
    uint8_t *bytes = malloc(count);
    REQUIRE(bytes);
    memcpy(bytes, whole ? data : good, count);
    if (!whole)
        apply_changes(bytes, data, size);
    read_bytes(bytes, count);
    make_right(bytes, count);
    read_bytes(bytes, count);
    free(bytes);
    return 0;
}
