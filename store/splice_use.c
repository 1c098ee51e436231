/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the documents that are taken from a store need of its tables. */
#include "base/error.h"
#include "store/splice.h"
#include "store/word_code.h"

#include <stdlib.h>

/* About two megabytes of a mapped file. */
enum { FORGET_DOCUMENTS = 4096 };

const string_table *splice_input_table(const splice_input *input, splice_table table)
{
    const tip_store *store = input->store;
    const string_table *const tables[SPLICE_TABLES] = {
        [SPLICE_WORDS] = &store->words,
        [SPLICE_STEMS] = &store->stems,
        [SPLICE_HEADINGS] = &store->headings,
        [SPLICE_REPORTS] = &store->reports,
    };
    return tables[table];
}

uint32_t splice_input_times(const splice_input *input, uint32_t word)
{
    return input->own_counts ? input->own_counts[word]
                             : column_u32(&input->store->word_count, word);
}

void splice_input_free(splice_input *input)
{
    for (size_t i = 0; i < SPLICE_TABLES; i++)
        free(input->used[i]);
    free(input->own_counts);
    *input = (splice_input){0};
}

void splice_input_pass(splice_input *input, uint32_t documents)
{
    input->passed += documents;
    if (input->passed < FORGET_DOCUMENTS && input->passed < input->store->header->documents)
        return;
    tip_store_forget_pages(input->store);
    input->passed = 0;
}

/* ---- Documents ---- */

static tip_status use_document(splice_input *input, uint32_t document, tip_error *err)
{
    const tip_store *store = input->store;
    uint32_t report = tip_store_report_of(store, document);
    uint32_t heading = tip_store_section_of(store, document);
    if (report >= store->reports.count || heading >= store->headings.count)
        return store_damaged(store, "report or section numbers", err);
    input->used[SPLICE_REPORTS][report] = true;
    input->used[SPLICE_HEADINGS][heading] = true;
    tip_words words = tip_store_words_of(store, document);
    while (words.next < words.end) {
        uint32_t word = word_decode(&words.next, words.end);
        if (word >= store->words.count)
            return store_damaged(store, "word numbers", err);
        input->own_counts[word] += input->own_counts[word] < UINT32_MAX;
        input->words++;
    }
    return TIP_OK;
}

static tip_status use_piece(splice_input *input, const tip_store_piece *piece, tip_error *err)
{
    tip_status status = TIP_OK;
    for (uint32_t i = 0; i < piece->count && status == TIP_OK; i++) {
        status = use_document(input, piece->first + i, err);
        splice_input_pass(input, 1);
    }
    return status;
}

/* ---- Words of names, which no document has ---- */

static tip_status use_name_word(void *payload, tip_str word)
{
    splice_input *input = payload;
    uint32_t rank = string_table_find(&input->store->words, word);
    if (rank != TIP_STORE_NONE)
        input->used[SPLICE_WORDS][rank] = true;
    return TIP_OK;
}

static tip_status use_names(splice_input *input, tip_name_words_fn names, tip_error *err)
{
    const tip_store *store = input->store;
    tip_status status = TIP_OK;
    for (uint32_t i = 0; names && i < store->reports.count && status == TIP_OK; i++) {
        tip_record report = {0};
        if (!input->used[SPLICE_REPORTS][i])
            continue;
        status = tip_store_report(store, i, &report, err);
        if (status == TIP_OK && (status = names(&report, use_name_word, input)) != TIP_OK)
            tip_fail(err, status, "cannot read the name of a report: %s", tip_status_text(status));
    }
    return status;
}

static tip_status use_words(splice_input *input, tip_error *err)
{
    const tip_store *store = input->store;
    for (size_t i = 0; i < store->words.count; i++) {
        uint32_t rank = column_u32(&store->word_rank, i);
        uint32_t stem = column_u32(&store->word_stem, i);
        if (rank >= store->words.count || stem >= store->stems.count)
            return store_damaged(store, "vocabulary", err);
        if (input->own_counts[i] > 0)
            input->used[SPLICE_WORDS][rank] = true;
        if (input->used[SPLICE_WORDS][rank])
            input->used[SPLICE_STEMS][stem] = true;
    }
    return TIP_OK;
}

/* ---- The whole ---- */

static tip_status allocate(splice_input *input, tip_error *err)
{
    input->own_counts = calloc(input->store->words.count + 1, sizeof *input->own_counts);
    bool allocated = input->own_counts;
    for (size_t i = 0; i < SPLICE_TABLES; i++) {
        size_t count = splice_input_table(input, (splice_table)i)->count;
        input->used[i] = calloc(count + 1, sizeof *input->used[i]);
        allocated = allocated && input->used[i];
    }
    return allocated ? TIP_OK : tip_fail_memory(err);
}

/* A store in one piece needs no look at its documents. */
static void use_whole(splice_input *input)
{
    input->words = input->store->header->words;
}

static bool is_whole(const splice_input *input, size_t number, const tip_store_piece *pieces,
                     size_t count)
{
    uint32_t documents = input->store->header->documents;
    size_t found = 0;
    bool whole = false;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].store != number)
            continue;
        whole = pieces[i].count == documents;
        found++;
    }
    return found == 1 && whole;
}

tip_status splice_input_use(splice_input *input, size_t number, const tip_store_piece *pieces,
                            size_t count, tip_name_words_fn names, tip_error *err)
{
    if (is_whole(input, number, pieces, count)) {
        use_whole(input);
        return TIP_OK;
    }
    tip_status status = allocate(input, err);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        if (pieces[i].store == number)
            status = use_piece(input, &pieces[i], err);
    if (status == TIP_OK)
        status = use_names(input, names, err);
    if (status == TIP_OK)
        status = use_words(input, err);
    return status;
}
