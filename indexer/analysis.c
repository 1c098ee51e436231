/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/analysis.h"

#include "base/error.h"
#include "corpus/mention.h"
#include "text/term.h"

#include <stdlib.h>

/* The title of a document that is no country's report counts as often as this. */
enum { TITLE_WEIGHT = 2 };

/* Fields that become terms of a document. */
enum { MENTION_FIELD = 6, FIELD_TERMS };

/* "XMKGZ" */
enum { MENTION_TERM_SIZE = 8 };

struct tip_analysis {
    tip_stemmer *stemmer;       /* borrowed, as is ... */
    tip_store_builder *builder; /* ... which numbers words and stems */
    tip_buf words;              /* u32: the words of the document's text */
    tip_buf wdf;                /* u32, one a stem: its frequency in the document, else 0 */
    tip_buf stems;              /* u32: the document's stems, each once */
    tip_buf postings;           /* xc_posting */
    tip_buf fields[FIELD_TERMS];
    tip_buf longest;  /* size_t, one a word: tip_mention_longest */
    tip_buf spans;    /* tip_span, one a word of the document's text */
    tip_buf mentions; /* const tip_country *: those that the text names, each once */
};

tip_status tip_analysis_new(tip_stemmer *stemmer, tip_store_builder *builder,
                            tip_analysis **ret_analysis, tip_error *err)
{
    tip_analysis *a = calloc(1, sizeof *a);
    if (!a)
        return tip_fail_memory(err);
    a->stemmer = stemmer;
    a->builder = builder;
    *ret_analysis = a;
    return TIP_OK;
}

void tip_analysis_free(tip_analysis *analysis)
{
    if (!analysis)
        return;
    tip_buf_free(&analysis->words);
    tip_buf_free(&analysis->wdf);
    tip_buf_free(&analysis->stems);
    tip_buf_free(&analysis->postings);
    tip_buf_free(&analysis->longest);
    tip_buf_free(&analysis->spans);
    tip_buf_free(&analysis->mentions);
    for (size_t i = 0; i < FIELD_TERMS; i++)
        tip_buf_free(&analysis->fields[i]);
    free(analysis);
}

const uint32_t *tip_analysis_words(const tip_analysis *analysis, size_t *ret_count)
{
    *ret_count = analysis->words.size / sizeof(uint32_t);
    return (const uint32_t *)(const void *)analysis->words.data;
}

const xc_posting *tip_analysis_postings(const tip_analysis *analysis, size_t *ret_count)
{
    *ret_count = analysis->postings.size / sizeof(xc_posting);
    return (const xc_posting *)(const void *)analysis->postings.data;
}

/* The number of a word; a new word's stem is told to the store. */
static tip_status number_word(tip_analysis *a, tip_str word, uint32_t *ret_word)
{
    bool is_new;
    tip_status status = tip_store_builder_word(a->builder, word, ret_word, &is_new);
    if (status != TIP_OK || !is_new)
        return status;
    tip_str stem;
    uint32_t number;
    uint32_t none = 0;
    size_t longest = tip_mention_longest(word);
    if (tip_buf_add(&a->longest, &longest, sizeof longest) != TIP_OK)
        return TIP_NO_MEMORY;
    status = tip_stem(a->stemmer, word, &stem);
    if (status == TIP_OK)
        status = tip_store_builder_stem(a->builder, stem, &number);
    if (status == TIP_OK && tip_store_builder_stems(a->builder) > a->wdf.size / sizeof none)
        status = tip_buf_add(&a->wdf, &none, sizeof none);
    return status;
}

static tip_status count_stem(tip_analysis *a, uint32_t word, uint32_t times)
{
    uint32_t stem = tip_store_builder_stem_of(a->builder, word);
    uint32_t *wdf = (uint32_t *)(void *)a->wdf.data;
    bool first = wdf[stem] == 0;
    wdf[stem] += times;
    return first ? tip_buf_add(&a->stems, &stem, sizeof stem) : TIP_OK;
}

/* The words of the text itself, with where they stand. */
static tip_status count_text(tip_analysis *a, tip_str text)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    tip_buf_clear(&a->words);
    tip_buf_clear(&a->spans);
    tip_tokenizer_start(&tokenizer, text);
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        tip_span span = {(uint32_t)token.start, (uint32_t)(token.start + token.length)};
        uint32_t word;
        status = number_word(a, (tip_str){token.word, token.size}, &word);
        if (status == TIP_OK)
            status = count_stem(a, word, 1);
        if (status == TIP_OK)
            status = tip_buf_add(&a->words, &word, sizeof word);
        if (status == TIP_OK)
            status = tip_buf_add(&a->spans, &span, sizeof span);
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

tip_status tip_analysis_name_words(const tip_record *report,
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
    tip_analysis *analysis;
    uint32_t times;
} name_count;

static tip_status count_name_word(void *payload, tip_str word)
{
    const name_count *name = payload;
    uint32_t number;
    tip_status status = number_word(name->analysis, word, &number);
    return status == TIP_OK ? count_stem(name->analysis, number, name->times) : status;
}

