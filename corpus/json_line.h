/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The fast way through a line of JSON: by simdjson, for the objects that records mostly are. It
 * says nothing of a line that it does not take; jansson reads that, or says what is wrong with it.
 * Private to corpus/.
 */
#ifndef CORPUS_JSON_LINE_H
#define CORPUS_JSON_LINE_H

#include "tip/record.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is kept from one line to the next. One thread at a time. */
typedef struct tip_json_line tip_json_line;

/** A parser; NULL when memory runs out. Release with tip_json_line_free. */
tip_json_line *tip_json_line_new(void);

/** Releases it; NULL is ignored. */
void tip_json_line_free(tip_json_line *parser);

/**
 * The object that a line holds, the same that json_loadb with JSON_ALLOW_NUL gives; to be released
 * with json_decref. NULL for a line that is to be left to json_loadb: it is not JSON or not UTF-8,
 * does not begin with "{", has values in values, or memory runs out.
 */
json_t *tip_json_line_object(tip_json_line *parser, tip_str line);

#ifdef __cplusplus
}
#endif

#endif
