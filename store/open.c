/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "store/generation.h"
#include "store/report.h"
#include "store/view.h"
#include "store/word_code.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

tip_status store_damaged(const tip_store *store, const char *what, tip_error *err)
{
    return tip_fail(err, TIP_CORRUPT, "%s: damaged (%s); rebuild the index with tipindex --rebuild",
                    store->path, what);
}

const void *store_section(const tip_store *store, section_kind kind)
{
    return store->bytes + store->header->sections[kind].offset;
}

void tip_store_forget_pages(const tip_store *store)
{
    (void)madvise((void *)store->bytes, store->size, MADV_DONTNEED);
}

static tip_status map_file(tip_store *store, int fd, tip_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot read", store->path);
    if (!S_ISREG(st.st_mode) || (size_t)st.st_size < sizeof(file_header))
        return store_damaged(store, "too short", err);
    void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot map", store->path);
    store->bytes = bytes;
    store->size = (size_t)st.st_size;
    store->header = bytes;
    return TIP_OK;
}

static tip_status map_path(tip_store *store, tip_error *err)
{
    int fd;
    tip_status status = tip_open_in_index(store->path, &fd, err);
    if (status != TIP_OK)
        return status;
    status = map_file(store, fd, err);
    close(fd);
    return status;
}

static tip_status check_header(const tip_store *store, tip_error *err)
{
    const file_header *h = store->header;
    if (memcmp(h->magic, store_magic, sizeof store_magic) != 0)
        return store_damaged(store, "not a store", err);
    if (h->version != TIP_STORE_VERSION)
        return tip_fail(err, TIP_BAD_VERSION,
                        "%s: store format %u, but this program reads format %d; rebuild the index "
                        "with tipindex --rebuild",
                        store->path, h->version, TIP_STORE_VERSION);
    if (store_checksum(h, offsetof(file_header, checksum)) != h->checksum)
        return store_damaged(store, "header", err);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (h->sections[i].offset % 8 != 0 || h->sections[i].offset > store->size ||
            h->sections[i].size > store->size - h->sections[i].offset)
            return store_damaged(store, "truncated", err);
    return TIP_OK;
}

/* What an answer shows of its report, and what texts are decompressed by, is little, so that it can
 * be verified before it is used. */
static tip_status check_shown(const tip_store *store, tip_error *err)
{
    static const section_kind shown[] = {SECTION_DICTIONARY, SECTION_HEADING_TABLE,
                                         SECTION_REPORT_TABLE};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const section_entry *entry = &store->header->sections[shown[i]];
        if (store_checksum(store_section(store, shown[i]), (size_t)entry->size) != entry->checksum)
            return store_damaged(store, "checksum", err);
    }
    return TIP_OK;
}

static bool view_table(const tip_store *store, section_kind kind, string_table *ret_table)
{
    return string_table_view(store_section(store, kind), (size_t)store->header->sections[kind].size,
                             ret_table);
}

static bool view_column(const tip_store *store, section_kind kind, size_t count, unsigned widest,
                        column *ret_column)
{
    return column_view(store_section(store, kind), store->header->sections[kind].size, count,
                       widest, ret_column);
}

static bool view_columns(tip_store *store)
{
    size_t documents = store->header->documents;
    size_t words = store->words.count;
    enum { U32 = sizeof(uint32_t) };
    return view_column(store, SECTION_WORD_OFFSETS, documents + 1, sizeof(uint64_t),
                       &store->word_offsets) &&
           view_column(store, SECTION_REPORT_OF, documents, U32, &store->report_of) &&
           view_column(store, SECTION_SECTION_OF, documents, U32, &store->section_of) &&
           view_column(store, SECTION_PARAGRAPH_OF, documents, U32, &store->paragraph_of) &&
           view_column(store, SECTION_PAGE_OF, documents, U32, &store->page_of) &&
           view_column(store, SECTION_WORD_RANK, words, U32, &store->word_rank) &&
           view_column(store, SECTION_WORD_STEM, words, U32, &store->word_stem) &&
           view_column(store, SECTION_WORD_COUNT, words, U32, &store->word_count);
}

static tip_status make_views(tip_store *store, tip_error *err)
{
    const section_entry *directory = &store->header->sections[SECTION_BLOCK_DIRECTORY];
    if (!view_table(store, SECTION_WORD_TABLE, &store->words) ||
        !view_table(store, SECTION_STEM_TABLE, &store->stems) ||
        !view_table(store, SECTION_HEADING_TABLE, &store->headings) ||
        !view_table(store, SECTION_REPORT_TABLE, &store->reports))
        return store_damaged(store, "tables", err);
    if (!view_columns(store) || directory->size % sizeof(block_entry) != 0)
        return store_damaged(store, "sizes", err);
    store->blocks = store_section(store, SECTION_BLOCK_DIRECTORY);
    store->block_count = (size_t)(directory->size / sizeof(block_entry));
    return TIP_OK;
}