static tip_status count_name(tip_analysis *a, const tip_record *record)
{
    name_count name = {a, record->country.size ? 1 : TITLE_WEIGHT};
    return tip_analysis_name_words(record, count_name_word, &name);
}

static tip_status add_posting(tip_analysis *a, tip_str term, uint32_t wdf)
{
    xc_posting posting = {term, wdf};
    return tip_buf_add(&a->postings, &posting, sizeof posting);
}

static tip_status add_stems(tip_analysis *a)
{
    const uint32_t *stems = (const uint32_t *)(const void *)a->stems.data;
    uint32_t *wdf = (uint32_t *)(void *)a->wdf.data;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < a->stems.size / sizeof *stems; i++) {
        if (status == TIP_OK)
            status =
                add_posting(a, tip_store_builder_stem_text(a->builder, stems[i]), wdf[stems[i]]);
        wdf[stems[i]] = 0;
    }
    tip_buf_clear(&a->stems);
    return status;
}

static tip_status add_field(tip_analysis *a, size_t place, const char *prefix, tip_str value)
{
    if (value.size == 0)
        return TIP_OK;
    tip_buf *term = &a->fields[place];
    tip_status status = tip_term_of_field(prefix, value, term);
    return status == TIP_OK ? add_posting(a, tip_buf_str(term), 0) : status;
}

static tip_status add_fields(tip_analysis *a, const tip_record *record)
{
    tip_status status = add_field(a, 0, TIP_TERM_ISO3, record->iso3);
    if (status == TIP_OK && !is_country_known(record))
        status = add_field(a, 5, TIP_TERM_COUNTRY, record->country);
    if (status == TIP_OK)
        status = add_field(a, 1, TIP_TERM_REGION, record->region);
    if (status == TIP_OK)
        status = add_field(a, 2, TIP_TERM_TIER, record->tier);
    if (status == TIP_OK)
        status = add_field(a, 3, TIP_TERM_SECTION, record->section);
    if (status == TIP_OK && record->year > 0) {
        status = tip_term_of_year(record->year, &a->fields[4]);
        if (status == TIP_OK)
            status = add_posting(a, tip_buf_str(&a->fields[4]), 0);
    }
    return status;
}

/* ---- Countries that the text names ---- */

static tip_status add_mention(tip_analysis *a, const tip_country *country)
{
    const tip_country *const *known = (const tip_country *const *)(void *)a->mentions.data;
    for (size_t i = 0; i < a->mentions.size / sizeof *known; i++)
        if (known[i] == country)
            return TIP_OK;
    return tip_buf_add(&a->mentions, &country, sizeof country);
}

static tip_status find_mentions(tip_analysis *a, tip_str text)
{
    const size_t *longest = (const size_t *)(const void *)a->longest.data;
    const uint32_t *words = (const uint32_t *)(const void *)a->words.data;
    const tip_span *spans = (const tip_span *)(const void *)a->spans.data;
    size_t count = a->words.size / sizeof *words;
    tip_status status = TIP_OK;
    tip_buf_clear(&a->mentions);
    for (size_t i = 0; i < count && status == TIP_OK;) {
        size_t used = 1;
        const tip_country *country = NULL;
        if (longest[words[i]] > 0)
            country = tip_mention_find(text, spans + i, count - i, longest[words[i]], &used);
        if (country)
            status = add_mention(a, country);
        i += used;
    }
    return status;
}

/* Terms are made when they are added, so each needs room of its own until then. */
static tip_status add_mention_terms(tip_analysis *a, tip_buf *room)
{
    const tip_country *const *found = (const tip_country *const *)(void *)a->mentions.data;
    size_t count = a->mentions.size / sizeof *found;
    tip_buf_clear(room);
    if (tip_buf_reserve(room, count * MENTION_TERM_SIZE + 1) != TIP_OK)
        return TIP_NO_MEMORY;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < count && status == TIP_OK; i++) {
        size_t start = room->size;
        (void)tip_buf_add_text(room, TIP_TERM_MENTION);
        (void)tip_buf_add_text(room, found[i]->iso3);
        status = add_posting(a, (tip_str){room->data + start, room->size - start}, 0);
    }
    return status;
}

tip_status tip_analysis_run(tip_analysis *a, const tip_record *record, tip_error *err)
{
    tip_buf_clear(&a->postings);
    tip_status status = count_text(a, record->text);
    if (status == TIP_OK)
        status = find_mentions(a, record->text);
    if (status == TIP_OK)
        status = count_name(a, record);
    if (status == TIP_OK)
        status = add_stems(a);
    if (status == TIP_OK)
        status = add_fields(a, record);
    if (status == TIP_OK)
        status = add_mention_terms(a, &a->fields[MENTION_FIELD]);
    if (status != TIP_OK)
        return tip_fail(err, status, "cannot analyze a paragraph: %s", tip_status_text(status));
    return TIP_OK;
}
