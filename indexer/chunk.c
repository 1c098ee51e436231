/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/chunk.h"

#include "base/error.h"
#include "corpus/mention.h"
#include "text/term.h"
#include "xapian-c/xapian_c.h"

#include <stdlib.h>

/* The title of a document that is no country's report counts as often as this. */
enum { TITLE_WEIGHT = 2 };

/* Fields that become terms of a document. */
enum { MENTION_FIELD = 6, FIELD_TERMS };

/* "XMKGZ" */
enum { MENTION_TERM_SIZE = 8 };

struct tip_chunk {
    tip_stemmer *stemmer; /* borrowed */
    tip_store_builder *builder;
    xc_writer *writer;
    tip_buf words;    /* u32: the words of the document's text */
    tip_buf wdf;      /* u32, one a stem: its frequency in the document, else 0 */
    tip_buf stems;    /* u32: the document's stems, each once */
    tip_buf postings; /* xc_posting */
    tip_buf fields[FIELD_TERMS];
    tip_buf longest;  /* size_t, one a word: tip_mention_longest */
    tip_buf spans;    /* tip_span, one a word of the document's text */
    tip_buf mentions; /* const tip_country *: those that the text names, each once */
};

tip_status tip_chunk_new(tip_stemmer *stemmer, const char *postings_path, tip_chunk **ret_chunk,
                         tip_error *err)
{
    tip_chunk *chunk = calloc(1, sizeof *chunk);
    if (!chunk)
        return tip_fail_memory(err);
    chunk->stemmer = stemmer;
    tip_status status = tip_store_builder_new(&chunk->builder, err);
    if (status == TIP_OK)
        status = xc_writer_new(postings_path, &chunk->writer, err);
    if (status != TIP_OK) {
        tip_chunk_free(chunk);
        return status;
    }
    *ret_chunk = chunk;
    return TIP_OK;
}

void tip_chunk_free(tip_chunk *chunk)
{
    if (!chunk)
        return;
    tip_store_builder_free(chunk->builder);
    xc_writer_discard(chunk->writer);
    tip_buf_free(&chunk->words);
    tip_buf_free(&chunk->wdf);
    tip_buf_free(&chunk->stems);
    tip_buf_free(&chunk->postings);
    tip_buf_free(&chunk->longest);
    tip_buf_free(&chunk->spans);
    tip_buf_free(&chunk->mentions);
    for (size_t i = 0; i < FIELD_TERMS; i++)
        tip_buf_free(&chunk->fields[i]);
    free(chunk);
}

size_t tip_chunk_documents(const tip_chunk *chunk)
{
    return tip_store_builder_documents(chunk->builder);
}

/* The number of a word; a new word's stem is told to the store. */
static tip_status number_word(tip_chunk *chunk, tip_str word, uint32_t *ret_word)
{
    bool is_new;
    tip_status status = tip_store_builder_word(chunk->builder, word, ret_word, &is_new);
    if (status != TIP_OK || !is_new)
        return status;
    tip_str stem;
    uint32_t number;
    uint32_t none = 0;
    size_t longest = tip_mention_longest(word);
    if (tip_buf_add(&chunk->longest, &longest, sizeof longest) != TIP_OK)
        return TIP_NO_MEMORY;
    status = tip_stem(chunk->stemmer, word, &stem);
    if (status == TIP_OK)
        status = tip_store_builder_stem(chunk->builder, stem, &number);
    if (status == TIP_OK && tip_store_builder_stems(chunk->builder) > chunk->wdf.size / sizeof none)
        status = tip_buf_add(&chunk->wdf, &none, sizeof none);
    return status;
}

static tip_status count_stem(tip_chunk *chunk, uint32_t word, uint32_t times)
{
    uint32_t stem = tip_store_builder_stem_of(chunk->builder, word);
    uint32_t *wdf = (uint32_t *)(void *)chunk->wdf.data;
    bool first = wdf[stem] == 0;
    wdf[stem] += times;
    return first ? tip_buf_add(&chunk->stems, &stem, sizeof stem) : TIP_OK;
}

