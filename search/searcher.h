/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What stands behind the handles of this room. Private to it.
 */
#ifndef SEARCH_SEARCHER_H
#define SEARCH_SEARCHER_H

#include "search/query.h"
#include "store/generation.h"
#include "store/pattern.h"
#include "store/strings.h"
#include "tip/kwic.h"
#include "tip/search.h"
#include "xapian-c/xapian_c.h"

/** A word with an asterisk that stands for more is a mistake, or would take seconds. */
enum { WILDCARD_WORDS_MAX = 1000 };

typedef struct search_layout search_layout;
typedef struct portable_index portable_index;
typedef struct country_reports country_reports;

/** Of the fast layout, whose paragraphs are in stores of ours, or of the portable one, where all is
 * in Xapian's databases: of the other one, all is NULL and 0. */
struct tip_searcher {
    const search_layout *layout;
    portable_index *portable; /* portable.h */
    tip_generation **generations;
    size_t generation_count;
    const tip_store **stores; /* one an index of the database; borrowed from the generations */
    size_t indexes;
    xc_database *database; /* NULL when there is no index */
    tip_stemmer *stemmer;
    tip_text_block block;    /* of the last answer; with what it takes to read the next */
    uint64_t **report_words; /* one array an index, one entry a report; NULL until asked for */
};

/** Told of a word and its stem, of a heading, of a year, or of a report. */
typedef tip_status (*word_fn)(void *payload, tip_str word, tip_str stem);
typedef tip_status (*known_fn)(void *payload, tip_str known);
typedef tip_status (*year_fn)(void *payload, int year);
/** Of a report of an index: what tip_store_report sets; borrowed from the searcher. */
typedef tip_status (*report_fn)(void *payload, size_t index, uint32_t number,
                                const tip_record *report);
/** Of a paragraph, valid during the call, and the place of its report among those asked for. */
typedef tip_status (*paragraph_fn)(void *payload, size_t report, const tip_record *record);

/**
 * What the layouts do differently. All of them: TIP_OK, TIP_NO_MEMORY, a failure of the rooms
 * below, and what they tell of may end the walk with a status of its own.
 */
struct search_layout {
    /** Tells of each word that one with an asterisk stands for, some more than once. */
    tip_status (*words)(const tip_searcher *searcher, const query_word *word, word_fn see,
                        void *payload, tip_error *err);
    /** Tells of each section's heading, some more than once; of each year with a report; and of
     * each report. */
    tip_status (*sections)(const tip_searcher *searcher, known_fn see, void *payload,
                           tip_error *err);
    tip_status (*years)(const tip_searcher *searcher, year_fn see, void *payload, tip_error *err);
    tip_status (*reports)(const tip_searcher *searcher, report_fn see, void *payload,
                          tip_error *err);
    /** Tells of each paragraph of some reports, those of each in the order of the index. Or
     * TIP_TOO_LARGE. */
    tip_status (*paragraphs)(tip_searcher *searcher, const country_reports *reports,
                             paragraph_fn see, void *payload, tip_error *err);
    /** Of the paragraphs that have all words of a PHRASE or NEAR, those that have them as it says;
     * NULL when there are no paragraphs at all. Or TIP_BAD_QUERY or TIP_UNSUPPORTED. */
    tip_status (*phrase)(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err);
    tip_status (*near)(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err);
    /** The paragraphs of the reports that a FIELD node of a title asks for. */
    tip_status (*titles)(tip_query *query, const query_node *node, xc_query **ret_query,
                         tip_error *err);
    /** As tip_search and tip_show. */
    tip_status (*search)(tip_searcher *searcher, const tip_query *query,
                         const tip_search_options *options, tip_results **ret_results,
                         tip_error *err);
    tip_status (*show)(tip_searcher *searcher, tip_str id, size_t before, size_t after,
                       tip_results **ret_results, size_t *ret_at, tip_error *err);
    /** As tip_similar. */
    tip_status (*similar)(tip_searcher *searcher, tip_str id, const tip_query *within,
                          const tip_search_options *options, tip_results **ret_results,
                          tip_error *err);
    /** Fills an empty list: tip_kwic. Or TIP_TOO_LARGE. */
    tip_status (*kwic)(tip_searcher *searcher, const tip_query *query,
                       const tip_kwic_options *options, tip_kwic_list *list, tip_error *err);
    /** Adds the matches of a query to counts; the words of each year. */
    tip_status (*count)(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                        tip_counts *counts, tip_error *err);
    tip_status (*count_words)(tip_searcher *searcher, tip_counts *counts, tip_error *err);
    /** How many words all paragraphs have. */
    tip_status (*all_words)(const tip_searcher *searcher, uint64_t *ret_words, tip_error *err);
};

/** TIP_UNSUPPORTED, with what to do, when the indexes are not of the fast layout; `what` needs it.
 */
tip_status searcher_need_fast(const tip_searcher *searcher, const char *what, tip_error *err);

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
    tip_buf added;     /* tip_added_word */
    tip_strings *seen; /* whose words are theirs, where no store has them; or NULL */
    bool ranked;       /* false: there is nothing to rank by, answers come in order */
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

/** *query OP by, in the place of *query; `by` stays the caller's. On failure nothing is changed.
 * Any failure of xc_query_join. */
tip_status query_narrow(xc_query **query, xc_operator op, xc_query *by, tip_error *err);

/** Releases what query_compile has made besides the compiled query itself. */
void query_phrases_free(tip_query *query);

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
 * once; none of any other field. TIP_OK, what `see` returned, or a failure of the rooms below. */
tip_status field_each_known(const tip_searcher *searcher, tip_field field, known_fn see,
                            void *payload, tip_error *err);

/** The functions of the fast layout: search_layout. */
tip_status fast_words(const tip_searcher *searcher, const query_word *word, word_fn see,
                      void *payload, tip_error *err);
tip_status fast_sections(const tip_searcher *searcher, known_fn see, void *payload, tip_error *err);
tip_status fast_years(const tip_searcher *searcher, year_fn see, void *payload, tip_error *err);
tip_status fast_reports(const tip_searcher *searcher, report_fn see, void *payload, tip_error *err);
tip_status fast_phrase(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err);
tip_status fast_near(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err);
tip_status fast_titles(tip_query *query, const query_node *node, xc_query **ret_query,
                       tip_error *err);
tip_status fast_search(tip_searcher *searcher, const tip_query *query,
                       const tip_search_options *options, tip_results **ret_results,
                       tip_error *err);
tip_status fast_show(tip_searcher *searcher, tip_str id, size_t before, size_t after,
                     tip_results **ret_results, size_t *ret_at, tip_error *err);
tip_status fast_similar(tip_searcher *searcher, tip_str id, const tip_query *within,
                        const tip_search_options *options, tip_results **ret_results,
                        tip_error *err);
tip_status fast_kwic(tip_searcher *searcher, const tip_query *query,
                     const tip_kwic_options *options, tip_kwic_list *list, tip_error *err);
tip_status fast_count(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                      tip_counts *counts, tip_error *err);
tip_status fast_paragraphs(tip_searcher *searcher, const country_reports *reports, paragraph_fn see,
                           void *payload, tip_error *err);
tip_status fast_count_words(tip_searcher *searcher, tip_counts *counts, tip_error *err);
tip_status fast_all_words(const tip_searcher *searcher, uint64_t *ret_words, tip_error *err);

/** Whether a text has all words of another, and at least one. */
bool has_all_words(tip_str text, tip_str words);

/** Releases them; NULL is ignored. */
void titles_free(query_titles *titles);

#endif