tip_status tip_store_open(const char *path, tip_store **ret_store, tip_error *err)
{
    tip_store *store = calloc(1, sizeof *store);
    if (!store || !(store->path = strdup(path))) {
        free(store);
        return tip_fail_memory(err);
    }
    tip_status status = map_path(store, err);
    if (status == TIP_OK)
        status = check_header(store, err);
    if (status == TIP_OK)
        status = check_shown(store, err);
    if (status == TIP_OK)
        status = make_views(store, err);
    if (status != TIP_OK) {
        tip_store_free(store);
        return status;
    }
    *ret_store = store;
    return TIP_OK;
}

void tip_store_free(tip_store *store)
{
    if (!store)
        return;
    if (store->bytes)
        munmap((void *)store->bytes, store->size);
    free(store->path);
    free(store);
}

size_t tip_store_documents(const tip_store *store)
{
    return store->header->documents;
}

uint64_t tip_store_checksum(const tip_store *store)
{
    return store->header->checksum;
}

uint64_t tip_store_words(const tip_store *store)
{
    return store->header->words;
}

size_t tip_store_vocabulary(const tip_store *store)
{
    return store->words.count;
}

size_t tip_store_reports(const tip_store *store)
{
    return store->reports.count;
}

size_t tip_store_sections(const tip_store *store)
{
    return store->headings.count;
}

uint64_t tip_store_text_bytes(const tip_store *store)
{
    return store->header->text_bytes;
}

static bool is_document(const tip_store *store, uint32_t document)
{
    return document >= 1 && document <= store->header->documents;
}

uint32_t tip_store_report_of(const tip_store *store, uint32_t document)
{
    return is_document(store, document) ? column_u32(&store->report_of, document - 1)
                                        : TIP_STORE_NONE;
}

uint32_t tip_store_section_of(const tip_store *store, uint32_t document)
{
    return is_document(store, document) ? column_u32(&store->section_of, document - 1)
                                        : TIP_STORE_NONE;
}

uint32_t tip_store_paragraph_of(const tip_store *store, uint32_t document)
{
    return is_document(store, document) ? column_u32(&store->paragraph_of, document - 1) : 0;
}

tip_status tip_store_report(const tip_store *store, uint32_t report, tip_record *ret_record,
                            tip_error *err)
{
    if (!report_decode(string_table_at(&store->reports, report), ret_record))
        return store_damaged(store, "reports", err);
    return TIP_OK;
}

tip_str tip_store_dictionary(const tip_store *store)
{
    return (tip_str){store_section(store, SECTION_DICTIONARY),
                     (size_t)store->header->sections[SECTION_DICTIONARY].size};
}

tip_str tip_store_section(const tip_store *store, uint32_t section)
{
    return string_table_at(&store->headings, section);
}

tip_words tip_store_words_of(const tip_store *store, uint32_t document)
{
    tip_words words = {NULL, NULL};
    if (!is_document(store, document))
        return words;
    uint64_t start = column_at(&store->word_offsets, document - 1);
    uint64_t end = column_at(&store->word_offsets, document);
    if (start > end || end > store->header->sections[SECTION_WORDS].size)
        return words;
    const unsigned char *all = store_section(store, SECTION_WORDS);
    return (tip_words){all + start, all + end};
}

uint32_t tip_words_next(tip_words *words)
{
    if (words->next >= words->end)
        return TIP_STORE_NONE;
    return word_decode(&words->next, words->end);
}

size_t tip_store_word_total(const tip_store *store, uint32_t document)
{
    tip_words words = tip_store_words_of(store, document);
    size_t count = 0;
    for (; words.next < words.end; count++)
        (void)word_decode(&words.next, words.end);
    return count;
}

uint32_t tip_store_find_stem(const tip_store *store, tip_str stem)
{
    return string_table_find(&store->stems, stem);
}

tip_str tip_store_stem(const tip_store *store, uint32_t stem)
{
    return string_table_at(&store->stems, stem);
}

uint32_t tip_store_find_word(const tip_store *store, tip_str word)
{
    uint32_t rank = string_table_find(&store->words, word);
    if (rank == TIP_STORE_NONE)
        return TIP_STORE_NONE;
    const size_t number = column_find(&store->word_rank, 0, rank);
    return number < store->words.count ? (uint32_t)number : TIP_STORE_NONE;
}

tip_str tip_store_word(const tip_store *store, uint32_t word)
{
    if (word >= store->words.count)
        return (tip_str){NULL, 0};
    return string_table_at(&store->words, column_u32(&store->word_rank, word));
}

uint32_t tip_store_stem_of(const tip_store *store, uint32_t word)
{
    return word < store->words.count ? column_u32(&store->word_stem, word) : TIP_STORE_NONE;
}

uint32_t tip_store_word_count(const tip_store *store, uint32_t word)
{
    return word < store->words.count ? column_u32(&store->word_count, word) : 0;
}
