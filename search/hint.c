/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of fields that no paragraph has, and those there are. */
#include "base/error.h"
#include "search/searcher.h"
#include "tip/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More values than a message has room for are counted, and more messages than help are left out. */
enum { VALUES_SHOWN = 12, HINTS_MAX = 4 };

typedef struct hinter {
    tip_searcher *searcher;
    FILE *out;
    size_t lines; /* that were written */
    tip_error *err;
} hinter;

/* ---- Whether a value is somebody's ---- */

typedef struct tally {
    const tip_searcher *searcher;
    size_t paragraphs;
    tip_error *err;
} tally;

static tip_status count_term(void *payload, tip_str term)
{
    tally *t = payload;
    size_t count = 0;
    tip_status status = TIP_OK;
    if (t->searcher->database)
        status = xc_term_documents(t->searcher->database, term, &count, t->err);
    t->paragraphs += count;
    return status;
}

static tip_status has_title(const hinter *h, const query_value *value, bool *ret_has)
{
    static const tip_search_options none = {.limit = 0};
    query_value values[] = {*value};
    const query_node node = {.field = TIP_FIELD_TITLE, .values = values, .value_count = 1};
    tip_query query = {.searcher = h->searcher};
    tip_results *results;
    tip_status status = h->searcher->layout->titles(&query, &node, &query.compiled, h->err);
    if (status == TIP_OK)
        status = tip_search(h->searcher, &query, &none, &results, h->err);
    if (status == TIP_OK) {
        *ret_has = tip_results_total(results) > 0;
        tip_results_free(results);
    }
    xc_query_free(query.compiled);
    query_phrases_free(&query);
    return status;
}

static tip_status is_known(const hinter *h, tip_field field, const query_value *value,
                           bool *ret_known)
{
    tally t = {h->searcher, 0, h->err};
    if (field == TIP_FIELD_TITLE)
        return has_title(h, value, ret_known);
    tip_status status = field_value_terms(h->searcher, field, value, count_term, &t, h->err);
    *ret_known = t.paragraphs > 0;
    return status;
}

/* ---- Which values there are ---- */

/* 0 where it is not known. */
static int read_year(tip_str digits)
{
    int year = 0;
    for (size_t i = 0; i < digits.size; i++)
        year = year * 10 + (digits.data[i] - '0');
    return year;
}

/* Years that follow one another are a range. */
static void write_years(FILE *out, const tip_counts *counts)
{
    size_t size = tip_counts_size(counts);
    int first = 0;
    int last = 0;
    const char *comma = "";
    for (size_t i = 0; i <= size; i++) {
        int year = i < size ? read_year(tip_counts_at(counts, i)->value) : 0;
        if (last > 0 && year != last + 1) {
            fprintf(out, last > first ? "%s%d to %d" : "%s%d", comma, first, last);
            comma = ", ";
            last = 0;
        }
        first = last > 0 ? first : year;
        last = year;
    }
}

/* The most frequent first. */
static void write_values(FILE *out, const tip_counts *counts)
{
    size_t shown = 0;
    size_t others = 0;
    for (size_t i = 0; i < tip_counts_size(counts); i++) {
        tip_str value = tip_counts_at(counts, i)->value;
        if (value.size == 0)
            continue;
        if (shown == VALUES_SHOWN) {
            others++;
            continue;
        }
        fprintf(out, "%s%.*s", shown > 0 ? ", " : "", (int)value.size, value.data);
        shown++;
    }
    if (others > 0)
        fprintf(out, " and %zu more", others);
}

/* What is not known is counted, too. */
static bool has_any(const tip_counts *counts)
{
    for (size_t i = 0; i < tip_counts_size(counts); i++)
        if (tip_counts_at(counts, i)->value.size > 0)
            return true;
    return false;
}

/* Everything in the index, to be counted. */
static tip_status count_all(const hinter *h, tip_facet facet, tip_counts **ret_counts)
{
    tip_query all = {.searcher = h->searcher};
    tip_status status = xc_query_all(&all.compiled, h->err);
    if (status != TIP_OK)
        return status;
    status = tip_count_by(h->searcher, &all, facet, ret_counts, h->err);
    xc_query_free(all.compiled);
    return status;
}

static bool facet_of(tip_field field, tip_facet *ret_facet, const char **ret_name)
{
    static const struct {
        tip_field field;
        tip_facet facet;
        const char *name;
    } facets[] = {{TIP_FIELD_YEAR, TIP_FACET_YEAR, "years"},
                  {TIP_FIELD_COUNTRY, TIP_FACET_COUNTRY, "countries"},
                  {TIP_FIELD_ISO, TIP_FACET_COUNTRY, "countries"},
                  {TIP_FIELD_REGION, TIP_FACET_REGION, "regions"},
                  {TIP_FIELD_TIER, TIP_FACET_TIER, "tiers"},
                  {TIP_FIELD_SECTION, TIP_FACET_SECTION, "sections"}};
    for (size_t i = 0; i < sizeof facets / sizeof *facets; i++)
        if (facets[i].field == field) {
            *ret_facet = facets[i].facet;
            *ret_name = facets[i].name;
            return true;
        }
    return false;
}

static tip_status write_known(const hinter *h, tip_field field)
{
    tip_facet facet;
    const char *name;
    tip_counts *counts;
    if (!facet_of(field, &facet, &name))
        return TIP_OK;
    tip_status status = count_all(h, facet, &counts);
    if (status != TIP_OK)
        return status;
    fprintf(h->out, has_any(counts) ? "; the index has the %s " : "; the index has no %s", name);
    if (facet == TIP_FACET_YEAR)
        write_years(h->out, counts);
    else
        write_values(h->out, counts);
    tip_counts_free(counts);
    return TIP_OK;
}

/* ---- The whole ---- */

static tip_status hint_field(hinter *h, const query_node *node)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < node->value_count && h->lines < HINTS_MAX && status == TIP_OK; i++) {
        tip_error room;
        bool known = true;
        status = is_known(h, node->field, &node->values[i], &known);
        if (status != TIP_OK || known)
            continue;
        fprintf(h->out, "%sno paragraph has %s:%s", h->lines > 0 ? "\n" : "",
                field_name(node->field), value_shown(&node->values[i], &room));
        h->lines++;
        status = write_known(h, node->field);
    }
    return status;
}

static tip_status hint_tree(hinter *h, const query_node *node)
{
    tip_status status = TIP_OK;
    if (node->kind == NODE_FIELD && node->occur != OCCUR_EXCLUDED)
        return hint_field(h, node);
    for (size_t i = 0; i < node->child_count && status == TIP_OK; i++)
        status = hint_tree(h, node->children[i]);
    return status;
}

tip_status tip_query_hint(const tip_query *query, char **ret_text, tip_error *err)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return tip_fail_memory(err);
    hinter h = {query->searcher, out, 0, err};
    tip_status status = hint_tree(&h, query->root);
    if (status == TIP_OK && query->filters)
        status = hint_tree(&h, query->filters);
    bool failed = ferror(out) != 0;
    if ((fclose(out) != 0 || failed) && status == TIP_OK)
        status = tip_fail_memory(err);
    if (status != TIP_OK || h.lines == 0) {
        free(text);
        text = NULL;
    }
    if (status == TIP_OK)
        *ret_text = text;
    return status;
}
