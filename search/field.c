/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the values of fields mean, as terms of the index. */
#include "base/error.h"
#include "corpus/section.h"
#include "search/nearest.h"
#include "search/searcher.h"
#include "text/term.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_MIN = 1, YEAR_MAX = 9999, YEAR_DIGITS = 4 };

/* What one value is turned into terms with. */
typedef struct term_sink {
    const tip_searcher *searcher;
    tip_field field;
    size_t at; /* where the value stands in the query */
    tip_status (*add)(void *payload, tip_str term);
    void *payload;
    tip_buf term;
    tip_error *err;
} term_sink;

static tip_status bad_value(const term_sink *s, tip_str value, const char *expected)
{
    return query_fail(s->err, s->at, "%s:%.*s: %s", field_name(s->field),
                      (int)(value.size < 80 ? value.size : 80), value.data, expected);
}

static tip_status add_field(term_sink *s, const char *prefix, tip_str value)
{
    if (tip_term_of_field(prefix, value, &s->term) != TIP_OK)
        return tip_fail_memory(s->err);
    return s->add(s->payload, tip_buf_str(&s->term));
}

/* ---- Years ---- */

static bool read_year(tip_str text, int fallback, int *ret_year)
{
    int year = 0;
    if (text.size == 0) {
        *ret_year = fallback;
        return true;
    }
    if (text.size != YEAR_DIGITS)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!isdigit((unsigned char)text.data[i]))
            return false;
        year = year * 10 + (text.data[i] - '0');
    }
    *ret_year = year;
    return year >= YEAR_MIN;
}

tip_status fast_reports(const tip_searcher *searcher, report_fn see, void *payload, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < searcher->indexes; i++) {
        const tip_store *store = searcher->stores[i];
        for (uint32_t n = 0; n < tip_store_reports(store) && status == TIP_OK; n++) {
            tip_record report = {0};
            status = tip_store_report(store, n, &report, err);
            if (status == TIP_OK)
                status = see(payload, i, n, &report);
        }
    }
    return status;
}

typedef struct year_walk {
    year_fn see;
    void *payload;
} year_walk;

static tip_status see_year(void *payload, size_t index, uint32_t number, const tip_record *report)
{
    const year_walk *walk = payload;
    (void)index;
    (void)number;
    return walk->see(walk->payload, report->year);
}

tip_status fast_years(const tip_searcher *searcher, year_fn see, void *payload, tip_error *err)
{
    year_walk walk = {see, payload};
    return fast_reports(searcher, see_year, &walk, err);
}

static tip_status note_year(void *payload, int year)
{
    bool *known = payload;
    if (year >= YEAR_MIN && year <= YEAR_MAX)
        known[year] = true;
    return TIP_OK;
}

static tip_status add_year(term_sink *s, int year)
{
    if (tip_term_of_year(year, &s->term) != TIP_OK)
        return tip_fail_memory(s->err);
    return s->add(s->payload, tip_buf_str(&s->term));
}

/* The years of a range that there are: thousands of terms that do not occur would take long. */
static tip_status add_known_years(term_sink *s, int first, int last)
{
    bool known[YEAR_MAX + 1] = {false};
    tip_status status = s->searcher->layout->years(s->searcher, note_year, known, s->err);
    for (int year = first; year <= last && status == TIP_OK; year++)
        if (known[year])
            status = add_year(s, year);
    return status;
}

static tip_status add_years(term_sink *s, tip_str value)
{
    static const char expected[] = "a year is written as 2020, 2018..2021, 2018.. or ..2021";
    const char *dots = memmem(value.data, value.size, "..", 2);
    tip_str from = {value.data, dots ? (size_t)(dots - value.data) : value.size};
    tip_str to = dots ? (tip_str){dots + 2, value.size - from.size - 2} : from;
    int first = YEAR_MIN;
    int last = YEAR_MAX;
    if (!read_year(from, YEAR_MIN, &first) || !read_year(to, YEAR_MAX, &last) ||
        from.size + to.size == 0)
        return bad_value(s, value, expected);
    if (first > last)
        return bad_value(s, value, "this range of years ends before it starts");
    return first == last ? add_year(s, first) : add_known_years(s, first, last);
}

/* ---- Countries, tiers, regions ---- */

static tip_status unknown_country(const term_sink *s, tip_str value)
{
    tip_str near = nearest_country(value);
    char expected[256] = "no country of this name is known";
    if (near.size > 0)
        snprintf(expected, sizeof expected, "no country of this name is known; did you mean %s?",
                 near.data);
    return bad_value(s, value, expected);
}

