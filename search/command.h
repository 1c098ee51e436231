/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What tipsearch was told to do, and doing it. Private to the command.
 */
#ifndef SEARCH_COMMAND_H
#define SEARCH_COMMAND_H

#include "output/output.h"
#include "tip/tip.h"

/** Exit statuses besides EXIT_SUCCESS. */
enum { EXIT_NONE = 1, EXIT_USAGE = 2, EXIT_INDEX = 3 };

enum { FACETS_MAX = 8, NEIGHBOURS = 1 };

/** What the command line says. */
typedef struct arguments {
    const char **directories;
    size_t directory_count;
    tip_open_options open;
    tip_filter *filters;
    tip_query_options query;
    tip_search_options search;
    output out;
    const char *color;   /**< auto, always or never */
    const char *batch;   /**< file of queries */
    const char *show;    /**< id of a paragraph to show */
    const char *similar; /**< id of a paragraph to find others by */
    const char *changes; /**< country whose reports are compared */
    const char *tiers;   /**< country whose tiers are listed */
    int first_year;      /**< of --changes and --tiers; 0 for all there are */
    int last_year;
    const char *sort; /**< what --sort says, or NULL */
    bool kwic;
    const char *kwic_number;        /**< a word of the query that may be meant for --kwic */
    tip_kwic_options context_words; /**< of --kwic */
    size_t context;                 /**< neighbours to show */
    bool count;
    bool explain;
    tip_facet facets[FACETS_MAX]; /**< to count by */
    size_t facet_count;
    bool trend;
    bool limited;       /**< --limit was given */
    bool chosen;        /**< --fields was given */
    const char **words; /**< of the query */
    size_t word_count;
} arguments;

/** Does what was asked on an open searcher; returns the exit status. */
int command_run(const arguments *a, tip_searcher *searcher);

/** Whether a person is told how many answers there are. */
bool command_tells_total(const arguments *a);

/** Tells stderr of the indexes that are left out, from the one of this number on. */
void command_tell_lost(const tip_searcher *searcher, size_t first);

/** Tells stderr of a failure and returns the exit status. `place` is where the query stands in a
 * batch, with a colon and a space behind it, else ""; the query is shown when the error has a place
 * in it, and may be NULL. */
int command_fail(tip_status status, const tip_error *err, const char *place, const char *query);

/** The same for a want of memory. */
int command_fail_memory(void);

#endif
