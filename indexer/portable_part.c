/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/portable_part.h"

#include "base/error.h"
#include "indexer/analysis.h"
#include "portable/layout.h"
#include "text/term.h"
#include "xapian-c/full.h"

#include <string.h>

enum { VALUES = 5 };

typedef struct part {
    const tip_store *store;
    tip_store_builder *numbers; /* of words and stems */
    tip_analysis *analysis;
    xc_full *database;
    tip_text_block block;
    tip_buf postings; /* xc_posting: those of the analysis and what only this layout has */
    tip_buf places;   /* xc_place */
    tip_buf exact;    /* the terms of words as they are, one behind the other */
    tip_buf titles;   /* the terms of words of the title, in the same way */
    tip_buf names;    /* those of words that stand for the report */
    tip_buf id;
    tip_buf file;
    tip_buf values[VALUES]; /* by slot */
    tip_buf data;
} part;

static void free_part(part *p)
{
    tip_analysis_free(p->analysis);
    tip_store_builder_free(p->numbers);
    xc_full_discard(p->database);
    tip_text_block_free(&p->block);
    tip_buf *const buffers[] = {&p->postings, &p->places, &p->exact, &p->titles,
                                &p->names,    &p->id,     &p->file,  &p->data};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        tip_buf_free(buffers[i]);
    for (size_t i = 0; i < VALUES; i++)
        tip_buf_free(&p->values[i]);
}

/* ---- Terms ---- */

static tip_status add_posting(part *p, tip_str term, uint32_t wdf)
{
    xc_posting posting = {term, wdf};
    return tip_buf_add(&p->postings, &posting, sizeof posting);
}

static tip_status add_place(part *p, tip_str term, size_t position)
{
    xc_place place = {term, (uint32_t)position};
    return tip_buf_add(&p->places, &place, sizeof place);
}

/* Adds a term behind others in room that was reserved for all of them. */
static tip_str add_term(tip_buf *room, const char *prefix, tip_str word)
{
    size_t start = room->size;
    (void)tip_buf_add_text(room, prefix);
    (void)tip_buf_add(room, word.data, word.size);
    return (tip_str){room->data + start, room->size - start};
}

static tip_str word_at(const part *p, const uint32_t *words, size_t i)
{
    return tip_store_builder_word_text(p->numbers, words[i]);
}

static tip_status reserve_exact(part *p, const uint32_t *words, size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(PORTABLE_TERM_EXACT) + word_at(p, words, i).size;
    tip_buf_clear(&p->exact);
    return tip_buf_reserve(&p->exact, size);
}

/* The words of the text, where they stand: by their stems and as they are. */
static tip_status add_places(part *p)
{
    size_t count;
    const uint32_t *words = tip_analysis_words(p->analysis, &count);
    tip_buf_clear(&p->places);
    tip_status status = reserve_exact(p, words, count);
    for (size_t i = 0; i < count && status == TIP_OK; i++) {
        uint32_t stem = tip_store_builder_stem_of(p->numbers, words[i]);
        tip_str exact = add_term(&p->exact, PORTABLE_TERM_EXACT, word_at(p, words, i));
        status = add_place(p, tip_store_builder_stem_text(p->numbers, stem), i + 1);
        if (status == TIP_OK)
            status = add_place(p, exact, i + 1);
    }
    return status;
}

/* Once to see how much room they take, and once to add them. */
static tip_status measure_word(void *payload, tip_str word)
{
    *(size_t *)payload += strlen(PORTABLE_TERM_NAME) + word.size;
    return TIP_OK;
}

static tip_status add_name_word(void *payload, tip_str word)
{
    part *p = payload;
    return add_posting(p, add_term(&p->names, PORTABLE_TERM_NAME, word), 0);
}

static tip_status add_names(part *p, const tip_record *record)
{
    size_t size = 1;
    tip_buf_clear(&p->names);
    tip_status status = tip_analysis_name_words(record, measure_word, &size);
    if (status == TIP_OK)
        status = tip_buf_reserve(&p->names, size);
    return status == TIP_OK ? tip_analysis_name_words(record, add_name_word, p) : status;
}

/* A word in folded form can be longer than it is in the title. */
static tip_status add_title(part *p, tip_str title)
{
    tip_tokenizer tokenizer;
    tip_token token;
    size_t size = 1;
    tip_tokenizer_start(&tokenizer, title);
    while (tip_tokenizer_next(&tokenizer, &token))
        size += strlen(PORTABLE_TERM_TITLE) + token.size;
    tip_buf_clear(&p->titles);
    tip_status status = tip_buf_reserve(&p->titles, size);
    tip_tokenizer_start(&tokenizer, title);
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        tip_str word = {token.word, token.size};
        status = add_posting(p, add_term(&p->titles, PORTABLE_TERM_TITLE, word), 0);
    }
    return status;
}

