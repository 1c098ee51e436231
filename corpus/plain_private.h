/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The steps behind tip_read_text: bytes to lines of UTF-8, the first lines and the path to facts
 * about the report. Private to corpus/plain*.c, and what the path tells to corpus/pdf.c too.
 */
#ifndef CORPUS_PLAIN_PRIVATE_H
#define CORPUS_PLAIN_PRIVATE_H

#include "base/buf.h"
#include "corpus/narrative.h"
#include "corpus/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <utf8proc.h>

/** Unicode white space, and NUL. */
bool tip_plain_is_white(utf8proc_int32_t code);

/**
 * Appends a line of UTF-8 with every run of white space (and of NUL bytes) as one space and none at
 * its ends. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_plain_collapse(tip_str line, tip_buf *out);

/**
 * The content of a file as UTF-8 without a byte order mark: what is not UTF-8 is taken for
 * windows-1252 and converted into `converted`, from which *ret_text is then borrowed. TIP_OK;
 * TIP_NO_MEMORY; TIP_BAD_INPUT for binary data.
 */
tip_status tip_plain_decode(const tip_input *input, tip_buf *converted, tip_str *ret_text,
                            tip_error *err);

/** Where reading stands in a text. Copying one is a way to look ahead. */
typedef struct tip_lines {
    tip_str rest;
    size_t next; /**< number of the line that rest begins with */
} tip_lines;

/**
 * Takes the next line, up to LF, CR LF, CR or form feed; the last is told apart because it parts
 * paragraphs. False at the end.
 */
bool tip_lines_next(tip_lines *lines, tip_str *ret_line, bool *ret_form_feed);

/** What is known of the report that a text is about. Initialize with {0}; release with
 * tip_facts_free. */
typedef struct tip_facts {
    tip_document document;
    tip_buf values; /**< front matter's strings, one behind the other; does not grow again once
                         document points into it */
} tip_facts;

/**
 * Takes the front matter, if the text begins with one, and leaves the lines behind it. What cannot
 * be used is warned of. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_facts_read_front(tip_facts *facts, tip_lines *lines, const tip_input *input,
                                const tip_sink *sink);

/** Adds what the path tells (year, country) and front matter did not, and whether it is a text with
 * a report's sections: one of a known country or about trafficking. `path` is borrowed. */
void tip_facts_read_path(tip_facts *facts, tip_str path);

/** Releases the memory; the facts are {0} again. */
void tip_facts_free(tip_facts *facts);

#endif
