/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The answers of tipsearch in its output formats. Private to the command.
 */
#ifndef SEARCH_OUTPUT_H
#define SEARCH_OUTPUT_H

#include "tip/search.h"

#include <stdio.h>

/** Version of the JSON output: raised when a field is removed or means something else. Its schema
 * is search/tipsearch.schema.json. */
#define TIP_FORMAT_VERSION 1

typedef enum output_format { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_TREC } output_format;

/** How and where to write. */
typedef struct output {
    output_format format;
    FILE *stream;
    bool color;   /**< of text */
    size_t width; /**< columns to wrap text at; 0 for not at all */
    bool batch;   /**< one of many queries: JSON takes one line, text gets a heading */
} output;

/** The format of a name; false when there is none. */
bool output_format_of_name(const char *name, output_format *ret_format);

/**
 * Writes the answers to one query. `qid` names it in a batch, else NULL. Write errors show on the
 * stream. TIP_OK or TIP_NO_MEMORY.
 */
tip_status output_results(const output *out, const char *qid, const char *query, size_t offset,
                          const tip_results *results);

/* The formats, each in a file of its own. */
tip_status output_text(const output *out, const char *qid, const char *query, size_t offset,
                       const tip_results *results);
tip_status output_json(const output *out, const char *qid, const char *query, size_t offset,
                       const tip_results *results);
tip_status output_trec(const output *out, const char *qid, size_t offset,
                       const tip_results *results);

#endif