static tip_status add_country(term_sink *s, tip_str value)
{
    const tip_country *country = tip_country_find_any(value);
    size_t documents = 0;
    if (country)
        return add_field(s, TIP_TERM_ISO3, tip_str_of(country->iso3));
    if (tip_term_of_field(TIP_TERM_COUNTRY, value, &s->term) != TIP_OK)
        return tip_fail_memory(s->err);
    if (s->searcher->database) {
        tip_status status =
            xc_term_documents(s->searcher->database, tip_buf_str(&s->term), &documents, s->err);
        if (status != TIP_OK)
            return status;
    }
    if (documents == 0)
        return unknown_country(s, value);
    return s->add(s->payload, tip_buf_str(&s->term));
}

static tip_status add_mention(term_sink *s, tip_str value)
{
    const tip_country *country = tip_country_find_any(value);
    if (!country)
        return unknown_country(s, value);
    return add_field(s, TIP_TERM_MENTION, tip_str_of(country->iso3));
}

static tip_status add_iso(term_sink *s, tip_str value)
{
    const tip_country *country =
        value.size == 2 || value.size == 3 ? tip_country_find(value) : NULL;
    if (!country)
        return bad_value(s, value, "this is no ISO 3166 code such as KG or KGZ");
    return add_field(s, TIP_TERM_ISO3, tip_str_of(country->iso3));
}

static tip_status add_tier(term_sink *s, tip_str value)
{
    const char *tier = tip_tier_of_text(value);
    if (!tier)
        return bad_value(s, value, "a tier is 1, 2, 2WL, 3 or special");
    return add_field(s, TIP_TERM_TIER, tip_str_of(tier));
}

/* ---- Headings: each that has all words of the value, in any order ---- */

static bool has_word(tip_str text, const tip_token *word)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token))
        if (token.size == word->size && memcmp(token.word, word->word, word->size) == 0)
            return true;
    return false;
}

bool has_all_words(tip_str text, tip_str words)
{
    tip_tokenizer tokenizer;
    tip_token token;
    bool any = false;
    tip_tokenizer_start(&tokenizer, words);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        if (!has_word(text, &token))
            return false;
        any = true;
    }
    return any;
}

tip_status fast_sections(const tip_searcher *searcher, known_fn see, void *payload, tip_error *err)
{
    (void)err;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < searcher->indexes; i++)
        for (uint32_t n = 0; n < tip_store_sections(searcher->stores[i]) && status == TIP_OK; n++)
            status = see(payload, tip_store_section(searcher->stores[i], n));
    return status;
}

static tip_status each_region(known_fn see, void *payload)
{
    static const char *const names[] = {
        "Africa",    "East Asia and Pacific",  "Europe and Eurasia",
        "Near East", "South and Central Asia", "Western Hemisphere",
    };
    tip_status status = TIP_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == TIP_OK; i++)
        status = see(payload, tip_str_of(names[i]));
    return status;
}

tip_status field_each_known(const tip_searcher *searcher, tip_field field, known_fn see,
                            void *payload, tip_error *err)
{
    if (field == TIP_FIELD_SECTION)
        return searcher->layout->sections(searcher, see, payload, err);
    return field == TIP_FIELD_REGION ? each_region(see, payload) : TIP_OK;
}

/* Those that have all words of a value. */
typedef struct heading_sink {
    term_sink *terms;
    const char *prefix;
    tip_str words;
    bool any;
} heading_sink;

static tip_status add_heading(void *payload, tip_str known)
{
    heading_sink *h = payload;
    if (!has_all_words(known, h->words))
        return TIP_OK;
    h->any = true;
    return add_field(h->terms, h->prefix, known);
}

static tip_status add_sections(term_sink *s, tip_str value)
{
    const char *canonical = tip_section_of_heading(value);
    heading_sink h = {s, TIP_TERM_SECTION, canonical ? tip_str_of(canonical) : value, false};
    return s->searcher->layout->sections(s->searcher, add_heading, &h, s->err);
}

/* "Europe" is enough; a region of another scheme must be written out. */
static tip_status add_regions(term_sink *s, tip_str value)
{
    heading_sink h = {s, TIP_TERM_REGION, value, false};
    tip_status status = each_region(add_heading, &h);
    return h.any ? status : add_field(s, TIP_TERM_REGION, value);
}

