/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The portable layout: one glass database, with termlists and positions, that needs nothing of ours
 * to be read. tipsearch-portable(7) describes it for people; it and this header change together,
 * and PORTABLE_SCHEMA with them.
 *
 * A document is a paragraph.
 *
 *   terms     stems without a prefix, with the wdf of the fast layout (indexer/chunk.c), and with
 *             positions where they stand in the text: 1 is its first word
 *             XW and a word as text/ folds it, with the same positions, wdf 0
 *             the fields of text/term.h, wdf 0
 *             XN and a folded word that stands for the report among the stems without being in the
 *             text (tip_analysis_name_words), wdf 0: prefixes and suffixes of words are looked for
 *             among these and XW
 *             S and a folded word of the report's title, wdf 0
 *             Q and the id; P and the path of the file that it was read from; wdf 0
 *   values    PORTABLE_SLOT_..., below
 *   data      the record as one JSON object, as `tipindex --dump jsonl` writes it
 *
 * S, Q and P are letters of Xapian's convention (termprefixes.rst) for a title, a unique id and a
 * path. These three, and only these, are not folded as a whole: see tip_term_of_text.
 *
 * Metadata: PORTABLE_KEY_..., below.
 */
#ifndef PORTABLE_LAYOUT_H
#define PORTABLE_LAYOUT_H

#include "base/buf.h"
#include "tip/record.h"
#include "tip/status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of all that this header describes: a database of another one is refused. */
#define PORTABLE_SCHEMA 1

/** What stands in an index's folder under this name: Xapian's list of the databases to open for it,
 * which names the generation in use. */
#define PORTABLE_STUB_NAME "XAPIANDB"

/** The database's folder in that of its generation. */
#define PORTABLE_DATABASE_NAME "portable"

/* ---- Terms ---- */

#define PORTABLE_TERM_EXACT "XW"
#define PORTABLE_TERM_NAME "XN"
#define PORTABLE_TERM_TITLE "S"
#define PORTABLE_TERM_ID "Q"
#define PORTABLE_TERM_FILE "P"

/* ---- Values ---- */

enum {
    PORTABLE_SLOT_ORDER = 0,   /**< portable_order_write: sorts as --dump does */
    PORTABLE_SLOT_REPORT = 1,  /**< portable_report_write: groups by report */
    PORTABLE_SLOT_SECTION = 2, /**< portable_section_write: groups by report and section */
    PORTABLE_SLOT_YEAR = 3,    /**< sortable_serialise of the year; none when it is not known */
    PORTABLE_SLOT_WORDS = 4    /**< sortable_serialise of how many words the text has */
};

/**
 * Where a paragraph stands among all: the path of the file it was read from (of an archive, not of
 * its member), a zero byte, and its number in it from 0 as four bytes, the highest first. Every
 * paragraph of the file counts, wherever it is indexed. Written over *ret_value. TIP_OK or
 * TIP_NO_MEMORY.
 */
tip_status portable_order_write(tip_str path, uint32_t number, tip_buf *ret_value);

/**
 * The report of a paragraph: year, iso3, country, region, tier, title and source of the record,
 * with a zero byte between one and the next; the year in four digits, what is not known empty. A
 * zero byte of a field becomes a space. Reports are the same if and only if these are; they sort
 * by year, then by code. Written over *ret_value. TIP_OK or TIP_NO_MEMORY.
 */
tip_status portable_report_write(const tip_record *record, tip_buf *ret_value);

/** Sets these of *ret_record, borrowed from the value; the rest stays as it is. False, and nothing
 * set, when the value is no such. */
bool portable_report_read(tip_str value, tip_record *ret_record);

/** The same with one more field behind, the section. Written over *ret_value. TIP_OK or
 * TIP_NO_MEMORY. */
tip_status portable_section_write(const tip_record *record, tip_buf *ret_value);

/** As portable_report_read, and the section is set, too. */
bool portable_section_read(tip_str value, tip_record *ret_record);

/* ---- Data ---- */

/** The data of a paragraph's document. Written over *ret_data. TIP_OK or TIP_NO_MEMORY. */
tip_status portable_data_write(const tip_record *record, tip_buf *ret_data);

/** The record of a document, borrowed from *ret_json, which is to be released with json_decref.
 * TIP_OK, TIP_NO_MEMORY, or TIP_CORRUPT (the message names `path`, which is the database's). */
tip_status portable_data_read(tip_str data, const char *path, json_t **ret_json,
                              tip_record *ret_record, tip_error *err);

/* ---- Metadata ---- */

#define PORTABLE_KEY_SCHEMA "tip/schema"     /**< PORTABLE_SCHEMA in decimal */
#define PORTABLE_KEY_ANALYSIS "tip/analysis" /**< TIP_ANALYSIS_VERSION in decimal */
#define PORTABLE_KEY_LAYOUT "tip/layout"     /**< PORTABLE_LAYOUT */
#define PORTABLE_LAYOUT "portable"

/** Followed by a year in four digits, or by nothing for paragraphs of no known year: the words of
 * all its paragraphs, in decimal. */
#define PORTABLE_KEY_WORDS "tip/words/"

#ifdef __cplusplus
}
#endif

#endif
