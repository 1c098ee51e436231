/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CSV as RFC 4180 has it, and tab-separated values. */
#include "base/buf.h"
#include "search/output.h"

#include <string.h>

/* A row on its way. */
typedef struct row {
    const output *out;
    bool begun;
} row;

static bool needs_quotes(tip_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr("\",\r\n", text.data[i]) && text.data[i])
            return true;
    return text.size > 0 && (text.data[0] == ' ' || text.data[text.size - 1] == ' ');
}

static void put_quoted(FILE *stream, tip_str text)
{
    fputc('"', stream);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            fputc('"', stream);
        fputc(text.data[i], stream);
    }
    fputc('"', stream);
}

static void put_tabless(FILE *stream, tip_str text)
{
    for (size_t i = 0; i < text.size; i++)
        fputc(strchr("\t\r\n", text.data[i]) ? ' ' : text.data[i], stream);
}

static void put_cell(row *r, tip_str text)
{
    FILE *stream = r->out->stream;
    bool tabs = r->out->format == OUTPUT_TSV;
    if (r->begun)
        fputc(tabs ? '\t' : ',', stream);
    r->begun = true;
    if (tabs)
        put_tabless(stream, text);
    else if (needs_quotes(text))
        put_quoted(stream, text);
    else
        fwrite(text.data ? text.data : "", 1, text.size, stream);
}

static void put_name(row *r, const char *name)
{
    put_cell(r, tip_str_of(name));
}

static void put_number(row *r, unsigned long long number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%llu", number);
    put_name(r, digits);
}

static void put_known(row *r, unsigned long long number)
{
    if (number > 0)
        put_number(r, number);
    else
        put_name(r, "");
}

static void put_real(row *r, const char *format, double number)
{
    char digits[32];
    snprintf(digits, sizeof digits, format, number);
    put_name(r, digits);
}

static void end_row(row *r)
{
    fputs(r->out->format == OUTPUT_TSV ? "\n" : "\r\n", r->out->stream);
    r->begun = false;
}

static void put_field(row *r, output_field field, const tip_hit *hit, size_t rank)
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
        put_number(r, rank);
        break;
    case FIELD_SCORE:
        put_real(r, "%.6g", hit->score);
        break;
    case FIELD_YEAR:
        put_known(r, (unsigned long long)record->year);
        break;
    case FIELD_PARAGRAPH:
        put_known(r, record->paragraph);
        break;
    default:
        put_cell(r, texts[field]);
    }
}

static void put_hits(row *r, const output_answer *answer)
{
    const output *out = r->out;
    if (answer->qid)
        put_name(r, "qid");
    for (size_t i = 0; i < out->field_count; i++)
        put_name(r, output_field_name(out->fields[i]));
    end_row(r);
    for (size_t i = 0; i < tip_results_count(answer->results); i++) {
        if (answer->qid)
            put_name(r, answer->qid);
        for (size_t f = 0; f < out->field_count; f++)
            put_field(r, out->fields[f], tip_results_hit(answer->results, i),
                      answer->offset + i + 1);
        end_row(r);
    }
}

static void put_facets(row *r, const output_answer *answer)
{
    put_name(r, "facet");
    put_name(r, "value");
    put_name(r, "paragraphs");
    put_name(r, "reports");
    end_row(r);
    for (size_t i = 0; i < answer->facet_count; i++) {
        const tip_counts *counts = answer->facets[i].counts;
        for (size_t n = 0; n < tip_counts_size(counts); n++) {
            const tip_count *count = tip_counts_at(counts, n);
            put_name(r, tip_facet_name(answer->facets[i].facet));
            put_cell(r, count->value);
            put_number(r, count->paragraphs);
            put_number(r, count->reports);
            end_row(r);
        }
    }
}

static void put_trend(row *r, const tip_counts *trend)
{
    put_name(r, "year");
    put_name(r, "paragraphs");
    put_name(r, "reports");
    put_name(r, "words");
    put_name(r, "per_10000_words");
    end_row(r);
    for (size_t i = 0; i < tip_counts_size(trend); i++) {
        const tip_count *count = tip_counts_at(trend, i);
        put_cell(r, count->value);
        put_number(r, count->paragraphs);
        put_number(r, count->reports);
        put_number(r, count->words);
        put_real(r, "%.3f", output_per_10000(count));
        end_row(r);
    }
}

tip_status output_table(const output *out, const output_answer *answer)
{
    row r = {out, false};
    if (answer->trend)
        put_trend(&r, answer->trend);
    else if (answer->facet_count > 0)
        put_facets(&r, answer);
    else
        put_hits(&r, answer);
    return TIP_OK;
}