static tip_status add_value(term_sink *s, tip_str value)
{
    switch (s->field) {
    case TIP_FIELD_COUNTRY:
        return add_country(s, value);
    case TIP_FIELD_ISO:
        return add_iso(s, value);
    case TIP_FIELD_REGION:
        return add_regions(s, value);
    case TIP_FIELD_YEAR:
        return add_years(s, value);
    case TIP_FIELD_TIER:
        return add_tier(s, value);
    case TIP_FIELD_SECTION:
        return add_sections(s, value);
    case TIP_FIELD_MENTIONS:
        return add_mention(s, value);
    case TIP_FIELD_TITLE:
        break; /* no terms: see field_titles */
    }
    return TIP_OK;
}

static bool has_any_value(const query_node *node, tip_str title)
{
    for (size_t i = 0; i < node->value_count; i++)
        if (has_all_words(title, tip_str_of(node->values[i].text)))
            return true;
    return false;
}

static tip_status find_titles(const tip_store *store, const query_node *node, bool *reports,
                              tip_error *err)
{
    tip_status status = TIP_OK;
    for (uint32_t i = 0; i < tip_store_reports(store) && status == TIP_OK; i++) {
        tip_record report = {0};
        status = tip_store_report(store, i, &report, err);
        reports[i] = status == TIP_OK && has_any_value(node, report.title);
    }
    return status;
}

/* The reports whose titles a FIELD node asks for. */
static tip_status titles_new(const tip_searcher *searcher, const query_node *node,
                             query_titles **ret_titles, tip_error *err)
{
    tip_status status = TIP_OK;
    query_titles *titles = calloc(1, sizeof *titles);
    if (!titles || !(titles->reports = calloc(searcher->indexes + 1, sizeof *titles->reports))) {
        titles_free(titles);
        return tip_fail_memory(err);
    }
    titles->stores = searcher->stores;
    for (; titles->indexes < searcher->indexes && status == TIP_OK; titles->indexes++) {
        const tip_store *store = searcher->stores[titles->indexes];
        bool *reports = calloc(tip_store_reports(store) + 1, sizeof *reports);
        titles->reports[titles->indexes] = reports;
        status = reports ? find_titles(store, node, reports, err) : tip_fail_memory(err);
    }
    if (status != TIP_OK) {
        titles_free(titles);
        return status;
    }
    *ret_titles = titles;
    return TIP_OK;
}

void titles_free(query_titles *titles)
{
    if (!titles)
        return;
    for (size_t i = 0; titles->reports && i < titles->indexes; i++)
        free(titles->reports[i]);
    free(titles->reports);
    free(titles);
}

/* The query keeps them. */
static tip_status keep_titles(tip_query *query, query_titles *titles, tip_error *err)
{
    query_titles **all = reallocarray(query->titles, query->title_count + 1, sizeof *all);
    if (!all) {
        titles_free(titles);
        return tip_fail_memory(err);
    }
    all[query->title_count++] = titles;
    query->titles = all;
    return TIP_OK;
}

static bool titles_accept(void *payload, size_t index, uint32_t document)
{
    const query_titles *titles = payload;
    if (index >= titles->indexes)
        return false;
    uint32_t report = tip_store_report_of(titles->stores[index], document);
    return report < tip_store_reports(titles->stores[index]) && titles->reports[index][report];
}

tip_status fast_titles(tip_query *query, const query_node *node, xc_query **ret_query,
                       tip_error *err)
{
    query_titles *titles = NULL;
    xc_query *all;
    xc_query *check;
    if (!query->searcher->database)
        return xc_query_none(ret_query, err);
    tip_status status = titles_new(query->searcher, node, &titles, err);
    if (status == TIP_OK)
        status = keep_titles(query, titles, err);
    if (status == TIP_OK)
        status = xc_query_all(&all, err);
    if (status != TIP_OK)
        return status;
    status = xc_query_accept(query->searcher->database, titles_accept, titles, &check, err);
    if (status != TIP_OK) {
        xc_query_free(all);
        return status;
    }
    return query_join_two(XC_FILTER, all, check, ret_query, err);
}

tip_status field_value_terms(const tip_searcher *searcher, tip_field field,
                             const query_value *value,
                             tip_status (*add)(void *payload, tip_str term), void *payload,
                             tip_error *err)
{
    term_sink s = {searcher, field, value->at, add, payload, {0}, err};
    tip_status status = add_value(&s, tip_str_of(value->text));
    tip_buf_free(&s.term);
    return status;
}

tip_status field_terms(const tip_searcher *searcher, const query_node *node,
                       tip_status (*add)(void *payload, tip_str term), void *payload,
                       tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < node->value_count && status == TIP_OK; i++)
        status = field_value_terms(searcher, node->field, &node->values[i], add, payload, err);
    return status;
}
