/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The steps behind tip_read_html: bytes to a tree, the tree to facts about the page, and the kinds
 * of element that both of them and the reader distinguish. Private to corpus/html*.c.
 */
#ifndef CORPUS_HTML_PRIVATE_H
#define CORPUS_HTML_PRIVATE_H

#include "base/buf.h"
#include "corpus/country.h"
#include "corpus/reader.h"

#include <libxml/tree.h>

#include <stdbool.h>

/** The largest page that is read, in bytes; the largest known report page is 4 MB. */
#define TIP_HTML_MAX ((size_t)64 * 1024 * 1024)

/** Elements nested deeper than this are merged into their ancestor; their text is kept. */
#define TIP_HTML_DEPTH 200

/** Nesting at which a page is given up as hostile: what was read until there is kept. */
#define TIP_HTML_DEPTH_MAX 1000

/** What an element means for paragraphs. */
typedef enum tip_html_kind {
    TIP_HTML_INLINE,  /**< part of the text around it */
    TIP_HTML_BOLD,    /**< inline, and a heading when it is all of its block */
    TIP_HTML_LINK,    /**< inline, and chrome when it is all of a list */
    TIP_HTML_BREAK,   /**< a line end */
    TIP_HTML_BLOCK,   /**< begins and ends a paragraph */
    TIP_HTML_HEADING, /**< h1 to h6 */
    TIP_HTML_CHROME,  /**< menus, page heads and feet, forms: not text of the report */
    TIP_HTML_SILENT   /**< scripts, selectors, pictures: nothing below it is text at all */
} tip_html_kind;

/** The kind of an element; of any other node, TIP_HTML_INLINE. */
tip_html_kind tip_html_kind_of(const xmlNode *node);

/** The level of a heading element, 1 to 6; 0 for any other node. */
int tip_html_level(const xmlNode *node);

/** An attribute's value, borrowed from the tree; {NULL, 0} when there is none, which differs from
 * one without a value. Only what html_tree.c keeps is there; "id" only where it is the banner of
 * the Wayback Machine's. */
tip_str tip_html_attribute(const xmlNode *node, const char *name);

/** Whether the element's class attribute has this word. */
bool tip_html_has_class(const xmlNode *node, const char *word);

/** The node behind `node` in document order inside `root`; below it only if `down`. */
xmlNode *tip_html_next(const xmlNode *node, const xmlNode *root, bool down);

/** Appends text with each run of white space as one space; none at the buffer's start. `*space`
 * carries a space that was seen but not yet written. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_html_collapse(tip_buf *buf, bool *space, tip_str text);

/** Appends the collapsed text below a node. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_html_text(const xmlNode *node, tip_buf *buf);

/**
 * Parses a file's bytes. `*ret_cut` says that nesting beyond TIP_HTML_DEPTH_MAX ended the reading.
 * Release with xmlFreeDoc. TIP_OK, TIP_NO_MEMORY, TIP_TOO_LARGE or TIP_BAD_INPUT.
 */
tip_status tip_html_parse(const tip_input *input, xmlDoc **ret_doc, bool *ret_cut, tip_error *err);

/** What a page as a whole says. Release with tip_html_page_free. */
typedef struct tip_html_page {
    const xmlNode *body;        /**< the element that holds the report; NULL: no text at all */
    bool marked;                /**< headings carry the report template's classes */
    int top_level;              /**< on pages without: level of the section headings, else 0 */
    int sub_level;              /**< ... and of those below them, else 0 */
    bool trafficking;           /**< a Trafficking in Persons Report */
    tip_str url;                /**< its own address without the scheme, borrowed from the tree */
    int year;                   /**< 0 unknown */
    const tip_country *country; /**< NULL unknown */
    tip_buf name;               /**< the country as the page has it, for when it is unknown */
    const char *tier;           /**< from a heading above the body; NULL unknown */
    tip_buf title;
} tip_html_page;

/** Finds the body and the facts. `page` must be {0}. The weights of elements are left in their
 * _private (text outside links) and psvi (text of links). TIP_OK or TIP_NO_MEMORY. */
tip_status tip_html_page_read(xmlDoc *doc, tip_str path, tip_html_page *page);

/** Releases what the page owns, not the tree. */
void tip_html_page_free(tip_html_page *page);

/**
 * Whether an element is a menu: links, and no word that is not in one. A paragraph is text even so,
 * unless it leads to another place of its page ("Back to Top"). Needs the weights.
 */
bool tip_html_is_menu(const xmlNode *node);

#endif
