/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/output.h"

#include <string.h>

static const char *const format_names[] = {
    [OUTPUT_TEXT] = "text", [OUTPUT_JSON] = "json", [OUTPUT_JSONL] = "jsonl",
    [OUTPUT_CSV] = "csv",   [OUTPUT_TSV] = "tsv",   [OUTPUT_TREC] = "trec",
};

static const char *const field_names[FIELD_COUNT] = {
    [FIELD_RANK] = "rank",           [FIELD_SCORE] = "score",     [FIELD_ID] = "id",
    [FIELD_YEAR] = "year",           [FIELD_COUNTRY] = "country", [FIELD_ISO3] = "iso3",
    [FIELD_REGION] = "region",       [FIELD_TIER] = "tier",       [FIELD_SECTION] = "section",
    [FIELD_PARAGRAPH] = "paragraph", [FIELD_PAGE] = "page",       [FIELD_TITLE] = "title",
    [FIELD_SOURCE] = "source",       [FIELD_SNIPPET] = "snippet", [FIELD_TEXT] = "text",
};

const char *output_format_name(size_t i)
{
    return i < sizeof format_names / sizeof *format_names ? format_names[i] : NULL;
}

bool output_format_of_name(const char *name, output_format *ret_format)
{
    for (size_t i = 0; output_format_name(i); i++) {
        if (strcmp(format_names[i], name) == 0) {
            *ret_format = (output_format)i;
            return true;
        }
    }
    return false;
}

const char *output_field_name(output_field field)
{
    return (unsigned)field < FIELD_COUNT ? field_names[field] : "?";
}

void output_all_fields(output *out)
{
    out->field_count = 0;
    while (out->field_count < FIELD_COUNT) {
        out->fields[out->field_count] = (output_field)out->field_count;
        out->field_count++;
    }
}

static bool add_field(output *out, const char *name, size_t size)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (strlen(field_names[i]) != size || strncmp(field_names[i], name, size) != 0)
            continue;
        for (size_t n = 0; n < out->field_count; n++)
            if (out->fields[n] == (output_field)i)
                return true;
        out->fields[out->field_count++] = (output_field)i;
        return true;
    }
    return false;
}

bool output_read_fields(output *out, const char *list, const char **ret_bad, size_t *ret_size)
{
    out->field_count = 0;
    for (;;) {
        size_t size = strcspn(list, ",");
        if (!add_field(out, list, size)) {
            *ret_bad = list;
            *ret_size = size;
            return false;
        }
        if (!list[size])
            return true;
        list += size + 1;
    }
}

double output_per_10000(const tip_count *count)
{
    return count->words ? (double)count->paragraphs * 10000.0 / (double)count->words : 0.0;
}

/* A name as one field of a line: no white space, and nothing that commands a terminal. */
static void put_field(const output *out, tip_str text)
{
    for (size_t at = 0; at < text.size;) {
        if (text.data[at] == ' ' || text.data[at] == '\t') {
            fputc('_', out->stream);
            at++;
        } else {
            output_character(out->stream, text, &at);
        }
    }
}

/* qid Q0 document rank score run, as trec_eval reads it. */
static void output_trec(const output *out, const output_answer *answer)
{
    for (size_t i = 0; i < tip_results_count(answer->results); i++) {
        const tip_hit *hit = tip_results_hit(answer->results, i);
        put_field(out, tip_str_of(answer->qid ? answer->qid : "1"));
        fputs(" Q0 ", out->stream);
        put_field(out, hit->record.id);
        fprintf(out->stream, " %zu %.9g tipsearch\n", answer->offset + i + 1, hit->score);
    }
}

void output_total(const output *out, const output_answer *answer)
{
    if (answer->qid) {
        output_safely(out->stream, tip_str_of(answer->qid));
        fputc('\t', out->stream);
    }
    fprintf(out->stream, "%zu\n", tip_results_total(answer->results));
}

tip_status output_write(const output *out, const output_answer *answer)
{
    switch (out->format) {
    case OUTPUT_JSON:
        return output_json(out, answer);
    case OUTPUT_JSONL:
        return output_jsonl(out, answer);
    case OUTPUT_CSV:
    case OUTPUT_TSV:
        return output_table(out, answer);
    case OUTPUT_TREC:
        output_trec(out, answer);
        return TIP_OK;
    default:
        return output_text(out, answer);
    }
}
