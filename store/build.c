/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "store/blocks.h"
#include "store/column.h"
#include "store/file.h"
#include "store/report.h"
#include "store/store.h"
#include "store/strings.h"
#include "store/table.h"
#include "store/view.h"
#include "store/word_code.h"

#include <stdlib.h>
#include <string.h>

struct tip_store_builder {
    tip_strings *words;
    tip_strings *stems;
    tip_strings *headings;
    tip_strings *reports;
    tip_buf stem_of;      /* u32, one a word */
    tip_buf counts;       /* u32, one a word */
    tip_buf text_words;   /* u32, one a word of a text */
    tip_buf word_ends;    /* u64, one a document, into text_words */
    tip_buf report_of;    /* u32, one a document */
    tip_buf section_of;   /* u32, one a document */
    tip_buf paragraph_of; /* u32, one a document */
    tip_buf page_of;      /* u32, one a document */
    tip_buf scratch;
    tip_buf texts;      /* documents as blocks hold them */
    tip_buf text_sizes; /* size_t, one a document: bytes of `texts` */
    uint64_t text_bytes;
};

static uint32_t *numbers_of(const tip_buf *buf)
{
    return (uint32_t *)(void *)buf->data;
}

static size_t count_of(const tip_buf *buf)
{
    return buf->size / sizeof(uint32_t);
}

static tip_status add_number(tip_buf *buf, uint32_t number)
{
    return tip_buf_add(buf, &number, sizeof number);
}

tip_status tip_store_builder_new(tip_store_builder **ret_builder, tip_error *err)
{
    tip_store_builder *builder = calloc(1, sizeof *builder);
    if (!builder)
        return tip_fail_memory(err);
    if (tip_strings_new(&builder->words) != TIP_OK || tip_strings_new(&builder->stems) != TIP_OK ||
        tip_strings_new(&builder->headings) != TIP_OK ||
        tip_strings_new(&builder->reports) != TIP_OK) {
        tip_store_builder_free(builder);
        return tip_fail_memory(err);
    }
    *ret_builder = builder;
    return TIP_OK;
}

void tip_store_builder_free(tip_store_builder *builder)
{
    if (!builder)
        return;
    tip_strings_free(builder->words);
    tip_strings_free(builder->stems);
    tip_strings_free(builder->headings);
    tip_strings_free(builder->reports);
    tip_buf *const bufs[] = {&builder->stem_of,   &builder->counts,       &builder->text_words,
                             &builder->word_ends, &builder->report_of,    &builder->section_of,
                             &builder->scratch,   &builder->paragraph_of, &builder->page_of,
                             &builder->texts,     &builder->text_sizes};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        tip_buf_free(bufs[i]);
    free(builder);
}

tip_status tip_store_builder_word(tip_store_builder *builder, tip_str word, uint32_t *ret_word,
                                  bool *ret_new)
{
    uint32_t number;
    tip_status status = tip_strings_add(builder->words, word, &number);
    if (status != TIP_OK)
        return status;
    bool is_new = number == count_of(&builder->counts);
    if (is_new && (add_number(&builder->counts, 0) != TIP_OK ||
                   add_number(&builder->stem_of, TIP_STORE_NONE) != TIP_OK))
        return TIP_NO_MEMORY;
    *ret_word = number;
    *ret_new = is_new;
    return TIP_OK;
}

tip_status tip_store_builder_stem(tip_store_builder *builder, tip_str stem, uint32_t *ret_stem)
{
    tip_status status = tip_strings_add(builder->stems, stem, ret_stem);
    if (status == TIP_OK)
        numbers_of(&builder->stem_of)[count_of(&builder->stem_of) - 1] = *ret_stem;
    return status;
}

uint32_t tip_store_builder_stem_of(const tip_store_builder *builder, uint32_t word)
{
    return numbers_of(&builder->stem_of)[word];
}

tip_str tip_store_builder_stem_text(const tip_store_builder *builder, uint32_t stem)
{
    return tip_strings_at(builder->stems, stem);
}

