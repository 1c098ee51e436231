/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One country's reports, each against the one before. */
#include "tip/compare.h"

#include "base/error.h"
#include "corpus/section.h"
#include "search/align.h"
#include "search/country_reports.h"
#include "search/results.h"
#include "search/wording.h"

#include <stdlib.h>
#include <string.h>

/* One paragraph of a report. */
typedef struct paragraph {
    size_t number; /* as it was told of */
    int year;
    size_t report; /* its place among the country's reports */
    tip_record record;
    tip_buf strings; /* what the record points into */
    shingles set;
    align_match match; /* among the paragraphs of the year before */
    bool followed;     /* one of the year behind is a version of it */
} paragraph;

/* The paragraphs of one year. */
typedef struct year_span {
    int year;
    size_t first;
    size_t end;
} year_span;

struct tip_comparison {
    tip_str name;
    paragraph *paragraphs; /* by year, then in the order of the index */
    size_t count;
    year_span *years;
    size_t year_count;
    tip_year_changes *pairs; /* one a year but the first; each owns its changes and their runs */
    size_t pair_count;
    tip_recommendation *recommendations; /* each owns its years */
    size_t recommendation_count;
};

const char *tip_change_kind_name(tip_change_kind kind)
{
    static const char *const names[TIP_CHANGE_KINDS] = {"kept", "reworded", "added", "dropped"};
    return (unsigned)kind < TIP_CHANGE_KINDS ? names[kind] : "?";
}

static void free_pair(tip_year_changes *pair)
{
    for (size_t i = 0; i < pair->change_count; i++)
        free((void *)pair->changes[i].runs);
    free((void *)pair->changes);
}

void tip_comparison_free(tip_comparison *comparison)
{
    if (!comparison)
        return;
    for (size_t i = 0; i < comparison->count; i++) {
        tip_buf_free(&comparison->paragraphs[i].strings);
        shingles_free(&comparison->paragraphs[i].set);
    }
    for (size_t i = 0; i < comparison->pair_count; i++)
        free_pair(&comparison->pairs[i]);
    for (size_t i = 0; i < comparison->recommendation_count; i++)
        free((void *)comparison->recommendations[i].years);
    free(comparison->paragraphs);
    free(comparison->years);
    free(comparison->pairs);
    free(comparison->recommendations);
    free(comparison);
}

tip_str tip_comparison_country(const tip_comparison *comparison)
{
    return comparison->name;
}

size_t tip_comparison_size(const tip_comparison *comparison)
{
    return comparison->pair_count;
}

const tip_year_changes *tip_comparison_at(const tip_comparison *comparison, size_t i)
{
    return i < comparison->pair_count ? &comparison->pairs[i] : NULL;
}

size_t tip_comparison_recommendations(const tip_comparison *comparison)
{
    return comparison->recommendation_count;
}

const tip_recommendation *tip_comparison_recommendation(const tip_comparison *comparison, size_t i)
{
    return i < comparison->recommendation_count ? &comparison->recommendations[i] : NULL;
}

/* ---- Which paragraphs ---- */

typedef struct reader {
    shingler *maker;
    tip_buf paragraphs;
} reader;

static tip_status add_paragraph(void *payload, size_t report, const tip_record *record)
{
    reader *r = payload;
    const paragraph added = {.number = r->paragraphs.size / sizeof added,
                             .year = record->year,
                             .report = report,
                             .record = *record};
    if (tip_buf_add(&r->paragraphs, &added, sizeof added) != TIP_OK)
        return TIP_NO_MEMORY;
    paragraph *p = &((paragraph *)(void *)r->paragraphs.data)[added.number];
    tip_status status = keep_strings(&p->record, &p->strings, 0);
    return status == TIP_OK ? shingles_of_text(r->maker, p->record.text, &p->set) : status;
}

