/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of stores become one store: the tables are merged, all numbers are mapped, texts are
 * copied as they are. Section by section, so that no column is ever in memory as a whole. */
#include "store/splice.h"

#include "base/error.h"
#include "store/merge_table.h"
#include "store/word_code.h"

#include <stdlib.h>

typedef struct splice {
    splice_input *inputs;
    size_t count;
    const tip_store_piece *pieces;
    size_t piece_count;
    table_merge tables[SPLICE_TABLES]; /* their maps lead from rank to rank ... */
    uint32_t **word_maps; /* ... and these from an input's word number to the final one */
    uint32_t *by_count;   /* rank, by final word number */
    uint32_t *counts;     /* by rank */
    uint32_t *stem_of;    /* by rank */
    file_writer file;
} splice;

static tip_status check_pieces(const splice *s, tip_error *err)
{
    uint64_t documents = 0;
    for (size_t i = 0; i < s->piece_count; i++) {
        const tip_store_piece *piece = &s->pieces[i];
        if (piece->store >= s->count || piece->first < 1 ||
            piece->first - 1 + (uint64_t)piece->count >
                tip_store_documents(s->inputs[piece->store].store))
            return tip_fail(err, TIP_BAD_ARGUMENT, "a piece of an index that there is not");
        documents += piece->count;
    }
    if (documents >= UINT32_MAX)
        return tip_fail(err, TIP_TOO_LARGE, "more than %u paragraphs in one index", UINT32_MAX);
    return TIP_OK;
}

static tip_status use_inputs(splice *s, const tip_store *const *stores, size_t count,
                             tip_name_words_fn names, tip_error *err)
{
    s->inputs = calloc(count + 1, sizeof *s->inputs);
    s->word_maps = calloc(count + 1, sizeof *s->word_maps);
    if (!s->inputs || !s->word_maps)
        return tip_fail_memory(err);
    for (; s->count < count; s->count++)
        s->inputs[s->count].store = stores[s->count];
    tip_status status = check_pieces(s, err);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = splice_input_use(&s->inputs[i], i, s->pieces, s->piece_count, names, err);
    return status;
}

static void splice_free(splice *s)
{
    for (size_t i = 0; i < SPLICE_TABLES; i++)
        table_merge_free(&s->tables[i]);
    for (size_t i = 0; s->word_maps && i < s->count; i++)
        free(s->word_maps[i]);
    for (size_t i = 0; i < s->count; i++)
        splice_input_free(&s->inputs[i]);
    free(s->word_maps);
    free(s->inputs);
    free(s->by_count);
    free(s->counts);
    free(s->stem_of);
}

/* ---- Tables ---- */

static tip_status merge_tables(splice *s, tip_error *err)
{
    table_part *parts = calloc(s->count + 1, sizeof *parts);
    if (!parts)
        return tip_fail_memory(err);
    tip_status status = TIP_OK;
    for (splice_table table = 0; table < SPLICE_TABLES && status == TIP_OK; table++) {
        for (size_t i = 0; i < s->count; i++)
            parts[i] =
                (table_part){splice_input_table(&s->inputs[i], table), s->inputs[i].used[table]};
        status = table_merge_run(parts, s->count, &s->tables[table], err);
    }
    free(parts);
    return status;
}

/* The number in the result of a number in an input's table. */
static uint32_t mapped(const splice *s, splice_table table, size_t input, uint32_t number)
{
    return s->tables[table].maps[input][number];
}

/* ---- Vocabulary ---- */

