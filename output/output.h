/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The answers to queries in all output formats. They go to a stream: a program that wants them in
 * memory opens one with open_memstream(3).
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include "output/safe.h"
#include "tip/search.h"

#include <stdio.h>

/** Version of the JSON output: raised when a field is removed or means something else. Its schema
 * is output/tipsearch.schema.json. */
#define TIP_FORMAT_VERSION 1

typedef enum output_format {
    OUTPUT_TEXT,
    OUTPUT_JSON,
    OUTPUT_JSONL,
    OUTPUT_CSV,
    OUTPUT_TSV,
    OUTPUT_TREC
} output_format;

/** The columns of a hit, in the order in which they are written unless --fields says otherwise. */
typedef enum output_field {
    FIELD_RANK,
    FIELD_SCORE,
    FIELD_ID,
    FIELD_YEAR,
    FIELD_COUNTRY,
    FIELD_ISO3,
    FIELD_REGION,
    FIELD_TIER,
    FIELD_SECTION,
    FIELD_PARAGRAPH,
    FIELD_PAGE,
    FIELD_TITLE,
    FIELD_SOURCE,
    FIELD_SNIPPET,
    FIELD_TEXT,
    FIELD_COUNT
} output_field;

/** How and where to write. */
typedef struct output {
    output_format format;
    FILE *stream;
    bool color;   /**< of text */
    size_t width; /**< columns to wrap text at; 0 for not at all */
    bool bars;    /**< draw a trend */
    bool whole;   /**< of text: write whole paragraphs */
    bool batch;   /**< one of many queries: JSON takes one line, text gets a heading */
    output_field fields[FIELD_COUNT]; /**< of csv, tsv and jsonl */
    size_t field_count;
} output;

/** What one facet has counted. */
typedef struct output_facet {
    tip_facet facet;
    tip_counts *counts;
} output_facet;

/** All that is to be said of one query. */
typedef struct output_answer {
    const char *qid; /**< its name in a batch, else NULL */
    const char *query;
    size_t offset;
    const tip_searcher *searcher; /**< whose indexes may have been left out; NULL: none were */
    const tip_results *results;   /**< NULL: no hits were asked for */
    const output_facet *facets;
    size_t facet_count;
    const tip_counts *trend;   /**< NULL: not asked for */
    const char *suggestion;    /**< a better spelling of the query; NULL: none */
    const tip_query *expanded; /**< whose added words are told; NULL: not asked for */
    const tip_hit *asked; /**< the paragraph that was asked for among its neighbours, or NULL */
} output_answer;

/** The format of a name; false when there is none. */
bool output_format_of_name(const char *name, output_format *ret_format);

/** The name of the i-th format; NULL behind the last. Static. */
const char *output_format_name(size_t i);

/** Reads a list of fields, separated by commas, into *out; on failure gives the name that is none
 * (borrowed from the list, its size in *ret_size). */
bool output_read_fields(output *out, const char *list, const char **ret_bad, size_t *ret_size);

/** The name of a field. Static. */
const char *output_field_name(output_field field);

/** Sets all fields. */
void output_all_fields(output *out);

/**
 * Writes an answer. Write errors show on the stream. TIP_OK or TIP_NO_MEMORY.
 */
tip_status output_write(const output *out, const output_answer *answer);

/** Writes a query and its name, without the end of the line. */
void output_query(const output *out, const char *qid, const char *query);

/** Writes only how many paragraphs match, behind the query's name in a batch. */
void output_total(const output *out, const output_answer *answer);

/* The formats, each in a file of its own. */
tip_status output_text(const output *out, const output_answer *answer);
tip_status output_json(const output *out, const output_answer *answer);
tip_status output_jsonl(const output *out, const output_answer *answer);
tip_status output_table(const output *out, const output_answer *answer);
void output_counts(const output *out, const output_answer *answer);

/* ---- For the formats of text ---- */

#define STYLE_BOLD "\033[1m"
#define STYLE_DIM "\033[2m"
#define STYLE_MARK "\033[1;31m"
#define STYLE_RESET "\033[0m"

/** Writes a style where colour is on. */
void output_style(const output *out, const char *code);

/** How often per 10,000 words of its year something was found. */
double output_per_10000(const tip_count *count);

#endif
