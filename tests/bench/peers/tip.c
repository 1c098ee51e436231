/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libtip inside one process: tip ask INDEX QUESTIONS ROUNDS */
#include "ask.h"

#include <stdlib.h>
#include <string.h>
#include <tip/tip.h>

static void write_hits(const tip_results *results, FILE *out)
{
    for (size_t i = 0; i < tip_results_count(results); i++) {
        tip_str id = tip_results_hit(results, i)->record.id;
        fprintf(out, "%s%.*s", i ? " " : "", (int)id.size, id.data);
    }
}

static tip_status answer_hits(tip_searcher *searcher, const tip_query *query, ask_operation asked,
                              FILE *out, tip_error *err)
{
    tip_search_options options = {.estimate_total = asked != OPERATION_COUNT};
    if (asked == OPERATION_TOP) {
        options.limit = ASK_TOP;
        options.snippet_bytes = ASK_SNIPPET_BYTES;
    } else if (asked == OPERATION_RUN) {
        options.limit = ASK_RUN;
    }
    tip_results *results;
    tip_status status = tip_search(searcher, query, &options, &results, err);
    if (status != TIP_OK)
        return status;
    if (asked == OPERATION_COUNT)
        fprintf(out, "%zu", tip_results_total(results));
    else
        write_hits(results, out);
    tip_results_free(results);
    return TIP_OK;
}

static tip_status answer_counts(tip_searcher *searcher, const tip_query *query, tip_facet facet,
                                FILE *out, tip_error *err)
{
    tip_counts *counts;
    tip_status status = tip_count_by(searcher, query, facet, &counts, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < tip_counts_size(counts); i++) {
        const tip_count *count = tip_counts_at(counts, i);
        fprintf(out, "%s%.*s=%zu", i ? " " : "", (int)count->value.size, count->value.data,
                count->paragraphs);
    }
    tip_counts_free(counts);
    return TIP_OK;
}

static tip_status answer_query(tip_searcher *searcher, const tip_query *query, ask_operation asked,
                               FILE *out, tip_error *err)
{
    if (asked == OPERATION_YEAR)
        return answer_counts(searcher, query, TIP_FACET_YEAR, out, err);
    if (asked == OPERATION_COUNTRY)
        return answer_counts(searcher, query, TIP_FACET_COUNTRY, out, err);
    return answer_hits(searcher, query, asked, out, err);
}

static bool answer(void *engine, const question *asked, FILE *out)
{
    tip_searcher *searcher = engine;
    tip_error err;
    char years[32];
    tip_filter filters[2];
    tip_query_options options = {.plain = asked->operation == OPERATION_RUN, .filters = filters};
    if (asked->first_year) {
        snprintf(years, sizeof years, "%d..%d", asked->first_year, asked->last_year);
        filters[options.filter_count++] = (tip_filter){TIP_FIELD_YEAR, years};
    }
    if (*asked->country)
        filters[options.filter_count++] = (tip_filter){TIP_FIELD_COUNTRY, asked->country};
    tip_query *query;
    tip_str text = {asked->text, strlen(asked->text)};
    tip_status status = tip_query_parse(searcher, text, &options, &query, &err);
    if (status == TIP_OK) {
        status = answer_query(searcher, query, asked->operation, out, &err);
        tip_query_free(query);
    }
    if (status != TIP_OK)
        fprintf(stderr, "%s\n", err.message);
    return status == TIP_OK;
}

int main(int argc, char **argv)
{
    if (argc != 5 || strcmp(argv[1], "ask") != 0) {
        fprintf(stderr, "usage: tip ask INDEX QUESTIONS ROUNDS\n");
        return 2;
    }
    tip_error err;
    tip_searcher *searcher;
    const char *directory = argv[2];
    if (tip_searcher_open(&directory, 1, &searcher, &err) != TIP_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    bool done = ask_all(argv[3], atoi(argv[4]), answer, searcher);
    tip_searcher_free(searcher);
    return done ? 0 : 1;
}
