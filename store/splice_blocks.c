/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of pieces of stores: blocks are copied as they are but for those that a piece begins or
 * ends in. */
#include "base/error.h"
#include "store/blocks.h"
#include "store/splice.h"

typedef struct splicer {
    section_writer section; /* of the blocks */
    uint64_t size;          /* bytes in it */
    tip_buf directory;      /* block_entry */
    block_packer packer;    /* of what is not copied */
    tip_str dictionary;     /* of the result */
    tip_text_block block;   /* that is being taken apart */
} splicer;

/* Passes on the blocks that the packer has closed. */
static tip_status drain(splicer *s, tip_error *err)
{
    tip_buf *stored = &s->packer.stored;
    block_entry *entries = (block_entry *)(void *)s->packer.directory.data;
    size_t count = s->packer.directory.size / sizeof *entries;
    for (size_t i = 0; i < count; i++)
        entries[i].offset += s->size;
    if (tip_buf_add(&s->directory, entries, count * sizeof *entries) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = section_add(&s->section, stored->data, stored->size, err);
    s->size += stored->size;
    tip_buf_clear(stored);
    tip_buf_clear(&s->packer.directory);
    return status;
}

static tip_status close_block(splicer *s, tip_error *err)
{
    tip_status status = block_packer_close(&s->packer, err);
    return status == TIP_OK ? drain(s, err) : status;
}

static tip_status copy_block(splicer *s, const tip_store *store, size_t number, uint32_t documents,
                             tip_error *err)
{
    block_entry entry = store->blocks[number];
    const char *stored = store_section(store, SECTION_BLOCKS);
    tip_status status = close_block(s, err);
    if (status == TIP_OK)
        status = section_add(&s->section, stored + entry.offset, entry.stored_size, err);
    if (status != TIP_OK)
        return status;
    entry.offset = s->size;
    entry.first_document = s->packer.first;
    s->size += entry.stored_size;
    block_packer_skip(&s->packer, documents, entry.text_size);
    return tip_buf_add(&s->directory, &entry, sizeof entry) == TIP_OK ? TIP_OK
                                                                      : tip_fail_memory(err);
}

/* Packs documents of a block, `skipped` behind its first one. */
static tip_status take_documents(splicer *s, const tip_store *store, size_t number,
                                 uint32_t skipped, uint32_t count, tip_error *err)
{
    tip_status status = store_load_block(store, number, &s->block, err);
    tip_str rest = {s->block.bytes, s->block.size};
    for (uint32_t i = 0; i < skipped + count && status == TIP_OK; i++) {
        tip_str id;
        tip_str text;
        if (!store_take_document(&rest, &id, &text))
            return store_damaged(store, "text block", err);
        if (i < skipped)
            continue;
        status = block_packer_add(&s->packer, id, text, err);
        if (status == TIP_OK && s->packer.stored.size > 0)
            status = drain(s, err);
    }
    return status;
}

/* Only with the dictionary that it was made with can a block be read. */
static bool has_dictionary(const splicer *s, const tip_store *store)
{
    return tip_str_equal(tip_store_dictionary(store), s->dictionary);
}

/* Small blocks would become more with each change if they were not joined. */
static bool fits_open_block(const splicer *s, const block_entry *entry)
{
    return s->packer.open.size > 0 && s->packer.open.size + entry->size <= BLOCK_SIZE;
}

/* The documents from `first` to before `end` that are in a block; *ret_next is the one behind it.
 */
static tip_status take_block(splicer *s, const tip_store *store, size_t number, uint32_t first,
                             uint32_t end, uint32_t *ret_next, tip_error *err)
{
    const block_entry *entry = &store->blocks[number];
    uint32_t block_end =
        number + 1 < store->block_count ? entry[1].first_document : store->header->documents + 1;
    if (!store_block_is_plausible(store, number) || entry->first_document > first ||
        block_end <= first)
        return store_damaged(store, "block directory", err);
    *ret_next = block_end < end ? block_end : end;
    if (entry->first_document == first && block_end <= end && !fits_open_block(s, entry) &&
        has_dictionary(s, store))
        return copy_block(s, store, number, block_end - first, err);
    return take_documents(s, store, number, first - entry->first_document, *ret_next - first, err);
}

static tip_status take_piece(splicer *s, splice_input *input, const tip_store_piece *piece,
                             tip_error *err)
{
    const tip_store *store = input->store;
    uint32_t first = piece->first;
    uint32_t end = piece->first + piece->count;
    tip_status status = TIP_OK;
    for (size_t i = store_find_block(store, first); first < end && status == TIP_OK; i++) {
        uint32_t next = first;
        if (i >= store->block_count)
            return store_damaged(store, "block directory", err);
        status = take_block(s, store, i, first, end, &next, err);
        splice_input_pass(input, next - first);
        first = next;
    }
    return status;
}

static tip_status write_blocks(splicer *s, file_writer *file, splice_input *inputs,
                               const tip_store_piece *pieces, size_t count, tip_error *err)
{
    tip_status status = section_start(file, SECTION_BLOCKS, 0, &s->section, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = take_piece(s, &inputs[pieces[i].store], &pieces[i], err);
    if (status == TIP_OK)
        status = close_block(s, err);
    if (status == TIP_OK)
        return section_end(&s->section, err);
    section_discard(&s->section);
    return status;
}

/* Where most of the texts come from, the old store or the parts, which have the same one, there is
 * the dictionary of the result. */
static tip_str choose_dictionary(const splice_input *inputs, const tip_store_piece *pieces,
                                 size_t count)
{
    uint32_t most = 0;
    tip_str chosen = {NULL, 0};
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].count < most)
            continue;
        most = pieces[i].count;
        chosen = tip_store_dictionary(inputs[pieces[i].store].store);
    }
    return chosen;
}

static tip_status write_sections(splicer *s, file_writer *file, splice_input *inputs,
                                 const tip_store_piece *pieces, size_t count, tip_error *err)
{
    tip_status status =
        section_write(file, SECTION_DICTIONARY, s->dictionary.data, s->dictionary.size, err);
    if (status == TIP_OK)
        status = write_blocks(s, file, inputs, pieces, count, err);
    if (status == TIP_OK)
        status =
            section_write(file, SECTION_BLOCK_DIRECTORY, s->directory.data, s->directory.size, err);
    return status;
}

tip_status splice_blocks(file_writer *file, splice_input *inputs, const tip_store_piece *pieces,
                         size_t count, tip_error *err)
{
    splicer s = {.dictionary = choose_dictionary(inputs, pieces, count)};
    tip_status status = block_packer_start(&s.packer, s.dictionary, err);
    if (status != TIP_OK)
        return status;
    status = write_sections(&s, file, inputs, pieces, count, err);
    file->header.text_bytes = s.packer.text_bytes;
    block_packer_free(&s.packer);
    tip_text_block_free(&s.block);
    tip_buf_free(&s.directory);
    return status;
}
