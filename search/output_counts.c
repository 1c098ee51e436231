/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facets and trends for people. */
#include "base/buf.h"
#include "search/output.h"

enum { BAR_WIDTH = 40, VALUE_WIDTH_MAX = 60 };

static tip_str shown_value(const tip_count *count)
{
    return count->value.size ? count->value : tip_str_of("(unknown)");
}

static size_t widest(const tip_counts *counts)
{
    size_t width = 0;
    for (size_t i = 0; i < tip_counts_size(counts); i++) {
        size_t columns = output_columns(shown_value(tip_counts_at(counts, i)));
        width = columns > width ? columns : width;
    }
    return width < VALUE_WIDTH_MAX ? width : VALUE_WIDTH_MAX;
}

static void put_padded(const output *out, tip_str text, size_t width)
{
    size_t columns = output_columns(text);
    output_safely(out, text);
    for (; columns < width; columns++)
        fputc(' ', out->stream);
}

static void put_facet(const output *out, const output_facet *facet)
{
    size_t width = widest(facet->counts);
    const char *name = tip_facet_name(facet->facet);
    output_style(out, STYLE_BOLD);
    put_padded(out, tip_str_of(name), width);
    fputs("  paragraphs  reports", out->stream);
    output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
    for (size_t i = 0; i < tip_counts_size(facet->counts); i++) {
        const tip_count *count = tip_counts_at(facet->counts, i);
        put_padded(out, shown_value(count), width);
        fprintf(out->stream, "  %10zu  %7zu\n", count->paragraphs, count->reports);
    }
}

/* Bars show the share of the year's words, so that long reports do not look like many findings. */
static void put_bar(const output *out, double share, double highest)
{
    int length = highest > 0 ? (int)(share / highest * BAR_WIDTH + 0.5) : 0;
    fputs("  ", out->stream);
    output_style(out, STYLE_MARK);
    for (int i = 0; i < length; i++)
        fputs("\u2588", out->stream);
    output_style(out, STYLE_RESET);
}

static void put_trend(const output *out, const tip_counts *trend)
{
    double highest = 0;
    for (size_t i = 0; i < tip_counts_size(trend); i++) {
        double share = output_per_10000(tip_counts_at(trend, i));
        highest = share > highest ? share : highest;
    }
    output_style(out, STYLE_BOLD);
    fputs("year  paragraphs  reports  per 10,000 words", out->stream);
    output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
    for (size_t i = 0; i < tip_counts_size(trend); i++) {
        const tip_count *count = tip_counts_at(trend, i);
        output_safely(out, count->value);
        fprintf(out->stream, "  %10zu  %7zu  %16.3f", count->paragraphs, count->reports,
                output_per_10000(count));
        if (out->bars)
            put_bar(out, output_per_10000(count), highest);
        fputc('\n', out->stream);
    }
}

void output_counts(const output *out, const output_answer *answer)
{
    for (size_t i = 0; i < answer->facet_count; i++) {
        if (i > 0)
            fputc('\n', out->stream);
        put_facet(out, &answer->facets[i]);
    }
    if (answer->trend) {
        if (answer->facet_count > 0)
            fputc('\n', out->stream);
        put_trend(out, answer->trend);
    }
}