static int compare_paragraphs(const void *a, const void *b)
{
    const paragraph *x = a;
    const paragraph *y = b;
    if (x->report != y->report)
        return x->report < y->report ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static tip_status read_paragraphs(tip_searcher *searcher, const country_reports *reports,
                                  tip_comparison *comparison, tip_error *err)
{
    reader r = {0};
    if (shingler_new(NULL, 0, &r.maker) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = searcher->layout->paragraphs(searcher, reports, add_paragraph, &r, err);
    comparison->paragraphs = (paragraph *)(void *)r.paragraphs.data;
    comparison->count = r.paragraphs.size / sizeof(paragraph);
    if (comparison->count > 0)
        qsort(comparison->paragraphs, comparison->count, sizeof(paragraph), compare_paragraphs);
    shingler_free(r.maker);
    return status == TIP_NO_MEMORY ? tip_fail_memory(err) : status;
}

static tip_status find_years(tip_comparison *comparison)
{
    comparison->years = calloc(comparison->count + 1, sizeof *comparison->years);
    if (!comparison->years)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < comparison->count; i++) {
        int year = comparison->paragraphs[i].year;
        if (i == 0 || year != comparison->paragraphs[i - 1].year)
            comparison->years[comparison->year_count++] = (year_span){year, i, i};
        comparison->years[comparison->year_count - 1].end = i + 1;
    }
    return TIP_OK;
}

/* ---- From one year to the next ---- */

static align_item *items_of(const tip_comparison *comparison, const year_span *span)
{
    align_item *items = calloc(span->end - span->first + 1, sizeof *items);
    for (size_t i = span->first; items && i < span->end; i++) {
        const paragraph *p = &comparison->paragraphs[i];
        items[i - span->first] = (align_item){&p->set, p->record.section};
    }
    return items;
}

static void take_matches(tip_comparison *comparison, const year_span *before,
                         const year_span *after, const align_match *matches)
{
    for (size_t i = after->first; i < after->end; i++) {
        paragraph *p = &comparison->paragraphs[i];
        p->match = matches[i - after->first];
        if (p->match.before == ALIGN_NONE)
            continue;
        p->match.before += before->first;
        comparison->paragraphs[p->match.before].followed = true;
    }
}

static tip_status align_years(tip_comparison *comparison, const year_span *before,
                              const year_span *after)
{
    size_t count = after->end - after->first;
    align_item *old = items_of(comparison, before);
    align_item *new = items_of(comparison, after);
    align_match *matches = calloc(count + 1, sizeof *matches);
    tip_status status = old && new &&matches ? TIP_OK : TIP_NO_MEMORY;
    if (status == TIP_OK)
        status = align_paragraphs(old, before->end - before->first, new, count, matches);
    if (status == TIP_OK)
        take_matches(comparison, before, after, matches);
    free(old);
    free(new);
    free(matches);
    return status;
}

/* The difference of a reworded paragraph. */
static tip_status add_runs(tip_change *change)
{
    tip_buf runs = {0};
    if (wording_compare(change->before.text, change->after.text, &runs) != TIP_OK) {
        tip_buf_free(&runs);
        return TIP_NO_MEMORY;
    }
    change->runs = (const tip_run *)(const void *)runs.data;
    change->run_count = runs.size / sizeof(tip_run);
    return TIP_OK;
}

static void count_change(tip_year_changes *pair, const tip_change *change)
{
    pair->totals[change->kind]++;
    pair->change_count++;
}

static tip_status add_after(const tip_comparison *comparison, const paragraph *p,
                            tip_year_changes *pair, tip_change *changes)
{
    tip_change *change = &changes[pair->change_count];
    *change = (tip_change){.kind = TIP_CHANGE_ADDED, .after = p->record};
    if (p->match.before != ALIGN_NONE) {
        change->kind = p->match.same ? TIP_CHANGE_KEPT : TIP_CHANGE_REWORDED;
        change->before = comparison->paragraphs[p->match.before].record;
        change->similarity = p->match.similarity;
    }
    if (change->kind == TIP_CHANGE_REWORDED && add_runs(change) != TIP_OK)
        return TIP_NO_MEMORY;
    count_change(pair, change);
    return TIP_OK;
}

/* The dropped paragraphs from one on, up to the next that is still there. */
static void add_dropped(const tip_comparison *comparison, size_t first, size_t end,
                        tip_year_changes *pair, tip_change *changes)
{
    for (size_t i = first; i < end && !comparison->paragraphs[i].followed; i++) {
        changes[pair->change_count] =
            (tip_change){.kind = TIP_CHANGE_DROPPED, .before = comparison->paragraphs[i].record};
        count_change(pair, &changes[pair->change_count]);
    }
}

static tip_status add_pair(tip_comparison *comparison, const year_span *before,
                           const year_span *after)
{
    size_t most = before->end - before->first + after->end - after->first;
    tip_change *changes = calloc(most + 1, sizeof *changes);
    if (!changes)
        return TIP_NO_MEMORY;
    tip_year_changes *pair = &comparison->pairs[comparison->pair_count++];
    *pair = (tip_year_changes){.before = before->year, .after = after->year, .changes = changes};
    add_dropped(comparison, before->first, before->end, pair, changes);
    for (size_t i = after->first; i < after->end; i++) {
        const paragraph *p = &comparison->paragraphs[i];
        if (add_after(comparison, p, pair, changes) != TIP_OK)
            return TIP_NO_MEMORY;
        if (p->match.before != ALIGN_NONE)
            add_dropped(comparison, p->match.before + 1, before->end, pair, changes);
    }
    return TIP_OK;
}

static tip_status compare_years(tip_comparison *comparison)
{
    comparison->pairs = calloc(comparison->year_count + 1, sizeof *comparison->pairs);
    if (!comparison->pairs)
        return TIP_NO_MEMORY;
    for (size_t i = 1; i < comparison->year_count; i++) {
        const year_span *before = &comparison->years[i - 1];
        const year_span *after = &comparison->years[i];
        if (align_years(comparison, before, after) != TIP_OK ||
            add_pair(comparison, before, after) != TIP_OK)
            return TIP_NO_MEMORY;
        /* What has followed one year says nothing of the next. */
        for (size_t k = before->first; k < before->end; k++)
            comparison->paragraphs[k].followed = false;
    }
    return TIP_OK;
}

/* ---- Recommendations ---- */

static bool is_recommendation(const paragraph *p)
{
    const char *section = tip_section_of_heading(p->record.section);
    return section && strcmp(section, "recommendations") == 0;
}

static tip_status add_recommendation(tip_comparison *comparison, const paragraph *p)
{
    int *years = calloc(comparison->year_count + 1, sizeof *years);
    if (!years)
        return TIP_NO_MEMORY;
    tip_recommendation *added = &comparison->recommendations[comparison->recommendation_count++];
    *added = (tip_recommendation){.record = p->record, .years = years};
    while (p->match.before != ALIGN_NONE) {
        p = &comparison->paragraphs[p->match.before];
        if (!is_recommendation(p))
            break;
        years[added->age++] = p->year;
    }
    return TIP_OK;
}

static tip_status find_recommendations(tip_comparison *comparison)
{
    const year_span *last = &comparison->years[comparison->year_count - 1];
    comparison->recommendations =
        calloc(last->end - last->first + 1, sizeof *comparison->recommendations);
    if (!comparison->recommendations)
        return TIP_NO_MEMORY;
    for (size_t i = last->first; i < last->end; i++)
        if (is_recommendation(&comparison->paragraphs[i]) &&
            add_recommendation(comparison, &comparison->paragraphs[i]) != TIP_OK)
            return TIP_NO_MEMORY;
    return TIP_OK;
}

/* ---- All of it ---- */

static tip_status compare_reports(tip_searcher *searcher, const country_reports *reports,
                                  tip_comparison *comparison, tip_error *err)
{
    comparison->name = reports->name;
    tip_status status = read_paragraphs(searcher, reports, comparison, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < comparison->count; i++)
        comparison->paragraphs[i].match.before = ALIGN_NONE;
    if (find_years(comparison) != TIP_OK || compare_years(comparison) != TIP_OK ||
        (comparison->year_count > 0 && find_recommendations(comparison) != TIP_OK))
        return tip_fail_memory(err);
    return TIP_OK;
}

tip_status tip_changes(tip_searcher *searcher, tip_str country, int first_year, int last_year,
                       tip_comparison **ret_comparison, tip_error *err)
{
    country_reports all = {0};
    country_reports some;
    tip_comparison *comparison = NULL;
    if (last_year > 0 && first_year > last_year)
        return tip_fail(err, TIP_BAD_ARGUMENT, "this range of years ends before it starts");
    tip_status status = country_reports_find(searcher, country, &all, err);
    if (status != TIP_OK)
        return status;
    if (country_reports_within(&all, first_year, last_year, &some) < 2)
        status = country_reports_too_few(
            &all, "two reports of different years are needed to compare them", err);
    if (status == TIP_OK && !(comparison = calloc(1, sizeof *comparison)))
        status = tip_fail_memory(err);
    if (status == TIP_OK)
        status = compare_reports(searcher, &some, comparison, err);
    country_reports_free(&all);
    if (status == TIP_OK)
        *ret_comparison = comparison;
    else
        tip_comparison_free(comparison);
    return status;
}
