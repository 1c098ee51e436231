/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Asking an index: what stands behind the tipsearch command.
 *
 * A searcher holds one generation of each index it was opened with; updates do not disturb it. All
 * text is UTF-8; offsets and lengths count bytes unless they say otherwise.
 */
#ifndef TIP_SEARCH_H
#define TIP_SEARCH_H

#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/** One or more opened indexes. One thread at a time may use one. */
typedef struct tip_searcher tip_searcher;

/** How to open indexes. All zero is the default. */
typedef struct tip_open_options {
    unsigned timeout_seconds; /**< that a server may take to be connected to, and for each answer;
                                   0 for 10 */
    bool partial; /**< do without the indexes that cannot be opened or fail later, as long as there
                       is another: tip_searcher_lost */
} tip_open_options;

/**
 * Opens indexes to be searched as one: folders that tipindex has made, or, all being of its
 * portable layout, also tcp:HOST:PORT for one that xapian-tcpsrv serves, and files that list such
 * (tipsearch-remote(7)). `options` may be NULL. Release with tip_searcher_free.
 *
 * TIP_OK, TIP_NOT_FOUND (no index there), TIP_CORRUPT, TIP_BAD_VERSION, TIP_NO_MEMORY,
 * TIP_IO_ERROR, TIP_BAD_ARGUMENT (nothing to open, or of both layouts), TIP_UNREACHABLE (the
 * message names the server), TIP_UNSUPPORTED (a server of several indexes), TIP_ENGINE_ERROR.
 */
tip_status tip_searcher_open_with(const char *const *names, size_t count,
                                  const tip_open_options *options, tip_searcher **ret_searcher,
                                  tip_error *err);

/** The same with the default options. */
tip_status tip_searcher_open(const char *const *names, size_t count, tip_searcher **ret_searcher,
                             tip_error *err);

/**
 * After a call has failed with *status and *err, as any call can with a server: with
 * tip_open_options.partial, leaves out the index whose failure it was from now on, and connects
 * anew to the others. True when that was done: ask once more. False when there is nothing to be
 * done about it, with why in *status and *err: what they were, or what happened to the others.
 * Queries made before must be freed before. Without partial this is not needed: the next query that
 * is read connects by itself, as it does after a long time without one, and to a server that was
 * started anew meanwhile.
 */
bool tip_searcher_reconnect(tip_searcher *searcher, tip_status *status, tip_error *err);

/** An index that is left out. */
typedef struct tip_lost_index {
    const char *name;    /**< the folder, or tcp:HOST:PORT */
    const char *message; /**< what went wrong; names it too */
} tip_lost_index;

/** How many indexes are left out, and the i-th; NULL when there is none. Borrowed. */
size_t tip_searcher_lost(const tip_searcher *searcher);
const tip_lost_index *tip_searcher_lost_at(const tip_searcher *searcher, size_t i);

/** Closes and releases; NULL is ignored. Queries and results made with it must be freed before. */
void tip_searcher_free(tip_searcher *searcher);

/** How many paragraphs there are. */
size_t tip_searcher_documents(const tip_searcher *searcher);

/** A number that is another one for any other generation of any of the indexes, and the same each
 * time these very generations are opened: what was said of them with it is still true. */
uint64_t tip_searcher_fingerprint(const tip_searcher *searcher);

/* ---- Queries ---- */

/** A query that was read, for one searcher. */
typedef struct tip_query tip_query;

/** A field that a filter looks at. */
typedef enum tip_field {
    TIP_FIELD_COUNTRY,  /**< the country a report is about, by any of its names or its code */
    TIP_FIELD_ISO,      /**< its ISO 3166-1 code, alpha-2 or alpha-3 */
    TIP_FIELD_REGION,   /**< one of the State Department's six regions */
    TIP_FIELD_YEAR,     /**< of the report: 2020, 2018..2021, 2018.., ..2021 */
    TIP_FIELD_TIER,     /**< 1, 2, 2WL, 3 or special */
    TIP_FIELD_SECTION,  /**< words of the section's heading, all of them */
    TIP_FIELD_MENTIONS, /**< a country that the paragraph names, by name or demonym */
    TIP_FIELD_TITLE     /**< words of the report's or document's title, all of them */
} tip_field;

