/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting matches in indexes of the portable layout: by the values of a slot, as every server can.
 */
#include "base/error.h"
#include "search/counts.h"
#include "search/portable.h"
#include "text/term.h"

#include <string.h>

/* What a value is counted for. */
typedef struct counter {
    tip_counts *counts;
    tip_facet facet;
} counter;

static tip_status see_report(void *payload, tip_str value, size_t documents)
{
    const counter *c = payload;
    char buffer[YEAR_ROOM];
    tip_record report = {0};
    tip_count *count;
    bool by_section = c->facet == TIP_FACET_SECTION;
    if (by_section ? !portable_section_read(value, &report) : !portable_report_read(value, &report))
        return TIP_CORRUPT;
    tip_str counted = by_section ? report.section : facet_value(&report, c->facet, buffer);
    if (count_of(c->counts, counted, &count) != TIP_OK)
        return TIP_NO_MEMORY;
    count->paragraphs += documents;
    count->reports++;
    return TIP_OK;
}

static tip_status fail_value(tip_status status, tip_error *err)
{
    if (status == TIP_CORRUPT)
        return tip_fail(err, status,
                        "damaged (the values of a paragraph); rebuild the index with tipindex "
                        "--rebuild");
    return status == TIP_NO_MEMORY ? tip_fail_memory(err) : status;
}

/* ---- By the countries that a text names ---- */

typedef struct mentions {
    const tip_searcher *searcher;
    const tip_query *query;
    tip_counts *counts;
    size_t paragraphs;
    size_t reports;
    tip_error *err;
} mentions;

static tip_status add_up(void *payload, tip_str value, size_t documents)
{
    mentions *m = payload;
    (void)value;
    m->paragraphs += documents;
    m->reports++;
    return TIP_OK;
}

/* A paragraph may name several countries, and there are few of them: one query each. */
static tip_status count_country(mentions *m, tip_str term)
{
    const size_t prefix = strlen(TIP_TERM_MENTION);
    const tip_country *country =
        tip_country_find((tip_str){term.data + prefix, term.size - prefix});
    xc_query *operands[] = {m->query->compiled, NULL};
    xc_query *both;
    tip_count *count;
    m->paragraphs = 0;
    m->reports = 0;
    tip_status status = xc_query_term(m->searcher->database, term, &operands[1], m->err);
    if (status != TIP_OK)
        return status;
    status = xc_query_join(XC_FILTER, operands, 2, &both, m->err);
    xc_query_free(operands[1]);
    if (status != TIP_OK)
        return status;
    status = xc_shards_count(m->searcher->database, both, PORTABLE_SLOT_REPORT, add_up, m, m->err);
    xc_query_free(both);
    if (status != TIP_OK || m->paragraphs == 0 || !country)
        return status;
    if (count_of(m->counts, tip_str_of(country->name), &count) != TIP_OK)
        return tip_fail_memory(m->err);
    count->paragraphs += m->paragraphs;
    count->reports += m->reports;
    return TIP_OK;
}

/* Terms are gathered first: a server that is telling of them cannot answer queries. */
static tip_status gather_term(void *payload, tip_str term, size_t documents)
{
    tip_buf *terms = payload;
    (void)documents;
    if (tip_buf_add(terms, term.data, term.size) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add_byte(terms, '\0');
}

static tip_status count_mentions(const tip_searcher *searcher, const tip_query *query,
                                 tip_counts *counts, tip_error *err)
{
    mentions m = {.searcher = searcher, .query = query, .counts = counts, .err = err};
    tip_buf terms = {0};
    tip_status status =
        xc_shards_terms(searcher->database, tip_str_of(TIP_TERM_MENTION), gather_term, &terms, err);
    for (size_t at = 0; at < terms.size && status == TIP_OK;) {
        tip_str term = tip_str_of(terms.data + at);
        status = count_country(&m, term);
        at += term.size + 1;
    }
    tip_buf_free(&terms);
    return status == TIP_NO_MEMORY ? tip_fail_memory(err) : status;
}

tip_status portable_count(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                          tip_counts *counts, tip_error *err)
{
    counter c = {counts, facet};
    const unsigned slot = facet == TIP_FACET_SECTION ? PORTABLE_SLOT_SECTION : PORTABLE_SLOT_REPORT;
    if (facet == TIP_FACET_MENTIONS)
        return count_mentions(searcher, query, counts, err);
    return fail_value(
        xc_shards_count(searcher->database, query->compiled, slot, see_report, &c, err), err);
}

/* ---- Words by year ---- */

static uint64_t read_words(tip_str value)
{
    uint64_t words = 0;
    for (size_t i = 0; i < value.size; i++)
        words = words * 10 + (uint64_t)(value.data[i] - '0');
    return words;
}

static tip_status see_words(void *payload, tip_str key, tip_str value)
{
    tip_counts *counts = payload;
    const size_t prefix = strlen(PORTABLE_KEY_WORDS);
    tip_count *count;
    if (count_of(counts, (tip_str){key.data + prefix, key.size - prefix}, &count) != TIP_OK)
        return TIP_NO_MEMORY;
    count->words += read_words(value);
    return TIP_OK;
}

static tip_status add_words(void *payload, tip_str key, tip_str value)
{
    uint64_t *words = payload;
    (void)key;
    *words += read_words(value);
    return TIP_OK;
}

static tip_status each_year(const tip_searcher *searcher, xc_metadata_fn see, void *payload,
                            tip_error *err)
{
    const portable_index *index = searcher->portable;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < index->count && status == TIP_OK; i++)
        if (index->shards[i].number != SIZE_MAX)
            status = xc_shards_metadata(searcher->database, index->shards[i].number,
                                        PORTABLE_KEY_WORDS, see, payload, err);
    return status == TIP_NO_MEMORY ? tip_fail_memory(err) : status;
}

tip_status portable_count_words(tip_searcher *searcher, tip_counts *counts, tip_error *err)
{
    return each_year(searcher, see_words, counts, err);
}

tip_status portable_all_words(const tip_searcher *searcher, uint64_t *ret_words, tip_error *err)
{
    *ret_words = 0;
    return each_year(searcher, add_words, ret_words, err);
}
