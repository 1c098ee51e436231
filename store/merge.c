/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several stores become one: the tables are merged, all numbers are mapped, texts are copied as
 * they are. Section by section, so that no column is ever in memory as a whole. */
#include "base/error.h"
#include "store/merge_table.h"
#include "store/view.h"
#include "store/word_code.h"

#include <stdlib.h>

typedef struct merge {
    tip_store **inputs;
    size_t count;
    table_merge words; /* its maps lead from rank to rank ... */
    table_merge stems;
    table_merge headings;
    table_merge reports;
    uint32_t **word_maps; /* ... and these from an input's word number to the final one */
    uint32_t *by_count;   /* rank, by final word number */
    uint32_t *counts;     /* by rank */
    uint32_t *stem_of;    /* by rank */
    file_writer file;
} merge;

static tip_status open_inputs(merge *m, const char *const *paths, size_t count, tip_error *err)
{
    m->inputs = calloc(count + 1, sizeof *m->inputs);
    m->word_maps = calloc(count + 1, sizeof *m->word_maps);
    if (!m->inputs || !m->word_maps)
        return tip_fail_memory(err);
    uint64_t documents = 0;
    for (; m->count < count; m->count++) {
        tip_status status = tip_store_open(paths[m->count], &m->inputs[m->count], err);
        if (status != TIP_OK)
            return status;
        documents += tip_store_documents(m->inputs[m->count]);
    }
    if (documents >= UINT32_MAX)
        return tip_fail(err, TIP_TOO_LARGE, "more than %u paragraphs in one index", UINT32_MAX);
    return TIP_OK;
}

static void merge_free(merge *m)
{
    table_merge_free(&m->words);
    table_merge_free(&m->stems);
    table_merge_free(&m->headings);
    table_merge_free(&m->reports);
    for (size_t i = 0; m->word_maps && i < m->count; i++)
        free(m->word_maps[i]);
    for (size_t i = 0; i < m->count; i++)
        tip_store_free(m->inputs[i]);
    free(m->word_maps);
    free(m->inputs);
    free(m->by_count);
    free(m->counts);
    free(m->stem_of);
}

/* ---- Tables ---- */

static tip_status merge_one_table(merge *m, size_t place, table_merge *ret_merge, tip_error *err)
{
    const string_table **tables = calloc(m->count + 1, sizeof *tables);
    if (!tables)
        return tip_fail_memory(err);
    for (size_t i = 0; i < m->count; i++)
        tables[i] = (const string_table *)(const void *)((const char *)m->inputs[i] + place);
    tip_status status = table_merge_run(tables, m->count, ret_merge, err);
    free(tables);
    return status;
}

static tip_status merge_tables(merge *m, tip_error *err)
{
    tip_status status = merge_one_table(m, offsetof(tip_store, words), &m->words, err);
    if (status == TIP_OK)
        status = merge_one_table(m, offsetof(tip_store, stems), &m->stems, err);
    if (status == TIP_OK)
        status = merge_one_table(m, offsetof(tip_store, headings), &m->headings, err);
    if (status == TIP_OK)
        status = merge_one_table(m, offsetof(tip_store, reports), &m->reports, err);
    return status;
}

/* ---- Vocabulary ---- */

