/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facets and trends for people. */
#include "output/output.h"

#include <string.h>

enum {
    BAR_WIDTH = 40,
    NUMBERS_WIDTH = 21, /* of the two columns behind a value */
    VALUE_WIDTH_MIN = 20,
    VALUE_WIDTH_MAX = 60,
    CONTINUED = 2 /* indentation of what a line above has no room for */
};

static tip_str shown_value(const tip_count *count)
{
    return count->value.size ? count->value : tip_str_of("(unknown)");
}

/* As wide as the widest value, or as there is room beside the numbers. */
static size_t value_width(const output *out, const tip_counts *counts, const char *name)
{
    size_t room =
        out->width > NUMBERS_WIDTH + VALUE_WIDTH_MIN ? out->width - NUMBERS_WIDTH : VALUE_WIDTH_MIN;
    size_t most = out->width == 0 || room > VALUE_WIDTH_MAX ? VALUE_WIDTH_MAX : room;
    size_t width = strlen(name);
    for (size_t i = 0; i < tip_counts_size(counts); i++) {
        size_t columns = output_columns(shown_value(tip_counts_at(counts, i)));
        width = columns > width ? columns : width;
    }
    return width < most ? width : most;
}

static void put_padded(const output *out, tip_str text, size_t width)
{
    size_t columns = output_columns(text);
    output_safely(out->stream, text);
    for (; columns < width; columns++)
        fputc(' ', out->stream);
}

static size_t next_character(tip_str text, size_t at)
{
    at++;
    while (at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at++;
    return at;
}

/* How many bytes of a text fit into a line: up to a space, or as far as it goes. */
static size_t fit(tip_str text, size_t width)
{
    size_t end = 0;
    size_t space = 0;
    while (end < text.size) {
        size_t next = next_character(text, end);
        if (output_columns((tip_str){text.data, next}) > width && end > 0)
            return space > 0 ? space : end;
        if (text.data[end] == ' ')
            space = end;
        end = next;
    }
    return end;
}

/* A value that is longer than its column goes on below. */
static void put_count(const output *out, const tip_count *count, size_t width)
{
    tip_str value = shown_value(count);
    size_t size = fit(value, width);
    put_padded(out, (tip_str){value.data, size}, width);
    fprintf(out->stream, "  %10zu  %7zu\n", count->paragraphs, count->reports);
    while (size < value.size) {
        value = (tip_str){value.data + size, value.size - size};
        if (value.data[0] == ' ')
            value = (tip_str){value.data + 1, value.size - 1};
        fprintf(out->stream, "%*s", CONTINUED, "");
        size = fit(value, width - CONTINUED);
        output_safely(out->stream, (tip_str){value.data, size});
        fputc('\n', out->stream);
    }
}

static void put_facet(const output *out, const output_facet *facet)
{
    const char *name = tip_facet_name(facet->facet);
    size_t width = value_width(out, facet->counts, name);
    output_style(out, STYLE_BOLD);
    put_padded(out, tip_str_of(name), width);
    fputs("  paragraphs  reports", out->stream);
    output_style(out, STYLE_RESET);
    fputc('\n', out->stream);
    for (size_t i = 0; i < tip_counts_size(facet->counts); i++)
        put_count(out, tip_counts_at(facet->counts, i), width);
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
        output_safely(out->stream, count->value);
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
