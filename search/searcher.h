/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What stands behind the handles of this room. Private to it.
 */
#ifndef SEARCH_SEARCHER_H
#define SEARCH_SEARCHER_H

#include "search/query.h"
#include "store/generation.h"
#include "store/pattern.h"
#include "tip/search.h"
#include "xapian-c/xapian_c.h"

struct tip_searcher {
    tip_generation **generations;
    size_t generation_count;
    const tip_store **stores; /* one an index of the database; borrowed from the generations */
    size_t indexes;
    xc_database *database; /* NULL when there is no index */
    tip_stemmer *stemmer;
    uint64_t **report_words; /* one array an index, one entry a report; NULL until asked for */
};

/* Phrases that the matcher asks about, with a pattern for each index. */
typedef struct query_phrase {
    tip_pattern **patterns;
    size_t indexes;
} query_phrase;

/* Phrases that must be near one another. */
typedef struct query_near {
    const query_node *node;
    query_phrase *operands; /* owned by the query */
    tip_buf *places;        /* one an operand: where it stands in the document at hand */
    tip_buf reached;        /* bool, by place: operands up to here are near one another */
    bool no_memory;         /* while matching, where nothing can be returned */
} query_near;

/* The reports whose titles a title: asks for. */
typedef struct query_titles {
    const tip_store *const *stores; /* of the searcher */
    bool **reports;                 /* one array an index, one entry a report */
    size_t indexes;
} query_titles;

struct tip_query {
    tip_searcher *searcher;
    query_node *root;
    query_node *filters; /* a SEQUENCE of FIELD nodes; NULL for none */
    xc_query *compiled;
    tip_buf added; /* tip_added_word */
    bool ranked;   /* false: there is nothing to rank by, answers come in order */
    query_phrase **phrases;
    size_t phrase_count;
    query_near **nears;
    size_t near_count;
    query_titles **titles;
    size_t title_count;
};

/** Translates the tree into a query of Xapian. TIP_OK, TIP_BAD_QUERY, or a failure of the rooms
 * below. */
tip_status query_compile(tip_query *query, tip_error *err);

/** left OP right; both are taken over, also on failure. Any failure of xc_query_join. */
tip_status query_join_two(xc_operator op, xc_query *left, xc_query *right, xc_query **ret_query,
                          tip_error *err);

/** Releases what query_compile has made besides the compiled query itself. */
void query_phrases_free(tip_query *query);

/** Compiles a WORD or PHRASE into what the matcher asks about. TIP_OK, TIP_BAD_QUERY, or a failure
 * of the rooms below. The query keeps it. */
tip_status phrase_new(tip_query *query, query_node *node, query_phrase **ret_phrase,
                      tip_error *err);

/** The same for a NEAR. */
tip_status near_new(tip_query *query, const query_node *node, query_near **ret_near,
                    tip_error *err);

/** Whether a document has the phrase, or the operands of a NEAR near one another: xc_accept_fn. */
bool phrase_accepts(void *payload, size_t index, uint32_t document);
bool near_accepts(void *payload, size_t index, uint32_t document);

/** TIP_NO_MEMORY when memory ran out while the matcher asked, else TIP_OK. */
tip_status query_match_status(const tip_query *query, tip_error *err);

/**
 * The terms that a FIELD node stands for, each handed to `add`. TIP_OK, TIP_NO_MEMORY, what `add`
 * returned, or TIP_BAD_QUERY when a value cannot be read.
 */
tip_status field_terms(const tip_searcher *searcher, const query_node *node,
                       tip_status (*add)(void *payload, tip_str term), void *payload,
                       tip_error *err);

/** The same for one value. */
tip_status field_value_terms(const tip_searcher *searcher, tip_field field,
                             const query_value *value,
                             tip_status (*add)(void *payload, tip_str term), void *payload,
                             tip_error *err);

/** Hands each value of a field that consists of words (section, region) to `see`, some more than
 * once; none of any other field. TIP_OK or what `see` returned. */
tip_status field_each_known(const tip_searcher *searcher, tip_field field,
                            tip_status (*see)(void *payload, tip_str known), void *payload);

/** The reports that a FIELD node of a title asks for; release with titles_free. TIP_OK,
 * TIP_NO_MEMORY, TIP_CORRUPT, or TIP_BAD_QUERY when a value is missing. */
tip_status field_titles(const tip_searcher *searcher, const query_node *node,
                        query_titles **ret_titles, tip_error *err);

/** Releases them; NULL is ignored. */
void titles_free(query_titles *titles);

/** Whether a document's report is one of them: xc_accept_fn. */
bool titles_accept(void *payload, size_t index, uint32_t document);

#endif