static uint32_t add_counts(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static tip_status add_input_words(merge *m, size_t input, tip_error *err)
{
    const tip_store *store = m->inputs[input];
    for (size_t i = 0; i < store->words.count; i++) {
        if (column_u32(&store->word_rank, i) >= store->words.count ||
            column_u32(&store->word_stem, i) >= store->stems.count)
            return store_damaged(store, "vocabulary", err);
        uint32_t rank = m->words.maps[input][column_u32(&store->word_rank, i)];
        m->counts[rank] = add_counts(m->counts[rank], column_u32(&store->word_count, i));
        m->stem_of[rank] = m->stems.maps[input][column_u32(&store->word_stem, i)];
    }
    return TIP_OK;
}

static int compare_ranks(const void *a, const void *b, void *payload)
{
    const uint32_t *counts = payload;
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    if (counts[x] != counts[y])
        return counts[x] > counts[y] ? -1 : 1;
    return x < y ? -1 : x > y;
}

static tip_status map_input_words(merge *m, size_t input, const uint32_t *number_of_rank,
                                  tip_error *err)
{
    const tip_store *store = m->inputs[input];
    uint32_t *map = calloc(store->words.count + 1, sizeof *map);
    if (!map)
        return tip_fail_memory(err);
    for (size_t i = 0; i < store->words.count; i++)
        map[i] = number_of_rank[m->words.maps[input][column_u32(&store->word_rank, i)]];
    m->word_maps[input] = map;
    return TIP_OK;
}

static tip_status map_words(merge *m, size_t words, tip_error *err)
{
    uint32_t *number_of_rank = calloc(words + 1, sizeof *number_of_rank);
    if (!number_of_rank)
        return tip_fail_memory(err);
    for (size_t i = 0; i < words; i++)
        number_of_rank[m->by_count[i]] = (uint32_t)i;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < m->count && status == TIP_OK; i++)
        status = map_input_words(m, i, number_of_rank, err);
    free(number_of_rank);
    return status;
}

static tip_status merge_vocabulary(merge *m, tip_error *err)
{
    size_t words = table_writer_count(&m->words.table);
    m->counts = calloc(words + 1, sizeof *m->counts);
    m->stem_of = calloc(words + 1, sizeof *m->stem_of);
    m->by_count = calloc(words + 1, sizeof *m->by_count);
    if (!m->counts || !m->stem_of || !m->by_count)
        return tip_fail_memory(err);
    for (size_t i = 0; i < m->count; i++) {
        tip_status status = add_input_words(m, i, err);
        if (status != TIP_OK)
            return status;
    }
    for (size_t i = 0; i < words; i++)
        m->by_count[i] = (uint32_t)i;
    qsort_r(m->by_count, words, sizeof *m->by_count, compare_ranks, m->counts);
    return map_words(m, words, err);
}

/* ---- Sections: each has a function that writes one input's part ---- */

typedef tip_status (*part_fn)(merge *m, size_t input, section_writer *section, void *state,
                              tip_error *err);

static tip_status write_section(merge *m, section_kind kind, part_fn write_part, void *state,
                                tip_error *err)
{
    section_writer section;
    tip_status status = section_start(&m->file, kind, 0, &section, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < m->count && status == TIP_OK; i++) {
        status = write_part(m, i, &section, state, err);
        store_forget_pages(m->inputs[i]);
    }
    if (status == TIP_OK)
        return section_end(&section, err);
    section_discard(&section);
    return status;
}

static tip_status write_blocks(merge *m, size_t input, section_writer *section, void *state,
                               tip_error *err)
{
    (void)state;
    const tip_store *store = m->inputs[input];
    return section_add(section, store_section(store, SECTION_BLOCKS),
                       (size_t)store->header->sections[SECTION_BLOCKS].size, err);
}

typedef struct block_place {
    uint64_t offset;
    uint32_t documents;
} block_place;

static tip_status write_directory(merge *m, size_t input, section_writer *section, void *state,
                                  tip_error *err)
{
    block_place *place = state;
    const tip_store *store = m->inputs[input];
    tip_status status = TIP_OK;
    for (size_t i = 0; i < store->block_count && status == TIP_OK; i++) {
        block_entry entry = store->blocks[i];
        entry.offset += place->offset;
        entry.first_document += place->documents;
        status = section_add(section, &entry, sizeof entry, err);
    }
    place->offset += store->header->sections[SECTION_BLOCKS].size;
    place->documents += store->header->documents;
    return status;
}

typedef struct word_writer {
    column_writer offsets;
    uint64_t size;
    tip_buf codes;
} word_writer;

