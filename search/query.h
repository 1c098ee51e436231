/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The syntax tree of a query. Private to this room.
 */
#ifndef SEARCH_QUERY_H
#define SEARCH_QUERY_H

#include "base/buf.h"
#include "corpus/country.h"
#include "store/pattern.h"
#include "text/text.h"
#include "tip/search.h"

typedef enum node_kind {
    NODE_WORD,     /**< one word, by its stem */
    NODE_PHRASE,   /**< words one behind the other: exact (quoted), or by stem (sex-trafficking) */
    NODE_NEAR,     /**< words and phrases no further from one another than the query says */
    NODE_COUNTRY,  /**< words that name a country: they, or its own report */
    NODE_FIELD,    /**< a filter */
    NODE_SEQUENCE, /**< clauses beside one another: any of them, ranked; + and - say more */
    NODE_AND,
    NODE_OR
} node_kind;

/** What +, - and NOT say of a clause in a sequence. */
typedef enum node_occur { OCCUR_OPTIONAL, OCCUR_REQUIRED, OCCUR_EXCLUDED } node_occur;

/** A word of a query. Owned by its node. */
typedef struct query_word {
    char *word;           /**< folded; the part beside the asterisk of a wildcard */
    char *stem;           /**< of the word; of no meaning for a wildcard */
    tip_word_match match; /**< what the words of a text are compared with */
    bool stop;            /**< on the stop list, and not written as an acronym */
} query_word;

/** One value of a field. Owned by its node. */
typedef struct query_value {
    char *text; /**< without the quotation marks around it */
    size_t at;  /**< where it stands in the query; TIP_NO_POSITION for a filter's */
} query_value;

typedef struct query_node query_node;

struct query_node {
    node_kind kind;
    node_occur occur;
    size_t start; /**< where it stands in the query */
    size_t end;
    query_word *words; /**< of a WORD (one) or PHRASE */
    size_t word_count;
    bool exact;                 /**< of a PHRASE */
    bool ignored;               /**< of a WORD: a stop word among other words */
    const tip_country *country; /**< of a COUNTRY */
    size_t distance;            /**< of an operand of a NEAR: words from it to the one before ... */
    bool ordered;               /**< ... behind which it must stand */
    tip_field field;            /**< of a FIELD, ... */
    query_value *values;        /**< ... and what it may be, any of them */
    size_t value_count;
    query_node **children;
    size_t child_count;
};

/** An empty node; NULL when out of memory. Release with node_free. */
query_node *node_new(node_kind kind, size_t start, size_t end);

/** Releases a node and all below it; NULL is ignored. */
void node_free(query_node *node);

/** Adds a child, which the node then owns; on failure the child is released. TIP_OK or
 * TIP_NO_MEMORY. */
tip_status node_add(query_node *node, query_node *child);

/** Adds a word. TIP_OK or TIP_NO_MEMORY. */
tip_status node_add_word(query_node *node, const tip_token *token, tip_word_match match,
                         tip_stemmer *stemmer);

/** Adds a value to a FIELD. TIP_OK or TIP_NO_MEMORY. */
tip_status node_add_value(query_node *node, tip_str text, size_t at);

/** A value as one line of UTF-8 that commands no terminal, cut where a message is; borrowed from
 * `room`. */
const char *value_shown(const query_value *value, tip_error *room);

/** Where the values of a field stand, which tells how each of them ends. */
typedef enum value_place {
    VALUES_IN_QUERY, /**< behind the colon: at a comma, white space, a bracket or a quote; or in
                          brackets, with commas or "or" between */
    VALUES_IN_OPTION /**< all of an option's text: at a comma */
} value_place;

/**
 * Reads the values of a FIELD from *next on, and moves it behind them; any of them may stand in
 * quotation marks. TIP_OK, TIP_NO_MEMORY, or TIP_BAD_QUERY with the place where a value or a
 * closing mark is missing.
 */
tip_status values_read(tip_str text, value_place place, query_node *node, size_t *next,
                       tip_error *err);

/** The bytes of a quotation mark, as keyboards and word processors make it, at a place of a query;
 * 0 when there is none. */
size_t query_quote_size(tip_str text, size_t at);

/** Where the run of characters that starts at `from` ends: at white space, a bracket or a quotation
 * mark. */
size_t query_run_end(tip_str text, size_t from);

/**
 * Reads a query into a tree. With `plain` it is a sequence of words. TIP_OK, TIP_NO_MEMORY, or
 * TIP_BAD_QUERY with the place.
 */
tip_status query_read(tip_str text, bool plain, tip_stemmer *stemmer, query_node **ret_root,
                      tip_error *err);

/** TIP_BAD_QUERY with a place and a message. */
tip_status query_fail(tip_error *err, size_t position, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The name of a field as queries spell it. Static. */
const char *field_name(tip_field field);

/** The field of a name in any case; false when there is none. */
bool field_of_name(tip_str name, tip_field *ret_field);

#endif
