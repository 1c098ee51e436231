/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Narratives: what the readers of HTML, text and PDF have in common. A reader says what it knows of
 * the document and hands over its blocks in reading order; the narrative finds the lines that begin
 * a country's report and the headings of its sections, takes recommendations apart, numbers the
 * paragraphs, reads the tier from the formula sentence where no line tells it, and hands finished
 * records to the sink.
 *
 * What stands above the first country's report, at most 8 KB of it, is the head of the document.
 * In a Trafficking in Persons Report all of it is left out where the document is about one country,
 * is headed "Country Narratives", or has an archive's table (publisher, how to cite, disclaimer);
 * else what comes before its first sentence is left out, and the rest has no country. Front matter
 * that gives the country ends the head.
 *
 * Texts are handed over as they are: a full stop without a space behind it, or a word parted by a
 * converter, stays so. What was saved is what can be cited, and a space put into "U.S.citizens" or
 * "state.gov" would be a mistake of our own.
 */
#ifndef CORPUS_NARRATIVE_H
#define CORPUS_NARRATIVE_H

#include "corpus/country.h"
#include "corpus/reader.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a document as a whole says. Strings are borrowed until the narrative is closed. */
typedef struct tip_document {
    int year;                   /**< 0 unknown */
    const tip_country *country; /**< NULL unknown */
    tip_str name;               /**< of the country as written, for one that is not in the table */
    const char *tier;           /**< canonical; NULL unknown */
    tip_str region;             /**< where given; else it is the country's */
    tip_str title;
    tip_str source;   /**< path or address; of every record */
    bool trafficking; /**< a Trafficking in Persons Report: "Prosecution" is a heading in it */
    bool assumed;     /**< that it is one is only likely, as of a text named after a country: until
                           a line begins a report nothing is taken for its page's head */
    bool country_given; /**< by front matter, which no line of the text overrules */
    bool tier_given;
} tip_document;

/** What a block is, as far as its source tells. */
typedef enum tip_block_kind {
    TIP_BLOCK_TEXT,      /**< a paragraph; it may still be a tier line, or begin with a heading */
    TIP_BLOCK_ITEM,      /**< an item of a list, without its bullet */
    TIP_BLOCK_LINE,      /**< a line that stands out (bold, in capitals): a heading if it is a known
                              one, else text */
    TIP_BLOCK_HEADING,   /**< a heading: its own words name the section if it is no known one */
    TIP_BLOCK_SUBHEADING /**< one below it: the section is "heading > subheading", but in a
                              narrative of a Trafficking in Persons Report it is only text */
} tip_block_kind;

/** One block of a document. */
typedef struct tip_block {
    tip_block_kind kind;
    tip_str text;  /**< UTF-8 with white space collapsed; empty blocks are ignored */
    unsigned page; /**< it begins on, from 1; 0 where there are no pages */
} tip_block;

/** A document that is being read. */
typedef struct tip_narrative tip_narrative;

/**
 * Begins a document; `document` is copied, its strings are borrowed. Release with
 * tip_narrative_free. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_narrative_new(const tip_document *document, const tip_sink *sink,
                             tip_narrative **ret_narrative);

/**
 * Adds the next block; its text is valid during the call only. Records may be held back until the
 * tier is known or the report ends. TIP_OK, TIP_NO_MEMORY, or what the sink returned.
 */
tip_status tip_narrative_add(tip_narrative *narrative, const tip_block *block);

/**
 * Ends the document: hands over what was held back. *ret_records is how many records the document
 * had. TIP_OK, TIP_NO_MEMORY, or what the sink returned.
 */
tip_status tip_narrative_end(tip_narrative *narrative, size_t *ret_records);

/**
 * How many bytes at the start of a line would begin a country's report or one of its sections here:
 * all of "KENYA (Tier 2)"; in a Trafficking in Persons Report also all of "Prosecution", and those
 * up to and with the colon of "Prosecution: The government ..."; 0 when it begins neither. For
 * readers that must know where a block ends. Cannot fail.
 */
size_t tip_narrative_heading_size(const tip_narrative *narrative, tip_str line);

/** Releases it, ended or not; NULL is ignored. */
void tip_narrative_free(tip_narrative *narrative);

#ifdef __cplusplus
}
#endif

#endif