static tip_status encode_document(merge *m, size_t input, uint32_t document, word_writer *writer,
                                  tip_error *err)
{
    const tip_store *store = m->inputs[input];
    const uint32_t *map = m->word_maps[input];
    tip_words words = tip_store_words_of(store, document);
    tip_buf *codes = &writer->codes;
    tip_buf_clear(codes);
    while (words.next < words.end) {
        uint32_t word = word_decode(&words.next, words.end);
        if (word >= store->words.count)
            return store_damaged(store, "word numbers", err);
        if (tip_buf_reserve(codes, WORD_CODE_MAX) != TIP_OK)
            return tip_fail_memory(err);
        codes->size += word_encode(map[word], (unsigned char *)codes->data + codes->size);
    }
    return TIP_OK;
}

static tip_status write_words(merge *m, size_t input, section_writer *section, void *state,
                              tip_error *err)
{
    word_writer *writer = state;
    uint32_t documents = m->inputs[input]->header->documents;
    tip_status status = TIP_OK;
    for (uint32_t i = 1; i <= documents && status == TIP_OK; i++) {
        status = column_add(&writer->offsets, writer->size, err);
        if (status == TIP_OK)
            status = encode_document(m, input, i, writer, err);
        if (status == TIP_OK)
            status = section_add(section, writer->codes.data, writer->codes.size, err);
        writer->size += writer->codes.size;
    }
    return status;
}

/* No code of the inputs is shorter than a byte, none of the output longer than WORD_CODE_MAX. */
static uint64_t most_code_bytes(const merge *m)
{
    uint64_t words = 0;
    for (size_t i = 0; i < m->count; i++)
        words += m->inputs[i]->header->sections[SECTION_WORDS].size;
    return words * WORD_CODE_MAX;
}

/* The offsets are known only as the words are coded, so both sections are written at once. */
static tip_status write_word_sections(merge *m, tip_error *err)
{
    word_writer writer = {0};
    size_t count = (size_t)m->file.header.documents + 1;
    tip_status status = column_start(&m->file, SECTION_WORD_OFFSETS, count, most_code_bytes(m),
                                     &writer.offsets, err);
    if (status != TIP_OK)
        return status;
    status = write_section(m, SECTION_WORDS, write_words, &writer, err);
    if (status == TIP_OK)
        status = column_add(&writer.offsets, writer.size, err);
    status = column_end(&writer.offsets, status, err);
    tip_buf_free(&writer.codes);
    return status;
}

/* ---- Columns ---- */

/* A column of the documents: where it stands in a tip_store, and the table whose strings it numbers
 * with the merge of that table; NULL where its numbers stay as they are. */
typedef struct document_column {
    section_kind kind;
    size_t place;
    size_t table;
    const table_merge *merged;
} document_column;

static const column *column_of(const merge *m, size_t input, const document_column *c)
{
    return (const column *)(const void *)((const char *)m->inputs[input] + c->place);
}

static uint64_t most_of(const merge *m, const document_column *c)
{
    uint64_t most = 0;
    if (c->merged)
        return table_writer_count(&c->merged->table);
    for (size_t i = 0; i < m->count; i++) {
        uint64_t number = column_most(column_of(m, i, c));
        most = number > most ? number : most;
    }
    return most;
}

static tip_status write_column_part(merge *m, size_t input, const document_column *c,
                                    column_writer *writer, tip_error *err)
{
    const tip_store *store = m->inputs[input];
    const column *numbers = column_of(m, input, c);
    const string_table *table = (const void *)((const char *)store + c->table);
    tip_status status = TIP_OK;
    for (size_t i = 0; i < numbers->count && status == TIP_OK; i++) {
        uint32_t number = column_u32(numbers, i);
        if (c->merged && number >= table->count)
            return store_damaged(store, "report or section numbers", err);
        status = column_add(writer, c->merged ? c->merged->maps[input][number] : number, err);
    }
    return status;
}

static tip_status write_column(merge *m, const document_column *c, tip_error *err)
{
    column_writer writer;
    tip_status status =
        column_start(&m->file, c->kind, m->file.header.documents, most_of(m, c), &writer, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < m->count && status == TIP_OK; i++) {
        status = write_column_part(m, i, c, &writer, err);
        store_forget_pages(m->inputs[i]);
    }
    return column_end(&writer, status, err);
}

