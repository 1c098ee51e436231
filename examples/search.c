/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the five paragraphs that answer a query best: search DIRECTORY QUERY */
#include <stdio.h>
#include <tip/tip.h>

static void print(const tip_results *results)
{
    for (size_t i = 0; i < tip_results_count(results); i++) {
        const tip_hit *hit = tip_results_hit(results, i);
        printf("%.*s: %.*s\n", (int)hit->record.id.size, hit->record.id.data,
               (int)hit->snippet.size, hit->snippet.data);
    }
}

int main(int argc, char **argv)
{
    const char *directory = argc > 1 ? argv[1] : "";
    tip_str text = tip_str_of(argc > 2 ? argv[2] : "police corruption");
    tip_search_options options = {.limit = 5, .snippet_bytes = 200};
    tip_searcher *searcher = NULL;
    tip_query *query = NULL;
    tip_results *results = NULL;
    tip_error err;
    tip_status status = tip_searcher_open(&directory, 1, &searcher, &err);
    if (status == TIP_OK)
        status = tip_query_parse(searcher, text, NULL, &query, &err);
    if (status == TIP_OK)
        status = tip_search(searcher, query, &options, &results, &err);
    if (status == TIP_OK)
        print(results);
    else
        fprintf(stderr, "search: %s\n", err.message);
    tip_results_free(results);
    tip_query_free(query);
    tip_searcher_free(searcher);
    return status == TIP_OK ? 0 : 1;
}
