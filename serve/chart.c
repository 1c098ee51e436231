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

/* A drawing area. */
typedef struct area {
    FILE *out;
    size_t years;
    double top; /* the value at the upper edge */
    double height;
} area;

static double x_of(const area *a, double year)
{
    return LEFT + year * (WIDTH - LEFT - RIGHT) / (double)a->years;
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
static void put_years(const area *a, const tip_counts *trend)
{
    size_t every = (a->years + 12) / 13;
    for (size_t i = 0; i < a->years; i += every) {
        fprintf(a->out, "<text class=\"axis\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                x_of(a, (double)i + .5), TOP + a->height + 16);
        html(a->out, "%t</text>", tip_counts_at(trend, i)->value);
    }
}

static area begin(FILE *out, size_t years, double most, int height, const char *label)
{
    double step = step_for(most);
    area a = {out, years, 0, height};
    while (a.top < most)
        a.top += step;
    html(out, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"group\" aria-label=\"%s\">", WIDTH,
         height + TOP + LABELS, label);
    put_axis(&a, step);
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

static void put_bar(const area *a, const request *q, const tip_count *count, size_t i)
{
    bool chosen = is_chosen(q, count->value);
    double value = chart_value(count, q->shares);
    double width = x_of(a, 1) - x_of(a, 0);
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
            x_of(a, (double)i), TOP, width, a->height + LABELS, x_of(a, (double)i) + width * .14,
            y_of(a, value), width * .72, TOP + a->height - y_of(a, value));
}

void chart_bars(FILE *out, const request *q, const tip_counts *trend)
{
    size_t years = tip_counts_size(trend);
    area a = begin(out, years, highest(trend, q->shares), BARS,
                   q->shares ? "Paragraphs per 10,000 words by year" : "Paragraphs by year");
    for (size_t i = 0; i < years; i++)
        put_bar(&a, q, tip_counts_at(trend, i), i);
    put_years(&a, trend);
    fputs("</svg>\n", out);
}

static void put_line(const area *a, const tip_counts *trend, bool shares, size_t series)
{
    fprintf(a->out, "<g class=\"series-%zu\"><polyline points=\"", series);
    for (size_t i = 0; i < a->years; i++)
        fprintf(a->out, "%.1f,%.1f ", x_of(a, (double)i + .5),
                y_of(a, chart_value(tip_counts_at(trend, i), shares)));
    fputs("\"/>", a->out);
    for (size_t i = 0; i < a->years; i++) {
        double value = chart_value(tip_counts_at(trend, i), shares);
        fprintf(a->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\">", x_of(a, (double)i + .5),
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
    area a = begin(out, tip_counts_size(trends[0]), most, LINES,
                   shares ? "Paragraphs per 10,000 words by year" : "Paragraphs by year");
    put_years(&a, trends[0]);
    for (size_t i = 0; i < count; i++)
        put_line(&a, trends[i], shares, i);
    fputs("</svg>\n", out);
}