static tip_status write_columns(merge *m, tip_error *err)
{
    const document_column columns[] = {
        {SECTION_REPORT_OF, offsetof(tip_store, report_of), offsetof(tip_store, reports),
         &m->reports},
        {SECTION_SECTION_OF, offsetof(tip_store, section_of), offsetof(tip_store, headings),
         &m->headings},
        {SECTION_PARAGRAPH_OF, offsetof(tip_store, paragraph_of), 0, NULL},
        {SECTION_PAGE_OF, offsetof(tip_store, page_of), 0, NULL},
    };
    tip_status status = TIP_OK;
    for (size_t i = 0; i < sizeof columns / sizeof *columns && status == TIP_OK; i++)
        status = write_column(m, &columns[i], err);
    return status;
}

/* A number for each word, in the order of the words' numbers. */
static tip_status write_by_count(merge *m, section_kind kind, const uint32_t *by_rank,
                                 tip_error *err)
{
    size_t words = table_writer_count(&m->words.table);
    uint64_t *numbers = calloc(words + 1, sizeof *numbers);
    if (!numbers)
        return tip_fail_memory(err);
    for (size_t i = 0; i < words; i++)
        numbers[i] = by_rank ? by_rank[m->by_count[i]] : m->by_count[i];
    tip_status status = column_write(&m->file, kind, numbers, words, err);
    free(numbers);
    return status;
}

static tip_status write_vocabulary(merge *m, tip_error *err)
{
    tip_status status = table_writer_write(&m->words.table, &m->file, SECTION_WORD_TABLE, err);
    if (status == TIP_OK)
        status = write_by_count(m, SECTION_WORD_RANK, NULL, err);
    if (status == TIP_OK)
        status = write_by_count(m, SECTION_WORD_STEM, m->stem_of, err);
    if (status == TIP_OK)
        status = write_by_count(m, SECTION_WORD_COUNT, m->counts, err);
    if (status == TIP_OK)
        status = table_writer_write(&m->stems.table, &m->file, SECTION_STEM_TABLE, err);
    return status;
}

static void add_totals(merge *m)
{
    for (size_t i = 0; i < m->count; i++) {
        const file_header *header = m->inputs[i]->header;
        m->file.header.documents += header->documents;
        m->file.header.words += header->words;
        m->file.header.text_bytes += header->text_bytes;
    }
}

static tip_status write_sections(merge *m, tip_error *err)
{
    block_place place = {0};
    add_totals(m);
    tip_status status = write_section(m, SECTION_BLOCKS, write_blocks, NULL, err);
    if (status == TIP_OK)
        status = write_section(m, SECTION_BLOCK_DIRECTORY, write_directory, &place, err);
    if (status == TIP_OK)
        status = write_word_sections(m, err);
    if (status == TIP_OK)
        status = write_columns(m, err);
    if (status == TIP_OK)
        status = write_vocabulary(m, err);
    if (status == TIP_OK)
        status = table_writer_write(&m->headings.table, &m->file, SECTION_HEADING_TABLE, err);
    if (status == TIP_OK)
        status = table_writer_write(&m->reports.table, &m->file, SECTION_REPORT_TABLE, err);
    return status;
}

tip_status tip_store_merge(const char *const *paths, size_t count, const char *path, tip_error *err)
{
    merge m = {0};
    tip_status status = open_inputs(&m, paths, count, err);
    if (status == TIP_OK)
        status = merge_tables(&m, err);
    if (status == TIP_OK)
        status = merge_vocabulary(&m, err);
    if (status == TIP_OK)
        status = file_writer_open(&m.file, path, err);
    if (status == TIP_OK) {
        status = write_sections(&m, err);
        if (status == TIP_OK)
            status = file_writer_finish(&m.file, err);
        else
            file_writer_discard(&m.file);
    }
    merge_free(&m);
    return status;
}