/** Keeps only what a field allows. A value may list alternatives: "2WL,3"; one that has a comma
 * itself stands in quotation marks. */
typedef struct tip_filter {
    tip_field field;
    const char *value;
} tip_filter;

/** How to read a query. All zero is the default. */
typedef struct tip_query_options {
    bool plain;                /**< no syntax: all words are searched, any of them, ranked */
    const tip_filter *filters; /**< besides those of the query; several for one field widen it */
    size_t filter_count;
    bool expand; /**< answers that are like the best ones rank higher, too */
} tip_query_options;

/**
 * Reads a query: tipsearch-query(7) describes the language. Release with tip_query_free. `options`
 * may be NULL.
 *
 * With options->expand the query is run at once, and the 15 words that tell its 10 best answers
 * most clearly from other paragraphs are added to it, each with 0.2 of the weight of a word of the
 * query (pseudo-relevance feedback, by the relevance weight of Robertson and Sparck Jones, JASIS
 * 27(3), 1976). A query that asks for any of its words then also finds paragraphs that have only
 * added ones, within its filters and without what it excludes; of any other query only the order of
 * the answers changes.
 *
 * TIP_OK; TIP_BAD_QUERY with the place in err->position (TIP_NO_POSITION when a filter is wrong);
 * TIP_NO_MEMORY; TIP_CORRUPT; TIP_ENGINE_ERROR.
 */
tip_status tip_query_parse(tip_searcher *searcher, tip_str text, const tip_query_options *options,
                           tip_query **ret_query, tip_error *err);

/** Releases it; NULL is ignored. */
void tip_query_free(tip_query *query);

/** A word that options->expand has added to a query, as one of its best answers has it. */
typedef struct tip_added_word {
    tip_str word;  /**< folded; valid until the query is freed */
    double weight; /**< how clearly it tells the best answers from other paragraphs, by which it was
                        chosen; only to be compared within one query */
} tip_added_word;

/** How many words were added, and the i-th, the weightiest first; NULL when there is none.
 * Borrowed. */
size_t tip_query_added(const tip_query *query);
const tip_added_word *tip_query_added_at(const tip_query *query, size_t i);

/**
 * How the query was read: its parts, their stems, and how many paragraphs have them, and the words
 * that were added; in lines, each deeper part two spaces further in. A new string, to be released
 * with free(). TIP_OK, TIP_NO_MEMORY, TIP_ENGINE_ERROR.
 */
tip_status tip_query_explain(const tip_query *query, char **ret_text, tip_error *err);

/* ---- Results ---- */

/** In which order hits are returned. What is not known stands behind all that is. */
typedef enum tip_sort {
    TIP_SORT_RELEVANCE, /**< the best first */
    TIP_SORT_YEAR,      /**< the oldest first; the best first within a year */
    TIP_SORT_COUNTRY    /**< by the country's name without case and accents, byte by byte; the
                             oldest first within a country, the best first within a year */
} tip_sort;

/** What to return. */
typedef struct tip_search_options {
    tip_sort sort;        /**< of all matches, whatever is returned of them */
    size_t offset;        /**< hits to leave out from the first */
    size_t limit;         /**< hits to return at most */
    size_t snippet_bytes; /**< about how long a snippet should be; 0 for none */
    bool estimate_total;  /**< the total need not be exact: the best hits are found sooner */
    bool collapse;        /**< a paragraph that repeats one of the same country in another year that
                               stands before it in the order, word for word or nearly, is folded into it;
                               offset, limit and the total count what is left, and the total is exact */
} tip_search_options;

/** A run of bytes to be marked in a snippet: one original word, or a phrase. */
typedef struct tip_mark {
    size_t start;
    size_t length;
} tip_mark;

/** A paragraph that is folded into a hit: at least 0.8 similar by Broder's resemblance ("On the
 * resemblance and containment of documents", 1997) over runs of three words, or over single words
 * for paragraphs of fewer than twelve. */