/* The words of the text itself, with where they stand. */
static tip_status count_text(tip_chunk *chunk, tip_str text)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    tip_buf_clear(&chunk->words);
    tip_buf_clear(&chunk->spans);
    tip_tokenizer_start(&tokenizer, text);
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        tip_span span = {(uint32_t)token.start, (uint32_t)(token.start + token.length)};
        uint32_t word;
        status = number_word(chunk, (tip_str){token.word, token.size}, &word);
        if (status == TIP_OK)
            status = count_stem(chunk, word, 1);
        if (status == TIP_OK)
            status = tip_buf_add(&chunk->words, &word, sizeof word);
        if (status == TIP_OK)
            status = tip_buf_add(&chunk->spans, &span, sizeof span);
    }
    return status;
}

/* Whether queries know the country by all its names. */
static bool is_country_known(const tip_record *record)
{
    return record->iso3.size > 0 && tip_country_find(record->iso3);
}

/* A report's title names its series, and would make every paragraph an answer to "trafficking in
 * persons": its country stands for it. Queries know most countries by all their names. */
static tip_str name_of(const tip_record *record)
{
    if (is_country_known(record))
        return (tip_str){NULL, 0};
    return record->country.size ? record->country : record->title;
}

tip_status tip_chunk_name_words(const tip_record *report,
                                tip_status (*word)(void *payload, tip_str word), void *payload)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    tip_tokenizer_start(&tokenizer, name_of(report));
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token))
        status = word(payload, (tip_str){token.word, token.size});
    return status;
}

/* How often the words of a name are to count. */
typedef struct name_count {
    tip_chunk *chunk;
    uint32_t times;
} name_count;

static tip_status count_name_word(void *payload, tip_str word)
{
    const name_count *name = payload;
    uint32_t number;
    tip_status status = number_word(name->chunk, word, &number);
    return status == TIP_OK ? count_stem(name->chunk, number, name->times) : status;
}

static tip_status count_name(tip_chunk *chunk, const tip_record *record)
{
    name_count name = {chunk, record->country.size ? 1 : TITLE_WEIGHT};
    return tip_chunk_name_words(record, count_name_word, &name);
}

static tip_status add_posting(tip_chunk *chunk, tip_str term, uint32_t wdf)
{
    xc_posting posting = {term, wdf};
    return tip_buf_add(&chunk->postings, &posting, sizeof posting);
}

static tip_status add_stems(tip_chunk *chunk)
{
    const uint32_t *stems = (const uint32_t *)(const void *)chunk->stems.data;
    uint32_t *wdf = (uint32_t *)(void *)chunk->wdf.data;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < chunk->stems.size / sizeof *stems; i++) {
        if (status == TIP_OK)
            status = add_posting(chunk, tip_store_builder_stem_text(chunk->builder, stems[i]),
                                 wdf[stems[i]]);
        wdf[stems[i]] = 0;
    }
    tip_buf_clear(&chunk->stems);
    return status;
}

static tip_status add_field(tip_chunk *chunk, size_t place, const char *prefix, tip_str value)
{
    if (value.size == 0)
        return TIP_OK;
    tip_buf *term = &chunk->fields[place];
    tip_status status = tip_term_of_field(prefix, value, term);
    return status == TIP_OK ? add_posting(chunk, tip_buf_str(term), 0) : status;
}

static tip_status add_fields(tip_chunk *chunk, const tip_record *record)
{
    tip_status status = add_field(chunk, 0, TIP_TERM_ISO3, record->iso3);
    if (status == TIP_OK && !is_country_known(record))
        status = add_field(chunk, 5, TIP_TERM_COUNTRY, record->country);
    if (status == TIP_OK)
        status = add_field(chunk, 1, TIP_TERM_REGION, record->region);
    if (status == TIP_OK)
        status = add_field(chunk, 2, TIP_TERM_TIER, record->tier);
    if (status == TIP_OK)
        status = add_field(chunk, 3, TIP_TERM_SECTION, record->section);
    if (status == TIP_OK && record->year > 0) {
        status = tip_term_of_year(record->year, &chunk->fields[4]);
        if (status == TIP_OK)
            status = add_posting(chunk, tip_buf_str(&chunk->fields[4]), 0);
    }
    return status;
}

/* ---- Countries that the text names ---- */