tip_str tip_store_builder_word_text(const tip_store_builder *builder, uint32_t word)
{
    return tip_strings_at(builder->words, word);
}

size_t tip_store_builder_stems(const tip_store_builder *builder)
{
    return tip_strings_count(builder->stems);
}

size_t tip_store_builder_documents(const tip_store_builder *builder)
{
    return count_of(&builder->report_of);
}

/* The id to be kept: none when the record's fields give the same one. */
static tip_status own_id(tip_store_builder *builder, const tip_record *record, tip_str *ret_id)
{
    *ret_id = record->id;
    if (record->id.size == 0)
        return TIP_OK;
    tip_status status = tip_store_id_of(record, &builder->scratch);
    if (status == TIP_OK && tip_str_equal(record->id, tip_buf_str(&builder->scratch)))
        *ret_id = (tip_str){NULL, 0};
    return status;
}

static tip_status add_columns(tip_store_builder *builder, const tip_record *record)
{
    uint32_t report;
    uint32_t section;
    tip_status status = report_encode(record, &builder->scratch);
    if (status == TIP_OK)
        status = tip_strings_add(builder->reports, tip_buf_str(&builder->scratch), &report);
    if (status == TIP_OK)
        status = tip_strings_add(builder->headings, record->section, &section);
    if (status == TIP_OK)
        status = add_number(&builder->section_of, section);
    if (status == TIP_OK)
        status = add_number(&builder->paragraph_of, record->paragraph);
    if (status == TIP_OK)
        status = add_number(&builder->page_of, record->page);
    if (status == TIP_OK)
        status = add_number(&builder->report_of, report);
    return status;
}

static tip_status add_words(tip_store_builder *builder, const uint32_t *words, size_t count)
{
    uint32_t *counts = numbers_of(&builder->counts);
    if (tip_buf_add(&builder->text_words, words, count * sizeof *words) != TIP_OK)
        return TIP_NO_MEMORY;
    uint64_t end = count_of(&builder->text_words);
    for (size_t i = 0; i < count; i++)
        counts[words[i]]++;
    return tip_buf_add(&builder->word_ends, &end, sizeof end);
}

static tip_status add_text(tip_store_builder *builder, tip_str id, tip_str text)
{
    size_t size = builder->texts.size;
    tip_status status = block_add_document(&builder->texts, id, text);
    size = builder->texts.size - size;
    builder->text_bytes += text.size;
    return status == TIP_OK ? tip_buf_add(&builder->text_sizes, &size, sizeof size) : status;
}

tip_status tip_store_builder_accept(const tip_record *record, tip_error *err)
{
    if (record->text.size > TIP_STORE_TEXT_MAX || record->id.size > TIP_STORE_TEXT_MAX)
        return tip_fail(err, TIP_TOO_LARGE, "%.*s: a paragraph of over %u bytes",
                        (int)record->source.size, record->source.data, TIP_STORE_TEXT_MAX);
    return TIP_OK;
}

