/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers as rows. */
#include "output/output.h"
#include "output/row.h"

static void put_field(output_row *r, output_field field, const tip_hit *hit, size_t rank)
{
    const tip_record *record = &hit->record;
    const tip_str texts[FIELD_COUNT] = {
        [FIELD_ID] = record->id,        [FIELD_COUNTRY] = record->country,
        [FIELD_ISO3] = record->iso3,    [FIELD_REGION] = record->region,
        [FIELD_TIER] = record->tier,    [FIELD_SECTION] = record->section,
        [FIELD_TITLE] = record->title,  [FIELD_SOURCE] = record->source,
        [FIELD_SNIPPET] = hit->snippet, [FIELD_TEXT] = record->text,
    };
    switch (field) {
    case FIELD_RANK:
        row_number(r, rank);
        break;
    case FIELD_SCORE:
        row_real(r, "%.6g", hit->score);
        break;
    case FIELD_YEAR:
        row_known(r, (unsigned long long)record->year);
        break;
    case FIELD_PARAGRAPH:
        row_known(r, record->paragraph);
        break;
    case FIELD_PAGE:
        row_known(r, record->page);
        break;
    default:
        row_text(r, texts[field]);
    }
}

static void put_hits(output_row *r, const output_answer *answer)
{
    const output *out = r->out;
    if (answer->qid)
        row_name(r, "qid");
    for (size_t i = 0; i < out->field_count; i++)
        row_name(r, output_field_name(out->fields[i]));
    row_end(r);
    for (size_t i = 0; i < tip_results_count(answer->results); i++) {
        if (answer->qid)
            row_name(r, answer->qid);
        for (size_t f = 0; f < out->field_count; f++)
            put_field(r, out->fields[f], tip_results_hit(answer->results, i),
                      answer->offset + i + 1);
        row_end(r);
    }
}

static void put_facets(output_row *r, const output_answer *answer)
{
    row_name(r, "facet");
    row_name(r, "value");
    row_name(r, "paragraphs");
    row_name(r, "reports");
    row_end(r);
    for (size_t i = 0; i < answer->facet_count; i++) {
        const tip_counts *counts = answer->facets[i].counts;
        for (size_t n = 0; n < tip_counts_size(counts); n++) {
            const tip_count *count = tip_counts_at(counts, n);
            row_name(r, tip_facet_name(answer->facets[i].facet));
            row_text(r, count->value);
            row_number(r, count->paragraphs);
            row_number(r, count->reports);
            row_end(r);
        }
    }
}

static void put_trend(output_row *r, const tip_counts *trend)
{
    row_name(r, "year");
    row_name(r, "paragraphs");
    row_name(r, "reports");
    row_name(r, "words");
    row_name(r, "per_10000_words");
    row_end(r);
    for (size_t i = 0; i < tip_counts_size(trend); i++) {
        const tip_count *count = tip_counts_at(trend, i);
        row_text(r, count->value);
        row_number(r, count->paragraphs);
        row_number(r, count->reports);
        row_number(r, count->words);
        row_real(r, "%.3f", output_per_10000(count));
        row_end(r);
    }
}

tip_status output_table(const output *out, const output_answer *answer)
{
    output_row r = {out, false};
    if (answer->trend)
        put_trend(&r, answer->trend);
    else if (answer->facet_count > 0)
        put_facets(&r, answer);
    else
        put_hits(&r, answer);
    return TIP_OK;
}