typedef struct tip_repeat {
    int year;
    tip_str id;
} tip_repeat;

/** One answer. Borrowed from its results. */
typedef struct tip_hit {
    tip_record record;
    double score;    /**< by IneB2; only to be compared within one query */
    tip_str snippet; /**< the best passage of the text, cut at words, "…" where it was cut */
    const tip_mark *marks;
    size_t mark_count;
    const tip_repeat *repeats; /**< in order of their years; only with `collapse` */
    size_t repeat_count;
} tip_hit;

/** The answers to a query. */
typedef struct tip_results tip_results;

/**
 * Runs a query. Release with tip_results_free. Ranked by IneB2 (Amati and van Rijsbergen, ACM TOIS
 * 20(4), 2002, with c = 1; the best of those measured on nine test collections); equal scores in
 * the order of the index. TIP_OK (also when nothing matches), TIP_NO_MEMORY, TIP_CORRUPT,
 * TIP_ENGINE_ERROR.
 */
tip_status tip_search(tip_searcher *searcher, const tip_query *query,
                      const tip_search_options *options, tip_results **ret_results, tip_error *err);

/** How many paragraphs match: exactly, unless an estimate was asked for and they are sorted by
 * relevance. */
size_t tip_results_total(const tip_results *results);

/** How many hits were returned, and the i-th of them, best first; NULL when there is none. */
size_t tip_results_count(const tip_results *results);
const tip_hit *tip_results_hit(const tip_results *results, size_t i);

/** Releases them and all their hits; NULL is ignored. */
void tip_results_free(tip_results *results);

/**
 * Where in a text, such as the whole of a paragraph, stands what a query looks for, as snippets
 * have it marked: in order, none overlapping another. *ret_marks is a new array, to be released
 * with free(), or NULL when there is none. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_query_marks(const tip_query *query, tip_str text, tip_mark **ret_marks,
                           size_t *ret_count, tip_error *err);

/* ---- Counts ---- */

/** What matches are counted by. */
typedef enum tip_facet {
    TIP_FACET_YEAR,
    TIP_FACET_COUNTRY,
    TIP_FACET_REGION,
    TIP_FACET_TIER,
    TIP_FACET_SECTION,
    TIP_FACET_MENTIONS /**< each country that a paragraph names, by name or demonym; a paragraph
                            that names several counts for each, one that names none for none */
} tip_facet;

/** The facet that `--facet` spells "year", "country", "region", "tier", "section" or "mentions";
 * false when there is none of that name. */
bool tip_facet_of_name(const char *name, tip_facet *ret_facet);

/** The name of a facet. Static storage. */
const char *tip_facet_name(tip_facet facet);

/** How often one value of a facet occurs among the paragraphs that match a query. */
typedef struct tip_count {
    tip_str value;     /**< empty where it is not known */
    size_t paragraphs; /**< that match */
    size_t reports;    /**< with a paragraph that matches; one that is in several indexes counts in
                            each */
    uint64_t words;    /**< of all paragraphs with this value, matching or not; only tip_trend */
} tip_count;

/** Counts, one a value. */
typedef struct tip_counts tip_counts;

/**
 * Counts the paragraphs that match a query by a facet, exactly: years in order, else the most
 * frequent first and then in order of the bytes of the value. Release with tip_counts_free. TIP_OK,
 * TIP_NO_MEMORY, TIP_CORRUPT, TIP_ENGINE_ERROR.
 */
tip_status tip_count_by(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                        tip_counts **ret_counts, tip_error *err);

/**
 * As tip_count_by for TIP_FACET_YEAR, with the words of each year, and with the years of the index
 * in which nothing matches. Paragraphs of no known year are left out.
 */
tip_status tip_trend(tip_searcher *searcher, const tip_query *query, tip_counts **ret_counts,
                     tip_error *err);

/** How many values there are, and the i-th count; NULL when there is none. Borrowed. */
size_t tip_counts_size(const tip_counts *counts);
const tip_count *tip_counts_at(const tip_counts *counts, size_t i);

/** Releases them; NULL is ignored. */
void tip_counts_free(tip_counts *counts);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