tip_status tip_store_builder_add(tip_store_builder *builder, const tip_record *record,
                                 const uint32_t *words, size_t count, tip_error *err)
{
    tip_str id;
    tip_status status = tip_store_builder_accept(record, err);
    if (status != TIP_OK)
        return status;
    if (own_id(builder, record, &id) != TIP_OK || add_words(builder, words, count) != TIP_OK ||
        add_columns(builder, record) != TIP_OK || add_text(builder, id, record->text) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

/* ---- Numbering paragraphs ---- */

void tip_numbering_free(tip_numbering *numbering)
{
    tip_strings_free(numbering->places);
    tip_buf_free(&numbering->numbers);
    numbering->places = NULL;
}

/* What the id of a document is before it is numbered. */
static tip_status place_of(tip_store_builder *builder, size_t i, tip_buf *ret_place)
{
    tip_record record = {0};
    tip_str report = tip_strings_at(builder->reports, numbers_of(&builder->report_of)[i]);
    if (!report_decode(report, &record))
        return TIP_CORRUPT;
    record.section = tip_strings_at(builder->headings, numbers_of(&builder->section_of)[i]);
    return tip_store_id_of(&record, ret_place);
}

static tip_status number_one(tip_store_builder *builder, size_t i, tip_numbering *numbering)
{
    uint32_t place;
    tip_status status = place_of(builder, i, &builder->scratch);
    if (status == TIP_OK && !numbering->places)
        status = tip_strings_new(&numbering->places);
    if (status == TIP_OK)
        status = tip_strings_add(numbering->places, tip_buf_str(&builder->scratch), &place);
    if (status == TIP_OK && place == count_of(&numbering->numbers))
        status = add_number(&numbering->numbers, 0);
    if (status == TIP_OK)
        numbers_of(&builder->paragraph_of)[i] = ++numbers_of(&numbering->numbers)[place];
    return status;
}

tip_status tip_store_builder_number(tip_store_builder *builder, tip_numbering *numbering,
                                    tip_error *err)
{
    for (size_t i = 0; i < tip_store_builder_documents(builder); i++) {
        if (numbers_of(&builder->paragraph_of)[i] != 0)
            continue;
        tip_status status = number_one(builder, i, numbering);
        if (status != TIP_OK)
            return tip_fail(err, status, "cannot number a paragraph: %s", tip_status_text(status));
    }
    return TIP_OK;
}

tip_status tip_store_builder_dictionary(const tip_store_builder *builder, tip_buf *ret_dictionary,
                                        tip_error *err)
{
    return dictionary_make(tip_buf_str(&builder->texts),
                           (const size_t *)(const void *)builder->text_sizes.data,
                           tip_store_builder_documents(builder), ret_dictionary, err);
}

/* ---- Writing ---- */

/* How the numbers of arrival become those of the file. */
typedef struct renumbering {
    uint32_t *words_sorted;   /* in byte order: word by rank */
    uint32_t *words_by_count; /* in order of the file: word by final number */
    uint32_t *word_rank;      /* rank by word */
    uint32_t *word_number;    /* final number by word */
    uint32_t *stems_sorted;
    uint32_t *stem_number;
    uint32_t *headings_sorted;
    uint32_t *heading_number;
    uint32_t *reports_sorted;
    uint32_t *report_number;
} renumbering;

static void renumbering_free(renumbering *r)
{
    uint32_t *const arrays[] = {r->words_sorted,    r->words_by_count, r->word_rank,
                                r->word_number,     r->stems_sorted,   r->stem_number,
                                r->headings_sorted, r->heading_number, r->reports_sorted,
                                r->report_number};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
}

/* The inverse of a permutation: where each number stands in `order`. */
static uint32_t *inverse(const uint32_t *order, size_t count)
{
    uint32_t *places = calloc(count + 1, sizeof *places);
    for (size_t i = 0; places && i < count; i++)
        places[order[i]] = (uint32_t)i;
    return places;
}

static tip_status sort_strings(const tip_strings *strings, uint32_t **ret_sorted,
                               uint32_t **ret_numbers)
{
    if (tip_strings_sort(strings, ret_sorted) != TIP_OK)
        return TIP_NO_MEMORY;
    *ret_numbers = inverse(*ret_sorted, tip_strings_count(strings));
    return *ret_numbers ? TIP_OK : TIP_NO_MEMORY;
}

typedef struct word_order {
    const uint32_t *counts;
    const uint32_t *ranks;
} word_order;

static int compare_words(const void *a, const void *b, void *payload)
{
    const word_order *order = payload;
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    if (order->counts[x] != order->counts[y])
        return order->counts[x] > order->counts[y] ? -1 : 1;
    return order->ranks[x] < order->ranks[y] ? -1 : order->ranks[x] > order->ranks[y];
}

static tip_status sort_words(const tip_store_builder *builder, renumbering *r)
{
    size_t count = tip_strings_count(builder->words);
    if (sort_strings(builder->words, &r->words_sorted, &r->word_rank) != TIP_OK)
        return TIP_NO_MEMORY;
    r->words_by_count = calloc(count + 1, sizeof *r->words_by_count);
    if (!r->words_by_count)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        r->words_by_count[i] = (uint32_t)i;
    word_order order = {numbers_of(&builder->counts), r->word_rank};
    qsort_r(r->words_by_count, count, sizeof *r->words_by_count, compare_words, &order);
    r->word_number = inverse(r->words_by_count, count);
    return r->word_number ? TIP_OK : TIP_NO_MEMORY;
}

static tip_status renumber(const tip_store_builder *builder, renumbering *r)
{
    if (sort_words(builder, r) != TIP_OK ||
        sort_strings(builder->stems, &r->stems_sorted, &r->stem_number) != TIP_OK ||
        sort_strings(builder->headings, &r->headings_sorted, &r->heading_number) != TIP_OK ||
        sort_strings(builder->reports, &r->reports_sorted, &r->report_number) != TIP_OK)
        return TIP_NO_MEMORY;
    return TIP_OK;
}

static tip_status write_words(const tip_store_builder *builder, const renumbering *r,
                              file_writer *file, tip_error *err)
{
    size_t documents = tip_store_builder_documents(builder);
    const uint32_t *words = numbers_of(&builder->text_words);
    const uint64_t *ends = (const uint64_t *)(const void *)builder->word_ends.data;
    tip_buf offsets = {0};
    tip_buf codes = {0};
    tip_status status = TIP_OK;
    size_t next = 0;
    for (size_t i = 0; i <= documents && status == TIP_OK; i++) {
        uint64_t offset = codes.size;
        size_t end = i < documents ? (size_t)ends[i] : next;
        status = tip_buf_add(&offsets, &offset, sizeof offset);
        if (status == TIP_OK)
            status = tip_buf_reserve(&codes, (end - next) * WORD_CODE_MAX);
        for (; next < end && status == TIP_OK; next++)
            codes.size +=
                word_encode(r->word_number[words[next]], (unsigned char *)codes.data + codes.size);
    }
    if (status != TIP_OK)
        status = tip_fail_memory(err);
    if (status == TIP_OK)
        status = column_write(file, SECTION_WORD_OFFSETS, (const uint64_t *)(void *)offsets.data,
                              documents + 1, err);
    if (status == TIP_OK)
        status = section_write(file, SECTION_WORDS, codes.data, codes.size, err);
    tip_buf_free(&offsets);
    tip_buf_free(&codes);
    return status;
}

/* A column with map[values[order[i]]] for each i; either array may be NULL for "the same". */
static tip_status write_numbers(file_writer *file, section_kind kind, const uint32_t *order,
                                const uint32_t *values, const uint32_t *map, size_t count,
                                tip_error *err)
{
    uint64_t *numbers = calloc(count + 1, sizeof *numbers);
    if (!numbers)
        return tip_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        uint32_t value = values[order ? order[i] : i];
        numbers[i] = map ? map[value] : value;
    }
    tip_status status = column_write(file, kind, numbers, count, err);
    free(numbers);
    return status;
}

static tip_status write_table(file_writer *file, section_kind kind, const tip_strings *strings,
                              const uint32_t *sorted, tip_error *err)
{
    table_writer table = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < tip_strings_count(strings) && status == TIP_OK; i++)
        status = table_writer_add(&table, tip_strings_at(strings, sorted[i]));
    if (status != TIP_OK)
        tip_fail(err, status, "%s: too many names for one file", file->path);
    else
        status = table_writer_write(&table, file, kind, err);
    table_writer_free(&table);
    return status;
}

