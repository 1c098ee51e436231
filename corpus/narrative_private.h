/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The parts of a narrative: the records held back, the numbers of paragraphs, the head of a
 * document, and the opening paragraphs that are a profile. Private to corpus/narrative*.c.
 */
#ifndef CORPUS_NARRATIVE_PRIVATE_H
#define CORPUS_NARRATIVE_PRIVATE_H

#include "base/buf.h"

#include <stdbool.h>

/* ---- Records held back ---- */

/** A paragraph that was read but not handed over. */
typedef struct tip_held_record {
    size_t section; /**< where its bytes begin in tip_held.bytes; the text is behind them */
    size_t section_size;
    size_t text_size;
    unsigned page;
} tip_held_record;

/** Paragraphs held back, in order. Initialize with {0}, release with tip_held_free. */
typedef struct tip_held {
    tip_buf bytes;
    tip_held_record *records;
    size_t count;
    size_t room;
} tip_held;

/** Adds a copy of a paragraph. TIP_OK, or TIP_NO_MEMORY with nothing added. */
tip_status tip_held_add(tip_held *held, tip_str section, tip_str text, unsigned page);

/** The section and the text of the i-th, borrowed until the next change. */
tip_str tip_held_section(const tip_held *held, size_t i);
tip_str tip_held_text(const tip_held *held, size_t i);

/** Forgets the first `count`. */
void tip_held_drop(tip_held *held, size_t count);

/** Releases the memory; it is {0} again. */
void tip_held_free(tip_held *held);

/* ---- Numbers of paragraphs ---- */

/** How many paragraphs each section of each country has so far; NULL: none. */
typedef struct tip_section_count tip_section_count;

/** The number of the next paragraph, from 1; a section that comes back is continued, so that no two
 * paragraphs have one name. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_section_count_next(tip_section_count **counts, tip_str country, tip_str section,
                                  unsigned *ret_number);

/** Releases the counts; NULL is ignored. */
void tip_section_count_free(tip_section_count *counts);

/* ---- The head of a document ---- */

/** What stands above the first country's report: the site's name, menus as text, the table and the
 * disclaimer of an archive, captions. Initialize with {0}. */
typedef struct tip_head {
    bool narratives; /**< a heading "Country Narratives" was met: up to the first country there are
                          only captions */
    unsigned fields; /**< fields of an archive's table, as bits */
    int year;        /**< that a title or a date names; 0 unknown */
    bool dated;      /**< the year is of a title, which counts more than a date */
} tip_head;

/** Takes note of a block of the head. */
void tip_head_note(tip_head *head, tip_str text);

/** Whether the head has the table in which an archive of documents describes its copy. */
bool tip_head_is_catalogued(const tip_head *head);

/* ---- Paragraphs ---- */

/** Whether a country's report can begin with this paragraph as its profile, as those to 2016 do:
 * "X is a source, transit, and destination country for men, women, and children ...". */
bool tip_paragraph_is_profile(tip_str text);

/** Whether a paragraph is about what the government does: no profile any more. */
bool tip_paragraph_is_assessment(tip_str text);

/** Whether a block inside a country's report is none of its paragraphs: next to no letters (a
 * page's number, capitals that lost their font), or the caption of the chart of tiers. */
bool tip_paragraph_is_caption(tip_str text);

#endif