static uint32_t add_counts(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static tip_status add_input_words(splice *s, size_t number, tip_error *err)
{
    const splice_input *input = &s->inputs[number];
    const tip_store *store = input->store;
    for (uint32_t i = 0; i < store->words.count; i++) {
        uint32_t old_rank = column_u32(&store->word_rank, i);
        uint32_t old_stem = column_u32(&store->word_stem, i);
        if (old_rank >= store->words.count || old_stem >= store->stems.count)
            return store_damaged(store, "vocabulary", err);
        if (input->used[SPLICE_WORDS] && !input->used[SPLICE_WORDS][old_rank])
            continue;
        uint32_t rank = mapped(s, SPLICE_WORDS, number, old_rank);
        s->counts[rank] = add_counts(s->counts[rank], splice_input_times(input, i));
        s->stem_of[rank] = mapped(s, SPLICE_STEMS, number, old_stem);
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

static tip_status map_input_words(splice *s, size_t input, const uint32_t *number_of_rank,
                                  tip_error *err)
{
    const tip_store *store = s->inputs[input].store;
    uint32_t *map = calloc(store->words.count + 1, sizeof *map);
    if (!map)
        return tip_fail_memory(err);
    for (size_t i = 0; i < store->words.count; i++)
        map[i] = number_of_rank[mapped(s, SPLICE_WORDS, input, column_u32(&store->word_rank, i))];
    s->word_maps[input] = map;
    return TIP_OK;
}

static tip_status map_words(splice *s, size_t words, tip_error *err)
{
    uint32_t *number_of_rank = calloc(words + 1, sizeof *number_of_rank);
    if (!number_of_rank)
        return tip_fail_memory(err);
    for (size_t i = 0; i < words; i++)
        number_of_rank[s->by_count[i]] = (uint32_t)i;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < s->count && status == TIP_OK; i++)
        status = map_input_words(s, i, number_of_rank, err);
    free(number_of_rank);
    return status;
}

static size_t word_total(const splice *s)
{
    return table_writer_count(&s->tables[SPLICE_WORDS].table);
}

static tip_status merge_vocabulary(splice *s, tip_error *err)
{
    size_t words = word_total(s);
    s->counts = calloc(words + 1, sizeof *s->counts);
    s->stem_of = calloc(words + 1, sizeof *s->stem_of);
    s->by_count = calloc(words + 1, sizeof *s->by_count);
    if (!s->counts || !s->stem_of || !s->by_count)
        return tip_fail_memory(err);
    for (size_t i = 0; i < s->count; i++) {
        tip_status status = add_input_words(s, i, err);
        if (status != TIP_OK)
            return status;
    }
    for (size_t i = 0; i < words; i++)
        s->by_count[i] = (uint32_t)i;
    qsort_r(s->by_count, words, sizeof *s->by_count, compare_ranks, s->counts);
    return map_words(s, words, err);
}

/* ---- Sections: each has a function that writes what a piece has of it ---- */

typedef tip_status (*piece_fn)(splice *s, const tip_store_piece *piece, section_writer *section,
                               void *state, tip_error *err);

static tip_status write_section(splice *s, section_kind kind, piece_fn write_piece, void *state,
                                tip_error *err)
{
    section_writer section;
    tip_status status = section_start(&s->file, kind, 0, &section, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < s->piece_count && status == TIP_OK; i++)
        status = write_piece(s, &s->pieces[i], &section, state, err);
    if (status == TIP_OK)
        return section_end(&section, err);
    section_discard(&section);
    return status;
}

typedef struct word_writer {
    column_writer offsets;
    uint64_t size;
    tip_buf codes;
} word_writer;

static tip_status encode_document(splice *s, size_t input, uint32_t document, word_writer *writer,
                                  tip_error *err)
{
    const tip_store *store = s->inputs[input].store;
    const uint32_t *map = s->word_maps[input];
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

static tip_status write_words(splice *s, const tip_store_piece *piece, section_writer *section,
                              void *state, tip_error *err)
{
    word_writer *writer = state;
    tip_status status = TIP_OK;
    for (uint32_t i = 0; i < piece->count && status == TIP_OK; i++) {
        status = column_add(&writer->offsets, writer->size, err);
        if (status == TIP_OK)
            status = encode_document(s, piece->store, piece->first + i, writer, err);
        if (status == TIP_OK)
            status = section_add(section, writer->codes.data, writer->codes.size, err);
        writer->size += writer->codes.size;
        splice_input_pass(&s->inputs[piece->store], 1);
    }
    return status;
}

/* All codes together, so that the column of offsets is as wide as that of a fresh build. */
static uint64_t code_bytes(const splice *s)
{
    unsigned char code[WORD_CODE_MAX];
    uint64_t bytes = 0;
    for (size_t i = 0; i < word_total(s); i++) {
        uint32_t times = s->counts[s->by_count[i]];
        if (times == UINT32_MAX) /* perhaps more, see add_counts */
            return UINT64_MAX;
        bytes += times * (uint64_t)word_encode((uint32_t)i, code);
    }
    return bytes;
}

/* The offsets are known only as the words are coded, so both sections are written at once. */
static tip_status write_word_sections(splice *s, tip_error *err)
{
    word_writer writer = {0};
    size_t count = (size_t)s->file.header.documents + 1;
    tip_status status =
        column_start(&s->file, SECTION_WORD_OFFSETS, count, code_bytes(s), &writer.offsets, err);
    if (status != TIP_OK)
        return status;
    status = write_section(s, SECTION_WORDS, write_words, &writer, err);
    if (status == TIP_OK)
        status = column_add(&writer.offsets, writer.size, err);
    status = column_end(&writer.offsets, status, err);
    tip_buf_free(&writer.codes);
    return status;
}

/* ---- Columns ---- */

/* A column of the documents: where it stands in a tip_store, and the table whose strings it
 * numbers; SPLICE_TABLES where its numbers stay as they are. */
typedef struct document_column {
    section_kind kind;
    size_t place;
    splice_table table;
} document_column;

static const column *column_of(const splice *s, const tip_store_piece *piece,
                               const document_column *c)
{
    const char *store = (const char *)s->inputs[piece->store].store;
    return (const column *)(const void *)(store + c->place);
}

static uint64_t most_of(const splice *s, const document_column *c)
{
    uint64_t most = 0;
    if (c->table < SPLICE_TABLES) {
        size_t count = table_writer_count(&s->tables[c->table].table);
        return count > 0 ? count - 1 : 0;
    }
    for (size_t i = 0; i < s->piece_count; i++) {
        uint64_t number =
            column_most(column_of(s, &s->pieces[i], c), s->pieces[i].first - 1, s->pieces[i].count);
        most = number > most ? number : most;
    }
    return most;
}

static tip_status write_column_piece(splice *s, const tip_store_piece *piece,
                                     const document_column *c, column_writer *writer,
                                     tip_error *err)
{
    const splice_input *input = &s->inputs[piece->store];
    const column *numbers = column_of(s, piece, c);
    tip_status status = TIP_OK;
    for (size_t i = 0; i < piece->count && status == TIP_OK; i++) {
        uint32_t number = column_u32(numbers, piece->first - 1 + i);
        if (c->table < SPLICE_TABLES) {
            if (number >= splice_input_table(input, c->table)->count)
                return store_damaged(input->store, "report or section numbers", err);
            number = mapped(s, c->table, piece->store, number);
        }
        status = column_add(writer, number, err);
    }
    return status;
}

static tip_status write_column(splice *s, const document_column *c, tip_error *err)
{
    column_writer writer;
    tip_status status =
        column_start(&s->file, c->kind, s->file.header.documents, most_of(s, c), &writer, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < s->piece_count && status == TIP_OK; i++)
        status = write_column_piece(s, &s->pieces[i], c, &writer, err);
    return column_end(&writer, status, err);
}

static tip_status write_columns(splice *s, tip_error *err)
{
    static const document_column columns[] = {
        {SECTION_REPORT_OF, offsetof(tip_store, report_of), SPLICE_REPORTS},
        {SECTION_SECTION_OF, offsetof(tip_store, section_of), SPLICE_HEADINGS},
        {SECTION_PARAGRAPH_OF, offsetof(tip_store, paragraph_of), SPLICE_TABLES},
        {SECTION_PAGE_OF, offsetof(tip_store, page_of), SPLICE_TABLES},
    };
    tip_status status = TIP_OK;
    for (size_t i = 0; i < sizeof columns / sizeof *columns && status == TIP_OK; i++)
        status = write_column(s, &columns[i], err);
    return status;
}

/* A number for each word, in the order of the words' numbers. */
static tip_status write_by_count(splice *s, section_kind kind, const uint32_t *by_rank,
                                 tip_error *err)
{
    size_t words = word_total(s);
    uint64_t *numbers = calloc(words + 1, sizeof *numbers);
    if (!numbers)
        return tip_fail_memory(err);
    for (size_t i = 0; i < words; i++)
        numbers[i] = by_rank ? by_rank[s->by_count[i]] : s->by_count[i];
    tip_status status = column_write(&s->file, kind, numbers, words, err);
    free(numbers);
    return status;
}

static tip_status write_table(splice *s, section_kind kind, splice_table table, tip_error *err)
{
    return table_writer_write(&s->tables[table].table, &s->file, kind, err);
}

static tip_status write_tables(splice *s, tip_error *err)
{
    tip_status status = write_table(s, SECTION_WORD_TABLE, SPLICE_WORDS, err);
    if (status == TIP_OK)
        status = write_by_count(s, SECTION_WORD_RANK, NULL, err);
    if (status == TIP_OK)
        status = write_by_count(s, SECTION_WORD_STEM, s->stem_of, err);
    if (status == TIP_OK)
        status = write_by_count(s, SECTION_WORD_COUNT, s->counts, err);
    if (status == TIP_OK)
        status = write_table(s, SECTION_STEM_TABLE, SPLICE_STEMS, err);
    if (status == TIP_OK)
        status = write_table(s, SECTION_HEADING_TABLE, SPLICE_HEADINGS, err);
    if (status == TIP_OK)
        status = write_table(s, SECTION_REPORT_TABLE, SPLICE_REPORTS, err);
    return status;
}

static void add_totals(splice *s)
{
    for (size_t i = 0; i < s->piece_count; i++)
        s->file.header.documents += s->pieces[i].count;
    for (size_t i = 0; i < s->count; i++)
        s->file.header.words += s->inputs[i].words;
}

static tip_status write_sections(splice *s, tip_error *err)
{
    add_totals(s);
    tip_status status = splice_blocks(&s->file, s->inputs, s->pieces, s->piece_count, err);
    if (status == TIP_OK)
        status = write_word_sections(s, err);
    if (status == TIP_OK)
        status = write_columns(s, err);
    if (status == TIP_OK)
        status = write_tables(s, err);
    return status;
}

tip_status tip_store_splice(const tip_store *const *stores, size_t store_count,
                            const tip_store_piece *pieces, size_t count, tip_name_words_fn names,
                            const char *path, tip_error *err)
{
    splice s = {.pieces = pieces, .piece_count = count};
    tip_status status = use_inputs(&s, stores, store_count, names, err);
    if (status == TIP_OK)
        status = merge_tables(&s, err);
    if (status == TIP_OK)
        status = merge_vocabulary(&s, err);
    if (status == TIP_OK)
        status = file_writer_open(&s.file, path, err);
    if (status == TIP_OK) {
        status = write_sections(&s, err);
        if (status == TIP_OK)
            status = file_writer_finish(&s.file, err);
        else
            file_writer_discard(&s.file);
    }
    splice_free(&s);
    return status;
}

/* ---- Whole stores ---- */

static tip_status open_whole(const char *const *paths, size_t count, tip_store **stores,
                             tip_store_piece *pieces, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < count && status == TIP_OK; i++) {
        status = tip_store_open(paths[i], &stores[i], err);
        if (status == TIP_OK)
            pieces[i] = (tip_store_piece){i, 1, stores[i]->header->documents};
    }
    return status;
}

tip_status tip_store_merge(const char *const *paths, size_t count, const char *path, tip_error *err)
{
    tip_store **stores = calloc(count + 1, sizeof(tip_store *));
    tip_store_piece *pieces = calloc(count + 1, sizeof *pieces);
    tip_status status =
        stores && pieces ? open_whole(paths, count, stores, pieces, err) : tip_fail_memory(err);
    if (status == TIP_OK)
        status = tip_store_splice((const tip_store *const *)stores, count, pieces, count, NULL,
                                  path, err);
    for (size_t i = 0; stores && i < count; i++)
        tip_store_free(stores[i]);
    free(stores);
    free(pieces);
    return status;
}
