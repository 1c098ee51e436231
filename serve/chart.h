/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Counts by year, drawn. Private to tipserve.
 */
#ifndef SERVE_CHART_H
#define SERVE_CHART_H

#include "serve/request.h"

#include <stdbool.h>
#include <stdio.h>

/** What is counted of a year: paragraphs, or, with `shares`, those per 10,000 words. */
double chart_value(const tip_count *count, bool shares);

/** Bars, each a link that narrows the request to its year or widens it again. */
void chart_bars(FILE *out, const request *q, const tip_counts *trend);

/** A line for each of several queries over the same years. */
void chart_lines(FILE *out, const tip_counts *const *trends, size_t count, bool shares);

#endif
