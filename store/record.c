/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One document's record: its block is decompressed, its fields are put together. */
#include "base/error.h"
#include "store/blocks.h"
#include "store/view.h"

#include <stdlib.h>
#include <string.h>

size_t store_find_block(const tip_store *store, uint32_t document)
{
    size_t low = 0;
    size_t high = store->block_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (store->blocks[middle].first_document <= document)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* A block cannot hold more than one full block and the document that filled it. */
bool store_block_is_plausible(const tip_store *store, size_t number)
{
    const block_entry *entry = &store->blocks[number];
    uint64_t stored = store->header->sections[SECTION_BLOCKS].size;
    return entry->offset <= stored && entry->stored_size <= stored - entry->offset &&
           entry->size <= 2u * TIP_STORE_TEXT_MAX + 2u * BLOCK_SIZE;
}

/* A decompressor that has the store's dictionary. */
static tip_status ready_decompressor(const tip_store *store, tip_text_block *block, tip_error *err)
{
    tip_str dictionary = tip_store_dictionary(store);
    if (block->dictionary == store)
        return TIP_OK;
    if (!block->decompressor && !(block->decompressor = ZSTD_createDCtx()))
        return tip_fail_memory(err);
    block->dictionary = NULL;
    if (ZSTD_isError(
            ZSTD_DCtx_loadDictionary(block->decompressor, dictionary.data, dictionary.size)))
        return tip_fail_memory(err); /* it is the one that was written: see tip_store_open */
    block->dictionary = store;
    return TIP_OK;
}

tip_status store_load_block(const tip_store *store, size_t number, tip_text_block *block,
                            tip_error *err)
{
    const block_entry *entry = &store->blocks[number];
    if (block->store == store && block->number == number && block->bytes)
        return TIP_OK;
    if (!store_block_is_plausible(store, number))
        return store_damaged(store, "block directory", err);
    block->store = NULL;
    char *bytes = realloc(block->bytes, (size_t)entry->size + 1);
    if (!bytes)
        return tip_fail_memory(err);
    block->bytes = bytes;
    tip_status status = ready_decompressor(store, block, err);
    if (status != TIP_OK)
        return status;
    const char *stored = store_section(store, SECTION_BLOCKS);
    if (ZSTD_decompressDCtx(block->decompressor, bytes, entry->size, stored + entry->offset,
                            entry->stored_size) != entry->size)
        return store_damaged(store, "text block", err);
    block->store = store;
    block->number = (uint32_t)number;
    block->size = entry->size;
    return TIP_OK;
}

bool store_take_document(tip_str *rest, tip_str *ret_id, tip_str *ret_text)
{
    uint32_t sizes[2];
    if (rest->size < sizeof sizes)
        return false;
    memcpy(sizes, rest->data, sizeof sizes);
    size_t left = rest->size - sizeof sizes;
    if (sizes[0] > left || sizes[1] > left - sizes[0])
        return false;
    const char *id = rest->data + sizeof sizes;
    *ret_id = (tip_str){id, sizes[0]};
    *ret_text = (tip_str){id + sizes[0], sizes[1]};
    *rest = (tip_str){id + sizes[0] + sizes[1], left - sizes[0] - sizes[1]};
    return true;
}

static tip_status find_text(const tip_store *store, uint32_t document, tip_text_block *block,
                            tip_record *record, tip_error *err)
{
    size_t number = store_find_block(store, document);
    if (store->block_count == 0 || store->blocks[number].first_document > document)
        return store_damaged(store, "block directory", err);
    tip_status status = store_load_block(store, number, block, err);
    if (status != TIP_OK)
        return status;
    tip_str rest = {block->bytes, block->size};
    for (uint32_t i = store->blocks[number].first_document; i <= document; i++)
        if (!store_take_document(&rest, &record->id, &record->text))
            return store_damaged(store, "text block", err);
    return TIP_OK;
}

tip_status tip_store_record(const tip_store *store, uint32_t document, tip_text_block *block,
                            tip_record *ret_record, tip_error *err)
{
    tip_record record = {0};
    if (document < 1 || document > store->header->documents)
        return tip_fail(err, TIP_NOT_FOUND, "%s: no document %u", store->path, document);
    tip_status status =
        tip_store_report(store, column_u32(&store->report_of, document - 1), &record, err);
    if (status == TIP_OK)
        status = find_text(store, document, block, &record, err);
    if (status != TIP_OK)
        return status;
    uint32_t section = column_u32(&store->section_of, document - 1);
    if (section >= store->headings.count)
        return store_damaged(store, "section numbers", err);
    record.section = tip_store_section(store, section);
    record.paragraph = column_u32(&store->paragraph_of, document - 1);
    record.page = column_u32(&store->page_of, document - 1);
    if (record.id.size == 0) {
        if (tip_store_id_of(&record, &block->id) != TIP_OK)
            return tip_fail_memory(err);
        record.id = tip_buf_str(&block->id);
    }
    *ret_record = record;
    return TIP_OK;
}

tip_status tip_store_own_id(const tip_store *store, uint32_t document, tip_text_block *block,
                            tip_str *ret_id, tip_error *err)
{
    tip_record record = {0};
    if (document < 1 || document > store->header->documents)
        return tip_fail(err, TIP_NOT_FOUND, "%s: no document %u", store->path, document);
    tip_status status = find_text(store, document, block, &record, err);
    if (status == TIP_OK)
        *ret_id = record.id;
    return status;
}

void tip_text_block_free(tip_text_block *block)
{
    ZSTD_freeDCtx(block->decompressor);
    free(block->bytes);
    tip_buf_free(&block->id);
    *block = (tip_text_block){0};
}