static tip_status write_columns(const tip_store_builder *b, const renumbering *r, file_writer *file,
                                tip_error *err)
{
    size_t documents = tip_store_builder_documents(b);
    tip_status status = write_numbers(file, SECTION_REPORT_OF, NULL, numbers_of(&b->report_of),
                                      r->report_number, documents, err);
    if (status == TIP_OK)
        status = write_numbers(file, SECTION_SECTION_OF, NULL, numbers_of(&b->section_of),
                               r->heading_number, documents, err);
    if (status == TIP_OK)
        status = write_numbers(file, SECTION_PARAGRAPH_OF, NULL, numbers_of(&b->paragraph_of), NULL,
                               documents, err);
    if (status == TIP_OK)
        status = write_numbers(file, SECTION_PAGE_OF, NULL, numbers_of(&b->page_of), NULL,
                               documents, err);
    return status;
}

static tip_status write_vocabulary(const tip_store_builder *b, const renumbering *r,
                                   file_writer *file, tip_error *err)
{
    size_t words = tip_strings_count(b->words);
    const uint32_t *order = r->words_by_count;
    tip_status status = write_table(file, SECTION_WORD_TABLE, b->words, r->words_sorted, err);
    if (status == TIP_OK)
        status = write_numbers(file, SECTION_WORD_RANK, order, r->word_rank, NULL, words, err);
    if (status == TIP_OK)
        status = write_numbers(file, SECTION_WORD_STEM, order, numbers_of(&b->stem_of),
                               r->stem_number, words, err);
    if (status == TIP_OK)
        status = write_numbers(file, SECTION_WORD_COUNT, order, numbers_of(&b->counts), NULL, words,
                               err);
    if (status == TIP_OK)
        status = write_table(file, SECTION_STEM_TABLE, b->stems, r->stems_sorted, err);
    return status;
}

