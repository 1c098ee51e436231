/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verifying a whole store. */
#include "base/error.h"
#include "store/view.h"

#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

/* What of a mapped file is looked at before it is forgotten. */
enum { SLICE = 4 * 1024 * 1024 };

static uint64_t section_sum(const tip_store *store, section_kind kind, XXH3_state_t *hash)
{
    const char *bytes = store_section(store, kind);
    uint64_t size = store->header->sections[kind].size;
    XXH3_64bits_reset(hash);
    for (uint64_t done = 0; done < size; done += SLICE) {
        XXH3_64bits_update(hash, bytes + done, size - done < SLICE ? (size_t)(size - done) : SLICE);
        if (size - done > SLICE)
            tip_store_forget_pages(store);
    }
    return XXH3_64bits_digest(hash);
}

tip_status tip_store_check_sums(const tip_store *store, tip_error *err)
{
    XXH3_state_t *hash = XXH3_createState();
    tip_status status = hash ? TIP_OK : tip_fail_memory(err);
    for (int kind = 0; kind < SECTION_COUNT && status == TIP_OK; kind++)
        if (section_sum(store, (section_kind)kind, hash) != store->header->sections[kind].checksum)
            status = store_damaged(store, "checksum", err);
    XXH3_freeState(hash);
    return status;
}

/* Between sections there is only padding, and it is zero; behind the last one there is nothing. */
static tip_status check_gaps(const tip_store *store, tip_error *err)
{
    uint64_t end = sizeof(file_header);
    for (int kind = 0; kind < SECTION_COUNT; kind++) {
        const section_entry *entry = &store->header->sections[kind];
        if (entry->offset < end || entry->offset - end >= 8)
            return store_damaged(store, "layout", err);
        for (uint64_t i = end; i < entry->offset; i++)
            if (store->bytes[i] != 0)
                return store_damaged(store, "padding", err);
        end = entry->offset + entry->size;
    }
    return end == store->size ? TIP_OK : store_damaged(store, "size", err);
}

static tip_status check_table(const tip_store *store, const string_table *table, tip_error *err)
{
    for (size_t i = 0; i < table->count; i++) {
        tip_str string = string_table_at(table, i);
        if (!string.data || (i > 0 && tip_str_compare(string_table_at(table, i - 1), string) >= 0))
            return store_damaged(store, "string table", err);
    }
    return TIP_OK;
}

static tip_status check_vocabulary(const tip_store *store, tip_error *err)
{
    for (size_t i = 0; i < store->words.count; i++)
        if (column_u32(&store->word_rank, i) >= store->words.count ||
            column_u32(&store->word_stem, i) >= store->stems.count)
            return store_damaged(store, "vocabulary", err);
    return TIP_OK;
}

/* What the header counts. */
typedef struct totals {
    uint64_t words;
    uint64_t text_bytes;
} totals;

static tip_status check_document(const tip_store *store, uint32_t document, tip_text_block *block,
                                 totals *all, tip_error *err)
{
    tip_record record;
    tip_status status = tip_store_record(store, document, block, &record, err);
    if (status != TIP_OK)
        return status;
    if (tip_store_section_of(store, document) >= store->headings.count)
        return store_damaged(store, "section numbers", err);
    tip_words next = tip_store_words_of(store, document);
    while (next.next < next.end) {
        if (tip_words_next(&next) >= store->words.count)
            return store_damaged(store, "word numbers", err);
        all->words++;
    }
    all->text_bytes += record.text.size;
    return TIP_OK;
}

static uint64_t block_text_bytes(const tip_store *store)
{
    uint64_t total = 0;
    for (size_t i = 0; i < store->block_count; i++)
        total += store->blocks[i].text_size;
    return total;
}

static tip_status check_documents(const tip_store *store, tip_error *err)
{
    tip_text_block block = {0};
    tip_status status = TIP_OK;
    totals all = {0};
    for (uint32_t i = 1; i <= store->header->documents && status == TIP_OK; i++)
        status = check_document(store, i, &block, &all, err);
    if (status == TIP_OK && all.words != store->header->words)
        status = store_damaged(store, "number of words", err);
    if (status == TIP_OK &&
        (all.text_bytes != store->header->text_bytes || all.text_bytes != block_text_bytes(store)))
        status = store_damaged(store, "size of the texts", err);
    tip_text_block_free(&block);
    return status;
}

tip_status tip_store_check(const tip_store *store, tip_error *err)
{
    const string_table *const tables[] = {&store->words, &store->stems, &store->headings,
                                          &store->reports};
    tip_status status = tip_store_check_sums(store, err);
    if (status == TIP_OK)
        status = check_gaps(store, err);
    for (size_t i = 0; i < sizeof tables / sizeof *tables && status == TIP_OK; i++)
        status = check_table(store, tables[i], err);
    if (status == TIP_OK)
        status = check_vocabulary(store, err);
    if (status == TIP_OK)
        status = check_documents(store, err);
    return status;
}
