/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Readers: the bytes of one file in, paragraph records out.
 */
#ifndef CORPUS_READER_H
#define CORPUS_READER_H

#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a file holds. */
typedef enum tip_format {
    TIP_FORMAT_AUTO = 0, /**< decided from the file's name, then its first bytes */
    TIP_FORMAT_HTML,
    TIP_FORMAT_TEXT,
    TIP_FORMAT_JSONL,
    TIP_FORMAT_CSV, /**< a table with a header row, of cells parted by commas, semicolons or tabs */
    TIP_FORMAT_PDF,
    TIP_FORMAT_ARCHIVE /**< files in a file (corpus/archive.h): its members have formats */
} tip_format;

/** The name of a format as `--input` spells it: auto, html, text, jsonl, csv, pdf, archive.
 * Static. */
const char *tip_format_name(tip_format format);

/** The format of that name; false when there is none. */
bool tip_format_of_name(const char *name, tip_format *ret_format);

/**
 * Decides what a file holds: by the ending of its name (.html .htm .txt .text .md .jsonl .ndjson
 * .csv .tsv .pdf .tar .tgz .zip, each also with .gz behind; .tar.xz .txz .tar.zst .tzst), else by
 * its first bytes. False when it is none that can be read
 * (binary data, for one).
 */
bool tip_format_guess(tip_str path, tip_str first_bytes, tip_format *ret_format);

/** One file, or for JSONL a run of whole lines of it, or for CSV the header row and a run of whole
 * rows, already decompressed. */
typedef struct tip_input {
    tip_str path;      /**< as the user gave it or as found below a folder; for messages and as the
                          record's source */
    tip_str bytes;     /**< the content */
    size_t first_line; /**< number of the first line in the file, from 1; where a header row is put
                          before rows from within a file, so that the rows' numbers are right */
} tip_input;

/**
 * Receives one record; its strings are valid during the call only. A status other than TIP_OK
 * ends the reading and is returned by the reader.
 */
typedef tip_status (*tip_record_fn)(void *payload, const tip_record *record);

/**
 * Receives one warning: something in the file that was skipped, in words that name the file and
 * the line. Reading goes on.
 */
typedef void (*tip_warning_fn)(void *payload, const char *message);

/** Where a reader sends what it finds. */
typedef struct tip_sink {
    tip_record_fn record;
    tip_warning_fn warning; /**< may be NULL */
    void *payload;
} tip_sink;

/**
 * Reads one input of the given format (not AUTO or ARCHIVE) and hands each paragraph to the sink in
 * the order of the file. Records carry whatever the file says: year, country (canonical, with iso3
 * and region when the country is known), section, paragraph, title, text. Paragraph 0 means "number
 * me in order".
 *
 * TIP_OK; TIP_NO_MEMORY; TIP_BAD_INPUT when the file is not of that format or has no paragraph
 * (not for JSONL and CSV, where an input may be some lines of a file only); TIP_TOO_LARGE (an HTML
 * page of over 64 MB, a row of a table as corpus/table.h says, a PDF of over 20,000 pages or 64 MB
 * of text or that takes over 60 seconds for a page or 10 minutes in all); TIP_UNSUPPORTED for a PDF
 * where the module that reads them is not installed; TIP_IO_ERROR when no process can be started to
 * read a PDF in; or what the sink returned. Records handed out before a failure stay handed out:
 * the caller decides whether to keep them.
 */
tip_status tip_read(tip_format format, const tip_input *input, const tip_sink *sink,
                    tip_error *err);

/** Whether what reads this format is installed: PDF files are read by a module. */
bool tip_can_read(tip_format format);

/** Tells of something about the whole input: its path, and what it is. */
void tip_warn(const tip_input *input, const tip_sink *sink, const char *what);

/* The readers behind tip_read, each in a file of its own. */
tip_status tip_read_html(const tip_input *input, const tip_sink *sink, tip_error *err);
tip_status tip_read_text(const tip_input *input, const tip_sink *sink, tip_error *err);
tip_status tip_read_jsonl(const tip_input *input, const tip_sink *sink, tip_error *err);
tip_status tip_read_csv(const tip_input *input, const tip_sink *sink, tip_error *err);
tip_status tip_read_pdf(const tip_input *input, const tip_sink *sink, tip_error *err);

#ifdef __cplusplus
}
#endif

#endif