static tip_status pack(const tip_store_builder *b, block_packer *packer, tip_error *err)
{
    tip_str rest = tip_buf_str(&b->texts);
    tip_str id;
    tip_str text;
    tip_status status = TIP_OK;
    while (status == TIP_OK && store_take_document(&rest, &id, &text))
        status = block_packer_add(packer, id, text, err);
    return status == TIP_OK ? block_packer_close(packer, err) : status;
}

static tip_status write_blocks(const tip_store_builder *b, tip_str dictionary, file_writer *file,
                               tip_error *err)
{
    block_packer packer;
    tip_status status = block_packer_start(&packer, dictionary, err);
    if (status != TIP_OK)
        return status;
    status = pack(b, &packer, err);
    if (status == TIP_OK)
        status = section_write(file, SECTION_DICTIONARY, dictionary.data, dictionary.size, err);
    if (status == TIP_OK)
        status = section_write(file, SECTION_BLOCKS, packer.stored.data, packer.stored.size, err);
    if (status == TIP_OK)
        status = section_write(file, SECTION_BLOCK_DIRECTORY, packer.directory.data,
                               packer.directory.size, err);
    block_packer_free(&packer);
    return status;
}

static tip_status write_sections(tip_store_builder *b, const renumbering *r, tip_str dictionary,
                                 file_writer *file, tip_error *err)
{
    file->header.documents = (uint32_t)tip_store_builder_documents(b);
    file->header.words = count_of(&b->text_words);
    file->header.text_bytes = b->text_bytes;
    tip_status status = write_blocks(b, dictionary, file, err);
    if (status == TIP_OK)
        status = write_words(b, r, file, err);
    if (status == TIP_OK)
        status = write_columns(b, r, file, err);
    if (status == TIP_OK)
        status = write_vocabulary(b, r, file, err);
    if (status == TIP_OK)
        status = write_table(file, SECTION_HEADING_TABLE, b->headings, r->headings_sorted, err);
    if (status == TIP_OK)
        status = write_table(file, SECTION_REPORT_TABLE, b->reports, r->reports_sorted, err);
    return status;
}

tip_status tip_store_builder_write(tip_store_builder *builder, tip_str dictionary, const char *path,
                                   tip_error *err)
{
    renumbering r = {0};
    file_writer file;
    tip_status status = renumber(builder, &r) == TIP_OK ? TIP_OK : tip_fail_memory(err);
    if (status == TIP_OK)
        status = file_writer_open(&file, path, err);
    if (status == TIP_OK) {
        status = write_sections(builder, &r, dictionary, &file, err);
        if (status == TIP_OK)
            status = file_writer_finish(&file, err);
        else
            file_writer_discard(&file);
    }
    renumbering_free(&r);
    return status;
}