static tip_status add_mention(tip_chunk *chunk, const tip_country *country)
{
    const tip_country *const *known = (const tip_country *const *)(void *)chunk->mentions.data;
    for (size_t i = 0; i < chunk->mentions.size / sizeof *known; i++)
        if (known[i] == country)
            return TIP_OK;
    return tip_buf_add(&chunk->mentions, &country, sizeof country);
}

static tip_status find_mentions(tip_chunk *chunk, tip_str text)
{
    const size_t *longest = (const size_t *)(const void *)chunk->longest.data;
    const uint32_t *words = (const uint32_t *)(const void *)chunk->words.data;
    const tip_span *spans = (const tip_span *)(const void *)chunk->spans.data;
    size_t count = chunk->words.size / sizeof *words;
    tip_status status = TIP_OK;
    tip_buf_clear(&chunk->mentions);
    for (size_t i = 0; i < count && status == TIP_OK;) {
        size_t used = 1;
        const tip_country *country = NULL;
        if (longest[words[i]] > 0)
            country = tip_mention_find(text, spans + i, count - i, longest[words[i]], &used);
        if (country)
            status = add_mention(chunk, country);
        i += used;
    }
    return status;
}

/* Terms are made when they are added, so each needs room of its own until then. */
static tip_status add_mention_terms(tip_chunk *chunk, tip_buf *room)
{
    const tip_country *const *found = (const tip_country *const *)(void *)chunk->mentions.data;
    size_t count = chunk->mentions.size / sizeof *found;
    tip_buf_clear(room);
    if (tip_buf_reserve(room, count * MENTION_TERM_SIZE + 1) != TIP_OK)
        return TIP_NO_MEMORY;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < count && status == TIP_OK; i++) {
        size_t start = room->size;
        (void)tip_buf_add_text(room, TIP_TERM_MENTION);
        (void)tip_buf_add_text(room, found[i]->iso3);
        status = add_posting(chunk, (tip_str){room->data + start, room->size - start}, 0);
    }
    return status;
}

/* Finds the postings of a record. */
static tip_status analyze(tip_chunk *chunk, const tip_record *record, tip_error *err)
{
    tip_buf_clear(&chunk->postings);
    tip_status status = count_text(chunk, record->text);
    if (status == TIP_OK)
        status = find_mentions(chunk, record->text);
    if (status == TIP_OK)
        status = count_name(chunk, record);
    if (status == TIP_OK)
        status = add_stems(chunk);
    if (status == TIP_OK)
        status = add_fields(chunk, record);
    if (status == TIP_OK)
        status = add_mention_terms(chunk, &chunk->fields[MENTION_FIELD]);
    if (status != TIP_OK)
        return tip_fail(err, status, "cannot analyze a paragraph: %s", tip_status_text(status));
    return TIP_OK;
}

static tip_status write_postings(tip_chunk *chunk, tip_error *err)
{
    return xc_writer_add(chunk->writer, (const xc_posting *)(const void *)chunk->postings.data,
                         chunk->postings.size / sizeof(xc_posting), err);
}

tip_status tip_chunk_post(tip_chunk *chunk, const tip_record *record, tip_error *err)
{
    tip_status status = analyze(chunk, record, err);
    return status == TIP_OK ? write_postings(chunk, err) : status;
}

/* A record that is refused must not leave words behind. */
tip_status tip_chunk_add(tip_chunk *chunk, const tip_record *record, tip_error *err)
{
    tip_status status = tip_store_builder_accept(record, err);
    if (status == TIP_OK)
        status = analyze(chunk, record, err);
    if (status == TIP_OK)
        status = tip_store_builder_add(chunk->builder, record,
                                       (const uint32_t *)(const void *)chunk->words.data,
                                       chunk->words.size / sizeof(uint32_t), err);
    return status == TIP_OK ? write_postings(chunk, err) : status;
}

tip_status tip_chunk_number(tip_chunk *chunk, tip_numbering *numbering, tip_error *err)
{
    return tip_store_builder_number(chunk->builder, numbering, err);
}

tip_status tip_chunk_finish(tip_chunk *chunk, const char *store_path, tip_error *err)
{
    xc_writer *writer = chunk->writer;
    chunk->writer = NULL;
    tip_status status = xc_writer_finish(writer, err);
    if (status == TIP_OK && store_path)
        status = tip_store_builder_write(chunk->builder, store_path, err);
    return status;
}
