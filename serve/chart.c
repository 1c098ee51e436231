/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/chart.h"

#include "serve/html.h"
#include "serve/page.h"

/* In units of the drawing, which is scaled to the page. */
enum { WIDTH = 720, LEFT = 44, RIGHT = 8, TOP = 10, BARS = 110, LINES = 260, LABELS = 22 };

double chart_value(const tip_count *count, bool shares)
{
    return shares ? output_per_10000(count) : (double)count->paragraphs;
}

static double highest(const tip_counts *trend, bool shares)
{
    double most = 0;
    for (size_t i = 0; i < tip_counts_size(trend); i++) {
        double value = chart_value(tip_counts_at(trend, i), shares);
        most = value > most ? value : most;
    }
    return most;
}

/* The least of 1, 2 and 5 times a power of ten that four of reach the top. */
static double step_for(double most)
{
    static const double steps[] = {1, 2, 5};
    for (double power = 0.001;; power *= 10)
        for (size_t i = 0; i < 3; i++)
            if (steps[i] * power * 4 >= most || power > 1e9)
                return steps[i] * power;
}

/* A drawing area: years from the first to the last, whether the index has each of them or not. */
typedef struct area {
    FILE *out;
    int first;
    int last;
    double top; /* the value at the upper edge */
    double height;
} area;

static int year_of(const tip_counts *trend, size_t i)
{
    tip_str digits = tip_counts_at(trend, i)->value;
    int year = 0;
    for (size_t at = 0; at < digits.size; at++)
        year = year * 10 + (digits.data[at] - '0');
    return year;
}

static double width_of_year(const area *a)
{
    return (WIDTH - LEFT - RIGHT) / (double)(a->last - a->first + 1);
}

/* The middle of the year. */
static double x_of(const area *a, int year)
{
    return LEFT + (year - a->first + .5) * width_of_year(a);
}

static double y_of(const area *a, double value)
{
    return TOP + a->height * (1 - (a->top > 0 ? value / a->top : 0));
}

static void put_axis(const area *a, double step)
{
    for (double value = 0; value <= a->top * 1.001; value += step) {
        fprintf(a->out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
                WIDTH - RIGHT, y_of(a, value), y_of(a, value));
        fprintf(a->out, "<text class=\"axis\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>",
                LEFT - 6, y_of(a, value) + 4, value);
    }
}

/* As many years as there is room for are written out. */
static void put_years(const area *a)
{
    for (int year = a->first; year <= a->last; year += (a->last - a->first) / 13 + 1)
        fprintf(a->out,
                "<text class=\"axis year\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%d</text>",
                x_of(a, year), TOP + a->height + 16, year);
}

static area begin(FILE *out, const tip_counts *trend, double most, int height, bool shares)
{
    double step = step_for(most);
    area a = {out, year_of(trend, 0), year_of(trend, tip_counts_size(trend) - 1), 0, height};
    while (a.top < most)
        a.top += step;
    html(out, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"group\" aria-label=\"%s\">", WIDTH,
         height + TOP + LABELS,
         shares ? "Paragraphs per 10,000 words by year" : "Paragraphs by year");
    put_axis(&a, step);
    put_years(&a);
    return a;
}

static bool is_chosen(const request *q, tip_str year)
{
    for (size_t i = 0; i < q->query.filter_count; i++)
        if (q->filters[i].field == TIP_FIELD_YEAR &&
            tip_str_equal(tip_str_of(q->filters[i].value), year))
            return true;
    return false;
}

static void put_bar(const area *a, const request *q, const tip_count *count, int year)
{
    bool chosen = is_chosen(q, count->value);
    double value = chart_value(count, q->shares);
    double width = width_of_year(a);
    double left = x_of(a, year) - width / 2;
    fputs("<a href=\"", a->out);
    page_toggle(a->out, q, TIP_FIELD_YEAR, count->value, !chosen);
    html(a->out, "\" aria-label=\"%t: %n paragraphs, %g per 10,000 words\" class=\"bar\"",
         count->value, count->paragraphs, output_per_10000(count));
    page_current(a->out, chosen);
    html(a->out, "><title>%t: %n paragraphs, %g per 10,000 words</title>", count->value,
         count->paragraphs, output_per_10000(count));
    fprintf(a->out,
            "<rect class=\"hover\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%.1f\"/>"
            "<rect class=\"value\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
            "rx=\"1.5\"/></a>",
            left, TOP, width, a->height + LABELS, left + width * .14, y_of(a, value), width * .72,
            TOP + a->height - y_of(a, value));
}

void chart_bars(FILE *out, const request *q, const tip_counts *trend)
{
    area a = begin(out, trend, highest(trend, q->shares), BARS, q->shares);
    for (size_t i = 0; i < tip_counts_size(trend); i++)
        put_bar(&a, q, tip_counts_at(trend, i), year_of(trend, i));
    fputs("</svg>\n", out);
}

/* A line goes from year to year; where the index has none, nothing is known, and it is broken. */
static void put_line(const area *a, const tip_counts *trend, bool shares, size_t series)
{
    fprintf(a->out, "<g class=\"series-%zu\"><path d=\"", series);
    for (size_t i = 0; i < tip_counts_size(trend); i++) {
        bool joined = i > 0 && year_of(trend, i) == year_of(trend, i - 1) + 1;
        fprintf(a->out, "%c%.1f %.1f", joined ? 'L' : 'M', x_of(a, year_of(trend, i)),
                y_of(a, chart_value(tip_counts_at(trend, i), shares)));
    }
    fputs("\"/>", a->out);
    for (size_t i = 0; i < tip_counts_size(trend); i++) {
        double value = chart_value(tip_counts_at(trend, i), shares);
        fprintf(a->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\">", x_of(a, year_of(trend, i)),
                y_of(a, value));
        html(a->out, "<title>%t: %g</title></circle>", tip_counts_at(trend, i)->value, value);
    }
    fputs("</g>", a->out);
}

void chart_lines(FILE *out, const tip_counts *const *trends, size_t count, bool shares)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = highest(trends[i], shares) > most ? highest(trends[i], shares) : most;
    area a = begin(out, trends[0], most, LINES, shares);
    for (size_t i = 0; i < count; i++)
        put_line(&a, trends[i], shares, i);
    fputs("</svg>\n", out);
}
