/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The steps behind tip_read_pdf: bytes to the words of each page, words to lines in reading order,
 * lines to paragraphs. Lengths are points (1/72 inch), from the upper left corner of the page.
 * Private to corpus/pdf*.c; only pdf_extract.c, a module of its own, knows what extracts the words.
 */
#ifndef CORPUS_PDF_PRIVATE_H
#define CORPUS_PDF_PRIVATE_H

#include "base/buf.h"
#include "corpus/narrative.h"
#include "corpus/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Most pages of a document; the longest report has about 700. */
#define TIP_PDF_PAGES_MAX 20000u

/** Most words of a page; a page of small print has 2,000. What follows them is left out. */
#define TIP_PDF_WORDS_MAX 50000u

/** Most bytes of text of a document; the longest report has 6 MB. */
#define TIP_PDF_TEXT_MAX ((size_t)64 * 1024 * 1024)

/** Most blank-separated columns that one table row is taken apart into. */
#define TIP_PDF_CELLS_MAX 16

/** Where something stands on a page. */
typedef struct tip_box {
    float left, top, right, bottom;
} tip_box;

/** Characters that stand side by side without a space. */
typedef struct tip_pdf_word {
    tip_box box;
    float size;    /**< of the font */
    uint32_t bold; /**< 0 or 1: the font is a heavy one */
    uint32_t text; /**< offset in the page's text */
    uint32_t text_size;
} tip_pdf_word;

/** One page as it was extracted, borrowed. */
typedef struct tip_pdf_page {
    unsigned number; /**< from 1 */
    float width, height;
    const tip_pdf_word *words;
    size_t count;
    tip_str text;
} tip_pdf_page;

/** What a line is, as far as its place on the page tells. */
typedef enum tip_pdf_line_kind {
    TIP_PDF_FLOW, /**< one of the lines of a column */
    TIP_PDF_ROW,  /**< begins a row of a table */
    TIP_PDF_CELL  /**< goes on with it: the next line of a cell, or the next cell */
} tip_pdf_line_kind;

/** A line in reading order. */
typedef struct tip_pdf_line {
    tip_box box;
    float size;                      /**< font size of most of its letters */
    float first_right;               /**< where its first word ends */
    float column_left, column_right; /**< of the column that it stands in */
    float page_height;
    unsigned page;
    unsigned column; /**< counted through the document */
    tip_pdf_line_kind kind;
    bool bold;              /**< most of it */
    bool gone;              /**< a running head or the like: no text of the report */
    size_t text, text_size; /**< words with one space between them, in tip_pdf_lines.text */
} tip_pdf_line;

/** How many places of gutters between columns are remembered from page to page. */
#define TIP_PDF_GUTTERS 8

/** The lines of a document. Initialize with {0}; release with tip_pdf_lines_free. */
typedef struct tip_pdf_lines {
    tip_pdf_line *items;
    size_t count, room;
    unsigned columns;               /**< so far */
    float gutters[TIP_PDF_GUTTERS]; /**< middles of those found so far, the latest first */
    size_t gutter_count;
    tip_buf text;
} tip_pdf_lines;

/** The text of a line, borrowed until lines are added. */
tip_str tip_pdf_line_text(const tip_pdf_lines *lines, const tip_pdf_line *line);

/** Releases the memory; the lines are {0} again. */
void tip_pdf_lines_free(tip_pdf_lines *lines);

/**
 * Adds a page's lines in reading order: columns one after the other, what spans them in its place,
 * each row of a table as one line. Words outside the page, words too small to be read and letters
 * set one below the other (side tabs) are left out. TIP_OK, TIP_NO_MEMORY; TIP_TOO_LARGE over
 * TIP_PDF_TEXT_MAX.
 */
tip_status tip_pdf_lines_add(tip_pdf_lines *lines, const tip_pdf_page *page);

/**
 * Marks as gone what is printed on every page: running heads and feet, page numbers. They stand
 * above or below all else at the same height on several pages, and say the same but for numbers.
 * A running head on the very first page is kept: there it is the document's title. TIP_OK or
 * TIP_NO_MEMORY.
 */
tip_status tip_pdf_lines_drop_running(tip_pdf_lines *lines);

/** Receives one block; its text is valid during the call. */
typedef tip_status tip_block_fn(void *payload, const tip_block *block);

/**
 * Joins the lines to blocks, over columns and pages, and hands them over in order. TIP_OK,
 * TIP_NO_MEMORY, or what `take` returned.
 */
tip_status tip_pdf_lines_blocks(const tip_pdf_lines *lines, tip_block_fn *take, void *payload);

/** Receives what is extracted. Other than TIP_OK ends the extraction and is returned. */
typedef struct tip_pdf_sink {
    tip_status (*title)(void *payload, tip_str title); /**< at most once, before the pages */
    tip_status (*page)(void *payload, const tip_pdf_page *page);
    void *payload;
} tip_pdf_sink;

/** How an extraction ended. */
typedef enum tip_pdf_end {
    TIP_PDF_READ,
    TIP_PDF_LOCKED,   /**< encrypted with a password */
    TIP_PDF_DAMAGED,  /**< no PDF, or cut off */
    TIP_PDF_TOO_LONG, /**< more than TIP_PDF_PAGES_MAX pages */
    TIP_PDF_STOPPED   /**< the sink failed */
} tip_pdf_end;

/** The file of the module that holds pdf_extract.c. */
#define TIP_PDF_MODULE "tip-pdf-1.so"

/**
 * Extracts the words of every page in this process. What it stands on may print, abort when out of
 * memory, and crash or run on for hours over hostile bytes: see tip_pdf_extract_apart. The module
 * gives away this name alone; a change of what it takes changes the number in TIP_PDF_MODULE.
 */
typedef tip_pdf_end tip_pdf_extract_fn(tip_str bytes, const tip_pdf_sink *sink);
__attribute__((visibility("default"))) tip_pdf_extract_fn tip_pdf_extract;

/**
 * Loads the module once for the process: poppler brings some forty libraries, which take longer to
 * load than a short run takes otherwise. It is looked for where the program or the library is, then
 * where it was to be installed. Safe in any thread.
 *
 * @param[out] extract never released
 * @return TIP_OK; TIP_UNSUPPORTED when it is not there or cannot be loaded, which names `path`.
 */
tip_status tip_pdf_load(tip_str path, tip_pdf_extract_fn **extract, tip_error *err);

/**
 * As tip_pdf_extract, but in a child process, so that its faults are an error of this one file: the
 * child may take 1 GiB of memory, 60 seconds for a page and 10 minutes in all. TIP_OK;
 * TIP_NO_MEMORY; TIP_BAD_INPUT for what is encrypted, damaged or made the child crash;
 * TIP_TOO_LARGE beyond the limits; TIP_UNSUPPORTED without the module; TIP_IO_ERROR when no child
 * can be started; or what the sink returned.
 */
tip_status tip_pdf_extract_apart(const tip_input *input, const tip_pdf_sink *sink, tip_error *err);

#endif
