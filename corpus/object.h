/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Records from objects with named values, whether these were lines of JSON or rows of a table.
 * Private to corpus/.
 */
#ifndef CORPUS_OBJECT_H
#define CORPUS_OBJECT_H

#include "corpus/reader.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is kept from one object to the next. One thread at a time. */
typedef struct tip_object_reader tip_object_reader;

/**
 * Begins the objects of an input, whose path and strings are borrowed, as is the sink, until
 * tip_object_reader_free. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_object_reader_new(const tip_input *input, const tip_sink *sink,
                                 tip_object_reader **ret_reader, tip_error *err);

/**
 * Hands the record that an object stands for to the sink. Names: text (required), id, year,
 * country, iso3, iso2, region, tier, section, subsection, paragraph (or n), page, title, source (or
 * file); others are ignored. Numbers may be strings of digits. What cannot be used is warned of
 * with the line and left out. TIP_OK, also without a record; TIP_NO_MEMORY; or what the sink
 * returned.
 */
tip_status tip_object_read(tip_object_reader *reader, size_t line, const json_t *object,
                           tip_error *err);

/** Releases it; NULL is ignored. */
void tip_object_reader_free(tip_object_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