static tip_status add_name(part *p, const char *prefix, tip_str text, tip_buf *room)
{
    tip_status status = tip_term_of_text(prefix, text, room);
    return status == TIP_OK ? add_posting(p, tip_buf_str(room), 0) : status;
}

static tip_status add_terms(part *p, const tip_record *record, const tip_order *order)
{
    size_t count;
    const xc_posting *postings = tip_analysis_postings(p->analysis, &count);
    tip_buf_clear(&p->postings);
    tip_status status = tip_buf_add(&p->postings, postings, count * sizeof *postings);
    if (status == TIP_OK)
        status = add_places(p);
    if (status == TIP_OK)
        status = add_names(p, record);
    if (status == TIP_OK)
        status = add_title(p, record->title);
    if (status == TIP_OK)
        status = add_name(p, PORTABLE_TERM_ID, record->id, &p->id);
    if (status == TIP_OK)
        status = add_name(p, PORTABLE_TERM_FILE, tip_str_of(order->path), &p->file);
    return status;
}

/* ---- Values ---- */

static tip_status set_values(part *p, const tip_record *record, const tip_order *order)
{
    size_t words;
    (void)tip_analysis_words(p->analysis, &words);
    tip_buf_clear(&p->values[PORTABLE_SLOT_YEAR]);
    tip_status status = portable_order_write(tip_str_of(order->path), order->number,
                                             &p->values[PORTABLE_SLOT_ORDER]);
    if (status == TIP_OK)
        status = portable_report_write(record, &p->values[PORTABLE_SLOT_REPORT]);
    if (status == TIP_OK)
        status = portable_section_write(record, &p->values[PORTABLE_SLOT_SECTION]);
    if (status == TIP_OK && record->year > 0)
        status = xc_sortable_write(record->year, &p->values[PORTABLE_SLOT_YEAR]);
    if (status == TIP_OK)
        status = xc_sortable_write((double)words, &p->values[PORTABLE_SLOT_WORDS]);
    return status;
}

/* ---- Documents ---- */

static tip_status prepare(part *p, const tip_record *record, const tip_order *order, tip_error *err)
{
    tip_status status = tip_analysis_run(p->analysis, record, err);
    if (status != TIP_OK)
        return status;
    status = add_terms(p, record, order);
    if (status == TIP_OK)
        status = set_values(p, record, order);
    if (status == TIP_OK)
        status = portable_data_write(record, &p->data);
    return status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

static tip_status add_document(part *p, const tip_record *record, const tip_order *order,
                               tip_error *err)
{
    xc_value values[VALUES];
    tip_status status = prepare(p, record, order, err);
    for (uint32_t i = 0; i < VALUES; i++)
        values[i] = (xc_value){i, tip_buf_str(&p->values[i])};
    const xc_document document = {
        .postings = (const xc_posting *)(const void *)p->postings.data,
        .posting_count = p->postings.size / sizeof(xc_posting),
        .places = (const xc_place *)(const void *)p->places.data,
        .place_count = p->places.size / sizeof(xc_place),
        .values = values,
        .value_count = VALUES,
        .data = tip_buf_str(&p->data),
    };
    return status == TIP_OK ? xc_full_add(p->database, &document, err) : status;
}

static tip_status add_all(part *p, const tip_order *orders, tip_error *err)
{
    size_t documents = tip_store_documents(p->store);
    tip_status status = TIP_OK;
    for (size_t i = 0; i < documents && status == TIP_OK; i++) {
        tip_record record;
        status = tip_store_record(p->store, (uint32_t)i + 1, &p->block, &record, err);
        if (status == TIP_OK)
            status = add_document(p, &record, &orders[i], err);
    }
    return status;
}

static tip_status finish(part *p, tip_error *err)
{
    xc_full *database = p->database;
    p->database = NULL;
    return xc_full_finish(database, err);
}

tip_status tip_portable_part_write(tip_stemmer *stemmer, const char *store_path,
                                   const tip_order *orders, const char *path, tip_error *err)
{
    part p = {0};
    tip_store *store = NULL;
    tip_status status = tip_store_open(store_path, &store, err);
    p.store = store;
    if (status == TIP_OK)
        status = tip_store_builder_new(&p.numbers, err);
    if (status == TIP_OK)
        status = tip_analysis_new(stemmer, p.numbers, &p.analysis, err);
    if (status == TIP_OK)
        status = xc_full_new(path, &p.database, err);
    if (status == TIP_OK)
        status = add_all(&p, orders, err);
    if (status == TIP_OK)
        status = finish(&p, err);
    free_part(&p);
    tip_store_free(store);
    return status;
}
